"""The shadows of a day on open ground, step by step, and how long each place lies in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from sanping.analysis.findings import Column, Course, Facets, Finding, FindingLegend, LegendStep, surface_of
from sanping.analysis.studies.city import AMBER, GREEN, LIME, RED, YELLOW, StudiedCity, circle_extent
from sanping.analysis.sun import SunPosition, sun_position
from sanping.analysis.sunlight import Place
from sanping.analysis.viewshed import Surface, surface_around
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.ports.progress import Progress

LEAST_SUN_DEG = 1.0
MOST_STEPS = 300
ABOVE_M = 0.6
OFF_GROUND_M = 0.2
TITLE, HOURS = Text("阴影过程", "Shadows of a day"), Text("处于阴影（小时）", "In shadow (hours)")
COMPUTING = Text("计算阴影：{done} / {count}", "Casting shadows: {done} of {count}")
IN_SHADOW = Text("阴影", "Shadow")
METHOD = Text(
    "{date} 太阳高于 {least}° 期间每 {step} 分钟一步，太阳位置按 Meeus 算法（含大气折射），计入子午线收敛角；"
    "半径 {radius} 米内空地按 {cell} 米网格，逐格判断到太阳的视线是否被建筑或地形挡住；不计树木和云。",
    "On {date}, every {step} min while the sun is above {least}°; the sun after Meeus with refraction and the "
    "convergence of the grid; open ground within {radius} m on a grid of {cell} m, each cell asked whether buildings "
    "or ground stand between it and the sun; without trees and clouds.",
)
SUMMARY = Text(
    "白天 {hours} 小时里，空地平均 {mean} 小时在阴影中，最长 {most} 小时。",
    "Of {hours} hours of daylight the ground lies in shadow for {mean} on average, {most} at most.",
)
AT = Text("{time}：{share}% 的空地在阴影中，太阳高度 {altitude}°。",
          "{time}: {share} % of the ground lies in shadow, the sun stands {altitude}° high.")  # fmt: skip
NO_SUN = Text("这一天太阳不升起。", "The sun does not rise on this day.")
TIME, ALTITUDE, AZIMUTH, PART = (
    Text("时刻", "Time"), Text("太阳高度 (°)", "Sun (°)"), Text("方位 (°)", "Azimuth (°)"),
    Text("阴影 (%)", "Shadow (%)"),
)  # fmt: skip
NIGHT = (58, 78, 150)
BOUNDS = ((0.0, GREEN, "0–1"), (1.0, LIME, "1–2"), (2.0, YELLOW, "2–4"), (4.0, AMBER, "4–6"), (6.0, RED, "> 6"))
Masks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowAsk:
    """The shadows of the day of a moment (aware of its zone) around a place, every `step_min`."""

    middle: tuple[float, float]
    day: datetime
    radius_m: float = 200.0
    cell_m: float = 3.0
    step_min: float = 15.0


def shadow_study(city: StudiedCity, ask: ShadowAsk, progress: Progress) -> Finding:
    """Return how long the ground lies in shadow, and the shadow of each moment as a course."""
    moments, suns = daylight(ask.day, ask.step_min, city.place)
    blockers = city.blockers(circle_extent(ask.middle, ask.radius_m))
    otherwise = float(city.ground(np.array([ask.middle]))[0])
    surface = surface_around(blockers, ask.middle, ask.radius_m, ask.cell_m, otherwise)
    east, north = np.meshgrid(surface.x_m, surface.y_m)
    is_open = (np.hypot(east - ask.middle[0], north - ask.middle[1]) <= ask.radius_m) & (surface.owner < 0)
    points = np.column_stack([east[is_open], north[is_open], surface.heights_m[is_open] + OFF_GROUND_M])
    free = np.zeros_like(points)
    dark = np.zeros((len(moments), len(points)), np.bool_)
    for step, sun in enumerate(suns):
        progress.report(step / len(suns), COMPUTING.with_values(done=step, count=len(suns)))
        dark[step] = blockers.lit(points, free, _towards(sun, city.place)[None])[:, 0] == 0
    hours = dark.sum(axis=0) * ask.step_min / 60.0
    columns = _columns(moments, suns, dark)
    method = METHOD.with_values(
        date=ask.day.date().isoformat(), least=f"{LEAST_SUN_DEG:g}", step=f"{ask.step_min:g}",
        radius=f"{ask.radius_m:.0f}", cell=f"{ask.cell_m:g}",
    )  # fmt: skip

    def at(step: int) -> Finding:
        said = AT.with_values(
            time=f"{moments[step]:%H:%M}", share=f"{100 * _share(dark[step]):.0f}",
            altitude=f"{suns[step].altitude_deg:.0f}",
        )  # fmt: skip
        values = np.where(dark[step], 0.0, np.nan)
        legend = FindingLegend(
            title=IN_SHADOW, steps=(LegendStep(least=0.0, colour=NIGHT, title=IN_SHADOW, strength=0.7),)
        )
        return Finding(id="shadow", title=TITLE, summary=said, method=method, legend=legend, columns=columns,
                       facets=_sheet(surface, is_open, values))  # fmt: skip

    titles = [Text(f"{moment:%H:%M}", f"{moment:%H:%M}") for moment in moments]
    return Finding(
        id="shadow", title=TITLE, summary=_summary(hours, len(moments) * ask.step_min / 60.0), method=method,
        legend=FindingLegend(title=HOURS, steps=[
            LegendStep(least=least, colour=colour, title=Text(word, word), strength=0.7)
            for least, colour, word in BOUNDS
        ]),
        columns=columns, facets=_sheet(surface, is_open, hours),
        course=Course(titles=titles, at=at, moments=moments) if moments else None,
    )  # fmt: skip


def daylight(day: datetime, step_min: float, place: Place) -> tuple[list[datetime], list[SunPosition]]:
    """Return the moments of a day, `step_min` apart, at which the sun is up, and where it stands then."""
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    count = min(MOST_STEPS, int(24 * 60 / step_min))
    moments = [midnight + timedelta(minutes=step * step_min) for step in range(count)]
    suns = [sun_position(moment, place.latitude_deg, place.longitude_deg) for moment in moments]
    is_up = [sun.altitude_deg >= LEAST_SUN_DEG for sun in suns]
    return (
        [moment for moment, up in zip(moments, is_up, strict=True) if up],
        [sun for sun, up in zip(suns, is_up, strict=True) if up],
    )


def _towards(sun: SunPosition, place: Place) -> Float64Array:
    """Return the direction to the sun in the twin's frame."""
    east, north, up = sun.direction
    turn = np.radians(place.north_turn_deg)
    return np.array([east * np.cos(turn) - north * np.sin(turn), east * np.sin(turn) + north * np.cos(turn), up])


def _sheet(surface: Surface, is_open: Masks, values: Float64Array) -> Facets:
    whole = np.full(is_open.shape, np.nan)
    whole[is_open] = values
    return surface_of(surface.x_m, surface.y_m, surface.heights_m + ABOVE_M, whole)


def _columns(moments: Sequence[datetime], suns: Sequence[SunPosition], dark: Masks) -> tuple[Column, ...]:
    return (
        Column(title=TIME, values=[f"{moment:%H:%M}" for moment in moments]),
        Column(title=ALTITUDE, values=[sun.altitude_deg for sun in suns]),
        Column(title=AZIMUTH, values=[sun.azimuth_deg for sun in suns]),
        Column(title=PART, values=[100.0 * _share(row) for row in dark]),
    )


def _share(dark: Masks) -> float:
    return float(dark.mean()) if len(dark) else 0.0


def _summary(hours: Float64Array, daylight_h: float) -> Text:
    if not daylight_h:
        return NO_SUN
    mean, most = (float(hours.mean()), float(hours.max())) if len(hours) else (0.0, 0.0)
    return SUMMARY.with_values(hours=f"{daylight_h:.1f}", mean=f"{mean:.1f}", most=f"{most:.1f}")
