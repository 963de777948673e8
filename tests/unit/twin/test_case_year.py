"""A simulated year of cases: every step is legal, and the indicators agree with a second computation from the steps."""

import csv
from datetime import date, datetime, timedelta
from importlib import resources

import apsw

from fakes.case_stories import CHINA, bundled_rules, china_ms
from sanping.domain.case import CallBack, Case
from sanping.twin.cases.indicators import CALL_NAMES, counted, rates_of
from sanping.twin.cases.simulated import SimulatedCity, SimulatedStep, simulated_steps
from sanping.twin.cases.stepping import taken

CITY = SimulatedCity(cells=("310107001001001", "310107001002002"), lon_deg=121.40, lat_deg=31.26, spread_deg=0.04)
YEAR = (china_ms("2026-01-01"), china_ms("2026-12-01"))
COUNT = 600


def steps_of_a_year() -> list[SimulatedStep]:
    return list(simulated_steps(CITY, bundled_rules(), YEAR, COUNT, seed=5))


def test_a_year_of_cases_takes_only_legal_steps_and_its_figures_are_those_of_a_second_count() -> None:
    # given a year of steps
    steps = steps_of_a_year()
    assert [step.at_ms for step in steps] == sorted(step.at_ms for step in steps)

    # when each is taken
    cases: dict[str, Case] = {}
    for step in steps:
        case = step.asked.case
        cases[case] = taken(cases.get(case), step.asked, step.who, step.at_ms, bundled_rules())
    now = china_ms("2026-12-20")
    counts = counted(cases.values(), bundled_rules(), now)

    # then the figures are those counted from the steps alone
    second = second_count(steps)
    assert {name: getattr(counts, name) for name in second} == second
    assert counts.handled > COUNT / 2
    assert counts.overdue > 0
    assert counts.reworked > 0


def test_the_rates_of_the_hotline_are_those_that_sql_counts_from_the_steps() -> None:
    # given a year of steps, in a table of a database
    steps = steps_of_a_year()
    database = apsw.Connection(":memory:")
    database.execute("create table step(case_id, number, step, source, reached, answered, solved, score)")
    for number, step in enumerate(steps):
        asked, said = step.asked, step.asked.call_back or CallBack(is_reached=False)
        row = (asked.case, number, asked.step, asked.new.source if asked.new else None, said.is_reached,
               said.is_answered, said.is_solved, said.score)  # fmt: skip
        database.execute("insert into step values (?, ?, ?, ?, ?, ?, ?, ?)", row)

    # when the same is counted from the cases, and by SQL from the steps
    cases: dict[str, Case] = {}
    for step in steps:
        cases[step.asked.case] = taken(cases.get(step.asked.case), step.asked, step.who, step.at_ms, bundled_rules())
    counts = counted(cases.values(), bundled_rules(), china_ms("2026-12-20"))
    (told,) = database.execute(CALLS_IN_SQL).fetchall()

    # then counts and rates agree, and there is something to count
    assert told == tuple(getattr(counts, name) for name in CALL_NAMES)
    calls, closed, reached, asked_answer, answered, asked_solved, solved, scored, satisfied = told
    assert calls >= closed >= reached > 10
    rates = rates_of(counts)
    assert rates["call_back_rate"] == reached / closed
    assert rates["call_response_rate"] == answered / asked_answer
    assert rates["call_solved_rate"] == solved / asked_solved < 1
    assert rates["call_satisfaction_rate"] == satisfied / scored < 1


def test_the_same_seed_gives_the_same_year() -> None:
    # given two years of one seed and one of another
    first, second = steps_of_a_year(), steps_of_a_year()
    other = list(simulated_steps(CITY, bundled_rules(), YEAR, 20, seed=6))

    # when they are compared
    # then only the first two are equal, and all are marked as simulated
    assert first == second
    assert first[: len(other)] != other
    assert all(step.asked.new.is_simulated for step in first if step.asked.new)


