"""The hierarchy of areas as somebody may see it: one area, those below it with their figures, and whom to call."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from sanping.domain.area import Area, Level, is_within, level_of
from sanping.domain.case import Actor
from sanping.domain.case_filter import CaseFilter, CaseScope
from sanping.domain.errors import NotAllowed
from sanping.domain.text import Text
from sanping.hub.case_desk import CaseDesk
from sanping.hub.case_sheet import department_row, loads_of
from sanping.twin.cases.area_figures import AreaCount, AreaSpan, area_of, areas_below, counts_by_area, span_rows
from sanping.twin.cases.clock import DAY_MS
from sanping.twin.cases.governed import GovernedCity
from sanping.wire.cases import MOST_POINTS, AreaBoard, AreaFigures, CasePoints

USUAL_DAYS = 30

_NOT_YOURS = Text(
    "区域 {area} 不在您的责任区；请查看自己的区域", "The area {area} is not yours; look at one that you answer for"
)
_NOT_YOUR_PHOTO = Text(
    "这张照片属于其他区域的案件；请查看自己区域的案件", "The photo is of a case in another area; look at those of yours"
)
NO_COUNT = AreaCount(rates={})


class AreasAsked(CaseScope, frozen=True, kw_only=True):
    """Which area, and how those within it are counted: of which level, and reported when; 0 is the last thirty days."""

    level: Level | None = None
    from_ms: int = 0
    to_ms: int = 0


async def board_of(desk: CaseDesk, asked: AreasAsked, who: Actor, now_ms: int) -> AreaBoard:
    """Return an area with those below it.

    Raises `NotAllowed` for one beside those that `who` answers for, `InputError` for one that is not known.
    """
    check_sight(who, asked.area)
    city, day = desk.city, desk.city.rules.timetable.day_of(now_ms)
    code = asked.area or city.rules.areas.top(day)
    rows = [area for area in areas_below(city, code, asked.level, now_ms) if sees(who, area.code)]
    span = AreaSpan(scope=asked, from_ms=asked.from_ms or now_ms - USUAL_DAYS * DAY_MS, to_ms=asked.to_ms or now_ms + 1)
    within = desk.table.covered_by(who)
    await desk.tallied(span_rows(desk.table, span, now_ms, within), now_ms)
    counts = counts_by_area(desk.table, desk.tally, [area.code for area in rows], span, now_ms, within=within)
    own = counts_by_area(desk.table, desk.tally, [code], span, now_ms, within=within)
    here, path = area_of(city, code, now_ms), city.rules.areas.path(code, day)
    loads, alarms = loads_of(desk, who), desk.alarm_areas.counted(who)
    await asyncio.to_thread(_drawn, city, [area.code for area in (*rows, *path, here)])
    return AreaBoard(
        area=_figures(desk, here, own[0], alarms, who),
        above=tuple(_figures(desk, area, NO_COUNT, alarms, who) for area in path if area.code != code),
        level=level_of(rows[0].code) if rows else None,
        rows=tuple(_figures(desk, area, count, alarms, who) for area, count in zip(rows, counts, strict=True)),
        departments=tuple(
            department_row(found, loads)
            for found in city.departments.values()
            if found.is_on_duty and any(is_within(code, area) or is_within(area, code) for area in found.areas)
        ),
        counts=await desk.counts_in(code if asked.area else "", who, now_ms),
        from_ms=span.from_ms,
        to_ms=span.to_ms,
    )


def points_of(desk: CaseDesk, wanted: CaseFilter, who: Actor, now_ms: int) -> CasePoints:
    """Return where the cases lie that a filter finds."""
    rows = desk.table.found(wanted, now_ms, who)
    places = desk.table.degrees(rows[:MOST_POINTS])
    lon_deg, lat_deg = places[~np.isnan(places).any(axis=1)].T.tolist()
    return CasePoints(total=len(rows), lon_deg=tuple(lon_deg), lat_deg=tuple(lat_deg))


def sees(who: Actor, area: str) -> bool:
    """Say whether somebody answers for an area, or for some of it."""
    return who.covers(area) or any(is_within(own, area) for own in who.areas)


def check_sight(who: Actor, area: str) -> None:
    """Raise `NotAllowed` for an area that somebody answers for none of."""
    if area and not sees(who, area):
        raise NotAllowed(_NOT_YOURS.with_values(area=area))


def check_photo(desk: CaseDesk, photo: str, who: Actor) -> None:
    """Raise `NotAllowed` for a photo of cases that all lie beside the areas that somebody answers for."""
    if desk.table.is_hidden(photo, who):
        raise NotAllowed(_NOT_YOUR_PHOTO)


def _drawn(city: GovernedCity, codes: Iterable[str]) -> None:
    """Have the outlines of areas ready; the first time takes a while for many cells."""
    for code in codes:
        if code:
            city.places.outline(code)


def _figures(desk: CaseDesk, area: Area, count: AreaCount, alarms: Mapping[str, int], who: Actor) -> AreaFigures:
    outline, km2 = _outline(desk, area)
    return AreaFigures(
        code=area.code,
        name_zh=area.name.zh,
        name_en=area.name.en,
        level=level_of(area.code) if area.code else None,
        person=area.person,
        phone=area.phone if who.roles else "",
        open=count.open,
        overdue=count.overdue,
        reported=count.reported,
        alarms=sum(number for code, number in alarms.items() if is_within(code, area.code)),
        rates=count.rates,
        km2=km2,
        outline=outline,
    )


def _outline(desk: CaseDesk, area: Area) -> tuple[tuple[tuple[tuple[float, float], ...], ...], float]:
    """Return the rings of an area and its size: of its grid cells, else of its bounds."""
    shape = desk.city.places.outline(area.code) if area.code else None
    if shape is not None:
        parts = getattr(shape, "geoms", (shape,))
        rings = tuple(_rounded(part.exterior.coords) for part in parts if part.geom_type == "Polygon")
        return rings, round(float(shape.area) / 1e6, 3)
    if area.bounds is None:
        return (), 0.0
    west, south, east, north = area.bounds
    ring = [desk.metres_of(lon, lat) for lon, lat in ((west, south), (east, south), (east, north), (west, north))]
    if any(x is None for x, _ in ring):
        return (), 0.0
    corners = np.array(ring, np.float64)
    x, y = corners[:, 0], corners[:, 1]
    size = 0.5 * abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))
    return (_rounded([*corners.tolist(), corners[0].tolist()]),), round(size / 1e6, 3)


def _rounded(ring: Sequence[Sequence[float]]) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(point[0]), 1), round(float(point[1]), 1)) for point in ring)
