"""The phone's map of a twin: made by a program of its own, kept in the cache, made anew as files change."""

import contextlib
import threading
import time
from hashlib import blake2b
from pathlib import Path

from sanping.domain.errors import Cancelled, FileBroken, SanpingError
from sanping.domain.text import Text
from sanping.ports.phone_map import MapStatus
from sanping.tiles.content_key import code_of, source_of, states_of
from sanping.tiles.map_file import MapFile
from sanping.twin.project import TwinProject
from sanping.workers.program import run_program

RETRY_AFTER_S = 60.0
_KEPT_MAPS = 4
_MAKING = Text("生成手机地图", "Making the phone's map")
_STOPPED = Text("已停止", "Stopped")


def map_path(project: TwinProject, cache_folder: Path) -> Path:
    """Return where the map of a twin in its present state belongs."""
    total = blake2b(digest_size=16)
    total.update(code_of(MapFile.__module__).encode())
    for layer in project.layers:
        total.update(repr((layer.name, layer.role, layer.path, layer.options)).encode())
        total.update(repr(states_of(source_of(layer.path, layer.options).files)).encode())
    return cache_folder / "maps" / f"{total.hexdigest()}.mbtiles"


class TwinMap:
    """The map of one twin (`ports.phone_map.PhoneMap`)."""

    def __init__(self, project: TwinProject, cache_folder: Path) -> None:
        self._project = project
        self._cache = cache_folder
        self._status = MapStatus(state="idle")
        self._file: MapFile | None = None
        self._fresh: Path | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = threading.Event()
        self._retry_s = 0.0

    @property
    def status(self) -> MapStatus:
        """How far the map is."""
        if self._file is None and self._fresh is not None:
            self._take(self._fresh)
        return self._status

    def want(self) -> None:
        """Begin to make the map unless it is there, being made, or has failed within the last minute."""
        is_tried = self.status.state == "failed" and time.monotonic() < self._retry_s
        if self._file is not None or is_tried or (self._thread is not None and self._thread.is_alive()):
            return
        self._status = MapStatus(state="making", why=_MAKING)
        self._thread = threading.Thread(target=self._make, name="phone-map", daemon=True)
        self._thread.start()

    def square(self, zoom: int, column: int, row: int) -> bytes | None:
        """Return one square, `row` from the north; None where nothing is."""
        return None if self._file is None else self._file.square(zoom, column, row)

    def close(self) -> None:
        """Stop what is being made."""
        self._is_closed.set()
        if self._thread is not None:
            self._thread.join(6.0)
        if self._file is not None:
            self._file.close()

    def report(self, fraction: float, doing: Text) -> None:
        """Take in how far the program is (`ports.progress.Progress`)."""
        if self._is_closed.is_set():
            raise Cancelled(_STOPPED)
        self._status = MapStatus(state="making", share=fraction, why=doing)

    def _make(self) -> None:
        try:
            path = map_path(self._project, self._cache)
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                run_program(["map", str(self._project.folder), "--output", str(path)], self)
                _trim(path)
            self._fresh = path
        except Cancelled:
            self._status = MapStatus(state="idle")
        except SanpingError as error:
            self._failed(Text(error.in_language("zh"), error.in_language("en")))
        except OSError as error:
            self._failed(Text(str(error), str(error)))

    def _failed(self, why: Text) -> None:
        self._retry_s = time.monotonic() + RETRY_AFTER_S
        self._status = MapStatus(state="failed", why=why)

    def _take(self, path: Path) -> None:
        """Open what was made, in the thread that reads it."""
        self._fresh = None
        try:
            file = MapFile(path)
            west, south, east, north = map(float, file.about["bounds"].split(","))
            zooms = (int(file.about["minzoom"]), int(file.about["maxzoom"]))
        except (FileBroken, KeyError, ValueError) as error:
            path.unlink(missing_ok=True)
            self._failed(Text(str(error), str(error)))
            return
        self._file = file
        self._status = MapStatus(
            state="ready", share=1.0, bounds=(west, south, east, north), least_zoom=zooms[0], most_zoom=zooms[1]
        )


def _trim(newest: Path) -> None:
    """Keep a few maps; those of older states go."""
    found = sorted(newest.parent.glob("*.mbtiles"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[_KEPT_MAPS:]:
        with contextlib.suppress(OSError):
            path.unlink()
