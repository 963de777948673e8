"""The tree of a 3D Tiles tileset on disk: explicit and implicit tiles, and tilesets inside tilesets."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import orjson

from sanping.domain.errors import FileBroken, FileHostile, FormatUnknown, InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.tiles3d_subtree import MOST_LEVELS, Subtree, coordinates, subtree_of

MOST_TILES = 500_000
MOST_DEPTH = 200
_LARGEST_JSON = 256 << 20
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:|^//")
Known = Mapping[str, object]
_IMPLICIT = "3DTILES_implicit_tiling"

MISSING = Text("瓦片内容文件缺失", "tile content whose file is missing")
ELSEWHERE = Text(
    "瓦片内容在网络上或文件夹之外，没有读取", "tile content on the network or outside the folder, not read"
)
BROKEN_TILE = Text("瓦片描述有误", "tile that is described wrongly")
_NO_JSON = Text("tileset.json 无法解析：{reason}", "The tileset's JSON cannot be parsed: {reason}")
_VERSION = Text(
    "3D Tiles 版本 {version} 不支持；能读 1.0 和 1.1", "3D Tiles {version} is not supported; 1.0 and 1.1 are"
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
        json = _json_of(path)
        asset = json.get("asset")
        version = str(asset.get("version", "")) if isinstance(asset, dict) else ""
        if version not in ("0.0", "1.0", "1.1"):
            raise FormatUnknown(_VERSION.with_values(version=version or "?"))
        is_z_up = isinstance(asset, dict) and str(asset.get("gltfUpAxis", "Y")).upper() == "Z"
        root = json.get("root")
        if not isinstance(root, dict):
            raise FileBroken(BROKEN_TILE, place="root")
        place = _Place(path=path, matrix=above, parents=(*parents, path), is_z_up=is_z_up, groups=_groups(json))
        return Tree(root=self._tile(root, place, is_replaced=True, depth=len(parents)), version=version)

    def _tile(self, tile: dict[str, Any], place: "_Place", *, is_replaced: bool, depth: int) -> TileNode:
        self._count_one(depth)
        matrix = place.matrix @ _matrix(tile.get("transform"))
        refine = tile.get("refine")
        is_replaced = str(refine).upper() == "REPLACE" if isinstance(refine, str) else is_replaced
        node = TileNode(
            error_m=_error(tile.get("geometricError")), is_replaced=is_replaced, matrix=matrix,
            known=_properties(tile), is_z_up=place.is_z_up,
        )  # fmt: skip
        implicit = tile.get("implicitTiling") or _extension(tile, _IMPLICIT)
        if isinstance(implicit, dict):
            _Implicit(self, node, implicit, _uris(tile), place).expand()
            return node
        for uri, group in _contents(tile, place.groups):
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
        self, builder: _Builder, node: TileNode, implicit: dict[str, Any], uris: list[str], place: _Place
    ) -> None:
        self._builder, self._node, self._uris, self._place = builder, node, uris, place
        self._ways = 8 if str(implicit.get("subdivisionScheme")).upper() == "OCTREE" else 4
        levels, depth = implicit.get("subtreeLevels"), implicit.get("availableLevels")
        if depth is None and isinstance(implicit.get("maximumLevel"), int):
            depth = implicit["maximumLevel"] + 1
        subtrees = implicit.get("subtrees")
        template = subtrees.get("uri") if isinstance(subtrees, dict) else None
        if not isinstance(levels, int) or not 1 <= levels <= MOST_LEVELS or not isinstance(template, str):
            raise FileBroken(BROKEN_TILE, place="implicitTiling")
        self._levels, self._template = levels, template
        self._depth = depth if isinstance(depth, int) and 0 < depth <= 4 * MOST_LEVELS else 4 * MOST_LEVELS

    def expand(self) -> None:
        """Add the tiles that the subtrees say exist; a subtree that is broken leaves its tiles out."""
        waiting = [(self._node, 0, 0)]
        while waiting:
            root, level, number = waiting.pop()
            at = coordinates(number, level, self._ways)
            uri = _filled(self._template, level, at)
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
                self._builder.add_content(node, _filled(self._uris[which], level, at), self._place)


def _filled(template: str, level: int, at: tuple[int, ...]) -> str:
    for name, value in zip(("level", "x", "y", "z"), (level, *at), strict=False):
        template = template.replace("{" + name + "}", str(value))
    return template


def _json_of(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _LARGEST_JSON:
        raise FileHostile(_TOO_MANY.with_values(limit=MOST_TILES), place=path.name)
    try:
        found = orjson.loads(path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FileBroken(_NO_JSON.with_values(reason=str(error)[:120]), place=path.name) from error
    if not isinstance(found, dict):
        raise FileBroken(_NO_JSON.with_values(reason="?"), place=path.name)
    return found


def _extension(owner: dict[str, Any], name: str) -> object:
    extensions = owner.get("extensions")
    return extensions.get(name) if isinstance(extensions, dict) else None


def _contents(tile: dict[str, Any], groups: Sequence[Known]) -> list[tuple[str, Known]]:
    """Return the addresses of a tile's contents, each with the metadata of its group."""
    multiple = tile.get("contents") or _extension(tile, "3DTILES_multiple_contents")
    listed = multiple.get("contents", multiple.get("content")) if isinstance(multiple, dict) else multiple
    found = []
    for content in listed if isinstance(listed, list) else [tile.get("content")]:
        if not isinstance(content, dict):
            continue
        uri = content.get("uri", content.get("url"))
        if isinstance(uri, str) and uri:
            group = content.get("group")
            known = groups[group] if isinstance(group, int) and 0 <= group < len(groups) else {}
            found.append((uri, known))
    return found


def _uris(tile: dict[str, Any]) -> list[str]:
    return [uri for uri, _ in _contents(tile, ())]


def _groups(json: dict[str, Any]) -> tuple[Mapping[str, object], ...]:
    listed = json.get("groups")
    return tuple(_properties({"metadata": one}) for one in listed) if isinstance(listed, list) else ()


def _properties(owner: dict[str, Any]) -> dict[str, object]:
    """Return the plain values of an entity's metadata."""
    metadata = owner.get("metadata")
    found = metadata.get("properties") if isinstance(metadata, dict) else None
    values = found.items() if isinstance(found, dict) else ()
    return {str(name): value for name, value in values if isinstance(value, (str, int, float, bool))}


def _matrix(value: object) -> Float64Array:
    """Return a column-major matrix (4, 4)."""
    if value is None:
        return np.eye(4)
    good = isinstance(value, list) and len(value) == 16 and all(isinstance(one, (int, float)) for one in value)
    matrix = np.array(value, dtype=np.float64).reshape(4, 4).T if good else np.full((4, 4), np.nan)
    if not np.isfinite(matrix).all():
        raise FileBroken(BROKEN_TILE, place="transform")
    return matrix


def _error(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and np.isfinite(value) else 0.0
