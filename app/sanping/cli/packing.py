"""`sanping pack`: a twin as one file, to be carried and opened elsewhere."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.twins import folder_of
from sanping.cli.declared import Command
from sanping.cli.terminal import TerminalProgress
from sanping.domain.text import Text
from sanping.formats.twin_package import PACKAGE_SUFFIX, pack_twin

Twin = Annotated[Path, Text("孪生目录（含 twin.toml）", "Folder of the twin (with its twin.toml)")]
Output = Annotated[
    Path | None,
    Text("输出文件，空为“目录名.twin”", "The file to write, by default “folder.twin”"),
    Parameter(name=["--output", "-o"]),
]
_PACKED = Text("{count} 个文件已写入 {name}（{size} MB）", "{count} files were written to {name} ({size} MB)")


def pack(twin: Twin, /, *, output: Output = None) -> int:
    """Write a twin as one file."""
    settings = own_settings()
    home = folder_of(twin)
    target = output or Path(f"{home.name}{PACKAGE_SUFFIX}")
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        count = pack_twin(home, target, progress)
    size = f"{target.stat().st_size / 1e6:.1f}"
    print(_PACKED.with_values(count=count, name=target.name, size=size).in_language(settings.language))
    return 0


PACK = Command(
    name="pack",
    title=Text("把孪生打包成一个文件（.twin）", "Write a twin as one file (.twin)"),
    run=pack,
)
