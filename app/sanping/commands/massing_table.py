"""The table that compares alternatives with what stands today and with the conditions of the plot; pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sanping.analysis.massing import METHOD, Check, CheckName, Massing, judged
from sanping.domain.plan import USES, PlotLimits, Use
from sanping.domain.text import Text

USE_NAMES: dict[Use, Text] = {
    "residential": Text("居住", "Residential"),
    "commercial": Text("商业", "Commercial"),
    "office": Text("办公", "Office"),
    "mixed": Text("综合", "Mixed"),
    "industrial": Text("工业", "Industrial"),
    "public": Text("公共", "Public"),
    "other": Text("其他", "Other"),
}
FIGURE, LIMIT = Text("指标", "Figure"), Text("规划条件", "Condition")
SITE, GFA = Text("用地面积 (m²)", "Site (m²)"), Text("地上建筑面积 (m²)", "Floor area above ground (m²)")
FAR, DENSITY = Text("容积率", "FAR"), Text("建筑密度 (%)", "Density (%)")
OPEN, GREEN = Text("空地率 (%)", "Open (%)"), Text("绿地率 (%)", "Green (%)")
HIGHEST, MEAN = Text("最高 (m)", "Highest (m)"), Text("平均高度 (m)", "Mean height (m)")
BUILDINGS, FOOTPRINT = Text("建筑数", "Buildings"), Text("基底面积 (m²)", "Footprint (m²)")
OF_USE = Text("　其中{use} (m²)", "  {use} (m²)")
AT_MOST, AT_LEAST = Text("≤ {limit}", "≤ {limit}"), Text("≥ {limit}", "≥ {limit}")
VERDICT = Text("结论", "Verdict")
PASSED, FAILED, UNKNOWN = Text("符合", "Passes"), Text("超出", "Exceeds"), Text("未知", "Unknown")
NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A line: its name, then a cell for each column; `verdicts` colour cells, None for none."""

    cells: tuple[Text, ...]
    verdicts: tuple[bool | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MassingTable:
    """`head` names the columns: the figure, what stands today, each alternative, the condition."""

    head: tuple[Text, ...]
    rows: tuple[TableRow, ...]
    method: Text = METHOD


@dataclass(frozen=True, slots=True)
class _Line:
    """A figure, how it is written, and which condition it is judged by."""

    name: Text
    value: Callable[[Massing], float | None]
    decimals: int
    check: CheckName | None = None


_LINES = (
    _Line(SITE, lambda found: found.site_m2, 0),
    _Line(FOOTPRINT, lambda found: found.footprint_m2, 0),
    _Line(GFA, lambda found: found.gfa_m2, 0),
    _Line(FAR, lambda found: found.far, 2, "far"),
    _Line(DENSITY, lambda found: found.density * 100.0, 1, "density"),
    _Line(OPEN, lambda found: found.open_share * 100.0, 1),
    _Line(GREEN, lambda found: None if found.green_share is None else found.green_share * 100.0, 1, "green"),
    _Line(HIGHEST, lambda found: found.highest_m, 1, "height"),
    _Line(MEAN, lambda found: found.mean_height_m, 1),
    _Line(BUILDINGS, lambda found: float(found.buildings), 0),
)


def massing_table(today: Massing, schemes: Sequence[tuple[str, Massing]], limits: PlotLimits) -> MassingTable:
    """Return the table of an area: today, each alternative by name, and the conditions with their verdicts."""
    columns = [today, *(found for _, found in schemes)]
    checks = [{check.name: check for check in judged(found, limits)} for found in columns]
    rows = [_row(line, columns, checks) for line in _LINES]
    used = [use for use in USES if any(use in found.gfa_by_use for found in columns)]
    place = 1 + next(number for number, line in enumerate(_LINES) if line.name is GFA)
    rows[place:place] = [
        TableRow(cells=(OF_USE.with_values(use=USE_NAMES[use]),
                        *(_plain(found.gfa_by_use.get(use, 0.0), 0) for found in columns), NOTHING))
        for use in used
    ]  # fmt: skip
    if any(checks):
        rows.append(_verdict(checks))
    names = (Text("现状", "Today"), *(Text(name, name) for name, _ in schemes))
    return MassingTable(head=(FIGURE, *names, LIMIT), rows=tuple(rows))


def verdict_of(checks: Sequence[Check]) -> bool | None:
    """Return whether all conditions are kept; None where there are none, or one is unknown and none is broken."""
    found = [check.passes for check in checks]
    if False in found:
        return False
    return None if not found or None in found else True


def _row(line: _Line, columns: Sequence[Massing], checks: Sequence[Mapping[CheckName, Check]]) -> TableRow:
    cells = [_plain(line.value(found), line.decimals) for found in columns]
    mine = [None if line.check is None else found.get(line.check) for found in checks]
    first = next((check for check in mine if check is not None), None)
    limit = NOTHING
    if first is not None:
        pattern = AT_LEAST if first.name == "green" else AT_MOST
        limit = pattern.with_values(limit=f"{first.limit:g}")
    return TableRow(
        cells=(line.name, *cells, limit),
        verdicts=(None, *(None if check is None else check.passes for check in mine), None),
    )


def _verdict(checks: Sequence[Mapping[CheckName, Check]]) -> TableRow:
    found = [verdict_of(tuple(check.values())) for check in checks]
    names = {True: PASSED, False: FAILED, None: UNKNOWN}
    return TableRow(cells=(VERDICT, *(names[one] for one in found), NOTHING), verdicts=(None, *found, None))


def _plain(value: float | None, decimals: int) -> Text:
    written = "—" if value is None else f"{round(value, decimals) + 0.0:,.{decimals}f}"
    return Text(written, written)
