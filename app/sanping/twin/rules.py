"""智能发现: what a rule is, and which stations it watches. Rules are data of the twin; `twin.watching` applies them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from sanping.domain.alarm import AlarmColour
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.twin.water_quality import ODOUR_ITEMS, WaterStandard

RuleKind = Literal[
    "above", "below", "rise", "jump", "frozen", "silent", "class_worse", "black_odour", "difference", "all_of"
]
NO_ADVICE = Text("", "")
LimitName = Literal["warning", "guarantee", "record", "low", "left_bank", "right_bank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    `limit` is in the quantity's unit; `limit_of` takes it from the station's thresholds instead, `limit` is then added
    to it. What it means by kind: above, below: the value crosses the limit and comes back by `hysteresis`; rise: the
    value grew by the limit within `window_s`; jump: it left the median of `window_s` by the limit; frozen: it did not
    change during `window_s`; silent: nothing came for `limit` reporting intervals; class_worse: the section is `limit`
    classes worse than its target; black_odour: black and odorous water; difference: the value at `station` less that at
    `other` leaves `low` … `limit`; all_of: the rules in `parts` are all raised on the same river within `window_s`.
    The condition must hold for `duration_s`. `stations` empty means every station that measures the quantity, or those
    of one of `kinds`. Alarms of one `family` on one station are one item to the operator.
    """

    id: str
    title: Text
    kind: RuleKind
    colour: AlarmColour
    quantity: str = ""
    limit: float = 0.0
    limit_of: LimitName | None = None
    low: float = 0.0
    hysteresis: float = 0.0
    duration_s: int = 0
    window_s: int = 3600
    stations: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    other: str = ""
    parts: tuple[str, ...] = ()
    family: str = ""
    advice: Text = NO_ADVICE
    proposes_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePlan:
    """Rules made ready: which of them look at which quantity of which station; `widest_s` is the longest memory."""

    stations: Mapping[str, Station]
    standard: WaterStandard
    by_series: Mapping[tuple[str, str], tuple[Rule, ...]]
    by_quantity: Mapping[str, tuple[Rule, ...]]
    of_station: tuple[Rule, ...]
    silent: tuple[Rule, ...]
    joint: tuple[Rule, ...]
    window_s: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    watched: frozenset[str] = frozenset()

    def rules_for(self, station: Station, quantity: str) -> tuple[Rule, ...]:
        """Return the rules that one reading concerns."""
        found = [rule for rule in self.by_quantity.get(quantity, ()) if _covers(rule, station)]
        found.extend(self.by_series.get((station.id, quantity), ()))
        return tuple(found)


def plan_rules(rules: Iterable[Rule], stations: Iterable[Station], standard: WaterStandard) -> RulePlan:
    """Sort rules by what they look at."""
    rules = tuple(rules)
    by_series: dict[tuple[str, str], list[Rule]] = {}
    by_quantity: dict[str, list[Rule]] = {}
    window_s: dict[str, int] = {}
    for rule in rules:
        if not rule.quantity:
            continue
        span_s = max(rule.duration_s, rule.window_s if rule.kind in ("rise", "jump", "frozen") else 0)
        window_s[rule.quantity] = max(window_s.get(rule.quantity, 0), span_s)
        if rule.kind == "silent":
            continue
        if rule.stations:
            for name in {*rule.stations, rule.other} - {""}:
                by_series.setdefault((name, rule.quantity), []).append(rule)
        else:
            by_quantity.setdefault(rule.quantity, []).append(rule)
    return RulePlan(
        stations=MappingProxyType({station.id: station for station in stations}),
        standard=standard,
        by_series=MappingProxyType({key: tuple(found) for key, found in by_series.items()}),
        by_quantity=MappingProxyType({key: tuple(found) for key, found in by_quantity.items()}),
        of_station=tuple(rule for rule in rules if rule.kind in ("class_worse", "black_odour")),
        silent=tuple(rule for rule in rules if rule.kind == "silent"),
        joint=tuple(rule for rule in rules if rule.kind == "all_of"),
        window_s=MappingProxyType(window_s),
        watched=frozenset(window_s) | _items_of(rules, standard),
    )


def _items_of(rules: Iterable[Rule], standard: WaterStandard) -> frozenset[str]:
    """Return the quantities that rules about a whole section look at."""
    if not any(rule.kind in ("class_worse", "black_odour") for rule in rules):
        return frozenset()
    return frozenset(item.quantity for item in standard.items) | set(ODOUR_ITEMS) | {"water_temperature"}


def covers(rule: Rule, station: Station) -> bool:
    """Say whether a rule looks at a station."""
    return station.id in rule.stations if rule.stations else _covers(rule, station)


def _covers(rule: Rule, station: Station) -> bool:
    return not rule.kinds or any(kind in rule.kinds for kind in station.kinds)


def limit_at(rule: Rule, station: Station) -> float | None:
    """Return the limit of a rule at a station, None when its threshold is not known there."""
    if rule.limit_of is None:
        return rule.limit
    thresholds = station.thresholds
    bound = {
        "warning": thresholds.warning_m,
        "guarantee": thresholds.guarantee_m,
        "record": thresholds.record_m,
        "low": thresholds.low_m,
        "left_bank": thresholds.left_bank_m,
        "right_bank": thresholds.right_bank_m,
    }[rule.limit_of]
    return None if bound is None else bound + rule.limit
