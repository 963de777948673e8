"""sanping.scene.far_groups: neighbouring far tiles become one thing to draw."""

import numpy as np

from sanping.scene.far_groups import GROUP_TILES, groups_of, joined, split


def test_groups_stay_within_a_page_and_within_their_size() -> None:
    # given more tiles on one page than a group holds, and some on the next
    pages = [0] * (GROUP_TILES + 2) + [1] * 3

    # when they are cut into groups
    groups = groups_of(pages)

    # then every tile is in one group, and no group spans pages
    assert [(group.first, group.last) for group in groups] == [
        (0, GROUP_TILES),
        (GROUP_TILES, GROUP_TILES + 2),
        (GROUP_TILES + 2, GROUP_TILES + 5),
    ]
    assert groups_of([]) == []


def test_a_group_is_drawn_whole_only_when_what_is_seen_of_it_is_far() -> None:
    # given three groups: all far with one hidden, one tile near, and only a corner seen
    groups = groups_of([0] * 4 + [1] * 4 + [2] * 4)
    levels = np.array([1, 1, 0, 1, 1, 2, 1, 1, 0, 1, 0, 0], np.uint8)

    # when levels are split
    alone, is_whole = split(levels, groups)

    # then the first is drawn whole, and the tiles of the others keep their levels
    assert is_whole.tolist() == [True, False, False]
    assert alone.tolist() == [0, 0, 0, 0, 1, 2, 1, 1, 0, 1, 0, 0]


def test_joined_meshes_keep_their_triangles() -> None:
    # given two triangles of two features
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    one = (corners, np.array([[0, 1, 2]], np.int32), np.full(3, 5.0, np.float32))
    two = (corners + np.float32(10), np.array([[2, 1, 0]], np.int32), np.full(3, 6.0, np.float32))

    # when they are joined
    points, triangles, feature = joined([one, two])

    # then each triangle still has its own corners and feature
    assert points[triangles[1]].tolist() == (corners + 10)[::-1].tolist()
    assert feature[triangles].tolist() == [[5.0] * 3, [6.0] * 3]
    assert triangles.dtype == np.int32