CALLS_IN_SQL = """
with filed as (
    select case_id from step group by case_id
    having max(source) = 'hotline_12345' and sum(step = 'file') > 0 and sum(step in ('void', 'merge')) = 0),
last as (
    select case_id, answered, solved, score from step join filed using (case_id)
    where step = 'call_back' and reached group by case_id having number = max(number))
select (select count(*) from filed),
    (select count(distinct case_id) from step join filed using (case_id) where step = 'close'),
    count(*), count(answered), ifnull(sum(answered), 0), count(solved), ifnull(sum(solved), 0),
    ifnull(sum(score > 0), 0), ifnull(sum(score >= 3), 0) from last
"""


def second_count(steps: list[SimulatedStep]) -> dict[str, int]:
    """Count from the steps and the tables, without the machine, its clocks or its indicators."""
    lives: dict[str, list[SimulatedStep]] = {}
    for step in steps:
        lives.setdefault(step.asked.case, []).append(step)
    found = dict.fromkeys(
        ("reported", "filed", "dispatches", "returns", "handled", "handled_on_time", "overdue", "reworked", "closed"), 0
    )
    for life in lives.values():
        names = [step.asked.step for step in life]
        found["reported"] += 1
        if "file" not in names or "void" in names:
            continue
        found["filed"] += 1
        found["dispatches"] += names.count("dispatch")
        found["returns"] += names.count("return")
        found["reworked"] += "fail_check" in names
        found["closed"] += "close" in names
        found["handled"] += "feed_back" in names
        is_late = handling_ms(life) > limit_of(life)
        found["handled_on_time"] += "feed_back" in names and not is_late
        found["overdue"] += is_late
    return found


def handling_ms(life: list[SimulatedStep]) -> int:
    """Add up the working time from the last dispatch, without suspensions and checks."""
    begun, total = 0, 0
    for step in life:
        match step.asked.step:
            case "dispatch":
                begun, total = step.at_ms, 0
            case "feed_back" | "grant_suspension":
                total, begun = total + worked_ms(begun, step.at_ms), 0
            case "resume" | "fail_check":
                begun = step.at_ms
    return total


def limit_of(life: list[SimulatedStep]) -> int:
    new = life[0].asked.new
    assert new is not None
    amount, unit = next(
        (float(row["amount"]), row["unit"])
        for wanted in (new.case_class, "")
        for row in table("limits.csv")
        if (row["clock"], row["kind"], row["class"]) == ("handling", new.kind, wanted)
    )
    names = [step.asked.step for step in life]
    since = len(names) - 1 - names[::-1].index("dispatch")
    more = sum(step.asked.amount for step in life[since:] if step.asked.step == "ask_extension")
    return round((amount + more) * (8 if unit == "work_day" else 1) * 3_600_000)


def table(name: str) -> list[dict[str, str]]:
    text = resources.files("sanping.twin.cases").joinpath("data", name).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def worked_ms(from_ms: int, to_ms: int) -> int:
    """Add up working time day by day."""
    special = {
        date.fromisoformat(row["from"]) + timedelta(days=number): row["is_worked"] == "yes"
        for row in table("calendar.csv")
        for number in range((date.fromisoformat(row["to"]) - date.fromisoformat(row["from"])).days + 1)
    }
    begin, end = (datetime.fromtimestamp(moment / 1000, CHINA) for moment in (from_ms, to_ms))
    total, day = 0, begin.date()
    while day <= end.date():
        if special.get(day, day.weekday() < 5):
            midnight = round(datetime(day.year, day.month, day.day, tzinfo=CHINA).timestamp() * 1000)
            for opens, shuts in ((8.5, 12), (13, 17.5)):
                low, high = (midnight + round(hour * 3_600_000) for hour in (opens, shuts))
                total += max(0, min(high, to_ms) - max(low, from_ms))
        day += timedelta(days=1)
    return total
