"""The bundled twin: made the same every time, true to its own rules, and readable by everybody's readers."""

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import orjson
import pytest
from shapely import STRtree, get_coordinates
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from shapely.ops import unary_union

from sanping.domain.city import CityModel
from sanping.domain.ground import Terrain, VectorLayer
from sanping.formats import catalog
from sanping.ports.model_reader import Reading, ReadOptions
from sanping.ports.progress import SilentProgress

REPOSITORY = Path(__file__).resolve().parents[3]
TWIN = REPOSITORY / "cim_models" / "suhe"
LAND = ("terrain.tif", "bridges.city.json", "embankments.city.json", "water.geojson", "roads.geojson", "places.geojson",
        "facilities.geojson", "grid.geojson", "governance/areas.csv")  # fmt: skip


@pytest.fixture(scope="module")
def city_module() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(REPOSITORY))
        from cim_models.suhe.make import city

        yield city


@pytest.fixture(scope="module")
def sample(city_module: ModuleType) -> Any:
    """The city made anew, with only every fortieth block built up."""
    return city_module.plan_city(every=40)


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    declared = tomllib.loads((TWIN / "twin.toml").read_text(encoding="utf-8"))
    return {
        layer["name"]: catalog.read(
            TWIN / layer["path"], ReadOptions(role=layer["role"], target_crs=declared["crs"]), SilentProgress()
        )
        for layer in declared["layers"]
    }


@pytest.fixture(scope="module")
def footprints(readings: dict[str, Reading]) -> dict[str, Polygon]:
    """Ground plans of all buildings, in detail and around them, by name."""
    found = grounded(TWIN / "buildings.city.json")
    for feature in features(TWIN / "context.geojson"):
        found[feature["id"]] = Polygon(feature["geometry"]["coordinates"][0], feature["geometry"]["coordinates"][1:])
    return found


def features(path: Path) -> list[dict]:
    return orjson.loads(path.read_bytes())["features"]


def vectors(readings: dict[str, Reading], layer: str) -> VectorLayer:
    reading = readings[layer]
    assert isinstance(reading, VectorLayer)
    return reading


def grounded(path: Path) -> dict[str, Polygon]:
    """Union of the ground faces of each building that stand on the ground."""
    document = orjson.loads(path.read_bytes())
    scale, shift = np.array(document["transform"]["scale"]), np.array(document["transform"]["translate"])
    points = np.array(document["vertices"]) * scale + shift
    plans: dict[str, list[Polygon]] = {}
    for name, entry in document["CityObjects"].items():
        owner = entry.get("parents", [name])[0]
        for rings in ground_faces(entry):
            if points[rings[0], 2].max() < 8.0:
                plan = Polygon(points[rings[0], :2], [points[ring, :2] for ring in rings[1:]])
                plans.setdefault(owner, []).append(plan)
    return {name: unary_union(parts) for name, parts in plans.items()}


def ground_faces(entry: dict) -> Iterator[list[list[int]]]:
    for geometry in entry.get("geometry", []):
        kinds = [surface["type"] for surface in geometry["semantics"]["surfaces"]]
        single = geometry["type"] == "Solid"
        solids = [geometry["boundaries"]] if single else geometry["boundaries"]
        marks = [geometry["semantics"]["values"]] if single else geometry["semantics"]["values"]
        for solid, values in zip(solids, marks, strict=True):
            yield from (face for face, kind in zip(solid[0], values[0], strict=True) if kinds[kind] == "GroundSurface")


def test_making_the_land_again_gives_the_bytes_that_are_kept(
    city_module: ModuleType, sample: Any, tmp_path: Path
) -> None:
    # given the city, planned anew
    cells = city_module.grid_cells(sample.web.leaves)

    # when its land is written
    city_module.write_land(tmp_path, sample, cells)

    # then every file is the one that lies in the repository
    assert [name for name in LAND if (tmp_path / name).read_bytes() != (TWIN / name).read_bytes()] == []


