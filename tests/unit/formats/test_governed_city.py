"""A city's own tables: departments, people and classes, with errors that name file and line."""

import re
from pathlib import Path

import pytest

from sanping.domain.errors import FileBroken
from sanping.formats.governance_rows import one_of, own_text
from sanping.formats.governed_city import CITY_TABLES, load_cells, load_city

DEPARTMENTS = "id,name,name_en,areas,duties,lon,lat,is_on_duty,source\n"
PEOPLE = "user,name,name_en,roles,areas,department,source\n"
ALARMS = "rule,kind,class,urgency,source\n"
REPORTS = "category,kind,class,source\n"


def write(folder: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_tables_becomes_a_city(tmp_path: Path) -> None:
    # given four small tables, with areas everywhere and in two streets
    write(
        tmp_path,
        departments=f"{DEPARTMENTS}river,河道所,River office,310107005 310107010,event:0105,121.4,31.2,yes,测试\n",
        people=f"{PEOPLE}zhou,周勇,Zhou Yong,handler collector,*,river,测试\n",
        alarm_classes=f"{ALARMS}high,event,0105,urgent,测试\n",
        report_classes=f"{REPORTS}floating,event,0105,测试\n",
    )

    # when it is read
    city = load_city(tmp_path)

    # then everything is there, and what it does not replace is the bundled table
    river = city.departments["river"]
    assert (river.areas, river.duties, river.is_on_duty) == (("310107005", "310107010"), ("event:0105",), True)
    assert city.people["zhou"].actor.roles == {"handler", "collector"}
    assert city.people["zhou"].areas == ("",)
    assert (city.class_of_alarm("high").code, city.class_of_alarm("high").urgency) == ("0105", "urgent")
    assert city.class_of_report("floating").code == "0105"
    assert city.rules.department("river").en == "River office"
    assert city.rules.department("gone").zh == "gone"
    assert "hotline_12345" in city.rules.sources


def test_an_empty_folder_is_a_city_of_the_bundled_tables_without_departments(tmp_path: Path) -> None:
    # given a folder without tables; when it is read; then nothing is made up
    city = load_city(tmp_path)
    assert not city.departments
    assert not city.people
    assert len(CITY_TABLES) == 5


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        ("departments", f"{DEPARTMENTS}a,甲,A,310107,,121.4,,yes,测试\n", "只写了经度或纬度"),
        ("departments", f"{DEPARTMENTS}a,甲,A,31010x,,,,yes,测试\n", "数字以外"),
        ("departments", f"{DEPARTMENTS}a,甲,A,,,,,yes,测试\n", "areas 为空"),
        ("departments", f"{DEPARTMENTS}a,甲,A,*,,,,maybe,测试\n", "is_on_duty"),
        ("departments", f"{DEPARTMENTS}a,甲,A,*,garbage,,,yes,测试\n", "event:0102"),
        ("departments", f"{DEPARTMENTS}a,甲,A,*,,,,yes,\n", "source 为空"),
        ("departments", f"{DEPARTMENTS}a,甲,A,*,,,,yes,测试\na,乙,B,*,,,,yes,测试\n", "a 出现两次"),
        ("departments", "id,name\n", "缺少列"),
        ("people", f"{PEOPLE}zhou,周勇,,king,*,,测试\n", "roles"),
        ("people", f"{PEOPLE}zhou,周勇,,,*,,测试\n", "roles 为空"),
        ("people", f"{PEOPLE}zhou,周勇,,handler,*,moon,测试\n", "没有部门“moon”"),
        ("alarm_classes", f"{ALARMS}high,event,9901,urgent,测试\n", "9901"),
        ("alarm_classes", f"{ALARMS}high,event,0105,soon,测试\n", "urgency"),
        ("report_classes", f"{REPORTS}weather,event,0105,测试\n", "category"),
    ],
)
def test_a_table_that_cannot_be_is_refused_with_file_and_place(
    tmp_path: Path, table: str, text: str, words: str
) -> None:
    # given a table with one mistake
    write(tmp_path, **{table: text})

    # when it is read; then the error says what is wrong, in which file, and for a row where
    with pytest.raises(FileBroken, match=words) as error:
        load_city(tmp_path)
    assert error.value.path.endswith(f"{table}.csv")
    assert error.value.place or "缺少列" in words


def test_a_missing_folder_and_a_table_that_is_no_text_are_named(tmp_path: Path) -> None:
    # given a folder that is not there, and a table of bytes
    (tmp_path / "people.csv").write_bytes(b"\xff\xfe\x00")

    # when they are read; then it is said of which
    with pytest.raises(FileBroken, match="治理文件夹不存在"):
        load_city(tmp_path / "nowhere")
    with pytest.raises(FileBroken, match="无法读取"):
        own_text(tmp_path / "people.csv")
    assert one_of("a", "letter", ("a", "b")) == "a"


def test_cells_without_a_code_are_passed_over_and_a_broken_file_is_named(tmp_path: Path) -> None:
    # given grid cells, one of them without a code, in degrees
    square = "[[[121.4,31.2],[121.41,31.2],[121.41,31.21],[121.4,31.2]]]"
    feature = '{"type":"Feature","properties":%s,"geometry":{"type":"Polygon","coordinates":%s}}'
    good, bad = tmp_path / "grid.geojson", tmp_path / "bad.geojson"
    named = feature % ('{"code":"310107005001001"}', square)
    good.write_text(f'{{"type":"FeatureCollection","features":[{named},{feature % ("null", square)}]}}')
    bad.write_text('{"features":[{"properties":{"code":"31"},"geometry":{"type":"Moon"}}]}')

    # when they are read; then they lie in metres of the twin, and a file that is none is refused
    cells = load_cells([good], "EPSG:4549")
    assert list(cells) == ["310107005001001"]
    assert 600_000 < cells["310107005001001"].centroid.x < 700_000
    with pytest.raises(FileBroken, match="无法读取"):
        load_cells([bad], "EPSG:4549")


def test_the_examples_of_the_guide_are_a_city(tmp_path: Path) -> None:
    # given the tables that the guide shows
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "govern.md").read_text(encoding="utf-8")
    names = {"code": "areas", "id": "departments", "user": "people", "rule": "alarm_classes"}
    blocks = re.findall(r"^```csv\n(.*?)^```", page, re.S | re.M)
    write(tmp_path, **{names[block.partition(",")[0]]: block for block in blocks})

    # when they are read; then they are right as they stand
    city = load_city(tmp_path)
    assert (len(blocks), list(city.departments), len(city.people)) == (4, ["river", "street-014"], 3)
    assert city.rules.areas.by_code["310107014"].person == "陈敏"
