"""The sand tables and the tables of their scenes: made the same every time, whole, and within their region."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from shapely.geometry import Point, shape
from shapely.ops import unary_union

from sanping.formats.scene_pack import load_twin

REPOSITORY = Path(__file__).resolve().parents[3]
MODELS = REPOSITORY / "cim_models"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("regions")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(REPOSITORY))
        from cim_models.regions.atlas import REGIONS
        from cim_models.regions.files import write_region
        from cim_models.regions.scenes import write_scenes

        for region in REGIONS:
            write_region(region, folder / "cim_models" / region.key)
        write_scenes(folder / "assets" / "scenes")
    return folder


def test_what_is_in_the_project_is_what_is_made(made: Path) -> None:
    # given the files that were made anew
    written = sorted(path.relative_to(made) for path in made.rglob("*.*") if path.is_file())

    # when they are compared with those of the project
    different = [str(path) for path in written if (made / path).read_bytes() != (REPOSITORY / path).read_bytes()]

    # then they are the same, byte by byte
    assert len(written) == 70
    assert different == []


@pytest.mark.parametrize("name", ["nantong", "suqian", "changzhou", "wuxi"])
def test_towns_stand_on_dry_land_of_their_region(name: str) -> None:
    # given a region's borders and waters
    folder = MODELS / name
    land = unary_union([shape(one["geometry"]).buffer(1) for one in features(folder / "grid.geojson")])
    wet = unary_union([shape(one["geometry"]) for one in features(folder / "water.geojson")])

    # when its blocks are looked at
    blocks = [shape(one["geometry"]) for one in features(folder / "context.geojson")]

    # then each has a height, and none stands in the water
    assert len(blocks) > 2000
    assert sum(wet.intersects(block) for block in blocks) == 0
    assert all(land.distance(Point(block.centroid)) < 700 for block in blocks)


@pytest.mark.parametrize(
    ("name", "stations"),
    [
        ("nantong", 1 + 1 + 75 + 10 + 96),
        ("suqian", 1 + 1 + 30 + 7 + 104),
        ("yangtze", 1 + 1 + 8 + 12 + 60 + 18),
        ("xiongan", 1 + 1 + 130 + 5 + 37),
        ("consumption", 1 + 1 + 8 + 6 + 6 + 3),
        ("insurance", 1 + 1 + 10 + 6 + 6 + 3347),
        ("village", 1 + 1 + 7 + 104 + 104),
        ("factory", 1 + 1 + 6 + 8 + 300),
        ("basemap", 1 + 1 + 7 + 30 + 6 + 10),
    ],
)
def test_a_scene_has_its_scale_and_a_curve_for_every_station(name: str, stations: int) -> None:
    # given a bundled scene
    scene = load_twin(REPOSITORY / "assets" / "scenes" / name, MODELS)

    # when its tables are read
    # then everybody is there, and its source asks for every quantity that its curves tell
    assert len(scene.live.stations) == stations
    asked = str(scene.live.sources[0].settings["values"])
    assert {curve.quantity for curve in scene.live.curves} <= {part.split("=")[0].strip() for part in asked.split(";")}
    assert scene.is_synthetic
    assert all(source.is_simulated for source in scene.live.sources)


def features(path: Path) -> list[Any]:
    found: list[Any] = orjson.loads(path.read_bytes())["features"]
    return found
