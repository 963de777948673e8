"""`formats.terrain_layer`, `terrain_mesh`, `terrain_pyramid`, `terrain_rgb`, `terrain_hgt`, `terrain_warp`."""

import gzip
import io
import json
import random
import sqlite3
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyproj import Transformer

from sanping.analysis.height_grid import heights_at
from sanping.domain.errors import FileBroken, FormatUnknown, InputError
from sanping.domain.ground import Terrain
from sanping.formats.catalog import read
from sanping.formats.terrain_hgt import degree
from sanping.formats.terrain_mesh import decoded, grid_of
from sanping.formats.terrain_pyramid import Scheme
from sanping.formats.terrain_warp import TargetGrid, warped_heights
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

LONGITUDE, LATITUDE = 121.40, 31.25
GEOGRAPHIC, MERCATOR = Scheme(is_geographic=True), Scheme(is_geographic=False)


def opened(path: Path, **options: object) -> Terrain:
    terrain = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(terrain, Terrain)
    return terrain


def height_there(terrain: Terrain, longitude: float, latitude: float) -> float:
    x, y = Transformer.from_crs(4326, terrain.frame.crs, always_xy=True).transform(longitude, latitude)
    row, column = (terrain.north - y) / terrain.cell_y_m, (x - terrain.west) / terrain.cell_x_m
    return float(heights_at(terrain.heights_m, np.array([row]), np.array([column]))[0])


def slope(longitude: np.ndarray | float, latitude: np.ndarray | float) -> np.ndarray | float:
    """Return a height in metres that rises to the north-east."""
    return (np.asarray(longitude) - 121.0) * 100.0 + (np.asarray(latitude) - 31.0) * 200.0


