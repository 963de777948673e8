"""The kiosk's window: its tour, hands that interrupt it, the countdown, and what a tap tells."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ui.kiosk_stand import Clock, Stand

pytestmark = pytest.mark.gui


@pytest.fixture
def make_kiosk(qtbot: Any, twin_folder: Path, repository: Path) -> Iterator[Callable[..., Stand]]:
    """Make kiosks on the tiny twin; each is shown, whole, and closed at the end."""
    from sanping.bootstrap.kiosk import tours_of
    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.stage.attending import Habits
    from sanping.ui.application import create_application
    from sanping.ui.kiosk.kiosk import Kiosk
    from sanping.ui.kiosk.plan import KioskPlan

    made: list[Stand] = []

    def make(*, language: str = "zh", hub_of: Any = None, **chosen: Any) -> Stand:
        create_application(language, repository / "assets")  # type: ignore[arg-type]
        settings = Settings(language=language, animation_hz=0, quality="soft")  # type: ignore[arg-type]
        project = load_project(twin_folder)
        opener = TwinOpener(settings)
        opener.opened_twin(project)
        clock, kept = Clock(), []
        plan = KioskPlan(
            tours=tours_of(project), habits=Habits(idle_s=60.0, countdown_s=15.0, alarm_s=30.0), is_full=False,
            size_px=(1000, 620), is_pin=lambda pin: pin == "2468", keep=kept.append,
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
        kiosk.attract.turns = True
        return stand

    yield make
    for stand in made:
        stand.kiosk.leave()
        stand.opener.close()
        stand.kiosk.window.deleteLater()
        stand.kiosk.deleteLater()


def test_the_tour_runs_from_stop_to_stop(make_kiosk: Callable[..., Stand]) -> None:
    # given a kiosk that has opened its city
    stand = make_kiosk()

    # when time passes
    seen = []
    for _ in range(40):
        kiosk = stand.after(1.0)
        seen.append((kiosk.attract.leg.stop, kiosk.stand.stage.style))

    # then both stops are shown, the second by day, and the camera goes along
    assert {stop for stop, _ in seen} == {0, 1}
    assert ("day" in {style for stop, style in seen if stop == 1}) and stand.mode == "tour"
