"""Annotations in files: as a twin keeps them, and as other programs write them."""

import json
from pathlib import Path

import numpy as np
import pytest

from sanping.domain.crs import LOCAL
from sanping.domain.errors import CrsMissing, FileBroken, FileHostile
from sanping.domain.note import NOTE_COLOUR, Note
from sanping.formats import notes_geojson
from sanping.formats.notes_geojson import notes_as_geojson, read_notes
from sanping.formats.notes_kml import notes_as_kml, read_kml_notes

CRS = "EPSG:4549"
AT = (636_150.0, 3_458_120.0, 4.2)
NOTES = (
    Note(id="point-1", kind="point", points=(AT,), words="泵站 & 出口", colour="#ff6b6b"),
    Note(id="arrow-1", kind="arrow", points=(AT, (636_250.0, 3_458_120.0, 5.0)), is_measured=True),
    Note(id="freehand-1", kind="freehand", points=(AT, (636_160.0, 3_458_130.0, 4.0), (636_170.0, 3_458_120.0, 4.0))),
    Note(id="polygon-1", kind="polygon", words="地块", is_visible=False,
         points=(AT, (636_250.0, 3_458_120.0, 4.0), (636_250.0, 3_458_220.0, 4.0))),
)  # fmt: skip


@pytest.mark.parametrize(("write", "read", "crs"), [
    (lambda crs: notes_as_geojson(NOTES, crs), read_notes, CRS),
    (lambda crs: notes_as_geojson(NOTES, crs), read_notes, LOCAL),
    (lambda crs: notes_as_kml(NOTES, crs, "小城"), read_kml_notes, CRS),
])  # fmt: skip
def test_what_is_written_comes_back_to_the_millimetre(write, read, crs, tmp_path: Path) -> None:
    # given annotations of every kind in a file, when they are read into the same twin
    path = tmp_path / "notes"
    path.write_bytes(write(crs))
    found, skips = read(path, crs)

    # then kinds, words, colours and places are the same, and nothing was skipped
    assert skips.total == 0
    assert [(one.kind, one.words, one.colour, one.is_measured) for one in found if one.words] == [
        (one.kind, one.words, one.colour, one.is_measured) for one in NOTES if one.words
    ]
    assert [one.kind for one in found] == [one.kind for one in NOTES]
    assert found[1].is_measured
    for one, other in zip(found, NOTES, strict=True):
        assert np.allclose(one.points, other.points, atol=0.002)


def test_a_twins_file_is_plain_geojson_in_degrees() -> None:
    # given annotations of a twin in metres, when they are written
    document = json.loads(notes_as_geojson(NOTES, CRS))

    # then they are features in degrees (RFC 7946), areas closed, and invisible ones say so
    assert document["type"] == "FeatureCollection"
    assert "crs" not in document
    longitude, latitude, height = document["features"][0]["geometry"]["coordinates"]
    assert (longitude, latitude) == pytest.approx((121.43, 31.24), abs=0.03)
    assert height == 4.2
    ring = document["features"][3]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert document["features"][3]["properties"]["visible"] is False


def test_features_of_other_programs_become_annotations_and_broken_ones_are_counted(tmp_path: Path) -> None:
    # given what QGIS and a web map wrote: several parts, other names, no colour, no shape, a place on another continent
    shapes = [
        {"type": "MultiPoint", "coordinates": [[121.43, 31.24], [121.44, 31.25]]},
        {"type": "LineString", "coordinates": [[121.43, 31.24]]},
        None,
        {"type": "Polygon", "coordinates": [[[121.43, 31.24], [121.44, 31.24], [121.44, 31.25], [121.43, 31.24]]]},
    ]
    features = [{"type": "Feature", "id": f"f{number}", "geometry": shape,
                 "properties": {"名称": f"要素{number}", "stroke": "#12AbFF" if number else "red"}}
                for number, shape in enumerate(shapes)]  # fmt: skip
    path = tmp_path / "web.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")

    # when they are read
    found, skips = read_notes(path, CRS)

    # then each part is one, named and coloured as far as the file says, and the two without a shape are counted
    assert [(one.kind, one.words, one.colour) for one in found] == [
        ("point", "要素0", NOTE_COLOUR), ("point", "要素0", NOTE_COLOUR), ("polygon", "要素3", "#12abff"),
    ]  # fmt: skip
    assert skips.total == 2


def test_files_that_are_none_of_it_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a file cut short, and one over the limit
    path = tmp_path / "cut.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")

    # when they are read, then each is refused with its reason, and a twin without a place on earth takes no degrees
    with pytest.raises(FileBroken):
        read_notes(path, CRS)
    with pytest.raises(FileBroken):
        read_kml_notes(path, CRS)
    whole = tmp_path / "whole.geojson"
    whole.write_bytes(notes_as_geojson(NOTES, CRS))
    with pytest.raises(CrsMissing):
        read_notes(whole, LOCAL)
    monkeypatch.setattr(notes_geojson, "LARGEST_BYTES", 10)
    with pytest.raises(FileHostile):
        read_notes(whole, CRS)
