"""What a kiosk attends to, from moment to moment."""

from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from sanping.stage.attending import (
    Attention,
    Habits,
    countdown_s,
    floor_wish,
    given_back,
    is_led,
    passed,
    touched,
)
from sanping.stage.show import ShowState
from sanping.wire.show import FloorState, Member

HABITS = Habits(idle_s=60.0, countdown_s=15.0, alarm_s=30.0)
TOUR = Attention()


def room(holder: str = "", queue: tuple[str, ...] = (), role: str = "admin", **kinds: str) -> ShowState:
    """The room as the kiosk "k" knows it."""
    members = {name: Member(screen=name, kind=kind) for name, kind in {"k": "kiosk", **kinds}.items()}
    return ShowState(
        me="k", role=role, is_linked=True, floor=FloorState(holder=holder, queue=queue),  # type: ignore[arg-type]
        members=MappingProxyType(members),
    )  # fmt: skip


def test_hands_end_the_tour_and_rest_brings_it_back() -> None:
    # given a kiosk on its tour

    # when it is touched at five seconds, and then no more
    touched_once = touched(TOUR, 5000)
    later = [passed(touched_once, HABITS, at).mode for at in (5000, 64_999, 65_000)]

    # then the visitor has it until the minute is over
    assert later == ["hands", "hands", "tour"]


def test_the_countdown_is_shown_at_the_end_of_the_rest() -> None:
    # given a kiosk that was touched at the beginning
    attention = touched(TOUR, 0)

    # when time passes
    seconds = [countdown_s(attention, HABITS, at) for at in (0, 44_000, 45_000, 50_500, 59_999)]

    # then the last fifteen seconds are counted
    assert seconds == [None, None, 15, 10, 1]
    assert countdown_s(TOUR, HABITS, 50_000) is None


def test_each_touch_begins_the_rest_anew() -> None:
    # given hands that rest for fifty seconds

    # when they come again
    attention = touched(touched(TOUR, 0), 50_000)

    # then the visit that began first goes on
    assert passed(attention, HABITS, 100_000).mode == "hands"
    assert attention.since_ms == 0
    assert countdown_s(attention, HABITS, 60_000) is None


def test_a_visitor_may_give_the_screen_back() -> None:
    # given a visitor

    # when they have had enough
    attention = passed(given_back(touched(TOUR, 1000)), HABITS, 2000)

    # then the tour goes on at once
    assert attention.mode == "tour"


def test_an_alarm_takes_over_the_tour_and_is_left_after_its_time() -> None:
    # given an alarm on the tour
    attention = passed(TOUR, HABITS, 1000, alarms=["a"])

    # when it stays open
    modes = [(after := passed(attention, HABITS, at, alarms=["a"])).mode for at in (20_000, 31_000)]

    # then it is shown for half a minute, and not again
    assert (attention.mode, attention.alarm) == ("alarm", "a")
    assert modes == ["alarm", "tour"]
    assert passed(after, HABITS, 90_000, alarms=["a"]).mode == "tour"


def test_an_alarm_that_is_dealt_with_is_left_at_once() -> None:
    # given an alarm that is shown
    attention = passed(TOUR, HABITS, 1000, alarms=["a"])

    # when somebody acknowledges it
    after = passed(attention, HABITS, 2000, alarms=[])

    # then the tour goes on, and the same alarm raised anew is shown again
    assert (after.mode, after.alarm) == ("tour", "")
    assert passed(after, HABITS, 3000, alarms=["a"]).mode == "alarm"


def test_a_second_alarm_follows_the_first() -> None:
    # given an alarm whose time is over, and another one
    attention = passed(TOUR, HABITS, 0, alarms=["a"])

    # when its time is over
    after = passed(attention, HABITS, 30_000, alarms=["a", "b"])

    # then the other is shown
    assert (after.mode, after.alarm, after.since_ms) == ("alarm", "b", 30_000)


def test_an_alarm_waits_for_hands_and_for_who_leads() -> None:
    # given a visitor, and a room that is led
    visited = touched(TOUR, 0)
    led = passed(TOUR, HABITS, 0, is_led=True)

    # when an alarm comes
    both = [passed(one, HABITS, 1000, is_led=one is led, alarms=["a"]).mode for one in (visited, led)]

    # then neither is torn away, and the alarm is shown afterwards
    assert both == ["hands", "led"]
    assert passed(visited, HABITS, 60_000, alarms=["a"]).mode == "alarm"
    assert passed(led, HABITS, 60_000, alarms=["a"]).mode == "alarm"


def test_the_room_is_followed_while_somebody_leads() -> None:
    # given a room whose desk leads, and one that the kiosk itself leads

    # when it is asked
    answers = [is_led(room("d", d="desk")), is_led(room("k")), is_led(room())]

    # then only others lead
    assert answers == [True, False, False]
    assert passed(passed(TOUR, HABITS, 0, is_led=True), HABITS, 500, is_led=False).mode == "tour"


def test_visitors_get_the_floor_one_after_the_other() -> None:
    # given two phones that wait at a kiosk
    free, held = room(queue=("p", "q"), p="phone", q="phone"), room("p", ("q",), p="phone", q="phone")

    # when nobody leads, when one has just begun, and when its turn is over
    wishes = [floor_wish(free, 0, 0), floor_wish(held, 0, 10_000), floor_wish(held, 0, 90_000)]

    # then the first gets it, keeps it for its turn, and gives it up
    assert wishes == [("grant", "p"), None, ("revoke", "p")]


def test_people_at_a_desk_or_wall_decide_themselves() -> None:
    # given a phone that waits where a desk is, before a kiosk that may not grant, and nobody at all

    # when the kiosk is asked
    wishes = [
        floor_wish(show, 0, 0)
        for show in (
            room(queue=("p",), p="phone", d="desk"),
            room(queue=("p",), p="phone", role="operator"),
            room(queue=("d",), p="phone"),
        )
    ]

    # then it wishes nothing
    assert wishes == [None, None, None]


@given(
    st.lists(
        st.tuples(st.integers(0, 40_000), st.booleans(), st.booleans(), st.sets(st.sampled_from("abc"))), max_size=30
    )
)
def test_a_kiosk_that_is_left_alone_returns_to_its_tour(steps: list[tuple[int, bool, bool, set[str]]]) -> None:
    # given any course of touches, leaders and alarms
    attention, now_ms = TOUR, 0
    for pause_ms, is_touched, led, alarms in steps:
        now_ms += pause_ms
        attention = touched(attention, now_ms) if is_touched else attention
        attention = passed(attention, HABITS, now_ms, is_led=led, alarms=sorted(alarms))
        assert bool(attention.alarm) == (attention.mode == "alarm")

    # when nothing happens any more
    attention = passed(attention, HABITS, now_ms + 60_000)

    # then it is on its tour
    assert attention.mode == "tour"
