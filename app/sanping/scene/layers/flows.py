"""Things that point something out: arcs of flow between places, and rings that pulse on the ground."""

from collections.abc import Sequence

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.view import Point
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.ribbons import MeshSheet, ribbon

_STEPS = 48
_QUAD = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


class FlowLayer(FlatLayer):
    """Arcs with a head that runs from the first place to the second; both in world metres."""

    def set_flows(self, flows: Sequence[tuple[Point, Point]], width_m: float = 9.0) -> None:
        """Show these arcs instead of the present ones."""
        self.release()
        self._look = None
        sheet = MeshSheet(traits=4)
        for number, (start, end) in enumerate(flows):
            band = ribbon(self._arc(np.array(start), np.array(end)), width_m)
            share = band.along_m / max(float(band.along_m[-1]), 1e-6)
            count = len(band.points)
            seed = np.full(count, (6 + number * 37 % 52) / 64)
            sheet.add(
                band.points,
                band.triangles,
                traits=np.column_stack([share, band.across, np.full(count, width_m), seed]),
            )
        if not sheet.is_empty:
            material = self.context.material("line.vert", "flow_night", DETAIL=0)
            self.add_part(material, mapper_of(poly_data(*sheet.arrays()), ("traits",)), "flow", is_translucent=True)

    def _arc(self, start: Float64Array, end: Float64Array) -> Float64Array:
        share = np.linspace(0.0, 1.0, _STEPS)[:, None]
        path = (start + (end - start) * share) - self.context.centre
        reach = float(np.hypot(*(end - start)[:2]))
        path[:, 2] += 4.0 * share[:, 0] * (1.0 - share[:, 0]) * reach * 0.30 + 6.0
        return np.asarray(path, np.float64)


class PulseLayer(FlatLayer):
    """Rings that spread on the ground around places (world metres)."""

    def set_pulses(self, places: Sequence[Point], radius_m: float, colour: tuple[float, float, float]) -> None:
        """Show these rings instead of the present ones."""
        self.release()
        self._look = None
        if not places:
            return
        middles = np.array(places) - self.context.centre
        corners = middles[:, None, :] + np.concatenate([_QUAD * radius_m, np.full((4, 1), 1.0)], 1)[None]
        first = np.arange(len(places), dtype=np.int32)[:, None] * 4
        triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
        place = np.tile(_QUAD, (len(places), 1)).astype(np.float32)
        material = self.context.material("ground.vert", "pulse_night", PLACE=1, DETAIL=0)
        material.set_number("uLift", 8.0)
        material.set_number("uColour", *colour, 1.0)
        data = poly_data(corners.reshape(-1, 3).astype(np.float32), triangles.astype(np.int32), {"place": place})
        self.add_part(material, mapper_of(data, ("place",)), "pulse", is_translucent=True)
