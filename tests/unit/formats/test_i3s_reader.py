"""`formats.i3s`, `formats.i3s_nodes`, `formats.i3s_geometry`, `formats.zip_store`, `formats.patches`."""

import gzip
import io
import json
import random
import struct
import zipfile
from pathlib import Path

import DracoPy
import numpy as np
import pytest
from PIL import Image

from sanping.domain.city import CityModel
from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown, InputError
from sanping.formats.catalog import read
from sanping.formats.i3s_geometry import attribute_values, draco_mesh
from sanping.formats.zip_store import ZipStore
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

CENTRE = (121.40, 31.25, 10.0)
DEGREE_M = 111_000.0
QUAD = np.array([[0, 0, 0], [10, 0, 0], [10, 0, 6], [0, 0, 0], [10, 0, 6], [0, 0, 6]], dtype=np.float64)
BUFFERS = [
    {
        "offset": 8,
        "position": {"type": "Float32", "component": 3},
        "uv0": {"type": "Float32", "component": 2},
        "color": {"type": "UInt8", "component": 4},
        "featureId": {"type": "UInt64", "component": 1, "binding": "per-feature"},
        "faceRange": {"type": "UInt32", "component": 2, "binding": "per-feature"},
    }
]


def layer(**more: object) -> dict[str, object]:
    return {
        "name": "楼",
        "layerType": "3DObject",
        "spatialReference": {"wkid": 4326, "vcsWkid": 5773},
        "geometryDefinitions": [{"geometryBuffers": BUFFERS}],
        "attributeStorageInfo": [
            {"key": "f_0", "name": "层数", "attributeValues": {"valueType": "Int32"}},
            {"key": "f_1", "name": "楼名", "attributeValues": {"valueType": "String"}},
        ],
        **more,
    }


def geometry(colour: tuple[int, int, int, int] = (255, 255, 255, 255), shift_m: float = 0.0) -> bytes:
    """Return two features of one triangle each: a wall of 10 by 6 m, in degrees and metres from the node's middle."""
    points = (QUAD + np.array([shift_m, 0.0, 0.0])) / (DEGREE_M, DEGREE_M, 1.0)
    uv = np.array([[0.1, 0.1], [0.1, 0.1], [0.1, 0.1], [0.9, 0.1], [0.9, 0.1], [0.9, 0.1]])
    parts = [points.astype("<f4"), uv.astype("<f4"), np.tile(np.array(colour, "<u1"), (6, 1))]
    parts += [np.array([7, 8], "<u8"), np.array([[0, 0], [1, 1]], "<u4")]
    return struct.pack("<II", 6, 2) + b"".join(part.tobytes() for part in parts)


def words(*values: str) -> bytes:
    raw = [value.encode() + b"\0" for value in values]
    sizes = np.array([len(value) for value in raw], "<u4").tobytes()
    return struct.pack("<II", len(raw), sum(map(len, raw))) + sizes + b"".join(raw)


def node(resource: int, *children: int, has_mesh: bool = True) -> dict[str, object]:
    mesh = {"geometry": {"definition": 0, "resource": resource, "vertexCount": 6},
            "material": {"definition": 0, "resource": resource}, "attribute": {"resource": resource}}  # fmt: skip
    return {"obb": {"center": list(CENTRE)}, "children": list(children), **({"mesh": mesh} if has_mesh else {})}


def packed(
    path: Path, nodes: list[dict[str, object]], head: dict[str, object], prefix: str = "", **files: bytes
) -> Path:
    contents: dict[str, bytes] = {
        f"{prefix}3dSceneLayer.json": json.dumps(head).encode(),
        f"{prefix}nodepages/0.json": json.dumps({"nodes": nodes}).encode(),
    }
    contents |= files
    with zipfile.ZipFile(path, "a") as file:
        for name, data in contents.items():
            file.writestr(f"{name}.gz", gzip.compress(data))
    return path


def contents(resource: int, data: bytes) -> dict[str, bytes]:
    return {
        f"nodes/{resource}/geometries/0.bin": data,
        f"nodes/{resource}/attributes/f_0/0.bin": struct.pack("<Iii", 2, 3, 18),
        f"nodes/{resource}/attributes/f_1/0.bin": words("甲", "乙"),
    }


def opened(path: Path, **options: object) -> CityModel:
    model = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(model, CityModel)
    return model


