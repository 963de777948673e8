"""The walls that stand in the way between two points: the innermost loops of noise and pollution, compiled.

All of them are in this file, as compiled code is kept by the file that it came from: what one calls out of another
file could change there without its own being compiled anew.
"""

from typing import Any

import numpy as np

from sanping.analysis.compiled import compiled


@compiled
def crossing_share(x: float, y: float, away_x: float, away_y: float, edge: Any) -> float:
    """Return at which share of the way (`away_x`, `away_y`) from (`x`, `y`) an edge (4,) is crossed in plan, else 0."""
    sx, sy = edge[2] - edge[0], edge[3] - edge[1]
    turn = away_x * sy - away_y * sx
    if abs(turn) < 1e-12:
        return 0.0
    gx, gy = edge[0] - x, edge[1] - y
    share = (gx * sy - gy * sx) / turn
    along = (gx * away_y - gy * away_x) / turn
    if 0.0 < share < 1.0 and 0.0 <= along <= 1.0:
        return float(share)
    return 0.0


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
            for e in range(len(edges)):
                share = crossing_share(x0, y0, wx, wy, edges[e])
                up, down = tops[e] - z0, tops[e] - receivers[r, 2]
                if share == 0.0 or up <= share * wz:
                    continue
                first = np.sqrt((flat * share) ** 2 + up * up)
                second = np.sqrt((flat * (1.0 - share)) ** 2 + down * down)
                found[r, s] = max(found[r, s], first + second - straight)
    return found


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
                share = crossing_share(x0, y0, wx, wy, edges[e])
                if share > 0.0 and tops[e] > z0 + share * wz:
                    found[r, s] = tops[e]
    return found
