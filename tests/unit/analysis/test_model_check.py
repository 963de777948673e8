"""`analysis.model_check`, `place_check`, `closedness`, `self_crossing`: planted faults are found, others not."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from sanping.analysis.model_check import CheckLimits, Fault, faults_of
from sanping.analysis.place_check import has_place, strays
from sanping.analysis.self_crossing import crosses_itself
from sanping.domain.city import CityModel, FeatureTable, Origin
from sanping.domain.errors import Cancelled
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import city_model

EAST, NORTH = 540_000.0, 3_457_000.0
CORNERS = np.array([[x, y, z] for z in (0, 1) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))], dtype=np.float64)
FACES = np.array(
    [
        [0, 2, 1], [0, 3, 2], [4, 5, 6], [4, 6, 7], [0, 1, 5], [0, 5, 4],
        [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6], [3, 0, 4], [3, 4, 7],
    ]
)  # fmt: skip
Solid = tuple[np.ndarray, np.ndarray]


def box(east: float = 0.0, north: float = 0.0, base: float = 4.0, height: float = 12.0, side: float = 10.0) -> Solid:
    return CORNERS * (side, side, height) + (EAST + east, NORTH + north, base), FACES


def model(
    solids: Sequence[Solid], ids: Sequence[str] | None = None, parents: Sequence[int] | None = None,
    classes: Sequence[str] | None = None,
) -> TileSet:  # fmt: skip
    firsts = np.cumsum([0, *(len(points) for points, _ in solids)])
    count = len(solids)
    names = tuple(dict.fromkeys(classes or ["Building"]))
    heights = [np.ptp(points[:, 2]) if len(points) else np.nan for points, _ in solids]
    return build_tiles(
        CityModel(
            frame=GeoFrame(crs="EPSG:4549"),
            origin=Origin(format="test"),
            features=FeatureTable(
                ids=list(ids or [f"B{n}" for n in range(count)]),
                class_names=names,
                class_code=np.array([names.index(name) for name in classes or ["Building"] * count], np.uint16),
                parent=np.array(parents or [-1] * count, np.int32),
                base_m=np.array([points[:, 2].min() if len(points) else np.nan for points, _ in solids], np.float32),
                height_m=np.array(heights, np.float32),
                attributes=[{} for _ in range(count)],
            ),
            points=np.concatenate([points.reshape(-1, 3) for points, _ in solids]),
            triangles=np.concatenate(
                [faces.reshape(-1, 3) + first for (_, faces), first in zip(solids, firsts, strict=False)]
            ).astype(np.int32),
            triangle_feature=np.concatenate(
                [np.full(len(faces), number, np.int32) for number, (_, faces) in enumerate(solids)]
            ),
            triangle_surface=np.zeros(sum(len(faces) for _, faces in solids), np.uint8),
        )
    )


def ground(height_m: float = 4.0) -> Terrain:
    return Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="test"), west=EAST - 200, north=NORTH + 200,
        heights_m=np.full((41, 41), height_m, np.float32), cell_x_m=10.0, cell_y_m=10.0,
    )  # fmt: skip


def told(tiles: TileSet, terrain: Terrain | None = None, limits: CheckLimits | None = None) -> list[Fault]:
    return faults_of(tiles, terrain, SilentProgress(), limits)


def test_whole_boxes_on_the_ground_have_no_faults() -> None:
    assert told(model([box(), box(east=30), box(east=60, height=80)]), ground()) == []


def test_a_generated_city_without_floors_has_only_collisions_that_are_there() -> None:
    kinds = {fault.kind for fault in told(build_tiles(city_model(300)))}

    assert kinds <= {"collision"}


@pytest.mark.parametrize(
    ("solids", "kind", "amount"),
    [
        ([(box()[0], FACES[:5])], "open", None),
        ([(box()[0], FACES[[0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]])], "open", 3),
        ([(box()[0], np.concatenate([FACES, [[0, 1, 6]]]))], "not_manifold", None),
        ([box(base=7.5)], "floating", 3.5),
        ([box(base=-1.0)], "sunk", 5.0),
        ([box(base=3.0, height=0.5)], "sunk", 1.0),
        ([box(), box(east=6.0)], "collision", 40.0),
    ],
)
def test_a_planted_fault_is_found_with_its_amount(solids: list[Solid], kind: str, amount: float | None) -> None:
    # given solids of which one has a fault
    # when they are checked on ground at 4 m
    found = told(model(solids), ground())

    # then that kind is told, of an object that has it, at a place near it
    fault = next(fault for fault in found if fault.kind == kind)
    if amount is not None:
        assert fault.amount == pytest.approx(amount, abs=0.01)
    assert fault.id in ("B0", "B1")
    assert abs(fault.place[0] - EAST) < 30
    assert abs(fault.place[1] - NORTH) < 30


def test_what_shares_a_side_or_stands_on_another_does_not_collide() -> None:
    assert told(model([box(), box(east=10.0), box(base=16.0)]), None) == []


def test_a_corner_in_the_middle_of_a_neighbour_s_edge_leaves_a_solid_closed() -> None:
    # given a box whose front edge at the top has a third corner on the wall's side only
    points, faces = box()
    points = np.concatenate([points, [(points[4] + points[5]) / 2]])
    walls = [face for face in faces.tolist() if face != [0, 5, 4]]

    # when that wall is cut at the corner and the roof is not
    cut = np.array([*walls, [0, 8, 4], [0, 5, 8]])

    # then it is closed, and without one of the two pieces it is not
    assert told(model([(points, cut)])) == []
    assert [fault.kind for fault in told(model([(points, cut[:-1])]))] == ["open"]


def test_parts_of_one_building_may_share_space_and_stand_above_the_ground() -> None:
    # given a building of a podium and a tower within it
    solids = [(np.empty((0, 3)), np.empty((0, 3), np.int64)), box(side=20, height=6), box(base=9.0, height=40)]

    # when they are checked as parts of one building, and as buildings of their own
    together = told(model(solids, parents=[-1, 0, 0]), ground())
    apart = told(model(solids[1:]), ground())

    # then only the latter stand in one another, and float
    assert together == []
    assert {fault.kind for fault in apart} == {"collision", "floating"}


def test_ids_and_geometry_that_are_missing_or_doubled_are_told() -> None:
    empty = (np.empty((0, 3)), np.empty((0, 3), np.int64))
    found = told(model([box(), box(east=30), empty], ids=["A", "A", "C"]))

    expected = [("doubled_id", "A", 2), ("no_geometry", "C", 1)]
    assert [(fault.kind, fault.id, fault.amount) for fault in found] == expected


def test_a_model_without_a_crs_is_told_once_and_a_stray_object_by_how_far_it_is() -> None:
    # given a model in EPSG:4549 (118.5 to 121.5 degrees) with one house two degrees, and one six degrees too far east
    degree = 95_500.0
    placed = model([box(), box(east=2.3 * degree), box(east=6 * degree)])
    nowhere = replace(placed, frame=GeoFrame(crs="LOCAL"))

    # then the one at the edge of the next zone may stand there, and what has no CRS is told for the whole
    (stray,) = told(placed)
    assert (stray.kind, stray.id) == ("off_crs", "B2")
    assert stray.amount == pytest.approx(degree * (120.42 + 6.0 - 121.5 - 1.5), rel=0.02)
    assert [(fault.kind, fault.id, fault.amount) for fault in told(nowhere)] == [("no_crs", "", 3)]


def test_coordinates_that_are_nowhere_on_the_earth_are_as_far_as_can_be() -> None:
    placed = model([box(), box(east=30.0)])
    lost = replace(placed, tiles=tuple(replace(tile, origin=tile.origin * 1e6) for tile in placed.tiles))

    assert [away for _, away in strays(lost)] == [pytest.approx(2.0e7, rel=0.01)] * 2
    assert not has_place(replace(placed, frame=GeoFrame(crs="LOCAL")))
    assert list(strays(replace(placed, frame=GeoFrame(crs="GCJ02")))) == []


def test_water_and_terrain_of_a_model_are_not_solids() -> None:
    plane = (box()[0], FACES[2:4])

    assert told(model([plane, box()], classes=["TINRelief", "Building"]), ground()) == []


def test_limits_decide_what_is_a_fault() -> None:
    tiles = model([box(base=5.5)])

    assert told(tiles, ground()) != []
    assert told(tiles, ground(), CheckLimits(floating_m=2.0)) == []


def test_a_check_can_be_stopped() -> None:
    class Stopping:
        def report(self, fraction: float, doing: Text) -> None:
            raise Cancelled(Text("已取消", "Cancelled"))

    with pytest.raises(Cancelled):
        faults_of(model([box()]), None, Stopping())


def test_a_solid_whose_walls_pass_through_one_another_crosses_itself() -> None:
    # given a box, and the same box with one upper corner pulled through the opposite wall
    points, faces = box()
    pulled = points.copy()
    pulled[6] = (EAST - 8, NORTH + 5, 10.0)

    # then only the second crosses itself, whichever way its faces are turned
    assert crosses_itself(points, faces) == 0
    assert crosses_itself(pulled, faces) > 0
    assert crosses_itself(pulled, faces[:, ::-1]) == crosses_itself(pulled, faces)
