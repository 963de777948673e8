"""A designed building before it stands anywhere: its masses above the ground, its use and its age.

Masses hold plans in city metres and heights above the building's base.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from cim_models.suhe.make import plans
from shapely.geometry import Polygon

Roof = Literal["flat", "gable", "hip", "sawtooth", "dome", "taper"]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass:
    """One closed body: a plan between two heights, and its roof above `top_m`. `part` 0 is the main body."""

    plan: Polygon
    bottom_m: float
    top_m: float
    roof: Roof = "flat"
    rise_m: float = 0.0
    part: int = 0


@dataclass(slots=True, kw_only=True)
class Design:
    """One building: masses, use, storeys, decade of building, and a name where it has one."""

    masses: list[Mass]
    usage: str
    storeys: int
    year: int
    name: str = ""
    name_en: str = ""
    part_names: tuple[str, ...] = ()
    extra: dict[str, object] = field(default_factory=dict)

    @property
    def footprint(self) -> Polygon:
        """Return the largest plan that touches the ground."""
        return max((m.plan for m in self.masses if m.bottom_m <= 0), key=lambda plan: plan.area)


def lift_house(at: Place, angle: float, roof_m: float, size: tuple[float, float] = (6, 6), up: float = 3.6) -> Mass:
    """Return the machine room on a flat roof."""
    return Mass(plan=plans.placed(plans.slab(*size), at, angle), bottom_m=roof_m, top_m=roof_m + up)


def estate_slab(at: Place, angle: float, length: float, storeys: int, rng: np.random.Generator) -> Design:
    """Return a walk-up slab of an estate (新村): hip or gable roof, or a flat one with stair heads."""
    depth = 12.0 if rng.random() < 0.7 else 10.5
    top = storeys * 2.9
    year = int(rng.choice([1953, 1958, 1978, 1983, 1987, 1991, 1995]))
    style = rng.random()
    if style < 0.62:
        plan = plans.placed(plans.slab(length, depth), at, angle)
        mass = Mass(plan=plan, bottom_m=0, top_m=top, roof="hip" if style < 0.3 else "gable", rise_m=2.7)
        return Design(masses=[mass], usage="residential", storeys=storeys, year=year)
    plan = plans.placed(plans.bay_slab(length, depth) if style < 0.85 else plans.slab(length, depth), at, angle)
    masses = [Mass(plan=plan, bottom_m=0, top_m=top + 0.6)]
    units = max(2, int(length // 15))
    for i in range(units if units < 5 else 3):
        along = -length / 2 + (i + 0.5) * length / (units if units < 5 else 3)
        masses.append(lift_house(shifted(at, angle, along, 2.0), angle, top + 0.6, (4.5, 4.5), 2.4))
    return Design(masses=masses, usage="residential", storeys=storeys, year=year)


def housing_tower(at: Place, angle: float, kind: int, storeys: int, rng: np.random.Generator) -> Design:
    """Return a residential tower with stepped plan, set-back top and machine room."""
    plan = plans.placed(plans.tower(kind), at, angle)
    top = storeys * 3.0
    step = 3.0 * int(rng.integers(1, 3))
    crown = plans.placed(plans.slab(*((15, 9) if kind % 2 else (18, 9))), at, angle).intersection(plan.buffer(-0.6))
    masses = [Mass(plan=plan, bottom_m=0, top_m=top), Mass(plan=crown, bottom_m=top, top_m=top + step)]
    masses.append(lift_house(at, angle, top + step, (6, 6), 4.2))
    return Design(masses=masses, usage="residential", storeys=storeys, year=int(rng.integers(1994, 2019)))


def curved_block(at: Place, angle: float, storeys: int, rng: np.random.Generator) -> Design:
    """Return a curved residential block, a storey lower in its outer third."""
    plan = plans.placed(plans.arc(66, 15, 44), at, angle)
    core = plans.placed(plans.arc(42, 12, 28), at, angle)
    top = storeys * 3.0
    masses = [Mass(plan=plan, bottom_m=0, top_m=top), Mass(plan=core, bottom_m=top, top_m=top + 3.6)]
    return Design(masses=masses, usage="residential", storeys=storeys, year=int(rng.integers(2000, 2020)))


def lane_row(at: Place, angle: float, length: float, depth: float, rng: np.random.Generator) -> Design:
    """Return one row of a lilong (里弄): two or three storeys under a gable roof."""
    storeys = int(rng.choice([2, 2, 3]))
    plan = plans.placed(plans.slab(length, depth), at, angle)
    mass = Mass(plan=plan, bottom_m=0, top_m=storeys * 3.3, roof="gable", rise_m=depth * 0.27)
    return Design(masses=[mass], usage="residential", storeys=storeys, year=int(rng.integers(1912, 1938)))


def office_tower(at: Place, angle: float, size: tuple[float, float], storeys: int, rng: np.random.Generator) -> Design:
    """Return an office tower on a podium, with setbacks, a crown and a machine room; tower and podium are parts."""
    width, depth = size
    tall = storeys * 3.9
    podium = plans.placed(plans.slab(width + 18, depth + 12), at, angle)
    base = 4.5 * int(rng.integers(3, 6))
    style = int(rng.integers(0, 5))
    shape = (
        plans.slab(width, depth),
        plans.chamfered(width, depth, 4.5),
        plans.rounded(width, depth, 4.5),
        plans.rounded(width, depth, 2.6),
        plans.chamfered(width, depth, 3.0),
    )[style]
    plan = plans.placed(shape, at, angle)
    masses = [Mass(plan=podium, bottom_m=0, top_m=base)]
    cuts: tuple[tuple[float, float, float], ...] = ((1.0, base, tall),)
    if tall > 110 and style != 3:
        first, second = 0.62 * tall, 0.86 * tall
        cuts = ((1.0, base, first), (0.84, first, second), (0.66, second, tall))
    elif tall > 75:
        cuts = ((1.0, base, 0.88 * tall), (0.8, 0.88 * tall, tall))
    for factor, low, high in cuts:
        ring = plans.placed(_scaled(shape, factor), at, angle) if factor < 1 else plan
        masses.append(Mass(plan=ring, bottom_m=low, top_m=high, part=1))
    last = cuts[-1][0]
    if style == 4 and tall > 90:
        top = Mass(plan=masses[-1].plan, bottom_m=tall, top_m=tall + 12, roof="taper", rise_m=0.45, part=1)
    else:
        top = Mass(
            plan=plans.placed(plans.slab(width * last * 0.5, depth * last * 0.5), at, angle),
            bottom_m=tall,
            top_m=tall + 6,
            part=1,
        )
    masses.append(top)
    return Design(
        masses=masses, usage="office", storeys=storeys, year=int(rng.integers(1996, 2023)), part_names=("裙楼", "塔楼")
    )


def works_hall(at: Place, angle: float, size: tuple[float, float], rng: np.random.Generator) -> Design:
    """Return a factory hall with saw teeth, or a flat-roofed works building with a raised lantern."""
    plan = plans.placed(plans.slab(*size), at, angle)
    year = int(rng.integers(1922, 1985))
    if rng.random() < 0.6:
        mass = Mass(plan=plan, bottom_m=0, top_m=6.0, roof="sawtooth", rise_m=3.0)
        return Design(masses=[mass], usage="industrial", storeys=1, year=year)
    storeys = int(rng.integers(2, 6))
    top = storeys * 4.2
    lantern = plans.placed(plans.slab(size[0] * 0.6, size[1] * 0.3), at, angle)
    masses = [Mass(plan=plan, bottom_m=0, top_m=top), Mass(plan=lantern, bottom_m=top, top_m=top + 3)]
    return Design(masses=masses, usage="industrial", storeys=storeys, year=year)


def shop_row(at: Place, angle: float, length: float, rng: np.random.Generator) -> Design:
    """Return a row of shops along a street, with a low parapet box now and then."""
    storeys = int(rng.choice([1, 2, 2, 3]))
    top = storeys * 3.9
    masses = [Mass(plan=plans.placed(plans.slab(length, 12), at, angle), bottom_m=0, top_m=top)]
    if rng.random() < 0.5:
        masses.append(lift_house(shifted(at, angle, length * 0.2, 0), angle, top, (9, 6), 2.7))
    return Design(masses=masses, usage="commercial", storeys=storeys, year=int(rng.integers(1985, 2015)))


def institute(at: Place, angle: float, form: Polygon, use: tuple[str, int], rng: np.random.Generator) -> Design:
    """Return a plain building with flat roof and roof plant; `use` is its usage and storeys."""
    usage, storeys = use
    plan = plans.placed(form, at, angle)
    top = storeys * 3.6
    spot = plan.buffer(-4.6).representative_point() if not plan.buffer(-4.6).is_empty else None
    masses = [Mass(plan=plan, bottom_m=0, top_m=top)]
    if spot is not None:
        masses.append(lift_house((spot.x, spot.y), angle, top, (6, 6), 3.0))
    return Design(masses=masses, usage=usage, storeys=storeys, year=int(rng.integers(1956, 2012)))


def shifted(at: Place, angle: float, along: float, across: float) -> Place:
    """Return a place moved in a building's own frame, which is turned by `angle` degrees."""
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return float(at[0] + along * c - across * s), float(at[1] + along * s + across * c)


def _scaled(shape: Polygon, factor: float) -> Polygon:
    return Polygon([(x * factor, y * factor) for x, y in shape.exterior.coords])
