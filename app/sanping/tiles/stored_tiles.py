"""Tile sets as arrays for the cache, and back without copying."""

from dataclasses import asdict
from itertools import chain
from typing import Any

import numpy as np

from sanping.domain.city import FeatureTable
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.lifetime import LifetimeNames
from sanping.domain.tile import Tile, TileMesh, TileSet
from sanping.tiles.arrow_file import PackedAttributes, PackedStrings, attributes_column, strings_column
from sanping.tiles.lifetimes import lifetimes_of
from sanping.tiles.stored_skins import SkinCutter, skin_columns, skin_head

_MESH = ("points", "triangles", "point_feature")


def tiles_as_columns(tiles: TileSet, names: LifetimeNames) -> tuple[dict[str, object], dict[str, Any], int]:
    """Return the head and the columns of a tile set, and how many objects have dates that cannot be understood."""
    near = [tile.near for tile in tiles.tiles]
    far = [tile.far for tile in tiles.tiles if tile.far is not None]
    tables = [tile.features for tile in tiles.tiles]
    columns: dict[str, Any] = {}
    for name in _MESH:
        columns[f"near_{name}"] = np.concatenate([getattr(mesh, name) for mesh in near])
        if far:
            columns[f"far_{name}"] = np.concatenate([getattr(mesh, name) for mesh in far])
    columns["surface"] = np.concatenate([tile.triangle_surface for tile in tiles.tiles])
    columns["first_triangle"] = np.concatenate([tile.first_triangle for tile in tiles.tiles])
    columns["anchor"] = np.concatenate([tile.anchor for tile in tiles.tiles])
    for name in ("class_code", "parent", "base_m", "height_m"):
        columns[name] = np.concatenate([getattr(table, name) for table in tables])
    columns["ids"] = strings_column(list(chain.from_iterable(table.ids for table in tables)))
    columns["attributes"] = attributes_column(list(chain.from_iterable(table.attributes for table in tables)))
    columns.update(skin_columns(tiles.tiles))
    valid_ms, strange = lifetimes_of(columns["attributes"], columns["parent"], names)
    if valid_ms is not None:
        columns["valid_ms"] = valid_ms
    head: dict[str, object] = {
        "frame": asdict(tiles.frame),
        "extent": asdict(tiles.extent),
        "class_names": list(tables[0].class_names),
        "tiles": [_tile_head(tile) for tile in tiles.tiles],
    }
    return head, columns, strange


def tiles_from_columns(head: dict[str, Any], columns: dict[str, Any]) -> TileSet:
    """Build a tile set over mapped columns; ids and attributes are decoded when asked for."""
    cutter = _Cutter(columns, tuple(head["class_names"]))
    tiles = tuple(cutter.tile(entry) for entry in head["tiles"])
    return TileSet(
        frame=GeoFrame(**head["frame"]),
        tiles=tiles,
        feature_count=cutter.feature,
        extent=Extent(**head["extent"]),
    )


def _tile_head(tile: Tile) -> dict[str, object]:
    far = tile.far
    return {
        "key": tile.key,
        "origin": tile.origin.tolist(),
        "extent": asdict(tile.extent),
        "features": len(tile.features),
        "near": [len(tile.near.points), len(tile.near.triangles)],
        "far": None if far is None else [len(far.points), len(far.triangles)],
        **skin_head(tile.skin),
    }


class _Cutter:
    """Cuts whole columns into tiles, one after another."""

    def __init__(self, columns: dict[str, Any], class_names: tuple[str, ...]) -> None:
        self._columns = columns
        self._class_names = class_names
        self.feature = 0
        self._tile = 0
        self._at = {"near": [0, 0], "far": [0, 0]}
        self._skins = SkinCutter(columns)

    def tile(self, entry: dict[str, Any]) -> Tile:
        start, end = self.feature, self.feature + entry["features"]
        triangle = self._at["near"][1]
        near = self._mesh("near", *entry["near"])
        tile = Tile(
            key=entry["key"],
            first_feature=start,
            origin=np.array(entry["origin"]),
            extent=Extent(**entry["extent"]),
            near=near,
            far=None if entry["far"] is None else self._mesh("far", *entry["far"]),
            triangle_surface=self._columns["surface"][triangle : triangle + len(near.triangles)],
            first_triangle=self._columns["first_triangle"][start + self._tile : end + self._tile + 1],
            anchor=self._columns["anchor"][start:end],
            features=self._table(start, end),
            valid_ms=self._columns["valid_ms"][start:end] if "valid_ms" in self._columns else None,
            skin=self._skins.skin(entry, len(near.points)),
        )
        self.feature = end
        self._tile += 1
        return tile

    def _mesh(self, level: str, points: int, triangles: int) -> TileMesh:
        first_point, first_triangle = self._at[level]
        self._at[level] = [first_point + points, first_triangle + triangles]
        span = slice(first_point, first_point + points)
        return TileMesh(
            points=self._columns[f"{level}_points"][span],
            triangles=self._columns[f"{level}_triangles"][first_triangle : first_triangle + triangles],
            point_feature=self._columns[f"{level}_point_feature"][span],
        )

    def _table(self, start: int, end: int) -> FeatureTable:
        columns = self._columns
        return FeatureTable(
            ids=PackedStrings(columns["ids"].slice(start, end - start)),
            class_names=self._class_names,
            class_code=columns["class_code"][start:end],
            parent=columns["parent"][start:end],
            base_m=columns["base_m"][start:end],
            height_m=columns["height_m"][start:end],
            attributes=PackedAttributes(columns["attributes"].slice(start, end - start)),
        )
