"""The stage as the keyed values that screens share (`wire.show`), and back; pure.

Angles in degrees, lengths in metres, places in world metres of the twin's CRS, moments as ISO 8601 with their offset.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar, cast

import msgspec

from sanping.domain.area import area_code
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.domain.view import CameraPose, Point, StyleName
from sanping.stage.area_map import AreaMap
from sanping.stage.camera import FARTHEST_M, HIGHEST_PITCH_DEG, LOWEST_PITCH_DEG, NEAREST_M
from sanping.stage.notes_shown import ShownNotes, checked_notes
from sanping.stage.plan_shown import ShownPlan, checked
from sanping.stage.section_shown import ShownSection, checked_section
from sanping.stage.state import Colouring, FeatureRef, LayerState, Stage, WaterColour
from sanping.stage.timeline import Timeline
from sanping.wire.show import ViewKey

FocusKind = Literal["station", "alarm", "case", "panel", "camera"]
BoardName = Literal["sensing", "governing"]
"""What the panels of a wall tell of: the state of the city (状态一网感知), or how it is run (运行一网治理)."""
FIRST_BOARD: BoardName = "sensing"

_BAD = Text(
    "画面数据“{key}”无法使用：{reason}；请更新两端程序",
    "The value {key} cannot be shown: {reason}; update both programs",
)
FARTHEST_FROM_ORIGIN_M = 1e8
T = TypeVar("T")


class Focus(msgspec.Struct, frozen=True, kw_only=True):
    """What the wall shows large beside the city: one station, alarm, case, camera or panel."""

    kind: FocusKind
    id: str


class Pointer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the light of a laser pointer falls, in world metres."""

    target: Point


class SharedLayer(msgspec.Struct, frozen=True, kw_only=True):
    """How a layer is shown; `opacity` from 0 to 1."""

    is_visible: bool = True
    opacity: float = 1.0


def shared_values(stage: Stage) -> dict[ViewKey, Any]:
    """Return what screens share of a stage, as values that JSON takes; what a mouse hovers over stays at home."""
    return {
        "camera": stage.camera,
        "style": stage.style,
        "moment": stage.moment.isoformat(),
        "timeline": stage.timeline,
        "layers": {name: SharedLayer(is_visible=look.is_visible, opacity=look.opacity) for name, look in
                   stage.layers.items()},
        "selection": stage.selection,
        "isolated": stage.isolated,
        "colouring": stage.colouring,
        "water_colour": stage.water_colour,
        "area": stage.area,
        "area_map": stage.area_map,
        "scheme": stage.scheme,
        "section": stage.section,
        "notes": stage.notes,
    }  # fmt: skip


def differences(new: Stage, old: Stage) -> dict[ViewKey, Any]:
    """Return the values that changed between two stages."""
    if new is old:
        return {}
    before = shared_values(old)
    return {key: value for key, value in shared_values(new).items() if value != before[key]}


def with_value(stage: Stage, key: str, value: bytes) -> Stage:
    """Return the stage with one shared value, from its JSON. Raises `InputError`.

    Keys of newer programs and those that are no part of a stage ("scene", "focus", "pointer", "board") change nothing.
    """
    take = _TAKES.get(key)
    return stage if take is None else _checked(key, lambda: take(stage, value))


def checked_value(key: ViewKey, value: bytes) -> None:
    """Raise `InputError` unless a value can be shown; the hub asks before it passes one on."""
    if key in _TAKES:
        if key == "camera":  # sixty times a second: no stage is made for it
            _checked(key, lambda: _camera_of(value))
        else:
            with_value(_BLANK, key, value)
    elif key in _OTHERS:
        _checked(key, lambda: _OTHERS[key].decode(value))


def focus_of(value: bytes) -> Focus | None:
    """Return what the wall shows large. Raises `InputError`."""
    return _checked("focus", lambda: cast("Focus | None", _OTHERS["focus"].decode(value)))


def pointer_of(value: bytes) -> Pointer | None:
    """Return where the pointer is. Raises `InputError`."""
    return _checked("pointer", lambda: cast("Pointer | None", _OTHERS["pointer"].decode(value)))


def board_of(value: bytes) -> BoardName:
    """Return which board the wall shows, the first where none was chosen. Raises `InputError`."""
    return _checked("board", lambda: cast("BoardName | None", _OTHERS["board"].decode(value)) or FIRST_BOARD)


def _checked(key: str, take: Callable[[], T]) -> T:
    try:
        return take()
    except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
        raise InputError(_BAD.with_values(key=key, reason=str(error)[:200])) from error


