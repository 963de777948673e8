"""The sun's way over a place on a day of the solar calendar, by true solar time; what sunlight standards count with."""

from datetime import UTC, date, datetime, timedelta, timezone
from math import radians

import numpy as np

from sanping.analysis.map_frame import degrees_of
from sanping.analysis.sun import sun_of_moment
from sanping.domain.crs import LOCAL
from sanping.domain.geo import Float64Array

GREATER_COLD_DEG, WINTER_SOLSTICE_DEG = 300.0, 270.0
"""Ecliptic longitude of the sun when 大寒 and 冬至 begin."""
_BEIJING = timezone(timedelta(hours=8))
_STEP_M = 1000.0


def day_of_term(year: int, longitude_deg: float) -> date:
    """Return the day, in Beijing time, on which the sun reaches an ecliptic longitude."""
    begin, end = (datetime(year, 1, 1, tzinfo=_BEIJING) + timedelta(days=days) for days in (0, 366))
    ahead = (longitude_deg - sun_of_moment(begin).longitude_deg) % 360
    while end - begin > timedelta(minutes=1):
        middle = begin + (end - begin) / 2
        passed = (longitude_deg - sun_of_moment(middle).longitude_deg) % 360
        if passed <= ahead:
            begin, ahead = middle, passed
        else:
            end = middle
    return begin.date()


def moments_of(day: date, solar_hours: Float64Array, longitude_deg: float) -> list[datetime]:
    """Return the moments (UTC) of hours of true solar time (n,) on a day at a longitude."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(minutes=4 * longitude_deg)
    found = []
    for hour in solar_hours.tolist():
        mean = noon + timedelta(hours=hour - 12)
        found.append(mean - timedelta(minutes=sun_of_moment(mean).equation_of_time_min))
    return found


def sun_directions(
    day: date, solar_hours: Float64Array, latitude_deg: float, longitude_deg: float, north_turn_deg: float = 0.0
) -> Float64Array:
    """Return unit vectors (n, 3) towards the sun at hours of true solar time: east, north, up in the twin's frame.

    Geometric, without refraction. `north_turn_deg` is how far grid north lies clockwise of true north.
    """
    declination = np.array(
        [sun_of_moment(moment).declination_rad for moment in moments_of(day, solar_hours, longitude_deg)]
    )
    angle, latitude = np.radians((solar_hours - 12.0) * 15.0), radians(latitude_deg)
    east = -np.cos(declination) * np.sin(angle)
    north = np.sin(declination) * np.cos(latitude) - np.cos(declination) * np.sin(latitude) * np.cos(angle)
    up = np.sin(declination) * np.sin(latitude) + np.cos(declination) * np.cos(latitude) * np.cos(angle)
    turn = radians(north_turn_deg)
    grid_east = east * np.cos(turn) - north * np.sin(turn)
    grid_north = east * np.sin(turn) + north * np.cos(turn)
    return np.column_stack([grid_east, grid_north, up])


def north_turn(crs: str, east_m: float, north_m: float) -> float:
    """Return how far grid north lies clockwise of true north at a place, in degrees; 0 for a twin without a place."""
    if crs == LOCAL:
        return 0.0
    here, there = degrees_of(crs, np.array([[east_m, north_m - _STEP_M], [east_m, north_m + _STEP_M]]))
    wide = (there[0] - here[0]) * np.cos(np.radians((there[1] + here[1]) / 2.0))
    return float(np.degrees(np.arctan2(wide, there[1] - here[1])))
