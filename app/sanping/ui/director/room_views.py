"""What the director's panels show of a room, as values; pure but for the pictures that are handed through."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PySide6.QtGui import QPixmap

from sanping.commands.desk_state import DeskState
from sanping.commands.director_decisions import (
    board_shown,
    camera_in,
    camera_shown,
    focus_shown,
    programme_of,
    waiting_words,
)
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.sharing import FIRST_BOARD, BoardName, Focus
from sanping.stage.show import ShowState
from sanping.stage.state import Stage
from sanping.ui.director import words
from sanping.ui.director.director_panel import DirectorView
from sanping.ui.director.lead_strip import NOTHING, LeadView
from sanping.ui.director.plan_view import Plan
from sanping.ui.director.screens_panel import ScreenLine
from sanping.ui.director.tiles import TileView
from sanping.wire.show import Member, ViewKey

Points = tuple[tuple[float, float], ...]
HEADINGS = (
    Text("北", "N"), Text("东北", "NE"), Text("东", "E"), Text("东南", "SE"),
    Text("南", "S"), Text("西南", "SW"), Text("西", "W"), Text("西北", "NW"),
)  # fmt: skip
STYLES = {"day": Text("白天", "day"), "night": Text("夜晚", "night")}
WATERS = {"class": Text("水质着色", "water by class"), "level": Text("水情着色", "water by level")}
FOCUSES = {
    "station": Text("详情：{id}", "large: {id}"),
    "alarm": Text("告警详情", "an alarm large"),
    "case": Text("工单：{id}", "case {id}"),
    "panel": Text("放大面板", "a panel large"),
    "camera": Text("视频：{id}", "video {id}"),
}
GOVERNING = Text("一网治理", "governing")
NOT_SHOWN = Text("尚未上屏", "nothing was sent yet")
PGM_RED, PVW_GREEN, AMBER, PLAIN = "#ff6b6b", "#48e096", "#ffba54", "#8fcdf7"
DIFFERENT_M, DIFFERENT_DEG = 1.0, 0.2


def director_view(show: ShowState, state: DeskState, waits: Sequence[ViewKey], points: Points) -> DirectorView:
    """Return what the director's panel shows; `waits` are the values that a take would send."""
    director, stage = state.director, state.stage
    mode, status = _status(show, state)
    pose = camera_shown(show.values, stage)
    wall = programme_of(stage, show.values)
    return DirectorView(
        mode=mode,
        status=status,
        is_ready=show.is_linked,
        is_linked=director.is_linked,
        is_previewing=director.is_previewing,
        is_smooth=director.is_smooth,
        follows=director.follows,
        is_leading=show.is_leading,
        is_waiting=show.is_waiting,
        is_locked=show.floor.is_locked,
        is_led_elsewhere=_is_led_elsewhere(show),
        waiting=waiting_words(waits),
        programme=NOT_SHOWN if not show.values else summary(wall, focus_shown(show.values), board_shown(show.values)),
        preview=summary(stage, director.focus, director.board),
        board=director.board,
        plan=Plan(programme=pose, preview=stage.camera, points=points),
    )


def lead_view(show: ShowState, state: DeskState) -> LeadView:
    """Return what the strip under the title says."""
    asks = next((screen for screen in show.floor.queue if screen != show.me), "")
    asks_name = words.name_of(show.members.get(asks), asks) if asks else NOTHING
    director = state.director
    if _is_led_elsewhere(show):
        says, colour = words.LEADS.with_values(name=words.leader_of(show)), AMBER
    elif show.is_leading:
        says = words.LED_LOCKED if show.floor.is_locked else words.LED_HERE
        colour = PGM_RED
        if director.is_previewing:
            says, colour = words.HOLDS, PVW_GREEN
    elif show.is_linked and director.is_previewing:
        says, colour = words.HOLDS, PVW_GREEN
    else:
        says, colour = NOTHING, PLAIN
    may_follow = _is_led_elsewhere(show) and director.is_linked and not director.follows and not director.is_previewing
    return LeadView(words=says, colour=colour, asks=asks, asks_name=asks_name, may_follow=may_follow)


def screen_lines(show: ShowState) -> tuple[ScreenLine, ...]:
    """Return the screens of the room: who leads first, then who asks, then the others by kind and name."""
    queue = {screen: place for place, screen in enumerate(show.floor.queue)}

    def order(member: Member) -> tuple[int, int, str, str]:
        rank = 0 if member.screen == show.floor.holder else 1 if member.screen in queue else 2
        return rank, queue.get(member.screen, 0), member.kind, member.name or member.screen

    return tuple(_line(show, member) for member in sorted(show.members.values(), key=order))


def tile_views(
    show: ShowState, state: DeskState, points: Points, pictures: Mapping[bytes, QPixmap]
) -> tuple[list[TileView], list[TileView]]:
    """Return the scenes and the last views as tiles; what the wall shows now is marked."""
    pose, stage = camera_shown(show.values, state.stage), state.stage
    scenes = [
        _tile(scene.values, stage, points, pictures, pose, mark=str(scene.number), name=scene.name)
        for scene in state.director.scenes
    ]
    taken = [
        _tile(view.values, stage, points, pictures, pose, name=view.name.in_language(state.language))
        for view in state.director.taken
    ]
    return scenes, taken


