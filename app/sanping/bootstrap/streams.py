"""Opens tilesets that are too large to be read at once, or lie on a server: their tiles come while one looks."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sanping.analysis.stream_budget import Budget
from sanping.analysis.tile_choice import Gaze
from sanping.analysis.tile_tree import Branch
from sanping.client.tile_host import Shelf, TileHost
from sanping.commands.loaded_layer import OpenedLayer
from sanping.commands.shared_budget import SharedBudget
from sanping.commands.streamed_layer import TileStreaming
from sanping.domain.city import Origin
from sanping.domain.errors import ConsentMissing
from sanping.domain.text import Text
from sanping.formats.tiles3d_branch import branch_below, first_branch
from sanping.formats.tiles3d_folder import TileFolder, is_large
from sanping.formats.tiles3d_tile import tile_model
from sanping.ports.jobs import Jobs, Limits
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress
from sanping.ports.tile_source import TileFiles
from sanping.tiles.cache import Cache
from sanping.tiles.pieces import PieceReading
from sanping.tiles.stream import StreamBudget, TileStream
from sanping.tiles.supply import Supply
from sanping.twin.project import LayerEntry

_NO_CONSENT = Text(
    "此图层的数据在服务器 {host} 上，尚未同意连接；请在桌面打开此孪生并选择“连接”",
    "The data of this layer lies on the server {host}, which may not be asked yet; open the twin at the desk and "
    "choose “Connect”",
)
_SETTLING = Text("载入瓦片", "Loading tiles")
TILESET = "tileset.json"
PATIENCE_S, _TICK_S = 30.0, 0.05
STREAM_KEY = "stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamRoom:
    """What streams of a twin share: workers, where tiles are kept, and what one may use."""

    jobs: Jobs
    cache: Cache
    limits: Limits
    budget: StreamBudget


def is_streamed(entry: LayerEntry) -> bool:
    """Say whether a layer is streamed: as its `stream` setting says, else a tileset of a server or a large one."""
    wished = dict(entry.options.settings).get(STREAM_KEY)
    if isinstance(wished, bool):
        return wished
    return bool(entry.url) or (entry.path.name.lower() == TILESET and entry.path.is_file() and is_large(entry.path))


def is_missing_tileset(entry: LayerEntry) -> bool:
    """Say whether a layer is a tileset on disk that this machine does not have."""
    return entry.path.name.lower() == TILESET and not entry.path.is_file()


def open_stream(entry: LayerEntry, files: TileFiles, room: StreamRoom, progress: Progress) -> OpenedLayer:
    """Read the root of a tileset and its coarsest tiles; raises what keeps them away."""
    try:
        root = files.fetched(files.root, progress)
    except BaseException:
        files.close()
        raise
    branch, options = room.jobs.run(read_root, root, files.root, entry.options, progress=progress, limits=room.limits)
    reading = PieceReading(tile=tile_model, branch=branch_below, root=files.root, options=options)
    stream = TileStream(branch, Supply(files, room.jobs, reading, room.cache, room.budget.most_requests), room.budget)
    try:
        stream.begin(progress)
    except BaseException:
        stream.close()
        raise
    origin = Origin(format="3D Tiles", version=branch.version, source_crs=options.crs, skipped=stream.skipped)
    return OpenedLayer(entry=entry, content=stream.whole, skipped=stream.skipped, origin=origin, stream=stream)


def settle(
    streams: Sequence[TileStreaming],
    gaze: Gaze,
    progress: Progress,
    patience_s: float = PATIENCE_S,
    budget: Budget | None = None,
) -> None:
    """Wait until streams have all that a view wants within a budget, or nothing more comes of them in `patience_s`."""
    ends_at, known, shared = time.monotonic() + patience_s, -1, SharedBudget(budget)
    while streams and time.monotonic() < ends_at:
        shared.look(gaze, streams)
        states = [stream.state for stream in streams]
        if all(state.is_settled for state in states) and shared.is_settled:
            return
        loaded = sum(state.loaded for state in states)
        if loaded != known:
            ends_at, known = time.monotonic() + patience_s, loaded
        progress.report(loaded / (loaded + sum(state.loading + state.wanted for state in states)), _SETTLING)
        time.sleep(_TICK_S)


def read_root(path: Path, address: str, options: ReadOptions, progress: Progress) -> tuple[Branch, ReadOptions]:
    """Read the outermost tileset; runs in a worker."""
    return first_branch(path, address, options)


class AgreedServers:
    """The servers that may be asked: those a person agreed to, and those whose address a person opened."""

    def __init__(self, names: Iterable[str], shelf: Shelf) -> None:
        self._names, self._shelf = set(names), shelf

    def files_of(self, entry: LayerEntry) -> TileFiles:
        """Return where the files of a streamed layer come from; nothing is asked yet.

        Raises `ConsentMissing` for a server that nobody agreed to, `SourceRefused` for what is no web address.
        """
        if not entry.url:
            return TileFolder(entry.path)
        host = urlsplit(entry.url).hostname or ""
        if entry.needs_consent and host not in self._names:
            raise ConsentMissing(_NO_CONSENT.with_values(host=host), place=host)
        self._names.add(host)
        return TileHost(entry.url, self._shelf)
