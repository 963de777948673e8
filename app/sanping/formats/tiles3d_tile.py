"""One tile of a streamed 3D Tiles tileset: its contents as city objects in the frame of the twin."""

import posixpath
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sanping.domain.city import CityModel, Origin
from sanping.domain.errors import FileBroken, InputError
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.gathering import Gathering
from sanping.formats.geocentric import placed_on_earth
from sanping.formats.tiles3d_content import TileContent, add_content
from sanping.ports.model_reader import ReadOptions
from sanping.ports.tile_source import TileSource

LARGEST_CONTENT = 256 << 20
_MOST_POINTS = 200_000
_TOO_LARGE = Text("瓦片内容超过 {limit} MiB；已拒绝", "The content of a tile is over {limit} MiB; it was refused")


def name_of(address: str, root: str) -> str:
    """Return what objects of a content are called by: its path from the folder of the outermost tileset."""
    folder = posixpath.dirname(urlsplit(root).path)
    return posixpath.relpath(urlsplit(address).path, folder or ".")


def tile_model(files: Sequence[Path], source: TileSource, root: str, options: ReadOptions) -> CityModel:
    """Read the contents of a tile from local files, one for each of its addresses.

    A content that is of no use is counted, and the others kept. Raises an `InputError` when none is of any use.
    """
    skips = SkipLog(root)
    gathering = Gathering(skips)
    word = "Bridge" if options.role == "bridges" else "Building"
    for path, address in zip(files, source.addresses, strict=True):
        name = name_of(address, root)
        try:
            with foreign_errors_as_ours(path):
                add_content(_content(path, name, source, word), gathering)
        except InputError as error:
            skips.add(error.message, name)
    points, framed = placed_on_earth(gathering.points, options)
    notes = (*framed.notes, *gathering.notes)
    origin = Origin(format="3D Tiles", source_crs=framed.source_crs, notes=notes)
    return gathering.model(points, frame=framed.frame, origin=origin)


def _content(path: Path, name: str, source: TileSource, word: str) -> TileContent:
    if path.stat().st_size > LARGEST_CONTENT:
        raise FileBroken(_TOO_LARGE.with_values(limit=LARGEST_CONTENT >> 20))
    return TileContent(
        path=path,
        name=name,
        data=path.read_bytes(),
        matrix=source.matrix,
        known=source.known,
        class_word=word,
        is_z_up=source.is_z_up,
        most_points=_MOST_POINTS,
    )
