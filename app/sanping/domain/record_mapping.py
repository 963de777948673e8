"""Turns records of any JSON, CSV or GeoJSON document into observations, as a short text of rules says; pure.

A path names a place in a record: `a.b`, `list[0].x`, `properties.level`, `geometry.coordinates[1]`. A rule for values
is `path = quantity`, `path = quantity in unit` or `path = quantity * factor + offset`; `;` or line ends separate rules.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite, nan

from sanping.domain.errors import InputError
from sanping.domain.observation import Observation, Origin
from sanping.domain.quantity import QUANTITIES, quantity
from sanping.domain.text import Text

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+|\*)\]")
_RULE = re.compile(
    r"^\s*(?P<path>.+?)\s*=\s*(?P<code>[\w:.-]+)(?:\s+in\s+(?P<unit>\S+))?"
    r"(?:\s*\*\s*(?P<factor>[-+\d.eE]+))?(?:\s*(?P<sign>[+-])\s*(?P<offset>[\d.eE]+))?\s*$"
)
_UNITS: Mapping[tuple[str, str], float] = {
    ("µg/l", "mg/L"): 0.001, ("ug/l", "mg/L"): 0.001, ("g/l", "mg/L"): 1000.0, ("ms/cm", "µS/cm"): 1000.0,
    ("cm", "m"): 0.01, ("mm", "m"): 0.001, ("m", "cm"): 100.0, ("ft", "m"): 0.3048, ("ft3/s", "m³/s"): 0.0283168466,
    ("l/s", "m³/s"): 0.001, ("m3/h", "m³/s"): 1 / 3600, ("m3/s", "m³/s"): 1.0, ("cm/s", "m/s"): 0.01,
    ("in", "mm"): 25.4, ("cm", "mm"): 10.0, ("pa", "hPa"): 0.01, ("kpa", "hPa"): 10.0,
}  # fmt: skip
_LATEST_MS = 4_102_444_800_000  # 2100

_BAD_RULE = Text(
    "取值规则无效：{rule}；样式：路径 = 量代码", "The rule for values is invalid: {rule}; write path = quantity"
)
_BAD_UNIT = Text("不能把 {unit} 换算成 {wanted}", "{unit} cannot be converted to {wanted}")
_NO_RULES = Text("请填写取值规则", "Give rules for the values")
_NO_RECORDS = Text("文档里没有 {path}", "The document has no {path}")
_NO_STATION = Text("记录没有站点（{path}）", "A record has no station ({path})")
_NO_TIME = Text("记录的时间无效（{value}）", "A record's time is invalid ({value})")
_NO_NUMBER = Text("{path} 的值不是数：{value}", "The value at {path} is no number: {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRule:
    """One value: where it is, what it is, and how its number is brought to the quantity's unit."""

    path: str
    code: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMapping:
    """How records become observations.

    `records` leads to the list of records (empty: the document itself is the list, or the only record). `station` and
    `time` are paths in a record; a `station` in quotes is a fixed one. Without `time` the time of reading counts.
    `utc_offset_h` is for times without a zone.
    """

    values: tuple[ValueRule, ...]
    station: str
    time: str = ""
    records: str = ""
    utc_offset_h: float = 8.0


def parsed_rules(written: str) -> tuple[ValueRule, ...]:
    """Read the rules for values. Raises `InputError` naming the rule that cannot be read."""
    rules = tuple(_rule(part) for part in re.split(r"[;\n]", written) if part.strip())
    if not rules:
        raise InputError(_NO_RULES)
    return rules


def _rule(written: str) -> ValueRule:
    found = _RULE.match(written)
    if found is None:
        raise InputError(_BAD_RULE.with_values(rule=written.strip()))
    code, unit = found["code"], found["unit"]
    factor = float(found["factor"] or 1.0)
    offset = float(found["offset"] or 0.0) * (-1.0 if found["sign"] == "-" else 1.0)
    if unit and code in QUANTITIES and unit != quantity(code).unit:
        wanted = quantity(code).unit
        scale = _UNITS.get((unit.lower(), wanted))
        if scale is None:
            raise InputError(_BAD_UNIT.with_values(unit=unit, wanted=wanted))
        factor *= scale
    return ValueRule(path=found["path"], code=code, factor=factor, offset=offset)


