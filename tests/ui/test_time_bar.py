"""sanping.ui.live.time_bar and time_track: what they show, and what a person does with them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.plain_past import alarm
from fakes.small_river import MINUTE_MS, NOON_MS

pytestmark = pytest.mark.gui
ZONE = timezone(timedelta(hours=8))
HOUR_MS = 60 * MINUTE_MS
LAST_MS = NOON_MS + 24 * HOUR_MS


@pytest.fixture
def bar(qtbot: Any, repository: Path) -> Iterator[Any]:
    from PySide6.QtWidgets import QWidget

    from sanping.commands.replay_actions import replay_actions
    from sanping.ui.action_book import ActionBook
    from sanping.ui.application import create_application
    from sanping.ui.icons import Icons
    from sanping.ui.live.time_bar import HEIGHT, TimeBar

    create_application("zh", repository / "assets")
    window = QWidget()
    window.setStyleSheet("background:#0a1830;")
    icons = Icons(repository / "assets" / "icons")
    book = ActionBook({action.id: action for action in replay_actions()}, icons, window)
    made = TimeBar(book, icons, ZONE, window)
    made.setGeometry(0, 10, 1240, HEIGHT)
    window.resize(1240, 80)
    qtbot.addWidget(window)
    made.show_view(view())
    window.show()
    qtbot.waitExposed(window)
    yield made
    window.close()


def view(**changes: Any) -> Any:
    from sanping.stage.replaying import Happened
    from sanping.stage.timeline import Timeline
    from sanping.ui.live.time_bar import TimeBarView

    alarms = (*(alarm(60 + 3 * n, name=f"a{n}", colour="yellow") for n in range(6)), alarm(600, name="b"))
    plain = TimeBarView(
        timeline=Timeline(first_ms=NOON_MS), last_ms=LAST_MS, happened=Happened(alarms=alarms, raised=alarms)
    )
    return replace(plain, **changes)


def past(at_ms: int, mode: str = "paused") -> Any:
    from sanping.stage.timeline import Timeline

    return Timeline(mode=mode, at_ms=at_ms, first_ms=NOON_MS, speed=600.0)  # type: ignore[arg-type]


def pixels(widget: Any) -> Any:
    image = widget.grab().toImage()
    wide, high = image.width(), image.height()
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(high, image.bytesPerLine())
    return flat[:, : 4 * wide].reshape(high, wide, 4)[:, :, 2::-1].astype(int)


def amber(picture: Any) -> int:
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    return int(((red > 200) & (green > 120) & (green < 200) & (blue < 120)).sum())


def test_live_and_replay_cannot_be_taken_for_one_another(bar: Any, qtbot: Any) -> None:
    # given a live bar
    live, said = pixels(bar), bar.lamp.words.text()

    # when a moment of the past is shown
    bar.show_view(view(timeline=past(NOON_MS + 5 * HOUR_MS)))
    replayed = pixels(bar)

    # then words and colour are others, all along its edge
    assert said == "实时"
    assert bar.lamp.words.text() == "回放 · 非实时"
    assert bar.moment.text() == datetime.fromtimestamp(NOON_MS / 1000 + 5 * 3600, ZONE).strftime("%Y-%m-%d %H:%M:%S")
    assert amber(replayed[:3]) > 1000 > amber(live[:3])
    bar.set_language("en")
    assert bar.lamp.words.text() == "Replay, not live"


def test_waiting_recordings_and_a_lack_of_history_are_said(bar: Any) -> None:
    # given the bar
    # when it reads, shows a recording, and knows nothing
    said = []
    for changes in (
        {"timeline": past(NOON_MS), "is_waiting": True},
        {"timeline": past(NOON_MS), "is_recording": True},
        {"has_past": False},
    ):
        bar.show_view(view(**changes))
        said.append(bar.lamp.words.text())

    # then it says so, and offers nothing where there is nothing
    assert said == ["读取中…", "录像回放", "无历史"]
    assert not bar.track.isEnabled()


def test_a_press_and_a_drag_on_the_track_ask_for_their_moments(bar: Any, qtbot: Any) -> None:
    # given a day on the track
    from PySide6.QtCore import QPoint, Qt

    track, asked = bar.track, []
    bar.moment_asked.connect(asked.append)
    middle = QPoint(round(track.x_of(NOON_MS + 12 * HOUR_MS)), 20)

    # when its middle is pressed, and the hand dragged far beyond both ends
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=middle)
    for x in (-500, track.width() + 500):
        qtbot.mouseMove(track, QPoint(x, 20))
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=middle)

    # then noon past twelve hours is asked for, and never what is not remembered
    assert abs(asked[0] - (NOON_MS + 12 * HOUR_MS)) < 3 * MINUTE_MS
    assert all(NOON_MS <= moment <= LAST_MS for moment in asked)


def test_the_wheel_narrows_the_track_around_the_pointer(bar: Any, qtbot: Any) -> None:
    # given a day on the track
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QApplication

    track = bar.track
    x = track.x_of(NOON_MS + 6 * HOUR_MS)
    wheel = QWheelEvent(
        QPointF(x, 20), QPointF(x, 20), QPoint(), QPoint(0, 360), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip

    # when the wheel is turned there
    QApplication.sendEvent(track, wheel)
    begin, end = track.stretch

    # then less is shown, the moment stays where it was, and a double click shows all again
    assert end - begin < 11 * HOUR_MS
    assert abs(track.x_of(NOON_MS + 6 * HOUR_MS) - x) < 2
    qtbot.mouseDClick(track, Qt.MouseButton.LeftButton, pos=QPoint(50, 20))
    assert track.stretch == (NOON_MS, LAST_MS)


def test_alarms_stand_on_the_track_where_they_arose(bar: Any) -> None:
    # given seven alarms, six of them close together
    from sanping.ui.live.time_track import columns

    # when the ticks are counted for a track of 240 pixels, six minutes each
    found = columns(view().happened.raised, NOON_MS, LAST_MS, 240)
    far = columns(view().happened.raised, NOON_MS + 20 * HOUR_MS, LAST_MS, 240)

    # then the worst colour stands for those of one place, and only what lies on the track is drawn
    assert sum(count for _, count, _ in found) == 7
    assert (len(found) < 5, found[-1]) == (True, (99, 1, 0))
    assert far == []
    picture = pixels(bar.track)
    column = round(bar.track.x_of(NOON_MS + 10 * HOUR_MS))
    assert ((picture[2:15, column - 3 : column + 4, 0] > 200) & (picture[2:15, column - 3 : column + 4, 1] < 130)).any()


def test_the_field_and_the_speed_say_what_is_wanted(bar: Any, qtbot: Any) -> None:
    # given a replay
    from PySide6.QtCore import Qt

    bar.show_view(view(timeline=past(NOON_MS + HOUR_MS)))
    moments, speeds = [], []
    bar.moment_asked.connect(moments.append)
    bar.speed_asked.connect(speeds.append)

    # when another hour is typed, and another speed chosen
    bar.moment.setFocus(Qt.FocusReason.MouseFocusReason)
    bar.moment.setDateTime(bar.moment.dateTime().addSecs(7200))
    qtbot.keyClick(bar.moment, Qt.Key.Key_Return)
    bar.speed.setCurrentIndex(4)
    bar.speed.activated.emit(4)

    # then those are asked for, on the clock where the twin lies
    assert moments[0] == NOON_MS + 3 * HOUR_MS
    assert speeds == [3600.0]
    assert bar.speed.currentText() == "×3600"


@pytest.mark.parametrize(("width", "shown"), [(1240, 7), (800, 5), (600, 4)])
def test_a_narrow_bar_keeps_what_is_needed_most(bar: Any, width: int, shown: int) -> None:
    # given less space
    # when the bar makes do with it
    bar.show_compact(width)

    # then live, play and the jumps stay
    assert sum(not button.isHidden() for button in bar._buttons.values()) == shown


def test_round_hours_stand_on_the_clock_of_the_twin() -> None:
    # given three hours around a midnight
    from sanping.ui.live.time_track import marks

    midnight = datetime(2026, 6, 12, 0, 0, tzinfo=ZONE)
    begin = round((midnight - timedelta(minutes=70)).timestamp() * 1000)

    # when the marks of each hour are asked for
    found = marks(begin, begin + 3 * HOUR_MS, HOUR_MS, ZONE)

    # then they are full hours there
    assert [moment.strftime("%d %H:%M") for moment in found] == ["11 23:00", "12 00:00", "12 01:00"]


def test_the_lamp_is_not_live_while_the_hub_is_not_heard(bar: Any) -> None:
    # given a bar whose hub is away, in the present and in a replay
    bar.show_view(view(is_away=True))
    present = bar.lamp.words.text()
    bar.show_view(view(is_away=True, timeline=past(NOON_MS + HOUR_MS)))

    # when its lamp is read, then the present is not called live, and a replay stays a replay
    assert present == "中枢断开"
    assert bar.lamp.words.text() == "回放 · 非实时"
