"""REST for joint responses: the templates, the responses of late, and the whole sheet of one."""

import msgspec

from sanping.domain.device import Identity
from sanping.domain.errors import InputError
from sanping.domain.response import Response
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint
from sanping.hub.response_desk import ResponseDesk, ResponseSaid, now_ms, phones_of
from sanping.hub.wishes import NOT_GOVERNED
from sanping.ports.case_book import AuditRow
from sanping.twin.responses.life import MOVES
from sanping.twin.responses.plans import PlanEscalation, ResponsePlan, proposed
from sanping.twin.responses.stepping import possible_steps
from sanping.wire.responses import (
    PlanCallRow,
    PlanPartyRow,
    PlanRow,
    Plans,
    PlanTaskRow,
    PlanTrouble,
    ResponseSheet,
    ResponseStepRow,
    ResponseTrailRow,
)

_MOST_STEPS = 1_000


async def _plans(hub: Hub, asked: Asked) -> object:
    desk = _desk(hub)
    hub.sight.check_names(asked.by, asked.parameters)
    case = await desk.cases.case(asked.parameters.get("case", ""))
    alarm = desk.alarm(asked.parameters.get("alarm", ""))
    fitting = proposed(
        desk.plans.values(),
        rule="" if alarm is None else alarm.rule,
        case_class="" if case is None else f"{case.kind}:{case.case_class}",
    )
    ordered = [desk.plans[id] for id in fitting] + [plan for id, plan in desk.plans.items() if id not in fitting]
    return Plans(
        plans=tuple(_plan_row(plan, fits=plan.id in fitting) for plan in ordered),
        troubles=tuple(PlanTrouble(zh=why.zh, en=why.en) for why in desk.cases.city.plan_troubles),
        may_start="duty_officer" in desk.cases.people.person(asked.by).actor.roles,
    )


async def _responses(hub: Hub, asked: Asked) -> object:
    return hub.sight.seen(_desk(hub).shown(now_ms()), asked.by)


async def _response(hub: Hub, asked: Asked) -> object:
    desk = _desk(hub)
    response = desk.response(asked.parameters["id"])
    hub.sight.check(asked.by, hub.sight.named(response.id))
    rows = await desk.cases.ask(lambda book: book.rows(limit=_MOST_STEPS, case=response.id))
    plan = desk.plans.get(response.plan)
    return ResponseSheet(
        response=response,
        steps=_steps(desk, response, asked.by),
        trail=tuple(_trail_row(row) for row in rows),
        phones=dict(phones_of(desk, response)),
        calls=() if plan is None else tuple(_call_row(step) for step in plan.escalation),
    )


def _steps(desk: ResponseDesk, response: Response, who: Identity) -> tuple[ResponseStepRow, ...]:
    actor = desk.cases.people.person(who).actor
    return tuple(
        ResponseStepRow(
            step=move.step,
            title_zh=move.title.zh,
            title_en=move.title.en,
            task="" if task is None else task.id,
            needs=move.needs,
        )
        for task in (None, *response.tasks)
        for move in possible_steps(response, task, actor)
    )


def _trail_row(row: AuditRow) -> ResponseTrailRow:
    said = msgspec.json.decode(row.said, type=ResponseSaid)
    title = MOVES[said.asked.step].title
    return ResponseTrailRow(
        seq=row.seq,
        at_ms=row.at_ms,
        step=said.asked.step,
        title_zh=title.zh,
        title_en=title.en,
        by=said.who,
        task=said.asked.task,
        by_name=said.name,
        note=said.asked.note,
    )


def _plan_row(plan: ResponsePlan, *, fits: bool) -> PlanRow:
    return PlanRow(
        id=plan.id,
        name_zh=plan.name.zh,
        name_en=plan.name.en,
        level=plan.level,
        parties=tuple(
            PlanPartyRow(
                department=party.department,
                name_zh=party.name.zh,
                name_en=party.name.en,
                role_zh=party.role.zh,
                role_en=party.role.en,
                phone=party.phone,
            )
            for party in plan.parties
        ),
        tasks=tuple(
            PlanTaskRow(
                id=task.id,
                title_zh=task.title.zh,
                title_en=task.title.en,
                department=task.department,
                due_min=task.due_min,
                after=task.after,
                needs=task.needs,
                level=task.level,
            )
            for task in plan.tasks
        ),
        escalation=tuple(_call_row(step) for step in plan.escalation),
        fits=fits,
        source=plan.source,
        is_simulated=plan.is_simulated,
    )


def _call_row(step: PlanEscalation) -> PlanCallRow:
    return PlanCallRow(late_min=step.late_min, to_zh=step.to.zh, to_en=step.to.en, phone=step.phone)


def _desk(hub: Hub) -> ResponseDesk:
    if hub.responses is None:
        raise InputError(hub.plan.ungoverned or NOT_GOVERNED)
    return hub.responses


RESPONSE_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/responses/plans",
        title=Text("预案模板，适合该案件或告警的在前", "Templates of joint responses, those that fit first"),
        run=_plans,
        parameters={
            "case": Text("案件编号", "Id of a case"),
            "alarm": Text("告警编号", "Id of an alarm"),
        },
        least="grid_worker",
    ),
    Endpoint(
        method="GET",
        path="/responses",
        title=Text("进行中和刚结束的联动响应", "Joint responses that run or have just ended"),
        run=_responses,
    ),
    Endpoint(
        method="GET",
        path="/responses/{id}",
        title=Text("一次响应：任务、可办步骤、经过、电话", "One response: tasks, possible steps, trail, phones"),
        run=_response,
        parameters={"id": Text("响应编号", "Id of the response")},
        required=("id",),
        least="grid_worker",
    ),
)
