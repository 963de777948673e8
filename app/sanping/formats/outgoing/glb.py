"""A twin's models as one GLB: metres east, up and south of an origin, which the file names with its CRS."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sanping.domain.crs import converter
from sanping.domain.errors import InputError
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.formats.outgoing.columns import all_attributes, columns_of
from sanping.formats.outgoing.glb_parts import RESERVED, GlbParts, Shape, Table, upright
from sanping.formats.outgoing.layers import WRITING, ExportWish, OutLayer, TilePart, nothing, parts_of
from sanping.ports.progress import Progress

MOST_BYTES = (1 << 32) - 1
_TOO_LARGE = Text(
    "一个 GLB 最多 4 GB；请只导出一部分，或改用 3D Tiles",
    "A GLB holds 4 GB at most; export a part, or as 3D Tiles",
)


def drawn_parts(layers: Sequence[OutLayer]) -> list[tuple[OutLayer, TilePart]]:
    """Return the parts of solid layers that have triangles; raises `InputError` when there is none."""
    found = [
        (layer, part)
        for layer in layers
        if isinstance(layer.content, TileSet)
        for part in parts_of(layer.content, layer.chosen)
        if len(part.near.triangles)
    ]
    if not found:
        raise nothing()
    return found


def table_of(part: TilePart, name: str) -> Table:
    """Return what is known of the objects of one part of a layer."""
    features = part.tile.features
    return Table(
        name=name,
        ids=part.ids,
        classes=part.classes,
        base_m=features.base_m[part.rows],
        height_m=features.height_m[part.rows],
        attributes=part.attributes,
    )


def write_glb(path: Path, layers: Sequence[OutLayer], wish: ExportWish, progress: Progress) -> int:
    """Write the solid layers to one GLB in the projected CRS `wish.crs`; return how many objects it holds.

    Flat layers and terrain are passed over. Raises `InputError` when nothing is left, `Cancelled`, `OSError`.
    """
    parts = drawn_parts(layers)
    columns = columns_of(all_attributes(part.attributes for _, part in parts), RESERVED)
    glb = GlbParts(columns, is_quantised=wish.is_quantised)
    origin: Float64Array | None = None
    for number, (layer, part) in enumerate(parts):
        progress.report(number / len(parts), WRITING.with_values(title=layer.title))
        convert = converter(layer.content.frame.crs, wish.crs)
        points = convert(part.near.points.astype(np.float64) + part.tile.origin)
        middle = np.round((points.min(axis=0) + points.max(axis=0)) / 2)
        origin = middle if origin is None else origin
        shape = Shape(
            points=upright(points - middle),
            triangles=part.near.triangles,
            point_feature=part.near.point_feature,
            surface=part.surface,
            skin=part.skin,
        )
        name = f"{layer.name}/{part.tile.key}"
        at = upright((middle - origin)[None, :])[0].tolist()
        glb.add_mesh(shape, glb.add_table(table_of(part, name)), name=name, at=at)
    assert origin is not None
    place = {"crs": wish.crs, "vertical_datum": wish.vertical_datum, "position": origin.tolist()}
    data = glb.written(attribution=wish.attribution, extras={"sanping": place})
    if len(data) > MOST_BYTES:
        raise InputError(_TOO_LARGE)
    path.write_bytes(data)
    return sum(len(part.rows) for _, part in parts)
