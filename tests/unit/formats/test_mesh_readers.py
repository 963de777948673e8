import io
import random
from collections import Counter
from pathlib import Path

import DracoPy
import numpy as np
import pytest
from gltf_files import CORNERS, SQUARE, Gltf, square
from PIL import Image

from sanping.domain.city import CityModel
from sanping.domain.errors import CrsMissing, FileBroken, FileHostile, FormatUnknown, InputError, ProjectInvalid
from sanping.domain.texture import Texturing
from sanping.formats.catalog import read
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

PUTUO = (("position", [635000.0, 3458000.0, 3.0]),)


def opened(path: Path, **options: object) -> CityModel:
    model = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(model, CityModel)
    return model


@pytest.mark.parametrize("suffix", [".glb", ".gltf"])
def test_a_node_becomes_an_object_with_its_extras(tmp_path: Path, suffix: str) -> None:
    model = opened(square(extras={"楼栋": 7}).written(tmp_path / f"a{suffix}"))

    assert model.features.ids == ["甲"]
    assert model.features.attributes[0] == {"楼栋": 7}
    assert len(model.triangles) == 2
    assert model.frame.crs == "LOCAL"
    assert model.origin.format == "glTF"


def test_y_up_becomes_z_up_and_the_model_stands_where_it_is_placed(tmp_path: Path) -> None:
    path = square().written(tmp_path / "a.glb")

    straight = opened(path, crs="EPSG:4549", settings=PUTUO)
    turned = opened(path, crs="EPSG:4549", settings=(*PUTUO, ("heading", 90.0), ("scale", 2.0)))

    assert straight.extent.top - straight.extent.bottom == pytest.approx(2.0)
    assert (straight.extent.west, straight.extent.east) == (635000.0, 635001.0)
    assert turned.extent.south == pytest.approx(3458000.0 - 2.0)
    assert turned.extent.top == pytest.approx(3.0 + 4.0)
    with pytest.raises(ProjectInvalid, match="up_axis"):
        opened(path, crs="EPSG:4549", settings=(*PUTUO, ("up_axis", "x")))
    with pytest.raises(CrsMissing):
        opened(path, target_crs="EPSG:4549")


def test_model_toml_beside_the_file_places_it(tmp_path: Path) -> None:
    path = square().written(tmp_path / "a.glb")
    (tmp_path / "model.toml").write_text('crs = "GCJ-02"\nposition = [121.40025206, 31.24797263, 5]\nheading = 0\n')

    model = opened(path)

    assert model.frame.crs == "EPSG:4549"
    assert model.extent.bottom == 5.0


def test_matrices_and_rotations_of_parents_are_applied(tmp_path: Path) -> None:
    gltf = square(translation=[10, 0, 0], rotation=[0, 0, 0.70710678, 0.70710678])
    gltf.json["nodes"].append({"children": [0], "matrix": [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 1, 0, 1]})

    model = opened(gltf.written(tmp_path / "a.glb"), settings=(("up_axis", "z"),))

    # The square's corner (1, 2) is turned to (-2, 1), moved to (8, 1), scaled to (16, 2) and lifted by 1.
    assert [16.0, 3.0, 0.0] in np.round(model.points, 5).tolist()


def test_a_mirrored_node_still_faces_outwards(tmp_path: Path) -> None:
    model = opened(square(scale=[-1, 1, 1]).written(tmp_path / "a.glb"), settings=(("up_axis", "z"),))

    a, b, c = (model.points[model.triangles[:, k]] for k in range(3))
    assert (np.cross(b - a, c - a)[:, 2] > 0).all()


@pytest.mark.parametrize(("mode", "corners"), [(5, [0, 1, 3, 2]), (6, [0, 1, 2, 3])])
def test_strips_and_fans_are_unfolded(tmp_path: Path, mode: int, corners: list[int]) -> None:
    gltf = Gltf()
    gltf.mesh(gltf.accessor(CORNERS), gltf.accessor(np.array(corners, "<u1")), mode=mode)
    gltf.json["nodes"].append({"mesh": 0})

    model = opened(gltf.written(tmp_path / "a.glb"), settings=(("up_axis", "z"),))

    a, b, c = (model.points[model.triangles[:, k]] for k in range(3))
    assert (np.cross(b - a, c - a)[:, 2] > 0).all()
    assert np.cross(b - a, c - a)[:, 2].sum() / 2 == pytest.approx(2.0)


