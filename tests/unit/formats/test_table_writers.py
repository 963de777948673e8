"""GeoPackage and GeoParquet that we write, as GDAL, GeoPandas and DuckDB see them."""

import json
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from fakes.small_city import block_city, slope
from fakes.small_export import city_layers, house, layer, wish
from sanping.domain.errors import InputError
from sanping.domain.ground import VectorLayer
from sanping.formats.outgoing.columns import MOST_COLUMNS, columns_of
from sanping.formats.outgoing.layers import NO_TERRAIN
from sanping.formats.outgoing.writing import write
from sanping.formats.vector import VectorReader
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

SILENT = SilentProgress()


def test_gdal_reads_a_table_for_each_layer_with_outlines_heights_names_and_attributes(tmp_path: Path) -> None:
    # given all layers of the city
    path = tmp_path / "city.gpkg"

    # when they are written
    exported = write(path, city_layers(), wish("gpkg"), SILENT)

    # then GDAL lists a table for each but the terrain, which is named as passed over
    tables = dict(pyogrio.list_layers(path))
    assert tables["blocks"] == "MultiPolygon Z"
    assert tables["roads"] == "LineString"
    assert set(tables) == {"blocks", "house", "roads", "water", "green", "places"}
    assert [(skip.reason, skip.examples) for skip in exported.skipped] == [(NO_TERRAIN, ("terrain",))]
    meta, table = pyogrio.read_arrow(path, layer="house")
    rows = {row["id"]: row for row in table.to_pylist()}
    assert meta["crs"] == "EPSG:4549"
    assert rows["house"]["name_zh"] == "长风商务楼"
    assert rows["house-2"]["parent"] == "house"
    assert rows["house-2"]["height_m"] == pytest.approx(30.0)
    outline = shapely.from_wkb(rows["house-2"]["geom"])
    assert outline.area == pytest.approx(24.0 * 24.0, rel=1e-4)
    assert shapely.get_coordinates(outline, include_z=True)[0, 2] == pytest.approx(4.0)


def test_attributes_keep_their_kind_and_names_that_clash_get_another(tmp_path: Path) -> None:
    # given a house whose attributes are called like columns of ours and are of several kinds
    path = tmp_path / "house.gpkg"

    # when it is written
    write(path, [layer("house", "buildings", build_tiles(house()))], wish("gpkg"), SILENT)
    _, table = pyogrio.read_arrow(path, layer="house")
    rows = {row["id"]: row for row in table.to_pylist()}

    # then none is lost, and none is taken for another
    assert rows["house"]["ID_2"] == "x"
    assert rows["b0"]["height_m"] == pytest.approx(20.0)
    assert rows["b0"]["height_m_2"] == "about 20"
    assert (rows["house"]["storeys"], rows["house-2"]["storeys"]) == (9.0, 9.5)
    assert (rows["house"]["is_new"], rows["house-2"]["is_new"], rows["b0"]["is_new"]) == (True, False, None)
    assert json.loads(rows["b0"]["materials"]) == ["brick", "glass"]


def test_our_own_reader_takes_a_geopackage_back(tmp_path: Path) -> None:
    # given the roads, written in longitude and latitude
    path = tmp_path / "roads.gpkg"
    roads = next(one for one in city_layers() if one.name == "roads")
    write(path, [roads], wish("gpkg", crs="EPSG:4490"), SILENT)

    # when they are read into the twin's CRS
    found = VectorReader().read(path, ReadOptions(target_crs="EPSG:4549", role="roads"), SILENT)

    # then they lie where they lay
    assert isinstance(found, VectorLayer)
    assert isinstance(roads.content, VectorLayer)
    assert len(found.ids) == 3
    assert shapely.hausdorff_distance(found.geometries[0], roads.content.geometries[0]) < 0.001


def test_geoparquet_says_what_it_is_and_duckdb_and_geopandas_read_it(tmp_path: Path) -> None:
    # given all layers as one table, in longitude and latitude
    path = tmp_path / "city.parquet"

    # when it is written
    exported = write(path, city_layers(), wish("geoparquet", crs="EPSG:4326"), SILENT)

    # then its head follows GeoParquet 1.1
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4326}
    assert "MultiPolygon Z" in column["geometry_types"]
    assert 118.4 < column["bbox"][0] < column["bbox"][2] < 118.5

    # and other programs find the same rows
    rows = duckdb.sql(f"select layer, count(*) n from '{path}' group by layer").fetchall()
    assert dict(rows)["blocks"] == 120
    assert sum(dict(rows).values()) == exported.objects
    geopandas = pytest.importorskip("geopandas", reason="GeoPandas is not installed")
    frame = geopandas.read_parquet(path)
    assert frame.crs.to_epsg() == 4326
    assert frame[frame.layer == "water"].to_crs(4549).area.sum() == pytest.approx(1800 * 80, rel=1e-6)


def test_of_a_part_only_the_chosen_objects_are_written(tmp_path: Path) -> None:
    # given three of 120 blocks
    tiles = block_city()
    chosen = np.zeros(tiles.feature_count, bool)
    chosen[[3, 40, 119]] = True
    path = tmp_path / "three.gpkg"

    # when they are written
    exported = write(path, [layer("blocks", "buildings", tiles, chosen)], wish("gpkg"), SILENT)

    # then they alone are there
    assert exported.objects == 3
    assert set(pyogrio.read_arrow(path)[1]["id"].to_pylist()) == {tiles.id_of(3), tiles.id_of(40), tiles.id_of(119)}


@pytest.mark.parametrize("format", ["gpkg", "glb", "cityjson", "3dtiles", "geoparquet"])
def test_an_empty_choice_and_a_terrain_alone_are_refused_with_words(tmp_path: Path, format: str) -> None:
    # given no chosen object, and a layer that no format takes
    nobody = np.zeros(block_city().feature_count, bool)

    # when they are to be written
    for one in (layer("blocks", "buildings", block_city(), nobody), layer("ground", "terrain", slope())):
        with pytest.raises(InputError) as refused:
            write(tmp_path / "nothing", [one], wish(format), SILENT)  # type: ignore[arg-type]

        # then it says so
        assert "没有可导出的对象" in str(refused.value)
        assert not (tmp_path / "nothing").exists()


def test_no_table_gets_more_columns_than_it_can_hold() -> None:
    # given objects with a key of its own for each, and one they share
    attributes = [{f"key{number}": number, "shared": "a"} for number in range(3 * MOST_COLUMNS)]

    # when columns are made of them
    columns = columns_of(attributes, ("id",))

    # then there are as many as fit, the frequent one among them
    assert len(columns) == MOST_COLUMNS
    assert "shared" in {column.name for column in columns}