def _camera_of(value: bytes) -> CameraPose:
    camera = _CAMERA.decode(value)
    if max(map(abs, camera.target)) > FARTHEST_FROM_ORIGIN_M:
        raise ValueError("target")
    if not (NEAREST_M <= camera.distance_m <= FARTHEST_M and 1.0 <= camera.fov_deg <= 150.0):
        raise ValueError("distance_m, fov_deg")
    pitch = min(HIGHEST_PITCH_DEG, max(LOWEST_PITCH_DEG, camera.pitch_deg))
    if pitch == camera.pitch_deg and 0.0 <= camera.heading_deg < 360.0:
        return camera
    return replace(camera, heading_deg=camera.heading_deg % 360.0, pitch_deg=pitch)


def _with_camera(stage: Stage, value: bytes) -> Stage:
    return replace(stage, camera=_camera_of(value))


def _with_moment(stage: Stage, value: bytes) -> Stage:
    moment = _MOMENT.decode(value)
    if moment.tzinfo is None:
        raise ValueError("moment without an offset")
    return replace(stage, moment=moment)


def _with_timeline(stage: Stage, value: bytes) -> Stage:
    return replace(stage, timeline=_TIMELINE.decode(value))


def _with_layers(stage: Stage, value: bytes) -> Stage:
    shared = _LAYERS.decode(value)
    layers = {
        name: LayerState(is_visible=layer.is_visible, opacity=min(1.0, max(0.0, layer.opacity)))
        for name, layer in shared.items()
    }
    return replace(stage, layers=MappingProxyType(layers))


def _with_scheme(stage: Stage, value: bytes) -> Stage:
    shown = _SCHEME.decode(value)
    return replace(stage, scheme=None if shown is None else checked(shown))


def _with_section(stage: Stage, value: bytes) -> Stage:
    shown = _SECTION.decode(value)
    return replace(stage, section=None if shown is None else checked_section(shown))


def _with_notes(stage: Stage, value: bytes) -> Stage:
    shown = _NOTES.decode(value)
    return replace(stage, notes=None if shown is None else checked_notes(shown))


def _with_area(stage: Stage, value: bytes) -> Stage:
    written = _AREA.decode(value)
    try:
        return replace(stage, area=area_code(written) if written else "")
    except InputError as error:
        raise ValueError(error.message.en) from error


_CAMERA = msgspec.json.Decoder(CameraPose)
_MOMENT = msgspec.json.Decoder(datetime)
_TIMELINE = msgspec.json.Decoder(Timeline)
_LAYERS = msgspec.json.Decoder(dict[str, SharedLayer])
_STYLE: msgspec.json.Decoder[StyleName] = msgspec.json.Decoder(StyleName)
_WATER: msgspec.json.Decoder[WaterColour] = msgspec.json.Decoder(WaterColour)
_OBJECTS = msgspec.json.Decoder(tuple[FeatureRef, ...])
_AREA: msgspec.json.Decoder[str | None] = msgspec.json.Decoder(str | None)
_AREA_MAP: msgspec.json.Decoder[AreaMap | None] = msgspec.json.Decoder(AreaMap | None)
_SCHEME: msgspec.json.Decoder[ShownPlan | None] = msgspec.json.Decoder(ShownPlan | None)
_SECTION: msgspec.json.Decoder[ShownSection | None] = msgspec.json.Decoder(ShownSection | None)
_NOTES: msgspec.json.Decoder[ShownNotes | None] = msgspec.json.Decoder(ShownNotes | None)
_COLOURING: msgspec.json.Decoder[Colouring | None] = msgspec.json.Decoder(Colouring | None)
_TAKES: Mapping[str, Callable[[Stage, bytes], Stage]] = MappingProxyType(
    {
        "camera": _with_camera,
        "style": lambda stage, value: replace(stage, style=_STYLE.decode(value)),
        "moment": _with_moment,
        "timeline": _with_timeline,
        "layers": _with_layers,
        "selection": lambda stage, value: replace(stage, selection=_OBJECTS.decode(value)),
        "isolated": lambda stage, value: replace(stage, isolated=_OBJECTS.decode(value)),
        "colouring": lambda stage, value: replace(stage, colouring=_COLOURING.decode(value)),
        "water_colour": lambda stage, value: replace(stage, water_colour=_WATER.decode(value)),
        "area": _with_area,
        "area_map": lambda stage, value: replace(stage, area_map=_AREA_MAP.decode(value)),
        "scheme": _with_scheme,
        "section": _with_section,
        "notes": _with_notes,
    }
)
_OTHERS: Mapping[str, msgspec.json.Decoder[Any]] = MappingProxyType(
    {
        "scene": msgspec.json.Decoder(Annotated[str, msgspec.Meta(max_length=200)] | None),
        "focus": msgspec.json.Decoder(Focus | None),
        "pointer": msgspec.json.Decoder(Pointer | None),
        "board": msgspec.json.Decoder(BoardName | None),
    }
)
_BLANK = Stage(camera=CameraPose(target=(0.0, 0.0, 0.0)), style="night", moment=datetime(2026, 1, 1, tzinfo=UTC))
