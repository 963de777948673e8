"""Tools of an installed package at the real desk: they work, and one that fails is named and left alone."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QTextBrowser

from sanping.bootstrap.plug_ins import installed_panels, installed_plug_ins, plug_in_lines, wanted_plug_ins
from sanping.domain.text import Text
from sanping.settings.settings import Settings
from sanping.stage.projection import pixel_of
from sanping.twin.river_view import RiverView
from sanping.ui.about_dialog import AboutDialog
from sanping.ui.wall.board import WallBoard
from sanping.ui.wall.facts import WallFacts
from sanping.ui.wall.layout import placed, read_layout
from sanping.ui.wall.panels.plugged import PluggedPanel
from sanping.ui.wall.tiling import Tiling
from sanping.ui.workbench.plugged_tool import maker_of
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui
ALLOWED = "ring-plug-in"
EXAMPLE = Path(__file__).parents[1] / "fakes" / "ring_plug_in"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the example package into a folder of its own."""
    folder = tmp_path_factory.mktemp("packages")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--no-compile", "--target", str(folder), str(EXAMPLE)], check=True, timeout=120)
    return folder


@pytest.fixture
def installed(packages: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have the example package beside the program, for one test."""
    monkeypatch.syspath_prepend(str(packages))
    return packages


def test_a_tool_of_a_package_works_and_those_that_fail_are_named_and_left_alone(
    installed: Path, make_desk: Any, qtbot: Any
) -> None:
    # given a package with three tools: one that works, one that fails at a click, one that cannot be imported
    found = installed_plug_ins()
    assert [plug_in.line.en for plug_in in found] == [
        f"{name} (ring-plug-in 1.2)" for name in ("clumsy", "ring", "unfinished")
    ]
    assert "ring_plug_in" not in sys.modules

    # when a desk is opened with them, seen from above
    desk = make_desk(tools=[maker_of(plug_in) for plug_in in found])
    window = desk.window
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    buttons = window.overlays.workbench.buttons
    assert buttons["ring-plug-in.ring"].text() == "范围圈"

    # then the ring is drawn where the person clicks, with a radius of 50 m
    qtbot.mouseClick(buttons["ring-plug-in.ring"], Qt.MouseButton.LeftButton)
    at = pixel_of(window.state.stage.camera, (WEST + 60.0, SOUTH + 60.0, 0.0), window.viewport.size_px)
    place = QPoint(round(at[0]), round(at[1]))
    qtbot.mouseClick(window.viewport, Qt.MouseButton.LeftButton, pos=place)
    (ring,) = window.workbench.marks.marks("ring")
    assert ring.points[0][:2] == pytest.approx((WEST + 110.0, SOUTH + 60.0), abs=1.5)

    # when the clumsy tool is opened and the city is clicked twice
    qtbot.mouseClick(buttons["ring-plug-in.clumsy"], Qt.MouseButton.LeftButton)
    clumsy = window.workbench.present_tool
    assert window.workbench.marks.marks("clumsy")
    for _ in range(2):
        qtbot.mouseClick(window.viewport, Qt.MouseButton.LeftButton, pos=place)

    # then it was asked once, is named with its reason, has left no marks, and the second click selects as ever
    assert "ring-plug-in 1.2" in clumsy.trouble.en
    assert "takes_click raised ZeroDivisionError: click 1" in clumsy.trouble.en
    assert clumsy.notice.isVisible()
    assert not window.workbench.marks.marks("clumsy")
    assert window.workbench.marks.marks("ring")

    # and the one that cannot be imported says so where it stands, and about it
    qtbot.mouseClick(buttons["ring-plug-in.unfinished"], Qt.MouseButton.LeftButton)
    assert "SomethingOfAnotherVersion" in window.workbench.present_tool.notice.text()
    window.perform("help.about")
    (dialog,) = window.findChildren(AboutDialog)
    said = "\n".join(browser.toPlainText() for browser in dialog.findChildren(QTextBrowser))
    assert "ring（ring-plug-in 1.2）" in said
    assert said.count("已停用") == 2
    dialog.reject()


def test_nothing_is_loaded_that_the_person_did_not_allow_or_switched_off(installed: Path) -> None:
    # given the installed tools
    found = installed_plug_ins()

    # when settings switch off all, one by name, or a whole distribution
    kept = [
        [plug_in.name for plug_in in wanted_plug_ins(settings, found)]
        for settings in (
            Settings(),
            Settings(plug_ins_allowed=ALLOWED, plug_ins="off"),
            Settings(plug_ins_allowed=ALLOWED, plug_ins_off="clumsy， unfinished"),
            Settings(plug_ins_allowed=ALLOWED, plug_ins_off="ring-plug-in"),
            Settings(plug_ins_allowed="clumsy"),
        )
    ]

    # then those are not loaded
    assert kept == [[], [], ["ring"], [], ["clumsy"]]
    lines = [line.en for line in plug_in_lines(Settings(plug_ins_allowed=ALLOWED, plug_ins_off="ring"))]
    assert lines[1] == "ring (ring-plug-in 1.2): switched off in the settings"
    assert "sanping plug-ins allow ring-plug-in" in plug_in_lines(Settings(plug_ins_allowed=""))[1].en


def test_a_panel_of_a_package_stands_on_the_wall_once_it_is_allowed_and_says_why_it_does_not(
    installed: Path, tmp_path: Path, qapp: Any
) -> None:
    # given a layout with two panels of the package, one of none, and the package allowed
    regions = [f'{{ panel = "plugged", plug_in = "{name}", at = [{0.3 * number}, 0.1, 0.28, 0.5] }}'
               for number, name in enumerate(("ring-plug-in.online", "ring-plug-in.clumsy", "weir.gone"))]  # fmt: skip
    path = tmp_path / "wall.toml"
    path.write_text('title = { zh = "墙", en = "Wall" }\naspect = 1.78\npanels = [' + ", ".join(regions) + "]")
    tiling = Tiling(columns=1, rows=1, tile_px=(960, 540))
    places = placed(read_layout(path), tiling, 14.0)
    facts = WallFacts(now_ms=0, view=RiverView(now_ms=0, is_live=True), title=Text("城", "City"))
    assert "ring_plug_in.panels" not in sys.modules
    allowed = installed_panels(Settings(plug_ins_allowed=ALLOWED))

    # when the board is painted twice
    board = WallBoard(places, is_animated=False, plugged=allowed)
    pictures = [board_picture(board, facts, now_ms) for now_ms in (1000, 2000)]

    # then the first shows its figure, the second is named with its reason and called no more, the third is missed
    panels = [one.panel for one in board._standing if isinstance(one.panel, PluggedPanel)]
    assert [panel.trouble is None for panel in panels] == [True, False, False]
    assert "clumsy (ring-plug-in 1.2)" in panels[1].trouble.en
    assert "paint raised ZeroDivisionError" in panels[1].trouble.en
    assert "weir.gone" in panels[2].trouble.zh
    assert panels[0].nominal_em == (18.0, 8.0)
    assert all((picture[60:300, left : left + 250].std() > 5.0) for picture in pictures for left in (5, 295, 580))

    # and where it is not allowed nothing of it is loaded
    kept = installed_panels(Settings())
    (stranger,) = [PluggedPanel("ring-plug-in.online", kept)]
    assert "sanping plug-ins allow ring-plug-in" in stranger.trouble.en
    assert stranger.content(facts) == stranger.trouble


def board_picture(board: WallBoard, facts: WallFacts, now_ms: int) -> Any:
    """Return a board as it is painted: (rows, columns, 4)."""
    image = QImage(960, 540, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.black)
    board.show(facts, now_ms)
    painter = QPainter(image)
    board.paint(painter, QRectF(0, 0, 960, 540), now_ms)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(540, 960, 4).copy()
