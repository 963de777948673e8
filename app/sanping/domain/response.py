"""A joint response (预案响应): the level, the parties, and the tasks with their clocks; no phone numbers, no calendar.

Values only; what may follow what is declared in `twin.responses.life`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

import msgspec

from sanping.domain.alarm import AlarmColour
from sanping.domain.case import Colour, Photo
from sanping.domain.label import LOWEST, Label
from sanping.domain.text import Text

ResponseLevel = Literal["I", "II", "III", "IV"]
ResponseState = Literal["active", "ended", "cancelled"]
TaskState = Literal["open", "accepted", "reported", "done", "cannot", "waived"]
TaskNeed = Literal["photo", "confirm"]
ResponseStep = Literal[
    "start", "accept", "finish", "confirm", "refuse", "reassign", "reopen", "waive", "level", "note", "end", "cancel",
]  # fmt: skip

LEVELS: tuple[ResponseLevel, ...] = get_args(ResponseLevel)
RESPONSE_STEPS: tuple[ResponseStep, ...] = get_args(ResponseStep)
SETTLED: frozenset[TaskState] = frozenset({"done", "waived"})
LEVEL_TITLES: Mapping[ResponseLevel, Text] = MappingProxyType(
    {
        "I": Text("Ⅰ级响应", "Level I response"),
        "II": Text("Ⅱ级响应", "Level II response"),
        "III": Text("Ⅲ级响应", "Level III response"),
        "IV": Text("Ⅳ级响应", "Level IV response"),
    }
)
LEVEL_COLOURS: Mapping[ResponseLevel, AlarmColour] = MappingProxyType(
    {"I": "red", "II": "orange", "III": "yellow", "IV": "blue"}
)
TASK_TITLES: Mapping[TaskState, Text] = MappingProxyType(
    {
        "open": Text("待接受", "To be accepted"),
        "accepted": Text("执行中", "Under way"),
        "reported": Text("待确认", "To be confirmed"),
        "done": Text("已完成", "Done"),
        "cannot": Text("无法执行", "Cannot be done"),
        "waived": Text("已免除", "Waived"),
    }
)
RESPONSE_TITLES: Mapping[ResponseState, Text] = MappingProxyType(
    {
        "active": Text("响应中", "Under way"),
        "ended": Text("已结束", "Ended"),
        "cancelled": Text("已撤销", "Cancelled"),
    }
)
_YELLOW, _ORANGE = 0.5, 0.8


class ResponseParty(msgspec.Struct, frozen=True, kw_only=True):
    """A department that takes part, and as what; degrees are CGCS2000, metres the twin's CRS, None when unknown."""

    department: str
    name_zh: str
    name_en: str
    role_zh: str = ""
    role_en: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    x_m: float | None = None
    y_m: float | None = None


class ResponseTask(msgspec.Struct, frozen=True, kw_only=True):
    """One task of a response as it stands after its own step number `rev`.

    `after` are tasks that must be settled before it is finished. It is due at `due_ms`, from `begun_ms` when it was
    given. `ended_ms` is when it was done, given up or waived, 0 before; `by_name` who did that.
    """

    id: str
    title_zh: str
    title_en: str
    department: str
    begun_ms: int
    due_ms: int
    rev: int = 0
    state: TaskState = "open"
    after: tuple[str, ...] = ()
    needs: tuple[TaskNeed, ...] = ()
    accepted_ms: int = 0
    ended_ms: int = 0
    by_name: str = ""
    note: str = ""
    photos: tuple[Photo, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in SETTLED

    @property
    def is_running(self) -> bool:
        """Whether its clock runs: its department has not answered for it yet."""
        return self.state in ("open", "accepted")

    def late_ms(self, now_ms: int) -> int:
        """Return for how long it has been overdue, 0 when it is not, or was ended in time."""
        until_ms = now_ms if self.is_running else self.ended_ms
        return max(0, until_ms - self.due_ms)

    def colour_at(self, now_ms: int) -> Colour:
        """Return the colour of its clock: grey when it is settled or waits for the officer, red when it is overdue."""
        if self.state == "cannot":
            return "red"
        if not self.is_running:
            return "grey"
        used = (now_ms - self.begun_ms) / max(1, self.due_ms - self.begun_ms)
        if used > 1:
            return "red"
        return "orange" if used >= _ORANGE else "yellow" if used >= _YELLOW else "green"


class ResponseEscalation(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a task is taken to once it is `late_min` minutes overdue."""

    late_min: int
    to_zh: str
    to_en: str


class ResponseNews(msgspec.Struct, frozen=True, kw_only=True):
    """What happened last: a step, of which task ("" of the response), by whom, with what note."""

    at_ms: int
    step: ResponseStep
    task: str = ""
    by_name: str = ""
    note: str = ""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One joint response as it stands after step number `rev`; `plan` is the template it was started from.

    `case`, `alarm` say what it was started for, "" for neither. `news` are the last steps, the newest last. Metres are
    those of the twin's CRS, filled for the screens and not kept; so is `label`, that of its case and alarm.
    """

    id: str
    rev: int
    plan: str
    title_zh: str
    title_en: str
    level: ResponseLevel
    state: ResponseState
    started_ms: int
    changed_ms: int
    ended_ms: int = 0
    case: str = ""
    alarm: str = ""
    reason: str = ""
    address: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    x_m: float | None = None
    y_m: float | None = None
    commander: str = ""
    commander_name: str = ""
    parties: tuple[ResponseParty, ...] = ()
    tasks: tuple[ResponseTask, ...] = ()
    escalation: tuple[ResponseEscalation, ...] = ()
    news: tuple[ResponseNews, ...] = ()
    summary: str = ""
    is_simulated: bool = False
    label: Label = LOWEST

    @property
    def is_active(self) -> bool:
        """Whether it is under way."""
        return self.state == "active"

    def task(self, id: str) -> ResponseTask | None:
        """Return one of its tasks."""
        return next((task for task in self.tasks if task.id == id), None)

    def waits_for(self, task: ResponseTask) -> tuple[str, ...]:
        """Return the tasks that have to be settled before this one is finished."""
        left = {other.id for other in self.tasks if not other.is_settled}
        return tuple(id for id in task.after if id in left)

    def taken_to(self, task: ResponseTask, now_ms: int) -> ResponseEscalation | None:
        """Return how far up an overdue task was taken, None while it is not."""
        late_min = task.late_ms(now_ms) / 60_000 if task.is_running else 0.0
        reached = [step for step in self.escalation if late_min >= step.late_min and late_min > 0]
        return max(reached, key=lambda step: step.late_min, default=None)

    @property
    def settled(self) -> int:
        """How many tasks are settled."""
        return sum(task.is_settled for task in self.tasks)


class ResponseAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A step that somebody wants to take; `op` is unique, the same again changes nothing.

    `if_rev` is the revision of the task, or of the response where the step is about no task, that the person looked at.
    """

    op: str
    response: str
    step: ResponseStep
    task: str = ""
    if_rev: int | None = None
    note: str = ""
    photos: tuple[Photo, ...] = ()
    department: str = ""
    level: ResponseLevel | None = None
    new: "NewResponse | None" = None


class NewResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What is known when a response is started: from which plan, for which case or alarm, and where."""

    plan: str
    case: str = ""
    alarm: str = ""
    reason: str = ""
    address: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    is_simulated: bool = False
