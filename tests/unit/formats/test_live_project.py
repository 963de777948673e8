"""The live part of a twin as its files declare it."""

from pathlib import Path

import pytest
from pyproj import Transformer

from sanping.domain.errors import FileBroken, ProjectInvalid
from sanping.formats.live_project import load_rivers, load_rules
from sanping.formats.live_schema import RuleTable
from sanping.formats.project import load_project
from sanping.formats.standards import bundled_standard, load_standard
from sanping.formats.stations import load_stations

CRS = "EPSG:4549"
HEAD = "id,name,name_en,kinds,lon,lat,river,datum,datum_offset_m,warning_m,target_class,interval_s,address.hj212\n"
GOOD = "S1,武宁路桥,Wuning,level quality,121.4237,31.2374,苏州河,吴淞高程,0,3.3,4,300,310107000000000000000001\n"
RIVER = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"苏州河","width_m":[40,60]},'
    '"geometry":{"type":"LineString","coordinates":[[121.42,31.23],[121.42,31.23],[121.43,31.24]]}}]}'
)
TWIN = """
title = { zh = "河" }
crs = "EPSG:4549"
latitude = 31.2
longitude = 121.4
moment = 2026-01-01T00:00:00+08:00
attribution = { zh = "无" }
[live]
stations = "stations.csv"
rivers = "rivers.geojson"
rules = "rules.toml"
"""
RULE = """[[rules]]
id = "high"
title = { zh = "高" }
kind = "above"
quantity = "water_level"
colour = "red"
limit = 3.0
"""


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def twin(folder: Path, more: str = "", stations: str = HEAD + GOOD, rules: str = RULE) -> Path:
    written(folder / "stations.csv", stations)
    written(folder / "rivers.geojson", RIVER)
    written(folder / "rules.toml", rules)
    return written(folder / "twin.toml", TWIN + more)


def test_a_twin_declares_its_stations_rivers_rules_and_sources(tmp_path: Path) -> None:
    # given a twin with one of each
    source = '[[sources]]\nname = "q"\nadapter = "hj212"\ntitle = { zh = "水质" }\nsimulated = true\n'
    source += "settings = { port = 9 }\n"
    path = twin(tmp_path, source)

    # when it is loaded
    live = load_project(path).live

    # then the station stands in the twin's CRS and has found its place on the river
    station = live.by_id["S1"]
    there = Transformer.from_crs("EPSG:4490", CRS, always_xy=True).transform(121.4237, 31.2374)
    assert (station.x_m, station.y_m) == pytest.approx(there, abs=0.001)
    assert station.chainage_m is not None
    assert 300 < station.chainage_m < 1200
    assert station.thresholds.warning_m == 3.3
    assert station.addresses == {"hj212": "310107000000000000000001"}
    assert [rule.id for rule in live.rules] == ["high"]
    assert live.sources[0].settings == {"port": 9}
    assert live.sources[0].is_simulated
    assert live.rivers[0].length_m == pytest.approx(1459, abs=5)
    assert live.rivers[0].width_m.tolist() == [40.0, 60.0]
    assert live.standard.name == "GB 3838-2002"


def test_a_twin_without_a_live_part_is_as_before(tmp_path: Path) -> None:
    # given a twin of models alone
    path = written(tmp_path / "twin.toml", TWIN.partition("[live]")[0])

    # when it is loaded
    live = load_project(path).live

    # then nothing lives in it
    assert (live.stations, live.rivers, live.rules, live.sources) == ((), (), (), ())


def test_broken_rows_are_left_out_and_counted_with_their_reason(tmp_path: Path) -> None:
    # given a table in GBK with a station at sea in nowhere, one of an unknown kind, a double and a good one
    rows = [
        GOOD,
        GOOD,
        "S2,丙,,level,221.4,31.2,,,,,,300,\n",
        "S3,丁,,sonar,121.4,31.2,,,,,,300,\n",
        "S4,戊,,level,,,,,,,,300,\n",
        "S5,己,,rain,121.4,31.2,,,,not,,300,\n",
    ]
    path = written(tmp_path / "stations.csv", HEAD + "".join(rows), "gbk")

    # when it is read
    stations, skipped = load_stations(path, CRS)

    # then the good one is there, and each other one is named by its line
    assert [station.name.zh for station in stations] == ["武宁路桥"]
    assert sum(item.count for item in skipped) == 5
    assert {place for item in skipped for place in item.examples} == {
        "line 3 (S1)", "line 4", "line 5", "line 6", "line 7",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("name", ["站", "站甲", "武宁路桥", "Wuning"])
def test_a_table_is_read_in_the_encoding_it_was_saved_in(tmp_path: Path, encoding: str, name: str) -> None:
    # given a table whose only sign beyond ASCII is 站, which is a letter of UTF-8 too when it is GBK; and others
    path = written(tmp_path / "stations.csv", f"id,name,kinds,lon,lat,站\nS1,{name},level,121.4,31.2,\n", encoding)

    # when it is read
    stations, skipped = load_stations(path, CRS)

    # then the name is what was written
    assert [station.name.zh for station in stations] == [name]
    assert skipped == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_table_in_utf16_is_refused_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    # given a table as some spreadsheet programs save "Unicode text"
    path = written(tmp_path / "stations.csv", HEAD + GOOD, encoding)

    # when it is read
    # then the reason says how to save it
    with pytest.raises(FileBroken, match="另存为“CSV UTF-8”") as caught:
        load_stations(path, CRS)
    assert caught.value.path == str(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "缺少列"), ("id,name\n1,a\n", "kinds"), (HEAD, "没有一个可用"), (HEAD + "S,甲,,sonar,1,1\n", "没有一个可用")],
)
def test_a_table_without_a_usable_station_says_why(tmp_path: Path, content: str, said: str) -> None:
    # given an empty, headless or useless table
    path = written(tmp_path / "stations.csv", content)

    # when it is read
    # then the reason names the file
    with pytest.raises(FileBroken, match=said) as caught:
        load_stations(path, CRS)
    assert caught.value.path == str(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "无法读取"),
        ('{"type":"FeatureCollection","features":[]}', "中心线"),
        (RIVER.replace("[121.43,31.24]", "[121.42,31.23]"), "中心线|无法读取"),
        (RIVER.replace("31.24", "NaN"), "无法读取"),
    ],
)
def test_a_river_file_without_a_line_says_so(tmp_path: Path, content: str, said: str) -> None:
    # given a file that holds no usable centre line
    path = written(tmp_path / "rivers.geojson", content)

    # when it is read
    # then it is refused with the reason
    with pytest.raises(FileBroken, match=said):
        load_rivers(path, CRS)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (RULE + RULE, "occur twice"),
        (RULE.replace('quantity = "water_level"\n', ""), "needs a quantity"),
        (RULE.replace('"above"', '"sideways"'), "rules.0.kind"),
        (RULE + 'parts = ["none"]\n', "no such rules"),
        (RULE + 'stations = ["nowhere"]\n', "没有的站点"),
        ("rules = 3", "rules"),
        ("=", "无效"),
    ],
)
def test_rules_that_cannot_be_are_refused_by_name(tmp_path: Path, rules: str, said: str) -> None:
    # given a file of rules with a mistake
    path = twin(tmp_path, rules=rules)

    # when the twin is loaded
    # then the mistake is named
    with pytest.raises(ProjectInvalid, match=said):
        load_project(path)


