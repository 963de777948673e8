"""Where the simulated movers of a twin would be at a moment, without a hub: for pictures of the wall; pure."""

from collections.abc import Callable

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.twin.fleet import Fixes, Fleet, Named, with_fixes, with_names
from sanping.twin.live_part import LivePart
from sanping.twin.simulated_traffic import SimulatedTraffic

BEFORE_MS = 5_000


def rehearsed_fleet(part: LivePart, in_metres: Callable[[Float64Array], Float64Array] | None, now_ms: int) -> Fleet:
    """Return all movers of a twin's simulated fleets as if each had reported now, and five seconds ago.

    `in_metres` places longitudes and latitudes (n, 2) in the twin's CRS; without it nothing moves.
    """
    traffic = SimulatedTraffic(routes=part.routes, fleets=part.fleets)
    if in_metres is None or not traffic.terminals:
        return Fleet()
    names = [
        (row, Named(mover=one.number, label=one.label, kind=one.kind, source="", is_simulated=True))
        for row, one in enumerate(traffic.terminals)
    ]
    fleet = with_names(Fleet(), names)
    rows = np.array([row for row, one in enumerate(traffic.terminals) if not one.is_silent], np.int64)
    for at_ms in (now_ms - BEFORE_MS, now_ms):
        moving = traffic.at(rows, at_ms)
        places = in_metres(np.column_stack([moving.longitude_deg, moving.latitude_deg]))
        fixes = Fixes(
            number=rows, x_m=places[:, 0], y_m=places[:, 1], heading_deg=moving.heading_deg,
            speed_kmh=moving.speed_kmh, event_ms=np.full(len(rows), at_ms), is_alarming=np.zeros(len(rows), np.bool_),
        )  # fmt: skip
        fleet = with_fixes(fleet, fixes)
    return fleet
