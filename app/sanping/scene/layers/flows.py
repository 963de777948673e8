"""Things that point something out: arcs of flow between places, and rings that pulse on the ground."""

from collections.abc import Sequence

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.view import Point
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.ribbons import MeshSheet, ribbon

_STEPS, _HIGHEST_M = 64, 420.0
_QUAD = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


class FlowLayer(FlatLayer):
    """Arcs with a head that runs from the first place to the second; both in world metres."""

    def set_flows(
        self, flows: Sequence[tuple[Point, Point]], width_m: float = 7.0, are_warm: Sequence[bool] = ()
    ) -> None:
        """Show these arcs instead of the present ones: amber where `are_warm` says so, else cyan."""
        self.release()
        self._look = None
        sheet = MeshSheet(traits=4, way=3)
        for number, (start, end) in enumerate(flows):
            arc = self._arc(np.array(start), np.array(end))
            band = ribbon(arc, width_m)
            count = len(band.points)
            share = np.repeat(np.linspace(0.0, 1.0, len(arc)), 2)
            seed = np.full(count, (6 + number * 37 % 52) / 64 + (number < len(are_warm) and are_warm[number]))
            sheet.add(
                np.repeat(arc, 2, axis=0),
                band.triangles,
                traits=np.column_stack([share, band.across, np.full(count, width_m), seed]),
                way=np.repeat(np.gradient(arc, axis=0), 2, axis=0),
            )
        if not sheet.is_empty:
            material = self.context.material("flow.vert", "flow_night", DETAIL=0)
            mapper = mapper_of(poly_data(*sheet.arrays()), ("traits", "way"))
            self.add_part(material, mapper, "flow", is_translucent=True)

    def _arc(self, start: Float64Array, end: Float64Array) -> Float64Array:
        share = np.linspace(0.0, 1.0, _STEPS)[:, None]
        path = (start + (end - start) * share) - self.context.centre
        reach = float(np.hypot(*(end - start)[:2]))
        path[:, 2] += 4.0 * share[:, 0] * (1.0 - share[:, 0]) * min(reach * 0.30, _HIGHEST_M) + 6.0
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
