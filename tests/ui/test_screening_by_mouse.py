"""Sky view, noise, pollution and aerodromes at the real desk, by mouse and keys."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ui.test_analysing import click, computed, ground

pytestmark = pytest.mark.gui


@pytest.fixture
def above(desk: Any, qtbot: Any) -> Any:
    """A desk that looks at the city from above, in the workspace of analyses."""
    desk.window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not desk.window.flight.is_flying, timeout=20_000)
    desk.window.perform("workspace.analysis")
    return desk


def begin(desk: Any, qtbot: Any, words: str) -> None:
    panel = desk.window.overlays.analysis
    button = next(one for one in panel.tools.buttons() if one.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_noise_and_pollution_of_a_place_that_was_clicked_name_the_houses_around(above: Any, qtbot: Any) -> None:
    window, panel, found = above.window, above.window.overlays.analysis, above.window.overlays.finding

    # when noise is asked for from a street
    begin(above, qtbot, "噪声估算")
    click(qtbot, window, ground(window, 60.0, 60.0))
    noise = computed(qtbot, window)

    # then houses are listed from the loudest on
    assert len(noise.subjects) > 3
    assert noise.columns[1].values[0] == max(noise.columns[1].values)

    # when pollution is asked for from the same street, with a key, for any wind
    begin(above, qtbot, "污染筛查")
    panel.show_number("rate", 5.0)
    click(qtbot, window, ground(window, 60.0, 60.0))
    above.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: not window.analysing.is_running and found.finding.id == "pollution", timeout=120_000)
    pollution = found.finding

    # then houses near it have more than houses far away, and the panel shows sentence, legend, table and method
    share, away = (np.array(pollution.columns[at].values) for at in (2, 3))
    assert share[away < np.median(away)].mean() > share[away > np.median(away)].mean() > 0.0
    assert found.summary.text() == pollution.summary.zh
    assert "HJ 2.2-2018" in pollution.method.zh
    assert pollution.legend.steps[0].title.zh == "< 10"


def test_sky_view_and_the_surfaces_of_a_runway_are_asked_for_by_mouse(above: Any, qtbot: Any) -> None:
    window, panel = above.window, above.window.overlays.analysis

    # when the sky over a street is asked for
    begin(above, qtbot, "天空可视度")
    panel.show_number("radius", 60.0)
    panel.show_number("cell", 6.0)
    click(qtbot, window, ground(window, 60.0, 60.0))
    sky = computed(qtbot, window)

    # then it sees part of it
    values = sky.facets.values[np.isfinite(sky.facets.values)]
    assert 0.0 < values.min() < values.max() <= 1.0

    # when both ends of a runway are clicked
    begin(above, qtbot, "机场净空")
    for spot in ((60.0, 60.0), (140.0, 140.0)):
        click(qtbot, window, ground(window, *spot))
    runway = computed(qtbot, window)

    # then houses beside it break its surfaces, and the source of the rule is told
    assert len(runway.subjects) > 0
    assert "Annex 14" in runway.method.en
