"""World metres and degrees belong together by a polynomial that is as good as the projection itself."""

import numpy as np
import pytest

from sanping.analysis.map_frame import degrees_of, map_frame, to_lonlat, to_metres
from sanping.domain.crs import LOCAL
from sanping.domain.geo import Extent

PUTUO = Extent(west=622_000.0, south=3_445_000.0, east=652_000.0, north=3_475_000.0)


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:32651", "EPSG:4526"])
def test_fifteen_kilometres_around_the_polynomial_is_the_projection_to_a_millimetre(crs: str) -> None:
    # given a frame for thirty kilometres of Shanghai, and places all over it that it was not fitted to
    extent = PUTUO
    if crs == "EPSG:32651":
        extent = Extent(west=335_000.0, south=3_443_000.0, east=365_000.0, north=3_473_000.0)
    elif crs == "EPSG:4526":
        extent = Extent(west=38_622_000.0, south=3_445_000.0, east=38_652_000.0, north=3_475_000.0)
    frame = map_frame(crs, extent)
    places = np.random.default_rng(1).uniform((extent.west, extent.south), (extent.east, extent.north), (500, 2))

    # when they are taken to degrees and back
    degrees = to_lonlat(frame, places)

    # then they are where the projection puts them, and come back to where they were
    assert np.abs(degrees - degrees_of(crs, places)).max() * 111_320 < 1e-3
    assert np.abs(to_metres(frame, degrees) - places).max() < 1e-3
    assert frame.error_m < 1e-3


def test_a_twin_without_a_place_lies_at_the_origin_of_the_map() -> None:
    # given a twin in metres of its own
    frame = map_frame(LOCAL, Extent(west=0.0, south=0.0, east=1000.0, north=500.0))

    # when a corner is put on the map
    degrees = to_lonlat(frame, np.array([[0.0, 0.0], [1000.0, 0.0]]))

    # then the origin is at 0° 0°, and a kilometre is a kilometre of the equator
    assert degrees[0] == pytest.approx((0.0, 0.0), abs=1e-12)
    assert degrees[1] == pytest.approx((1000.0 / 111_319.49, 0.0), rel=1e-6, abs=1e-12)
