"""What the director's actions decide, and what a take sends: the desk's values that differ from those of the wall."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import msgspec

from sanping.commands.desk_state import DeskState, Effect, Outcome, PanelName, with_stage
from sanping.commands.director_state import MOST_TAKEN, Direct, Director, DirectorWish, Scene, TakenView
from sanping.commands.view_decisions import flown_to, styled
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.area_map import narrowed
from sanping.stage.sharing import (
    FIRST_BOARD,
    BoardName,
    Focus,
    FocusKind,
    board_of,
    differences,
    focus_of,
    shared_values,
    with_value,
)
from sanping.stage.show import SharedValue
from sanping.stage.state import Stage
from sanping.wire.show import ViewKey

SCENE_KEYS: tuple[ViewKey, ...] = (
    "camera", "style", "layers", "isolated", "water_colour", "colouring", "focus", "board", "area", "area_map",
)  # fmt: skip
PANELS_ON_WALL: Mapping[PanelName, str] = MappingProxyType(
    {
        "alarms": "alarms",
        "river": "profile",
        "stations": "carousel",
        "sources": "sources",
        "overview": "figures",
        "reports": "reports",
    }
)
"""The panel of the wall that shows large what a panel of the desk shows."""
WORDS: Mapping[ViewKey, Text] = MappingProxyType(
    {
        "camera": Text("镜头", "camera"),
        "style": Text("日夜", "style"),
        "moment": Text("时间", "time"),
        "timeline": Text("回放", "replay"),
        "layers": Text("图层", "layers"),
        "selection": Text("选中", "selection"),
        "isolated": Text("单独显示", "isolation"),
        "colouring": Text("着色", "colours"),
        "water_colour": Text("水面", "water"),
        "focus": Text("大屏详情", "focus"),
        "board": Text("大屏主题", "board"),
        "area": Text("区域", "area"),
        "area_map": Text("案件地图", "map of cases"),
    }
)
NAME = Text("场景 {number}", "Scene {number}")


def linked(state: DeskState) -> Outcome:
    """Take part in the room, or leave it."""
    director = state.director
    return _directed(state, replace(director, is_linked=not director.is_linked, is_previewing=False, follows=True))


def followed(state: DeskState) -> Outcome:
    """Follow what another screen leads, or look around freely."""
    return _directed(state, replace(state.director, follows=not state.director.follows))


def previewed(state: DeskState) -> Outcome:
    """Move freely while the wall stays, or lead it live again."""
    director = state.director
    return _directed(state, replace(director, is_linked=True, is_previewing=not director.is_previewing))


def transition_changed(state: DeskState) -> Outcome:
    """Let takes glide, or cut."""
    return _directed(state, replace(state.director, is_smooth=not state.director.is_smooth))


def sent(state: DeskState, wish: DirectorWish = "take") -> Outcome:
    """Bring the desk's view to the wall; a desk that took no part keeps its next moves to itself."""
    director = state.director
    if not director.is_linked:
        director = replace(director, is_linked=True, is_previewing=True)
    return _directed(state, director, Direct(wish=wish))


def focused(state: DeskState, kind: FocusKind | None = None, id: str = "") -> Outcome:
    """Have the wall show one thing large; nothing when there is none."""
    focus = None if kind is None or not id else Focus(kind=kind, id=id)
    return sent(replace(state, director=replace(state.director, focus=focus)), "cut")


def board_turned(state: DeskState, board: BoardName) -> Outcome:
    """Have the panels of the wall tell of the state of the city, or of how it is run."""
    return sent(replace(state, director=replace(state.director, board=board)), "cut")


def station_sent(state: DeskState) -> Outcome:
    """Show the station whose sheet is open large on the wall."""
    return focused(state, "station", state.station) if state.station else Outcome(state=state)


def alarm_sent(state: DeskState) -> Outcome:
    """Show the alarm that is looked at large on the wall; without one the list of alarms."""
    return focused(state, "alarm", state.alarm) if state.alarm else panel_sent(state, "alarms")


def panel_sent(state: DeskState, panel: PanelName) -> Outcome:
    """Show what a panel of the desk shows large on the wall."""
    if panel == "station":
        return station_sent(state)
    return focused(state, "panel", PANELS_ON_WALL.get(panel, ""))


def asked(state: DeskState, to: object = "", *, wish: DirectorWish) -> Outcome:
    """Ask something of the room, the hub or the person; nothing of the desk changes by itself."""
    return Outcome(state=state, effects=(Effect(kind="direct", argument=Direct(wish=wish, to=str(to))),))


def pairing_opened(state: DeskState) -> Outcome:
    """Open the devices beside the director, with a new code for a phone."""
    pairing: PanelName = "pairing"
    opened = replace(state, workspace="director", panels=state.panels | {pairing}, has_overlays=True)
    return asked(opened, wish="code")


def recalled(state: DeskState, number: int) -> Outcome:
    """Show the scene of a number key; an empty key does nothing."""
    scene = state.director.scene(number)
    return Outcome(state=state) if scene is None else _shown_again(state, scene.values)


def taken_again(state: DeskState, place: int) -> Outcome:
    """Show a view again that was on the wall; `place` counts from 0, the newest."""
    taken = state.director.taken
    return _shown_again(state, taken[place].values) if 0 <= place < len(taken) else Outcome(state=state)


# What is shared


