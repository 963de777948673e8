"""Opens the kiosk of a twin: its tours, its PIN, its hub, and the window that shows them."""

import os
import platform
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sanping.bootstrap.desk_hub import DeskHubs, HubChoice, hubs
from sanping.bootstrap.kiosk_pin import notes_file, pin_check, read_notes, usual_pin_file, write_notes
from sanping.bootstrap.opener import Refusal, TwinOpener
from sanping.bootstrap.screen_clearance import ScreenClearance
from sanping.domain.errors import Cancelled, DisplayMissing, SanpingError
from sanping.domain.tour import Tour
from sanping.formats.tours import load_tours
from sanping.settings import paths
from sanping.settings.compatibility import qt_trouble
from sanping.settings.settings import Settings
from sanping.stage.attending import Habits
from sanping.stage.touring import tour_of
from sanping.twin.project import LayerEntry, TwinProject
from sanping.wire.show import MAIN_ROOM

if TYPE_CHECKING:
    from sanping.ui.kiosk.kiosk import Kiosk
    from sanping.ui.kiosk.plan import Kept


@dataclass(frozen=True, kw_only=True)
class KioskWish:
    """What was asked for on the command line; `size_px` None covers the screen, `pin_file` None is the usual one."""

    room: str = MAIN_ROOM
    name: str = ""
    pin_file: Path | None = None
    idle_s: float = 90.0
    alarm_s: float = 45.0
    restart_at: time | None = None
    size_px: tuple[int, int] | None = None


def tours_of(project: TwinProject) -> tuple[Tour, ...]:
    """Return the tours of a twin, else one over its bookmarks. Raises `ProjectInvalid`."""
    made = tour_of(project.bookmarks)
    return load_tours(project, paths.twin_notes_folder(project.folder)) or (() if made is None else (made,))


def run_kiosk(
    project: TwinProject, settings: Settings, wish: KioskWish, hub: HubChoice, tell: Callable[[Refusal], None]
) -> int:
    """Show the kiosk until it is left; returns 0 after the PIN, 75 for the nightly restart, 143 after a signal.

    `tell` hears of each layer that cannot be opened. Raises `DisplayMissing`, `ProjectInvalid` for tours that cannot
    be, and `InputError` for a PIN or hub that cannot be used.
    """
    kiosk, opener, own_hubs = opened_kiosk(project, settings, wish, hub)
    from sanping.ui.application import run_until_closed  # noqa: PLC0415  Qt only after the check

    def on_failed(entry: LayerEntry, error: SanpingError) -> None:
        if not isinstance(error, Cancelled):
            tell(Refusal(entry=entry, error=error))

    kiosk.stand.loading.layer_failed.connect(on_failed)
    usual = {number: signal.signal(number, lambda *_: kiosk.leave_soon()) for number in (signal.SIGTERM, signal.SIGINT)}
    kiosk.show()
    try:
        return run_until_closed() or kiosk.status
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
        opener.close()
        own_hubs.finish()


def opened_kiosk(
    project: TwinProject, settings: Settings, wish: KioskWish, hub: HubChoice
) -> "tuple[Kiosk, TwinOpener, DeskHubs]":
    """Make the application and the kiosk, not shown yet; opener and hubs are ended by whoever asked for them."""
    is_pin = pin_check(wish.pin_file or usual_pin_file())
    tours = tours_of(project)
    major, minor = version("PySide6-Essentials").split(".")[:2]
    trouble = qt_trouble((sys.version_info.major, sys.version_info.minor), (int(major), int(minor)))
    if trouble is not None:
        raise DisplayMissing(trouble)
    own_clearance = ScreenClearance("kiosk", settings, paths.settings_file())
    project = project.cleared_for(own_clearance())
    hub_of = hubs(hub, project)
    from sanping.ui.application import create_application  # noqa: PLC0415  Qt only after the check
    from sanping.ui.kiosk.kiosk import Kiosk  # noqa: PLC0415
    from sanping.ui.kiosk.plan import Kept, KioskPlan  # noqa: PLC0415
    from sanping.ui.live.link import ScreenCard  # noqa: PLC0415

    def keep(kept: "Kept") -> None:
        write_notes(notes_file(), kept.stop, kept.failures, kept.locked_ms)

    create_application(settings.language, paths.assets())
    name = (wish.name or platform.node())[:64]
    plan = KioskPlan(
        tours=tours,
        habits=Habits(idle_s=wish.idle_s, alarm_s=wish.alarm_s),
        restart_at=wish.restart_at,
        card=ScreenCard(screen=f"kiosk-{name}"[:64], kind="kiosk", room=wish.room, name=name),
        is_full=wish.size_px is None,
        size_px=wish.size_px or (1280, 720),
        is_pin=is_pin,
        kept=Kept(**read_notes(notes_file())),
        keep=keep,
        own_clearance=own_clearance,
        environment=os.environ,
    )
    opener = TwinOpener(settings, hub_where=hub_of.elsewhere, kind="kiosk")
    opener.opened_twin(project)
    return Kiosk(project, plan, opener=opener, settings=settings, assets=paths.assets(), hub_of=hub_of), opener, hub_of
