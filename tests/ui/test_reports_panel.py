"""What is reported from the street is seen on the desk and on the wall, with a way to the place."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fakes.small_river import gauge, small_river
from sanping.domain.report import Report
from sanping.domain.text import Text
from sanping.hub.plan import Place, metres_of
from sanping.hub.report_desk import ReportDesk
from sanping.settings import paths
from sanping.twin.live import LiveState
from sanping.twin.river_view import river_view
from sanping.ui.icons import Icons
from sanping.ui.live.cards_panel import CardsPanel
from sanping.ui.live.reports_panel import ReportsPanel
from sanping.ui.wall.facts import WallFacts
from sanping.ui.wall.panels.alarms import REPORT_COLOUR, AlarmTicker

NOW_MS = 1_780_000_000_000
LITTER = Report(
    id="r1", time_ms=NOW_MS - 60_000, received_ms=NOW_MS - 60_000, category="floating", words="<b>塑料瓶</b>",
    lon=121.42, lat=31.24, photo="a.jpg", by="phone-1", x_m=635_000.0, y_m=3_457_000.0,
)  # fmt: skip
OLD = Report(id="r2", time_ms=0, received_ms=NOW_MS - 3 * 86_400_000, category="road", words="old")
NOWHERE = Report(id="r3", time_ms=NOW_MS, received_ms=NOW_MS - 1, category="other", words="somewhere")


@pytest.mark.gui
def test_a_report_is_read_as_it_was_written_and_leads_to_its_place(qtbot: QtBot) -> None:
    # given a panel with a report that tries to be bold, and one that nobody placed
    panel = ReportsPanel(Icons(paths.assets() / "icons"))
    qtbot.addWidget(panel)
    panel.show_reports((NOWHERE, LITTER), NOW_MS)

    # when its button is pressed
    go = next(button for button in panel.findChildren(QPushButton) if button.text() in ("去现场", "Show"))
    with qtbot.waitSignal(panel.place_asked) as asked:
        go.click()

    # then the desk is asked to the place, and the words are plain words
    said = [label.text() for label in panel.findChildren(QLabel)]
    assert asked.args == [635_000.0, 3_457_000.0]
    assert "<b>塑料瓶</b>" in said
    assert any("phone-1" in words for words in said)
    assert any("未注明位置" in words for words in said)


@pytest.mark.gui
def test_a_panel_of_cards_grows_with_its_first_cards_and_scrolls_the_rest(qtbot: QtBot) -> None:
    # given an empty panel, and one with more reports than it has room for
    panel = ReportsPanel(Icons(paths.assets() / "icons"))
    qtbot.addWidget(panel)
    assert isinstance(panel, CardsPanel)
    empty_px = panel.wanted_height(320)

    # when it shows one report, then ten, then ten thousand: it shows the newest
    heights = []
    for count in (1, 10, 10_000):
        panel.show_reports([NOWHERE] * count, NOW_MS)
        heights.append(panel.wanted_height(320))

    # then it wants more height for the first, and for ten as much as for all
    assert empty_px < heights[0] < heights[1] == heights[2]


def test_the_view_holds_the_reports_of_a_day_newest_first() -> None:
    # given reports of now, of a minute ago, and of three days ago
    live = small_river(gauge("up", 0.0))
    state = LiveState(is_linked=True, reports={report.id: report for report in (OLD, LITTER, NOWHERE)})

    # when the view of now is made
    view = river_view(live, state, NOW_MS)

    # then it holds the first two, and a moment of three days ago what was reported then
    assert [report.id for report in view.reports] == ["r3", "r1"]
    assert [report.id for report in river_view(live, state, OLD.received_ms + 5).reports] == ["r2"]


@pytest.mark.gui
def test_the_wall_tells_of_a_report(qtbot: QtBot) -> None:
    # given a wall whose river is calm, and a report
    live = small_river(gauge("up", 0.0))
    state = LiveState(is_linked=True, reports={LITTER.id: LITTER})
    view = river_view(live, state, NOW_MS)

    # when the ticker is asked what to say
    told = AlarmTicker().content(WallFacts(now_ms=NOW_MS, view=view, title=Text("城", "Town"), part=live))

    # then it says what was reported, in a colour that is no alarm's
    assert "水面漂浮物" in told.words.zh  # type: ignore[attr-defined]
    assert "塑料瓶" in told.words.zh  # type: ignore[attr-defined]
    assert told.colour == REPORT_COLOUR  # type: ignore[attr-defined]


def test_the_hub_says_where_in_the_twin_a_report_lies() -> None:
    # given a twin in Putuo, and one without a place
    place = Place(crs="EPSG:4549", longitude_deg=121.42, latitude_deg=31.24)
    desk = ReportDesk(metres_of=lambda lon, lat: metres_of(place.crs, lon, lat))

    # when a report with a place is filed
    said = {"time_ms": NOW_MS, "category": "floating", "words": "bottle", "lon": 121.42, "lat": 31.24}
    report = desk.filed("op-1", said, "phone-1", NOW_MS)

    # then it carries east and north of the twin's own system
    assert report.x_m == pytest.approx(635_000, abs=1_000)
    assert report.y_m == pytest.approx(3_458_453, abs=1)
    assert metres_of(Place().crs, 121.42, 31.24) == (None, None)