def test_a_rule_keeps_everything_that_is_written() -> None:
    # given a table with all kinds of keys
    table = RuleTable.model_validate(
        {
            "id": "r", "title": {"zh": "高", "en": "high"}, "kind": "above", "colour": "red", "quantity": "water_level",
            "limit_of": "warning", "limit": -0.3, "stations": ["S1"], "kinds": ["level"], "advice": {"zh": "巡查"},
        }
    )  # fmt: skip

    # when the value is made
    rule = table.rule()

    # then nothing is lost
    assert (rule.limit_of, rule.limit, rule.stations, rule.kinds, rule.advice.zh) == (
        "warning", -0.3, ("S1",), ("level",), "巡查",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("quantity,", "item,"), "缺少列"),
        (("2,4,6,10,15", "2,4,3,10,15"), "stricter"),
        (("range:6:9", "range:6"), "range"),
        (("2,4,6,10,15", "2,4,six,10,15"), "无效"),
        (("ph,any", "ph,sea"), "body"),
    ],
)
def test_a_table_of_limits_with_a_mistake_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    # given the bundled table with one mistake
    bundled = Path(load_standard.__code__.co_filename).parent / "standards" / "gb3838-2002.csv"
    path = written(tmp_path / "limits.csv", bundled.read_text(encoding="utf-8").replace(*change))

    # when it is read
    # then the mistake is named
    with pytest.raises(FileBroken, match=said):
        load_standard(path)


def test_a_city_may_put_its_own_limits_in_place(tmp_path: Path) -> None:
    # given a stricter table of one item
    path = written(
        tmp_path / "strict.csv",
        "quantity,body,class_1,class_2,class_3,class_4,class_5,better,assessed\nph,any,,,,,,range:7:8,yes\n",
    )
    twin(tmp_path, 'standard = "strict.csv"\n')

    # when the twin names it
    live = load_project(tmp_path).live

    # then it holds instead of the bundled one, which has 24 rows
    assert load_standard(path) == live.standard
    assert live.standard.items[0].limits == (7.0, 8.0)
    assert len(bundled_standard().items) == 24


def test_files_of_the_live_part_stay_inside_the_twin(tmp_path: Path) -> None:
    # given a twin whose stations lie elsewhere
    path = twin(tmp_path)
    written(path, TWIN.replace('"stations.csv"', '"../stations.csv"'))

    # when it is loaded
    # then it is refused
    with pytest.raises(ProjectInvalid, match=r"live\.stations"):
        load_project(path)


def test_the_rules_of_the_bundled_twin_fit_its_stations() -> None:
    # given the bundled twin
    folder = Path(__file__).parents[3] / "cim_models" / "suhe"

    # when its live part is loaded
    live = load_project(folder).live

    # then everything along the creek is there: gauges, pumps, sluices, outfalls and cameras
    kinds = {kind for station in live.stations for kind in station.kinds}
    assert kinds == {"level", "flow", "quality", "rain", "pump", "sluice", "outfall", "camera"}
    assert len(live.stations) == 95
    assert load_rules(folder / "rules.toml", live.stations) == live.rules
    assert not live.skipped


def test_a_twin_names_the_centre_where_reports_come_together(tmp_path: Path) -> None:
    # given a twin with a centre on top of a tower
    words = '[live.centre]\ntitle = { zh = "中心" }\nat = [1.0, 2.0, 90.0]\n'
    for name in ("all", "few"):
        (tmp_path / name).mkdir()
    place, choosy = twin(tmp_path / "all", words), twin(tmp_path / "few", words + 'senders = ["county-*"]\n')

    # when it is loaded, as it is and with those whose reports fly there
    centre, few = load_project(place).live.centre, load_project(choosy).live.centre

    # then name, place and senders are known
    assert centre is not None
    assert (centre.title.en, centre.place, centre.senders) == ("中心", (1.0, 2.0, 90.0), ("*",))
    assert few is not None
    assert few.senders == ("county-*",)
