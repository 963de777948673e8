"""CityJSON files that we write: read back by our own reader and looked at with cjio."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from fakes.small_city import FRAME, block_city
from fakes.small_export import city_layers, house, layer, wish
from sanping.domain.city import CityModel, SurfaceKind
from sanping.domain.errors import InputError
from sanping.formats.cityjson import CityJsonReader
from sanping.formats.outgoing.layers import with_parts
from sanping.formats.outgoing.writing import write
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

SILENT = SilentProgress()
_CJIO = """
import sys
from cjio import cityjson
with open(sys.argv[1], encoding="utf-8") as file:
    found = cityjson.reader(file=file)
print(found.get_version(), found.get_epsg())
"""


def read(path: Path) -> CityModel:
    found = CityJsonReader().read(path, ReadOptions(), SILENT)
    assert isinstance(found, CityModel)
    return found


def test_a_city_comes_back_with_ids_parts_surfaces_heights_and_attributes(tmp_path: Path) -> None:
    # given blocks and a house of two parts
    path = tmp_path / "city.city.json"
    tiles = build_tiles(house())

    # when they are written and read again
    write(
        path, [layer("house", "buildings", tiles), layer("blocks", "buildings", block_city())], wish("cityjson"), SILENT
    )
    model = read(path)

    # then every object is there, under its own name where it is the only one of that name
    ids = list(model.features.ids)
    assert len(ids) == 123
    assert {"house", "b0", "house-2", "blocks/b0", "b119"} <= set(ids)
    assert model.frame.crs == FRAME.crs
    row = ids.index("house-2")
    assert model.features.class_of(row) == "BuildingPart"
    assert ids[int(model.features.parent[row])] == "house"
    assert model.features.height_m[row] == pytest.approx(30.0, abs=0.01)
    assert model.features.attributes[row]["storeys"] == 9.5
    kinds = model.triangle_surface[model.triangle_feature == row]
    assert sorted(kinds.tolist()) == [SurfaceKind.WALL] * 8 + [SurfaceKind.ROOF] * 2
    assert model.features.attributes[ids.index("house")]["name"] == "长风商务楼"


def test_points_stay_where_they_are_to_the_millimetre_and_change_with_the_crs(tmp_path: Path) -> None:
    # given the blocks, once in their own CRS and once in that of the next zone
    blocks = layer("blocks", "buildings", block_city())

    # when both are written and read
    write(tmp_path / "own.city.json", [blocks], wish("cityjson"), SILENT)
    write(tmp_path / "next.city.json", [blocks], wish("cityjson", crs="EPSG:4548"), SILENT)
    own, other = read(tmp_path / "own.city.json"), read(tmp_path / "next.city.json")

    # then the first lie where they lay, the second in the other zone
    assert own.extent.west == pytest.approx(block_city().extent.west, abs=0.001)
    assert own.extent.top == pytest.approx(block_city().extent.top, abs=0.001)
    assert other.frame.crs == "EPSG:4548"
    assert abs(other.extent.west - own.extent.west) > 200_000


def test_cjio_finds_the_file_sound(tmp_path: Path) -> None:
    # given a file with solids, roads, water, green and names
    if importlib.util.find_spec("cjio") is None:
        pytest.skip("cjio is not installed")
    path = tmp_path / "city.city.json"
    write(path, city_layers(), wish("cityjson"), SILENT)

    # when another library looks at it, in a process of its own: it changes how Python's json writes numbers
    looked = subprocess.run([sys.executable, "-c", _CJIO, path], capture_output=True, text=True, check=True)

    # then it counts what we wrote, in our CRS
    assert looked.stdout.split() == ["2.0", "4549"]
    info = json.loads(path.read_text(encoding="utf-8"))
    kinds = {thing["type"] for thing in info["CityObjects"].values()}
    assert kinds == {"Building", "BuildingPart", "Road", "WaterBody", "PlantCover", "GenericCityObject"}
    corners = np.array(info["vertices"])
    assert corners.min() >= 0
    for thing in info["CityObjects"].values():
        for geometry in thing.get("geometry", []):
            flat = np.array(list(_numbers(geometry["boundaries"])))
            assert flat.max() < len(corners)
            if "semantics" in geometry:
                assert len(geometry["semantics"]["values"]) == len(geometry["boundaries"])


def test_a_part_whose_building_was_not_chosen_stands_for_itself(tmp_path: Path) -> None:
    # given one part of the house, and then the whole house by its parent
    tiles = build_tiles(house())
    chosen = np.zeros(3, bool)
    chosen[tiles.find("house-2")] = True
    whole = np.zeros(3, bool)
    whole[tiles.find("house")] = True

    # when each is written
    write(tmp_path / "part.city.json", [layer("h", "buildings", tiles, chosen)], wish("cityjson"), SILENT)
    found = with_parts(tiles, whole)
    write(tmp_path / "whole.city.json", [layer("h", "buildings", tiles, found)], wish("cityjson"), SILENT)
    part, all_of_it = read(tmp_path / "part.city.json"), read(tmp_path / "whole.city.json")

    # then the part is a building, and the whole brings its parts
    assert list(part.features.ids) == ["house-2"]
    assert part.features.class_of(0) == "Building"
    assert sorted(all_of_it.features.ids) == ["b0", "house", "house-2"]


@pytest.mark.parametrize(
    ("crs", "reason"),
    [("EPSG:4490", "投影"), ("GCJ-02", "EPSG"), ("EPSG:99999", "")],
    ids=["degrees", "offset", "none"],
)
def test_a_crs_that_the_format_cannot_carry_is_refused(tmp_path: Path, crs: str, reason: str) -> None:
    # given a wish for a CRS of degrees, one that has no definition, and one that is none
    blocks = layer("blocks", "buildings", block_city())

    # when the file is to be written
    with pytest.raises(InputError) as refused:
        write(tmp_path / "x.city.json", [blocks], wish("cityjson", crs=crs), SILENT)

    # then it is said why, and there is no file
    assert reason in str(refused.value)
    assert not (tmp_path / "x.city.json").exists()


def _numbers(nested: object) -> list[int]:
    return [number for part in nested for number in _numbers(part)] if isinstance(nested, list) else [int(str(nested))]
