"""Brings joint responses and a major event into the city of a screen: parties, routes, posts, closed roads."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer, Slot

from sanping.domain.alarm import AlarmColour
from sanping.domain.case_line import CaseLine
from sanping.domain.major_event import MajorEvent, PostKind, PostState
from sanping.domain.response import LEVEL_COLOURS, Response, ResponseParty
from sanping.domain.text import Text
from sanping.scene.operation_view import Heading, Route, Scenery, Sign
from sanping.twin.live import LiveState
from sanping.twin.major_event import closed_at, distance_m
from sanping.ui.following import Following
from sanping.ui.governed_show import GovernedShow
from sanping.ui.live.living import Living

SOON_MS, AGAIN_MS = 200, 15_000
NO_SCENERY = Scenery()
LEVEL_LIGHTS: dict[AlarmColour, int] = {"red": 0xFF4B4B, "orange": 0xFF8A2A, "yellow": 0xFFD23C, "blue": 0x4F96FF}
POST_LIGHTS: dict[PostState, int] = {"away": 0x8A97A8, "in_place": 0x3BE08A, "help": 0xFF4B4B, "left": 0x5B6B80}
KIND_LETTERS: dict[PostKind, str] = {
    "command": "指", "guard": "安", "traffic": "交", "medical": "医", "water": "补", "volunteer": "志", "finish": "终",
}  # fmt: skip
ROUTE, CLOSED, LATE, AT_WORK, SETTLED = 0x86FF3A, 0xFF5A3C, 0xFF4B4B, 0x35E0FF, 0x3BE08A
MARK = Text("（模拟）", " (simulated)")


def response_scenery(responses: Iterable[Response], now_ms: int) -> Scenery:
    """Return the parties of the responses that run, each with an arc to the place it is about."""
    signs: list[Sign] = []
    headings: list[Heading] = []
    spots: list[tuple[float, float]] = []
    level = None
    for response in sorted((one for one in responses if one.is_active), key=lambda one: one.level):
        level = level or response.level
        place = None if response.x_m is None or response.y_m is None else (response.x_m, response.y_m)
        if place is not None:
            spots.append(place)
        for party in response.parties:
            if party.x_m is None or party.y_m is None:
                continue
            tasks = [task for task in response.tasks if task.department == party.department]
            is_late = any(task.is_running and task.late_ms(now_ms) for task in tasks)
            if not any(sign.id == party.department for sign in signs):
                signs.append(_party(party, sum(task.is_settled for task in tasks), len(tasks), is_late=is_late))
            if place is not None and any(not task.is_settled for task in tasks):
                headings.append(Heading(start=(party.x_m, party.y_m), end=place, is_warm=is_late))
    colour = LEVEL_LIGHTS[LEVEL_COLOURS[level]] if level else LATE
    return Scenery(signs=tuple(signs), headings=tuple(headings), spots=tuple(spots), colour=colour)


def _party(party: ResponseParty, settled: int, total: int, *, is_late: bool) -> Sign:
    assert party.x_m is not None
    assert party.y_m is not None
    role = Text(party.role_zh or party.name_zh, party.role_en or party.name_en)
    return Sign(
        id=party.department,
        x_m=party.x_m,
        y_m=party.y_m,
        name=role,
        letters=f"{settled}/{total}",
        colour=LATE if is_late else SETTLED if settled == total else AT_WORK,
        rank=0 if is_late else 1,
    )


def event_scenery(event: MajorEvent, state: LiveState, now_ms: int) -> Scenery:
    """Return the route, the roads closed now, the posts as they stand, and rings at the open cases near the route."""
    routes = [Route(line=event.route, colour=ROUTE, height_m=24.0)]
    routes += [Route(line=road.metres, colour=CLOSED, height_m=12.0, beat=1.0) for road in closed_at(event, now_ms)]
    signs = []
    for post in event.posts:
        report = state.posts.get(post.id)
        stands: PostState = "away" if report is None else report.state
        signs.append(
            Sign(
                id=post.id,
                x_m=post.x_m,
                y_m=post.y_m,
                name=Text(post.name_zh, post.name_en),
                letters=KIND_LETTERS[post.kind],
                colour=POST_LIGHTS[stands],
                rank=0 if stands == "help" else 1 if post.kind in ("command", "finish") else 2,
            )
        )
    spots = tuple((line.x_m or 0.0, line.y_m or 0.0) for line in near_lines(event, state.cases.values()))
    return Scenery(routes=tuple(routes), signs=tuple(signs), spots=spots, colour=0xFFB020)


def near_lines(event: MajorEvent, lines: Iterable[CaseLine]) -> tuple[CaseLine, ...]:
    """Return the open cases that lie near the route."""
    return tuple(
        line
        for line in lines
        if line.is_open
        and line.x_m is not None
        and line.y_m is not None
        and distance_m(event.route, line.x_m, line.y_m) <= event.near_m
    )


def sceneries(state: LiveState, now_ms: int) -> dict[str, Scenery]:
    """Return what the responses and the event show, by name."""
    event = NO_SCENERY if state.event is None else event_scenery(state.event, state, now_ms)
    return {"response": response_scenery(state.responses.values(), now_ms), "event": event}


class OperationsInCity(QObject):
    """Follows one `Living` for the cities of a screen; a replay of the past shows nothing of it."""

    def __init__(self, living: Living, cities: Callable[[], Iterable[GovernedShow]], parent: QObject) -> None:
        super().__init__(parent)
        self._living, self._cities = living, cities
        self._shown: dict[str, Scenery] = {"response": NO_SCENERY, "event": NO_SCENERY}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show)
        self._following = Following(living.state_changed, self._on_state)

    def stop(self) -> None:
        """Follow no longer."""
        self._soon.stop()
        self._following.end()

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        is_shown = any(one != NO_SCENERY for one in self._shown.values())
        is_busy = bool(state.responses) or state.event is not None or is_shown
        if is_busy and (not self._soon.isActive() or self._soon.interval() != SOON_MS):
            self._soon.start(SOON_MS)

    @Slot()
    def _show(self) -> None:
        state = LiveState() if self._living.is_replaying else self._living.state
        found = sceneries(state, self._living.now_ms())
        for name, scenery in found.items():
            if scenery != self._shown[name]:
                for city in self._cities():
                    city.show_operation(name, scenery)
        self._shown = found
        if any(one != NO_SCENERY for one in found.values()):
            self._soon.start(AGAIN_MS)
