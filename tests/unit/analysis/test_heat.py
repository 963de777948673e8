"""sanping.analysis.heat: how densely points lie."""

import numpy as np
import pytest

from sanping.analysis.heat import heat_of


def test_every_weight_is_in_the_map_once() -> None:
    # given weighted points
    random = np.random.default_rng(3)
    x, y, weights = random.uniform(0, 5000, 300), random.uniform(0, 3000, 300), random.uniform(0, 4, 300)

    # when their density is asked
    heat = heat_of(x, y, weights, 180.0)

    # then the map integrates to their sum
    assert heat is not None
    assert heat.density.sum() * heat.cell_m**2 / 1e6 == pytest.approx(weights.sum(), rel=1e-6)


def test_one_point_becomes_a_round_hill_of_its_radius() -> None:
    # given one point
    heat = heat_of(np.array([100.0]), np.array([50.0]), np.ones(1), 200.0)

    # when the hill is measured
    assert heat is not None
    rows, columns = np.indices(heat.density.shape)
    x = heat.west + (columns + 0.5) * heat.cell_m - 100.0
    y = heat.south + (rows + 0.5) * heat.cell_m - 50.0
    spread = [np.sqrt((heat.density * d**2).sum() / heat.density.sum()) for d in (x, y)]

    # then it is as wide as a Gaussian of that radius, both ways, and about as high
    assert spread == pytest.approx([200.0, 200.0], rel=0.03)
    assert heat.density.max() == pytest.approx(1e6 / (2 * np.pi * 200.0**2), rel=0.12)


def test_points_without_a_place_are_passed_over() -> None:
    # given a point without a place, and none at all
    # when the density is asked
    known = heat_of(np.array([0.0, np.nan]), np.array([0.0, 5.0]), np.ones(2), 100.0)

    # then only what has a place counts
    assert known is not None
    assert known.density.sum() * known.cell_m**2 / 1e6 == pytest.approx(1.0)
    assert heat_of(np.array([np.nan]), np.array([0.0]), np.ones(1)) is None
