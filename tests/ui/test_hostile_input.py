"""The whole desk under hundreds of hasty, senseless and broken inputs."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QFileDialog, QLineEdit, QMenu, QSlider, QWidget

from sanping.commands.desk_actions import ACTIONS
from sanping.stage.history import LONGEST_PAST
from sanping.ui.crs_dialog import CrsDialog
from ui.test_desk_files import drop
from ui.tiny_twin import write_buildings

pytestmark = pytest.mark.gui

STEPS, BOUTS = 300, 5
LONGEST_S = 20.0
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)
LEFT_OUT = {"file.quit", "view.full"}  # the one ends the window, the other needs a window manager to come back
SIZES = ((900, 560), (640, 400), (520, 700), (380, 300))


class Hooligan:
    """Does one senseless thing after another to a window; the same ones for the same seed."""

    def __init__(self, desk: Any, files: list[Path], seed: int) -> None:
        self.window, self._desk, self._files = desk.window, desk, files
        self._dice = random.Random(seed)
        self.done: Counter[str] = Counter()
        self._ways: dict[Callable[[], None], int] = {
            self.drag: 6, self.wheel: 5, self.click: 4, self.double_click: 2, self.point: 4, self.key: 10,
            self.hold: 2, self.press_button: 5, self.slide: 2, self.type_words: 3, self.resize: 1, self.menu_item: 5,
            self.drop: 1, self.undo: 3, self.stop: 1,
        }  # fmt: skip

    def step(self) -> None:
        """Answer a dialog if one is open, else do something.

        A flight back to the first view is let land: who breaks it off begins anew from where it was.
        """
        while self.window.flight.is_flying and not self.window.state.history.can_undo:
            QTest.qWait(10)
        dialogs = [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]
        if dialogs and self._dice.random() < 0.5:
            self.answer(dialogs[-1])
            return
        (way,) = self._dice.choices(list(self._ways), list(self._ways.values()))
        self.done[way.__name__] += 1
        way()

    def answer(self, dialog: QDialog) -> None:
        self.done["answer"] += 1
        if isinstance(dialog, CrsDialog) and self._dice.random() < 0.5:
            dialog.choose(self._dice.choice(("EPSG:4549", "EPSG:99999", "", "上海", "EPSG:4326")))
            dialog.accept()
        else:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)

    def spot(self, widget: QWidget | None = None) -> QPoint:
        area = (widget or self.window.viewport).rect()
        return QPoint(self._dice.randint(0, max(0, area.width() - 1)), self._dice.randint(0, max(0, area.height() - 1)))

    def drag(self) -> None:
        view, button = self.window.viewport, self._dice.choice(BUTTONS)
        QTest.mousePress(view, button, pos=self.spot())
        for _ in range(self._dice.randint(1, 4)):
            self._desk.point(self.spot(), button)
        if self._dice.random() < 0.9:  # now and then the release gets lost
            QTest.mouseRelease(view, button, pos=self.spot())

    def wheel(self) -> None:
        spot, view = self.spot(), self.window.viewport
        steps = QPoint(0, self._dice.choice((120, -120, 1200, -1200, 15, 0)))
        event = QWheelEvent(
            QPointF(spot), QPointF(view.mapToGlobal(spot)), QPoint(), steps, Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(view, event)

    def click(self) -> None:
        QTest.mouseClick(self.window.viewport, self._dice.choice(BUTTONS), pos=self.spot())

    def double_click(self) -> None:
        QTest.mouseDClick(self.window.viewport, Qt.MouseButton.LeftButton, pos=self.spot())

    def point(self) -> None:
        self._desk.point(self.spot())

    def key(self) -> None:
        keys = [key for name, action in ACTIONS.items() if name not in LEFT_OUT for key in action.keys]
        QTest.keySequence(self._listener(), QKeySequence(self._dice.choice(keys)))

    def hold(self) -> None:
        key = self._dice.choice((Qt.Key.Key_W, Qt.Key.Key_A, Qt.Key.Key_Up, Qt.Key.Key_Shift, Qt.Key.Key_Tab))
        QTest.keyPress(self._listener(), key)
        QTest.qWait(15)
        if self._dice.random() < 0.8:
            QTest.keyRelease(self._listener(), key)

    def press_button(self) -> None:
        buttons = [
            button
            for button in self.window.findChildren(QAbstractButton)
            if button.isVisible() and button.isEnabled() and getattr(button, "menu", lambda: None)() is None
        ]
        if buttons:
            QTest.mouseClick(self._dice.choice(buttons), Qt.MouseButton.LeftButton)

    def slide(self) -> None:
        sliders = [slider for slider in self.window.findChildren(QSlider) if slider.isVisible()]
        track = self.window.overlays.time.track
        for widget in [self._dice.choice([*sliders, track])]:
            if widget.isVisible():
                QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=self.spot(widget))

    def type_words(self) -> None:
        words = self._dice.choice(
            ("长寿", "Tower 7", "121.43, 31.24", "999, 999", "\\", "' OR 1=1", "NaN, inf", "画质")
        )
        locator = self.window.overlays.locator
        if not locator.isVisible():
            self.window.perform("edit.find")
        locator.box.setText(words)
        QTest.keyClick(locator.box, self._dice.choice((Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape)))

    def resize(self) -> None:
        self.window.resize(*self._dice.choice(SIZES))

    def menu_item(self) -> None:
        name = self._dice.choice([name for name in ACTIONS if name not in LEFT_OUT])
        self.window.book.action(name).trigger()

    def drop(self) -> None:
        drop(self.window, *self._dice.sample(self._files, self._dice.randint(1, 3)))

    def undo(self) -> None:
        self.window.book.action(self._dice.choice(("edit.undo", "edit.undo", "edit.redo"))).trigger()

    def stop(self) -> None:
        self.window.perform("file.cancel")

    def _listener(self) -> QWidget:
        widget = self.window.focusWidget()
        return widget if isinstance(widget, QWidget) and not isinstance(widget, QLineEdit) else self.window.viewport


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Return good files, broken ones, and things that are no files."""
    good = write_buildings(tmp_path / "good.city.json", "N", 3, east=400)
    half = tmp_path / "half.city.json"
    half.write_bytes(good.read_bytes()[:900])
    unknown = tmp_path / "notes.xyz"
    unknown.write_text("bonjour", encoding="utf-8")
    empty = tmp_path / "empty.geojson"
    empty.touch()
    folder = tmp_path / "folder.gml"
    folder.mkdir()
    far = write_buildings(tmp_path / "far.city.json", "F", 2, east=150_000)
    nameless = write_buildings(tmp_path / "nameless.city.json", "M", 2, east=400, crs=False)
    return [good, half, unknown, empty, folder, far, nameless, tmp_path / "gone.tif"]


