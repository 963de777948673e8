"""`formats.inspection`."""

import json
from pathlib import Path

import pytest

from sanping.domain.errors import CrsMissing, CrsWrong
from sanping.formats.inspection import inspect
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

CUBE_BASE = {
    "type": "CityJSON",
    "version": "2.0",
    "transform": {"scale": [1, 1, 1], "translate": [636000, 3458000, 0]},
    "CityObjects": {
        "hall": {
            "type": "Building",
            "geometry": [{"type": "MultiSurface", "lod": "1.2", "boundaries": [[[0, 1, 2, 3]]]}],
        },
        "ruin": {
            "type": "Building",
            "geometry": [{"type": "MultiSurface", "lod": "1.2", "boundaries": [[[0, 9, 1]]]}],
        },
    },
    "vertices": [[0, 0, 5], [10, 0, 5], [10, 10, 5], [0, 10, 5]],
}


def cityjson(path: Path, crs: str = "") -> Path:
    metadata = {"metadata": {"referenceSystem": crs}} if crs else {}
    path.write_text(json.dumps(CUBE_BASE | metadata))
    return path


def test_counts_levels_skips_and_extent_are_told(tmp_path: Path) -> None:
    # given a model with one good object and one that points at a missing vertex
    path = cityjson(tmp_path / "a.city.json", "https://www.opengis.net/def/crs/EPSG/0/4549")
    # when it is inspected
    seen = inspect(path, ReadOptions(), SilentProgress()).to_json()
    # then everything a person would ask is there
    assert seen["objects"] == {"Building": 1}
    assert seen["triangles"] == 2
    assert seen["lods"] == ["1.2"]
    assert seen["crs"] == "EPSG:4549"
    assert seen["extent"] == [636000, 3458000, 5, 636010, 3458010, 5]
    skipped = seen["skipped"]
    assert isinstance(skipped, list)
    assert sum(item["count"] for item in skipped) >= 1


def test_a_model_without_a_crs_is_looked_into_and_says_so(tmp_path: Path) -> None:
    seen = inspect(cityjson(tmp_path / "a.city.json"), ReadOptions(), SilentProgress())
    assert seen.to_json()["crs"] is None
    assert "--crs" in seen.notes[0].en


def test_a_crs_that_cannot_be_right_is_refused(tmp_path: Path) -> None:
    # given metres in the hundreds of thousands, declared as degrees
    path = cityjson(tmp_path / "a.city.json", "https://www.opengis.net/def/crs/EPSG/0/4326")
    # when it is inspected, it is refused by name
    with pytest.raises(CrsWrong) as caught:
        inspect(path, ReadOptions(), SilentProgress())
    assert caught.value.path == str(path)


@pytest.mark.real_data
def test_terrain_and_vector_layers_are_told_too(real_data: Path) -> None:
    terrain = inspect(real_data / "terrain" / "athens_DEM.tif", ReadOptions(), SilentProgress()).to_json()
    assert terrain["objects"] == {"Terrain": 1}
    assert terrain["points"] == 160_000
    countries = inspect(real_data / "footprints" / "countries.fgb", ReadOptions(), SilentProgress()).to_json()
    assert isinstance(countries["objects"], dict)
    assert sum(countries["objects"].values()) > 100


def test_a_model_without_a_crs_cannot_be_looked_into_for_a_twin(tmp_path: Path) -> None:
    path = cityjson(tmp_path / "a.city.json")

    with pytest.raises(CrsMissing) as caught:
        inspect(path, ReadOptions(target_crs="EPSG:4549"), SilentProgress())

    assert "name one" in caught.value.message.en
