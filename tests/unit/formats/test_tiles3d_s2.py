"""`formats.tiles3d_s2`, `formats.tiles3d_volumes`: S2 cells, and volumes from which a tile may be looked at."""

import json
from pathlib import Path

import numpy as np
import pytest

from fakes.stepped_tileset import LATITUDE, LONGITUDE, stepped_tileset
from sanping.analysis.tile_choice import LOADED, chosen, gaze_of
from sanping.domain.view import CameraPose
from sanping.formats.tiles3d_branch import first_branch
from sanping.formats.tiles3d_folder import TileFolder
from sanping.formats.tiles3d_s2 import EXTENSION, degrees, directions, square_of
from sanping.formats.tiles3d_volumes import part_of, placed_volumes, raw_volume
from sanping.ports.model_reader import ReadOptions

MIDDLE = np.array([[0.5, 0.5]])


def middle_of(token: str) -> tuple[float, float]:
    """Return longitude and latitude of the middle of a cell."""
    face, west, south, east, north = square_of(token) or (0.0,) * 5
    longitude, latitude = degrees(int(face), np.array([[(west + east) / 2, (south + north) / 2]]))[0].tolist()
    return longitude, latitude


def token_at(longitude: float, latitude: float, level: int) -> str:
    """Return the token of the cell whose middle is nearest to a place, found by going down into the nearest few."""
    angle = np.radians([longitude, latitude])
    way = np.array([np.cos(angle[1]) * np.cos(angle[0]), np.cos(angle[1]) * np.sin(angle[0]), np.sin(angle[1])])
    cells, lowest = [(face << 61) | (1 << 60) for face in range(6)], 1 << 60
    for _ in range(level):
        lowest >>= 2
        children = [cell + (2 * child - 3) * lowest for cell in cells for child in range(4)]
        cells = sorted(children, key=lambda one: float(np.linalg.norm(_way_to(f"{one:016x}") - way)))[:8]
    return f"{cells[0]:016x}".rstrip("0")


def _way_to(token: str) -> np.ndarray:
    face, west, south, east, north = square_of(token) or (0.0,) * 5
    return directions(int(face), np.array([[(west + east) / 2, (south + north) / 2]]))[0]


def test_the_six_faces_lie_where_the_cube_has_them() -> None:
    middles = [middle_of(token) for token in ("1", "3", "5", "7", "9", "b")]

    assert middles[0] == pytest.approx((0.0, 0.0))
    assert middles[1] == pytest.approx((90.0, 0.0))
    assert middles[2][1] == pytest.approx(90.0)
    assert abs(middles[3][0]) == pytest.approx(180.0)
    assert middles[4] == pytest.approx((-90.0, 0.0))
    assert middles[5][1] == pytest.approx(-90.0)


def test_known_cells_lie_in_their_cities_and_neighbours_along_the_curve_touch() -> None:
    # the cells that cover the harbour of New York, the south of San Francisco and the middle of Shanghai
    assert middle_of("89c25") == pytest.approx((-74.0, 40.7), abs=0.3)
    assert middle_of("808f7") == pytest.approx((-122.5, 37.6), abs=0.3)
    assert middle_of("35b27") == pytest.approx((121.47, 31.23), abs=0.3)

    # and from one cell of a level to the next it is never farther than a cell is wide
    ways = np.array([_way_to(f"{(1 << 61) | ((2 * step + 1) << 52):016x}") for step in range(64)])
    steps = np.linalg.norm(np.diff(ways, axis=0), axis=1)
    assert steps.max() < 2.5 * steps.min()


@pytest.mark.parametrize("token", ["", "g", "0", "d", "89c2500000000000f", "8000000000000000", 7, None])
def test_what_names_no_cell_is_refused(token: object) -> None:
    assert square_of(token) is None


def test_a_cell_becomes_a_box_around_the_ground_that_it_covers_and_so_do_its_children() -> None:
    # given the cell of level 14, some 600 m wide, around the town, written beside a box that is nonsense
    token = token_at(LONGITUDE, LATITUDE, 14)
    tile = {
        "boundingVolume": {
            "box": [0.0] * 12,
            "extensions": {EXTENSION: {"token": token, "minimumHeight": 5, "maximumHeight": 45}},
        }
    }
    raw = raw_volume(tile, np.eye(4))
    assert raw is not None

    # when it and its children are brought into the frame of the twin
    whole, *parts = [
        placed_volumes([one], ReadOptions(target_crs="EPSG:4549"))
        for one in (raw, *(part_of(raw, 1, (x, y)) for x in (0, 1) for y in (0, 1)))
    ]

    # then the place is in it, it is as wide and high as such cells are, and the children fill it
    low, high = (corner[0] for corner in whole.corners)
    east, north = 633_362.05, 3_459_537.58
    assert low[0] - 30 < east < high[0] + 30  # the nearest middle is that of the cell itself or of one beside it
    assert low[1] - 30 < north < high[1] + 30
    assert 400 < high[0] - low[0] < 1100
    assert (low[2], high[2]) == pytest.approx((5.0, 45.0), abs=0.2)
    assert np.min([part.corners[0][0] for part in parts], axis=0) == pytest.approx(low, abs=0.5)
    assert np.max([part.corners[1][0] for part in parts], axis=0) == pytest.approx(high, abs=0.5)
    assert raw_volume({"boundingVolume": {"extensions": {EXTENSION: {"token": "x"}}}}, np.eye(4)) is None


def test_a_tile_with_a_volume_to_look_from_is_shown_only_to_who_is_in_it(tmp_path: Path) -> None:
    # given a tileset whose south-western child asks to be looked at from within 500 m
    path = stepped_tileset(tmp_path / "city", depth=1)
    written = json.loads(path.read_text())
    written["root"]["children"][0]["viewerRequestVolume"] = {"sphere": [-200, -200, 20, 500]}
    path.write_text(json.dumps(written))
    branch, _ = first_branch(path, TileFolder(path).root, ReadOptions())
    tree = branch.tree
    state = np.full(len(tree), LOADED, np.uint8)
    x, y, z = tree.volumes.centre[0].tolist()

    # when one looks at all of it from above, and from closer by at that corner
    def drawn(distance_m: float, off_m: float) -> list[int]:
        pose = CameraPose(target=(x - off_m, y - off_m, z), pitch_deg=-89.0, distance_m=distance_m, fov_deg=70.0)
        return sorted(chosen(tree, state, gaze_of(pose, 1600, 900), 16.0).drawn.tolist())

    # then it comes and goes with the eye, and never hides the others
    assert tree.request is not None
    asking = int(np.flatnonzero(tree.request >= 0)[0])
    assert drawn(1200.0, 0.0) == [tile for tile in (1, 2, 3, 4) if tile != asking]
    assert asking in drawn(300.0, 200.0)
