"""Buildings placed by name; each settles on the nearest free ground to its rough position.

They are schematic: recognisable by shape and place, not measured after the real ones.
"""

from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np
from cim_models.suhe.make import design, plans
from cim_models.suhe.make.design import Design, Mass, Place
from cim_models.suhe.make.frame import LonLat, chance, metre, metres
from cim_models.suhe.make.gazetteer import CAMPUSES
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union
from shapely.strtree import STRtree


class _Builder(Protocol):
    def __call__(self, at: Place, angle: float, number: int) -> Design:
        """Return the design at a place, turned by degrees; `number` seeds its chance."""


def landmarks(streets: BaseGeometry, parks: BaseGeometry, water: BaseGeometry) -> list[Design]:
    """Return the named buildings, clear of main streets, parks and water."""
    taken = unary_union([streets, parks])
    made: list[Design] = []
    for number, (at, angle, build) in enumerate(_PLAN):
        made.append(_settle(partial(build, angle=angle, number=number), metre(at), taken, water, made))
    for number, campus in enumerate(CAMPUSES):
        made += _campus(number, campus.name, campus.name_en, Polygon(metres(campus.ring)).difference(streets), water)
    return made


def _settle(
    build: Callable[[Place], Design], at: Place, taken: BaseGeometry, water: BaseGeometry, others: list[Design]
) -> Design:
    for turn in range(400):
        reach, angle = 6.0 * turn**0.6, 2.4 * turn
        made = build((at[0] + reach * float(np.cos(angle)), at[1] + reach * float(np.sin(angle))))
        foot = made.footprint
        if (
            not foot.intersects(taken)
            and foot.distance(water) > 30
            and all(foot.distance(other.footprint) > 25 for other in others)
        ):
            return made
    raise RuntimeError(f"no free ground within reach of {made.name}")


def _globe(at: Place, angle: float, number: int) -> Design:
    """Return a mall with a glazed dome and two towers of 245 m."""
    place = plans.placed
    masses = [Mass(plan=place(plans.chamfered(150, 84, 12), at, angle), bottom_m=0, top_m=24)]
    masses.append(Mass(plan=place(plans.chamfered(120, 60, 9), at, angle), bottom_m=24, top_m=33))
    masses.append(
        Mass(plan=place(plans.rounded(48, 48, 2.0, 24), at, angle), bottom_m=33, top_m=33, roof="dome", rise_m=21)
    )
    for part, along in ((1, -48.0), (2, 48.0)):
        spot = design.shifted(at, angle, along, 0)
        for size, low, high in ((33, 33, 186), (30, 186, 219), (24, 219, 234)):
            masses.append(
                Mass(plan=place(plans.chamfered(size, size, 4.5), spot, angle), bottom_m=low, top_m=high, part=part)
            )
        masses.append(
            Mass(
                plan=place(plans.chamfered(18, 18, 3), spot, angle),
                bottom_m=234,
                top_m=245,
                roof="taper",
                rise_m=0.4,
                part=part,
            )
        )
    return Design(
        masses=masses,
        usage="commercial",
        storeys=54,
        year=2013,
        name="环球港（示意）",
        name_en="Global Harbor (schematic)",
        part_names=("购物中心", "北塔", "南塔"),
    )


def _trees(at: Place, angle: float, number: int) -> Design:
    """Return two hills of stepped columns; on every column stands a planter."""
    rng = chance(7, number)
    masses = [Mass(plan=plans.placed(plans.slab(168, 66), at, angle), bottom_m=0, top_m=6)]
    for part, (along, peak) in enumerate(((-42.0, 30.0), (42.0, 57.0)), start=1):
        centre = design.shifted(at, angle, along, 0)
        for x in np.arange(-36.0, 37.0, 9.0):
            for y in np.arange(-27.0, 28.0, 9.0):
                share = float(np.cos(x / 84 * np.pi) * np.cos((y - 6) / 84 * np.pi))
                top = 6 + 4.5 * round((peak - 6) * max(0.0, share) / 4.5 + float(rng.uniform(-0.6, 0.6)))
                spot = design.shifted(centre, angle, float(x), float(y))
                if top > 6:
                    masses.append(
                        Mass(plan=plans.placed(plans.slab(9, 9), spot, angle), bottom_m=6, top_m=top, part=part)
                    )
                masses.append(
                    Mass(plan=plans.placed(plans.slab(2.4, 2.4), spot, angle), bottom_m=top, top_m=top + 2.4, part=part)
                )
    return Design(
        masses=masses,
        usage="commercial",
        storeys=10,
        year=2021,
        name="天安千树（示意）",
        name_en="1000 Trees (schematic)",
        part_names=("基座", "西山", "东山"),
    )


