"""Querying at the real desk, by mouse and keys: by words, attributes and area, in a table and as charts."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from sanping.domain.text import Text
from sanping.stage.projection import pixel_of
from sanping.stage.state import COMPONENTS_LAYER
from sanping.twin.cases.inventory import Component, Inventory
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui
WAIT_MS = 60_000
LEFT = Qt.MouseButton.LeftButton


def ground(window: Any, east: float, north: float) -> QPoint:
    """Return where a place of the ground is drawn."""
    at = pixel_of(window.state.stage.camera, (WEST + east, SOUTH + north, 0.0), window.viewport.size_px)
    return QPoint(round(at[0]), round(at[1]))


class Asking:
    """The tool with what is done to it by mouse and keys."""

    def __init__(self, desk: Any, qtbot: Any) -> None:
        self.desk, self.window, self.qtbot = desk, desk.window, qtbot
        self.tool = desk.window.workbench.tools["query"]
        self.form, self.view = self.tool.asked, self.tool.answered

    def click(self, widget: Any) -> None:
        self.qtbot.mouseClick(widget, LEFT)

    def click_ground(self, east: float, north: float) -> None:
        self.qtbot.mouseClick(self.window.viewport, LEFT, pos=ground(self.window, east, north))

    def run(self) -> set[str]:
        """Press the button, wait, and return the ids of what was found."""
        self.click(self.form.run)
        return self.found()

    def found(self) -> set[str]:
        self.qtbot.waitUntil(lambda: self.tool.found is not None and not self.tool._job, timeout=WAIT_MS)
        return {ref.id for ref in self.tool.found.refs()}

    def condition(self, field: str, operator: str, value: str) -> Any:
        self.click(self.form.add)
        made = self.form.conditions[-1]
        made.field.setCurrentIndex(made.field.findData(field))
        made.operator.setCurrentIndex(made.operator.findData(operator))
        made.value.setEditText(value)
        return made


def test_objects_are_found_by_words_attributes_and_area_and_counted(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given the tool open by its key over a desk seen from above
    window, asking = desk.window, Asking(desk, qtbot)
    window.perform("bookmark.visit", 2)
    window.perform("workspace.planning")
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=WAIT_MS)
    desk.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_F)
    assert window.workbench.present_tool is asking.tool
    qtbot.waitUntil(lambda: asking.form.layer.count() == 4 and not asking.tool._job, timeout=WAIT_MS)

    finds_words_and_attributes(asking)
    finds_in_areas(asking)
    flies_to_a_row(asking)
    counts_in_groups(asking)
    writes_files(asking, tmp_path)

    # when the language changes and everything is cleared by its key, then the city is as it was
    window.perform("language.set", "en")
    assert "6 objects found" in asking.view.summary.text()
    desk.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert asking.tool.found is None
    assert not window.state.stage.isolated
    assert not window.workbench.marks.marks("query")
    finds_components(asking)


def finds_words_and_attributes(asking: Asking) -> None:
    # when a name is typed with mistakes, then its objects are found, listed and coloured
    form, qtbot = asking.form, asking.qtbot
    every = {f"B{number}" for number in range(1, 13)}
    before = asking.desk.picture()
    qtbot.keyClicks(form.named, "changsou towr")
    qtbot.keyClick(form.named, Qt.Key.Key_Return)
    assert asking.found() == every
    assert asking.view.table.rows.rowCount() == 12
    qtbot.waitUntil(lambda: np.abs(asking.desk.picture() - before).max(axis=2).mean() > 2.0, timeout=WAIT_MS)

    # when conditions are added, then both must hold, and what is no number is refused
    form.named.clear()
    usage = asking.condition("usage", "=", "住宅")
    tall = asking.condition("@height_m", ">=", "没有")
    assert asking.run() == every
    assert "高度" in form.strip.text()
    tall.value.setEditText("80")
    assert asking.run() == {"B7", "B9", "B11"}
    assert not form.strip.isVisible()
    asking.click(tall.remove)
    assert asking.run() == {"B1", "B3", "B5", "B7", "B9", "B11"}
    assert form.conditions == [usage]


def finds_in_areas(asking: Asking) -> None:
    # when a box is dragged over the first two houses of the first row
    form, window, qtbot = asking.form, asking.window, asking.qtbot
    asking.click(form.kinds["box"])
    form.relation.setCurrentIndex(1)
    start, end = ground(window, -15.0, -15.0), ground(window, 135.0, 55.0)
    qtbot.mousePress(window.viewport, LEFT, pos=start)
    asking.desk.point((start + end) / 2, LEFT)
    asking.desk.point(end, LEFT)
    qtbot.mouseRelease(window.viewport, LEFT, pos=end)
    assert asking.run() == {"B1"}
    asking.click(form.conditions[0].remove)
    assert asking.run() == {"B1", "B2"}
    assert not window.state.stage.selection

    # when a place is clicked with a radius, and a strip is drawn along the road
    asking.click(form.kinds["point"])
    form.relation.setCurrentIndex(0)
    form.layer.setCurrentIndex(form.layer.findData("buildings"))
    form.radius.selectAll()
    qtbot.keyClicks(form.radius, "30")
    asking.click_ground(60.0, 60.0)
    assert asking.run() == {"B1", "B2", "B5", "B6"}
    asking.click(form.kinds["line"])
    asking.click_ground(60.0, -20.0)
    assert asking.run() == {"B1", "B2", "B5", "B6"}
    assert form.strip.isVisible()
    form.radius.selectAll()
    qtbot.keyClicks(form.radius, "60")
    asking.click_ground(60.0, 150.0)
    assert asking.run() == {"B1", "B2", "B5", "B6", "B9", "B10"}


def flies_to_a_row(asking: Asking) -> None:
    table, window = asking.view.table, asking.window
    target = window.state.stage.camera.target
    table.sortByColumn(2 + table.rows.keys.index("@height_m"), Qt.SortOrder.DescendingOrder)
    first = table.visualRect(table.model().index(0, 0)).center()
    asking.qtbot.mouseClick(table.viewport(), LEFT, pos=first)
    assert window.state.stage.selection[0].id == "B10"
    asking.qtbot.waitUntil(lambda: window.state.stage.camera.target != target, timeout=WAIT_MS)


def finds_components(asking: Asking) -> None:
    # when the twin has components, and one is asked for by its class
    window = asking.window
    place = (WEST + 60.0, SOUTH + 60.0)
    lamp = Component(id="3101070115000018", name="", class_code="0115", x_m=place[0], y_m=place[1], lon_deg=0,
                     lat_deg=0)  # fmt: skip
    window.content.inventory = Inventory(components=(lamp,), titles={"0115": Text("路灯", "Street lamp")})
    asking.form.layer.setCurrentIndex(0)
    asking.form.named.setText("路灯")
    assert asking.run() == {lamp.id}

    # then it is found beside buildings and roads, flown to and selected
    (ref,) = asking.tool.found.refs()
    assert (ref.layer, ref.id) == (COMPONENTS_LAYER, lamp.id)
    asking.tool._go_to(ref)
    assert window.state.stage.selection == (ref,)
    assert window.state.stage.camera.target[:2] == pytest.approx((lamp.x_m, lamp.y_m), abs=1.0)


def counts_in_groups(asking: Asking) -> None:
    # when the charts are opened and a group is clicked, then its objects are listed and can be shown alone
    view, tool = asking.view, asking.tool
    asking.click(view.pages[1])
    asking.qtbot.waitUntil(lambda: view.statistic.statistic is not None, timeout=WAIT_MS)
    chart = view.statistic.chart
    assert [bar.value for bar in chart.bars] == [3.0, 3.0]
    asking.qtbot.mouseClick(chart, LEFT, pos=chart.place_of(0).toPoint())
    assert tool.group.count == 3
    asking.click(view.showings[1])
    assert {ref.id for ref in asking.window.state.stage.isolated} == {ref.id for ref in tool.group.refs()}

    # when a mean is asked for, and a ring
    view.statistic.what.setCurrentIndex(view.statistic.what.findData("mean"))
    asking.qtbot.waitUntil(lambda: view.statistic.statistic.ask.measure == "mean", timeout=WAIT_MS)
    assert sum(bar.value for bar in chart.bars) == pytest.approx(130.0)
    view.statistic.kind.setCurrentIndex(1)
    chart.grab()
    assert chart.group_at(chart.place_of(1)) == 1


def writes_files(asking: Asking, folder: Path) -> None:
    asking.tool.write("csv", folder / "s.csv")
    asking.tool.write("picture", folder / "chart.png")
    asking.click(asking.view.pages[0])
    asking.tool.write("csv", folder / "found.csv")
    asking.tool.write("geojson", folder / "found.geojson")
    assert len(list(csv.reader((folder / "s.csv").read_text(encoding="utf-8-sig").splitlines()))) == 3
    assert len(list(csv.reader((folder / "found.csv").read_text(encoding="utf-8-sig").splitlines()))) == 7
    assert len(json.loads((folder / "found.geojson").read_text(encoding="utf-8"))["features"]) == 6
    assert (folder / "chart.png").stat().st_size > 1000
