"""The tree of a tileset: how far its volumes are, which of them are in sight, and how it grows."""

from dataclasses import replace

import numpy as np

from sanping.analysis.tile_tree import TileTree, grafted, volumes
from sanping.analysis.visibility import sight_of
from sanping.domain.view import CameraPose

TURNED = np.array([[30.0, 30.0, 0.0], [-10.0, 10.0, 0.0], [0.0, 0.0, 5.0]])
"""Half axes of a box turned by 45°: 42.4 m to the north-east, 14.1 m to the north-west, 5 m up."""


def tree_of(parents, closed=(), passages=(), empty=()) -> TileTree:
    """Return a tree of tiles at the origin whose parents are given, children of one tile being neighbours."""
    parent = np.array(parents, np.int64)
    number = np.arange(len(parent))
    children = np.array([(parent == tile).sum() for tile in number])
    first = np.array([np.flatnonzero(parent == tile).min(initial=len(parent)) for tile in number])
    count = len(parent)
    return TileTree(
        volumes=volumes(np.zeros((count, 3)), np.tile(np.eye(3), (count, 1, 1)), np.zeros(count)),
        error_m=100.0 / (1.0 + number),
        is_replaced=np.ones(count, np.bool_),
        has_content=~np.isin(number, [*empty, *closed, *passages]),
        is_closed=np.isin(number, closed),
        is_passage=np.isin(number, passages),
        parent=parent,
        first_child=np.where(children > 0, first, 0),
        children=children,
    )


def test_distances_to_a_turned_box_a_flat_box_and_a_sphere_are_those_of_geometry() -> None:
    # given a turned box, a box without height and a sphere of 20 m around (100, 0, 0)
    flat = np.diag([10.0, 10.0, 0.0])
    axes = np.stack([TURNED, flat, np.zeros((3, 3))])
    found = volumes(np.array([[0, 0, 0], [0, 0, 0], [100.0, 0, 0]]), axes, np.array([0, 0, 20.0]))

    # when an eye stands 100 m to the north-east, 12 m up
    eye = np.array([100 / np.sqrt(2), 100 / np.sqrt(2), 12.0])
    away = found.distances(eye)

    # then each is as far as a ruler says
    side = 100 / np.sqrt(2) - 10
    assert np.allclose(away[0], np.hypot(100 - 30 * np.sqrt(2), 7.0))
    assert np.allclose(away[1], np.sqrt(2 * side**2 + 144))
    assert np.allclose(away[2], np.linalg.norm(eye - [100, 0, 0]) - 20)
    assert found.distances(np.array([5.0, 5.0, 0.0]))[0] == 0


def test_a_volume_is_seen_when_any_part_of_it_reaches_into_the_picture() -> None:
    # given a camera that looks north, and spheres of 50 m ahead, behind, half and wholly beside its left edge
    sight = sight_of(CameraPose(target=(0, 1000, 0), heading_deg=0, pitch_deg=0, distance_m=1000, fov_deg=90), 1.0)
    centre = np.array([[0, 500, 0], [0, -500, 0], [-560, 500, 0], [-600, 500, 0]], np.float64)

    seen = volumes(centre, np.zeros((4, 3, 3)), np.full(4, 50.0)).are_seen(sight.planes)

    # then only the one that touches the edge of 45° is seen beside the one ahead
    assert seen.tolist() == [True, False, True, False]


def test_corners_hold_the_volume() -> None:
    low, high = volumes(np.array([[1.0, 2.0, 3.0]]), TURNED[None], np.array([2.0])).corners

    assert np.allclose(high[0], [1 + 40 + 2, 2 + 40 + 2, 3 + 5 + 2])
    assert np.allclose(low[0], [1 - 42, 2 - 42, 3 - 7])


def test_a_tileset_inside_hangs_below_the_tile_that_leads_to_it() -> None:
    # given a root with two children, the second of which leads to another tileset of three tiles
    tree = tree_of([-1, 0, 0], closed=[2], passages=[2])

    grown = grafted(tree, 2, tree_of([-1, 0, 0]))

    # then the inner root is the one child of that tile, and its children follow
    assert len(grown) == 6
    assert not grown.is_closed.any()
    assert grown.below(np.array([2])).tolist() == [3]
    assert grown.below(np.array([3])).tolist() == [4, 5]
    assert grown.parent.tolist() == [-1, 0, 0, 2, 3, 3]
    assert grown.below(np.array([0, 2])).tolist() == [1, 2, 3]


def test_a_subtree_tells_what_its_tile_holds_and_what_is_below() -> None:
    # given a tile whose subtree has not been read
    tree = tree_of([-1, 0, 0], closed=[1])
    assert not tree.has_content[1]

    # when the subtree says: the tile has content, two children, and the first of them three of its own
    grown = grafted(tree, 1, tree_of([-1, 0, 0, 1, 1, 1], empty=[2]))

    # then all of that is in the tree, and the tree before is as it was
    assert grown.has_content.tolist() == [True, True, True, True, False, True, True, True]
    assert grown.below(np.array([1])).tolist() == [3, 4]
    assert grown.below(np.array([3])).tolist() == [5, 6, 7]
    assert grown.parent.tolist() == [-1, 0, 0, 1, 1, 3, 3, 3]
    assert tree.children.tolist() == [2, 0, 0]
    assert tree.is_closed[1]


def test_volumes_to_look_from_keep_their_tiles_when_a_branch_is_grafted() -> None:
    # given three trees, of which two have a tile that is shown from near only
    def tree(requests: dict[int, float]) -> TileTree:
        found = tree_of([-1, 0, 0], closed=[2])
        request = np.full(3, -1, np.int64)
        request[list(requests)] = np.arange(len(requests))
        near = volumes(
            np.array([(place, 0.0, 0.0) for place in requests.values()]).reshape(-1, 3),
            np.zeros((len(requests), 3, 3)), np.full(len(requests), 10.0),
        )  # fmt: skip
        return replace(found, request=request if requests else None, requests=near if requests else None)

    def shown(found: TileTree, place: float) -> list[bool]:
        return found.are_shown_to(np.array([place, 0.0, 0.0]), np.arange(len(found))).tolist()

    # when one is grafted below another
    both = grafted(tree({1: 0.0}), 2, tree({2: 100.0}))
    only_above, only_below = grafted(tree({1: 0.0}), 2, tree({})), grafted(tree({}), 2, tree({2: 100.0}))

    # then each of them is shown from its own place only, and the others from everywhere
    assert shown(both, 0.0) == [True, True, True, True, False]
    assert shown(both, 100.0) == [True, False, True, True, True]
    assert shown(only_above, 50.0) == [True, False, True, True, True]
    assert shown(only_below, 50.0) == [True, True, True, True, False]
    assert shown(grafted(tree({}), 2, tree({})), 50.0) == [True] * 5
