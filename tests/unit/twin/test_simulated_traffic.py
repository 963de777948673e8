"""sanping.twin.simulated_traffic, sanping.ports.traffic: invented movers stay on their routes and drive on."""

import numpy as np

from sanping.ports.traffic import Moving, Terminal
from sanping.twin.simulated_traffic import METRES_A_DEGREE, Route, SimulatedFleet, SimulatedTraffic

NOW_MS = 1_795_249_200_000
EAST = Route(name="东路", way="arterial", points=((120.0, 31.0), (120.01, 31.0), (120.02, 31.0)), width_m=12.0)
NORTH = Route(name="北路", way="arterial", points=((120.02, 31.0), (120.02, 31.02)), width_m=12.0)
LAKE = Route(name="湖", way="water", points=((120.1, 31.0), (120.11, 31.0), (120.11, 31.01), (120.1, 31.0)))


def traffic() -> SimulatedTraffic:
    return SimulatedTraffic(
        routes=(EAST, NORTH, LAKE),
        fleets=(
            SimulatedFleet(kind="bus", count=40, speed_kmh=36.0, ways="arterial", first=139_0000_0000, label="苏B·D"),
            SimulatedFleet(kind="boat", count=5, speed_kmh=8.0, ways="water", first=158_0000_0000, silent=1.0),
        ),
    )


def shown(made: SimulatedTraffic, now_ms: int) -> Moving:
    return made.at(np.arange(len(made.terminals)), now_ms)


def test_everybody_has_a_number_a_name_and_a_kind() -> None:
    terminals = traffic().terminals
    assert terminals[0] == Terminal(number="13900000000", label="苏B·D0001", kind="bus")
    assert [one.kind for one in terminals[-5:]] == ["boat"] * 5
    assert all(one.is_silent for one in terminals[-5:])
    assert not any(one.is_silent for one in terminals[:40])


def test_movers_are_beside_the_middle_of_their_routes_and_never_leave_them() -> None:
    # given buses on two roads that meet
    made = traffic()

    # when they are looked at over an hour
    for minute in range(0, 60, 7):
        moving = shown(made, NOW_MS + minute * 60_000)
        x, y = moving.longitude_deg[:40], moving.latitude_deg[:40]
        off_east = np.where((x >= 119.9998) & (x <= 120.0202), np.abs(y - 31.0), 9.0)
        off_north = np.where((y >= 30.9998) & (y <= 31.0202), np.abs(x - 120.02), 9.0)

        # then each is within a lane of one of them
        assert (np.minimum(off_east, off_north) * METRES_A_DEGREE < 12.0 * 0.5).all()


def test_movers_go_as_fast_as_they_say_and_the_way_they_head() -> None:
    # given everybody at two moments a second apart
    made = traffic()
    first, second = shown(made, NOW_MS), shown(made, NOW_MS + 1000)
    scale = np.cos(np.radians(31.0))

    # when the way between is measured, of those that did not turn
    east = (second.longitude_deg - first.longitude_deg) * METRES_A_DEGREE * scale
    north = (second.latitude_deg - first.latitude_deg) * METRES_A_DEGREE
    straight = first.heading_deg == second.heading_deg
    gone_kmh = np.hypot(east, north)[straight] * 3.6

    # then it is their speed, in their direction, and nobody stands still
    assert straight.sum() > 35
    assert np.allclose(gone_kmh, first.speed_kmh[straight], atol=1.5)
    assert np.allclose(np.degrees(np.arctan2(east, north))[straight] % 360.0, first.heading_deg[straight], atol=1.0)
    assert (first.speed_kmh > 1.0).all()


def test_it_is_the_same_for_everybody_who_asks() -> None:
    one, other = shown(traffic(), NOW_MS), shown(traffic(), NOW_MS)
    assert np.array_equal(one.longitude_deg, other.longitude_deg)
    assert len({*zip(one.longitude_deg[:40].tolist(), one.latitude_deg[:40].tolist(), strict=True)}) == 40
