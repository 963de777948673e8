"""What somebody wants to take out of a twin, as one value: layers and objects, how they are written, and where to."""

from dataclasses import dataclass
from pathlib import Path

from sanping.formats.outgoing.layers import ExportWish
from sanping.twin.project import TwinProject


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """What of a twin is taken: layers by name, none for all; of a layer the objects with these ids, and their parts."""

    layers: tuple[str, ...] = ()
    objects: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A twin with its layers as whoever exports has them, what of them is taken, and the file (or folder) to write."""

    project: TwinProject
    pick: Pick
    wish: ExportWish
    target: Path
