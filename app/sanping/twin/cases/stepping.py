"""Decides a step of a case: the case as it stands and what somebody asks in, the case as it stands then out.

Pure. Raises `NotAllowed` for the wrong person, `StepRefused` for the wrong moment or a form that is not whole,
`InputError` for codes and places that do not exist. Revisions are compared by the book of cases.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from sanping.domain.case import (
    STATE_TITLES,
    Actor,
    Case,
    Clock,
    ClockKind,
    Help,
    Request,
    Step,
    StepAsked,
)
from sanping.domain.errors import AboveClearance, InputError, NotAllowed, StepRefused
from sanping.domain.label import is_cleared, next_to
from sanping.domain.text import Text
from sanping.twin.cases.clock import due_ms
from sanping.twin.cases.guards import broken_guard, check_form
from sanping.twin.cases.life import TRANSITIONS, Transition
from sanping.twin.cases.rules import CaseRules

Effect = Callable[[Case, StepAsked, Actor, CaseRules], Case]

_WRONG_STATE = Text(
    "案件 {case} 现在是“{state}”，不能{step}；请刷新后查看可办步骤",
    "Case {case} is “{state}” and cannot take the step “{step}”; reload it to see what can be done",
)
_WRONG_ROLE = Text(
    "您的岗位不能办理“{step}”；请交给：{roles}", "Your role cannot take the step “{step}”; hand it to: {roles}"
)
_WRONG_AREA = Text(
    "案件 {case} 在区域 {area}，不在您的责任区；请交给该区域的人员",
    "Case {case} lies in area {area}, which is not yours; hand it to somebody of that area",
)
_WRONG_LABEL = Text(
    "案件 {case} 的密级高于您的许可；请交给有许可的人员办理",
    "The label of case {case} is above your clearance; hand it to somebody who is cleared for it",
)
_NOT_NEW = Text("案件编号 {case} 已存在；请重新上报", "A case {case} exists already; report it again")
_NO_CASE = Text("没有案件 {case}；请刷新列表", "There is no case {case}; reload the list")
_HALF_PLACE = Text("坐标只有经度或只有纬度；请重新选点", "The place has only one coordinate; pick it again")
_NO_PLACE = Text(
    "坐标 {lon}, {lat} 不是经纬度；请重新选点", "{lon}, {lat} are no longitude and latitude; pick it again"
)
_NO_PHOTO = Text(
    "案件 {case} 没有照片 {photo}；请刷新后再选", "Case {case} has no photo {photo}; reload and choose again"
)
_HELPS = Text("{department} 已在办理或协办；请选择另一部门", "{department} already works on it; choose another")


def taken(case: Case | None, asked: StepAsked, who: Actor, at_ms: int, rules: CaseRules) -> Case:
    """Return the case after a step; None is a case that is not there yet.

    A clock that was set back does not go below the last step: time only goes on.
    """
    transition = TRANSITIONS[asked.step]
    if asked.step == "report":
        if case is not None:
            raise StepRefused(_NOT_NEW.with_values(case=case.id))
        after = _reported(asked, at_ms, rules)
        _check_person(after, transition, who, rules)
        return replace(after, due_ms=_due(after, rules))
    if case is None:
        raise StepRefused(_NO_CASE.with_values(case=asked.case))
    if case.state not in transition.before:
        state = STATE_TITLES[case.state]
        raise StepRefused(_WRONG_STATE.with_values(case=case.id, state=state, step=transition.title))
    _check_person(case, transition, who, rules)
    for guard in transition.guards:
        if broken := broken_guard(guard, case, who, rules):
            raise broken
    check_form(transition, asked)
    moment = max(at_ms, case.changed_ms)
    after = replace(
        case,
        rev=case.rev + 1,
        state=transition.after or case.state,
        changed_ms=moment,
        photos=(*case.photos, *asked.photos),
    )
    effect = _EFFECTS.get(asked.step)
    after = effect(after, asked, who, rules) if effect else after
    if after.is_ended:
        after = replace(after, request=None, clocks=tuple(_ended(clock, moment) for clock in after.clocks))
    return replace(after, due_ms=_due(after, rules))


def possible_steps(case: Case, who: Actor, rules: CaseRules) -> tuple[Transition, ...]:
    """Return the steps somebody may take now; `needs` of each says what its form must hold."""
    return tuple(
        transition
        for transition in TRANSITIONS.values()
        if case.state in transition.before
        and transition.roles & who.roles
        and rules.sees(who, case)
        and not any(broken_guard(guard, case, who, rules) for guard in transition.guards)
    )


def check_sight(case: Case, who: Actor, rules: CaseRules) -> None:
    """Raise `AboveClearance` when the label of a case is above somebody, `NotAllowed` when it lies beside his areas."""
    if not is_cleared(who.clearance, rules.level_of(case)):
        raise AboveClearance(_WRONG_LABEL.with_values(case=case.id))
    if not who.covers(case.area):
        raise NotAllowed(_WRONG_AREA.with_values(case=case.id, area=case.area))


def _check_person(case: Case, transition: Transition, who: Actor, rules: CaseRules) -> None:
    if not transition.roles & who.roles:
        titles = [rules.roles[role].title for role in sorted(transition.roles) if role in rules.roles]
        roles = Text("、".join(title.zh for title in titles) or "—", ", ".join(title.en for title in titles) or "—")
        raise NotAllowed(_WRONG_ROLE.with_values(step=transition.title, roles=roles))
    check_sight(case, who, rules)


def _reported(asked: StepAsked, at_ms: int, rules: CaseRules) -> Case:
    check_form(TRANSITIONS["report"], asked)
    new = asked.new
    assert new is not None  # the form was checked
    rules.check_class(new.kind, new.case_class)
    rules.source(new.source)
    area = rules.areas.check_code(new.area, rules.timetable.day_of(at_ms))
    place = _place(new.lon_deg, new.lat_deg)
    if place:
        rules.areas.check_place(area, *place)
    case = Case(
        id=asked.case,
        rev=1,
        state="reported",
        kind=new.kind,
        case_class=new.case_class,
        source=new.source,
        area=area,
        reported_ms=at_ms,
        changed_ms=at_ms,
        urgency=new.urgency,
        lon_deg=place[0] if place else None,
        lat_deg=place[1] if place else None,
        address=new.address,
        description=new.description,
        component=new.component,
        alarm=new.alarm,
        photos=asked.photos,
        is_simulated=new.is_simulated,
        label=new.label,
    )
    return _started(case, "filing", rules)


def _place(lon_deg: float | None, lat_deg: float | None) -> tuple[float, float] | None:
    """Return a place, None for blank or zero; raises `InputError` for half a place or none on Earth."""
    if not lon_deg and not lat_deg:
        return None
    if not lon_deg or not lat_deg:
        raise InputError(_HALF_PLACE)
    if not (-180 <= lon_deg <= 180 and -90 <= lat_deg <= 90):
        raise InputError(_NO_PLACE.with_values(lon=lon_deg, lat=lat_deg))
    return lon_deg, lat_deg


def _due(case: Case, rules: CaseRules) -> int:
    running = [clock for clock in case.clocks if not clock.ended_ms and not clock.is_paused]
    return min((due_ms(clock, rules.timetable) or 0 for clock in running), default=0)


def _started(case: Case, kind: ClockKind, rules: CaseRules) -> Case:
    limit = rules.limit(kind, case.kind, case.case_class)
    clock = Clock(kind=kind, amount=limit.amount, unit=limit.unit, started_ms=case.changed_ms)
    return replace(case, clocks=(*case.clocks, clock))


def _ended(clock: Clock, at_ms: int) -> Clock:
    return clock if clock.ended_ms else replace(clock, ended_ms=at_ms)


def _changed(case: Case, kind: ClockKind, change: Callable[[Clock], Clock]) -> Case:
    """Change the clock of a kind that has not ended."""
    return replace(
        case,
        clocks=tuple(change(clock) if clock.kind == kind and not clock.ended_ms else clock for clock in case.clocks),
    )


def _stopped(case: Case, kind: ClockKind) -> Case:
    return _changed(case, kind, lambda clock: _ended(clock, case.changed_ms))


def _paused(case: Case) -> Case:
    return _changed(case, "handling", lambda clock: replace(clock, pauses=(*clock.pauses, (case.changed_ms, 0))))


def _running(case: Case) -> Case:
    def resumed(clock: Clock) -> Clock:
        if not clock.is_paused:
            return clock
        *before, (paused_ms, _) = clock.pauses
        return replace(clock, pauses=(*before, (paused_ms, case.changed_ms)))

    return _changed(case, "handling", resumed)


def _worked_on(case: Case, who: Actor) -> Case:
    return case if who.id in case.handlers else replace(case, handlers=(*case.handlers, who.id))


def _filed(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    return replace(_started(_stopped(case, "filing"), "dispatching", rules), filed_ms=case.changed_ms)


def _dispatched(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    sent = replace(case, department=asked.department, dispatches=case.dispatches + 1)
    return _started(_stopped(sent, "dispatching"), "handling", rules)


def _reassigned(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    stopped = replace(_stopped(case, "handling"), returns=case.returns + 1, helps=())
    return _dispatched(stopped, asked, who, rules)


def _returned(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    stopped = replace(_stopped(case, "handling"), department="", helps=(), returns=case.returns + 1)
    return _started(stopped, "dispatching", rules)


def _asked(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    kind = "extension" if asked.step == "ask_extension" else "suspension"
    request = Request(kind=kind, by=who.id, asked_ms=case.changed_ms, amount=asked.amount)  # type: ignore[arg-type]  # one of two
    return replace(_worked_on(case, who), request=request)


def _extended(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    more = case.request.amount if case.request else 0.0
    longer = _changed(case, "handling", lambda clock: replace(clock, amount=clock.amount + more))
    return replace(longer, request=None)


def _help_asked(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    if asked.department == case.department or any(
        help.department == asked.department and not help.is_done for help in case.helps
    ):
        raise StepRefused(_HELPS.with_values(department=rules.department(asked.department)))
    return replace(case, helps=(*case.helps, Help(department=asked.department)))


def _helped(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    helps = tuple(replace(help, is_done=True) if help.department == who.department else help for help in case.helps)
    return replace(_worked_on(case, who), helps=helps)


def _fed_back(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    paused = replace(_paused(_worked_on(case, who)), fed_back_ms=case.changed_ms)
    return _started(paused, "checking", rules)


def _called_back(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    assert asked.call_back is not None  # the form was checked
    return replace(case, call_backs=(*case.call_backs, replace(asked.call_back, at_ms=case.changed_ms)))


def _erased(case: Case, asked: StepAsked, who: Actor, rules: CaseRules) -> Case:
    unknown = set(asked.erased_photos) - {photo.id for photo in case.photos}
    if unknown:
        raise InputError(_NO_PHOTO.with_values(photo=min(unknown)[:12], case=case.id))
    return replace(case, photos=tuple(photo for photo in case.photos if photo.id not in asked.erased_photos))


_EFFECTS: Mapping[Step, Effect] = MappingProxyType(
    {
        "confirm": lambda case, asked, who, rules: replace(case, verdict="confirmed"),
        "refute": lambda case, asked, who, rules: replace(case, verdict="refuted"),
        "file": _filed,
        "dispatch": _dispatched,
        "reassign": _reassigned,
        "sign": lambda case, asked, who, rules: _worked_on(case, who),
        "return": _returned,
        "ask_extension": _asked,
        "grant_extension": _extended,
        "ask_suspension": _asked,
        "grant_suspension": lambda case, asked, who, rules: replace(_paused(case), request=None),
        "refuse_request": lambda case, asked, who, rules: replace(case, request=None),
        "resume": lambda case, asked, who, rules: _running(case),
        "ask_help": _help_asked,
        "help_done": _helped,
        "feed_back": _fed_back,
        "fail_check": lambda case, asked, who, rules: replace(
            _running(_stopped(case, "checking")), reworks=case.reworks + 1
        ),
        "pass_check": lambda case, asked, who, rules: _stopped(case, "handling"),
        "close": lambda case, asked, who, rules: replace(_stopped(case, "checking"), closed_ms=case.changed_ms),
        "evaluate": lambda case, asked, who, rules: replace(case, score=asked.score, is_solved=asked.is_solved),
        "merge": lambda case, asked, who, rules: replace(case, merged_into=asked.other_case),
        "call_back": _called_back,
        "erase_reporter": _erased,
        "raise_label": lambda case, asked, who, rules: replace(case, label=next_to(rules.level_of(case), 1)),
        "lower_label": lambda case, asked, who, rules: replace(case, label=next_to(rules.level_of(case), -1)),
    }
)
