"""`sanping map`: a twin as vector tiles for phones and other maps."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.files import load_project
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.maps import write_map_of
from sanping.cli.declared import Command
from sanping.cli.parameters import Twin, name_refusals
from sanping.cli.terminal import TerminalProgress
from sanping.domain.text import Text
from sanping.settings import paths

_DONE, _IN_PART = 0, 1
Output = Annotated[Path, Text("输出 MBTiles 文件", "MBTiles file to write"), Parameter(name=["--output", "-o"])]


def write_map(twin: Twin = None, /, *, output: Output = Path("sanping.mbtiles")) -> int:
    """Write a twin's buildings, water, roads and names as vector tiles in one MBTiles file."""
    settings = own_settings()
    project = load_project(twin or paths.default_twin())
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        count, refused = write_map_of(project, output, progress, settings)
    print(f"{output}\t{count}")
    name_refusals(refused, settings.language)
    return _IN_PART if refused else _DONE


MAP = Command(
    name="map", title=Text("把孪生输出为手机地图（矢量瓦片）", "Write a twin as a phone's map"), run=write_map
)
