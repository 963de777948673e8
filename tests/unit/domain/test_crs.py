import numpy as np
import pytest
from pyproj import CRS

from sanping.domain.crs import (
    best_projected_crs,
    check_fits,
    converter,
    is_geographic,
    named_crs,
    stands_near_origin,
    target_for,
    vertical_datum_of,
)
from sanping.domain.errors import CrsMissing

SWEDISH_WKT = (
    'PROJCS["SWEREF99_12_00",GEOGCS["GCS_SWEREF99",DATUM["D_SWEREF99",SPHEROID["GRS_1980",6378137,298.257222101]],'
    'PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",12],PARAMETER["scale_factor",1],'
    'PARAMETER["false_easting",150000],PARAMETER["false_northing",0],UNIT["Meter",1]]'
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("EPSG:4549", "EPSG:4549"),
        (" epsg:4549 ", "EPSG:4549"),
        ("4549", "EPSG:4549"),
        ("EPSG4549", "EPSG:4549"),
        ("urn:ogc:def:crs:EPSG::7415", "EPSG:7415"),
        ("urn:ogc:def:crs:EPSG:6.12:3068", "EPSG:3068"),
        ("https://www.opengis.net/def/crs/EPSG/0/7415", "EPSG:7415"),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", "EPSG:4326"),
        ("urn:ogc:def:crs,crs:EPSG::25832,crs:EPSG::5783", "EPSG:25832+5783"),
        (
            "http://www.opengis.net/def/crs-compound?1=http://www.opengis.net/def/crs/EPSG/0/7855"
            "&2=http://www.opengis.net/def/crs/EPSG/0/9458",
            "EPSG:7855+9458",
        ),
        ("urn:adv:crs:ETRS89_UTM32*DE_DHHN92_NH", "EPSG:25832+5783"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("OGC:CRS84", "EPSG:4326"),
        (CRS.from_user_input("OGC:CRS84").to_json(), "EPSG:4326"),
        ("CGCS2000", "EPSG:4490"),
        ("CGCS2000 / 3-degree Gauss-Kruger CM 120E", "EPSG:4549"),
        (SWEDISH_WKT, "EPSG:3007"),
        ("gcj02", "GCJ-02"),
        ("火星坐标", "GCJ-02"),
        ("bd-09", "BD-09"),
        ("local", "LOCAL"),
    ],
)
def test_every_way_of_writing_a_crs_gives_its_one_name(written: str, name: str) -> None:
    assert named_crs(written) == name


@pytest.mark.parametrize(
    "written",
    [
        "", "   ", "nonsense", "EPSG:99999999", "EPSG:", "urn:ogc:def:crs:EPSG::x", "+init=/etc/passwd", "{",
        "/etc/passwd", "+proj=longlat +nadgrids=/etc/passwd", 'PROJCS["broken', "A" * 30_000, "file:///etc/hosts",
        "\x00", "LOCAL_CS[]"],
)  # fmt: skip
def test_a_crs_nobody_understands_asks_for_a_better_name(written: str) -> None:
    with pytest.raises(CrsMissing):
        named_crs(written)


@pytest.mark.parametrize(
    ("target", "place", "east_north"),
    [
        ("EPSG:4549", (121.4737, 31.2304), (640412.315, 3457455.489)),
        ("EPSG:4549", (120.8646, 32.0163), (581685.682, 3543986.657)),
        ("EPSG:4548", (118.2758, 33.9615), (617921.351, 3760124.434)),
        ("EPSG:4548", (115.9, 38.97), (404669.492, 4315749.091)),
    ],
)
def test_known_places_get_their_gauss_krueger_coordinates(
    target: str, place: tuple[float, float], east_north: tuple[float, float]
) -> None:
    for source in ("EPSG:4490", "EPSG:4326"):
        found = converter(source, target)(np.array([place]))

        assert found[0] == pytest.approx(east_north, abs=0.001)


def test_conversion_and_back_returns_to_the_start_and_leaves_heights_alone() -> None:
    points = np.array([[640412.3, 3457455.5, 12.5], [640000.0, 3457000.0, -3.0]])
    for other in ("EPSG:4490", "GCJ-02", "BD-09", "EPSG:32651"):
        there = converter("EPSG:4549", other)(points)
        back = converter(other, "EPSG:4549")(there)

        assert np.abs(back - points).max() < 1e-4
        assert (there[:, 2] == points[:, 2]).all()


def test_gcj02_is_undone_on_the_way_to_a_projected_crs() -> None:
    straight = converter("EPSG:4490", "EPSG:4549")(np.array([[121.3956, 31.2498]]))

    from_gcj = converter("GCJ-02", "EPSG:4549")(np.array([[121.40025206, 31.24797263]]))
    from_bd = converter("BD-09", "EPSG:4549")(np.array([[121.40680926, 31.25379764]]))

    assert np.abs(from_gcj - straight).max() < 0.002
    assert np.abs(from_bd - straight).max() < 0.002


def test_heights_in_feet_become_metres() -> None:
    convert = converter("EPSG:2263+6360", "EPSG:32618")

    found = convert(np.array([[987654.0, 200000.0, 100.0]]))

    assert found[0, 2] == pytest.approx(30.48, abs=1e-3)


def test_geocentric_points_become_heights_above_the_ellipsoid() -> None:
    on_equator = np.array([[6378137.0 + 50.0, 0.0, 0.0]])

    found = converter("EPSG:4978", "EPSG:32631")(on_equator)

    assert found[0, 2] == pytest.approx(50.0, abs=1e-6)


