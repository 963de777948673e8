"""The indicators of a span of time: of all its cases, and of each area, department, class, source or day."""

from collections.abc import Sequence

from sanping.domain.area import Level, at_level
from sanping.domain.case import Actor, Case
from sanping.domain.case_filter import CaseScope
from sanping.domain.text import Text
from sanping.hub.case_desk import CaseDesk
from sanping.twin.cases.area_figures import AreaSpan, span_rows
from sanping.twin.cases.indicators import Counts, rates_of
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
    known: dict[str | int, str] = {}
    keys = [_known_key(desk, desk.table.cases[row], span, known) for row in rows.tolist()]
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


def _known_key(desk: CaseDesk, case: Case, span: Span, known: dict[str | int, str]) -> str:
    """Return the group of a case; for areas and days it is worked out once for each."""
    if span.by not in ("area", "day"):
        return _key(desk, case, span)
    raw = case.area if span.by == "area" else case.reported_ms // _QUARTER_MS
    key = known.get(raw)
    if key is None:
        key = known[raw] = _key(desk, case, span)
    return key


def _key(desk: CaseDesk, case: Case, span: Span) -> str:
    match span.by:
        case "area":
            return at_level(case.area, span.level)
        case "department":
            return case.department
        case "class":
            return f"{case.kind}:{case.case_class[:4]}"
        case "source":
            return case.source
        case "day":
            return desk.city.rules.timetable.day_of(case.reported_ms).isoformat()


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
