"""`formats.las`, `formats.las_classes`, `formats.las_packing`, `formats.point_solids`, `formats.own_colours`."""

import random
import struct
from pathlib import Path

import laspy
import numpy as np
import pytest
from pyproj import CRS

from sanping.domain.city import CityModel
from sanping.domain.errors import CrsMissing, FileBroken, FileHostile, InputError
from sanping.formats.catalog import read
from sanping.formats.own_colours import palette_of
from sanping.formats.point_solids import thinned
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

EAST, NORTH = 635_000.0, 3_458_000.0


def cloud(path: Path, points: np.ndarray, *, crs: str = "EPSG:4549", **more: np.ndarray) -> Path:
    """Write points (n, 3), metres from a corner of Putuo; `more` are dimensions such as `classification`."""
    header = laspy.LasHeader(point_format=7, version="1.4")
    header.scales, header.offsets = np.full(3, 0.001), np.array([EAST, NORTH, 0.0])
    if crs:
        header.add_crs(CRS.from_user_input(crs))
    data = laspy.LasData(header)
    data.x, data.y, data.z = (points + np.array([EAST, NORTH, 0.0])).T
    for name, values in more.items():
        setattr(data, name, values)
    data.write(path)
    return path


def spread(count: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).uniform((0, 0, 0), (100, 100, 10), (count, 3))


def opened(path: Path, **options: object) -> CityModel:
    model = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(model, CityModel)
    return model


def colours(model: CityModel) -> set[object]:
    return {row["base_colour"] for row in model.features.attributes}


@pytest.mark.parametrize("suffix", [".las", ".laz"])
def test_points_stand_in_the_crs_of_their_records_in_their_own_colours(tmp_path: Path, suffix: str) -> None:
    red = {"red": np.full(4, 65535, "u2"), "green": np.zeros(4, "u2"), "blue": np.zeros(4, "u2")}
    points = np.array([[0, 0, 1], [10, 0, 1], [0, 10, 1], [10, 10, 5.0]])

    model = opened(cloud(tmp_path / f"a{suffix}", points, **red))

    assert model.frame.crs == "EPSG:4549"
    assert colours(model) == {"#ff0000"}
    middles = model.points[model.triangles].reshape(4, 12, 3).mean(axis=1)
    assert np.allclose(np.sort(middles[:, 2]), [1, 1, 1, 5], atol=0.1)
    assert model.extent.centre[:2] == pytest.approx((EAST + 5, NORTH + 5), abs=3.0)


def test_classes_become_classes_and_noise_is_counted(tmp_path: Path) -> None:
    classes = np.array([2, 2, 6, 5, 7, 18], "u1")

    model = opened(cloud(tmp_path / "a.las", spread(6), classification=classes))

    assert set(model.features.class_names) == {"PointsGround", "PointsBuilding", "PointsHighVegetation"}
    assert len(colours(model)) == 3
    assert [entry.count for entry in model.origin.skipped] == [2]


def test_a_cloud_without_colours_or_classes_is_coloured_by_height(tmp_path: Path) -> None:
    path = cloud(tmp_path / "a.las", spread(300))

    assert len(colours(opened(path))) > 10
    assert len(colours(opened(path, settings=(("colour", "class"),)))) == 1


def test_a_large_cloud_is_thinned_and_says_so(tmp_path: Path) -> None:
    path = cloud(tmp_path / "a.laz", spread(30_000))

    model = opened(path, settings=(("max_points", 1000),))

    assert 300 < len(model.triangles) / 4 <= 1000
    assert any("30000" in note.en for note in model.origin.notes)


def test_thinning_keeps_one_point_of_each_cube() -> None:
    points = spread(20_000)

    kept, side = thinned(points, 500)

    cubes = np.floor((points - points.min(axis=0)) / side).astype(int)
    assert len(np.unique(cubes[kept], axis=0)) == len(kept) == len(np.unique(cubes, axis=0)) <= 500
    assert thinned(points, 20_000)[1] == 0.0


def test_few_colours_stand_for_many() -> None:
    many = np.random.default_rng(1).integers(0, 256, (5000, 3)).astype(np.uint8)

    palette, which = palette_of(many, 32)

    assert len(palette) <= 32
    assert np.abs(palette[which].astype(int) - many).mean() < 64


