"""How a block is built up: land use by place, and one way of filling a block for each use."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from cim_models.suhe.make import design, plans
from cim_models.suhe.make.design import Design, Place
from cim_models.suhe.make.frame import Array, chance, metre
from cim_models.suhe.make.gazetteer import CENTRES
from shapely import contains_xy, prepare
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

_CENTRES = [(metre(at), spread, storeys) for at, spread, storeys in CENTRES]
_LANES = [
    (metre(at), 420.0) for at in ((121.4310, 31.2320), (121.4435, 31.2435), (121.4400, 31.2330), (121.4290, 31.2255))
]
_WORKS = [
    (metre(at), 170.0) for at in ((121.4447, 31.2497), (121.3890, 31.2300), (121.4300, 31.2470), (121.4120, 31.2500))
]


@dataclass(slots=True)
class Plot:
    """A block being built up: what stands on it so far, and the open ground that is left over."""

    block: Polygon
    angle: float
    rng: np.random.Generator
    designs: list[Design] = field(default_factory=list)
    greens: list[tuple[Polygon, str]] = field(default_factory=list)
    taken: list[Polygon] = field(default_factory=list)

    def offer(self, made: Design, gap_m: float = 3.0) -> bool:
        """Keep the design if it stands inside the block and clear of its neighbours."""
        foot = made.footprint
        if not self.block.contains(foot) or not self._is_clear(foot, gap_m):
            return False
        self.taken.append(foot)
        self.designs.append(made)
        return True

    def _is_clear(self, foot: Polygon, gap_m: float) -> bool:
        west, south, east, north = foot.bounds
        for other in self.taken:
            a, b, c, d = other.bounds
            if (
                a - east < gap_m
                and west - c < gap_m
                and b - north < gap_m
                and south - d < gap_m
                and foot.distance(other) < gap_m
            ):
                return False
        return True

    def room(self, size: tuple[float, float], at: Place, angle: float, gap_m: float) -> bool:
        """Say whether a rectangle would fit; cheaper than designing a building to find out."""
        turn = np.radians(angle)
        along = np.array([np.cos(turn), np.sin(turn)]) * size[0] / 2
        across = np.array([-np.sin(turn), np.cos(turn)]) * size[1] / 2
        corners = np.array(at) + np.array([-along - across, along - across, along + across, across - along])
        if not contains_xy(self.block, corners[:, 0], corners[:, 1]).all():
            return False
        foot = Polygon(corners)
        return bool(self.block.contains(foot)) and self._is_clear(foot, gap_m)

    def keep_clear(self, ground: Polygon, kind: str) -> bool:
        """Reserve open ground (a sports field, a garden) if it fits."""
        if not self.block.contains(ground) or not self._is_clear(ground, 4.0):
            return False
        self.taken.append(ground)
        self.greens.append((ground, kind))
        return True


def facing(block: Polygon) -> float:
    """Return the angle of rows in degrees: with the block, but fronts never more than 24° off south."""
    corner = np.asarray(block.minimum_rotated_rectangle.exterior.coords)
    side = corner[1] - corner[0]
    angle = float(np.degrees(np.arctan2(side[1], side[0])))
    angle = (angle + 45) % 90 - 45
    return float(np.clip(angle, -24, 24))


def intensity(at: Point) -> tuple[float, int]:
    """Return how central a place is (0 to 1) and the storeys of the nearest centre."""
    best, storeys = 0.0, 12
    for (x, y), spread, high in _CENTRES:
        value = float(np.exp(-((at.x - x) ** 2 + (at.y - y) ** 2) / (2 * spread**2)))
        if value > best:
            best, storeys = value, high
    return best, storeys


def _near(at: Point, spots: list[tuple[Place, float]]) -> float:
    return max(float(np.exp(-((at.x - x) ** 2 + (at.y - y) ** 2) / (2 * s**2))) for (x, y), s in spots)


def land_use(block: Polygon, creek_m: float, rng: np.random.Generator) -> str:
    """Return what a block is for, by its place and a little chance."""
    at = block.centroid
    central, _ = intensity(at)
    roll = rng.random()
    if roll < 0.8 * central:
        return "office"
    if rng.random() < 0.9 * _near(at, _WORKS):
        return "works"
    if rng.random() < 0.85 * _near(at, _LANES):
        return "lanes"
    if creek_m < 330 and rng.random() < 0.58:
        return "towers"
    roll = rng.random()
    for share, use in (
        (0.07, "school"),
        (0.10, "hospital"),
        (0.14, "works"),
        (0.18, "mall"),
        (0.40, "towers"),
        (0.46, "lanes"),
    ):
        if roll < share:
            return use
    return "estate"


def built_up(block: Polygon, number: int, creek_m: float) -> Plot:
    """Return the block filled with buildings."""
    rng = chance(2, number)
    plot = Plot(block=block.buffer(-2.0), angle=facing(block), rng=rng)
    prepare(plot.block)
    if plot.block.is_empty or not isinstance(plot.block, Polygon):
        return plot
    use = land_use(block, creek_m, rng)
    if block.area < 2_600 and use in ("office", "school", "hospital", "mall", "towers"):
        use = "shops" if use != "towers" else "estate"
    _FILL[use](plot)
    if use != "school" and sum(foot.area for foot in plot.taken) < 0.17 * plot.block.area:
        _infill(plot, "commercial" if use in ("office", "mall") else "industrial" if use == "works" else "residential")
    if use in ("estate", "towers", "lanes") and rng.random() < 0.6:
        _shops(plot)
    return plot


def _axes(plot: Plot) -> tuple[Array, Array, Array, float, float]:
    turn = np.radians(plot.angle)
    u = np.array([np.cos(turn), np.sin(turn)])
    v = np.array([-np.sin(turn), np.cos(turn)])
    ring = np.asarray(plot.block.exterior.coords)
    along, across = ring @ u, ring @ v
    origin = u * along.min() + v * across.min()
    return u, v, origin, float(np.ptp(along)), float(np.ptp(across))


def _spots(plot: Plot, step_u: float, step_v: float, stagger: bool = False) -> Iterator[Place]:
    u, v, origin, width, depth = _axes(plot)
    rows = max(1, int(depth // step_v))
    for j in range(rows):
        offset = (j + 0.5) * depth / rows
        shift = step_u / 2 if stagger and j % 2 else 0.0
        columns = max(1, int((width - shift) // step_u))
        for i in range(columns):
            at = origin + v * offset + u * (shift + (i + 0.5) * (width - shift) / columns)
            yield float(at[0]), float(at[1])


def _rows(plot: Plot, pitch: float, lengths: tuple[float, ...], gap: float) -> Iterator[tuple[Place, float]]:
    """Yield places and lengths along rows; what does not fit is tried shorter further on."""
    u, v, origin, width, depth = _axes(plot)
    offset = pitch * 0.45
    while offset < depth:
        along = 1.0
        while along < width:
            length = float(plot.rng.choice(lengths))
            at = origin + v * offset + u * (along + length / 2)
            before = len(plot.designs)
            yield (float(at[0]), float(at[1])), length
            along += length + gap if len(plot.designs) > before else 6.0
        offset += pitch


def _estate(plot: Plot) -> None:
    storeys = int(plot.rng.choice([5, 6, 6, 6, 7]))
    pitch = float(plot.rng.choice([22.5, 24, 25.5]))
    for at, length in _rows(plot, pitch, (30, 36, 45, 48, 54, 60, 72), 7.5):
        if plot.room((length, 12), at, plot.angle, 4.5):
            plot.offer(design.estate_slab(at, plot.angle, length, storeys, plot.rng), 4.5)


def _towers(plot: Plot) -> None:
    kind, storeys = int(plot.rng.integers(0, 8)), int(plot.rng.choice([14, 18, 18, 24, 28, 33]))
    if plot.rng.random() < 0.2:
        for at in _spots(plot, 84, 48):
            turn = plot.angle + float(plot.rng.choice([0, 180]))
            plot.offer(design.curved_block(at, turn, min(storeys, 24), plot.rng), 14)
    for at in _spots(plot, 54, 45, stagger=True):
        high = max(11, storeys + int(plot.rng.integers(-3, 3)))
        plot.offer(design.housing_tower(at, plot.angle, kind + int(plot.rng.random() < 0.25), high, plot.rng), 12)
    for at, length in _rows(plot, 25.5, (24, 30, 36), 9):
        if plot.room((length, 12), at, plot.angle, 15):
            plot.offer(design.estate_slab(at, plot.angle, length, 6, plot.rng), 15)


def _infill(plot: Plot, usage: str) -> None:
    """Fill what is still empty with smaller buildings."""
    for at, length in _rows(plot, 24, (18, 24, 30, 36), 7.5):
        if not plot.room((length, 13.5), at, plot.angle, 9):
            continue
        if usage == "residential":
            plot.offer(design.estate_slab(at, plot.angle, length, int(plot.rng.choice([4, 5, 6])), plot.rng), 8)
        else:
            storeys = int(plot.rng.integers(2, 7))
            plot.offer(design.institute(at, plot.angle, plans.slab(length, 12), (usage, storeys), plot.rng), 8)


def _lanes(plot: Plot) -> None:
    depth = float(plot.rng.choice([9, 10.5, 12]))
    for at, length in _rows(plot, depth + 4.8, (18, 24, 30, 36, 42, 54), 4.5):
        if plot.room((length, depth), at, plot.angle, 2.7):
            plot.offer(design.lane_row(at, plot.angle, length, depth, plot.rng), 2.7)


def _offices(plot: Plot) -> None:
    central, peak = intensity(plot.block.centroid)
    for at in _spots(plot, 72, 66):
        width, depth = float(plot.rng.choice([30, 36, 42, 48])), float(plot.rng.choice([27, 30, 36]))
        storeys = int(6 + peak * central * 1.25 * plot.rng.beta(1.7, 1.7))
        if storeys < 14 or plot.rng.random() < 0.25:
            form = (plans.slab(48, 18), plans.ell(48, 18, 42), plans.chamfered(42, 30, 4.5))[
                int(plot.rng.integers(0, 3))
            ]
            usage = "hotel" if plot.rng.random() < 0.25 else "office"
            plot.offer(design.institute(at, plot.angle, form, (usage, min(storeys, 18)), plot.rng), 9)
            continue
        made = design.office_tower(at, plot.angle, (width, depth), storeys, plot.rng)
        if not plot.offer(made, 9):
            plot.offer(design.office_tower(at, plot.angle, (24, 21), min(storeys, 24), plot.rng), 9)
    _shops(plot)


def _works(plot: Plot) -> None:
    for at, length in _rows(plot, 36, (30, 42, 54, 66), 9):
        size = (length, float(plot.rng.choice([18, 21, 24])))
        plot.offer(design.works_hall(at, plot.angle, size, plot.rng), 6)


def _school(plot: Plot) -> None:
    centre = plot.block.representative_point()
    field_at = plans.placed(plans.rounded(84, 45, 3.0, 24), (centre.x, centre.y), plot.angle)
    if not plot.keep_clear(field_at, "pitch"):
        plot.keep_clear(plans.placed(plans.slab(42, 27), (centre.x, centre.y), plot.angle), "pitch")
    forms = (plans.ell(48, 12, 36), plans.you(54, 12, 36), plans.slab(60, 15), plans.slab(36, 12))
    for at in _spots(plot, 30, 30):
        form = forms[int(plot.rng.integers(0, 4))]
        plot.offer(design.institute(at, plot.angle, form, ("education", int(plot.rng.integers(3, 6))), plot.rng), 9)


def _hospital(plot: Plot) -> None:
    forms = (plans.slab(60, 21), plans.ell(54, 18, 45), plans.you(60, 15, 48), plans.slab(36, 18))
    for number, at in enumerate(_spots(plot, 57, 42)):
        storeys = 16 if number == 0 else int(plot.rng.integers(4, 9))
        form = plans.slab(48, 21) if number == 0 else forms[int(plot.rng.integers(0, 4))]
        plot.offer(design.institute(at, plot.angle, form, ("medical", storeys), plot.rng), 10)


def _mall(plot: Plot) -> None:
    forms = (
        plans.ell(72, 36, 66),
        plans.chamfered(66, 48, 9),
        plans.slab(60, 42),
        plans.court(66, 54, 15),
        plans.slab(36, 27),
    )
    for at in _spots(plot, 40, 40):
        form = forms[int(plot.rng.integers(0, 5))]
        plot.offer(design.institute(at, plot.angle, form, ("commercial", int(plot.rng.integers(3, 7))), plot.rng), 10)
    _shops(plot)


def _shops(plot: Plot) -> None:
    """Line the block's longer edges with shops where there is room."""
    ring = np.asarray(plot.block.exterior.coords)
    for a, b in itertools.pairwise(ring):
        edge = b - a
        length = float(np.linalg.norm(edge))
        if length < 40:
            continue
        along = edge / length
        inward = np.array([-along[1], along[0]]) if plot.block.exterior.is_ccw else np.array([along[1], -along[0]])
        angle = float(np.degrees(np.arctan2(along[1], along[0])))
        position = 4.0
        while position + 24 < length:
            size = float(plot.rng.choice([24, 30, 36]))
            at = a + along * (position + size / 2) + inward * 6.6
            plot.offer(design.shop_row((float(at[0]), float(at[1])), angle, size, plot.rng), 5)
            position += size + 6


_FILL = {
    "estate": _estate,
    "towers": _towers,
    "lanes": _lanes,
    "office": _offices,
    "works": _works,
    "school": _school,
    "hospital": _hospital,
    "mall": _mall,
    "shops": _shops,
}


def leftover(plot: Plot) -> BaseGeometry:
    """Return the open ground of a block, for street green."""
    return plot.block.difference(unary_union([foot.buffer(4.0, join_style="mitre") for foot in plot.taken]))