def mesh_tile(level: int, column: int, row: int, side: int = 9) -> bytes:
    """Return a quantized-mesh tile of the slope: a lattice of `side` by `side` points; rows count from the north."""
    west, north = GEOGRAPHIC.corner((level, column, row))
    size = GEOGRAPHIC.size(level)
    steps = np.linspace(0, 32767, side).round().astype(np.int64)
    v, u = (axis.ravel() for axis in np.meshgrid(steps, steps, indexing="ij"))
    heights = slope(west + u / 32767 * size, north - size + v / 32767 * size)
    low, high = heights.min(), heights.max()
    corner = np.arange(side * side).reshape(side, side)
    a, b, c, d = corner[:-1, :-1], corner[:-1, 1:], corner[1:, :-1], corner[1:, 1:]
    corners = np.stack([a, b, d, a, d, c], axis=-1).ravel()
    codes, highest = [], 0
    for one in renumbered(corners):
        codes.append(highest - one)
        highest += one == highest
    order = list(dict.fromkeys(corners.tolist()))
    u, v, heights = u[order], v[order], heights[order]
    packed = []
    for values in (u, v, np.round((heights - low) / (high - low) * 32767).astype(np.int64)):
        between = np.diff(values, prepend=0)
        packed.append(((between << 1) ^ (between >> 63)).astype("<u2").tobytes())
    middle = Transformer.from_crs(4979, 4978, always_xy=True).transform(west + size / 2, north - size / 2, 0.0)
    head = struct.pack("<3d2f4d3dI", *middle, low, high, *middle, 1000.0, 0, 0, 0, len(u))
    return head + b"".join(packed) + struct.pack("<I", len(codes) // 3) + np.array(codes, "<u2").tobytes()


def renumbered(corners: np.ndarray) -> list[int]:
    """Number points in the order in which triangles first name them, as the high-water mark wants it."""
    number: dict[int, int] = {}
    return [number.setdefault(one, len(number)) for one in corners.tolist()]


def layer(folder: Path, *, level: int = 10, packed: bool = False) -> Path:
    """Write a layer of two tiles side by side around the place, and its layer.json."""
    column, row = GEOGRAPHIC.place(level, LONGITUDE, LATITUDE)
    for one in (column, column + 1):
        path = folder / str(level) / str(one) / f"{2**level - 1 - row}.terrain"
        path.parent.mkdir(parents=True)
        data = mesh_tile(level, one, row)
        path.write_bytes(gzip.compress(data) if packed else data)
    index = folder / "layer.json"
    index.write_text(json.dumps({"format": "quantized-mesh-1.0", "scheme": "tms", "tiles": ["{z}/{x}/{y}.terrain"]}))
    return index


@pytest.mark.parametrize("packed", [False, True])
def test_a_layer_of_mesh_tiles_becomes_terrain_in_metres(tmp_path: Path, packed: bool) -> None:
    terrain = opened(layer(tmp_path, packed=packed))

    assert terrain.frame.crs == "EPSG:4549"
    assert height_there(terrain, LONGITUDE, LATITUDE) == pytest.approx(slope(LONGITUDE, LATITUDE), abs=0.2)
    assert any("ellipsoid" in note.en for note in terrain.origin.notes)
    assert opened(tmp_path / "layer.json", settings=(("height_offset_m", 5.0),)).extent.top == pytest.approx(
        terrain.extent.top + 5.0, abs=0.01
    )


def test_a_tile_alone_knows_its_place_by_its_path_or_its_middle(tmp_path: Path) -> None:
    layer(tmp_path)
    inside = min((tmp_path / "10").rglob("*.terrain"))
    (tmp_path / "alone.terrain").write_bytes(inside.read_bytes())

    by_path, by_middle = opened(inside), opened(tmp_path / "alone.terrain")

    assert by_path.extent == by_middle.extent
    assert height_there(by_middle, LONGITUDE, LATITUDE) == pytest.approx(slope(LONGITUDE, LATITUDE), abs=0.2)


def test_a_mesh_is_laid_out_without_holes() -> None:
    mesh = decoded(mesh_tile(10, *GEOGRAPHIC.place(10, LONGITUDE, LATITUDE)))

    grid = grid_of(mesh, 64)

    assert np.isfinite(grid).all()
    assert (np.diff(grid, axis=1) > 0).all()  # it rises to the east
    assert (np.diff(grid, axis=0) < 0).all()  # and to the north, whose row is the first


def test_a_tile_that_is_broken_leaves_a_hole_and_is_counted(tmp_path: Path) -> None:
    index = layer(tmp_path)
    sorted((tmp_path / "10").rglob("*.terrain"))[1].write_bytes(b"gone")

    terrain = opened(index)

    assert [entry.count for entry in terrain.origin.skipped] == [1]
    assert np.isfinite(height_there(terrain, LONGITUDE, LATITUDE))


def test_levels_and_areas_are_chosen(tmp_path: Path) -> None:
    index = layer(tmp_path)
    layer(tmp_path / "b", level=8)
    (tmp_path / "b" / "8").rename(tmp_path / "8")

    finest = opened(index)
    coarse = opened(index, settings=(("max_cells", 1500),))
    area = opened(index, settings=(("bounds", [LONGITUDE - 0.001, LATITUDE - 0.001, LONGITUDE, LATITUDE]),))

    assert finest.cell_x_m < 300
    assert coarse.heights_m.size < 2500
    assert area.extent.diagonal_m < finest.extent.diagonal_m


def test_half_the_earth_and_other_kinds_are_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.terrain").write_bytes(mesh_tile(0, 1, 0))
    with pytest.raises(FileBroken, match="180°"):
        opened(tmp_path / "a.terrain")
    index = layer(tmp_path)
    index.write_text('{"format": "tiff", "tiles": []}')
    with pytest.raises(FormatUnknown, match="tiff"):
        opened(index)
    index.write_text('{"tiles": ')
    with pytest.raises(FileBroken):
        opened(index)


def test_heightmap_tiles_are_read_too(tmp_path: Path) -> None:
    index = layer(tmp_path)
    index.write_text(json.dumps({"format": "heightmap-1.0", "tiles": ["{z}/{x}/{y}.terrain"]}))
    for path in (tmp_path / "10").rglob("*.terrain"):
        path.write_bytes(np.full(65 * 65, (12.0 + 1000.0) * 5, "<u2").tobytes() + b"\0")

    assert np.nanmin(opened(index).heights_m) == np.nanmax(opened(index).heights_m) == 12.0


def test_damaged_mesh_tiles_raise_only_our_errors() -> None:
    dice, whole = random.Random(2), mesh_tile(10, 1700, 330)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(24, len(data))] = dice.randrange(256)
        try:
            grid = grid_of(decoded(bytes(data[: dice.randrange(10, len(data) + 1)])), 32)
        except InputError:
            continue
        assert grid.shape == (32, 32)


def rgb_tile(level: int, column: int, row: int, encoding: str = "mapbox", side: int = 64) -> bytes:
    west, north = MERCATOR.corner((level, column, row))
    step = MERCATOR.size(level) / side
    x, y = np.meshgrid(west + (np.arange(side) + 0.5) * step, north - (np.arange(side) + 0.5) * step)
    longitude, latitude = Transformer.from_crs(3857, 4326, always_xy=True).transform(x, y)
    heights = slope(longitude, latitude)
    code = np.round((heights + 10_000) * 10 if encoding == "mapbox" else (heights + 32_768) * 256).astype(np.int64)
    pixels = np.stack([(code >> 16) & 255, (code >> 8) & 255, code & 255], axis=-1).astype(np.uint8)
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, "PNG")
    return sink.getvalue()


def mbtiles(path: Path, *tiles: tuple[int, int, int, bytes], **words: str) -> Path:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute("CREATE TABLE tiles (zoom_level int, tile_column int, tile_row int, tile_data blob)")
        database.executemany("INSERT INTO metadata VALUES (?, ?)", words.items())
        rows = [(level, column, 2**level - 1 - row, data) for level, column, row, data in tiles]
        database.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    database.close()
    return path


