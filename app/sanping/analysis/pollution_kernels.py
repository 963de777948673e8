"""The highest wall that stands in the way between two points: the innermost loop, compiled."""

from typing import Any

import numpy as np

from sanping.analysis.compiled import compiled


@compiled
def walls_between(sources: Any, receivers: Any, edges: Any, tops: Any) -> Any:
    """Return (r, s) the top of the highest wall above the straight way, −inf where no wall is.

    `edges` (e, 4) are the walls in plan, `tops` (e,) their heights; all in one frame of metres.
    """
    found = np.full((len(receivers), len(sources)), -np.inf)
    for r in range(len(receivers)):
        for s in range(len(sources)):
            x0, y0, z0 = sources[s]
            wx, wy, wz = receivers[r, 0] - x0, receivers[r, 1] - y0, receivers[r, 2] - z0
            for e in range(len(edges)):
                if tops[e] <= found[r, s]:
                    continue
                sx, sy = edges[e, 2] - edges[e, 0], edges[e, 3] - edges[e, 1]
                turn = wx * sy - wy * sx
                if abs(turn) < 1e-12:
                    continue
                gx, gy = edges[e, 0] - x0, edges[e, 1] - y0
                share = (gx * sy - gy * sx) / turn
                along = (gx * wy - gy * wx) / turn
                if 0.0 < share < 1.0 and 0.0 <= along <= 1.0 and tops[e] > z0 + share * wz:
                    found[r, s] = tops[e]
    return found
