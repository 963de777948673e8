"""sanping.scene.case_marks, sanping.scene.mark_groups: what a case looks like, and which are drawn as one."""

import numpy as np
import pytest

from sanping.domain.view import CameraPose
from sanping.scene.camera import Lens, lens_of
from sanping.scene.case_marks import (
    AT_WORK,
    CALM,
    CALM_COLOUR,
    DONE,
    NEW,
    OVERDUE,
    CaseMark,
    beat_of,
    clock_numbers,
    clock_shares,
    fill_of,
    pressing,
    symbol_of,
)
from sanping.scene.mark_groups import grouped

SIZE_PX = (1600, 900)


def lens(distance_m: float) -> Lens:
    pose = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=0.0, pitch_deg=-35.0, distance_m=distance_m)
    return lens_of(pose, (0.0, 0.0, 0.0), *SIZE_PX)


def case(id: str = "c", **changes: object) -> CaseMark:
    return CaseMark(id=id, x_m=0.0, y_m=0.0, **changes)  # type: ignore[arg-type]


def test_a_new_case_pulses_a_late_one_beats_and_a_handled_one_is_calm() -> None:
    # given a case through its life
    new = case(is_new=True, left=0.9, colour="green")
    late = case(state="handling", left=0.0, colour="red")
    handled = case(state="fed_back", is_new=True, left=0.4, urgency="extreme")
    settling = case(state="closed", is_settling=True, left=0.0)

    # when it is asked how each moves and looks
    # then that follows its state
    assert [beat_of(mark) for mark in (new, late, handled, settling)] == [NEW, OVERDUE, CALM, CALM]
    assert (symbol_of(late), symbol_of(handled)) == (AT_WORK, DONE)
    assert fill_of(handled) == CALM_COLOUR
    assert len({fill_of(case(urgency=urgency)) for urgency in ("normal", "urgent", "extreme")}) == 3


def test_the_most_pressing_case_speaks_for_a_group() -> None:
    # given cases of every kind
    marks = [
        case("calm", state="checking", left=0.5),
        case("late", left=0.0),
        case("urgent", urgency="urgent", left=0.9),
        case("chosen", is_chosen=True),
    ]

    # when they are weighed
    order = [marks[row].id for row in np.argsort(-pressing(marks))]

    # then the chosen goes first, then the late one, and what is done comes last
    assert order == ["chosen", "late", "urgent", "calm"]


def test_the_ring_of_a_group_shows_shares_of_its_clocks() -> None:
    # given one red, two yellow and one grey clock in one group, and an orange one in another
    marks = [case(colour=colour) for colour in ("yellow", "grey", "red", "yellow", "orange")]  # type: ignore[arg-type]

    # when the shares are asked
    shares = clock_shares(clock_numbers(marks), np.array([0, 0, 0, 0, 1]), 2)

    # then they add up in the order of the ring
    assert shares.tolist() == [[0.25, 0.25, 0.75, 0.75], [0.0, 1.0, 1.0, 1.0]]


def test_far_marks_are_gathered_and_near_ones_stand_alone() -> None:
    # given a hundred marks within 200 m
    places = np.column_stack([np.random.default_rng(1).uniform(-100.0, 100.0, (100, 2)), np.full(100, 50.0)])
    free = np.zeros(100, np.bool_)

    # when they are seen from near and from far
    near = grouped(places, free, lens(350.0), SIZE_PX, 20.0)
    far = grouped(places, free, lens(20_000.0), SIZE_PX, 20.0)

    # then there are many groups, and one; every mark that is seen belongs to one group
    assert len(near.size) > 15
    assert len(far.size) == 1
    assert far.size.tolist() == [100]
    assert near.size.sum() == (near.group >= 0).sum()
    assert np.allclose(far.place[0], places.mean(axis=0))


def test_groups_do_not_lie_on_one_another() -> None:
    # given many marks over a city
    places = np.column_stack([np.random.default_rng(2).uniform(-3000.0, 3000.0, (800, 2)), np.full(800, 50.0)])

    # when they are grouped
    groups = grouped(places, np.zeros(800, np.bool_), lens(4000.0), SIZE_PX, 20.0)

    # then hardly two overlap on the screen
    away = np.hypot(*(groups.seen_px[:, None] - groups.seen_px[None]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    assert (away.min(axis=1) > 20.0).mean() > 0.95


def test_a_chosen_mark_is_never_gathered() -> None:
    # given marks at one place, one of them chosen
    places = np.tile([0.0, 0.0, 50.0], (5, 1))
    alone = np.array([False, False, True, False, False])

    # when they are grouped
    groups = grouped(places, alone, lens(3000.0), SIZE_PX, 20.0)

    # then it stands alone
    assert sorted(groups.size.tolist()) == [1, 4]
    assert groups.size[groups.group[2]] == 1


def test_what_is_behind_the_eye_belongs_to_no_group() -> None:
    # given a mark behind the camera
    # when it is grouped
    groups = grouped(np.array([[0.0, -9000.0, 0.0]]), np.array([False]), lens(500.0), SIZE_PX, 20.0)

    # then there is nothing to draw
    assert groups.group.tolist() == [-1]
    assert len(groups.size) == 0


@pytest.mark.parametrize("left", [None, 0.0, 1.0])
def test_a_case_is_late_when_its_clock_has_run_out(left: float | None) -> None:
    # given a clock, or none
    # when it is asked
    # then only one without time left is late
    assert case(left=left).is_overdue == (left == 0.0)
