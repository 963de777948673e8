"""3D Tiles 1.0 and 1.1 from disk: the finest level that fits the budget, as city objects (OGC 22-025r4)."""

from bisect import bisect_left
from pathlib import Path

import numpy as np

from sanping.domain.city import CityModel, Origin
from sanping.domain.errors import FileBroken, FormatUnknown, InputError
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.draco_data import DRACO_FORGED
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.gathering import Gathering
from sanping.formats.geocentric import placed_on_earth
from sanping.formats.placement import with_model_table
from sanping.formats.point_solids import MOST_POINTS
from sanping.formats.tiles3d_content import TileContent, add_content
from sanping.formats.tiles3d_tree import TileNode, tree_of
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

MOST_BYTES = 400 << 20
"""Coarser tiles are taken where the finest ones hold more than this, unless the setting `max_bytes` says otherwise."""
_FINEST = -1.0
_MAGICS = (b"b3dm", b"i3dm", b"pnts", b"cmpt")
_SUBTREE = b"subt"

_READING = Text("正在读取三维瓦片", "Reading the 3D tiles")
_LISTING = Text("正在列出瓦片", "Listing the tiles")
_A_PART = Text(
    "这是三维瓦片的子树，只是瓦片集的一部分；请打开 tileset.json",
    "A subtree is a part of a tileset; open its tileset.json",
)
_COARSER = Text(
    "瓦片集过大，按几何误差不超过 {error:g} 米读取（共 {count} 个瓦片内容）；可用 max_bytes 调整",
    "The tileset is large; it was read to a geometric error of {error:g} m ({count} contents); max_bytes changes that",
)
_NO_CONTENT = Text(
    "瓦片集只有描述（元数据），没有任何瓦片内容", "The tileset is a description (metadata) alone: no tile has content"
)

Chosen = list[tuple[TileNode, Path]]


class Tiles3dReader:
    """Reads tilesets and single contents of 3D Tiles."""

    name = "3D Tiles"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is a tileset, or a content of one."""
        if not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return head.startswith((*_MAGICS, _SUBTREE))
        is_named = path.name.lower() == "tileset.json" and b'"asset"' in head
        return is_named or (b'"geometricError"' in head and (b'"root"' in head or b'"asset"' in head))

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel:
        """Read the finest level, or a coarser one where that is too large.

        A tileset without a place on the earth is put down by `position`, `heading` and `scale`, as other models are.
        Further settings: `max_bytes`, `max_error_m`, `max_points`.
        """
        progress.report(0.0, _LISTING)
        skips = SkipLog(str(path))
        with foreign_errors_as_ours(path):
            options = with_model_table(path, options)
            gathering = Gathering(skips)
            with path.open("rb") as file:
                magic = file.read(4)
            if magic == _SUBTREE:
                raise FormatUnknown(_A_PART)
            is_single = magic in _MAGICS
            if is_single:
                chosen: Chosen = [(_alone(path), path)]
                version = "1.0"
            else:
                tree = tree_of(path, skips)
                chosen, version = _chosen(tree.root, dict(options.settings), gathering), tree.version
            if not chosen and not skips.total:
                raise FileBroken(_NO_CONTENT)
            _gather(chosen, path.parent, gathering, options, progress)
            points, framed = placed_on_earth(gathering.points, options)
            notes = (*framed.notes, *gathering.notes)
            origin = Origin(format="3D Tiles", version=version, source_crs=framed.source_crs, notes=notes)
            return gathering.model(points, frame=framed.frame, origin=origin)


def _alone(path: Path) -> TileNode:
    return TileNode(error_m=0.0, is_replaced=True, matrix=np.eye(4), contents=[path])


def _chosen(root: TileNode, settings: dict[str, object], gathering: Gathering) -> Chosen:
    """Return the contents of the finest level that fits the budget."""
    errors = [_FINEST, *sorted(_errors(root))]
    most = settings.get("max_bytes", MOST_BYTES)
    most = most if isinstance(most, int) and most > 0 else MOST_BYTES
    wanted = settings.get("max_error_m")
    first = 0
    if isinstance(wanted, (int, float)):
        first = max(0, int(np.searchsorted(errors, float(wanted), side="right")) - 1)
    at = bisect_left(range(len(errors)), 1, lo=first, key=lambda number: _bytes(_cut(root, errors[number])) <= most)
    at = min(at, len(errors) - 1)
    found = _cut(root, errors[at])
    if at > first:
        gathering.note(_COARSER.with_values(error=errors[at], count=len(found)))
    return found


def _errors(root: TileNode) -> set[float]:
    found, waiting = set(), [root]
    while waiting:
        node = waiting.pop()
        found.add(node.error_m)
        waiting += node.children
    return found


def _bytes(chosen: Chosen) -> int:
    return sum(path.stat().st_size for _, path in chosen)


def _cut(node: TileNode, error_m: float) -> Chosen:
    """Return the contents of the tiles that are fine enough; a tile stays where nothing below it is there."""
    own = [(node, path) for path in node.contents]
    if not node.children or (own and node.error_m <= error_m):
        return own
    below = [chosen for child in node.children for chosen in _cut(child, error_m)]
    if not node.is_replaced:
        return own + below
    return below or own


def _gather(chosen: Chosen, folder: Path, gathering: Gathering, options: ReadOptions, progress: Progress) -> None:
    """Add the contents; one that is of no use is counted, and the rest kept."""
    most = dict(options.settings).get("max_points", MOST_POINTS)
    most = most if isinstance(most, int) and most > 0 else MOST_POINTS
    clouds = sum(path.suffix.lower() == ".pnts" for _, path in chosen)
    word = "Bridge" if options.role == "bridges" else "Building"
    for number, (node, path) in enumerate(chosen):
        progress.report(0.1 + 0.75 * number / len(chosen), _READING)
        name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
        content = TileContent(
            path=path, name=name, data=path.read_bytes(), matrix=node.matrix, known=node.known, class_word=word,
            is_z_up=node.is_z_up, most_points=max(1000, most // max(1, clouds)),
        )  # fmt: skip
        try:
            with foreign_errors_as_ours(path):
                add_content(content, gathering)
        except InputError as error:
            if error.message == DRACO_FORGED:
                raise
            gathering.skips.add(error.message, name)
