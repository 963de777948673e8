"""Measures this machine from an empty folder to the last frame, and writes the card."""

import os
import platform
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sanping.bootstrap.card.building import built, loaded
from sanping.bootstrap.card.drawing import VIEWS, CityDrawing
from sanping.bootstrap.card.figures import Building, Card, Frames, Machine, resident_mb
from sanping.bootstrap.card.sync import sync_ms
from sanping.bootstrap.machine import graphics
from sanping.domain.errors import DisplayMissing
from sanping.domain.text import Text
from sanping.domain.view import StyleName
from sanping.ports.jobs import Jobs
from sanping.ports.progress import Part, Progress
from sanping.settings import paths
from sanping.stage.state import QualityName

_BUILT, _DRAWN = 0.5, 0.9
SYNC_S = 3.0
_NO_GRAPHICS = Text(
    "本机没有可用的 OpenGL；请安装显卡驱动或 Debian 的 libgl1-mesa-dri",
    "No usable OpenGL answers on this machine; install a driver, or Debian's libgl1-mesa-dri",
)
_LOADING = Text("载入城市", "Mapping the city")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardWish:
    """What is measured: a city of so many buildings at so many pixels, `frames` frames of each view.

    `at_once` sections are built side by side; `folder` is where their files lie meanwhile, None for a folder that
    only this machine sees. Two screens are linked for `sync_s` seconds; with 0 no hub is started.
    """

    buildings: int
    size: tuple[int, int]
    frames: int
    style: StyleName
    quality: QualityName
    at_once: int
    folder: Path | None = None
    sync_s: float = SYNC_S


def measured(wish: CardWish, jobs: Jobs, progress: Progress) -> Card:
    """Build, draw and link, and return all figures.

    Raises `DisplayMissing` where nothing draws, `InputError` when the window cannot be as large, `HubUnreachable`, and
    what the jobs raise.
    """
    machine = _machine()
    began_s = time.perf_counter()
    with built(wish.buildings, jobs, wish.at_once, wish.folder, Part(progress, 0.0, _BUILT)) as files:
        built_s = time.perf_counter() - began_s
        building = Building(
            seconds=built_s,
            sections=len(files),
            at_once=wish.at_once,
            bytes_a_building=sum(file.stat().st_size for file in files) / wish.buildings,
        )
        progress.report(_BUILT, _LOADING)
        warm_s, frames, memory_mb = _drawn(wish, files, Part(progress, _BUILT, _DRAWN))
    sync = sync_ms(paths.default_twin(), wish.sync_s, Part(progress, _DRAWN, 1.0)) if wish.sync_s > 0 else None
    return Card(
        machine=machine,
        buildings=wish.buildings,
        width=wish.size[0],
        height=wish.size[1],
        style=wish.style,
        quality=wish.quality,
        building=building,
        cold_s=built_s + warm_s,
        warm_s=warm_s,
        frames=frames,
        memory_mb=memory_mb,
        peak_mb=max(memory_mb, resident_mb("VmHWM")),
        sync_ms=sync,
    )


def _drawn(wish: CardWish, files: list[Path], progress: Progress) -> tuple[float, tuple[Frames, ...], float]:
    """Return the seconds to the first picture, the frames of each view, and what is in memory with all of them."""
    began_s = time.perf_counter()
    drawing = CityDrawing(loaded(files), wish.size, wish.style, wish.quality)
    try:
        drawing.first_frame()
        first_s = time.perf_counter() - began_s
        share = 1 / len(VIEWS)
        frames = tuple(
            drawing.frames(view, wish.frames, Part(progress, number * share, (number + 1) * share))
            for number, view in enumerate(VIEWS)
        )
        return first_s, frames, resident_mb()
    finally:
        drawing.close()


def _machine() -> Machine:
    found = graphics()
    if found is None:
        raise DisplayMissing(_NO_GRAPHICS)
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gb=_memory_gb(),
        renderer=found.renderer,
        driver=found.version,
        is_software=found.is_software,
        system=platform.platform(terse=True),
        version=version("sanping"),
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def _memory_gb() -> float:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):
        return 0.0