def value_at(document: object, path: str) -> object:
    """Return what lies at a path, None where there is nothing."""
    here = document
    for name, number in _STEP.findall(path):
        if name and isinstance(here, Mapping):
            here = here.get(name)
        elif number and number != "*" and isinstance(here, Sequence) and not isinstance(here, str):
            here = here[int(number)] if int(number) < len(here) else None
        else:
            return None
    return here


def records_in(document: object, path: str) -> list[object]:
    """Return the records of a document. Raises `InputError` when the path leads to nothing."""
    here = value_at(document, path.removesuffix("[*]")) if path else document
    if here is None:
        raise InputError(_NO_RECORDS.with_values(path=path or "—"))
    return list(here) if isinstance(here, Sequence) and not isinstance(here, str) else [here]


@dataclass(frozen=True, slots=True)
class Problem:
    """A record or value that was left out, and why."""

    what: str
    why: Text


def observed(
    document: object, mapping: RecordMapping, now_ms: int, origin: Origin = "live"
) -> Iterator[Observation | Problem]:
    """Yield the observations of a document, and a problem for each record or value that was left out."""
    for record in records_in(document, mapping.records):
        station = mapping.station.strip("'\"") if mapping.station[:1] in "'\"" else value_at(record, mapping.station)
        if station is None or str(station) == "":
            yield Problem("bad_records", _NO_STATION.with_values(path=mapping.station))
            continue
        written = value_at(record, mapping.time) if mapping.time else now_ms
        event_ms = time_ms(written, mapping.utc_offset_h)
        if event_ms is None:
            yield Problem("bad_times", _NO_TIME.with_values(value=str(written)[:60]))
            continue
        yield from _values(record, mapping.values, Observation(
            station=str(station), quantity="", value=nan, unit="", event_ms=event_ms, received_ms=now_ms, origin=origin
        ))  # fmt: skip


def _values(record: object, rules: Iterable[ValueRule], plain: Observation) -> Iterator[Observation | Problem]:
    for rule in rules:
        written = value_at(record, rule.path)
        if written is None or written == "":
            continue
        number = _number(written)
        if number is None:
            yield Problem("bad_values", _NO_NUMBER.with_values(path=rule.path, value=str(written)[:60]))
            continue
        is_there = isfinite(number)
        yield Observation(
            station=plain.station,
            quantity=rule.code,
            value=number * rule.factor + rule.offset if is_there else nan,
            unit=quantity(rule.code).unit,
            event_ms=plain.event_ms,
            received_ms=plain.received_ms,
            quality="good" if is_there else "missing",
            origin=plain.origin,
        )


def _number(written: object) -> float | None:
    if isinstance(written, bool):
        return float(written)
    try:
        return float(str(written).strip())
    except ValueError:
        return None


def time_ms(written: object, utc_offset_h: float) -> int | None:
    """Return a moment in milliseconds since 1970 UTC, from ISO 8601, YYYYMMDDhhmmss, seconds or milliseconds."""
    zone = timezone(timedelta(hours=utc_offset_h))
    text = str(written).strip()
    if isinstance(written, (int, float)) or re.fullmatch(r"-?\d{9,13}(\.\d+)?", text):
        number = float(text)
        if not isfinite(number):
            return None
        found = int(number * 1000) if abs(number) < 1e11 else int(number)
        return found if 0 <= found < _LATEST_MS else None
    for form in ("%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"):
        try:
            return _in_ms(datetime.strptime(text, form).replace(tzinfo=zone))
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _in_ms(moment if moment.tzinfo is not None else moment.replace(tzinfo=zone))


def _in_ms(moment: datetime) -> int | None:
    found = int(moment.astimezone(UTC).timestamp() * 1000) if moment.year > 1 else -1
    return found if 0 <= found < _LATEST_MS else None
