"""The scale of projections, beside formulas and the ellipsoid itself."""

from math import cos, radians

import pytest
from pyproj import CRS, Geod, Transformer

from sanping.domain.grid_scale import EARTH_RADIUS_M, grid_scale

EAST, NORTH = 636_150.0, 3_458_120.0


def test_gauss_kruger_grows_with_the_square_of_the_way_from_its_meridian() -> None:
    # given Shanghai in a zone whose meridian is 136 km away, at the scale 1 + y² / 2R²
    found = grid_scale("EPSG:4549", EAST, NORTH)

    assert found is not None
    assert found.scale == pytest.approx(1.0 + (EAST - 500_000.0) ** 2 / (2.0 * EARTH_RADIUS_M**2), abs=2e-6)
    assert found.areal == pytest.approx(found.scale**2, rel=1e-7)


def test_the_length_on_the_earth_is_that_of_the_geodesic() -> None:
    # given 2 km in the plane, halved at the place whose scale is taken
    found = grid_scale("EPSG:4549", EAST, NORTH)
    assert found is not None
    back = Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True)
    one, other = back.transform(EAST - 600.0, NORTH - 800.0), back.transform(EAST + 600.0, NORTH + 800.0)

    # when it is measured on the ellipsoid
    azimuth, _, geodesic_m = Geod(ellps="GRS80").inv(*one, *other)

    # then both agree to a tenth of a millimetre, and so do the azimuths
    assert found.on_ground(2_000.0, 0.0) == pytest.approx(geodesic_m, abs=1e-4)
    assert 36.8699 + found.convergence_deg == pytest.approx(azimuth, abs=0.005)
    assert found.on_ground(1_000.0, 637.1) == pytest.approx(1_000.0 / found.scale * 1.0001)


def test_a_map_of_the_web_doubles_lengths_at_sixty_degrees() -> None:
    # given the projection of maps on the web
    name = CRS.from_epsg(3857).to_string()

    found = grid_scale(name, 0.0, 8_399_737.889)

    assert found is not None
    assert found.scale == pytest.approx(1.0 / cos(radians(60.0)), rel=0.01)


@pytest.mark.parametrize("crs", ["LOCAL", "GCJ-02", "EPSG:4490"])
def test_what_is_no_projection_has_no_scale(crs: str) -> None:
    assert grid_scale(crs, 121.0, 31.0) is None
