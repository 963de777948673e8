"""A real kiosk on the tiny twin, with a clock that the test turns, and stand-ins for what lives."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Clock:
    """Milliseconds of a monotonic clock, and the time of day."""

    ms: int = 1_000_000
    now: datetime = datetime.fromisoformat("2026-11-21T22:00:00+08:00")

    def monotonic(self) -> int:
        return self.ms

    def local(self) -> datetime:
        return self.now


@dataclass
class Stand:
    """A kiosk with what its tests ask of it."""

    kiosk: Any
    opener: Any
    clock: Clock
    kept: list[Any] = field(default_factory=list)

    def after(self, seconds: float) -> Any:
        """Let time pass, and return the kiosk."""
        self.clock.ms += round(1000 * seconds)
        self.kiosk.tick()
        self.kiosk.attract.show_now()
        self.kiosk.way_out.is_shown and self.kiosk.way_out.look()
        return self.kiosk

    @property
    def mode(self) -> str:
        return str(self.kiosk.attention.mode)

    def tap(self, x: float, y: float) -> None:
        """Tap with a real finger."""
        from PySide6.QtCore import QPoint
        from PySide6.QtTest import QTest

        window = self.kiosk.window
        handle, device = window.windowHandle(), touch_device()
        spot = QPoint(round(x), round(y))
        QTest.touchEvent(handle, device).press(0, spot, handle).commit()
        QTest.touchEvent(handle, device).release(0, spot, handle).commit()

    def drag(self, *steps: list[tuple[int, int]]) -> None:
        """Move fingers from place to place."""
        from PySide6.QtCore import QPoint
        from PySide6.QtTest import QTest

        handle, device = self.kiosk.window.windowHandle(), touch_device()
        for number, fingers in enumerate(steps):
            event = QTest.touchEvent(handle, device)
            for finger, spot in enumerate(fingers):
                (event.move if number else event.press)(finger, QPoint(*spot), handle)
            event.commit()
        event = QTest.touchEvent(handle, device)
        for finger, spot in enumerate(steps[-1]):
            event.release(finger, QPoint(*spot), handle)
        event.commit()

    def press(self, *names: str) -> None:
        """Tap buttons by their names."""
        for name in names:
            middle = self.kiosk.window.glass.places().buttons[name].center()
            self.tap(middle.x(), middle.y())


_devices: list[Any] = []


def touch_device() -> Any:
    """Return the one touch screen of these tests."""
    from PySide6.QtTest import QTest

    if not _devices:
        _devices.append(QTest.createTouchDevice())
    return _devices[0]
