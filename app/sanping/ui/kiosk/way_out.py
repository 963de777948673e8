"""The way out of a kiosk: taps in a corner bring up a pad, and the right PIN opens it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QTimer, Signal, Slot

from sanping.stage.leaving import LONGEST_PIN, SHORTEST_PIN, CornerTaps, PinTries, failed, tapped
from sanping.ui.kiosk.view import PinPad

SHOWN_MS = 30_000
TICK_MS = 250


class WayOut(QObject):
    """Emits `opened` for the right PIN, `changed` when the pad looks different, `failed` after each wrong one."""

    opened = Signal()
    changed = Signal()
    failed = Signal()

    def __init__(
        self, is_pin: Callable[[str], bool], clock_ms: Callable[[], int], tries: PinTries, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._is_pin, self._clock_ms = is_pin, clock_ms
        self.tries = tries
        self._taps = CornerTaps()
        self._digits = ""
        self._is_wrong = False
        self._pressed_ms = 0
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.look)

    @property
    def is_shown(self) -> bool:
        """The pad is up."""
        return self._ticks.isActive()

    def pad(self) -> PinPad | None:
        """Return the pad as it looks, None while it is not up."""
        if not self.is_shown:
            return None
        left_ms = self.tries.left_ms(self._clock_ms())
        return PinPad(digits=len(self._digits), is_wrong=self._is_wrong, left_s=-(-left_ms // 1000))

    def tap(self, at: QPointF, size_px: tuple[int, int]) -> bool:
        """Count a tap; return whether it brought up the pad."""
        if self.is_shown:
            return False
        now_ms = self._clock_ms()
        self._taps = tapped(self._taps, (at.x(), at.y()), size_px, now_ms)
        if not self._taps.is_asking:
            return False
        self._taps, self._digits, self._is_wrong, self._pressed_ms = CornerTaps(), "", False, now_ms
        self._ticks.start()
        self.changed.emit()
        return True

    def press(self, key: str) -> None:
        """Press a key of the pad: a digit, "clear", "back", "enter" or "cancel"."""
        self._pressed_ms = self._clock_ms()
        if key == "cancel":
            self.hide()
            return
        if self.tries.is_locked(self._pressed_ms):
            return
        if key.isdigit() and len(key) == 1:
            self._digits = (self._digits + key)[:LONGEST_PIN]
            self._is_wrong = False
        elif key == "clear":
            self._digits = ""
        elif key == "back":
            self._digits = self._digits[:-1]
        elif key == "enter":
            self._try()
            return
        self.changed.emit()

    def hide(self) -> None:
        """Put the pad away."""
        self._ticks.stop()
        self._digits, self._is_wrong = "", False
        self.changed.emit()

    def stop(self) -> None:
        """End."""
        self._ticks.stop()

    @Slot()
    def look(self) -> None:
        """Count down a lock, and put away a pad that nobody uses."""
        if self._clock_ms() - self._pressed_ms >= SHOWN_MS:
            self.hide()
        else:
            self.changed.emit()

    def _try(self) -> None:
        digits, self._digits = self._digits, ""
        if len(digits) < SHORTEST_PIN:
            self.changed.emit()
            return
        if self._is_pin(digits):
            self.tries = PinTries()
            self.hide()
            self.opened.emit()
            return
        self._is_wrong = True
        self.tries = failed(self.tries, self._clock_ms())
        self.changed.emit()
        self.failed.emit()
