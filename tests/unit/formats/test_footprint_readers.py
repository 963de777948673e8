import json
import random
import shutil
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from sanping.domain.city import CityModel, SurfaceKind
from sanping.domain.errors import CrsMissing, FileBroken, FormatUnknown, InputError, ProjectInvalid
from sanping.domain.ground import VectorLayer
from sanping.formats.catalog import read
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

E, N = 640000.0, 3457000.0
SQUARE = [[E, N], [E + 10, N], [E + 10, N + 10], [E, N + 10], [E, N]]
HOLE = [[E + 4, N + 4], [E + 4, N + 6], [E + 6, N + 6], [E + 6, N + 4], [E + 4, N + 4]]
BOWTIE = [[E, N], [E + 10, N + 10], [E + 10, N], [E, N + 10], [E, N]]


def feature(coordinates: object, kind: str = "Polygon", **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def geojson(path: Path, features: Sequence[object], crs: str = "EPSG:4549") -> Path:
    head = {"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": crs}}}
    path.write_text(json.dumps({**head, "features": features}, ensure_ascii=False), encoding="utf-8")
    return path


def opened(path: Path, **options: object) -> CityModel | VectorLayer:
    reading = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(reading, (CityModel, VectorLayer))
    return reading


def model_of(path: Path, role: str = "buildings", **settings: object) -> CityModel:
    model = opened(path, role=role, settings=tuple(settings.items()))
    assert isinstance(model, CityModel)
    return model