def test_a_cloud_without_a_crs_asks_for_one(tmp_path: Path) -> None:
    path = cloud(tmp_path / "a.las", spread(5), crs="")

    with pytest.raises(CrsMissing):
        opened(path)
    assert opened(path, crs="EPSG:4549").frame.crs == "EPSG:4549"
    (tmp_path / "a.prj").write_text(CRS.from_epsg(4549).to_wkt("WKT1_ESRI"))
    assert opened(path).frame.crs == "EPSG:4549"


def test_forged_chunks_are_refused_before_memory_is_asked_for(tmp_path: Path) -> None:
    data = bytearray(cloud(tmp_path / "a.laz", spread(300)).read_bytes())
    first_point = struct.unpack_from("<I", data, 96)[0]
    table = struct.unpack_from("<q", data, first_point)[0]
    packer = data.index(b"laszip encoded") - 2 + 54 + 12

    for place, value in ((table + 4, 2_000_000_000), (packer, 3_000_000_000)):
        hurt = bytearray(data)
        struct.pack_into("<I", hurt, place, value)
        (tmp_path / "b.laz").write_bytes(bytes(hurt))
        with pytest.raises(FileHostile):
            opened(tmp_path / "b.laz")


@pytest.mark.parametrize("place", [100, 243])
def test_records_that_the_file_has_no_room_for_are_refused_at_once(tmp_path: Path, place: int) -> None:
    # given a cloud that claims four thousand million records before its points, or behind them
    data = bytearray(cloud(tmp_path / "a.las", spread(3)).read_bytes())
    struct.pack_into("<I", data, place, 0xF000_0000)
    (tmp_path / "b.las").write_bytes(bytes(data))

    # when it is opened, then nobody counts that far
    with pytest.raises(FileHostile, match="记录"):
        opened(tmp_path / "b.las")


def test_layers_longer_than_the_file_are_refused_before_memory_is_asked_for(tmp_path: Path) -> None:
    # given a packed cloud whose third layer claims four thousand million bytes
    data = bytearray(cloud(tmp_path / "a.laz", spread(300)).read_bytes())
    first_point = struct.unpack_from("<I", data, 96)[0]
    struct.pack_into("<I", data, first_point + 8 + 36 + 4 + 2 * 4, 0xFD00_0000)
    (tmp_path / "b.laz").write_bytes(bytes(data))

    # when it is opened, then the unpacker, which would end the process, never sees it
    with pytest.raises(FileHostile, match="4244635648"):
        opened(tmp_path / "b.laz")


def test_a_table_inside_the_packed_points_is_refused_before_memory_is_asked_for(tmp_path: Path) -> None:
    # given a packed cloud whose table of chunks lies behind thirty bytes of points, and big numbers behind those
    data = bytearray(cloud(tmp_path / "a.laz", spread(300)).read_bytes())
    first_point = struct.unpack_from("<I", data, 96)[0]
    struct.pack_into("<q", data, first_point, first_point + 8 + 30)
    struct.pack_into("<II10I", data, first_point + 8 + 30, 0, 1, *[0xC000_0000] * 10)
    (tmp_path / "b.laz").write_bytes(bytes(data))

    # when it is opened, then the unpacker does not take the table for sizes of layers
    with pytest.raises(FileBroken, match="点云文件不完整"):
        opened(tmp_path / "b.laz")


def test_a_cloud_that_is_cut_short_keeps_its_points_and_says_how_many_are_missing(tmp_path: Path) -> None:
    data = bytearray(cloud(tmp_path / "a.las", spread(300)).read_bytes())
    (tmp_path / "b.las").write_bytes(bytes(data[: len(data) - 36 * 100]))
    struct.pack_into("<Q", data, 247, 1 << 60)
    (tmp_path / "c.las").write_bytes(bytes(data))

    model = opened(tmp_path / "b.las")

    assert len(model.triangles) == 200 * 4
    assert [entry.count for entry in model.origin.skipped] == [100]
    with pytest.raises(FileHostile):
        opened(tmp_path / "c.las")


def test_empty_cut_and_forged_clouds_are_refused_with_a_reason(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="没有一个点"):
        opened(cloud(tmp_path / "a.las", np.zeros((0, 3))))
    dice = random.Random(5)
    whole = {suffix: cloud(tmp_path / f"w{suffix}", spread(200)).read_bytes() for suffix in (".las", ".laz")}
    for number in range(120):
        suffix = (".las", ".laz")[number % 2]
        data = bytearray(whole[suffix])
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        (tmp_path / f"b{suffix}").write_bytes(bytes(data[: dice.randrange(100, len(data) + 1)]))
        try:
            model = opened(tmp_path / f"b{suffix}")
        except InputError:
            continue
        assert len(model.triangles)
