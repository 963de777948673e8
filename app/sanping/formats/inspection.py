"""What the importer sees in a file, without importing it."""

import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sanping.domain.city import CityModel, Origin
from sanping.domain.errors import CrsMissing, CrsWrong
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.formats.catalog import read
from sanping.ports.model_reader import Reading, ReadOptions
from sanping.ports.progress import Progress

_WITHOUT_CRS = Text(
    "文件未声明坐标系；导入时须用 --crs 指定，例如 EPSG:4549",
    "The file declares no coordinate reference system; importing needs one, named with --crs, such as EPSG:4549",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """One file as the importer sees it.

    `objects` counts by class: CityGML words for models, geometry types for vector layers, "Terrain" for a grid.
    `triangles` is 0 for what has none; `points` counts mesh points, grid cells with data, or vertices.
    `crs` is that of the file, `extent` that of the result in `frame`.
    """

    path: Path
    origin: Origin
    frame: GeoFrame
    extent: Extent
    objects: dict[str, int]
    triangles: int
    points: int
    has_crs: bool
    seconds: float

    @property
    def notes(self) -> tuple[Text, ...]:
        """What a person should know before importing."""
        return self.origin.notes if self.has_crs else (_WITHOUT_CRS, *self.origin.notes)

    def to_json(self) -> dict[str, object]:
        """Return plain values for JSON; texts in both languages."""
        box = self.extent
        return {
            "file": str(self.path),
            "format": self.origin.format,
            "version": self.origin.version,
            "crs": (self.origin.source_crs or self.frame.crs) if self.has_crs else None,
            "extent": [box.west, box.south, box.bottom, box.east, box.north, box.top],
            "extent_crs": self.frame.crs,
            "vertical_datum": self.frame.vertical_datum,
            "lods": list(self.origin.lods),
            "objects": self.objects,
            "triangles": self.triangles,
            "points": self.points,
            "skipped": [
                {"reason": _both(item.reason), "count": item.count, "examples": list(item.examples)}
                for item in self.origin.skipped
            ],
            "notes": [_both(note) for note in self.notes],
            "seconds": round(self.seconds, 4),
        }


def inspect(path: Path, options: ReadOptions, progress: Progress) -> Inspection:
    """Read a file whole and say what is in it; raises the `InputError` that importing it would raise.

    A file without a CRS is looked into all the same, in its own numbers, unless a target CRS is set; a note says that
    importing asks for one.
    """
    start = time.perf_counter()
    try:
        reading, has_crs = read(path, options, progress), True
    except CrsWrong:
        raise
    except CrsMissing:
        if options.target_crs:  # it is to go into a twin, where its own numbers mean nothing
            raise
        reading, has_crs = read(path, replace(options, crs="LOCAL"), progress), False
    objects, triangles, points = _counted(reading)
    return Inspection(
        path=path,
        origin=reading.origin,
        frame=reading.frame,
        extent=_extent(reading),
        objects=objects,
        triangles=triangles,
        points=points,
        has_crs=has_crs,
        seconds=time.perf_counter() - start,
    )


def _counted(reading: Reading) -> tuple[dict[str, int], int, int]:
    """Return objects by class, triangles and points."""
    if isinstance(reading, CityModel):
        counts = np.bincount(reading.features.class_code, minlength=len(reading.features.class_names))
        by_class = dict(zip(reading.features.class_names, counts.tolist(), strict=True))
        return {name: count for name, count in by_class.items() if count}, len(reading.triangles), len(reading.points)
    if isinstance(reading, Terrain):
        return {"Terrain": 1}, 0, int(np.count_nonzero(np.isfinite(reading.heights_m)))
    import shapely  # noqa: PLC0415  only vector layers need it

    kinds = Counter(shape.geom_type for shape in reading.geometries)
    return dict(kinds), 0, int(shapely.get_num_coordinates(reading.geometries).sum())


def _extent(reading: Reading) -> Extent:
    if not isinstance(reading, VectorLayer):
        return reading.extent
    import shapely  # noqa: PLC0415  only vector layers need it

    west, south, east, north = shapely.total_bounds(reading.geometries).tolist()
    return Extent(west=west, south=south, east=east, north=north)


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
