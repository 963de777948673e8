"""Opens tilesets that are too large to be read at once, or lie on a server: their tiles come while one looks."""

from dataclasses import dataclass
from pathlib import Path

from sanping.analysis.tile_tree import Branch
from sanping.commands.loaded_layer import OpenedLayer
from sanping.domain.city import Origin
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

TILESET = "tileset.json"
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


def open_stream(entry: LayerEntry, files: TileFiles, room: StreamRoom, progress: Progress) -> OpenedLayer:
    """Read the root of a tileset and its coarsest tiles; raises what keeps them away."""
    root = files.fetched(files.root, progress)
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


def read_root(path: Path, address: str, options: ReadOptions, progress: Progress) -> tuple[Branch, ReadOptions]:
    """Read the outermost tileset; runs in a worker."""
    return first_branch(path, address, options)


def files_of(entry: LayerEntry) -> TileFiles:
    """Return where the files of a streamed layer come from."""
    return TileFolder(entry.path)
