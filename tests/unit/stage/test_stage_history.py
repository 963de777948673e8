from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.view import CameraPose
from sanping.stage.history import LONGEST_PAST, History, redone, remembered, settled, undone
from sanping.stage.state import FeatureRef, LayerState, Stage

NOON = datetime(2026, 6, 21, 12, tzinfo=UTC)


def stage(distance_m: float = 1000.0) -> Stage:
    return Stage(camera=CameraPose(target=(0.0, 0.0, 0.0), distance_m=distance_m), style="night", moment=NOON)


def test_undo_brings_back_camera_and_layers_but_neither_time_nor_selection() -> None:
    # given a person who hid the water, then went on to another hour and picked a building
    before = stage()
    history = remembered(History(), before)
    later = replace(
        before.with_layer("water", LayerState(is_visible=False)),
        moment=NOON.replace(hour=18),
        selection=(FeatureRef(layer="buildings", id="B1"),),
    )

    # when it is undone
    history, now = undone(history, later)

    # then the water is back, and hour and selection stay
    assert now.layer("water").is_visible
    assert now.moment.hour == 18
    assert now.selection == (FeatureRef(layer="buildings", id="B1"),)
    assert history.can_redo


def test_one_gesture_is_one_step() -> None:
    # given a drag of three moves, its end, and another drag
    history = History()
    for distance_m in (1000.0, 900.0, 800.0):
        history = remembered(history, stage(distance_m), "camera")
    history = settled(history)
    history = remembered(history, stage(700.0), "camera")

    # when it is undone twice
    history, once = undone(history, stage(600.0))
    history, twice = undone(history, once)

    # then each drag was one step, back to where it began
    assert (once.camera.distance_m, twice.camera.distance_m) == (700.0, 1000.0)
    assert not history.can_undo


def test_a_new_change_forgets_what_was_undone() -> None:
    # given a change that was taken back
    history, now = undone(remembered(History(), stage(1.0)), stage(2.0))

    # when something else is done
    history = remembered(history, now)

    # then there is nothing to redo
    assert not history.can_redo


def test_the_past_does_not_grow_without_end() -> None:
    # given more changes than are kept
    history = History()
    for number in range(LONGEST_PAST + 20):
        history = remembered(history, stage(10.0 + number))

    # when the oldest that is left is looked at
    oldest = history.past[0]

    # then it is one of the latest hundred
    assert len(history.past) == LONGEST_PAST
    assert oldest.camera.distance_m == 30.0


@given(st.lists(st.floats(2, 9000), min_size=1, max_size=12))
def test_undoing_everything_and_redoing_it_returns_to_the_end(distances: list[float]) -> None:
    # given any row of changes
    history, now = History(), stage(1500.0)
    for distance_m in distances:
        history, now = remembered(history, now), stage(distance_m)
    end = now

    # when all are undone and redone
    while history.can_undo:
        history, now = undone(history, now)
    begin = now
    while history.can_redo:
        history, now = redone(history, now)

    # then the begin was the begin, and the end is the end
    assert begin == stage(1500.0)
    assert now == end
