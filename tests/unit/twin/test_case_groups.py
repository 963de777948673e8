"""Indicators of random cases by area, department, class, source and day are those of a second count of their steps."""

from datetime import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.case_stories import CHINA, bundled_rules, china_ms
from fakes.sql_count import sql_counts
from sanping.domain.case import Case
from sanping.ports.case_book import AuditRow
from sanping.twin.cases.indicators import by_area, counted, counted_by
from sanping.twin.cases.simulated import SimulatedCity, SimulatedStep, simulated_steps
from sanping.twin.cases.stepping import taken

CITY = SimulatedCity(
    cells=("310107001001001", "310107001002002", "310107015001003", "310107102004001"),
    lon_deg=121.40, lat_deg=31.26, spread_deg=0.04,
)  # fmt: skip
FIRST_MS = china_ms("2026-03-01")
DAY_MS = 86_400_000
KEYS = {
    "area": by_area("street"),
    "department": lambda case: case.department,
    "class": lambda case: case.case_class,
    "source": lambda case: case.source,
    "day": lambda case: datetime.fromtimestamp(case.reported_ms / 1000, CHINA).date().isoformat(),
}


def group_of(life: list[SimulatedStep], by: str) -> str:
    """Return the group of a case as its steps alone tell it."""
    new = life[0].asked.new
    assert new is not None
    sent = [step.asked.department for step in life if step.asked.step in ("dispatch", "reassign", "return")]
    day = datetime.fromtimestamp(life[0].at_ms / 1000, CHINA).date().isoformat()
    return {
        "area": new.area[:9], "class": new.case_class, "source": new.source, "day": day,
        "department": sent[-1] if sent else "",
    }[by]  # fmt: skip


@pytest.mark.parametrize("by", list(KEYS))
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10_000), days=st.integers(3, 40))
def test_the_indicators_of_each_group_are_those_of_plain_sql_over_its_steps(by: str, seed: int, days: int) -> None:
    # given the steps of random cases up to a random day, which leaves some in the middle of their lives
    now_ms, rules = FIRST_MS + days * DAY_MS, bundled_rules()
    span = (FIRST_MS, FIRST_MS + 10 * DAY_MS)
    steps = [step for step in simulated_steps(CITY, rules, span, 40, seed=seed) if step.at_ms <= now_ms]
    cases: dict[str, Case] = {}
    lives: dict[str, list[SimulatedStep]] = {}
    for step in steps:
        cases[step.asked.case] = taken(cases.get(step.asked.case), step.asked, step.who, step.at_ms, rules)
        lives.setdefault(step.asked.case, []).append(step)

    # when they are counted by group, and again from the steps of each group
    first = counted_by(cases.values(), KEYS[by], rules, now_ms)
    groups: dict[str, list[AuditRow]] = {}
    for seq, step in enumerate(steps, 1):
        said = msgspec.json.encode({"asked": step.asked, "who": step.who.id})
        row = AuditRow(seq=seq, at_ms=step.at_ms, case=step.asked.case, rev=1, op=step.asked.op, said=said,
                       case_mark=b"", mark=b"")  # fmt: skip
        groups.setdefault(group_of(lives[step.asked.case], by), []).append(row)
    second = {key: sql_counts(rows, now_ms) for key, rows in groups.items()}

    # then both agree in every figure, and the groups add up to the whole
    assert {key: {name: getattr(counts, name) for name in second[key]} for key, counts in first.items()} == second
    whole = counted(cases.values(), rules, now_ms)
    assert sum(counts.reported for counts in first.values()) == whole.reported == len(cases)
    assert sum(counts.overdue for counts in first.values()) == whole.overdue
