"""Sunlight hours, beside pvlib for the sun and closed forms for the shade."""

from datetime import date

import numpy as np
import pandas as pd
import pvlib
import pytest
import shapely

from fakes.small_city import CENTRE, boxes
from sanping.analysis.blockers import Blockers, Solids, solids_of
from sanping.analysis.samples import Samples, on_plots, on_walls, plans_of
from sanping.analysis.sun_track import day_of_term, moments_of, north_turn, sun_directions
from sanping.analysis.sunlight import Place, counted_minutes, effects, facing_south, judged, sunlit_hours
from sanping.analysis.sunlight_rules import SunlightRule
from sanping.domain.errors import Cancelled
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

PUTUO = Place(latitude_deg=31.24, longitude_deg=121.42)
ANY = Text("规则", "Rule")


def rule(**differs: object) -> SunlightRule:
    plain = {
        "id": "r", "title": ANY, "uses": (), "day": "greater_cold", "hours": 2.0, "from_h": 8.0, "to_h": 16.0,
        "source": ANY,
    }  # fmt: skip
    return SunlightRule(**(plain | differs))  # type: ignore[arg-type]


def free_point(x: float, y: float, z: float) -> Samples:
    at = np.array([[x, y, z]])
    return Samples(points=at, normals=np.zeros((1, 3)), subject=np.zeros(1, np.int64), subjects=["p"], spacing_m=1.0)


def wall(distance_m: float, height_m: float, half_m: float) -> Solids:
    """An upright wall to the south of the origin, from west to east."""
    west, east, south = -half_m, half_m, -distance_m
    corners = np.array([
        [[west, south, 0.0], [east, south, 0.0], [east, south, height_m]],
        [[west, south, 0.0], [east, south, height_m], [west, south, height_m]],
    ])  # fmt: skip
    return Solids(corners=corners, owner=np.zeros(2, np.int64))


@pytest.mark.parametrize(
    ("year", "longitude_deg", "day"),
    [
        (2001, 300.0, date(2001, 1, 20)), (2001, 270.0, date(2001, 12, 22)), (2026, 300.0, date(2026, 1, 20)),
        (2026, 270.0, date(2026, 12, 22)), (2025, 270.0, date(2025, 12, 21)), (2023, 300.0, date(2023, 1, 20)),
    ],
)  # fmt: skip
def test_terms_of_the_calendar_fall_on_their_published_days(year: int, longitude_deg: float, day: date) -> None:
    # given a term as the sun's longitude, when its day is sought, then the almanac agrees
    assert day_of_term(year, longitude_deg) == day


@pytest.mark.parametrize(("latitude_deg", "longitude_deg"), [(31.24, 121.42), (39.9, 116.4), (22.5, 114.05)])
@pytest.mark.parametrize("day", [date(2001, 1, 20), date(2001, 12, 22), date(2026, 6, 21)])
def test_the_sun_stands_where_pvlib_says(latitude_deg: float, longitude_deg: float, day: date) -> None:
    # given a city, a day and hours of true solar time
    hours = np.linspace(8.0, 16.0, 33)

    # when the sun is placed by both
    ours = sun_directions(day, hours, latitude_deg, longitude_deg)
    moments = pd.DatetimeIndex(moments_of(day, hours, longitude_deg))
    theirs = pvlib.solarposition.get_solarposition(moments, latitude_deg, longitude_deg)
    azimuth, altitude = np.radians(theirs["azimuth"].to_numpy()), np.radians(theirs["elevation"].to_numpy())
    expected = np.column_stack(
        [np.sin(azimuth) * np.cos(altitude), np.cos(azimuth) * np.cos(altitude), np.sin(altitude)]
    )

    # then they are within a fiftieth of a degree of each other, and noon is due south or north
    off = np.degrees(np.arccos(np.clip((ours * expected).sum(axis=1), -1.0, 1.0)))
    assert off.max() < 0.02
    assert abs(ours[16, 0]) < 1e-12


def test_grid_north_turns_the_sun_the_other_way() -> None:
    # given a zone with its meridian at 120°, and a place to the east of it, where grid north lies clockwise of true
    turn = north_turn("EPSG:4549", 600_000.0, 3_457_000.0)

    # when noon is looked at in the grid
    noon = sun_directions(date(2001, 1, 20), np.array([12.0]), 31.24, 121.05, turn)[0]

    # then the turn is Δλ · sin φ, and the sun stands as far to the east of the grid's south
    assert turn == pytest.approx((121.05 - 120.0) * np.sin(np.radians(31.24)), abs=0.02)
    assert np.degrees(np.arctan2(noon[0], -noon[1])) == pytest.approx(turn, abs=1e-6)


