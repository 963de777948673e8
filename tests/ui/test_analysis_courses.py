"""Findings with charts and courses at the real desk: skyline, landmark, and the shadows of a day as they are played."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from sanping.ui.analysis.reporting import write_report
from ui.test_analysing import click, computed, ground

pytestmark = pytest.mark.gui


def test_skyline_landmark_and_shadows_are_asked_for_by_mouse_and_shadows_are_played(
    desk: Any, qtbot: Any, tmp_path: Path
) -> None:
    # given a desk seen from above
    window, panel, found = desk.window, desk.window.overlays.analysis, desk.window.overlays.finding
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    window.perform("workspace.analysis")

    # when the skyline is asked for from a street, with the tallest house as a plan and a limit of 60 m
    button = next(one for one in panel.tools.buttons() if one.text() == "天际线")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    click(qtbot, window, ground(window, 60.0, 60.0))
    click(qtbot, window, ground(window, 60.0, 140.0))
    qtbot.mouseClick(panel.picks["plan"], Qt.MouseButton.LeftButton)
    click(qtbot, window, desk.pixel_of("B10"))
    panel.show_number("limit", 60.0)
    skyline = computed(qtbot, window)

    # then the chart has three curves, straight ahead stands in its middle, and the plan raises it
    assert [curve.title.en for curve in skyline.chart.curves] == ["After the plan", "Before", "Limit"]
    assert found.chart.isVisible()
    assert not found.course.isVisible()
    after, before, _ = skyline.chart.curves
    assert after.across.mean() == pytest.approx(0.0, abs=4.0)
    assert (after.up - before.up).max() > 1.0
    image = found.chart.grab().toImage()
    assert len({image.pixel(x, y) for x in range(40, 200, 7) for y in range(30, 150, 7)}) > 4

    # and it is written as a report with its chart
    assert write_report(window, found, skyline, tmp_path / "skyline.pdf")
    assert (tmp_path / "skyline.pdf").stat().st_size > 20_000

    # when a landmark is picked
    window.perform("analysis.landmark")
    panel.show_number("radius", 150.0)
    click(qtbot, window, desk.pixel_of("B12"))
    landmark = computed(qtbot, window)

    # then part of the ground sees all of it and part nothing
    assert {0.0, 1.0} <= set(np.unique(landmark.facets.values))
    assert not found.chart.isVisible()

    # when the shadows of the day are asked for, and are played from the first
    window.perform("analysis.shadow")
    panel.show_number("radius", 120.0)
    panel.show_number("step_min", 60.0)
    click(qtbot, window, ground(window, 140.0, 60.0))
    shadow = computed(qtbot, window)
    qtbot.mouseClick(found.course.play, Qt.MouseButton.LeftButton)
    assert found.course.is_playing
    first = shadow.course.moments[0]
    assert (window.state.stage.moment, found.summary.text()) == (first, shadow.course.at(0).summary.zh)
    qtbot.waitUntil(lambda: window.state.stage.moment >= shadow.course.moments[2], timeout=20_000)
    qtbot.mouseClick(found.course.play, Qt.MouseButton.LeftButton)
    assert not found.course.is_playing

    # then the slider's last step is the evening, the city has its sun, and the whole comes back
    found.course.slider.setValue(found.course.slider.maximum())
    assert window.state.stage.moment == shadow.course.moments[-1]
    assert found.shown.id == "shadow"
    qtbot.mouseClick(found.course.whole, Qt.MouseButton.LeftButton)
    assert found.summary.text() == shadow.summary.zh
