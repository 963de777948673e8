"""The conditions that rules judge: what a series says about one rule, and the words for it."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sanping.domain.quantity import quantity
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.twin.rules import Rule
from sanping.twin.water_quality import CLASS_NAMES, CLASSES, SectionQuality

Points = tuple[tuple[int, float], ...]
_FROZEN_POINTS = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule finds in a reading: whether its condition holds (None: cannot say), the value and limit it judged."""

    holds: bool | None
    value: float = 0.0
    limit: float = 0.0
    words: Text | None = None


def risen(points: Points, rule: Rule, limit: float) -> Seen:
    """Judge how much a value grew within the window."""
    newest_ms, newest = points[-1]
    inside = [value for when, value in points[:-1] if newest_ms - when <= rule.window_s * 1000]
    if not inside:
        return Seen(None)
    grown = newest - min(inside)
    return Seen(grown >= limit, grown, limit)


def jumped(points: Points, rule: Rule, limit: float) -> Seen:
    """Judge how far a value left the median of the window before it."""
    newest_ms, newest = points[-1]
    inside = [value for when, value in points[:-1] if newest_ms - when <= rule.window_s * 1000]
    if len(inside) < 3:
        return Seen(None)
    away = newest - statistics.median(inside)
    return Seen(abs(away) >= limit, away, limit)


def frozen(points: Points, rule: Rule) -> Seen:
    """Judge whether a value stood still over the whole window."""
    newest_ms, newest = points[-1]
    inside = [(when, value) for when, value in points if newest_ms - when <= rule.window_s * 1000]
    covered = len(inside) >= _FROZEN_POINTS and newest_ms - inside[0][0] >= 0.9 * rule.window_s * 1000
    return Seen(covered and all(value == newest for _, value in inside), newest, rule.window_s / 60)


def class_seen(rule: Rule, station: Station, found: SectionQuality) -> Seen:
    """Judge the class of a section."""
    if rule.kind == "black_odour":
        return Seen(found.odour is not None, words=rule.title)
    if station.target_class is None:
        return Seen(None)
    worse = found.water_class - station.target_class
    decisive = [quantity(name).title for name in found.decisive]
    sentence = Text(
        "水质{now}，劣于目标{target}，定类指标：{items}",
        "water is {now}, worse than its target {target}; set by {items}",
    ).with_values(
        now=CLASS_NAMES[found.water_class],
        target=CLASS_NAMES[CLASSES[station.target_class - 1]],
        items=Text("、".join(item.zh for item in decisive), ", ".join(item.en for item in decisive)),
    )
    return Seen(worse >= max(1, rule.limit), float(found.water_class), float(station.target_class), sentence)


_SENTENCES: Mapping[str, Text] = MappingProxyType(
    {
        "above": Text(
            "{what}{value}{unit}，达到{limit}{unit}：{title}",
            "{what} {value} {unit} is at {limit} {unit}: {title}",
        ),
        "below": Text(
            "{what}{value}{unit}，低于{limit}{unit}：{title}",
            "{what} {value} {unit} ≤ {limit} {unit}: {title}",
        ),
        "rise": Text(
            "{what}上涨{value}{unit}：{title}",
            "{what} rose by {value} {unit}: {title}",
        ),
        "jump": Text(
            "{what}突变{value}{unit}：{title}",
            "{what} jumped by {value} {unit}: {title}",
        ),
        "frozen": Text(
            "{what}{limit}分钟未变化（{value}{unit}）：{title}",
            "{what} unchanged for {limit} min ({value} {unit}): {title}",
        ),
        "silent": Text(
            "{value}分钟无数据：{title}",
            "silent for {value} min: {title}",
        ),
        "difference": Text(
            "{what}上下游相差{value}{unit}：{title}",
            "{what} differs by {value} {unit}: {title}",
        ),
    }
)  # fmt: skip


def words(rule: Rule, name: str, seen: Seen) -> Text:
    """Return the sentence that says what was found, to follow the name of the station."""
    sentence = _SENTENCES.get(rule.kind)
    if sentence is None:
        return rule.title
    known = quantity(name)
    decimals = known.decimals if rule.kind != "silent" else 0
    return sentence.with_values(
        what=known.title,
        value=f"{seen.value:.{decimals}f}",
        limit=f"{seen.limit:.{decimals if rule.kind != 'frozen' else 0}f}",
        unit=known.unit,
        title=rule.title,
    )
