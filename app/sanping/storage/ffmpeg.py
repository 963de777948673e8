"""The encoders of the system's ffmpeg, as a child process that is handed raw pictures by a pipe.

Nothing of ffmpeg is part of our packages: which codecs it has, and under which licence, is the system's affair.
"""

import contextlib
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import numpy as np

from sanping.domain.errors import InputError, ProgramMissing, StoreFailed
from sanping.domain.geo import UInt8Array
from sanping.domain.own_program import environment_of_others
from sanping.domain.text import Text

PROGRAM = "ffmpeg"
ENDS_WITHIN_S = 600.0
_TRIED_WITHIN_S = 30.0
_TRIAL_PX = (64, 64)
_LONGEST_WORDS = 300
_WINDOWLESS = getattr(subprocess, "CREATE_NO_WINDOW", 0)
# In the order in which they are taken; the first is in Debian's ffmpeg, the others in those of systems without GPL.
_CODECS = {
    ".mp4": (
        ("libx264", ("-crf", "20", "-preset", "veryfast")),
        ("libopenh264", ("-b:v", "12M")),
        ("mpeg4", ("-q:v", "3")),
    ),
    ".webm": (("libvpx-vp9", ("-crf", "32", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1")),),
}
_CONTAINER = {".mp4": ("-movflags", "+faststart", "-f", "mp4"), ".webm": ("-f", "webm")}
# Without the matrix of the filter the colours of the standard for old television would be taken.
_COLOURS = (
    "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
    "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
)  # fmt: skip
_MISSING = Text(
    "写 MP4 与 WebM 需要 ffmpeg，本机没有；请安装系统软件包 ffmpeg（Debian：sudo apt install ffmpeg），"
    "或把文件名改为 .zip，存为逐帧的 PNG 图片",
    "MP4 and WebM need ffmpeg, which is not on this machine; install the system's package ffmpeg (Debian: "
    "sudo apt install ffmpeg), or name the file .zip to get numbered PNG pictures",
)
_NO_CODEC = Text(
    "本机的 ffmpeg 写不出 {suffix}：{reason}。请换另一种格式，或把文件名改为 .zip，存为逐帧的 PNG 图片",
    "The ffmpeg of this machine cannot write {suffix}: {reason}. Choose the other format, or name the file .zip to get "
    "numbered PNG pictures",
)
_BROKE = Text(
    "影片无法写入，ffmpeg 已退出：{reason}。请检查磁盘空间",
    "The film cannot be written, ffmpeg has ended: {reason}. Check the disk space",
)


class Encoding:
    """A film that ffmpeg is writing."""

    def __init__(self, process: "subprocess.Popen[bytes]", said: IO[bytes], codec: str, size_px: tuple[int, int]):
        assert process.stdin is not None
        self.codec = codec
        self._process, self._pictures, self._said, self._size_px = process, process.stdin, said, size_px

    def add(self, picture: UInt8Array) -> None:
        """Hand over a picture (height, width, 3), row 0 at the top. Raises `StoreFailed` when ffmpeg has ended."""
        width, height = self._size_px
        rest = np.ascontiguousarray(picture[:height, :width]).data.cast("B")
        try:
            while rest:
                rest = rest[self._pictures.write(rest) :]
        except OSError as error:
            raise self._broken() from error

    def end(self) -> None:
        """Return when the film is whole. Raises `StoreFailed`."""
        with contextlib.suppress(OSError):
            self._pictures.close()
        try:
            status = self._process.wait(ENDS_WITHIN_S)
        except subprocess.TimeoutExpired as error:
            raise self._broken() from error
        if status:
            raise self._broken()

    def stop(self) -> None:
        """End ffmpeg if it still runs."""
        self._process.kill()
        with contextlib.suppress(OSError):
            self._pictures.close()
        self._process.wait()

    def _broken(self) -> StoreFailed:
        with contextlib.suppress(subprocess.TimeoutExpired):  # it has closed its end, its last words are on their way
            self._process.wait(1.0)
        self._said.seek(0)
        return StoreFailed(_BROKE.with_values(reason=_last_words(self._said.read()) or str(self._process.returncode)))


@contextlib.contextmanager
def encoding(part: Path, suffix: str, size_px: tuple[int, int], frames_per_s: int) -> Iterator[Encoding]:
    """Have ffmpeg write `part` as a film of the kind `suffix` (".mp4" or ".webm"); width and height are even.

    Raises `ProgramMissing` where there is no ffmpeg, `InputError` where it lacks the encoder, `StoreFailed`. When the
    block ends by an error ffmpeg is ended, and what it wrote is not to be used.
    """
    program = ffmpeg()
    codec, options = _chosen(program, suffix)
    words = (*_read(program, size_px, frames_per_s), "-c:v", codec, *options, *_CONTAINER[suffix])
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*words, "-y", f"file:{part.resolve()}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=environment_of_others(os.environ),
            creationflags=_WINDOWLESS,
            bufsize=0,
        )
        film = Encoding(process, said, codec, size_px)
        try:
            yield film
            film.end()
        finally:
            film.stop()


def ffmpeg() -> str:
    """Return the path of the system's ffmpeg. Raises `ProgramMissing`, even where one lies in the working folder."""
    folders = [folder for folder in os.get_exec_path() if os.path.isabs(folder)]  # noqa: PTH117  words, not a path yet
    found = shutil.which(PROGRAM, path=os.pathsep.join(folders))
    if found is None or not Path(found).is_absolute():  # Windows looks beside us first
        raise ProgramMissing(_MISSING)
    return found


def codecs() -> dict[str, str]:
    """Return for each kind of film the encoder that would be used here; without those that cannot be written."""
    found = {}
    for suffix in _CODECS:
        with contextlib.suppress(ProgramMissing, InputError):
            found[suffix] = _chosen(ffmpeg(), suffix)[0]
    return found


@functools.cache
def _chosen(program: str, suffix: str) -> tuple[str, Sequence[str]]:
    """Return the first encoder that works here, and its options: some are listed and yet lack their library."""
    reason = ""
    for codec, options in _CODECS[suffix]:
        reason = _trouble(program, codec, options)
        if not reason:
            return codec, options
    raise InputError(_NO_CODEC.with_values(suffix=suffix, reason=reason))


def _trouble(program: str, codec: str, options: Sequence[str]) -> str:
    """Return why an encoder does not work, found by a film of one black picture; "" when it does."""
    width, height = _TRIAL_PX
    try:
        done = subprocess.run(
            [*_read(program, _TRIAL_PX, 25), "-c:v", codec, *options, "-f", "null", "-"],
            input=bytes(width * height * 3),
            capture_output=True,
            timeout=_TRIED_WITHIN_S,
            check=False,
            env=environment_of_others(os.environ),
            creationflags=_WINDOWLESS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)[:_LONGEST_WORDS]
    return (_last_words(done.stderr) or str(done.returncode)) if done.returncode else ""


def _read(program: str, size_px: tuple[int, int], frames_per_s: int) -> tuple[str, ...]:
    """Return the first half of a command line: raw pictures from the standard input, and how colours are meant."""
    width, height = size_px
    return (
        program, "-hide_banner", "-loglevel", "error", "-nostdin", "-f", "rawvideo", "-pixel_format", "rgb24",
        "-video_size", f"{width}x{height}", "-framerate", str(frames_per_s), "-i", "pipe:0", "-an", *_COLOURS,
    )  # fmt: skip


def _last_words(said: bytes) -> str:
    return said.decode("utf-8", "replace").strip()[-_LONGEST_WORDS:]
