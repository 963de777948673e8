"""Features of a tile set are found by number and by id."""

import numpy as np

from sanping.domain.city import FeatureTable
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.tile import Tile, TileMesh, TileSet

BOX = Extent(west=0, south=0, east=1, north=1)


def tile_with(first_feature: int, ids: list[str]) -> Tile:
    nothing = TileMesh(
        points=np.zeros((0, 3), np.float32), triangles=np.zeros((0, 3), np.int32), point_feature=np.zeros(0, np.uint16)
    )
    count = len(ids)
    return Tile(
        key=str(first_feature),
        first_feature=first_feature,
        origin=np.zeros(3),
        extent=BOX,
        near=nothing,
        far=None,
        triangle_surface=np.zeros(0, np.uint8),
        first_triangle=np.zeros(count + 1, np.int32),
        anchor=np.zeros((count, 2), np.float32),
        features=FeatureTable(
            ids=ids,
            class_names=("Building",),
            class_code=np.zeros(count, np.uint16),
            parent=np.full(count, -1, np.int32),
            base_m=np.zeros(count, np.float32),
            height_m=np.zeros(count, np.float32),
            attributes=[{}] * count,
        ),
    )


TILES = TileSet(
    frame=GeoFrame(crs="LOCAL"),
    tiles=(tile_with(0, ["a", "b"]), tile_with(2, ["c"]), tile_with(3, ["d", "a", "e"])),
    feature_count=6,
    extent=BOX,
)


def test_each_number_is_in_one_tile_and_row() -> None:
    places = [(tile.first_feature, row) for tile, row in map(TILES.locate, range(6))]

    assert places == [(0, 0), (0, 1), (2, 0), (3, 0), (3, 1), (3, 2)]
    assert [TILES.id_of(number) for number in range(6)] == ["a", "b", "c", "d", "a", "e"]


def test_an_id_gives_the_first_number_that_has_it() -> None:
    assert [TILES.find(id) for id in ("a", "b", "c", "d", "e", "f")] == [0, 1, 2, 3, 5, None]
    assert dict(TILES.numbers) == {"a": 0, "b": 1, "c": 2, "d": 3, "e": 5}


def test_everybody_shares_one_table_of_numbers() -> None:
    # given what was found first
    TILES.find("e")
    first = list(map(id, TILES.numbers))

    # then the keys are the same objects ever after: a city's ids are not decoded again
    assert list(map(id, TILES.numbers)) == first
