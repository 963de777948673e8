"""Loose files opened together: one CRS, roles by what they hold, a place for the sun."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyproj import CRS

from sanping.bootstrap.opener import TwinOpener
from sanping.domain.errors import CrsMissing, CrsWrong
from sanping.domain.tile import TileSet
from sanping.formats.project import project_of_files
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings

HOUSE = "v 0 0 0\nv 10 0 0\nv 10 10 0\nf 1 2 3\n"


@pytest.fixture
def opener(tmp_path: Path) -> Iterator[TwinOpener]:
    made = TwinOpener(Settings(cache_folder=tmp_path / "cache"))
    yield made
    made.close()


def collection(path: Path, kind: str, coordinates: object, **properties: object) -> Path:
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    return path


def square(longitude: float, latitude: float, side: float = 0.0003) -> list[list[list[float]]]:
    east, north = longitude + side, latitude + side
    return [[[longitude, latitude], [east, latitude], [east, north], [longitude, north], [longitude, latitude]]]


def ascii_grid(path: Path, west: float, south: float) -> Path:
    head = f"ncols 40\nnrows 40\nxllcorner {west}\nyllcorner {south}\ncellsize 0.0001\n"
    path.write_text(head + "12.0 " * 1600)
    path.with_suffix(".prj").write_text(CRS.from_epsg(4326).to_wkt())
    return path


def test_the_first_file_with_a_place_decides_for_the_rest(tmp_path: Path, opener: TwinOpener) -> None:
    # given a house near 121.47° east, a square over the edge of its zone, and a terrain, all in degrees
    files = (
        collection(tmp_path / "a.geojson", "Polygon", square(121.47, 31.23), height=9),
        collection(tmp_path / "b.geojson", "Polygon", square(121.6, 31.23), height=9),
        ascii_grid(tmp_path / "c.asc", 121.469, 31.228),
    )
    project = project_of_files(files, ReadOptions())

    opened = list(opener.open_layers(project, SilentProgress()))

    # then all are in the CRS of the first, and the first stands on the terrain
    assert [layer.content.frame.crs for layer in opened] == ["EPSG:4549"] * 3
    first = opened[0].content
    assert isinstance(first, TileSet)
    assert first.extent.bottom == pytest.approx(12.0, abs=0.1)


def test_a_layer_gets_the_role_of_what_it_holds(tmp_path: Path, opener: TwinOpener) -> None:
    files = (
        collection(tmp_path / "points.geojson", "Point", [121.47, 31.23], name="甲"),
        collection(tmp_path / "ways.geojson", "LineString", [[121.47, 31.23], [121.48, 31.23]]),
        collection(tmp_path / "country.geojson", "Polygon", square(121.0, 31.0, 2.0)),
        collection(tmp_path / "river.geojson", "Polygon", square(121.47, 31.23, 0.01)),
        collection(tmp_path / "house.geojson", "Polygon", square(121.47, 31.23)),
    )

    opened = list(opener.open_layers(project_of_files(files, ReadOptions()), SilentProgress()))

    assert [layer.entry.role for layer in opened] == ["places", "lines", "grid", "water", "buildings"]


def test_models_without_a_place_open_alone_but_not_beside_a_placed_file(tmp_path: Path, opener: TwinOpener) -> None:
    (tmp_path / "a.obj").write_text(HOUSE)
    (tmp_path / "b.obj").write_text(HOUSE)
    placed = collection(tmp_path / "c.geojson", "Polygon", square(121.47, 31.23), height=9)
    loose = project_of_files((tmp_path / "a.obj", tmp_path / "b.obj"), ReadOptions())
    mixed = project_of_files((tmp_path / "a.obj", placed), ReadOptions())

    assert [layer.content.frame.crs for layer in opener.open_layers(loose, SilentProgress())] == ["LOCAL", "LOCAL"]
    opener.opened_twin(mixed)
    assert opener.open_layer(mixed.layers[1], SilentProgress()).content.frame.crs == "EPSG:4549"
    with pytest.raises(CrsMissing, match=r"model\.toml"):
        opener.open_layer(mixed.layers[0], SilentProgress())


def test_a_file_of_another_continent_is_refused_with_its_place(tmp_path: Path, opener: TwinOpener) -> None:
    files = (
        collection(tmp_path / "a.geojson", "Polygon", square(121.47, 31.23), height=9),
        collection(tmp_path / "b.geojson", "Polygon", square(4.35, 52.0), height=9),
    )
    project = opener.opened_twin(project_of_files(files, ReadOptions()))

    with pytest.raises(CrsWrong) as caught:
        opener.open_layer(project.layers[1], SilentProgress())

    assert "4.350°, 52.000°" in caught.value.message.en
