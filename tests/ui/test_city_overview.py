"""sanping.ui.overview_panel: the city in figures, whatever room there is."""

from pathlib import Path
from typing import Any

import pytest

from sanping.commands.overview import HEIGHT_STEPS_M, Figure, Overview
from sanping.domain.text import Text
from sanping.ui.application import create_application
from sanping.ui.icons import Icons
from sanping.ui.overview_panel import OverviewPanel

pytestmark = pytest.mark.gui
FIGURES = tuple(Figure(title=Text(f"项{n}", f"item {n}"), value=f"{n},000", unit=Text("栋", "pcs")) for n in range(8))
CITY = Overview(figures=FIGURES, height_counts=tuple(range(1, len(HEIGHT_STEPS_M) + 1)))


@pytest.fixture
def panel(qtbot: Any, repository: Path) -> OverviewPanel:
    """Return a panel of 300 by 240 pixels, as in the smallest window, shown before the city arrives."""
    create_application("zh", repository / "assets")
    made = OverviewPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(made)
    made.setMinimumSize(1, 1)  # as within a window, which gives a panel what room there is
    made.resize(300, 240)
    made.show()
    return made


def test_figures_that_arrive_in_a_small_panel_are_whole_and_the_bars_give_way(panel: OverviewPanel, qtbot: Any) -> None:
    # given a small panel on the screen
    # when the figures of a city arrive
    panel.show_overview(CITY)
    qtbot.waitUntil(lambda: not panel._bars.isVisible())

    # then each has the height that it needs, without scrolling, and the bars are left out
    labels = [panel._grid.itemAt(place).widget() for place in range(panel._grid.count())]
    assert len(labels) == 16
    assert all(label.height() >= label.sizeHint().height() for label in labels)
    assert not panel._area.verticalScrollBar().isVisible()

    # when the panel grows, then the bars are there; when it is lower than its figures, they scroll and stay whole
    panel.resize(300, panel.wanted_height(300))
    assert panel._bars.isVisible()
    panel.resize(300, 120)
    qtbot.waitUntil(panel._area.verticalScrollBar().isVisible)
    assert all(label.height() >= label.sizeHint().height() for label in labels)
