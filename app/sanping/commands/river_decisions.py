"""What the river's actions decide: workspace, colour of the water, the station and the alarm that are looked at."""

from dataclasses import replace

from sanping.commands.desk_state import DeskState, Effect, Outcome, PanelName, Workspace
from sanping.domain.view import CameraPose, Point
from sanping.stage.history import remembered
from sanping.stage.state import FLOWS, FeatureRef, WaterColour

WATER_COLOURS: tuple[WaterColour, ...] = ("plain", "class", "level")
STATION_PITCH_DEG = -38.0
STATION_DISTANCE_M = 420.0


def workspace_set(state: DeskState, workspace: Workspace) -> Outcome:
    """Show the panels of the city, of the river, or of the director."""
    return Outcome(state=replace(state, workspace=workspace, has_overlays=True))


def water_coloured(state: DeskState, colour: WaterColour) -> Outcome:
    """Paint the water as it looks, by its class, or by its flood colour."""
    if colour == state.stage.water_colour:
        return Outcome(state=state)
    history = remembered(state.history, state.stage)
    return Outcome(state=replace(state, history=history, stage=replace(state.stage, water_colour=colour)))


def water_colour_changed(state: DeskState) -> Outcome:
    """Go on to the next way to paint the water."""
    place = WATER_COLOURS.index(state.stage.water_colour)
    return water_coloured(state, WATER_COLOURS[(place + 1) % len(WATER_COLOURS)])


def flows_toggled(state: DeskState) -> Outcome:
    """Show or hide the arcs that run from every station that reports to the centre."""
    layer = state.stage.layer(FLOWS)
    stage = state.stage.with_layer(FLOWS, replace(layer, is_visible=not layer.is_visible))
    return Outcome(state=replace(state, stage=stage))


def station_opened(state: DeskState, station: str, feature: FeatureRef | None = None) -> Outcome:
    """Open the sheet of a station beside the river; `feature` is the object of the city that stands for it."""
    stage = replace(state.stage, selection=() if feature is None else (feature,))
    return Outcome(state=replace(_beside_river(state, "station"), stage=stage, station=station))


def station_closed(state: DeskState) -> Outcome:
    """Close the sheet, and let go of the object that stands for the station."""
    return Outcome(state=replace(state, station="", stage=replace(state.stage, selection=())))


def alarm_looked_at(state: DeskState, alarm: str) -> Outcome:
    """Look at an alarm, or at none."""
    return Outcome(state=replace(state, alarm=alarm))


def alarm_opened(state: DeskState, alarm: str) -> Outcome:
    """Look at an alarm in the river's panels, and go to its station."""
    opened = replace(_beside_river(state, "alarms"), alarm=alarm)
    return Outcome(state=opened, effects=(Effect(kind="show_alarm", argument=alarm),))


def station_seen(state: DeskState, place: Point) -> CameraPose:
    """Return a pose that shows a station with its reach of the river, from the present side."""
    pose = state.stage.camera
    return replace(
        pose,
        target=place,
        pitch_deg=STATION_PITCH_DEG,
        distance_m=STATION_DISTANCE_M,
        fov_deg=state.home.fov_deg,
    )


def _beside_river(state: DeskState, panel: PanelName) -> DeskState:
    """Return the state with a panel open in the workspace of the river."""
    return replace(state, workspace="river", panels=state.panels | {panel}, has_overlays=True)