def test_quantized_and_sparse_positions_are_understood(tmp_path: Path) -> None:
    gltf = Gltf()
    places, news = np.array([2], "<u2"), np.array([[32767, 32767, 0]], "<i2")
    sparse = {
        "count": 1,
        "indices": {"bufferView": gltf.view(places.tobytes()), "componentType": 5123},
        "values": {"bufferView": gltf.view(news.tobytes())},
    }
    points = np.array([[0, 0, 0], [32767, 0, 0], [0, 0, 0]], "<i2")
    gltf.mesh(gltf.accessor(points, normalized=True, sparse=sparse))
    gltf.json["nodes"].append({"mesh": 0})

    model = opened(
        gltf.written(tmp_path / "a.glb", extensionsRequired=["KHR_mesh_quantization"]), settings=(("up_axis", "z"),)
    )

    assert model.points.max(axis=0).tolist() == [1.0, 1.0, 0.0]


def test_instances_and_feature_ids_become_objects(tmp_path: Path) -> None:
    gltf = Gltf()
    ids = gltf.accessor(np.array([4, 4, 4, 9, 9, 9], "<u1"))
    points = gltf.accessor(
        np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]] * 2, "<f4") + np.repeat([[0], [5]], 3, axis=0).astype("<f4")
    )
    gltf.mesh(points)
    part = gltf.json["meshes"][0]["primitives"][0]  # type: ignore[index]
    part["attributes"]["_FEATURE_ID_0"] = ids
    part["extensions"] = {"EXT_mesh_features": {"featureIds": [{"featureCount": 2, "attribute": 0}]}}
    moved = gltf.accessor(np.array([[0, 0, 0], [100, 0, 0]], "<f4"))
    instancing = {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": moved}}}
    gltf.json["nodes"].append({"mesh": 0, "name": "n", "extensions": instancing})

    model = opened(gltf.written(tmp_path / "a.glb"))

    assert model.features.ids == ["n#0/4", "n#0/9", "n#1/4", "n#1/9"]
    assert model.features.attributes[1]["feature_id"] == 9
    assert model.extent.east > 100


def test_draco_is_unpacked_and_its_colour_kept(tmp_path: Path) -> None:
    gltf = Gltf()
    packed = gltf.view(DracoPy.encode(CORNERS, SQUARE.reshape(-1, 3).astype(np.uint32), quantization_bits=14))
    gltf.json["accessors"] = [{"componentType": 5126, "count": 4, "type": "VEC3"}]
    gltf.mesh(0, material=0, extensions={"KHR_draco_mesh_compression": {"bufferView": packed, "attributes": {}}})
    gltf.json["nodes"].append({"mesh": 0})
    red = [{"pbrMetallicRoughness": {"baseColorFactor": [1.0, 0.0, 0.0, 1.0]}}]

    model = opened(gltf.written(tmp_path / "a.glb", materials=red, extensionsRequired=["KHR_draco_mesh_compression"]))

    assert len(model.triangles) == 2
    assert model.features.attributes[0] == {"base_colour": "#ff0000"}


def test_lines_and_broken_primitives_are_counted_and_the_rest_kept(tmp_path: Path) -> None:
    gltf = square()
    gltf.mesh(0, mode=1)
    gltf.mesh(0, gltf.accessor(np.array([0, 1, 99], "<u2")))
    gltf.json["nodes"] += [{"mesh": 1, "name": "line"}, {"mesh": 2, "name": "broken"}]

    model = opened(gltf.written(tmp_path / "a.glb"))

    assert model.features.ids == ["甲"]
    assert {example.split(" ")[0] for entry in model.origin.skipped for example in entry.examples} == {
        "line",
        "broken",
    }


def test_points_become_small_solids_in_their_own_colours(tmp_path: Path) -> None:
    gltf = Gltf()
    colours = np.array([[255, 0, 0], [255, 0, 0], [0, 0, 255], [0, 0, 255]], "<u1")
    attributes = {"POSITION": gltf.accessor(CORNERS), "COLOR_0": gltf.accessor(colours, normalized=True)}
    gltf.json["meshes"].append({"primitives": [{"mode": 0, "attributes": attributes}]})
    gltf.json["nodes"].append({"mesh": 0, "name": "云"})

    model = opened(gltf.written(tmp_path / "a.glb"))

    assert len(model.triangles) == 4 * 4
    assert {row["base_colour"] for row in model.features.attributes} == {"#ff0000", "#0000ff"}
    assert model.features.class_names == ("PointCloud",)


def striped(uv: object, **material: object) -> Gltf:
    """Return a mesh of 64 triangles with a picture of a red and a blue half; `uv` (p, 2) are its coordinates."""
    picture = io.BytesIO()
    pixels = np.zeros((2, 16, 3), np.uint8)
    pixels[:, :8, 0] = pixels[:, 8:, 2] = 255
    Image.fromarray(pixels).save(picture, "PNG")
    gltf = Gltf()
    across = np.arange(33)
    points = np.array([[x, y, 0] for y in (0, 1) for x in across], "<f4")
    corners = [[x, x + 1, x + 33] for x in across[:-1]] + [[x + 1, x + 34, x + 33] for x in across[:-1]]
    given = np.column_stack((points[:, 0] / 32, points[:, 1])).astype("<f4") if uv is None else uv
    mesh = gltf.mesh(gltf.accessor(points), gltf.accessor(np.array(corners, "<u2").ravel()), material=0)
    texture = gltf.accessor(np.asarray(given, "<f4"))
    gltf.json["meshes"][mesh]["primitives"][0]["attributes"]["TEXCOORD_0"] = texture  # type: ignore[index]
    gltf.json["nodes"].append({"mesh": 0, "name": "墙"})
    gltf.json["images"] = [{"bufferView": gltf.view(picture.getvalue()), "mimeType": "image/png"}]
    gltf.json["textures"] = [{"source": 0}]
    gltf.json["materials"] = [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0, **material}}}]
    return gltf


