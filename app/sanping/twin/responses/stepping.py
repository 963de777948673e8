"""Decides the steps of a joint response: a response and a wish in, the response after it out, or why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from msgspec.structs import replace

from sanping.domain.case import Actor
from sanping.domain.errors import InputError, NotAllowed, RevisionStale, StepRefused
from sanping.domain.response import (
    LEVEL_TITLES,
    TASK_TITLES,
    Response,
    ResponseAsked,
    ResponseEscalation,
    ResponseLevel,
    ResponseNews,
    ResponseParty,
    ResponseTask,
)
from sanping.domain.text import Text
from sanping.twin.responses.life import MOVES, Need, ResponseMove
from sanping.twin.responses.plans import PlanParty, PlanTask, ResponsePlan

NEWS_KEPT = 12
_MINUTE_MS = 60_000

_STARTED = Text("响应 {id} 已经启动", "The response {id} was started already")
_NO_RESPONSE = Text("没有响应 {id}；请刷新", "There is no response {id}; reload")
_NO_PLAN = Text("没有这个预案；请刷新后重新选择", "There is no such plan; reload and choose again")
_NO_TASK = Text("响应里没有任务“{task}”；请刷新", "The response has no task {task}; reload")
_OVER = Text(
    "响应已结束，不能再办理；需要时请重新启动预案", "The response is over; start the plan again if it is needed"
)
_NOT_NOW = Text(
    "任务“{task}”现在是“{state}”，不能{step}；请刷新后再看",
    "The task “{task}” is now “{state}”, so it cannot be changed by “{step}”; reload it",
)
_OFFICER = Text("“{step}”由值班长办理；请联系指挥中心", "“{step}” is for the duty officer; call the command centre")
_NOT_YOURS = Text(
    "任务“{task}”交给了{department}，由该部门的人办理", "The task “{task}” is {department}'s; its people work on it"
)
_NOT_A_PARTY = Text("您的部门不在这次响应中；请联系指挥中心", "Your department takes no part; call the command centre")
_WAITS = Text("要先完成：{tasks}", "First has to be done: {tasks}")
_PHOTO = Text("完成这项任务要附现场照片；请先拍照", "This task needs a photo of the place; take one first")
_STALE = Text(
    "任务“{task}”刚被他人办理（您看到第 {seen} 步，现为第 {rev} 步）；请刷新后再决定",
    "Somebody else has just worked on “{task}” (you saw step {seen}, it is at {rev}); reload it, then decide",
)
_SAME_LEVEL = Text("现在就是{level}；请选择另一个级别", "It is a {level} already; choose another one")
_SAME_DEPARTMENT = Text("任务已在这个部门；请选择另一个部门", "The task is with this department; choose another one")
_NEEDS_END = Text(
    "还有 {count} 项任务没有完成：{tasks}。请完成、改派或免除后再结束",
    "{count} tasks are not settled: {tasks}. Finish, reassign or waive them, then end the response",
)
_LOWERED = Text("级别下调，不再需要", "The level was lowered")
_BLANK: Mapping[Need, Text] = MappingProxyType(
    {
        "note": Text("请写明情况或理由", "Write what happened, or why"),
        "department": Text("请选择改派到哪个部门", "Choose the department that takes it over"),
        "level": Text("请选择级别", "Choose the level"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who takes a step, what people call them, and when."""

    who: Actor
    name: str
    at_ms: int


def started(asked: ResponseAsked, plan: ResponsePlan, by: By) -> Response:
    """Return a new response of a plan. Raises `NotAllowed` for whoever is no duty officer, `InputError`."""
    _check_officer(MOVES["start"], by.who)
    new = asked.new
    if new is None:
        raise InputError(_NO_RESPONSE.with_values(id=asked.response[:60]))
    level = asked.level or plan.level
    begun = Response(
        id=asked.response,
        rev=1,
        plan=plan.id,
        title_zh=plan.name.zh,
        title_en=plan.name.en,
        level=level,
        state="active",
        started_ms=by.at_ms,
        changed_ms=by.at_ms,
        case=new.case,
        alarm=new.alarm,
        reason=new.reason,
        address=new.address,
        lon_deg=new.lon_deg,
        lat_deg=new.lat_deg,
        commander=by.who.id,
        commander_name=by.name,
        parties=tuple(_party(party) for party in plan.parties),
        tasks=tuple(_given(task, by.at_ms) for task in plan.at_level(level)),
        escalation=tuple(
            ResponseEscalation(late_min=step.late_min, to_zh=step.to.zh, to_en=step.to.en) for step in plan.escalation
        ),
        is_simulated=plan.is_simulated or new.is_simulated,
    )
    return _told(begun, asked, by.name)


