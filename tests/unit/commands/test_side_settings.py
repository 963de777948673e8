"""How one side of a comparison differs from the window."""

from dataclasses import replace
from datetime import datetime

from sanping.commands.desk_state import DeskState
from sanping.commands.side_settings import SideSettings, stage_of_side, stage_taken, with_layer
from sanping.domain.view import CameraPose
from sanping.stage.state import Colouring, LayerState, Stage

CAMERA = CameraPose(target=(100.0, 200.0, 5.0), heading_deg=40.0)
WINDOW = Stage(
    camera=CAMERA, style="night", moment=datetime.fromisoformat("2026-11-21T18:40:00+08:00"),
    colouring=Colouring(layer="buildings", attribute="usage"),
).with_layer("grid", LayerState(is_visible=False, opacity=0.4))  # fmt: skip


def side_of(side):
    return stage_of_side(WINDOW, side, "buildings", lambda _east, _north: 7.0)


def test_a_side_without_settings_is_the_window() -> None:
    # given no settings, when the stage of the side is made, then it is the window's
    assert side_of(SideSettings()) == WINDOW


def test_a_side_differs_in_what_is_set_and_follows_the_window_in_all_else() -> None:
    # given a side by day at half past one, coloured by height, with one layer less and one more
    side = SideSettings(
        style="day", hour=13.5, colours="height", hidden=frozenset({"buildings"}), shown=frozenset({"grid"})
    )

    # when its stage is made
    stage = side_of(side)

    # then that is so, in the place's own time, and camera and opacity are the window's
    assert (stage.style, stage.camera) == ("day", CAMERA)
    assert stage.moment == datetime.fromisoformat("2026-11-21T13:30:00+08:00")
    assert stage.colouring == Colouring(layer="buildings", attribute="@height_m")
    assert not stage.layer("buildings").is_visible
    assert stage.layer("grid") == LayerState(is_visible=True, opacity=0.4)
    assert side_of(SideSettings(colours="none")).colouring is None


def test_a_look_that_was_taken_over_keeps_all_but_the_camera() -> None:
    # given a look from elsewhere that was kept
    kept = replace(WINDOW, style="day", camera=CameraPose(target=(0.0, 0.0, 0.0)))

    # when the window has moved, then the side shows the kept look from where the window is
    assert side_of(SideSettings(taken=kept)) == replace(kept, camera=CAMERA)


def test_a_pane_looks_from_above_or_from_the_street_at_the_same_place() -> None:
    # given panes with cameras of their own
    above, street = side_of(SideSettings(camera="top")).camera, side_of(SideSettings(camera="street")).camera

    # when they are compared with the window's, then one looks down at its target, one stands there at eye height
    assert above.target == CAMERA.target
    assert above.pitch_deg < -89.0
    assert [round(value, 1) for value in street.position] == [100.0, 200.0, 8.7]
    assert street.heading_deg == 40.0


def test_a_layer_is_shown_hidden_or_as_in_the_window_again() -> None:
    # given a side, when a layer that the window shows is hidden and shown, and one that it hides is shown
    hidden = with_layer(SideSettings(), "roads", is_visible=False, in_window=True)
    shown = with_layer(hidden, "grid", is_visible=True, in_window=False)

    # then only what differs is remembered
    assert (shown.hidden, shown.shown) == (frozenset({"roads"}), frozenset({"grid"}))
    assert with_layer(hidden, "roads", is_visible=True, in_window=True) == SideSettings()


def test_the_window_takes_over_a_side_as_a_step_that_can_be_undone() -> None:
    # given a desk, when it takes over a stage, then that is a step of its history
    state = stage_taken(DeskState(stage=WINDOW, home=CAMERA), replace(WINDOW, style="day")).state
    assert state.stage.style == "day"
    assert state.history.can_undo
