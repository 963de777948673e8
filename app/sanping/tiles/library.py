"""Opens files: from the cache when they were read before, else in a worker that reads, cuts and fills the cache."""

import contextlib
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sanping.analysis.drape import draped, needs_terrain
from sanping.domain.city import CityModel, Origin
from sanping.domain.errors import WorkerFailed
from sanping.domain.ground import Terrain
from sanping.domain.lifetime import names_from
from sanping.domain.text import Text
from sanping.ports.jobs import Jobs, Limits
from sanping.ports.model_reader import Reading, ReadOptions
from sanping.ports.progress import Part, Progress
from sanping.tiles.build import build_tiles
from sanping.tiles.cache import Cache
from sanping.tiles.content_key import code_of, key_of, source_of, states_of
from sanping.tiles.stored import Ready, load, save

Read = Callable[[Path, ReadOptions, Progress], Reading]

_LOOKING = Text("检查缓存", "Looking into the cache")
_MAPPING = Text("载入瓦片", "Mapping the tiles")
_WRITING = Text("写入缓存", "Writing the cache")
_UNWRITABLE = Text(
    "无法写入缓存：{reason}；请清理磁盘空间或检查文件夹权限，也可在设置中改用其他缓存文件夹",
    "The cache cannot be written: {reason}; free disk space, check the rights of the folder, or choose another cache "
    "folder in the settings",
)
_USUAL = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a file became: its data, the report of its reader, whether the cache had it, and how long it took."""

    data: Ready
    origin: Origin
    was_cached: bool
    seconds: float


class Library:
    """The way from files to tiles, terrain and vector layers.

    `read` is importable by name, because a worker calls it. May be used from any thread.
    """

    def __init__(self, cache_folder: Path, jobs: Jobs, read: Read, *, budget_bytes: int = 8 << 30) -> None:
        self._cache = Cache(cache_folder, budget_bytes)
        self._jobs = jobs
        self._read = read
        self._code = code_of(__name__, draped.__module__, getattr(read, "__module__", ""))

    def open(
        self,
        path: Path,
        options: ReadOptions,
        progress: Progress,
        *,
        terrain: Terrain | None = None,
        limits: Limits = _USUAL,
    ) -> Opened:
        """Return the content of a file, ready to draw.

        A model whose objects have no base height is set down on `terrain`. Raises what the reader raised,
        `WorkerFailed` when the worker died or the cache cannot be written, `Cancelled` within a second of the wish;
        nothing half-written stays behind.
        """
        start = time.perf_counter()
        progress.report(0.0, _LOOKING)
        source = source_of(path, options)
        states = states_of(source.files)
        key = key_of(source, self._code + _under(terrain), self._cache.stamps, progress)
        found = self._cache.find(key)
        if found is not None:
            return Opened(data=found[0], origin=found[1], was_cached=True, seconds=time.perf_counter() - start)
        fresh = self._fresh_path(key)
        try:
            work = Work(read=self._read, path=path, options=options, terrain=terrain, target=fresh)
            self._jobs.run(read_into_file, work, progress=progress, limits=limits)
            progress.report(1.0, _MAPPING)
            data, origin = load(fresh)
            if states_of(source.files) == states:  # else it changed while it was read, and has another key now
                with contextlib.suppress(OSError):  # not kept is no loss now, only the next time
                    self._cache.adopt(fresh, key)
        finally:
            fresh.unlink(missing_ok=True)
        return Opened(data=data, origin=origin, was_cached=False, seconds=time.perf_counter() - start)

    def _fresh_path(self, key: str) -> Path:
        try:
            return self._cache.fresh_path(key)
        except OSError as error:
            raise _unwritable(error, self._cache.folder) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker is to do: read a file, set it down on a terrain, and write the result to `target`."""

    read: Read
    path: Path
    options: ReadOptions
    terrain: Terrain | None
    target: Path


def read_into_file(work: Work, progress: Progress) -> None:
    """Read, set down, cut and save; runs in a worker."""
    reading = work.read(work.path, work.options, Part(progress, 0.0, 0.7))
    data: Ready
    if isinstance(reading, CityModel):
        terrain = work.terrain
        if terrain is not None and terrain.frame.crs == reading.frame.crs and needs_terrain(reading):
            reading = draped(reading, terrain)
        data = build_tiles(reading, Part(progress, 0.7, 0.9))
    else:
        data = reading
    progress.report(0.9, _WRITING)
    try:
        save(work.target, data, reading.origin, names_from(dict(work.options.settings)))
    except OSError as error:
        raise _unwritable(error, work.target.parent) from error


def _under(terrain: Terrain | None) -> str:
    """Return what tells one terrain from another."""
    if terrain is None:
        return ""
    heights = terrain.heights_m.tobytes()
    grid = (terrain.heights_m.shape, terrain.frame, terrain.west, terrain.north, terrain.cell_x_m, terrain.cell_y_m)
    return f"terrain {grid} {zlib.crc32(heights):08x} {zlib.adler32(heights):08x}"


def _unwritable(error: OSError, folder: Path) -> WorkerFailed:
    return WorkerFailed(_UNWRITABLE.with_values(reason=error.strerror or str(error)), path=str(folder))
