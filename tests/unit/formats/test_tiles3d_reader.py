"""`formats.tiles3d` with its tree, subtrees, tables, instances and contents; `formats.geocentric`."""

import json
import random
import struct
import zipfile
from pathlib import Path

import DracoPy
import numpy as np
import pytest
from gltf_files import CORNERS, Gltf, square
from pyproj import Transformer

from sanping.domain.city import CityModel
from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown, InputError
from sanping.formats.catalog import read
from sanping.formats.tiles3d_subtree import coordinates, subtree_of
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

LONGITUDE, LATITUDE, HEIGHT_M = 121.40, 31.25, 30.0


def on_earth() -> list[float]:
    """Return the matrix, column after column, from east, north, up at a place in Putuo to earth-centred metres."""
    there = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    foot = np.array(there.transform(LONGITUDE, LATITUDE, HEIGHT_M))
    east = np.array([-np.sin(np.radians(LONGITUDE)), np.cos(np.radians(LONGITUDE)), 0.0])
    up = np.array(there.transform(LONGITUDE, LATITUDE, HEIGHT_M + 1.0)) - foot
    columns = [(*east, 0.0), (*np.cross(up, east), 0.0), (*up, 0.0), (*foot, 1.0)]
    return [float(value) for column in columns for value in column]


def glb(folder: Path, gltf: Gltf | None = None) -> bytes:
    return (gltf or square()).written(folder / "inner.glb").read_bytes()


def table(json_part: dict[str, object], binary: bytes = b"") -> tuple[bytes, bytes]:
    text = json.dumps(json_part).encode() if json_part else b""
    return text + b" " * (-len(text) % 8), binary + bytes(-len(binary) % 8)


def tile(  # noqa: PLR0913, PLR0917  as many as a content has parts
    magic: bytes,
    features: dict[str, object],
    binary: bytes = b"",
    rest: bytes = b"",
    batches: dict[str, object] | None = None,
    more: bytes = b"",
) -> bytes:
    """Return a content of 3D Tiles 1.0."""
    parts = (*table(features, binary), *table(batches or {}))
    head = struct.pack("<4I", *(len(part) for part in parts)) + more
    body = head + b"".join(parts) + rest
    return magic + struct.pack("<II", 1, 12 + len(body)) + body


def batched(folder: Path, batch: dict[str, object], centre: list[float] | None = None) -> bytes:
    gltf = Gltf()
    mesh = gltf.mesh(gltf.accessor(np.concatenate([CORNERS, CORNERS + np.array([5, 0, 0])]).astype("<f4")),
                     gltf.accessor(np.array([0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7], "<u2")))  # fmt: skip
    ids = gltf.accessor(np.array([0, 0, 0, 0, 1, 1, 1, 1], "<f4"))
    gltf.json["meshes"][mesh]["primitives"][0]["attributes"]["_BATCHID"] = ids  # type: ignore[index]
    gltf.json["nodes"].append({"mesh": 0, "name": "块"})
    features: dict[str, object] = {"BATCH_LENGTH": 2, **({"RTC_CENTER": centre} if centre else {})}
    return tile(b"b3dm", features, rest=glb(folder, gltf), batches=batch)


def written(folder: Path, root: dict[str, object], version: str = "1.0", **files: bytes) -> Path:
    for name, data in files.items():
        (folder / name.replace("__", ".")).write_bytes(data)
    path = folder / "tileset.json"
    path.write_text(json.dumps({"asset": {"version": version}, "geometricError": 100, "root": root}))
    return path


def opened(path: Path, **options: object) -> CityModel:
    model = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(model, CityModel)
    return model


def reasons(model: CityModel) -> dict[str, int]:
    return {entry.reason.en: entry.count for entry in model.origin.skipped}