def volume(model: CityModel) -> float:
    """Volume between the triangles and height 0: right only when walls and roofs all face outwards and floors are 0."""
    a, b, c = (model.points[model.triangles[:, k]] - (E, N, 0.0) for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def skipped(model: CityModel | VectorLayer) -> Mapping[str, int]:
    return {entry.reason.en: entry.count for entry in model.origin.skipped}


def test_a_square_becomes_a_block_that_faces_outwards(tmp_path: Path) -> None:
    model = model_of(geojson(tmp_path / "a.geojson", [feature([SQUARE], height=12.0, name="甲")]))

    assert volume(model) == pytest.approx(10 * 10 * 12)
    assert (model.triangle_surface == SurfaceKind.ROOF).sum() == 2
    assert (model.triangle_surface == SurfaceKind.WALL).sum() == 8
    assert model.features.class_of(0) == "Building"
    assert model.features.height_m[0] == 12.0
    assert model.features.attributes[0] == {"height": 12.0, "name": "甲"}


@pytest.mark.parametrize("is_reversed", [False, True])
def test_holes_and_wrong_winding_give_the_same_block(tmp_path: Path, is_reversed: bool) -> None:
    rings = [SQUARE[::-1], HOLE[::-1]] if is_reversed else [SQUARE, HOLE]

    model = model_of(geojson(tmp_path / "a.geojson", [feature(rings, height=5)]))

    assert volume(model) == pytest.approx((100 - 4) * 5)


def test_every_part_of_a_multipolygon_belongs_to_its_feature(tmp_path: Path) -> None:
    far = [[x + 50, y] for x, y in SQUARE]

    model = model_of(geojson(tmp_path / "a.geojson", [feature([[SQUARE], [far]], "MultiPolygon", height=2)]))

    assert len(model.features) == 1
    assert volume(model) == pytest.approx(400)


def test_a_self_intersecting_polygon_is_repaired_and_counted(tmp_path: Path) -> None:
    model = model_of(geojson(tmp_path / "a.geojson", [feature([BOWTIE], height=4), feature([SQUARE], height=1)]))

    assert volume(model) == pytest.approx(50 * 4 + 100)
    assert any("1 self-intersecting" in note.en for note in model.origin.notes)


def test_broken_features_are_left_out_and_counted_by_reason(tmp_path: Path) -> None:
    line = [[E, N], [E + 5, N + 5], [E, N]]
    bad = [
        feature([SQUARE], height=3),
        {"type": "Feature", "properties": {}, "geometry": None},
        feature([line], height=3),
        feature([[[E, N], [E, "x"], [E, N + 1], [E, N]]], height=3),
        feature(SQUARE, height=3),
        feature([], height=3),
        feature([E, N], "Point"),
        feature([[[1e200, N], *SQUARE]], height=3),
        "nonsense",
    ]

    model = model_of(geojson(tmp_path / "a.geojson", bad))

    assert len(model.features) == 1
    assert sum(skipped(model).values()) == 8
    assert all(entry.examples for entry in model.origin.skipped)


def test_heights_come_from_height_then_storeys_then_the_default(tmp_path: Path) -> None:
    features = [
        feature([SQUARE], 楼高="12.5米", 层数=9),
        feature([SQUARE], 楼高=None, 层数="6层"),
        feature([SQUARE], 楼高=-3, 层数=None),
        feature([SQUARE], 楼高="高", 层数=2),
    ]

    model = model_of(geojson(tmp_path / "a.geojson", features), default_height_m=8.0)

    assert model.features.height_m.tolist() == [12.5, 18.0, 8.0, 6.0]
    notes = " ".join(note.en for note in model.origin.notes)
    assert "1 heights come from the column “楼高”" in notes
    assert "2 heights come from the storeys in “层数”" in notes
    assert "1 objects have no height; 8 m" in notes


def test_columns_storeys_and_base_can_be_set(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [feature([SQUARE], n=4, foot=7.5, height=99)])

    model = model_of(path, storeys_column="n", height_column="n", base_column="foot", storey_height_m=3.5)

    assert model.features.height_m[0] == 4.0
    assert model.features.base_m[0] == 7.5
    with pytest.raises(ProjectInvalid, match="missing"):
        model_of(path, height_column="missing")
    with pytest.raises(ProjectInvalid):
        model_of(geojson(tmp_path / "b.geojson", [feature([SQUARE])]), default_height_m="high")


def test_ring_heights_are_the_foot_and_flat_rings_need_a_terrain(tmp_path: Path) -> None:
    raised = [[x, y, 21.0 + i * 0.1] for i, (x, y) in enumerate(SQUARE)]

    on_ground = model_of(geojson(tmp_path / "a.geojson", [feature([raised], height=3)]))
    floating = model_of(geojson(tmp_path / "b.geojson", [feature([SQUARE], height=3)]))

    assert on_ground.features.base_m[0] == 21.0
    assert not any("terrain" in note.en for note in on_ground.origin.notes)
    assert any("need a terrain" in note.en for note in floating.origin.notes)


def test_a_part_above_the_ground_gets_a_floor(tmp_path: Path) -> None:
    model = model_of(geojson(tmp_path / "a.geojson", [feature([SQUARE], height=30, min_height=20)]))

    assert model.features.height_m[0] == 10.0
    assert (model.triangle_surface == SurfaceKind.OUTER_FLOOR).sum() == 2
    assert volume(model) == pytest.approx(1000.0)


def test_gbk_text_and_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = geojson(tmp_path / "a.geojson", [feature([SQUARE], height=3, 名称="普陀区政府")]).read_text("utf-8")
    (tmp_path / "gbk.geojson").write_bytes(text.encode("gb18030"))
    (tmp_path / "bom.geojson").write_bytes(b"\xef\xbb\xbf" + text.encode())
    second = json.dumps(feature([SQUARE], 名称="长寿路"), ensure_ascii=False)
    (tmp_path / "mixed.geojson").write_bytes(text[:-2].encode() + b",\n" + second.encode("gbk") + b"]}")

    for name in ("gbk", "bom", "mixed"):
        assert model_of(tmp_path / f"{name}.geojson").features.attributes[0]["名称"] == "普陀区政府"
    assert model_of(tmp_path / "mixed.geojson").features.attributes[1]["名称"] == "长寿路"


def test_features_one_a_line_are_read_and_broken_lines_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.geojsonl"
    degrees = [[[121.4, 31.2], [121.401, 31.2], [121.401, 31.201], [121.4, 31.2]]]
    line = json.dumps(feature(degrees, height=3))
    path.write_text(f"{line}\n{line}\n{line[:-9]}\n")

    model = model_of(path)

    assert len(model.features) == 2
    assert sum(skipped(model).values()) == 1
    assert model.origin.skipped[0].examples == ("line 3",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"type":"FeatureCollection","features":[]}', FileBroken),
        ('{"type":"FeatureCollection","features":[{"type":"Feature","geometry"', FileBroken),
        ('{"type":"FeatureCollection","features":{}}', FileBroken),
        ('{"type":"FeatureCollection"}', FileBroken),
        ('{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":null}]}', FileBroken),
        ('{"type":"Polygon","coordinates":' + "[" * 3000 + "]" * 3000 + "}", FileBroken),
        ('{"type":"Strange","features":[1]}', FormatUnknown),
    ],
)
def test_files_of_no_use_are_refused(tmp_path: Path, text: str, kind: type[InputError]) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(text)

    with pytest.raises(kind) as caught:
        opened(path, role="buildings")

    assert "a.geojson" in str(caught.value)


