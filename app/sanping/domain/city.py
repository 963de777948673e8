"""City objects in columns: what every reader gives and every tile is cut from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from sanping.domain.geo import Extent, Float32Array, Float64Array, GeoFrame, Int32Array, UInt8Array, UInt16Array
from sanping.domain.text import Text
from sanping.domain.texture import Texturing

Attributes = Mapping[str, object]

OWN_COLOUR = "base_colour"
"""The attribute that holds the colour an object brings along, "#rrggbb"."""


class SurfaceKind(IntEnum):
    """Semantics of one boundary surface, after the CityGML/CityJSON surface types."""

    UNKNOWN = 0
    GROUND = 1
    WALL = 2
    ROOF = 3
    OUTER_FLOOR = 4
    OUTER_CEILING = 5
    CLOSURE = 6
    WINDOW = 7
    DOOR = 8
    INTERIOR = 9
    WATER = 10
    TRAFFIC = 11
    AUXILIARY_TRAFFIC = 12
    OTHER = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTable:
    """One row per city object, in columns of equal length n.

    `class_code` (n,) indexes `class_names` (CityGML words: "Building", "Bridge", "WaterBody" …).
    `parent` (n,) is the row of the parent object, −1 for none.
    `base_m` and `height_m` (n,): lowest point (m, in the model's vertical datum) and height above it (m).
    `attributes` is a sequence of n mappings with JSON values; it may be lazy.
    """

    ids: Sequence[str]
    class_names: tuple[str, ...]
    class_code: UInt16Array
    parent: Int32Array
    base_m: Float32Array
    height_m: Float32Array
    attributes: Sequence[Attributes]

    def __len__(self) -> int:
        """Return the number of city objects."""
        return len(self.ids)

    def class_of(self, row: int) -> str:
        """CityGML class word of one row."""
        return self.class_names[int(self.class_code[row])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Objects of a file that were left out, for one reason.

    `reason` names no object; `examples` holds up to eight object ids or places ("line 12").
    """

    reason: Text
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a model came from, as the reader saw it."""

    format: str
    version: str = ""
    lods: tuple[str, ...] = ()
    source_crs: str = ""
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CityModel:
    """City objects and their triangles.

    `points` (p, 3): east, north, up in metres, absolute, in `frame`.
    `triangles` (t, 3) index points, counter-clockwise seen from outside.
    `triangle_feature` (t,) is the row in `features`, non-decreasing; `triangle_surface` (t,) a `SurfaceKind`.
    A row without triangles is allowed (a parent whose parts carry the geometry).
    `texturing` are the pictures on the points, None where the file has none.
    """

    frame: GeoFrame
    origin: Origin
    features: FeatureTable
    points: Float64Array
    triangles: Int32Array
    triangle_feature: Int32Array
    triangle_surface: UInt8Array
    texturing: Texturing | None = None

    @property
    def extent(self) -> Extent:
        """Box of all points."""
        return Extent.of_points(self.points)
