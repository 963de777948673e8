"""Films read back by ffmpeg and ffprobe, to see what is in them."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sanping.domain.geo import UInt8Array

_TRUE_COLOURS = "scale=in_color_matrix=bt709:in_range=tv,format=rgb24"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFilm:
    """The pictures (height, width, 3) of a film, the seconds at which each comes, and what its stream says."""

    pictures: list[UInt8Array]
    seconds: list[float]
    about: dict[str, str | int]


def seen(path: Path) -> SeenFilm:
    """Return a film as a player shows it."""
    asked = ("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_streams", "-show_packets", "-of", "json", path)
    told = json.loads(_answer(*asked))
    (stream,) = told["streams"]
    raw = _answer("ffmpeg", "-v", "error", "-i", path, "-vf", _TRUE_COLOURS, "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    pictures = np.frombuffer(raw, np.uint8).reshape(-1, stream["height"], stream["width"], 3)
    seconds = sorted(float(packet["pts_time"]) for packet in told["packets"])
    return SeenFilm(pictures=list(pictures), seconds=seconds, about=stream)


def _answer(*words: object) -> bytes:
    return subprocess.run([str(word) for word in words], capture_output=True, check=True).stdout
