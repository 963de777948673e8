"""Water quality by GB 3838-2002: the single-factor class of a section, and the state of a river of sections.

The limits are data (`WaterStandard`, read from a table a city can replace); assessment follows 环办〔2011〕22号: water
temperature, total nitrogen and faecal coliform do not decide the class of a river.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from types import MappingProxyType
from typing import Literal

from sanping.domain.station import WaterClass
from sanping.domain.text import Text

WORST: WaterClass = 6
CLASSES: tuple[WaterClass, ...] = (1, 2, 3, 4, 5, 6)
CLASS_NAMES: Mapping[WaterClass, Text] = MappingProxyType(
    {
        1: Text("Ⅰ类", "Class I"),
        2: Text("Ⅱ类", "Class II"),
        3: Text("Ⅲ类", "Class III"),
        4: Text("Ⅳ类", "Class IV"),
        5: Text("Ⅴ类", "Class V"),
        6: Text("劣Ⅴ类", "Worse than V"),
    }
)
GRADES: tuple[Text, ...] = (
    Text("优", "Excellent"),
    Text("良好", "Good"),
    Text("轻度污染", "Lightly polluted"),
    Text("中度污染", "Moderately polluted"),
    Text("重度污染", "Heavily polluted"),
)
_GRADE_OF_CLASS: Mapping[WaterClass, int] = MappingProxyType({1: 0, 2: 0, 3: 1, 4: 2, 5: 3, 6: 4})
_FEW_SECTIONS = 5
ODOUR_ITEMS = ("transparency", "dissolved_oxygen", "redox", "ammonia_nitrogen")

Better = Literal["lower", "higher", "range"]
Odour = Literal["light", "heavy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLimit:
    """The limits of one item in its quantity's unit, for classes Ⅰ … Ⅴ; a `range` item has a low and a high end."""

    quantity: str
    body: Literal["any", "river", "lake"]
    limits: tuple[float, ...]
    better: Better
    is_assessed: bool
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaterStandard:
    """A table of limits."""

    name: str
    items: tuple[ItemLimit, ...]

    def limit(self, quantity: str, *, is_lake: bool) -> ItemLimit | None:
        """Return the limits of a quantity in this kind of water."""
        body = "lake" if is_lake else "river"
        return next((item for item in self.items if item.quantity == quantity and item.body in ("any", body)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pollutant:
    """An item worse than class Ⅲ; `times_over` is (C − S₃) / S₃, None for dissolved oxygen and pH."""

    quantity: str
    water_class: WaterClass
    times_over: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionQuality:
    """What one section's values say.

    `decisive` are the items that set the class. `over_target` holds, for each item worse than the target class, how
    many times it is over that class's limit (None where that has no meaning). `reported` are classes of items that do
    not decide (total nitrogen …).
    """

    water_class: WaterClass
    items: Mapping[str, WaterClass]
    decisive: tuple[str, ...]
    pollutants: tuple[Pollutant, ...]
    over_target: Mapping[str, float | None] = field(default_factory=lambda: MappingProxyType({}))
    reported: Mapping[str, WaterClass] = field(default_factory=lambda: MappingProxyType({}))
    odour: Odour | None = None

    @property
    def grade(self) -> Text:
        """The word for the class."""
        return GRADES[_GRADE_OF_CLASS[self.water_class]]


def item_class(limit: ItemLimit, value: float, temperature_c: float | None = None) -> WaterClass:
    """Return the best class whose limit the value keeps; 6 (劣Ⅴ) when it keeps none.

    Dissolved oxygen is also class Ⅰ at 90 % of saturation, 468 / (31.6 + T) mg/L at sea level.
    """
    if limit.better == "range":
        return 1 if limit.limits[0] <= value <= limit.limits[1] else WORST
    higher = limit.better == "higher"
    for number, bound in zip(CLASSES, limit.limits, strict=False):
        if (value >= bound) if higher else (value <= bound):
            return number
        if higher and number == 1 and temperature_c is not None and value >= 0.9 * saturation_mg_l(temperature_c):
            return 1
    return WORST


def saturation_mg_l(temperature_c: float) -> float:
    """Return the oxygen saturation of fresh water at sea level in mg/L (GB 3838-2002, table 1)."""
    return 468.0 / (31.6 + temperature_c)


def assess_section(
    standard: WaterStandard,
    values: Mapping[str, float],
    *,
    target: WaterClass | None = None,
    is_lake: bool = False,
) -> SectionQuality | None:
    """Return the single-factor class of one section, None when no assessed item was measured.

    `values` are in the units of `domain.quantity`; only trustworthy, present values belong in it.
    """
    temperature_c = values.get("water_temperature")
    items: dict[str, WaterClass] = {}
    reported: dict[str, WaterClass] = {}
    for quantity, value in values.items():
        limit = standard.limit(quantity, is_lake=is_lake)
        if limit is None or isnan(value):
            continue
        (items if limit.is_assessed else reported)[quantity] = item_class(limit, value, temperature_c)
    if not items:
        return None
    worst = max(items.values())
    return SectionQuality(
        water_class=worst,
        items=MappingProxyType(items),
        decisive=tuple(name for name, number in items.items() if number == worst),
        pollutants=_pollutants(standard, values, items, is_lake=is_lake),
        over_target=MappingProxyType(_over(standard, values, items, target, is_lake=is_lake)),
        reported=MappingProxyType(reported),
        odour=black_odour(values),
    )


def _times_over(limit: ItemLimit, value: float, number: WaterClass) -> float | None:
    if limit.better != "lower":
        return None
    bound = limit.limits[number - 1]
    return (value - bound) / bound


def _pollutants(
    standard: WaterStandard, values: Mapping[str, float], items: Mapping[str, WaterClass], *, is_lake: bool
) -> tuple[Pollutant, ...]:
    """Up to three worst items beyond class Ⅲ; ties go to the larger exceedance of the limit of class Ⅲ."""
    found = []
    for quantity, number in items.items():
        limit = standard.limit(quantity, is_lake=is_lake)
        if number > 3 and limit is not None:
            over = _times_over(limit, values[quantity], 3)
            found.append(Pollutant(quantity=quantity, water_class=number, times_over=over))
    found.sort(key=lambda item: (-item.water_class, -(item.times_over or 0.0)))
    return tuple(found[:3])


def _over(
    standard: WaterStandard,
    values: Mapping[str, float],
    items: Mapping[str, WaterClass],
    target: WaterClass | None,
    *,
    is_lake: bool,
) -> dict[str, float | None]:
    if target is None or target == WORST:
        return {}
    found: dict[str, float | None] = {}
    for quantity, number in items.items():
        limit = standard.limit(quantity, is_lake=is_lake)
        if number > target and limit is not None:
            found[quantity] = _times_over(limit, values[quantity], target)
    return found


def black_odour(values: Mapping[str, float]) -> Odour | None:
    """Say whether water is black and odorous (城市黑臭水体整治工作指南): the worst of the four items decides."""
    found: list[Odour] = []
    rules: tuple[tuple[str, Callable[[float], bool], Callable[[float], bool]], ...] = (
        ("transparency", lambda v: v < 10, lambda v: v <= 25),
        ("dissolved_oxygen", lambda v: v < 0.2, lambda v: v <= 2.0),
        ("redox", lambda v: v < -200, lambda v: v <= 50),
        ("ammonia_nitrogen", lambda v: v > 15, lambda v: v > 8),
    )
    for quantity, is_heavy, is_light in rules:
        value = values.get(quantity)
        if value is None or isnan(value):
            continue
        if is_heavy(value):
            found.append("heavy")
        elif is_light(value):
            found.append("light")
    if not found:
        return None
    return "heavy" if "heavy" in found else "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiverQuality:
    """The state of a river: its grade, the share of sections in each class (percent) and how it was found."""

    grade: int
    shares: Mapping[WaterClass, float]
    sections: int
    by_average: bool

    @property
    def name(self) -> Text:
        """The word for the grade."""
        return GRADES[self.grade]

    @property
    def good_share(self) -> float:
        """Percent of sections in classes Ⅰ – Ⅲ."""
        return sum(self.shares[number] for number in (1, 2, 3))


def assess_river(
    standard: WaterStandard, sections: Sequence[tuple[SectionQuality, Mapping[str, float]]]
) -> RiverQuality | None:
    """Return the state of a river of sections (quality and values of each), None without any.

    Fewer than five sections: mean concentrations are assessed by single factor; else the shares of classes decide.
    """
    if not sections:
        return None
    total = len(sections)
    counts = {number: sum(quality.water_class == number for quality, _ in sections) for number in CLASSES}
    shares = MappingProxyType({number: 100.0 * count / total for number, count in counts.items()})
    if total < _FEW_SECTIONS:
        mean = assess_section(standard, _means(values for _, values in sections))
        grade = _GRADE_OF_CLASS[mean.water_class if mean else max(quality.water_class for quality, _ in sections)]
        return RiverQuality(grade=grade, shares=shares, sections=total, by_average=True)
    return RiverQuality(grade=_grade_of_shares(shares), shares=shares, sections=total, by_average=False)


def _means(rows: Iterable[Mapping[str, float]]) -> dict[str, float]:
    gathered: dict[str, list[float]] = {}
    for row in rows:
        for quantity, value in row.items():
            if not isnan(value):
                gathered.setdefault(quantity, []).append(value)
    return {quantity: sum(values) / len(values) for quantity, values in gathered.items()}


def _grade_of_shares(shares: Mapping[WaterClass, float]) -> int:
    good, worst = shares[1] + shares[2] + shares[3], shares[WORST]
    if good >= 90:
        return 0
    if good >= 75:
        return 1
    if worst >= 40:
        return 4
    return 3 if worst >= 20 else 2


CHANGES: tuple[Text, ...] = (
    Text("明显变差", "clearly worse"),
    Text("有所变差", "somewhat worse"),
    Text("无明显变化", "no clear change"),
    Text("有所好转", "somewhat better"),
    Text("明显好转", "clearly better"),
)


def change_of_section(before: WaterClass, now: WaterClass) -> Text:
    """Return the wording for one section: one grade is 有所, two or more 明显."""
    step = _GRADE_OF_CLASS[before] - _GRADE_OF_CLASS[now]
    return CHANGES[2 + max(-2, min(2, step))]


def change_of_river(before: RiverQuality, now: RiverQuality) -> Text:
    """Return the wording for a river by the change of its shares ΔG − ΔD (good classes less 劣Ⅴ), in percent points."""
    gained = (now.good_share - before.good_share) - (now.shares[WORST] - before.shares[WORST])
    size = 0 if abs(gained) <= 10 else 1 if abs(gained) <= 20 else 2
    return CHANGES[2 + (size if gained > 0 else -size)]
