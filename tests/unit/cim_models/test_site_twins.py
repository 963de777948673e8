"""The sites and the tables of their scenes: made the same every time, whole, and with a number for every station."""

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import orjson
import pytest
from shapely.geometry import shape
from shapely.ops import unary_union

from sanping.formats.scene_pack import load_twin

REPOSITORY = Path(__file__).resolve().parents[3]
MODELS = REPOSITORY / "cim_models"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("sites")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(REPOSITORY))
        from cim_models.sites.drawing import write_site
        from cim_models.sites.hall import HALL
        from cim_models.sites.hall_scene import write_hall_scene
        from cim_models.sites.park import PARK
        from cim_models.sites.park_scene import write_park_scene

        for site in (PARK, HALL):
            write_site(site, folder / "cim_models" / site.key)
        write_park_scene(folder / "assets" / "scenes" / "park")
        write_hall_scene(folder / "assets" / "scenes" / "hall")
    return folder


def test_the_sites_in_the_project_are_those_that_are_made(made: Path) -> None:
    # given the files that were made anew
    written = sorted(path.relative_to(made) for path in made.rglob("*.*") if path.is_file())

    # when they are compared with those of the project
    different = [str(path) for path in written if (made / path).read_bytes() != (REPOSITORY / path).read_bytes()]

    # then they are the same, byte by byte
    assert len(written) == 26
    assert different == []


def test_nothing_of_the_park_stands_in_its_water() -> None:
    wet = unary_union([shape(one["geometry"]) for one in features(MODELS / "park" / "water.geojson")])
    built = [shape(one["geometry"]) for one in features(MODELS / "park" / "buildings.geojson")]
    assert len(built) > 90
    assert not any(wet.intersects(block) for block in built)


def test_racks_of_the_hall_stand_apart() -> None:
    racks = [
        shape(one["geometry"])
        for one in features(MODELS / "hall" / "buildings.geojson")
        if "机柜" in one["properties"].get("name", "")
    ]
    assert len(racks) == 128
    assert unary_union(racks).area == pytest.approx(sum(rack.area for rack in racks))


@pytest.mark.parametrize(
    ("name", "stations", "movers"),
    [
        ("v2x", 2 + 6 + 60 + 10 + 8, 10_000),
        ("park", 2 + 21 + 6 + 13 + 60 + 3 + 4 + 3, 62),
        ("hall", 3 + 128 + 4 + 6 + 8 + 1, 10),
    ],
)
def test_a_scene_that_moves_has_its_scale_and_asks_for_what_its_curves_tell(
    name: str, stations: int, movers: int
) -> None:
    # given a bundled scene
    scene = load_twin(REPOSITORY / "assets" / "scenes" / name, MODELS)
    asked = " ".join(str(source.settings.get("values", "")) for source in scene.live.sources)
    fleets = {station.id for station in scene.live.stations if "jt808" in station.addresses}

    # when its tables are read
    untold = {
        curve.quantity
        for curve in scene.live.curves
        if curve.quantity not in asked and not any(fnmatchcase(fleet, curve.station) for fleet in fleets)
    }

    # then everybody is there, and no curve runs for nobody
    assert len(scene.live.stations) == stations
    assert sum(fleet.count for fleet in scene.live.fleets) == movers
    assert untold == set()
    assert scene.is_synthetic
    assert all(source.is_simulated for source in scene.live.sources)


def features(path: Path) -> list[Any]:
    found: list[Any] = orjson.loads(path.read_bytes())["features"]
    return found
