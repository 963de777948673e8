"""Analyses at the real desk, by mouse and keys."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from sanping.stage.projection import pixel_of
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui
WAIT_MS = 120_000


def ground(window: Any, east: float, north: float) -> QPoint:
    """Return where a place of the ground is drawn."""
    at = pixel_of(window.state.stage.camera, (WEST + east, SOUTH + north, 0.0), window.viewport.size_px)
    return QPoint(round(at[0]), round(at[1]))


def click(qtbot: Any, window: Any, at: QPoint) -> None:
    qtbot.mouseClick(window.viewport, Qt.MouseButton.LeftButton, pos=at)


def computed(qtbot: Any, window: Any) -> Any:
    """Press the button that computes, wait, and return what was found."""
    qtbot.mouseClick(window.overlays.analysis.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.analysing.is_running, timeout=WAIT_MS)
    return window.overlays.finding.finding


def test_sunlight_is_asked_for_by_mouse_drawn_listed_and_exported(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a desk seen from above, and the analysis of sunlight begun by its keys
    window = desk.window
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier)
    panel = window.overlays.analysis
    qtbot.waitUntil(panel.isVisible, timeout=20_000)
    assert panel.picks["middle"].isChecked()
    before = desk.picture()

    # when the middle is clicked between the houses, the tallest house is picked as the plan, and it is computed
    click(qtbot, window, ground(window, 140.0, 60.0))
    qtbot.mouseClick(panel.picks["plan"], Qt.MouseButton.LeftButton)
    click(qtbot, window, desk.pixel_of("B7"))
    panel.boxes["rule"].setCurrentIndex(1)
    found = computed(qtbot, window)

    # then walls and ground are coloured, and the table tells what the plan takes away
    assert found.id == "sunlight"
    assert window.analysing._buildings["plan"][0].id == "B7"
    assert "B7" not in found.subjects
    assert "方案" in found.summary.zh
    assert window.overlays.finding.table.rowCount() == found.rows > 2
    assert np.abs(desk.picture() - before).max(axis=2).mean() > 4.0

    # and a row flies there, the table is written, and Delete clears the city
    target = window.state.stage.camera.target
    table = window.overlays.finding.table
    second = table.visualRect(table.model().index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=second)
    qtbot.waitUntil(lambda: window.state.stage.camera.target != target, timeout=20_000)
    window.analysing.write(tmp_path / "sun.csv", found)
    rows = list(csv.reader((tmp_path / "sun.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(rows) == found.rows + 4
    desk.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert window.overlays.finding.finding is None


def test_lines_views_and_limits_are_found_and_what_is_missing_is_said(desk: Any, qtbot: Any) -> None:
    # given a desk seen from above
    window, panel = desk.window, desk.window.overlays.analysis
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    window.perform("analysis.sight")

    # when nothing is picked, then it says what is missing and waits for it
    qtbot.mouseClick(panel.run, Qt.MouseButton.LeftButton)
    assert "视点" in panel.strip.text()

    # when an eye and two targets are clicked, one behind a house
    click(qtbot, window, ground(window, 60.0, 60.0))
    assert panel.picks["targets"].isChecked()
    for spot in ((140.0, 60.0), (140.0, 140.0)):
        click(qtbot, window, ground(window, *spot))
    sight = computed(qtbot, window)

    # then one line is clear and one blocked
    assert [word.en for word in sight.columns[2].values] == ["clear", "blocked"]

    # when a viewshed is asked for from the same street, and heights are limited to 60 m
    window.perform("analysis.viewshed")
    panel.show_number("radius", 120.0)
    click(qtbot, window, ground(window, 60.0, 60.0))
    view = computed(qtbot, window)
    qtbot.mouseClick(panel.tools.button(5), Qt.MouseButton.LeftButton)
    click(qtbot, window, ground(window, 140.0, 60.0))
    height = computed(qtbot, window)

    # then part of the city is seen, and the taller houses are named
    assert 0.0 < view.facets.values.mean() < 1.0
    assert {"长寿大厦12号", "长寿大厦6号"} <= set(height.columns[0].values)

    # when water is asked for where no ground is known, then that is said
    window.perform("analysis.flood")
    computed(qtbot, window)
    assert "地形" in panel.strip.text()

    # when a computation is stopped, and picking is ended by Esc, then clicks select again
    window.perform("analysis.sky")
    click(qtbot, window, ground(window, 140.0, 60.0))
    window.perform("analysis.run")
    qtbot.mouseClick(panel.stop, Qt.MouseButton.LeftButton)
    assert not window.analysing.is_running
    assert panel.run.isVisible()
    window.perform("analysis.viewshed")
    desk.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    click(qtbot, window, desk.pixel_of("B9"))
    assert window.state.stage.selection[0].id == "B9"
