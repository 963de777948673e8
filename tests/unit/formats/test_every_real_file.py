"""Every file of the shared test data through `formats.catalog`: it opens, or is refused with its reason."""

from pathlib import Path

import numpy as np
import pytest

from sanping.domain.errors import InputError
from sanping.formats.inspection import Inspection, inspect
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

FEW_POINTS = ReadOptions(settings=(("max_points", 2000),))
PARTS_OF_TILESETS = (".glb", ".subtree")  # read with their tileset.json, except for one of each
REFUSED = {
    "0.bin": "not recognised",
    "CesiumMilkTruck.png": "no place on the ground",
    "gbg_buildings.dbf": "open the .shp",
    "gbg_buildings.prj": "open the .shp",
    "riv_waterlevel.csv": "series of readings",
    "usgs_waterservices_iv.txt": "series of readings",
    "tile.octvertexnormals.watermask.terrain": "span 180°",
    "TilesetWithFullMetadata/tileset.json": "no tile has content",
    "0.0.0.0.subtree": "open its tileset.json",
}


def chosen(folder: Path) -> list[Path]:
    """Return the files to read: all but texts, and but most parts of tilesets."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")
    parts = [path for path in files if "tiles3d" in path.parts and path.suffix in PARTS_OF_TILESETS]
    first = {min(path for path in parts if path.suffix == suffix) for suffix in PARTS_OF_TILESETS}
    return [path for path in files if path not in parts or path in first]


def looked_into(path: Path) -> Inspection | str:
    try:
        return inspect(path, FEW_POINTS, SilentProgress())
    except InputError as error:
        return f"{error.message.en} {error.message.zh} {error.path}"


@pytest.mark.real_data
def test_every_file_opens_or_is_refused_with_its_reason(real_data: Path) -> None:
    # given every file that was put aside for tests
    files = chosen(real_data)
    # when each is looked into
    found = {path.relative_to(real_data).as_posix(): looked_into(path) for path in files}

    # then nothing is empty without a word
    empty = [
        name for name, one in found.items() if isinstance(one, Inspection) and not (one.objects and one.points > 0)
    ]
    assert len(found) > 50
    assert empty == []
    # and only what is no model by itself is refused, for the right reason
    refused = {name: one for name, one in found.items() if isinstance(one, str)}
    reasons = {name: next((word for end, word in REFUSED.items() if name.endswith(end)), "") for name in refused}
    assert all(reasons[name] and reasons[name] in one and one.endswith(name) for name, one in refused.items()), refused
    assert len(refused) == len(REFUSED)
    # and the house of IFC has its storeys and stands in Karlsruhe
    house = found["ifc/AC20-FZK-Haus.ifc"]
    assert isinstance(house, Inspection)
    assert (house.objects["IfcWallStandardCase"], house.objects["IfcBuildingStorey"]) == (13, 2)
    assert 20_000 < house.triangles < 25_000
    assert house.extent.top - house.extent.bottom == pytest.approx(7.3, abs=0.1)  # gables are cut by the roof
    assert house.frame.crs == "EPSG:32632"
    assert np.hypot(house.extent.centre[0] - 458_870, house.extent.centre[1] - 5_438_780) < 30