def summary(stage: Stage, focus: Focus | None, board: BoardName = FIRST_BOARD) -> Text:
    """Return a view in a few words."""
    pose = stage.camera
    parts = [STYLES[stage.style], _moment(stage), _place(pose)]
    parts += [WATERS[stage.water_colour]] if stage.water_colour in WATERS else []
    parts += [GOVERNING] if board == "governing" else []
    parts += [FOCUSES[focus.kind].with_values(id=focus.id)] if focus is not None else []
    return Text(" · ".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def name_of_view(state: DeskState, at_ms: int) -> Text:
    """Return the name of a view that is taken: its scene if it is one, when, and where it looks."""
    when = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(state.stage.moment.tzinfo).strftime("%H:%M:%S")
    camera = state.stage.camera
    scene = next(
        (one for one in state.director.scenes if is_same_view(camera_in(one.values, state.stage), camera)), None
    )
    where = _place(camera) if scene is None else Text(scene.name, scene.name)
    return Text(f"{when} · {where.zh}", f"{when} · {where.en}")


def is_same_view(one: CameraPose, other: CameraPose) -> bool:
    """Say whether two poses look alike to a person."""
    apart = max(abs(a - b) for a, b in zip(one.target, other.target, strict=True))
    turned = abs((one.heading_deg - other.heading_deg + 180.0) % 360.0 - 180.0)
    return (
        apart <= max(DIFFERENT_M, one.distance_m * 0.002)
        and turned <= DIFFERENT_DEG
        and abs(one.pitch_deg - other.pitch_deg) <= DIFFERENT_DEG
        and abs(one.distance_m - other.distance_m) <= max(DIFFERENT_M, one.distance_m * 0.002)
    )


def _is_led_elsewhere(show: ShowState) -> bool:
    return show.is_linked and show.floor.holder not in ("", show.me)


def _status(show: ShowState, state: DeskState) -> tuple[str, Text]:
    director = state.director
    if not show.is_linked:
        return "off", words.NO_HUB
    if director.is_previewing:
        return "preview", words.HOLDS
    if show.is_leading:
        return "leading", words.LED_LOCKED if show.floor.is_locked else words.LED_HERE
    if _is_led_elsewhere(show):
        follows = director.is_linked and director.follows
        return "elsewhere" if follows else "free", words.LEADS.with_values(name=words.leader_of(show))
    return ("free", words.NOBODY_LEADS) if director.is_linked else ("off", words.NOT_LINKED)


def _line(show: ShowState, member: Member) -> ScreenLine:
    is_leading, is_waiting = member.screen == show.floor.holder, member.screen in show.floor.queue
    is_own = member.screen == show.me
    state = words.FOLLOWING if member.follows else words.FREE
    if is_leading:
        state = words.LED_LOCKED if is_own and show.floor.is_locked else words.LEADING
    elif is_waiting:
        state = words.WAITING
    name = words.name_of(member, member.screen)
    return ScreenLine(
        screen=member.screen,
        icon=words.ICONS.get(member.kind, "screens"),
        name=Text(f"{name.zh}（{words.THIS.zh}）", f"{name.en} ({words.THIS.en})") if is_own else name,
        about=words.about(member),
        state=state,
        rtt_ms=show.rtt_ms if is_own and show.rtt_ms else member.rtt_ms,
        size=f"{member.width_px}×{member.height_px}" if member.width_px else "",
        lacks=tuple((Text(one.title_zh, one.title_en), Text(one.why_zh, one.why_en)) for one in member.lacks),
        is_leading=is_leading,
        is_waiting=is_waiting,
        is_own=is_own,
    )


def _tile(  # noqa: PLR0913  what a tile shows comes from many places
    values: Mapping[ViewKey, bytes],
    stage: Stage,
    points: Points,
    pictures: Mapping[bytes, QPixmap],
    wall: CameraPose | None,
    *,
    name: str,
    mark: str = "",
) -> TileView:
    camera = camera_in(values, stage)
    return TileView(
        mark=mark,
        name=name,
        plan=Plan(preview=camera, points=points),
        picture=pictures.get(values.get("camera", b"")),
        is_shown=wall is not None and is_same_view(camera, wall),
    )


def _moment(stage: Stage) -> Text:
    if stage.timeline.at_ms is not None:
        return Text("回放", "replay")
    words_said = stage.moment.strftime("%H:%M")
    return Text(words_said, words_said)


def _place(pose: CameraPose) -> Text:
    heading = HEADINGS[round(pose.heading_deg / 45.0) % 8]
    far = f"{pose.distance_m / 1000:.1f} km" if pose.distance_m >= 1000 else f"{pose.distance_m:.0f} m"
    return Text(f"朝{heading.zh} {far}", f"{heading.en} {far}")
