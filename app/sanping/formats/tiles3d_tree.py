"""The tree of a 3D Tiles tileset on disk: explicit and implicit tiles, and tilesets inside tilesets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np

from sanping.domain.errors import FileBroken, FileHostile, InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.tiles3d_json import (
    BROKEN_TILE,
    ImplicitTiling,
    contents_of,
    error_of,
    filled,
    implicit_of,
    is_replaced_by_children,
    matrix_of,
    properties_of,
    tileset_json,
    uris_of,
)
from sanping.formats.tiles3d_subtree import Subtree, coordinates, subtree_of

MOST_TILES = 500_000
MOST_DEPTH = 200
_LARGEST_JSON = 256 << 20
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:|^//")
MISSING = Text("瓦片内容文件缺失", "tile content whose file is missing")
ELSEWHERE = Text(
    "瓦片内容在网络上或文件夹之外，没有读取", "tile content on the network or outside the folder, not read"
)
_TOO_MANY = Text(
    "瓦片超过 {limit} 个或嵌套过深；请分块", "There are more than {limit} tiles, or too deep ones; split it"
)
_CYCLE = Text("瓦片集互相包含；已拒绝", "The tilesets contain each other; they were refused")


@dataclass(slots=True, kw_only=True)
class TileNode:
    """One tile: `matrix` (4, 4) takes its content to the tileset's frame; `error_m` is its geometric error.

    `contents` are the files that exist, `missing` how many do not; `known` is metadata for what is in it.
    """

    error_m: float
    is_replaced: bool
    matrix: Float64Array
    contents: list[Path] = field(default_factory=list)
    missing: int = 0
    children: list["TileNode"] = field(default_factory=list)
    known: Mapping[str, object] = field(default_factory=dict)
    is_z_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A tileset: its root and the version that its asset says."""

    root: TileNode
    version: str


def tree_of(path: Path, skips: SkipLog) -> Tree:
    """Read a tileset and those inside it; only files in its folder or below are looked at.

    Raises `FileBroken`, `FormatUnknown` for other versions, `FileHostile` for circles and too many tiles.
    """
    return _Builder(path.resolve().parent, skips).tileset(path.resolve(), np.eye(4), ())


