"""sanping.formats.routes, sanping.formats.live_tables: the fleets that simulators let move, and their routes."""

import json
from pathlib import Path

import pytest

from sanping.domain.errors import FileBroken
from sanping.formats.live_tables import load_fleets
from sanping.formats.routes import load_routes
from sanping.twin.simulated_traffic import SimulatedFleet

BUSES = SimulatedFleet(kind="bus", count=3, speed_kmh=30.0, ways="arterial")


def lines_in(path: Path, *lines: list[list[float]], crs: str = "") -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"name": "路", "class": "arterial", "width_m": 20},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for line in lines
    ]
    head = {"crs": {"type": "name", "properties": {"name": crs}}} if crs else {}
    path.write_text(json.dumps({"type": "FeatureCollection", **head, "features": features}), encoding="utf-8")
    return path


def test_routes_come_in_degrees_whatever_the_file_has(tmp_path: Path) -> None:
    # given a road in metres of the twin's CRS
    path = lines_in(tmp_path / "r.geojson", [[600_000.0, 3_560_000.0], [600_100.0, 3_560_000.0]], crs="EPSG:4549")

    # when it is read for a fleet that takes such roads
    (route,) = load_routes(path, (BUSES,))

    # then it lies in Jiangsu
    assert (route.way, route.width_m) == ("arterial", 20.0)
    assert 121.0 < route.points[0][0] < route.points[1][0] < 122.0
    assert 32.0 < route.points[0][1] < 33.0


@pytest.mark.parametrize("content", ["{", '{"features": [1]}', '{"features": [{"geometry": {"type": "LineString"}}]}'])
def test_a_broken_file_of_routes_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "r.geojson"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FileBroken) as caught:
        load_routes(path, (BUSES,))
    assert str(path) in str(caught.value)


def test_a_fleet_without_a_way_is_an_error(tmp_path: Path) -> None:
    path = lines_in(tmp_path / "r.geojson", [[120.0, 31.0], [120.1, 31.0]])
    with pytest.raises(FileBroken) as caught:
        load_routes(path, (BUSES, SimulatedFleet(kind="boat", count=1, speed_kmh=8.0, ways="water")))
    assert "water" in caught.value.in_language("zh")


def test_fleets_are_read_from_a_table(tmp_path: Path) -> None:
    path = tmp_path / "fleets.csv"
    path.write_text("kind,count,speed_kmh,ways,label\nbus,3,30,arterial,\n", encoding="utf-8")
    assert load_fleets(path) == (BUSES,)


@pytest.mark.parametrize("row", ["tram,3,30", "bus,0,30", "bus,3,3000"])
def test_a_fleet_that_cannot_be_is_named_by_its_line(tmp_path: Path, row: str) -> None:
    path = tmp_path / "fleets.csv"
    path.write_text(f"kind,count,speed_kmh\n{row}\n", encoding="utf-8")
    with pytest.raises(FileBroken) as caught:
        load_fleets(path)
    assert "line 2" in str(caught.value)
