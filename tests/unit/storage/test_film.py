"""sanping.storage.film: pictures in, a film out that shows them."""

from pathlib import Path

import av
import numpy as np
import pytest

from sanping.domain.errors import Cancelled, InputError
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.storage import film as films
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


def decoded(path: Path) -> tuple[list[UInt8Array], list[float], object]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        frames = list(container.decode(stream))
        pictures = [
            frame.reformat(format="rgb24", src_colorspace=1, src_color_range=1).to_ndarray() for frame in frames
        ]
        about = (context.width, context.height, context.pix_fmt, context.colorspace, context.color_range,
                 stream.average_rate)  # fmt: skip
        return pictures, [float(frame.time or 0) for frame in frames], about


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_a_film_shows_what_was_put_in_at_a_constant_rate_in_true_colours(tmp_path: Path, name: str) -> None:
    # given thirty pictures
    # when they become a film and are decoded again
    codec = written(tmp_path / name)
    pictures, times, about = decoded(tmp_path / name)

    # then each frame is its picture, in its time, and the file says how colours are meant
    assert len(pictures) == 30
    assert np.allclose(times, np.arange(30) / RATE, atol=0.0015)
    assert about == (WIDTH, HEIGHT, "yuv420p", 1, 1, RATE)
    assert codec in ("libx264", "mpeg4", "libvpx-vp9")
    for number, shown in enumerate(pictures):
        away = np.abs(shown.astype(float) - picture(number))
        assert away.mean() < 6.0
        for colour, column in ((RED, 20), (GREEN, 72 + number)):
            assert np.abs(shown[20:70, column].mean(axis=0) - colour).max() < 9.0


def test_where_h264_is_missing_mpeg4_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a machine whose codecs lack H.264
    monkeypatch.setattr(films.av, "codecs_available", av.codecs_available - {"libx264"})

    # when a film is written
    codec = written(tmp_path / "a.mp4", 5)

    # then another codec takes its place
    assert codec == "mpeg4"
    assert len(decoded(tmp_path / "a.mp4")[0]) == 5


def test_a_film_that_was_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    # given an older film of the same name, and one that is stopped half way
    (tmp_path / "a.mp4").write_bytes(b"older")

    def stopped() -> None:
        with film_writer(tmp_path / "a.mp4", (WIDTH, HEIGHT), RATE) as film:
            film.add(picture(0))
            raise Cancelled(Text("停", "Stop"))

    # when it is stopped
    with pytest.raises(Cancelled):
        stopped()

    # then the older one is as it was
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == b"older"


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