def test_making_a_block_again_gives_the_buildings_that_are_kept(sample: Any, footprints: dict[str, Polygon]) -> None:
    # given every fortieth block, built up anew
    made = [design.footprint for design in (*sample.core, *sample.ring)]
    assert len(made) > 200

    # when each is looked for among the kept buildings
    kept = list(footprints.values())
    tree = STRtree(kept)
    lost = [
        plan for plan in made
        if not any(kept[i].symmetric_difference(plan).area < 0.06 * plan.area + 2 for i in tree.query(plan))
    ]  # fmt: skip

    # then all are there; only the blocks around may show a tower instead of its podium, and no bays
    assert len(lost) <= 0.02 * len(made)


def test_every_file_opens_with_the_common_readers_and_nothing_is_skipped(readings: dict[str, Reading]) -> None:
    # given the layers of twin.toml, read as anyone's files are
    # when we ask what was left out
    skipped = {name: reading.origin.skipped for name, reading in readings.items() if reading.origin.skipped}

    # then nothing was, and each is in the twin's coordinate system
    assert skipped == {}
    assert {reading.frame.crs for reading in readings.values()} == {"EPSG:4549"}


def test_the_twin_is_large_enough_to_be_a_city(readings: dict[str, Reading]) -> None:
    # given the readings
    buildings, context, terrain = readings["buildings"], readings["context"], readings["terrain"]
    assert isinstance(buildings, CityModel)
    assert isinstance(context, CityModel)
    assert isinstance(terrain, Terrain)

    # when we count
    count = sum(buildings.features.class_of(row) == "Building" for row in range(len(buildings.features)))

    # then there are thousands of buildings, a skyline, a wide ring of blocks, and ground under all of them
    assert 3000 <= count <= 3800
    assert len(context.features) > 10_000
    assert float(buildings.features.height_m.max()) > 230
    assert terrain.extent.west < buildings.extent.west
    assert terrain.extent.north > buildings.extent.north
    assert sum(path.stat().st_size for path in TWIN.iterdir() if path.is_file()) < 13_000_000


def test_it_says_everywhere_that_it_is_synthetic() -> None:
    # given twin.toml and every file beside it
    declared = tomllib.loads((TWIN / "twin.toml").read_text(encoding="utf-8"))
    files = [path for path in TWIN.iterdir() if path.suffix in {".json", ".geojson"}]

    # when we look for the mark
    unmarked = [path.name for path in files if orjson.loads(path.read_bytes()).get("synthetic") is not True]

    # then it is there, and people read 模拟数据
    assert unmarked == []
    assert declared["synthetic"] is True
    assert "模拟数据" in declared["title"]["zh"]
    assert "模拟数据" in declared["attribution"]["zh"]


def test_what_is_invented_about_governing_says_so_in_every_row() -> None:
    # given the tables that the twin is governed by
    files = TWIN.glob("governance/*.csv")
    tables = {path.name: list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) for path in files}

    # when the rows are read of what is invented: who, where, and what becomes which class
    invented = ("departments.csv", "people.csv", "alarm_classes.csv", "report_classes.csv")
    rows = [row for name in invented for row in tables[name]]
    streets = [row for row in tables["areas.csv"] if len(row["code"]) > 6]

    # then each is marked, and there are enough for a city
    assert [row for row in (*rows, *streets) if "模拟" not in row["source"]] == []
    assert len(streets) == 98
    assert {row["user"] for row in tables["people.csv"]} >= {"chenjing", "zhuguoping"}


def test_grid_codes_are_fifteen_digits_of_putuo_and_unique(readings: dict[str, Reading]) -> None:
    # given the unit grid
    cells = vectors(readings, "grid")

    # when we read the codes
    codes = [str(row["code"]) for row in cells.attributes]

    # then each is 310107 + street + community + sequence, none zero, none twice
    assert all(len(code) == 15 and code.isdigit() and code.startswith("310107") for code in codes)
    assert all("000" not in (code[6:9], code[9:12], code[12:15]) for code in codes)
    assert len(set(codes)) == len(codes) > 500
    assert len({code[6:9] for code in codes}) == len({row["street"] for row in cells.attributes}) >= 6


