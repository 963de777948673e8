"""sanping.scene.governed_city: areas, heat, lines of sight (layers.area_fills, layers.heat_map, layers.sight_lines)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from fakes import small_city
from fakes.picture_stage import HEIGHT, WIDTH, drawn, small_scene, stage
from sanping.scene.city_scene import CityScene
from sanping.scene.governed_values import Areas, SightLine
from sanping.scene.layers.area_fills import AreaFills
from sanping.stage.state import Stage

EAST, NORTH, _ = small_city.CENTRE
NO_AREAS = Areas(polygons=[], shares=np.zeros(0))


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    made = small_scene(repository / "assets")
    made.animate(1.0)
    yield made
    made.close()


def above(style: str) -> Stage:
    plain = stage(style)
    camera = replace(plain.camera, target=(EAST, NORTH, 0.0), distance_m=500.0, pitch_deg=-89.0, heading_deg=0.0)
    return replace(plain, camera=camera)


def again(scene: CityScene) -> np.ndarray:
    return scene.picture(WIDTH, HEIGHT).astype(float)


@pytest.mark.parametrize("style", ["night", "day"])
def test_areas_take_the_colour_of_their_value_and_one_without_has_only_a_border(scene: CityScene, style: str) -> None:
    # given the empty ground
    empty = drawn(scene, above(style))

    # when a low, a high and an unknown area are shown
    boxes = [shapely.box(EAST + x, NORTH - 60.0, EAST + x + 100.0, NORTH + 60.0) for x in (-170.0, -50.0, 70.0)]
    scene.governed.show_areas(Areas(polygons=boxes, shares=np.array([0.0, 1.0, np.nan])))
    shown = again(scene)
    scene.governed.show_areas(NO_AREAS)

    # then the high one is more yellow than the low one, the last is bare inside, and all of it can go
    low, high, unknown = (shown[115:155, c - 12 : c + 12].reshape(-1, 3).mean(axis=0) for c in (154, 240, 326))
    bare = empty[115:155, 314:338].reshape(-1, 3).mean(axis=0)
    assert high[1] - high[2] > low[1] - low[2] + 40
    assert np.abs(unknown - bare).max() < 35  # by night the border shines into it
    assert np.abs(unknown - bare).max() < 0.5 * np.abs(high - bare).max()
    assert (np.abs(shown - empty).max(axis=2) > 25)[100:170, 280:380].sum() > 100
    assert np.abs(again(scene) - empty).max() < 2


def test_areas_lie_on_a_slope(scene: CityScene) -> None:
    # given a terrain that rises to the east, and one wide area
    scene.add_terrain("ground", small_city.slope())
    layer = AreaFills(scene._context)

    # when it is draped
    layer.set_areas(Areas(polygons=[shapely.box(EAST - 500, NORTH - 500, EAST + 500, NORTH + 500)], shares=np.ones(1)))
    heights = []
    for actor in layer.actors:
        bounds = actor.GetMapper().GetInput().GetBounds()
        heights.append(bounds[5] - bounds[4])
    layer.release()

    # then fill and border rise with the ground, by one metre in a hundred
    assert heights == pytest.approx([10.0, 10.1], abs=0.2)


def test_heat_is_strongest_where_most_points_lie(scene: CityScene) -> None:
    # given ten points in the west and two in the east
    empty = drawn(scene, above("day"))
    x = EAST + np.array([-100.0] * 10 + [100.0] * 2)

    # when their density is shown
    scene.governed.show_heat(x, np.full(12, NORTH), np.ones(12), 25.0)
    shown = again(scene)
    scene.governed.show_heat(x[:0], x[:0], x[:0])

    # then it is red in the west, blue or green in the east, and nothing far away
    west, east = shown[HEIGHT // 2, WIDTH // 2 - 72], shown[HEIGHT // 2, WIDTH // 2 + 72]
    assert west[0] > west[2] + 80
    assert east[2] > east[0]
    assert np.abs(shown[10:30, 10:30] - empty[10:30, 10:30]).max() < 3
    assert np.abs(again(scene) - empty).max() < 2


def test_a_clear_line_is_green_and_a_blocked_one_red_and_dashed_beyond(scene: CityScene) -> None:
    # given a clear line in the north, and one in the south that is blocked half way
    empty = drawn(scene, above("night"))
    scene.governed.show_sights(
        [
            SightLine(start=(EAST - 120, NORTH + 60, 9.0), end=(EAST + 120, NORTH + 60, 9.0)),
            SightLine(
                start=(EAST - 120, NORTH - 60, 9.0), end=(EAST + 120, NORTH - 60, 9.0),
                blocked_at=(EAST, NORTH - 60, 9.0),
            ),
        ]
    )  # fmt: skip

    # when they are drawn
    shown = again(scene)
    difference = shown - empty
    north, south = difference[: HEIGHT // 2], difference[HEIGHT // 2 :]
    seen, beyond = south[:, : WIDTH // 2 - 12], south[:, WIDTH // 2 + 12 :]

    # then one is green all along, the other red up to the middle, and grey with gaps behind it
    assert north[..., 1].max() > 60 > north[..., 0].max()
    assert seen[..., 0].max() > 60 > seen[..., 1].max()
    along = beyond.max(axis=(0, 2))[:70] > 25
    assert 0.25 < along.mean() < 0.85
    assert (np.abs(np.diff(along.astype(int))).sum()) >= 6


def test_taking_things_away_leaves_the_light_of_the_city_alone(scene: CityScene) -> None:
    # given a city by day, with its shadows, and a line of sight in it
    scene.set_quality("standard")
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    drawn(scene, stage("day"))
    before = again(scene).mean()
    scene.governed.show_sights([SightLine(start=(EAST, NORTH, 9.0), end=(EAST + 50.0, NORTH, 9.0))])
    again(scene)

    # when the line goes
    scene.governed.show_sights([])

    # then the city is as bright as it was
    assert again(scene).mean() == pytest.approx(before, abs=0.2)
