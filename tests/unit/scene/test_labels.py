"""sanping.scene.label_atlas, sanping.scene.label_layout: real glyphs, no overlap."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sanping.domain.view import CameraPose
from sanping.scene.camera import Lens, lens_of
from sanping.scene.label_atlas import drawn_words, word_pixels
from sanping.scene.label_layout import NOTHING, Labels, PixelBox, Placed, room_under, shown


@pytest.fixture
def font(repository: Path) -> Path:
    return repository / "assets" / "fonts" / "NotoSansSC-Bold.ttf"


@pytest.fixture
def lens() -> Lens:
    pose = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=0.0, pitch_deg=-30.0, distance_m=1000.0)
    return lens_of(pose, (0.0, 0.0, 0.0), 1600, 900)


def labels_at(places: list[tuple[float, float, float]], ranks: list[int]) -> Labels:
    count = len(places)
    return Labels(
        places=np.array(places),
        sizes_px=np.tile([100.0, 24.0], (count, 1)),
        ranks=np.array(ranks, float),
        reach_m=np.full(count, 5000.0),
    )


def laid(labels: Labels, lens: Lens, *, panels: Sequence[PixelBox] = (), **changes: object) -> Placed:
    """Lay labels out in a picture of 1600 × 900 pixels under panels."""
    room = room_under((1600, 900), panels, (1600, 900))
    how = {"rise_px": 30, "most": 40, "before": NOTHING.indices, "taken": NOTHING.plates, **changes}
    return shown(labels, lens, room, **how)  # type: ignore[arg-type]


def test_chinese_words_are_glyphs_and_not_boxes(font: Path) -> None:
    # given four characters of very different shape
    # when each is drawn
    images = [word_pixels(word, font, 32) for word in ("一", "国", "苏", "河")]

    # then all have ink, and no two look alike as boxes for missing glyphs would
    assert all(image.max() > 200 for image in images)
    inks = [float((image > 128).mean()) for image in images]
    assert len({round(ink, 3) for ink in inks}) == 4
    assert inks[0] < min(inks[1:])


def test_a_word_that_cannot_be_drawn_leaves_the_others_alone(font: Path) -> None:
    # given an empty word between two others
    # when they are packed
    atlas = drawn_words(["武宁", "", "长风"], font, 24)

    # then each has a box, and the others have ink
    inks = [int(atlas.pixels[y : y + h, x : x + w].max()) for x, y, w, h in atlas.boxes]
    assert inks[0] > 200
    assert inks[1] == 0
    assert inks[2] > 200


def test_words_lie_apart_in_the_atlas(font: Path) -> None:
    # given more words than fit one row
    words = [f"武宁路桥监测站 {number}" for number in range(40)]

    # when they are packed
    atlas = drawn_words(words, font, 24)

    # then boxes lie inside the picture, and no texel belongs to two
    count = np.zeros(atlas.pixels.shape, int)
    for x, y, width, height in atlas.boxes:
        count[y : y + height, x : x + width] += 1
    assert count.max() == 1
    assert len(np.unique(atlas.boxes[:, 1])) > 1


def test_of_two_labels_in_one_place_the_more_important_is_shown(lens: Lens) -> None:
    # given three labels, two of them at the same place
    labels = labels_at([(0, 0, 0), (0, 0, 0), (300, 0, 0)], [3, 1, 2])

    # when they are laid out
    placed = laid(labels, lens)

    # then the less important of the pair is left out
    assert placed.indices.tolist() == [1, 2]
    assert (placed.strengths > 0.5).all()


def test_a_label_behind_the_eye_or_beyond_its_reach_is_not_shown(lens: Lens) -> None:
    # given a label behind the eye and one far beyond
    labels = labels_at([(0, -5000, 0), (0, 9000, 0)], [1, 1])

    # when they are laid out, then none is shown
    assert laid(labels, lens).indices.tolist() == []


def test_boxes_of_other_layers_stay_free(lens: Lens) -> None:
    # given a label whose place another layer has taken
    labels = labels_at([(0, 0, 0), (300, 0, 0)], [1, 1])
    first = laid(labels, lens)

    # when it is laid out beside that box
    beside = laid(labels, lens, taken=first.plates[:1])

    # then only the other one is shown
    assert beside.indices.tolist() == [1]
    assert beside.plates.shape == (1, 4)


def test_no_more_labels_than_wanted(lens: Lens) -> None:
    # given a crowd
    rng = np.random.default_rng(3)
    labels = labels_at([(float(x), float(y), 0.0) for x, y in rng.uniform(-700, 700, (300, 2))], [3] * 300)

    # when at most ten are wanted
    placed = laid(labels, lens, most=10)

    # then there are ten, and their plates lie apart
    low, high = placed.plates[:, :2], placed.plates[:, 2:]
    overlap = ((low[:, None] < high[None]) & (high[:, None] > low[None])).all(axis=2)
    assert len(placed.indices) == 10
    assert overlap.sum() == 10


def test_a_label_is_never_cut_by_the_edge_of_the_picture(lens: Lens) -> None:
    # given labels at every place of the ground, also where only half of a label would be seen
    places = [(float(x), float(y), 0.0) for x in range(-700, 701, 10) for y in range(-400, 900, 60)]
    labels = labels_at(places, [1] * len(places))

    # when each is laid out on its own
    plates = [
        placed.plates[0]
        for row in range(len(places))
        if len((placed := laid(labels_at(places[row : row + 1], [1]), lens)).indices)
    ]

    # then many are shown, and all of them whole
    low, high = np.array(plates)[:, :2], np.array(plates)[:, 2:]
    assert len(plates) > 200
    assert len(plates) < len(labels.places)
    assert (low >= 0).all()
    assert (high <= (1600, 900)).all()


def test_a_label_near_the_side_is_pushed_in_while_its_stem_holds_it(lens: Lens) -> None:
    # given a mark twenty pixels from the right side
    edge = float(np.interp(1580.0, [800.0, 1600.0], [0.0, lens.half_width * 1000.0]))
    labels = labels_at([(edge, 0.0, 0.0)], [1])

    # when it is laid out
    placed = laid(labels, lens)

    # then its plate ends inside the picture and still stands over the mark
    assert placed.marks[0, 0] == pytest.approx(1580.0, abs=1.0)
    assert placed.plates[0, 2] <= 1600
    assert placed.plates[0, 0] < placed.marks[0, 0] < placed.plates[0, 2]


def test_labels_stay_off_the_panels(lens: Lens) -> None:
    # given a crowd of labels, and panels at both sides of a window of half the size
    rng = np.random.default_rng(5)
    labels = labels_at([(float(x), float(y), 0.0) for x, y in rng.uniform(-700, 700, (400, 2))], [3] * 400)
    panels = [(0.0, 0.0, 170.0, 450.0), (600.0, 100.0, 800.0, 300.0)]
    room = room_under((1600, 900), panels, (800, 450))

    # when they are laid out
    placed = shown(labels, lens, room, rise_px=30, most=60, before=NOTHING.indices, taken=NOTHING.plates)

    # then there are labels between the panels, and neither plate nor mark of any lies under one
    assert len(placed.indices) > 10
    for west, north, east, south in ((0, 900, 340, 0), (1200, 700, 1600, 300)):
        under = (placed.plates[:, 0] < east) & (placed.plates[:, 2] > west)
        under &= (placed.plates[:, 1] < north) & (placed.plates[:, 3] > south)
        assert not under.any()
        mark_x, mark_y = placed.marks.T
        assert not ((mark_x > west) & (mark_x < east) & (mark_y > south) & (mark_y < north)).any()


def test_a_wanted_label_is_shown_from_any_distance_before_all_others(lens: Lens) -> None:
    # given an unimportant label far beyond its reach, and an important one at the same place
    labels = replace(labels_at([(0, 900, 0), (0, 900, 0)], [6, 1]), reach_m=np.array([500.0, 5000.0]))

    # when it is wanted
    placed = laid(replace(labels, wanted=np.array([0])), lens)

    # then it is shown at full strength in place of the other
    assert placed.indices.tolist() == [0]
    assert placed.strengths.tolist() == [1.0]


def test_where_labels_are_kept_no_other_is_shown(lens: Lens) -> None:
    # given three labels apart, of which one is kept
    labels = replace(labels_at([(-300, 0, 0), (0, 0, 0), (300, 0, 0)], [1, 1, 1]), kept=np.array([1]))

    # when they are laid out, then it stands alone
    assert laid(labels, lens).indices.tolist() == [1]
    assert laid(replace(labels, kept=np.zeros(0, np.int64)), lens).indices.tolist() == []
