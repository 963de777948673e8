"""Sky, noise, pollution, aerodromes, water, earth and walks at the real desk, by mouse and keys."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer
from sanping.domain.city import Origin
from sanping.domain.geo import GeoFrame
from sanping.domain.ground import Terrain
from ui.test_analysing import click, computed, ground
from ui.tiny_twin import SOUTH, WEST

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


def test_water_earth_and_walks_are_asked_for_by_mouse_on_ground_that_rises(above: Any, qtbot: Any) -> None:
    # given ground under the houses that rises by a metre in a hundred to the east
    window, panel = above.window, above.window.overlays.analysis
    rise = np.tile(np.arange(61, dtype=np.float32) * 0.1 - 1.0, (41, 1))
    terrain = Terrain(frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="test"), west=WEST - 100.0,
                      north=SOUTH + 300.0, heights_m=rise, cell_x_m=10.0, cell_y_m=10.0)  # fmt: skip
    entry = replace(window.content.layers["buildings"].entry, name="terrain", role="terrain")
    layers = window.content.layers
    window.content.layers = {**layers, "terrain": LoadedLayer(opened=OpenedLayer(entry=entry, content=terrain))}

    # when water rises from the street in the west
    begin(above, qtbot, "淹没分析")
    for key, level in (("from_m", 0.5), ("to_m", 1.5), ("step_m", 0.5)):
        panel.show_number(key, level)
    qtbot.mouseClick(panel.picks["sources"], Qt.MouseButton.LeftButton)
    click(qtbot, window, ground(window, 60.0, 60.0))
    flood = computed(qtbot, window)

    # then the houses in the west are wet, those in the east are not
    assert {"B1", "B2"} <= set(flood.subjects)
    assert not {"B3", "B4"} & set(flood.subjects)

    # when the corners of a site of 40 m by 40 m are clicked
    begin(above, qtbot, "挖填方")
    for spot in ((45.0, 45.0), (75.0, 45.0), (75.0, 75.0), (45.0, 75.0)):
        click(qtbot, window, ground(window, *spot))
    earth = computed(qtbot, window)

    # then cut and fill of the balance are equal, at the height of its middle
    cut, fill, _, area, level, *_ = earth.columns[1].values
    assert cut == pytest.approx(fill, rel=0.05)
    assert area == pytest.approx(900.0, rel=0.05)
    assert level == pytest.approx(0.6, abs=0.05)

    # when a facility beside the road is picked, then houses are within ten minutes of it
    begin(above, qtbot, "步行服务区")
    click(qtbot, window, ground(window, 60.0, 60.0))
    walk = computed(qtbot, window)
    assert len(walk.subjects) > 0
    assert np.isfinite(walk.strokes.values).any()
