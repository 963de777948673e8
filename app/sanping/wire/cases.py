"""What the API says of cases: pages of a list, the whole sheet of one, the tables a city governs by, indicators."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from sanping.domain.area import Level
from sanping.domain.case import Case, CaseRole, Photo, Reporter, Step
from sanping.domain.case_filter import CaseFilter as CaseFilter  # noqa: PLC0414  part of what is asked
from sanping.domain.case_filter import CaseScope as CaseScope  # noqa: PLC0414  likewise
from sanping.domain.case_filter import Sort as Sort  # noqa: PLC0414  likewise
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.component import ClassKind
from sanping.domain.measure import Measure, MeasureVerdict

GroupBy = Literal["area", "department", "class", "source", "day"]
MOST_LINES = 500
MOST_POINTS = 50_000


class CasePage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the cases that a filter finds, the first first; `total` is how many there are."""

    total: int
    lines: tuple[CaseLine, ...]


class PossibleStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step that whoever asks may take now; `needs` are what its form must hold (`twin.cases.life.Need`)."""

    step: Step
    title_zh: str
    title_en: str
    needs: tuple[str, ...] = ()


class TrailRow(msgspec.Struct, frozen=True, kw_only=True):
    """One step that was taken; `by` is a device or user, `by_name` what people call them."""

    seq: int
    at_ms: int
    step: Step
    title_zh: str
    title_en: str
    by: str
    by_name: str = ""
    note: str = ""
    photos: tuple[Photo, ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A department that a case may be dispatched to: how well it fits, 0…1, and why."""

    department: str
    name_zh: str
    name_en: str
    fit: float
    why_zh: tuple[str, ...]
    why_en: tuple[str, ...]


class Alike(msgspec.Struct, frozen=True, kw_only=True):
    """A case that may be the same: how alike, 0…1, and how far away in metres and milliseconds."""

    line: CaseLine
    likeness: float
    metres: float
    apart_ms: int


class CaseSheet(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one case that whoever asks may see; the reporter is masked by role."""

    case: Case
    line: CaseLine
    reporter: Reporter
    steps: tuple[PossibleStep, ...] = ()
    trail: tuple[TrailRow, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    alike: tuple[Alike, ...] = ()


class AreaRow(msgspec.Struct, frozen=True, kw_only=True):
    """An area in use today; `bounds` are west, south, east, north in degrees, None when unknown."""

    code: str
    level: Level
    parent: str
    name_zh: str
    name_en: str
    person: str = ""
    phone: str = ""
    bounds: tuple[float, float, float, float] | None = None


class ClassRow(msgspec.Struct, frozen=True, kw_only=True):
    """One class of components or events."""

    kind: ClassKind
    code: str
    name_zh: str
    name_en: str


class DepartmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A department or crew that cases are dispatched to."""

    id: str
    name_zh: str
    name_en: str
    areas: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    is_on_duty: bool = True
    lon_deg: float | None = None
    lat_deg: float | None = None
    open_cases: int = 0


class PersonRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of the city's table of people, as who gives devices out sees them."""

    user: str
    name_zh: str
    name_en: str
    roles: tuple[CaseRole, ...]
    areas: tuple[str, ...] = ()
    department: str = ""


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Where cases come from."""

    key: str
    title_zh: str
    title_en: str


class Governance(msgspec.Struct, frozen=True, kw_only=True):
    """The tables a city governs by, and what whoever asks is in the life of a case; `people` for duty officers only."""

    areas: tuple[AreaRow, ...]
    classes: tuple[ClassRow, ...]
    departments: tuple[DepartmentRow, ...]
    sources: tuple[SourceRow, ...]
    people: tuple[PersonRow, ...] = ()
    me: str = ""
    my_name: str = ""
    my_roles: tuple[CaseRole, ...] = ()
    my_areas: tuple[str, ...] = ()
    my_department: str = ""


class AreaFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How one area stands: cases open and over their limit, those reported in a span with its rates, alarms now.

    `person` answers for it, and is called at `phone`. `outline` holds closed rings of east and north in metres of the
    twin's CRS, empty where its shape is unknown; `km2` is its size, 0 then.
    """

    code: str
    name_zh: str
    name_en: str
    level: Level | None = None
    person: str = ""
    phone: str = ""
    open: int = 0
    overdue: int = 0
    reported: int = 0
    alarms: int = 0
    rates: Mapping[str, float] = {}
    km2: float = 0.0
    outline: tuple[tuple[tuple[float, float], ...], ...] = ()


class AreaBoard(msgspec.Struct, frozen=True, kw_only=True):
    """One area with the areas of a level within it.

    `above` are the areas that it lies in, the widest first; `level` is that of `rows`, None when there are none.
    `departments` on duty answer for it. `counts` are the figures of all its cases.
    """

    area: AreaFigures
    above: tuple[AreaFigures, ...] = ()
    level: Level | None = None
    rows: tuple[AreaFigures, ...] = ()
    departments: tuple[DepartmentRow, ...] = ()
    counts: CaseCounts
    from_ms: int = 0
    to_ms: int = 0


class CasePoints(msgspec.Struct, frozen=True, kw_only=True):
    """Where cases lie, in degrees (CGCS2000); `total` counts those without a place too, and those beyond the most."""

    total: int
    lon_deg: tuple[float, ...] = ()
    lat_deg: tuple[float, ...] = ()


class IndicatorRow(msgspec.Struct, frozen=True, kw_only=True):
    """The indicators of one group: `counts` as in `twin.cases.indicators.Counts`, `rates` by name, absent if none."""

    key: str
    title_zh: str
    title_en: str
    counts: Mapping[str, int]
    rates: Mapping[str, float]


class Indicators(msgspec.Struct, frozen=True, kw_only=True):
    """Indicators of a span of time, of all its cases and of each group, the largest first."""

    from_ms: int
    to_ms: int
    by: GroupBy
    whole: IndicatorRow
    groups: tuple[IndicatorRow, ...]


class Ratio(msgspec.Struct, frozen=True, kw_only=True):
    """Two counts over as many days, and the ratio of their rates with its bounds (95 %)."""

    before: int
    after: int
    ratio: float
    low: float
    high: float


class MeasureRow(msgspec.Struct, frozen=True, kw_only=True):
    """A measure and what came with it: `days` on each side, and the days after it by those a year before (`year`)."""

    measure: Measure
    days: int
    verdict: MeasureVerdict
    whole: Ratio | None = None
    year: Ratio | None = None


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """The measures of a city, the newest first; the record of cases begins on `first_day`."""

    rows: tuple[MeasureRow, ...]
    first_day: str
