"""`cli.inspection_table`: what a person reads of a file, in one language and without the marks of data."""

from dataclasses import replace
from pathlib import Path

from sanping.cli.inspection_table import inspection_table
from sanping.domain.city import Origin, Skipped
from sanping.domain.geo import Extent, GeoFrame
from sanping.domain.text import Text
from sanping.formats.inspection import Inspection

SEEN = Inspection(
    path=Path("houses.gpkg"),
    origin=Origin(
        format="GeoPackage",
        source_crs="EPSG:4326",
        lods=("1",),
        notes=(Text("高度取自字段“h”", "heights come from the column “h”"),),
        skipped=(Skipped(reason=Text("自相交", "crosses itself"), count=2, examples=("a", "b")),),
    ),
    frame=GeoFrame(crs="EPSG:4549"),
    extent=Extent(west=1.0, south=2.0, east=3.0, north=4.0, bottom=0.0, top=117.2),
    objects={"Building": 423},
    triangles=4230,
    points=3384,
    has_crs=True,
    seconds=0.5,
)


def test_a_person_reads_each_fact_on_its_line_in_one_language() -> None:
    # given a file with notes and skipped objects

    # when it is told in both languages
    zh, en = inspection_table(SEEN, "zh"), inspection_table(SEEN, "en")

    # then each line is for people: no braces, no quotes of data, none of the other language
    assert "对象        423 Building" in zh
    assert "略过        2 个：自相交（如 a, b）" in zh
    assert "skipped           2: crosses itself (such as a, b)" in en
    assert "1.00, 2.00 – 3.00, 4.00 (EPSG:4549)" in en
    assert "0.00 to 117.20 m" in en
    assert not set('{}[]"') & set(zh + en)
    assert "heights" not in zh
    assert "高度" not in en


def test_what_a_file_does_not_have_takes_no_line() -> None:
    # given a flat file without a CRS, triangles and levels of detail
    flat = replace(SEEN, has_crs=False, triangles=0, extent=Extent(west=0, south=0, east=1, north=1))
    flat = replace(flat, origin=replace(SEEN.origin, lods=(), skipped=(), notes=()))

    # when it is told
    titles = [line.split("  ")[0] for line in inspection_table(flat, "en").splitlines()]

    # then only what is known stands there, and that the CRS is missing
    assert titles == ["file", "format", "CRS", "extent", "objects", "points", "note", "seconds"]
    assert "not declared" in inspection_table(flat, "en")
