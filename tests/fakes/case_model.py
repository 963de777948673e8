"""A second model of the life of a case, from docs/reference/cases.md alone; time is counted minute by minute."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources

import numpy as np

from fakes.case_stories import AREA, CHINA, HANDLER, china_ms
from sanping.domain.case import Actor, Clock

FIRST_MS = china_ms("2026-01-01 00:00:00")
_FILED = "filed dispatched handling suspended fed_back checking passed"
# From docs/reference/cases.md: from, to ("" stays), roles.
LEGAL: dict[str, tuple[str, str, str]] = {
    "send_to_verify": ("reported", "verifying", "registrar"),
    "confirm": ("verifying", "to_file", "collector"),
    "refute": ("verifying", "reported", "collector"),
    "register": ("reported", "to_file", "registrar system"),
    "decline": ("reported", "declined", "registrar"),
    "file": ("to_file", "filed", "duty_officer"),
    "refuse_filing": ("to_file", "not_filed", "duty_officer"),
    "dispatch": ("filed", "dispatched", "dispatcher"),
    "reassign": ("dispatched handling", "dispatched", "dispatcher"),
    "sign": ("dispatched", "handling", "handler"),
    "return": ("dispatched handling", "filed", "handler"),
    "ask_extension": ("handling", "", "handler"),
    "grant_extension": ("handling", "", "dispatcher duty_officer"),
    "ask_suspension": ("handling", "", "handler"),
    "grant_suspension": ("handling", "suspended", "duty_officer"),
    "refuse_request": ("handling", "", "dispatcher duty_officer"),
    "resume": ("suspended", "handling", "dispatcher duty_officer"),
    "ask_help": ("handling", "", "dispatcher"),
    "help_done": ("handling", "", "handler"),
    "feed_back": ("handling", "fed_back", "handler"),
    "send_to_check": ("fed_back", "checking", "registrar dispatcher"),
    "pass_check": ("checking", "passed", "collector"),
    "fail_check": ("checking", "handling", "collector"),
    "close": ("passed", "closed", "duty_officer"),
    "evaluate": ("closed", "archived", "assessor registrar"),
    "void": (f"reported verifying to_file {_FILED}", "void", "duty_officer"),
    "urge": (_FILED, "", "duty_officer assessor"),
    "call_back": ("closed archived", "", "registrar assessor"),
    "erase_reporter": (
        f"reported verifying to_file {_FILED} closed archived declined not_filed merged void", "", "duty_officer"
    ),
    "raise_label": ("", "", ""),  # only where the twin labels anything: tests/contract/test_labels_matrix.py
    "lower_label": ("", "", ""),
}  # fmt: skip
OWN_WORK = {"sign", "return", "ask_extension", "ask_suspension", "feed_back"}
OTHERS_WORK = {"pass_check", "fail_check", "close", "evaluate", "call_back"}


@dataclass
class Span:
    """A clock as the model sees it: the minutes in which it ran, and its limit in minutes of its unit's day."""

    kind: str
    began: int
    runs: list[list[int]] = field(default_factory=list)
    more: float = 0.0


