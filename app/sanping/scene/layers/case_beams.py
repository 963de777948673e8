"""Columns of light that carry the heads of cases, and rings at their feet."""

from collections.abc import Sequence

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.scene.case_marks import CLOCK_COLOURS, HEIGHT_M, CaseMark, beat_of, fill_of
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data

_RING_M, _BEAM_M = 26.0, 2.6
_ACROSS = np.array([[-1.0, 0.0], [1.0, 0.0], [1.0, 1.0], [-1.0, 1.0]])
_AROUND = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


class CaseBeams(FlatLayer):
    """One column and one ring a case."""

    def set_beams(self, marks: Sequence[CaseMark], feet: Float64Array, settled_at: Float64Array) -> None:
        """Show these instead of the present ones.

        `feet` (n, 3) are scene places on the ground, `settled_at` (n,) the second at which a case began to settle, or
        −1.
        """
        look = self._look
        self.release()
        self._look = None
        if not marks:
            return
        count = len(marks)
        height = np.array([HEIGHT_M[mark.urgency] for mark in marks])
        colour = np.array([_light(mark) for mark in marks])
        beat = np.array([beat_of(mark) for mark in marks])
        beam = np.empty((2 * count, 4, 4))
        beam[:count, :, :2], beam[count:, :, :2] = _ACROSS, _AROUND
        beam[:count, :, 2], beam[count:, :, 2] = height[:, None], 0.0
        beam[:count, :, 3], beam[count:, :, 3] = _BEAM_M, _RING_M
        tint = np.tile(np.column_stack([colour, beat]), (2, 1))
        fate = np.tile(settled_at, 2)
        first = np.arange(2 * count, dtype=np.int32)[:, None] * 4
        triangles = np.concatenate([first + np.array([0, 1, 2]), first + np.array([0, 2, 3])], 1).reshape(-1, 3)
        data = poly_data(
            np.repeat(np.tile(feet, (2, 1)), 4, axis=0).astype(np.float32),
            triangles.astype(np.int32),
            {
                "beam": beam.reshape(-1, 4).astype(np.float32),
                "tint": np.repeat(tint, 4, axis=0).astype(np.float32),
                "fate": np.repeat(fate, 4).astype(np.float32),
            },
        )
        material = self.context.material("case_beam.vert", "case_beam_night", DETAIL=0)
        self.add_part(material, mapper_of(data, ("beam", "tint", "fate")), "case_beam", is_translucent=True)
        if look is not None:
            self.show(look)


def _light(mark: CaseMark) -> tuple[float, float, float]:
    """Return the linear colour of a column: of the clock when it is late, else of the urgency."""
    code = CLOCK_COLOURS["red"] if mark.is_overdue else fill_of(mark)
    red, green, blue = ((code >> shift & 255) / 255.0 for shift in (16, 8, 0))
    return (red**2.2, green**2.2, blue**2.2)
