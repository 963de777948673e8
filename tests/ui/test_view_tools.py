"""The tools that show the city side by side, drawn upon, flown through and printed, at one real desk window."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent

from fakes.film_reading import seen
from sanping.commands.desk_state import Outcome
from sanping.formats.tours import load_tours
from sanping.stage.notes_shown import ShownNotes, shown_notes
from sanping.stage.projection import pixel_of
from sanping.ui.glass import LineButton
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


def test_annotations_are_drawn_kept_with_the_twin_taken_back_and_exchanged(
    window: Any, qtbot: Any, tmp_path: Path
) -> None:
    # given the tool for annotations
    tool = opened(window, qtbot, "notes")
    view, left = window.viewport, Qt.MouseButton.LeftButton
    kept = window.content.project.folder / "annotations.geojson"

    # when a measured area is drawn by three clicks and Enter, and its words are typed
    qtbot.mouseClick(tool.form.kinds["polygon"], left)
    qtbot.mouseClick(tool.form.measured, left, pos=QPoint(8, tool.form.measured.height() // 2))
    for place in ((60.0, 60.0), (140.0, 60.0), (140.0, 140.0)):
        qtbot.mouseClick(view, left, pos=ground(window, *place))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClicks(tool.form.text, "Plot A")

    # then it stands in the list with its size, over the city, and in the folder of the twin
    (note,) = tool.book.notes
    assert (note.kind, note.words, note.is_measured) == ("polygon", "Plot A", True)
    assert tool.list.table.item(0, 3).text().endswith("平方米")
    assert float(tool.list.table.item(0, 3).text().split()[0].replace(",", "")) == pytest.approx(3200, rel=0.08)
    assert json.loads(kept.read_bytes())["features"][0]["properties"]["name"] == "Plot A"
    assert tool.list.table.horizontalHeader().length() == tool.list.table.viewport().width()

    # when a stroke is drawn by hand and an arrow by two clicks
    qtbot.mouseClick(tool.form.kinds["freehand"], left)
    qtbot.mousePress(view, left, pos=ground(window, 60.0, 140.0))
    for step in range(1, 9):
        move(view, ground(window, 60.0 + 10 * step, 140.0 + 5 * (step % 3)))
    qtbot.mouseRelease(view, left, pos=ground(window, 140.0, 150.0))
    qtbot.mouseClick(tool.form.kinds["arrow"], left)
    for place in ((60.0, 60.0), (220.0, 60.0)):
        qtbot.mouseClick(view, left, pos=ground(window, *place))
    assert [own.kind for own in tool.book.notes] == ["polygon", "freehand", "arrow"]
    assert 3 <= len(tool.book.notes[1].points) <= 9
    assert len(window.workbench.marks.marks("notes")) == 4

    # then they are written as KML, taken in again, hidden, deleted by its key, and each step is taken back
    tool.give_out(tmp_path / "notes.kml")
    tool.take_in(tmp_path / "notes.kml")
    assert len(tool.book.notes) == 6
    tool.list.table.item(0, 0).setCheckState(Qt.CheckState.Unchecked)
    assert not tool.book.notes[0].is_visible
    tool.list.table.selectRow(5)
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert len(tool.book.notes) == 5
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Backspace)
    assert [own.kind for own in tool.book.notes] == ["polygon", "freehand", "arrow"]

    share_with_the_room(window, qtbot, tool)

    # and another start of the tool finds what was kept
    assert len(json.loads(kept.read_bytes())["features"]) == 3
    tool.follow()
    assert [own.kind for own in tool.book.notes] == ["polygon", "freehand", "arrow"]
    (tmp_path / "cut.geojson").write_text('{"type": "FeatureCollection", "features": [')
    tool.take_in(tmp_path / "cut.geojson")
    assert len(tool.book.notes) == 3


def share_with_the_room(window: Any, qtbot: Any, tool: Any) -> None:
    left = Qt.MouseButton.LeftButton

    # then every screen of the room is shown the same, until the person keeps it to the desk
    assert window.state.stage.notes == shown_notes(tool.book.notes)
    shared = tool.form.shared
    qtbot.mouseClick(shared, left, pos=QPoint(8, shared.height() // 2))
    assert window.state.stage.notes is None
    assert len(window.workbench.marks.marks("notes")) == 4
    qtbot.mouseClick(shared, left, pos=QPoint(8, shared.height() // 2))

    # when another screen shows its own, then they are drawn beside those of this desk
    drawn = ShownNotes(notes=(replace(tool.book.notes[2], words="入口", colour="#ff6b6b"),))
    stage = replace(window.state.stage, notes=drawn)
    window.take(Outcome(state=replace(window.state, stage=stage)))
    assert [mark.colour for mark in window.workbench.marks.marks("notes of the room")] == [(255, 107, 107)] * 2
    stage = replace(stage, notes=shown_notes(tool.book.notes))
    window.take(Outcome(state=replace(window.state, stage=stage)))
    assert not window.workbench.marks.marks("notes of the room")


def move(view: Any, at: QPoint) -> None:
    """Move the mouse over the view with its left button held."""
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), QPointF(view.mapToGlobal(at)), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QCoreApplication.sendEvent(view, event)


def test_a_flight_is_recorded_played_kept_as_a_tour_and_filmed(window: Any, qtbot: Any, tmp_path: Path) -> None:
    # given two views recorded from the camera by the button, the second reached in half a second
    tool, left = opened(window, qtbot, "flight"), Qt.MouseButton.LeftButton
    above = window.state.stage.camera
    qtbot.mouseClick(tool.record, left)
    window.perform("bookmark.visit", 1)
    qtbot.mouseClick(tool.record, left)
    tool.list.table.item(1, 1).setText("0.5")
    tool.list.table.item(1, 0).setText("Whole")
    assert [round(view.leg_s, 2) for view in tool.views] == [4.0, 0.5]
    assert tool.views[0].camera == above

    # when it is played, then the camera ends where the flight does
    qtbot.mouseClick(tool.play, left)
    assert window.state.stage.camera != tool.views[1].camera
    qtbot.waitUntil(lambda: window.state.stage.camera == tool.views[1].camera, timeout=20_000)

    # when it is kept, then it is a tour of the twin, which is offered again
    tool.heading.setText("环城")
    qtbot.mouseClick(tool.keep, left)
    (tour,) = load_tours(window.content.project)
    assert tour.name.zh == "环城"
    assert [stop.title.zh for stop in tour.stops] == ["视角 1", "Whole"]
    assert tour.stops[1].camera.distance_m == pytest.approx(tool.views[1].camera.distance_m, abs=0.001)
    assert tool.choice.itemText(1) == "环城"

    # when it is filmed, then the film has every frame in the size that was chosen
    tool.size.addItem("", (320, 180))
    tool.size.setCurrentIndex(tool.size.count() - 1)
    tool.rate.addItem("", 8)
    tool.rate.setCurrentIndex(tool.rate.count() - 1)
    with qtbot.waitSignal(tool.films.finished, timeout=120_000):
        tool.make_film(tmp_path / "flight.mp4")
    pictures = seen(tmp_path / "flight.mp4").pictures
    assert len(pictures) == 5
    assert pictures[0].shape == (180, 320, 3)
    assert np.abs(pictures[0].astype(int) - pictures[-1].astype(int)).mean() > 4.0

    # when another is stopped, then there is none; and the list goes up, away and back
    tool.make_film(tmp_path / "stopped.webm")
    with qtbot.waitSignal(tool.films.failed, timeout=20_000):
        qtbot.mouseClick(tool.form.stop, left)
    assert not (tmp_path / "stopped.webm").exists()
    tool.list.table.selectRow(1)
    qtbot.mouseClick(tool.up, left)
    assert [view.title.zh for view in tool.views] == ["Whole", "视角 1"]
    qtbot.mouseClick(tool.remove, left)
    assert len(tool.views) == 1
    qtbot.keyClick(window, Qt.Key.Key_Backspace)
    assert len(tool.views) == 2
    window.perform("bookmark.visit", 2)
    window.replaying.recorder.stop()


def test_a_line_is_dragged_between_the_window_and_the_same_city_by_day(window: Any, qtbot: Any) -> None:
    # given the swipe, whose right side is the other style at first
    tool, left = opened(window, qtbot, "swipe"), Qt.MouseButton.LeftButton
    overlay, view, pose = tool.overlay, window.viewport, window.state.stage.camera
    other = "night" if window.state.stage.style == "day" else "day"
    assert tool.side.style == other
    qtbot.waitUntil(lambda: overlay.image is not None, timeout=60_000)
    first = overlay.image

    # when the line is dragged from the middle to a quarter, then it is there, no picture was drawn, nothing moved
    start = QPoint(view.width() // 2, 300)
    qtbot.mousePress(view, left, pos=start)
    move(view, QPoint(view.width() // 4, 300))
    qtbot.mouseRelease(view, left, pos=QPoint(view.width() // 4, 300))
    assert overlay.share == pytest.approx(0.25, abs=0.01)
    assert overlay.image is first
    assert window.state.stage.camera == pose

    # and the two sides differ: by day the ground is brighter
    live = view.grabFramebuffer()
    at = QPoint(view.width() * 3 // 4, view.height() // 2)
    assert live.pixelColor(at) != first.pixelColor(at)

    # when a layer is taken away on the right, then only the right is drawn anew
    stage = window.state.stage
    tool.form.layers.item(0).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: overlay.image is not first, timeout=60_000)
    assert tool.side.hidden == {window.content.names[0]}
    assert window.state.stage == stage

    # when the sides are swapped, then the window shows what was right; one step back it does not
    qtbot.mouseClick(tool.swap, left)
    assert window.state.stage.style == other
    window.perform("edit.undo")
    assert window.state.stage.style == stage.style
    window.perform("tool.open", "points")
    assert not overlay.isVisible()


def test_moving_in_one_pane_moves_all_of_them(window: Any, qtbot: Any) -> None:
    # given four panes, each with its picture
    tool, left = opened(window, qtbot, "panes"), Qt.MouseButton.LeftButton
    tool.count.setCurrentIndex(1)
    qtbot.waitUntil(lambda: len(tool.overlay.images) == 4 and None not in tool.overlay.images, timeout=60_000)
    tool.overlay.images[:] = [None] * 4
    before = window.state.stage.camera

    # when the city is dragged in the last pane
    box = tool.overlay.boxes[3]
    start = QPoint(box.left + box.width // 2, box.top + box.height // 2)
    qtbot.mousePress(window.viewport, left, pos=start)
    for step in range(1, 5):
        move(window.viewport, start + QPoint(10 * step, 0))
    qtbot.mouseRelease(window.viewport, left, pos=start + QPoint(40, 0))

    # then the one camera has moved, that pane is the one whose settings are shown, and each has a new picture
    after = window.state.stage.camera
    assert after.target != before.target
    assert after.heading_deg == before.heading_deg
    assert tool.chosen == 3
    qtbot.waitUntil(lambda: None not in tool.overlay.images, timeout=60_000)
    sizes = {(image.width(), image.height()) for image in tool.overlay.images}
    assert len(sizes) == 1

    # when the pane is told to look from above, and only two are wished, then the words and panes say so
    tool.form.camera.setCurrentIndex(1)
    assert tool.sides[3].camera == "top"
    tool.count.setCurrentIndex(0)
    assert len(tool.overlay.boxes) == 2
    window.perform("tool.open", "points")
    assert not tool.overlay.isVisible()
    window.perform("camera.move", before, "back")
    window.replaying.recorder.stop()


def test_kept_views_have_small_pictures_when_a_person_asks_for_them(window: Any, qtbot: Any) -> None:
    # given the panel of the kept views
    window.perform("workspace.city")
    panel, left = window.overlays.bookmarks, Qt.MouseButton.LeftButton
    qtbot.waitUntil(panel.isVisible, timeout=20_000)
    assert not [line for line in panel.findChildren(LineButton) if not line.icon().isNull()]

    # when small pictures are asked for, then each view gets its own, and pressing it visits it as before
    qtbot.mouseClick(panel.thumbnails, left)

    def drawn() -> list[Any]:
        return [line for line in panel.findChildren(LineButton) if not line.icon().isNull()]

    qtbot.waitUntil(lambda: len(drawn()) == 2, timeout=60_000)
    first, second = (line.icon().pixmap(80, 45).toImage() for line in drawn())
    assert first != second
    window.perform("bookmark.visit", 2)
    qtbot.mouseClick(drawn()[0], left)
    assert window.state.stage.camera == window.content.project.bookmarks[0].camera

    # when they are put away, then the lines are as they were
    qtbot.mouseClick(panel.thumbnails, left)
    assert not drawn()
    window.perform("workspace.planning")
    window.replaying.recorder.stop()
