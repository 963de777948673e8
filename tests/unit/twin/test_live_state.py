"""What a screen knows of the living city."""

import math
from dataclasses import replace

import msgspec
import pytest

from sanping.domain.alarm import Alarm
from sanping.domain.observation import Observation
from sanping.domain.quantity import QUANTITIES, quantity
from sanping.domain.source_status import SourceStatus
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.ports.history import SeriesKey
from sanping.ports.source import Deliver, HangUp, Send
from sanping.twin.live import LiveState, freshness, with_observations

NOON_MS = 1_781_236_800_000
GAUGE = Station(
    id="gauge", name=Text("武宁路桥", "Wuning Road Bridge"), kinds=("level",), x_m=0.0, y_m=0.0, interval_s=300
)


def level(value: float, event_ms: int = NOON_MS, **more: object) -> Observation:
    return msgspec.structs.replace(
        Observation(station="gauge", quantity="water_level", value=value, unit="m", event_ms=event_ms), **more
    )


def test_the_newest_reading_wins_and_an_older_one_changes_nothing() -> None:
    # given a state that knows a level of noon
    state = with_observations(LiveState(), [level(3.10)])

    # when one of an hour ago and one of a minute later arrive
    older = with_observations(state, [level(2.0, NOON_MS - 3_600_000)])
    newer = with_observations(state, [level(3.15, NOON_MS + 60_000)])

    # then only the later one is shown, and the state before is untouched
    assert older.reading("gauge", "water_level") == level(3.10)
    assert newer.reading("gauge", "water_level") == level(3.15, NOON_MS + 60_000)
    assert state.reading("gauge", "water_level") == level(3.10)


@pytest.mark.parametrize("turn", range(5))
def test_of_one_moment_the_reading_that_is_closest_to_it_is_shown(turn: int) -> None:
    # given an instant, the mean and extremes of ten minutes, and the mean of an hour, which all end at noon
    means = [level(v, statistic=s, period_s=600) for s, v in (("min", 2.9), ("avg", 3.1), ("max", 3.4))]
    readings = [*means, level(2.0, statistic="avg", period_s=3600), level(3.2)]

    # when they arrive in any order, and once without the instant
    turned = readings[turn:] + readings[:turn]
    all_of_them = with_observations(LiveState(), turned)
    statistics = with_observations(LiveState(), [reading for reading in turned if reading.period_s])

    # then the instant is shown, else the mean of ten minutes
    assert all_of_them.readings["gauge"]["water_level"].value == 3.2
    assert statistics.readings["gauge"]["water_level"].value == 3.1


@pytest.mark.parametrize(
    ("age_s", "expected"), [(0, "fresh"), (600, "fresh"), (601, "stale"), (-299, "fresh"), (-301, "stale")]
)
def test_a_reading_is_stale_after_two_reporting_intervals_or_from_the_future(age_s: int, expected: str) -> None:
    # given a reading of a station that reports every five minutes
    reading = level(3.1)

    # when it is looked at after some time
    now_ms = NOON_MS + age_s * 1000

    # then it is fresh or visibly not
    assert freshness(reading, GAUGE, now_ms) == expected


def test_an_hourly_mean_stays_fresh_for_two_hours() -> None:
    # given a mean over an hour at a station that reports every five minutes
    mean = level(3.1, statistic="avg", period_s=3600)

    # when it is an hour and a half old
    seen = freshness(mean, GAUGE, NOON_MS + 5_400_000)

    # then it is fresh, and without any reading there is none
    assert seen == "fresh"
    assert freshness(None, GAUGE, NOON_MS) == "none"


def test_every_quantity_has_both_names_and_an_unlisted_code_is_shown_as_it_is() -> None:
    # given the table of quantities
    listed = QUANTITIES.values()

    # when one is asked for that is not listed
    foreign = quantity("hj212:w99999")

    # then nothing is hidden
    assert all(item.title.zh and item.title.en for item in listed)
    assert (foreign.code, foreign.title.zh, foreign.unit) == ("hj212:w99999", "hj212:w99999", "")


def test_values_cross_the_wire_unchanged() -> None:
    # given one value of each kind that travels
    values = (
        level(math.pi, mark="N", origin="late", is_simulated=True),
        SourceStatus(name="quality", adapter="hj212", state="live", counts={"frames": 3}),
        Alarm(
            id="a1", rule="level-high", station="gauge", quantity="water_level", colour="yellow", state="active",
            title_zh="超警戒", title_en="Above warning", raised_ms=NOON_MS, changed_ms=NOON_MS,
            evidence=((NOON_MS, 3.6),),
        ),
    )  # fmt: skip

    # when they are written and read back
    back = tuple(msgspec.json.decode(msgspec.json.encode(value), type=type(value)) for value in values)

    # then nothing has changed
    assert back == values


def test_a_step_that_acknowledges_carries_what_must_be_safe_first() -> None:
    # given the steps a session can ask for
    acknowledged = Deliver(observations=(level(1.0),), reply=b"ok")

    # when they are compared
    others = (Send(data=b"ok"), HangUp(reason=Text("太久没有数据", "Silent for too long")))

    # then the reply travels with its observations, and the steps are values
    assert acknowledged == replace(acknowledged)
    assert acknowledged not in others
    assert SeriesKey(station="gauge", quantity="water_level") == SeriesKey(station="gauge", quantity="water_level")
