import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.china_datum import (
    bd09_from_gcj02,
    bd09_from_wgs84,
    gcj02_from_bd09,
    gcj02_from_wgs84,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ],
)
def test_published_gcj02_pairs_are_reproduced(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    there = gcj02_from_wgs84(np.array([wgs84]))
    back = wgs84_from_gcj02(np.array([gcj02]))

    assert np.abs(there - gcj02).max() < 1e-12
    assert np.abs(back - wgs84).max() < 1e-11


def test_published_bd09_pairs_are_reproduced() -> None:
    beijing = np.array([[116.404, 39.915]])

    assert np.abs(bd09_from_gcj02(beijing) - (116.41036949371029, 39.92133699351021)).max() < 1e-12
    # The published way back is a single step; the exact way back differs from it by 4e-7 degrees (4 cm).
    assert np.abs(gcj02_from_bd09(beijing) - (116.39762729119315, 39.90865673957631)).max() < 5e-7


@pytest.mark.parametrize(
    ("wgs84", "gcj02", "bd09"),
    [
        ((121.3956, 31.2498), (121.40025206, 31.24797263), (121.40680926, 31.25379764)),
        ((120.8646, 32.0163), (120.86884671, 32.01414803), None),
        ((118.2758, 33.9615), (118.28130613, 33.96015286), None),
        ((115.8617, 39.0427), (115.86759308, 39.04345589), None),
    ],
)
def test_the_four_sites_are_shifted_as_known(
    wgs84: tuple[float, float], gcj02: tuple[float, float], bd09: tuple[float, float] | None
) -> None:
    assert np.abs(gcj02_from_wgs84(np.array([wgs84])) - gcj02).max() < 1e-8
    if bd09 is not None:
        assert np.abs(bd09_from_wgs84(np.array([wgs84])) - bd09).max() < 1e-8


@given(st.floats(72.1, 137.7), st.floats(1.0, 55.7))
def test_the_inverse_is_exact_everywhere_in_china(longitude: float, latitude: float) -> None:
    place = np.array([[longitude, latitude]])

    assert np.abs(wgs84_from_gcj02(gcj02_from_wgs84(place)) - place).max() < 1e-9
    assert np.abs(wgs84_from_bd09(bd09_from_wgs84(place)) - place).max() < 1e-9
    assert np.abs(gcj02_from_bd09(bd09_from_gcj02(place)) - place).max() < 1e-9


@pytest.mark.parametrize("place", [(4.36, 52.0), (151.2, -33.9), (139.7, 35.7), (-122.3, 47.6)])
def test_places_outside_china_stay_where_they_are(place: tuple[float, float]) -> None:
    points = np.array([place])

    for mapping in (gcj02_from_wgs84, wgs84_from_gcj02, bd09_from_wgs84, wgs84_from_bd09):
        assert (mapping(points) == points).all()


def test_a_broken_point_spoils_no_other() -> None:
    points = np.array([[121.4, 31.2], [np.nan, 31.2], [np.inf, 31.2]])

    with np.errstate(invalid="ignore"):
        found = wgs84_from_gcj02(points)

    assert np.abs(gcj02_from_wgs84(found[:1]) - points[:1]).max() < 1e-12
