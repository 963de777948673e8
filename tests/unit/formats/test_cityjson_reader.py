"""What CityJSON 1.0, 1.1 and 2.0 can say arrives in the model."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from cityjson_files import (
    CORNERS,
    METADATA,
    SEMANTICS,
    SHELL,
    building,
    city,
    read_json,
    reasons,
    sheet,
    solid,
)

from sanping.domain.city import CityModel, SurfaceKind
from sanping.domain.errors import CrsMissing

BLOCK_VOLUME = 10 * 8 * 3


def volume(model: CityModel) -> float:
    """Volume enclosed by the triangles, positive when they face outside."""
    corners = model.points[model.triangles] - model.points.mean(axis=0)
    return float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6)


def test_a_solid_becomes_closed_triangles_that_face_outside(tmp_path: Path) -> None:
    model = read_json(tmp_path, city({"house": building(solid())}))

    assert len(model.triangles) == 12
    assert volume(model) == pytest.approx(BLOCK_VOLUME)
    assert model.extent.west == 540_000.0
    assert model.extent.top == 7.0
    assert model.features.ids == ["house"]
    assert model.features.height_m.tolist() == [3.0]
    assert model.frame.crs == "EPSG:4549"
    assert (model.origin.format, model.origin.version, model.origin.lods) == ("CityJSON", "2.0", ("2",))


@pytest.mark.parametrize(
    ("kind", "boundaries"),
    [
        ("MultiSurface", SHELL),
        ("CompositeSurface", SHELL),
        ("Solid", [SHELL]),
        ("MultiSolid", [[SHELL]]),
        ("CompositeSolid", [[SHELL]]),
    ],
)
def test_every_surface_geometry_type_is_drawn(tmp_path: Path, kind: str, boundaries: object) -> None:
    model = read_json(tmp_path, city({"house": building({"type": kind, "lod": "2", "boundaries": boundaries})}))

    assert volume(model) == pytest.approx(BLOCK_VOLUME)


def test_a_hole_in_a_surface_stays_open(tmp_path: Path) -> None:
    inner = [[2_000, 2_000, 0], [2_000, 4_000, 0], [4_000, 4_000, 0], [4_000, 2_000, 0]]
    ring = [[0, 1, 2, 3], [8, 9, 10, 11]]

    model = read_json(tmp_path, city({"yard": building(sheet("1", [ring]))}, vertices=CORNERS + inner))

    a, b, c = (model.points[model.triangles[:, k]] for k in range(3))
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2 == pytest.approx(80 - 4)


def test_surfaces_keep_their_semantics(tmp_path: Path) -> None:
    model = read_json(tmp_path, city({"house": building(solid(semantics=SEMANTICS))}))

    kinds = {
        kind: model.points[model.triangles[model.triangle_surface == kind]][:, :, 2]
        for kind in (SurfaceKind.GROUND, SurfaceKind.ROOF, SurfaceKind.WALL)
    }
    assert kinds[SurfaceKind.GROUND].tolist() == [[4.0] * 3] * 2
    assert kinds[SurfaceKind.ROOF].tolist() == [[7.0] * 3] * 2
    assert len(kinds[SurfaceKind.WALL]) == 8


@pytest.mark.parametrize(
    ("values", "roofs"),
    [
        ([[0, 1, None, None, None, None]], 2),
        ([None], 0),
        (None, 0),
        ([[0, 99, 2, 2, 2, 2]], 0),
        ([[0, 1]], 2),
        ([[0, "1", 1.5, True, -1, 1]], 2),
        ("nonsense", 0),
    ],
    ids=["null", "null shell", "absent", "out of range", "too few", "strange words", "no list"],
)
def test_semantics_with_gaps_leave_surfaces_unknown(tmp_path: Path, values: object, roofs: int) -> None:
    semantics = {"surfaces": SEMANTICS["surfaces"], "values": values}

    model = read_json(
        tmp_path,
        city({"house": building(solid(semantics=semantics)), "other": building(solid(semantics=SEMANTICS))}),
    )

    assert len(model.triangles) == 24
    mine = model.triangle_surface[model.triangle_feature == 0]
    assert (mine == SurfaceKind.ROOF).sum() == roofs
    assert (model.triangle_surface[model.triangle_feature == 1] == SurfaceKind.ROOF).sum() == 2


@pytest.mark.parametrize("semantics", [{"surfaces": 7}, {"surfaces": [None]}, {"surfaces": [{"type": 3}]}, [], "walls"])
def test_unreadable_semantics_cost_no_geometry_but_are_counted(tmp_path: Path, semantics: object) -> None:
    model = read_json(tmp_path, city({"house": building(solid(semantics=semantics))}))

    assert len(model.triangles) == 12
    assert [examples for _, examples in reasons(model).values()] == [("house",)]


def test_a_semantic_surface_of_an_extension_is_other(tmp_path: Path) -> None:
    semantics = {"surfaces": [{"type": "+SolarPanel", "power": 5}], "values": [[None, 0, None, None, None, None]]}

    model = read_json(tmp_path, city({"house": building(solid(semantics=semantics))}))

    assert np.bincount(model.triangle_surface).tolist() == [10, *[0] * 12, 2]


def test_water_and_roads_know_what_they_are_without_semantics(tmp_path: Path) -> None:
    objects = {
        "creek": {"type": "WaterBody", "geometry": [sheet("1", SHELL[:1])]},
        "street": {"type": "Road", "geometry": [sheet("1", SHELL[1:2])]},
    }

    model = read_json(tmp_path, city(objects))

    assert model.triangle_surface.tolist() == [SurfaceKind.WATER] * 2 + [SurfaceKind.TRAFFIC] * 2
    assert model.features.class_names == ("WaterBody", "Road")


LEVELS = building(sheet("0", SHELL[:1]), solid("1.3"), sheet(2.2, SHELL))


@pytest.mark.parametrize(("wish", "triangles"), [("", 12), ("0", 2), ("1", 12), ("1.3", 12), ("0.2", 2), ("9", 12)])
def test_one_level_of_detail_is_drawn(tmp_path: Path, wish: str, triangles: int) -> None:
    model = read_json(tmp_path, city({"house": LEVELS}), lod=wish)

    assert len(model.triangles) == triangles
    assert model.origin.lods == ("0", "1.3", "2.2")


def test_objects_without_the_wished_level_show_their_nearest(tmp_path: Path) -> None:
    flat = building(sheet("0", SHELL[:1]))

    model = read_json(tmp_path, city({"house": LEVELS, "flat": flat}), lod="2.2")

    assert np.bincount(model.triangle_feature).tolist() == [12, 2]


def test_parts_know_their_parent_and_give_it_their_height(tmp_path: Path) -> None:
    objects = {
        "part": {"type": "BuildingPart", "parents": ["house"], "geometry": [solid()]},
        "house": {"type": "Building", "children": ["part", "gone"]},
        "old": {"type": "BuildingPart", "geometry": [solid()]},
        "style": {"type": "Building", "children": ["old"]},
    }

    model = read_json(tmp_path, city(objects))

    assert model.features.parent.tolist() == [1, -1, 3, -1]
    assert model.features.height_m.tolist() == [3.0] * 4


def test_a_group_is_a_parent_only_where_there_is_no_other(tmp_path: Path) -> None:
    objects = {
        "quarter": {"type": "CityObjectGroup", "children": ["house", "part"]},
        "house": {"type": "Building", "children": ["part"], "parents": ["quarter"]},
        "part": {"type": "BuildingPart", "parents": ["quarter", "house"], "geometry": [solid()]},
    }

    model = read_json(tmp_path, city(objects))

    assert model.features.parent.tolist() == [-1, 0, 1]


def test_the_coarse_whole_gives_way_to_its_finer_parts(tmp_path: Path) -> None:
    objects = {
        "house": building(sheet("0", SHELL[:1]), children=["part", "chimney"]),
        "part": {"type": "BuildingPart", "parents": ["house"], "geometry": [solid("2")]},
        "shed": building(solid("1"), children=["chimney"]),
        "chimney": {"type": "BuildingInstallation", "parents": ["shed"], "geometry": [solid("3")]},
    }

    model = read_json(tmp_path, city(objects))

    assert np.bincount(model.triangle_feature).tolist() == [0, 12, 12, 12]
    assert "1 " in model.origin.notes[0].en
    assert model.origin.skipped == ()


def test_two_geometries_with_the_same_walls_are_drawn_once_with_their_semantics(tmp_path: Path) -> None:
    telling = sheet("2", SHELL, semantics={"surfaces": SEMANTICS["surfaces"], "values": [0, 1, 2, 2, 2, 2]})

    model = read_json(tmp_path, city({"house": building(solid("2"), telling)}))

    assert len(model.triangles) == 12
    assert np.bincount(model.triangle_surface).tolist() == [0, 2, 8, 2]


def test_points_and_lines_are_counted_not_drawn(tmp_path: Path) -> None:
    points = {"type": "MultiPoint", "lod": "0", "boundaries": [0, 1]}
    lines = {"type": "MultiLineString", "lod": "0", "boundaries": [[0, 1, 2]]}

    model = read_json(tmp_path, city({"tree": building(points, lines), "house": building(points, solid())}))

    assert model.features.ids == ["house"]
    assert reasons(model) == {"object whose geometry has no surfaces (MultiLineString, MultiPoint)": (1, ("tree",))}


def test_attributes_addresses_and_extensions_arrive(tmp_path: Path) -> None:
    objects = {
        "house": building(
            solid(),
            attributes={"measuredHeight": 9.5, "名称": "长寿路街道", "+noise": {"db": 61}},
            address=[{"Country": "中国"}],
            geographicalExtent=[0, 0, 0, 1, 1, 1],
        ),
        "dome": {"type": "+Dome", "geometry": [solid()], "+glass": True, "attributes": None},
        "bare": building(solid()),
    }

    model = read_json(tmp_path, city(objects, **{"+noise-map": {"grid": 1}, "extensions": {"Noise": {}}}))

    assert list(model.features.attributes) == [
        {"measuredHeight": 9.5, "名称": "长寿路街道", "+noise": {"db": 61}, "address": [{"Country": "中国"}]},
        {"+glass": True},
        {},
    ]
    assert model.features.class_of(1) == "+Dome"
    assert model.features.height_m.tolist() == [3.0] * 3


def test_attributes_survive_the_way_between_processes(tmp_path: Path) -> None:
    model = read_json(tmp_path, city({"house": building(solid(), attributes={"storeys": 3}, **{"+a": 1})}))

    copy = pickle.loads(pickle.dumps(model.features.attributes))

    assert copy[0] == {"storeys": 3, "+a": 1}
    assert list(copy[-1:]) == [copy[0]]
    assert json.loads(copy.json(0)) == copy[0]
    with pytest.raises(IndexError):
        copy[1]


def test_appearance_however_broken_costs_nothing(tmp_path: Path) -> None:
    textured = solid(material={"theme": {"values": [[0, "x"]]}}, texture=[[[[[0, 1]]]]])

    model = read_json(tmp_path, city({"house": building(textured)}, appearance={"materials": 5}))

    assert len(model.triangles) == 12
    assert model.texturing is None
    assert [entry.reason.en for entry in model.origin.skipped] == ["appearance that cannot be read (shown without)"]


@pytest.mark.parametrize(
    "metadata",
    [
        METADATA,
        {"referenceSystem": "urn:ogc:def:crs:EPSG::4549"},
        {"referenceSystem": "EPSG:4549"},
        {"referenceSystem": 4549},
        {"crs": {"epsg": 4549}},
        {"referenceSystem": {"authority": "EPSG", "code": "4549"}},
    ],
)
def test_the_crs_is_found_in_every_version(tmp_path: Path, metadata: object) -> None:
    model = read_json(tmp_path, city({"house": building(solid())}, metadata=metadata))

    assert model.frame.crs == "EPSG:4549"


@pytest.mark.parametrize("metadata", [None, {}, {"referenceSystem": ""}, [1]])
def test_without_a_crs_the_person_is_asked_and_the_answer_taken(tmp_path: Path, metadata: object) -> None:
    whole = city({"house": building(solid())}, metadata=metadata)

    with pytest.raises(CrsMissing):
        read_json(tmp_path, whole)

    assert read_json(tmp_path, whole, crs="EPSG:4549").extent.west == 540_000.0


def test_degrees_become_metres_of_the_twin(tmp_path: Path) -> None:
    degrees = [[121.42 + x * 1e-8, 31.245 + y * 1e-8, z / 1000] for x, y, z in CORNERS]
    whole = city(
        {"house": building(solid())},
        vertices=degrees,
        transform=None,
        metadata={"referenceSystem": "urn:ogc:def:crs:EPSG::4490"},
    )

    model = read_json(tmp_path, whole, target_crs="EPSG:4549")

    assert model.frame.crs == "EPSG:4549"
    assert model.extent.west == pytest.approx(635_274.42, abs=0.01)
    assert model.extent.east - model.extent.west == pytest.approx(9.64, abs=0.01)
    assert model.features.height_m.tolist() == [3.0]


def test_the_transform_may_be_absent(tmp_path: Path) -> None:
    real = [[540_000.5 + x / 1000, 3_457_000 + y / 1000, z / 1000 + 1e-3] for x, y, z in CORNERS]

    model = read_json(tmp_path, city({"house": building(solid())}, vertices=real, transform=None, version="1.0"))

    assert model.extent.west == 540_000.5
    assert volume(model) == pytest.approx(BLOCK_VOLUME)


def test_indented_text_reads_the_same(tmp_path: Path) -> None:
    whole = city({"house": building(solid(semantics=SEMANTICS), attributes={"a": 1})})

    indented = read_json(tmp_path, whole, lambda value: json.dumps(value, indent="\t"))

    plain = read_json(tmp_path, whole)
    assert (indented.points == plain.points).all()
    assert (indented.triangles == plain.triangles).all()
    assert (indented.triangle_surface == plain.triangle_surface).all()
