"""The phone's map of a twin: made by a program of its own, kept in the cache, made anew as files change."""

import contextlib
import shutil
from hashlib import blake2b
from pathlib import Path

from sanping.bootstrap.made_beside import MadeBeside
from sanping.domain.errors import FileBroken
from sanping.domain.label import LOWEST
from sanping.domain.text import Text
from sanping.ports.phone_map import MapStatus
from sanping.ports.progress import Progress
from sanping.tiles.content_key import code_of, source_of, states_of
from sanping.tiles.map_file import MapFile
from sanping.twin.project import TwinProject
from sanping.workers.program import run_program

KEPT = 4
_MAKING = Text("生成手机地图", "Making the phone's map")


def map_path(project: TwinProject, cache_folder: Path) -> Path:
    """Return where the map of a twin in its present state belongs."""
    mark = state_mark(project.cleared_for(LOWEST), MapFile.__module__)
    return cache_folder / "maps" / f"{mark}.mbtiles"


class TwinMap:
    """The map of one twin (`ports.phone_map.PhoneMap`)."""

    def __init__(self, project: TwinProject, cache_folder: Path) -> None:
        self._project = project
        self._cache = cache_folder
        self._beside = MadeBeside("phone-map", _MAKING, self._make)
        self._status: MapStatus | None = None
        self._file: MapFile | None = None

    @property
    def status(self) -> MapStatus:
        """How far the map is."""
        if self._file is None and self._beside.made is not None:
            self._take(self._beside.made)
        return self._status or self._beside.status

    def want(self) -> None:
        """Begin to make the map unless it is there, being made, or has failed within the last minute."""
        if self.status.state != "ready":
            self._beside.want()

    def square(self, zoom: int, column: int, row: int) -> bytes | None:
        """Return one square, `row` from the north; None where nothing is."""
        return None if self._file is None else self._file.square(zoom, column, row)

    def close(self) -> None:
        """Stop what is being made."""
        self._beside.close()
        if self._file is not None:
            self._file.close()

    def _make(self, progress: Progress) -> Path:
        path = map_path(self._project, self._cache)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            run_program(["map", str(self._project.folder), "--output", str(path)], progress)
            trim(path, "*.mbtiles")
        return path

    def _take(self, path: Path) -> None:
        """Open what was made, in the thread that reads it."""
        try:
            file = MapFile(path)
            west, south, east, north = map(float, file.about["bounds"].split(","))
            zooms = (int(file.about["minzoom"]), int(file.about["maxzoom"]))
        except (FileBroken, KeyError, ValueError) as error:
            path.unlink(missing_ok=True)
            self._beside.failed(Text(str(error), str(error)))
            return
        self._file = file
        self._status = MapStatus(
            state="ready", share=1.0, bounds=(west, south, east, north), least_zoom=zooms[0], most_zoom=zooms[1]
        )


def state_mark(project: TwinProject, *modules: str) -> str:
    """Return what tells the present state of a twin's layers, as these modules read it, from any other."""
    total = blake2b(digest_size=16)
    total.update(code_of(*modules).encode())
    for layer in project.layers:
        total.update(repr((layer.name, layer.role, layer.path, layer.options)).encode())
        total.update(repr(states_of(source_of(layer.path, layer.options).files)).encode())
    return total.hexdigest()


def trim(newest: Path, pattern: str, kept: int = KEPT) -> None:
    """Keep a few of what was made; those of older states go."""
    found = sorted(newest.parent.glob(pattern), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[kept:]:
        with contextlib.suppress(OSError):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