def test_metres_without_a_crs_ask_for_one(tmp_path: Path) -> None:
    path = geojson(tmp_path / "a.geojson", [feature([SQUARE], height=3)])
    text = path.read_text().replace('"crs"', '"no"')
    path.write_text(text)

    with pytest.raises(CrsMissing):
        opened(path, role="buildings")
    model = opened(path, role="buildings", crs="EPSG:4549")
    assert model.frame.crs == "EPSG:4549"


def test_roads_and_places_become_a_vector_layer(tmp_path: Path) -> None:
    features = [
        feature([[121.4, 31.2], [121.5, 31.3]], "LineString", name="长寿路", width_m=30),
        feature([121.4, 31.2], "Point", name="普陀"),
        {"type": "Feature", "properties": {}, "geometry": None},
        feature("x", "LineString"),
    ]

    layer = opened(geojson(tmp_path / "a.geojson", features, "EPSG:4490"), role="roads")

    assert isinstance(layer, VectorLayer)
    assert layer.frame.crs == "EPSG:4549"
    assert [geometry.geom_type for geometry in layer.geometries] == ["LineString", "Point"]
    assert layer.attributes[0]["name"] == "长寿路"
    assert sum(skipped(layer).values()) == 2


def test_a_line_keeps_its_heights_beside_one_without(tmp_path: Path) -> None:
    features = [
        feature([[E, N, 12.5], [E + 90, N, 4.0]], "LineString", name="匝道"),
        feature([[E, N + 20], [E + 90, N + 20]], "LineString", name="长寿路"),
    ]

    layer = opened(geojson(tmp_path / "a.geojson", features), role="roads")

    assert isinstance(layer, VectorLayer)
    ramp, street = layer.geometries
    assert [z for _, _, z in ramp.coords] == [12.5, 4.0]
    assert not street.has_z


def test_polygons_named_water_are_a_layer_and_nameless_small_ones_buildings(tmp_path: Path) -> None:
    assert isinstance(opened(geojson(tmp_path / "水系.geojson", [feature([SQUARE])])), VectorLayer)
    assert isinstance(opened(geojson(tmp_path / "a.geojson", [feature([SQUARE])])), CityModel)


