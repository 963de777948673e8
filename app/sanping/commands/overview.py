"""Figures about the whole city, computed from the layers that are open; nothing is invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sanping.commands.loaded_layer import LoadedLayer
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.domain.tile import TileSet

HEIGHT_STEPS_M = (0, 6, 12, 18, 27, 40, 60, 80, 100, 150, 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One big number: what it counts, the number as written, its unit."""

    title: Text
    value: str
    unit: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The city in a few figures.

    `height_counts` holds how many buildings lie in each class of `HEIGHT_STEPS_M`; empty without buildings.
    """

    figures: tuple[Figure, ...] = ()
    height_counts: tuple[int, ...] = ()


def overview_of(layers: Sequence[LoadedLayer]) -> Overview:
    """Count and measure what is open."""
    figures: list[Figure] = []
    heights = _heights([layer for layer in layers if layer.entry.role == "buildings"])
    counts: tuple[int, ...] = ()
    if len(heights):
        counts = tuple(int(n) for n in np.histogram(heights, bins=np.array(HEIGHT_STEPS_M, dtype=float))[0])
        figures.append(_figure("建筑", "Buildings", f"{len(heights):,}", "栋", ""))
        figures.append(_figure("最高建筑", "Tallest", f"{float(heights.max()):,.0f}", "米", "m"))
    bridges = _whole_count([layer for layer in layers if layer.entry.role == "bridges"])
    if bridges:
        figures.append(_figure("桥梁", "Bridges", f"{bridges:,}", "座", ""))
    for role, zh, en in (("roads", "道路", "Roads"),):
        length_m = sum(float(shape.length) for shape in _shapes(layers, role))
        if length_m:
            figures.append(_figure(zh, en, f"{length_m / 1000:,.1f}", "公里", "km"))
    for role, zh, en in (("water", "水域", "Water"), ("green", "绿地", "Green")):
        area_m2 = sum(float(shape.area) for shape in _shapes(layers, role))
        if area_m2:
            figures.append(_figure(zh, en, f"{area_m2 / 10_000:,.1f}", "公顷", "ha"))
    for role, zh, en, unit in (("facilities", "设施", "Facilities", "处"), ("grid", "网格", "Grid cells", "个")):
        count = len(_shapes(layers, role))
        if count:
            figures.append(_figure(zh, en, f"{count:,}", unit, ""))
    if not figures:
        figures += _ground_figures(layers)
    return Overview(figures=tuple(figures), height_counts=counts)


def _figure(zh: str, en: str, value: str, unit_zh: str, unit_en: str) -> Figure:
    return Figure(title=Text(zh, en), value=value, unit=Text(unit_zh, unit_en))


def _shapes(layers: Sequence[LoadedLayer], role: str) -> list[Any]:
    return [
        shape
        for layer in layers
        if layer.entry.role == role and isinstance(layer.content, VectorLayer)
        for shape in layer.content.geometries
    ]


def _heights(layers: Sequence[LoadedLayer]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    parts = [
        tile.features.height_m[tile.features.parent < 0]
        for layer in layers
        if isinstance(layer.content, TileSet)
        for tile in layer.content.tiles
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)


def _whole_count(layers: Sequence[LoadedLayer]) -> int:
    return len(_heights(layers))


def _ground_figures(layers: Sequence[LoadedLayer]) -> list[Figure]:
    figures = []
    for layer in layers:
        if isinstance(layer.content, Terrain):
            extent = layer.content.extent
            figures.append(_figure("地形最低", "Lowest ground", f"{extent.bottom:,.1f}", "米", "m"))
            figures.append(_figure("地形最高", "Highest ground", f"{extent.top:,.1f}", "米", "m"))
    return figures
