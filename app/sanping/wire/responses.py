"""What the API says of joint responses: templates with their phone numbers, and the whole sheet of one response."""

import msgspec

from sanping.domain.response import Response, ResponseLevel, ResponseStep, TaskNeed


class PlanTaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A task of a template; it belongs to `level` and all higher ones."""

    id: str
    title_zh: str
    title_en: str
    department: str
    due_min: int
    after: tuple[str, ...] = ()
    needs: tuple[TaskNeed, ...] = ()
    level: ResponseLevel = "IV"


class PlanPartyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A department of a template, and the number under which its desk answers."""

    department: str
    name_zh: str
    name_en: str
    role_zh: str
    role_en: str
    phone: str = ""


class PlanCallRow(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to call when a task is `late_min` minutes overdue."""

    late_min: int
    to_zh: str
    to_en: str
    phone: str = ""


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """A template of a joint response; `fits` says that it is proposed for the case or alarm that was asked about."""

    id: str
    name_zh: str
    name_en: str
    level: ResponseLevel
    parties: tuple[PlanPartyRow, ...]
    tasks: tuple[PlanTaskRow, ...]
    escalation: tuple[PlanCallRow, ...] = ()
    fits: bool = False
    source: str = ""
    is_simulated: bool = False


class PlanTrouble(msgspec.Struct, frozen=True, kw_only=True):
    """Why a template cannot be used: which file, which line, and what to do."""

    zh: str
    en: str


class Plans(msgspec.Struct, frozen=True, kw_only=True):
    """All templates, those that fit first; `may_start` says whether whoever asks may start one."""

    plans: tuple[PlanRow, ...]
    troubles: tuple[PlanTrouble, ...] = ()
    may_start: bool = False


class ResponseStepRow(msgspec.Struct, frozen=True, kw_only=True):
    """A step that whoever asks may take; `task` is "" for one of the whole response."""

    step: ResponseStep
    title_zh: str
    title_en: str
    task: str = ""
    needs: tuple[str, ...] = ()


class ResponseTrailRow(msgspec.Struct, frozen=True, kw_only=True):
    """One step that was taken."""

    seq: int
    at_ms: int
    step: ResponseStep
    title_zh: str
    title_en: str
    by: str
    task: str = ""
    by_name: str = ""
    note: str = ""


class ResponseSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one response: the steps that whoever asks may take, its whole trail, and whom to call."""

    response: Response
    steps: tuple[ResponseStepRow, ...] = ()
    trail: tuple[ResponseTrailRow, ...] = ()
    phones: dict[str, str] = {}
    calls: tuple[PlanCallRow, ...] = ()
