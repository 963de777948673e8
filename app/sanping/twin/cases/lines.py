"""A case in short for screens: its class by name, the clock that runs, and when that clock's colour changes."""

from collections.abc import Callable

from sanping.domain.case import Case, Clock, Colour
from sanping.domain.case_line import CaseLine
from sanping.domain.text import Text
from sanping.twin.cases.clock import due_ms, limit_ms, moment_used
from sanping.twin.cases.rules import CaseRules

MetresOf = Callable[[float, float], tuple[float | None, float | None]]


def line_of(case: Case, rules: CaseRules, metres_of: MetresOf) -> CaseLine:
    """Return a case in short; `metres_of` gives the place in the twin's CRS of a longitude and latitude."""
    clock = running_clock(case, rules)
    title = class_title(rules, case)
    x_m, y_m = (None, None) if case.lon_deg is None or case.lat_deg is None else metres_of(case.lon_deg, case.lat_deg)
    return CaseLine(
        id=case.id,
        rev=case.rev,
        state=case.state,
        kind=case.kind,
        case_class=case.case_class,
        title_zh=title.zh,
        title_en=title.en,
        source=case.source,
        area=case.area,
        reported_ms=case.reported_ms,
        changed_ms=case.changed_ms,
        urgency=case.urgency,
        address=case.address,
        department=case.department,
        begun_ms=clock.started_ms if clock else 0,
        due_ms=case.due_ms if clock else 0,
        turns=turns_of(clock, rules) if clock else (),
        x_m=x_m,
        y_m=y_m,
        lon_deg=case.lon_deg,
        lat_deg=case.lat_deg,
        alarm=case.alarm,
        component=case.component,
        photo=case.photos[-1].id if case.photos else "",
        closed_ms=case.closed_ms,
        reworks=case.reworks,
        merged_into=case.merged_into,
        is_simulated=case.is_simulated,
        label=rules.level_of(case),
    )


def class_title(rules: CaseRules, case: Case) -> Text:
    """Return the name of a case's class: of the narrowest that the tables know, else its code."""
    for length in range(len(case.case_class), 1, -1):
        found = rules.classes.get((case.kind, case.case_class[:length]))
        if found is not None:
            return found.name
    return Text(case.case_class, case.case_class)


def running_clock(case: Case, rules: CaseRules) -> Clock | None:
    """Return the clock that runs, the one due first when there are several; None when none runs."""
    running = [clock for clock in case.clocks if not clock.ended_ms and not clock.is_paused]
    return min(running, key=lambda clock: due_ms(clock, rules.timetable) or 0, default=None)


def turns_of(clock: Clock, rules: CaseRules) -> tuple[tuple[int, Colour], ...]:
    """Return when the colour of a running clock changes, oldest first; it begins green and is red when it is over."""
    limit = limit_ms(clock, rules.timetable)
    turns: list[tuple[int, Colour]] = [(clock.started_ms, "green")]
    for warning in sorted(rules.warnings, key=lambda warning: warning.used):
        moment = moment_used(clock, rules.timetable, round(warning.used * limit))
        if moment is not None and warning.colour != turns[-1][1]:
            turns.append((moment, warning.colour))
    over = moment_used(clock, rules.timetable, limit)
    if over is not None and not any(colour == "red" for _, colour in turns):
        turns.append((over + 1, "red"))
    return tuple(turns)
