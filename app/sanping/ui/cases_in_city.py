"""Brings the cases that a screen follows into its city: each where it is, with its clock as it stands now."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

import msgspec
from PySide6.QtCore import QObject, QTimer, Slot

from sanping.domain.area import is_within
from sanping.domain.case_line import CaseLine
from sanping.domain.text import Text
from sanping.scene.case_marks import CaseMark
from sanping.twin.live import LiveState
from sanping.ui.following import Following
from sanping.ui.governed_show import GovernedShow
from sanping.ui.live.living import Living

NEW_MS = 90_000
SETTLES_MS = 2_200
SOON_MS = 200
CLOCKS_MS = 4_000
LEFT_STEPS = 60
NOT_OVER: Mapping[str, int] = MappingProxyType({})
_UNTOUCHED = frozenset({"reported", "verifying", "to_file"})


def marks_of(
    lines: Iterable[CaseLine], now_ms: int, over_since: Mapping[str, int] = NOT_OVER, *, is_linked: bool = True
) -> tuple[CaseMark, ...]:
    """Return the marks of cases that have a place: of the open ones, and of those that end at this very moment.

    `over_since` says when this screen heard that a case had ended. While the hub is away no clock is shown: what it
    would say may not be true any more.
    """
    return tuple(
        _mark_of(line, now_ms, is_linked=is_linked)
        for line in lines
        if line.x_m is not None
        and line.y_m is not None
        and (line.is_open or 0 <= now_ms - over_since.get(line.id, -SETTLES_MS) < SETTLES_MS)
    )


def _mark_of(line: CaseLine, now_ms: int, *, is_linked: bool) -> CaseMark:
    assert line.x_m is not None
    assert line.y_m is not None
    left = line.left_at(now_ms) if is_linked and line.is_open else None
    return CaseMark(
        id=line.id,
        x_m=line.x_m,
        y_m=line.y_m,
        urgency=line.urgency,
        colour=line.colour_at(now_ms) if is_linked else "grey",
        left=None if left is None else round(left * LEFT_STEPS) / LEFT_STEPS,
        state=line.state,
        is_new=line.state in _UNTOUCHED and 0 <= now_ms - line.reported_ms < NEW_MS,
        is_settling=not line.is_open,
        title=Text(line.title_zh, line.title_en),
    )


class CasesInCity(QObject):
    """Follows one `Living` for the cities of a screen; clocks move on every few seconds while there are cases.

    A replay of the past shows none: cases of now are no part of it.
    """

    def __init__(self, living: Living, cities: Callable[[], Iterable[GovernedShow]], parent: QObject) -> None:
        super().__init__(parent)
        self._living, self._cities = living, cities
        self._shown: tuple[CaseMark, ...] = ()
        self._within = ""
        self._over_since: dict[str, int] = {}
        self._open: frozenset[str] = frozenset()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._show)
        self._following = Following(living.state_changed, self._on_state)

    @Slot(str)
    def limit(self, area: str) -> None:
        """Show the cases of one area alone, "" for all."""
        self._within = area
        self._soon.start(0)

    def stop(self) -> None:
        """Follow no longer."""
        self._soon.stop()
        self._following.end()

    @Slot(object)
    def _on_state(self, state: LiveState) -> None:
        if (state.cases or state.site_cases or self._shown) and (
            not self._soon.isActive() or self._soon.interval() != SOON_MS
        ):
            self._soon.start(SOON_MS)

    def _within_area(self, lines: Iterable[CaseLine]) -> tuple[CaseLine, ...]:
        return tuple(line for line in lines if not self._within or is_within(line.area, self._within))

    def _marks_below(self, state: LiveState, now_ms: int) -> tuple[CaseMark, ...]:
        """Return the marks of cases of lower sites; of one that is cut no clock is shown."""
        found: tuple[CaseMark, ...] = ()
        for site in sorted({one.site for one in state.site_cases.values()}):
            own = [
                msgspec.structs.replace(one.line, id=one.id) for one in state.site_cases.values() if one.site == site
            ]
            status = state.sites.get(site)
            is_linked = state.is_linked and status is not None and status.is_linked
            found += marks_of(self._within_area(own), now_ms, is_linked=is_linked)
        return found

    @Slot()
    def _show(self) -> None:
        state, now_ms = self._living.state, self._living.now_ms()
        is_now = not self._living.is_replaying
        lines = self._within_area(state.cases.values() if is_now else ())
        is_open = frozenset(line.id for line in lines if line.is_open)
        ended = [line.id for line in lines if not line.is_open and line.id in self._open]
        self._over_since = {id: at for id, at in self._over_since.items() if now_ms - at < SETTLES_MS}
        self._over_since.update((id, now_ms) for id in ended)
        self._open = is_open
        marks = marks_of(lines, now_ms, self._over_since, is_linked=state.is_linked)
        if is_now and state.site_cases:
            marks += self._marks_below(state, now_ms)
        if marks != self._shown:
            self._shown = marks
            for city in self._cities():
                city.show_cases(marks)
        if marks:
            self._soon.start(SETTLES_MS if self._over_since else CLOCKS_MS)
