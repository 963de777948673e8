"""Curtains of light: along banks at risk, and as columns of rain on their gauges."""

from collections.abc import Sequence

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.scene.layers.vector_layer import FlatLayer
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.ribbons import MeshSheet, densified
from sanping.scene.river_colours import FLOOD_COLOURS, Rgb
from sanping.twin.river_view import RiverState, StationView

RAIN_M_PER_MM = 2.5
LEAST_RAIN_MM = 0.1
_RISK_M = 9.0
_RAIN: Rgb = (0.10, 0.55, 1.0)
_RAIN_RADIUS_M = 7.0
_SIDES = 10
_BANK_STEP_M = 20.0
_BEHIND_EDGE_M = 7.0
_ROUTE_STEP_M = 15.0


class LightBands(FlatLayer):
    """Upright bands of light over lines."""

    def set_bands(self, bands: Sequence[tuple[Float64Array, float, Rgb, float]]) -> None:
        """Show these instead of the present ones: a line (n, 2) in world metres, its height, linear colour and beat."""
        self.release()
        look, self._look = self._look, None
        sheet = MeshSheet(traits=4, tint=4)
        for line, height_m, colour, beat in bands:
            dense = densified(line, _ROUTE_STEP_M)
            if len(dense) > 1:
                self._add_band(sheet, dense, height_m, colour, beat=beat)
        self._draw(sheet)
        if look is not None:
            self.show(look)

    def _draw(self, sheet: MeshSheet) -> None:
        if not sheet.is_empty:
            material = self.context.material("river.vert", "curtain_night", DETAIL=0)
            material.set_number("uLift", 4.0)
            mapper = mapper_of(poly_data(*sheet.arrays()), ("traits", "tint"))
            self.add_part(material, mapper, "curtain", is_translucent=True)

    def _add_band(  # noqa: PLR0913  a band has these sides
        self, sheet: MeshSheet, line: Float64Array, height_m: float, colour: Rgb, *, beat: float, least_m: float = -1e9
    ) -> None:
        """Add an upright band over a line (n, 2) in world metres, from the ground or `least_m` up."""
        flat = line - self.context.centre[:2]
        foot = np.maximum(self.context.ground_at(flat), least_m - self.context.centre[2])
        count = len(flat)
        points = np.empty((2 * count, 3))
        points[0::2, :2] = points[1::2, :2] = flat
        points[0::2, 2], points[1::2, 2] = foot, foot + height_m
        along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(flat, axis=0).T))])
        traits = np.zeros((2 * count, 4))
        traits[:, 0], traits[1::2, 1], traits[:, 2] = np.repeat(along, 2), 1.0, beat
        first = np.arange(count - 1, dtype=np.int32) * 2
        triangles = np.concatenate(
            [np.stack([first, first + 2, first + 3], 1), np.stack([first, first + 3, first + 1], 1)]
        )
        sheet.add(points, triangles.astype(np.int32), traits=traits, tint=np.tile([*colour, 1.0], (2 * count, 1)))


class Curtains(LightBands):
    """Stands where water threatens and where it falls."""

    def set_curtains(self, rivers: tuple[RiverState, ...], stations: tuple[StationView, ...]) -> None:
        """Show these instead of the present ones."""
        self.release()
        look, self._look = self._look, None
        sheet = MeshSheet(traits=4, tint=4)
        for river in rivers:
            for start_m, end_m, side in river.at_risk:
                line = bank_line(river, start_m, end_m, side)
                least_m = -1e9 if river.level_m is None else float(river.level_m.min())
                self._add_band(sheet, line, _RISK_M, FLOOD_COLOURS["red"], beat=1.0, least_m=least_m)
        for view in stations:
            rain = view.value("rain_hour")
            if "rain" in view.station.kinds and view.freshness == "fresh" and rain and rain >= LEAST_RAIN_MM:
                place = np.array([view.station.x_m, view.station.y_m])
                self._add_band(sheet, _ring(place), rain * RAIN_M_PER_MM, _RAIN, beat=0.0)
        self._draw(sheet)
        if look is not None:
            self.show(look)


def bank_line(river: RiverState, start_m: float, end_m: float, side: str) -> Float64Array:
    """Return the bank of a stretch, (n, 2) in world metres; `side` is "left" or "right" looking downstream."""
    chainage_m = np.linspace(start_m, end_m, max(2, int((end_m - start_m) / _BANK_STEP_M) + 1))
    middle = river.course.at(chainage_m)
    way = np.gradient(middle, axis=0)
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-9)[:, None]
    left = np.stack([-way[:, 1], way[:, 0]], axis=1)
    half = np.interp(chainage_m, river.course.chainage_m, river.course.width_m) / 2 + _BEHIND_EDGE_M
    return np.asarray(middle + left * (half * (1.0 if side == "left" else -1.0))[:, None])


def _ring(place: Float64Array) -> Float64Array:
    turn = np.linspace(0.0, 2.0 * np.pi, _SIDES + 1)
    return place + _RAIN_RADIUS_M * np.stack([np.cos(turn), np.sin(turn)], axis=1)
