"""Pieces of a streamed tileset read in a worker: several at a time, each as good or bad as it is by itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sanping.analysis.tile_tree import Branch
from sanping.domain.city import CityModel, Skipped
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress
from sanping.ports.tile_source import Opening, TileSource
from sanping.tiles.build import build_tiles
from sanping.tiles.stored import save

_READING = Text("读取瓦片", "Reading tiles")


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceReading:
    """How the pieces of a format are read; both are importable by name, because a worker calls them.

    `tile` makes a model of the local files of a tile, `branch` reads what hangs below a closed one. `root` is the
    address of the outermost tileset.
    """

    tile: Callable[[Sequence[Path], TileSource, str, ReadOptions], CityModel]
    branch: Callable[[Path, Opening, ReadOptions], Branch]
    root: str
    options: ReadOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A tile whose files are on this machine; its content goes to `target`, a closed one is opened."""

    tile: int
    files: tuple[Path, ...]
    source: TileSource
    target: Path
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceRead:
    """What became of a piece: the branch of a closed one, or nothing to tell; `refused` says why it is of no use."""

    tile: int
    branch: Branch | None = None
    skipped: tuple[Skipped, ...] = ()
    refused: Text | None = None


def read_pieces(pieces: tuple[Piece, ...], reading: PieceReading, progress: Progress) -> tuple[PieceRead, ...]:
    """Read pieces one after another; runs in a worker."""
    found = []
    for number, piece in enumerate(pieces):
        progress.report(number / len(pieces), _READING)
        try:
            found.append(_read(piece, reading))
        except SanpingError as error:
            found.append(PieceRead(tile=piece.tile, refused=error.message))
    return tuple(found)


def _read(piece: Piece, reading: PieceReading) -> PieceRead:
    if piece.source.opens is not None:
        branch = reading.branch(piece.files[0], piece.source.opens, reading.options)
        return PieceRead(tile=piece.tile, branch=branch, skipped=branch.skipped)
    model = reading.tile(piece.files, piece.source, reading.root, reading.options)
    save(piece.target, build_tiles(model), model.origin)
    return PieceRead(tile=piece.tile, skipped=model.origin.skipped)
