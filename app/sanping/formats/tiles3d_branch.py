"""A part of a 3D Tiles tree read from one file: a tileset, one inside another, or a subtree; nothing else is opened."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from sanping.analysis.tile_tree import Branch, TileTree
from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.geocentric import is_earth_centred, placed_on_earth
from sanping.formats.gltf_container import resolved
from sanping.formats.placement import with_model_table
from sanping.formats.tiles3d_address import beside, is_tileset
from sanping.formats.tiles3d_json import (
    BROKEN_TILE,
    Known,
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
from sanping.formats.tiles3d_subtree import coordinates, subtree_of
from sanping.formats.tiles3d_tree import ELSEWHERE, MOST_TILES
from sanping.formats.tiles3d_volumes import part_of, placed_volumes, raw_volume, source_points
from sanping.ports.model_reader import ReadOptions
from sanping.ports.tile_source import Opening, RawVolume, SubtreePlace, TileSource

DEEPEST = 32
LARGEST_FILE = 256 << 20

_NO_VOLUME = Text(
    "瓦片集的根没有包围体，无法定位", "The root of the tileset has no bounding volume, so it has no place"
)
_TOO_MANY = Text("瓦片超过 {limit} 个；请分块", "There are more than {limit} tiles; split the tileset")
_CYCLE = Text("瓦片集互相包含；已拒绝", "The tilesets contain each other; they were refused")
_TOO_LARGE = Text("瓦片集的描述文件过大；请分块", "A description of the tileset is too large; split it")


@dataclass(slots=True)
class _Found:
    """Tiles in the order of their numbers: children of a tile are neighbours."""

    raw: list[RawVolume] = field(default_factory=list)
    error_m: list[float] = field(default_factory=list)
    is_replaced: list[bool] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    sources: list[TileSource] = field(default_factory=list)
    requests: dict[int, RawVolume] = field(default_factory=dict)

    def add(self, raw: RawVolume, error_m: float, parent: int, source: TileSource, *, is_replaced: bool) -> int:
        """Add a tile and return its number. Raises `FileHostile` for too many."""
        if len(self.raw) >= MOST_TILES:
            raise FileHostile(_TOO_MANY.with_values(limit=MOST_TILES))
        self.raw.append(raw)
        self.error_m.append(error_m)
        self.is_replaced.append(is_replaced)
        self.parent.append(parent)
        self.sources.append(source)
        return len(self.raw) - 1

    def branch(self, skips: SkipLog, options: ReadOptions, version: str) -> Branch:
        """Return what was found, placed in the frame that the options lead to."""
        count = len(self.raw)
        parent = np.array(self.parent, np.int64)
        children = np.bincount(parent[parent >= 0], minlength=count).astype(np.int64)
        first = np.zeros(count, np.int64)
        # Neighbours: the first time a parent is named is where its children begin.
        named, at = np.unique(parent, return_index=True)
        first[named[named >= 0]] = at[named >= 0]
        request = np.full(count, -1, np.int64)
        request[list(self.requests)] = np.arange(len(self.requests))
        tree = TileTree(
            request=request if self.requests else None,
            requests=placed_volumes(list(self.requests.values()), options) if self.requests else None,
            volumes=placed_volumes(self.raw, options),
            error_m=np.array(self.error_m, np.float64),
            is_replaced=np.array(self.is_replaced, np.bool_),
            has_content=np.array([bool(source.addresses) for source in self.sources], np.bool_),
            is_closed=np.array([source.opens is not None for source in self.sources], np.bool_),
            is_passage=np.array([source.opens is not None and source.opens.subtree is None for source in self.sources]),
            parent=parent,
            first_child=first,
            children=children,
        )
        return Branch(tree=tree, sources=tuple(self.sources), skipped=skips.skipped, version=version)


def first_branch(path: Path, address: str, options: ReadOptions) -> tuple[Branch, ReadOptions]:
    """Read the outermost tileset from the local file `path`.

    Also return the options by which everything below it is read: they name the frame that was found for it. Raises
    `FileBroken`, `FormatUnknown`, `CrsMissing`.
    """
    options = with_model_table(path, options)
    opening = Opening(address=address, matrix=np.eye(4))
    found, skips, version = _read_tileset(path, opening)
    points = source_points(found.raw[0])
    _, framed = placed_on_earth(points, options)
    if is_earth_centred(points):
        options = replace(options, target_crs=framed.frame.crs)
    return found.branch(skips, options, version), options


def branch_below(path: Path, opening: Opening, options: ReadOptions) -> Branch:
    """Read what hangs below a closed tile from the local file `path`; raises an `InputError`."""
    if opening.subtree is not None:
        skips = SkipLog(opening.address)
        return _read_subtree(path, opening, opening.subtree, skips).branch(skips, options, "1.1")
    found, skips, version = _read_tileset(path, opening)
    return found.branch(skips, options, version)


def _bytes_of(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_FILE:
        raise FileHostile(_TOO_LARGE)
    return path.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """A tile whose children are still to be added."""

    tile: dict[str, Any]
    number: int
    matrix: Float64Array
    is_replaced: bool


def _read_tileset(path: Path, opening: Opening) -> tuple[_Found, SkipLog, str]:
    if opening.address in opening.above or len(opening.above) > DEEPEST:
        raise FileHostile(_CYCLE, place=opening.address)
    json = tileset_json(_bytes_of(path), opening.address)
    here = replace(opening, is_z_up=json.is_z_up, above=(*opening.above, opening.address))
    reader = _TilesetReader(here, json.groups)
    reader.read(json.root)
    return reader.found, reader.skips, json.version


class _TilesetReader:
    """Lists the tiles of one tileset breadth first, so that children are neighbours."""

    def __init__(self, here: Opening, groups: Sequence[Known]) -> None:
        self._here, self._groups = here, groups
        self.found, self.skips = _Found(), SkipLog(here.address)

    def read(self, root: dict[str, Any]) -> None:
        raw = raw_volume(root, self._here.matrix @ matrix_of(root.get("transform")))
        if raw is None:
            raise FileBroken(_NO_VOLUME, place="root")
        waiting = [self._added(root, -1, raw, self._here.matrix, is_replaced=self._here.is_replaced)]
        for one in waiting:  # which grows
            inner = [uri for uri, _ in contents_of(one.tile, ()) if is_tileset(uri)]
            if inner and self.found.sources[one.number].opens is None:
                self._add_passages(one, inner)
            children = one.tile.get("children", []) if implicit_of(one.tile) is None else []
            for child in children if isinstance(children, list) else []:
                if not isinstance(child, dict):
                    self.skips.add(BROKEN_TILE, self._here.address)
                    continue
                above = self.found.raw[one.number]
                waiting.append(self._added(child, one.number, above, one.matrix, is_replaced=one.is_replaced))

    def _added(
        self, tile: dict[str, Any], parent: int, above: RawVolume, matrix: Float64Array, *, is_replaced: bool
    ) -> _Waiting:
        matrix = matrix @ matrix_of(tile.get("transform"))
        is_replaced = is_replaced_by_children(tile, otherwise=is_replaced)
        raw = raw_volume(tile, matrix) or above
        error_m = error_of(tile.get("geometricError"))
        source = self._source(tile, raw, error_m, matrix, is_replaced=is_replaced)
        number = self.found.add(raw, error_m, parent, source, is_replaced=is_replaced)
        asked_from = raw_volume(tile, matrix, "viewerRequestVolume")
        if asked_from is not None:
            self.found.requests[number] = asked_from
        return _Waiting(tile=tile, number=number, matrix=matrix, is_replaced=is_replaced)

    def _source(
        self, tile: dict[str, Any], raw: RawVolume, error_m: float, matrix: Float64Array, *, is_replaced: bool
    ) -> TileSource:
        here = replace(self._here, matrix=matrix, is_replaced=is_replaced)
        known: Known = {}
        addresses: list[str] = []
        implicit = implicit_of(tile)
        if implicit is not None:
            place = SubtreePlace(
                ways=implicit.ways, levels=implicit.levels, depth=implicit.depth, template=implicit.template,
                contents=tuple(uris_of(tile)), level=0, number=0, volume=raw, error_m=error_m, base=self._here.address,
            )  # fmt: skip
            return TileSource(matrix=matrix, is_z_up=here.is_z_up, opens=_subtree_opening(here, place, self.skips))
        inner: list[str] = []
        for uri, group in contents_of(tile, self._groups):
            address = beside(here.address, uri)
            if address is None:
                self.skips.add(ELSEWHERE, uri[:80])
                continue
            (inner if is_tileset(address) else addresses).append(address)
            known = {**known, **group}
        is_passage = len(inner) == 1 and not addresses and not tile.get("children")
        return TileSource(
            addresses=tuple(addresses),
            matrix=matrix,
            known={**known, **properties_of(tile)},
            is_z_up=here.is_z_up,
            opens=replace(here, address=inner[0]) if is_passage else None,
        )

    def _add_passages(self, one: _Waiting, inner: list[str]) -> None:
        """Let tilesets inside a tile that holds other things too hang below it, each by a tile of its own."""
        for uri in inner:
            address = beside(self._here.address, uri)
            if address is None:
                continue
            here = replace(self._here, matrix=one.matrix, is_replaced=one.is_replaced, address=address)
            source = TileSource(matrix=one.matrix, is_z_up=here.is_z_up, opens=here)
            raw, error_m = self.found.raw[one.number], self.found.error_m[one.number]
            self.found.add(raw, error_m, one.number, source, is_replaced=one.is_replaced)


def _subtree_opening(here: Opening, place: SubtreePlace, skips: SkipLog) -> Opening | None:
    """Return where the subtree of a tile is; None when that is elsewhere, which is counted."""
    uri = filled(place.template, place.level, coordinates(place.number, place.level, place.ways))
    address = beside(place.base, uri)
    if address is None:
        skips.add(ELSEWHERE, uri[:80])
        return None
    return replace(here, address=address, subtree=place)


def _read_subtree(path: Path, opening: Opening, place: SubtreePlace, skips: SkipLog) -> _Found:
    """List the tiles of a subtree level by level; those of the next subtrees are closed."""
    tree = subtree_of(_bytes_of(path), levels=place.levels, ways=place.ways, fetch=lambda uri: resolved(path, uri))
    found = _Found()
    above: dict[int, int] = {0: -1}
    first = 0
    for depth in range(place.levels):
        count, numbers = place.ways**depth, {}
        is_deep = place.level + depth >= place.depth
        for local in [] if is_deep else np.flatnonzero(tree.tiles[first : first + count]).tolist():
            parent = above.get(local // place.ways if depth else 0)
            if parent is None:
                continue
            at = replace(place, level=place.level + depth, number=place.number * count + local)
            has = [bool(one[first + local]) for one in tree.contents[: len(place.contents)]]
            numbers[local] = _add_implicit(found, at, opening, parent, _contents(at, has, skips))
        above, first = numbers, first + count
    if not found.raw:
        _add_implicit(found, place, opening, -1, TileSource(matrix=opening.matrix))
    if place.level + place.levels < place.depth:
        for local in np.flatnonzero(tree.children).tolist():
            parent = above.get(local // place.ways)
            if parent is not None:
                level, number = place.level + place.levels, place.number * place.ways**place.levels + local
                at = replace(place, level=level, number=number)
                source = TileSource(matrix=opening.matrix, opens=_subtree_opening(opening, at, skips))
                _add_implicit(found, at, opening, parent, source)
    return found


def _add_implicit(found: _Found, at: SubtreePlace, opening: Opening, parent: int, source: TileSource) -> int:
    volume = part_of(at.volume, at.level, coordinates(at.number, at.level, at.ways))
    source = replace(source, matrix=opening.matrix, is_z_up=opening.is_z_up)
    return found.add(volume, at.error_m / 2**at.level, parent, source, is_replaced=opening.is_replaced)


def _contents(at: SubtreePlace, has: list[bool], skips: SkipLog) -> TileSource:
    place = coordinates(at.number, at.level, at.ways)
    addresses = []
    for template in (one for one, is_there in zip(at.contents, has, strict=False) if is_there):
        uri = filled(template, at.level, place)
        address = beside(at.base, uri)
        if address is None:
            skips.add(ELSEWHERE, uri[:80])
        else:
            addresses.append(address)
    return TileSource(addresses=tuple(addresses), matrix=np.eye(4))
