"""sanping.twin.fleet: movers glide from one known place to the next, grow old, and are counted."""

from typing import Any

import numpy as np
import pytest

from sanping.domain.position import MOVER_KINDS
from sanping.twin.fleet import GONE_MS, Fixes, Fleet, Named, figures, seen_at, with_fixes, with_names
from sanping.twin.live import LiveState, only_moved

NOW_MS = 1_795_249_200_000


def fleet_of(*kinds: str) -> Fleet:
    rows = [(number, Named(mover=str(number), label="", kind=kind, source="s")) for number, kind in enumerate(kinds)]
    return with_names(Fleet(), rows)


def at(number: list[int], x_m: list[float], when_ms: int, **more: Any) -> Fixes:
    count = len(number)
    plain = {"heading_deg": np.zeros(count), "speed_kmh": np.full(count, 36.0), "is_alarming": np.zeros(count, bool)}
    return Fixes(
        number=np.array(number), x_m=np.array(x_m), y_m=np.zeros(count), event_ms=np.full(count, when_ms),
        **(plain | more),
    )  # fmt: skip


def test_a_mover_glides_for_as_long_as_its_last_two_fixes_lie_apart() -> None:
    # given a bus that reports every five seconds
    fleet = with_fixes(fleet_of("bus"), at([0], [0.0], NOW_MS, heading_deg=np.array([350.0])))
    fleet = with_fixes(fleet, at([0], [50.0], NOW_MS + 5000, heading_deg=np.array([10.0])))

    # when it is looked at over the next five seconds, and later
    seen = [seen_at(fleet, NOW_MS + 5000 + after) for after in (0, 2500, 5000, 9000)]

    # then it goes from the one place to the other, turns the short way, and waits there
    assert [one.x_m[0] for one in seen] == [0.0, 25.0, 50.0, 50.0]
    assert [one.heading_deg[0] for one in seen] == [350.0, 0.0, 10.0, 10.0]


def test_old_and_unknown_fixes_change_nothing() -> None:
    fleet = with_fixes(fleet_of("car"), at([0], [5.0], NOW_MS))
    assert with_fixes(fleet, at([0], [9.0], NOW_MS)) is fleet
    assert with_fixes(fleet, at([0], [9.0], NOW_MS - 1)) is fleet
    assert with_fixes(fleet, at([7, -1], [9.0, 9.0], NOW_MS + 1)) is fleet


@pytest.mark.parametrize(("after_ms", "x_m"), [(5000, 5000.0), (120_000, 50.0)], ids=["too far", "after long"])
def test_what_leaps_begins_where_it_is(after_ms: int, x_m: float) -> None:
    # given a car
    fleet = with_fixes(fleet_of("car"), at([0], [0.0], NOW_MS))

    # when its next fix cannot be reached by driving on
    fleet = with_fixes(fleet, at([0], [x_m], NOW_MS + after_ms))

    # then it does not glide there
    assert seen_at(fleet, NOW_MS + after_ms).x_m[0] == x_m


def test_what_is_silent_becomes_old_and_then_is_gone() -> None:
    # given a car with one fix
    fleet = with_fixes(fleet_of("car", "car"), at([0], [0.0], NOW_MS))

    # when time passes; the other one never said where it is
    fresh, old, gone = (seen_at(fleet, NOW_MS + after) for after in (20_000, 40_000, GONE_MS + 1))

    # then it is marked, then left out; without a link nothing is fresh
    assert (fresh.number.tolist(), fresh.is_stale.tolist()) == ([0], [False])
    assert old.is_stale.tolist() == [True]
    assert gone.number.tolist() == []
    assert seen_at(fleet, NOW_MS, is_linked=False).is_stale.tolist() == [True]


def test_figures_are_told_by_kind() -> None:
    # given two buses, of which one stands and alarms, and a truck that is silent
    fleet = with_fixes(fleet_of("bus", "bus", "truck"), at([2], [0.0], NOW_MS - 100_000))
    speed, alarm = np.array([40.0, 0.0]), np.array([False, True])
    fleet = with_fixes(fleet, at([0, 1], [0.0, 9.0], NOW_MS, speed_kmh=speed, is_alarming=alarm))

    # when they are counted
    bus, truck = figures(fleet, NOW_MS)

    # then the silent one is not among those that report
    assert (bus.kind, bus.reporting, bus.moving, bus.alarming, bus.mean_kmh) == ("bus", 2, 1, 1, 40.0)
    assert (truck.kind, truck.reporting, truck.stale) == ("truck", 0, 1)


def test_a_mover_may_be_called_otherwise_and_keeps_its_place() -> None:
    fleet = with_fixes(fleet_of("car"), at([0], [5.0], NOW_MS))
    fleet = with_names(fleet, [(0, Named(mover="0", label="苏B·1", kind="robot", source="s"))])
    assert (fleet.names[0].label, MOVER_KINDS[fleet.kind[0]], fleet.x_m[0]) == ("苏B·1", "robot", 5.0)


def test_a_state_in_which_nothing_but_positions_changed_is_told_apart() -> None:
    from dataclasses import replace

    before = LiveState()
    assert only_moved(before, replace(before, fleet=fleet_of("car")))
    assert not only_moved(before, replace(before, is_linked=True))