def test_a_tileset_on_the_earth_comes_to_the_projected_crs_of_the_place(tmp_path: Path) -> None:
    root = {"transform": on_earth(), "geometricError": 0, "refine": "ADD", "content": {"uri": "a.b3dm"}}
    path = written(tmp_path, root, a__b3dm=batched(tmp_path, {"楼名": ["甲", "乙"], "层数": [3, 7]}, [10.0, 20.0, 2.0]))

    model = opened(path)

    there = np.array(on_earth()).reshape(4, 4).T @ (10.0, 20.0, 2.0, 1.0)
    degrees = Transformer.from_crs(4978, 4979, always_xy=True).transform(*there[:3])
    foot = Transformer.from_crs(4326, 4549, always_xy=True).transform(*degrees[:2])
    assert model.frame.crs == "EPSG:4549"
    assert [row["楼名"] for row in model.features.attributes] == ["甲", "乙"]
    assert model.extent.west == pytest.approx(foot[0], abs=0.03)
    assert model.extent.south == pytest.approx(foot[1], abs=0.1)
    assert model.extent.bottom == pytest.approx(HEIGHT_M + 2.0, abs=0.02)
    assert model.extent.top - model.extent.bottom == pytest.approx(2.0, abs=0.01)  # glTF has y up
    assert any("ellipsoid" in note.en for note in model.origin.notes)
    assert opened(path, settings=(("vertical_offset_m", -10.0),)).extent.bottom == pytest.approx(22.0, abs=0.02)


def levels(folder: Path, finest: str = "fine.glb") -> dict[str, object]:
    (folder / "coarse.glb").write_bytes(glb(folder))
    two = square()
    two.json["nodes"].append({"mesh": 0, "name": "乙"})
    (folder / "fine.glb").write_bytes(glb(folder, two))
    child = {"geometricError": 0, "content": {"uri": finest}}
    return {"geometricError": 10, "refine": "REPLACE", "content": {"uri": "coarse.glb"}, "children": [child]}


def test_the_finest_level_is_read_and_a_coarser_one_within_a_budget(tmp_path: Path) -> None:
    path = written(tmp_path, levels(tmp_path), version="1.1")

    fine, coarse = opened(path), opened(path, settings=(("max_bytes", (tmp_path / "coarse.glb").stat().st_size),))
    wished = opened(path, settings=(("max_error_m", 20.0),))

    assert len(fine.features) == 2
    assert len(coarse.features) == len(wished.features) == 1
    assert any("geometric error of 10" in note.en for note in coarse.origin.notes)


def test_where_the_finest_tile_is_missing_the_one_above_stays(tmp_path: Path) -> None:
    model = opened(written(tmp_path, levels(tmp_path, finest="gone.glb")))

    assert len(model.features) == 1
    assert reasons(model) == {"tile content whose file is missing": 1}


def test_added_tiles_stay_and_tilesets_inside_are_followed(tmp_path: Path) -> None:
    root = levels(tmp_path)
    written(tmp_path, {"geometricError": 0, "content": {"uri": "coarse.glb"}}).rename(tmp_path / "inner.json")
    root["refine"], root["children"] = "ADD", [{"geometricError": 0, "content": {"uri": "inner.json"}}]

    assert len(opened(written(tmp_path, root)).features) == 2


@pytest.mark.parametrize("uri", ["http://example.org/a.glb", "../a.glb", "/etc/passwd", "file:///etc/passwd", "//x/a"])
def test_contents_elsewhere_are_not_touched_and_counted(tmp_path: Path, uri: str) -> None:
    root = levels(tmp_path)
    root["refine"] = "ADD"
    root["children"] = [{"geometricError": 0, "content": {"uri": uri}}]

    assert "outside" in next(iter(reasons(opened(written(tmp_path, root)))))


def test_tilesets_that_contain_each_other_are_refused(tmp_path: Path) -> None:
    root = {"geometricError": 0, "content": {"uri": "tileset.json"}}

    with pytest.raises(FileHostile):
        opened(written(tmp_path, root))
    with pytest.raises(FormatUnknown, match=r"2\.0"):
        opened(written(tmp_path, levels(tmp_path), version="2.0"))


def test_a_tileset_of_words_alone_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="元数据"):
        opened(written(tmp_path, {"geometricError": 0}))


def test_instances_stand_turned_scaled_and_with_their_attributes(tmp_path: Path) -> None:
    binary = np.array([[0, 0, 0], [10, 0, 5]], "<f4").tobytes() + np.array([1, 2], "<f4").tobytes()
    features = {"INSTANCES_LENGTH": 2, "POSITION": {"byteOffset": 0}, "SCALE": {"byteOffset": 24}}
    data = tile(b"i3dm", features, binary, glb(tmp_path), {"树种": ["樟", "杉"]}, more=struct.pack("<I", 1))
    (tmp_path / "a.i3dm").write_bytes(data)

    model = opened(tmp_path / "a.i3dm")

    assert [row["树种"] for row in model.features.attributes] == ["樟", "杉"]
    tops = [model.points[model.triangles[model.triangle_feature == row]][..., 2].max() for row in range(2)]
    assert tops == [2.0, 5.0 + 4.0]
    assert model.extent.east == 12.0


