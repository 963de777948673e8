"""A year of plausible cases, the same for the same seed: who does which step when. Marked as simulated."""

import heapq
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sanping.domain.call import HOTLINE
from sanping.domain.case import Actor, NewCase, Photo, Step, StepAsked
from sanping.twin.cases.clock import HOUR_MS, Timetable
from sanping.twin.cases.life import TRANSITIONS
from sanping.twin.cases.rules import CaseRules
from sanping.twin.cases.simulated_people import call_back_by

_DEPARTMENTS = ("绿化市容局", "水务局", "建设管理委", "交通委")
_OFFICE_H, _WORK_H = 0.4, 3.0
_SLOW = frozenset({"feed_back", "resume", "help_done"})
_EVENTS = ("0101", "0102", "0103", "0104", "0105", "0106", "0699")
_AFTER = Photo(id="simulated-after", moment="after", size_bytes=240_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedStep:
    """A step with its moment and who takes it."""

    at_ms: int
    asked: StepAsked
    who: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCity:
    """Where simulated cases lie: cells, and a place around which they scatter (degrees)."""

    cells: Sequence[str]
    lon_deg: float
    lat_deg: float
    spread_deg: float = 0.05


def simulated_steps(
    city: SimulatedCity, rules: CaseRules, span_ms: tuple[int, int], count: int, seed: int = 1
) -> Iterator[SimulatedStep]:
    """Yield the steps of `count` cases reported within a span, in order of time; late steps lie after the span."""
    chance = random.Random(seed)
    begins = sorted(chance.randrange(*span_ms) for _ in range(count))
    waiting: list[tuple[int, int, Iterator[SimulatedStep], SimulatedStep]] = []
    for number, at_ms in enumerate(begins):
        while waiting and waiting[0][0] <= at_ms:
            yield from _next_of(waiting)
        steps = _life(f"S{number:06d}", at_ms, city, rules, random.Random(chance.random()))
        first = next(steps)
        heapq.heappush(waiting, (first.at_ms, number, steps, first))
    while waiting:
        yield from _next_of(waiting)


def _next_of(waiting: list[tuple[int, int, Iterator[SimulatedStep], SimulatedStep]]) -> Iterator[SimulatedStep]:
    _, number, steps, step = heapq.heappop(waiting)
    yield step
    following = next(steps, None)
    if following is not None:
        heapq.heappush(waiting, (following.at_ms, number, steps, following))


def _life(
    case: str, at_ms: int, city: SimulatedCity, rules: CaseRules, chance: random.Random
) -> Iterator[SimulatedStep]:
    source = chance.choice(sorted(rules.sources))
    department = chance.choice(_DEPARTMENTS)
    new = NewCase(
        kind="event",
        case_class=chance.choice(_EVENTS),
        source=source,
        area=chance.choice(city.cells),
        lon_deg=city.lon_deg + chance.uniform(-city.spread_deg, city.spread_deg),
        lat_deg=city.lat_deg + chance.uniform(-city.spread_deg, city.spread_deg),
        is_simulated=True,
    )
    helper = next(other for other in _DEPARTMENTS if other != department)
    is_closed, number = False, 0
    for number, step in enumerate(_path(rules.sources[source].needs_check, chance)):
        if number:
            at_ms = _later(step, at_ms, rules.timetable, chance)
        asked = StepAsked(
            op=f"{case}/{number}",
            case=case,
            step=step,
            note="模拟" if "note" in TRANSITIONS[step].needs else "",
            photos=(_AFTER,) if {"photo", "after_photo"} & set(TRANSITIONS[step].needs) else (),
            department={"dispatch": department, "ask_help": helper}.get(step, ""),
            amount=1.0 if step == "ask_extension" else 0.0,
            score=chance.choices((2, 3, 4, 5), (5, 10, 35, 50))[0] if step == "evaluate" else 0,
            is_solved=chance.random() < 0.9 if step == "evaluate" else None,
            new=new if step == "report" else None,
        )
        is_closed = is_closed or step == "close"
        yield SimulatedStep(at_ms=at_ms, asked=asked, who=_who(step, helper if step == "help_done" else department))
    if source == HOTLINE and is_closed:
        yield from _call_backs(case, number + 1, at_ms, rules.timetable)


def _call_backs(case: str, number: int, at_ms: int, timetable: Timetable) -> Iterator[SimulatedStep]:
    """Yield calls back until somebody answers, thrice at most; their chances are their own."""
    chance = random.Random(f"{case}/call_back")
    for attempt in range(3):
        at_ms = _later("call_back", at_ms, timetable, chance)
        said = call_back_by(chance)
        asked = StepAsked(op=f"{case}/{number + attempt}", case=case, step="call_back", call_back=said)
        yield SimulatedStep(at_ms=at_ms, asked=asked, who=_who("call_back", ""))
        if said.is_reached:
            return


def _path(needs_check: bool, chance: random.Random) -> Iterator[Step]:
    """Yield the steps of one case: mostly the usual way, at times a detour or an early end."""
    yield "report"
    if chance.random() < 0.02:
        yield "decline"
        return
    yield from ("send_to_verify", "confirm") if needs_check else ("register",)
    if chance.random() < 0.03:
        yield "refuse_filing"
        return
    yield from ("file", "dispatch", "sign")
    if chance.random() < 0.06:
        yield from ("return", "dispatch", "sign")
    if chance.random() < 0.05:
        yield from ("ask_extension", "grant_extension")
    if chance.random() < 0.03:
        yield from ("ask_suspension", "grant_suspension", "resume")
    if chance.random() < 0.04:
        yield from ("ask_help", "help_done")
    if chance.random() < 0.01:
        yield "void"
        return
    yield from ("feed_back", "send_to_check")
    while chance.random() < 0.08:
        yield from ("fail_check", "feed_back", "send_to_check")
    yield from ("pass_check", "close")
    if chance.random() < 0.8:
        yield "evaluate"


def _later(step: Step, at_ms: int, timetable: Timetable, chance: random.Random) -> int:
    """Return a moment within working hours some time later; work takes longer than a signature."""
    hours = chance.expovariate(1 / (_WORK_H if step in _SLOW else _OFFICE_H))
    return timetable.after_work(at_ms, max(1000, round(min(hours, 80.0) * HOUR_MS)))


def _who(step: Step, department: str) -> Actor:
    role = min(TRANSITIONS[step].roles)
    of = department if role == "handler" else ""
    return Actor(id=f"{role} {of}".strip(), roles=frozenset({role}), areas=("",), department=of)
