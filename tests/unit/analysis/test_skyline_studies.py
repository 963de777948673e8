"""Skylines, landmarks and shadows of a small city, beside closed forms and another library's sun."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pvlib
import pytest

from fakes.small_city import CENTRE, GROUND_M, boxes
from sanping.analysis.blockers import Blockers, solids_of
from sanping.analysis.findings import Finding
from sanping.analysis.studies.city import Selected, StudiedCity
from sanping.analysis.studies.landmark_study import LEVELS, LandmarkAsk, landmark_study
from sanping.analysis.studies.shadow_study import ShadowAsk, shadow_study
from sanping.analysis.studies.skyline_study import SkylineAsk, skyline_study
from sanping.analysis.sunlight import Place
from sanping.domain.errors import Cancelled, InputError
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

X, Y = CENTRE[0], CENTRE[1]
PLACE = Place(latitude_deg=31.24, longitude_deg=121.43)
EYE_M = 1.6


def city_of(places: list[tuple[float, float]], heights: list[float]) -> StudiedCity:
    """Return blocks of 24 m on level ground whose height is known by their feet alone."""
    return StudiedCity(buildings=[("buildings", build_tiles(boxes(places, heights)))], place=PLACE)


def values(finding: Finding, title: str) -> list[Any]:
    return list(next(column.values for column in finding.columns if column.title.en == title))


class Stopped:
    """A person who stops the work as soon as it reports."""

    def report(self, fraction: float, _doing: Text) -> None:
        if fraction > 0.0:
            raise Cancelled(Text("停", "stopped"))


def test_a_skyline_rises_by_the_closed_form_and_tells_plan_and_limit() -> None:
    # given a house 100 m to the north, 20 m high, and behind it a planned tower of 80 m, beside it one of 50 m
    city = city_of([(0.0, 112.0), (0.0, 212.0), (60.0, 112.0)], [20.0, 80.0, 50.0])
    eye = (X, Y, GROUND_M + EYE_M)
    ask = SkylineAsk(eye=eye, towards_deg=0.0, wide_deg=90.0, limit_m=60.0, plan=[Selected(layer="buildings", id="b1")])

    # when the view to the north is studied
    found = skyline_study(city, ask, SilentProgress())

    # then the house is hidden by the tower's rise, and the rises are those of the near walls
    rise = dict(zip(values(found, "Building"), values(found, "Most (°)"), strict=True))
    assert rise["b1"] == pytest.approx(np.degrees(np.arctan2(80.0 - EYE_M, 200.0)), abs=0.01)
    assert set(values(found, "Building")) == {"b0", "b1", "b2"}
    assert dict(zip(values(found, "Building"), (str(one.en) for one in values(found, "State")), strict=True)) == {
        "b0": "Buildings", "b1": "Above the limit", "b2": "Buildings",
    }  # fmt: skip

    # and the chart has the line before, after and the limit, each where it belongs straight ahead
    after, before, limit = found.chart.curves
    ahead = int(np.argmin(np.abs(after.across)))
    closed = [np.degrees(np.arctan2(up - EYE_M, away)) for up, away in ((80.0, 200.0), (20.0, 100.0), (60.0, 200.0))]
    assert [curve.up[ahead] for curve in (after, before, limit)] == pytest.approx(closed, abs=0.01)
    assert "1 stand above the limit" in found.summary.en
    assert found.strokes.ends[..., 2].max() == pytest.approx(GROUND_M + 80.0, abs=0.2)


def test_a_skyline_is_what_lines_of_sight_find_above_and_below_it() -> None:
    # given nine blocks at random, and an eye among them
    random = np.random.default_rng(7)
    places = [(float(x), float(y)) for x in (-160, 0, 160) for y in (-160, 40, 200)]
    city = city_of(places, random.uniform(15.0, 70.0, 9).tolist())
    eye = np.array([X + 70.0, Y - 60.0, GROUND_M + EYE_M])

    # when the whole circle is studied
    found = skyline_study(city, SkylineAsk(eye=tuple(eye), towards_deg=0.0, wide_deg=360.0), SilentProgress())

    # then a line just below it is blocked and one just above it is free, at every tenth azimuth
    curve = found.chart.curves[0]
    azimuth, rise = np.radians(curve.across[::10]), curve.up[::10]
    blockers = Blockers(solids_of(city.buildings[0][1]))
    for off, is_free in ((-0.05, False), (0.05, True)):
        up = np.radians(rise + off)
        way = np.column_stack([np.cos(up) * np.sin(azimuth), np.cos(up) * np.cos(azimuth), np.sin(up)])
        asked = rise > 0.1
        lines = blockers.first_blocks(np.broadcast_to(eye, way.shape), eye + way * 2000.0)
        assert (lines.is_clear == is_free)[asked].mean() > 0.99


def test_a_landmark_behind_a_wall_shows_the_part_above_the_line_over_the_wall() -> None:
    # given a tower of 100 m at the middle, and a row of houses of 20 m to its south
    city = city_of([(0.0, 0.0), (-24.0, -100.0), (0.0, -100.0), (24.0, -100.0)], [100.0, 20.0, 20.0, 20.0])
    ask = LandmarkAsk(landmark=[Selected(layer="buildings", id="b0")], radius_m=200.0, cell_m=10.0)

    # when it is asked from where the tower is seen
    found = landmark_study(city, ask, SilentProgress())

    # then an eye 180 m to the south sees what rises above the line over the row's nearer edge, as drawn by hand
    at = found.facets.points.reshape(-1, 4, 3).mean(axis=1) - (X, Y, 0.0)
    share = found.facets.values[::2]
    row = int(np.argmin(np.hypot(at[:, 0], at[:, 1] + 180.0)))
    away = abs(at[row, 1])
    line_m = EYE_M + (20.0 - EYE_M) / (away - 112.0) * away
    heights = (np.arange(LEVELS) + 1.0) * 100.0 / LEVELS
    assert share[row] == pytest.approx((heights > line_m).mean())

    # and to the north everything sees all of it, and the table adds up to the open ground
    assert (share[at[:, 1] > 20.0] == 1.0).all()
    assert sum(values(found, "Of the ground (%)")) == pytest.approx(100.0)
    assert "b0" in found.summary.en


def test_a_landmark_that_is_not_there_is_refused_and_work_can_be_stopped() -> None:
    city = city_of([(0.0, 0.0)], [30.0])

    with pytest.raises(InputError):
        landmark_study(city, LandmarkAsk(landmark=[Selected(layer="buildings", id="none")]), SilentProgress())
    with pytest.raises(Cancelled):
        shadow_study(city, ShadowAsk(middle=(X, Y), day=datetime.fromisoformat("2026-06-21T00:00+08:00")), Stopped())


@pytest.mark.parametrize("day", ["2026-12-22", "2026-06-21"])
def test_the_shadow_of_a_block_is_as_long_as_another_librarys_sun_makes_it(day: str) -> None:
    # given a block of 30 m, and a day in winter or summer
    city = city_of([(0.0, 0.0)], [30.0])
    begin = datetime.fromisoformat(f"{day}T00:00:00+08:00")
    ask = ShadowAsk(middle=(X, Y), day=begin, radius_m=150.0, cell_m=1.0, step_min=60.0)

    # when its shadows are studied
    found = shadow_study(city, ask, SilentProgress())

    # then at every full hour with a sun above 15° the shadow reaches as far as pvlib's sun says
    sun = pvlib.solarposition.get_solarposition(
        pd.DatetimeIndex(found.course.moments), PLACE.latitude_deg, PLACE.longitude_deg
    )
    asked = 0
    for step, (altitude, azimuth) in enumerate(zip(sun["apparent_elevation"], sun["azimuth"], strict=True)):
        if altitude < 15.0:
            continue
        dark = found.course.at(step).facets.points.reshape(-1, 4, 3).mean(axis=1) - (X, Y, 0.0)
        away = np.radians(azimuth + 180.0)
        along = dark[:, 0] * np.sin(away) + dark[:, 1] * np.cos(away)
        corner = 12.0 * (abs(np.sin(away)) + abs(np.cos(away)))
        assert along.max() == pytest.approx(corner + 30.0 / np.tan(np.radians(altitude)), abs=2.5)
        asked += 1
    assert asked >= 5

    # and the hours of a place are the steps it is dark in
    dark_steps = sum(len(found.course.at(step).facets.values) for step in range(len(found.course.titles)))
    assert found.facets.values.sum() == pytest.approx(dark_steps)
    assert len(values(found, "Time")) == len(found.course.titles)


def test_without_a_sun_there_is_no_course() -> None:
    # given a place beyond the polar circle in midwinter
    city = replace(city_of([(0.0, 0.0)], [30.0]), place=Place(latitude_deg=78.0, longitude_deg=15.0))

    # when its shadows are studied
    ask = ShadowAsk(middle=(X, Y), day=datetime.fromisoformat("2026-12-22T00:00+01:00"), radius_m=30.0)
    found = shadow_study(city, ask, SilentProgress())

    # then it is said, and nothing can be played
    assert found.course is None
    assert "not rise" in found.summary.en
