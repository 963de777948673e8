"""A river as it is now: its measured surface in the colour of its class or level, streaks that run with it, a plume."""

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.scene.context import SceneContext
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.ribbons import MeshSheet
from sanping.scene.river_colours import water_tint
from sanping.stage.state import WaterColour
from sanping.twin.river import travel_time_s
from sanping.twin.river_view import RiverState

ABOVE_WATER_M = 0.06
_ACROSS = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
_WIDER = 1.04
_NEVER_S = -1.0


class LivingWater(FlatLayer):
    """The rivers of a twin; `nominal_m` is the level of water that nobody measures, in world metres."""

    def __init__(self, context: SceneContext) -> None:
        super().__init__(context)
        self._longest_s = 1.0

    def set_rivers(self, rivers: tuple[RiverState, ...], colour: WaterColour, nominal_m: float) -> None:
        """Show these rivers instead of the present ones."""
        self.release()
        look, self._look = self._look, None
        sheet = MeshSheet(traits=4, tint=4)
        longest_s = 0.0
        for river in rivers:
            longest_s = max(longest_s, self._add(sheet, river, colour, nominal_m))
        if sheet.is_empty:
            return
        material = self.context.material("river.vert", "river_night", DETAIL=0)
        material.set_number("uLift", 3.0)
        material.set_number("uColour", 0.0, 0.0, 0.0, max(1.0, longest_s))
        self.add_part(material, mapper_of(poly_data(*sheet.arrays()), ("traits", "tint")), "river", is_translucent=True)
        if look is not None:
            self.show(look)

    def _add(self, sheet: MeshSheet, river: RiverState, colour: WaterColour, nominal_m: float) -> float:
        """Add one river; return how long its plume travels."""
        tint = water_tint(river, colour)
        if not tint[:, 3].any():
            return 0.0
        count, lanes = len(river.chainage_m), len(_ACROSS)
        level = np.full(count, nominal_m) if river.level_m is None else river.level_m
        speed = np.zeros(count) if river.velocity_m_s is None else river.velocity_m_s
        arrival = plume_arrival_s(river)
        points = np.empty((count, lanes, 3))
        points[..., :2] = _edges(river)
        points[..., 2] = level[:, None] + ABOVE_WATER_M
        points -= self.context.centre
        traits = np.empty((count, lanes, 4))
        traits[..., 0] = river.chainage_m[:, None]
        traits[..., 1] = _ACROSS
        traits[..., 2] = speed[:, None]
        traits[..., 3] = arrival[:, None]
        first = (np.arange(count - 1)[:, None] * lanes + np.arange(lanes - 1)).reshape(-1)
        triangles = np.concatenate(
            [np.stack([first, first + lanes, first + lanes + 1], 1), np.stack([first, first + lanes + 1, first + 1], 1)]
        ).astype(np.int32)
        sheet.add(points.reshape(-1, 3), triangles, traits=traits.reshape(-1, 4), tint=np.repeat(tint, lanes, axis=0))
        return float(arrival.max())


def plume_arrival_s(river: RiverState) -> Float64Array:
    """Return when the water of the worst section arrives at each chainage, in seconds; negative where it never does.

    Only water worse than its target sends a plume.
    """
    worse = [
        view
        for view in river.sections
        if view.quality is not None
        and view.station.target_class is not None
        and view.quality.water_class > view.station.target_class
    ]
    speeds = [
        (view.station.chainage_m or 0.0, value)
        for view in river.gauges
        if view.freshness == "fresh" and (value := view.value("velocity")) is not None
    ]
    if not worse or not speeds:
        return np.full(len(river.chainage_m), _NEVER_S)
    worst = max(worse, key=lambda view: view.quality.water_class if view.quality else 0)
    arrival = travel_time_s(speeds, worst.station.chainage_m or 0.0, river.chainage_m)
    return np.where(np.isnan(arrival), _NEVER_S, arrival)


def _edges(river: RiverState) -> Float64Array:
    """Return points across the river at each chainage, (n, lanes, 2), from the right bank to the left."""
    middle = river.course.at(river.chainage_m)
    way = np.gradient(middle, axis=0)
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    left = np.stack([-way[:, 1], way[:, 0]], axis=1)
    half = np.interp(river.chainage_m, river.course.chainage_m, river.course.width_m) / 2 * _WIDER
    return np.asarray(middle[:, None] + left[:, None] * (half[:, None] * _ACROSS)[..., None])