def test_buildings_in_putuo_carry_the_code_of_the_cell_they_stand_in(
    readings: dict[str, Reading], footprints: dict[str, Polygon]
) -> None:
    # given buildings with a grid code, and the cells by code
    document = orjson.loads((TWIN / "buildings.city.json").read_bytes())["CityObjects"]
    coded = {name: row["attributes"]["grid_code"] for name, row in document.items() if "grid_code" in row["attributes"]}
    grid = vectors(readings, "grid")
    cells = {str(row["code"]): shape for row, shape in zip(grid.attributes, grid.geometries, strict=True)}

    # when each is held against its cell
    astray = [name for name, code in coded.items() if not footprints[name].intersects(cells[code].buffer(1.0))]

    # then all stand in it
    assert len(coded) > 1000
    assert astray == []


def test_cameras_have_twenty_digits_and_no_code_is_used_twice(readings: dict[str, Reading]) -> None:
    # given the facilities
    rows = vectors(readings, "facilities").attributes

    # when we read kinds and codes
    kinds = {str(row["kind"]) for row in rows}
    cameras = [str(row["code"]) for row in rows if row["kind"] == "camera"]

    # then every kind is present and every id is one of a kind
    assert kinds == {"monitoring_station", "pump", "sluice", "camera"}
    assert all(len(code) == 20 and code.isdigit() and code.startswith("310107") for code in cameras)
    assert len({row["code"] for row in rows}) == len(rows)


def test_no_two_buildings_overlap(footprints: dict[str, Polygon]) -> None:
    # given all ground plans
    plans = list(footprints.values())

    # when pairs that touch are measured
    first, second = STRtree(plans).query(plans, predicate="intersects")
    shared = [plans[i].intersection(plans[j]).area for i, j in zip(first, second, strict=True) if i < j]

    # then none shares more than the rounding of its coordinates
    assert [area for area in shared if area > 0.1] == []


def test_all_buildings_stand_on_land_and_beside_the_roads(
    readings: dict[str, Reading], footprints: dict[str, Polygon]
) -> None:
    # given water, and roads on the ground at their full width
    roads = vectors(readings, "roads")
    taken = list(vectors(readings, "water").geometries) + [
        line.buffer(float(row["width_m"]) / 2, cap_style="flat")
        for line, row in zip(roads.geometries, roads.attributes, strict=True)
        if row["level"] == 0
    ]

    # when plans are laid over them
    plans = list(footprints.values())
    ground, plan = STRtree(plans).query(taken, predicate="intersects")
    shared = [taken[i].intersection(plans[j]).area for i, j in zip(ground, plan, strict=True)]

    # then nothing is built in the water or on a carriageway
    assert [area for area in shared if area > 0.5] == []


def test_no_building_floats_or_is_sunk(readings: dict[str, Reading], footprints: dict[str, Polygon]) -> None:
    # given the terrain and the lowest point of every building in detail
    terrain, buildings = readings["terrain"], readings["buildings"]
    assert isinstance(terrain, Terrain)
    assert isinstance(buildings, CityModel)
    bases: dict[str, float] = {}
    for row, name in enumerate(buildings.features.ids):
        if buildings.features.height_m[row] > 0:
            owner = name.rsplit("-", 1)[0] if name.count("-") > 1 else name
            bases[owner] = min(bases.get(owner, 99.0), float(buildings.features.base_m[row]))

    # when each base is held against the ground below its outline
    gaps = []
    for name, base in bases.items():
        x, y = get_coordinates(footprints[name].boundary).T
        column = np.rint((x - terrain.west) / terrain.cell_x_m).astype(int)
        line = np.rint((terrain.north - y) / terrain.cell_y_m).astype(int)
        gaps.append(base - float(terrain.heights_m[line, column].min()))

    # then it reaches into the ground, and no deeper than a foundation
    assert max(gaps) <= 0.3
    assert min(gaps) > -1.5


