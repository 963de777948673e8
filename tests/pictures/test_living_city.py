"""sanping.scene.living_city: the picture of what lives (layers.living_water, layers.curtains, layers.water)."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from fakes import small_city
from fakes.picture_stage import drawn, small_scene, stage
from fakes.small_river import NOON_MS, reading
from sanping.domain.station import Station, Thresholds
from sanping.domain.text import Text
from sanping.formats.standards import bundled_standard
from sanping.scene.city_scene import CityScene
from sanping.twin.live import LiveState, with_observations
from sanping.twin.live_part import LivePart
from sanping.twin.river import course_of
from sanping.twin.river_view import RiverView, river_view


def live_part() -> LivePart:
    """A river along the middle of the small city's water, with one gauge of everything."""
    water = small_city.river()
    west, south, east, north = shapely.total_bounds(water.geometries)
    middle = np.array([[west, (south + north) / 2], [east, (south + north) / 2]])
    course = course_of("creek", Text("河", "creek"), middle, np.full(2, (north - south) * 0.9))
    gauge = Station(
        id="g", name=Text("测站", "gauge"), kinds=("level", "quality", "rain", "pump"), x_m=float(west + east) / 2,
        y_m=float(north) + 20.0, river="creek", chainage_m=course.length_m / 2, datum="twin", datum_offset_m=0.0,
        thresholds=Thresholds(warning_m=3.0, guarantee_m=4.0, right_bank_m=4.2), target_class=4,
    )  # fmt: skip
    return LivePart(stations=(gauge,), rivers=(course,), standard=bundled_standard())


def seen(**values: float) -> RiverView:
    observations = [reading("g", name, value) for name, value in values.items()]
    return river_view(live_part(), with_observations(LiveState(is_linked=True), observations), NOON_MS)


@pytest.fixture
def scene(repository: Path) -> CityScene:
    made = small_scene(repository / "assets", "standard")
    made.add_tiles("blocks", "buildings", small_city.block_city())
    made.add_vector("river", "water", Text("水", "Water"), small_city.river())
    return made


def from_above(style: str, **changes: object):  # type: ignore[no-untyped-def]
    water = small_city.river()
    west, south, east, north = shapely.total_bounds(water.geometries)
    plain = stage(style)
    target = (float(west + east) / 2, float(south + north) / 2, 0.0)
    return replace(plain, camera=replace(plain.camera, target=target, pitch_deg=-70.0, distance_m=300.0), **changes)


def test_a_view_that_is_newer_by_its_time_alone_needs_no_new_picture(scene: CityScene) -> None:
    # given a scene that shows what lives
    first = seen(water_level=2.0)
    is_first_drawn = scene.show_river(first)

    # when the same is told two seconds later, and then another level
    answers = [scene.show_river(replace(first, now_ms=NOON_MS + 2_000)), scene.show_river(seen(water_level=2.5))]

    # then only what differs is to be drawn
    assert is_first_drawn
    assert answers == [False, True]


@pytest.mark.parametrize("style", ["night", "day"])
def test_foul_water_turns_red_and_clean_water_blue(scene: CityScene, style: str) -> None:
    # given the small city with its river coloured by class
    stage_by_class = from_above(style, water_colour="class")
    drawn(scene, stage_by_class)

    # when its section is foul, and then clean
    scene.show_river(seen(ammonia_nitrogen=9.0, water_level=2.0))
    foul = scene.picture(480, 270).astype(float)
    scene.show_river(seen(ammonia_nitrogen=0.1, water_level=2.0))
    clean = scene.picture(480, 270).astype(float)
    scene.close()

    # then the middle of the picture goes from red to blue
    box = (slice(120, 150), slice(180, 300))
    assert (foul[box] - clean[box])[..., 0].mean() > 40
    assert (clean[box] - foul[box])[..., 2].mean() > 40


def test_a_plain_river_is_what_it_was_when_nobody_measures_it(scene: CityScene) -> None:
    # given the small city
    before = drawn(scene, from_above("night", water_colour="level"))

    # when a view without readings is shown
    scene.show_river(seen())
    after = scene.picture(480, 270).astype(float)
    scene.close()

    # then no colour is claimed for the water
    box = (slice(120, 150), slice(200, 280))
    assert np.abs(after[box] - before[box]).mean() < 3


def test_amber_streets_step_back_beside_coloured_water(scene: CityScene) -> None:
    # given streets by night beside a river in its plain colour
    scene.add_vector("roads", "roads", Text("路", "Roads"), small_city.streets())
    plain = from_above("night")
    before = drawn(scene, plain)

    # when the river is coloured by its level, which nobody measures, and plain again
    coloured = replace(plain, water_colour="level")
    beside = drawn(scene, coloured, plain)
    after = drawn(scene, plain, coloured)
    scene.close()

    # then there is less amber meanwhile
    amber = [np.clip(picture[..., 0] - picture[..., 2], 0, None).mean() for picture in (before, beside, after)]
    assert amber[1] < 0.8 * amber[0]
    assert amber[2] == pytest.approx(amber[0], rel=0.02)


def test_the_surface_rises_with_its_gauge(scene: CityScene) -> None:
    # given the river at its nominal level
    drawn(scene, from_above("day"))
    calm = scene._content._waters()[0].sheet.points[:, 2].copy()

    # when the gauge reports 3.7 m, and then falls silent
    scene.show_river(seen(water_level=3.7))
    risen = scene._content._waters()[0].sheet.points[:, 2].copy()
    scene.show_river(seen())
    back = scene._content._waters()[0].sheet.points[:, 2].copy()
    scene.close()

    # then the water stands there, and falls back when nobody measures it
    assert np.allclose(risen, 3.7 - small_city.CENTRE[2], atol=1e-4)
    assert np.array_equal(back, calm)


def test_banks_at_risk_rain_alarms_and_running_pumps_are_seen(scene: CityScene) -> None:
    # given the small city at night
    scene.animate(0.4)
    drawn(scene, stage("night"))
    scene.show_river(seen(water_level=2.0))
    calm = scene.picture(480, 270).astype(float)

    # when the river is high, it rains and pumps run
    scene.show_river(seen(water_level=3.9, rain_hour=40.0, pumps_running=2.0))
    wild = scene.picture(480, 270).astype(float)

    # then the picture shows it, and closing leaves nothing behind
    assert (np.abs(wild - calm).max(axis=2) > 40).sum() > 300
    scene.close()


def test_signs_say_values_in_the_language_of_the_scene(scene: CityScene) -> None:
    # given a scene that shows a station without a facility
    drawn(scene, from_above("night"))
    scene.show_river(seen(water_level=2.0))

    # when the language changes
    labels = scene._content._label_layers()["@stations"]
    scene.set_language("en")
    scene.picture(480, 270)

    # then the sign is there, with its value
    assert [sign.zh for sign in labels._signs] == ["测站 2.00 m"]
    assert [sign.en for sign in labels._signs] == ["gauge 2.00 m"]
    scene.close()
