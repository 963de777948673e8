"""Components are taken in from tables and GeoJSON; what cannot be used is counted, what contradicts itself is told."""

from pathlib import Path

import orjson
import pytest

from sanping.domain.errors import FileBroken
from sanping.formats.components import load_components
from sanping.formats.governance import load_governance
from sanping.twin.cases.inventory import Inventory

CLASSES = {code: thing for (kind, code), thing in load_governance().classes.items() if kind == "component"}
HEAD = "ObjID,ObjName,LargeClass,SmallClass,BGID,PointX,PointY,ObjState,DeptName1\n"
GOOD = "3205080101000001,上水井盖,01,01,320508019044001,120.6100,31.3100,完好,水务局\n"


def taken(path: Path, content: str | bytes) -> Inventory:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_components(path, CLASSES, "EPSG:4549")


def test_a_table_of_the_standard_is_taken_in(tmp_path: Path) -> None:
    # given a row with the columns of CJ/T 214
    # when it is read
    inventory = taken(tmp_path / "parts.csv", HEAD + GOOD)

    # then it lies where it should, and its class is that of its id
    (part,) = inventory.components
    assert (part.id, part.class_code, part.competent_dept) == ("3205080101000001", "0101", "水务局")
    assert abs(part.x_m - 558_000) < 3_000
    assert inventory.skipped == ()
    assert inventory.doubtful == ()


def test_what_cannot_be_used_is_counted_by_reason(tmp_path: Path) -> None:
    # given good rows among short ids, blank and zero places, places that are none, and an id that comes twice
    rows = (
        GOOD,
        "32050801,short,,,,120.6,31.3,,\n",
        "3205080101000002,blank,,,,,,,\n",
        "3205080101000003,zero,,,,0,0,,\n",
        "3205080101000004,metres,,,,558000,3465000,,\n",
        GOOD,
    )

    # when they are read
    inventory = taken(tmp_path / "parts.csv", HEAD + "".join(rows))

    # then the good one is there, and each reason has its count and line
    assert len(inventory.components) == 1
    assert [skipped.count for skipped in inventory.skipped] == [1, 2, 1, 1]
    assert inventory.skipped[1].examples == ("line 4 (3205080101000002)", "line 5 (3205080101000003)")


def test_a_record_that_contradicts_itself_is_kept_and_told(tmp_path: Path) -> None:
    # given a manhole cover written as greenery, and one in another county's grid, as real samples have them
    rows = (
        "3205080101000001,上水井盖,04,01,320508019044001,120.61,31.31,,\n",
        "3205080101000002,上水井盖,01,01,310107014001001,120.61,31.31,,\n",
        "3205089901000003,?,,,,120.61,31.31,,\n",
    )

    # when they are read
    inventory = taken(tmp_path / "parts.csv", HEAD + "".join(rows))

    # then all are there, by the class of their id, and each doubt is told
    assert [part.class_code for part in inventory.components] == ["0101", "0101", "9901"]
    assert [(doubt.count, doubt.examples) for doubt in inventory.doubtful] == [
        (1, ("line 2 (3205080101000001)",)),
        (1, ("line 3 (3205080101000002)",)),
        (1, ("line 4 (3205089901000003)",)),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_tables_of_offices_come_in_both_encodings(tmp_path: Path, encoding: str) -> None:
    # given Chinese column names in the encodings that spreadsheets write
    text = "部件编码,部件名称,经度,纬度,主管部门\n3205080101000001,上水井盖,120.61,31.31,水务局\n"

    # when the table is read
    inventory = taken(tmp_path / "parts.csv", text.encode(encoding))

    # then names are whole
    assert inventory.components[0].competent_dept == "水务局"


def test_features_and_points_as_text_are_places_too(tmp_path: Path) -> None:
    # given a feature with a point, and a row whose place is text
    feature = {
        "type": "Feature", "id": "3205080101000007", "properties": {"ObjName": "井盖", "PointX": None},
        "geometry": {"type": "Point", "coordinates": [120.61, 31.31]},
    }  # fmt: skip
    geojson = orjson.dumps({"type": "FeatureCollection", "features": [feature]})

    # when both are read
    one = taken(tmp_path / "parts.geojson", geojson)
    other = taken(tmp_path / "parts.csv", "id,Shape\n3205080101000007,POINT (120.61 31.31)\n")

    # then they lie at the same place
    assert one.components[0].id == "3205080101000007"
    assert (one.components[0].x_m, one.components[0].y_m) == (other.components[0].x_m, other.components[0].y_m)


@pytest.mark.parametrize(
    "content", ["name,lon\nx,1\n", HEAD, HEAD + "1,,,,,0,0,,\n", '{"features": 3}', b"\xff\xfe\x00"], ids=range(5)
)
def test_a_table_without_anything_usable_is_refused(tmp_path: Path, content: str | bytes) -> None:
    # given a file that holds no component
    # when it is read
    with pytest.raises(FileBroken) as caught:
        taken(tmp_path / "parts.csv", content)

    # then the file is named
    assert caught.value.path.endswith("parts.csv")
