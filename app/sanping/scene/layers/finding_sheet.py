"""What an analysis found: coloured surfaces on ground, walls and roofs, and lines, in the colours of its legend."""

import numpy as np

from sanping.analysis.findings import Finding
from sanping.domain.geo import Float32Array, Float64Array
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data

_LIFT_M = 1.2
_SIDES = np.array([-1.0, 1.0, -1.0, 1.0])


class FindingSheet(FlatLayer):
    """Draws the finding it was last given."""

    def set_finding(self, finding: Finding | None) -> None:
        """Show this instead of the present one; None takes it away."""
        self.release()
        look, self._look = self._look, None
        if finding is not None:
            self._add_facets(finding)
            self._add_strokes(finding)
        if look is not None:
            self.show(look)

    def lay(self) -> None:
        """A finding lies where it was computed: another ground is nothing to it."""

    def _add_facets(self, finding: Finding) -> None:
        facets = finding.facets
        shown = np.isfinite(facets.values)
        if not shown.any():
            return
        triangles = facets.triangles[shown]
        points = (facets.points - self.context.centre)[triangles.ravel()].astype(np.float32)
        tint = np.repeat(_linear(finding, facets.values[shown]), 3, axis=0)
        traits = np.zeros((len(points), 4), np.float32)
        traits[:, 0] = 1.0
        corners = np.arange(len(points), dtype=np.int32).reshape(-1, 3)
        material = self.context.material("drape.vert", "finding_night", DETAIL=0)
        material.set_number("uLift", _LIFT_M)
        mapper = mapper_of(poly_data(points, corners, {"traits": traits, "tint": tint}), ("traits", "tint"))
        self.add_part(material, mapper, "finding", is_translucent=True)

    def _add_strokes(self, finding: Finding) -> None:
        strokes = finding.strokes
        shown = np.isfinite(strokes.values)
        if not shown.any():
            return
        ends: Float64Array = strokes.ends[shown] - self.context.centre
        way = ends[:, 1] - ends[:, 0]
        length = np.maximum(np.linalg.norm(way, axis=1), 1e-6)
        count = len(ends)
        traits = np.zeros((count, 4, 4), np.float32)
        traits[:, 2:, 0] = length[:, None]
        traits[:, :, 1], traits[:, :, 2], traits[:, :, 3] = _SIDES, strokes.width_m, float(strokes.is_on_top)
        first = np.arange(count, dtype=np.int32)[:, None] * 4
        triangles = (first + np.array([[0, 1, 3, 0, 3, 2]], np.int32)).reshape(-1, 3)
        attributes = {
            "traits": traits.reshape(-1, 4),
            "tint": np.repeat(_linear(finding, strokes.values[shown]), 4, axis=0),
            "way": np.repeat((way / length[:, None]).astype(np.float32), 4, axis=0),
        }
        points = np.repeat(ends, 2, axis=1).reshape(-1, 3).astype(np.float32)
        material = self.context.material("finding_line.vert", "finding_line_night", DETAIL=0)
        mapper = mapper_of(poly_data(points, triangles, attributes), tuple(attributes))
        self.add_part(material, mapper, "finding_line", is_translucent=True)


def _linear(finding: Finding, values: Float64Array) -> Float32Array:
    """Return the legend's colours (n, 4) as light."""
    colours = finding.legend.colours(values) / 255.0
    return np.column_stack([colours[:, :3] ** 2.2, colours[:, 3]]).astype(np.float32)
