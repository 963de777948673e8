"""Rules applied to what arrives."""

from collections.abc import Iterable

import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, gauge, reading, small_river
from sanping.domain.observation import Observation
from sanping.domain.station import Station, Thresholds
from sanping.domain.text import Text
from sanping.twin.conditions import words
from sanping.twin.rules import Rule, covers, limit_at, plan_rules
from sanping.twin.watching import Finding, Memory, Raised, Returned, step, tick

TITLE = Text("超警戒", "above warning")


def rule(kind: str, quantity: str = "water_level", **more: object) -> Rule:
    return Rule(id=f"r-{kind}", title=TITLE, kind=kind, colour="yellow", quantity=quantity, **more)  # type: ignore[arg-type]


def watched(
    rules: Iterable[Rule], observations: Iterable[Observation], *stations: Station, minutes_later: int = 0
) -> list[Finding]:
    live = small_river(*stations)
    plan = plan_rules(rules, live.stations, live.standard)
    memory = Memory()
    findings: list[Finding] = []
    last_ms = NOON_MS
    for observation in observations:
        last_ms = max(last_ms, observation.event_ms)
        memory, found = step(plan, memory, [observation], observation.event_ms + 1000)
        findings.extend(found)
    memory, found = tick(plan, memory, last_ms + minutes_later * MINUTE_MS)
    return [*findings, *found]


def levels(*values: float, station: str = "mid", minutes: int = 5, **more: object) -> list[Observation]:
    return [
        reading(station, "water_level", value, NOON_MS + n * minutes * MINUTE_MS, **more)
        for n, value in enumerate(values)
    ]


def kinds(findings: Iterable[Finding]) -> list[str]:
    return [type(finding).__name__ for finding in findings]


def test_a_level_raises_once_holds_through_its_hysteresis_and_returns_below_it() -> None:
    # given a rule at the warning level of 3.30 m with 5 cm of hysteresis
    above = rule("above", limit_of="warning", hysteresis=0.05)

    # when the level rises, wavers and falls
    found = watched([above], levels(3.2, 3.31, 3.28, 3.35, 3.24, 3.29))

    # then there is one alarm, and it returns only below 3.25 m
    assert kinds(found) == ["Raised", "Returned"]
    raised, returned = found
    assert isinstance(raised, Raised)
    assert isinstance(returned, Returned)
    assert raised.alarm.id == returned.alarm
    assert (raised.alarm.value, raised.alarm.limit, raised.alarm.station) == (3.31, 3.3, "mid")
    assert raised.alarm.title_zh == "mid站水位3.31m，达到3.30m：超警戒"
    assert raised.alarm.evidence[-1] == (NOON_MS + 5 * MINUTE_MS, 3.31)


def test_a_condition_must_hold_for_its_duration() -> None:
    # given a rule that needs ten minutes
    patient = rule("above", limit=3.3, duration_s=600)

    # when the level is high for five minutes, and later for ten
    short = watched([patient], levels(3.4, 3.4, 3.2, 3.4))
    held = watched([patient], levels(3.2, 3.4, 3.4, 3.4))

    # then only the second raises
    assert kinds(short) == []
    assert kinds(held) == ["Raised"]


@pytest.mark.parametrize(
    "more",
    [
        {"origin": "late"},
        {"origin": "retained"},
        {"origin": "replay"},
        {"quality": "suspect"},
        {"quality": "maintenance"},
    ],
)
def test_only_live_and_good_values_raise(more: dict[str, object]) -> None:
    # given values that are late, retained, replayed, suspect or taken during maintenance
    values = levels(9.0, 9.1, **more)

    # when a rule looks at them
    found = watched([rule("above", limit=3.3)], values)

    # then no alarm is raised
    assert found == []


def test_an_older_value_than_the_newest_raises_nothing() -> None:
    # given a value of noon followed by a high one of an hour before
    values = [*levels(3.0), reading("mid", "water_level", 9.0, NOON_MS - 60 * MINUTE_MS)]

    # when a rule looks at them
    found = watched([rule("above", limit=3.3)], values)

    # then the past does not alarm
    assert found == []


