"""`analysis.obstacles`: a person stops before walls, slides along them, and is shut in by nothing."""

from dataclasses import replace

import numpy as np
import pytest

from fakes.small_city import CENTRE, boxes
from sanping.analysis.obstacles import BODY_M, Obstacles
from sanping.domain.city import SurfaceKind
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.tiles.build import build_tiles

EYE_M = 1.7


def block(height_m: float = 20.0, up_m: float = 0.0, east: float = 0.0) -> TileSet:
    """One block, whose foot is `up_m` above the ground."""
    model = boxes([(east, 0.0)], [height_m])
    foot = model.points[:, 2].min()
    return build_tiles(replace(model, points=model.points - [0.0, 0.0, foot - up_m]))


def half(tiles: TileSet) -> float:
    return (tiles.extent.east - tiles.extent.west) / 2.0


def eye(east: float, north: float) -> Point:
    return (CENTRE[0] + east, CENTRE[1] + north, EYE_M)


def test_a_wall_stops_whoever_walks_at_it_a_body_before_it() -> None:
    tiles = block()
    edge = half(tiles)

    step = Obstacles([tiles]).free_step(eye(-edge - 5.0, 0.0), 30.0, 0.0)

    assert step == pytest.approx((5.0 - BODY_M, 0.0), abs=1e-3)


def test_whoever_meets_it_aslant_goes_on_along_it_and_past_it_at_its_side() -> None:
    # given somebody before the middle of a wall, and one who walks just beside the block
    tiles = block()
    edge = half(tiles)
    way = Obstacles([tiles])

    aslant = way.free_step(eye(-edge - 1.0, 0.0), 3.0, 3.0)
    grazing = way.free_step(eye(-edge - 1.0, edge + 0.5 * BODY_M), 4.0, 0.0)
    beside = way.free_step(eye(-edge - 1.0, edge + 1.5 * BODY_M), 4.0, 0.0)

    # then the first loses only what led into the wall, shoulders count, and who passes clear is not stopped
    assert aslant[0] < 1.0
    assert aslant[1] == pytest.approx(3.0, abs=0.1)
    assert grazing[0] < 1.0
    assert beside == (4.0, 0.0)


def test_neither_kerbs_nor_what_hangs_above_the_head_stop_anybody() -> None:
    for tiles in (block(0.4), block(5.0, up_m=3.0)):
        assert Obstacles([tiles]).free_step(eye(-half(tiles) - 1.0, 0.0), 4.0, 0.0) == (4.0, 0.0)
    low_beam = block(5.0, up_m=1.2)
    assert Obstacles([low_beam]).free_step(eye(-half(low_beam) - 1.0, 0.0), 4.0, 0.0)[0] < 1.0


def test_whoever_stands_in_a_block_gets_out_and_a_door_lets_in() -> None:
    tiles = block()
    edge = half(tiles)
    doors = replace(
        tiles,
        tiles=tuple(
            replace(tile, triangle_surface=np.full_like(tile.triangle_surface, SurfaceKind.DOOR))
            for tile in tiles.tiles
        ),
    )

    assert Obstacles([tiles]).free_step(eye(0.0, 0.0), edge + 5.0, 0.0) == (edge + 5.0, 0.0)
    assert Obstacles([doors]).free_step(eye(-edge - 1.0, 0.0), 4.0, 0.0) == (4.0, 0.0)


def test_the_nearest_of_several_layers_stops_and_nothing_stops_where_nothing_stands() -> None:
    near, far = block(), block(east=80.0)
    start = eye(-half(near) - 2.0, 0.0)

    assert Obstacles([far, near]).free_step(start, 200.0, 0.0)[0] == pytest.approx(2.0 - BODY_M, abs=1e-3)
    assert Obstacles([far]).free_step(start, 5.0, 0.0) == (5.0, 0.0)
    assert Obstacles(()).free_step(start, 5.0, 1.0) == (5.0, 1.0)
    assert Obstacles([near]).free_step(start, 0.0, 0.0) == (0.0, 0.0)
