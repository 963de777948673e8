"""Films: pictures in, an MP4 (H.264) or WebM (VP9) out, at a constant rate, in the colours that players expect.

A film is either there whole or not at all.
"""

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error

from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.storage.whole_file import whole_file

SUFFIXES = (".mp4", ".webm")
LARGEST_SIDE_PX = 8192
_BT709, _LIMITED = 1, 1
_CODECS = {
    ".mp4": (("libx264", {"crf": "20", "preset": "veryfast"}), ("mpeg4", {"qscale": "3"})),
    ".webm": (("libvpx-vp9", {"crf": "32", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"}),),
}
_STRANGE = Text("影片只能存为 .mp4 或 .webm：{name}", "A film is kept as .mp4 or .webm, not {name}")
_SIZE = Text(
    "影片每边须在 16 到 {most} 像素之间，帧率须在 1 到 120 之间",
    "Each side of a film must have 16 to {most} pixels, and its rate be 1 to 120 frames a second",
)
_NO_CODEC = Text(
    "本机没有可写 {suffix} 的编码器；请换另一种格式", "Nothing here writes {suffix}; choose the other format"
)
_BROKE = Text("影片无法写入：{reason}。请检查磁盘空间", "The film cannot be written: {reason}. Check the disk space")


def film_size(width: int, height: int) -> tuple[int, int]:
    """Return the size a film can have: even, because colours are kept for two by two pixels."""
    return max(16, width - width % 2), max(16, height - height % 2)


class Film:
    """A film that is being written; frames have the size of the first call of `film_writer`."""

    def __init__(self, container: Any, stream: Any) -> None:
        self.frames = 0
        self._container = container
        self._stream = stream

    @property
    def codec(self) -> str:
        """Name of the encoder that is used."""
        return str(self._stream.codec_context.name)

    def add(self, picture: UInt8Array) -> None:
        """Add a picture (height, width, 3), row 0 at the top; it stays for one frame. Raises `StoreFailed`."""
        height, width = self._stream.height, self._stream.width
        try:
            frame = av.VideoFrame.from_ndarray(picture[:height, :width].copy(), format="rgb24")
            # Without the second colour space the colours of the standard for old television would be taken.
            frame = frame.reformat(format="yuv420p", dst_colorspace=_BT709, dst_color_range=_LIMITED)
            frame.pts, frame.time_base = self.frames, self._stream.codec_context.time_base
            self._container.mux(self._stream.encode(frame))
        except (av.error.FFmpegError, OSError) as error:
            raise _broken(error) from error
        self.frames += 1

    def end(self) -> None:
        """Write what is held back. Raises `StoreFailed`."""
        try:
            self._container.mux(self._stream.encode(None))
        except (av.error.FFmpegError, OSError) as error:
            raise _broken(error) from error


@contextlib.contextmanager
def film_writer(path: Path, size_px: tuple[int, int], frames_per_s: int) -> Iterator[Film]:
    """Give a film to add pictures to; when the block ends well the file is there, else nothing is.

    `size_px` is width and height, even. Raises `InputError` for a name, size or rate that cannot be, `StoreFailed`.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(_STRANGE.with_values(name=path.name))
    if size_px != film_size(*size_px) or max(size_px) > LARGEST_SIDE_PX or not 1 <= frames_per_s <= 120:
        raise InputError(_SIZE.with_values(most=LARGEST_SIDE_PX))
    with whole_file(path) as part:
        try:
            with av.open(str(part), "w", format=suffix[1:], options=_options(suffix)) as container:
                film = Film(container, _stream(container, suffix, size_px, frames_per_s))
                yield film
                film.end()
        except av.error.FFmpegError as error:
            raise _broken(error) from error


def _options(suffix: str) -> dict[str, str]:
    return {"movflags": "+faststart"} if suffix == ".mp4" else {}


def _stream(container: Any, suffix: str, size_px: tuple[int, int], frames_per_s: int) -> Any:
    for codec, options in _CODECS[suffix]:
        if codec in av.codecs_available:
            stream = container.add_stream(codec, rate=frames_per_s, options=options)
            break
    else:
        raise InputError(_NO_CODEC.with_values(suffix=suffix))
    context = stream.codec_context
    stream.width, stream.height = size_px
    stream.pix_fmt = "yuv420p"
    context.time_base = Fraction(1, frames_per_s)
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED
    return stream


def _broken(error: Exception) -> StoreFailed:
    return StoreFailed(_BROKE.with_values(reason=str(error)[:200]))
