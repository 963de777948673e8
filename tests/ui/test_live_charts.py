"""Hydrograph, radar and words: what they paint is what was measured."""

from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from fakes.small_view import alarm, small_view
from sanping.domain.text import Text

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def application(qtbot: Any, repository: Path) -> None:
    from sanping.ui.application import create_application

    create_application("zh", repository / "assets")


def painted(widget: Any) -> Any:
    """Return what a widget paints on black as an array (rows, columns, 3)."""
    from PySide6.QtGui import QColor, QImage

    image = QImage(widget.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(0, 0, 0))
    widget.render(image)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)[:, :, 2::-1].astype(np.int16)


def is_near(picture: Any, colour: Any) -> Any:
    """Say which pixels have about this hue, on whatever it was painted with soft edges."""
    weight = np.array(colour) / 255.0 - np.mean(colour) / 255.0
    return (picture - picture.mean(axis=2, keepdims=True)) @ weight > 60 * np.abs(weight).max()


def test_a_hydrograph_never_draws_over_missing_time(qtbot: Any) -> None:
    from PySide6.QtGui import QColor

    from sanping.ui.live.hydrograph import Graph, Hydrograph

    # given a level every five minutes but for four hours in the middle
    hours = [*np.arange(0, 4, 1 / 12), *np.arange(8, 12, 1 / 12)]
    times = np.array([NOON_MS + hour * 3_600_000 for hour in hours])
    chart = Hydrograph(UTC)
    qtbot.addWidget(chart)
    chart.resize(400, 158)

    # when it is painted
    graph = Graph(event_ms=times, value=np.full(len(times), 2.5), from_ms=NOON_MS, to_ms=NOON_MS + 12 * 3_600_000,
                  colour=QColor(255, 0, 0), is_filled=False)  # fmt: skip
    chart.show_graph(graph)
    red = is_near(painted(chart), (255, 0, 0)).any(axis=0)

    # then there is a line before and after, and none between
    inner = red[40:390]
    assert inner[:100].all()
    assert inner[260:340].all()
    assert not inner[130:220].any()


def test_reports_between_the_regular_ones_make_no_gaps(qtbot: Any) -> None:
    from PySide6.QtGui import QColor

    from sanping.ui.live.hydrograph import Graph, Hydrograph

    # given a station that reports every five minutes, and an hour in which it also told of every change
    minutes = np.sort(np.concatenate([np.arange(0, 720, 5), np.arange(300, 360, 0.1)]))
    chart = Hydrograph(UTC)
    qtbot.addWidget(chart)
    chart.resize(400, 158)

    # when it is painted
    chart.show_graph(Graph(event_ms=NOON_MS + minutes * MINUTE_MS, value=np.full(len(minutes), 2.5), from_ms=NOON_MS,
                           to_ms=NOON_MS + 12 * 3_600_000, colour=QColor(255, 0, 0), is_filled=False,
                           gap_ms=10.0 * MINUTE_MS))  # fmt: skip
    red = is_near(painted(chart), (255, 0, 0))

    # then it is one thin line from end to end, with a dot at its end only
    assert red.any(axis=0)[41:388].all()
    assert red[:, 41:380].sum(axis=0).max() <= 4


def test_a_hydrograph_shows_the_lines_that_are_near_and_says_when_there_is_nothing(qtbot: Any) -> None:
    from PySide6.QtGui import QColor

    from sanping.ui.live.hydrograph import Graph, Hydrograph, Line

    # given levels below a warning level, and a record far above
    times = NOON_MS + np.arange(10) * 300_000.0
    lines = (
        Line(value=3.0, title=Text("警戒", "warning"), colour=QColor(0, 255, 0)),
        Line(value=30.0, title=Text("历史", "record"), colour=QColor(255, 0, 255)),
    )
    chart = Hydrograph(UTC)
    qtbot.addWidget(chart)
    chart.resize(400, 158)

    # when it is painted, and then without values
    chart.show_graph(Graph(event_ms=times, value=np.linspace(2.4, 2.6, 10), from_ms=float(times[0]),
                           to_ms=float(times[-1]), lines=lines, is_filled=False))  # fmt: skip
    full = painted(chart)
    chart.show_graph(None)
    empty = painted(chart)

    # then the near line is there, the far one is not, and nothing is said with words
    assert is_near(full, (0, 255, 0)).sum() > 100
    assert not is_near(full, (255, 0, 255)).any()
    assert not is_near(empty, (0, 255, 0)).any()
    assert (empty.max(axis=2) > 80).any()


def test_a_radar_takes_the_colour_of_the_worst_item(qtbot: Any) -> None:
    from sanping.ui.live.colours import CLASS
    from sanping.ui.live.radar import Radar, Spoke

    # given four items, one of them of class Ⅴ
    spokes = [
        Spoke(title=Text("项", "item"), value="1", share=share, water_class=number)  # type: ignore[arg-type]
        for share, number in ((0.4, 2), (0.6, 3), (1.6, 5), (0.3, 1))
    ]
    radar = Radar()
    qtbot.addWidget(radar)
    radar.resize(300, 190)

    # when it is painted
    radar.show_spokes(spokes)
    worst = CLASS[5]

    # then its outline has that colour; with two items there is nothing to paint
    assert is_near(painted(radar), (worst.red(), worst.green(), worst.blue())).sum() > 60
    radar.show_spokes(spokes[:2])
    assert not is_near(painted(radar), (worst.red(), worst.green(), worst.blue())).any()


@pytest.mark.parametrize(
    ("age_ms", "zh"),
    [
        (2_000, "刚刚"),
        (40_000, "40 秒前"),
        (5 * MINUTE_MS, "5 分钟前"),
        (200 * MINUTE_MS, "3 小时前"),
        (3 * 86_400_000, "3 天前"),
        (-5 * MINUTE_MS, "时钟超前"),
    ],
)
def test_ages_are_said_as_people_say_them(age_ms: int, zh: str) -> None:
    from sanping.ui.live import words

    # given a reading of that age, when its age is said, then it is in the unit people use
    assert words.age(NOON_MS - age_ms, NOON_MS).zh == zh


def test_values_have_the_decimals_of_their_quantity_and_missing_ones_a_dash() -> None:
    from sanping.ui.live import words

    # given a level, a missing one, and none
    level, missing = reading("up", "water_level", 2.6), reading("up", "water_level", float("nan"))

    # when they are written, then the level has centimetres and the others are a dash
    assert words.value(level) == "2.60 m"
    assert words.value(missing) == words.value(None) == words.MISSING


def test_a_station_is_marked_by_flood_before_class_and_grey_when_stale() -> None:
    from sanping.ui.live.colours import FLOOD, STALE, colour_of

    # given the small river: "mid" above its guarantee level, "down" silent for an hour
    view = small_view(alarm())

    # when their colours are asked, then flood wins, and what is stale is grey whatever it said
    assert colour_of(view.by_id["mid"]) == FLOOD["orange"]
    assert colour_of(view.by_id["down"]) == STALE


def test_a_list_of_rows_never_shows_half_a_row_at_its_foot(qtbot: Any) -> None:
    from PySide6.QtWidgets import QWidget

    from sanping.ui.live.row_area import RowArea

    # given ten rows of 40 pixels in an area with room for some of them
    rows = QWidget()
    rows.setFixedHeight(400)
    area = RowArea(rows, 40)
    qtbot.addWidget(area)
    area.show()

    # when it has several heights, then what is seen is always whole rows
    for height in (130, 199, 240, 39):
        area.resize(200, height)
        qtbot.wait(1)
        assert area.viewport().height() == (height // 40 * 40 or height)
