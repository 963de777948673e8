"""A case of city governance (案件): where it stands in its life, whom it waits for and which clocks run.

Values only; what may follow what is declared in `twin.cases.life`.
"""

from typing import Literal, get_args

import msgspec

from sanping.domain.area import is_within
from sanping.domain.component import ClassKind
from sanping.domain.label import HIGHEST, LOWEST, Label
from sanping.domain.text import Text

Stage = Literal["collecting", "filing", "dispatching", "handling", "feedback", "checking", "evaluating"]
State = Literal[
    "reported", "verifying", "to_file", "filed", "dispatched", "handling", "suspended", "fed_back", "checking",
    "passed", "closed", "archived", "declined", "not_filed", "merged", "void",
]  # fmt: skip
Step = Literal[
    "report", "send_to_verify", "confirm", "refute", "register", "decline", "file", "refuse_filing", "dispatch",
    "reassign", "sign", "return", "ask_extension", "grant_extension", "ask_suspension", "grant_suspension",
    "refuse_request", "resume", "ask_help", "help_done", "feed_back", "send_to_check", "pass_check", "fail_check",
    "close", "evaluate", "merge", "void", "urge", "note",
    "call_back", "erase_reporter", "raise_label", "lower_label",
]  # fmt: skip
CaseRole = Literal["collector", "registrar", "duty_officer", "dispatcher", "handler", "assessor", "system"]
ClockKind = Literal["filing", "dispatching", "handling", "checking"]
ClockUnit = Literal["emergency_hour", "work_hour", "work_day"]
Urgency = Literal["normal", "urgent", "extreme"]
Colour = Literal["grey", "green", "yellow", "orange", "red"]
PhotoMoment = Literal["scene", "before", "after"]
Verdict = Literal["unverified", "confirmed", "refuted"]
RequestKind = Literal["extension", "suspension"]

STATES: tuple[State, ...] = get_args(State)
STEPS: tuple[Step, ...] = get_args(Step)
ENDED: frozenset[State] = frozenset({"archived", "declined", "not_filed", "merged", "void"})
STAGE_OF: dict[State, Stage] = {
    "reported": "collecting", "verifying": "collecting", "declined": "collecting",
    "to_file": "filing", "not_filed": "filing", "merged": "filing", "void": "filing",
    "filed": "dispatching", "dispatched": "dispatching",
    "handling": "handling", "suspended": "handling",
    "fed_back": "feedback",
    "checking": "checking", "passed": "checking",
    "closed": "evaluating", "archived": "evaluating",
}  # fmt: skip
STAGE_TITLES: dict[Stage, Text] = {
    "collecting": Text("信息收集", "Collecting"),
    "filing": Text("案卷建立", "Filing"),
    "dispatching": Text("任务派遣", "Dispatching"),
    "handling": Text("任务处理", "Handling"),
    "feedback": Text("处理反馈", "Feedback"),
    "checking": Text("核查结案", "Checking and closing"),
    "evaluating": Text("综合评价", "Evaluating"),
}
STATE_TITLES: dict[State, Text] = {
    "reported": Text("待受理", "Reported"),
    "verifying": Text("核实中", "Being verified"),
    "to_file": Text("待立案", "To be filed"),
    "filed": Text("待派遣", "To be dispatched"),
    "dispatched": Text("待签收", "To be signed for"),
    "handling": Text("处置中", "Being handled"),
    "suspended": Text("挂账", "Suspended"),
    "fed_back": Text("已反馈", "Fed back"),
    "checking": Text("待核查", "To be checked"),
    "passed": Text("待结案", "To be closed"),
    "closed": Text("已结案", "Closed"),
    "archived": Text("已归档", "Archived"),
    "declined": Text("不予受理", "Declined"),
    "not_filed": Text("不予立案", "Not filed"),
    "merged": Text("已并案", "Merged"),
    "void": Text("已作废", "Void"),
}


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A time limit that runs: `amount` of `unit` from `started_ms`.

    `pauses` are (from_ms, to_ms), oldest first; to_ms is 0 while the last one lasts. `ended_ms` is 0 while it runs.
    """

    kind: ClockKind
    amount: float
    unit: ClockUnit
    started_ms: int
    pauses: tuple[tuple[int, int], ...] = ()
    ended_ms: int = 0

    @property
    def is_paused(self) -> bool:
        """Whether time stands still."""
        return bool(self.pauses) and self.pauses[-1][1] == 0 and not self.ended_ms


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A reference to a photo that is kept elsewhere; `id` names its content."""

    id: str
    moment: PhotoMoment = "scene"
    taken_ms: int = 0
    size_bytes: int = 0


