"""Cases that were never reported, for pictures of the wall without a hub and for setting one up; pure.

The same moment always gives the same cases, and each of them is marked as simulated.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import exp, sin
from types import MappingProxyType

import msgspec

from sanping.domain.case import Colour, State
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.text import Text
from sanping.twin.cases.feedback import EPOCH, effect_of, repeating, season_of
from sanping.ui.wall.governing import CaseStory, Governed, Measure, StoryStep
from sanping.ui.wall.rehearsal_tables import CELLS_A_STREET, CLASSES, DEPARTMENTS, SOURCES, STREETS, invented_tables
from sanping.wire.cases import IndicatorRow

HOUR_MS, MINUTE_MS, DAY_MS = 3_600_000, 60_000, 86_400_000
OPEN, CLOSED, A_DAY = 96, 14, 286
LIMITS_H = (2, 4, 12, 24, 48, 72)
STATES: tuple[tuple[State, int], ...] = (
    ("reported", 4), ("verifying", 3), ("to_file", 3), ("filed", 5), ("dispatched", 12), ("handling", 46),
    ("suspended", 3), ("fed_back", 6), ("checking", 9), ("passed", 5),
)  # fmt: skip
RATES = {"on_time_rate": 0.943, "closing_rate": 0.917, "handling_rate": 0.981, "satisfaction_rate": 0.962,
         "discovery_rate": 0.607, "rework_rate": 0.031, "call_response_rate": 0.986, "call_solved_rate": 0.894,
         "call_satisfaction_rate": 0.921, "call_back_rate": 0.953}  # fmt: skip
WAY = (
    Text("上报", "Reported"), Text("受理", "Registered"), Text("立案", "Filed"), Text("派遣", "Dispatched"),
    Text("签收", "Signed for"), Text("处理反馈", "Fed back"), Text("核查通过", "Checked"), Text("结案", "Closed"),
)  # fmt: skip
WAY_DONE: dict[State, int] = {"reported": 1, "verifying": 1, "to_file": 2, "filed": 3, "dispatched": 4, "handling": 5,
                              "suspended": 5, "fed_back": 6, "checking": 6, "passed": 7, "closed": 8}  # fmt: skip
SCREENS = MappingProxyType({"wall": 1, "desk": 3, "phone": 12})
MEASURE = Text("曹杨定时清运（暴露垃圾）", "Timed collection in Caoyang (garbage)")
MEASURE_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class _Chance:
    """What cases are drawn with."""

    random: random.Random
    now_ms: int


def rehearsed_cases(now_ms: int, zone: tzinfo | None) -> Governed:
    """Return the cases of an ordinary day at a moment."""
    now = datetime.fromtimestamp(now_ms / 1000, zone)
    chance = _Chance(random=random.Random(now.toordinal()), now_ms=now_ms)
    running = [_running(chance, number) for number in range(OPEN)]
    closed = [_closed(chance, number) for number in range(CLOSED)]
    lines = (*running, *closed)
    by_day = _by_day(now)
    newest = max(closed, key=lambda line: line.closed_ms)
    return Governed(
        lines=lines,
        counts=_counts(lines, _hours(now), now),
        tables=invented_tables(),
        by_area=_indicators([(code, zh, en) for code, zh, en, *_ in STREETS], 11),
        by_department=_indicators(DEPARTMENTS, 12),
        yesterday=_hours(now.replace(hour=23, minute=59) - timedelta(days=1)),
        spots=repeating([_past(chance, number) for number in range(700)], near_m=45.0)[:12],
        season=season_of(by_day),
        measures=_measures(by_day, now),
        newest=CaseStory(line=newest, steps=story_steps(newest)),
        screens=SCREENS,
        asked_ms=now_ms,
    )


def story_steps(line: CaseLine) -> tuple[StoryStep, ...]:
    """Return the way of an invented case: the usual steps, evenly spread over its time."""
    done = WAY_DONE.get(line.state, 1)
    span_ms = max(MINUTE_MS, line.changed_ms - line.reported_ms)
    return tuple(
        StoryStep(title=title, at_ms=line.reported_ms + span_ms * number // max(1, done - 1))
        for number, title in enumerate(WAY[:done])
    )


def _running(chance: _Chance, number: int) -> CaseLine:
    draw, now_ms = chance.random, chance.now_ms
    state = draw.choices([name for name, _ in STATES], [share for _, share in STATES])[0]
    limit_ms = draw.choice(LIMITS_H) * HOUR_MS
    begun_ms = now_ms - round(limit_ms * draw.betavariate(1.5, 2.6) * 1.38)
    changed_ms = now_ms - draw.randrange(1, max(2, (now_ms - begun_ms) // MINUTE_MS)) * MINUTE_MS
    if state == "dispatched":
        changed_ms = now_ms - draw.randrange(1, 55) * MINUTE_MS
    line = _line(chance, number + 1, state, begun_ms - draw.randrange(5, 90) * MINUTE_MS)
    line = msgspec.structs.replace(line, changed_ms=changed_ms, urgency=draw.choices(("normal", "urgent"), (8, 1))[0])
    if state in ("suspended", "fed_back"):
        return line
    shares: tuple[tuple[float, Colour], ...] = ((0.0, "green"), (0.5, "yellow"), (0.8, "orange"), (1.0, "red"))
    turns = tuple((begun_ms + round(share * limit_ms), colour) for share, colour in shares)
    return msgspec.structs.replace(line, begun_ms=begun_ms, due_ms=begun_ms + limit_ms, turns=turns)


def _closed(chance: _Chance, number: int) -> CaseLine:
    closed_ms = chance.now_ms - round((number + 0.3) * 4 * MINUTE_MS)
    line = _line(chance, 900 + number, "closed", closed_ms - chance.random.randrange(60, 900) * MINUTE_MS,
                 place=None if number else 0)  # fmt: skip
    return msgspec.structs.replace(line, changed_ms=closed_ms, closed_ms=closed_ms, photo=f"rehearsal-{number}")


def _past(chance: _Chance, number: int) -> CaseLine:
    """Return a case of the last thirty days; a third of them lie at a few places that never come to rest."""
    draw = chance.random
    spot = draw.randrange(9) if draw.random() < 0.3 else None
    line = _line(chance, 2000 + number, "archived", chance.now_ms - draw.randrange(30 * DAY_MS),
                 place=None if spot is None else spot % 5)  # fmt: skip
    if spot is None:
        return line
    _, _, _, lon_deg, lat_deg, roads = STREETS[spot]
    return msgspec.structs.replace(
        line, lon_deg=lon_deg + 0.0003 * draw.random(), lat_deg=lat_deg + 0.0002 * draw.random(),
        area=f"{STREETS[spot][0]}001{spot + 1:03}", address=f"{roads[0]} {80 + 3 * spot} 号",
    )  # fmt: skip


def _line(chance: _Chance, number: int, state: State, reported_ms: int, *, place: int | None = None) -> CaseLine:
    draw = chance.random
    shares = [share for *_, share, _ in CLASSES]
    code, zh, en, _, department = CLASSES[place] if place is not None else draw.choices(CLASSES, shares)[0]
    street, _, _, lon_deg, lat_deg, roads = draw.choice(STREETS)
    cell = draw.randrange(1, CELLS_A_STREET + 1)
    is_sent = WAY_DONE.get(state, 0) >= WAY_DONE["dispatched"] or state == "archived"
    return CaseLine(
        id=f"310107-{datetime.fromtimestamp(reported_ms / 1000, UTC):%Y%m%d}-{number:04}",
        rev=WAY_DONE.get(state, 1),
        state=state,
        kind="event",
        case_class=code,
        title_zh=zh,
        title_en=en,
        source=draw.choices([key for key, *_ in SOURCES], [share for *_, share in SOURCES])[0],
        area=f"{street}001{cell:03}",
        reported_ms=reported_ms,
        changed_ms=reported_ms,
        address=f"{draw.choice(roads)} {draw.randrange(8, 620)} 号",
        department=department if is_sent else "",
        lon_deg=lon_deg + draw.uniform(-0.008, 0.008),
        lat_deg=lat_deg + draw.uniform(-0.006, 0.006),
        is_simulated=True,
    )


def _hours(now: datetime) -> tuple[int, ...]:
    """Return the reports of a day up to its present hour: two humps, one in the morning and one in the afternoon."""
    draw = random.Random(now.toordinal())
    shape = [0.12 + exp(-(((hour - 9.6) / 2.3) ** 2)) + 0.8 * exp(-(((hour - 15.5) / 2.9) ** 2)) for hour in range(24)]
    scale = A_DAY / sum(shape)
    full = [max(0, round(share * scale * draw.uniform(0.78, 1.22))) for share in shape]
    return (*full[: now.hour], round(full[now.hour] * (now.minute + 1) / 60))


def _by_day(now: datetime) -> dict[int, int]:
    """Return the reports of a year by day: more in summer, fewer at weekends, and as chance has it."""
    draw, today = random.Random(7), (now.date() - EPOCH).days
    return {
        day: round(
            A_DAY * (1.0 + 0.22 * sin((EPOCH + timedelta(days=day)).timetuple().tm_yday / 58.1 - 1.9))
            * (0.74 if (EPOCH + timedelta(days=day)).weekday() > 4 else 1.06) * draw.uniform(0.92, 1.08)
        )
        for day in range(today - 365, today)
    }  # fmt: skip


def _measures(by_day: dict[int, int], now: datetime) -> tuple[Measure, ...]:
    began = (now.date() - EPOCH).days - MEASURE_DAYS
    draw = random.Random(9)
    there = {day: round(count * (0.036 if day < began else 0.021) * draw.uniform(0.8, 1.2))
             for day, count in by_day.items()}  # fmt: skip
    effect = effect_of(there, began, MEASURE_DAYS)
    return () if effect is None else (Measure(title=MEASURE, effect=effect),)


def _counts(lines: Sequence[CaseLine], hours: tuple[int, ...], now: datetime) -> CaseCounts:
    open_lines = [line for line in lines if line.is_open]
    now_ms = round(now.timestamp() * 1000)
    colours = Counter(line.colour_at(now_ms) for line in open_lines)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return CaseCounts(
        at_ms=now_ms,
        day_ms=round(midnight.timestamp() * 1000),
        reported_today=sum(hours),
        filed_today=round(sum(hours) * 0.93),
        closed_today=round(sum(hours) * 0.86),
        overdue=colours["red"],
        due_soon=colours["orange"],
        total=86_412 + sum(hours),
        open_by_stage=Counter(line.stage for line in open_lines),
        open_by_area=Counter(line.area[:9] for line in open_lines),
        open_by_department=Counter(line.department for line in open_lines if line.department),
        open_by_class=Counter(f"{line.kind}:{line.case_class}" for line in open_lines),
        open_by_source=Counter(line.source for line in open_lines),
        by_hour=hours,
        rates=RATES,
        is_simulated=True,
    )


def _indicators(rows: Sequence[tuple[str, str, str]], seed: int) -> tuple[IndicatorRow, ...]:
    draw = random.Random(seed)
    return tuple(
        IndicatorRow(
            key=key,
            title_zh=zh,
            title_en=en,
            counts={"reported": (reported := draw.randrange(320, 1400)), "filed": reported * 93 // 100},
            rates={"on_time_rate": 1.0 - draw.betavariate(1.4, 14.0), "closing_rate": draw.uniform(0.84, 0.97)},
        )
        for key, zh, en in rows
    )
