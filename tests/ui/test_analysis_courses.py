"""Findings with charts and courses at the real desk: skyline, landmark, and the shadows of a day as they are played."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from fakes.film_reading import seen
from sanping.analysis.findings import Course, Finding
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.ports.history import Series, SeriesKey
from sanping.twin.live_part import LivePart
from sanping.ui.analysis.course_film import frames_a_step
from sanping.ui.analysis.gauge_series import GaugeSeries
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
    film_the_shadows(window, qtbot, shadow, tmp_path / "shadow.mp4")


def film_the_shadows(window: Any, qtbot: Any, shadow: Finding, film: Path) -> None:
    found = window.overlays.finding

    # when the shadows are filmed, then each step stands for some frames, and the whole is shown again
    with qtbot.waitSignal(window.analysing.film.ended, timeout=60_000) as ended:
        window.analysing.film.make(film, replace(shadow, course=few(shadow.course)), (320, 180), 3)
        assert found.filming.isVisible()
        assert not found.course.isEnabled()
    assert ended.args == [film]
    pictures = seen(film).pictures
    assert len(pictures) == 6
    assert [frames_a_step(steps) for steps in (1, 2, 48, 96, 400)] == [25, 25, 12, 6, 6]
    assert np.abs(pictures[0].astype(int) - pictures[-1]).mean() > 1.0
    assert found.course.isEnabled()
    assert found.summary.text() == shadow.summary.zh


def few(course: Course) -> Course:
    """Return the first and the last step of a course."""
    last = len(course.titles) - 1
    return Course(
        titles=(course.titles[0], course.titles[last]), at=lambda step: course.at(last if step else 0),
        moments=(course.moments[0], course.moments[last]),
    )  # fmt: skip


def test_the_course_of_a_gauge_comes_from_what_is_replayed_on_the_datum_of_the_twin(desk: Any, qtbot: Any) -> None:
    # given a gauge whose zero lies 1.5 m above that of the twin, and a recording of three of its levels
    living = desk.window.living
    station = Station(id="S1", name=Text("武宁路桥", "Wuning"), kinds=("level",), x_m=0.0, y_m=0.0, datum_offset_m=1.5)
    asked = GaugeSeries(living, desk.window)
    told: list[Any] = []
    asked.came.connect(told.append)
    asked.failed.connect(told.append)
    before = living.part, living.recorded
    living.part, living.recorded = LivePart(stations=(station, replace(station, id="S2", datum_offset_m=None))), levels
    try:
        # when its last day is asked for, that of one without a datum, and that of none
        asked.ask("S1", 24, desk.window.state.stage.moment.tzinfo)
        qtbot.waitUntil(lambda: len(told) == 1, timeout=20_000)
        asked.ask("S2", 24, None)
        asked.ask("", 24, None)
        living.recorded = None
        asked.ask("S1", 24, None)
    finally:
        living.part, living.recorded = before

    # then the first has its levels on the twin's datum, and the others are told why not
    assert told[0].levels_m == (4.5, 4.7, 4.6)
    assert ["datum_offset_m" in told[1].zh, "选" in told[2].zh, "中枢" in told[3].zh] == [True, True, True]


def levels(key: SeriesKey, from_ms: float, to_ms: float) -> Series:
    """Return three levels of an hour before the end."""
    assert (key.station, key.quantity, to_ms - from_ms) == ("S1", "water_level", 86_400_000)
    value = np.array([3.0, 3.2, 3.1])
    return Series(
        key=key, unit="m", step="raw", event_ms=to_ms - np.array([2.0, 1.0, 0.0]) * 1.2e6, value=value, low=value,
        high=value, quality=("good",) * 3,
    )  # fmt: skip
