"""The indicators of GB/T 30428.4 as pure functions of cases: counts first, rates from counts, so that sums roll up.

Counts of two groups may be added; a rate without anything to count is None, never 0.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

from sanping.domain.area import Level, at_level
from sanping.domain.call import HOTLINE
from sanping.domain.case import CallBack, Case, Clock
from sanping.twin.cases.clock import is_on_time
from sanping.twin.cases.rules import CaseRules

SATISFIED = 4
CALL_SATISFIED = 3  # 基本满意 and better, as hotlines count it


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many cases of a group; docs/reference/cases.md has every formula.

    All counts but the first two are of filed cases. `handled_due` should be handled by now: they are, or their time is
    over. `closing_due` likewise for closing. Those from `calls` on are of filed cases of the hotline: how many, closed,
    whose caller was reached afterwards (`twin.cases.life`, step call_back), and what they said.
    """

    reported: int = 0
    discovered: int = 0
    filed: int = 0
    dispatches: int = 0
    returns: int = 0
    handled: int = 0
    handled_due: int = 0
    handled_on_time: int = 0
    overdue: int = 0
    reworked: int = 0
    closed: int = 0
    closing_due: int = 0
    closed_on_time: int = 0
    scored: int = 0
    satisfied: int = 0
    asked_solved: int = 0
    solved: int = 0
    calls: int = 0
    calls_closed: int = 0
    calls_reached: int = 0
    calls_asked_answer: int = 0
    calls_answered: int = 0
    calls_asked_solved: int = 0
    calls_solved: int = 0
    calls_scored: int = 0
    calls_satisfied: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        """Return the counts of both groups together."""
        return Counts(**{field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)})

    @property
    def discovery_rate(self) -> float | None:
        """主动发现率: found by the city itself, of all reported."""
        return _rate(self.discovered, self.reported)

    @property
    def dispatch_accuracy(self) -> float | None:
        """派遣准确率: dispatches that did not come back, of all."""
        return _rate(self.dispatches - self.returns, self.dispatches)

    @property
    def handling_rate(self) -> float | None:
        """处置率: handled, of those that should be."""
        return _rate(self.handled, self.handled_due)

    @property
    def on_time_rate(self) -> float | None:
        """按期处置率: handled within the limit, of those that should be."""
        return _rate(self.handled_on_time, self.handled_due)

    @property
    def overdue_rate(self) -> float | None:
        """超时率: over the limit, handled or not, of those that should be handled."""
        return _rate(self.overdue, self.handled_due)

    @property
    def rework_rate(self) -> float | None:
        """返工率: sent back to work at least once, of those handled."""
        return _rate(self.reworked, self.handled)

    @property
    def closing_rate(self) -> float | None:
        """结案率: closed, of those filed."""
        return _rate(self.closed, self.filed)

    @property
    def on_time_closing_rate(self) -> float | None:
        """按期结案率: closed without a clock of handling or checking over its limit, of those that should be closed."""
        return _rate(self.closed_on_time, self.closing_due)

    @property
    def satisfaction_rate(self) -> float | None:
        """满意率: 4 or 5 points, of those rated."""
        return _rate(self.satisfied, self.scored)

    @property
    def solved_rate(self) -> float | None:
        """解决率: said to be solved, of those asked."""
        return _rate(self.solved, self.asked_solved)

    @property
    def call_back_rate(self) -> float | None:
        """12345 回访率: whose caller was reached, of those closed."""
        return _rate(self.calls_reached, self.calls_closed)

    @property
    def call_response_rate(self) -> float | None:
        """12345 响应率: with whom the department spoke, of the callers that said whether it did."""
        return _rate(self.calls_answered, self.calls_asked_answer)

    @property
    def call_solved_rate(self) -> float | None:
        """12345 解决率: whose matter is solved, of the callers that said whether it is."""
        return _rate(self.calls_solved, self.calls_asked_solved)

    @property
    def call_satisfaction_rate(self) -> float | None:
        """12345 满意率: satisfied or better, of the callers that said how satisfied they are."""
        return _rate(self.calls_satisfied, self.calls_scored)


