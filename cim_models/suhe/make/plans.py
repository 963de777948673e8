"""Ground plans in a building's own frame: x along the front, y towards the back (north), sides in multiples of 3 m."""

import numpy as np
from cim_models.suhe.make.frame import Array
from shapely.affinity import translate
from shapely.geometry import Polygon, box
from shapely.ops import unary_union


def slab(length: float, depth: float) -> Polygon:
    """Return a rectangle centred on the origin."""
    return box(-length / 2, -depth / 2, length / 2, depth / 2)


def _joined(*parts: Polygon) -> Polygon:
    return unary_union(parts).simplify(0.01)


def bay_slab(length: float, depth: float) -> Polygon:
    """Return a slab whose stair bays step out to the north, as in 1980s estates."""
    units = max(2, int(length // 15))
    width = length / units
    centres = [-length / 2 + (i + 0.5) * width for i in range(units)]
    bays = [box(at - 3, depth / 2 - 0.1, at + 3, depth / 2 + 1.5) for at in centres]
    return _joined(slab(length, depth), *bays)


def tower(kind: int) -> Polygon:
    """Return one of eight stepped tower plans of Shanghai housing."""
    forms = (
        (slab(30, 12), box(-9, -9, 9, 9)),
        (slab(24, 15), box(-6, -10.5, 6, 10.5)),
        (box(-18, -3, -3, 9), box(3, -3, 18, 9), box(-6, -9, 6, 6)),
        (slab(36, 12), box(-15, -9, -6, 6), box(6, -9, 15, 6)),
        (box(-12, -12, 12, 3), box(-6, 3, 6, 12)),
        (slab(27, 9), slab(9, 27), slab(18, 18)),
        (slab(42, 12), box(-21, -7.5, -12, 6), box(12, -7.5, 21, 6), box(-4.5, 6, 4.5, 9)),
        (slab(24, 18), box(-15, -6, 15, 6)),
    )
    return _joined(*forms[kind % 8])


def ell(length: float, depth: float, wing: float) -> Polygon:
    """Return an L plan."""
    half, side = length / 2, wing / 2
    return _joined(box(-half, -side, half, -side + depth), box(-half, -side, -half + depth, side))


def you(length: float, depth: float, wing: float) -> Polygon:
    """Return a U plan, open to the north."""
    half, side = length / 2, wing / 2
    return _joined(
        box(-half, -side, half, -side + depth),
        box(-half, -side, -half + depth, side),
        box(half - depth, -side, half, side),
    )


def court(length: float, width: float, depth: float) -> Polygon:
    """Return a closed court."""
    return slab(length, width).difference(slab(length - 2 * depth, width - 2 * depth))


def arc(length: float, depth: float, turn_deg: float, steps: int = 10) -> Polygon:
    """Return a curved slab that turns by `turn_deg` over its length."""
    radius = length / np.radians(turn_deg)
    angles = np.radians(np.linspace(-turn_deg / 2, turn_deg / 2, steps + 1))
    outer = np.column_stack([np.sin(angles), np.cos(angles) - 1]) * (radius + depth / 2)
    inner = np.column_stack([np.sin(angles), np.cos(angles) - 1]) * (radius - depth / 2)
    shape = Polygon(np.vstack([outer, inner[::-1] - [0, depth]]))
    middle = shape.centroid
    return translate(shape, -middle.x, -middle.y)


def rounded(width: float, depth: float, power: float = 4.0, count: int = 20) -> Polygon:
    """Return a super-ellipse: a soft-cornered office plan; power 2 is an ellipse."""
    angles = 2 * np.pi * np.arange(count) / count
    c, s = np.cos(angles), np.sin(angles)
    return Polygon(
        np.column_stack(
            [
                np.sign(c) * np.abs(c) ** (2 / power) * width / 2,
                np.sign(s) * np.abs(s) ** (2 / power) * depth / 2,
            ]
        )
    )


def chamfered(width: float, depth: float, cut: float) -> Polygon:
    """Return a rectangle with cut corners."""
    a, b = width / 2, depth / 2
    return Polygon(
        [
            (-a + cut, -b),
            (a - cut, -b),
            (a, -b + cut),
            (a, b - cut),
            (a - cut, b),
            (-a + cut, b),
            (-a, b - cut),
            (-a, -b + cut),
        ]
    )


def placed(plan: Polygon, at: tuple[float, float], angle_deg: float) -> Polygon:
    """Return the plan turned counter-clockwise and moved to its place in the city."""
    turn = np.radians(angle_deg)
    c, s = np.cos(turn), np.sin(turn)
    return Polygon(_moved(plan.exterior.coords, c, s, at), [_moved(ring.coords, c, s, at) for ring in plan.interiors])


def _moved(ring: object, c: float, s: float, at: tuple[float, float]) -> Array:
    xy = np.asarray(ring)
    return np.column_stack([xy[:, 0] * c - xy[:, 1] * s + at[0], xy[:, 0] * s + xy[:, 1] * c + at[1]])
