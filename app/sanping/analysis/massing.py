"""Compares how densely an area is built (体块比对): floor area, ratios and heights of its blocks; pure.

Floor area is reckoned after GB/T 50353 at LoD1: the outline of a block counts once for each storey of 2.2 m and more,
and half for a lower one. Outlines of city models hold eaves and balconies, and storeys are often estimated from the
height: the figures are estimates for comparing, not a survey.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import shapely

from sanping.analysis.outlines import outlines_of
from sanping.domain.city import Attributes
from sanping.domain.plan import USES, Mass, Outline, PlotLimits, Use
from sanping.domain.text import Text
from sanping.domain.tile import Tile, TileSet

FULL_STOREY_M = 2.2
"""From this height on a storey counts whole, below it half (GB/T 50353-2013)."""
STOREY_M: Mapping[Use, float] = {
    "residential": 3.0, "commercial": 4.5, "office": 3.9, "mixed": 3.9, "industrial": 6.0, "public": 3.9, "other": 3.3,
}  # fmt: skip
"""Usual storey heights, where a model names no storeys."""
METHOD = Text(
    "建筑面积按《建筑工程建筑面积计算规范》GB/T 50353 的口径在 LoD1 体块上估算：轮廓面积×层数，层高不足 2.2 m 计一半；"
    "未注明层数的建筑按高度÷常用层高推算。容积率=地上建筑面积÷用地面积，建筑密度=基底面积÷用地面积。供方案比较，不替代实测。",
    "Floor area is estimated on LoD1 blocks after GB/T 50353: outline × storeys, a storey under 2.2 m counts half; "
    "where no storeys are given they follow from the height. FAR = floor area above ground ÷ site area, density = "
    "footprint ÷ site area. For comparing schemes, not a survey.",
)
_STOREY_KEYS = ("storeysAboveGround", "storeys_above_ground", "storeys", "floors", "levels", "building:levels", "层数")
_USE_KEYS = ("usage", "use", "function", "kind", "building", "用途", "功能")
_USE_WORDS: tuple[tuple[Use, tuple[str, ...]], ...] = (
    ("mixed", ("mixed", "综合", "混合")),
    ("office", ("office", "办公", "写字")),
    ("commercial", ("commerc", "retail", "hotel", "shop", "mall", "商")),
    ("industrial", ("industr", "warehouse", "factory", "plant", "工业", "厂", "仓")),
    ("public", ("school", "hospital", "public", "civic", "museum", "station", "学校", "医院", "公共", "文化")),
    ("residential", ("resid", "apartment", "dwelling", "house", "lilong", "lane", "住宅", "居住", "里弄")),
)
_DEEPEST, _MARGIN_M = 16, 50.0
CheckName = Literal["far", "density", "height", "green"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a building: its outline (a shapely polygon, world metres), height over its foot, storeys and use.

    `top_m` is the height of its top over the foot of the building. `layer` and `building` name what it belongs to,
    `part` the object whose outline it is.
    """

    layer: str
    building: str
    shape: Any
    storeys: float
    storey_m: float
    top_m: float
    use: Use = "other"
    part: str = ""

    @property
    def floor_area_m2(self) -> float:
        """Floor area above ground."""
        share = 1.0 if self.storey_m >= FULL_STOREY_M else 0.5
        return float(self.shape.area) * self.storeys * share


