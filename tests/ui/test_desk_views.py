from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QInputDialog

from sanping.analysis.obstacles import BODY_M
from sanping.stage.projection import pixel_of
from sanping.stage.state import FeatureRef
from sanping.stage.walking import EYE_HEIGHT_M, standing
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui


def changed(before: Any, after: Any) -> float:
    """Return the share of pixels that differ plainly."""
    return float((np.abs(after - before).max(axis=2) > 12).mean())


def test_the_style_switch_changes_the_picture_and_undo_brings_it_back(desk: Any) -> None:
    # given the city at night
    night = desk.picture()

    # when day is asked for, and taken back
    desk.window.book.action("view.style").trigger()
    day = desk.picture()
    desk.window.book.action("edit.undo").trigger()
    again = desk.picture()

    # then the day is brighter, and the night comes back
    assert day.mean() > night.mean() + 20
    assert changed(night, again) < 0.05


def test_the_time_slider_moves_the_sun(desk: Any, qtbot: Any) -> None:
    # given a day at noon
    desk.window.perform("view.style")
    desk.window.perform("time.set", desk.window.state.stage.moment.replace(hour=12, minute=0))
    noon = desk.picture()
    words = desk.window.overlays.time.sun.text()

    # when the slider is pressed in the evening
    track = desk.window.overlays.time.track
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.width() * 0.69), 13))
    evening = desk.picture()

    # then hour, words and light change
    assert desk.window.state.stage.moment.hour in (16, 17)
    assert desk.window.overlays.time.sun.text() != words
    assert changed(noon, evening) > 0.1


def test_playing_lets_the_time_pass(desk: Any, qtbot: Any) -> None:
    # given a moment that stands still
    before = desk.window.state.stage.moment

    # when it is played for a while and paused
    desk.window.perform("time.play")
    qtbot.waitUntil(lambda: desk.window.state.stage.moment > before, timeout=60_000)
    desk.window.perform("time.play")

    # then time has passed, and stands again
    assert not desk.window.state.is_playing


def test_a_layer_goes_off_and_shines_through(desk: Any, qtbot: Any) -> None:
    # given the row of the buildings
    row = desk.window.overlays.layers.rows["buildings"]
    full = desk.picture()

    # when its eye is clicked, and again, and the slider is drawn to a third
    qtbot.mouseClick(row.eye, Qt.MouseButton.LeftButton)
    off = desk.picture()
    qtbot.mouseClick(row.eye, Qt.MouseButton.LeftButton)
    row.slider.setValue(33)
    faint = desk.picture()

    # then the buildings were gone, and are faint now
    assert changed(full, off) > 0.1
    assert changed(off, faint) > 0.02
    assert desk.window.state.stage.layer("buildings").opacity == 0.33

    # and when everything is taken back
    for _ in range(3):
        desk.window.book.action("edit.undo").trigger()

    # then the layer is as it was, in the panel too
    assert desk.window.state.stage.layer("buildings").opacity == 1.0
    assert row.slider.value() == 100
    assert row.eye.isChecked()
    assert not desk.window.book.action("edit.undo").isEnabled()
    assert desk.window.book.action("edit.redo").isEnabled()


def test_a_left_drag_keeps_the_ground_under_the_cursor(desk: Any, qtbot: Any) -> None:
    # given a point of the ground under the cursor
    view = desk.window.viewport
    start, end = QPoint(420, 560), QPoint(500, 500)
    grabbed = desk.window.city.world_under(QPointF(start))

    # when it is dragged with the left button
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    desk.point(QPoint(460, 530), Qt.MouseButton.LeftButton)
    desk.point(end, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)

    # then it lies where the cursor is now, and one undo takes the drag back
    pixel = pixel_of(desk.window.state.stage.camera, grabbed, view.size_px)
    assert pixel == pytest.approx((end.x(), end.y()), abs=3)
    desk.window.book.action("edit.undo").trigger()
    assert desk.window.state.stage.camera == desk.window.state.home


