"""`sanping share`: what a hub shares of a twin, as a folder that any web server can offer."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.files import load_project
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.sharing import write_share
from sanping.cli.declared import Command
from sanping.cli.parameters import Twin, name_refusals
from sanping.cli.terminal import TerminalProgress
from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.settings import paths

_DONE, _IN_PART = 0, 1
_IS_THERE = Text("“{name}”已存在且不为空；请给出一个新的文件夹", "{name} is there and not empty; name a new folder")
_CANNOT = Text(
    "文件夹无法建立：{reason}；请检查磁盘空间和权限", "The folder cannot be made: {reason}; check disk space and rights"
)
Output = Annotated[
    Path,
    Text("输出文件夹：目录、要素和三维瓦片", "Folder to write: catalogue, features and 3D Tiles"),
    Parameter(name=["--output", "-o"]),
]


def write_shared(twin: Twin = None, /, *, output: Output) -> int:
    """Write the catalogue, the features (GeoPackage) and the models (3D Tiles 1.1) of a twin into a folder."""
    settings = own_settings()
    project = load_project(twin or paths.default_twin())
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise InputError(_IS_THERE.with_values(name=output.name), path=str(output))
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFailed(_CANNOT.with_values(reason=error.strerror or str(error)), path=str(output)) from error
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        shared = write_share(project, output, progress, settings)
    for card in shared.cards:
        print(f"{card.id}\t{card.count}\t{card.title.in_language(settings.language)}")
    name_refusals(shared.refused, settings.language)
    return _IN_PART if shared.refused else _DONE


SHARE = Command(
    name="share",
    title=Text("把孪生输出为可共享的目录、要素和三维瓦片", "Write a twin's catalogue, features and 3D Tiles to share"),
    run=write_shared,
)
