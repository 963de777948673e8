"""What a card says, as values and as JSON."""

from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What was measured: processor and its cores, memory, what draws, and the version of the program."""

    processor: str
    cores: int
    memory_gb: float
    renderer: str
    driver: str
    is_software: bool
    system: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """How the city came to be: seconds of all, sections and processes at once, bytes of the files a building."""

    seconds: float
    sections: int
    at_once: int
    bytes_a_building: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Frames:
    """The frames of one view: wall and processor milliseconds of each, in order."""

    view: str
    wall_ms: tuple[float, ...]
    processor_ms: tuple[float, ...]

    @property
    def fps_median(self) -> float:
        """Frames a second of the middle frame."""
        return 1e3 / median(self.wall_ms)

    @property
    def fps_slowest(self) -> float:
        """Frames a second of the frame that 99 in 100 are not slower than: p1."""
        return 1e3 / float(np.percentile(self.wall_ms, 99))


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything measured in one run.

    `cold_s` is from nothing to the first picture, building included, `warm_s` from the files of the tiles to it.
    `memory_mb` is resident while drawing, `peak_mb` the most of this process. `sync_ms` holds p50 and p99 from a
    camera shown on one screen to its arrival on another over a hub of this machine, None when it was not measured.
    """

    machine: Machine
    buildings: int
    width: int
    height: int
    style: str
    quality: str
    building: Building
    cold_s: float
    warm_s: float
    frames: tuple[Frames, ...]
    memory_mb: float
    peak_mb: float
    sync_ms: tuple[float, float] | None

    def as_json(self) -> bytes:
        """Return all figures, with each frame, and the medians by name."""
        return orjson.dumps(self._plain(), option=orjson.OPT_INDENT_2)

    def _plain(self) -> dict[str, Any]:
        plain = asdict(self)
        for view, frames in zip(plain["frames"], self.frames, strict=True):
            view["fps_p50"], view["fps_p1"] = round(frames.fps_median, 2), round(frames.fps_slowest, 2)
            for name in ("wall_ms", "processor_ms"):
                view[name] = [round(ms, 3) for ms in view[name]]
        return plain


def resident_mb(what: str = "VmRSS") -> float:
    """Return what this process has in memory, `VmHWM` the most it had; 0 where the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith(what + ":")), 0.0)
