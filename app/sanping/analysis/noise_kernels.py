"""How far sound must go around the highest edge between two points: the innermost loop, compiled."""

from typing import Any

import numpy as np

from sanping.analysis.compiled import compiled


@compiled
def path_differences(sources: Any, receivers: Any, edges: Any, tops: Any) -> Any:
    """Return (r, s) how much longer the way over the worst wall is than the straight one, 0 where no wall is between.

    `edges` (e, 4) are the walls in plan, `tops` (e,) their heights; all in one frame of metres.
    """
    found = np.zeros((len(receivers), len(sources)))
    for r in range(len(receivers)):
        for s in range(len(sources)):
            x0, y0, z0 = sources[s]
            wx, wy, wz = receivers[r, 0] - x0, receivers[r, 1] - y0, receivers[r, 2] - z0
            straight = np.sqrt(wx * wx + wy * wy + wz * wz)
            flat = np.sqrt(wx * wx + wy * wy)
            worst = 0.0
            for e in range(len(edges)):
                sx, sy = edges[e, 2] - edges[e, 0], edges[e, 3] - edges[e, 1]
                turn = wx * sy - wy * sx
                if abs(turn) < 1e-12:
                    continue
                gx, gy = edges[e, 0] - x0, edges[e, 1] - y0
                share = (gx * sy - gy * sx) / turn
                if share <= 0.0 or share >= 1.0:
                    continue
                along = (gx * wy - gy * wx) / turn
                if along < 0.0 or along > 1.0:
                    continue
                up = tops[e] - z0
                if up <= share * wz:
                    continue
                down = tops[e] - receivers[r, 2]
                first = np.sqrt((flat * share) ** 2 + up * up)
                second = np.sqrt((flat * (1.0 - share)) ** 2 + down * down)
                worst = max(worst, first + second - straight)
            found[r, s] = worst
    return found
