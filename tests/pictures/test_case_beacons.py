"""sanping.scene.case_beacons, sanping.scene.governed_city (layers.badges, layers.case_beams, word_sheet)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import small_city
from fakes.picture_stage import HEIGHT, WIDTH, drawn, small_scene, stage
from sanping.domain.text import Text
from sanping.scene.case_marks import CASE_GROUPS, CaseMark
from sanping.scene.city_scene import CityScene
from sanping.stage.state import CASES_LAYER, FeatureRef

EAST, NORTH, _ = small_city.CENTRE
TITLE = Text("井盖缺失", "Missing cover")


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    made = small_scene(repository / "assets")
    made.add_tiles("blocks", "buildings", small_city.block_city())
    made.animate(0.4)
    yield made
    made.close()


def case(id: str = "c1", x_m: float = 0.0, y_m: float = 0.0, **changes: object) -> CaseMark:
    return CaseMark(id=id, x_m=EAST + x_m, y_m=NORTH + y_m, **changes)  # type: ignore[arg-type]


def changed(one: np.ndarray, other: np.ndarray) -> int:
    return int((np.abs(one - other).max(axis=2) > 40).sum())


@pytest.mark.parametrize("style", ["night", "day"])
def test_a_case_stands_out_by_night_and_by_day(scene: CityScene, style: str) -> None:
    # given the city
    plain = drawn(scene, stage(style))

    # when an urgent case is shown, and goes
    scene.governed.show_cases([case(urgency="extreme", left=0.6, colour="yellow", title=TITLE)])
    shown = scene.picture(WIDTH, HEIGHT).astype(float)
    scene.governed.show_cases([])
    gone = scene.picture(WIDTH, HEIGHT).astype(float)

    # then its head, column and plate are seen, with red in them, and nothing stays behind
    assert changed(shown, plain) > 500
    red = (shown[..., 0] > 150) & (shown[..., 0] > shown[..., 1] * 1.8)
    assert red.sum() > 60
    assert changed(gone, plain) == 0


def test_the_ring_shortens_with_the_time_that_is_left(scene: CityScene) -> None:
    # given a case with all of its time
    drawn(scene, stage("night"))
    green = []

    # when time runs
    for left in (1.0, 0.5, 0.1):
        scene.governed.show_cases([case(left=left, colour="green")])
        picture = scene.picture(WIDTH, HEIGHT).astype(float)
        green.append(int(((picture[..., 1] > 150) & (picture[..., 0] < 110) & (picture[..., 2] < 190)).sum()))

    # then less of the ring is green
    assert green[0] > 1.5 * green[1] > 2.0 * green[2]


def test_a_closed_case_sinks_and_is_gone_after_two_seconds(scene: CityScene) -> None:
    # given an empty city by day, when nothing else moves, and a case that closes
    plain = drawn(scene, stage("day"))
    scene.governed.show_cases([case(state="closed", is_settling=True)])

    # when two seconds pass
    seen = []
    for seconds in (0.4, 1.4, 2.6):
        scene.animate(seconds)
        seen.append(changed(scene.picture(WIDTH, HEIGHT).astype(float), plain))

    # then it fades away
    assert seen[0] > 300
    assert seen[0] > seen[1] > seen[2]
    assert seen[2] < 0.1 * seen[0]


def test_what_beats_moves_and_what_is_calm_stands_still(scene: CityScene) -> None:
    # given a late case, and one that has been handled, by day when nothing else moves
    drawn(scene, stage("day"))
    moved = []

    # when time passes
    for mark in (case(left=0.0, colour="red"), case(state="fed_back", left=0.5, colour="green")):
        scene.governed.show_cases([mark])
        pictures = []
        for seconds in (0.26, 0.78):
            scene.animate(seconds)
            pictures.append(scene.picture(WIDTH, HEIGHT).astype(float))
        moved.append(changed(*pictures))

    # then only the late one looks different
    assert moved[0] > 30
    assert moved[1] == 0


def test_a_case_and_a_group_can_be_meant_by_the_pointer(scene: CityScene) -> None:
    # given one case alone, and twenty beside one another far away
    far = [
        case(f"f{number}", 2.0 * number, 4000.0, urgency="extreme" if number == 7 else "normal") for number in range(20)
    ]
    scene.governed.show_cases([case(), *far])
    drawn(scene, stage("night"))
    placed = scene.governed._cases.placed

    # when their badges are pointed at
    found = [scene.pick(x, HEIGHT - y) for x, y in placed.marks]

    # then the case is named, and for the group its most pressing one
    assert all(pick is not None and pick.kind == "mark" for pick in found)
    assert {(pick.layer, pick.id) for pick in found if pick is not None} == {(CASES_LAYER, "c1"), (CASE_GROUPS, "f7")}
    assert scene.pick(3.0, 3.0) is None


def test_a_selected_case_has_a_plate_and_leaves_its_group(scene: CityScene) -> None:
    # given twenty cases far away, gathered
    far = [case(f"f{number}", 2.0 * number, 4000.0, title=TITLE) for number in range(20)]
    scene.governed.show_cases(far)
    plain = stage("night")
    drawn(scene, plain)
    before = len(scene.governed._cases.placed.marks)

    # when one is selected, as on every screen that follows the stage
    drawn(scene, replace(plain, selection=(FeatureRef(layer=CASES_LAYER, id="f3"),)), plain)
    after = scene.governed._cases

    # then it stands beside the group; alone in the picture it has its words beside it
    assert (before, len(after.placed.marks)) == (1, 2)
    scene.governed.show_cases([case("f3", 6.0, 4000.0, title=TITLE)])
    scene.picture(WIDTH, HEIGHT)
    ((left, low, right, top),) = after.placed.plates
    assert right - left > 2.0 * (top - low)


def test_five_hundred_cases_at_once_are_few_badges(scene: CityScene) -> None:
    # given five hundred cases over four kilometres
    random = np.random.default_rng(5)
    marks = [case(f"c{n}", *random.uniform(-2000.0, 2000.0, 2), colour="orange", left=0.2) for n in range(500)]

    # when the city is seen from afar
    scene.governed.show_cases(marks)
    wide = stage("night")
    drawn(scene, replace(wide, camera=replace(wide.camera, distance_m=9000.0)))
    beacons = scene.governed._cases

    # then they are gathered, none is lost, and the count is written
    assert len(beacons.placed.marks) < 150
    assert beacons._groups.size.sum() == (beacons._groups.group >= 0).sum()
    assert beacons._groups.size.max() > 3
