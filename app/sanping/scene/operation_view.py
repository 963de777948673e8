"""What people do together in the city, a joint response or a major event: routes, parties and posts, who goes where."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.scene.camera import Lens
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.label_layout import NOTHING, Room, scale_in
from sanping.scene.layers.badges import COMPONENTS, BadgeLayer, Badges
from sanping.scene.layers.curtains import LightBands
from sanping.scene.layers.flows import FlowLayer, PulseLayer

_LIFT_M, _RADIUS_PX, _LETTER_PX, _SPREAD_M = 26.0, 12.0, 3.4, 90.0
_NEAR_SHARE, _STRENGTH = 1.1, 2.4
_STAYS = -1.0  # it is not fading away; a sign has no shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A line on the ground, (x, y) in world metres, as a band of light (0xRRGGBB); a beat lets it breathe."""

    line: tuple[tuple[float, float], ...]
    colour: int
    height_m: float = 12.0
    beat: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A party or post at its place: a few letters in it, its name beside it, `rank` 0 for what must be read first."""

    id: str
    x_m: float
    y_m: float
    name: Text
    letters: str = ""
    colour: int = 0x49B6D8
    rank: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Somebody on the way from one place to another; `is_warm` draws the arc in amber."""

    start: tuple[float, float]
    end: tuple[float, float]
    is_warm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenery:
    """Everything that one operation shows; `spots` are (x, y) of what it is about, with a ring of `colour`."""

    routes: tuple[Route, ...] = ()
    signs: tuple[Sign, ...] = ()
    headings: tuple[Heading, ...] = ()
    spots: tuple[tuple[float, float], ...] = ()
    colour: int = 0xFF4B4B


class OperationView:
    """Draws the scenery it was last given."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._bands, self._flows = LightBands(context), FlowLayer(context)
        self._pulses, self._badges = PulseLayer(context), BadgeLayer(context)
        self._given = Scenery()
        self._places: Float64Array = np.zeros((0, 3))
        self._boxes: Float64Array = NOTHING.plates
        self._look: LayerLook | None = None
        self._key: object = None

    def show_scenery(self, scenery: Scenery) -> None:
        """Show this instead of the present one."""
        if scenery != self._given:
            self._given = scenery
            self.lay()

    def lay(self) -> None:
        """Set everything on the ground, which may be another one now."""
        given = self._given
        bands = [(np.array(one.line), one.height_m, _light(one.colour), one.beat) for one in given.routes]
        self._bands.set_bands(bands)
        self._flows.set_flows(
            [(self._world(one.start), self._world(one.end)) for one in given.headings],
            are_warm=[one.is_warm for one in given.headings],
        )
        self._pulses.set_pulses([self._world(spot) for spot in given.spots], _SPREAD_M, _light(given.colour))
        flat = np.array([(sign.x_m, sign.y_m) for sign in given.signs]).reshape(-1, 2) - self._context.centre[:2]
        self._places = np.column_stack([flat, self._context.ground_at(flat) + _LIFT_M])
        self._key = None
        if self._look is not None:
            self.show(self._look)

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says."""
        self._look = look
        for part in (self._bands, self._flows, self._pulses):
            part.show(look)
        self._badges.show(look)

    def prepare(self, lens: Lens, room: Room) -> Float64Array:
        """Place the signs of the coming frame; return the boxes (k, 4) they take, in pixels. Free at rest."""
        is_seen = self._look is None or self._look.is_seen
        if not is_seen or not self._given.signs:
            self._badges.clear()
            self._key = None
            return NOTHING.plates
        scale = scale_in(room)
        key = (tuple(lens.eye), tuple(lens.forward), lens.half_width, room.size_px, scale, self._context.language)
        if key != self._key:
            self._boxes = self._arranged(lens, room, scale)
            self._key = key
        return self._boxes

    @property
    def actors(self) -> list[object]:
        """The actors drawn in the city."""
        return [*self._bands.actors, *self._pulses.actors, *self._flows.actors]

    def release(self) -> None:
        """Take everything away."""
        for part in (self._bands, self._flows, self._pulses, self._badges):
            part.release()

    def _arranged(self, lens: Lens, room: Room, scale: float) -> Float64Array:
        """Draw the signs that are seen, those that must be read first last and so on top."""
        seen = lens.projected(self._places)
        inside = (seen[:, 2] > 1.0) & (np.abs(seen[:, :2]) < _NEAR_SHARE).all(axis=1)
        signs = self._given.signs
        rows = sorted(np.flatnonzero(inside).tolist(), key=lambda row: (-signs[row].rank, -seen[row, 2]))
        if not rows:
            self._badges.clear()
            return NOTHING.plates
        shown = [signs[row] for row in rows]
        at_px = (seen[rows, :2] * 0.5 + 0.5) * room.size_px
        radius = scale * np.array([_RADIUS_PX + _LETTER_PX * len(sign.letters) for sign in shown])
        names = [sign.name.in_language(self._context.language) for sign in shown]
        plates, boxes = self._badges.with_room(names, at_px, radius, scale)
        plates = [name if sign.rank == 0 else plate for name, plate, sign in zip(names, plates, shown, strict=True)]
        colours = np.array([float(sign.colour) for sign in shown])
        state = np.tile([0.0, 0.0, _STAYS, 0.0], (len(rows), 1))
        badges = Badges(
            places=self._places[rows], radius_px=radius, kinds=np.full(len(rows), COMPONENTS), fill=colours,
            ring=colours, state=state, counts=[sign.letters for sign in shown], plates=plates,
        )  # fmt: skip
        self._badges.draw(badges, scale)
        return boxes

    def _world(self, spot: tuple[float, float]) -> Point:
        """Return a place on the ground, in world metres."""
        east, north, up = self._context.centre
        ground = self._context.ground_at(np.array([[spot[0] - east, spot[1] - north]]))
        return (spot[0], spot[1], float(ground[0]) + up)


def bounds_of(scenery: Scenery) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of what an operation shows, in metres; None for nothing."""
    spots: Sequence[tuple[float, float]] = (
        *(point for route in scenery.routes for point in route.line),
        *((sign.x_m, sign.y_m) for sign in scenery.signs),
        *scenery.spots,
    )
    if not spots:
        return None
    east, north = zip(*spots, strict=True)
    return min(east), min(north), max(east), max(north)


def _light(colour: int) -> tuple[float, float, float]:
    """Return a colour in linear light."""
    red, green, blue = (_STRENGTH * ((colour >> shift & 255) / 255.0) ** 2.2 for shift in (16, 8, 0))
    return (red, green, blue)
