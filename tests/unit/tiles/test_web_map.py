"""A twin becomes squares of a map: the same buildings, where they stand, as high as they are."""

import gzip
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from readers_to_run import boxes, terrain

from sanping.analysis.map_frame import degrees_of
from sanping.analysis.outlines import outlines_of
from sanping.domain.city import Origin
from sanping.domain.errors import Cancelled, FileBroken
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import VectorLayer
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles
from sanping.tiles.map_content import MapSource, map_extent, map_layers
from sanping.tiles.map_file import MapFile, write_map
from sanping.tiles.web_map import EXTENT, MOST_ZOOM, map_tiles, mercator

CRS = "EPSG:4549"


@pytest.fixture(scope="module")
def tiles() -> TileSet:
    return build_tiles(boxes(40))


def water() -> VectorLayer:
    return VectorLayer(
        frame=GeoFrame(crs=CRS),
        origin=Origin(format="test"),
        ids=("w1",),
        geometries=np.array([shapely.box(539_900, 3_456_900, 540_400, 3_457_050)]),
        attributes=({"name": "苏州河", "name_en": "Suzhou Creek", "kind": "river", "secret": [1]},),
    )


def sources(tiles: TileSet) -> list[MapSource]:
    return [
        MapSource(name="buildings", role="buildings", content=tiles),
        MapSource(name="water", role="water", content=water()),
        MapSource(name="terrain", role="terrain", content=terrain()),
    ]


def test_the_outline_of_a_box_is_its_roof_at_its_height(tiles: TileSet) -> None:
    # given boxes of known sides and heights
    model = boxes(40)
    roofs = {
        id: shapely.Polygon(model.points[8 * row + 4 : 8 * row + 8, :2]) for row, id in enumerate(model.features.ids)
    }

    # when their outlines are taken
    found = {}
    for tile in tiles.tiles:
        outlines = outlines_of(tile)
        for row, shape, top_m in zip(outlines.row, outlines.shape, outlines.top_m, strict=True):
            found[tile.features.ids[row]] = (shape, top_m, float(tile.features.height_m[row]))

    # then each box has one, of its area and place, as high as it is
    assert found.keys() == roofs.keys()
    for id, (shape, top_m, height_m) in found.items():
        assert shapely.area(shapely.symmetric_difference(shape, roofs[id])) < 0.05
        assert top_m == pytest.approx(height_m, abs=0.01)


def test_the_nearest_squares_hold_every_building_where_it_stands(tiles: TileSet) -> None:
    # given a map of boxes beside a creek
    layers = map_layers(sources(tiles))

    # when it is cut
    squares = list(map_tiles(layers, SilentProgress()))
    nearest = [(column, row, body) for zoom, column, row, body in squares if zoom == MOST_ZOOM]
    places: dict[str, list[tuple[float, float]]] = {}
    heights = {}
    for column, row, body in nearest:
        for feature in mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})["building"]["features"]:
            shape = shapely.geometry.shape(feature["geometry"])
            middle = shape.centroid
            id = feature["properties"]["id"]
            places.setdefault(id, []).append(((column + middle.x / EXTENT), (row + middle.y / EXTENT)))
            heights[id] = feature["properties"]["height"]

    # then all forty are there, within half a metre of where the projection puts them, with height and layer
    model = boxes(40)
    assert len(places) == 40
    for number, id in enumerate(model.features.ids):
        if len(places[id]) > 1:
            continue  # cut by the edge of a square
        centre = model.points[8 * number : 8 * number + 8, :2].mean(axis=0, keepdims=True)
        x, y = mercator(degrees_of(CRS, centre))[0] * 2.0**MOST_ZOOM
        assert np.hypot(places[id][0][0] - x, places[id][0][1] - y) * 1050 < 0.5
        assert heights[id] == pytest.approx(float(model.features.height_m[number]), abs=0.06)


def test_names_come_along_and_lists_stay_at_home(tiles: TileSet) -> None:
    # given water with a name in two languages and an attribute that is no word
    # when its layer is made
    layer = next(layer for layer in map_layers(sources(tiles)) if layer.name == "water")

    # then the map can say what it is
    assert layer.properties[0] == {
        "id": "w1", "layer": "water", "name": "苏州河", "name_en": "Suzhou Creek", "kind": "river",
    }  # fmt: skip


def test_the_extent_is_that_of_what_is_shown(tiles: TileSet) -> None:
    # given a twin whose terrain reaches much farther than its buildings
    # when the extent of its map is asked for, or that of nothing
    found = map_extent(sources(tiles))

    # then the terrain does not count
    assert found is not None
    assert found[0] == CRS
    assert found[1].west == pytest.approx(539_900, abs=1)
    assert map_extent([MapSource(name="terrain", role="terrain", content=terrain())]) is None


def test_a_map_file_gives_back_what_was_written(tmp_path: Path) -> None:
    # given a file of two squares
    path = tmp_path / "a.mbtiles"
    count = write_map(path, [(1, 0, 1, b"south"), (1, 1, 0, b"north")], {"name": "城", "bounds": "1,2,3,4"})

    # when it is read
    file = MapFile(path)

    # then rows count from the north, and nothing half-written is left
    assert count == 2
    assert gzip.decompress(file.square(1, 0, 1) or b"") == b"south"
    assert gzip.decompress(file.square(1, 1, 0) or b"") == b"north"
    assert file.square(1, 1, 1) is None
    assert file.about["name"] == "城"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.mbtiles"]
    file.close()


def test_cancelling_leaves_no_file_and_garbage_is_named(tmp_path: Path, tiles: TileSet) -> None:
    # given a person who cancels, and a file that is no map
    class Impatient:
        def report(self, fraction: float, doing: Text) -> None:
            if fraction > 0.3:
                raise Cancelled(Text("停", "stop"))

    path, garbage = tmp_path / "a.mbtiles", tmp_path / "b.mbtiles"
    garbage.write_bytes(b"no map" * 1000)

    # when the map is written, and the garbage is read
    with pytest.raises(Cancelled):
        write_map(path, map_tiles(map_layers(sources(tiles)), Impatient()), {})
    with pytest.raises(FileBroken, match=r"b\.mbtiles"):
        MapFile(garbage)

    # then nothing is left of the one, and the other was named
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["b.mbtiles"]
