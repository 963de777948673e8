"""The planner's workbench at the real desk: tools open by key and button, and take the mouse."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from sanping.stage.projection import pixel_of
from sanping.ui.workbench.tool_list import BUILT_IN
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui


def ground(window: Any, east: float, north: float) -> QPoint:
    """Return where a place of the ground is drawn."""
    at = pixel_of(window.state.stage.camera, (WEST + east, SOUTH + north, 0.0), window.viewport.size_px)
    return QPoint(round(at[0]), round(at[1]))


def test_a_tool_opens_by_its_key_and_takes_clicks_until_another_workspace_is_open(desk: Any, qtbot: Any) -> None:
    # given a desk seen from above, in the planner's workspace
    window = desk.window
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    panel = window.overlays.workbench
    qtbot.waitUntil(panel.isVisible, timeout=20_000)
    assert list(panel.buttons) == [tool.name for tool in BUILT_IN]

    # when coordinates are picked at two places of the ground
    qtbot.mouseClick(panel.buttons["points"], Qt.MouseButton.LeftButton)
    tool = window.workbench.present_tool
    for place in ((140.0, 60.0), (60.0, 60.0)):
        qtbot.mouseClick(window.viewport, Qt.MouseButton.LeftButton, pos=ground(window, *place))

    # then both stand in the table and over the city, and nothing was selected
    qtbot.waitUntil(window.overlays.workbench_result.isVisible, timeout=20_000)
    assert tool.table.rowCount() == 2
    assert tool.places[0][:2] == pytest.approx((WEST + 140.0, SOUTH + 60.0), abs=1.5)
    assert len(window.workbench.marks.marks("points")) == 2
    assert window.workbench.marks.isVisible()
    assert not window.state.stage.selection

    # and they are copied as a table with degrees
    qtbot.mouseClick(tool.copy, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [len(line.split("\t")) for line in lines] == [6, 6, 6]
    assert 120.0 < float(lines[1].split("\t")[4]) < 123.0

    # when the last is taken back by its key, and the city's workspace is opened, then clicks select again
    desk.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Backspace)
    assert tool.table.rowCount() == 1
    window.perform("workspace.city")
    assert window.workbench.present_tool is None
    qtbot.mouseClick(window.viewport, Qt.MouseButton.LeftButton, pos=desk.pixel_of("B7"))
    assert window.state.stage.selection[0].id == "B7"
    assert tool.table.rowCount() == 1

    # and Delete in the planner's workspace takes the rest away
    window.perform("tool.open", "points")
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert not tool.places
    assert not window.workbench.marks.isVisible()
