"""A real kiosk on the tiny twin, with a clock that the test turns, real fingers, and a stand-in for its hub."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

PIN = "2468"
SIZE = (1000, 620)
TEN_AT_NIGHT = datetime.fromisoformat("2026-11-21T22:00:00+08:00")
_devices: list[Any] = []


@dataclass
class Clock:
    """Milliseconds of a monotonic clock, and the time of day."""

    ms: int = 1_000_000
    now: datetime = TEN_AT_NIGHT

    def monotonic(self) -> int:
        return self.ms

    def local(self) -> datetime:
        return self.now


class RealClock(Clock):
    """The clocks of this machine."""

    def monotonic(self) -> int:
        return time.monotonic_ns() // 1_000_000

    def local(self) -> datetime:
        return datetime.now().astimezone()


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
        if self.kiosk.way_out.is_shown:
            self.kiosk.way_out.look()
        return self.kiosk

    @property
    def mode(self) -> str:
        return str(self.kiosk.attention.mode)

    @property
    def view(self) -> Any:
        """What stands before the city."""
        return self.kiosk.window.glass.view

    def tap(self, x: float, y: float) -> None:
        """Tap with a real finger."""
        self.drag([(round(x), round(y))])

    def drag(self, *steps: list[tuple[int, int]]) -> None:
        """Put fingers down, move them from place to place, and lift them."""
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

    def ask_out(self) -> None:
        """Tap five times into the upper left corner."""
        for _ in range(5):
            self.tap(12, 12)

    def roof_of(self, name: str) -> tuple[float, float]:
        """Return where the middle of a building's roof is drawn."""
        from sanping.stage.projection import pixel_of
        from sanping.stage.state import FeatureRef

        facts = self.kiosk.stand.content.facts(FeatureRef(layer="buildings", id=name))
        east, north, _ = facts.place
        roof = (east, north, (facts.base_m or 0.0) + (facts.height_m or 0.0))
        pixel = pixel_of(self.kiosk.stand.stage.camera, roof, self.kiosk.window.viewport.size_px)
        assert pixel is not None
        return pixel


def touch_device() -> Any:
    """Return the one touch screen of these tests."""
    from PySide6.QtTest import QTest

    if not _devices:
        _devices.append(QTest.createTouchDevice())
    return _devices[0]


@contextmanager
def kiosks(qtbot: Any, twin: Path, repository: Path) -> Iterator[Callable[..., Stand]]:
    """Give what makes kiosks on a twin; each is shown, whole, and closed at the end."""
    from sanping.bootstrap.kiosk import tours_of
    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.stage.attending import Habits
    from sanping.ui.application import create_application
    from sanping.ui.kiosk.kiosk import Kiosk
    from sanping.ui.kiosk.plan import KioskPlan

    made: list[Stand] = []

    def make(*, language: Any = "zh", hub_of: Any = None, clock: Clock | None = None, **chosen: Any) -> Stand:
        create_application(language, repository / "assets")
        settings = Settings(language=language, animation_hz=0, quality="soft")
        project = load_project(twin)
        project = project.cleared_for(chosen["own_clearance"]()) if "own_clearance" in chosen else project
        opener = TwinOpener(settings)
        opener.opened_twin(project)
        clock, kept = clock or Clock(), []
        plan = KioskPlan(
            tours=tours_of(project), habits=Habits(idle_s=60.0, countdown_s=15.0, alarm_s=30.0), is_full=False,
            size_px=SIZE, is_pin=lambda pin: pin == PIN, keep=kept.append,
        )  # fmt: skip
        more = {} if hub_of is None else {"hub_of": hub_of}
        kiosk = Kiosk(
            project, replace(plan, **chosen), opener=opener, settings=settings, assets=repository / "assets",
            now=clock.local, clock_ms=clock.monotonic, **more,
        )  # fmt: skip
        stand = Stand(kiosk=kiosk, opener=opener, clock=clock, kept=kept)
        made.append(stand)
        with qtbot.waitSignal(kiosk.city_shown, timeout=60_000):
            kiosk.show()
        qtbot.waitExposed(kiosk.window)
        kiosk.window.viewport.grabFramebuffer()
        return stand

    try:
        yield make
    finally:
        for stand in made:
            if stand.kiosk.window.isVisible():
                stand.kiosk.leave()
            stand.opener.close()
            stand.kiosk.window.deleteLater()
            stand.kiosk.deleteLater()
