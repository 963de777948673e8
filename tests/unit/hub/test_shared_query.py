"""Parameters of OGC API – Features as values, and geometries in other reference systems."""

import pytest

from sanping.domain.errors import InputError
from sanping.hub.shared_query import CRS84, EPSG, MOST_FEATURES, crs_offered, in_crs, query_of
from sanping.ports.shared_models import Feature

FIELDS = ("kind", "name")


def test_a_query_says_where_when_which_and_how_many() -> None:
    # given a query with everything
    parameters = {
        "bbox": "118.1,33.9,0,118.2,34.0,100", "datetime": "2026-01-01T00:00:00Z/..", "limit": "99999", "offset": "5",
        "kind": "park", "crs": f"<{EPSG}4326>", "f": "json",
    }  # fmt: skip

    # when it is read
    found = query_of(parameters, FIELDS, "EPSG:4548")

    # then heights of the box are left out, and a limit beyond the most is the most
    assert found.bounds == (118.1, 33.9, 118.2, 34.0)
    assert (found.from_ms, found.to_ms) == (1_767_225_600_000, None)
    assert (found.limit, found.offset) == (MOST_FEATURES, 5)
    assert dict(found.where) == {"kind": "park"}
    assert found.crs == f"{EPSG}4326"


def test_a_box_in_another_crs_comes_by_its_order_of_axes() -> None:
    # given a box north first, and one in metres of the twin
    degrees = query_of({"bbox": "33.9,118.1,34.0,118.2", "bbox-crs": f"{EPSG}4326"}, (), "EPSG:4548")
    metres = query_of({"bbox": "3758000,600000,3768000,610000", "bbox-crs": f"{EPSG}4548"}, (), "EPSG:4548")

    # when they are read; then both lie in degrees, east first
    assert degrees.bounds == pytest.approx((118.1, 33.9, 118.2, 34.0), abs=1e-9)
    assert metres.bounds is not None
    assert metres.bounds[0] == pytest.approx(118.08, abs=0.02)
    assert metres.bounds[1] == pytest.approx(33.95, abs=0.02)


def test_geometries_of_every_nesting_are_brought_to_another_crs() -> None:
    # given a point, a line and a polygon, and one without a place
    corner = [118.1, 33.9]
    shapes = {"Point": corner, "LineString": [corner, corner], "MultiPolygon": [[[corner, corner, corner, corner]]]}
    for kind, coordinates in shapes.items():
        # when each is turned north first
        one = Feature(id="a", geometry={"type": kind, "coordinates": coordinates}, properties={})
        turned = in_crs(one, f"{EPSG}4326").geometry

        # then it keeps its nesting
        assert turned is not None
        assert str(turned["coordinates"]) == str(coordinates).replace("118.1, 33.9", "33.9, 118.1")
    bare = Feature(id="b", geometry=None, properties={})
    assert in_crs(bare, f"{EPSG}4326") is bare


def test_a_twin_offers_its_own_crs_beside_degrees_and_no_other() -> None:
    # given a twin in a zone of CGCS2000, and one without a place
    # when CRSs are offered
    # then its own is among them
    assert crs_offered("EPSG:4549") == (CRS84, f"{EPSG}4326", f"{EPSG}4490", f"{EPSG}4549")
    assert len(crs_offered("LOCAL")) == 3
    with pytest.raises(InputError):
        query_of({"crs": f"{EPSG}4548"}, (), "EPSG:4549")
