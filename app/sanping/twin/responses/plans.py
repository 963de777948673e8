"""Templates of joint responses (预案), as a city writes them, and which of them fits a case or an alarm."""

from collections.abc import Iterable
from dataclasses import dataclass

from sanping.domain.response import LEVELS, ResponseLevel, TaskNeed
from sanping.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanParty:
    """A department that takes part: as what, and under which number its desk answers day and night."""

    department: str
    name: Text
    role: Text
    phone: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    """A task: due `due_min` minutes after it is given, from level `level` upwards (I is the highest)."""

    id: str
    title: Text
    department: str
    due_min: int
    after: tuple[str, ...] = ()
    needs: tuple[TaskNeed, ...] = ()
    level: ResponseLevel = "IV"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanEscalation:
    """Whom a task is taken to once it is `late_min` minutes overdue, and under which number."""

    late_min: int
    to: Text
    phone: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsePlan:
    """A template; `id` is its file's name. It is proposed for alarms of `rules` and cases of `classes`.

    A class is written as in departments.csv: "event:0504", or its beginning.
    """

    id: str
    name: Text
    level: ResponseLevel
    parties: tuple[PlanParty, ...]
    tasks: tuple[PlanTask, ...]
    escalation: tuple[PlanEscalation, ...] = ()
    rules: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    source: str = ""
    is_simulated: bool = False

    def at_level(self, level: ResponseLevel) -> tuple[PlanTask, ...]:
        """Return the tasks of a level: its own and those of all lower ones."""
        return tuple(task for task in self.tasks if LEVELS.index(level) <= LEVELS.index(task.level))


def proposed(plans: Iterable[ResponsePlan], *, rule: str = "", case_class: str = "") -> tuple[str, ...]:
    """Return the plans for an alarm's rule or a case's class ("event:0504"), the most particular first."""
    found: list[tuple[int, str]] = []
    for plan in plans:
        fits = [len(known) for known in plan.classes if case_class and case_class.startswith(known)]
        if rule and rule in plan.rules:
            fits.append(1000)
        if fits:
            found.append((-max(fits), plan.id))
    return tuple(id for _, id in sorted(found))