class _Builder:
    """Builds the tree of one folder."""

    def __init__(self, home: Path, skips: SkipLog) -> None:
        self._home, self._skips, self._count = home, skips, 0

    def tileset(self, path: Path, above: Float64Array, parents: tuple[Path, ...]) -> Tree:
        if path in parents:
            raise FileHostile(_CYCLE, place=path.name)
        json = tileset_json(_bytes_of(path), path.name)
        place = _Place(path=path, matrix=above, parents=(*parents, path), is_z_up=json.is_z_up, groups=json.groups)
        return Tree(root=self._tile(json.root, place, is_replaced=True, depth=len(parents)), version=json.version)

    def _tile(self, tile: dict[str, Any], place: "_Place", *, is_replaced: bool, depth: int) -> TileNode:
        self._count_one(depth)
        matrix = place.matrix @ matrix_of(tile.get("transform"))
        is_replaced = is_replaced_by_children(tile, otherwise=is_replaced)
        node = TileNode(
            error_m=error_of(tile.get("geometricError")), is_replaced=is_replaced, matrix=matrix,
            known=properties_of(tile), is_z_up=place.is_z_up,
        )  # fmt: skip
        implicit = implicit_of(tile)
        if implicit is not None:
            _Implicit(self, node, implicit, uris_of(tile), place).expand()
            return node
        for uri, group in contents_of(tile, place.groups):
            self.add_content(node, uri, place)
            node.known = {**group, **node.known}
        children = tile.get("children", [])
        for child in children if isinstance(children, list) else []:
            if not isinstance(child, dict):
                self._skips.add(BROKEN_TILE, place.path.name)
                continue
            below = replace(place, matrix=matrix)
            node.children.append(self._tile(child, below, is_replaced=is_replaced, depth=depth + 1))
        return node

    def add_content(self, node: TileNode, uri: str, place: "_Place") -> None:
        """Give a tile its content: a file, or the tree of a tileset of its own."""
        path = self.inside(place.path.parent, uri)
        if path is None:
            self._skips.add(ELSEWHERE, uri[:80])
            return
        if not path.is_file():
            self._skips.add(MISSING, uri[:80])
            node.missing += 1
            return
        if path.suffix.lower() == ".json":
            inner = self.tileset(path, node.matrix, place.parents).root
            node.children.append(inner)
            return
        node.contents.append(path)

    def inside(self, folder: Path, uri: str) -> Path | None:
        """Return the file that a URI names, None for one outside the folder of the whole tileset."""
        name = unquote(uri.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])
        if not name or _SCHEME.match(name) or "\0" in name or "\\" in name or name.startswith(("/", "~")):
            return None
        target = (folder / name).resolve()
        return target if target.is_relative_to(self._home) else None

    def _count_one(self, depth: int) -> None:
        self._count += 1
        if self._count > MOST_TILES or depth > MOST_DEPTH:
            raise FileHostile(_TOO_MANY.with_values(limit=MOST_TILES))

    def implicit_tile(self, node: TileNode) -> TileNode:
        """Count and return a tile of implicit tiling."""
        self._count_one(0)
        return node

    def fetched(self, folder: Path, uri: str) -> bytes:
        """Return the bytes of a subtree or its buffer; raises `FileBroken` when it is not there."""
        path = self.inside(folder, uri)
        if path is None or not path.is_file() or path.stat().st_size > _LARGEST_JSON:
            raise FileBroken(MISSING, place=uri[:80])
        return path.read_bytes()

    def skip(self, reason: Text, place: str) -> None:
        """Count a tile that is left out."""
        self._skips.add(reason, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a tile is described: its tileset, the matrix above it, and the tilesets around it."""

    path: Path
    matrix: Float64Array
    parents: tuple[Path, ...]
    is_z_up: bool
    groups: tuple[Mapping[str, object], ...]


class _Implicit:
    """Unfolds the tiles below one tile with implicit tiling."""

    def __init__(
        self, builder: _Builder, node: TileNode, implicit: ImplicitTiling, uris: list[str], place: _Place
    ) -> None:
        self._builder, self._node, self._uris, self._place = builder, node, uris, place
        self._ways, self._levels, self._depth = implicit.ways, implicit.levels, implicit.depth
        self._template = implicit.template

    def expand(self) -> None:
        """Add the tiles that the subtrees say exist; a subtree that is broken leaves its tiles out."""
        waiting = [(self._node, 0, 0)]
        while waiting:
            root, level, number = waiting.pop()
            at = coordinates(number, level, self._ways)
            uri = filled(self._template, level, at)
            try:
                data = self._builder.fetched(self._place.path.parent, uri)
                fetch = lambda one: self._builder.fetched(self._place.path.parent, one)  # noqa: E731
                tree = subtree_of(data, levels=self._levels, ways=self._ways, fetch=fetch)
            except InputError as error:
                self._builder.skip(error.message, uri[:80])
                continue
            waiting += self._unfold(tree, root, level, number)

    def _unfold(self, tree: Subtree, root: TileNode, level: int, number: int) -> list[tuple[TileNode, int, int]]:
        """Add the tiles of one subtree below (and as) `root`; return the subtrees that follow."""
        nodes: dict[int, TileNode] = {0: root} if tree.tiles[0] else {}
        if nodes:
            self._fill(root, tree, 0, (level, number))
        first = 1
        for depth in range(1, self._levels):
            count = self._ways**depth
            for local in range(count):
                above = nodes.get((first - self._ways ** (depth - 1)) + local // self._ways)
                if above is None or not tree.tiles[first + local] or level + depth >= self._depth:
                    continue
                node = self._below(above)
                nodes[first + local] = node
                self._fill(node, tree, first + local, (level + depth, number * count + local))
            first += count
        last = first - self._ways ** (self._levels - 1)
        following = []
        if level + self._levels < self._depth:
            for local in np.flatnonzero(tree.children).tolist():
                above = nodes.get(last + local // self._ways)
                if above is not None:
                    node = self._below(above)
                    following.append((node, level + self._levels, number * self._ways**self._levels + local))
        return following

    def _below(self, above: TileNode) -> TileNode:
        node = TileNode(
            error_m=above.error_m / 2, is_replaced=above.is_replaced, matrix=above.matrix, is_z_up=above.is_z_up
        )
        above.children.append(self._builder.implicit_tile(node))
        return node

    def _fill(self, node: TileNode, tree: Subtree, index: int, place: tuple[int, int]) -> None:
        level, number = place
        at = coordinates(number, level, self._ways)
        for which, available in enumerate(tree.contents[: len(self._uris)]):
            if available[index]:
                self._builder.add_content(node, filled(self._uris[which], level, at), self._place)


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST_JSON:
        raise FileHostile(_TOO_MANY.with_values(limit=MOST_TILES), place=path.name)
    return path.read_bytes()
