"""What the view and layer actions decide: state in, outcome out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from sanping.commands.desk_state import (
    WORKSPACES,
    DeskState,
    Effect,
    Outcome,
    PanelName,
    QualityChoice,
    Workspace,
    with_stage,
)
from sanping.domain.text import Language
from sanping.domain.view import CameraPose, Point, StyleName
from sanping.stage.camera import orbited, panned, zoomed_about
from sanping.stage.history import History, redone, remembered, undone
from sanping.stage.state import COMPONENTS_LAYER, TEXTURES, Colouring, FeatureRef, LayerState, Stage

ZOOM_STEP = 0.7
TURN_STEP_DEG = 15.0
TILT_STEP_DEG = 8.0
PAN_SHARE = 0.12
TOP_PITCH_DEG = -89.9
OBJECT_PITCH_DEG = -32.0
DAY_BEGINS_H, DAY_ENDS_H = 7, 17
DAY_HOUR, NIGHT_HOUR = 10, 19


def flown_to(state: DeskState, pose: CameraPose) -> Outcome:
    """Fly to a pose; one step of the history."""
    history = remembered(state.history, state.stage)
    return Outcome(state=replace(state, history=history), effects=(Effect(kind="fly", argument=pose),))


def moved_to(state: DeskState, pose: CameraPose, running: str = "camera") -> Outcome:
    """Put the camera at a pose at once; moves of one gesture share a step."""
    history = remembered(state.history, state.stage, running)
    return Outcome(state=replace(state, history=history, stage=replace(state.stage, camera=pose)))


def home(state: DeskState) -> Outcome:
    """Fly to the first view."""
    return flown_to(replace(state, is_walking=False), state.home)


def north_up(state: DeskState) -> Outcome:
    """Turn until north is up."""
    return flown_to(state, replace(state.stage.camera, heading_deg=0.0))


def from_top(state: DeskState) -> Outcome:
    """Look straight down, north up."""
    pose = replace(state.stage.camera, heading_deg=0.0, pitch_deg=TOP_PITCH_DEG)
    return flown_to(replace(state, is_walking=False), pose)


def zoomed(state: DeskState, factor: float) -> Outcome:
    """Come nearer (factor < 1) or go away."""
    return flown_to(state, zoomed_about(state.stage.camera, factor))


def turned(state: DeskState, heading_deg: float, pitch_deg: float) -> Outcome:
    """Turn around the target by a step."""
    return moved_to(state, orbited(state.stage.camera, heading_deg, pitch_deg), "turn by key")


def slid(state: DeskState, right: float, forward: float) -> Outcome:
    """Slide by a share of the distance."""
    step = state.stage.camera.distance_m * PAN_SHARE
    return moved_to(state, panned(state.stage.camera, right * step, forward * step), "slide by key")


def walk_toggled(state: DeskState) -> Outcome:
    """Step down to the street, or go back up to where the walk began."""
    if not state.is_walking:
        history = remembered(state.history, state.stage)
        return Outcome(state=replace(state, is_walking=True, history=history), effects=(Effect(kind="stand"),))
    pose = state.stage.camera
    up = replace(pose, pitch_deg=-35.0, distance_m=450.0, fov_deg=state.home.fov_deg)
    return flown_to(replace(state, is_walking=False), up)


def styled(state: DeskState, style: StyleName) -> Outcome:
    """Show the city in another style."""
    if style == state.stage.style:
        return Outcome(state=state)
    history = remembered(state.history, state.stage)
    return Outcome(state=replace(state, history=history, stage=_in_style(state.stage, style)))


def components_toggled(state: DeskState) -> Outcome:
    """Show or hide the components of the city, which are hidden at first."""
    layer = state.stage.layers.get(COMPONENTS_LAYER, LayerState(is_visible=False))
    stage = state.stage.with_layer(COMPONENTS_LAYER, replace(layer, is_visible=not layer.is_visible))
    return Outcome(state=replace(state, stage=stage))


def textures_toggled(state: DeskState) -> Outcome:
    """Show or hide the pictures on models, which are shown at first."""
    layer = state.stage.layer(TEXTURES)
    stage = state.stage.with_layer(TEXTURES, replace(layer, is_visible=not layer.is_visible))
    return Outcome(state=replace(state, stage=stage))


def style_toggled(state: DeskState) -> Outcome:
    """Change between night and day."""
    return styled(state, "day" if state.stage.style == "night" else "night")


def visited(state: DeskState, number: int) -> Outcome:
    """Fly to the bookmark of a number, counted from 1."""
    if not 1 <= number <= len(state.bookmarks):
        return Outcome(state=state)
    bookmark = state.bookmarks[number - 1]
    outcome = flown_to(replace(state, is_walking=False), bookmark.camera)
    if bookmark.style is None:
        return outcome
    return replace(outcome, state=with_stage(outcome.state, _in_style(outcome.state.stage, bookmark.style)))


def visibility_set(state: DeskState, layer: str, is_visible: bool) -> Outcome:
    """Show or hide one layer."""
    return _layer_changed(state, layer, replace(state.stage.layer(layer), is_visible=is_visible), "")


def opacity_set(state: DeskState, layer: str, opacity: float) -> Outcome:
    """Let one layer shine through; 0 … 1."""
    opacity = min(1.0, max(0.0, opacity))
    return _layer_changed(state, layer, replace(state.stage.layer(layer), opacity=opacity), f"opacity {layer}")


def isolated(state: DeskState) -> Outcome:
    """Show the selected object without the buildings around it, and bring them back when done again."""
    alone = () if state.stage.isolated else state.stage.selection
    if alone == state.stage.isolated:
        return Outcome(state=state)
    history = remembered(state.history, state.stage)
    return Outcome(state=replace(state, history=history, stage=replace(state.stage, isolated=alone)))


def all_shown(state: DeskState) -> Outcome:
    """Show every object of every layer, opaque."""
    layers = MappingProxyType({**state.stage.layers, **{name: LayerState() for name in state.layers}})
    stage = replace(state.stage, layers=layers, isolated=())
    if stage == state.stage:
        return Outcome(state=state)
    return Outcome(state=replace(state, history=remembered(state.history, state.stage), stage=stage))


def coloured(state: DeskState, colouring: Colouring | None) -> Outcome:
    """Colour a layer by an attribute, or by nothing."""
    if colouring == state.stage.colouring:
        return Outcome(state=state)
    history = remembered(state.history, state.stage)
    return Outcome(state=replace(state, history=history, stage=replace(state.stage, colouring=colouring)))


def selected(state: DeskState, feature: FeatureRef | None, parts: Sequence[str] = ()) -> Outcome:
    """Select one object with its parts, or nothing; the sheet of a station makes room for it."""
    selection: tuple[FeatureRef, ...] = ()
    if feature is not None:
        selection = (feature, *(FeatureRef(layer=feature.layer, id=part) for part in parts))
    return Outcome(state=replace(state, stage=replace(state.stage, selection=selection), station=""))


def hovered(state: DeskState, feature: FeatureRef | None) -> Outcome:
    """Mark the object under the cursor."""
    return Outcome(state=with_stage(state, replace(state.stage, hovered=feature)))


def undo(state: DeskState) -> Outcome:
    """Take back the last change of view or layers."""
    return _travelled(state, *undone(state.history, state.stage))


def redo(state: DeskState) -> Outcome:
    """Do the change again that was taken back."""
    return _travelled(state, *redone(state.history, state.stage))


def moment_set(state: DeskState, moment: datetime) -> Outcome:
    """Set date and time of day; the sun follows."""
    return Outcome(state=with_stage(state, replace(state.stage, moment=moment)))


def moment_shifted(state: DeskState, hours: float) -> Outcome:
    """Go on or back by some hours."""
    return moment_set(state, state.stage.moment + timedelta(hours=hours))


def play_toggled(state: DeskState) -> Outcome:
    """Let time run, or stop it."""
    return Outcome(state=replace(state, is_playing=not state.is_playing))


def language_set(state: DeskState, language: Language) -> Outcome:
    """Speak another language."""
    return Outcome(state=replace(state, language=language))


def language_toggled(state: DeskState) -> Outcome:
    """Change between Chinese and English."""
    return language_set(state, "en" if state.language == "zh" else "zh")


def quality_set(state: DeskState, quality: QualityChoice) -> Outcome:
    """Draw better or faster."""
    return Outcome(state=replace(state, quality=quality))


def crs_set(state: DeskState, crs: str) -> Outcome:
    """Show coordinates in another reference system; empty for the twin's own."""
    return Outcome(state=replace(state, crs_shown=crs))