def outgoing(state: DeskState) -> dict[ViewKey, Any]:
    """Return what the desk shows, as screens share it."""
    return {**shared_values(state.stage), "focus": state.director.focus, "board": state.director.board}


def outgoing_changes(new: DeskState, old: DeskState) -> dict[ViewKey, Any]:
    """Return the shared values that changed between two states."""
    changed = differences(new.stage, old.stage)
    if new.director.focus != old.director.focus:
        changed["focus"] = new.director.focus
    if new.director.board != old.director.board:
        changed["board"] = new.director.board
    return changed


def to_take(state: DeskState, programme: Mapping[ViewKey, SharedValue]) -> dict[ViewKey, Any]:
    """Return what a take sends: every value of the desk that the wall does not show."""
    changed = differences(state.stage, programme_of(state.stage, programme))
    unknown = {key: value for key, value in shared_values(state.stage).items() if key not in programme}
    if focus_shown(programme) != state.director.focus:
        changed["focus"] = state.director.focus
    if board_shown(programme) != state.director.board:
        changed["board"] = state.director.board
    return {**unknown, **changed}


def programme_of(stage: Stage, programme: Mapping[ViewKey, SharedValue]) -> Stage:
    """Return the stage that the wall shows; a value that cannot be shown stays as `stage` has it."""
    return _with_values(stage, {key: shared.value for key, shared in programme.items()})


def focus_shown(programme: Mapping[ViewKey, SharedValue]) -> Focus | None:
    """Return what the wall shows large."""
    return _focus_in({key: shared.value for key, shared in programme.items()})


def board_shown(programme: Mapping[ViewKey, SharedValue]) -> BoardName:
    """Return what the panels of the wall tell of."""
    return _board_in({key: shared.value for key, shared in programme.items()})


def camera_shown(programme: Mapping[ViewKey, SharedValue], base: Stage) -> CameraPose | None:
    """Return where the wall's camera is, None while nobody has said."""
    return programme_of(base, programme).camera if "camera" in programme else None


# Scenes and views


def scene_of(state: DeskState, number: int, name: str = "") -> Scene:
    """Return the desk's view as a scene; without a name it keeps the one it had, or is named by its number."""
    values = outgoing(state)
    known = state.director.scene(number)
    usual = NAME.with_values(number=number).in_language(state.language) if known is None else known.name
    kept = {key: msgspec.json.encode(values[key]) for key in SCENE_KEYS}
    return Scene(number=number, name=name.strip()[:40] or usual, values=MappingProxyType(kept))


def with_scene(director: Director, scene: Scene) -> Director:
    """Put a scene on its key."""
    scenes = [*without_scene(director, scene.number).scenes, scene]
    return replace(director, scenes=tuple(sorted(scenes, key=lambda one: one.number)))


def without_scene(director: Director, number: int) -> Director:
    """Empty a key."""
    return replace(director, scenes=tuple(scene for scene in director.scenes if scene.number != number))


def with_taken(director: Director, view: TakenView) -> Director:
    """Put a view first among those that were on the wall; the same view is there once, the oldest goes."""
    others = tuple(other for other in director.taken if other.values.get("camera") != view.values.get("camera"))
    return replace(director, taken=(view, *others)[:MOST_TAKEN])


def view_of(state: DeskState, name: Text, at_ms: int) -> TakenView:
    """Return the desk's view as one that is on the wall."""
    values = {key: msgspec.json.encode(value) for key, value in outgoing(state).items() if key in SCENE_KEYS}
    return TakenView(name=name, values=MappingProxyType(values), at_ms=at_ms)


def camera_in(values: Mapping[ViewKey, bytes], base: Stage) -> CameraPose:
    """Return the camera of a scene or a view."""
    return _with_values(base, values).camera


def waiting_words(keys: Sequence[ViewKey]) -> tuple[Text, ...]:
    """Return what differs between desk and wall, in words."""
    return tuple(WORDS[key] for key in WORDS if key in keys)


def _directed(state: DeskState, director: Director, wish: Direct | None = None) -> Outcome:
    effects = () if wish is None else (Effect(kind="direct", argument=wish),)
    return Outcome(state=replace(state, director=director), effects=effects)


def _shown_again(state: DeskState, values: Mapping[ViewKey, bytes]) -> Outcome:
    there = _with_values(state.stage, values)
    outcome = flown_to(replace(state, is_walking=False), there.camera)
    changed = styled(outcome.state, there.style).state
    stage = replace(
        changed.stage, layers=there.layers, isolated=there.isolated, water_colour=there.water_colour,
        colouring=there.colouring, area=narrowed(there.area, state.centre), area_map=there.area_map,
    )  # fmt: skip
    board = _board_in(values) if "board" in values else changed.director.board
    director = replace(changed.director, focus=_focus_in(values), board=board)
    return replace(outcome, state=replace(with_stage(changed, stage), director=director, history=outcome.state.history))


def _with_values(stage: Stage, values: Mapping[ViewKey, bytes]) -> Stage:
    for key, value in values.items():
        try:
            stage = with_value(stage, key, value)
        except InputError:
            continue
    return stage


def _focus_in(values: Mapping[ViewKey, bytes]) -> Focus | None:
    try:
        return focus_of(values["focus"]) if "focus" in values else None
    except InputError:
        return None


def _board_in(values: Mapping[ViewKey, bytes]) -> BoardName:
    try:
        return board_of(values["board"]) if "board" in values else FIRST_BOARD
    except InputError:
        return FIRST_BOARD
