"""The measures of a city: those of its table, and those recorded at desks, which the log of events keeps."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from sanping.domain.area import area_code
from sanping.domain.component import ClassKind
from sanping.domain.errors import InputError
from sanping.domain.label import HIGHEST, Label
from sanping.domain.measure import Measure
from sanping.domain.text import Text
from sanping.hub.case_words import said_plainly
from sanping.ports.event_log import Event
from sanping.twin.cases.clock import DAY_MS
from sanping.twin.cases.duplicates import metres_between
from sanping.twin.cases.measures import RateRatio, effect_of_measure
from sanping.twin.cases.rules import CaseRules
from sanping.twin.cases.table import CaseTable
from sanping.wire.cases import MeasureRow, Measures, Ratio
from sanping.wire.messages import Command

MEASURE = "measure"
RECORD_MEASURE, WITHDRAW_MEASURE = "measure.record", "measure.withdraw"
MEASURE_ACTIONS = (RECORD_MEASURE, WITHDRAW_MEASURE)
MOST_MEASURES = 500
_EPOCH = date(1970, 1, 1)
_NOT_COUNTED = frozenset({"merged", "void", "declined"})

_BAD = Text(
    "措施无法登记：{reason}；请改正后重新提交", "The measure cannot be recorded: {reason}; correct it, send it again"
)
_NO_NAME = Text("请写明措施的名称", "Give the measure a name")
_NO_DAY = Text("开始日期“{day}”无效；请写成 2026-05-01", "The day “{day}” is invalid; write it as 2026-05-01")
_FUTURE = Text(
    "开始日期 {day} 还没有到；请在措施开始后登记", "The day {day} is yet to come; record the measure once it began"
)
_HALF_PLACE = Text("位置须同时给出经度、纬度和半径", "A place needs longitude, latitude and a distance")
_NO_MEASURE = Text("没有措施 {id}；请刷新", "There is no measure {id}; reload")
_OF_TABLE = Text("写在 measures.csv 里的措施请在文件中修改", "A measure of measures.csv is changed in that file")
_FULL = Text("登记的措施已有 {most} 条；请先撤销不用的", "{most} measures are recorded; withdraw some first")

Name = Annotated[str, msgspec.Meta(max_length=120)]


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `measure.record`."""

    kind: ClassKind
    case_class: Name
    from_day: Name
    name_zh: Name
    name_en: Name = ""
    area: Name = ""
    lon: float | None = None
    lat: float | None = None
    near_m: Annotated[float, msgspec.Meta(ge=0, le=20_000)] = 0.0
    source: Name = ""


class MeasureDesk:
    """All measures of one city by id."""

    def __init__(self, declared: Iterable[Measure] = ()) -> None:
        self.book: dict[str, Measure] = {measure.id: measure for measure in declared}

    def recall(self, events: Iterable[Event]) -> None:
        """Take up what was recorded in earlier lives of the hub."""
        for event in events:
            if event.kind == MEASURE:
                self.keep(msgspec.json.decode(event.body, type=Measure))

    def keep(self, measure: Measure) -> None:
        """Take in a measure that is safe on disk."""
        if measure.is_withdrawn:
            self.book.pop(measure.id, None)
        else:
            self.book[measure.id] = measure

    def wished(self, command: Command, by: str, rules: CaseRules, now_ms: int) -> Measure:
        """Return the measure that a command records or withdraws. Raises `InputError`."""
        if command.action == WITHDRAW_MEASURE:
            return self._withdrawn(str(command.arguments.get("measure", "")))
        if len(self.book) >= MOST_MEASURES:
            raise InputError(_FULL.with_values(most=MOST_MEASURES))
        return recorded(command.arguments, f"measure:{command.op}", by, rules, now_ms)

    def _withdrawn(self, id: str) -> Measure:
        known = self.book.get(id)
        if known is None:
            raise InputError(_NO_MEASURE.with_values(id=id[:60]))
        if not known.by:
            raise InputError(_OF_TABLE)
        return msgspec.structs.replace(known, is_withdrawn=True)