def seen_colours(texturing: Texturing) -> set[tuple[int, ...]]:
    """Return the colours of the only picture under the points of a model, and none for a point without."""
    (one,) = texturing.pictures
    pixels = np.asarray(Image.open(io.BytesIO(one.data)).convert("RGB"))
    places = np.clip(texturing.point_uv, 0.0, 0.999) * (pixels.shape[1], pixels.shape[0])
    return {tuple(pixels[int(y), int(x)].tolist()) for x, y in places}


def shares(model: CityModel) -> dict[object, int]:
    """Return how many triangles have each colour."""
    attributes = model.features.attributes
    return dict(Counter(attributes[row].get("base_colour") for row in model.triangle_feature.tolist()))


def test_a_picture_stays_on_its_object_which_has_its_mean_colour(tmp_path: Path) -> None:
    model = opened(striped(None).written(tmp_path / "a.glb"))

    assert shares(model) == {"#800080": 64}
    assert model.features.class_names == ("Building",)
    assert model.texturing is not None
    assert seen_colours(model.texturing) == {(255, 0, 0), (0, 0, 255)}


def test_a_texture_transform_moves_the_picture(tmp_path: Path) -> None:
    moved = {"extensions": {"KHR_texture_transform": {"offset": [0.5, 0.0], "scale": [0.25, 1.0]}}}

    model = opened(striped(None, **moved).written(tmp_path / "a.glb"))

    assert shares(model) == {"#0000ff": 64}  # only columns 8 … 11 of 16 are seen
    assert model.texturing is not None
    assert seen_colours(model.texturing) == {(0, 0, 255)}


def test_a_picture_that_cannot_be_decoded_is_told_and_the_shape_kept(tmp_path: Path) -> None:
    gltf, broken = striped(None), striped(None)
    gltf.json["textures"] = [{"extensions": {"MSFT_texture_dds": {"source": 7}}}]
    broken.json["images"] = [{"bufferView": 0}]

    for one, word in ((gltf, "missing"), (broken, "damaged")):
        model = opened(one.written(tmp_path / "a.glb"))

        assert len(model.triangles) == 64
        assert model.texturing is None
        assert any(word in text.en for text in (*model.origin.notes, *(s.reason for s in model.origin.skipped)))


def hostile(name: str) -> Gltf:
    """Return a forged file of one kind."""
    gltf = square()
    accessor, view = gltf.json["accessors"][0], gltf.json["bufferViews"][0]
    changes: dict[str, tuple[dict[str, object], dict[str, object]]] = {
        "count 1e3": (accessor, {"count": 1000}),
        "count 1e5": (accessor, {"count": 100_000}),
        "count 1e8": (accessor, {"count": 100_000_000}),
        "count 2^62": (accessor, {"count": 1 << 62}),
        "count negative": (accessor, {"count": -1}),
        "count text": (accessor, {"count": "4"}),
        "offset": (accessor, {"byteOffset": 40}),
        "negative offset": (view, {"byteOffset": -8}),
        "huge offset": (view, {"byteOffset": 1 << 60}),
        "long view": (view, {"byteLength": 1 << 30}),
        "stride 0": (view, {"byteStride": 0}),
        "stride 1": (view, {"byteStride": 1}),
        "stride 4000": (view, {"byteStride": 4000}),
        "component": (accessor, {"componentType": 9999}),
        "type": (accessor, {"type": "MAT9"}),
        "no view": (accessor, {"bufferView": 77}),
        "view true": (accessor, {"bufferView": True}),
        "sparse": (accessor, {"sparse": {"count": 9, "indices": {}, "values": {}}}),
        "mesh": (gltf.json["nodes"][0], {"mesh": 5}),
        "cycle": (gltf.json["nodes"][0], {"children": [0]}),
        "matrix": (gltf.json["nodes"][0], {"matrix": [1, 2, 3]}),
        "nan": (gltf.json["nodes"][0], {"translation": [float("nan"), 0, 0]}),
    }
    target, change = changes[name]
    target.update(change)
    if name == "cycle":
        gltf.json["nodes"].append({"children": [0]})
    return gltf


