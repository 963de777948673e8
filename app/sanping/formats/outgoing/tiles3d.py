"""A twin's models as 3D Tiles 1.1: a folder with `tileset.json` and GLB contents, earth-centred (EPSG:4978).

Each tile of the twin is a node with its own axes east, north, up; distant blocks stand above the full models, which
replace them. Bounding volumes are regions of longitude, latitude (radians) and height above the ellipsoid (metres).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson

from sanping import __version__
from sanping.domain.crs import converter
from sanping.domain.geo import Float64Array
from sanping.domain.tile import TileMesh
from sanping.formats.outgoing.columns import Column, all_attributes, columns_of
from sanping.formats.outgoing.glb import drawn_parts, table_of
from sanping.formats.outgoing.glb_parts import RESERVED, GlbParts, Shape, upright
from sanping.formats.outgoing.layers import WRITING, ExportWish, OutLayer, TilePart
from sanping.ports.progress import Progress

EARTH_CENTRED, LONGITUDE_LATITUDE = "EPSG:4978", "EPSG:4326"
FAR_ERROR_M = 16.0
WIDER = 2.0
TILESET = "tileset.json"
CONTENTS = "tiles"

Json = dict[str, object]
Region = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarthFrame:
    """Axes east, north, up (rows of `axes`) at a point of the earth, both earth-centred."""

    origin: Float64Array
    axes: Float64Array

    @property
    def matrix(self) -> list[float]:
        """The way from this frame to the earth, column-major 4 × 4."""
        found = np.eye(4)
        found[:3, :3], found[:3, 3] = self.axes.T, self.origin
        columns: list[float] = found.T.ravel().tolist()
        return columns


def write_3dtiles(folder: Path, layers: Sequence[OutLayer], wish: ExportWish, progress: Progress) -> int:
    """Write the solid layers into an empty folder; return how many objects they hold.

    Beside the tileset of all, each layer has one of its own among its contents; `asset.extras.layers` has its number.
    Flat layers and terrain are passed over. Raises `InputError` when nothing is left, `Cancelled`, `OSError`.
    """
    parts = drawn_parts(layers)
    columns = columns_of(all_attributes(part.attributes for _, part in parts), RESERVED)
    leaves: defaultdict[str, defaultdict[str, dict[tuple[int, int, int], Json]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for number, (layer, part) in enumerate(parts):
        progress.report(number / len(parts), WRITING.with_values(title=layer.title))
        *piece, level, column, row = part.tile.key.split("/")  # those of a set that was joined say of which part
        writer = _TileWriter(
            folder,
            f"{CONTENTS}/{next(place for place, one in enumerate(layers) if one is layer)}",
            layer,
            wish,
            columns,
        )
        leaves[layer.name]["/".join(piece)][int(level), int(column), int(row)] = writer.node(part)
    branches = {name: _around([_tree(nodes) for nodes in pieces.values()]) for name, pieces in leaves.items()}
    numbers = {one.name: number for number, one in enumerate(layers) if one.name in branches}
    for name, branch in branches.items():
        below = f"{CONTENTS}/{numbers[name]}/"
        _write_tileset(folder / below / TILESET, _without(below, branch), _about(wish))
    root = _around(list(branches.values()))
    _write_tileset(folder / TILESET, root, {**_about(wish), "layers": numbers})
    return sum(len(part.rows) for _, part in parts)


def _write_tileset(path: Path, root: Json, about: Json) -> None:
    tileset: Json = {
        "asset": {"version": "1.1", "generator": f"Sanping {__version__}", "extras": about},
        "geometricError": _error_of(root) * WIDER,
        "root": root,
    }
    path.write_bytes(orjson.dumps(tileset, option=orjson.OPT_INDENT_2))


def _without(prefix: str, node: Json) -> Json:
    """Return a node whose contents are named from within a folder."""
    made = dict(node)
    content, children = node.get("content"), node.get("children")
    if isinstance(content, dict):
        made["content"] = {**content, "uri": str(content["uri"]).removeprefix(prefix)}
    if isinstance(children, list):
        made["children"] = [_without(prefix, child) for child in children]
    return made


class _TileWriter:
    """Writes the contents of one tile of a layer."""

    def __init__(self, folder: Path, below: str, layer: OutLayer, wish: ExportWish, columns: Sequence[Column]) -> None:
        self._folder, self._below, self._layer, self._wish, self._columns = folder, below, layer, wish, columns

    def node(self, part: TilePart) -> Json:
        """Write the full model, and the distant one where there is one; return the node of the tree."""
        points = self._lifted(part, part.near)
        frame = frame_about(points, self._layer.content.frame.crs)
        near = self._written(part, part.near, frame, "")
        top = near
        if part.far is not None and len(part.far.triangles):
            top = self._written(part, part.far, frame, "-far")
            top["boundingVolume"] = _volume(_merged([_region_of(top), _region_of(near)]))
            top["geometricError"] = FAR_ERROR_M
            top["children"] = [near]
        top["transform"] = frame.matrix
        return top

    def _lifted(self, part: TilePart, mesh: TileMesh) -> Float64Array:
        raised = part.tile.origin + np.array([0.0, 0.0, self._wish.height_offset_m])
        return np.asarray(mesh.points.astype(np.float64) + raised, np.float64)

    def _written(self, part: TilePart, mesh: TileMesh, frame: EarthFrame, suffix: str) -> Json:
        points, crs = self._lifted(part, mesh), self._layer.content.frame.crs
        glb = GlbParts(self._columns, is_quantised=self._wish.is_quantised)
        shape = Shape(
            points=upright((converter(crs, EARTH_CENTRED)(points) - frame.origin) @ frame.axes.T),
            triangles=mesh.triangles,
            point_feature=mesh.point_feature,
            surface=None if suffix else part.surface,
            skin=None if suffix else part.skin,
        )
        glb.add_mesh(shape, glb.add_table(table_of(part, self._layer.name)))
        uri = f"{self._below}/{part.tile.key.replace('/', '-')}{suffix}.glb"
        path = self._folder / uri
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(glb.written(attribution=self._wish.attribution))
        region = region_of(points, crs)
        return {"boundingVolume": _volume(region), "geometricError": 0.0, "refine": "REPLACE", "content": {"uri": uri}}


def frame_about(points: Float64Array, crs: str) -> EarthFrame:
    """Return the axes east, north, up in the middle of points (p, 3) of a projected CRS."""
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    longitude, latitude = np.radians(converter(crs, LONGITUDE_LATITUDE)(middle[None, :])[0, :2])
    sine, cosine = (np.sin(longitude), np.sin(latitude)), (np.cos(longitude), np.cos(latitude))
    axes = np.array(
        [
            [-sine[0], cosine[0], 0.0],
            [-sine[1] * cosine[0], -sine[1] * sine[0], cosine[1]],
            [cosine[1] * cosine[0], cosine[1] * sine[0], sine[1]],
        ]
    )
    return EarthFrame(origin=converter(crs, EARTH_CENTRED)(middle[None, :])[0], axes=axes)


def region_of(points: Float64Array, crs: str) -> Region:
    """Return west, south, east, north (radians), lowest and highest (metres) of points, a little wider than they."""
    degrees = converter(crs, LONGITUDE_LATITUDE)(points)
    low, high = degrees.min(axis=0), degrees.max(axis=0)
    region = np.array([*np.radians(low[:2]), *np.radians(high[:2]), low[2], high[2]])
    region += np.array([-1e-9, -1e-9, 1e-9, 1e-9, -0.01, 0.01])
    return region


def _tree(nodes: dict[tuple[int, int, int], Json]) -> Json:
    """Return the root of a quadtree over the tiles of a layer; squares with one tile below are left out."""
    level = max(key[0] for key in nodes)
    below = dict(nodes)
    while level > 0 and len(below) > 1:
        above: defaultdict[tuple[int, int, int], list[Json]] = defaultdict(list)
        for (depth, column, row), node in below.items():
            key = (depth, column, row) if depth < level else (level - 1, column // 2, row // 2)
            above[key].append(node)
        below = {key: _around(found) for key, found in above.items()}
        level -= 1
    return _around(list(below.values()))


def _around(nodes: Sequence[Json]) -> Json:
    """Return what has these nodes in it: the only one itself."""
    return nodes[0] if len(nodes) == 1 else _parent(nodes)


def _parent(children: Sequence[Json]) -> Json:
    """Return a node without content around others; it is coarser than the coarsest and as wide as them all."""
    region = _merged([_region_of(child) for child in children])
    error_m = max(max(_error_of(child) for child in children) * WIDER, _side_m(region) / 8)
    return {
        "boundingVolume": _volume(region),
        "geometricError": round(error_m, 3),
        "refine": "REPLACE",
        "children": list(children),
    }


def _side_m(region: Region) -> float:
    width = (region[2] - region[0]) * np.cos((region[1] + region[3]) / 2)
    return float(np.hypot(width, region[3] - region[1]) * 6_371_000.0)


def _volume(region: Region) -> Json:
    return {"region": region.tolist()}


def _region_of(node: Json) -> Region:
    volume = node["boundingVolume"]
    assert isinstance(volume, dict)
    return np.array(volume["region"])


def _error_of(node: Json) -> float:
    return float(str(node["geometricError"]))


def _merged(regions: Sequence[Region]) -> Region:
    many = np.array(regions)
    low, high = many.min(axis=0), many.max(axis=0)
    return np.array([low[0], low[1], high[2], high[3], low[4], high[5]])


def _about(wish: ExportWish) -> Json:
    return {
        "title": wish.title,
        "attribution": wish.attribution,
        "vertical_datum": wish.vertical_datum,
        "height_offset_m": wish.height_offset_m,
    }
