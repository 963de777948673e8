"""sanping.stage.replaying: the city as of a past moment."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fakes.small_river import MINUTE_MS, NOON_MS, reading, small_river
from sanping.domain.alarm import Alarm, AlarmState
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.ports.event_log import Event
from sanping.stage.replaying import (
    LEAD_MS,
    Happened,
    Reel,
    Window,
    alarms_at,
    continued,
    happened,
    neighbour,
    recent_levels,
    wanted_span,
    wants_more,
    with_alarms,
)
from sanping.twin.live import LiveState, with_observations
from sanping.twin.river_view import river_view

HOUR_MS = 60 * MINUTE_MS


def level(minute: int, value: float, station: str = "up") -> Observation:
    return reading(station, "water_level", value, NOON_MS + minute * MINUTE_MS)


def alarm(name: str, minute: int, state: AlarmState = "active") -> Alarm:
    at_ms = NOON_MS + minute * MINUTE_MS
    return Alarm(
        id=name, rule="r", station="up", quantity="water_level", colour="red", state=state, title_zh="高",
        title_en="high", raised_ms=NOON_MS, changed_ms=at_ms,
    )  # fmt: skip


def window(rows: list[Observation], minutes: int = 60) -> Window:
    return Window(from_ms=NOON_MS, to_ms=NOON_MS + minutes * MINUTE_MS, base=(level(-5, 1.0),), rows=tuple(rows))


def test_the_city_is_shown_as_it_was_and_never_as_it_is() -> None:
    # given an hour with a level each ten minutes and an alarm that was closed in it
    shown = window([level(minute, minute / 10) for minute in range(0, 60, 10)])
    past = Happened(alarms=(alarm("a", 15), alarm("a", 35, "closed")))

    # when moments forward and backward are shown with one reel
    reel = Reel()
    found = [reel.state(shown, past, NOON_MS + minute * MINUTE_MS) for minute in (25, 45, 5)]

    # then each has the values and alarms of its moment, marked as past
    levels = [state.readings["up"]["water_level"].value for state in found]
    assert levels == [2.0, 4.0, 0.0]
    assert [list(state.alarms) for state in found] == [["a"], [], []]
    assert [state.as_of_ms for state in found] == [NOON_MS + m * MINUTE_MS for m in (25, 45, 5)]
    view = river_view(small_river(), found[0], now_ms=NOON_MS + 900 * HOUR_MS)
    assert (view.now_ms, view.is_live) == (found[0].as_of_ms, False)


def test_means_of_two_periods_outlive_the_window_they_came_in() -> None:
    # given a window that begins with the means of ten minutes and of an hour that end together
    means = [reading("up", "water_level", v, statistic="avg", period_s=p) for v, p in ((3.2, 600), (2.9, 3600))]
    shown = window(means)

    # when it goes on for a day
    later = continued(shown, (), NOON_MS + 24 * HOUR_MS, NOON_MS + 23 * HOUR_MS)

    # then both are in its base
    assert {(row.period_s, row.value) for row in later.base} >= {(600, 3.2), (3600, 2.9)}


def test_ages_count_from_the_moment_shown() -> None:
    # given a level that was fresh then
    shown = window([level(0, 2.0)])

    # when it is shown three minutes later, and twenty
    reel = Reel()
    views = [
        river_view(small_river(), reel.state(shown, Happened(), NOON_MS + minute * MINUTE_MS), NOON_MS + 999 * HOUR_MS)
        for minute in (3, 20)
    ]

    # then it was fresh, and then it was stale
    assert [view.by_id["up"].freshness for view in views] == ["fresh", "stale"]


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 99)), max_size=40), st.lists(st.integers(0, 60)))
def test_winding_gives_what_counting_from_the_beginning_gives(rows: list[tuple[int, int]], minutes: list[int]) -> None:
    # given any observations of an hour, and any way through it
    shown = window([level(minute, value) for minute, value in sorted(rows)])
    reel = Reel()

    for minute in minutes:
        # when a moment is wound to
        at_ms = NOON_MS + minute * MINUTE_MS
        found = reel.state(shown, Happened(), at_ms)

        # then it is what all observations up to it give
        plain = with_observations(LiveState(), [*shown.base, *(row for row in shown.rows if row.event_ms <= at_ms)])
        assert found.readings == plain.readings


def test_events_become_alarms_by_their_versions_and_ticks_by_their_first() -> None:
    # given versions of two alarms, and one event that cannot be read
    versions = [alarm("b", 30), alarm("a", 10), alarm("a", 20, "acknowledged"), alarm("a", 40, "closed")]
    events = [Event(seq=n, time_ms=v.changed_ms, kind="alarm", body=msgspec.json.encode(v)) for n, v in
              enumerate(versions)]  # fmt: skip
    events.append(Event(seq=9, time_ms=NOON_MS, kind="alarm", body=b"[]"))

    # when they are taken in
    past = happened(events)

    # then each moment knows how the alarms stood, and the ticks are when they arose
    assert past.raised_ms == (NOON_MS + 10 * MINUTE_MS, NOON_MS + 30 * MINUTE_MS)
    states = {m: {a.id: a.state for a in alarms_at(past, NOON_MS + m * MINUTE_MS).values()} for m in (5, 25, 35, 45)}
    assert states == {
        5: {},
        25: {"a": "acknowledged"},
        35: {"a": "acknowledged", "b": "active"},
        45: {"b": "active"},
    }
    more = with_alarms(past, [alarm("c", 50), alarm("b", 30)])
    assert len(more.raised_ms) == 3
    assert with_alarms(more, [alarm("c", 50)]) is more


def test_public_warnings_come_when_they_came() -> None:
    # given a warning that came after half an hour
    notice = Notice(
        identifier="n", sender="s", sent_ms=NOON_MS, status="actual", kind="alert", event="暴雨", colour="orange",
        headline_zh="暴雨橙色预警",
    )  # fmt: skip
    events = [Event(seq=1, time_ms=NOON_MS + 30 * MINUTE_MS, kind="notice", body=msgspec.json.encode(notice))]

    # when moments before and after are shown
    reel, past, shown = Reel(), happened(events), window([])
    found = [reel.state(shown, past, NOON_MS + minute * MINUTE_MS).notices for minute in (40, 20, 50)]

    # then it is there from then on
    assert [list(notices) for notices in found] == [["s,n"], [], ["s,n"]]


def test_one_jumps_to_the_alarm_before_and_after() -> None:
    # given three ticks
    ticks = (100, 200, 200, 300)
    # when neighbours are asked for
    found = [neighbour(ticks, at, step) for at, step in ((200, 1), (200, -1), (150, 1), (300, 1), (100, -1), (999, -1))]

    # then the moment itself is never one of them
    assert found == [300, 100, 200, None, None, 300]


def test_a_window_goes_on_and_drops_what_is_long_past() -> None:
    # given a window that was played for five hours
    rows = [level(minute, float(minute)) for minute in range(0, 300, 10)]
    first = window(rows[:20], minutes=200)
    at_ms = NOON_MS + 290 * MINUTE_MS

    # when it goes on
    longer = continued(first, rows[20:], NOON_MS + 300 * MINUTE_MS, at_ms)

    # then it shows the same, from three hours before on
    assert longer.from_ms == at_ms - LEAD_MS
    assert longer.to_ms == NOON_MS + 300 * MINUTE_MS
    assert longer.rows[0].event_ms > at_ms - LEAD_MS
    shown = Reel().state(longer, Happened(), at_ms)
    assert shown.readings["up"]["water_level"].value == 290.0
    early = Reel().state(longer, Happened(), longer.from_ms)
    assert early.readings["up"]["water_level"].value == 110.0
    assert len(recent_levels(longer, at_ms)["up"]) == 18


def test_what_is_asked_for_grows_with_the_speed_and_ends_at_the_present() -> None:
    # given a present two days ahead
    last_ms = NOON_MS + 48 * HOUR_MS

    # when spans are asked for
    slow, fast, end = (wanted_span(*wish, last_ms) for wish in ((NOON_MS, 1.0), (NOON_MS, 3600.0), (last_ms - 5, 60.0)))

    # then they hold some seconds of playing
    assert slow == (NOON_MS, NOON_MS + 600_000)
    assert fast == (NOON_MS, NOON_MS + 6 * HOUR_MS)
    assert end == (last_ms - 5, last_ms)
    held = Window(from_ms=NOON_MS, to_ms=NOON_MS + 6 * HOUR_MS, base=(), rows=())
    assert [wants_more(held, NOON_MS + h * HOUR_MS, 3600.0, last_ms) for h in (1, 4)] == [False, True]
    assert not wants_more(held, NOON_MS + 6 * HOUR_MS, 3600.0, held.to_ms)
