"""Invented people on invented cases: legal steps alone, detours of every kind, the same for the same case."""

import random
from collections import Counter
from functools import cache

import pytest
from msgspec.structs import replace

from fakes.case_stories import bundled_rules, china_ms
from fakes.governed_hub import CRS, suhe_city
from sanping.bootstrap.case_play import spots_of
from sanping.domain.case import ENDED, Case, PhotoMoment, StepAsked
from sanping.domain.text import Text
from sanping.twin.cases.clock import DAY_MS
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.places import AreaPlaces
from sanping.twin.cases.simulated_life import Pace, Planned, SimulatedLife
from sanping.twin.cases.simulated_past import past_of, reports_between
from sanping.twin.cases.simulated_people import is_simulated_person, person_for
from sanping.twin.cases.simulated_words import WORKS, words_for, work_of
from sanping.twin.cases.stepping import taken

NOW = china_ms("2026-11-20 15:00:00")
PHOTOS: dict[PhotoMoment, tuple[str, ...]] = {"scene": ("a", "b", "c", "d"), "after": ("e", "f", "g", "h")}
SPOTS = spots_of(suhe_city(), CRS)


def life_at(pace: Pace = "fast", city: GovernedCity | None = None) -> SimulatedLife:
    return SimulatedLife(city=city or suhe_city(), spots=SPOTS, photos=PHOTOS, pace=pace)


def lived(life: SimulatedLife, number: int) -> tuple[Case, list[Planned]]:
    """Return a case at the end of its life, with all its steps."""
    report = life.report(number, NOW + number)
    trail: list[Planned] = []
    case: Case | None = None
    following: Planned | None = Planned(at_ms=report.at_ms, asked=_named(report, f"C{number}"), who=report.who)
    while following is not None:
        trail.append(following)
        case = taken(case, following.asked, following.who.actor, following.at_ms, life.city.rules)
        following = life.next_step(case)
    assert case is not None
    return case, trail


def _named(report: Planned, case: str) -> StepAsked:
    return replace(report.asked, case=case)


@cache
def many() -> tuple[tuple[Case, list[Planned]], ...]:
    return tuple(lived(life_at(), number) for number in range(400))


def test_every_invented_case_comes_to_an_end_by_legal_steps_and_is_marked() -> None:
    # given four hundred invented cases, each step of which was decided by the machine of steps
    # when their ends are looked at
    ends = Counter(case.state for case, _ in many())

    # then most are archived, all have ended or are closed, and each is marked, as is who worked on it
    assert ends["archived"] > 250
    assert all(case.state in (*ENDED, "closed") for case, _ in many())
    assert all(case.is_simulated for case, _ in many())
    assert all(
        is_simulated_person(step.who.actor.id) and "模拟" in step.who.name for _, trail in many() for step in trail
    )


def test_there_are_detours_of_every_kind() -> None:
    # given the steps of all lives
    steps = Counter(step.asked.step for _, trail in many() for step in trail)

    # when the rarer ones are counted
    # then none is missing, and none is the rule
    for step in (
        "decline", "send_to_verify", "refute", "refuse_filing", "return", "ask_extension", "grant_extension",
        "ask_suspension", "grant_suspension", "resume", "ask_help", "help_done", "fail_check", "evaluate",
    ):  # fmt: skip
        assert 0 < steps[step] < 400, step
    assert any(case.reworks for case, _ in many())
    assert {photo.moment for case, _ in many() for photo in case.photos} == {"scene", "after"}


def test_fast_lives_last_some_minutes_and_real_ones_a_working_day() -> None:
    # given fast and real lives
    fast = sorted(trail[-1].at_ms - trail[0].at_ms for _, trail in many())
    real = sorted(
        trail[-1].at_ms - trail[0].at_ms for _, trail in (lived(life_at("real"), number) for number in range(100))
    )

    # when their middle is taken
    # then it is about ten minutes, and some hours to a day
    assert 5 * 60_000 < fast[200] < 15 * 60_000
    assert DAY_MS / 6 < real[50] < 2 * DAY_MS


