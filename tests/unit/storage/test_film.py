"""sanping.storage.film: pictures in, a film out that shows them."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fakes.film_reading import seen
from sanping.domain.errors import Cancelled, InputError
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.storage.film import film_size, film_writer

WIDTH, HEIGHT, RATE = 160, 96, 25
RED, GREEN, GREY = (200, 30, 40), (20, 170, 60), (120, 120, 120)


def picture(number: int) -> UInt8Array:
    """Three fields of even colours, of which the middle one moves to the right."""
    made = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    made[:] = GREY
    made[:, :40] = RED
    made[:, 48 + number : 96 + number] = GREEN
    return made


def written(path: Path, count: int = 30) -> str:
    with film_writer(path, (WIDTH, HEIGHT), RATE) as film:
        for number in range(count):
            film.add(picture(number))
    return film.codec


@pytest.mark.parametrize(("name", "codec"), [("a.mp4", "h264"), ("a.webm", "vp9")])
def test_a_film_shows_what_was_put_in_at_a_constant_rate_in_true_colours(tmp_path: Path, name: str, codec: str) -> None:
    # given thirty pictures
    # when they become a film and are decoded again
    written(tmp_path / name)
    film = seen(tmp_path / name)

    # then each frame is its picture, in its time, and the file says how colours are meant
    assert len(film.pictures) == 30
    assert np.allclose(film.seconds, np.arange(30) / RATE, atol=0.0015)
    said = {"codec_name": codec, "width": WIDTH, "height": HEIGHT, "pix_fmt": "yuv420p", "color_space": "bt709",
            "color_range": "tv", "r_frame_rate": f"{RATE}/1"}  # fmt: skip
    assert {name: film.about[name] for name in said} == said
    for number, shown in enumerate(film.pictures):
        away = np.abs(shown.astype(float) - picture(number))
        assert away.mean() < 6.0
        for colour, column in ((RED, 20), (GREEN, 72 + number)):
            assert np.abs(shown[20:70, column].mean(axis=0) - colour).max() < 9.0


def test_without_any_encoder_a_film_is_a_series_of_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a machine without programs
    monkeypatch.setenv("PATH", str(tmp_path))

    # when a film is written as an archive
    written(tmp_path / "a.zip", 3)

    # then it holds every picture as it was, in order
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["00001.png", "00002.png", "00003.png"]
        for number, name in enumerate(archive.namelist()):
            assert np.array_equal(np.asarray(Image.open(archive.open(name))), picture(number))


@pytest.mark.parametrize("name", ["a.mp4", "a.zip"])
def test_a_film_that_was_stopped_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    # given an older film of the same name, and one that is stopped half way
    (tmp_path / name).write_bytes(b"older")

    def stopped() -> None:
        with film_writer(tmp_path / name, (WIDTH, HEIGHT), RATE) as film:
            film.add(picture(0))
            raise Cancelled(Text("停", "Stop"))

    # when it is stopped
    with pytest.raises(Cancelled):
        stopped()

    # then the older one is as it was
    assert [file.name for file in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"older"


@pytest.mark.parametrize(
    ("name", "size", "rate"),
    [("a.avi", (160, 96), 25), ("a.mp4", (161, 96), 25), ("a.mp4", (8, 8), 25), ("a.mp4", (160, 96), 0)],
)
def test_what_cannot_be_a_film_is_refused(tmp_path: Path, name: str, size: tuple[int, int], rate: int) -> None:
    # given a name, size or rate that no film has
    # when it is begun
    with pytest.raises(InputError), film_writer(tmp_path / name, size, rate):
        pass

    # then nothing was made
    assert list(tmp_path.iterdir()) == []
    assert film_size(161, 97) == (160, 96)