@pytest.fixture
def ready_answers(monkeypatch: pytest.MonkeyPatch, files: list[Path]) -> None:
    """Let file dialogs answer at once: a person would have to, and the test cannot."""
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(files[0])], ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(files[4]))
    for one_file in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, one_file, lambda *_: ("", ""))


def at_rest(desk: Any, qtbot: Any) -> None:
    """Close what is open, stop what runs, let go of every key and button, and wait until nothing moves."""
    window = desk.window
    deadline = monotonic() + LONGEST_S
    while monotonic() < deadline:
        window.perform("file.cancel")
        for dialog in window.findChildren(QDialog):
            dialog.reject()
        QTest.qWait(20)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        is_busy = window.loading.is_busy or window.arriving.is_busy or window.shooting.is_busy
        if not is_busy and not window.findChildren(QDialog):
            break
    for button in BUTTONS:
        QTest.mouseRelease(window.viewport, button, pos=QPoint(5, 5))
    window.navigator.stop()
    if window.state.is_playing:
        window.perform("time.play")
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)


def undo_everything(desk: Any, qtbot: Any) -> None:
    window = desk.window
    while window.state.history.can_undo:
        window.perform("edit.undo")
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)


@pytest.mark.usefixtures("ready_answers")
def test_hundreds_of_senseless_inputs_leave_a_window_that_works(
    make_desk: Any, qtbot: Any, qtlog: Any, files: list[Path]
) -> None:
    # given a window with motion, and somebody who presses everything
    desk = make_desk(animation_hz=10)
    window = desk.window
    window.setMinimumSize(320, 240)
    start = window.state.stage
    hooligan = Hooligan(desk, files, seed=20_261_121)
    threads, menus, parts = threading.active_count(), len(window.findChildren(QMenu)), []

    # when they do three hundred things, and everything is taken back now and then
    for _ in range(BOUTS):
        for _ in range(STEPS // BOUTS):
            hooligan.step()
            QApplication.processEvents()
        at_rest(desk, qtbot)
        assert len(window.state.history.past) < LONGEST_PAST
        undo_everything(desk, qtbot)

        # then undo has brought back the first view, with its style and its layers
        now = window.state.stage
        assert (now.camera, now.style, now.colouring, now.isolated) == (
            start.camera, start.style, start.colouring, start.isolated,
        )  # fmt: skip
        assert all(now.layer(name).is_visible and now.layer(name).opacity == 1.0 for name in window.content.names)
        parts.append(len(window.children()) + len(window.centralWidget().children()))

    # and nothing has been left over: no dialog, no thread, no menu, no part of the window twice
    assert sum(hooligan.done.values()) == STEPS
    assert window.findChildren(QDialog) == []
    assert len(window.findChildren(QMenu)) <= menus + 2
    assert threading.active_count() <= threads + 2
    assert len(set(parts)) == 1
    assert [record.message for record in qtlog.records if record.log_type_name != "QtDebugMsg"] == []

    # and the window answers
    window.resize(1000, 620)
    before = window.state.stage.camera.distance_m
    window.overlays.locator.hide()
    hooligan.wheel()
    window.perform("move.nearer")
    qtbot.waitUntil(lambda: window.state.stage.camera.distance_m != before, timeout=20_000)
    assert desk.picture().std() > 5
