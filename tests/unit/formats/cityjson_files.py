"""Small CityJSON files for tests, written by hand."""

import json
from collections.abc import Callable
from pathlib import Path

from sanping.domain.city import CityModel
from sanping.formats.cityjson import CityJsonReader
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

Json = dict[str, object]

CORNERS = [[x, y, z] for z in (0, 3000) for x, y in ((0, 0), (10_000, 0), (10_000, 8_000), (0, 8_000))]
"""Eight corners of a block of 10 × 8 × 3 m, in millimetres."""

SHELL = [[[0, 3, 2, 1]], [[4, 5, 6, 7]], [[0, 1, 5, 4]], [[1, 2, 6, 5]], [[2, 3, 7, 6]], [[3, 0, 4, 7]]]
"""Ground, roof and four walls of that block, seen from outside."""

SEMANTICS: Json = {
    "surfaces": [{"type": "GroundSurface"}, {"type": "RoofSurface"}, {"type": "WallSurface"}],
    "values": [[0, 1, 2, 2, 2, 2]],
}
METADATA: Json = {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/4549"}
TRANSFORM: Json = {"scale": [0.001, 0.001, 0.001], "translate": [540_000.0, 3_457_000.0, 4.0]}


def solid(lod: str | float = "2", **more: object) -> Json:
    """Return the block as a solid."""
    return {"type": "Solid", "lod": lod, "boundaries": [SHELL], **more}


def sheet(lod: str | float, polygons: list[list[list[int]]], **more: object) -> Json:
    """Return some faces of the block as a multi-surface."""
    return {"type": "MultiSurface", "lod": lod, "boundaries": polygons, **more}


def building(*geometry: Json, **more: object) -> Json:
    """Return a building."""
    return {"type": "Building", "geometry": list(geometry), **more}


def city(objects: Json, **more: object) -> Json:
    """Return a CityJSON 2.0 file around objects that stand on `CORNERS`."""
    whole: Json = {
        "type": "CityJSON",
        "version": "2.0",
        "transform": TRANSFORM,
        "metadata": METADATA,
        "CityObjects": objects,
        "vertices": CORNERS,
    }
    whole.update(more)
    return {name: value for name, value in whole.items() if value is not None}


def model_of(path: Path, **options: object) -> CityModel:
    """Read a file."""
    return CityJsonReader().read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]


def read_json(folder: Path, value: object, dumps: Callable[..., str] = json.dumps, **options: object) -> CityModel:
    """Write a value as a JSON file and read it."""
    path = folder / "a.city.json"
    path.write_text(dumps(value), encoding="utf-8")
    return model_of(path, **options)


def read_lines(folder: Path, lines: list[object], **options: object) -> CityModel:
    """Write values or raw lines as a sequence and read it."""
    path = folder / "a.city.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return model_of(path, **options)


def head(**more: object) -> Json:
    """Return the first line of a sequence."""
    return city({}, vertices=[], **more)


def feature(objects: Json, vertices: list[list[int]] | None = None) -> Json:
    """Return one line of a sequence."""
    name = next(iter(objects))
    return {"type": "CityJSONFeature", "id": name, "CityObjects": objects, "vertices": vertices or CORNERS}


def moved(east_mm: int) -> list[list[int]]:
    """Return the corners of the block moved east."""
    return [[x + east_mm, y, z] for x, y, z in CORNERS]


def reasons(model: CityModel) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Return what was left out by English reason: how many, and examples."""
    return {skipped.reason.en: (skipped.count, skipped.examples) for skipped in model.origin.skipped}
