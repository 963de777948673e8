"""Lines of sight: from a camera to a place when clear, red up to what blocks it and dashed beyond."""

from collections.abc import Sequence

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.view import Point
from sanping.scene.governed_values import SightLine
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.ribbons import MeshSheet, ribbon

_CLEAR, _SEEN, _BEYOND = 0.0, 1.0, 2.0
_WIDTH_M, _STEP_M, _CROSS_M = 1.6, 20.0, 3.0


class SightLines(FlatLayer):
    """Draws the lines it was last given."""

    def set_lines(self, lines: Sequence[SightLine]) -> None:
        """Show these instead of the present ones."""
        self.release()
        look, self._look = self._look, None
        sheet = MeshSheet(traits=4, way=3)
        for line in lines:
            if line.blocked_at is None:
                self._add(sheet, line.start, line.end, _CLEAR)
                continue
            self._add(sheet, line.start, line.blocked_at, _SEEN)
            self._add(sheet, line.blocked_at, line.end, _BEYOND)
            x, y, z = line.blocked_at
            for across in ((_CROSS_M, 0.0), (0.0, _CROSS_M)):
                self._add(
                    sheet,
                    (x - across[0], y - across[1], z - _CROSS_M),
                    (x + across[0], y + across[1], z + _CROSS_M),
                    _SEEN,
                )
        if sheet.is_empty:
            return
        material = self.context.material("sight.vert", "sight_night", DETAIL=0)
        mapper = mapper_of(poly_data(*sheet.arrays()), ("traits", "way"))
        self.add_part(material, mapper, "sight", is_translucent=True)
        if look is not None:
            self.show(look)

    def lay(self) -> None:
        """Lines of sight hang in the air: another ground is nothing to them."""

    def _add(self, sheet: MeshSheet, start: Point, end: Point, kind: float) -> None:
        """Add one straight stretch; both ends in world metres."""
        first, last = (np.subtract(place, self.context.centre) for place in (start, end))
        length = float(np.linalg.norm(last - first))
        if length < 0.05:
            return
        steps = max(2, int(length / _STEP_M) + 1)
        path: Float64Array = first + (last - first) * np.linspace(0.0, 1.0, steps)[:, None]
        band = ribbon(path, _WIDTH_M)
        along = np.repeat(np.linspace(0.0, length, steps), 2)
        count = len(along)
        sheet.add(
            np.repeat(path, 2, axis=0),
            band.triangles,
            traits=np.column_stack([along, band.across, np.full(count, _WIDTH_M), np.full(count, kind)]),
            way=np.tile((last - first) / length, (count, 1)),
        )
