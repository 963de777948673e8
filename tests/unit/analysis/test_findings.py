"""Findings: colours by legend, squares on walls and ground, surfaces with holes."""

import numpy as np

from sanping.analysis.findings import Finding, FindingLegend, LegendStep, points_of, surface_of, tiles_on
from sanping.domain.text import Text

WORD = Text("词", "Word")
LEGEND = FindingLegend(
    title=WORD,
    steps=(
        LegendStep(least=0.0, colour=(200, 0, 0), title=WORD),
        LegendStep(least=2.0, colour=(0, 200, 0), title=WORD),
    ),
)


def test_values_have_the_colour_of_their_step_and_none_has_none() -> None:
    # given two steps, when values below, on and above a bound are coloured, then each has its step, NaN nothing
    found = LEGEND.colours(np.array([-1.0, 1.99, 2.0, 9.0, np.nan]))
    assert found[:, :3].tolist() == [[200, 0, 0], [200, 0, 0], [0, 200, 0], [0, 200, 0], [0, 0, 0]]
    assert found[:, 3].tolist() == [255, 255, 255, 255, 0]


def test_squares_stand_upright_on_walls_and_lie_on_the_ground() -> None:
    # given a point on a wall that looks south, and one on the ground
    points = np.array([[0.0, 0.0, 10.0], [50.0, 0.0, 0.0]])
    normals = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 0.0]])

    # when squares of 2 m are made
    found = tiles_on(points, normals, np.array([1.0, 3.0]), 2.0)

    # then they are 2 m wide each, in the plane of the wall and of the ground
    corners = found.points.reshape(2, 4, 3)
    assert np.ptp(corners[0], axis=0).tolist() == [2.0, 0.0, 2.0]
    assert np.ptp(corners[1], axis=0).tolist() == [2.0, 2.0, 0.0]
    assert found.values.tolist() == [1.0, 1.0, 3.0, 3.0]
    assert found.triangles.max() == 7


def test_a_surface_leaves_out_cells_without_a_value() -> None:
    # given a grid of two by three with one hole
    values = np.array([[1.0, np.nan, 2.0], [3.0, 4.0, 5.0]])

    # when it is made a surface
    found = surface_of(np.array([0.0, 10.0, 20.0]), np.array([0.0, 10.0]), np.zeros((2, 3)), values)

    # then five cells of two triangles are left, and they cover their cells
    assert len(found.triangles) == 10
    assert (found.points[:, 0].min(), found.points[:, 0].max()) == (-5.0, 25.0)


def test_a_finding_counts_the_rows_of_its_table() -> None:
    # given a finding without a table
    empty = Finding(id="x", title=WORD, summary=WORD, method=WORD, legend=LEGEND)

    # when its rows are counted, then there are none
    assert empty.rows == 0
    assert points_of(np.array([[1.0, 2.0, 3.0]])) == ((1.0, 2.0, 3.0),)
