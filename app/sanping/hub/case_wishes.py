"""The commands `case.report` and `case.step`: checked here, decided by `twin.cases.stepping`, taken by the desk."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec

from sanping.domain.area import area_code
from sanping.domain.case import CallBack, CaseRole, NewCase, Photo, PhotoMoment, Reporter, Step, StepAsked, Urgency
from sanping.domain.component import ClassKind
from sanping.domain.device import Identity
from sanping.domain.errors import InputError, NotAllowed
from sanping.domain.text import Text
from sanping.hub.case_desk import CaseDesk
from sanping.hub.case_words import said_plainly
from sanping.hub.report_desk import PhotoShelf
from sanping.ports.case_book import Taken
from sanping.wire.messages import Command

REPORT_CASE, CASE_STEP = "case.report", "case.step"
CASE_ACTIONS = (REPORT_CASE, CASE_STEP)
_OF_COLLECTORS = ("", "collector", "public")
_OFFICE: frozenset[CaseRole] = frozenset({"registrar", "duty_officer", "system"})
_LONGEST = 2_000
_MOST_PHOTOS = 12
_MOST_ERASED = 200

_BAD = Text(
    "案件命令无法使用：{reason}；请改正后重新提交", "The command cannot be used: {reason}; correct it and send it again"
)
_NO_PLACE = Text("请在地图上选点，或选择所在区域", "Pick the place on the map, or choose its area")
_NO_PHOTO = Text("中枢没有照片 {id}；请重新上传照片", "The hub does not have the photo {id}; upload it again")
_NO_DEPARTMENT = Text(
    "没有部门“{department}”；请从部门表中选择", "There is no department “{department}”; choose one of the table"
)
_NOT_YOUR_SOURCE = Text(
    "采集员只能以监督员上报或公众上报立来源；其他来源请交给受理员",
    "A collector reports as collector or for the public; leave other sources to a registrar",
)
_NO_REPORT = Text("上报请用 case.report", "To report, use case.report")

Degrees = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
Words = Annotated[str, msgspec.Meta(max_length=_LONGEST)]
Name = Annotated[str, msgspec.Meta(max_length=200)]
_Arguments = TypeVar("_Arguments")


class PhotoAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that was uploaded before: its name, and when it was taken in the life of the case."""

    id: Name
    moment: PhotoMoment = "scene"


Photos = Annotated[tuple[PhotoAsked, ...], msgspec.Meta(max_length=_MOST_PHOTOS)]


class ReporterAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Who reported it."""

    name: Name = ""
    phone: Name = ""
    address: Name = ""


class ReportAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `case.report`; a blank `source` is "collector", a blank `area` is found from the place."""

    kind: ClassKind
    case_class: Name
    source: Name = ""
    area: Name = ""
    urgency: Urgency = "normal"
    lon: Degrees | None = None
    lat: Degrees | None = None
    address: Name = ""
    description: Words = ""
    component: Name = ""
    photos: Photos = ()
    reporter: ReporterAsked | None = None


class CaseStepAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `case.step`."""

    case: Name
    step: Step
    if_rev: int | None = None
    note: Annotated[str, msgspec.Meta(max_length=4 * _LONGEST)] = ""
    photos: Photos = ()
    department: Name = ""
    other_case: Name = ""
    amount: float = 0.0
    score: int = 0
    is_solved: bool | None = None
    call_back: CallBack | None = None
    erase_photos: Annotated[tuple[Name, ...], msgspec.Meta(max_length=_MOST_ERASED)] = ()


async def commanded(desk: CaseDesk, shelf: PhotoShelf | None, command: Command, who: Identity) -> Taken:
    """Do one of the commands. Raises `InputError`, `NotAllowed`, `StepRefused`, `RevisionStale` or `StoreFailed`."""
    person = desk.people.person(who)
    if command.action == REPORT_CASE:
        report = converted(command.arguments, ReportAsked)
        reporter = None if report.reporter is None else Reporter(**msgspec.structs.asdict(report.reporter))
        if report.source not in _OF_COLLECTORS and not person.actor.roles & _OFFICE:
            raise NotAllowed(_NOT_YOUR_SOURCE)
        new = _new(desk, report, reporter)
        asked = StepAsked(op=command.op, case="", step="report", photos=photos_of(shelf, report.photos), new=new)
        return await desk.wished(asked, person.actor, name=person.name, reporter=reporter)
    step = converted(command.arguments, CaseStepAsked)
    if step.step == "report":
        raise InputError(_NO_REPORT)
    if step.department and step.department not in desk.city.departments:
        raise InputError(_NO_DEPARTMENT.with_values(department=step.department))
    asked = StepAsked(
        op=command.op,
        case=step.case,
        step=step.step,
        if_rev=step.if_rev,
        note=said_plainly(step.note),
        photos=photos_of(shelf, step.photos),
        department=step.department,
        other_case=step.other_case,
        amount=step.amount,
        score=step.score,
        is_solved=step.is_solved,
        call_back=None if step.call_back is None else msgspec.structs.replace(step.call_back, at_ms=0),
        erased_photos=step.erase_photos,
    )
    taken = await desk.wished(asked, person.actor, name=person.name)
    if shelf is not None:
        await asyncio.get_running_loop().run_in_executor(None, shelf.erase, step.erase_photos)
    return taken


def _new(desk: CaseDesk, report: ReportAsked, reporter: Reporter | None) -> NewCase:
    area = area_code(report.area) if report.area.strip() else ""
    if not area:
        if not report.lon or not report.lat:
            raise InputError(_NO_PLACE)
        area = desk.area_at(report.lon, report.lat)
    return NewCase(
        kind=report.kind,
        case_class=report.case_class,
        source=report.source or "collector",
        area=area,
        urgency=report.urgency,
        lon_deg=report.lon,
        lat_deg=report.lat,
        address=said_plainly(report.address, reporter),
        description=said_plainly(report.description, reporter),
        component=report.component,
    )


def photos_of(shelf: PhotoShelf | None, photos: tuple[PhotoAsked, ...]) -> tuple[Photo, ...]:
    """Return the photos that a step names. Raises `InputError` for one that was not uploaded."""
    found = []
    for photo in photos:
        if shelf is None or not shelf.has(photo.id):
            raise InputError(_NO_PHOTO.with_values(id=photo.id[:12] or "—"))
        found.append(Photo(id=photo.id, moment=photo.moment, size_bytes=shelf.size_bytes(photo.id)))
    return tuple(found)


def converted(arguments: Mapping[str, Any], kind: type[_Arguments]) -> _Arguments:
    """Return the arguments of a command as a value of this kind. Raises `InputError`."""
    try:
        return msgspec.convert(arguments, kind)
    except msgspec.ValidationError as error:
        raise InputError(_BAD.with_values(reason=str(error)[:200])) from error
