"""Roads as ribbons along their centre lines, on the ground or on piers."""

import numpy as np

from sanping.domain.city import Attributes
from sanping.domain.geo import Float64Array
from sanping.domain.ground import VectorLayer
from sanping.scene.context import SceneContext
from sanping.scene.layers.trees import Trees
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.polygons import line_parts
from sanping.scene.ribbons import MeshSheet, densified, ribbon

CLASSES = ("express", "arterial", "collector", "local", "lane")
WIDTHS_M = {"express": 26.0, "arterial": 22.0, "collector": 14.0, "local": 8.0, "lane": 4.0}
ELEVATED_M = 9.0
_MOST_STREET_TREES = 24_000
_LIGHT = (1.0, 0.95, 0.7, 0.45, 0.25)


class RoadLayer(FlatLayer):
    """All roads of one vector layer."""

    def __init__(self, context: SceneContext, data: VectorLayer) -> None:
        super().__init__(context)
        self.light_paths: list[tuple[Float64Array, float]] = []
        self._kerbs: list[Float64Array] = []
        low, high = MeshSheet(traits=4), MeshSheet(traits=4)
        roads = [
            (densified(line, 24.0), attributes, (6 + number * 37 % 52) / 64)
            for number, (geometry, attributes) in enumerate(zip(data.geometries, data.attributes, strict=True))
            for line in line_parts(geometry)
        ]
        flat = np.concatenate([np.zeros((0, 2)), *(path[:, :2] for path, _, _ in roads)]) - context.centre[:2]
        ends = np.cumsum([len(path) for path, _, _ in roads], dtype=np.intp)[:-1]
        places = np.split(np.column_stack([flat, context.ground_at(flat)]), ends)
        for (path, attributes, seed), place in zip(roads, places, strict=False):
            is_high = str(attributes.get("level", 0)) not in ("0", "", "None")
            self._add(high if is_high else low, path, place, attributes, seed=seed, is_high=is_high)
        self.trees = Trees(self, self._street_trees(), np.random.default_rng(21))
        for sheet, lift in ((low, 3.0), (high, 4.0)):
            if sheet.is_empty:
                continue
            material = context.material("ground.vert", "road_night", TRAITS=1, DETAIL=0)
            material.set_number("uLift", lift)
            points, triangles, attributes = sheet.arrays()
            self.add_part(material, mapper_of(poly_data(points, triangles, attributes), ("traits",)), "road")

    def _add(  # noqa: PLR0913  named, and each of them decides something
        self,
        sheet: MeshSheet,
        line: Float64Array,
        place: Float64Array,
        attributes: Attributes,
        *,
        seed: float,
        is_high: bool,
    ) -> None:
        """Add one road that runs over `place`, on the ground; `seed` lifts crossing roads apart by centimetres."""
        if len(line) < 2:
            return
        kind = str(attributes.get("class", "local"))
        code = CLASSES.index(kind) if kind in CLASSES else 3
        width = width_of(attributes.get("width_m"), CLASSES[code])
        path = self._laid(line, place, is_high=is_high, above_m=0.06 + 0.02 * (len(CLASSES) - code) + 0.03 * seed)
        self.light_paths.append((path[:, :2], _LIGHT[code]))
        if not is_high and 1 <= code <= 3:
            self._kerbs.append(ribbon(densified(path, 11.0), width + 5.0).points[2:-2, :2])
        band = ribbon(path, width)
        count = len(band.points)
        traits = [band.along_m, band.across, np.full(count, width), np.full(count, 10.0 * code + seed)]
        sheet.add(band.points, band.triangles, traits=np.column_stack(traits))

    def _street_trees(self) -> Float64Array:
        """Places along both kerbs of roads on the ground, thinned to a bearable number."""
        if not self._kerbs:
            return np.zeros((0, 2))
        places = np.concatenate(self._kerbs)
        keep = np.random.default_rng(22).permutation(len(places))[:_MOST_STREET_TREES]
        return places[np.sort(keep)]

    def _laid(self, line: Float64Array, place: Float64Array, *, is_high: bool, above_m: float) -> Float64Array:
        """Scene points of a road: on the ground, or at its own height where it is raised and has one."""
        height = place[:, 2] + above_m
        if is_high:
            own = line[:, 2] - self.context.centre[2] if line.shape[1] > 2 else np.full(len(line), np.nan)
            height = np.where(np.isnan(own), height + ELEVATED_M, np.maximum(own, height)) + 0.1
        return np.column_stack([place[:, :2], height])


def half_widths(data: VectorLayer) -> Float64Array:
    """Return half the width (n,) in metres with which each road of a layer is drawn."""
    kinds = [str(attributes.get("class", "local")) for attributes in data.attributes]
    return np.array(
        [
            width_of(attributes.get("width_m"), kind if kind in CLASSES else "local") / 2
            for attributes, kind in zip(data.attributes, kinds, strict=True)
        ]
    )


def width_of(value: object, kind: str) -> float:
    """Width of a road in metres: its own when it is a sensible number, else the usual one of its class."""
    try:
        width = float(str(value))
    except ValueError:
        return WIDTHS_M[kind]
    return width if 1.0 <= width <= 120.0 else WIDTHS_M[kind]
