"""The commands `response.start` and `response.step`: checked here, decided by `twin.responses.stepping`."""

from typing import Annotated

import msgspec

from sanping.domain.device import Identity
from sanping.domain.errors import InputError
from sanping.domain.response import NewResponse, ResponseAsked, ResponseLevel, ResponseStep
from sanping.domain.text import Text
from sanping.hub.case_wishes import Degrees, Name, Photos, Words, converted, photos_of
from sanping.hub.case_words import said_plainly
from sanping.hub.report_desk import PhotoShelf
from sanping.hub.response_desk import ResponseDesk, now_ms
from sanping.ports.case_book import Responded
from sanping.twin.responses.stepping import By
from sanping.wire.messages import Command

START_RESPONSE, RESPONSE_STEP = "response.start", "response.step"
RESPONSE_ACTIONS = (START_RESPONSE, RESPONSE_STEP)

_NO_PLAN = Text("没有预案“{plan}”；请从预案列表中选择", "There is no plan “{plan}”; choose one of the list")
_NO_ALARM = Text("没有这条告警；请刷新后再选", "There is no such alarm; reload and choose again")
_NO_CASE = Text("没有案件 {case}；请刷新列表", "There is no case {case}; reload the list")
_NO_DEPARTMENT = Text(
    "没有部门“{department}”；请从部门表中选择", "There is no department “{department}”; choose one of the table"
)
_USE_START = Text("启动预案请用 response.start", "To start a plan, use response.start")


class StartAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `response.start`; place and words come from the case or alarm where they are left out."""

    plan: Name
    case: Name = ""
    alarm: Name = ""
    level: ResponseLevel | None = None
    note: Words = ""
    address: Name = ""
    lon: Degrees | None = None
    lat: Degrees | None = None


class ResponseStepAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `response.step`; `if_rev` is that of the task, or of the response for a step about no task."""

    response: Name
    step: ResponseStep
    task: Name = ""
    if_rev: int | None = None
    note: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    photos: Photos = ()
    department: Name = ""
    level: ResponseLevel | None = None


async def responded(desk: ResponseDesk, shelf: PhotoShelf | None, command: Command, who: Identity) -> Responded:
    """Do one of the commands. Raises `InputError`, `NotAllowed`, `StepRefused`, `RevisionStale` or `StoreFailed`."""
    person = desk.cases.people.person(who)
    by = By(who=person.actor, name=person.name, at_ms=now_ms())
    if command.action == START_RESPONSE:
        start = converted(command.arguments, StartAsked)
        if start.plan not in desk.plans:
            raise InputError(_NO_PLAN.with_values(plan=start.plan[:60]))
        new = await _new(desk, start)
        note = said_plainly(start.note)
        return await desk.wished(
            ResponseAsked(op=command.op, response="", step="start", note=note, level=start.level, new=new), by
        )
    step = converted(command.arguments, ResponseStepAsked)
    if step.step == "start":
        raise InputError(_USE_START)
    if step.department and step.department not in desk.cases.city.departments:
        raise InputError(_NO_DEPARTMENT.with_values(department=step.department))
    asked = ResponseAsked(
        op=command.op,
        response=step.response,
        step=step.step,
        task=step.task,
        if_rev=step.if_rev,
        note=said_plainly(step.note),
        photos=photos_of(shelf, step.photos),
        department=step.department,
        level=step.level,
    )
    return await desk.wished(asked, by)


async def _new(desk: ResponseDesk, start: StartAsked) -> NewResponse:
    """Return what is known of a response that is started: words and place from its case or alarm."""
    words, address, lon_deg, lat_deg, is_simulated = "", start.address, start.lon, start.lat, False
    if start.case:
        case = await desk.cases.case(start.case)
        if case is None:
            raise InputError(_NO_CASE.with_values(case=start.case[:60]))
        words, address, is_simulated = case.description, address or case.address, case.is_simulated
        lon_deg, lat_deg = (case.lon_deg, case.lat_deg) if lon_deg is None else (lon_deg, lat_deg)
    if start.alarm:
        alarm = desk.alarm(start.alarm)
        if alarm is None:
            raise InputError(_NO_ALARM)
        spot = desk.spot(alarm.station)
        words, is_simulated = words or alarm.title_zh, is_simulated or alarm.is_simulated
        if spot is not None:
            address = address or spot.name
            lon_deg, lat_deg = (spot.lon_deg, spot.lat_deg) if lon_deg is None else (lon_deg, lat_deg)
    return NewResponse(
        plan=start.plan,
        case=start.case,
        alarm=start.alarm,
        reason=said_plainly(start.note) or words,
        address=said_plainly(address),
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        is_simulated=is_simulated,
    )