NAMES = tuple(field.name for field in fields(Counts))
CALL_NAMES = tuple(name for name in NAMES if name.startswith("calls"))
RATES = (
    "discovery_rate", "dispatch_accuracy", "handling_rate", "on_time_rate", "overdue_rate", "rework_rate",
    "closing_rate", "on_time_closing_rate", "satisfaction_rate", "solved_rate",
    "call_back_rate", "call_response_rate", "call_solved_rate", "call_satisfaction_rate",
)  # fmt: skip


def rates_of(counts: Counts) -> dict[str, float]:
    """Return the rates of a group by name; those of nothing are left out."""
    found = {name: getattr(counts, name) for name in RATES}
    return {name: rate for name, rate in found.items() if rate is not None}


def counted(cases: Iterable[Case], rules: CaseRules, now_ms: int) -> Counts:
    """Return the counts of cases as they stand at a moment."""
    total = [0] * len(NAMES)
    for case in cases:
        for place, amount in enumerate(counts_of(case, rules, now_ms)):
            total[place] += amount
    return Counts(**dict(zip(NAMES, total, strict=True)))


def counted_by(cases: Iterable[Case], key: Callable[[Case], str], rules: CaseRules, now_ms: int) -> dict[str, Counts]:
    """Return the counts of each group that `key` names."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return {name: counted(group, rules, now_ms) for name, group in groups.items()}


def by_area(level: Level) -> Callable[[Case], str]:
    """Return the key that groups cases by area of a level."""
    return lambda case: at_level(case.area, level)


def reported_within(cases: Iterable[Case], from_ms: int, to_ms: int) -> tuple[Case, ...]:
    """Return the cases reported in a span of time; its end is not included."""
    return tuple(case for case in cases if from_ms <= case.reported_ms < to_ms)


def counts_of(case: Case, rules: CaseRules, now_ms: int) -> tuple[int, ...]:
    """Return what one case adds to each count, in the order of `NAMES`."""
    is_own = rules.source(case.source).is_own
    if not case.filed_ms or case.state in ("void", "merged"):
        return (1, is_own, *([0] * (len(NAMES) - 2)))
    timetable = rules.timetable
    handling = _last(case, "handling")
    is_handled, is_closed = bool(case.fed_back_ms), bool(case.closed_ms)
    is_late = handling is not None and not is_on_time(handling, timetable, now_ms)
    checks = [clock for clock in case.clocks if clock.kind == "checking"]
    is_closed_late = is_late or any(not is_on_time(clock, timetable, now_ms) for clock in checks)
    return (
        1,
        is_own,
        1,
        case.dispatches,
        case.returns,
        is_handled,
        is_handled or is_late,
        is_handled and not is_late,
        is_late,
        case.reworks > 0,
        is_closed,
        is_closed or is_closed_late,
        is_closed and not is_closed_late,
        case.score > 0,
        case.score >= SATISFIED,
        case.is_solved is not None,
        case.is_solved is True,
        *_calls_of(case),
    )


def _calls_of(case: Case) -> tuple[int, ...]:
    """Return what a filed case adds to the counts of the hotline."""
    if case.source != HOTLINE:
        return (0,) * len(CALL_NAMES)
    said = case.called_back or CallBack(is_reached=False)
    return (
        1,
        bool(case.closed_ms),
        said.is_reached,
        said.is_answered is not None,
        said.is_answered is True,
        said.is_solved is not None,
        said.is_solved is True,
        said.score > 0,
        said.score >= CALL_SATISFIED,
    )


def _last(case: Case, kind: str) -> Clock | None:
    return next((clock for clock in reversed(case.clocks) if clock.kind == kind), None)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None
