"""The kiosk is left with its PIN only: keys, the window manager and taps elsewhere do nothing."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest

from ui.kiosk_stand import PIN, Stand, kiosks

pytestmark = pytest.mark.gui


@pytest.fixture
def make_kiosk(qtbot: Any, twin_folder: Path, repository: Path) -> Iterator[Callable[..., Stand]]:
    with kiosks(qtbot, twin_folder, repository) as make:
        yield make


@pytest.fixture
def stand(make_kiosk: Callable[..., Stand]) -> Stand:
    return make_kiosk()


def test_the_pin_opens_the_way_out(stand: Stand, qtbot: Any) -> None:
    # given the pad that five taps in the corner bring up
    stand.ask_out()
    assert stand.view.pin is not None

    # when the PIN is given
    with qtbot.waitSignal(stand.kiosk.closed, timeout=10_000):
        stand.press(*(f"pin.{digit}" for digit in PIN), "pin.enter")

    # then the kiosk is closed for good
    assert stand.kiosk.status == 0
    assert not stand.kiosk.window.isVisible()


def test_nothing_else_closes_it(stand: Stand) -> None:
    # given a kiosk
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    window, control = stand.kiosk.window, Qt.KeyboardModifier.ControlModifier

    # when Alt+F4 comes as the window manager sends it, and keys are pressed
    window.close()
    for target in (window, window.viewport):
        QTest.keyClick(target, Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
        QTest.keyClick(target, Qt.Key.Key_Q, control)
        QTest.keyClick(target, Qt.Key.Key_W, control)
        QTest.keyClick(target, Qt.Key.Key_Escape)
        QTest.keyClick(target, Qt.Key.Key_F11)
        QTest.keyClick(target, Qt.Key.Key_1)

    # then it stands as before
    assert window.isVisible()
    assert stand.mode == "tour"
    assert stand.view.pin is None


def test_four_taps_or_taps_elsewhere_bring_up_no_pad(stand: Stand) -> None:
    # given a kiosk

    # when the corner is tapped four times, slowly once more, and the middle five times
    for _ in range(4):
        stand.tap(12, 12)
    stand.after(4.0)
    stand.tap(12, 12)
    for _ in range(5):
        stand.tap(500, 300)

    # then there is no pad
    assert stand.view.pin is None


def test_the_fifth_wrong_pin_locks_the_pad_for_five_minutes(stand: Stand) -> None:
    # given the pad
    stand.ask_out()

    # when five wrong PINs are given, and then the right one
    for _ in range(5):
        stand.press("pin.9", "pin.9", "pin.9", "pin.9", "pin.enter")
    locked = stand.view.pin.left_s
    stand.press(*(f"pin.{digit}" for digit in PIN), "pin.enter")

    # then the right one is not taken either, and the lock would survive a restart
    assert locked == 300
    assert stand.kiosk.window.isVisible()
    assert stand.view.pin.digits == 0
    assert stand.kept[-1].locked_ms == 300_000


def test_the_lock_survives_a_restart_and_ends(make_kiosk: Callable[..., Stand], qtbot: Any) -> None:
    # given a kiosk that was locked when it ended
    from sanping.ui.kiosk.plan import Kept

    stand = make_kiosk(kept=Kept(locked_ms=60_000))
    stand.ask_out()
    stand.press("pin.1")
    assert stand.view.pin.left_s == 60
    assert stand.view.pin.digits == 0

    # when the minute is over
    stand.after(61.0)
    stand.ask_out()
    with qtbot.waitSignal(stand.kiosk.closed, timeout=10_000):
        stand.press(*(f"pin.{digit}" for digit in PIN), "pin.enter")

    # then the PIN opens it
    assert stand.kiosk.status == 0


def test_the_pad_can_be_put_away_and_goes_by_itself(stand: Stand) -> None:
    # given the pad
    stand.ask_out()
    stand.press("pin.1", "pin.2", "pin.back")
    assert stand.view.pin.digits == 1

    # when it is cancelled, and when nobody uses it for half a minute
    stand.press("pin.cancel")
    cancelled = stand.view.pin
    stand.ask_out()
    again = stand.view.pin
    stand.after(31.0)

    # then it is gone, and what was typed is forgotten
    assert cancelled is None
    assert again.digits == 0
    assert stand.view.pin is None


def test_the_city_rests_while_the_pad_is_up(stand: Stand) -> None:
    # given the pad
    stand.ask_out()
    before = stand.kiosk.stand.stage.camera

    # when a finger moves beside it
    stand.drag([(100, 300)], [(250, 300)])

    # then the city does not
    assert stand.kiosk.stand.stage.camera == before


def test_digits_of_a_keyboard_count_for_the_pad_only(stand: Stand, qtbot: Any) -> None:
    # given the pad
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    stand.ask_out()

    # when the PIN is typed
    for digit in PIN:
        QTest.keyClick(stand.kiosk.window, digit)
    typed = stand.view.pin.digits
    with qtbot.waitSignal(stand.kiosk.closed, timeout=10_000):
        QTest.keyClick(stand.kiosk.window, Qt.Key.Key_Return)

    # then it opens as on the screen
    assert typed == 4


def test_the_cursor_goes_when_the_mouse_rests(stand: Stand, qtbot: Any) -> None:
    # given a kiosk whose mouse has moved
    from PySide6.QtCore import QPoint
    from PySide6.QtTest import QTest

    window = stand.kiosk.window
    assert not window.has_cursor
    QTest.mouseMove(window.viewport, QPoint(300, 300))
    QTest.mouseMove(window.viewport, QPoint(340, 300))
    qtbot.waitUntil(lambda: window.has_cursor, timeout=5000)

    # when it rests
    qtbot.waitUntil(lambda: not window.has_cursor, timeout=20_000)

    # then there is none
    assert not window.viewport.hasMouseTracking() or not window.has_cursor


def test_the_nightly_restart_waits_for_the_visitor(make_kiosk: Callable[..., Stand], qtbot: Any) -> None:
    # given a kiosk that starts anew at half past four, and a visitor at that time
    stand = make_kiosk(restart_at=time(4, 30))
    stand.tap(500, 300)
    stand.clock.now += timedelta(hours=6, minutes=29)
    stand.kiosk.nightly.look()
    stand.clock.now += timedelta(minutes=2)
    stand.kiosk.nightly.look()
    assert stand.kiosk.window.isVisible()

    # when the visitor has gone
    stand.after(61.0)
    with qtbot.waitSignal(stand.kiosk.closed, timeout=10_000):
        stand.kiosk.nightly.look()

    # then it leaves with the status that systemd starts anew, and has kept its place
    assert stand.kiosk.status == 75
    assert stand.kept


def test_a_signal_of_the_system_ends_it_to_be_started_anew(stand: Stand, qtbot: Any) -> None:
    # given a kiosk

    # when the system asks it to end
    with qtbot.waitSignal(stand.kiosk.closed, timeout=10_000):
        stand.kiosk.leave_soon()

    # then it closes, with another status than the PIN gives
    assert stand.kiosk.status == 143


def test_the_restart_comes_once_a_day_and_not_upon_the_start() -> None:
    # given moments before and after half past four
    from datetime import datetime

    from sanping.ui.kiosk.nightly import next_at

    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{text}+08:00")

    # when the next restart is looked for
    found = [next_at(time(4, 30), at(text)) for text in ("21T22:00", "22T04:19", "22T04:25", "22T04:31")]

    # then it is never within ten minutes of a start
    assert found == [at("22T04:30"), at("22T04:30"), at("23T04:30"), at("23T04:30")]
