"""sanping.scene.height_field, sanping.scene.cover, sanping.scene.groundwork: heights, shadows, distances."""

from functools import partial

import numpy as np
import pytest

from sanping.scene.cover import REACH_M, Flats, Sheet, bank_distance, cover_map, signed_distance
from sanping.scene.groundwork import Groundwork, Solids
from sanping.scene.height_field import STEP_M, HeightField, box_blurred, coded
from sanping.scene.uniforms import SceneUniforms

TOWER = np.array([[40, 40, 50], [60, 40, 50], [60, 60, 50], [40, 60, 50]], np.float32)
SQUARE = np.array([[0, 1, 2], [0, 2, 3]], np.int32)


def field_with_tower() -> HeightField:
    return HeightField.flat((0.0, 0.0, 200.0, 100.0), 0.0, 200).raised_by(TOWER, SQUARE)


def test_a_roof_raises_the_cells_under_it_and_no_others() -> None:
    # given an even field of 1 m cells
    # when a roof of 20 m × 20 m is laid in
    field = field_with_tower()

    # then its cells stand at its height, and as many as its area
    assert field.heights_m.shape == (100, 200)
    assert field.heights_m[50, 50] == 50.0
    assert field.heights_m[50, 20] == 0.0
    assert np.count_nonzero(field.heights_m) == pytest.approx(400, abs=45)


def test_downward_faces_raise_nothing() -> None:
    # given the same roof seen from below
    field = HeightField.flat((0.0, 0.0, 200.0, 100.0), 0.0, 200)

    # when it is laid in
    raised = field.raised_by(TOWER, np.ascontiguousarray(SQUARE[:, ::-1]))

    # then the field stays even
    assert not raised.heights_m.any()


def test_a_shadow_is_as_long_as_the_sun_is_low() -> None:
    # given the tower of 50 m and a sun in the west at 45°, then at about 26.6°
    field = field_with_tower()

    # when shadows are baked
    high = field.shadow((-(0.5**0.5), 0.0, 0.5**0.5))
    low = field.shadow((-(0.8**0.5), 0.0, 0.2**0.5))

    # then the ground east of the tower is dark for once and twice its height
    row = 50
    assert np.flatnonzero(high[row] > 0.5).max() == pytest.approx(60 + 50, abs=3)
    assert np.flatnonzero(low[row] > 0.5).max() == pytest.approx(60 + 100, abs=4)
    assert high[row, 30] == 0.0


def test_a_shadow_sinks_along_the_light() -> None:
    # given the tower and a sun in the west at 45°
    shadow = field_with_tower().shadow((-(0.5**0.5), 0.0, 0.5**0.5))

    # when its height is read 20 m behind the wall
    height = shadow[50, 80]

    # then it has sunk by 20 m
    assert height == pytest.approx(30.0, abs=1.5)


def test_heights_survive_their_coding() -> None:
    # given heights between −3 and 600 m
    heights = np.linspace(-3.0, 600.0, 64, dtype=np.float32).reshape(8, 8)

    # when they are coded and read back as the shader does
    pixels = coded(heights, heights, -5.0).astype(np.float32)
    read = -5.0 + (pixels[..., 0] * 256 + pixels[..., 1]) * STEP_M

    # then they agree to half a step
    assert np.abs(read - heights).max() <= STEP_M * 0.51


def test_a_blur_keeps_the_sum_of_an_inner_spike() -> None:
    # given one spike
    values = np.zeros((21, 21), np.float32)
    values[10, 10] = 49.0

    # when it is blurred over 7 × 7 cells
    blurred = box_blurred(values, 3)

    # then it is spread evenly
    assert blurred[10, 10] == pytest.approx(1.0)
    assert blurred.sum() == pytest.approx(49.0)


def test_distance_to_a_bank_is_signed_and_exact() -> None:
    # given water in the left half of a grid of 2 m cells
    mask = np.zeros((40, 60), np.bool_)
    mask[:, :30] = True

    # when distances are taken
    distance = signed_distance(mask, 2.0)

    # then they grow away from the bank, negative in the water
    assert distance[20, 40] == pytest.approx((40 - 29) * 2.0)
    assert distance[20, 20] == pytest.approx(-(30 - 20) * 2.0)


@pytest.mark.parametrize(("is_water", "distance_m"), [(False, REACH_M), (True, -REACH_M)])
def test_where_there_is_no_bank_it_is_out_of_reach(is_water: bool, distance_m: float) -> None:
    # given land, or water, as far as the grid goes
    mask = np.full((40, 60), is_water)

    # when distances are taken
    distance = signed_distance(mask, 2.0)

    # then all are as large as can be told
    assert distance.dtype == np.float32
    assert (distance == distance_m).all()


