"""Tours: where the camera is, which words are read, and when day becomes night."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.text import Text
from sanping.domain.tour import Stop
from sanping.domain.view import Bookmark, CameraPose
from sanping.stage.touring import Leg, flight_s, leg_to, next_leg, shown, tour_of

CITY = CameraPose(target=(0.0, 0.0, 0.0), distance_m=2000.0)
BRIDGE = CameraPose(target=(900.0, 400.0, 10.0), heading_deg=80.0, pitch_deg=-15.0, distance_m=300.0)
STOPS = (
    Stop(camera=CITY, title=Text("全城", "City"), style="night", dwell_s=10.0, flight_s=4.0, turn_deg_per_s=0.0),
    Stop(camera=BRIDGE, title=Text("桥", "Bridge"), style="day", dwell_s=8.0, flight_s=5.0, turn_deg_per_s=1.0),
)


def to_bridge(*, changes_style: bool = False) -> Leg:
    return Leg(stop=1, start=CITY, begun_ms=1000, changes_style=changes_style)


def test_a_flight_begins_where_the_camera_was_and_ends_at_the_stop() -> None:
    # given the way from the city to the bridge
    leg = to_bridge()

    # when it begins, and when five seconds have passed
    first, last = shown(STOPS, leg, 1000), shown(STOPS, leg, 6000)

    # then the camera has gone from the one to the other
    assert first.camera == replace(CITY, heading_deg=first.camera.heading_deg)
    assert last.camera == BRIDGE
    assert first.is_flying
    assert not last.is_flying


def test_the_camera_turns_while_it_stays() -> None:
    # given the stay at the bridge, which turns by a degree a second

    # when four seconds of it have passed
    turned = shown(STOPS, to_bridge(), 10_000)

    # then the heading has
    assert turned.camera.heading_deg == pytest.approx(84.0)


def test_a_screen_that_cannot_fly_cuts_behind_a_veil_and_stands_still() -> None:
    # given a machine without a graphics card

    # when a leg begins, is half over, has arrived, and stays
    first, half, there, late = (shown(STOPS, to_bridge(), at, flies=False) for at in (1000, 2100, 3200, 9000))

    # then nobody sees the cut, and the picture rests
    assert (first.camera, first.veil) == (CITY, 0.0)
    assert (half.camera, half.veil) == (BRIDGE, 1.0)
    assert (there.camera, there.veil, there.words) == (BRIDGE, 0.0, 1.0)
    assert late.camera == BRIDGE


def test_words_come_with_the_stay_and_go_before_the_next_stop() -> None:
    # given the way to the bridge and the stay there

    # when it is looked at in flight, in the middle of the stay, and at its end
    words = [shown(STOPS, to_bridge(), at).words for at in (2000, 10_000, 14_000)]

    # then the caption is hidden, whole, and gone
    assert words == [0.0, 1.0, 0.0]


def test_a_stop_is_over_after_its_stay() -> None:
    # given five seconds of flight and eight of stay, begun at one second

    # when the end is near, and there
    before, after = shown(STOPS, to_bridge(), 13_990), shown(STOPS, to_bridge(), 14_000)

    # then the next stop is due only then
    assert not before.is_over
    assert after.is_over


def test_the_style_changes_behind_a_veil_in_mid_flight() -> None:
    # given a flight from night to day
    leg = to_bridge(changes_style=True)

    # when it begins, is half over, and ends
    first, half, last = (shown(STOPS, leg, at) for at in (1000, 3500, 6000))

    # then the picture is dark while the style changes, and clear otherwise
    assert (first.veil, first.is_there) == (0.0, False)
    assert (half.veil, half.is_there) == (1.0, True)
    assert (last.veil, last.is_there) == (0.0, True)


def test_no_veil_falls_where_the_style_stays() -> None:
    # given a flight by night to a stop of the night
    leg = next_leg(STOPS, to_bridge(), BRIDGE, 0, "night")

    # when it is half over
    half = shown(STOPS, leg, 2000)

    # then nothing is hidden
    assert leg == Leg(stop=0, start=BRIDGE, begun_ms=0)
    assert half.veil == 0.0


def test_a_tour_goes_round() -> None:
    # given the last stop

    # when the next one is asked for, and one that is not there any more
    again, lost = next_leg(STOPS, to_bridge(), BRIDGE, 7, "day"), leg_to(STOPS, 12, CITY, 7, "night")

    # then it is the first
    assert again.stop == lost.stop == 0
    assert again.changes_style
    assert not lost.changes_style


def test_a_twin_without_tours_is_shown_by_its_bookmarks() -> None:
    # given a bookmark
    bookmarks = (Bookmark(name=Text("桥", "Bridge"), camera=BRIDGE, style="day"),)

    # when a tour is made of it, and of none
    tour, nothing = tour_of(bookmarks), tour_of(())

    # then it has that stop with its name
    assert tour is not None
    assert [(stop.title.zh, stop.camera, stop.style) for stop in tour.stops] == [("桥", BRIDGE, "day")]
    assert nothing is None


def test_long_ways_take_longer_but_never_tedious() -> None:
    # given a stop that says nothing of its flight
    stop = replace(STOPS[1], flight_s=None)

    # when it is flown to from nearby, from the city and from the other end of the country
    near, city, far = (
        flight_s(start, stop)
        for start in (replace(BRIDGE, heading_deg=70.0), CITY, replace(CITY, target=(5e6, 0.0, 0.0)))
    )

    # then the way decides, within limits
    assert 2.5 <= near < city < far <= 9.0


@given(st.integers(min_value=0, max_value=30_000), st.booleans())
def test_every_moment_of_a_tour_can_be_shown(at_ms: int, changes: bool) -> None:
    # given any moment of a leg

    # when it is shown
    moment = shown(STOPS, to_bridge(changes_style=changes), at_ms)

    # then words and veil are shares, and the camera stays above the ground
    assert 0.0 <= moment.words <= 1.0
    assert 0.0 <= moment.veil <= 1.0
    assert 290.0 <= moment.camera.distance_m <= 2100.0
