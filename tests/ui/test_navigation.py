from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from sanping.domain.view import CameraPose
from sanping.stage.projection import pixel_of

pytestmark = pytest.mark.gui


@pytest.fixture
def touched(desk: Any) -> Callable[[list[list[tuple[int, int]]]], CameraPose]:
    """Return a function that moves fingers over the view, step by step, and gives the camera afterwards.

    The touches go to the window itself: what else lies on the screen, a tool tip for instance, cannot catch them.
    """
    from PySide6.QtCore import QPoint

    screen = QTest.createTouchDevice()
    view, handle = desk.window.viewport, desk.window.windowHandle()

    def placed(spot: tuple[int, int]) -> QPoint:
        return view.mapTo(desk.window, QPoint(*spot))

    def move(steps: list[list[tuple[int, int]]]) -> CameraPose:
        for number, fingers in enumerate(steps):
            event = QTest.touchEvent(handle, screen)
            for finger, spot in enumerate(fingers):
                if number == 0:
                    event.press(finger, placed(spot), handle)
                else:
                    event.move(finger, placed(spot), handle)
            event.commit()
        event = QTest.touchEvent(handle, screen)
        for finger, spot in enumerate(steps[-1]):
            event.release(finger, placed(spot), handle)
        event.commit()
        pose: CameraPose = desk.window.state.stage.camera
        return pose

    return move


def test_one_finger_turns_the_view(desk: Any, touched: Any) -> None:
    # given the first view
    home = desk.window.state.home

    # when one finger moves to the right
    pose = touched([[(400, 500)], [(450, 500)], [(500, 500)]])

    # then the camera has turned around its target
    assert pose.heading_deg > home.heading_deg + 10
    assert pose.target == home.target


def test_two_fingers_that_part_come_nearer(desk: Any, touched: Any) -> None:
    # given the first view
    home = desk.window.state.home

    # when two fingers part around a point
    pose = touched([[(380, 500), (420, 500)], [(360, 500), (440, 500)], [(320, 500), (480, 500)]])

    # then the view is about four times as near, and has not turned
    assert pose.distance_m == pytest.approx(home.distance_m / 4, rel=0.1)
    assert pose.heading_deg == pytest.approx(home.heading_deg, abs=0.5)


def test_two_fingers_that_turn_turn_the_map_with_them(desk: Any, touched: Any) -> None:
    # given the first view
    home = desk.window.state.home

    # when two fingers turn clockwise by a quarter
    pose = touched([[(340, 500), (460, 500)], [(358, 458), (442, 542)], [(400, 440), (400, 560)]])

    # then the map follows: the camera turns the other way
    turned = (pose.heading_deg - home.heading_deg + 180) % 360 - 180
    assert turned == pytest.approx(-90, abs=3)


def test_keys_move_the_view_from_above_and_let_go_with_the_window(desk: Any, qtbot: Any) -> None:
    # given the view from above
    start = desk.window.state.stage.camera

    # when the arrow is held
    qtbot.keyPress(desk.window.viewport, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: desk.window.state.stage.camera.target != start.target, timeout=60_000)
    desk.window.navigator.stop()
    rest = desk.window.state.stage.camera

    # then it has gone on along its heading, and stops when the keys are let go
    pixel = pixel_of(start, rest.target, desk.window.viewport.size_px)
    assert pixel is not None
    assert pixel[1] < desk.window.viewport.height() / 2
    qtbot.wait(120)
    assert desk.window.state.stage.camera == rest
    assert desk.window.navigator.pose == rest
    assert isinstance(desk.window.viewport.device(QPointF(10, 10)), tuple)
