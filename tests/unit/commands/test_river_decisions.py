"""What the river's actions decide."""

from sanping.commands.desk_actions import ACTIONS, GESTURES
from sanping.commands.desk_state import DeskState
from sanping.commands.river_decisions import flows_toggled, station_seen, water_colour_changed, workspace_set
from sanping.commands.view_decisions import panel_toggled, selected
from sanping.domain.view import CameraPose
from sanping.stage.state import FLOWS, FeatureRef, Stage

POSE = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=40.0, pitch_deg=-20.0, distance_m=2000.0)


def desk(**more: object) -> DeskState:
    from datetime import UTC, datetime

    stage = Stage(camera=POSE, style="night", moment=datetime(2026, 6, 21, tzinfo=UTC))
    return DeskState(stage=stage, home=POSE, **more)  # type: ignore[arg-type]


def test_each_workspace_shows_its_own_panels() -> None:
    # given a desk in the workspace of the city
    state = desk()

    # when the river's is chosen
    river = workspace_set(state, "river").state

    # then the panels are the river's, and those of the city are kept for later
    assert "layers" in state.shown_panels
    assert "stations" not in state.shown_panels
    assert "stations" in river.shown_panels
    assert "layers" not in river.shown_panels
    assert workspace_set(river, "city").state.shown_panels == state.shown_panels


def test_a_panel_of_the_other_workspace_opens_there() -> None:
    # given a desk in the workspace of the city whose list of alarms was closed
    state = desk(panels=frozenset({"layers"}))

    # when the alarms are asked for, twice
    once = panel_toggled(state, "alarms").state
    twice = panel_toggled(once, "alarms").state

    # then they open in the river's workspace, and close there
    assert (once.workspace, "alarms" in once.shown_panels) == ("river", True)
    assert (twice.workspace, "alarms" in twice.shown_panels) == ("river", False)


def test_the_colour_of_the_water_goes_round_and_can_be_undone() -> None:
    # given water as it looks
    state = desk()

    # when it is changed three times
    first = water_colour_changed(state).state
    second = water_colour_changed(first).state
    third = water_colour_changed(second).state

    # then it is by class, by flood colour, and as it looks again; each is a step of the history
    colours = [one.stage.water_colour for one in (state, first, second, third)]
    assert colours == ["plain", "class", "level", "plain"]
    assert ACTIONS["edit.undo"].decide(second).state.stage.water_colour == "class"


def test_a_station_opens_beside_the_river_and_makes_room_for_another_object() -> None:
    # given a station that an object of the city stands for
    feature = FeatureRef(layer="facilities", id="facility-001")

    # when its sheet is opened, and then a building is selected
    opened = GESTURES["station.open"](desk(), "SZH00001", feature).state
    other = selected(opened, FeatureRef(layer="buildings", id="B1")).state

    # then the sheet shows with the object selected, and closes for the building
    assert (opened.station, opened.workspace) == ("SZH00001", "river")
    assert opened.stage.selection == (feature,)
    assert "station" in opened.shown_panels
    assert other.station == ""
    assert GESTURES["station.close"](opened).state.stage.selection == ()


def test_an_alarm_that_is_opened_is_gone_to() -> None:
    # given a desk
    # when an alarm is opened, and another one only looked at
    opened = GESTURES["alarm.open"](desk(), "a1")
    looked = GESTURES["alarm.look_at"](desk(), "a2")

    # then the first asks to be shown
    assert (opened.state.alarm, opened.effects[0].kind, opened.effects[0].argument) == ("a1", "show_alarm", "a1")
    assert (looked.state.alarm, looked.effects) == ("a2", ())


def test_a_station_is_seen_from_the_present_side() -> None:
    # given a desk that looks north-east from far away
    # when a station is gone to
    pose = station_seen(desk(), (100.0, 200.0, 3.0))

    # then the view keeps its side and comes near
    assert pose.heading_deg == POSE.heading_deg
    assert pose.target == (100.0, 200.0, 3.0)
    assert pose.distance_m < 1000.0


def test_the_arcs_of_reports_go_and_come_back() -> None:
    # given a desk that shows them
    state = desk()
    assert state.stage.layer(FLOWS).is_visible

    # when they are toggled twice
    hidden = flows_toggled(state).state
    shown = flows_toggled(hidden).state

    # then they are gone, and back
    assert not hidden.stage.layer(FLOWS).is_visible
    assert shown.stage.layer(FLOWS).is_visible
