from collections.abc import Mapping

import numpy as np
import pytest

from sanping.domain.errors import ProjectInvalid
from sanping.domain.local_grid import fitted_grid, local_grid, similarity_grid

CITY = np.array([[-5000.0, -3000.0], [4000.0, -2500.0], [3500.0, 6000.0], [-4200.0, 5200.0], [10.0, 20.0]])


def placed_by_hand(points: np.ndarray) -> np.ndarray:
    turn, scale = np.radians(0.35), 0.99995
    x, y = points[:, 0], points[:, 1]
    east = 639000.0 + scale * (x * np.cos(turn) - y * np.sin(turn))
    north = 3456000.0 + scale * (x * np.sin(turn) + y * np.cos(turn))
    return np.column_stack((east, north))


def test_four_parameters_turn_scale_and_shift() -> None:
    grid = similarity_grid("EPSG:4549", 639000.0, 3456000.0, 0.35, 0.99995)

    found = grid.convert(np.column_stack((CITY, np.arange(5.0))))

    assert np.abs(found[:, :2] - placed_by_hand(CITY)).max() < 1e-6
    assert (found[:, 2] == np.arange(5.0)).all()


@pytest.mark.parametrize("kind", ["affine", "helmert4"])
def test_control_points_without_error_are_met_exactly(kind: str) -> None:
    grid = fitted_grid("EPSG:4549", CITY, placed_by_hand(CITY), kind)  # type: ignore[arg-type]

    assert grid.rms_m < 1e-6
    assert np.abs(grid.convert(CITY) - placed_by_hand(CITY)).max() < 1e-6


def test_a_wrong_control_point_shows_in_its_residual() -> None:
    world = placed_by_hand(CITY)
    world[2] += (3.0, 0.0)

    grid = fitted_grid("EPSG:4549", CITY, world, "helmert4")

    worst = np.linalg.norm(grid.residuals_m, axis=1)
    assert worst.argmax() == 2
    assert 0.5 < grid.rms_m < 3.0


def test_an_affine_table_is_read() -> None:
    table = {"crs": "EPSG:4549", "affine": [1.0, 0.0, 639000.0, 0.0, 1.0, 3456000.0]}

    found = local_grid(table).convert(np.array([[-10.0, 20.0]]))

    assert found.tolist() == [[638990.0, 3456020.0]]


def test_seven_parameters_of_zero_on_the_same_ellipsoid_change_nothing() -> None:
    table = {
        "crs": "EPSG:4549",
        "helmert7": {
            "ellipsoid": "cgcs2000",
            "central_meridian_deg": 120.0,
            "false_easting_m": 500000.0,
            "parameters": [0, 0, 0, 0, 0, 0, 0],
        },
    }

    found = local_grid(table).convert(np.array([[640412.315, 3457455.489]]))

    assert np.abs(found - (640412.315, 3457455.489)).max() < 1e-3


@pytest.mark.parametrize(
    "way",
    [
        {"affine": [0.99995, 0.006, 639000.0, -0.006, 0.99995, 3456000.0]},
        {"helmert4": {"east_m": 639000.0, "north_m": 3456000.0, "rotation_deg": 0.35, "scale": 0.99995}},
        {"control_points": np.column_stack((CITY, placed_by_hand(CITY))).tolist()},
        {
            "helmert7": {
                "ellipsoid": "krassovsky",
                "central_meridian_deg": 121.5,
                "latitude_origin_deg": 31.2,
                "parameters": [15.0, -120.0, -60.0, 0.1, 0.2, -0.3, 1.5],
            }
        },
    ],
)
def test_every_grid_knows_the_way_back(way: Mapping[str, object]) -> None:
    grid = local_grid({"crs": "EPSG:4549", **way})
    places = np.column_stack((CITY, np.arange(5.0)))

    home = grid.back(grid.convert(places))

    assert np.abs(home - places).max() < 2e-3


def test_seven_parameters_shift_by_what_they_say() -> None:
    table = {
        "crs": "EPSG:4490",
        "helmert7": {"ellipsoid": "wgs84", "central_meridian_deg": 0.0, "parameters": [0, 0, 100.0, 0, 0, 0, 0]},
    }

    found = local_grid(table).convert(np.array([[0.0, 0.0]]))

    # On the equator 100 m along the earth's axis is 100 m to the north.
    assert found[0, 1] == pytest.approx(100.0 / 110574.0, rel=1e-3)


@pytest.mark.parametrize(
    ("table", "place"),
    [
        ({}, "local_grid.crs"),
        ({"crs": "LOCAL", "affine": [1, 0, 0, 0, 1, 0]}, "local_grid.crs"),
        ({"crs": "EPSG:4549"}, "local_grid"),
        ({"crs": "EPSG:4549", "affine": [1, 0, 0, 0, 1, 0], "helmert4": {}}, "local_grid"),
        ({"crs": "EPSG:4549", "affine": [1, 0, 0, 0, 1]}, "local_grid.affine"),
        ({"crs": "EPSG:4549", "affine": [1, 1, 0, 1, 1, 0]}, "local_grid.affine"),
        ({"crs": "EPSG:4549", "affine": [1, 0, float("nan"), 0, 1, 0]}, "local_grid.affine"),
        ({"crs": "EPSG:4549", "helmert4": {"east_m": 1.0}}, "local_grid.helmert4"),
        ({"crs": "EPSG:4549", "helmert4": {"east_m": 1.0, "north_m": 1.0, "scale": 0.0}}, "local_grid.helmert4"),
        ({"crs": "EPSG:4549", "helmert7": {"parameters": [0] * 7}}, "local_grid.helmert7.central_meridian_deg"),
        ({"crs": "EPSG:4549", "helmert7": {"parameters": [0] * 6}}, "local_grid.helmert7.parameters"),
        (
            {"crs": "EPSG:4549", "helmert7": {"parameters": [0] * 7, "ellipsoid": "moon"}},
            "local_grid.helmert7.ellipsoid",
        ),
        ({"crs": "EPSG:4549", "control_points": [[0, 0, 1, 1], [1, 1, 2, 2]]}, "local_grid.control_points"),
        (
            {"crs": "EPSG:4549", "control_points": [[0, 0, 1, 1], [1, 1, 2, 2], [2, 2, 3, 3]]},
            "local_grid.control_points",
        ),
        ({"crs": "EPSG:4549", "control_points": "many"}, "local_grid.control_points"),
    ],
)
def test_impossible_parameters_are_refused_by_key(table: Mapping[str, object], place: str) -> None:
    with pytest.raises(ProjectInvalid) as caught:
        local_grid(table)

    assert caught.value.place == place
