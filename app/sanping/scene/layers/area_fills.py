"""Areas on the ground: borders that glow, and a fill in the colour of a value."""

from typing import Any

import numpy as np
import shapely

from sanping.domain.geo import Float64Array
from sanping.scene.context import SceneContext
from sanping.scene.governed_values import Areas
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.polygons import line_parts, polygon_parts, triangulated
from sanping.scene.ramps import Ramps, load_ramps
from sanping.scene.ribbons import MeshSheet, densified, ribbon

_ABOVE_M, _BORDER_M, _MOST_CELLS, _LEAST_M = 1.2, 7.0, 36, 40.0


class AreaFills(FlatLayer):
    """Draws the areas it was last given, draped over the terrain."""

    def __init__(self, context: SceneContext) -> None:
        super().__init__(context)
        self._ramps: Ramps | None = None
        self._areas: Areas | None = None

    def set_areas(self, areas: Areas) -> None:
        """Show these instead of the present ones."""
        self._areas = areas
        self.release()
        look, self._look = self._look, None
        fills, borders = MeshSheet(traits=4, tint=4), MeshSheet(traits=4, tint=4)
        colours = self._colours(areas)
        for polygon, colour in zip(areas.polygons, colours, strict=True):
            for part in polygon_parts(polygon):
                self._add_fill(fills, part, colour)
                self._add_border(borders, part, colour)
        for sheet, family, lift in ((fills, "area_fill", 3.4), (borders, "area_border", 3.7)):
            if not sheet.is_empty:
                material = self.context.material("drape.vert", f"{family}_night", DETAIL=0)
                material.set_number("uLift", lift)
                points, triangles, attributes = sheet.arrays()
                points[:, 2] = self.context.ground_at(points[:, :2].astype(np.float64)) + _ABOVE_M
                mapper = mapper_of(poly_data(points, triangles, attributes), ("traits", "tint"))
                self.add_part(material, mapper, family, is_translucent=True)
        if look is not None:
            self.show(look)

    def lay(self) -> None:
        """Drape them over the ground, which may be another one now."""
        if self._areas is not None:
            self.set_areas(self._areas)

    def _colours(self, areas: Areas) -> Float64Array:
        """Return linear colour and strength (n, 4); an area without a value has a border only."""
        if self._ramps is None:
            self._ramps = load_ramps(self.context.assets / "palettes")
        shares = np.asarray(areas.shares, np.float64)
        colours = (self._ramps.of_shares(areas.ramp, shares) / 255.0) ** 2.2
        return np.column_stack([colours, np.where(np.isfinite(shares), 1.0, 0.0)])

    def _add_fill(self, sheet: MeshSheet, polygon: Any, colour: Float64Array) -> None:
        if not colour[3]:
            return
        for piece in _pieces(polygon):
            points, triangles = triangulated(piece)
            flat = points - self.context.centre[:2]
            rows = (len(flat), 1)
            sheet.add(
                np.column_stack([flat, np.zeros(len(flat))]),
                triangles,
                traits=np.zeros((len(flat), 4)),
                tint=np.tile(colour, rows),
            )

    def _add_border(self, sheet: MeshSheet, polygon: Any, colour: Float64Array) -> None:
        for line in line_parts(polygon):
            path = densified(line[:, :2], _LEAST_M) - self.context.centre[:2]
            if len(path) < 2:
                continue
            band = ribbon(np.column_stack([path, np.zeros(len(path))]), _BORDER_M)
            count = len(band.points)
            traits = np.column_stack([band.along_m, band.across, np.full(count, _BORDER_M), np.zeros(count)])
            sheet.add(band.points, band.triangles, traits=traits, tint=np.tile(colour, (count, 1)))


def _pieces(polygon: Any) -> list[Any]:
    """Cut a polygon along a grid, so that its parts can follow the ground."""
    west, south, east, north = polygon.bounds
    cell = max(_LEAST_M, max(east - west, north - south) / _MOST_CELLS)
    columns, rows = int((east - west) // cell) + 1, int((north - south) // cell) + 1
    x, y = np.meshgrid(west + cell * np.arange(columns), south + cell * np.arange(rows))
    boxes = shapely.box(x.ravel(), y.ravel(), x.ravel() + cell, y.ravel() + cell)
    shapely.prepare(polygon)
    near = boxes[shapely.intersects(polygon, boxes)]
    inside = shapely.contains_properly(polygon, near)
    cut = shapely.intersection(polygon, near[~inside])
    return [*near[inside].tolist(), *(part for piece in cut for part in polygon_parts(piece))]
