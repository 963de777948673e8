"""Footprint files with common mistakes: one broken thing never spoils the rest, and what is missing is named."""

import json
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from sanping.domain.city import CityModel
from sanping.domain.errors import CrsMissing, FileBroken
from sanping.formats.catalog import read
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

E, N = 640000.0, 3457000.0
SQUARE = [[E, N], [E + 10, N], [E + 10, N + 10], [E, N + 10], [E, N]]


def squares(path: Path, count: int, **properties: object) -> Path:
    features = []
    for k in range(count):
        ring = [[x + 30.0 * k, y] for x, y in SQUARE]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    crs = {"type": "name", "properties": {"name": "EPSG:4549"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}), encoding="utf-8")
    return path


def model_of(path: Path) -> CityModel:
    model = read(path, ReadOptions(role="buildings"), SilentProgress())
    assert isinstance(model, CityModel)
    return model


def test_a_nan_in_one_feature_leaves_all_others_alone(tmp_path: Path) -> None:
    # given twenty squares, of which the first has NaN for a coordinate, as programs write it
    path = squares(tmp_path / "a.geojson", 20, height=6)
    path.write_text(path.read_text().replace(f"[{E}, {N}]", f"[NaN, {N}]", 1))

    model = model_of(path)

    # then one is left out, none was mended, and the file says so
    assert len(model.features) == 19
    assert sum(item.count for item in model.origin.skipped) == 1
    assert any("NaN" in note.en for note in model.origin.notes)
    assert not any("repaired" in note.en for note in model.origin.notes)


def test_a_column_of_which_no_height_is_used_is_not_named(tmp_path: Path) -> None:
    model = model_of(squares(tmp_path / "a.geojson", 1, height=-1.0))

    assert not any("come from the column" in note.en for note in model.origin.notes)


def test_a_shapefile_without_its_index_names_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.shp").write_bytes(b"\x00\x00\x27\x0a" + bytes(96))

    with pytest.raises(FileBroken) as caught:
        read(tmp_path / "a.shp", ReadOptions(), SilentProgress())

    assert ".shx" in caught.value.message.en


@pytest.mark.parametrize("prj", [b"PROJCS[\xff\xfe", b"GEOGCS[,", b"nonsense"])
def test_a_garbled_prj_is_named_as_what_is_wrong(tmp_path: Path, prj: bytes) -> None:
    pyogrio.raw.write(
        tmp_path / "a.shp",
        shapely.to_wkb(np.array([shapely.Polygon(SQUARE)])),
        [np.array([9.0])],
        ["height"],
        geometry_type="Polygon",
        crs="EPSG:4549",
    )
    (tmp_path / "a.prj").write_bytes(prj)

    with pytest.raises(CrsMissing):
        read(tmp_path / "a.shp", ReadOptions(), SilentProgress())
