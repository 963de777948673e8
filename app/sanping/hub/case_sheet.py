"""The whole sheet of one case as somebody may see it, and the tables a city governs by."""

import msgspec

from sanping.domain.area import level_of, parent_of
from sanping.domain.case import Actor, Case, Reporter
from sanping.domain.device import Identity
from sanping.domain.errors import InputError
from sanping.domain.role import is_at_least
from sanping.domain.text import Text
from sanping.hub.case_desk import CaseDesk
from sanping.hub.case_keeper import Said
from sanping.hub.case_people import CasePeople
from sanping.ports.case_book import AuditRow
from sanping.twin.cases.dispatching import suggestions
from sanping.twin.cases.duplicates import Nearness, duplicates_of
from sanping.twin.cases.governed import Department
from sanping.twin.cases.life import TRANSITIONS
from sanping.twin.cases.privacy import seen_by
from sanping.twin.cases.stepping import check_sight, possible_steps
from sanping.wire.cases import (
    Alike,
    AreaRow,
    CaseSheet,
    ClassRow,
    DepartmentRow,
    Governance,
    PersonRow,
    PossibleStep,
    Proposal,
    SourceRow,
    TrailRow,
)

NEAR = Nearness(distance_m=200.0, apart_h=48.0)
MOST_ALIKE = 10
_HOUR_MS = 3_600_000
_MOST_STEPS = 1_000
_GOES_TO_DEPARTMENT = frozenset({"dispatch", "reassign", "ask_help"})

_NO_CASE = Text("没有案件 {case}；请刷新列表", "There is no case {case}; reload the list")


async def sheet_of(desk: CaseDesk, id: str, who: Identity) -> CaseSheet:
    """Return a case with its trail, what `who` may do next, and what helps to decide.

    Raises `InputError`, and `NotAllowed` for a case outside the areas that `who` answers for.
    """
    case = await desk.case(id)
    if case is None:
        raise InputError(_NO_CASE.with_values(case=id[:60]))
    actor, rules = desk.people.person(who).actor, desk.city.rules
    check_sight(case, actor, rules)
    reporter, rows = await desk.ask(lambda book: (book.reporter(id), book.rows(limit=_MOST_STEPS, case=id)))
    is_of_somebody = (reporter or Reporter()) != Reporter() or bool(
        case.photos and not rules.source(case.source).is_own
    )
    steps = [step for step in possible_steps(case, actor, rules) if step.step != "erase_reporter" or is_of_somebody]
    is_dispatching = any(step.step in _GOES_TO_DEPARTMENT for step in steps)
    return CaseSheet(
        case=case,
        line=desk.line(case),
        reporter=seen_by(reporter or Reporter(), actor.roles, rules),
        steps=tuple(
            PossibleStep(step=step.step, title_zh=step.title.zh, title_en=step.title.en, needs=step.needs)
            for step in steps
        ),
        trail=tuple(_trail_row(row, case, desk.people) for row in rows),
        proposals=_proposals(desk, case, actor) if is_dispatching else (),
        alike=() if case.is_ended else _alike(desk, case, actor),
    )


def governance_of(desk: CaseDesk, who: Identity, now_ms: int) -> Governance:
    """Return the tables of the city, and what `who` is in the life of a case."""
    rules, person = desk.city.rules, desk.people.person(who)
    day = rules.timetable.day_of(now_ms)
    loads = loads_of(desk, person.actor)
    return Governance(
        areas=tuple(
            AreaRow(
                code=area.code,
                level=level_of(area.code),
                parent=parent_of(area.code),
                name_zh=area.name.zh,
                name_en=area.name.en,
                person=area.person,
                phone=area.phone if person.actor.roles else "",
                bounds=area.bounds,
            )
            for area in rules.areas.by_code.values()
            if area.is_valid_on(day)
        ),
        classes=tuple(
            ClassRow(kind=found.kind, code=found.code, name_zh=found.name.zh, name_en=found.name.en)
            for found in rules.classes.values()
        ),
        departments=tuple(department_row(found, loads) for found in desk.city.departments.values()),
        sources=tuple(
            SourceRow(key=found.key, title_zh=found.title.zh, title_en=found.title.en)
            for found in rules.sources.values()
        ),
        people=_people(desk) if is_at_least(who.role, "duty_officer") else (),
        me=person.actor.id,
        my_name=person.name,
        my_roles=tuple(sorted(person.actor.roles)),
        my_areas=person.actor.areas,
        my_department=person.actor.department,
    )


def _people(desk: CaseDesk) -> tuple[PersonRow, ...]:
    return tuple(
        PersonRow(
            user=person.user,
            name_zh=person.name.zh,
            name_en=person.name.en,
            roles=tuple(sorted(person.roles)),
            areas=person.areas,
            department=person.department,
        )
        for person in desk.city.people.values()
    )


def mine(desk: CaseDesk, who: Identity) -> Actor:
    """Return whom a list of somebody's own cases is for."""
    return desk.people.person(who).actor


def department_row(found: Department, loads: dict[str, int]) -> DepartmentRow:
    """Return a department with how many cases it works on."""
    return DepartmentRow(
        id=found.id,
        name_zh=found.name.zh,
        name_en=found.name.en,
        areas=found.areas,
        duties=found.duties,
        is_on_duty=found.is_on_duty,
        lon_deg=found.lon_deg,
        lat_deg=found.lat_deg,
        open_cases=loads.get(found.id, 0),
    )


def _trail_row(row: AuditRow, case: Case, people: CasePeople) -> TrailRow:
    """Return a row of the trail; of its photos only those that were not erased since."""
    said = msgspec.json.decode(row.said, type=Said)
    left = {photo.id for photo in case.photos}
    title = TRANSITIONS[said.asked.step].title
    return TrailRow(
        seq=row.seq,
        at_ms=row.at_ms,
        step=said.asked.step,
        title_zh=title.zh,
        title_en=title.en,
        by=said.who,
        by_name=said.name or people.name_of(said.who),
        note=said.asked.note,
        photos=tuple(photo for photo in said.asked.photos if photo.id in left),
    )


def _proposals(desk: CaseDesk, case: Case, who: Actor) -> tuple[Proposal, ...]:
    loads = loads_of(desk, who)
    candidates = (found.candidate(loads.get(found.id, 0)) for found in desk.city.departments.values())
    return tuple(
        Proposal(
            department=found.candidate.id,
            name_zh=found.candidate.name.zh,
            name_en=found.candidate.name.en,
            fit=round(found.fit, 3),
            why_zh=tuple(reason.zh for reason in found.reasons),
            why_en=tuple(reason.en for reason in found.reasons),
        )
        for found in suggestions(case, candidates)
    )


def _alike(desk: CaseDesk, case: Case, who: Actor) -> tuple[Alike, ...]:
    others = desk.table.alike(case, round(NEAR.apart_h * _HOUR_MS))
    found = []
    for duplicate in duplicates_of(case, others, NEAR)[:MOST_ALIKE]:
        other = desk.table.case(duplicate.case)
        if other is not None and desk.city.rules.sees(who, other):
            found.append(
                Alike(
                    line=desk.line(other),
                    likeness=round(duplicate.likeness, 3),
                    metres=round(duplicate.distance_m or 0.0, 1),
                    apart_ms=duplicate.apart_ms,
                )
            )
    return tuple(found)


def loads_of(desk: CaseDesk, who: Actor) -> dict[str, int]:
    """Return how many open cases each department has, without those that have a label above somebody."""
    return desk.table.counted("department", desk.table.open() & desk.table.cleared_for(who.clearance))
