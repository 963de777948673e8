"""City objects as CityJSON 2.0: triangles with their semantics, points, lines and polygons of flat layers."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import shapely

from sanping.domain.city import Attributes, SurfaceKind
from sanping.domain.crs import converter
from sanping.domain.geo import Float64Array
from sanping.domain.ground import VectorLayer
from sanping.domain.tile import TileSet
from sanping.formats.outgoing.columns import as_text
from sanping.formats.outgoing.layers import WRITING, ExportWish, OutLayer, TilePart, nothing, parts_of
from sanping.ports.progress import Progress

SCALE_M = 0.001
_GENERIC = "GenericCityObject"
_PARTS = {"BuildingPart": "Building", "BridgePart": "Bridge", "TunnelPart": "Tunnel"}
_WHOLES = {
    "Bridge", "Building", "CityFurniture", "CityObjectGroup", "LandUse", "OtherConstruction", "PlantCover", "Railway",
    "Road", "SolitaryVegetationObject", "TINRelief", "TransportSquare", "Tunnel", "WaterBody", "Waterway",
}  # fmt: skip
_FLAT = {"water": "WaterBody", "green": "PlantCover", "roads": "Road", "facilities": "CityFurniture"}
_ALLOWED = {
    "CityFurniture": ("MultiSurface", "MultiLineString", "MultiPoint"),
    "Road": ("MultiSurface", "MultiLineString"),
    "WaterBody": ("MultiSurface", "MultiLineString"),
}
_SURFACES = {
    SurfaceKind.GROUND: "GroundSurface",
    SurfaceKind.WALL: "WallSurface",
    SurfaceKind.ROOF: "RoofSurface",
    SurfaceKind.OUTER_FLOOR: "OuterFloorSurface",
    SurfaceKind.OUTER_CEILING: "OuterCeilingSurface",
    SurfaceKind.CLOSURE: "ClosureSurface",
}
_CONSTRUCTIONS = ("Building", "Bridge", "Tunnel", "OtherConstruction")

Json = dict[str, object]
IntArray = npt.NDArray[np.int64]


def write_cityjson(path: Path, layers: Sequence[OutLayer], wish: ExportWish, progress: Progress) -> int:
    """Write layers as one file in the projected CRS `wish.crs`; return how many city objects it holds.

    Coordinates are whole millimetres from a corner. Ids that occur in several layers get the layer's name before them.
    Terrain is passed over. Raises `InputError` when nothing is left, `Cancelled`, `OSError`.
    """
    city = _City()
    for number, layer in enumerate(layers):
        progress.report(number / len(layers), WRITING.with_values(title=layer.title))
        convert = converter(layer.content.frame.crs, wish.crs)
        if isinstance(layer.content, TileSet):
            for part in parts_of(layer.content, layer.chosen):
                progress.report((number + 0.5) / len(layers), WRITING.with_values(title=layer.title))
                points = convert(part.near.points.astype(np.float64) + part.tile.origin)
                city.add_part(layer, layer.content, part, points)
        elif isinstance(layer.content, VectorLayer):
            for id, shape, known in _chosen(layer, layer.content):
                city.add_shape(layer, id, shapely.transform(shape, _in_3d(convert), include_z=True), known)
    if not city.objects:
        raise nothing()
    path.write_bytes(orjson.dumps(city.document(wish), option=orjson.OPT_SERIALIZE_NUMPY))
    return len(city.objects)


class _City:
    """Gathers city objects and the points that they share."""

    def __init__(self) -> None:
        self.objects: dict[str, Json] = {}
        self._points: list[Float64Array] = []
        self._count = 0
        self._owner: dict[str, str] = {}

    def add_part(self, layer: OutLayer, tiles: TileSet, part: TilePart, points: Float64Array) -> None:
        """Add the objects of one tile with their triangles."""
        steps = np.round(points / SCALE_M).astype(np.int64)
        places, which = np.unique(steps, axis=0, return_inverse=True)
        first = self._extended(places.astype(np.float64) * SCALE_M)
        corners = which.reshape(-1)[part.near.triangles] if len(points) else np.zeros((0, 3), np.int64)
        row = part.near.point_feature[part.near.triangles[:, 0]] if len(corners) else np.zeros(0, np.uint16)
        order = np.argsort(row, kind="stable")
        bounds = np.searchsorted(row[order], np.arange(len(part.rows) + 1))
        table = part.tile.features
        for number, (id, word, known) in enumerate(zip(part.ids, part.classes, part.attributes, strict=True)):
            mine = order[bounds[number] : bounds[number + 1]]
            triangles = corners[mine]
            is_flat = (triangles == np.roll(triangles, 1, axis=1)).any(axis=1)
            triangles, surface = triangles[~is_flat] + first, part.surface[mine][~is_flat]
            old = int(part.rows[number])
            parent = int(table.parent[old])
            above = tiles.id_of(parent) if parent >= 0 and _is_there(layer, parent) else ""
            thing: Json = {
                "type": _type_of(word, has_parent=bool(above)),
                "attributes": {**_attributes(known), "measuredHeight": round(float(table.height_m[old]), 3)},
            }
            if len(triangles):
                thing["geometry"] = [_surfaces(triangles, surface, str(thing["type"]))]
            if above:
                thing["parents"] = [self._name(layer, above)]
            self._put(layer, id, thing)

    def add_shape(self, layer: OutLayer, id: str, shape: shapely.Geometry, known: Attributes) -> None:
        """Add a point, line or polygon."""
        geometry = self._geometry(shape)
        if geometry is not None:
            word = _FLAT.get(layer.role, _GENERIC)
            kind = word if geometry["type"] in _ALLOWED.get(word, ("MultiSurface",)) else _GENERIC
            self._put(layer, id, {"type": kind, "attributes": _attributes(known), "geometry": [geometry]})

    def document(self, wish: ExportWish) -> Json:
        """Return the whole file."""
        for id, thing in self.objects.items():
            for parent in _listed(thing.get("parents")):
                _listed(self.objects[parent].setdefault("children", [])).append(id)
        points = np.concatenate(self._points)
        low, high = points.min(axis=0), points.max(axis=0)
        corner = np.floor(low)
        steps = np.round((points - corner) / SCALE_M).astype(np.int64)
        datum = f" · {wish.vertical_datum}" if wish.vertical_datum else ""
        code = wish.crs.rpartition(":")[2]
        metadata: Json = {"geographicalExtent": [*low.tolist(), *high.tolist()], "title": f"{wish.title}{datum}"}
        if code.isdigit():
            metadata["referenceSystem"] = f"https://www.opengis.net/def/crs/EPSG/0/{code}"
        return {
            "type": "CityJSON",
            "version": "2.0",
            "transform": {"scale": [SCALE_M] * 3, "translate": corner.tolist()},
            "metadata": metadata,
            "CityObjects": self.objects,
            "vertices": np.ascontiguousarray(steps),
        }

    def _put(self, layer: OutLayer, id: str, thing: Json) -> None:
        name, number = self._name(layer, id), 2
        while name in self.objects:
            name, number = f"{self._name(layer, id)}-{number}", number + 1
        self.objects[name] = thing

    def _name(self, layer: OutLayer, id: str) -> str:
        """Return the id of an object in the file: its own, unless another layer has it already."""
        return id if self._owner.setdefault(id, layer.name) == layer.name else f"{layer.name}/{id}"

    def _extended(self, points: Float64Array) -> int:
        """Add points and return the number of the first."""
        first = self._count
        self._points.append(points)
        self._count += len(points)
        return first

    def _geometry(self, shape: shapely.Geometry) -> Json | None:
        """Return a flat geometry of level 0; None for an empty one."""
        parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
        kinds = {part.geom_type for part in parts}
        if kinds == {"Point"}:
            return {"type": "MultiPoint", "lod": "0", "boundaries": [self._line(part)[0] for part in parts]}
        if kinds == {"LineString"}:
            return {"type": "MultiLineString", "lod": "0", "boundaries": [self._line(part) for part in parts]}
        if kinds == {"Polygon"}:
            rings = [[self._ring(ring) for ring in (part.exterior, *part.interiors)] for part in parts]
            return {"type": "MultiSurface", "lod": "0", "boundaries": rings}
        return None

    def _line(self, line: shapely.Geometry) -> list[int]:
        points = np.nan_to_num(shapely.get_coordinates(line, include_z=True))
        first = self._extended(points)
        return list(range(first, first + len(points)))

    def _ring(self, ring: shapely.Geometry) -> list[int]:
        return self._line(ring)[:-1]


def _surfaces(triangles: IntArray, surface: npt.NDArray[np.uint8], word: str) -> Json:
    """Return triangles as a MultiSurface with what each of them is."""
    boundaries = np.ascontiguousarray(triangles[:, None, :].astype(np.int64))
    geometry: Json = {"type": "MultiSurface", "lod": "2", "boundaries": boundaries}
    words = _words_of(word)
    kinds = [kind for kind in np.unique(surface).tolist() if kind in words]
    if kinds:
        place = {kind: number for number, kind in enumerate(kinds)}
        values = [place.get(kind) for kind in surface.tolist()]
        geometry["semantics"] = {"surfaces": [{"type": words[kind]} for kind in kinds], "values": values}
    else:
        geometry["lod"] = "1"
    return geometry


def _words_of(word: str) -> dict[int, str]:
    """Return the semantic surfaces that a class of objects may have."""
    if word.removesuffix("Part") in _CONSTRUCTIONS:
        return {int(kind): name for kind, name in _SURFACES.items()}
    if word == "WaterBody":
        return {int(SurfaceKind.WATER): "WaterSurface", int(SurfaceKind.GROUND): "WaterGroundSurface"}
    if word in ("Road", "Railway", "TransportSquare"):
        return {
            int(SurfaceKind.TRAFFIC): "TrafficArea",
            int(SurfaceKind.AUXILIARY_TRAFFIC): "AuxiliaryTrafficArea",
        }
    return {}


def _type_of(word: str, *, has_parent: bool) -> str:
    """Return a class that CityJSON knows: a part whose whole is not in the file stands for it."""
    if word in _PARTS:
        return word if has_parent else _PARTS[word]
    return word if word in _WHOLES else _GENERIC


def _is_there(layer: OutLayer, number: int) -> bool:
    return layer.chosen is None or bool(layer.chosen[number])


def _attributes(known: Attributes) -> dict[str, object]:
    """Return attributes that JSON can hold."""
    return {
        key: value if value is None or isinstance(value, str | int | float | bool | list | dict) else as_text(value)
        for key, value in known.items()
    }


def _chosen(layer: OutLayer, content: VectorLayer) -> Iterator[tuple[str, shapely.Geometry, Attributes]]:
    rows = range(len(content.ids)) if layer.chosen is None else np.flatnonzero(layer.chosen).tolist()
    for row in rows:
        yield content.ids[row], content.geometries[row], content.attributes[row]


def _in_3d(convert: Callable[[Float64Array], Float64Array]) -> Callable[[Float64Array], Float64Array]:
    return lambda points: np.nan_to_num(convert(np.nan_to_num(points)))


def _listed(value: object) -> list[str]:
    return value if isinstance(value, list) else []
