"""Alarms of one rule at many stations, as the panel and the ticker show them and as one wish deals with them."""

from pathlib import Path
from typing import Any

import pytest

from fakes.small_river import NOON_MS
from fakes.small_view import alarm
from sanping.domain.alarm import Alarm
from sanping.domain.text import Text
from sanping.twin.alarm_list import AlarmItem, operator_items

pytestmark = pytest.mark.gui

RULE = Text("水位超警戒", "above the warning level")
KEY = "level_high@苏州河"


@pytest.fixture
def icons(qtbot: Any, repository: Path) -> Any:
    from sanping.ui.application import create_application
    from sanping.ui.icons import Icons

    create_application("zh", repository / "assets")
    return Icons(repository / "assets" / "icons")


def line_of(item: AlarmItem) -> Any:
    from sanping.ui.live.alarm_rows import AlarmLine

    return AlarmLine(
        item=item,
        station=Text(f"{item.alarm.station}站", item.alarm.station),
        rule=RULE,
        advice=Text("", ""),
        area=Text(item.area, item.area),
        members=tuple(
            line_of(AlarmItem(key=one.id, members=(one,))) for one in (item.members if item.count > 1 else ())
        ),
    )


def lines_of(*alarms: Alarm) -> list[Any]:
    rivers = {one.station: "苏州河" for one in alarms}
    return [line_of(item) for item in operator_items(alarms, NOON_MS, rivers)]


def seven(**more: object) -> list[Alarm]:
    return [alarm(f"a{n}", f"S{n}", raised_ms=NOON_MS - (n + 1) * 60_000, **more) for n in range(7)]


def panel_with(qtbot: Any, icons: Any, *alarms: Alarm) -> Any:
    from sanping.ui.live.alarm_panel import AlarmPanel

    panel = AlarmPanel(icons)
    qtbot.addWidget(panel)
    panel.resize(330, 640)
    panel.show_lines(lines_of(*alarms), NOON_MS)
    panel.show()
    qtbot.waitExposed(panel)
    panel.alarm_asked.connect(panel.show_chosen)
    return panel


def click_row(qtbot: Any, panel: Any, row: int) -> None:
    from PySide6.QtCore import Qt

    area = panel.list.visualRect(panel.list.model().index(row, 0))
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=area.center())


def rows(panel: Any) -> list[str]:
    from sanping.ui.live.alarm_rows import ROW

    model = panel.list.model()
    return [model.index(n, 0).data(ROW).line.name for n in range(model.rowCount())]


