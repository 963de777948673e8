"""The tools that show the city side by side, drawn upon, flown through and printed, at one real desk window."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from sanping.stage.projection import pixel_of
from ui.conftest import SIZE, is_in_front
from ui.tiny_twin import SOUTH, WEST, write_twin

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def window(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[Any]:
    """Return a desk on a twin of its own, seen from above, in the planner's workspace."""
    from pytestqt.qtbot import QtBot

    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.desk import DeskWindow

    create_application("zh", repository / "assets")
    settings = Settings(language="zh", animation_hz=0, quality="soft")
    project = load_project(write_twin(tmp_path_factory.mktemp("views") / "tiny"))
    opener = TwinOpener(settings)
    opener.opened_twin(project)
    made = DeskWindow(
        project, opener=opener, settings=settings, keep_settings=lambda _: None, assets=repository / "assets",
        pictures=tmp_path_factory.mktemp("pictures"), now=lambda: datetime.fromisoformat("2026-11-21T09:30:00+08:00"),
    )  # fmt: skip
    shown: list[bool] = []
    made.city_shown.connect(lambda: shown.append(True))
    made.resize(*SIZE)
    made.show()
    QtBot(request).waitUntil(lambda: bool(shown) and is_in_front(made), timeout=60_000)
    made.perform("bookmark.visit", 2)
    made.perform("workspace.planning")
    made.viewport.grabFramebuffer()
    yield made
    made.close()
    opener.close()


def ground(window: Any, east: float, north: float) -> QPoint:
    """Return where a place of the ground is drawn."""
    at = pixel_of(window.state.stage.camera, (WEST + east, SOUTH + north, 0.0), window.viewport.size_px)
    return QPoint(round(at[0]), round(at[1]))


def opened(window: Any, qtbot: Any, name: str) -> Any:
    """Open a tool by its button and return it."""
    panel = window.overlays.workbench
    qtbot.waitUntil(panel.isVisible, timeout=20_000)
    qtbot.mouseClick(panel.buttons[name], Qt.MouseButton.LeftButton)
    assert window.workbench.present_tool.name == name
    return window.workbench.present_tool


def test_a_plan_is_framed_in_the_city_and_printed_at_its_scale(window: Any, qtbot: Any, tmp_path: Path) -> None:
    # given the tool for print, with a plan at 1:2000 on A4
    tool = opened(window, qtbot, "print")
    tool.kind.setCurrentIndex(3)
    tool.resolution.setCurrentIndex(0)
    tool.heading.setText("曹家渡地块平面图")

    # when it is written as PDF and as PNG
    for name in ("plan.pdf", "plan.png"):
        with qtbot.waitSignal(tool.changed, timeout=60_000):
            tool.write(tmp_path / name)
        qtbot.waitUntil((tmp_path / name).exists, timeout=60_000)

    # then the frame covers 215 by 154 mm at 1:2000, and the files are a sheet of A4 with its fonts inside
    (frame,) = window.workbench.marks.marks("print")
    width, height = (frame.points[2][axis] - frame.points[0][axis] for axis in (0, 1))
    assert (width, height) == pytest.approx((430.0, 308.0), abs=1.0)
    pdf = (tmp_path / "plan.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert b"/FontFile" in pdf
    paper = re.search(rb"/MediaBox *\[0 0 ([\d.]+) ([\d.]+)", pdf)
    assert paper is not None
    assert [float(side) / 72 * 25.4 for side in paper.groups()] == pytest.approx([297.0, 210.0], abs=0.4)
    sheet = QImage(str(tmp_path / "plan.png"))
    assert (sheet.width(), sheet.height()) == (1754, 1240)

    # and the picture on it is of a roof of the city, not of paper
    middle = sheet.pixelColor(500, 600)
    assert middle != sheet.pixelColor(5, 5)

    # when the view in space is chosen, then no frame is shown; and Esc leaves the city alone
    tool.kind.setCurrentIndex(0)
    assert not window.workbench.marks.marks("print")
    assert tool.page is not None
