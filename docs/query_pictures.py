"""Takes the pictures of a query with its chart and of two versions compared at the desk, by night."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from planner_desk import MOST_BYTES, STEP_MS, View, look, opened, planner_desk, taken, wait
from sanping.settings import paths
from sanping.ui.desk import DeskWindow

EVENING = datetime.fromisoformat("2026-11-21T18:40:00+08:00")
GONE, CHANGED = slice(40, None, 80), slice(60, None, 90)
OVER_THE_BEND: View = ((636800.0, 3459150.0, 20.0), 150.0, -22.0, 1500.0)
NAMES = ("query-desk", "compare-desk")


def take_query(folder: Path, keep: Callable[..., None]) -> None:
    """Write the tall buildings in colour with how many there are by use, and what a newer version changes."""
    with planner_desk(folder, "night", EVENING) as window:
        _query(window)
        keep(taken(window, folder / "query-desk.png"), most_bytes=MOST_BYTES)
        _compare(window, _newer_version(folder / "newer.city.json"))
        keep(taken(window, folder / "compare-desk.png"), most_bytes=MOST_BYTES)


def _query(window: DeskWindow) -> None:
    """Count the buildings of 60 m and more by their use."""
    tool = opened(window, "query")
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


def _compare(window: DeskWindow, newer: Path) -> None:
    """Compare the buildings with a newer version of them, which stands where they do."""
    tool = opened(window, "compare")
    tool.take_file(newer)
    tool.layer.setCurrentIndex(tool.layer.findData("buildings"))
    tool.direction.setCurrentIndex(tool.direction.findData(False))
    look(window, OVER_THE_BEND)
    tool.run()
    while tool.found is None:
        wait(STEP_MS)


def _newer_version(path: Path) -> Path:
    """Write the buildings with some gone, some under other ids, and some of another use."""
    model = json.loads((paths.default_twin() / "buildings.city.json").read_text("utf-8"))
    objects = model["CityObjects"]
    whole = [name for name, one in objects.items() if one.get("geometry") and "parents" not in one]
    for name in whole[CHANGED]:
        objects[name]["attributes"]["usage_zh"] = "商业"
    for number, name in enumerate(whole[GONE], start=1):
        objects[f"NEW-{number:04}"] = objects.pop(name)
    path.write_text(json.dumps(model, ensure_ascii=False), encoding="utf-8")
    return path
