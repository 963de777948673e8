"""Queries over layers, their statistics, how they are shown, and the files that they become."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from sanping.analysis.conditions import Condition
from sanping.analysis.plan_search import Region
from sanping.commands.desk_state import DeskState
from sanping.commands.object_query import (
    Query,
    QueryResult,
    answer,
    cell_of,
    field_title,
    offered_words,
    outline_of,
    table_of,
)
from sanping.commands.object_statistics import BANDS, LAYER, NONE, StatisticAsk, statistic
from sanping.commands.query_showing import dots, outlines_on_ground, seen_near, shown_alone
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.formats.query_files import write_query_csv, write_query_geojson, write_statistic_csv
from sanping.ports.progress import SilentProgress
from sanping.stage.state import FeatureRef, Stage
from unit.commands.small_city import SOUTH, WEST, buildings, project, roads, terrain

SILENT = SilentProgress()
TABLES = [table for layer in (buildings(), roads()) if (table := table_of(layer, SILENT)) is not None]
HOUSES = TABLES[0]


def names(result: QueryResult) -> list[str]:
    return [ref.id for ref in result.refs()]


def asked(**wanted: object) -> list[str]:
    return names(answer(TABLES, Query(**wanted)))  # type: ignore[arg-type]


def test_parts_are_found_with_their_whole_and_not_by_themselves() -> None:
    assert sorted(HOUSES.ids) == ["B1", "B2", "B3"]
    assert HOUSES.columns["@height_m"].values[HOUSES.ids.index("B3")] == 30.0
    assert sorted(asked()) == ["B1", "B2", "B3", "R1", "R2"]


def test_words_attributes_and_area_must_all_hold() -> None:
    tall = Condition(field="@height_m", operator=">", value="20")
    corner = Region(shape=shapely.box(WEST - 5, SOUTH - 5, WEST + 50, SOUTH + 50))

    assert set(asked(words="长寿")) == {"B1", "B2", "R1", "R2"}
    assert asked(words="普陀大夏") == ["B1"]
    assert asked(words="cszl") == []
    assert asked(words="长寿里", is_fuzzy=False) == ["B2"]
    assert set(asked(conditions=(tall,))) == {"B1", "B3"}
    assert asked(words="长寿", conditions=(tall,)) == ["B1"]
    assert set(asked(region=corner)) == {"B1", "R1"}
    assert asked(region=corner, layers=("roads",)) == ["R1"]
    assert asked(region=Region(shape=corner.shape, relation="inside")) == ["B1"]
    assert asked(conditions=(Condition(field="class", value="主干路"),)) == ["R1"]


def test_mistakes_are_forgiven_only_where_no_layer_has_the_words() -> None:
    assert set(asked(words="长寿路")) == {"B1", "R1", "R2"}


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="高"):
        answer(TABLES, Query(conditions=(Condition(field="@height_m", operator=">", value="高",
                                                   title=field_title("@height_m")),)))  # fmt: skip


def test_words_of_a_field_are_offered_and_cells_are_read() -> None:
    assert set(offered_words(TABLES, "usage")) == {"office", "residential", "school"}
    assert offered_words(TABLES, "storeys") == ()
    row = HOUSES.ids.index("B1")
    assert (cell_of(HOUSES, row, "storeys"), cell_of(HOUSES, row, "usage")) == (15.0, "office")
    assert cell_of(HOUSES, HOUSES.ids.index("B3"), "name") is None


def test_objects_have_outlines_from_above() -> None:
    assert outline_of(buildings(), "B3").area == pytest.approx(400.0)
    assert outline_of(roads(), "R1").length == pytest.approx(1000.0)
    assert outline_of(roads(), "nobody") is None


def test_groups_count_objects_and_add_up_what_they_have() -> None:
    houses = answer(TABLES, Query(layers=("buildings",)))

    by_use = statistic(houses, StatisticAsk(group="usage"), SILENT)
    by_height = statistic(houses, StatisticAsk(group=BANDS, measure="footprint"), SILENT)
    areas = statistic(houses, StatisticAsk(group="usage", measure="floor_area"), SILENT)
    mean = statistic(houses, StatisticAsk(group=LAYER, measure="mean", field="@height_m"), SILENT)

    assert {group.title.zh: group.count for group in by_use.groups} == {"办公": 1, "住宅": 1, "学校": 1}
    assert {group.title.zh: group.value for group in by_height.groups} == pytest.approx(
        {"12–18 米": 100.0, "27–40 米": 400.0, "60–80 米": 400.0}
    )
    assert by_height.is_ordered
    assert {group.title.en: group.value for group in areas.groups} == pytest.approx(
        {"Office": 6000.0, "Residential": 300.0, "School": 2000.0}
    )
    assert mean.groups[0].value == pytest.approx(34.0)
    assert names(by_use.groups[0].result)


def test_objects_without_the_attribute_are_a_group_of_their_own_and_lines_have_lengths() -> None:
    everything = answer(TABLES, Query())

    by_class = statistic(everything, StatisticAsk(group="class"), SILENT)
    lengths = statistic(everything, StatisticAsk(group=LAYER, measure="length"), SILENT)

    assert by_class.groups[-1].title == NONE
    assert by_class.groups[-1].count == 4
    assert {group.title.zh: group.value for group in lengths.groups} == {"道路": 1500.0, "建筑": 0.0}


def test_what_was_found_becomes_a_table_a_map_and_statistics(tmp_path: Path) -> None:
    found = answer(TABLES, Query(words="长寿"))
    counted = statistic(found, StatisticAsk(group=LAYER), SILENT)

    rows = write_query_csv(tmp_path / "a.csv", found, "zh")
    shapes = write_query_geojson(tmp_path / "a.geojson", found)
    groups = write_statistic_csv(tmp_path / "s.csv", counted, "en")

    lines = list(csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows == len(lines) - 1 == 4
    assert lines[0][:3] == ["图层", "编号", "名称"]
    tower = next(line for line in lines if line[1] == "B1")
    assert tower[lines[0].index("高度（m）")] == "60"
    assert float(tower[-3]) == WEST + 10
    written = json.loads((tmp_path / "a.geojson").read_text(encoding="utf-8"))
    by_id = {feature["id"]: feature for feature in written["features"]}
    assert shapes == 4
    assert by_id["B1"]["properties"]["height_m"] == 60.0
    assert by_id["B1"]["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert 120 < by_id["R1"]["geometry"]["coordinates"][0][0] < 123
    assert groups == 2
    assert (tmp_path / "s.csv").read_text(encoding="utf-8-sig").startswith("Group,Count,")


def test_files_of_what_was_asked_in_part_say_so(tmp_path: Path) -> None:
    note = Text(
        "流式图层只查了已载入的部分：倾斜摄影（3/21 块瓦片）", "Of streamed layers only what is loaded was asked"
    )
    found = replace(answer(TABLES, Query(words="长寿")), note=note)
    some = found.limited({"buildings": np.ones(len(found.parts[0].rows), np.bool_)})
    counted = statistic(some, StatisticAsk(group=LAYER), SILENT)

    write_query_csv(tmp_path / "a.csv", some, "zh")
    write_query_geojson(tmp_path / "a.geojson", some)
    write_statistic_csv(tmp_path / "s.csv", counted, "en")

    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()[-2:] == ["", note.zh]
    assert json.loads((tmp_path / "a.geojson").read_bytes())["note"] == {"zh": note.zh, "en": note.en}
    assert (tmp_path / "s.csv").read_text(encoding="utf-8-sig").splitlines()[-1] == note.en


def test_what_was_found_is_shown_on_the_ground_alone_and_from_near() -> None:
    camera = project().bookmarks[0].camera
    state = DeskState(stage=Stage(camera=camera, style="night", moment=project().moment), home=camera)
    found = answer(TABLES, Query(words="长寿"))

    outline = outlines_on_ground(found, terrain(), 0.0)
    alone = shown_alone(state, found.refs()).state
    row = HOUSES.ids.index("B1")

    assert outline is not None
    assert outline.strokes.ends.shape == (2, 2, 3)
    assert outline.strokes.ends[:, :, 2].max() < 12.0
    assert outlines_on_ground(answer(TABLES, Query(layers=("buildings",))), None, 0.0) is None
    assert dots(found) == []
    assert FeatureRef(layer="buildings", id="B1") in alone.stage.isolated
    assert shown_alone(alone, ()).state.stage.isolated == ()
    assert shown_alone(state, ()).state is state
    assert np.allclose(seen_near(state, HOUSES, row).target[:2], (WEST + 10, SOUTH + 10))