def test_beside_a_bank_that_crosses_the_cells_the_distance_is_that_to_its_very_edge() -> None:
    # given a canal 20 m wide that runs across a grid of 7 m cells at an odd angle, in triangles that share edges
    along, across = np.array([0.8, 0.6]), np.array([-0.6, 0.8])
    middle = np.array([200.0, 200.0])
    corners = [middle + s * 400 * along + t * 10 * across for s, t in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    points = np.array([[x, y, 0.0] for x, y in corners], np.float32)
    grid = HeightField(west=0.0, south=0.0, cell_m=7.0, heights_m=np.zeros((58, 58), np.float32))
    row, column = np.mgrid[0:58, 0:58]
    centres = np.stack([(column + 0.5) * 7.0, (row + 0.5) * 7.0], axis=-1)
    true_m = np.abs((centres - middle) @ across) - 10.0

    # when distances are taken
    distance = bank_distance(grid, true_m < 0, [Sheet(points=points, triangles=SQUARE)])

    # then near the bank they are exact, and what is read between cells is too
    near = np.abs(true_m) < 14.0
    assert np.abs(distance[near] - true_m[near]).max() < 0.01
    assert (np.sign(distance) == np.sign(true_m))[np.abs(true_m) > 0.01].all()


def test_the_cover_map_knows_water_green_and_street_light() -> None:
    # given a field with a river in the south, a park in the north and a road between
    field = HeightField.flat((0.0, 0.0, 400.0, 400.0), 0.0, 200)

    def sheet(low: float, high: float) -> Sheet:
        corners = np.array([[0, low, 0], [400, low, 0], [400, high, 0], [0, high, 0]], np.float32)
        return Sheet(points=corners, triangles=SQUARE)

    road = (np.array([[0.0, 200.0], [400.0, 200.0]]), 1.0)

    # when the map is made
    cover = cover_map(field, Flats(roads=[road], water=[sheet(0, 100)], green=[sheet(300, 400)]))

    # then each channel tells its own
    assert cover[100, 100, 0] > 100
    assert cover[190, 100, 0] < 40
    assert cover[20, 100, 1] < 127 < cover[100, 100, 1]
    assert cover[180, 100, 2] > 200
    assert cover[100, 100, 2] < 30


def test_the_shadow_is_baked_once_for_one_sun() -> None:
    # given groundwork over an even place
    work = Groundwork(SceneUniforms())
    nothing = Flats(roads=[], water=[], green=[])
    work.rebuild((-100, -100, 100, 100), lambda points: np.zeros(len(points)), [], ("", lambda: nothing), 64)

    # when the sun stands, moves a hair, and moves a degree
    baked = [work.follow_sun(sun) for sun in ((0.5, 0.5, 0.7), (0.501, 0.5, 0.7), (0.52, 0.5, 0.69))]

    # then only real moves bake anew
    assert baked == [True, False, True]
    assert work.has_field


def test_what_was_laid_is_not_laid_again_until_it_changes() -> None:
    # given groundwork that counts how often a solid and the flats are asked for
    asked: list[str] = []
    block = (np.array([[0, 0, 9], [40, 0, 9], [0, 40, 9]], np.float32), np.array([[0, 1, 2]], np.int32))

    def pieces(name: str) -> list[tuple[np.ndarray, np.ndarray]]:
        asked.append(name)
        return [block]

    def flats() -> Flats:
        asked.append("flats")
        return Flats(roads=[], water=[], green=[])

    work = Groundwork(SceneUniforms())

    def lay(*names: str) -> int:
        solids = [Solids(key=name, pieces=partial(pieces, name)) for name in names]
        work.rebuild((-100, -100, 100, 100), lambda points: np.zeros(len(points)), solids, ("roads", flats), 64)
        return int(work.textures["field_heights"].pixels[..., 0].max())

    # when a solid is shown, hidden, shown again, and forgotten
    heights = [lay("blocks"), lay(), lay("blocks")]
    before = tuple(asked)
    work.forget()
    lay("blocks")

    # then it was there, gone and there; and was laid once, and once more after it was forgotten
    assert heights[0] == heights[2] > heights[1]
    assert before == ("blocks", "flats")
    assert asked[2:] == ["blocks", "flats"]


def test_a_tree_stands_free_on_dry_land_and_casts_a_shadow_away_from_the_sun() -> None:
    # given groundwork with a deck of 40 m × 40 m, 9 m up, and water in the west
    work = Groundwork(SceneUniforms())
    deck = (np.array([[0, 0, 9], [40, 0, 9], [40, 40, 9], [0, 40, 9]], np.float32), SQUARE)
    river = np.array([[-100, -100, 0], [-60, -100, 0], [-60, 100, 0], [-100, 100, 0]], np.float32)
    flats = Flats(roads=[], water=[Sheet(points=river, triangles=SQUARE)], green=[])
    work.rebuild(
        (-100, -100, 100, 100),
        lambda points: np.zeros(len(points)),
        [Solids(key="deck", pieces=lambda: [deck])],
        ("", lambda: flats),
        512,
    )
    trees = np.array([[-30, -50, 0, 4], [-80, 0, 0, 4], [20, 20, 0, 4], [-2, 20, 0, 4]], np.float32)

    # when they are judged, and the free ones planted
    free = work.is_free(trees)
    sun = (-(0.5**0.5), 0.0, 0.5**0.5)
    work.follow_sun(sun)
    bare = work.textures["field_heights"].pixels.copy()
    work.plant(trees[free])
    is_baked = work.follow_sun(sun)
    planted = work.textures["field_heights"].pixels

    # then only the one away from water, deck and its edge is free; it shades cells to its east, and raises no height
    assert free.tolist() == [True, False, False, False]
    assert is_baked
    _rows, columns = np.nonzero((bare != planted).any(axis=2))
    cell_m, west = 720.0 / 512, -360.0
    assert np.mean(west + (columns + 0.5) * cell_m) == pytest.approx(-28.0, abs=4.0)
    assert np.array_equal(bare[..., :2], planted[..., :2])