def test_a_missing_value_and_an_unknown_station_raise_nothing() -> None:
    # given a missing value and one of a station that is not in the table
    values = [reading("mid", "water_level", float("nan")), reading("elsewhere", "water_level", 99.0)]

    # when a rule looks at them
    found = watched([rule("above", limit=3.3), rule("below", limit=1.0)], values)

    # then nothing happens
    assert found == []


def test_a_fast_rise_and_a_jump_are_told_apart() -> None:
    # given a steady rise of 10 cm each five minutes, and one wild value
    rising, wild = levels(3.0, 3.1, 3.2, 3.3, 3.4, 3.5), levels(3.0, 3.01, 3.0, 4.8)

    # when both rules look at both
    rise, jump = rule("rise", limit=0.5), rule("jump", limit=1.0)
    found = [kinds(watched([rise], rising)), kinds(watched([jump], rising)), kinds(watched([jump], wild))]

    # then the rise is found in the first, the jump in the second
    assert found == [["Raised"], [], ["Raised"]]


def test_a_gauge_that_stands_still_for_its_window_is_frozen() -> None:
    # given the same value every five minutes for an hour and a half, then a change
    stuck = levels(*[3.02] * 18, 3.03)

    # when a rule of one hour looks at it
    found = watched([rule("frozen", window_s=3600)], stuck)

    # then it raises after an hour and returns with the change; twenty minutes are not enough
    assert kinds(found) == ["Raised", "Returned"]
    assert kinds(watched([rule("frozen", window_s=3600)], levels(*[3.02] * 5))) == []


def test_silence_is_noticed_by_time_alone_and_broken_by_speech() -> None:
    # given a rule of three reporting intervals at stations that report every five minutes
    silent = rule("silent", quantity="", limit=3.0)

    # when nothing comes for ten and for twenty minutes
    ten = watched([silent], levels(3.0), minutes_later=10)
    twenty = watched([silent], levels(3.0), minutes_later=20)

    # then twenty are too long, and say so in minutes
    assert ten == []
    assert kinds(twenty) == ["Raised"]
    assert isinstance(twenty[0], Raised)
    assert "20分钟无数据" in twenty[0].alarm.title_zh


def test_a_silent_station_returns_when_it_speaks() -> None:
    # given a station that was silent for an hour
    live = small_river()
    plan = plan_rules([rule("silent", quantity="", limit=3.0)], live.stations, live.standard)
    memory, _ = step(plan, Memory(), levels(3.0), NOON_MS)
    memory, raised = tick(plan, memory, NOON_MS + 60 * MINUTE_MS)

    # when it reports again
    memory, _ = step(plan, memory, [reading("mid", "water_level", 3.0, NOON_MS + 61 * MINUTE_MS)], NOON_MS)
    memory, found = tick(plan, memory, NOON_MS + 61 * MINUTE_MS)

    # then the alarm returns
    assert kinds([*raised, *found]) == ["Raised", "Returned"]


def test_a_section_worse_than_its_target_names_the_items_that_set_its_class() -> None:
    # given a section with target Ⅳ and ammonia of class Ⅴ beside good oxygen
    values = [reading("mid", "dissolved_oxygen", 6.0), reading("mid", "ammonia_nitrogen", 1.9, NOON_MS + 1)]

    # when the rule looks at it
    found = watched([rule("class_worse", quantity="", limit=1)], values)

    # then one alarm says so
    assert kinds(found) == ["Raised"]
    assert isinstance(found[0], Raised)
    assert found[0].alarm.title_zh == "mid站水质Ⅴ类，劣于目标Ⅳ类，定类指标：氨氮"


def test_black_odorous_water_is_found() -> None:
    # given oxygen of 1.1 mg/L
    # when the rule looks at it
    found = watched([rule("black_odour", quantity="")], [reading("mid", "dissolved_oxygen", 1.1)])

    # then it raises
    assert kinds(found) == ["Raised"]


def test_levels_of_two_stations_are_compared_on_one_datum_and_only_if_both_are_known() -> None:
    # given an upstream gauge on another datum, 1.63 m off, and a difference that must stay under half a metre
    upper = gauge("up", 0.0, datum_offset_m=1.63)
    unknown = gauge("up", 0.0, datum_offset_m=None)
    lower = gauge("down", 4000.0)
    differ = rule("difference", stations=("up",), other="down", low=-0.5, limit=0.5, window_s=900)
    agreeing = [*levels(1.30, station="up"), *levels(2.9, station="down")]
    parting = [*levels(2.30, station="up"), *levels(2.9, station="down")]

    # when they agree, differ by a metre, and stand on a datum nobody knows
    found = [
        kinds(watched([differ], values, first, lower))
        for values, first in ((agreeing, upper), (parting, upper), (parting, unknown))
    ]

    # then only the known difference raises
    assert found == [[], ["Raised"], []]


