"""`sanping bench`: how fast this machine draws the bundled twin, so that a quality can be chosen."""

from typing import Annotated

from sanping.bootstrap.files import load_project
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.pictures import frame_times
from sanping.cli.declared import Command
from sanping.cli.terminal import TerminalProgress, table
from sanping.domain.text import Text
from sanping.settings import paths

Frames = Annotated[int, Text("每种画质的帧数", "Frames for each quality")]


def bench(*, frames: Frames = 5) -> int:
    """Print median frame times of the bundled twin in each style and quality at 1280×720."""
    settings = own_settings()
    figures = frame_times(
        load_project(paths.default_twin()), max(1, frames), TerminalProgress(settings.language), settings
    )
    head = [
        Text("风格", "style"),
        Text("画质", "quality"),
        Text("首帧 ms", "first frame ms"),
        Text("中位帧 ms", "median frame ms"),
    ]
    rows = [[figure.style, figure.quality, f"{figure.first_ms:.0f}", f"{figure.median_ms:.1f}"] for figure in figures]
    print(table([[title.in_language(settings.language) for title in head], *rows]))
    return 0


BENCH = Command(name="bench", title=Text("测量本机绘制速度", "Measure how fast this machine draws"), run=bench)
