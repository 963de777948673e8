"""REST for cases: the tables a city governs by, the list, one whole sheet, indicators, and the check of the audit."""

import time
from typing import TypeVar, get_args

import msgspec

from sanping.domain.area import LEVELS, area_code
from sanping.domain.case import STAGE_TITLES, STATES
from sanping.domain.case_filter import CaseFilter, CaseScope, Sort
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.case_areas import AreasAsked, board_of, check_sight, points_of
from sanping.hub.case_desk import CaseDesk
from sanping.hub.case_figures import Span, indicators
from sanping.hub.case_sheet import governance_of, mine, sheet_of
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint
from sanping.hub.measure_desk import told
from sanping.hub.wishes import NOT_GOVERNED
from sanping.wire.cases import MOST_LINES, MOST_POINTS, CasePage, GroupBy

_BAD = Text("查询条件无效：{reason}；请改正", "The query is invalid: {reason}; correct it")
_NO_STATE = Text("没有状态或阶段“{state}”", "There is no state or stage {state}")
_LIMITS = Text("一次最多取 {most} 条，offset 不能为负", "At most {most} at once, and offset is not negative")
_BACKWARDS = Text("from_ms 必须早于 to_ms", "from_ms must be before to_ms")
_Query = TypeVar("_Query")
_Scope = TypeVar("_Scope", bound=CaseScope)


async def _governance(hub: Hub, asked: Asked) -> object:
    return governance_of(_tables(hub), asked.by, _now_ms())


async def _cases(hub: Hub, asked: Asked) -> object:
    desk, wanted = _desk(hub), _filter(asked)
    who = mine(desk, asked.by)
    check_sight(who, wanted.area)
    rows = desk.table.found(wanted, _now_ms(), who)
    some = await desk.cases_at(rows[wanted.offset : wanted.offset + wanted.limit].tolist())
    return CasePage(total=len(rows), lines=tuple(map(desk.line, some.values())))


async def _case(hub: Hub, asked: Asked) -> object:
    if hub.player is not None:
        hub.player.looked_at(asked.parameters["id"])
    return await sheet_of(_desk(hub), asked.parameters["id"], asked.by)


async def _indicators(hub: Hub, asked: Asked) -> object:
    desk, span = _desk(hub), _scoped(_query(asked, Span))
    if span.from_ms >= span.to_ms:
        raise InputError(_BACKWARDS)
    who = mine(desk, asked.by)
    check_sight(who, span.area)
    return await indicators(desk, span, who, _now_ms())


async def _areas(hub: Hub, asked: Asked) -> object:
    desk = _desk(hub)
    return await board_of(desk, _scoped(_query(asked, AreasAsked)), mine(desk, asked.by), _now_ms())


async def _points(hub: Hub, asked: Asked) -> object:
    desk, wanted = _desk(hub), _filter(asked)
    who = mine(desk, asked.by)
    check_sight(who, wanted.area)
    return points_of(desk, wanted, who, _now_ms())


async def _measures(hub: Hub, asked: Asked) -> object:
    desk = _desk(hub)
    return told(desk.measures.book.values(), desk.table, _now_ms(), asked.by.clearance)


async def _audit(hub: Hub, _: Asked) -> object:
    found, heads = await _desk(hub).verified()
    why = found.why or Text("", "")
    return {
        "ok": found.first_bad is None,
        "rows": found.rows,
        "heads": heads,
        "head": {"seq": found.head.seq, "mark": found.head.mark.hex()},
        "first_bad": found.first_bad,
        "why_zh": why.zh,
        "why_en": why.en,
    }


def _filter(asked: Asked) -> CaseFilter:
    """Return what to list. Raises `InputError` for a state, code, or number that cannot be."""
    wanted = _query(asked, CaseFilter)
    for state in wanted.states:
        if state not in STATES and state not in STAGE_TITLES:
            raise InputError(_NO_STATE.with_values(state=state[:40]))
    if not 0 < wanted.limit <= MOST_LINES or wanted.offset < 0:
        raise InputError(_LIMITS.with_values(most=MOST_LINES))
    return _scoped(wanted)


def _scoped(wanted: _Scope) -> _Scope:
    """Return a scope with its area's code in its shortest form. Raises `InputError`."""
    return msgspec.structs.replace(wanted, area=area_code(wanted.area)) if wanted.area else wanted