def test_a_right_drag_turns_and_the_wheel_zooms_to_the_cursor(desk: Any, qtbot: Any) -> None:
    # given the first view
    view, home = desk.window.viewport, desk.window.state.home
    spot = QPoint(420, 560)
    under = desk.window.city.world_under(QPointF(spot))

    # when the wheel turns above a point
    QApplication.sendEvent(
        view,
        QWheelEvent(
            QPointF(spot), QPointF(view.mapToGlobal(spot)), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip
    near = desk.window.state.stage.camera

    # then it is nearer and that point has stayed
    assert near.distance_m < home.distance_m
    assert pixel_of(near, under, view.size_px) == pytest.approx((spot.x(), spot.y()), abs=2)

    # and when the right button drags to the side
    qtbot.mousePress(view, Qt.MouseButton.RightButton, pos=spot)
    desk.point(spot + QPoint(100, 0), Qt.MouseButton.RightButton)
    qtbot.mouseRelease(view, Qt.MouseButton.RightButton, pos=spot + QPoint(100, 0))

    # then the camera has turned, the compass with it
    assert desk.window.state.stage.camera.heading_deg == pytest.approx(home.heading_deg + 28, abs=0.5)


def test_walking_by_keys_stays_at_eye_height(desk: Any, qtbot: Any) -> None:
    # given a person on the street
    desk.window.viewport.setFocus()
    desk.window.book.action("move.walk").trigger()
    start = desk.window.state.stage.camera.position

    # when W is held
    qtbot.keyPress(desk.window.viewport, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: desk.window.state.stage.camera.position != start, timeout=60_000)
    qtbot.keyRelease(desk.window.viewport, Qt.Key.Key_W)
    there = desk.window.state.stage.camera

    # then they have gone on, with the eye 1.7 m above the ground
    assert there.position[2] == pytest.approx(desk.window.content.ground(*there.position[:2]) + EYE_HEIGHT_M)
    heading = np.radians(there.heading_deg)
    way = np.subtract(there.position, start)
    assert way[0] * np.sin(heading) + way[1] * np.cos(heading) > 0

    # and when the walk ends, the view is from above again
    desk.window.book.action("move.walk").trigger()
    assert desk.window.state.stage.camera.distance_m > 100


def test_a_wall_stops_a_walk_and_one_that_is_hidden_does_not(desk: Any, qtbot: Any) -> None:
    # given a person 3 m west of the first tower, who looks at it
    window = desk.window
    window.book.action("move.walk").trigger()
    ground = window.content.ground(WEST - 3.0, SOUTH + 20.0)
    person = standing(replace(window.state.stage.camera, heading_deg=90.0), WEST - 3.0, SOUTH + 20.0, lambda *_: ground)
    window.reach(person)
    assert window.navigator.pose.position == pytest.approx(person.position)

    # when the wheel walks them on by 6 m, and again with the buildings hidden
    at = window.viewport.rect().center()
    window.navigator.wheel(QPointF(at), 2.0)
    before_wall = window.state.stage.camera.position
    window.perform("layer.visible", "buildings", False)
    window.navigator.wheel(QPointF(at), 2.0)
    beyond = window.state.stage.camera.position

    # then they stand before the wall, and walk on where there is none
    assert before_wall[0] == pytest.approx(WEST - BODY_M, abs=0.01)
    assert beyond[0] == pytest.approx(before_wall[0] + 6.0, abs=0.01)


def test_the_locator_finds_a_road_and_flies_there(desk: Any, qtbot: Any) -> None:
    # given the locator, opened by its key
    desk.come_to_front(qtbot)
    qtbot.keyClick(desk.window.viewport, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    locator = desk.window.overlays.locator
    assert locator.isVisible()

    # when a name is typed and the second result is taken
    qtbot.keyClicks(locator.box, "Tower 7")
    first = locator.results()[0]
    qtbot.keyClick(locator.box, Qt.Key.Key_Return)

    # then the building is selected, in the middle of the view, and the locator has gone
    assert first.id == "B7"
    assert desk.window.state.stage.selection[0].id == "B7"
    east, north, _ = desk.window.state.stage.camera.target
    assert (east, north) == pytest.approx((636_180, 3_458_100), abs=1)
    assert not locator.isVisible()


def test_the_locator_runs_commands_and_understands_coordinates(desk: Any, qtbot: Any) -> None:
    # given the locator
    locator = desk.window.overlays.locator

    # when a command is typed, and then a longitude and latitude
    desk.window.perform("edit.find")
    qtbot.keyClicks(locator.box, "from the top")
    qtbot.keyClick(locator.box, Qt.Key.Key_Return)
    pitch = desk.window.state.stage.camera.pitch_deg
    desk.window.perform("edit.find")
    qtbot.keyClicks(locator.box, "121.4275, 31.2365")
    qtbot.keyClick(locator.box, Qt.Key.Key_Return)

    # then the camera looked down, and stands over that place in the twin's metres
    assert pitch < -89
    assert desk.window.state.stage.camera.target[:2] == pytest.approx((635_990, 3_458_074), abs=30)


def test_arrows_and_escape_work_inside_the_locator(desk: Any, qtbot: Any) -> None:
    # given results
    locator = desk.window.overlays.locator
    desk.window.perform("edit.find")
    locator.box.setText("长寿")

    # when the arrow goes down and Escape is pressed
    qtbot.keyClick(locator.box, Qt.Key.Key_Down)
    row = locator.list.currentRow()
    qtbot.keyClick(locator.box, Qt.Key.Key_Escape)

    # then the second line was chosen, and nothing has happened
    assert row == 1
    assert not locator.isVisible()
    assert desk.window.state.stage.selection == ()


def test_bookmarks_are_visited_kept_and_forgotten(desk: Any, qtbot: Any) -> None:
    # given the two bookmarks of the twin
    desk.window.perform("bookmark.2")

    # when the view is kept, another one visited, and the kept one visited by its key
    desk.window.perform("bookmark.keep")
    (question,) = desk.window.findChildren(QInputDialog)
    asked = question.textValue()
    question.setTextValue("玉佛寺俯视")
    question.accept()
    desk.window.perform("bookmark.1")
    desk.come_to_front(qtbot)
    qtbot.keyClick(desk.window.viewport, Qt.Key.Key_3)

    # then it is the view that was kept, in the settings too
    assert desk.window.state.stage.camera.pitch_deg == -85.0
    assert desk.window.state.stage.style == "day"
    assert asked == "我的视角 1"
    assert desk.kept[-1].bookmarks[0].name == "玉佛寺俯视"
    assert desk.kept[-1].bookmarks[0].fov_deg == desk.window.state.home.fov_deg

    # and when it is forgotten
    desk.window.overlays.bookmarks.forget_asked.emit(3)

    # then it is gone
    assert desk.kept[-1].bookmarks == ()
    assert len(desk.window.state.bookmarks) == 2


def test_a_flight_takes_time_and_ends_where_it_should(make_desk: Any, qtbot: Any) -> None:
    # given a window with motion
    desk = make_desk(animation_hz=10)
    end = replace(desk.window.state.home, heading_deg=0.0)

    # when north shall be up
    desk.window.perform("view.north")

    # then the camera is under way first, and arrives
    assert desk.window.flight.is_flying
    qtbot.waitUntil(lambda: desk.window.state.stage.camera == end, timeout=60_000)

    # and when a flight is interrupted by a drag
    desk.window.perform("view.top")
    desk.window.navigator.pose_asked.emit(desk.window.state.stage.camera, "camera")

    # then it ends there
    assert not desk.window.flight.is_flying


def test_panels_open_and_close_by_their_actions(desk: Any) -> None:
    # given all panels
    overlays = desk.window.overlays

    # when one is closed by its cross, and then all are hidden
    overlays.layers.close_asked.emit()
    is_closed = not overlays.layers.isVisible()
    desk.window.perform("panel.all")

    # then they are gone, and come back
    assert is_closed
    assert not overlays.title.isVisible()
    desk.window.perform("panel.all")
    desk.window.perform("panel.layers")
    assert overlays.title.isVisible()
    assert overlays.layers.isVisible()


def test_panels_never_overlap_and_stay_inside_the_window(desk: Any, qtbot: Any) -> None:
    # given a window with a selected building and a legend
    from sanping.stage.state import Colouring, FeatureRef

    desk.window.select(FeatureRef(layer="buildings", id="B3"))
    desk.window.perform("layer.colour", Colouring(layer="buildings", attribute="@height_m"))
    overlays = desk.window.overlays
    for size in ((900, 560), (1280, 720), (1920, 1080), (900, 560)):
        # when it gets some size, and everything has found its place
        desk.window.resize(*size)
        qtbot.wait(50)
        panels = [*overlays.panels.values(), overlays.title, overlays.status, overlays.time, overlays.compass]
        shown = [panel for panel in panels if panel.isVisible()]

        # then no two overlap (the step of the title strip aside), and all are inside
        for number, one in enumerate(shown):
            assert desk.window.centralWidget().rect().contains(one.geometry()), size
            for other in shown[number + 1 :]:
                common = one.geometry().intersected(other.geometry())
                assert common.isEmpty() or (overlays.title in (one, other) and common.height() <= 8), size


def test_the_clock_shows_the_time_where_the_twin_lies(desk: Any) -> None:
    # given an operator whose own clock stands in Berlin
    desk.window._now = lambda: datetime.fromisoformat("2026-11-21T02:30:00+01:00")

    # when the window asks for the present time
    desk.window.running_time._on_second()
    desk.window.perform("time.now")

    # then the clock and the sun have the time of Shanghai
    assert desk.window.overlays.title.clock.text() == "09:30:00"
    assert desk.window.state.stage.moment.isoformat() == "2026-11-21T09:30:00+08:00"


def test_an_object_alone_changes_the_picture_and_nothing_hidden_is_picked(desk: Any) -> None:
    # given a selected building and the pixel of another one
    other = desk.pixel_of("B8")
    desk.window.select(FeatureRef(layer="buildings", id="B6"))
    before = desk.picture()

    # when it is shown alone
    desk.window.perform("view.isolate")
    alone = desk.picture()
    hidden = desk.window.city.pick(QPointF(other))

    # then the others are gone from the picture and from under the pointer, until everything is shown
    assert abs(alone - before).mean() > 0.2
    assert hidden is None or hidden.id == "B6"
    desk.window.perform("view.show_all")
    desk.picture()
    shown = desk.window.city.pick(QPointF(other))
    assert shown is not None
    assert shown.id == "B8"
