"""The parts of the query's form and result by themselves: a condition, the table of objects, charts of groups."""

from math import isnan
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt

from sanping.analysis.conditions import Condition
from sanping.commands.object_query import Query, answer, field_title, table_of
from sanping.commands.object_statistics import StatisticAsk, statistic
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress
from sanping.ui.application import create_application
from sanping.ui.icons import Icons
from sanping.ui.wording import Wording
from sanping.ui.workbench.condition_row import ConditionRow
from sanping.ui.workbench.group_chart import Bar, ChartKind, GroupChart
from sanping.ui.workbench.object_rows import ObjectRows
from sanping.ui.workbench.statistic_view import StatisticView
from unit.commands.small_city import buildings, roads

pytestmark = pytest.mark.gui
SILENT = SilentProgress()
TABLES = [table for layer in (buildings(), roads()) if (table := table_of(layer, SILENT)) is not None]


@pytest.fixture(autouse=True)
def application(repository: Path) -> None:
    create_application("zh", repository / "assets")


def test_a_condition_offers_the_comparisons_and_words_of_its_field(qtbot: Any, repository: Path) -> None:
    # given a condition on a field of words or of numbers
    words = {"usage": ("office", "residential"), "storeys": ()}
    made = ConditionRow(Wording(), Icons(repository / "assets" / "icons"), words.__getitem__)
    qtbot.addWidget(made)
    made.offer([("usage", field_title("usage"), "word"), ("storeys", field_title("storeys"), "number")])

    # then words are offered as people say them, and a field of numbers has nothing to contain
    assert [made.value.itemText(place) for place in range(made.value.count())] == ["办公", "住宅"]
    assert made.operator.findData("contains") >= 0
    made.operator.setCurrentIndex(made.operator.findData("empty"))
    assert not made.value.isEnabled()
    made.field.setCurrentIndex(1)
    assert made.operator.findData("contains") < 0
    assert made.condition().operator == "empty"

    # and a field that is no longer offered gives way
    made.offer([("usage", field_title("usage"), "word")])
    assert made.condition() == Condition(field="usage", operator="empty", value="", title=field_title("usage"))


def test_rows_of_objects_are_sorted_with_those_without_a_value_last() -> None:
    # given everything of two layers, one of which has heights
    rows = ObjectRows()
    rows.show_result(answer(TABLES, Query()))
    heights = 2 + rows.keys.index("@height_m")

    # when they are sorted by height, downwards and upwards
    rows.sort(heights, Qt.SortOrder.DescendingOrder)
    down = [rows.ref(row).id for row in range(rows.rowCount())]
    rows.sort(heights, Qt.SortOrder.AscendingOrder)
    up = [rows.ref(row).id for row in range(rows.rowCount())]

    # then roads come last both times, and cells are read in the language
    assert down[:3] == ["B1", "B3", "B2"]
    assert up[:3] == ["B2", "B3", "B1"]
    assert set(down[3:]) == set(up[3:]) == {"R1", "R2"}
    usage = rows.index(2, 2 + rows.keys.index("usage"))
    assert (usage.data(), rows.index(2, heights).data(), rows.index(4, heights).data()) == ("办公", "60", "")
    assert rows.headerData(0, Qt.Orientation.Horizontal) == "名称"
    rows.sort(0)
    names = [str(rows.index(row, 0).data()) for row in range(rows.rowCount())]
    assert names == sorted(names)


@pytest.mark.parametrize("kind", ["bars", "columns", "ring"])
def test_each_group_of_a_chart_is_found_where_it_is_drawn(qtbot: Any, kind: ChartKind) -> None:
    chart = GroupChart()
    qtbot.addWidget(chart)
    chart.resize(380, 300)
    bars = [Bar(title=Text(str(value), str(value)), value=value, written=f"{value:g}") for value in (3.0, 9.0, 5.5)]
    chart.show_bars(
        Text("数量", "Count"), [*bars, Bar(title=Text("无", "none"), value=float("nan"), written="—")], kind
    )

    assert [chart.group_at(chart.place_of(number)) for number in range(3)] == [0, 1, 2]
    assert chart.group_at(QPointF(-5.0, -5.0)) == -1
    assert not chart.grab().isNull()
    chart.show_bars(Text("数量", "Count"), [], kind)
    assert not chart.grab().isNull()


def test_statistics_choose_the_chart_and_hand_out_the_objects_of_a_group(qtbot: Any) -> None:
    # given statistics of everything by height
    view = StatisticView(Wording())
    qtbot.addWidget(view)
    found = answer(TABLES, Query())
    view.offer(found)
    picked: list[Any] = []
    view.group_picked.connect(picked.append)

    # when steps of a number are shown, and then words
    view.show_statistic(statistic(found, StatisticAsk(group="@height_m"), SILENT))
    steps = view.chart.kind
    view.show_statistic(statistic(found, StatisticAsk(group="usage", measure="mean", field="storeys"), SILENT))

    # then each has its chart, objects without the attribute stand last, and a group gives its objects
    assert (steps, view.chart.kind) == ("columns", "bars")
    assert [bar.title.zh for bar in view.chart.bars] == ["办公", "学校", "住宅", "无此属性"]
    assert isnan(view.chart.bars[-1].value)
    view.chart.picked.emit(0)
    assert [ref.id for ref in picked[0].refs()] == ["B1"]
    assert view.ask() == StatisticAsk(group="usage", measure="count", field="@height_m")
