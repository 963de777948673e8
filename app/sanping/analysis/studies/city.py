"""The city as studies see it: buildings of all layers numbered through, the ground, what people and water follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely

from sanping.analysis.blockers import Blockers, Rows, Solids, solids_of
from sanping.analysis.findings import Rgb
from sanping.analysis.ground_heights import clipped, ground_at
from sanping.analysis.samples import Plans, plans_of
from sanping.analysis.sunlight import Place
from sanping.domain.geo import Extent, Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.tile import TileSet

AROUND_M = 1500.0
"""Beyond this nothing shades or hides what is studied, but for towers of a kilometre."""
NAME_KEYS = ("name", "名称", "building_name", "title")
RED, AMBER, YELLOW, LIME, GREEN, GREY = (
    (226, 54, 48), (245, 140, 40), (250, 214, 70), (158, 214, 84), (36, 172, 92), (150, 160, 172)
)  # fmt: skip
BLUES: tuple[Rgb, ...] = ((172, 222, 250), (104, 180, 244), (46, 128, 226), (28, 78, 184), (22, 38, 120))


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A building of a layer."""

    layer: str
    id: str


@dataclass(frozen=True, kw_only=True)
class StudiedCity:
    """What is known: `buildings` (layer, tiles), `walls` with bridges among them, ground, flat shapes."""

    buildings: Sequence[tuple[str, TileSet]]
    terrain: Terrain | None = None
    walls: Sequence[TileSet] = ()
    water: Sequence[shapely.Geometry] = ()
    streets: Sequence[shapely.Geometry] = ()
    place: Place = field(default_factory=lambda: Place(latitude_deg=31.2, longitude_deg=121.4))

    @cached_property
    def first_of(self) -> tuple[int, ...]:
        """The number of the first building of each layer."""
        counts = [tiles.feature_count for _, tiles in self.buildings]
        return tuple(np.concatenate([[0], np.cumsum(counts)]).astype(int).tolist())

    def solids(self, within: Extent) -> Solids:
        """Return the buildings that reach into an extent."""
        parts = [
            solids_of(tiles, within, first) for (_, tiles), first in zip(self.buildings, self.first_of, strict=False)
        ]
        return Solids.joined(parts)

    def plans(self, step_m: float = np.inf, within: Extent | None = None) -> Plans:
        """Return the outlines of all buildings, or of those in tiles that reach into an extent."""
        parts = [plans_of(tiles, step_m, within) for _, tiles in self.buildings]
        return Plans(
            ids=[name for part in parts for name in part.ids],
            numbers=np.concatenate(
                [np.zeros(0, np.int64)]
                + [part.numbers + first for part, first in zip(parts, self.first_of, strict=False)]
            ),
            shapes=np.concatenate([np.zeros(0, object), *(part.shapes for part in parts)]),
            base_m=np.concatenate([np.zeros(0), *(part.base_m for part in parts)]),
            top_m=np.concatenate([np.zeros(0), *(part.top_m for part in parts)]),
        )

    def numbers_of(self, chosen: Sequence[Selected]) -> Rows:
        """Return the numbers of chosen buildings and of their parts."""
        found: list[int] = []
        for (layer, tiles), first in zip(self.buildings, self.first_of, strict=False):
            asked = (tiles.find(one.id) for one in chosen if one.layer == layer)
            own = [number for number in asked if number is not None]
            for tile in tiles.tiles:
                numbers = tile.first_feature + np.arange(len(tile.features))
                is_own = np.isin(numbers, own) | np.isin(tile.features.parent, own)
                found += (numbers[is_own] + first).tolist()
        return np.unique(np.array(found, np.int64))

    def name_of(self, number: int) -> str:
        """Return what people call a building, else its id; "" for the ground."""
        if number < 0:
            return ""
        row = int(np.searchsorted(self.first_of, number, side="right")) - 1
        tile, at = self.buildings[row][1].locate(number - self.first_of[row])
        attributes = tile.features.attributes[at]
        named = next((str(attributes[key]) for key in NAME_KEYS if attributes.get(key)), "")
        return named or tile.features.ids[at]

    def attributes_of(self, number: int) -> str:
        """Return the values of a building's attributes as one text, to look for words in."""
        row = int(np.searchsorted(self.first_of, number, side="right")) - 1
        tile, at = self.buildings[row][1].locate(number - self.first_of[row])
        return " ".join(str(value) for value in tile.features.attributes[at].values() if isinstance(value, str))

    def ground(self, places: Float64Array) -> Float64Array:
        """Return the height of the ground (n,) under places; the lowest foot of a building where it is unknown."""
        boxes = [tiles.extent.bottom for _, tiles in self.buildings]
        return ground_at(self.terrain, places, min(boxes, default=0.0))

    def blockers(self, within: Extent, leave_out: Rows | None = None) -> Blockers:
        """Return what stands in the way around an extent."""
        wide = grown(within, AROUND_M)
        solids = self.solids(wide)
        if leave_out is not None and len(leave_out):
            solids = solids.without(leave_out)
        return Blockers(solids, None if self.terrain is None else clipped(self.terrain, wide))


def circle_extent(middle: tuple[float, float], radius_m: float) -> Extent:
    """Return the box of a circle."""
    x, y = middle
    return Extent(west=x - radius_m, east=x + radius_m, south=y - radius_m, north=y + radius_m)


def grown(extent: Extent, by_m: float) -> Extent:
    """Return an extent, larger on each side."""
    west, south, east, north = extent.west - by_m, extent.south - by_m, extent.east + by_m, extent.north + by_m
    return Extent(west=west, south=south, east=east, north=north)


def said(*parts: Text) -> Text:
    """Return sentences one after another."""
    return Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))