def test_a_tile_of_no_points_among_others_is_no_fault(tmp_path: Path) -> None:
    # given three points, and a tile beside them that holds none
    points = np.array([[0, 0, 0], [4, 0, 0], [0, 4, 2]], "<f4").tobytes()
    some = tile(b"pnts", {"POINTS_LENGTH": 3, "POSITION": {"byteOffset": 0}}, points)
    none = tile(b"pnts", {"POINTS_LENGTH": 0, "POSITION": {"byteOffset": 0}}, b"")
    whole = struct.pack("<4sIII", b"cmpt", 1, 16 + len(some) + len(none), 2) + none + some
    (tmp_path / "a.cmpt").write_bytes(whole)

    # when both are opened
    model = opened(tmp_path / "a.cmpt")

    # then the points are there
    assert len(model.triangles) == 3 * 4


@pytest.mark.parametrize("kind", ["RGB", "RGB565", "CONSTANT_RGBA", "quantized", "draco"])
def test_points_keep_their_places_and_colours(tmp_path: Path, kind: str) -> None:
    points = np.array([[0, 0, 0], [4, 0, 0], [0, 4, 2]], "<f4")
    features: dict[str, object] = {"POINTS_LENGTH": 3, "POSITION": {"byteOffset": 0}, "RTC_CENTER": [100, 0, 0]}
    binary = points.tobytes()
    red = np.tile(np.array([255, 0, 0], "<u1"), (3, 1))
    if kind in ("RGB", "quantized"):
        features["RGB"], binary = {"byteOffset": len(binary)}, binary + red.tobytes()
    elif kind == "RGB565":
        features["RGB565"], binary = {"byteOffset": 36}, binary + np.array([0xF800] * 3, "<u2").tobytes()
    elif kind == "CONSTANT_RGBA":
        features["CONSTANT_RGBA"] = [255, 0, 0, 255]
    else:
        binary = DracoPy.encode(points, colors=red)
        packed = {"properties": {"POSITION": 0, "RGB": 1}, "byteOffset": 0, "byteLength": len(binary)}
        features["extensions"] = {"3DTILES_draco_point_compression": packed}
    if kind == "quantized":
        del features["POSITION"]
        features |= {"POSITION_QUANTIZED": {"byteOffset": 45}, "QUANTIZED_VOLUME_OFFSET": [0, 0, 0],
                     "QUANTIZED_VOLUME_SCALE": [4, 4, 2]}  # fmt: skip
        binary += (points / (4, 4, 2) * 65535).astype("<u2").tobytes()
        features["POSITION_QUANTIZED"] = {"byteOffset": 45}
    (tmp_path / "a.pnts").write_bytes(tile(b"pnts", features, binary))

    model = opened(tmp_path / "a.pnts")

    assert {row["base_colour"] for row in model.features.attributes} == {"#ff0000"}
    assert len(model.triangles) == 3 * 4
    middles = model.points[model.triangles.reshape(3, 4, 3)].mean(axis=(1, 2))
    assert np.abs(np.sort(middles[:, 0]) - [100, 100, 104]).max() < 0.02


def test_composites_hold_several_contents_and_one_that_is_broken_is_counted(tmp_path: Path) -> None:
    good, bad = batched(tmp_path, {}), tile(b"b3dm", {"BATCH_LENGTH": 0}, rest=b"glTF no")
    body = good + bad
    data = b"cmpt" + struct.pack("<III", 1, 16 + len(body), 2) + body
    root = levels(tmp_path)
    root |= {"refine": "ADD", "children": [{"geometricError": 0, "content": {"uri": "a.cmpt"}}]}

    model = opened(written(tmp_path, root, a__cmpt=data))

    assert len(model.features) == 3
    assert sum(reasons(model).values()) == 1