@pytest.mark.parametrize(
    "name",
    ["count 1e3", "count 1e5", "count 1e8", "count 2^62", "count negative", "count text", "offset", "negative offset",
     "huge offset", "long view", "stride 0", "stride 1", "stride 4000", "component", "type", "no view", "view true",
     "sparse", "mesh", "cycle", "matrix", "nan"],
)  # fmt: skip
def test_forged_accessors_and_trees_are_refused_before_memory_is_touched(tmp_path: Path, name: str) -> None:
    path = hostile(name).written(tmp_path / "a.glb")

    with pytest.raises((FileBroken, FileHostile)) as caught:
        opened(path)

    assert "a.glb" in str(caught.value)


@pytest.mark.parametrize("forged", [{"type": []}, {"type": {}}, {"componentType": [5126]}])
def test_a_mesh_whose_accessor_makes_no_sense_is_left_out_and_the_rest_kept(
    tmp_path: Path, forged: dict[str, object]
) -> None:
    # given two squares, the first with a list or table where a word or number belongs
    gltf = square()
    gltf.json["accessors"][0].update(forged)
    gltf.mesh(gltf.accessor(CORNERS), 1)
    gltf.json["nodes"].append({"mesh": 1, "name": "乙"})

    # when they are opened
    model = opened(gltf.written(tmp_path / "a.glb"))

    # then the second is there, and the first is counted
    assert len(model.triangles) == 2
    assert [entry.count for entry in model.origin.skipped] == [1]


@pytest.mark.parametrize(
    "uri",
    ["../secret.bin", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1/x.bin", "https://example.invalid/x",
     "..%2Fsecret.bin", "sub/../../x.bin", "C:\\secret.bin", "\\\\server\\share\\x", "~/x", "link.bin", "%00", "."],
)  # fmt: skip
def test_addresses_outside_the_folder_are_never_opened(tmp_path: Path, uri: str) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(1000))
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    path = square().written(folder / "a.gltf", uri=uri)

    with pytest.raises(FileHostile):
        opened(path)


def test_files_beside_the_model_are_read(tmp_path: Path) -> None:
    gltf = square()
    (tmp_path / "点.bin").write_bytes(gltf.data)

    assert len(opened(gltf.written(tmp_path / "a.gltf", uri="%E7%82%B9.bin")).triangles) == 2
    with pytest.raises(FileBroken, match="不存在"):
        opened(gltf.written(tmp_path / "b.gltf", uri="gone.bin"))


def test_unknown_needs_and_old_versions_are_named(tmp_path: Path) -> None:
    with pytest.raises(FormatUnknown, match="EXT_secret"):
        opened(square().written(tmp_path / "a.glb", extensionsRequired=["EXT_secret"]))
    with pytest.raises(FormatUnknown, match=r"1\.0"):
        opened(square().written(tmp_path / "b.gltf", asset={"version": "1.0"}))
    assert opened(square().written(tmp_path / "c.glb", extensionsRequired=["KHR_materials_unlit"]))


@pytest.mark.parametrize("seed", range(80))
def test_damaged_meshes_never_give_anything_but_our_errors(tmp_path: Path, seed: int) -> None:
    luck = random.Random(seed)
    path = square(scale=[1, 2, 3]).written(tmp_path / "a.glb")
    data = bytearray(path.read_bytes())
    for _ in range(luck.randint(1, 6)):
        data[luck.randrange(len(data))] = luck.randrange(256)
    path.write_bytes(data[: luck.randint(1, len(data))] if luck.random() < 0.3 else data)

    try:
        model = opened(path)
    except InputError as error:
        assert error.path  # noqa: PT017  either outcome is right
    else:
        assert len(model.triangles) > 0
        assert np.isfinite(model.points).all()


@pytest.mark.real_data
def test_real_compressed_models_open(real_data: Path) -> None:
    duck = opened(real_data / "gltf" / "Duck_meshopt.glb")
    truck = opened(real_data / "gltf" / "CesiumMilkTruck_draco" / "CesiumMilkTruck.gltf")

    assert len(duck.triangles) == 4212
    assert duck.extent.top - duck.extent.bottom == pytest.approx(3812 * 0.000404098653)
    assert len(truck.triangles) == 3624
    kinds = Counter(truck.features.class_of(row) for row in range(len(truck.features)))
    assert kinds["Building"] == 3  # the rest are patches of its picture's colours
    cloud = opened(real_data / "gltf" / "helsinki_meshopt_0.glb")
    assert len(cloud.triangles) == 4 * 82_674
    assert len({row["base_colour"] for row in cloud.features.attributes}) > 20