def test_a_joint_rule_needs_all_its_parts_on_one_river_at_one_time() -> None:
    # given an overflow at one station and foul water at another of the same river
    overflow = rule("above", quantity="outfall_flow", limit=100.0)
    foul = rule("class_worse", quantity="", limit=1)
    both = rule("all_of", quantity="", parts=(overflow.id, foul.id), window_s=3600)
    outfall = gauge("outfall", 1000.0, kinds=("outfall",), thresholds=Thresholds())
    far = gauge("far", 0.0, river="canal")
    spill, bad = reading("outfall", "outfall_flow", 300.0), reading("mid", "ammonia_nitrogen", 3.0, NOON_MS + 60_000)
    elsewhere = reading("far", "ammonia_nitrogen", 3.0, NOON_MS + 60_000)

    # when both happen on one river, and on two
    one = watched([overflow, foul, both], [spill, bad], outfall, gauge("mid", 2000.0))
    two = watched([overflow, foul, both], [spill, elsewhere], outfall, far)

    # then the joint alarm is raised only once, in the first case
    assert [f.alarm.rule for f in one if isinstance(f, Raised)] == ["r-above", "r-class_worse", "r-all_of"]
    assert [f.alarm.rule for f in two if isinstance(f, Raised)] == ["r-above", "r-class_worse"]


def test_a_rule_covers_the_stations_it_names_or_those_of_its_kinds() -> None:
    # given rules by name, by kind and without either, and a station without thresholds
    bare = gauge("bare", 0.0, kinds=("rain",), thresholds=Thresholds())

    # when they are asked
    found = [
        covers(rule("above", stations=("bare",)), bare),
        covers(rule("above", kinds=("level",)), bare),
        covers(rule("above"), bare),
        limit_at(rule("above", limit_of="warning"), bare) is None,
    ]

    # then each says what it watches, and a threshold that is not known judges nothing
    assert found == [True, False, True, True]


def test_a_rule_without_a_sentence_of_its_own_is_said_by_its_title() -> None:
    # given a rule of several parts
    from sanping.twin.conditions import Seen

    joint = rule("all_of", quantity="", parts=("a", "b"))

    # when it is put into words
    found = words(joint, "", Seen(True))

    # then the title says it
    assert found == TITLE


def test_a_correction_of_the_newest_level_is_judged_like_any_value() -> None:
    # given a level over the warning that is corrected to one below, and back
    above = rule("above", limit_of="warning", hysteresis=0.05)
    first, wrong, right, again = (reading("mid", "water_level", v, NOON_MS + t) for v, t in
                                  ((3.0, 0), (3.4, MINUTE_MS), (3.1, MINUTE_MS), (3.5, MINUTE_MS)))  # fmt: skip

    # when they arrive
    found = watched([above], [first, wrong, right, again])

    # then the alarm returns with the correction, and the evidence has one point for each moment
    assert kinds(found) == ["Raised", "Returned", "Raised"]
    before, last = found[0], found[-1]
    assert isinstance(before, Raised)
    assert isinstance(last, Raised)
    assert before.alarm.id != last.alarm.id
    assert last.alarm.evidence == ((NOON_MS, 3.0), (NOON_MS + MINUTE_MS, 3.5))


def test_a_correction_of_an_older_level_raises_nothing() -> None:
    # given two levels below the warning
    above = rule("above", limit_of="warning")

    # when the older one is corrected to one above, and a mean of the newest moment is above too
    older = reading("mid", "water_level", 3.9, NOON_MS)
    mean = reading("mid", "water_level", 3.9, NOON_MS + 5 * MINUTE_MS, statistic="avg", period_s=3600)
    found = watched([above], [*levels(3.0, 3.1), older, mean])

    # then neither takes the place of the newest level
    assert kinds(found) == []
