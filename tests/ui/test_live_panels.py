"""The river's panels, each on its own: what they show, what a click asks for."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.small_river import NOON_MS, gauge, reading, small_river
from fakes.small_view import QUALITY as SMALL_QUALITY
from fakes.small_view import alarm, small_view
from sanping.domain.text import Text
from sanping.formats.standards import bundled_standard
from sanping.ports.history import Series, SeriesKey
from sanping.twin.alarm_list import operator_items
from sanping.twin.live import LiveState, with_observations
from sanping.twin.river_view import RiverView, StationView, river_view

pytestmark = pytest.mark.gui


@pytest.fixture
def icons(qtbot: Any, repository: Path) -> Any:
    from sanping.ui.application import create_application
    from sanping.ui.icons import Icons

    create_application("zh", repository / "assets")
    return Icons(repository / "assets" / "icons")


def shown(qtbot: Any, panel: Any, width: int = 330, height: int = 640) -> Any:
    """Put a panel on the screen."""
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def lines_of(view: RiverView) -> list[Any]:
    from sanping.ui.live.alarm_rows import AlarmLine

    return [
        AlarmLine(
            item=item,
            station=Text("中站", "mid"),
            rule=Text("超保证水位", "above"),
            advice=Text("巡查堤防", "Walk the banks"),
        )
        for item in operator_items(view.alarms, NOON_MS)
    ]


def click(qtbot: Any, widget: Any, x: int, y: int) -> None:
    from PySide6.QtCore import QPoint, Qt

    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(x, y))


def test_the_worst_section_stands_first_and_a_click_asks_for_it(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.river_panel import RiverPanel, reason_of

    # given the small river, whose middle is foul
    panel = shown(qtbot, RiverPanel(icons))
    asked: list[str] = []
    panel.section_asked.connect(asked.append)

    # when it is shown and the first row is clicked
    view = small_view()
    panel.show_rivers(view.rivers)
    qtbot.wait(20)
    click(qtbot, panel.ranking, 80, 12)

    # then that is the middle, whose reason names the item that is over its limit
    assert panel.ranking.rows[0].station.id == "mid"
    assert asked == ["mid"]
    assert "倍" in reason_of(view.by_id["mid"].quality).zh
    assert panel.wanted_height(330) > 300


def test_the_ranking_says_in_the_standards_words_how_a_section_changed_since_yesterday(
    qtbot: Any, icons: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sanping.ui.live import river_panel

    # given yesterday, when the middle was as clean as the upper station
    clean = [reading(name, code, value) for name in ("up", "mid") for code, value in SMALL_QUALITY.items()]
    yesterday = river_view(small_river(), with_observations(LiveState(is_linked=True), clean), NOON_MS)
    panel = shown(qtbot, river_panel.RiverPanel(icons))
    written: list[str] = []
    write = river_panel.write

    def noted(painter: Any, area: Any, words: str, *more: Any) -> None:
        written.append(words)
        write(painter, area, words, *more)

    monkeypatch.setattr(river_panel, "write", noted)

    # when today is shown beside it, and then alone
    panel.show_rivers(small_view().rivers)
    panel.show_before(yesterday)
    panel.ranking.grab()
    beside, how = set(written), panel.how.text()
    written.clear()
    panel.show_before(None)
    panel.ranking.grab()

    # then only the comparison says that the middle and the river are clearly worse
    assert "明显变差" in beside
    assert "较昨日明显变差" in how
    assert "明显变差" not in written


def test_stations_with_alarms_come_first_and_filters_leave_the_rest_out(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.stations_panel import StationsPanel

    # given three stations, the last with an alarm
    panel = shown(qtbot, StationsPanel(icons))
    panel.show_view(small_view(alarm(station="down")))
    model = panel.model

    def names() -> list[str]:
        from sanping.ui.live.station_list import STATION

        return [model.data(model.index(row), STATION).station.id for row in range(model.rowCount())]

    # when the list is read, searched and filtered
    first = names()
    panel.search.setText("MID")
    found = names()
    panel.search.clear()
    panel.state.setCurrentIndex(panel.state.findData("stale"))
    stale = names()

    # then alarms lead, the search ignores case, and only the silent one is stale
    assert first[0] == "down"
    assert found == ["mid"]
    assert stale == ["down"]
    assert "1" in panel.count.text()


def test_thirty_thousand_stations_paint_only_what_is_seen(
    qtbot: Any, icons: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sanping.ui.live import station_list
    from sanping.ui.live.stations_panel import StationsPanel

    # given thirty thousand stations
    views = {f"S{n}": StationView(station=gauge(f"S{n}", 0.0), readings={}, main=None, freshness="none")
             for n in range(30_000)}  # fmt: skip
    view = RiverView(now_ms=NOON_MS, is_live=True, stations=tuple(views.values()), by_id=views)
    count = [0]
    width = station_list.value_width

    def counted(*arguments: Any) -> float:
        count[0] += 1
        return width(*arguments)

    monkeypatch.setattr(station_list, "value_width", counted)

    # when the list is on the screen
    panel = shown(qtbot, StationsPanel(icons))
    panel.show_view(view)
    panel.list.grab()

    # then it has them all and has painted a screenful or two
    assert panel.model.rowCount() == 30_000
    assert 0 < count[0] < 200


def test_the_sheet_of_a_station_asks_for_the_course_of_its_main_value(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.station_panel import StationPanel

    # given the sheet with the standard that classes come from
    panel = shown(qtbot, StationPanel(icons))
    panel.standard = bundled_standard()
    asked: list[Any] = []
    panel.course_asked.connect(asked.append)

    # when the middle station is shown, then its second reading is clicked
    middle = small_view().by_id["mid"]
    panel.show_station(middle, NOON_MS, Text("水质站", "quality"))
    qtbot.wait(20)
    click(qtbot, panel.readings, 60, 40)

    # then the level was asked for first, then the other quantity, and the radar has a spoke for every item of a class
    assert asked[0].quantity == "water_level"
    assert asked[1].quantity == panel.readings.rows[1].quantity != "water_level"
    assert {spoke.title.zh for spoke in panel.radar.spokes} >= {"氨氮", "总磷"}
    assert max(spoke.share for spoke in panel.radar.spokes) > 1.0


def test_what_sets_the_class_stands_above_the_flags_of_the_device(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live import words
    from sanping.ui.live.station_panel import StationPanel

    # given a station with a level, two items of quality and a flag of its cabinet
    state = with_observations(
        LiveState(is_linked=True),
        [
            reading("up", "battery_low", 1.0),
            reading("up", "total_phosphorus", 0.08),
            reading("up", "ammonia_nitrogen", 0.4),
            reading("up", "conductivity", 500.0),
            reading("up", "water_level", 2.6),
        ],
    )
    panel = shown(qtbot, StationPanel(icons))
    panel.standard = bundled_standard()

    # when its sheet is shown
    panel.show_station(river_view(small_river(), state, NOON_MS).by_id["up"], NOON_MS, Text("", ""))

    # then the level leads, the graded items follow, and the flag is last and said as yes
    names = [row.quantity for row in panel.readings.rows]
    assert names == ["water_level", "ammonia_nitrogen", "total_phosphorus", "conductivity", "battery_low"]
    assert words.said(panel.readings.rows[-1]).en == "yes"


def test_only_the_course_that_is_still_wanted_is_drawn(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.station_panel import StationPanel

    # given a sheet that first asked for the level and now for something else
    panel = shown(qtbot, StationPanel(icons))
    panel.standard = bundled_standard()
    asked: list[Any] = []
    panel.course_asked.connect(asked.append)
    panel.show_station(small_view().by_id["mid"], NOON_MS, Text("", ""))
    panel.readings.quantity_asked.emit("ammonia_nitrogen")
    times = NOON_MS - np.arange(3)[::-1] * 300_000.0
    series = Series(
        key=SeriesKey(station="mid", quantity="x"), unit="m", step="raw", event_ms=times,
        value=np.array([1.0, 2.0, 3.0]), low=np.array([1.0, 2.0, 3.0]), high=np.array([1.0, 2.0, 3.0]),
        quality=("good", "bad", "good"),
    )  # fmt: skip

    # when the old answer comes, and then the new one
    panel.show_course(asked[0], series)
    after_old = panel.chart.graph
    panel.show_course(asked[1], series)

    # then only the new one is drawn, without the bad value
    assert after_old is None
    assert panel.chart.graph is not None
    assert np.isnan(panel.chart.graph.value).tolist() == [False, True, False]


def test_an_alarm_is_looked_at_acknowledged_and_shelved(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.alarm_panel import AlarmPanel

    # given two alarms
    panel = shown(qtbot, AlarmPanel(icons))
    wishes: list[tuple[str, Any]] = []
    panel.wish_asked.connect(lambda action, arguments: wishes.append((action, arguments)))
    view = small_view(alarm(), alarm("a2", "up", rule="level_record", colour="red", proposes_case=True))
    panel.show_lines(lines_of(view), NOON_MS)

    # when the worst is chosen, acknowledged and shelved
    panel.show_chosen("a2")
    panel.buttons["acknowledge"].click()
    panel.buttons["shelve_1"].click()

    # then it leads the list, and the wishes name it
    assert [line.alarm.id for line in panel.lines] == ["a2", "a1"]
    assert wishes == [
        ("alarm.acknowledge", {"alarm": "a2"}),
        ("alarm.shelve", {"alarm": "a2", "until_ms": NOON_MS + 3_600_000}),
    ]
    assert "巡查堤防" in panel.advice.text()
    assert "建议立案" in panel.facts.text()


def test_the_ticker_tells_only_what_nobody_has_dealt_with(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.ticker import Ticker

    # given one alarm that is active and one that was acknowledged
    ticker = shown(qtbot, Ticker())
    asked: list[str] = []
    ticker.alarm_asked.connect(asked.append)
    ticker.show_lines(lines_of(small_view(alarm(), alarm("a2", "up", rule="other", state="acknowledged"))), (), NOON_MS)

    # when it is clicked
    click(qtbot, ticker, 300, 15)

    # then it goes to the active one
    assert [one.alarm for one in ticker.told] == ["a1"]
    assert asked == ["a1"]