def _query(asked: Asked, kind: type[_Query]) -> _Query:
    written: dict[str, object] = {name: value for name, value in asked.parameters.items() if value != ""}
    if "states" in written:
        written["states"] = [state for state in str(written["states"]).split(",") if state]
    try:
        return msgspec.convert(written, kind, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(_BAD.with_values(reason=str(error)[:200])) from error


def _desk(hub: Hub) -> CaseDesk:
    desk = _tables(hub)
    desk.check_read()
    return desk


def _tables(hub: Hub) -> CaseDesk:
    """Return the desk, whose tables are known before its cases are."""
    if hub.cases is None:
        raise InputError(hub.plan.ungoverned or NOT_GOVERNED)
    return hub.cases


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


_SPAN = {
    "from_ms": Text("上报时刻起，毫秒", "Reported from, ms since 1970 UTC"),
    "to_ms": Text("上报时刻止（不含），毫秒", "Reported before, ms since 1970 UTC"),
}
_SCOPE = {
    "area": Text("区划或网格代码；含其下所有案件", "Code of an area or cell, with all within it"),
    "kind": Text("component 或 event", "component or event"),
    "case_class": Text("类别代码的开头", "Beginning of the class code"),
    "department": Text("处置部门", "Department that handles it"),
}
_LEVEL = Text(f"区域级别：{'、'.join(LEVELS)}", f"Level of areas: {', '.join(LEVELS)}")
_FILTER = {
    "states": Text("状态或阶段，逗号分隔；空为全部", "States or stages with commas between; empty for all"),
    **_SCOPE,
    "source": Text("来源", "Source"),
    "words": Text("编号、地址或描述中的字词", "Words in id, address or description"),
    **_SPAN,
    "is_overdue": Text("只看超时", "Overdue only"),
    "is_open": Text("只看在办", "Open only"),
    "is_mine": Text("只看等我办理的", "Only what waits for me"),
    "sort": Text(f"排序：{'、'.join(get_args(Sort))}", f"Order: {', '.join(get_args(Sort))}"),
    "offset": Text("跳过条数", "How many to skip"),
    "limit": Text(f"条数，最多 {MOST_LINES}", f"How many, {MOST_LINES} at most"),
}

CASE_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/governance",
        title=Text("区域、类别、部门、来源，以及我的岗位", "Areas, classes, departments, sources, and my roles"),
        run=_governance,
    ),
    Endpoint(method="GET", path="/cases", title=Text("案件列表", "List of cases"), run=_cases, parameters=_FILTER),
    Endpoint(
        method="GET",
        path="/cases/indicators",
        title=Text("评价指标", "Indicators"),
        run=_indicators,
        parameters={
            **_SPAN,
            **_SCOPE,
            "by": Text(f"分组：{'、'.join(get_args(GroupBy))}", f"Groups: {', '.join(get_args(GroupBy))}"),
            "level": _LEVEL,
        },
        required=("from_ms", "to_ms"),
    ),
    Endpoint(
        method="GET",
        path="/cases/areas",
        title=Text("一个区域和其下各区域：指标、边界、责任人", "An area and those below it: figures, outlines, people"),
        run=_areas,
        parameters={**_SCOPE, **_SPAN, "level": _LEVEL},
    ),
    Endpoint(
        method="GET",
        path="/cases/points",
        title=Text(f"案件的位置，最多 {MOST_POINTS} 处", f"Where cases lie, {MOST_POINTS} at most"),
        run=_points,
        parameters=_FILTER,
    ),
    Endpoint(
        method="GET",
        path="/cases/measures",
        title=Text("措施与前后对比", "Measures, and cases before and after them"),
        run=_measures,
    ),
    Endpoint(
        method="GET",
        path="/cases/audit",
        title=Text("校验案件审计链", "Check the audit of cases"),
        run=_audit,
        least="duty_officer",
    ),
    Endpoint(
        method="GET",
        path="/cases/{id}",
        title=Text("案件详情、可办步骤、经过和建议", "One case: what can be done, its trail, and proposals"),
        run=_case,
        parameters={"id": Text("案件编号", "Id of the case")},
        required=("id",),
    ),
)
