"""What the screens show of a river."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, gauge, reading, small_river
from sanping.domain.alarm import Alarm
from sanping.domain.observation import Observation
from sanping.twin.live import LiveState, with_observations
from sanping.twin.river_view import PIECE, RiverView, resolving, river_view


def shown(*observations: Observation, later_min: int = 1, is_linked: bool = True, live: object = None) -> RiverView:
    state = with_observations(LiveState(is_linked=is_linked), observations)
    return river_view(live or small_river(), state, NOON_MS + later_min * MINUTE_MS)  # type: ignore[arg-type]


def test_the_surface_is_drawn_between_fresh_gauges_on_the_twins_datum() -> None:
    # given gauges at both ends, the lower one on a datum 1.63 m off
    live = small_river(gauge("up", 0.0), gauge("down", 4000.0, datum_offset_m=1.63))

    # when both report
    view = shown(reading("up", "water_level", 3.0), reading("down", "water_level", 1.17), live=live)

    # then the surface runs from one to the other in the twin's datum
    river = view.rivers[0]
    assert river.level_m is not None
    assert river.level_m[[0, -1]] == pytest.approx([3.0, 2.8])
    assert np.all(np.diff(river.level_m) <= 0)


def test_nothing_is_drawn_of_a_river_that_nobody_measures() -> None:
    # given no reading, a stale one, and one on a datum nobody knows
    lost = small_river(gauge("up", 0.0, datum_offset_m=None))
    views = [
        shown(),
        shown(reading("up", "water_level", 3.0), later_min=11),
        shown(reading("up", "water_level", 3.0), live=lost),
    ]

    # when the river is resolved
    found = [view.rivers[0].level_m for view in views]

    # then no level is invented
    assert found == [None, None, None]
    assert views[1].by_id["up"].freshness == "stale"
    assert views[1].by_id["up"].flood == "unknown"


def test_without_its_hub_nothing_is_fresh() -> None:
    # given a reading of a minute ago and a hub that is gone
    # when it is resolved
    view = shown(reading("up", "water_level", 3.0), is_linked=False)

    # then it is shown as stale
    assert view.by_id["up"].freshness == "stale"
    assert not view.is_live


def test_a_past_moment_is_judged_by_its_own_time() -> None:
    # given a reading of noon, and the time machine at one minute past noon, a day later
    state = with_observations(
        LiveState(is_linked=True, as_of_ms=NOON_MS + MINUTE_MS), [reading("up", "water_level", 3.4)]
    )

    # when it is resolved
    view = river_view(small_river(), state, NOON_MS + 1440 * MINUTE_MS)

    # then it was fresh then, and above the warning level
    assert view.by_id["up"].freshness == "fresh"
    assert view.by_id["up"].flood == "yellow"
    assert not view.is_live


def test_an_overfull_river_names_the_banks_at_risk_and_its_colour() -> None:
    # given the middle gauge at 3.9 m under a right bank of 4.3 m
    view = shown(
        reading("up", "water_level", 3.0), reading("mid", "water_level", 3.9), reading("down", "water_level", 3.0)
    )

    # when the river is resolved
    river = view.rivers[0]

    # then the right bank half-way to both neighbours is at risk, in orange
    assert river.at_risk == ((1000.0, 3000.0, "right"),)
    assert river.flood == "orange"
    assert view.by_id["mid"].freeboard is not None
    assert view.by_id["mid"].freeboard.least_m == pytest.approx(0.4)


def test_classes_are_those_of_good_fresh_values() -> None:
    # given a section with good oxygen, suspect ammonia and an old phosphorus
    view = shown(
        reading("mid", "dissolved_oxygen", 6.4),
        reading("mid", "ammonia_nitrogen", 9.0, quality="suspect"),
        reading("mid", "total_phosphorus", 0.5, NOON_MS - 60 * MINUTE_MS),
    )

    # when its class is asked for
    found = view.by_id["mid"].quality

    # then only the oxygen counts, there and along the river
    assert found is not None
    assert found.water_class == 2
    assert view.rivers[0].water_class is not None
    assert set(view.rivers[0].water_class.tolist()) == {2.0}
    assert view.by_id["mid"].value("ammonia_nitrogen") == 9.0
    assert view.by_id["mid"].value("total_phosphorus") == 0.5


def test_a_station_shows_its_worst_alarm_and_closed_ones_are_gone() -> None:
    # given two alarms at a station, a shelved red one and a closed one
    plain = Alarm(
        id="a", rule="r", station="mid", quantity="water_level", colour="blue", state="active", title_zh="近",
        title_en="n",        raised_ms=NOON_MS, changed_ms=NOON_MS,
    )  # fmt: skip
    alarms = [
        plain,
        msgspec.structs.replace(plain, id="b", colour="orange"),
        msgspec.structs.replace(plain, id="c", colour="red", state="shelved"),
        msgspec.structs.replace(plain, id="d", colour="red", state="closed"),
    ]

    # when the view is resolved
    view = river_view(small_river(), LiveState(alarms={item.id: item for item in alarms}), NOON_MS)

    # then orange is shown
    worst = view.by_id["mid"].worst_alarm
    assert worst is not None
    assert worst.id == "b"
    assert [item.id for item in view.alarms] == ["a", "b", "c"]


def test_simulated_values_make_a_simulated_river() -> None:
    # given one simulated reading among measured ones
    view = shown(reading("up", "water_level", 3.0), reading("mid", "water_level", 3.0, is_simulated=True))

    # when the river is resolved
    river = view.rivers[0]

    # then the river says so
    assert river.is_simulated
    assert [station.is_simulated for station in view.stations] == [False, True, False]


def test_each_reading_ages_by_itself_because_sources_fail_one_by_one() -> None:
    # given a station whose level still comes while its speed and quality stopped half an hour ago
    old = [reading("up", "velocity", 0.4), reading("up", "ammonia_nitrogen", 9.0)]
    level = reading("up", "water_level", 3.0, NOON_MS + 30 * MINUTE_MS)

    # when it is shown now
    view = shown(*old, level, later_min=31)

    # then the level is fresh, and neither the old speed nor the old ammonia says anything of the river
    station, river = view.by_id["up"], view.rivers[0]
    assert (station.freshness, station.fresh) == ("fresh", {"water_level"})
    assert river.level_m is not None
    assert river.velocity_m_s is None
    assert station.quality is None
    assert shown(*old, level, later_min=31, is_linked=False).by_id["up"].fresh == frozenset()


def test_taking_over_what_still_holds_gives_the_same_as_resolving_anew() -> None:
    # given a morning: values come, one gauge falls silent, an alarm is raised, the hub goes and comes back
    live = small_river()
    first = with_observations(LiveState(is_linked=True), [reading(name, "water_level", 3.0) for name in ("up", "mid")])
    more = with_observations(first, [reading("mid", "water_level", 3.9, NOON_MS + 9 * MINUTE_MS)])
    alarm = Alarm(
        id="a", rule="r", station="mid", quantity="water_level", colour="orange", state="active", title_zh="高",
        title_en="high", raised_ms=NOON_MS, changed_ms=NOON_MS, value=3.9, limit=3.8,
    )  # fmt: skip
    alarmed = replace(more, alarms={"a": alarm})
    away = replace(alarmed, is_linked=False)
    ahead = with_observations(alarmed, [reading("up", "water_level", 3.1, NOON_MS + 60 * MINUTE_MS)])
    steps = [(first, 1), (first, 5), (more, 9), (more, 11), (alarmed, 12), (away, 13), (alarmed, 14), (alarmed, 20),
             (ahead, 21), (ahead, 54), (ahead, 56), (ahead, 71)]  # fmt: skip

    # when each moment is resolved from the one before, and anew
    before = None
    for state, minute in steps:
        now_ms = NOON_MS + minute * MINUTE_MS
        anew, before = river_view(live, state, now_ms), river_view(live, state, now_ms, before=before)

        # then both show the same
        assert before.stations == anew.stations, minute
        assert (before.now_ms, before.is_live, before.alarms) == (anew.now_ms, anew.is_live, anew.alarms)
        ours, theirs = before.rivers[0], anew.rivers[0]
        assert (ours.flood, ours.quality, ours.at_risk) == (theirs.flood, theirs.quality, theirs.at_risk)
        assert (ours.level_m is None) == (theirs.level_m is None)


def test_a_station_that_nobody_heard_of_again_is_not_resolved_again() -> None:
    # given a view of three gauges, and a newer reading of one of them
    live = small_river()
    state = with_observations(
        LiveState(is_linked=True), [reading(name, "water_level", 3.0) for name in ("up", "mid", "down")]
    )
    before = river_view(live, state, NOON_MS + MINUTE_MS)
    newer = with_observations(state, [reading("mid", "water_level", 3.1, NOON_MS + MINUTE_MS)])

    # when the next moment is resolved from it
    after = river_view(live, newer, NOON_MS + 2 * MINUTE_MS, before=before)

    # then only that one is a new value, and without any news the river is the very same
    assert [after.by_id[name] is before.by_id[name] for name in ("up", "mid", "down")] == [True, False, True]
    assert after.by_id["mid"].value("water_level") == 3.1
    assert river_view(live, newer, NOON_MS + 3 * MINUTE_MS, before=after).rivers[0] is after.rivers[0]


def test_many_stations_are_resolved_piece_by_piece_and_what_holds_hardly_counts() -> None:
    # given more stations than one piece
    live = small_river(*(gauge(f"S{n}", float(n)) for n in range(3 * PIECE)))
    state = with_observations(
        LiveState(is_linked=True), [reading(f"S{n}", "water_level", 3.0) for n in range(3 * PIECE)]
    )

    # when they are resolved, and again a little later
    *pieces, view = resolving(live, state, NOON_MS + MINUTE_MS)
    *again, later = resolving(live, state, NOON_MS + 2 * MINUTE_MS, before=view)

    # then the first takes a step a piece, the second hardly any, and the whole comes last
    assert pieces == [None] * 4
    assert again == [None]
    assert view is not None
    assert later is not None
    assert len(view.stations) == len(later.stations) == 3 * PIECE
    assert all(new is old for new, old in zip(later.stations, view.stations, strict=True))
