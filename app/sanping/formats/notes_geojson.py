"""Annotations as GeoJSON (RFC 7946): how a twin keeps them, and how other programs read and send them.

Coordinates are degrees of WGS 84; of a twin without a place on earth they are its own metres, which `crs` says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from re import fullmatch
from typing import Any

import numpy as np
import orjson
import shapely

from sanping.commands.note_decisions import LEAST_POINTS, MOST_WORDS
from sanping.domain.crs import LOCAL, converter
from sanping.domain.errors import FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.note import NOTE_COLOUR, NOTE_KINDS, Note, NoteKind
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.formats.columns import SkipLog
from sanping.formats.geojson import read_features

NOTES_FILE = "annotations.geojson"
"""The file of a twin's annotations in its folder."""
WGS84 = "EPSG:4326"
LARGEST_BYTES = 32 << 20
MOST_NOTES, MOST_CORNERS = 20_000, 100_000
DEGREE_DIGITS, METRE_DIGITS = 9, 3
WORDS = ("words", "name", "名称", "title", "text", "label", "description")
COLOURS = ("colour", "stroke", "marker-color", "fill", "base_colour")
_SHAPES = {"Point": "point", "LineString": "line", "LinearRing": "line", "Polygon": "polygon"}
TOO_LARGE = Text(
    "标注文件超过 {most} MiB；请分成几个文件", "The file of annotations is over {most} MiB; split it into several"
)
_TOO_MANY = Text("超过 {most} 条标注的部分", "annotations beyond the first {most}")
_NO_SHAPE = Text("没有可用几何的标注", "annotation without a usable shape")
_NOWHERE = Text("坐标不在孪生坐标系范围内的标注", "annotation outside the twin's reference system")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapedFeature:
    """A feature as files have it: its id, attributes, and shape in the file's coordinates (None: no usable one)."""

    id: str
    attributes: dict[str, Any]
    shape: Any


def notes_as_geojson(notes: Iterable[Note], crs: str) -> bytes:
    """Return annotations whose points are in `crs` as a FeatureCollection."""
    is_local = not crs or crs == LOCAL
    features = [_feature(note, _places(note.points, crs, is_local=is_local)) for note in notes]
    document: dict[str, object] = {"type": "FeatureCollection", "features": features}
    if is_local:
        document["crs"] = {"type": "name", "properties": {"name": LOCAL}}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def read_notes(path: Path, crs: str) -> tuple[tuple[Note, ...], SkipLog]:
    """Return the annotations of a GeoJSON file in a twin's `crs`, and what was skipped.

    Every point, line and area becomes one, also those of other programs; parts of a collection become several.
    Raises `FileBroken`, `FileHostile`, `CrsMissing`.
    """
    skips = SkipLog(str(path))
    if path.stat().st_size > LARGEST_BYTES:
        raise FileHostile(TOO_LARGE.with_values(most=LARGEST_BYTES >> 20), path=str(path))
    found = read_features(path, "", skips)
    source = LOCAL if LOCAL in found.crs.upper() else found.crs
    features = [
        ShapedFeature(id=name, attributes=dict(attributes), shape=_shape(geometry))
        for name, attributes, geometry in zip(found.ids, found.attributes, found.geometries, strict=True)
    ]
    return notes_of(features, source, crs, skips), skips


def notes_of(features: Sequence[ShapedFeature], source: str, crs: str, skips: SkipLog) -> tuple[Note, ...]:
    """Return features of any program as annotations of a twin in `crs`."""
    convert = converter(source, crs or LOCAL)
    notes: list[Note] = []
    for feature in features:
        parts = [] if feature.shape is None else list(shapely.get_parts(feature.shape))
        if not parts:
            skips.add(_NO_SHAPE, feature.id)
        for number, part in enumerate(parts):
            corners = _corners(part)
            kind = _kind(part, feature.attributes)
            if kind is None or len(corners) < LEAST_POINTS[kind] or len(corners) > MOST_CORNERS:
                skips.add(_NO_SHAPE, feature.id)
                continue
            points = convert(corners)
            if not np.isfinite(points).all():
                skips.add(_NOWHERE, feature.id)
            elif len(notes) >= MOST_NOTES:
                skips.add(_TOO_MANY.with_values(most=MOST_NOTES), feature.id)
            else:
                notes.append(_note(feature, number, kind, points))
    return tuple(notes)


def _note(feature: ShapedFeature, number: int, kind: NoteKind, points: Float64Array) -> Note:
    attributes = feature.attributes
    words = next((str(attributes[key]) for key in WORDS if attributes.get(key) not in (None, "")), "")
    colour = next((str(attributes[key]) for key in COLOURS if _is_colour(attributes.get(key))), NOTE_COLOUR)
    return Note(
        id=f"{feature.id}-{number + 1}" if number else feature.id,
        kind=kind,
        points=tuple((float(x), float(y), float(z)) for x, y, z in points),
        words=words[:MOST_WORDS],
        colour=colour.lower(),
        is_visible=attributes.get("visible") is not False,
        is_measured=attributes.get("measured") is True,
    )


def _is_colour(value: object) -> bool:
    return isinstance(value, str) and fullmatch(r"#[0-9A-Fa-f]{6}", value) is not None


def _kind(shape: Any, attributes: dict[str, Any]) -> NoteKind | None:
    plain = _SHAPES.get(str(shape.geom_type))
    wanted = attributes.get("kind")
    if plain == "line" and wanted in ("arrow", "freehand"):
        return next(kind for kind in NOTE_KINDS if kind == wanted)
    return next((kind for kind in NOTE_KINDS if kind == plain), None)


def _corners(shape: Any) -> Float64Array:
    """Return the points (n, 3) of a shape, an area's outline without its repeated end; heights that miss are 0."""
    if shape.geom_type == "Polygon":
        corners: Float64Array = shapely.get_coordinates(shape.exterior, include_z=True)[:-1]
    else:
        corners = shapely.get_coordinates(shape, include_z=True)
    corners[np.isnan(corners)] = 0.0
    return corners


def _shape(geometry: object) -> Any:
    if geometry is None:
        return None
    text = geometry if isinstance(geometry, (str, bytes)) else orjson.dumps(geometry)
    shape = shapely.from_geojson(text, on_invalid="ignore")
    return None if shape is None or shape.is_empty else shape


def _places(points: Sequence[Point], crs: str, *, is_local: bool) -> list[list[float]]:
    at = np.array(points, dtype=np.float64)
    at = at if is_local else converter(crs, WGS84)(at)
    digits = METRE_DIGITS if is_local else DEGREE_DIGITS
    return [[round(float(x), digits), round(float(y), digits), round(float(z), METRE_DIGITS)] for x, y, z in at]


def _feature(note: Note, places: list[list[float]]) -> dict[str, object]:
    coordinates: object = places
    shape = "LineString"
    if note.kind == "point":
        shape, coordinates = "Point", places[0]
    elif note.kind == "polygon":
        shape, coordinates = "Polygon", [[*places, places[0]]]
    properties = {"kind": note.kind, "name": note.words, "stroke": note.colour, "visible": note.is_visible,
                  "measured": note.is_measured}  # fmt: skip
    return {
        "type": "Feature",
        "id": note.id,
        "properties": properties,
        "geometry": {"type": shape, "coordinates": coordinates},
    }
