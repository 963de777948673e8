"""A hub's answers on many cases, without a hub: pages of a list, tables, and indicators with known numbers."""

from collections.abc import Sequence

from sanping.domain.case_filter import EVERY_CASE, CaseFilter, CaseScope
from sanping.domain.case_line import CaseLine
from sanping.wire.cases import (
    AreaRow,
    CasePage,
    DepartmentRow,
    Governance,
    GroupBy,
    IndicatorRow,
    Indicators,
    Measures,
    SourceRow,
)

NOW_MS = 1_795_250_400_000
DAY_MS = 86_400_000
HOSTILE = '=HYPERLINK("http://example.org","长寿路")'


def report_line(number: int, **more: object) -> CaseLine:
    """Return a case of a street; number 1 has a place that a spreadsheet would run."""
    given: dict[str, object] = {
        "rev": 3, "state": "handling", "kind": "event", "case_class": "0102", "title_zh": "暴露垃圾",
        "title_en": "Exposed garbage", "source": "collector", "area": "310107015001001",
        "reported_ms": NOW_MS - DAY_MS + number, "changed_ms": NOW_MS, "department": "greenery",
        "address": HOSTILE if number == 1 else f"长寿路 {number} 号", "begun_ms": NOW_MS - DAY_MS,
        "due_ms": NOW_MS - 1000 if number == 2 else NOW_MS + DAY_MS, "lon_deg": -0.1, "lat_deg": 31.24, **more,
    }  # fmt: skip
    return CaseLine(id=f"310107-20261121-{number:04}", **given)  # type: ignore[arg-type]


def indicator(key: str, title: str, reported: int, **rates: float) -> IndicatorRow:
    """Return the indicators of a group."""
    return IndicatorRow(key=key, title_zh=title, title_en=title, counts={"reported": reported}, rates=rates)


class CaseAnswers:
    """Answers as `client.questions.Questions` does."""

    def __init__(self, lines: Sequence[CaseLine]) -> None:
        self.lines = lines
        self.asked: list[CaseFilter] = []
        self.scopes: list[tuple[str, CaseScope]] = []

    def governance(self) -> Governance:
        """Return the tables."""
        return Governance(
            areas=(
                AreaRow(code="310107015", level="street", parent="310107", name_zh="长寿路街道", name_en="Changshou"),
            ),
            classes=(),
            departments=(DepartmentRow(id="greenery", name_zh="绿化市容", name_en="Greenery"),),
            sources=(SourceRow(key="collector", title_zh="监督员上报", title_en="Collector"),),
            my_name="值班员李四",
        )

    def cases(self, wanted: CaseFilter) -> CasePage:
        """Return a page."""
        self.asked.append(wanted)
        some = self.lines[wanted.offset : wanted.offset + wanted.limit]
        return CasePage(total=len(self.lines), lines=tuple(some))

    def measures(self) -> Measures:
        """Return no measure."""
        return Measures(rows=(), first_day="2026-01-01")

    def indicators(
        self, from_ms: int, to_ms: int, by: GroupBy, level: str = "street", scope: CaseScope = EVERY_CASE
    ) -> Indicators:
        """Return two groups."""
        self.scopes.append((level, scope))
        keys = {"day": ("2026-11-20", "2026-11-21")}.get(by, ("a", "+b"))
        groups = (indicator(keys[0], keys[0], 70, on_time_rate=0.9, closing_rate=0.5), indicator(keys[1], keys[1], 30))
        whole = indicator("", "合计", 100, on_time_rate=0.75)
        return Indicators(from_ms=from_ms, to_ms=to_ms, by=by, whole=whole, groups=groups)
