"""`sanping inspect` and `sanping import`: what the importer sees, and bringing files into a twin."""

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.files import imported, inspected
from sanping.bootstrap.machine import settings as own_settings
from sanping.cli.declared import Command
from sanping.cli.inspection_table import inspection_table
from sanping.cli.terminal import TerminalProgress
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ports.model_reader import ReadOptions

Files = Annotated[tuple[Path, ...], Text("模型文件", "Model files")]
Crs = Annotated[str, Text("坐标系，如 EPSG:4549、GCJ-02、BD-09", "CRS, such as EPSG:4549, GCJ-02, BD-09")]
Lod = Annotated[str, Text("细节层次，空为最高", "Level of detail, empty for the highest")]

AsJson = Annotated[
    bool, Text("每个文件输出一行 JSON", "One line of JSON for each file"), Parameter(name="--json", negative="")
]
Into = Annotated[Path, Text("孪生目录（含 twin.toml）", "Folder of the twin (with its twin.toml)")]
Role = Annotated[str, Text("用途，如 buildings、terrain、roads", "What it is for: buildings, terrain, roads …")]


def inspect(files: Files, /, *, crs: Crs = "", lod: Lod = "", as_json: AsJson = False) -> int:
    """Print what the importer sees in each file; refuse with a reason on stderr."""
    settings = own_settings()
    status = 0
    for path in files:
        try:
            seen = inspected(path, ReadOptions(crs=crs, lod=lod), TerminalProgress(settings.language), settings)
        except SanpingError as error:
            print(f"sanping: {error.in_language(settings.language)}", file=sys.stderr)
            status = 2
            continue
        if as_json:
            print(json.dumps(seen.to_json(), ensure_ascii=False))
        else:
            print(f"{path.name}\n{inspection_table(seen, settings.language)}\n")
    return status


def import_files(files: Files, /, *, into: Into, crs: Crs = "", lod: Lod = "", role: Role = "") -> int:
    """Copy files into a twin as new layers, after each has been read whole."""
    settings = own_settings()
    added = imported(
        files, into, ReadOptions(crs=crs, lod=lod, role=role), TerminalProgress(settings.language), settings
    )
    for entry in added:
        print(
            Text("已导入图层“{title}”（{role}）", "Imported layer “{title}” ({role})")
            .with_values(title=entry.title, role=entry.role)
            .in_language(settings.language)
        )
    return 0


INSPECT = Command(
    name="inspect", title=Text("查看文件内容而不导入", "Show what is in files without importing them"), run=inspect
)
IMPORT = Command(name="import", title=Text("把文件导入一个孪生", "Import files into a twin"), run=import_files)
