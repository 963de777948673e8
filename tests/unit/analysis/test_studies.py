"""Studies: what a planner asks of a small city, and what it is told."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import pytest
import shapely

from fakes.small_city import CENTRE, boxes, slope
from sanping.analysis.height_control import Cone
from sanping.analysis.level_series import typed_series
from sanping.analysis.pollution import Weather
from sanping.analysis.studies.city import Selected, StudiedCity
from sanping.analysis.studies.earth_study import EarthAsk, earth_study
from sanping.analysis.studies.flood_study import FloodAsk, flood_study
from sanping.analysis.studies.height_study import HeightAsk, height_study
from sanping.analysis.studies.noise_study import NoiseAsk, noise_study
from sanping.analysis.studies.plot_study import PlotAsk, plot_study
from sanping.analysis.studies.pollution_study import PollutionAsk, pollution_study
from sanping.analysis.studies.sight_study import SightAsk, SkyAsk, ViewAsk, sight_study, sky_study, view_study
from sanping.analysis.studies.sunlight_study import SunlightAsk, sunlight_study
from sanping.analysis.studies.walk_study import WalkAsk, walk_study
from sanping.analysis.sunlight_rules import SunlightRule
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

X, Y = CENTRE[0], CENTRE[1]
RULE = SunlightRule(
    id="dwelling", title=Text("住宅", "Dwellings"), uses=("residential",), day="greater_cold", hours=7.0, from_h=8.0,
    to_h=16.0, source=Text("某标准", "A standard"), step_min=5.0, spacing_m=4.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def city() -> StudiedCity:
    """A low house with a tower to its south, another house far to the west, on gentle ground."""
    tiles = build_tiles(boxes([(0.0, 0.0), (0.0, -30.0), (-150.0, 0.0)], [12.0, 60.0, 12.0]))
    return StudiedCity(
        buildings=[("buildings", tiles)], terrain=slope(), water=[shapely.box(X - 900, Y - 40, X + 900, Y + 40)]
    )


def numbers(finding: object, title: str) -> list[object]:
    return list(next(column.values for column in finding.columns if column.title.en == title))  # type: ignore[attr-defined]


def test_sunlight_tells_what_a_plan_takes_away(city: StudiedCity) -> None:
    # given a plan: the tower
    ask = SunlightAsk(middle=(X, Y), radius_m=60.0, rule=RULE, plan=[Selected(layer="buildings", id="b1")])

    # when sunlight is studied
    found = sunlight_study(city, ask, SilentProgress())

    # then the house loses its light, and every square has a colour
    assert numbers(found, "Building") == ["b0"]
    assert [str(word.en) for word in numbers(found, "Verdict")] == ["lost by the plan"]  # type: ignore[attr-defined]
    assert numbers(found, "Mean before (h)")[0] > numbers(found, "Mean (h)")[0]  # type: ignore[operator]
    assert "takes it from 1" in found.summary.en
    assert "A standard" in found.method.en
    assert len(found.facets.triangles) == len(found.facets.values) > 1000
    assert (found.legend.colours(found.facets.values)[:, 3] == 255).all()
    assert len(found.places) == found.rows == 1


def test_plots_are_judged_by_the_share_of_their_open_ground_and_what_a_plan_takes_from_them(city: StudiedCity) -> None:
    # given a plot north of the house and one far to the south, and the tower as a plan
    around, plan = [(-20.0, 14.0), (20.0, 14.0), (20.0, 44.0), (-20.0, 44.0)], [Selected(layer="buildings", id="b1")]
    plots = [(name, tuple((X + x, Y + y + up) for x, y in around)) for name, up in (("后院", 0.0), ("南场", -400.0))]

    # when their sunlight is asked for, with half of each to have enough
    found = plot_study(city, PlotAsk(plots=plots, rule=RULE, plan=plan), SilentProgress())
    strict = plot_study(city, PlotAsk(plots=plots, rule=RULE, least_share=1.0), SilentProgress())

    # then the worst stands first, the far one has all of it, and the table says how large they are
    assert [str(value) for value in found.columns[0].values][-1] == "南场"
    assert numbers(found, "Enough (%)")[-1] == 100.0
    assert numbers(found, "Area (m²)") == [1200.0, 1200.0]
    assert numbers(found, "Mean before (h)")[0] > numbers(found, "Mean (h)")[0]  # type: ignore[operator]
    assert "2 个地块中 1 个有 50% 以上" in found.summary.zh
    assert "由满足变为不满足" in found.summary.zh
    assert "100%" in strict.method.zh
    assert set(np.unique(strict.strokes.values)) == {0.0, RULE.hours + 3.0}

    # and no plot, or one without an area, is refused with what to do
    for nothing in ((), (("线", ((X, Y), (X + 5.0, Y), (X + 9.0, Y))),)):
        with pytest.raises(InputError, match="角点"):
            plot_study(city, PlotAsk(plots=nothing, rule=RULE), SilentProgress())


def test_without_a_plan_every_building_around_is_judged(city: StudiedCity) -> None:
    # given no plan, a wide circle, and walls only
    ask = SunlightAsk(middle=(X, Y), radius_m=200.0, rule=replace(RULE, uses=()), on="walls")

    # when sunlight is studied
    found = sunlight_study(city, ask, SilentProgress())

    # then all three are in the table, the worst first
    assert numbers(found, "Building")[0] == "b0"
    assert sorted(numbers(found, "Building")) == ["b0", "b1", "b2"]  # type: ignore[type-var]
    assert "1 of" not in found.summary.en


def test_sight_tells_the_building_in_the_way_and_where(city: StudiedCity) -> None:
    # given an eye to the north of the house, and targets behind it and beside it
    eye = (X, Y + 100.0, 8.0)
    ask = SightAsk(eye=eye, targets=[(X, Y - 100.0, 8.0), (X + 100.0, Y + 90.0, 12.0)])

    # when it is studied
    found = sight_study(city, ask, SilentProgress())

    # then the first is blocked by the house 88 m away, drawn as two pieces, and the second clear
    assert [word.en for word in numbers(found, "Result")] == ["blocked", "clear"]  # type: ignore[attr-defined]
    assert numbers(found, "Blocked by") == ["b0", ""]
    assert numbers(found, "Blocked at (m)") == [pytest.approx(88.0, abs=0.1), ""]
    assert found.strokes.values.tolist() == [1.0, 2.0, 0.0]


def test_a_view_lists_roofs_and_several_eyes_share_it(city: StudiedCity) -> None:
    # given one eye far above the tower, and two on the ground
    high = ViewAsk(eyes=[(X, Y - 30.0, 300.0)], radius_m=250.0, cell_m=6.0)
    low = ViewAsk(eyes=[(X, Y + 60.0, 8.0), (X + 200.0, Y + 60.0, 8.0)], radius_m=250.0, cell_m=10.0)

    # when they are studied
    one, two = (view_study(city, ask, SilentProgress()) for ask in (high, low))

    # then the high eye sees the roofs of all, and the legends differ
    assert set(numbers(one, "Building")) == {"b0", "b1", "b2"}
    assert len(one.legend.steps) == 2
    assert len(two.legend.steps) == 5
    assert set(np.unique(two.facets.values)) <= {0.0, 0.5, 1.0}


def test_rising_water_is_a_course_whose_steps_have_the_buildings_that_are_wet_by_then(city: StudiedCity) -> None:
    # given water that rises by half a metre at a time
    ask = FloodAsk(levels_m=np.arange(2.0, 9.0, 0.5).tolist())

    # when it is studied
    found = flood_study(city, ask, SilentProgress())

    # then each step has the level in its name, and neither the buildings in it nor their depths ever shrink
    assert found.course is not None
    assert [title.en for title in found.course.titles][:2] == ["Level 2.00 m", "Level 2.50 m"]
    depths = [
        dict(zip(step.subjects, numbers(step, "Depth (m)"), strict=True))
        for step in map(found.course.at, range(len(found.course.titles)))
    ]
    for before, after in pairwise(depths):
        assert set(before) <= set(after)
        assert all(after[name] == pytest.approx(before[name] + 0.5) for name in before)  # type: ignore[operator]
    assert depths[0] == {}
    assert set(depths[-1]) == set(found.subjects) != set()
    assert (numbers(found, "Wet from (m)")[0], found.course.at(0).rows) == (
        min(numbers(found, "Wet from (m)")), 0,  # type: ignore[type-var]
    )  # fmt: skip


def test_water_follows_a_course_of_levels_up_and_down_with_the_moment_at_which_it_comes(city: StudiedCity) -> None:
    # given a gauge that rises within two hours and falls back
    series = typed_series(
        "08:00 2.0; 09:00 6.0; 10:00 8.5; 11:00 2.0", datetime.fromisoformat("2026-06-21T00:00+08:00")
    )

    # when water follows it
    found = flood_study(city, FloodAsk(levels_m=(), series=series), SilentProgress())

    # then the whole is its crest, each step has its moment, and with the water the list goes back too
    assert found.course is not None
    assert found.course.moments == series.moments
    assert found.course.titles[2].zh == "06-21 10:00  8.50 米"
    steps = [found.course.at(step) for step in range(4)]
    assert [step.rows for step in steps] == [*sorted(step.rows for step in steps[:3]), steps[0].rows]
    assert (steps[0].rows, steps[2].rows) == (0, found.rows)
    assert steps[1].rows == found.rows > 0
    assert set(found.columns[-1].values) == {"06-21 09:00"}
    assert "06-21 10:00" in found.summary.zh
    assert found.chart is not None
    assert found.chart.curves[0].up.tolist() == list(series.levels_m)


def test_the_sky_is_smaller_beside_the_tower(city: StudiedCity) -> None:
    # given the ground around the house, when the sky is studied
    found = sky_study(city, SkyAsk(middle=(X, Y), radius_m=80.0, cell_m=8.0), SilentProgress())

    # then open ground has a factor between 0 and 1, and none is under a roof
    assert 0.05 < found.facets.values.min() < found.facets.values.max() <= 1.0


def test_water_reaches_buildings_as_it_rises_and_needs_a_ground(city: StudiedCity) -> None:
    # given levels below and above the ground of the houses
    assert city.terrain is not None
    ground = float(np.nanmax(city.terrain.heights_m))
    ask = FloodAsk(levels_m=[ground - 30.0, ground + 1.0, ground + 2.0])

    # when water rises from the river, and in a city without ground
    found = flood_study(city, ask, SilentProgress())
    with pytest.raises(InputError, match="地形"):
        flood_study(replace(city, terrain=None), ask, SilentProgress())

    # then every building is wet from the second level on, and the water lies at the last
    assert sorted(numbers(found, "Building")) == ["b0", "b1", "b2"]  # type: ignore[type-var]
    assert numbers(found, "Wet from (m)") == pytest.approx([ground + 1.0] * 3)
    assert np.unique(found.facets.points[:, 2]) == pytest.approx([ground + 2.0])


def test_a_flood_wall_keeps_the_houses_dry_until_it_is_overtopped(city: StudiedCity) -> None:
    # given a river to the east of all houses, and a long thin wall of 3 m between, which a bridge crosses
    assert city.terrain is not None
    river = shapely.box(X + 300, Y - 590, X + 330, Y + 590)
    ground = float(np.nanmax(city.terrain.heights_m))
    wall, deck = (
        build_tiles(replace(model, features=replace(model.features, class_names=(name,))))
        for name, model in (
            ("OtherConstruction", boxes([(200.0, y) for y in range(-700, 701, 20)], [ground] * 71, side_m=21.0)),
            ("Bridge", boxes([(250.0, 0.0)], [90.0])),
        )
    )
    walled = replace(city, water=[river], walls=[wall, deck])
    top_m = 4.0 + ground

    # when the water rises to just below its crest, above it, and without it
    wet = {
        (level, has_walls): flood_study(walled, FloodAsk(levels_m=[level], has_walls=has_walls), SilentProgress()).rows
        for level, has_walls in ((top_m - 0.1, True), (top_m + 0.1, True), (top_m - 0.1, False))
    }

    # then the houses are wet in the last two cases only
    assert wet == {(top_m - 0.1, True): 0, (top_m + 0.1, True): 3, (top_m - 0.1, False): 3}


def test_water_needs_a_source(city: StudiedCity) -> None:
    # given a city without water, when water is asked for, then it says what is missing
    with pytest.raises(InputError, match="水源"):
        flood_study(replace(city, water=()), FloodAsk(levels_m=[9.0]), SilentProgress())


def test_a_cone_of_flights_names_the_tower_and_draws_itself(city: StudiedCity) -> None:
    # given a pad beside the tower
    cone = Cone(title=Text("锥面", "Cone"), centre=(X, Y), base_m=4.0, inner_m=5.0, outer_m=100.0, slope=0.5)

    # when heights are studied
    found = height_study(city, HeightAsk(surfaces=[cone], middle=(X, Y), radius_m=100.0), SilentProgress())

    # then the tower and the house are told with what they are over, and posts and a net are drawn
    assert numbers(found, "Building") == ["b1", "b0"]
    assert numbers(found, "Over (m)")[0] == pytest.approx(64.0 - (4.0 + (18.0 - 5.0) * 0.5), abs=0.01)
    assert (found.strokes.values == 15.0).sum() == 2
    assert (found.strokes.values == -1.0).sum() > 100
    assert len(found.facets.values) == 20


def test_noise_names_the_walls_above_the_limit_and_those_behind_them_hear_less(city: StudiedCity) -> None:
    # given a loud machine to the north of the house, by day and by night
    ask = NoiseAsk(sources=[(X, Y + 40.0, 4.0)], power_db=105.0, height_m=1.5, radius_m=160.0, cell_m=8.0)

    # when it is studied
    day, night = (noise_study(city, replace(ask, is_night=is_night), SilentProgress()) for is_night in (False, True))

    # then the house is loudest, the tower behind it quieter, and night has the stricter limit of class 2
    assert numbers(day, "Building")[0] == "b0"
    assert numbers(day, "Level dB(A)")[0] > numbers(day, "Level dB(A)")[1]  # type: ignore[operator]
    assert numbers(night, "Over (dB)")[0] == pytest.approx(numbers(day, "Over (dB)")[0] + 10.0)  # type: ignore[operator]
    assert "60" in day.summary.en
    assert np.isfinite(day.facets.values).all()


def test_pollution_names_the_buildings_above_the_limit_and_what_was_assumed(city: StudiedCity) -> None:
    # given a source of hydrogen sulphide north of the house, in any wind and in one that blows it away
    ask = PollutionAsk(sources=[(X, Y + 40.0, 4.0)], pollutant="h2s", rate_kg_h=0.01, height_m=1.5, radius_m=160.0,
                       cell_m=8.0)  # fmt: skip
    away = replace(ask, weather=Weather(wind_m_s=1.5, from_deg=180.0))

    # and one whose outlet is on the roof of the house
    on_roof = replace(ask, sources=[(X, Y, 16.0)])

    # when all are studied
    worst, blown, own = (pollution_study(city, one, SilentProgress()) for one in (ask, away, on_roof))

    # then the house next to it has the most, further ones less, and the wind from the south spares all of them
    assert numbers(worst, "Building")[0] == "b0"
    in_air = numbers(worst, "In the air (µg/m³)")
    assert list(in_air) == sorted(in_air, reverse=True)  # type: ignore[type-var]
    assert in_air[0] > 10.0  # type: ignore[operator]
    assert max(numbers(blown, "In the air (µg/m³)")) == 0.0  # type: ignore[type-var]
    assert numbers(worst, "Of the limit (%)")[0] == pytest.approx(10.0 * in_air[0])  # type: ignore[operator]
    assert np.isfinite(worst.facets.values).any()
    assert "HJ 2.2-2018" in worst.method.en
    assert "180°" in blown.method.en
    assert "0 of 3" in blown.summary.en
    assert len(own.subjects) == 2


def test_walking_serves_what_lies_along_the_street(city: StudiedCity) -> None:
    # given a street past all houses, and a facility at its eastern end
    street = shapely.LineString([(X - 300, Y + 20), (X + 200, Y + 20)])
    ask = WalkAsk(facilities=[(X + 200.0, Y + 20.0, 4.0)], minutes=5.0)

    # when people walk five minutes, and where there are no streets
    found = walk_study(replace(city, streets=[street]), ask, SilentProgress())
    with pytest.raises(InputError, match="道路"):
        walk_study(city, ask, SilentProgress())

    # then the house and the tower are served, the one far to the west is not, and the street is coloured by minutes
    assert numbers(found, "Building") == ["b0", "b1"]
    assert numbers(found, "Way (m)")[0] == pytest.approx(220.0, abs=3.0)
    assert 0.0 < found.strokes.values.max() <= 5.2


def test_a_site_is_levelled_at_its_balance_or_at_a_given_level(city: StudiedCity) -> None:
    # given a site on ground that rises 1 : 100 to the east
    corners = [(X, Y), (X + 100, Y), (X + 100, Y + 50), (X, Y + 50)]

    # when it is levelled at its balance, half a metre higher, and when its corners enclose nothing
    balanced = earth_study(city, EarthAsk(corners=corners), SilentProgress())
    cut, fill, net, area, level, _ = numbers(balanced, "Value")
    higher = earth_study(city, EarthAsk(corners=corners, level_m=level + 0.5), SilentProgress())  # type: ignore[operator]
    with pytest.raises(InputError, match="角点"):
        earth_study(city, EarthAsk(corners=corners[:2]), SilentProgress())

    # then cut and fill are the two wedges of 25 cm at most, and half a metre more is half the area more
    assert (cut, fill) == pytest.approx((100 * 50 * 0.125, 100 * 50 * 0.125), rel=1e-3)
    assert net == pytest.approx(0.0, abs=0.5)
    assert area == pytest.approx(5000.0)
    assert numbers(higher, "Value")[2] == pytest.approx(2500.0, rel=1e-3)