def subtree(levels_: int, ways: int, content: int = 1) -> bytes:
    """Return a subtree of `levels_` levels of which only the first child of each tile exists."""
    nodes = [True]
    for level in range(1, levels_):
        nodes += [number == 0 for number in range(ways**level)]
    bits = np.packbits(np.array(nodes), bitorder="little").tobytes()
    text = json.dumps({
        "buffers": [{"byteLength": len(bits)}],
        "bufferViews": [{"buffer": 0, "byteOffset": 0, "byteLength": len(bits)}],
        "tileAvailability": {"bitstream": 0},
        "contentAvailability": [{"bitstream": 0} if content else {"constant": 0}],
        "childSubtreeAvailability": {"constant": 0},
    }).encode()  # fmt: skip
    text += b" " * (-len(text) % 8)
    return b"subt" + struct.pack("<IQQ", 1, len(text), len(bits)) + text + bits


@pytest.mark.parametrize(("scheme", "ways"), [("QUADTREE", 4), ("OCTREE", 8)])
def test_implicit_tiles_are_unfolded(tmp_path: Path, scheme: str, ways: int) -> None:
    last = "_{z}" if ways == 8 else ""
    for level in range(2):
        (tmp_path / f"{level}_0_0{'_0' if ways == 8 else ''}.glb").write_bytes(glb(tmp_path))
    implicit = {
        "subdivisionScheme": scheme,
        "subtreeLevels": 2,
        "availableLevels": 2,
        "subtrees": {"uri": "{level}.st"},
    }
    root = {"geometricError": 8, "refine": "ADD", "implicitTiling": implicit,
            "content": {"uri": "{level}_{x}_{y}" + last + ".glb"}}  # fmt: skip

    path = written(tmp_path, root, version="1.1")
    (tmp_path / "0.st").write_bytes(subtree(2, ways))

    assert len(opened(path).features) == 2
    (tmp_path / "0.st").write_bytes(subtree(2, ways)[:-60])
    with pytest.raises(FileBroken):
        opened(path)


def test_morton_numbers_become_columns_and_rows() -> None:
    assert coordinates(0b1101, 2, 4) == (3, 2)
    assert coordinates(0b110_011, 2, 8) == (1, 3, 2)
    with pytest.raises(FileBroken):
        subtree_of(b"{}", levels=3, ways=4, fetch=lambda _: b"")
    with pytest.raises(FileBroken):
        subtree_of(subtree(2, 4), levels=30, ways=4, fetch=lambda _: b"")


def test_a_packed_tileset_is_found_in_its_archive(tmp_path: Path) -> None:
    path = written(tmp_path, levels(tmp_path))
    with zipfile.ZipFile(tmp_path / "a.3tz", "w") as file:
        for one in (path, tmp_path / "coarse.glb", tmp_path / "fine.glb"):
            file.write(one, one.name)

    assert len(opened(tmp_path / "a.3tz").features) == 2


def test_damaged_contents_are_refused_with_a_reason(tmp_path: Path) -> None:
    dice = random.Random(6)
    whole = batched(tmp_path, {"楼名": ["甲", "乙"]})
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        (tmp_path / "a.b3dm").write_bytes(bytes(data[: dice.randrange(20, len(data) + 1)]))
        try:
            model = opened(tmp_path / "a.b3dm")
        except InputError:
            continue
        assert len(model.triangles)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("name", "objects", "triangles"),
    [
        ("samples_1.0/TilesetWithRequestVolume/city", 40, 480),
        ("samples_1.0/TilesetWithDiscreteLOD", 1, 14782),
        ("samples_1.1/SparseImplicitOctree", 31, 31 * 12),
        ("samples_1.1/SparseImplicitQuadtree", 32, 64),
    ],
)
def test_real_tilesets_open(real_data: Path, name: str, objects: int, triangles: int) -> None:
    model = opened(real_data / "tiles3d" / name / "tileset.json")

    assert (len(model.features), len(model.triangles)) == (objects, triangles)


@pytest.mark.real_data
def test_real_metadata_reaches_the_objects(real_data: Path) -> None:
    model = opened(real_data / "tiles3d" / "samples_1.1" / "MetadataGranularities" / "tileset.json")
    city = opened(real_data / "tiles3d" / "samples_1.0" / "TilesetWithRequestVolume" / "city" / "tileset.json")

    assert {row.get("district") for row in model.features.attributes} - {None}
    assert all("Height" in row and "Longitude" in row for row in city.features.attributes)