def _temple(at: Place, angle: float, number: int) -> Design:
    """Return a temple: gate, two halls and a tower on an axis, with side galleries."""
    halls = (
        (0, -33, 30, 12, 6, 4.5),
        (0, -6, 36, 18, 9, 7.5),
        (0, 24, 39, 15, 12, 6),
        (-30, 0, 6, 72, 5, 2.4),
        (30, 0, 6, 72, 5, 2.4),
    )
    masses = []
    court = plans.placed(plans.slab(72, 84), at, angle)
    masses.append(Mass(plan=court, bottom_m=0, top_m=0.6))
    for x, y, width, depth, top, rise in halls:
        spot = design.shifted(at, angle, x, y)
        masses.append(
            Mass(
                plan=plans.placed(plans.slab(width, depth), spot, angle),
                bottom_m=0.6,
                top_m=top,
                roof="hip",
                rise_m=rise,
            )
        )
    return Design(
        masses=masses,
        usage="temple",
        storeys=2,
        year=1918,
        name="玉佛寺（示意）",
        name_en="Jade Buddha Temple (schematic)",
    )


def _stadium(at: Place, angle: float, number: int) -> Design:
    masses = []
    for width, depth, top in ((159, 120, 7.5), (165, 126, 13.5)):
        bowl = plans.rounded(width, depth, 2.6, 36)
        hole = plans.rounded(width - 39 - top, depth - 39 - top, 2.6, 36)
        low = 0 if top < 8 else 7.5
        masses.append(Mass(plan=plans.placed(bowl.difference(hole), at, angle), bottom_m=low, top_m=top))
    return Design(
        masses=masses,
        usage="sport",
        storeys=2,
        year=2009,
        name="普陀体育中心（示意）",
        name_en="Putuo Sports Centre (schematic)",
    )


def _arcs(at: Place, angle: float, number: int) -> Design:
    """Return two curved office slabs that face each other over a podium."""
    masses = [Mass(plan=plans.placed(plans.slab(96, 72), at, angle), bottom_m=0, top_m=12)]
    for part, (turn, along, top) in enumerate(((0.0, 21.0, 108.0), (180.0, -21.0, 87.0)), start=1):
        spot = design.shifted(at, angle, 0, along)
        plan = plans.placed(plans.arc(66, 18, 46), spot, angle + turn)
        masses.append(Mass(plan=plan, bottom_m=12, top_m=top, part=part))
        masses.append(
            Mass(plan=plans.placed(plans.arc(48, 12, 33), spot, angle + turn), bottom_m=top, top_m=top + 6, part=part)
        )
    return Design(
        masses=masses,
        usage="office",
        storeys=27,
        year=2012,
        name="长风国际中心（示意）",
        name_en="Changfeng International Centre (schematic)",
        part_names=("裙楼", "北楼", "南楼"),
    )


def _hall(at: Place, angle: float, number: int) -> Design:
    """Return a vaulted hall: an exhibition and culture centre in a former mill."""
    masses = [Mass(plan=plans.placed(plans.slab(90, 48), at, angle), bottom_m=0, top_m=12, roof="sawtooth", rise_m=4.5)]
    masses.append(
        Mass(
            plan=plans.placed(plans.rounded(9, 9, 2.0, 12), design.shifted(at, angle, 36, 33), angle),
            bottom_m=0,
            top_m=45,
        )
    )
    return Design(
        masses=masses,
        usage="culture",
        storeys=2,
        year=1931,
        name="苏州河工业文明展示馆（示意）",
        name_en="Suzhou Creek Industry Museum (schematic)",
    )