def test_a_wall_to_the_south_takes_the_hours_that_geometry_says() -> None:
    # given a wall 30 m to the south, 40 m high and 25 m to each side
    asked = rule(least_span_min=0.0)
    directions = sun_directions(asked.date, asked.solar_hours, PUTUO.latitude_deg, PUTUO.longitude_deg)
    distance_m, height_m, half_m = 30.0, 40.0, 25.0

    # when sunlight is counted
    hours = sunlit_hours(
        Blockers(wall(distance_m, height_m, half_m)), free_point(0.0, 0.0, 0.0), asked, PUTUO, SilentProgress()
    )

    # then it is dark exactly while the line to the sun crosses the wall's rectangle
    at = distance_m / -directions[:, 1]
    crosses = (np.abs(directions[:, 0] * at) < half_m) & (directions[:, 2] * at < height_m)
    assert 0 < crosses.sum() < len(crosses)
    assert hours[0] == pytest.approx((~crosses).sum() / 60.0, abs=1e-9)


def test_an_endless_wall_leaves_light_only_while_the_profile_angle_is_steeper() -> None:
    # given an endless wall whose angle is that of noon less one degree: light around noon only
    asked = rule(least_span_min=0.0, step_min=0.5)
    noon = sun_directions(asked.date, np.array([12.0]), PUTUO.latitude_deg, PUTUO.longitude_deg)[0]
    limit = np.arctan2(noon[2], -noon[1]) - np.radians(1.0)
    solids = wall(10.0, 10.0 * np.tan(limit), 50_000.0)

    # when sunlight is counted
    hours = sunlit_hours(Blockers(solids), free_point(0.0, 0.0, 0.0), asked, PUTUO, SilentProgress())[0]

    # then it is where tan(altitude) / cos(azimuth − south) is larger than the wall's slope
    directions = sun_directions(asked.date, asked.solar_hours, PUTUO.latitude_deg, PUTUO.longitude_deg)
    is_lit = directions[:, 2] / -directions[:, 1] > np.tan(limit)
    assert 0.5 < hours < 7.5
    assert hours == pytest.approx(is_lit.mean() * 8.0, abs=1e-9)


def test_short_spans_do_not_count_and_the_longest_may_be_asked_for() -> None:
    # given looks a minute apart: spans of 4, 6 and 10 minutes
    lit = np.array([[1] * 4 + [0] + [1] * 6 + [0, 0] + [1] * 10], np.uint8)

    # when they are counted by three rules
    found = [
        counted_minutes(lit, 1.0, asked)[0] for asked in (rule(), rule(least_span_min=0.0), rule(counts="longest"))
    ]

    # then the sum leaves out what is shorter than five minutes, or nothing, and the longest is one span
    assert found == [16.0, 20.0, 10.0]


def test_walls_that_look_south_are_judged_and_a_tower_before_them_takes_their_light() -> None:
    # given a house, and a plan that puts a tower to the south of it
    tiles = build_tiles(boxes([(0.0, 0.0), (0.0, -30.0)], [18.0, 60.0]))
    house, tower = (tiles.find(name) for name in ("b0", "b1"))
    solids, plans, asked = solids_of(tiles), plans_of(tiles), rule()
    samples = on_walls(plans, np.flatnonzero(plans.numbers == house), asked.sill_m, asked.wall_spacing_m)
    is_asked = facing_south(samples, asked, PUTUO)

    # when sunlight is counted before and after
    before, after = (
        judged(samples, sunlit_hours(Blockers(city), samples, asked, PUTUO, SilentProgress()), asked, is_asked)
        for city in (solids.without(np.array([tower])), solids)
    )
    effect = effects(before, after)[0]

    # then all of its southern wall had light all day, and has not enough now
    assert is_asked.sum() == 24
    assert len(samples) == 96
    assert (before[0].share, before[0].least_h) == (1.0, pytest.approx(8.0))
    assert effect.verdict == "lost"
    assert effect.mean_loss_h > 4.0


def test_a_plot_has_points_on_a_grid_and_walls_against_a_neighbour_have_none() -> None:
    # given a plot of 10 m by 20 m, and two houses wall to wall
    plot = shapely.box(CENTRE[0], CENTRE[1], CENTRE[0] + 10.0, CENTRE[1] + 20.0)
    plans = plans_of(build_tiles(boxes([(0.0, 0.0), (24.0, 0.0)], [18.0, 18.0])))

    # when both are sampled
    ground = on_plots(["green"], [plot], None, 2.0)
    walls = on_walls(plans, np.array([0, 1]), 0.9, 1.0)

    # then the grid fills the plot, and the shared wall is left out on both sides
    assert len(ground) == 5 * 10
    assert shapely.contains_xy(plot.buffer(1e-6), ground.points[:, :2]).all()
    assert np.bincount(walls.subject).tolist() == [72, 72]


def test_counting_stops_when_the_person_wishes() -> None:
    # given somebody who stops at once
    class Stopped:
        def report(self, fraction: float, doing: Text) -> None:
            raise Cancelled(ANY)

    # when sunlight is counted, then it ends
    with pytest.raises(Cancelled):
        sunlit_hours(Blockers(wall(10.0, 10.0, 10.0)), free_point(0.0, 0.0, 0.0), rule(), PUTUO, Stopped())
