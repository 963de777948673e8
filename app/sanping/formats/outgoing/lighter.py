"""Layers made lighter before they are written, and how much lighter they are."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sanping.analysis.lightening import Lightening, Mesh, lighter
from sanping.domain.text import Text
from sanping.domain.tile import Tile, TileMesh, TileSet
from sanping.formats.outgoing.layers import OutLayer
from sanping.ports.progress import Progress

_WEIGHT = Text("三角形 {before} → {after}（{share}%）", "triangles {before} → {after} ({share}%)")
_PICTURES = Text("{weight}；带贴图的 {left} 个保持原样", "{weight}; {left} with pictures were left as they are")
_LIGHTER = Text("轻量化 {title}", "Making {title} lighter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Triangles before and after; `left` counts those of surfaces with pictures, which are left as they are."""

    before: int = 0
    after: int = 0
    left: int = 0


NO_WEIGHT = Weight()


def lightened(layers: Sequence[OutLayer], wish: Lightening, progress: Progress) -> tuple[list[OutLayer], Weight]:
    """Return the layers with lighter solids, and what that spared. Raises `Cancelled`."""
    tiles = sum(len(layer.content.tiles) for layer in layers if isinstance(layer.content, TileSet))
    found, weight, done = [], Weight(), 0
    for layer in layers:
        content = layer.content
        if not isinstance(content, TileSet):
            found.append(layer)
            continue
        doing = _LIGHTER.with_values(title=layer.title)
        made = []
        for tile in content.tiles:

            def go_on(share: float, first: int = done, doing: Text = doing) -> None:
                progress.report((first + share) / max(1, tiles), doing)

            go_on(0.0)
            after = tile if tile.skin is not None else _lighter(tile, lighter(_mesh_of(tile), wish, go_on))
            made.append(after)
            done += 1
            before, left = len(tile.near.triangles), tile.skin is not None
            weight = Weight(
                before=weight.before + before,
                after=weight.after + len(after.near.triangles),
                left=weight.left + (before if left else 0),
            )
        found.append(replace(layer, content=replace(content, tiles=tuple(made))))
    return found, weight


def _mesh_of(tile: Tile) -> Mesh:
    near = tile.near
    row = np.repeat(np.arange(len(tile.features)), np.diff(tile.first_triangle))
    return Mesh(points=near.points, triangles=near.triangles, row=row.astype(np.int64), surface=tile.triangle_surface)


def _lighter(tile: Tile, mesh: Mesh) -> Tile:
    """Return the tile with another mesh of the same objects."""
    point_feature = np.zeros(len(mesh.points), np.uint16)
    point_feature[mesh.triangles.ravel()] = np.repeat(mesh.row, 3)
    counts = np.bincount(mesh.row, minlength=len(tile.features))
    near = TileMesh(points=mesh.points, triangles=mesh.triangles, point_feature=point_feature)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return replace(tile, near=near, triangle_surface=mesh.surface, first_triangle=first)


def weight_text(weight: Weight) -> Text:
    """Say how much lighter layers are."""
    share = f"{100 * weight.after / max(1, weight.before):.0f}"
    words = _WEIGHT.with_values(before=f"{weight.before:,}", after=f"{weight.after:,}", share=share)
    return _PICTURES.with_values(weight=words, left=f"{weight.left:,}") if weight.left else words
