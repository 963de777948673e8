"""Where the files of a streamed tileset come from, and what is known of a tile before they are there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sanping.domain.geo import Float64Array
from sanping.ports.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class RawVolume:
    """A bounding volume as it is written: `kind` box (12 numbers), region (6), sphere (4) or s2, placed by `matrix`.

    An S2 cell is its face, west, south, east and north on that (0 … 1), lowest and highest height.
    """

    kind: str
    numbers: tuple[float, ...]
    matrix: Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class SubtreePlace:
    """A tile of implicit tiling whose subtree has not been read: its level, its Morton number, and the rules.

    `ways` is 4 or 8; a subtree has `levels`, all together `depth`. `template` names subtrees, `contents` the contents
    of a tile. `volume` and `error_m` are those of the tile at level 0. Addresses are relative to `base`.
    """

    ways: int
    levels: int
    depth: int
    template: str
    contents: tuple[str, ...]
    level: int
    number: int
    volume: RawVolume
    error_m: float
    base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A file that says what hangs below a closed tile: a tileset, or a subtree where there is a `subtree`.

    `matrix` (4, 4) takes what it describes to the outermost tileset; `above` are the addresses of the tilesets around.
    """

    address: str
    matrix: Float64Array
    is_replaced: bool = True
    is_z_up: bool = False
    above: tuple[str, ...] = ()
    subtree: SubtreePlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSource:
    """What becomes a tile: the addresses of its contents, and how they stand; `opens` for a closed tile.

    `matrix` (4, 4) takes contents to the outermost tileset; `known` holds for every object in them.
    """

    addresses: tuple[str, ...] = ()
    matrix: Float64Array
    known: Mapping[str, object] = field(default_factory=dict)
    is_z_up: bool = False
    opens: Opening | None = None


class TileFiles(Protocol):
    """Gets the files of one tileset."""

    @property
    def root(self) -> str:
        """Address of the outermost tileset."""

    def fetched(self, address: str, progress: Progress) -> Path:
        """Return a local file with what stands at an address; may take long and is called from threads.

        Raises `SourceFailed` when it may come another time, `InputError` or `SourceRefused` when it never will,
        `Cancelled` when `progress` says so.
        """

    def close(self) -> None:
        """Let go of what is open; nothing is fetched afterwards."""