def test_every_bridge_spans_the_creek_and_meets_its_road_on_both_banks(readings: dict[str, Reading]) -> None:
    # given the creek, the roads, and the road bridges
    water, roads = vectors(readings, "water"), vectors(readings, "roads")
    creek = water.geometries[[row["kind"] for row in water.attributes].index("river")]
    document = orjson.loads((TWIN / "bridges.city.json").read_bytes())
    bridges = [
        o["attributes"] for o in document["CityObjects"].values() if o["attributes"]["function"] == "road_bridge"
    ]
    assert len(bridges) >= 10

    # when each deck is followed from end to end
    faults = []
    for bridge in bridges:
        deck = next(
            g
            for g, row in zip(roads.geometries, roads.attributes, strict=True)
            if row.get("structure") == bridge["name"]
        )
        wet = flat(deck).intersection(creek)
        approaches = [
            end for end in (deck.coords[0], deck.coords[-1])
            if min(g.distance(Point(end)) for g, row in zip(roads.geometries, roads.attributes, strict=True)
                   if row["level"] == 0 and row.get("name") == bridge["road"]) < 1.0
        ]  # fmt: skip
        dry = [end for end in (deck.coords[0], deck.coords[-1]) if not creek.contains(Point(end))]
        if wet.length < 40 or len(approaches) < 2 or len(dry) < 2:
            faults.append(bridge["name"])

    # then it crosses water, ends on land, and goes on as the same road
    assert faults == []


def flat(line: LineString) -> LineString:
    return LineString(get_coordinates(line))


def test_solids_are_closed_and_face_outwards() -> None:
    # given every solid of the three CityJSON files
    open_shells, inverted = [], []
    for path in sorted(TWIN.glob("*.city.json")):
        document = orjson.loads(path.read_bytes())
        points = np.array(document["vertices"]) * np.array(document["transform"]["scale"])
        for name, entry in document["CityObjects"].items():
            for geometry in entry.get("geometry", []):
                solids = [geometry["boundaries"]] if geometry["type"] == "Solid" else geometry["boundaries"]
                # when its edges are paired and its volume is summed
                for solid in solids:
                    edges = {
                        (a, b)
                        for face in solid[0]
                        for ring in face
                        for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)
                    }
                    if any((b, a) not in edges for a, b in edges):
                        open_shells.append(name)
                    if volume(points, solid[0]) <= 0:
                        inverted.append(name)

    # then every edge has its opposite, and every volume is positive
    assert open_shells == []
    assert inverted == []


def volume(points: np.ndarray, shell: list[list[list[int]]]) -> float:
    total = 0.0
    for face in shell:
        area = sum(np.cross(points[ring], np.roll(points[ring], -1, axis=0)).sum(axis=0) / 2 for ring in face)
        total += float(points[face[0]].mean(axis=0) @ area) / 3
    return total


def test_bookmarks_look_at_the_city_from_above_the_ground(readings: dict[str, Reading]) -> None:
    # given the bookmarks and the terrain's extent
    declared = tomllib.loads((TWIN / "twin.toml").read_text(encoding="utf-8"))
    terrain = readings["terrain"]
    assert isinstance(terrain, Terrain)
    box = MultiPoint(
        [(terrain.extent.west, terrain.extent.south), (terrain.extent.east, terrain.extent.north)]
    ).envelope

    # when targets and eyes are worked out
    eyes = [b["target"][2] - b["distance"] * np.sin(np.radians(b["pitch"])) for b in declared["bookmarks"]]

    # then there are six, all aimed at the twin and none from below
    assert len(declared["bookmarks"]) >= 6
    assert all(box.contains(Point(b["target"][:2])) for b in declared["bookmarks"])
    assert min(eyes) > 6.0
