"""Opens twins and their layers: readers in workers, tiles from the cache, objects set down on the terrain."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from sanping.bootstrap.streams import AgreedServers, StreamRoom, is_missing_tileset, is_streamed, open_stream
from sanping.bootstrap.twins import load_project, scenes
from sanping.client.shared_tiles import SharedTiles
from sanping.client.tile_host import Shelf
from sanping.commands.loaded_layer import Content, OpenedLayer
from sanping.commands.streamed_layer import TileStreaming
from sanping.domain.crs import LOCAL
from sanping.domain.errors import Cancelled, InputError, SanpingError, SourceFailed
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.label import HIGHEST, clearances_of
from sanping.domain.text import Text
from sanping.formats import catalog
from sanping.formats.components import load_components
from sanping.formats.governance import load_governance
from sanping.formats.project import project_of_files
from sanping.formats.roles import fitting_role
from sanping.ports.allow_list import words_of
from sanping.ports.jobs import Jobs, Limits
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Part, Progress
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.tiles.cache import Cache
from sanping.tiles.content_key import source_of
from sanping.tiles.library import Library
from sanping.tiles.stream import StreamBudget
from sanping.twin.cases.inventory import Inventory
from sanping.twin.project import LayerEntry, SceneCard, TwinProject
from sanping.workers.jobs import WorkerJobs

_PRELOAD = (
    "sanping.tiles.library",
    "sanping.formats.catalog",
    "sanping.tiles.pieces",
    "sanping.formats.tiles3d_branch",
)
_GIGABYTE = 1 << 30
COMPONENTS = ("components.csv", "components.geojson")
_NEITHER = Text(
    "{own}；中枢共享的瓦片也不能用：{shared}", "{own}; nor can the tiles that the hub shares be used: {shared}"
)
_READING_COMPONENTS = Text("读取部件表", "Reading the table of components")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A layer that cannot be opened, and why."""

    entry: LayerEntry
    error: SanpingError


def limits_of(settings: Settings) -> Limits:
    """Return what a reader may use."""
    wall_s = settings.worker_minutes * 60
    return Limits(memory_bytes=int(settings.worker_memory_gb * _GIGABYTE), cpu_s=int(wall_s), wall_s=wall_s)


