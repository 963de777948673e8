"""How a file becomes city objects, terrain or a vector layer."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sanping.domain.city import CityModel
from sanping.domain.ground import Terrain, VectorLayer
from sanping.ports.progress import Progress

Reading = CityModel | Terrain | VectorLayer

INDEX_NAMES = ("tileset.json", "layer.json", "metadata.xml")
"""Files that stand for all that lies in their folder and below: a tileset, terrain tiles, a photogrammetric block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the person decided about a file.

    `crs` overrides or supplies the file's CRS ("EPSG:4549", "GCJ-02", "BD-09" …); `target_crs` is the projected CRS of
    the twin, empty for the best one of the place. `lod` chooses one level, empty for the highest present.
    `role` says what the file is for ("buildings", "terrain", "roads" …), empty to find out.
    `settings` holds further keys of the model's `model.toml` table as written there (placement, columns, encoding).
    """

    crs: str = ""
    target_crs: str = ""
    vertical_datum: str = ""
    lod: str = ""
    role: str = ""
    settings: tuple[tuple[str, object], ...] = ()


class ModelReader(Protocol):
    """Reads one family of files."""

    name: str

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file looks like this format, from its name and first 64 KiB."""

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> Reading:
        """Read the whole file; raises an `InputError` rather than return nothing."""
