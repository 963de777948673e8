"""What readers find becomes a model that is sorted, measured and checked."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sanping.domain.city import CityModel, Origin, SurfaceKind
from sanping.domain.errors import FileBroken
from sanping.domain.geo import GeoFrame
from sanping.domain.text import Text
from sanping.formats.columns import (
    NO_AREA,
    NO_SURFACE,
    SURFACE_NO_AREA,
    Polygons,
    Rows,
    SkipLog,
    Triangles,
    joined,
    model_of_polygons,
    model_of_triangles,
    welded,
)
from sanping.formats.obj import ObjReader
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

FRAME = GeoFrame(crs="EPSG:4549")
ORIGIN = Origin(format="test")
DAMAGED = Text("损坏", "damaged")


def rows(parents: dict[str, str]) -> Rows:
    """Name rows and their parents; "" for none."""
    ids = list(parents)
    return Rows(
        ids=ids,
        classes=["Building" if not above else "BuildingPart" for above in parents.values()],
        parent=np.array([ids.index(above) if above else -1 for above in parents.values()]),
        attributes=[{"name": name} for name in ids],
    )


def walls(*bases: tuple[int, float, float]) -> Triangles:
    """Return one upright triangle for each (row, lowest, highest)."""
    points = [
        corner for k, (_, low, high) in enumerate(bases) for corner in ((k, 0, low), (k + 1, 0, low), (k, 0, high))
    ]
    return Triangles(
        points=np.array(points, dtype=float).reshape(-1, 3),
        triangles=np.arange(3 * len(bases)).reshape(-1, 3),
        triangle_row=np.array([row for row, _, _ in bases]),
        triangle_surface=np.full(len(bases), SurfaceKind.WALL, dtype=np.uint8),
    )


def built(table: Rows, mesh: Triangles, skips: SkipLog | None = None) -> CityModel:
    return model_of_triangles(table, mesh, frame=FRAME, origin=ORIGIN, skips=skips or SkipLog())


def test_triangles_are_sorted_by_object_with_their_surface_kind() -> None:
    mesh = walls((1, 0, 3), (0, 0, 5), (1, 0, 4))
    mesh.triangle_surface[1] = SurfaceKind.ROOF

    model = built(rows({"a": "", "b": ""}), mesh)

    assert model.triangle_feature.tolist() == [0, 1, 1]
    assert model.triangle_surface.tolist() == [SurfaceKind.ROOF, SurfaceKind.WALL, SurfaceKind.WALL]


def test_heights_come_from_the_triangles() -> None:
    model = built(rows({"a": "", "b": ""}), walls((0, 2, 14.5), (1, 3, 6), (1, 6, 9)))

    assert model.features.base_m.tolist() == [2, 3]
    assert model.features.height_m.tolist() == [12.5, 6]


def test_a_parent_reaches_as_far_as_its_parts() -> None:
    table = rows({"site": "", "house": "site", "wing": "house", "tower": "house"})

    model = built(table, walls((2, 1, 8), (3, 3, 40)))

    assert model.features.base_m.tolist() == [1, 1, 1, 3]
    assert model.features.height_m.tolist() == [39, 39, 7, 37]
    assert model.features.parent.tolist() == [-1, 0, 1, 1]


def test_an_object_that_is_its_own_ancestor_loses_its_parent() -> None:
    table = rows({"a": "b", "b": "a", "house": "", "part": "house"})

    model = built(table, walls((0, 1, 8), (1, 1, 4), (3, 2, 5)))

    assert model.features.parent.tolist() == [-1, -1, -1, 2]
    assert model.features.height_m.tolist() == [7, 3, 3, 3]


def test_rows_without_a_surface_are_left_out_and_counted() -> None:
    skips = SkipLog()
    skips.add(DAMAGED, "broken")

    model = built(rows({"empty": "", "broken": "", "house": "", "part": "house"}), walls((3, 1, 8)), skips)

    assert model.features.ids == ["house", "part"]
    assert model.features.parent.tolist() == [-1, 0]
    assert [dict(row) for row in model.features.attributes] == [{"name": "house"}, {"name": "part"}]
    assert model.features.attributes[-1] == {"name": "part"}
    assert list(model.features.attributes[:1]) == [{"name": "house"}]
    assert [(s.reason, s.count, s.examples) for s in model.origin.skipped] == [
        (DAMAGED, 1, ("broken",)),
        (NO_SURFACE, 1, ("empty",)),
    ]


def test_a_child_loses_a_parent_that_was_left_out() -> None:
    table = rows({"house": "", "part": "house"})
    lonely = Rows(ids=table.ids, classes=table.classes, parent=np.array([-1, -1]), attributes=table.attributes)

    model = built(lonely, walls((1, 1, 8)))

    assert model.features.ids == ["part"]
    assert model.features.parent.tolist() == [-1]


def test_unused_points_are_dropped() -> None:
    mesh = walls((0, 0, 3), (1, 0, 5))
    only_second = Triangles(
        points=mesh.points,
        triangles=mesh.triangles[1:],
        triangle_row=mesh.triangle_row[1:],
        triangle_surface=mesh.triangle_surface[1:],
    )

    model = built(rows({"a": "", "b": ""}), only_second)

    assert model.points.tolist() == mesh.points[3:].tolist()
    assert model.triangles.tolist() == [[0, 1, 2]]


@pytest.mark.parametrize(
    "corner", [(0.0, float("nan"), 0.0), (float("inf"), 0.0, 0.0), (0.0, 0.0, 0.0)], ids=["NaN", "infinite", "no area"]
)
def test_unsound_triangles_are_counted_by_object(corner: tuple[float, float, float]) -> None:
    skips = SkipLog()
    mesh = walls((0, 0, 3), (1, 0, 5), (1, 0, 5), (1, 0, 5))
    mesh.points[[2, 5]] = corner
    mesh.points[[0, 1]] = (0.0, 0.0, 0.0)
    mesh.points[4] = mesh.points[3] if corner == (0.0, 0.0, 0.0) else mesh.points[4]

    model = built(rows({"flat": "", "house": ""}), mesh, skips)

    assert model.features.ids == ["house"]
    assert len(model.triangles) == 2
    assert {(s.reason, s.count, s.examples) for s in model.origin.skipped} == {
        (NO_AREA, 1, ("flat",)),
        (SURFACE_NO_AREA, 1, ("house",)),
    }


def test_triangles_that_point_past_the_end_are_left_out() -> None:
    mesh = walls((0, 0, 3), (1, 0, 5))
    mesh.triangles[0, 0] = 77

    model = built(rows({"a": "", "b": ""}), mesh)

    assert model.features.ids == ["b"]


def polygons_of(rings: Sequence[Sequence[tuple[float, float, float]]], owners: Sequence[int]) -> Polygons:
    corners = [corner for ring in rings for corner in ring]
    return Polygons(
        points=np.array(corners, dtype=float),
        ring_points=np.arange(len(corners)),
        ring_start=np.cumsum([0] + [len(ring) for ring in rings]),
        polygon_first_ring=np.arange(len(rings) + 1),
        polygon_row=np.array(owners),
        polygon_surface=np.full(len(rings), SurfaceKind.ROOF, dtype=np.uint8),
    )


SQUARE = [(0.0, 0.0, 5.0), (4.0, 0.0, 5.0), (4.0, 4.0, 6.0), (0.0, 4.0, 6.0)]
LINE = [(0.0, 0.0, 5.0), (4.0, 0.0, 5.0), (9.0, 0.0, 5.0)]


def test_polygons_become_triangles_of_their_object() -> None:
    skips = SkipLog()

    model = model_of_polygons(
        rows({"line": "", "roof": ""}),
        polygons_of([SQUARE, LINE, LINE, LINE], [1, 0, 0, 1]),
        frame=FRAME,
        origin=ORIGIN,
        skips=skips,
    )

    assert model.features.ids == ["roof"]
    assert len(model.triangles) == 2
    assert set(model.triangle_surface.tolist()) == {SurfaceKind.ROOF}
    assert [(s.reason, s.count, s.examples) for s in model.origin.skipped] == [
        (NO_AREA, 1, ("line",)),
        (SURFACE_NO_AREA, 1, ("roof",)),
    ]


def test_nothing_to_draw_is_an_error_that_says_why() -> None:
    skips = SkipLog("/data/roof.json")
    skips.add(DAMAGED, "house 7", 3)

    with pytest.raises(FileBroken) as caught:
        model_of_polygons(rows({"line": ""}), polygons_of([LINE], [0]), frame=FRAME, origin=ORIGIN, skips=skips)

    message = caught.value.in_language("en")
    assert "damaged × 3 (such as house 7)" in message
    assert "lack an area" in message
    assert "/data/roof.json" in message


def test_an_empty_file_is_an_error_too() -> None:
    with pytest.raises(FileBroken, match="没有可以绘制"):
        built(rows({}), walls())


def test_a_skip_log_keeps_eight_examples_and_counts_on() -> None:
    skips = SkipLog()

    for line in range(20):
        skips.add(DAMAGED, f"line {line}")

    assert skips.total == 20
    assert skips.skipped[0].count == 20
    assert skips.skipped[0].examples == tuple(f"line {line}" for line in range(8))


def test_welding_merges_equal_points_only() -> None:
    points = np.array([(1, 2, 3), (0, 0, 0), (1, 2, 3), (1, 2, 3.001)], dtype=float)
    triangles = np.array([(0, 1, 3), (2, 3, 1)])

    merged, renumbered = welded(points, triangles)

    assert len(merged) == 3
    assert (merged[renumbered] == points[triangles]).all()


def test_meshes_join_with_their_own_points() -> None:
    first, second = walls((0, 0, 3)), walls((1, 10, 15))

    whole = joined([first, second])

    assert whole.points[whole.triangles[1]].tolist() == second.points.tolist()
    assert whole.triangle_row.tolist() == [0, 1]
    assert len(joined([]).triangles) == 0


def test_coordinates_beyond_the_earth_cost_only_their_triangles(tmp_path: Path) -> None:
    # given an OBJ with one corner of ten to the thirtieth
    (tmp_path / "a.obj").write_text("v 0 0 0\nv 9 0 0\nv 9 9 0\nv 1e30 9 0\nf 1 2 3\nf 1 3 4\n")

    model = ObjReader().read(tmp_path / "a.obj", ReadOptions(), SilentProgress())

    assert len(model.triangles) == 1
    assert sum(item.count for item in model.origin.skipped) == 1
