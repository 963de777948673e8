"""sanping.scene.label_atlas, sanping.scene.label_layout: real glyphs, no overlap."""

from pathlib import Path

import numpy as np
import pytest

from sanping.domain.view import CameraPose
from sanping.scene.camera import Lens, lens_of
from sanping.scene.label_atlas import drawn_words, word_pixels
from sanping.scene.label_layout import Labels, shown


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
    indices, strengths, _ = shown(labels, lens, (1600, 900), rise_px=30, most=40, before=np.zeros(0, np.int64))

    # then the less important of the pair is left out
    assert indices.tolist() == [1, 2]
    assert (strengths > 0.5).all()


def test_a_label_behind_the_eye_or_beyond_its_reach_is_not_shown(lens: Lens) -> None:
    # given a label behind the eye and one far beyond
    labels = labels_at([(0, -5000, 0), (0, 9000, 0)], [1, 1])

    # when they are laid out, then none is shown
    indices, _, _ = shown(labels, lens, (1600, 900), rise_px=30, most=40, before=np.zeros(0, np.int64))
    assert indices.tolist() == []


def test_boxes_of_other_layers_stay_free(lens: Lens) -> None:
    # given a label whose place another layer has taken
    labels = labels_at([(0, 0, 0), (300, 0, 0)], [1, 1])
    before = np.zeros(0, np.int64)
    _, _, boxes = shown(labels, lens, (1600, 900), rise_px=30, most=40, before=before)

    # when it is laid out beside that box
    indices, _, own = shown(labels, lens, (1600, 900), rise_px=30, most=40, before=before, taken=boxes[:1])

    # then only the other one is shown
    assert indices.tolist() == [1]
    assert own.shape == (1, 4)


def test_no_more_labels_than_wanted(lens: Lens) -> None:
    # given a crowd
    rng = np.random.default_rng(3)
    labels = labels_at([(float(x), float(y), 0.0) for x, y in rng.uniform(-700, 700, (300, 2))], [3] * 300)

    # when at most ten are wanted
    indices, _, _ = shown(labels, lens, (1600, 900), rise_px=30, most=10, before=np.zeros(0, np.int64))

    # then there are ten, and their plates lie apart
    middle = (lens.projected(labels.places[indices])[:, :2] * 0.5 + 0.5) * (1600, 900)
    gap = np.abs(middle[:, None] - middle[None])
    near = (gap[..., 0] < 100) & (gap[..., 1] < 24)
    assert len(indices) == 10
    assert near.sum() == 10
