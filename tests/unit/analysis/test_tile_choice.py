"""Tiles are chosen by their error on the screen; parents stay until their children are there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanping.analysis.tile_choice import (
    ABSENT,
    ASKED,
    FAILED,
    LOADED,
    chosen,
    errors_px,
    gaze_of,
    standing_for_loaded,
)
from sanping.analysis.tile_tree import TileTree, volumes
from sanping.domain.view import CameraPose

HEIGHT = 1000
NORTH = CameraPose(target=(0, 1000, 0), heading_deg=0, pitch_deg=0, distance_m=1000, fov_deg=90)
"""An eye at the origin that looks north; in a picture 1 000 high, 1 m at 500 m covers one pixel."""


def quad(depth: int, *, error_m: float = 64.0, side_m: float = 800.0, north_m: float = 1000.0) -> TileTree:
    """Return a quadtree of boxes around (0, north), each level with half the error of the one above."""
    centre, axes, error, parent, first, children = [], [], [], [], [], []
    level, start = [((0.0, north_m), -1)], 0
    for step in range(depth + 1):
        half = side_m / 2 / 2**step
        below = []
        for number, ((x, y), above) in enumerate(level):
            centre.append((x, y, 0.0))
            axes.append(np.diag([half, half, half]))
            error.append(error_m / 2**step)
            parent.append(above)
            is_last = step == depth
            first.append(0 if is_last else start + len(level) + 4 * number)
            children.append(0 if is_last else 4)
            below += [((x + dx * half / 2, y + dy * half / 2), start + number) for dx in (-1, 1) for dy in (-1, 1)]
        start += len(level)
        level = below
    count = len(error)
    return TileTree(
        volumes=volumes(np.array(centre), np.array(axes), np.zeros(count)),
        error_m=np.array(error),
        is_replaced=np.ones(count, np.bool_),
        has_content=np.ones(count, np.bool_),
        is_closed=np.zeros(count, np.bool_),
        is_passage=np.zeros(count, np.bool_),
        parent=np.array(parent),
        first_child=np.array(first),
        children=np.array(children),
    )


def states(tree: TileTree, **of) -> np.ndarray:
    found = np.full(len(tree), ABSENT, np.uint8)
    for word, tiles in of.items():
        found[list(tiles)] = {"loaded": LOADED, "asked": ASKED, "failed": FAILED}[word]
    return found


GAZE = gaze_of(NORTH, 2000, HEIGHT)


def test_an_error_is_seen_smaller_from_farther_away() -> None:
    assert errors_px(np.array([1.0, 1.0, 8.0, 2.0]), np.array([500.0, 1000.0, 500.0, 0.0]), GAZE) == pytest.approx(
        [1.0, 0.5, 8.0, 1000.0]
    )


def test_a_tile_that_is_fine_enough_is_not_split() -> None:
    # given a root 600 m away (its near side) with an error of 64 m: 53.3 pixels; its near children 26.7, far ones less
    tree = quad(2)

    just_enough, a_bit_less = (chosen(tree, states(tree), GAZE, most_px) for most_px in (53.4, 53.3))

    # then it alone is wanted where 53.4 pixels are allowed, and its children too where 53.3 are
    assert just_enough.wanted.tolist() == [0]
    assert sorted(a_bit_less.wanted.tolist()) == [0, 1, 2, 3, 4]
    assert a_bit_less.wanted[0] == 0


def test_near_tiles_are_finer_and_come_before_far_ones() -> None:
    # given a tree whose near children are at 600 m (26.7 px) and far ones at 1 000 m (16 px)
    tree = quad(2)

    choice = chosen(tree, states(tree), GAZE, 20.0)

    # then only the near ones are split, and the order is that of errors on the screen
    near = {1, 3}
    assert set(choice.needed.tolist()) == {0, 1, 2, 3, 4, *range(5, 9), *range(13, 17)}
    assert set(choice.wanted[1:3].tolist()) == near
    pixels = errors_px(tree.error_m, tree.volumes.distances(GAZE.sight.eye), GAZE)[choice.wanted]
    assert (np.diff(pixels) <= 0).all()


def test_a_parent_stays_until_its_last_child_in_sight_is_there() -> None:
    tree = quad(1)

    steps = [
        chosen(tree, states(tree, loaded=there), GAZE, 20.0).drawn.tolist()
        for there in ([], [0], [0, 1, 2, 3], [0, 1, 2, 3, 4])
    ]

    assert steps == [[], [0], [0], [1, 2, 3, 4]]


def test_where_no_parent_is_there_children_are_shown_as_they_come() -> None:
    tree = quad(1)

    assert chosen(tree, states(tree, loaded=[2, 3], asked=[0]), GAZE, 20.0).drawn.tolist() == [2, 3]


def test_children_that_are_out_of_sight_hold_up_nobody() -> None:
    # given a camera so near that only the two children on its right are in the picture
    tree = quad(1, north_m=150.0, side_m=400.0)
    right = gaze_of(replace(NORTH, heading_deg=89.0, target=(1000, 0, 0), fov_deg=40.0), HEIGHT, HEIGHT)
    seen = [number for number in chosen(tree, states(tree), right, 1.0).needed.tolist() if number]
    assert len(seen) < 4

    choice = chosen(tree, states(tree, loaded=[0, *seen]), right, 1.0)

    assert choice.drawn.tolist() == seen
    assert not len(choice.wanted)


def test_tiles_that_are_added_leave_their_parents_standing() -> None:
    tree = quad(1)
    tree = replace(tree, is_replaced=np.zeros(len(tree), np.bool_))

    assert chosen(tree, states(tree, loaded=[0, 3]), GAZE, 20.0).drawn.tolist() == [0, 3]


def test_a_tile_that_is_lost_for_good_is_not_asked_for_again_and_holds_nobody_up() -> None:
    tree = quad(1)

    choice = chosen(tree, states(tree, loaded=[0, 1, 2, 3], failed=[4]), GAZE, 20.0)

    assert choice.drawn.tolist() == [1, 2, 3]
    assert not len(choice.wanted)


def test_a_tile_without_content_is_passed_through_at_any_distance() -> None:
    tree = quad(1)
    has = tree.has_content.copy()
    has[0] = False

    choice = chosen(replace(tree, has_content=has), states(tree, loaded=[1]), GAZE, 1e6)

    assert choice.drawn.tolist() == [1]
    assert sorted(choice.wanted.tolist()) == [2, 3, 4]


def test_a_closed_tile_is_asked_for_and_its_parent_stays_meanwhile() -> None:
    tree = quad(1)
    closed, has = tree.is_closed.copy(), tree.has_content.copy()
    closed[4], has[4] = True, False
    tree = replace(tree, is_closed=closed, has_content=has)

    choice = chosen(tree, states(tree, loaded=[0, 1, 2, 3]), GAZE, 20.0)

    assert choice.drawn.tolist() == [0]
    assert choice.wanted.tolist() == [4]


def test_nothing_is_wanted_behind_the_camera() -> None:
    south = gaze_of(replace(NORTH, heading_deg=180.0, target=(0, -1000, 0)), HEIGHT, HEIGHT)
    tree = quad(3)

    choice = chosen(tree, states(tree, loaded=[0]), south, 1.0)

    assert [len(found) for found in (choice.drawn, choice.wanted, choice.needed)] == [0, 0, 0]


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 1.0), most_px=st.floats(0.5, 40.0))
def test_whatever_is_loaded_nothing_is_drawn_twice_and_a_loaded_root_leaves_no_hole(seed, share, most_px) -> None:
    # given any part of a tree of four levels, its root among it
    tree = quad(3)
    random = np.random.default_rng(seed)
    state = np.where(random.random(len(tree)) < share, LOADED, ABSENT).astype(np.uint8)
    state[0] = LOADED

    drawn = set(chosen(tree, state, GAZE, most_px).drawn.tolist())

    # then every path from a leaf in sight to the root meets exactly one drawn tile
    leaves = [leaf for leaf in range(21, 85) if tree.volumes.at(np.array([leaf])).are_seen(GAZE.sight.planes)[0]]
    for leaf in leaves:
        path, tile = 0, leaf
        while tile >= 0:
            path += tile in drawn
            tile = int(tree.parent[tile])
        assert path == 1


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.floats(0.0, 1.0), most_px=st.floats(0.5, 40.0))
def test_what_is_searched_is_what_is_drawn_and_elsewhere_the_finest_loaded_nothing_twice(seed, share, most_px) -> None:
    # given any part of a tree of four levels, its root among it, and a view of a part of it
    tree = quad(3)
    random = np.random.default_rng(seed)
    state = np.where(random.random(len(tree)) < share, LOADED, ABSENT).astype(np.uint8)
    state[0] = LOADED
    aside = gaze_of(replace(NORTH, heading_deg=60.0, target=(1000, 600, 0)), HEIGHT, HEIGHT)

    for gaze in (GAZE, aside):
        drawn = chosen(tree, state, gaze, most_px).drawn

        # when it is asked what there is to be searched
        found = set(standing_for_loaded(tree, state, drawn).tolist())

        # then all that is drawn is in it, all of it is loaded, and no path from a leaf to the root meets two of it
        assert set(drawn.tolist()) <= found
        assert all(state[tile] == LOADED for tile in found)
        for leaf in range(21, 85):
            path, tile = 0, leaf
            while tile >= 0:
                path += tile in found
                tile = int(tree.parent[tile])
            assert path <= 1


def test_where_nothing_is_drawn_the_finest_that_is_whole_is_searched() -> None:
    tree, nothing = quad(2), np.zeros(0, np.int64)

    assert standing_for_loaded(tree, states(tree, loaded=[0, 1, 2, 3, 4]), nothing).tolist() == [1, 2, 3, 4]
    assert standing_for_loaded(tree, states(tree, loaded=[0, 1, 2, 3]), nothing).tolist() == [0]
    added = replace(tree, is_replaced=np.zeros(len(tree), np.bool_))
    assert standing_for_loaded(added, states(tree, loaded=[0, 2]), nothing).tolist() == [0, 2]