def taken(response: Response | None, asked: ResponseAsked, by: By, plan: ResponsePlan | None = None) -> Response:
    """Return a response after a step. `plan` is its template, None when the city has it no more.

    Raises `StepRefused`, `NotAllowed`, `RevisionStale` or `InputError`, with nothing changed.
    """
    if asked.step == "start":
        if response is not None:
            raise StepRefused(_STARTED.with_values(id=response.id))
        if plan is None:
            raise InputError(_NO_PLAN)
        return started(asked, plan, by)
    if response is None:
        raise InputError(_NO_RESPONSE.with_values(id=asked.response[:60]))
    if not response.is_active:
        raise StepRefused(_OVER)
    move = MOVES[asked.step]
    at_ms = max(by.at_ms, response.changed_ms)
    later = replace(response, rev=response.rev + 1, changed_ms=at_ms)
    if move.before:
        task = response.task(asked.task)
        if task is None:
            raise InputError(_NO_TASK.with_values(task=asked.task[:60]))
        _check_task(response, task, asked, move, by.who)
        after = _stepped(task, asked, move, by.name, at_ms)
        tasks = tuple(after if other.id == task.id else other for other in later.tasks)
        return _told(replace(later, tasks=tasks), asked, by.name)
    _check_whole(response, asked, move, by.who)
    return _told(_EFFECTS[asked.step](later, asked, plan), asked, by.name)


def possible_steps(response: Response, task: ResponseTask | None, who: Actor) -> tuple[ResponseMove, ...]:
    """Return the steps of a task, or of the whole response for None, that somebody may take now."""
    if not response.is_active:
        return ()
    found = []
    for move in MOVES.values():
        if move.step == "start" or bool(move.before) != (task is not None):
            continue
        try:
            _check_state(task, move)
            _check_person(response, task, move, who)
        except (StepRefused, NotAllowed):
            continue
        found.append(move)
    return tuple(found)


def _check_task(response: Response, task: ResponseTask, asked: ResponseAsked, move: ResponseMove, who: Actor) -> None:
    _check_person(response, task, move, who)
    if asked.if_rev is not None and asked.if_rev != task.rev:
        words = _STALE.with_values(task=_title(task), seen=asked.if_rev, rev=task.rev)
        raise RevisionStale(words)
    _check_state(task, move)
    _check_needs(asked, move)
    if asked.step == "finish":
        missing = response.waits_for(task)
        if missing:
            raise StepRefused(_WAITS.with_values(tasks=_titles(response, missing)))
        if "photo" in task.needs and not (asked.photos or task.photos):
            raise StepRefused(_PHOTO)
    if asked.step == "reassign" and asked.department == task.department:
        raise StepRefused(_SAME_DEPARTMENT)


def _check_whole(response: Response, asked: ResponseAsked, move: ResponseMove, who: Actor) -> None:
    _check_person(response, None, move, who)
    if asked.if_rev is not None and asked.if_rev != response.rev and asked.step != "note":
        title = Text(response.title_zh, response.title_en)
        raise RevisionStale(_STALE.with_values(task=title, seen=asked.if_rev, rev=response.rev))
    _check_needs(asked, move)
    if asked.step == "level" and asked.level == response.level:
        raise StepRefused(_SAME_LEVEL.with_values(level=LEVEL_TITLES[response.level]))
    left = [task.id for task in response.tasks if not task.is_settled]
    if asked.step == "end" and left:
        raise StepRefused(_NEEDS_END.with_values(count=len(left), tasks=_titles(response, left)))


def _check_state(task: ResponseTask | None, move: ResponseMove) -> None:
    if task is not None and task.state not in move.before:
        words = _NOT_NOW.with_values(task=_title(task), state=TASK_TITLES[task.state], step=move.title)
        raise StepRefused(words)


def _check_person(response: Response, task: ResponseTask | None, move: ResponseMove, who: Actor) -> None:
    if "duty_officer" in who.roles:
        return
    _check_officer(move, who)
    is_worker = bool(who.roles & {"handler", "collector"})
    if task is None:
        if not is_worker or who.department not in {party.department for party in response.parties}:
            raise NotAllowed(_NOT_A_PARTY)
    elif not is_worker or who.department != task.department:
        raise NotAllowed(_NOT_YOURS.with_values(task=_title(task), department=_department(response, task.department)))


def _check_officer(move: ResponseMove, who: Actor) -> None:
    if move.is_officers and "duty_officer" not in who.roles:
        raise NotAllowed(_OFFICER.with_values(step=move.title))