@dataclass(frozen=True, slots=True, kw_only=True)
class Massing:
    """The figures of an area; `density`, `open_share` and `green_share` from 0 to 1, the last None where unknown.

    `mean_height_m` is the mean over buildings, weighed by their footprints.
    """

    site_m2: float
    footprint_m2: float = 0.0
    gfa_m2: float = 0.0
    gfa_by_use: Mapping[Use, float] = field(default_factory=dict)
    buildings: int = 0
    highest_m: float = 0.0
    mean_height_m: float = 0.0
    green_share: float | None = None

    @property
    def far(self) -> float:
        """Floor area ratio (容积率)."""
        return self.gfa_m2 / self.site_m2 if self.site_m2 > 0.0 else 0.0

    @property
    def density(self) -> float:
        """Building density (建筑密度)."""
        return self.footprint_m2 / self.site_m2 if self.site_m2 > 0.0 else 0.0

    @property
    def open_share(self) -> float:
        """Share of the site that is not built over."""
        return max(0.0, 1.0 - self.density)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A condition of the plot and what the scheme has; shares in percent. `passes` is None where nothing is known."""

    name: CheckName
    limit: float
    value: float | None
    passes: bool | None


def massing(site: Outline, blocks: Sequence[Block], green: Any = None) -> Massing:
    """Return the figures of a site built with blocks; `green` are all green areas (a shapely geometry), if known.

    What of a block lies outside the site counts with it: a building belongs to its site as a whole.
    """
    area = shapely.Polygon(site)
    built = shapely.union_all([block.shape for block in blocks]) if blocks else shapely.Polygon()
    by_use = {use: sum(block.floor_area_m2 for block in blocks if block.use == use) for use in USES}
    tops: dict[tuple[str, str], float] = {}
    feet: dict[tuple[str, str], float] = {}
    for block in blocks:
        name = (block.layer, block.building)
        tops[name] = max(tops.get(name, 0.0), block.top_m)
        feet[name] = feet.get(name, 0.0) + float(block.shape.area)
    return Massing(
        site_m2=float(area.area),
        footprint_m2=float(built.area),
        gfa_m2=sum(by_use.values()),
        gfa_by_use={use: value for use, value in by_use.items() if value > 0.0},
        buildings=len(tops),
        highest_m=max(tops.values(), default=0.0),
        mean_height_m=float(np.average(list(tops.values()), weights=list(feet.values()))) if tops else 0.0,
        green_share=None if green is None else float(green.intersection(area).difference(built).area / area.area),
    )


def judged(found: Massing, limits: PlotLimits) -> tuple[Check, ...]:
    """Return every condition that was typed with its verdict; a tenth of a thousandth over is rounding."""
    rows: tuple[tuple[CheckName, float, float | None, bool], ...] = (
        ("far", limits.far_most, found.far, True),
        ("density", limits.density_most, found.density * 100.0, True),
        ("height", limits.height_most_m, found.highest_m, True),
        ("green", limits.green_least, None if found.green_share is None else found.green_share * 100.0, False),
    )
    return tuple(
        Check(name=name, limit=limit, value=value, passes=_passes(value, limit, is_most=is_most))
        for name, limit, value, is_most in rows
        if limit > 0.0
    )


def _passes(value: float | None, limit: float, *, is_most: bool) -> bool | None:
    if value is None:
        return None
    slack = limit * 1e-4
    return value <= limit + slack if is_most else value >= limit - slack


def block_of(mass: Mass, foot_m: float | None = None) -> Block:
    """Return a mass of a scheme as a block; `foot_m` is the foot of its building where it stands on another mass."""
    over = 0.0 if foot_m is None else mass.base_m - foot_m
    return Block(
        layer="",
        building=mass.building or mass.id,
        shape=shape_of(mass),
        storeys=float(mass.storeys),
        storey_m=mass.storey_m,
        top_m=over + mass.height_m,
        use=mass.use,
    )


def blocks_of(masses: Sequence[Mass]) -> tuple[Block, ...]:
    """Return the blocks of masses, those of one building over their common foot."""
    feet: dict[str, float] = {}
    for mass in masses:
        name = mass.building or mass.id
        feet[name] = min(feet.get(name, mass.base_m), mass.base_m)
    return tuple(block_of(mass, feet[mass.building or mass.id]) for mass in masses)


def shape_of(mass: Mass) -> Any:
    """Return the outline of a mass as a valid shapely polygon."""
    shape = shapely.Polygon(mass.outline, mass.holes)
    return shape if shape.is_valid else shape.buffer(0.0)


def standing_in(site: Outline, layer: str, tiles: TileSet) -> tuple[Block, ...]:
    """Return the blocks of the buildings of a layer that belong to a site: whose middle lies in it."""
    area = shapely.Polygon(site)
    area = area if area.is_valid else area.buffer(0.0)
    west, south, east, north = area.bounds
    found: list[Block] = []
    for tile in tiles.tiles:
        box = tile.extent
        if box.west <= east and box.east >= west and box.south <= north and box.north >= south:
            found += _standing(area, layer, tiles, _near(tile, area.bounds))
    return tuple(found)


def _near(tile: Tile, bounds: tuple[float, float, float, float]) -> Tile:
    """Return a tile with the triangles only of what comes near a box: outlines of all the others cost seconds."""
    mesh, (west, south, east, north) = tile.near, bounds
    middle = mesh.points[mesh.triangles, :2].mean(axis=1) + tile.origin[:2]
    low, high = np.array([west, south]) - _MARGIN_M, np.array([east, north]) + _MARGIN_M
    row = mesh.point_feature[mesh.triangles[:, 0]]
    is_near = np.zeros(len(tile.features), np.bool_)
    is_near[row[((middle >= low) & (middle <= high)).all(axis=1)]] = True
    return replace(tile, near=replace(mesh, triangles=mesh.triangles[is_near[row]]))


def _standing(area: Any, layer: str, tiles: TileSet, tile: Tile) -> list[Block]:
    """Return the blocks of one tile, each a step of a building's roofs."""
    outlines = outlines_of(tile)
    wholes = [whole_of(tiles, tile.first_feature + row) for row in outlines.row.tolist()]
    roots = np.array([whole.first_feature + row for whole, row in wholes], np.int64)
    blocks: list[Block] = []
    for root in np.unique(roots).tolist():
        mine = np.flatnonzero(roots == root)
        middle = shapely.union_all(outlines.shape[mine]).centroid
        if not area.covers(middle):
            continue
        owner, row = tiles.locate(root)
        attributes = owner.features.attributes[row]
        use = use_in(attributes)
        top = float(outlines.top_m[mine].max())
        storeys, storey_m = storeys_in(attributes, top, use)
        for part in mine.tolist():
            share = float(outlines.top_m[part]) / top if top > 0.0 else 1.0
            blocks.append(Block(layer=layer, building=owner.features.ids[row],
                                part=tile.features.ids[int(outlines.row[part])], shape=outlines.shape[part],
                                storeys=max(1.0, round(storeys * share)), storey_m=storey_m,
                                top_m=float(outlines.top_m[part]), use=use))  # fmt: skip
    return blocks


def whole_of(tiles: TileSet, number: int) -> tuple[Tile, int]:
    """Return the tile and row of the whole object that a feature is part of."""
    tile, row = tiles.locate(number)
    for _ in range(_DEEPEST):
        parent = int(tile.features.parent[row])
        if parent < 0:
            break
        tile, row = tiles.locate(parent)
    return tile, row


def storeys_in(attributes: Attributes, height_m: float, use: Use) -> tuple[float, float]:
    """Return how many storeys an object has, as it says or by the usual height of its use, and how high each is."""
    for key in _STOREY_KEYS:
        value = attributes.get(key)
        try:
            said = float(str(value)) if value is not None else 0.0
        except ValueError:
            continue
        if 1.0 <= said <= 300.0:
            return said, max(0.1, height_m / said)
    storeys = float(max(1, round(height_m / STOREY_M[use])))
    return storeys, max(0.1, height_m / storeys)


def use_in(attributes: Attributes) -> Use:
    """Return what an object says it is used for, "other" where it says nothing that is known."""
    for key in _USE_KEYS:
        word = attributes.get(key)
        if isinstance(word, str):
            lowered = word.lower()
            for use, words in _USE_WORDS:
                if any(known in lowered for known in words):
                    return use
    return "other"
