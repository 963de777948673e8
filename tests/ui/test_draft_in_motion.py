"""sanping.ui.city_show: drafts while the camera moves, the full picture when it rests."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

pytestmark = pytest.mark.gui


def begin_to_turn(desk: Any, qtbot: Any) -> None:
    """Press the right button over the view and begin to drag."""
    qtbot.mousePress(desk.window.viewport, Qt.MouseButton.RightButton, pos=QPoint(400, 300))
    desk.point(QPoint(440, 300), Qt.MouseButton.RightButton)


def let_go(desk: Any, qtbot: Any) -> None:
    """Drag back to where it began, and release the button."""
    desk.point(QPoint(400, 300), Qt.MouseButton.RightButton)
    qtbot.mouseRelease(desk.window.viewport, Qt.MouseButton.RightButton, pos=QPoint(400, 300))


def test_a_slow_city_is_a_draft_while_it_moves_and_whole_when_it_rests(make_desk: Any, qtbot: Any) -> None:
    # given a window that chooses its quality, on a processor that needs long for a full frame
    desk = make_desk(quality="auto")
    city = desk.window.city
    resting, before = city.quality, desk.picture()
    city._full_ms, city._draft_ms = 400.0, 0.0

    # when the person turns the city
    begin_to_turn(desk, qtbot)
    moving, shown = city._scene.quality, city.quality
    size = desk.picture().shape, desk.window.viewport.window_of_vtk.GetSize()

    # then it is drawn as a draft with fewer pixels, while the preset in use stays what it is
    assert moving == "draft"
    assert shown == resting
    assert size[1][0] < size[0][1]
    assert city._draft_ms > 0

    # and when the city rests where it was
    let_go(desk, qtbot)
    qtbot.waitUntil(lambda: city.is_resting, timeout=20_000)

    # then the full picture is back, as if nothing had been
    assert city._scene.quality == resting
    assert np.abs(desk.picture() - before).mean() < 1.0
    assert desk.window.viewport.window_of_vtk.GetSize() == desk.window.viewport.device_size_px


@pytest.mark.parametrize(("quality", "full_ms"), [("auto", 25.0), ("soft", 400.0)])
def test_there_is_no_draft_where_it_is_quick_or_the_person_chose(
    make_desk: Any, qtbot: Any, quality: str, full_ms: float
) -> None:
    # given a quick window, or one whose quality was chosen by the person
    desk = make_desk(quality=quality)
    city = desk.window.city
    resting = city.quality
    city._full_ms = full_ms

    # when the city is turned
    begin_to_turn(desk, qtbot)

    # then its quality stays
    assert city._scene.quality == resting
    let_go(desk, qtbot)
    qtbot.waitUntil(lambda: city.is_resting, timeout=20_000)


def test_a_draft_never_stays_when_the_quality_changes_in_the_middle(make_desk: Any, qtbot: Any) -> None:
    # given a slow city that is being turned
    desk = make_desk(quality="auto")
    city = desk.window.city
    city._full_ms = 400.0
    begin_to_turn(desk, qtbot)
    assert city._scene.quality == "draft"

    # when the person chooses the finest quality before letting go
    desk.window.perform("view.quality_high")
    let_go(desk, qtbot)
    qtbot.waitUntil(lambda: city.is_resting, timeout=20_000)

    # then the resting city is drawn with it
    assert city._scene.quality == "high"
    assert city.quality == "high"


@pytest.mark.parametrize("quality", ["auto", "standard"])
def test_a_processor_draws_drafts_until_the_city_is_whole(make_desk: Any, qtbot: Any, quality: str) -> None:
    # given a window that has just been opened, without a graphics card
    desk = make_desk(quality=quality, is_loaded=False)
    city, drawn = desk.window.city, []
    desk.window.viewport.frame_drawn.connect(lambda _: city.is_ready and drawn.append(city._scene.quality))

    # when its layers arrive
    with qtbot.waitSignal(desk.window.city_shown, timeout=60_000):
        pass
    first = list(drawn)
    qtbot.waitUntil(lambda: bool(drawn) and drawn[-1] == city.quality, timeout=20_000)

    # then every frame was a draft until the last layer was there, and the full picture followed
    assert city.is_software
    assert first
    assert set(first) == {"draft"}
    assert city.quality == ("standard" if quality == "standard" else "soft")


def test_an_empty_twin_does_not_stay_a_draft(make_desk: Any, qtbot: Any) -> None:
    # given a scene to which nothing ever comes
    desk = make_desk(quality="soft")
    city, state = desk.window.city, desk.window.state
    city.begin(state.home.target, (31.2, 121.4), "soft", "zh", state.stage, may_invent=False)
    assert city._scene.quality == "draft"

    # when a moment has passed
    qtbot.waitUntil(lambda: city._scene.quality == "soft", timeout=20_000)

    # then it is drawn as the person wants it
    assert city.quality == "soft"
