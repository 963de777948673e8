"""The wall as a picture: tiles drawn one by one make one picture, and bezels are black."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sanping.domain.errors import InputError
from sanping.ports.progress import SilentProgress

pytestmark = pytest.mark.gui
SIZE = (768, 432)


@pytest.fixture(scope="module")
def drawn(twin_folder: Path, repository: Path) -> Any:
    """Draw the tiny twin on a wall of so many tiles."""
    from sanping.bootstrap.desk_hub import HubChoice
    from sanping.bootstrap.wall import WallWish
    from sanping.bootstrap.wall_picture import WallShot, wall_pixels
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings

    project, settings = load_project(twin_folder), Settings(language="zh")

    def draw(counts: tuple[int, int], size: tuple[int, int], bezel_mm: float = 0.0, focus: str = "") -> Any:
        wish = WallWish(counts=counts, size_px=size, bezel_mm=bezel_mm, pitch_mm=1.0, seat_m=2.5, layout="16x9")
        shot = WallShot(quality="standard", focus=focus)
        pixels, refused = wall_pixels(project, (wish, shot), HubChoice(), SilentProgress(), settings)
        assert not refused
        return pixels.astype(np.int16)

    return draw


def test_six_tiles_make_the_picture_of_one_screen_minus_what_their_bezels_hide(drawn: Any) -> None:
    # given bezels of twelve pixels between three by two tiles
    gap, (width, height) = 12, SIZE
    canvas = (width + 2 * gap, height + gap)

    # when the wall is drawn tile by tile, and once as one screen as large as the canvas
    tiled, whole = drawn((3, 2), SIZE, bezel_mm=12.0), drawn((1, 1), canvas)

    # then the bezels are black
    assert tiled.shape == whole.shape == (canvas[1], canvas[0], 3)
    tile = (width // 3, height // 2)
    is_bezel = np.zeros(whole.shape[:2], bool)
    for number in (1, 2):
        is_bezel[:, number * tile[0] + (number - 1) * gap : number * (tile[0] + gap)] = True
    is_bezel[tile[1] : tile[1] + gap] = True
    assert tiled[is_bezel].max() == 0

    # and the city between the panels goes on behind them, without a seam; a label that would cross one is left out
    off = np.abs(tiled - whole).max(axis=2)
    middle = np.zeros(off.shape, bool)
    middle[round(0.14 * height) : round(0.7 * height), round(0.28 * width) : round(0.7 * width)] = True
    city = middle & ~is_bezel
    assert np.percentile(off[city], 90) <= 6
    beside = middle & ~is_bezel & (np.roll(is_bezel, 3, axis=1) | np.roll(is_bezel, -3, axis=1))
    assert off[beside].mean() <= off[city].mean() + 2.0


def test_a_picture_of_the_wall_is_written_and_words_that_mean_nothing_are_refused(
    drawn: Any, twin_folder: Path, tmp_path: Path
) -> None:
    from PIL import Image

    from sanping.cli.application import main

    # given a folder

    # when the command writes a picture, and is asked for impossible things
    path = tmp_path / "new" / "wall.png"
    status = main(["wall", str(twin_folder), "--picture", str(path), "--size", "640x360", "--quality", "soft"])
    refused = [
        main(["wall", str(twin_folder), "--picture", str(path), *words])
        for words in (
            ["--tiles", "0x2"],
            ["--tile", "4,1/3x2"],
            ["--layout", "imax"],
            ["--tile", "1,1/2x1", "--tiles", "2x1"],
        )
    ]

    # then the picture is there, and the rest was refused with status 2
    assert status == 0
    with Image.open(path) as picture:
        assert picture.size == (640, 360)
    assert refused == [2, 2, 2, 2]
    with pytest.raises(InputError):
        drawn((1, 1), (320, 180), focus="nonsense")


def test_bezels_pixels_and_seats_come_from_the_command_then_the_layout_then_the_settings(
    repository: Path, twin_folder: Path
) -> None:
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.wall.picture import WallCanvas

    # given six tiles, whose layout knows its bezels and pixels, and one screen, whose layout does not
    create_application("zh", repository / "assets")
    settings = Settings(wall_seat_m=10.0, wall_pitch_mm=1.0)
    six = WallCanvas(repository / "assets" / "wall", "", (3, 2), (5760, 2160), settings)
    one = WallCanvas(repository / "assets" / "wall", "", (1, 1), (1920, 1080), settings)

    # when they are measured without and with words of the command
    own = six.tiling.gap_px
    six.measure(bezel_mm=20.0, pitch_mm=2.0, seat_m=5.0)

    # then 3.5 mm are six pixels of 0.63 mm, 20 mm are ten of 2 mm, and the settings say how large text is on the other
    assert own == (6, 6)
    assert six.tiling.gap_px == (10, 10)
    assert one.board.em_px == pytest.approx(46.5, abs=0.1)