def _named_tower(name: str, name_en: str, storeys: int, size: tuple[float, float], year: int) -> _Builder:
    def build(at: Place, angle: float, number: int) -> Design:
        made = design.office_tower(at, angle, size, storeys, chance(7, number))
        made.name, made.name_en, made.year = name, name_en, year
        return made

    return build


_PLAN: tuple[tuple[LonLat, float, _Builder], ...] = (
    ((121.4086, 31.2343), 52, _globe),
    ((121.4474, 31.2508), 8, _trees),
    ((121.4405, 31.2405), 14, _temple),
    ((121.3952, 31.2448), -8, _stadium),
    ((121.3900, 31.2232), 4, _arcs),
    ((121.3968, 31.2215), 0, _hall),
    ((121.4352, 31.2440), 40, _named_tower("长寿商务大厦（示意）", "Changshou Tower (schematic)", 46, (36, 36), 2006)),
    ((121.4382, 31.2452), 24, _named_tower("苏河汇中心（示意）", "Suhe Hub (schematic)", 38, (42, 30), 2018)),
    ((121.4212, 31.2412), 40, _named_tower("武宁国际（示意）", "Wuning International (schematic)", 34, (36, 30), 2015)),
    ((121.4268, 31.2336), 60, _named_tower("曹家渡中心（示意）", "Caojiadu Centre (schematic)", 36, (36, 33), 2010)),
    (
        (121.4134, 31.2188),
        20,
        _named_tower("中山公园中心（示意）", "Zhongshan Park Tower (schematic)", 58, (42, 42), 2005),
    ),
    ((121.4470, 31.2252), 18, _named_tower("静安中心一座（示意）", "Jing'an Tower 1 (schematic)", 66, (42, 42), 2009)),
    ((121.4484, 31.2262), 18, _named_tower("静安中心二座（示意）", "Jing'an Tower 2 (schematic)", 60, (42, 39), 2011)),
    ((121.4530, 31.2500), 10, _named_tower("不夜城大厦（示意）", "Everbright Tower (schematic)", 44, (36, 36), 2001)),
    ((121.4560, 31.2478), 10, _named_tower("苏河湾大厦（示意）", "Suhe Bay Tower (schematic)", 52, (39, 36), 2020)),
    (
        (121.3868, 31.2240),
        0,
        _named_tower("长风绿洲大厦（示意）", "Changfeng Oasis Tower (schematic)", 32, (42, 30), 2014),
    ),
)


def _campus(number: int, name: str, name_en: str, outline: BaseGeometry, water: BaseGeometry) -> list[Design]:
    """Return teaching buildings spread loosely over a campus, clear of its water."""
    rng = chance(8, number)
    inner = outline.buffer(-22)
    forms = (
        plans.you(54, 12, 36),
        plans.ell(48, 12, 36),
        plans.slab(60, 15),
        plans.slab(45, 12),
        plans.court(48, 42, 12),
    )
    west, south, east, north = inner.bounds
    made: list[Design] = []
    for y in np.arange(south, north, 52.0):
        for x in np.arange(west, east, 58.0):
            at = (float(x + rng.uniform(-9, 9)), float(y + rng.uniform(-6, 6)))
            form = forms[int(rng.integers(0, 5))]
            item = design.institute(at, 4.0 * number - 3.0, form, ("education", int(rng.integers(3, 6))), rng)
            foot = item.footprint
            near = STRtree([other.footprint for other in made]) if made else None
            crowded = near is not None and len(near.query(foot, predicate="dwithin", distance=14)) > 0
            if rng.random() < 0.75 and inner.contains(foot) and foot.distance(water) > 14 and not crowded:
                item.name, item.name_en = f"{name.removesuffix('（示意）')}教学楼 {len(made) + 1}（示意）", name_en
                made.append(item)
    if number == 0 and made:
        tall = made[len(made) // 2]
        spot = tall.footprint.representative_point()
        tall.masses = design.institute((spot.x, spot.y), -3.0, plans.slab(42, 18), ("education", 17), rng).masses
        tall.storeys = 17
    return made
