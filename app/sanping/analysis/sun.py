"""True position of the sun, after the NOAA solar calculator (Meeus, Astronomical Algorithms, chapters 25 and 28)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import acos, asin, atan2, cos, degrees, radians, sin, tan

_WELL_UP_DEG = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SunPosition:
    """Direction of the sun at one place and moment.

    `azimuth_deg` is clockwise from north, `altitude_deg` above the horizon with refraction.
    """

    azimuth_deg: float
    altitude_deg: float

    @property
    def direction(self) -> tuple[float, float, float]:
        """Unit vector from the ground towards the sun: east, north, up."""
        azimuth, altitude = radians(self.azimuth_deg), radians(self.altitude_deg)
        return (sin(azimuth) * cos(altitude), cos(azimuth) * cos(altitude), sin(altitude))


@dataclass(frozen=True, slots=True, kw_only=True)
class SunOfMoment:
    """Where the sun is on its way through the year.

    `longitude_deg` is its apparent ecliptic longitude, `declination_rad` its angle to the equator,
    `equation_of_time_min` what true solar time is ahead of mean solar time.
    """

    longitude_deg: float
    declination_rad: float
    equation_of_time_min: float


def sun_position(moment: datetime, latitude_deg: float, longitude_deg: float) -> SunPosition:
    """Return where the sun stands; `moment` is aware of its time zone. Good to about 0.02° between 1950 and 2050."""
    sun = sun_of_moment(moment)
    hours, declination = _hours(moment.astimezone(UTC)), sun.declination_rad
    hour_angle = radians((hours * 60 + sun.equation_of_time_min + 4 * longitude_deg) / 4 - 180)
    latitude = radians(latitude_deg)
    zenith = acos(
        max(-1.0, min(1.0, sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hour_angle)))
    )
    azimuth = degrees(atan2(sin(hour_angle), cos(hour_angle) * sin(latitude) - tan(declination) * cos(latitude))) + 180
    altitude = 90 - degrees(zenith)
    return SunPosition(azimuth_deg=azimuth % 360, altitude_deg=altitude + _refraction_deg(altitude))


def sun_of_moment(moment: datetime) -> SunOfMoment:
    """Return where the sun is on its way through the year; `moment` is aware of its time zone."""
    utc = moment.astimezone(UTC)
    day = 367 * utc.year - 7 * (utc.year + (utc.month + 9) // 12) // 4 + 275 * utc.month // 9 + utc.day
    century = (day + 1_721_013.5 + _hours(utc) / 24 - 2_451_545.0) / 36_525
    mean_longitude = (280.46646 + century * (36_000.76983 + century * 0.0003032)) % 360
    anomaly = radians(357.52911 + century * (35_999.05029 - 0.0001537 * century))
    eccentricity = 0.016708634 - century * (0.000042037 + 0.0000001267 * century)
    equation_of_centre = (
        sin(anomaly) * (1.914602 - century * (0.004817 + 0.000014 * century))
        + sin(2 * anomaly) * (0.019993 - 0.000101 * century)
        + sin(3 * anomaly) * 0.000289
    )
    node = radians(125.04 - 1934.136 * century)
    longitude_deg = mean_longitude + equation_of_centre - 0.00569 - 0.00478 * sin(node)
    obliquity = radians(
        23
        + (26 + (21.448 - century * (46.815 + century * (0.00059 - century * 0.001813))) / 60) / 60
        + 0.00256 * cos(node)
    )
    y = tan(obliquity / 2) ** 2
    mean = radians(mean_longitude)
    equation_of_time_min = 4 * degrees(
        y * sin(2 * mean)
        - 2 * eccentricity * sin(anomaly)
        + 4 * eccentricity * y * sin(anomaly) * cos(2 * mean)
        - 0.5 * y * y * sin(4 * mean)
        - 1.25 * eccentricity * eccentricity * sin(2 * anomaly)
    )
    return SunOfMoment(
        longitude_deg=longitude_deg % 360,
        declination_rad=asin(sin(obliquity) * sin(radians(longitude_deg))),
        equation_of_time_min=equation_of_time_min,
    )


def _hours(utc: datetime) -> float:
    return utc.hour + utc.minute / 60 + utc.second / 3600


def daylit(moment: datetime, latitude_deg: float, longitude_deg: float) -> datetime:
    """Return `moment` when the sun is well up then, else the early afternoon of the same day at that place."""
    if sun_position(moment, latitude_deg, longitude_deg).altitude_deg >= _WELL_UP_DEG:
        return moment
    solar_noon = (
        moment.replace(hour=12, minute=0) - timedelta(minutes=4 * longitude_deg) + (moment.utcoffset() or timedelta())
    )
    return (solar_noon + timedelta(hours=2)).replace(day=moment.day, month=moment.month, year=moment.year)


def _refraction_deg(altitude_deg: float) -> float:
    if altitude_deg > 85:
        return 0.0
    slope = tan(radians(altitude_deg))
    if altitude_deg > 5:
        seconds = 58.1 / slope - 0.07 / slope**3 + 0.000086 / slope**5
    elif altitude_deg > -0.575:
        seconds = 1735 + altitude_deg * (
            -518.2 + altitude_deg * (103.4 + altitude_deg * (-12.79 + altitude_deg * 0.711))
        )
    else:
        seconds = -20.772 / slope
    return seconds / 3600