@dataclass
class Model:
    """What must be true of one case."""

    source: str
    state: str = "reported"
    rev: int = 1
    verdict: str = ""
    department: str = ""
    helper: str = ""
    is_help_open: bool = False
    is_called_back: bool = False
    request: str = ""
    asked_by: str = ""
    workers: set[str] = field(default_factory=set)
    spans: list[Span] = field(default_factory=list)

    def may(self, step: str, who: Actor) -> bool:
        """Say whether somebody may take a step with a whole form."""
        before, _, roles = LEGAL[step]
        if self.state not in before.split() or not set(roles.split()) & who.roles:
            return False
        if not any(AREA.startswith(area) for area in who.areas):
            return False
        if step in OWN_WORK and who.department != self.department:
            return False
        worked = who.id in self.workers or (who.department and who.department in (self.department, self.helper))
        if step in OTHERS_WORK and worked:
            return False
        return self._forms(step, who)

    def _forms(self, step: str, who: Actor) -> bool:
        is_asked = bool(self.request)
        if step in ("reassign", "return", "ask_extension", "ask_suspension", "ask_help", "feed_back") and is_asked:
            return False
        if step in ("grant_extension", "grant_suspension", "refuse_request"):
            kind = {"grant_extension": "extension", "grant_suspension": "suspension"}.get(step, self.request)
            return is_asked and self.request == kind and self.asked_by != who.id
        if step == "help_done":
            return self.is_help_open and who.department == self.helper
        if step == "ask_help":
            return not (self.is_help_open or self.department == "水务局")
        if step in ("feed_back", "call_back"):
            is_due = self.source == "hotline_12345" and not self.is_called_back
            return not self.is_help_open if step == "feed_back" else is_due
        needs_look = self.source in ("public", "hotline_12345") and self.verdict != "confirmed"
        return not (step in ("register", "file") and (needs_look or (step == "register" and self.verdict == "refuted")))

    def take(self, step: str, who: Actor, minute: int) -> None:
        """Move on."""
        self.state = LEGAL[step][1] or self.state
        self.rev += 1
        if step in ("confirm", "refute"):
            self.verdict = {"confirm": "confirmed", "refute": "refuted"}[step]
        if step in OWN_WORK - {"return"} or step == "help_done":
            self.workers.add(who.id)
        if step in ("dispatch", "reassign"):
            self.department = HANDLER.department
        if step in ("return", "reassign"):
            self.helper, self.is_help_open = "", False
        if step == "return":
            self.department = ""
        if step.startswith("ask_"):
            self._ask(step, who)
        if step in ("grant_extension", "grant_suspension", "refuse_request"):
            self.request = ""
        if step == "help_done":
            self.is_help_open = False
        self.is_called_back |= step == "call_back"
        self._clocks(step, minute)

    def _ask(self, step: str, who: Actor) -> None:
        if step == "ask_help":
            self.helper, self.is_help_open = "水务局", True
        else:
            self.request, self.asked_by = step.removeprefix("ask_"), who.id

    def _clocks(self, step: str, minute: int) -> None:
        if step == "grant_extension":
            self._last("handling").more += 1
        for kind in _STOPS.get(step, ()):
            self._stop(kind, minute)
        for kind in _STARTS.get(step, ()):
            self.spans.append(Span(kind=kind, began=minute, runs=[[minute, -1]]))
        if step in ("resume", "fail_check"):
            self._last("handling").runs.append([minute, -1])
        if self.state in ("declined", "not_filed", "void", "archived"):
            for span in self.spans:
                self._end(span, minute)

    def _stop(self, kind: str, minute: int) -> None:
        for span in self.spans:
            if span.kind == kind:
                self._end(span, minute)

    def _end(self, span: Span, minute: int) -> None:
        if span.runs[-1][1] < 0:
            span.runs[-1][1] = minute

    def _last(self, kind: str) -> Span:
        return next(span for span in reversed(self.spans) if span.kind == kind)


_STOPS = {
    "file": ("filing",), "dispatch": ("dispatching",), "reassign": ("handling",), "return": ("handling",),
    "grant_suspension": ("handling",), "feed_back": ("handling",), "fail_check": ("checking",), "close": ("checking",),
}  # fmt: skip
_STARTS = {
    "file": ("dispatching",), "dispatch": ("handling",), "reassign": ("handling",), "return": ("dispatching",),
    "feed_back": ("checking",),
}  # fmt: skip


@cache
def worked_minutes() -> np.ndarray:
    """Say for each minute of 2026 and January 2027 whether it is worked: read from the tables, one at a time."""
    lines = resources.files("sanping.twin.cases").joinpath("data", "calendar.csv").read_text("utf-8").splitlines()[1:]
    special: dict[date, bool] = {}
    for line in lines:
        begin, end, is_worked = line.split(",")[:3]
        day = date.fromisoformat(begin)
        while day <= date.fromisoformat(end):
            special[day] = is_worked == "yes"
            day += timedelta(days=1)
    found, moment = [], datetime.fromtimestamp(FIRST_MS / 1000, CHINA)
    for _ in range(396):
        is_worked_day = special.get(moment.date(), moment.weekday() < 5)
        found += [is_worked_day and (510 <= minute < 720 or 780 <= minute < 1050) for minute in range(1440)]
        moment += timedelta(days=1)
    return np.array(found)


def minutes_run(span: Span, now: int, *, is_round_the_clock: bool) -> int:
    """Count the minutes in which a clock ran, each on its own."""
    worked = worked_minutes()
    total = 0
    for begin, end in span.runs:
        until = min(end, now) if end >= 0 else now
        total += max(0, until - begin) if is_round_the_clock else int(np.count_nonzero(worked[begin:until]))
    return total


def limit_of(clock: Clock, span: Span) -> float:
    """Return the limit in minutes: what the table gives, and what was granted since."""
    amounts = {"filing": 2, "dispatching": 2, "checking": 4}
    usual = amounts.get(span.kind) or {"work_day": 1.0, "work_hour": 5.0, "emergency_hour": 4.0}[clock.unit]
    return (usual + span.more) * (480 if clock.unit == "work_day" else 60)


def moment_due(span: Span, limit: int, *, is_round_the_clock: bool) -> int:
    """Return the first minute at which a limit is used up, by counting minutes on."""
    left, worked = limit, worked_minutes()
    for begin, end in span.runs:
        ran = worked[begin : end if end >= 0 else None]
        counted = np.flatnonzero(np.ones_like(ran) if is_round_the_clock else ran)
        if left <= 0:
            return begin
        if left <= len(counted):
            return begin + int(counted[left - 1]) + 1
        left -= len(counted)
    raise AssertionError("a clock that runs falls due")
