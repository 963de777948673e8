"""Every kind of GML geometry in CityGML becomes the right triangles of the right object."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fakes.citygml_files import (
    SOUTH,
    WEST,
    block,
    box,
    building,
    city,
    coordinates,
    inside,
    linked_solid,
    links,
    multi_surface,
    placed,
    polygon,
    read_text,
    reasons,
    solid,
    square,
)
from sanping.domain.city import CityModel, SurfaceKind

HOLE = placed([(2, 2, 0), (2, 4, 0), (4, 4, 0), (4, 2, 0), (2, 2, 0)])
IDENTITY = "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1"


def area(model: CityModel) -> float:
    a, b, c = (model.points[model.triangles[:, k]] for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def up(model: CityModel) -> float:
    a, b, c = (model.points[model.triangles[:, k]] for k in range(3))
    return float(np.cross(b - a, c - a)[:, 2].sum() / 2)


def volume(model: CityModel) -> float:
    a, b, c = (model.points[model.triangles[:, k]] - model.points[0] for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6)


def surface(name: str, *polygons: str, level: int = 2) -> str:
    return inside(f"bldg:boundedBy/bldg:{name}/bldg:lod{level}MultiSurface", multi_surface(*polygons))


def lod2(geometry: str) -> str:
    return building(f"<bldg:lod2MultiSurface>{geometry}</bldg:lod2MultiSurface>")


def test_a_block_becomes_twelve_triangles_facing_outwards(tmp_path: Path) -> None:
    model = read_text(tmp_path, city(block(height=12)))

    assert len(model.triangles) == 12
    assert volume(model) == pytest.approx(1200)
    assert model.features.height_m[0] == pytest.approx(12)
    assert model.features.base_m[0] == pytest.approx(0)


def test_a_hole_in_a_polygon_stays_open(tmp_path: Path) -> None:
    model = read_text(tmp_path, city(lod2(multi_surface(polygon(placed(square()), holes=(HOLE,))))))

    assert area(model) == pytest.approx(100 - 4)


@pytest.mark.parametrize(
    "ring",
    [
        "<gml:posList>{list}</gml:posList>",
        '<gml:posList srsDimension="3" count="5">{list}</gml:posList>',
        "{points}",
        "<gml:coordinates>{tuples}</gml:coordinates>",
        "<gml:posList>\n  {loose}\n</gml:posList>",
    ],
)
def test_coordinates_are_read_in_every_spelling(tmp_path: Path, ring: str) -> None:
    corners = [(WEST + x, SOUTH + y, z) for x, y, z in square()]
    points = [coordinates([corner]) for corner in corners]
    text = ring.format(
        list=" ".join(points),
        points="".join(f"<gml:pos>{point}</gml:pos>" for point in points),
        tuples=" ".join(point.replace(" ", ",") for point in points),
        loose=" \n\t".join(" ".join(points).split()),
    )
    shape = f"<gml:Polygon><gml:exterior><gml:LinearRing>{text}</gml:LinearRing></gml:exterior></gml:Polygon>"

    model = read_text(tmp_path, city(lod2(multi_surface(shape))))

    assert up(model) == pytest.approx(100)


def test_flat_coordinates_lie_at_height_zero(tmp_path: Path) -> None:
    corners = [(WEST + x, SOUTH + y) for x, y, _ in square()]
    declared = multi_surface(polygon(coordinates(corners))).replace(
        "<gml:MultiSurface>", '<gml:MultiSurface srsDimension="2">'
    )
    silent = multi_surface(polygon(coordinates(corners)))

    for geometry in (declared, silent):
        model = read_text(tmp_path, city(lod2(geometry)))
        assert up(model) == pytest.approx(100)
        assert model.extent.top == 0


@pytest.mark.parametrize(
    "geometry",
    [
        "<gml:CompositeSurface><gml:surfaceMember>{p}</gml:surfaceMember></gml:CompositeSurface>",
        "<gml:MultiSurface><gml:surfaceMembers>{p}</gml:surfaceMembers></gml:MultiSurface>",
        "<gml:Surface><gml:patches>{patch}</gml:patches></gml:Surface>",
        "<gml:MultiGeometry><gml:geometryMember>{p}</gml:geometryMember></gml:MultiGeometry>",
        "<gml:MultiSolid><gml:solidMember>{s}</gml:solidMember></gml:MultiSolid>",
        "<gml:CompositeSolid><gml:solidMember>{s}</gml:solidMember></gml:CompositeSolid>",
        "{p}",
    ],
)
def test_every_container_gives_up_its_polygons(tmp_path: Path, geometry: str) -> None:
    text = placed(square())
    filled = geometry.format(p=polygon(text), patch=polygon(text, tag="PolygonPatch"), s=solid(polygon(text)))

    model = read_text(tmp_path, city(lod2(filled)))

    assert up(model) == pytest.approx(100)


def test_an_orientable_surface_marked_minus_is_turned_over(tmp_path: Path) -> None:
    shape = inside('gml:OrientableSurface orientation="-"/gml:baseSurface', polygon(placed(square())))

    model = read_text(tmp_path, city(lod2(multi_surface(shape))))

    assert up(model) == pytest.approx(-100)


def test_a_relief_of_triangles_becomes_terrain_triangles_at_its_level(tmp_path: Path) -> None:
    corners = square()
    triangles = [corners[:3] + corners[:1], [corners[0], corners[2], corners[3], corners[0]]]
    patches = "".join(polygon(placed(triangle), tag="Triangle") for triangle in triangles)
    tin = f"<gml:TriangulatedSurface><gml:trianglePatches>{patches}</gml:trianglePatches></gml:TriangulatedSurface>"
    relief = (
        '<dem:ReliefFeature gml:id="r"><dem:lod>2</dem:lod><dem:reliefComponent><dem:TINRelief gml:id="t">'
        f"<dem:lod>2</dem:lod><dem:tin>{tin}</dem:tin></dem:TINRelief></dem:reliefComponent></dem:ReliefFeature>"
    )

    model = read_text(tmp_path, city(relief))

    assert [model.features.class_of(row) for row in range(2)] == ["ReliefFeature", "TINRelief"]
    assert model.features.parent.tolist() == [-1, 0]
    assert len(model.triangles) == 2
    assert model.origin.lods == ("2",)


def test_surfaces_carry_what_they_are(tmp_path: Path) -> None:
    corners = box(9)
    opening = (
        "<bldg:opening><bldg:Window><bldg:lod2MultiSurface>"
        + multi_surface(polygon(placed(square(z=5))))
        + "</bldg:lod2MultiSurface></bldg:Window></bldg:opening>"
    )
    walls = surface("WallSurface", *corners[1:5]).replace("</bldg:WallSurface>", opening + "</bldg:WallSurface>")
    shell = surface("GroundSurface", corners[0]) + walls + surface("RoofSurface", corners[5])

    model = read_text(tmp_path, city(building(shell + surface("ClosureSurface", polygon(placed(square(z=3)))))))

    found = Counter(SurfaceKind(kind) for kind in model.triangle_surface)
    assert found == {
        SurfaceKind.GROUND: 2, SurfaceKind.WALL: 8, SurfaceKind.ROOF: 2, SurfaceKind.WINDOW: 2, SurfaceKind.CLOSURE: 2,
    }  # fmt: skip


@pytest.mark.parametrize("solid_first", [True, False])
def test_a_solid_that_links_to_its_surfaces_is_drawn_once(tmp_path: Path, solid_first: bool) -> None:
    roof = surface("RoofSurface", polygon(placed(square(z=9)), identity="p1"))
    shell = f"<bldg:lod2Solid>{linked_solid('p1')}</bldg:lod2Solid>"

    model = read_text(tmp_path, city(building(shell + roof if solid_first else roof + shell)))

    assert up(model) == pytest.approx(100)
    assert set(model.triangle_surface) == {SurfaceKind.ROOF}
    assert reasons(model) == {}


def test_a_surface_that_links_into_the_solid_gives_it_its_kind(tmp_path: Path) -> None:
    shell = f"<bldg:lod2Solid>{solid(polygon(placed(square(z=9)), identity='p1'))}</bldg:lod2Solid>"
    roof = inside("bldg:boundedBy/bldg:RoofSurface/bldg:lod2MultiSurface/gml:MultiSurface", links("p1"))

    model = read_text(tmp_path, city(building(shell + roof)))

    assert up(model) == pytest.approx(100)
    assert set(model.triangle_surface) == {SurfaceKind.ROOF}


def test_a_solid_that_repeats_its_surfaces_without_links_is_drawn_once(tmp_path: Path) -> None:
    corners = box(9)
    shell = inside("bldg:lod2Solid", solid(*corners))

    model = read_text(tmp_path, city(building(shell + surface("WallSurface", *corners[1:5]))))

    assert Counter(model.triangle_surface.tolist()) == {SurfaceKind.WALL: 8, SurfaceKind.UNKNOWN: 4}
    assert volume(model) == pytest.approx(900)


def test_a_link_to_a_whole_surface_brings_all_of_it(tmp_path: Path) -> None:
    named = multi_surface(polygon(placed(square())), polygon(placed(square(x=20)))).replace(
        "<gml:MultiSurface>", '<gml:MultiSurface gml:id="ms">'
    )
    one = building(f"<bldg:lod1MultiSurface>{named}</bldg:lod1MultiSurface>", "one")
    other = building('<bldg:lod2MultiSurface xlink:href="#ms"/>', "one-more")

    model = read_text(tmp_path, city(one, other), lod="2")

    assert list(model.features.ids) == ["one-more"]
    assert up(model) == pytest.approx(200)


def test_links_that_lead_nowhere_are_counted_with_their_object(tmp_path: Path) -> None:
    broken = building(f"<bldg:lod2Solid>{linked_solid('gone', 'lost')}</bldg:lod2Solid>", "b2")

    model = read_text(tmp_path, city(block(), broken))

    assert list(model.features.ids) == ["b1"]
    assert reasons(model) == {"link (xlink) whose target is not in the file": 2}
    assert model.origin.skipped[0].examples == ("b2",)


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    circle = '<gml:MultiSurface gml:id="a"><gml:surfaceMember xlink:href="#a"/></gml:MultiSurface>'

    model = read_text(
        tmp_path, city(block(), building(f"<bldg:lod2MultiSurface>{circle}</bldg:lod2MultiSurface>", "b2"))
    )

    assert list(model.features.ids) == ["b1"]


def tree(identity: str, geometry: str, x: float, matrix: str = IDENTITY) -> str:
    point = f"<gml:Point><gml:pos>{WEST + x} {SOUTH} 5</gml:pos></gml:Point>"
    return (
        f'<veg:SolitaryVegetationObject gml:id="{identity}"><veg:lod3ImplicitRepresentation><ImplicitGeometry>'
        f"<transformationMatrix>{matrix}</transformationMatrix>{geometry}<referencePoint>{point}</referencePoint>"
        "</ImplicitGeometry></veg:lod3ImplicitRepresentation></veg:SolitaryVegetationObject>"
    )


CROWN = multi_surface(polygon(coordinates(square(size=2)))).replace(
    "<gml:MultiSurface>", '<gml:MultiSurface gml:id="t">'
)
OWN = f"<relativeGMLGeometry>{CROWN}</relativeGMLGeometry>"
LINKED = '<relativeGMLGeometry xlink:href="#t"/>'


def test_a_template_stands_wherever_it_is_placed(tmp_path: Path) -> None:
    twice = "2 0 0 0 0 2 0 0 0 0 1 3 0 0 0 1"

    model = read_text(tmp_path, city(tree("t2", LINKED, 100, twice), tree("t1", OWN, 0)))

    assert list(model.features.ids) == ["t2", "t1"]
    assert model.features.base_m.tolist() == [8.0, 5.0]
    assert area(model) == pytest.approx(16 + 4)
    assert model.extent.east == pytest.approx(WEST + 104)


def test_a_template_in_another_file_is_counted_and_not_opened(tmp_path: Path) -> None:
    outside = "<mimeType>model/obj</mimeType><libraryObject>file:///etc/passwd</libraryObject>"

    model = read_text(tmp_path, city(block(), tree("t1", outside, 0), tree("t2", LINKED, 0)))

    assert list(model.features.ids) == ["b1"]
    assert sum(reasons(model).values()) == 2


def test_a_broken_matrix_or_place_leaves_the_other_trees_standing(tmp_path: Path) -> None:
    nowhere = tree("t3", LINKED, 0).replace(f"{WEST + 0} ", "east ")

    model = read_text(tmp_path, city(tree("t1", OWN, 0), tree("t2", LINKED, 9, "1 2 three"), nowhere))

    assert list(model.features.ids) == ["t1"]
    assert reasons(model) == {"implicit geometry whose matrix or reference point is not valid": 2}


def test_the_highest_level_of_each_object_is_drawn(tmp_path: Path) -> None:
    both = building(
        f"<bldg:lod1Solid>{solid(*box(5))}</bldg:lod1Solid><bldg:lod2Solid>{solid(*box(9))}</bldg:lod2Solid>"
    )
    low = building(f"<bldg:lod1Solid>{solid(*box(4, 50))}</bldg:lod1Solid>", "b2")

    model = read_text(tmp_path, city(both, low))

    assert model.features.height_m.tolist() == [9.0, 4.0]
    assert model.origin.lods == ("1", "2")


def test_a_wanted_level_is_drawn_and_objects_without_it_are_counted(tmp_path: Path) -> None:
    both = building(
        f"<bldg:lod1Solid>{solid(*box(5))}</bldg:lod1Solid><bldg:lod2Solid>{solid(*box(9))}</bldg:lod2Solid>"
    )
    low = building(f"<bldg:lod1Solid>{solid(*box(4, 50))}</bldg:lod1Solid>", "b2")

    model = read_text(tmp_path, city(both, low), lod="2")

    assert list(model.features.ids) == ["b1"]
    assert reasons(model) == {"object without the chosen level of detail LoD2": 1}


def test_windows_alone_do_not_hide_the_walls_of_a_coarser_level(tmp_path: Path) -> None:
    window = (
        "<bldg:opening><bldg:Window><bldg:lod3MultiSurface>"
        + multi_surface(polygon(placed(square(z=5, size=1))))
        + "</bldg:lod3MultiSurface></bldg:Window></bldg:opening>"
    )
    walls = surface("WallSurface", *box(9)[1:5]).replace("</bldg:WallSurface>", window + "</bldg:WallSurface>")

    model = read_text(tmp_path, city(building(walls)))

    assert set(model.triangle_surface) == {SurfaceKind.WALL}


def test_a_coarse_block_makes_way_for_its_finer_parts(tmp_path: Path) -> None:
    part = building(f"<bldg:lod2Solid>{solid(*box(9))}</bldg:lod2Solid>", "part", "BuildingPart")
    whole = building(
        f"<bldg:lod1Solid>{solid(*box(20))}</bldg:lod1Solid>"
        f"<bldg:consistsOfBuildingPart>{part}</bldg:consistsOfBuildingPart>"
    )

    model = read_text(tmp_path, city(whole))

    assert list(model.features.ids) == ["b1", "part"]
    assert model.features.parent.tolist() == [-1, 0]
    assert model.extent.top == pytest.approx(9)


def test_version_three_names_boundaries_and_fillings_its_own_way(tmp_path: Path) -> None:
    pane, asphalt = (multi_surface(polygon(placed(square(x=x, z=5, size=1)))) for x in (0, 40))
    window = inside("con:fillingSurface/con:WindowSurface/lod3MultiSurface", pane)
    wall = inside("con:WallSurface", inside("lod3MultiSurface", multi_surface(*box(9)[1:5])) + window)
    space = "tran:trafficSpace/tran:TrafficSpace/boundary/tran:TrafficArea/lod2MultiSurface"
    road = inside(f'tran:Road gml:id="r"/tran:section/tran:Section gml:id="s"/{space}', asphalt)

    model = read_text(tmp_path, city(building(f"<boundary>{wall}</boundary>"), road, version="3.0"))

    assert list(model.features.ids) == ["b1", "r", "s"]
    assert Counter(SurfaceKind(kind) for kind in model.triangle_surface) == {
        SurfaceKind.WALL: 8, SurfaceKind.WINDOW: 2, SurfaceKind.TRAFFIC: 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "level"),
    [
        ("bldg:Building", "bldg:lod2MultiSurface"),
        ("brid:Bridge", "brid:lod2MultiSurface"),
        ("tran:Road", "tran:lod1MultiSurface"),
        ("tran:Railway", "tran:lod2MultiSurface"),
        ("tran:Square", "tran:lod2MultiSurface"),
        ("tran:Track", "tran:lod2MultiSurface"),
        ("wtr:WaterBody", "wtr:lod1MultiSurface"),
        ("luse:LandUse", "luse:lod1MultiSurface"),
        ("veg:PlantCover", "veg:lod1MultiSurface"),
        ("veg:SolitaryVegetationObject", "veg:lod2Geometry"),
        ("frn:CityFurniture", "frn:lod1Geometry"),
        ("gen:GenericCityObject", "gen:lod1Geometry"),
    ],
)
def test_every_class_of_city_object_is_read(tmp_path: Path, tag: str, level: str) -> None:
    geometry = multi_surface(polygon(placed(square())))

    model = read_text(tmp_path, city(f'<{tag} gml:id="x"><{level}>{geometry}</{level}></{tag}>'))

    assert model.features.class_of(0) == tag.partition(":")[2]
    assert up(model) == pytest.approx(100)


def test_objects_of_lines_only_are_counted(tmp_path: Path) -> None:
    line = inside("gml:MultiCurve/gml:curveMember/gml:LineString/gml:posList", "0 0 0 1 1 1")
    road = inside('tran:Road gml:id="r"/tran:lod0Network', line)

    model = read_text(tmp_path, city(block(), road))

    assert list(model.features.ids) == ["b1"]
    assert reasons(model) == {"object without a surface to draw": 1}


def test_broken_polygons_are_counted_and_the_rest_stays(tmp_path: Path) -> None:
    flat = [(0, 0, 0), (5, 0, 0), (9, 0, 0), (0, 0, 0)]
    far_off = placed(square()).replace("500010", "NaN")
    texts = [far_off, placed(flat), "1 2", "", "north east up"]
    wrong = [lod2(multi_surface(polygon(text))).replace('"b1"', f'"w{number}"') for number, text in enumerate(texts)]

    model = read_text(tmp_path, city(block(), *wrong))

    assert list(model.features.ids) == ["b1"]
    assert reasons(model) == {"object whose surfaces all lack an area or have invalid coordinates": 5}
    assert np.isfinite(model.points).all()
