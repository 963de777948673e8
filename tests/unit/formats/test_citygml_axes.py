"""CityGML coordinates land where their CRS says, whichever axis comes first."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from pyproj import CRS, Transformer

from fakes.citygml_files import block, box, building, city, inside, notes, read_text, solid
from sanping.domain.crs import converter
from sanping.domain.errors import CrsMissing

SHANGHAI = (121.425, 31.245)
MUNICH = (11.58, 48.14)


class Spelling(NamedTuple):
    """A name of a CRS, and coordinates of a place written under it."""

    srs: str
    code: int
    place: tuple[float, float]
    north_first: bool


def _corners(text: str, moved: Callable[[float, float], tuple[float, float]]) -> str:
    """Replace the coordinates of the hand-made block by those of another place."""
    words = text.split()
    points = [moved(float(words[k]) - 500_000, float(words[k + 1]) - 5_600_000) for k in range(0, len(words), 3)]
    return " ".join(f"{a:.10f} {b:.10f} {words[3 * k + 2]}" for k, (a, b) in enumerate(points))


def _file(srs: str | None, moved: Callable[[float, float], tuple[float, float]], **more: str) -> str:
    polygons = []
    for shape in box(12):
        text = shape.partition("posList>")[2].partition("<")[0]
        polygons.append(shape.replace(text, _corners(text, moved)))
    return city(building(inside("bldg:lod1Solid", solid(*polygons))), srs=srs, **more)


def _at(code: int, place: tuple[float, float], *, swapped: bool) -> Callable[[float, float], tuple[float, float]]:
    """Return a function from metres on the site to coordinates of a CRS, north first when swapped."""
    east, north = Transformer.from_crs(4326, code, always_xy=True).transform(*place)
    step = 1e-5 if CRS.from_epsg(code).is_geographic else 1.0

    def moved(x: float, y: float) -> tuple[float, float]:
        found = (east + x * step, north + y * step)
        return (found[1], found[0]) if swapped else found

    return moved


@pytest.mark.parametrize(
    ("file", "contradicts"),
    [
        (Spelling("urn:ogc:def:crs:EPSG::4326", 4326, SHANGHAI, north_first=True), False),
        (Spelling("http://www.opengis.net/def/crs/EPSG/0/6697", 6668, (139.7, 35.6), north_first=True), False),
        (Spelling("urn:ogc:def:crs:EPSG::4326", 4326, SHANGHAI, north_first=False), True),
        (Spelling("urn:ogc:def:crs:EPSG::4326", 4326, MUNICH, north_first=True), False),
        (Spelling("urn:ogc:def:crs:EPSG::4326", 4326, MUNICH, north_first=False), True),
        (Spelling("EPSG:4326", 4326, SHANGHAI, north_first=False), False),
        (Spelling("EPSG:4326", 4326, SHANGHAI, north_first=True), True),
        (Spelling("urn:ogc:def:crs:EPSG::4549", 4549, SHANGHAI, north_first=True), False),
        (Spelling("urn:ogc:def:crs:EPSG::4549", 4549, SHANGHAI, north_first=False), True),
        (Spelling("EPSG:4549", 4549, SHANGHAI, north_first=False), False),
        (Spelling("urn:ogc:def:crs:EPSG::31467", 31467, (9.2, 48.8), north_first=True), False),
        (Spelling("http://www.opengis.net/gml/srs/epsg.xml#31467", 31467, (9.2, 48.8), north_first=False), False),
        (Spelling("urn:ogc:def:crs:EPSG::25832", 25832, MUNICH, north_first=False), False),
        (Spelling("urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783", 25832, MUNICH, north_first=False), False),
        (
            Spelling("urn:ogc:def:crs,crs:EPSG:6.12:31467,crs:EPSG:6.12:5783", 31467, (9.2, 48.8), north_first=True),
            False,
        ),
        (Spelling("urn:adv:crs:ETRS89_UTM32*DE_DHHN2016_NH", 25832, MUNICH, north_first=False), False),
    ],
)
def test_axis_order_follows_the_register_unless_the_place_contradicts(
    tmp_path: Path, file: Spelling, contradicts: bool
) -> None:
    model = read_text(tmp_path, _file(file.srs, _at(file.code, file.place, swapped=file.north_first)))

    found = converter(model.frame.crs, "EPSG:4326")(model.points[:, :2]).mean(axis=0)
    a, b, c = (model.points[model.triangles[:, k]] - model.points[0] for k in range(3))

    assert tuple(found) == pytest.approx(file.place, abs=0.001)
    assert float((a * np.cross(b, c)).sum()) > 0
    assert ("axis order" in notes(model)) == contradicts


def test_a_file_without_a_crs_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(CrsMissing, match="EPSG:4549"):
        read_text(tmp_path, city(block(), srs=None))


def test_the_person_can_name_the_crs_of_a_file_without_one(tmp_path: Path) -> None:
    model = read_text(tmp_path, _file(None, _at(4549, SHANGHAI, swapped=False)), crs="EPSG:4549")

    assert model.frame.crs == "EPSG:4549"
    assert model.origin.source_crs == "EPSG:4549"


def test_the_person_can_overrule_an_unknown_crs(tmp_path: Path) -> None:
    model = read_text(tmp_path, _file("my-own-grid", _at(4549, SHANGHAI, swapped=False)), crs="EPSG:4549")

    assert model.frame.crs == "EPSG:4549"


def test_gcj02_coordinates_are_brought_back_to_the_true_place(tmp_path: Path) -> None:
    model = read_text(tmp_path, _file(None, _at(4326, SHANGHAI, swapped=False)), crs="GCJ-02")

    longitude, latitude = converter(model.frame.crs, "EPSG:4326")(model.points[:1, :2])[0]

    assert 0.002 < SHANGHAI[0] - longitude < 0.007
    assert abs(SHANGHAI[1] - latitude) < 0.005


def test_an_unknown_or_impossible_crs_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CrsMissing, match="my-own-grid"):
        read_text(tmp_path, city(block(), srs="my-own-grid"))
    with pytest.raises(CrsMissing, match="EPSG:4326"):
        read_text(tmp_path, city(block(), srs="urn:ogc:def:crs:EPSG::4326"))


def test_geometry_may_declare_another_crs_than_the_file(tmp_path: Path) -> None:
    utm, gauss = _at(25832, MUNICH, swapped=False), _at(31468, MUNICH, swapped=False)
    one = _file("EPSG:25832", utm)
    other = _file("EPSG:25832", gauss).replace("<gml:Solid>", '<gml:Solid srsName="EPSG:31468">')
    member = other[other.index("<cityObjectMember>") : other.index("</CityModel>")].replace('"b1"', '"b2"')

    model = read_text(tmp_path, one.replace("</CityModel>", member + "</CityModel>"))

    assert list(model.features.ids) == ["b1", "b2"]
    assert model.frame.crs == "EPSG:25832"
    assert model.extent.diagonal_m < 40


def test_the_twin_decides_the_frame_and_the_vertical_datum(tmp_path: Path) -> None:
    text = _file("EPSG:4326", _at(4326, SHANGHAI, swapped=False))

    model = read_text(tmp_path, text, target_crs="EPSG:4549", vertical_datum="吴淞")

    assert (model.frame.crs, model.frame.vertical_datum) == ("EPSG:4549", "吴淞")
