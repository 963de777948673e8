"""Annotations as KML 2.2 (OGC 12-007r2): placemarks with their colour, read and written."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from lxml import etree

from sanping.domain.crs import converter
from sanping.domain.errors import FileHostile
from sanping.domain.note import Note
from sanping.formats.columns import SkipLog
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.kml_features import Placemarks
from sanping.formats.notes_geojson import LARGEST_BYTES, TOO_LARGE, WGS84, ShapedFeature, notes_of

_NAMESPACE = "http://www.opengis.net/kml/2.2"


def notes_as_kml(notes: Iterable[Note], crs: str, title: str) -> bytes:
    """Return annotations as a KML document; raises `CrsMissing` for a twin without a place on earth."""
    convert = converter(crs, WGS84)
    root = etree.Element("kml", nsmap={None: _NAMESPACE})
    document = etree.SubElement(root, "Document")
    _put(document, "name", title)
    for note in notes:
        placemark = etree.SubElement(document, "Placemark", id=note.id)
        _put(placemark, "name", note.words)
        _put(placemark, "visibility", str(int(note.is_visible)))
        style = etree.SubElement(placemark, "Style")
        red, green, blue = note.colour[1:3], note.colour[3:5], note.colour[5:7]
        for word, alpha in (("IconStyle", "ff"), ("LineStyle", "ff"), ("PolyStyle", "40")):
            part = etree.SubElement(style, word)
            _put(part, "color", f"{alpha}{blue}{green}{red}")
            if word == "LineStyle":
                _put(part, "width", "2")
        data = etree.SubElement(placemark, "ExtendedData")
        for key, value in (("kind", note.kind), ("measured", str(note.is_measured).lower())):
            _put(etree.SubElement(data, "Data", name=key), "value", value)
        _put_shape(placemark, note, convert(np.array(note.points, dtype=np.float64)).tolist())
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def read_kml_notes(path: Path, crs: str) -> tuple[tuple[Note, ...], SkipLog]:
    """Return the placemarks of a KML file as annotations in a twin's `crs`, and what was skipped.

    Raises `FileBroken`, `FileHostile`, `CrsMissing`.
    """
    from sanping.formats.kml import parsed_kml  # noqa: PLC0415  the readers of maps take a second, which no desk waits

    if path.stat().st_size > LARGEST_BYTES:
        raise FileHostile(TOO_LARGE.with_values(most=LARGEST_BYTES >> 20), path=str(path))
    skips = SkipLog(str(path))
    with foreign_errors_as_ours(path):
        placemarks = Placemarks(parsed_kml(path), skips).placemarks()
    features = [
        ShapedFeature(
            id=one.id,
            attributes={**one.attributes, "measured": one.attributes.get("measured") in (True, "true")},
            shape=one.shape,
        )
        for one in placemarks
    ]
    return notes_of(features, WGS84, crs, skips), skips


def _put(parent: etree._Element, word: str, words: str) -> None:
    etree.SubElement(parent, word).text = words


def _put_shape(placemark: etree._Element, note: Note, places: list[list[float]]) -> None:
    if note.kind == "polygon":
        places = [*places, places[0]]
    words = " ".join(f"{x:.9f},{y:.9f},{z:.3f}" for x, y, z in places)
    if note.kind == "point":
        holder = etree.SubElement(placemark, "Point")
    elif note.kind == "polygon":
        shape = etree.SubElement(placemark, "Polygon")
        _put(shape, "altitudeMode", "clampToGround")
        holder = etree.SubElement(etree.SubElement(shape, "outerBoundaryIs"), "LinearRing")
    else:
        holder = etree.SubElement(placemark, "LineString")
        _put(holder, "tessellate", "1")
    _put(holder, "coordinates", words)
