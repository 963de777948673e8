"""Cases, sheets, tables and indicators of a small city, for tests of the panels that show them."""

from typing import Any

from sanping.domain.case import Case, Clock, Photo, Reporter
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.wire.cases import (
    Alike,
    AreaRow,
    CasePage,
    CaseSheet,
    ClassRow,
    DepartmentRow,
    Governance,
    IndicatorRow,
    Indicators,
    PossibleStep,
    Proposal,
    SourceRow,
    TrailRow,
)

NOW_MS = 1_795_248_000_000
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
GOVERNANCE = Governance(
    areas=(
        AreaRow(code="310107", level="county", parent="31", name_zh="普陀区", name_en="Putuo"),
        AreaRow(code="310107005", level="street", parent="310107", name_zh="曹杨新村街道", name_en="Caoyang"),
        AreaRow(code="310107005001", level="community", parent="310107005", name_zh="一居", name_en="First"),
    ),
    classes=(
        ClassRow(kind="event", code="01", name_zh="市容环境", name_en="City appearance"),
        ClassRow(kind="event", code="0102", name_zh="暴露垃圾", name_en="Exposed garbage"),
        ClassRow(kind="component", code="01", name_zh="公用设施", name_en="Public utilities"),
        ClassRow(kind="component", code="0102", name_zh="污水井盖", name_en="Sewage manhole cover"),
    ),
    departments=(
        DepartmentRow(id="green", name_zh="绿化市容局", name_en="Greenery"),
        DepartmentRow(id="water", name_zh="河道所", name_en="River office"),
    ),
    sources=(
        SourceRow(key="hotline_12345", title_zh="12345 热线", title_en="Hotline 12345"),
        SourceRow(key="collector", title_zh="监督员上报", title_en="Collector"),
    ),
)


def line(number: int, **more: Any) -> CaseLine:
    """Return a case in short; with `left_min` its clock of two hours still has so many minutes."""
    left_ms = more.pop("left_min", 60) * MINUTE_MS
    begun_ms, due_ms = NOW_MS + left_ms - 2 * HOUR_MS, NOW_MS + left_ms
    usual: dict[str, Any] = {
        "id": f"310107-20261121-{number:04d}", "rev": 3, "state": "filed", "kind": "event", "case_class": "0102",
        "title_zh": "暴露垃圾", "title_en": "Exposed garbage", "source": "collector", "area": "310107005001",
        "reported_ms": NOW_MS - number * MINUTE_MS, "changed_ms": NOW_MS - number * MINUTE_MS,
        "address": f"曹杨路 {number} 号", "begun_ms": begun_ms, "due_ms": due_ms,
        "turns": ((begun_ms, "green"), (begun_ms + HOUR_MS, "yellow"), (due_ms, "red")),
        "x_m": 636_150.0, "y_m": 3_458_120.0, "lon_deg": 121.43, "lat_deg": 31.24,
    }  # fmt: skip
    return CaseLine(**{**usual, **more})


def page(total: int, offset: int = 0, size: int = 100) -> CasePage:
    """Return a page of many cases, the first due first."""
    last = min(total, offset + size)
    return CasePage(total=total, lines=tuple(line(number, left_min=number + 1) for number in range(offset, last)))


def step(name: str, *needs: str) -> PossibleStep:
    """Return a step that may be taken."""
    titles = {
        "dispatch": "派遣",
        "note": "备注",
        "merge": "并案",
        "void": "作废",
        "urge": "督办",
        "evaluate": "评价归档",
    }
    return PossibleStep(step=name, title_zh=titles.get(name, name), title_en=name.title(), needs=needs)  # type: ignore[arg-type]


STEPS = (step("dispatch", "department"), step("note", "note"), step("urge", "note"), step("void", "note"),
         step("merge", "other_case"))  # fmt: skip


def sheet(number: int = 1, rev: int = 3, steps: tuple[PossibleStep, ...] = STEPS, **more: Any) -> CaseSheet:
    """Return everything about a case that waits to be dispatched."""
    shown = line(number, rev=rev, **more)
    case = Case(
        id=shown.id, rev=rev, state=shown.state, kind="event", case_class="0102", source="hotline_12345",
        area=shown.area, reported_ms=shown.reported_ms, changed_ms=shown.changed_ms, address=shown.address,
        description="岸边堆有垃圾", alarm="alarm-1", photos=(Photo(id="p1.png"), Photo(id="p2.png", moment="after")),
        clocks=(Clock(kind="dispatching", amount=2, unit="work_hour", started_ms=shown.begun_ms),),
    )  # fmt: skip
    rows = (("report", "上报", "王敏", "岸边堆有垃圾"), ("register", "受理", "", ""), ("file", "立案", "周强", ""))
    trail = tuple(
        TrailRow(seq=seq, at_ms=NOW_MS + seq * MINUTE_MS, step=name, title_zh=title, title_en=name, by="x",
                 by_name=by, note=note, photos=case.photos[:1] if not seq else ())
        for seq, (name, title, by, note) in enumerate(rows)
    )  # type: ignore[arg-type]  # fmt: skip
    why = ("负责区域 310107", "在岗", "距离 420 米", "在办 3 件")
    return CaseSheet(
        case=case, line=shown, reporter=Reporter(name="李**", phone="138****5678"), steps=steps, trail=trail,
        proposals=tuple(
            Proposal(department=name, name_zh=title, name_en=name, fit=fit, why_zh=why, why_en=("near",))
            for name, title, fit in (("green", "绿化市容局", 0.91), ("water", "河道所", 0.44))
        ),
        alike=(Alike(line=line(9), likeness=0.83, metres=23.0, apart_ms=HOUR_MS),),
    )  # fmt: skip


COUNTS = CaseCounts(
    at_ms=NOW_MS, day_ms=NOW_MS - 10 * HOUR_MS, reported_today=12, filed_today=9, closed_today=7, overdue=2,
    due_soon=3, total=100, open_by_stage={"collecting": 4, "dispatching": 3, "handling": 21},
)  # fmt: skip


def group(key: str, title: str, filed: int, on_time: int) -> IndicatorRow:
    """Return the indicators of a group of which so many were handled on time."""
    counts = {"reported": filed + 2, "filed": filed, "handled": filed, "handled_due": filed, "handled_on_time": on_time,
              "closed": on_time, "scored": on_time // 2}  # fmt: skip
    rates = {"on_time_rate": on_time / filed, "closing_rate": on_time / filed} if filed else {}
    return IndicatorRow(key=key, title_zh=title, title_en=key, counts=counts, rates=rates)


def indicators(*groups: IndicatorRow) -> Indicators:
    """Return indicators with these groups."""
    return Indicators(from_ms=0, to_ms=NOW_MS, by="area", whole=group("", "合计", 40, 36), groups=groups)