def test_the_same_case_has_the_same_next_step() -> None:
    # given a case in the middle of its life
    case, trail = many()[7]
    middle = trail[len(trail) // 2]

    # when its life is lived again
    again, other = lived(life_at(), 7)

    # then nothing differs
    assert (again, other[len(trail) // 2]) == (case, middle)
    assert person_for("handler", "C1", "river") == person_for("handler", "C1", "river")
    assert person_for("handler", "C1", "river").actor.department == "river"
    assert words_for("note", "路灯", random.Random(1)) == "模拟办理"


OTHER_WORK = {
    "clearing": ("清运", "清扫"), "water": ("打捞", "水面", "排口", "抽排", "水位"), "cover": ("井盖",),
    "lamp": ("灯", "照明"), "building": ("拆除", "劝离"), "road": ("封道", "通行", "修补"),
    "device": ("模块", "设备"), "data": ("补报", "指标"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "work"),
    [
        ("水域不洁", "water"), ("水质异常", "water"), ("暴露垃圾", "clearing"), ("雨水井盖", "cover"), ("路灯", "lamp"),
        ("违法搭建", "building"), ("路面塌陷", "road"), ("监测设施故障", "device"), ("停产减产", "data"),
        ("其他事件", "any"),
    ],
)  # fmt: skip
def test_a_note_names_no_other_kind_of_work_than_the_case_is_about(name: str, work: str) -> None:
    # given a class of cases
    # when many notes are written on its work
    notes = {
        words_for(step, name, random.Random(number))
        for step in ("feed_back", "ask_extension", "fail_check") for number in range(60)
    }  # fmt: skip

    # then none is about other work
    assert work_of(name) == work
    elsewhere = {word for other, words in OTHER_WORK.items() if other != work for word in words}
    elsewhere -= set(OTHER_WORK.get(work, ()))
    assert {note for note in notes if any(word in note for word in elsewhere)} == set()
    assert set(OTHER_WORK) == set(WORKS)


def test_every_class_that_is_invented_has_words_of_its_own() -> None:
    # given the classes of invented reports
    names = [
        suhe_city().rules.classes[planned.asked.new.kind, planned.asked.new.case_class].name.zh
        for planned in (life_at().report(number, 0) for number in range(200)) if planned.asked.new
    ]  # fmt: skip

    # when the work of each is looked for
    # then only the class of all others has none
    assert {name for name in names if work_of(name) == "any"} <= {"其他事件"}


def test_a_city_without_departments_dispatches_nobody() -> None:
    # given a city whose table of departments is empty
    rules = bundled_rules()
    city = GovernedCity(rules=rules, places=AreaPlaces(rules.areas))

    # when a case is lived there
    case, _ = next(
        (case, trail) for case, trail in (lived(life_at(city=city), number) for number in range(50)) if case.filed_ms
    )

    # then it waits to be dispatched
    assert case.state == "filed"
    assert Text("", "") not in [department.name for department in city.departments.values()]


def test_the_past_is_in_order_of_time_and_ends_with_open_cases() -> None:
    # given a past of ten days
    steps = list(past_of(life_at("real"), NOW - 10 * DAY_MS, NOW, 60))
    cases = {case.id: case for _, case in steps}

    # when it is looked at
    moments = [planned.at_ms for planned, _ in steps]
    is_open = [case for case in cases.values() if not case.is_ended and case.state != "closed"]

    # then nothing lies in the future, days differ, ids count on day by day, and some cases are left to do, some late
    assert moments == sorted(moments)
    assert moments[-1] < NOW
    assert 400 < len(cases) < 800
    assert 10 < len(is_open) < 80
    assert any(0 < case.due_ms < NOW for case in is_open)
    assert len({planned.asked.op for planned, _ in steps}) == len(steps)
    for day in ("20261112", "20261119"):
        numbers = sorted(int(id[-4:]) for id in cases if day in id)
        assert numbers == list(range(1, len(numbers) + 1))
    assert [report.asked.case for report in reports_between(life_at("real"), NOW - 10 * DAY_MS, NOW, 60)] == [
        planned.asked.case for planned, _ in steps if planned.asked.step == "report"
    ]
