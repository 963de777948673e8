"""What a city decided about its cases: limits, calendar, sources, roles, warnings and classes, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from sanping.domain.area import Areas
from sanping.domain.case import Actor, Case, CaseRole, ClockKind, ClockUnit
from sanping.domain.component import ClassKind, ThingClass
from sanping.domain.errors import InputError
from sanping.domain.label import NO_LABELS, Label, Labels, higher, is_cleared
from sanping.domain.role import Role
from sanping.domain.text import Text
from sanping.twin.cases.clock import ClockWarning, Timetable

Sight = Literal["none", "masked", "whole"]

_NO_CLASS = Text(
    "分类表中没有{kind}类 {code}；请重新选择类别", "No {kind} class {code} is known; choose the class again"
)
_NO_SOURCE = Text("来源表中没有“{source}”；请重新选择来源", "No source “{source}” is known; choose the source again")
_NO_LIMIT = Text(
    "时限表没有 {clock} 时钟的默认行；请在 limits.csv 中补上",
    "The table of limits has no default for the clock {clock}; add it to limits.csv",
)
_KINDS: dict[ClassKind, Text] = {"component": Text("部件", "component"), "event": Text("事件", "event")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long a clock runs for a class; "" as `class_code` is for all that have no row of their own."""

    clock: ClockKind
    kind: ClassKind
    class_code: str
    amount: float
    unit: ClockUnit
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """Where cases come from; `needs_check`: somebody must look at the place before it is filed; `is_own`: 主动发现."""

    key: str
    title: Text
    needs_check: bool
    is_own: bool
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRule:
    """A role in a case: the least rank that may hold it, and how much of the reporter's data it sees."""

    role: CaseRole
    title: Text
    least: Role
    sight: Sight
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """Everything a step is decided by; loaded by `formats.governance`. `departments` are names by id.

    `labels` are those of the twin.
    """

    timetable: Timetable
    areas: Areas
    classes: Mapping[tuple[ClassKind, str], ThingClass]
    limits: Mapping[tuple[ClockKind, ClassKind, str], Limit]
    sources: Mapping[str, SourceKind]
    roles: Mapping[CaseRole, RoleRule]
    warnings: Sequence[ClockWarning]
    departments: Mapping[str, Text] = field(default_factory=dict)
    labels: Labels = NO_LABELS

    def unknown_labels(self) -> tuple[str, ...]:
        """Return the classes that are labelled and do not exist: their cases would be public."""
        known = {f"{kind}:{code}" for kind, code in self.classes}
        return tuple(
            name for name in self.labels.cases if not any(one.startswith(name) or name.startswith(one) for one in known)
        )

    def level_of(self, case: Case) -> Label:
        """Return the label of a case: the higher of its class's and its own."""
        return higher((self.labels.case(case.kind, case.case_class), case.label))

    def sees(self, who: Actor, case: Case) -> bool:
        """Say whether somebody may know of a case: it lies in their areas, and its label is not above them."""
        return who.covers(case.area) and is_cleared(who.clearance, self.level_of(case))

    def department(self, id: str) -> Text:
        """Return what people call a department; its id where the city's table does not name it."""
        return self.departments.get(id) or Text(id, id)

    def limit(self, clock: ClockKind, kind: ClassKind, class_code: str) -> Limit:
        """Return the limit of the narrowest class that has one."""
        for length in range(len(class_code), -1, -1):
            found = self.limits.get((clock, kind, class_code[:length]))
            if found:
                return found
        raise InputError(_NO_LIMIT.with_values(clock=clock))

    def check_class(self, kind: ClassKind, class_code: str) -> None:
        """Raise `InputError` when a class does not exist; a city's third level counts if its subclass exists."""
        if len(class_code) < 4 or (kind, class_code[:4]) not in self.classes:
            raise InputError(_NO_CLASS.with_values(kind=_KINDS[kind], code=class_code or "—"))

    def source(self, key: str) -> SourceKind:
        """Return a source of cases; raises `InputError` when it does not exist."""
        found = self.sources.get(key)
        if found is None:
            raise InputError(_NO_SOURCE.with_values(source=key))
        return found
