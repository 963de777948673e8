"""sanping.scene.lifetimes: buildings come and go with the moment that is shown."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import small_city
from fakes.picture_stage import drawn, small_scene, stage
from sanping.domain.tile import TileSet
from sanping.scene.city_scene import CityScene
from sanping.stage.timeline import Timeline
from sanping.tiles.build import build_tiles

OPENED_MS, GONE_MS = 1_700_000_000_000, 1_750_000_000_000
TOWER = "b1"


def city() -> TileSet:
    """Two blocks; the tall one in the middle of the picture stands between two moments only."""
    tiles = build_tiles(small_city.boxes([(-150.0, 60.0), (0.0, 60.0)], [20.0, 90.0], side_m=60.0))
    valid = np.array([[-np.inf, np.inf], [OPENED_MS, GONE_MS]])
    return replace(
        tiles,
        tiles=tuple(
            replace(tile, valid_ms=valid[tile.first_feature : tile.first_feature + len(tile.features)])
            for tile in tiles.tiles
        ),
    )


@pytest.fixture
def scene(repository: Path) -> CityScene:
    made = small_scene(repository / "assets")
    made.add_tiles("blocks", "buildings", city())
    return made


def test_a_building_is_drawn_picked_and_casts_its_shadow_only_while_it_stands(scene: CityScene) -> None:
    # given a stage that looks at the tower
    plain = stage("day")
    try:
        # when it is shown before, between, after, and before again
        moments = (OPENED_MS - 1, OPENED_MS, GONE_MS, OPENED_MS - 1)
        pictures, picks, old = [], [], None
        for at_ms in moments:
            wanted = replace(plain, timeline=Timeline(mode="paused", at_ms=at_ms))
            pictures.append(drawn(scene, wanted, old))
            pick = scene.pick(240, 140)
            picks.append(None if pick is None else pick.id)
            old = wanted

        # then it is there between only, and nothing of it is left on the ground
        assert picks == [None, TOWER, None, None]
        assert np.abs(pictures[1] - pictures[0])[100:160, 200:280].mean() > 10
        assert np.abs(pictures[2] - pictures[0]).mean() < 0.5
        assert np.abs(pictures[3] - pictures[0]).mean() < 0.5
    finally:
        scene.close()


def test_what_is_gone_today_is_not_drawn_live(scene: CityScene) -> None:
    # given the same city, whose tower went years ago
    try:
        # when it is shown live
        drawn(scene, stage("day"))

        # then the tower is not there
        assert scene.pick(240, 140) is None
    finally:
        scene.close()
