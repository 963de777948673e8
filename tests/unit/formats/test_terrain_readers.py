import random
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from sanping.domain.errors import CrsMissing, FileBroken, FileHostile, InputError
from sanping.domain.ground import Terrain
from sanping.formats.catalog import read
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

REAL = Path(__file__).parents[4] / "shared" / "data" / "terrain"
SLOPE = np.arange(12, dtype=np.float32).reshape(3, 4)
PUTUO = Affine(2.0, 0.0, 640000.0, 0.0, -2.0, 3457000.0)


def opened(path: Path, **options: object) -> Terrain:
    terrain = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(terrain, Terrain)
    return terrain


def geotiff(path: Path, values: np.ndarray, transform: Affine = PUTUO, **profile: object) -> Path:
    bands = values if values.ndim == 3 else values[None]
    settings = {"crs": "EPSG:4549", "dtype": bands.dtype, **profile}
    with rasterio.open(
        path, "w", driver="GTiff", width=bands.shape[2], height=bands.shape[1], count=len(bands), transform=transform,
        **settings,
    ) as dataset:  # fmt: skip
        dataset.write(bands)
    return path


def grid(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


GRID = "ncols 4\nnrows 3\nxllcorner 640000\nyllcorner 3457000\ncellsize 2\nNODATA_value -9999\n"


def test_a_geotiff_in_the_twins_crs_is_taken_cell_by_cell(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", SLOPE)

    terrain = opened(path)

    assert (terrain.heights_m == SLOPE).all()
    assert (terrain.west, terrain.north) == (640001.0, 3456999.0)
    assert (terrain.cell_x_m, terrain.cell_y_m) == (2.0, 2.0)
    assert terrain.frame.crs == "EPSG:4549"
    assert terrain.origin.format == "GeoTIFF"


def test_a_grid_stored_south_up_is_turned_round(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", SLOPE[::-1], Affine(2.0, 0.0, 640000.0, 0.0, 2.0, 3456994.0))

    terrain = opened(path)

    assert (terrain.heights_m == SLOPE).all()
    assert terrain.north == 3456999.0


def test_declared_and_undeclared_no_data_become_holes(tmp_path: Path) -> None:
    values = SLOPE.copy()
    values[0, 0], values[1, 1], values[2, 2] = -1.0, -9999.0, np.nan
    values[2, 3] = 1e30

    terrain = opened(geotiff(tmp_path / "a.tif", values, nodata=-1.0))

    assert np.isnan(terrain.heights_m[[0, 1, 2, 2], [0, 1, 2, 3]]).all()
    assert np.isfinite(terrain.heights_m).sum() == 8
    assert any("-9999" in note.en for note in terrain.origin.notes)
    assert any("do not exist" in note.en for note in terrain.origin.notes)


def test_scale_offset_and_feet_are_applied(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", SLOPE.astype(np.int16))
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets, dataset.units = (0.1,), (5.0,), ("foot",)

    terrain = opened(path)

    assert terrain.heights_m[2, 3] == pytest.approx((11 * 0.1 + 5.0) * 0.3048, rel=1e-6)


def test_a_second_band_can_be_chosen_and_a_missing_one_is_told(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", np.stack((SLOPE, SLOPE + 100)))

    assert opened(path, settings=(("band", 2),)).heights_m[0, 0] == 100
    with pytest.raises(FileBroken) as caught:
        opened(path, settings=(("band", 3),))
    assert "band = 3" in str(caught.value)


def test_degrees_are_brought_to_metres(tmp_path: Path) -> None:
    step = 1e-4
    rows, columns = np.mgrid[0:60, 0:80]
    plane = (columns * 0.5 + rows * 0.25).astype(np.float32)
    path = geotiff(tmp_path / "a.tif", plane, Affine(step, 0, 121.40, 0, -step, 31.25), crs="EPSG:4490")

    terrain = opened(path)

    assert terrain.frame.crs == "EPSG:4549"
    assert 9.0 < terrain.cell_x_m == terrain.cell_y_m < 11.5
    middle = terrain.heights_m[terrain.heights_m.shape[0] // 2, terrain.heights_m.shape[1] // 2]
    assert middle == pytest.approx(plane[30, 40], abs=0.5)
    assert np.nanmax(terrain.heights_m) <= plane.max()


def test_gcj02_rasters_are_moved_by_their_offset(tmp_path: Path) -> None:
    step = 1e-4
    plane = np.zeros((50, 50), np.float32)
    plane[24:26, 24:26] = 50.0
    path = geotiff(tmp_path / "a.tif", plane, Affine(step, 0, 121.40025, 0, -step, 31.24797), crs="EPSG:4326")

    straight, moved = opened(path), opened(path, crs="GCJ-02")

    def peak(terrain: Terrain) -> np.ndarray:
        row, column = np.unravel_index(np.nanargmax(terrain.heights_m), terrain.heights_m.shape)
        return np.array([terrain.west + column * terrain.cell_x_m, terrain.north - row * terrain.cell_y_m])

    assert np.linalg.norm(peak(straight) - peak(moved)) == pytest.approx(487, abs=25)


def test_a_large_terrain_is_thinned_with_a_note(tmp_path: Path) -> None:
    path = geotiff(tmp_path / "a.tif", np.full((400, 600), 7.0, np.float32))

    terrain = opened(path, settings=(("max_cells", 6000),))

    assert terrain.heights_m.size <= 6100
    assert np.allclose(terrain.heights_m, 7.0)
    assert terrain.extent.east - terrain.extent.west == pytest.approx(1200, abs=20)
    assert "thinned" in terrain.origin.notes[0].en


def test_a_colour_picture_lies_on_level_ground(tmp_path: Path) -> None:
    colours = np.zeros((3, 4, 5), np.uint8)
    colours[0, 0, :], colours[2, 3, :] = 255, 255

    terrain = opened(geotiff(tmp_path / "a.tif", colours, photometric="RGB"))

    assert terrain.imagery is not None
    assert terrain.imagery.pixels[0, 0].tolist() == [255, 0, 0]
    assert terrain.imagery.pixels[3, 0].tolist() == [0, 0, 255]
    assert (terrain.imagery.extent.west, terrain.imagery.extent.north) == (640000.0, 3457000.0)
    assert terrain.imagery.extent.south == 3456992.0


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_png_with_a_world_file_drapes_over_a_terrain(tmp_path: Path) -> None:
    with rasterio.open(tmp_path / "ortho.png", "w", driver="PNG", width=4, height=3, count=3, dtype="uint8") as dataset:
        dataset.write(np.full((3, 3, 4), 9, np.uint8))
    (tmp_path / "ortho.pgw").write_text("2\n0\n0\n-2\n640001\n3456999\n")
    path = geotiff(tmp_path / "a.tif", SLOPE)

    terrain = opened(path, crs="EPSG:4549", settings=(("imagery", "ortho.png"),))

    assert terrain.imagery is not None
    assert terrain.imagery.extent.west == 640000.0
    with pytest.raises(FileHostile):
        opened(path, settings=(("imagery", "../ortho.png"),))


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_rasters_without_place_or_crs_ask_for_them(tmp_path: Path) -> None:
    with pytest.raises(CrsMissing):
        opened(geotiff(tmp_path / "no_crs.tif", SLOPE, crs=None))
    with pytest.raises(FileBroken, match="没有地理位置"):
        opened(geotiff(tmp_path / "no_place.tif", SLOPE, Affine.identity(), crs=None), crs="EPSG:4549")
    local = opened(tmp_path / "no_place.tif", crs="LOCAL")
    assert (local.heights_m == SLOPE).all()
    with pytest.raises(CrsMissing, match="经纬度"):
        opened(geotiff(tmp_path / "degrees.tif", SLOPE, Affine(1e-4, 0, 121.4, 0, -1e-4, 31.2)))


def test_a_raster_of_holes_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="没有一个有效高程"):
        opened(geotiff(tmp_path / "a.tif", np.full((3, 3), -9999.0, np.float32)))


def test_an_ascii_grid_is_read_with_its_crs_beside_it(tmp_path: Path) -> None:
    path = grid(tmp_path / "a.asc", GRID + "0 1 2 3\n4 5 6 7 8\n9 10 -9999\n")
    (tmp_path / "a.prj").write_text(rasterio.crs.CRS.from_epsg(4549).to_wkt())

    terrain = opened(path)

    assert terrain.heights_m[0].tolist() == [0, 1, 2, 3]
    assert np.isnan(terrain.heights_m[2, 3])
    assert (terrain.west, terrain.north) == (640001.0, 3457005.0)
    assert terrain.origin.format == "ASCII grid"


def test_cell_centres_and_decimal_headers_are_understood(tmp_path: Path) -> None:
    text = "NROWS 1\nNCOLS 2\nXLLCENTER 640001.5\nYLLCENTER 3457001\nDX 1.5\nDY 2\n1 2\n"

    terrain = opened(grid(tmp_path / "a.asc", text), crs="EPSG:4549")

    assert (terrain.west, terrain.north, terrain.cell_x_m, terrain.cell_y_m) == (640001.5, 3457001.0, 1.5, 2.0)


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        (GRID + "0 1 2 3\n4 5 x 7\n8 9 10 11\n", FileBroken, "line 8"),
        (GRID + "0 1 2 3\n4 5 6 7\n", FileBroken, "line 8"),
        (GRID + "0 1 2 3\n4 5 6 7\n8 9 10 11\n12\n", FileBroken, "line 10"),
        (GRID + "0 1 2 3\n4 5 6 7\n8 9 10 1,5\n", FileBroken, "line 9"),
        ("ncols 4\nnrows x\n", FileBroken, "line 2"),
        ("ncols 4\n1 2 3 4\n", FileBroken, ""),
        ("ncols 4\nnrows 3\ncellsize 0\n1 2 3\n", FileBroken, ""),
        ("ncols 4\nnrows 3\ncellsize 1\n1 2 3\n", FileBroken, ""),
        ("ncols 999999999\nnrows 999999999\nxllcorner 0\nyllcorner 0\ncellsize 1\n1\n", FileHostile, ""),
    ],
)
def test_a_damaged_ascii_grid_names_the_line(tmp_path: Path, text: str, kind: type[InputError], place: str) -> None:
    with pytest.raises(kind) as caught:
        opened(grid(tmp_path / "a.asc", text), crs="EPSG:4549")

    assert caught.value.place == place
    assert "a.asc" in str(caught.value)


def test_a_large_ascii_grid_is_averaged(tmp_path: Path) -> None:
    head = "ncols 50\nnrows 31\nxllcorner 640000\nyllcorner 3457000\ncellsize 1\n"
    values = np.arange(1550).reshape(31, 50)

    terrain = opened(
        grid(tmp_path / "a.asc", head + "\n".join(" ".join(map(str, row)) for row in values)),
        crs="EPSG:4549",
        settings=(("max_cells", 400),),
    )

    assert terrain.heights_m.shape == (16, 25)
    assert terrain.heights_m[0, 0] == values[:2, :2].mean()
    assert terrain.heights_m[15, 0] == values[30, :2].mean()


def test_a_damaged_block_becomes_a_hole_and_is_counted(tmp_path: Path) -> None:
    heights = np.random.default_rng(1).integers(0, 50, (64, 64)).astype(np.float32)
    path = geotiff(tmp_path / "a.tif", heights, compress="deflate", blockysize=16)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 100] = b"\x55" * 100
    path.write_bytes(data)

    terrain = opened(path)

    (entry,) = terrain.origin.skipped
    assert 1 <= entry.count <= 2
    assert "rows" in entry.examples[0]
    assert np.isfinite(terrain.heights_m).mean() >= 0.5


@pytest.mark.parametrize("seed", range(60))
def test_damaged_rasters_never_give_anything_but_our_errors(tmp_path: Path, seed: int) -> None:
    luck = random.Random(seed)
    path = geotiff(tmp_path / "a.tif", SLOPE) if seed % 2 else grid(tmp_path / "a.asc", GRID + "0 1 2 3 " * 3)
    data = bytearray(path.read_bytes())
    for _ in range(luck.randint(1, 8)):
        data[luck.randrange(len(data))] = luck.randrange(256)
    path.write_bytes(data[: luck.randint(1, len(data))] if luck.random() < 0.3 else data)

    try:
        terrain = opened(path, crs="EPSG:4549")
    except InputError as error:
        assert "a." in error.path  # noqa: PT017  either outcome is right
    else:
        assert np.isfinite(terrain.heights_m).any()


@pytest.mark.real_data
@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/data is absent")
@pytest.mark.parametrize(
    ("name", "crs", "shape", "lowest", "highest"),
    [
        ("athens_DEM.tif", "EPSG:2100", (400, 400), 108.96, 164.75),
        ("athens_DSM.tif", "EPSG:2100", (400, 400), 108.96, 174.42),
        ("bilbao_DEM.tif", "EPSG:25830", (680, 680), -2, 103),
        ("gbg_CDSM_KRbig.asc", "EPSG:3007", (223, 234), 0, 24.37),
    ],
)
def test_real_terrains_open(name: str, crs: str, shape: tuple[int, int], lowest: float, highest: float) -> None:
    terrain = opened(REAL / name, crs=crs)

    assert terrain.heights_m.shape == shape
    assert terrain.extent.bottom == pytest.approx(lowest, abs=0.01)
    assert terrain.extent.top == pytest.approx(highest, abs=0.01)