def _check_needs(asked: ResponseAsked, move: ResponseMove) -> None:
    held: Mapping[Need, object] = {"note": asked.note.strip(), "department": asked.department, "level": asked.level}
    for need in move.needs:
        if not held[need]:
            raise StepRefused(_BLANK[need])


def _stepped(task: ResponseTask, asked: ResponseAsked, move: ResponseMove, name: str, at_ms: int) -> ResponseTask:
    state = move.after or task.state
    if asked.step == "finish" and "confirm" in task.needs:
        state = "reported"
    after = replace(
        task, rev=task.rev + 1, state=state, note=asked.note or task.note, photos=(*task.photos, *asked.photos)
    )
    if state == "open":
        span_ms = task.due_ms - task.begun_ms
        department = asked.department or task.department
        return replace(
            after, department=department, begun_ms=at_ms, due_ms=at_ms + span_ms, accepted_ms=0, ended_ms=0, by_name=""
        )
    if state == "accepted":
        return replace(after, accepted_ms=at_ms, by_name=name)
    if asked.step == "confirm":
        return after  # it was over when the department reported it
    return replace(after, ended_ms=at_ms, by_name=name)


def _levelled(response: Response, asked: ResponseAsked, plan: ResponsePlan | None) -> Response:
    """Give the tasks of a higher level at once, and drop those of a level that is left before anybody took them up."""
    level: ResponseLevel = asked.level or response.level
    if plan is None:
        return replace(response, level=level)
    wanted = {task.id for task in plan.at_level(level)}
    known = {task.id for task in response.tasks}
    planned = {task.id for task in plan.tasks}
    kept = tuple(
        _dropped(task, response.changed_ms)
        if task.id in planned - wanted and task.state == "open"
        else _back(task, response.changed_ms)
        if task.id in wanted and task.state == "waived" and task.note == _LOWERED.zh
        else task
        for task in response.tasks
    )
    added = tuple(_given(task, response.changed_ms) for task in plan.at_level(level) if task.id not in known)
    return replace(response, level=level, tasks=(*kept, *added))


def _dropped(task: ResponseTask, at_ms: int) -> ResponseTask:
    return replace(task, rev=task.rev + 1, state="waived", ended_ms=at_ms, note=_LOWERED.zh)


def _back(task: ResponseTask, at_ms: int) -> ResponseTask:
    span_ms = task.due_ms - task.begun_ms
    return replace(
        task, rev=task.rev + 1, state="open", begun_ms=at_ms, due_ms=at_ms + span_ms, ended_ms=0, note="", by_name=""
    )


def _ended(response: Response, asked: ResponseAsked, plan: ResponsePlan | None) -> Response:
    return replace(response, state="ended", ended_ms=response.changed_ms, summary=asked.note)


def _cancelled(response: Response, asked: ResponseAsked, plan: ResponsePlan | None) -> Response:
    return replace(response, state="cancelled", ended_ms=response.changed_ms, summary=asked.note)


_EFFECTS: Mapping[str, Callable[[Response, ResponseAsked, ResponsePlan | None], Response]] = MappingProxyType(
    {"level": _levelled, "note": lambda response, asked, plan: response, "end": _ended, "cancel": _cancelled}
)


def _party(party: PlanParty) -> ResponseParty:
    return ResponseParty(
        department=party.department,
        name_zh=party.name.zh,
        name_en=party.name.en,
        role_zh=party.role.zh,
        role_en=party.role.en,
        lon_deg=party.lon_deg,
        lat_deg=party.lat_deg,
    )


def _given(task: PlanTask, at_ms: int) -> ResponseTask:
    return ResponseTask(
        id=task.id,
        title_zh=task.title.zh,
        title_en=task.title.en,
        department=task.department,
        begun_ms=at_ms,
        due_ms=at_ms + task.due_min * _MINUTE_MS,
        after=task.after,
        needs=task.needs,
    )


def _told(response: Response, asked: ResponseAsked, name: str) -> Response:
    fresh = ResponseNews(
        at_ms=response.changed_ms, step=asked.step, task=asked.task, by_name=name, note=asked.note[:200]
    )
    return replace(response, news=(*response.news, fresh)[-NEWS_KEPT:])


def _title(task: ResponseTask) -> Text:
    return Text(task.title_zh, task.title_en)


def _titles(response: Response, ids: tuple[str, ...] | list[str]) -> Text:
    found = [task for task in response.tasks if task.id in ids]
    return Text("、".join(task.title_zh for task in found), ", ".join(task.title_en for task in found))


def _department(response: Response, id: str) -> Text:
    for party in response.parties:
        if party.department == id:
            return Text(party.name_zh, party.name_en)
    return Text(id, id)
