"""Films: time and size of MP4, WebM and a series of PNG, beside PyAV with the same codecs where it is installed.

    python benchmarks/films.py [--frames 50]

Pictures of 1920 × 1080 of the documentation's night, each moved by four pixels. Processor seconds are ours and those of
ffmpeg. `pip install av` brings the peer; it is no part of the environment, because its wheel holds GPL code.
"""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from PIL import Image

from sanping.domain.geo import UInt8Array
from sanping.storage.film import SUFFIXES, film_writer

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "night-1920x1080.jpg"
SIZE, RATE = (1920, 1080), 25
VP9 = {"crf": "32", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"}
PEERS = {".mp4": ("libx264", {"crf": "20", "preset": "veryfast"}), ".webm": ("libvpx-vp9", VP9)}
Writing = Callable[[Path, int], str]


def pictures(count: int) -> Iterator[UInt8Array]:
    whole = np.asarray(Image.open(PICTURE).convert("RGB").resize(SIZE))
    for number in range(count):
        yield np.roll(whole, 4 * number, axis=1)


def ours(path: Path, count: int) -> str:
    with film_writer(path, SIZE, RATE) as film:
        for picture in pictures(count):
            film.add(picture)
        return film.codec


def peer(path: Path, count: int) -> str:
    import av  # noqa: PLC0415

    codec, options = PEERS[path.suffix]
    with av.open(str(path), "w", options={}) as container:
        stream: Any = container.add_stream(codec, rate=RATE, options=options)
        (stream.width, stream.height), stream.pix_fmt = SIZE, "yuv420p"
        for picture in pictures(count):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame.reformat(format="yuv420p", dst_colorspace=1, dst_color_range=1)))
        container.mux(stream.encode(None))
    return codec


def measured(way: str, write: Writing, path: Path, count: int) -> None:
    before, begin = os.times(), perf_counter()
    codec = write(path, count)
    wall, after = perf_counter() - begin, os.times()
    spent = sum(after[:4]) - sum(before[:4])
    print(f"{way:<8}{path.suffix:<7}{codec:<12}{wall:8.2f}{spent:8.2f}{path.stat().st_size / 1e6:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=50)
    count = parser.parse_args().frames
    try:
        import av  # noqa: F401, PLC0415

        ways = {"ours": ours, "PyAV": peer}
    except ImportError:
        ways = {"ours": ours}
    print(f"{count} pictures of {SIZE[0]} × {SIZE[1]}")
    print(f"{'':<8}{'kind':<7}{'encoder':<12}{'wall s':>8}{'cpu s':>8}{'MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for suffix in SUFFIXES:
            for way, write in ways.items():
                if way == "ours" or suffix in PEERS:
                    measured(way, write, Path(folder) / f"{way}{suffix}", count)


if __name__ == "__main__":
    main()
