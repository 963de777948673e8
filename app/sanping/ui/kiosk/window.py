"""The window of a kiosk: over the whole screen, deaf to keys, without a cursor at rest, closed by its owner alone."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from sanping.ui.city_show import CityShow
from sanping.ui.kiosk.glass import KioskGlass
from sanping.ui.viewport import Viewport
from sanping.ui.workbench.marks_overlay import MarksOverlay

CURSOR_MS = 3000
LEAST_MARK_PX, MARK_SHARE = 14.0, 0.019
"""Words of annotations: as high as on a desk at least, and in proportion to a larger screen."""
KEY_EVENTS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.Shortcut)
PAD_KEYS = {Qt.Key.Key_Backspace: "back", Qt.Key.Key_Escape: "cancel", Qt.Key.Key_Return: "enter",
            Qt.Key.Key_Enter: "enter"}  # fmt: skip


class KioskWindow(QWidget):
    """Shows city and glass. `pad_key` tells of digits of a keyboard, for the pad; every other key does nothing."""

    pad_key = Signal(str)
    resized = Signal()
    closed = Signal()

    def __init__(self, assets: Path, animation_hz: int) -> None:
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, flags)
        self.setStyleSheet("background: black;")
        self.viewport = Viewport(self)
        self.viewport.setMouseTracking(True)
        self.marks = MarksOverlay(self)
        self.glass = KioskGlass(self)
        self.city = CityShow(self.viewport, assets, animation_hz, self)
        self.may_close = False
        self._is_grabbing = False
        self._unseen = QTimer(self)
        self._unseen.setSingleShot(True)
        self._unseen.setInterval(CURSOR_MS)
        self._unseen.timeout.connect(self.hide_cursor)
        for part in (self, self.viewport):
            part.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
            part.installEventFilter(self)
        self.hide_cursor()

    @property
    def has_cursor(self) -> bool:
        """The cursor is seen."""
        return self.viewport.cursor().shape() != Qt.CursorShape.BlankCursor

    def open(self, size_px: tuple[int, int], *, is_full: bool) -> None:
        """Show it, over everything else if it is to be full."""
        self.resize(*size_px)
        if is_full:
            self.showFullScreen()
        else:
            self.show()
        self.raise_()
        self.activateWindow()
        if is_full:
            self._is_grabbing = True
            self.grabKeyboard()

    def leave(self) -> None:
        """Close it, as only its owner may."""
        self.may_close = True
        self.close()

    @Slot()
    def hide_cursor(self) -> None:
        """Take the cursor away until the mouse moves."""
        self._show_cursor(Qt.CursorShape.BlankCursor)

    def _show_cursor(self, shape: Qt.CursorShape) -> None:
        for part in (self, self.viewport):
            if part.cursor().shape() != shape:
                part.setCursor(shape)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Swallow keys, and show the cursor while a real mouse moves."""
        if event.type() in KEY_EVENTS:
            if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                self._tell_key(event)
            event.accept()
            return True
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            if event.source() == Qt.MouseEventSource.MouseEventNotSynthesized:
                self._show_cursor(Qt.CursorShape.ArrowCursor)
                self._unseen.start()
        elif event.type() == QEvent.Type.TouchBegin:
            self.hide_cursor()
        return super().eventFilter(watched, event)

    def _tell_key(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return
        digit = event.text()
        key = digit if len(digit) == 1 and digit in "0123456789" else PAD_KEYS.get(Qt.Key(event.key()), "")
        if key:
            self.pad_key.emit(key)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Open no menu."""
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep city and glass over the whole window."""
        super().resizeEvent(event)
        self.marks.font_px = max(LEAST_MARK_PX, MARK_SHARE * min(self.width(), self.height()))
        for part in (self.viewport, self.marks, self.glass):
            part.setGeometry(0, 0, self.width(), self.height())
        self.glass.raise_()
        self.resized.emit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Come back when something minimised it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange and self.isMinimized() and not self.may_close:
            QTimer.singleShot(0, self, self.showFullScreen if self._is_grabbing else self.showNormal)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Stay, whatever asked for it: Alt+F4, the window manager, a task bar."""
        if not self.may_close:
            event.ignore()
            return
        if self._is_grabbing:
            self._is_grabbing = False
            self.releaseKeyboard()
        self.city.end()
        self.viewport.close_scene_window()
        for timer in self.findChildren(QTimer):
            timer.stop()
        super().closeEvent(event)
        self.closed.emit()