def shapefile(folder: Path, text: bytes, cpg: str = "") -> Path:
    """Write a Shapefile of one square with one text field, byte by byte."""
    folder.mkdir(exist_ok=True)
    corners = struct.pack("<10d", *(value for point in SQUARE[::-1] for value in point))
    box = struct.pack("<4d", E, N, E + 10, N + 10)
    content = struct.pack("<i", 5) + box + struct.pack("<iii", 1, 5, 0) + corners
    record = struct.pack(">ii", 1, len(content) // 2) + content
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(record)) // 2) + struct.pack("<ii", 1000, 5) + box
    (folder / "a.shp").write_bytes(head + bytes(32) + record)
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 54) + struct.pack("<ii", 1000, 5) + box
    (folder / "a.shx").write_bytes(head + bytes(32) + struct.pack(">ii", 50, len(content) // 2))
    field = "名称".encode("gbk").ljust(11, b"\0") + b"C" + bytes(4) + bytes([20]) + bytes(15)
    dbf = struct.pack("<B3BIHH", 3, 24, 1, 1, 1, 65, 21) + bytes(20) + field + b"\r" + b" " + text.ljust(20) + b"\x1a"
    (folder / "a.dbf").write_bytes(dbf)
    (folder / "a.prj").write_text("EPSG:4549")
    if cpg:
        (folder / "a.cpg").write_text(cpg)
    return folder / "a.shp"


@pytest.mark.parametrize("cpg", ["", "GBK", "936"])
def test_a_gbk_shapefile_is_read_with_its_names(tmp_path: Path, cpg: str) -> None:
    path = shapefile(tmp_path / "shp", "普陀区长寿路街道".encode("gbk"), cpg)

    model = opened(path, role="buildings", crs="EPSG:4549")

    assert isinstance(model, CityModel)
    assert model.features.attributes[0] == {"名称": "普陀区长寿路街道"}
    assert model.origin.format == "Shapefile"


def test_the_encoding_setting_wins(tmp_path: Path) -> None:
    path = shapefile(tmp_path / "shp", "臺北市大安區".encode("big5"))

    model = opened(path, role="buildings", crs="EPSG:4549", settings=(("encoding", "big5"),))

    assert isinstance(model, CityModel)
    assert "臺北市大安區" in model.features.attributes[0].values()


def test_a_part_of_a_shapefile_points_to_the_shp(tmp_path: Path) -> None:
    path = shapefile(tmp_path / "shp", b"x")

    with pytest.raises(FileBroken, match=r"\.shp"):
        opened(path.with_suffix(".dbf"))


@pytest.mark.parametrize("seed", range(80))
def test_damaged_vector_files_never_give_anything_but_our_errors(tmp_path: Path, seed: int) -> None:
    luck = random.Random(seed)
    if seed % 2:
        path = shapefile(tmp_path / "shp", "长寿路".encode("gbk"))
    else:
        path = geojson(tmp_path / "a.geojson", [feature([SQUARE, HOLE], height=3), feature([BOWTIE], levels="4")])
    data = bytearray(path.read_bytes())
    for _ in range(luck.randint(1, 6)):
        data[luck.randrange(len(data))] = luck.randrange(256)
    path.write_bytes(data[: luck.randint(1, len(data))] if luck.random() < 0.3 else data)

    try:
        reading = opened(path, role="buildings", crs="EPSG:4549")
    except InputError as error:
        assert error.path  # noqa: PT017  either outcome is right
    else:
        assert isinstance(reading, CityModel)
        assert len(reading.triangles) > 0
        assert np.isfinite(reading.points).all()


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "crs", "objects", "highest"),
    [
        ("athens_bldgs.gpkg", "EPSG:2100", 1773, 41.0),
        ("gbg_buildings.shp", "EPSG:3007", 137, 10.0),
        ("tudcampus.geojson", "EPSG:28992", 1529, 10.0),
    ],
)
def test_real_footprints_become_buildings(real_data: Path, name: str, crs: str, objects: int, highest: float) -> None:
    path = real_data / "footprints" / name

    model = opened(path)

    assert isinstance(model, CityModel)
    assert model.frame.crs == crs
    assert len(model.features) == objects
    assert model.origin.format == {".gpkg": "GeoPackage", ".shp": "Shapefile", ".geojson": "GeoJSON"}[path.suffix]
    assert model.extent.top == pytest.approx(highest)
    assert (model.triangle_feature[1:] >= model.triangle_feature[:-1]).all()
    assert (np.bincount(model.triangle_feature, minlength=objects) > 0).all()


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "kind", "objects"), [("countries.fgb", "FlatGeobuf", 170), ("geoparquet_example.parquet", "GeoParquet", 5)]
)
def test_real_country_files_become_layers(real_data: Path, name: str, kind: str, objects: int) -> None:
    layer = opened(real_data / "footprints" / name)

    assert isinstance(layer, VectorLayer)
    assert layer.origin.format == kind
    assert len(layer.geometries) >= objects
    assert "name" in layer.attributes[0]


@pytest.mark.real_data
@pytest.mark.parametrize("seed", range(12))
def test_damaged_real_files_never_give_anything_but_our_errors(tmp_path: Path, real_data: Path, seed: int) -> None:
    luck = random.Random(seed)
    name = ("athens_bldgs.gpkg", "countries.fgb", "geoparquet_example.parquet")[seed % 3]
    path = tmp_path / name
    shutil.copyfile(real_data / "footprints" / name, path)
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    for _ in range(20):
        data[luck.randrange(len(data))] = luck.randrange(256)
    path.write_bytes(data[: luck.randint(1, len(data))] if luck.random() < 0.3 else data)

    try:
        opened(path)
    except InputError as error:
        assert error.path  # noqa: PT017  either outcome is right
