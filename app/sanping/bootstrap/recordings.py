"""Finds the twin that a recording is of, on a machine where it may lie elsewhere."""

from collections.abc import Iterable
from pathlib import Path

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.formats.project import load_project
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.storage.recording import About
from sanping.twin.project import TwinProject

_PROJECT_FILE = "twin.toml"
_NOT_HERE = Text(
    "录像属于孪生“{name}”，本机没有找到它。请先打开该孪生一次，或在命令后写出它的文件夹",
    "The recording is of the twin “{name}”, which was not found here. Open that twin once, or name its folder",
)


def twin_of(about: About, settings: Settings, named: Path | None = None, beside: Path | None = None) -> TwinProject:
    """Return the twin a recording is of: the named folder, else one that was opened lately, lies `beside` or is ours.

    Raises `InputError` when there is none.
    """
    if named is not None:
        return load_project(named)
    for folder in _candidates(settings, beside):
        if folder.name == about.twin and (folder / _PROJECT_FILE).is_file():
            return load_project(folder)
    raise InputError(_NOT_HERE.with_values(name=Text(about.title_zh or about.twin, about.title_en or about.twin)))


def _candidates(settings: Settings, beside: Path | None) -> Iterable[Path]:
    for written in settings.recent:
        path = Path(written)
        yield path
        yield path.parent
    if beside is not None:
        yield beside
        yield from (entry for entry in sorted(beside.iterdir()) if entry.is_dir())
    yield paths.default_twin().resolve()