def test_seven_stations_are_one_row_that_opens_and_closes(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.alarm_rows import title_of

    # given seven stations over warning
    panel = panel_with(qtbot, icons, *seven())
    asked: list[str] = []
    panel.alarm_asked.connect(asked.append)

    # when the row is clicked, then a member of it, then the row again
    closed = rows(panel)
    click_row(qtbot, panel, 0)
    opened = rows(panel)
    click_row(qtbot, panel, 3)
    member = panel.chosen.alarm.id
    click_row(qtbot, panel, 0)

    # then it says how many, opens to all of them newest first, and closes again
    assert title_of(panel.lines[0]).zh == "水位超警戒 · 7 站"
    assert closed == [KEY]
    assert opened == [KEY, *(f"a{n}" for n in range(7))]
    assert asked == [KEY, "a2", KEY]
    assert member == "a2"
    assert rows(panel) == [KEY]
    assert panel.count.text() == "7 条未处理，归为 1 组"


def test_dealing_with_a_group_names_all_of_it_that_still_needs_it(qtbot: Any, icons: Any) -> None:
    # given a group of seven and one more, which somebody has acknowledged
    panel = panel_with(qtbot, icons, *seven(), alarm("seen", "S9", state="acknowledged"))
    wishes: list[tuple[str, Any]] = []
    panel.wish_asked.connect(lambda action, arguments: wishes.append((action, arguments)))

    # when the group is looked at, acknowledged and put aside; and then one member alone
    panel.show_chosen(KEY)
    told = panel.buttons["acknowledge"].text()
    panel.buttons["acknowledge"].click()
    panel.buttons["shelve_8"].click()
    panel.show_chosen("a4")
    panel.buttons["acknowledge"].click()

    # then each wish names those that it changes
    names = [f"a{n}" for n in range(7)]
    assert told == "确认 7 条"
    assert wishes == [
        ("alarm.acknowledge", {"alarms": names}),
        ("alarm.shelve", {"alarms": [*names, "seen"], "until_ms": NOON_MS + 8 * 3_600_000}),
        ("alarm.acknowledge", {"alarm": "a4"}),
    ]


def test_a_group_of_which_all_is_seen_cannot_be_acknowledged_again(qtbot: Any, icons: Any) -> None:
    # given a group that somebody has acknowledged
    panel = panel_with(qtbot, icons, *seven(state="acknowledged"))
    wishes: list[str] = []
    panel.wish_asked.connect(lambda action, _: wishes.append(action))

    # when it is looked at
    panel.show_chosen(KEY)
    panel.acknowledge()

    # then there is nothing to acknowledge, and it can still be put aside
    assert not panel.buttons["acknowledge"].isEnabled()
    assert panel.buttons["shelve_1"].isEnabled()
    assert wishes == []


def test_what_is_looked_at_stays_while_alarms_join_and_leave(qtbot: Any, icons: Any) -> None:
    # given a group that is looked at and open
    panel = panel_with(qtbot, icons, *seven())
    click_row(qtbot, panel, 0)

    # when a worse one joins, and when all but one are gone
    panel.show_lines(lines_of(*seven(), alarm("worse", "S8", colour="red")), NOON_MS)
    joined = panel.chosen.alarm.id, len(rows(panel))
    panel.show_lines(lines_of(alarm("a3", "S3")), NOON_MS)

    # then it is still looked at
    assert joined == ("worse", 9)
    assert panel.chosen.alarm.id == "a3"
    assert rows(panel) == ["a3"]


def test_a_flood_is_said_and_low_priorities_are_one_row(qtbot: Any, icons: Any) -> None:
    # given eleven blue alarms on two rivers and an orange one, all within minutes
    blue = [alarm(f"b{n}", f"B{n}", rule="silent", colour="blue") for n in range(11)]
    orange = alarm("o", "S1")

    # when they are shown
    panel = panel_with(qtbot, icons, *blue, orange)

    # then the flood is said, and nothing is missing from the count
    assert "告警激增" in panel.count.text()
    assert "12 条" in panel.count.text()
    assert rows(panel) == ["o", "silent@"]


def test_the_panel_speaks_english_within_its_width(qtbot: Any, icons: Any) -> None:
    # given an open group in English
    panel = panel_with(qtbot, icons, *seven(), *(alarm(f"b{n}", f"B{n}", rule="x", colour="blue") for n in range(9)))
    panel.set_language("en")
    click_row(qtbot, panel, 0)

    # when it is drawn
    # then no label is wider than the panel
    assert panel.count.fontMetrics().horizontalAdvance(panel.count.text()) <= panel.list.width()
    for button in panel.buttons.values():
        assert button.sizeHint().width() <= button.width()


def test_the_ticker_tells_a_group_once_and_goes_to_it(qtbot: Any, icons: Any) -> None:
    from PySide6.QtCore import QPoint, Qt

    from sanping.ui.live.ticker import Ticker

    # given seven stations of one rule and one of another
    ticker = Ticker()
    qtbot.addWidget(ticker)
    asked: list[str] = []
    ticker.alarm_asked.connect(asked.append)
    ticker.show_lines(lines_of(*seven(), alarm("o", "S1", rule="other", colour="yellow")), (), NOON_MS)
    ticker.show()

    # when it is clicked
    qtbot.mouseClick(ticker, Qt.MouseButton.LeftButton, pos=QPoint(300, 15))

    # then it tells two things, the group first
    assert [one.words.zh.split("  ")[:2] for one in ticker.told] == [
        ["苏州河", "水位超警戒 · 7 站"],
        ["S1站", "水位超警戒"],
    ]
    assert asked == [KEY]
