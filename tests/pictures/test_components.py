"""sanping.scene.component_view, sanping.scene.component_symbols (layers.component_tiles, governed_values)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import small_city
from fakes.picture_stage import HEIGHT, WIDTH, drawn, small_scene, stage
from sanping.domain.text import Text
from sanping.scene.city_scene import CityScene
from sanping.scene.component_symbols import SYMBOLS, symbol_picture, symbols_of
from sanping.scene.governed_values import STATUSES, Components
from sanping.stage.state import COMPONENTS_LAYER, FeatureRef, Stage

EAST, NORTH, _ = small_city.CENTRE
IN_ORDER, FAULT = STATUSES.index("in_order"), STATUSES.index("fault")


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    made = small_scene(repository / "assets")
    made.add_vector("river", "water", Text("水", "Water"), small_city.river())
    yield made
    made.close()


def components(places: np.ndarray, code: str = "0118", status: int = IN_ORDER) -> Components:
    count = len(places)
    return Components(
        ids=[f"k{number}" for number in range(count)], class_code=[code] * count, x_m=EAST + places[:, 0],
        y_m=NORTH + places[:, 1], z_m=np.full(count, np.nan), status=np.full(count, status, np.uint8),
    )  # fmt: skip


def near(style: str = "day") -> Stage:
    plain = stage(style)
    return replace(plain, camera=replace(plain.camera, target=(EAST, NORTH, 2.0), distance_m=70.0, pitch_deg=-25.0))


def changed(one: np.ndarray, other: np.ndarray) -> int:
    return int((np.abs(one - other).max(axis=2) > 30).sum())


def test_classes_have_symbols_and_unknown_ones_a_plain_one(repository: Path) -> None:
    # given codes of the standard, of a city's own third level, a symbol's name, and nonsense
    codes = ["0101", "01180003", "camera", "0999", ""]

    # when their symbols are asked
    found = [SYMBOLS[number] for number in symbols_of(codes, repository / "assets" / "symbols")]

    # then the longest known code decides
    assert found == ["cover", "lamp", "camera", "other", "other"]


def test_every_symbol_has_a_shape_of_its_own() -> None:
    # given the picture of all symbols
    picture = symbol_picture()

    # when it is cut into symbols
    cells = np.split(picture[..., 0].astype(int), len(SYMBOLS), axis=1)

    # then each has an inside and an outside, and no two are alike
    for number, cell in enumerate(cells):
        assert 0.05 < (cell > 128).mean() < 0.8
        assert all(np.abs(cell - other).mean() > 4 for other in cells[:number])


@pytest.mark.parametrize("style", ["night", "day"])
def test_near_components_are_symbols_in_the_colour_of_their_status(scene: CityScene, style: str) -> None:
    # given the ground near the camera
    empty = drawn(scene, near(style))

    # when nine lamps stand there, and all of them fail
    grid = np.stack(np.meshgrid([-12.0, 0.0, 12.0], [-10.0, 0.0, 10.0]), -1).reshape(-1, 2)
    scene.governed.show_components(components(grid))
    well = scene.picture(WIDTH, HEIGHT).astype(float)
    scene.governed.set_component_status([f"k{n}" for n in range(9)] + ["unknown"], [FAULT] * 10)
    failed = scene.picture(WIDTH, HEIGHT).astype(float)

    # then they are seen, and turn red
    assert changed(well, empty) > 300
    red = [int(((p[..., 0] > 120) & (p[..., 0] > 1.7 * p[..., 1])).sum()) for p in (well, failed)]
    assert red[1] > red[0] + 100


def test_a_hundred_thousand_from_afar_are_numbers_that_add_up(scene: CityScene) -> None:
    # given a hundred thousand components over six kilometres
    places = np.random.default_rng(1).uniform(-3000.0, 3000.0, (100_000, 2))
    scene.governed.show_components(components(places))

    # when all of it is looked at, and one street
    wide = stage("day")
    wide = replace(wide, camera=replace(wide.camera, distance_m=16_000.0, pitch_deg=-80.0))
    drawn(scene, wide)
    view = scene.governed._components
    far_symbols, far_actors = len(view._near), len(view.actors)
    drawn(scene, near(), wide)

    # then there are numbers first, and a few meshes of symbols then
    assert (far_symbols, far_actors) == (0, 0)
    assert 0 < len(view._near) < 30_000
    assert 0 < sum(actor.GetVisibility() for actor in view.actors) < 150


def test_a_component_is_meant_by_its_sign_and_stands_out_when_selected(scene: CityScene) -> None:
    # given one hydrant
    scene.governed.show_components(components(np.array([[0.0, 0.0]]), code="0113"))
    plain = near()
    before = drawn(scene, plain)
    at = scene._lens().projected(np.array([[0.0, 0.0, 6.0 - 2.0]]))[0]

    # when its sign is pointed at, and the empty ground
    pick = scene.pick((at[0] * 0.5 + 0.5) * WIDTH, (0.5 - at[1] * 0.5) * HEIGHT)
    nothing = scene.pick(20.0, HEIGHT - 20.0)

    # then it is found, and selecting it is seen
    assert pick is not None
    assert (pick.layer, pick.id, pick.kind) == (COMPONENTS_LAYER, "k0", "mark")
    assert nothing is None or nothing.layer != COMPONENTS_LAYER
    chosen = replace(plain, selection=(FeatureRef(layer=COMPONENTS_LAYER, id="k0"),))
    assert changed(drawn(scene, chosen, plain), before) > 40


def test_components_stand_on_the_ground_that_comes_later(scene: CityScene) -> None:
    # given components shown before the terrain
    scene.governed.show_components(components(np.array([[0.0, 0.0]])))
    low = scene.governed._components._places[0, 2]

    # when the terrain arrives
    scene.add_terrain("ground", small_city.slope())

    # then they stand on it
    assert scene.governed._components._places[0, 2] != low


def test_all_components_can_go_again(scene: CityScene) -> None:
    # given components in the street
    empty = drawn(scene, near())
    scene.governed.show_components(components(np.array([[0.0, 0.0], [8.0, 0.0]])))
    shown = changed(scene.picture(WIDTH, HEIGHT).astype(float), empty)

    # when none is left
    scene.governed.show_components(components(np.zeros((0, 2))))
    scene.governed.set_component_status(["k0"], [FAULT])

    # then none is drawn
    assert shown > 50
    assert changed(scene.picture(WIDTH, HEIGHT).astype(float), empty) == 0


def test_nothing_is_made_for_a_twin_without_components(scene: CityScene) -> None:
    # given a city
    drawn(scene, near())

    # when no component is shown
    scene.governed.show_components(components(np.zeros((0, 2))))

    # then there is nothing that could cost anything
    assert scene.governed._components is None
    assert scene.governed.actors == []