class Help(msgspec.Struct, frozen=True, kw_only=True):
    """A department that was asked to help (协办)."""

    department: str
    is_done: bool = False


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """More time, or a suspension, that was asked for and nobody has decided yet; `amount` in the clock's unit."""

    kind: RequestKind
    by: str
    asked_ms: int
    amount: float = 0.0


class CallBack(msgspec.Struct, frozen=True, kw_only=True):
    """One call back to whoever rang a hotline (回访), and what they said.

    `is_answered`: the department spoke with them about it; `score` is 1 (very dissatisfied) … 5 (very satisfied), 3 is
    just satisfied (基本满意). None and 0 were not said; when nobody was reached nothing was. `at_ms` is 0 in a wish.
    """

    is_reached: bool = True
    is_answered: bool | None = None
    is_solved: bool | None = None
    score: int = 0
    at_ms: int = 0

    @property
    def says_something(self) -> bool:
        """Whether there is an answer to any of the three questions."""
        return self.is_answered is not None or self.is_solved is not None or self.score > 0


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case as it stands after step number `rev`.

    `case_class` is a code of GB/T 30428.2 or a city's own, `source` a key of sources.csv, `area` the narrowest known
    code. `lon_deg`, `lat_deg` (CGCS2000) are None when the place is unknown. `handlers` are the ids of all who worked
    on it: none of them may check it. `due_ms` is the end of the running clock as of the last step, 0 when none runs.
    Holds no personal data: who reported it is kept apart (`Reporter`). `label` is its own, beside that of its class.
    """

    id: str
    rev: int
    state: State
    kind: ClassKind
    case_class: str
    source: str
    area: str
    reported_ms: int
    changed_ms: int
    urgency: Urgency = "normal"
    lon_deg: float | None = None
    lat_deg: float | None = None
    address: str = ""
    description: str = ""
    component: str = ""
    alarm: str = ""
    verdict: Verdict = "unverified"
    department: str = ""
    handlers: tuple[str, ...] = ()
    helps: tuple[Help, ...] = ()
    request: Request | None = None
    clocks: tuple[Clock, ...] = ()
    due_ms: int = 0
    photos: tuple[Photo, ...] = ()
    merged_into: str = ""
    filed_ms: int = 0
    fed_back_ms: int = 0
    closed_ms: int = 0
    dispatches: int = 0
    returns: int = 0
    reworks: int = 0
    score: int = 0
    is_solved: bool | None = None
    call_backs: tuple[CallBack, ...] = ()
    is_simulated: bool = False
    label: Label = LOWEST

    @property
    def stage(self) -> Stage:
        """The stage of GB/T 30428.8 it is in, or ended in."""
        return STAGE_OF[self.state]

    @property
    def is_ended(self) -> bool:
        """Whether the work on it is over; only who rang may still be called back, or be erased."""
        return self.state in ENDED

    @property
    def called_back(self) -> CallBack | None:
        """What who rang said when they were reached last, None while nobody was."""
        return next((call for call in reversed(self.call_backs) if call.is_reached), None)


class Reporter(msgspec.Struct, frozen=True, kw_only=True):
    """Who reported a case: personal data, kept apart from the case and masked by role."""

    name: str = ""
    phone: str = ""
    address: str = ""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who takes a step: case roles, the areas they answer for ("" is everywhere) and their department.

    `clearance` is up to which label they see cases.
    """

    id: str
    roles: frozenset[CaseRole]
    areas: tuple[str, ...] = ()
    department: str = ""
    clearance: Label = HIGHEST

    def covers(self, area: str) -> bool:
        """Say whether somebody answers for an area, or for a wider one around it."""
        return any(is_within(area, own) for own in self.areas)


class NewCase(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when a case is reported; 0 or None coordinates mean that the place is unknown."""

    kind: ClassKind
    case_class: str
    source: str
    area: str
    urgency: Urgency = "normal"
    lon_deg: float | None = None
    lat_deg: float | None = None
    address: str = ""
    description: str = ""
    component: str = ""
    alarm: str = ""
    is_simulated: bool = False
    label: Label = LOWEST


class StepAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A step somebody wants to take, with what the step needs; `op` is unique, the same again changes nothing.

    `if_rev` is the revision the person looked at; a case that has moved on refuses. `amount` is more time in the
    clock's unit; `score` 1…5. `erased_photos` go with the reporter, by name.
    """

    op: str
    case: str
    step: Step
    if_rev: int | None = None
    note: str = ""
    photos: tuple[Photo, ...] = ()
    department: str = ""
    other_case: str = ""
    amount: float = 0.0
    score: int = 0
    is_solved: bool | None = None
    call_back: CallBack | None = None
    erased_photos: tuple[str, ...] = ()
    new: NewCase | None = None