@pytest.mark.parametrize("encoding", ["mapbox", "terrarium"])
def test_heights_in_colours_are_read_from_mbtiles_and_folders(tmp_path: Path, encoding: str) -> None:
    column, row = MERCATOR.place(12, LONGITUDE, LATITUDE)
    tiles = [(12, column, row, rgb_tile(12, column, row, encoding))]
    base = mbtiles(tmp_path / "a.mbtiles", *tiles, (11, column // 2, row // 2, tiles[0][3]))
    (tmp_path / "12" / str(column)).mkdir(parents=True)
    file = tmp_path / "12" / str(column) / f"{row}.png"
    file.write_bytes(tiles[0][3])

    for terrain in (opened(base), opened(file)):
        assert terrain.frame.crs == "EPSG:4549"
        assert height_there(terrain, LONGITUDE, LATITUDE) == pytest.approx(slope(LONGITUDE, LATITUDE), abs=0.3)
        assert any(encoding in note.en for note in terrain.origin.notes)


def test_map_pictures_and_vector_tiles_are_no_heights(tmp_path: Path) -> None:
    sink = io.BytesIO()
    Image.fromarray(np.random.default_rng(4).integers(0, 256, (64, 64, 3)).astype(np.uint8)).save(sink, "PNG")
    column, row = MERCATOR.place(12, LONGITUDE, LATITUDE)

    for number, data in enumerate((sink.getvalue(), b"\x1f\x8b vector")):
        with pytest.raises(FormatUnknown, match="terrain-RGB"):
            opened(mbtiles(tmp_path / f"{number}.mbtiles", (12, column, row, data)))
    (tmp_path / "c.mbtiles").write_bytes((tmp_path / "0.mbtiles").read_bytes()[:3000])
    with pytest.raises(FileBroken):
        opened(tmp_path / "c.mbtiles")


def test_an_hgt_file_stands_where_its_name_says(tmp_path: Path) -> None:
    side = 1201
    longitude, latitude = np.meshgrid(np.linspace(121, 122, side), np.linspace(32, 31, side))
    heights = np.round(slope(longitude, latitude)).astype(">i2")
    heights[600, 600] = -32768
    heights.tofile(tmp_path / "N31E121.hgt")

    terrain = opened(tmp_path / "N31E121.hgt", settings=(("max_cells", 400_000),))

    assert terrain.frame.crs == "EPSG:4549"
    assert height_there(terrain, LONGITUDE, LATITUDE) == pytest.approx(slope(LONGITUDE, LATITUDE), abs=1.0)
    assert terrain.frame.vertical_datum == "EGM96 height"
    (tmp_path / "N31E121.hgt").rename(tmp_path / "heights.hgt")
    with pytest.raises(FileBroken, match="文件名"):
        opened(tmp_path / "heights.hgt")
    (tmp_path / "N31E121.hgt").write_bytes(b"\1" * 999)
    with pytest.raises(FileBroken, match="999"):
        opened(tmp_path / "N31E121.hgt")


def test_a_degree_of_few_heights_is_placed_like_one_of_many() -> None:
    few = slope(*np.meshgrid(np.linspace(121, 122, 5), np.linspace(32, 31, 5))).astype(">i2")

    terrain = degree(few, (121.0, 31.0), ReadOptions())

    assert height_there(terrain, LONGITUDE, LATITUDE) == pytest.approx(slope(LONGITUDE, LATITUDE), abs=1.0)
    with pytest.raises(FileBroken, match="有效高程"):
        degree(np.full((3, 3), -32768, ">i2"), (121.0, 31.0), ReadOptions())


@pytest.mark.parametrize("columns", [150, 20_000])
def test_heights_warped_by_blocks_are_those_warped_by_rows(columns: int) -> None:
    dice = np.random.default_rng(5)
    heights = dice.uniform(0, 90, (40, 50)).astype(np.float32)
    heights[10:20, 10:20] = np.nan
    row, column = (dice.uniform(-3, most, (230 if columns < 1000 else 3, columns)).astype("f4") for most in (43, 53))
    row[2, 5] = np.nan

    found = warped_heights(heights, TargetGrid(west=0.0, north=0.0, cell_m=1.0, row=row, column=column))

    outside = [np.nan_to_num(part.astype(np.float64), nan=-9.0) for part in (row, column)]
    by_rows = [heights_at(heights, *one) for one in zip(*outside, strict=True)]
    assert np.array_equal(found, np.array(by_rows, np.float32), equal_nan=True)
    assert np.isfinite(found).any()


@pytest.mark.real_data
def test_a_real_tile_of_half_the_earth_says_that_it_is_too_wide(real_data: Path) -> None:
    path = real_data / "terrain" / "tile.octvertexnormals.watermask.terrain"

    assert len(decoded(path.read_bytes()).triangles) > 100
    with pytest.raises(FileBroken, match="180°"):
        opened(path)