def recorded(arguments: Mapping[str, object], id: str, by: str, rules: CaseRules, now_ms: int) -> Measure:
    """Return the measure that somebody records. Raises `InputError`."""
    try:
        asked = msgspec.convert(arguments, _Asked)
    except msgspec.ValidationError as error:
        raise InputError(_BAD.with_values(reason=str(error)[:200])) from error
    if not asked.name_zh.strip():
        raise InputError(_NO_NAME)
    if asked.case_class:
        check_class(rules, asked.kind, asked.case_class)
    today = rules.timetable.day_of(now_ms)
    day = _day(asked.from_day)
    if day > today:
        raise InputError(_FUTURE.with_values(day=day.isoformat()))
    area = rules.areas.check_code(area_code(asked.area), today) if asked.area.strip() else ""
    if (asked.lon is None) != (asked.lat is None) or (asked.lon is not None) != (asked.near_m > 0):
        raise InputError(_HALF_PLACE)
    return Measure(
        id=id,
        kind=asked.kind,
        case_class=asked.case_class,
        from_day=day.isoformat(),
        name_zh=said_plainly(asked.name_zh),
        name_en=said_plainly(asked.name_en),
        area=area,
        lon_deg=asked.lon,
        lat_deg=asked.lat,
        near_m=asked.near_m,
        source=said_plainly(asked.source),
        by=by,
        at_ms=now_ms,
    )


def check_class(rules: CaseRules, kind: ClassKind, code: str) -> None:
    """Raise `InputError` unless a class, or some of a wider one, exists."""
    if not any(known == kind and whole.startswith(code) for known, whole in rules.classes):
        rules.check_class(kind, code)


def measure_row(measure: Measure, now_ms: int) -> tuple[int, str, bytes]:
    """Return a measure as an event."""
    return (now_ms, MEASURE, msgspec.json.encode(measure))


def told(measures: Iterable[Measure], table: CaseTable, now_ms: int, clearance: Label = HIGHEST) -> Measures:
    """Return the measures with what came of them, the newest first; cases with a higher label are not counted."""
    timetable = table.rules.timetable
    offset_ms = -timetable.day_began(now_ms) % DAY_MS
    days = (table.column("reported_ms") + offset_ms) // DAY_MS
    today = (timetable.day_of(now_ms) - _EPOCH).days
    known = (int(days.min()) + 1 if len(days) else today, today - 1)  # the first day may be cut, today is not over
    ordered = sorted(measures, key=lambda measure: (measure.from_day, measure.id), reverse=True)
    return Measures(
        rows=tuple(_row(measure, _by_day(measure, table, days, clearance), known) for measure in ordered),
        first_day=date.fromordinal(_EPOCH.toordinal() + known[0]).isoformat(),
    )


def _by_day(measure: Measure, table: CaseTable, days: NDArray[np.int64], clearance: Label) -> dict[int, int]:
    mask = table.in_area(measure.area) & table.of_kind(measure.kind) & table.cleared_for(clearance)
    found: Counter[int] = Counter()
    rows = np.flatnonzero(mask)
    for row, (lon_deg, lat_deg) in zip(rows.tolist(), table.degrees(rows).tolist(), strict=True):
        is_class = table.word("case_class", row).startswith(measure.case_class)
        if is_class and table.word("state", row) not in _NOT_COUNTED:
            if measure.near_m and not _is_near(measure, lon_deg, lat_deg):
                continue
            found[int(days[row])] += 1
    return dict(found)


def _is_near(measure: Measure, lon_deg: float, lat_deg: float) -> bool:
    """Say whether a case lies near; one without a place (NaN) does not."""
    place = (measure.lon_deg or 0.0, measure.lat_deg or 0.0)
    return metres_between(place, (lon_deg, lat_deg)) <= measure.near_m


def _row(measure: Measure, by_day: Mapping[int, int], known: tuple[int, int]) -> MeasureRow:
    effect = effect_of_measure(by_day, (_day(measure.from_day) - _EPOCH).days, known)
    return MeasureRow(
        measure=measure,
        days=effect.days,
        whole=_ratio(effect.whole),
        year=_ratio(effect.year),
        verdict=effect.verdict,
    )


def _ratio(found: RateRatio | None) -> Ratio | None:
    if found is None:
        return None
    return Ratio(before=found.before, after=found.after, ratio=found.ratio, low=found.low, high=found.high)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise InputError(_NO_DAY.with_values(day=written[:40])) from error