class TwinOpener:
    """Opens twins, files and layers for windows and pictures; may be used from any thread.

    `jobs` do the reading, workers of its own by default. A streamed layer that cannot be opened comes from what the hub
    at `hub_where` (its address and token) shares. `kind` is the kind of screen that shows them, "" for one that may
    show everything.
    Layers of one twin share its terrain: whoever needs it first reads it, the others wait for it. Loose files without
    a CRS given share that of the first one that has a place on the map.
    """

    def __init__(
        self,
        settings: Settings,
        jobs: Jobs | None = None,
        hub_where: Callable[[], tuple[str, str]] | None = None,
        kind: str = "",
    ) -> None:
        self._clearance = clearances_of(settings.clearances).of_screen(kind) if kind else HIGHEST
        self._own_jobs = WorkerJobs(preload=_PRELOAD) if jobs is None else None
        self._jobs: Jobs = jobs or self._own_jobs or WorkerJobs()
        self._limits = limits_of(settings)
        self._library = Library(
            settings.cache_folder or paths.cache_folder(),
            self._jobs,
            catalog.read,
            budget_bytes=int(settings.cache_budget_gb * _GIGABYTE),
        )
        kept, most_bytes = settings.cache_folder or paths.cache_folder(), int(settings.cache_budget_gb * _GIGABYTE)
        shelf = Shelf(folder=kept / "fetched", most_bytes=most_bytes // 4)
        self._shared = None if hub_where is None else SharedTiles(hub_where, shelf, kind)
        self._servers = AgreedServers(words_of(settings.tile_servers), shelf)
        self._room = StreamRoom(
            jobs=self._jobs,
            cache=Cache(kept / "streamed", most_bytes),
            limits=self._limits,
            budget=StreamBudget(),
        )
        self._streams: list[TileStreaming] = []
        self._lock = Lock()
        self._terrain_entry: LayerEntry | None = None
        self._terrain: Future[OpenedLayer] | None = None
        self._loose: tuple[LayerEntry, ...] = ()
        self._crs: Future[str] | None = None

    @property
    def jobs(self) -> Jobs:
        """The workers that read."""
        return self._jobs

    def open_twin(self, folder: Path, progress: Progress) -> TwinProject:
        """Read what a twin folder declares, without the layers above the clearance of the screen."""
        return self.opened_twin(load_project(folder).cleared_for(self._clearance))

    def scenes(self) -> tuple[SceneCard, ...]:
        """Return the scenes that can be opened."""
        return scenes()

    def components(self, project: TwinProject, progress: Progress) -> Inventory:
        """Read the components that a twin governs: `components.csv` or `.geojson` among its tables."""
        folder = project.governance
        found = [] if folder is None else [path for path in map(folder.joinpath, COMPONENTS) if path.is_file()]
        if not found:
            return Inventory()
        progress.report(0.1, _READING_COMPONENTS)
        classes = load_governance(folder).classes.items()
        known = {code: thing for (kind, code), thing in classes if kind == "component"}
        return load_components(found[0], known, project.crs)

    def opened_twin(self, project: TwinProject) -> TwinProject:
        """Take `project` as the twin whose layers are opened from now on."""
        self._end_streams()
        with self._lock:
            self._terrain_entry = next((entry for entry in project.layers if entry.role == "terrain"), None)
            self._terrain = None
            self._loose = () if project.crs else project.layers
            self._crs = None
        return project

    def entries_of(
        self, files: Sequence[Path], options: ReadOptions, project: TwinProject, progress: Progress
    ) -> tuple[LayerEntry, ...]:
        """Turn files into layers that fit the twin: unique names, the twin's CRS as target."""
        wished = replace(options, target_crs=options.target_crs or project.crs)
        taken = {entry.name for entry in project.layers}
        entries = []
        for entry in project_of_files(files, wished).layers:
            name, number = entry.name, 2
            while name in taken:
                name, number = f"{entry.name}-{number}", number + 1
            taken.add(name)
            target = replace(entry.options, target_crs=project.crs or entry.options.target_crs)
            entries.append(replace(entry, name=name, options=target))
        return tuple(entries)

    def open_layer(self, entry: LayerEntry, progress: Progress) -> OpenedLayer:
        """Read one layer, or map it from the cache."""
        is_terrain = entry == self._terrain_entry
        entry = self._in_common_crs(entry, progress)
        if is_terrain:
            return self._shared_terrain(entry, progress)
        terrain = None
        if entry.role in ("buildings", "bridges") and self._terrain_entry is not None:
            terrain = self._ground(self._in_common_crs(self._terrain_entry, progress), progress)
        return self._open(entry, progress, terrain)

    def open_layers(self, project: TwinProject, progress: Progress) -> Iterator[OpenedLayer]:
        """Open every layer of a twin in turn; raises at the first that cannot be read."""
        self.opened_twin(project)
        for entry in project.layers:
            yield self.open_layer(entry, progress)

    def open_readable(self, project: TwinProject, progress: Progress) -> tuple[list[OpenedLayer], list[Refusal]]:
        """Open every layer of a twin that can be read, and name the others; raises the first error when none can."""
        self.opened_twin(project)
        opened: list[OpenedLayer] = []
        refused: list[Refusal] = []
        for number, entry in enumerate(project.layers):
            count = len(project.layers)
            try:
                opened.append(self.open_layer(entry, Part(progress, number / count, (number + 1) / count)))
            except Cancelled:
                raise
            except SanpingError as error:
                refused.append(Refusal(entry=entry, error=error))
        if refused and not opened:
            raise refused[0].error
        return opened, refused

    def files_with(self, path: Path) -> Sequence[Path]:
        """Return the files that reading a file reads, itself among them: buffers, materials, pictures, sidecars."""
        return source_of(path, ReadOptions()).files

    def warm(self) -> None:
        """Start a worker in advance, so that the next file opens quickly."""
        if self._own_jobs is not None:
            self._own_jobs.warm()

    def close(self) -> None:
        """End streams and waiting workers."""
        self._end_streams()
        if self._own_jobs is not None:
            self._own_jobs.close()

    def _end_streams(self) -> None:
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.close()

    def _in_common_crs(self, entry: LayerEntry, progress: Progress) -> LayerEntry:
        """Return a layer of loose files with the CRS of the first of them as its target."""
        if len(self._loose) < 2 or entry not in self._loose or entry.options.target_crs:
            return entry
        with self._lock:
            future = self._crs
            is_mine = future is None
            if future is None:
                future = self._crs = Future()
        if is_mine:
            try:
                future.set_result(self._first_crs(progress))
            except BaseException as error:
                with self._lock:
                    self._crs = None
                future.set_exception(error)
        return replace(entry, options=replace(entry.options, target_crs=future.result()))

    def _first_crs(self, progress: Progress) -> str:
        """Return the CRS of the first loose file that can be read and has a place; empty when none has."""
        for entry in self._loose:
            try:
                crs = self._open(entry, progress, None).content.frame.crs
            except InputError:  # which its own layer reports
                continue
            if crs != LOCAL:
                return crs
        return ""

    def _ground(self, entry: LayerEntry, progress: Progress) -> Terrain | None:
        """Return the terrain to set objects down on; None when it cannot be read, which its own layer reports."""
        try:
            content = self._shared_terrain(entry, progress).content
        except SanpingError:
            return None
        return content if isinstance(content, Terrain) else None

    def _shared_terrain(self, entry: LayerEntry, progress: Progress) -> OpenedLayer:
        with self._lock:
            future = self._terrain
            is_mine = future is None
            if future is None:
                future = self._terrain = Future()
        if is_mine:
            try:
                future.set_result(self._open(entry, progress, None))
            except BaseException as error:
                with self._lock:
                    self._terrain = None
                future.set_exception(error)
        return future.result()

    def _open(self, entry: LayerEntry, progress: Progress, terrain: Terrain | None) -> OpenedLayer:
        if is_streamed(entry) or (self._shared is not None and is_missing_tileset(entry)):
            streamed = self._streamed(entry, progress)
            self._streams += [streamed.stream] if streamed.stream is not None else []
            return streamed
        opened = self._library.open(entry.path, entry.options, progress, terrain=terrain, limits=self._limits)
        role = entry.role if entry.options.role else fitting_role(entry.role, _kinds(opened.data))
        found = replace(entry, role=role)
        return OpenedLayer(entry=found, content=opened.data, skipped=opened.origin.skipped, origin=opened.origin)

    def _streamed(self, entry: LayerEntry, progress: Progress) -> OpenedLayer:
        """Open a streamed layer from where the twin says, else from what the hub shares."""
        try:
            return open_stream(entry, self._servers.files_of(entry), self._room, progress)
        except Cancelled:
            raise
        except SanpingError as error:
            if self._shared is None:
                raise
            own = error
        try:
            files = self._shared.files_of(entry.name, progress)
            options = ReadOptions(target_crs=entry.options.target_crs, role=entry.options.role)
            return open_stream(replace(entry, options=options), files, self._room, progress)
        except Cancelled:
            raise
        except SanpingError as error:
            words = _NEITHER.with_values(own=own.message, shared=error.message)
            raise SourceFailed(words, path=own.path, place=own.place) from error


def _kinds(content: Content) -> Counter[str]:
    """Count what a layer holds by kind."""
    if isinstance(content, Terrain):
        return Counter(("Terrain",))
    return Counter(shape.geom_type for shape in content.geometries) if isinstance(content, VectorLayer) else Counter()
