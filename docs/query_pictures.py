"""Takes the picture of a query with its chart at the desk, by night."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from planner_desk import MOST_BYTES, STEP_MS, View, look, planner_desk, taken, wait
from sanping.ui.desk import DeskWindow

EVENING = datetime.fromisoformat("2026-11-21T18:40:00+08:00")
OVER_THE_BEND: View = ((636800.0, 3459150.0, 20.0), 150.0, -22.0, 1500.0)


def take_query(folder: Path, keep: Callable[..., None]) -> None:
    """Write the tall buildings in colour, and how many there are by use."""
    with planner_desk(folder, "night", EVENING) as window:
        _query(window)
        keep(taken(window, folder / "query-desk.png"), most_bytes=MOST_BYTES)


def _query(window: DeskWindow) -> None:
    """Count the buildings of 60 m and more by their use."""
    window.perform("tool.open", "query")
    tool: Any = window.workbench.tools["query"]
    form = tool.asked
    while form.layer.findData("buildings") < 0 or tool._job:
        wait(STEP_MS)
    form.layer.setCurrentIndex(form.layer.findData("buildings"))
    QTest.mouseClick(form.add, Qt.MouseButton.LeftButton)
    asked = form.conditions[-1]
    asked.field.setCurrentIndex(asked.field.findData("@height_m"))
    asked.operator.setCurrentIndex(asked.operator.findData(">="))
    asked.value.setEditText("60")
    look(window, OVER_THE_BEND)
    QTest.mouseClick(form.run, Qt.MouseButton.LeftButton)
    while tool.found is None or tool._job:
        wait(STEP_MS)
    QTest.mouseClick(tool.answered.pages[1], Qt.MouseButton.LeftButton)
    by = tool.answered.statistic.by
    by.setCurrentIndex(max(0, by.findData("usage")))
