"""sanping.scene.picture_parts, sanping.scene.picture_file: large pictures, cut and written."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sanping.domain.view import CameraPose
from sanping.scene.camera import lens_of
from sanping.scene.picture_file import PictureFile
from sanping.scene.picture_parts import GRID_PX, MARGIN_PX, PicturePart, parts_of

SIZES = [(7680, 2160), (1920, 1080), (16_384, 16_384), (700, 3001), (5000, 17), (33, 4000)]


@pytest.mark.parametrize("size", SIZES)
def test_parts_cover_every_pixel_once_and_come_row_by_row(size: tuple[int, int]) -> None:
    # given a size
    # when it is cut into parts of at most a million pixels
    parts = parts_of(*size, 1_000_000)

    # then together they are the picture, in the order in which a file is written
    assert sum(part.width * part.height for part in parts) == size[0] * size[1]
    assert [(part.top, part.left) for part in parts] == sorted((part.top, part.left) for part in parts)
    assert all(part.whole == size for part in parts)
    assert max(part.left + part.width for part in parts) == size[0]
    assert max(part.top + part.height for part in parts) == size[1]


@pytest.mark.parametrize("size", SIZES)
def test_parts_with_their_margin_stay_small_inside_the_picture_and_on_the_grid_of_the_glow(
    size: tuple[int, int],
) -> None:
    # given the parts of a picture
    for part in parts_of(*size, 1_000_000):
        left, top, right, bottom = part.drawn

        # then each is drawn a margin wider, never past the edge, and starts where the coarsest glow has a pixel
        assert (right - left) * (bottom - top) <= 1_300_000
        assert left == max(0, part.left - MARGIN_PX)
        assert bottom == min(size[1], part.top + part.height + MARGIN_PX)
        assert top >= 0
        assert right <= size[0]
        assert left % GRID_PX == 0
        assert (size[1] - bottom) % GRID_PX == 0


def test_a_picture_that_is_small_enough_stays_whole() -> None:
    # given a small picture
    (part,) = parts_of(640, 360, 1_000_000)

    # then it is drawn as it is
    assert part.is_whole
    assert part.drawn == (0, 0, 640, 360)


def test_the_lens_of_a_part_looks_along_the_same_rays() -> None:
    # given the lens of a picture, and of its upper right ninth
    pose = CameraPose(target=(0.0, 0.0, 0.0), heading_deg=30.0, pitch_deg=-25.0, distance_m=500.0)
    whole = lens_of(pose, (0.0, 0.0, 0.0), 900, 450)
    part = PicturePart(whole=(900, 450), left=600, top=0, width=300, height=150)
    ninth = whole.part((600, 0, 900, 150), part.whole)

    # then corners and middle of the part are seen where they are in the whole
    assert ninth.ray(1.0, 1.0) == pytest.approx(whole.ray(1.0, 1.0))
    assert ninth.ray(-1.0, -1.0) == pytest.approx(whole.ray(1 / 3, 1 / 3))
    assert ninth.ray(0.0, 0.0) == pytest.approx(whole.ray(2 / 3, 2 / 3))


def test_a_picture_written_in_strips_is_read_back_as_it_was(tmp_path: Path) -> None:
    # given a picture with even ground, a slope and noise
    pixels = np.random.default_rng(3).integers(0, 255, (150, 41, 3), np.uint8)
    pixels[:50] = 40
    pixels[50:100] = np.arange(41, dtype=np.uint8)[:, None] * 3
    path = tmp_path / "new folder" / "picture.png"

    # when it is written in strips of uneven height
    file = PictureFile(path, 41, 150)
    for first, last in ((0, 1), (1, 70), (70, 70), (70, 150)):
        assert not path.exists()
        file.add(pixels[first:last])
    file.finish()

    # then any reader gets the same pixels, and nothing else lies there
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), pixels)
    assert list(path.parent.iterdir()) == [path]


def test_a_picture_given_up_leaves_nothing_behind(tmp_path: Path) -> None:
    # given a picture that is half written over an older one
    path = tmp_path / "picture.png"
    path.write_bytes(b"the older one")
    file = PictureFile(path, 4, 4)
    file.add(np.zeros((2, 4, 3), np.uint8))

    # when it is given up
    file.discard()

    # then only the older one is there
    assert path.read_bytes() == b"the older one"
    assert list(tmp_path.iterdir()) == [path]