def test_a_point_that_cannot_be_converted_is_nan_and_spoils_no_other() -> None:
    found = converter("EPSG:4326", "EPSG:4549")(np.array([[121.0, 31.0], [121.0, 95.0], [np.nan, 31.0]]))

    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize(
    ("longitude", "latitude", "crs"),
    [
        (121.4, 31.2, "EPSG:4549"),
        (121.6, 31.2, "EPSG:4550"),
        (117.0, 33.9, "EPSG:4548"),
        (75.9, 39.5, "EPSG:4534"),
        (134.6, 48.2, "EPSG:4554"),
        (114.17, 22.3, "EPSG:4547"),
        (121.5, 25.0, "EPSG:4549"),
        (112.3, 16.8, "EPSG:4546"),
        (4.36, 52.0, "EPSG:32631"),
        (23.7, 37.98, "EPSG:32634"),
        (126.97, 37.56, "EPSG:32652"),
        (105.85, 21.03, "EPSG:32648"),
        (-70.6, -33.4, "EPSG:32719"),
        (180.0, 10.0, "EPSG:32601"),
        (0.0, 89.0, "EPSG:32661"),
    ],
)
def test_the_best_crs_of_a_place(longitude: float, latitude: float, crs: str) -> None:
    assert best_projected_crs(longitude, latitude) == crs


def test_a_file_keeps_its_own_metric_crs_and_degrees_get_the_best_of_the_place() -> None:
    assert target_for("EPSG:4549", np.array([[640412.0, 3457455.0]])) == "EPSG:4549"
    assert target_for("EPSG:7415", np.array([[78000.0, 457000.0, 3.0]])) == "EPSG:28992"
    assert target_for("EPSG:4326", np.array([[121.47, 31.23]])) == "EPSG:4549"
    assert target_for("GCJ-02", np.array([[121.47, 31.23]])) == "EPSG:4549"
    assert target_for("EPSG:3857", np.array([[13522450.0, 3662600.0]])) == "EPSG:4549"
    assert target_for("EPSG:2263", np.array([[987654.0, 200000.0]])) == "EPSG:32618"
    assert target_for("LOCAL", np.array([[1.0, 2.0]])) == "LOCAL"
    assert target_for("EPSG:4326", np.array([[121.47, 31.23]]), "EPSG:32651") == "EPSG:32651"


@pytest.mark.parametrize(
    ("crs", "point", "word"),
    [
        ("EPSG:4549", (121.47, 31.23), "degrees"),
        ("EPSG:32651", (121.47, 31.23), "degrees"),
        ("EPSG:4326", (640412.0, 3457455.0), "name the right"),
        ("EPSG:4326", (31.23, 121.47), "swapped"),
        ("EPSG:4549", (3457455.0, 640412.0), "swapped"),
        ("EPSG:4549", (40640412.0, 3457455.0), "zone number 40"),
        ("EPSG:4326", (np.nan, np.nan), "name the right"),
    ],
)
def test_coordinates_that_cannot_be_in_a_crs_are_refused_with_a_hint(
    crs: str, point: tuple[float, float], word: str
) -> None:
    with pytest.raises(CrsMissing) as caught:
        target_for(crs, np.array([point]))

    assert word in caught.value.message.en


def test_a_few_broken_points_do_not_condemn_a_file() -> None:
    points = np.full((1000, 2), (640412.0, 3457455.0))
    points[::9] = np.nan
    points[1::9] = 1e300

    check_fits("EPSG:4549", points)


def test_data_of_another_continent_does_not_fit_the_twin() -> None:
    with pytest.raises(CrsMissing):
        target_for("EPSG:4326", np.array([[23.7, 37.98]]), "EPSG:4549")


def test_a_twin_in_degrees_or_without_parameters_is_refused() -> None:
    with pytest.raises(CrsMissing):
        target_for("EPSG:4549", np.array([[640412.0, 3457455.0]]), "EPSG:4326")
    with pytest.raises(CrsMissing):
        converter("LOCAL", "EPSG:4549")


def test_kinds_and_vertical_datums_are_told() -> None:
    assert is_geographic("GCJ-02")
    assert is_geographic("EPSG:6697")
    assert not is_geographic("EPSG:4549")
    assert vertical_datum_of("EPSG:7415") == "NAP height"
    assert vertical_datum_of("EPSG:4979") == "ellipsoid"
    assert vertical_datum_of("EPSG:4549") == ""


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:25832", "EPSG:32632", "EPSG:28992"])
def test_small_metres_about_the_origin_are_no_degrees(crs: str) -> None:
    # given the corners of a house drawn from 0, 0 on, and the same at 50, 40
    house = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 12.0], [0.0, 12.0]])

    # then both may be in the CRS
    check_fits(crs, house)
    check_fits(crs, house + np.array([50.0, 40.0]))


def test_a_house_in_degrees_is_still_told_from_one_in_small_metres() -> None:
    house = np.array([[121.47, 31.23], [121.4702, 31.23], [121.4702, 31.2302], [121.47, 31.2302]])

    assert not stands_near_origin("EPSG:4549", house)
    assert stands_near_origin("EPSG:4549", np.array([[0.0, 0.0], [10.0, 12.0]]))
    with pytest.raises(CrsMissing, match="经纬度"):
        check_fits("EPSG:4549", house)


def test_swapped_metres_are_found_where_both_orders_lie_near_the_area_of_use() -> None:
    check_fits("EPSG:28992", np.array([[85000.0, 446000.0], [85010.0, 446010.0]]))
    with pytest.raises(CrsMissing, match="写反"):
        check_fits("EPSG:28992", np.array([[446000.0, 85000.0], [446010.0, 85010.0]]))


def test_heights_of_a_crs_in_feet_become_metres() -> None:
    converted = converter("EPSG:2263", "EPSG:32618")(np.array([[987654.0, 200000.0, 100.0]]))

    assert converted[0, 2] == pytest.approx(30.48, abs=1e-3)
