"""How one side of a comparison differs from the window: style, time of day, colours, layers, camera; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from sanping.commands.desk_state import DeskState, Outcome
from sanping.domain.view import CameraPose, StyleName
from sanping.stage.camera import LOWEST_PITCH_DEG
from sanping.stage.history import remembered
from sanping.stage.state import Colouring, LayerState, Stage
from sanping.stage.walking import Ground, standing

CameraWish = Literal["same", "top", "street"]
ColourWish = Literal["same", "none", "height"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSettings:
    """What is other on this side; everything else is as in the window, or as in `taken` where a stage was taken over.

    `hour` is the time of day (0 … 24) where the twin lies, None for that of the window. `hidden` are layers that are
    not shown here, `shown` ones that are although the window hides them.
    """

    style: StyleName | Literal[""] = ""
    hour: float | None = None
    colours: ColourWish = "same"
    hidden: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    camera: CameraWish = "same"
    taken: Stage | None = None


def stage_of_side(window: Stage, side: SideSettings, coloured_layer: str, ground: Ground) -> Stage:
    """Return what a side shows; `coloured_layer` is the layer that heights colour, `ground` gives its height."""
    stage = replace(side.taken, camera=window.camera) if side.taken is not None else window
    stage = replace(stage, hovered=None, camera=_camera(window.camera, side.camera, ground))
    if side.style:
        stage = replace(stage, style=side.style)
    if side.hour is not None:
        midnight = stage.moment.replace(hour=0, minute=0, second=0, microsecond=0)
        stage = replace(stage, moment=midnight + timedelta(hours=side.hour))
    if side.colours == "none":
        stage = replace(stage, colouring=None)
    elif side.colours == "height" and coloured_layer:
        stage = replace(stage, colouring=Colouring(layer=coloured_layer, attribute="@height_m"))
    return _with_visible(_with_visible(stage, side.hidden, is_visible=False), side.shown, is_visible=True)


def with_layer(side: SideSettings, layer: str, *, is_visible: bool, in_window: bool) -> SideSettings:
    """Return the settings with a layer shown or hidden on this side, or as in the window again."""
    hidden, shown = side.hidden - {layer}, side.shown - {layer}
    if is_visible == in_window:
        return replace(side, hidden=hidden, shown=shown)
    if is_visible:
        return replace(side, hidden=hidden, shown=shown | {layer})
    return replace(side, hidden=hidden | {layer}, shown=shown)


def stage_taken(state: DeskState, stage: Stage) -> Outcome:
    """Let the window show what a side shows; one step of the history."""
    return Outcome(state=replace(state, history=remembered(state.history, state.stage), stage=stage))


def _with_visible(stage: Stage, layers: Iterable[str], *, is_visible: bool) -> Stage:
    changed: dict[str, LayerState] = {
        name: replace(stage.layer(name), is_visible=is_visible)
        for name in layers
        if stage.layer(name).is_visible != is_visible
    }
    return replace(stage, layers=MappingProxyType({**stage.layers, **changed})) if changed else stage


def _camera(pose: CameraPose, wish: CameraWish, ground: Ground) -> CameraPose:
    if wish == "top":
        return replace(pose, pitch_deg=LOWEST_PITCH_DEG)
    if wish == "street":
        return standing(pose, pose.target[0], pose.target[1], ground)
    return pose
