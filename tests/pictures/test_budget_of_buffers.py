"""sanping.scene.buffers in a real scene: a city larger than the budget of buffers is drawn whole wherever one looks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.picture_stage import EVENING, HEIGHT, WIDTH
from sanping.domain.tile import TileSet
from sanping.domain.view import CameraPose
from sanping.scene.city_scene import CityScene
from sanping.scene.window import offscreen_scene
from sanping.stage.state import Stage
from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import city_model

SMALL_BYTES = 300_000


@pytest.fixture(scope="module")
def city() -> TileSet:
    return build_tiles(city_model(6_000), tile_features=250)


def scene_of(city: TileSet, assets: Path) -> CityScene:
    east, north, _ = city.extent.centre
    scene = offscreen_scene(
        WIDTH, HEIGHT, centre=(east, north, 0.0), latitude_deg=31.24, longitude_deg=121.42, quality="draft",
        language="zh", assets=assets,
    )  # fmt: skip
    scene.add_tiles("blocks", "buildings", city)
    return scene


@pytest.fixture
def scene(city: TileSet, repository: Path) -> Iterator[CityScene]:
    opened = scene_of(city, repository / "assets")
    yield opened
    opened.close()


def stages(city: TileSet) -> list[Stage]:
    """Look down at six places from west to east, then at the whole city."""
    east, north, up = city.extent.centre
    width = city.extent.east - city.extent.west
    pose = CameraPose(target=(east, north, up), heading_deg=0.0, pitch_deg=-60.0, distance_m=260.0)
    near = [replace(pose, target=(east + width * (n - 2.5) / 7, north, up)) for n in range(6)]
    poses = [*near, replace(pose, distance_m=2_500.0)]
    return [Stage(camera=camera, style="night", moment=EVENING) for camera in poses]


def test_a_city_beyond_the_budget_is_drawn_as_without_one(city: TileSet, scene: CityScene, repository: Path) -> None:
    # given a scene that may hold little at once, and one without a limit
    scene._context.buffers.most_bytes = SMALL_BYTES
    free = scene_of(city, repository / "assets")

    # when both fly over the city
    shown, most, largest = None, 0, 0
    for stage in stages(city):
        for one in (scene, free):
            one.show(stage, shown)
        pictures = [one.picture(WIDTH, HEIGHT) for one in (scene, free)]
        shown = stage
        # then they draw the same
        np.testing.assert_array_equal(pictures[0], pictures[1])
        assert len(np.unique(pictures[0])) > 20
        most = max(most, scene._context.buffers.used_bytes)
        largest = max(largest, free._context.buffers.used_bytes)
    free.close()

    # and the first never held all that the second does in the end
    assert largest > 1.5 * SMALL_BYTES
    assert most < largest * 0.8


def test_nothing_is_counted_after_a_layer_is_gone(city: TileSet, scene: CityScene) -> None:
    first = stages(city)[0]
    scene.show(first, None)
    scene.picture(WIDTH, HEIGHT)
    assert scene._context.buffers.used_bytes > 0

    scene.remove("blocks")

    assert scene._context.buffers.used_bytes == 0
