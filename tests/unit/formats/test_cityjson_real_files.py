"""Real CityJSON files of several countries open, whole."""

import random
from pathlib import Path

import numpy as np
import pytest
from cityjson_files import model_of

from sanping.domain.city import SurfaceKind
from sanping.domain.errors import CrsMissing, InputError

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "cityjson"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the real files of ../shared/data are not here"),
]


@pytest.mark.parametrize(
    ("name", "crs", "objects", "triangles", "skipped"),
    [
        ("DenHaag_01.city.json", "", 2498, 41_187, 0),
        ("delft.json", "", 570, 36_267, 4),
        ("japanese.city.json", "", 4, 406, 0),
        ("rotterdam_subset.json", "EPSG:28992", 16, 622, 12 + 74),  # 74 pictures are not there
        ("vienna.city.jsonl", "EPSG:31256", 592, 39_649, 5),
    ],
)
def test_a_real_file_opens(name: str, crs: str, objects: int, triangles: int, skipped: int) -> None:
    model = model_of(FOLDER / name, crs=crs)

    assert len(model.features) == objects
    assert len(model.triangles) == triangles
    assert sum(part.count for part in model.origin.skipped) == skipped
    assert np.isfinite(model.points).all()
    assert (np.diff(model.triangle_feature) >= 0).all()
    assert model.triangles.max() == len(model.points) - 1
    assert ((model.features.height_m > 0) & (model.features.height_m < 150)).mean() > 0.9
    assert len(list(model.features.attributes)) == objects


def test_a_real_city_keeps_its_extent_semantics_and_names() -> None:
    model = model_of(FOLDER / "DenHaag_01.city.json")

    extent = model.extent
    assert (extent.west, extent.south, extent.bottom) == (78248.66, 457604.591, 2.463)
    assert (extent.east, extent.north, extent.top) == pytest.approx((79036.024, 458276.439, 37.481))
    assert set(np.unique(model.triangle_surface)) == {SurfaceKind.GROUND, SurfaceKind.WALL, SurfaceKind.ROOF}
    assert model.features.class_names == ("BuildingPart", "Building", "TINRelief")
    assert (model.features.parent >= 0).sum() == 1653
    japanese = model_of(FOLDER / "japanese.city.json")
    assert japanese.features.attributes[0]["大字・町コード"] == "29"


def test_a_real_sequence_draws_walls_given_twice_only_once() -> None:
    model = model_of(FOLDER / "vienna.city.jsonl", crs="EPSG:31256")

    corners = np.column_stack((model.triangle_feature, np.sort(model.triangles, axis=1)))
    assert len(np.unique(corners, axis=0)) > 0.99 * len(corners)
    assert (model.triangle_surface != SurfaceKind.UNKNOWN).all()


def test_a_real_file_without_a_crs_asks_for_one() -> None:
    with pytest.raises(CrsMissing):
        model_of(FOLDER / "rotterdam_subset.json")


@pytest.mark.parametrize("name", ["DenHaag_01.city.json", "rotterdam_subset.json", "vienna.city.jsonl"])
def test_a_real_file_cut_anywhere_is_refused_or_counted(name: str, tmp_path: Path) -> None:
    whole = (FOLDER / name).read_bytes()
    path = tmp_path / name

    for cut in random.Random(7).sample(range(len(whole)), 20):
        path.write_bytes(whole[:cut])
        try:
            model = model_of(path, crs="EPSG:31256" if "vienna" in name else "EPSG:28992")
        except InputError:
            continue
        assert len(model.triangles) > 0
        assert model.origin.skipped