def test_features_of_a_package_become_objects_with_their_attributes(tmp_path: Path) -> None:
    model = opened(
        packed(tmp_path / "a.slpk", [node(0, 1, has_mesh=False), node(1)], layer(), **contents(1, geometry()))
    )

    assert model.frame.crs == "EPSG:4549"
    assert model.features.ids == ["楼/7", "楼/8"]
    assert [(row["层数"], row["楼名"]) for row in model.features.attributes] == [(3, "甲"), (18, "乙")]
    assert (model.extent.bottom, model.extent.top) == pytest.approx((10.0, 16.0))
    assert model.extent.east - model.extent.west == pytest.approx(10.0 * np.cos(np.radians(31.25)), rel=0.02)
    assert "base_colour" not in model.features.attributes[0]  # all white says nothing


def test_the_finest_nodes_are_read_and_coarser_ones_within_a_budget(tmp_path: Path) -> None:
    files = {**contents(0, geometry()), **contents(1, geometry()), **contents(2, geometry(shift_m=30.0))}
    path = packed(tmp_path / "a.slpk", [node(0, 1, 2), node(1), node(2)], layer(), **files)

    fine, coarse = opened(path), opened(path, settings=(("max_vertices", 6),))

    assert (len(fine.triangles), len(coarse.triangles)) == (4, 2)
    assert len(fine.features) == 2  # a feature in two nodes is one object
    assert any("left out" in note.en for note in coarse.origin.notes)


def test_colours_come_from_vertices_materials_and_pictures(tmp_path: Path) -> None:
    nodes = [node(0)]
    red = opened(packed(tmp_path / "a.slpk", nodes, layer(), **contents(0, geometry((255, 0, 0, 255)))))
    tint = [{"pbrMetallicRoughness": {"baseColorFactor": [0, 1, 0, 1]}}]
    green = opened(packed(tmp_path / "b.slpk", nodes, layer(materialDefinitions=tint), **contents(0, geometry())))
    sink = io.BytesIO()
    pixels = np.zeros((8, 8, 3), np.uint8)
    pixels[:, :4, 0], pixels[:, 4:, 2] = 255, 255
    Image.fromarray(pixels).save(sink, "PNG")
    textured = {**contents(0, geometry()), "nodes/0/textures/0.png": sink.getvalue()}
    seen = opened(packed(tmp_path / "c.slpk", nodes, layer(), **textured))
    packed_only = {**contents(0, geometry()), "nodes/0/textures/0_0_1.bin.dds": b"DDS "}
    told = opened(packed(tmp_path / "d.slpk", nodes, layer(), **packed_only))

    assert [row["base_colour"] for row in red.features.attributes] == ["#ff0000"] * 2
    assert [row["base_colour"] for row in green.features.attributes] == ["#00ff00"] * 2
    assert [row["base_colour"] for row in seen.features.attributes] == ["#ff0000", "#0000ff"]
    assert seen.texturing is not None
    assert len(seen.texturing.pictures) == 1
    assert (seen.texturing.point_picture == 0).all()
    assert any("DDS" in note.en for note in told.origin.notes)


def test_an_integrated_mesh_is_one_object_a_node(tmp_path: Path) -> None:
    model = opened(packed(tmp_path / "a.slpk", [node(0)], layer(layerType="IntegratedMesh"), **contents(0, geometry())))

    assert model.features.class_names == ("CityObject",)
    assert len(model.triangles) == 2


def test_older_packages_are_walked_by_their_node_documents(tmp_path: Path) -> None:
    order = {"vertexAttributes": {"position": {"valueType": "Float32", "valuesPerElement": 3},
                                  "uv0": {"valueType": "Float32", "valuesPerElement": 2},
                                  "color": {"valueType": "UInt8", "valuesPerElement": 4}},
             "featureAttributes": {"id": {"valueType": "UInt64", "valuesPerElement": 1},
                                   "faceRange": {"valueType": "UInt32", "valuesPerElement": 2}},
             "ordering": ["position", "uv0", "color"], "featureAttributeOrder": ["id", "faceRange"],
             "header": [{"type": "UInt32"}, {"type": "UInt32"}]}  # fmt: skip
    head = layer(store={"version": "1.6", "defaultGeometrySchema": order})
    del head["geometryDefinitions"]
    root = {"mbs": [*CENTRE, 10], "children": [{"id": "4"}, {"id": "gone"}]}
    leaf = {"mbs": [*CENTRE, 10], "geometryData": [{"href": "./geometries/0"}]}
    with zipfile.ZipFile(tmp_path / "a.slpk", "w") as file:
        for name, data in {
            "3dSceneLayer.json": json.dumps(head).encode(),
            "nodes/root/3dNodeIndexDocument.json": json.dumps(root).encode(),
            "nodes/4/3dNodeIndexDocument.json": json.dumps(leaf).encode(),
            **contents(4, geometry()),
        }.items():
            file.writestr(f"{name}.gz", gzip.compress(data))

    model = opened(tmp_path / "a.slpk")

    assert model.origin.version == "1.6"
    assert [row["楼名"] for row in model.features.attributes] == ["甲", "乙"]