def panel_toggled(state: DeskState, panel: PanelName) -> Outcome:
    """Open or close one panel; one of another workspace is opened there."""
    if panel in WORKSPACES[state.workspace]:
        return Outcome(state=replace(state, panels=state.panels ^ {panel}, has_overlays=True))
    other: Workspace = next(name for name, panels in WORKSPACES.items() if panel in panels)
    return Outcome(state=replace(state, workspace=other, panels=state.panels | {panel}, has_overlays=True))


def overlays_toggled(state: DeskState) -> Outcome:
    """Hide every panel, or bring them back."""
    return Outcome(state=replace(state, has_overlays=not state.has_overlays))


def full_screen_toggled(state: DeskState) -> Outcome:
    """Fill the screen, or not."""
    changed = replace(state, is_full_screen=not state.is_full_screen)
    return Outcome(state=changed, effects=(Effect(kind="set_full_screen", argument=changed.is_full_screen),))


def seen_from_here(target: Point, height_m: float, pose: CameraPose, fov_deg: float) -> CameraPose:
    """Return a pose that shows an object of some height from the present side."""
    distance = max(90.0, height_m * 3.2)
    return CameraPose(
        target=target,
        heading_deg=pose.heading_deg,
        pitch_deg=OBJECT_PITCH_DEG,
        distance_m=distance,
        fov_deg=fov_deg,
    )


def _in_style(stage: Stage, style: StyleName) -> Stage:
    """Return the stage in another style, at an hour that shows it: nobody wants a day picture at midnight."""
    if style == stage.style:
        return stage
    is_light = DAY_BEGINS_H <= stage.moment.hour < DAY_ENDS_H
    hour = stage.moment.hour if is_light == (style == "day") else DAY_HOUR if style == "day" else NIGHT_HOUR
    moment = stage.moment if hour == stage.moment.hour else stage.moment.replace(hour=hour, minute=0, second=0)
    return replace(stage, style=style, moment=moment)


def _layer_changed(state: DeskState, layer: str, layer_state: LayerState, running: str) -> Outcome:
    if layer_state == state.stage.layer(layer):
        return Outcome(state=state)
    history = remembered(state.history, state.stage, running)
    return Outcome(state=replace(state, history=history, stage=state.stage.with_layer(layer, layer_state)))


def _travelled(state: DeskState, history: History, stage: Stage) -> Outcome:
    if history is state.history:
        return Outcome(state=state)
    here = _in_style(replace(stage, camera=state.stage.camera, style=state.stage.style), stage.style)
    changed = replace(state, history=history, stage=here, is_walking=False)
    return Outcome(state=changed, effects=(Effect(kind="fly", argument=stage.camera),))
