"""The indicators of a span of time: of all its cases, and of each area, department, class, source or day."""

from collections.abc import Sequence
from functools import cache, partial

from sanping.domain.area import Level, at_level
from sanping.domain.case import Actor
from sanping.domain.case_filter import CaseScope
from sanping.domain.text import Text
from sanping.hub.case_desk import CaseDesk
from sanping.twin.cases.area_figures import AreaSpan, span_rows
from sanping.twin.cases.indicators import Counts, rates_of
from sanping.twin.cases.table import Rows
from sanping.wire.cases import GroupBy, IndicatorRow, Indicators

_QUARTER_MS = 900_000  # no zone begins its day within a quarter of an hour
_NONE = Text("未派遣", "Not dispatched")
_ALL = Text("合计", "All")


class Span(CaseScope, frozen=True, kw_only=True):
    """Which cases the indicators are of: reported within a span, its end not included; by groups, areas at a level."""

    from_ms: int
    to_ms: int
    by: GroupBy = "area"
    level: Level = "street"


async def indicators(desk: CaseDesk, span: Span, who: Actor, now_ms: int) -> Indicators:
    """Return the indicators as the cases in the areas of `who` stand now, the largest groups first; days in order."""
    asked = AreaSpan(scope=span, from_ms=span.from_ms, to_ms=span.to_ms)
    rows = span_rows(desk.table, asked, now_ms, desk.table.covered_by(who))
    await desk.tallied(rows, now_ms)
    keys = _keys(desk, rows, span)
    groups = desk.tally.by(rows, keys)
    ordered = sorted(groups, key=lambda key: key if span.by == "day" else (-groups[key].reported, key))
    return Indicators(
        from_ms=span.from_ms,
        to_ms=span.to_ms,
        by=span.by,
        whole=_row("", _ALL, desk.tally.counts(rows)),
        groups=tuple(_row(key, _title(desk, key, span), groups[key]) for key in ordered),
    )


def _row(key: str, title: Text, counts: Counts) -> IndicatorRow:
    return IndicatorRow(
        key=key,
        title_zh=title.zh,
        title_en=title.en,
        counts=_plain(counts),
        rates=rates_of(counts),
    )


def _plain(counts: Counts) -> dict[str, int]:
    names: Sequence[str] = Counts.__dataclass_fields__.keys()  # type: ignore[assignment]
    return {name: getattr(counts, name) for name in names}


def _keys(desk: CaseDesk, rows: Rows, span: Span) -> list[str]:
    """Return the group of each row; areas and days are worked out once for each."""
    table = desk.table
    match span.by:
        case "area":
            at = cache(partial(at_level, level=span.level))
            return [at(table.word("area", row)) for row in rows.tolist()]
        case "class":
            return [f"{table.word('kind', row)}:{table.word('case_class', row)[:4]}" for row in rows.tolist()]
        case "day":
            day = cache(lambda quarter: desk.city.rules.timetable.day_of(quarter * _QUARTER_MS).isoformat())
            return [day(quarter) for quarter in (table.column("reported_ms")[rows] // _QUARTER_MS).tolist()]
        case "department" | "source":
            return [table.word(span.by, row) for row in rows.tolist()]


def _title(desk: CaseDesk, key: str, span: Span) -> Text:
    rules = desk.city.rules
    if span.by == "area":
        area = rules.areas.by_code.get(key)
        return Text(key, key) if area is None else area.name
    if span.by == "department":
        return rules.department(key) if key else _NONE
    if span.by == "source":
        source = rules.sources.get(key)
        return Text(key, key) if source is None else source.title
    if span.by == "class":
        for (kind, code), found in rules.classes.items():
            if f"{kind}:{code}" == key:
                return found.name
    return Text(key, key)
