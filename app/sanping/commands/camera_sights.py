"""Which cameras of the twin see a place: put together from its stations and buildings, and said in words; pure."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from sanping.analysis.prisms import Obstacles, Prisms, prisms_of
from sanping.analysis.sight import Cameras, CameraSight
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point

MAST_M = 8.0
EYE_M = 1.6
RANGE_M = 350.0
MOST = 6
NO_CAMERA = Text(
    "{range} 米内没有摄像机；可派采集员到场核实", "There is no camera within {range} m; send somebody to look"
)
CLEAR = Text("{count} 路摄像机可见：{names}", "{count} cameras see it: {names}")
BLOCKED = Text("{count} 路被建筑遮挡：{names}", "{count} are behind buildings: {names}")
NAMED = Text("{name} {distance} 米", "{name} {distance} m")


def cameras_of(stations: Iterable[Station], ground: Callable[[float, float], float]) -> Cameras:
    """Return the cameras among stations, each on a mast of 8 m and able to turn; `ground` gives heights in metres."""
    found = [station for station in stations if "camera" in station.kinds]
    count = len(found)
    return Cameras(
        ids=[station.id for station in found],
        x_m=np.array([station.x_m for station in found], dtype=np.float64),
        y_m=np.array([station.y_m for station in found], dtype=np.float64),
        z_m=np.array([ground(station.x_m, station.y_m) + MAST_M for station in found], dtype=np.float64),
        heading_deg=np.zeros(count),
        fov_deg=np.full(count, 360.0),
        range_m=np.full(count, RANGE_M),
    )


def obstacles_of(contents: Iterable[object]) -> Obstacles:
    """Return what buildings stand in the way, from the contents of layers."""
    return Obstacles(Prisms.joined([prisms_of(content) for content in contents if isinstance(content, TileSet)]))


def told(sights: Sequence[CameraSight], names: Callable[[str], Text]) -> Text:
    """Say which cameras see the place and which would if nothing stood in the way."""
    if not sights:
        return NO_CAMERA.with_values(range=f"{RANGE_M:.0f}")
    parts = []
    for words, some in (
        (CLEAR, [sight for sight in sights if sight.is_clear]),
        (BLOCKED, [sight for sight in sights if not sight.is_clear]),
    ):
        if some:
            named = [
                NAMED.with_values(name=names(sight.id), distance=f"{sight.distance_m:.0f}") for sight in some[:MOST]
            ]
            listed = Text("、".join(one.zh for one in named), ", ".join(one.en for one in named))
            parts.append(words.with_values(count=len(some), names=listed))
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def aim_at(x_m: float, y_m: float, ground_m: float) -> Point:
    """Return what a camera looks at: a person's height above the ground."""
    return (x_m, y_m, ground_m + EYE_M)
