"""Dates of buildings on their whole way: from files of three formats, through reader and cache, into tiles."""

import json
from pathlib import Path

import numpy as np
import pytest

from sanping.bootstrap.opener import TwinOpener
from sanping.domain.lifetime import moment_ms
from sanping.domain.tile import TileSet
from sanping.formats.project import project_of_files
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings
from ui.tiny_twin import write_buildings

WEST, SOUTH = 121.4270, 31.2360


def footprints(path: Path, keys: tuple[str, str]) -> Path:
    """Two houses: one was built in March 2026, the other was pulled down in May."""
    features = []
    for number, properties in enumerate([{keys[0]: "2026-03-15"}, {keys[1]: "2026-05-01"}]):
        x = WEST + number * 0.001
        ring = [[x, SOUTH], [x + 0.0004, SOUTH], [x + 0.0004, SOUTH + 0.0004], [x, SOUTH + 0.0004], [x, SOUTH]]
        features.append(
            {
                "type": "Feature",
                "id": f"h{number}",
                "properties": {"height": 20.0, **properties},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def cityjson(path: Path) -> Path:
    model = json.loads(write_buildings(path, "h", 2).read_text("utf-8"))
    for name, (key, date) in {"h1": ("creationDate", "2026-03-15"), "h2": ("terminationDate", "2026-05-01")}.items():
        model["CityObjects"][name]["attributes"][key] = date
    model["CityObjects"]["h2"]["attributes"]["creationDate"] = "2001-01-01"
    path.write_text(json.dumps(model), encoding="utf-8")
    return path


def spans(path: Path, cache: Path, **settings: object) -> list[list[float]]:
    """Open a file as the window does and return from when to when its objects stand."""
    options = ReadOptions(target_crs="EPSG:4549", role="buildings", settings=tuple(settings.items()))
    project = project_of_files([path], options)
    opener = TwinOpener(Settings(cache_folder=cache))
    try:
        content = opener.open_layer(project.layers[0], SilentProgress()).content
    finally:
        opener.close()
    assert isinstance(content, TileSet)
    found = {
        name: tile.valid_ms[row].tolist()
        for tile in content.tiles
        if tile.valid_ms is not None
        for row, name in enumerate(tile.features.ids)
    }
    return [found[name] for name in sorted(found)]


@pytest.mark.parametrize("keys", [("valid_from", "valid_to"), ("建成日期", "拆除日期")])
def test_dates_of_footprints_arrive_in_the_tiles(tmp_path: Path, keys: tuple[str, str]) -> None:
    # given footprints with dates under usual names
    path = footprints(tmp_path / "houses.geojson", keys)

    # when they are opened
    found = spans(path, tmp_path / "cache")

    # then each stands in its span
    assert found == [[moment_ms("2026-03-15"), np.inf], [-np.inf, moment_ms("2026-05-01")]]


def test_the_layer_may_name_other_columns(tmp_path: Path) -> None:
    # given footprints whose dates stand in columns of a city's own
    path = footprints(tmp_path / "houses.geojson", ("jgrq", "ccrq"))

    # when they are opened without and with those names
    unnamed = spans(path, tmp_path / "cache")
    named = spans(path, tmp_path / "cache", valid_from_column="jgrq", valid_to_column="ccrq")

    # then only those that were named count
    assert unnamed == []
    assert named == [[moment_ms("2026-03-15"), np.inf], [-np.inf, moment_ms("2026-05-01")]]


def test_dates_of_cityjson_records_arrive_in_the_tiles(tmp_path: Path) -> None:
    # given CityJSON whose records began and ended on days of their own
    path = cityjson(tmp_path / "houses.city.json")

    # when it is opened
    found = spans(path, tmp_path / "cache")

    # then the buildings stand between them
    assert found == [[moment_ms("2026-03-15"), np.inf], [moment_ms("2001-01-01"), moment_ms("2026-05-01")]]
