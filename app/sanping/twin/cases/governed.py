"""Everything a city governs by, as one value: rules, departments, people, and what becomes a case of which class."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sanping.domain.case import Urgency
from sanping.domain.component import ClassKind
from sanping.domain.measure import Measure
from sanping.domain.people import Person
from sanping.domain.text import Text
from sanping.twin.cases.dispatching import Candidate
from sanping.twin.cases.places import AreaPlaces
from sanping.twin.cases.rules import CaseRules
from sanping.twin.responses.plans import ResponsePlan

OTHER_CLASS = "0699"


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department or crew that cases are dispatched to; see `twin.cases.dispatching.Candidate` for areas and duties.

    `lon_deg`, `lat_deg` say where it starts from, None when unknown.
    """

    id: str
    name: Text
    areas: tuple[str, ...]
    duties: tuple[str, ...] = ()
    lon_deg: float | None = None
    lat_deg: float | None = None
    is_on_duty: bool = True
    source: str = ""

    def candidate(self, open_cases: int = 0) -> Candidate:
        """Return the department as one that a case may be dispatched to, with how many it works on."""
        return Candidate(
            id=self.id, name=self.name, areas=self.areas, duties=self.duties, is_on_duty=self.is_on_duty,
            lon_deg=self.lon_deg, lat_deg=self.lat_deg, open_cases=open_cases,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClass:
    """The class and urgency of a case that a rule of discovery, or a category of reports, leads to."""

    kind: ClassKind = "event"
    code: str = OTHER_CLASS
    urgency: Urgency = "normal"
    source: str = ""


OTHER = CaseClass()


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernedCity:
    """The tables of one city; `alarm_classes` are by rule of discovery, `report_classes` by category of reports.

    `measures` are those of its table. `plans` are templates of joint responses by id; `plan_troubles` say which of them
    cannot be used, and why.
    """

    rules: CaseRules
    places: AreaPlaces
    departments: Mapping[str, Department] = field(default_factory=lambda: MappingProxyType({}))
    people: Mapping[str, Person] = field(default_factory=lambda: MappingProxyType({}))
    alarm_classes: Mapping[str, CaseClass] = field(default_factory=lambda: MappingProxyType({}))
    report_classes: Mapping[str, CaseClass] = field(default_factory=lambda: MappingProxyType({}))
    measures: tuple[Measure, ...] = ()
    plans: Mapping[str, ResponsePlan] = field(default_factory=lambda: MappingProxyType({}))
    plan_troubles: tuple[Text, ...] = ()

    def class_of_alarm(self, rule: str) -> CaseClass:
        """Return the class of a case that an alarm of this rule becomes; other events where nothing is said."""
        return self.alarm_classes.get(rule, OTHER)

    def class_of_report(self, category: str) -> CaseClass:
        """Return the class of a case that a report of this category becomes; other events where nothing is said."""
        return self.report_classes.get(category, OTHER)
