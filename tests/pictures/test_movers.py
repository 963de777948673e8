"""sanping.scene.mover_view: things that move between two moments."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import small_city
from fakes.picture_stage import HEIGHT, WIDTH, drawn, small_scene, stage
from sanping.domain.position import MOVER_KINDS
from sanping.scene.city_scene import CityScene
from sanping.scene.governed_values import Movers
from sanping.stage.state import Stage

EAST, NORTH, _ = small_city.CENTRE
BUS = MOVER_KINDS.index("bus")


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    made = small_scene(repository / "assets")
    made.animate(5.0)
    yield made
    made.close()


def movers(*x_m: float, first: int = 0, heading_deg: float = 90.0) -> Movers:
    count = len(x_m)
    return Movers(
        number=np.arange(first, first + count), x_m=EAST + np.array(x_m), y_m=np.full(count, NORTH),
        heading_deg=np.full(count, heading_deg), kind=np.full(count, BUS, np.uint8),
    )  # fmt: skip


def above(style: str = "day") -> Stage:
    plain = stage(style)
    camera = replace(plain.camera, target=(EAST, NORTH, 0.0), distance_m=120.0, pitch_deg=-89.0, heading_deg=0.0)
    return replace(plain, camera=camera)


def middle_px(picture: np.ndarray, empty: np.ndarray) -> tuple[float, int]:
    """Return the column around which pictures differ, and in how many pixels."""
    rows, columns = np.nonzero(np.abs(picture - empty).max(axis=2) > 30)
    return float(columns.mean()) if len(rows) else float("nan"), len(rows)


def test_a_bus_glides_from_one_moment_to_the_next(scene: CityScene) -> None:
    # given a bus that was 40 m west of the middle, and is 40 m east of it a second later
    empty = drawn(scene, above())
    scene.governed.show_movers(movers(-40.0), 0.0)
    scene.governed.show_movers(movers(40.0), 1000.0)

    # when that second passes, and another
    columns = []
    for seconds in (5.0, 5.5, 6.0, 7.0):
        scene.animate(seconds)
        columns.append(middle_px(scene.picture(WIDTH, HEIGHT).astype(float), empty)[0])

    # then it goes evenly from west to east, and waits there
    assert columns[0] < WIDTH / 2 - 60
    assert columns[1] == pytest.approx(WIDTH / 2, abs=4)
    assert columns[2] > WIDTH / 2 + 60
    assert columns[3] == pytest.approx(columns[2], abs=0.5)


def test_the_next_moment_begins_where_things_are_drawn(scene: CityScene) -> None:
    # given a bus half way
    empty = drawn(scene, above())
    scene.governed.show_movers(movers(-40.0), 0.0)
    scene.governed.show_movers(movers(40.0), 1000.0)
    scene.animate(5.5)
    before = middle_px(scene.picture(WIDTH, HEIGHT).astype(float), empty)[0]

    # when the next moment comes early
    scene.governed.show_movers(movers(45.0), 1100.0)
    after = middle_px(scene.picture(WIDTH, HEIGHT).astype(float), empty)[0]

    # then it does not jump
    assert after == pytest.approx(before, abs=2)


def test_things_come_and_go_and_keep_their_numbers(scene: CityScene) -> None:
    # given three buses
    empty = drawn(scene, above())
    scene.governed.show_movers(movers(-30.0, 0.0, 30.0), 0.0)
    three = middle_px(scene.picture(WIDTH, HEIGHT).astype(float), empty)[1]

    # when only the last is left, and then none
    scene.governed.show_movers(movers(30.0, first=2), 1000.0)
    column, one = middle_px(scene.picture(WIDTH, HEIGHT).astype(float), empty)
    scene.governed.show_movers(movers(), 2000.0)
    none = middle_px(scene.picture(WIDTH, HEIGHT).astype(float), empty)[1]

    # then it is the one in the east, which did not move
    assert three > 2.5 * one > 0
    assert column > WIDTH / 2 + 40
    assert none == 0


def test_a_turn_goes_the_short_way_round(scene: CityScene) -> None:
    # given a bus that turns from 350° to 10°
    drawn(scene, above())
    scene.governed.show_movers(movers(0.0, heading_deg=350.0), 0.0)
    scene.governed.show_movers(movers(0.0, heading_deg=10.0), 1000.0)

    # when it is half way
    scene.animate(5.5)
    headings = np.degrees(scene.governed._movers._present()[0, 3] - 10.0 * BUS - 2.0)

    # then it looks north
    assert headings % 360.0 == pytest.approx(0.0, abs=0.01) or headings % 360.0 == pytest.approx(360.0, abs=0.01)


def test_where_no_clock_moves_things_stand_where_they_are(scene: CityScene) -> None:
    # given a screen that does not animate
    empty = drawn(scene, above())
    for number, x_m in enumerate((-40.0, -20.0, 0.0, 20.0, 40.0)):
        scene.governed.show_movers(movers(x_m), 1000.0 * number)

    # when the fifth moment is drawn
    column = middle_px(scene.picture(WIDTH, HEIGHT).astype(float), empty)[0]

    # then the bus is there, not where it began
    assert column > WIDTH / 2 + 60


def test_ten_thousand_are_one_actor_and_shine_at_night(scene: CityScene) -> None:
    # given ten thousand cars over two kilometres, at night
    dark = drawn(scene, stage("night"))
    random = np.random.default_rng(2)
    many = Movers(
        number=np.arange(10_000), x_m=EAST + random.uniform(-1000, 1000, 10_000),
        y_m=NORTH + random.uniform(-1000, 1000, 10_000), heading_deg=random.choice([10.0, 190.0], 10_000),
        kind=np.zeros(10_000, np.uint8), z_m=np.full(10_000, np.nan),
    )  # fmt: skip

    # when they are shown
    scene.governed.show_movers(many, 0.0)
    lit = scene.picture(WIDTH, HEIGHT).astype(float)

    # then there is one thing to draw, and white and red lights are seen
    assert len(scene.governed.actors) == 1
    red = (lit[..., 0] > 90) & (lit[..., 0] > 2 * lit[..., 2])
    white = (lit.min(axis=2) > 90) & (dark.min(axis=2) < 60)
    assert red.sum() > 100
    assert white.sum() > 100
