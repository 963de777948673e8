"""GLB and 3D Tiles 1.1 that we write: strict rules, the public validators, and points that lie where they lay."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from fakes.small_city import CENTRE, block_city, boxes
from fakes.small_export import city_layers, house, layer, wish
from fakes.tiles3d_rules import check_glb, check_tileset, khronos_issues
from sanping.domain.city import CityModel
from sanping.domain.crs import converter
from sanping.domain.errors import InputError
from sanping.domain.geo import GeoFrame
from sanping.formats.gltf import GltfReader
from sanping.formats.outgoing.glb_parts import NO_NUMBER
from sanping.formats.outgoing.layers import FLAT
from sanping.formats.outgoing.writing import write
from sanping.formats.tiles3d import Tiles3dReader
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

SILENT = SilentProgress()


@pytest.fixture(scope="module")
def tileset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiles") / "city"
    exported = write(folder, city_layers(), wish("3dtiles"), SILENT)
    assert exported.objects == 123
    assert [skip.count for skip in exported.skipped if skip.reason == FLAT] == [7]
    return folder


def test_a_tileset_follows_the_rules_and_its_contents_carry_features_and_tables(tileset: Path) -> None:
    # given a tileset of all models of the city

    # when its tree and its contents are checked
    contents = check_tileset(tileset)
    files = [check_glb(path) for path, _, _ in contents]

    # then blocks come far and near, and each content knows its objects by id, name and attribute
    assert sum("-far" in path.name for path, _, _ in contents) >= 1
    ids = [name for glb in files for name in glb.texts(0, "id")]
    assert {"house", "b0", "house-2", "b119"} <= set(ids)
    glb = next(glb for glb in files if "house" in glb.texts(0, "id"))
    row = glb.texts(0, "id").index("house")
    assert glb.texts(0, "name_zh")[row] == "长风商务楼"
    assert glb.texts(0, "class")[row] == "Building"
    storeys = glb.numbers(0, glb.key_of("storeys"))
    assert storeys[row] == 9.0
    assert NO_NUMBER not in storeys
    assert glb.texts(0, glb.key_of("materials"))[glb.texts(0, "id").index("b0")] == '["brick", "glass"]'


def test_points_of_a_tileset_lie_on_the_earth_where_the_model_does(tileset: Path) -> None:
    # given the near contents of the blocks, and the corners of the model on the earth
    expected = np.concatenate([tile.near.points + tile.origin for tile in block_city().tiles])
    on_earth = converter("EPSG:4549", "EPSG:4978")(expected)

    # when each content is put where its tile says, after glTF's axes are turned upright
    found = []
    for path, matrix, region in check_tileset(tileset):
        points = _points(path) @ np.array([[1, 0, 0], [0, 0, 1], [0, -1, 0]])
        placed = points @ matrix[:3, :3].T + matrix[:3, 3]
        degrees = converter("EPSG:4978", "EPSG:4979")(placed)
        assert np.radians(degrees[:, 0]).min() >= region[0]
        assert np.radians(degrees[:, 1]).max() <= region[3]
        assert region[4] <= degrees[:, 2].min() <= degrees[:, 2].max() <= region[5]
        if "tiles/0/" in path.as_posix() and "-far" not in path.name:
            found.append(placed)

    # then every corner is within a millimetre of its place
    far_m = shapely.STRtree(shapely.points(np.concatenate(found)[:, :2])).query_nearest(
        shapely.points(on_earth[:, :2]), return_distance=True
    )[1]
    assert len(np.concatenate(found)) == len(on_earth)
    assert far_m.max() < 0.001


def test_heights_can_be_raised_to_the_ellipsoid(tmp_path: Path) -> None:
    # given one block, and a geoid that lies 11.5 m above the ellipsoid
    one = layer("one", "buildings", build_tiles(boxes([(0.0, 0.0)], [10.0])))

    # when it is written with and without that offset
    write(tmp_path / "plain", [one], wish("3dtiles"), SILENT)
    write(tmp_path / "raised", [one], wish("3dtiles", height_offset_m=11.5), SILENT)
    plain, raised = (check_tileset(tmp_path / name)[0][2] for name in ("plain", "raised"))

    # then it stands so much higher, and nowhere else
    assert raised[5] - plain[5] == pytest.approx(11.5, abs=1e-6)
    assert raised[0] == pytest.approx(plain[0], abs=1e-12)


def test_a_glb_says_where_it_stands_and_is_read_back_there(tmp_path: Path) -> None:
    # given a GLB of blocks and a house, plain and quantised
    layers = [layer("blocks", "buildings", block_city()), layer("house", "buildings", build_tiles(house()))]
    for is_quantised, precise_m in ((False, 0.001), (True, 0.02)):
        path = tmp_path / f"city-{is_quantised}.glb"
        write(path, layers, wish("glb", is_quantised=is_quantised), SILENT)

        # when it is checked, and read by our own reader at the place it names
        place = check_glb(path).json["asset"]["extras"]["sanping"]
        settings = (("position", place["position"]),)
        model = GltfReader().read(path, ReadOptions(crs=place["crs"], settings=settings), SILENT)

        # then it has the objects, and lies where it lay
        assert isinstance(model, CityModel)
        assert len(model.features) == 122
        assert model.extent.west == pytest.approx(CENTRE[0] - 6 * 55.0 - 12.0, abs=precise_m)
        assert model.extent.top == pytest.approx(block_city().extent.top, abs=precise_m)


def test_trimesh_reads_a_glb_as_closed_boxes(tmp_path: Path) -> None:
    # given a GLB of one block
    trimesh = pytest.importorskip("trimesh", reason="trimesh is not installed")
    path = tmp_path / "one.glb"
    write(path, [layer("one", "buildings", build_tiles(boxes([(0.0, 0.0)], [10.0])))], wish("glb"), SILENT)

    # when another library reads it
    scene = trimesh.load(path)

    # then it has the block's size, y upwards
    assert scene.extents.tolist() == pytest.approx([24.0, 10.0, 24.0], abs=1e-4)


def test_the_khronos_validator_has_nothing_to_say(tileset: Path, tmp_path: Path) -> None:
    # given contents of a tileset, and quantised ones
    write(tmp_path / "small", city_layers(), wish("3dtiles", is_quantised=True), SILENT)
    paths = sorted((*tileset.rglob("*.glb"), *tmp_path.rglob("*.glb")))

    # when the validator looks at them
    issues = khronos_issues(paths)
    if isinstance(issues, str):
        pytest.skip(issues)

    # then it finds neither errors nor warnings
    assert [(one["numErrors"], one["numWarnings"]) for one in issues] == [(0, 0)] * len(paths)


def test_our_own_reader_takes_a_tileset_back_with_its_objects(tileset: Path) -> None:
    # given a tileset of all models

    # when it is read into the twin's CRS
    model = Tiles3dReader().read(tileset / "tileset.json", ReadOptions(target_crs="EPSG:4549"), SILENT)

    # then every object that has a shape is there with its attributes, where it lay
    assert isinstance(model, CityModel)
    assert len(model.features) == 122
    known = {str(one["id"]): one for one in model.features.attributes}
    assert known["house-2"]["storeys"] == 9.5
    assert known["b7"]["usage"] == "office"
    assert model.extent.west == pytest.approx(CENTRE[0] - 6 * 55.0 - 12.0, abs=0.01)
    assert model.extent.top == pytest.approx(block_city().extent.top, abs=0.01)


def test_models_without_a_place_on_the_earth_are_refused_as_tiles(tmp_path: Path) -> None:
    # given a model in local coordinates
    model = boxes([(0.0, 0.0)], [10.0])
    local = build_tiles(
        CityModel(
            frame=GeoFrame(crs="LOCAL"), origin=model.origin, features=model.features, points=model.points,
            triangles=model.triangles, triangle_feature=model.triangle_feature, triangle_surface=model.triangle_surface,
        )
    )  # fmt: skip

    # when it is to be written on the earth
    with pytest.raises(InputError) as refused:
        write(tmp_path / "local", [layer("local", "buildings", local)], wish("3dtiles"), SILENT)

    # then it says what to do
    assert "坐标系" in str(refused.value)


def _points(path: Path) -> np.ndarray:
    glb = check_glb(path)
    accessor = glb.json["accessors"][glb.json["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]
    return np.frombuffer(glb.view(accessor["bufferView"]), np.float32).reshape(-1, 3).astype(np.float64)
