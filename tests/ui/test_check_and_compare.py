"""Checking and comparing models at the real desk, by mouse and keys."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ui.tiny_twin import write_buildings

pytestmark = pytest.mark.gui
WAIT_MS = 60_000
LEFT = Qt.MouseButton.LeftButton


def newer_version(path: Path) -> Path:
    """Write the buildings of the tiny twin without B12, with B13, B1 ten metres higher and B2 of another use."""
    write_buildings(path, "B", 13)
    document = json.loads(path.read_text(encoding="utf-8"))
    objects = document["CityObjects"]
    del objects["B12"]
    for corner in objects["B1"]["geometry"][0]["boundaries"][0][1][0]:
        document["vertices"][corner][2] += 10
    objects["B2"]["attributes"]["usage"] = "hotel"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def click_row(qtbot: Any, table: Any, row: int) -> None:
    qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(table.model().index(row, 0)).center())


def test_models_are_checked_and_compared_and_what_is_found_is_shown(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given the planner's workspace over a desk seen from above
    window = desk.window
    window.perform("bookmark.visit", 2)
    window.perform("workspace.planning")
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=WAIT_MS)
    desk.come_to_front(qtbot)
    before = desk.picture()

    # when the clean models are checked by their keys, then nothing is wrong
    qtbot.keyClick(window, Qt.Key.Key_G)
    check = window.workbench.tools["check"]
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: check.found is not None, timeout=WAIT_MS)
    assert "没有发现问题" in check.summary.text()
    assert not check.table.isVisible()

    # when a version is compared with a newer file, chosen after it was missed
    qtbot.keyClick(window, Qt.Key.Key_V)
    compare = window.workbench.present_tool
    qtbot.mouseClick(compare.run_button, LEFT)
    assert "还没有选择" in compare.asked.told.text()
    compare.take_file(newer_version(tmp_path / "newer.city.json"))
    compare.direction.setCurrentIndex(1)
    qtbot.mouseClick(compare.run_button, LEFT)
    qtbot.waitUntil(lambda: compare.found is not None, timeout=WAIT_MS)

    # then what came, went and changed is counted, listed, coloured and drawn
    assert compare.pair.counts == {"added": 1, "removed": 1, "height": 1, "attributes": 1}
    assert list(compare.kinds.buttons) == ["", "added", "removed", "height", "attributes"]
    assert compare.table.rowCount() == 4
    qtbot.waitUntil(lambda: np.abs(desk.picture() - before).max(axis=2).mean() > 2.0, timeout=WAIT_MS)

    # and a kind that is picked limits the list; its row flies there and tells before and after
    qtbot.mouseClick(compare.kinds.buttons["height"], LEFT)
    assert compare.table.rowCount() == 1
    target = window.state.stage.camera.target
    click_row(qtbot, compare.table, 0)
    assert window.state.stage.selection[0].id == "B1"
    assert [compare.detail.item(0, place).text() for place in range(3)] == ["高度 (m)", "20.00", "30.00"]
    qtbot.waitUntil(lambda: window.state.stage.camera.target != target, timeout=WAIT_MS)
    assert window.workbench.marks.marks("compare")[0].words is not None
    assert compare.write(tmp_path / "changes.csv")
    assert len(list(csv.reader((tmp_path / "changes.csv").read_text(encoding="utf-8-sig").splitlines()))) == 5

    # when a file that is no model is compared, then that is said, and what was found stays
    compare.take_file(tmp_path / "changes.csv")
    qtbot.mouseClick(compare.run_button, LEFT)
    qtbot.waitUntil(lambda: not compare.is_running, timeout=WAIT_MS)
    assert compare.asked.told.isVisible()

    # when the language changes, a run is stopped, and Delete clears, then the city is as it was
    window.perform("language.set", "en")
    assert compare.table.item(0, 0).text() == "Height changed +10.00 m"
    window.perform("tool.open", "check")
    qtbot.mouseClick(check.run_button, LEFT)
    check.stop()
    assert not check.is_running
    assert check.write(tmp_path / "faults.csv")
    window.perform("tool.open", "compare")
    desk.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert compare.found is None
    assert not window.workbench.marks.marks("compare")