def test_draco_positions_are_scaled_as_their_metadata_say() -> None:
    data = DracoPy.encode(QUAD[:3].astype("f4"), faces=np.array([[0, 1, 2]], "u4"))
    scaled = data + b"\x0bi3s-scale_x\x08" + struct.pack("<d", 0.5)  # as an encoder writes it, though farther in front

    assert np.abs(draco_mesh(scaled).points - QUAD[:3] * (0.5, 1, 1)).max() < 0.01
    with pytest.raises(FileBroken):
        draco_mesh(b"DRACO no")


@pytest.mark.parametrize("number", [3, 60_000])
def test_features_that_a_draco_mesh_cannot_have_are_refused(number: int) -> None:
    # given a mesh of three points that all belong to a feature far beyond
    numbers = np.full((3, 1), number, "u2")
    data = DracoPy.encode(QUAD[:3].astype("f4"), faces=np.array([[0, 1, 2]], "u4"), generic_attributes={0: numbers})

    # when it is decoded, then no room is made for so many
    with pytest.raises(FileBroken):
        draco_mesh(data)


def test_sublayers_of_a_building_are_read_together(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.slpk", "w") as file:
        file.writestr("3dSceneLayer.json.gz", gzip.compress(json.dumps({"layerType": "Building"}).encode()))
    inner = {f"sublayers/1/{name}": data for name, data in contents(0, geometry()).items()}
    packed(tmp_path / "a.slpk", [node(0)], layer(), "sublayers/1/", **inner)

    assert len(opened(tmp_path / "a.slpk").features) == 2


@pytest.mark.parametrize("kind", ["Point", "PointCloud", "Voxel"])
def test_other_kinds_of_layers_are_named(tmp_path: Path, kind: str) -> None:
    with pytest.raises(FormatUnknown, match=kind):
        opened(packed(tmp_path / "a.slpk", [node(0)], layer(layerType=kind)))


def test_missing_and_broken_nodes_are_counted_and_the_rest_kept(tmp_path: Path) -> None:
    nodes = [node(0, 1, 2, has_mesh=False), node(1), node(2)]

    model = opened(packed(tmp_path / "a.slpk", nodes, layer(), **contents(1, geometry())))

    assert sum(entry.count for entry in model.origin.skipped) == 1
    with pytest.raises(FileHostile):
        opened(packed(tmp_path / "b.slpk", [node(0, 1), node(1, 1)], layer()))
    with zipfile.ZipFile(tmp_path / "c.slpk", "w") as file:
        file.writestr("x", b"1")
    with pytest.raises(FileBroken, match="3dSceneLayer"):
        opened(tmp_path / "c.slpk")


def test_a_bomb_in_a_package_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.slpk", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("3dSceneLayer.json.gz", gzip.compress(b" " * (64 << 20)))

    with ZipStore(tmp_path / "a.slpk") as store, pytest.raises(FileHostile):
        store.read("3dSceneLayer.json")


def test_attributes_of_every_type_are_decoded() -> None:
    info = {"attributeValues": {"valueType": "Float64"}}
    assert attribute_values(struct.pack("<IIdd", 2, 0, 1.5, 2.5), info) == [1.5, 2.5]
    assert attribute_values(words("甲", ""), {"attributeValues": {"valueType": "String"}}) == ["甲", ""]
    for data in (b"", b"\1\0\0", words("甲")[:9]):
        with pytest.raises(FileBroken):
            attribute_values(data, {"attributeValues": {"valueType": "String"}})


def test_damaged_packages_raise_only_our_errors(tmp_path: Path) -> None:
    dice = random.Random(9)
    whole = packed(tmp_path / "w.slpk", [node(0)], layer(), **contents(0, geometry())).read_bytes()
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        (tmp_path / "a.slpk").write_bytes(bytes(data[: dice.randrange(100, len(data) + 1)]))
        try:
            model = opened(tmp_path / "a.slpk")
        except InputError:
            continue
        assert len(model.triangles)


@pytest.mark.real_data
def test_a_real_package_opens(real_data: Path) -> None:
    model = opened(real_data / "i3s" / "DA12_subset.slpk")

    assert (len(model.features), len(model.triangles)) == (158, 26906)
    assert model.extent.top == pytest.approx(547.8, abs=0.1)
    assert {"OBJECTID", "BIN", "DOITT_ID", "SOURCE_ID"} <= set(model.features.attributes[0])
