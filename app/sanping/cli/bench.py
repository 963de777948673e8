"""`sanping bench`: how fast this machine draws the bundled twin; `sanping bench card`: how large a city it carries."""

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.card.figures import Card
from sanping.bootstrap.card.measuring import SYNC_S, CardWish, measured
from sanping.bootstrap.card.picture import drawn
from sanping.bootstrap.cluster import jobs_of
from sanping.bootstrap.files import load_project
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.pictures import frame_times
from sanping.cli.building import AtOnce, Scheduler
from sanping.cli.declared import Command, Group
from sanping.cli.parameters import Quality, Size, size_of
from sanping.cli.terminal import TerminalProgress, table
from sanping.domain.errors import InputError
from sanping.domain.text import Language, Text
from sanping.domain.view import StyleName
from sanping.settings import paths

Frames = Annotated[int, Text("每种画质的帧数", "Frames for each quality")]
Buildings = Annotated[int, Text("建筑数，1000 到 5000000", "Buildings, 1000 to 5000000")]
ViewFrames = Annotated[int, Text("每个视角的帧数", "Frames of each view")]
CardStyle = Annotated[StyleName, Text("风格：night 夜景、day 日景", "Style: night or day")]
CardFolder = Annotated[Path, Text("输出文件夹", "Folder to write"), Parameter(name=["--output", "-o"])]
WorkFolder = Annotated[
    Path | None,
    Text("建造时的文件夹，用集群时须为各机共享", "Folder to build in; with a cluster one that all machines see"),
]
Sync = Annotated[bool, Text("测量两屏同步", "Measure screen to screen")]
_COUNT = Text("建筑数须在 1000 到 5000000 之间", "There can be 1000 to 5000000 buildings")
_UNWRITABLE = Text(
    "文件夹无法写入：{reason}；请用 --output 换一个", "The folder cannot be written: {reason}; give another --output"
)


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


def card(  # noqa: PLR0913  one parameter an option
    *,
    buildings: Buildings = 100_000,
    size: Size = "3840x1080",
    frames: ViewFrames = 60,
    style: CardStyle = "night",
    quality: Quality = "standard",
    output: CardFolder = Path("sanping-card"),
    at_once: AtOnce = 0,
    scheduler: Scheduler = "",
    work_folder: WorkFolder = None,
    sync: Sync = True,
) -> int:
    """Build a city, draw it at the size of a wall, link two screens, and write card.json and card.svg."""
    if not 1_000 <= buildings <= 5_000_000:
        raise InputError(_COUNT, place=f"--buildings {buildings}")
    language = own_settings().language
    pixels = size_of(size)
    _made(output)
    with jobs_of(scheduler, at_once) as (jobs, width), TerminalProgress(language).heeding_interrupts() as progress:
        wish = CardWish(
            buildings=buildings,
            size=pixels,
            frames=max(2, frames),
            style=style,
            quality=quality,
            at_once=width,
            folder=work_folder,
            sync_s=SYNC_S if sync else 0.0,
        )
        found = measured(wish, jobs, progress)
    (output / "card.json").write_bytes(found.as_json())
    (output / "card.svg").write_text(drawn(found, language), encoding="utf-8")
    print(_summary(found, language))
    print(output / "card.svg")
    return 0


def _made(folder: Path) -> None:
    """Make the folder and see that it can be written, before anything is measured."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(None, os.strerror(13))
    except OSError as error:
        raise InputError(_UNWRITABLE.with_values(reason=error.strerror), path=str(folder)) from error


def _summary(found: Card, language: Language) -> str:
    head = [Text("视角", "view"), Text("p50 帧/秒", "p50 frames/s"), Text("p1 帧/秒", "p1 frames/s")]
    rows = [[one.view, f"{one.fps_median:.1f}", f"{one.fps_slowest:.1f}"] for one in found.frames]
    return table([[title.in_language(language) for title in head], *rows])


CARD = Command(
    name="card", title=Text("测出本机能承载的城市，写成一张卡片", "Measure what city this machine carries"), run=card
)
_TITLE = Text("测量本机绘制速度", "Measure how fast this machine draws")
BENCH = Group(name="bench", title=_TITLE, commands=(CARD,), alone=Command(name="bench", title=_TITLE, run=bench))
