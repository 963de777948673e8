"""sanping.scene.stamp: words burnt into pictures."""

from pathlib import Path

import numpy as np

from sanping.scene.stamp import AMBER, Mark, stamped


def test_words_lie_on_a_dark_plate_in_the_lower_left_corner(repository: Path) -> None:
    # given an even picture
    font = repository / "assets" / "fonts" / "NotoSansSC-Bold.ttf"
    plain = np.full((360, 640, 3), 128, np.uint8)

    # when a moment and a warning are burnt into it
    marks = [Mark(words="2026-11-21 14:30:05"), Mark(words="模拟", colour=AMBER)]
    picture = stamped(plain, marks, font)

    # then only that corner differs, with bright words and an amber one on the dark
    differs = np.argwhere((picture != plain).any(axis=2))
    assert differs[:, 0].min() > 320
    assert differs[:, 1].max() < 300
    assert (picture.reshape(-1, 3).min(axis=1) > 150).sum() > 50
    amber = picture[:, :, 0].astype(int) - picture[:, :, 2] > 60
    assert amber.sum() > 20
    assert np.argwhere(amber)[:, 1].min() > 100
    assert (plain == 128).all()
    assert stamped(plain, [Mark(words="")], font) is plain
