"""Opens the desk window on a twin."""

import platform
import sys
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sanping.bootstrap.console import names_at
from sanping.bootstrap.desk_hub import DeskHubs, HubChoice, hubs
from sanping.bootstrap.exporting import export
from sanping.bootstrap.invitation import Invitation, say_when_up
from sanping.bootstrap.opener import Refusal, TwinOpener
from sanping.bootstrap.plug_ins import installed_plug_ins, wanted_plug_ins
from sanping.bootstrap.self_check import Installation, self_checked
from sanping.commands.session import Session
from sanping.domain.errors import Cancelled, CrsMissing, DisplayMissing, SanpingError
from sanping.formats.clause_list import load_clauses
from sanping.settings import paths
from sanping.settings.compatibility import qt_trouble
from sanping.settings.settings import Settings, load_settings, save_settings
from sanping.twin.project import LayerEntry, TwinProject

if TYPE_CHECKING:
    from sanping.ui.desk import DeskWindow


OWN_HUB = HubChoice()
INVITED_WITHIN_S = 120.0


def run_desk(  # noqa: PLR0913  what, how, and what to do meanwhile
    project: TwinProject,
    settings: Settings,
    tell: Callable[[Refusal], None],
    hub: HubChoice = OWN_HUB,
    *,
    recording: Path | None = None,
    session: Session | None = None,
    invite: Callable[[Invitation], None] | None = None,
) -> int:
    """Show the desk until it is closed; returns the exit status of the application, 130 after Ctrl-C.

    `tell` hears of each layer that cannot be opened, when the window does; a `recording` or a `session` is replayed as
    soon as the city stands; `invite` is called once the hub can let a phone in. Raises `DisplayMissing` when Python and
    Qt must not run together, `InputError` when the hub that is named cannot be asked.
    """
    window, opener, own_hubs = desk_window(project, settings, hub)
    from sanping.ui.application import run_until_closed, show_large  # noqa: PLC0415  Qt only after the check
    from sanping.ui.ending import ended_by_signals  # noqa: PLC0415

    def on_failed(entry: LayerEntry, error: SanpingError) -> None:
        if not isinstance(error, Cancelled | CrsMissing):  # the person stopped it, or is asked for the CRS
            tell(Refusal(entry=entry, error=error))

    window.loading.layer_failed.connect(on_failed)
    if recording is not None:
        window.first_frame_drawn.connect(partial(window.open_paths, [recording]))
    if session is not None:
        window.city_shown.connect(partial(_play_once, window, session))
    show_large(window)
    asking = (
        None if invite is None else say_when_up(own_hubs.where, invite, INVITED_WITHIN_S, hub.room or settings.room)
    )
    try:
        with ended_by_signals(window.close) as ending:
            return run_until_closed() or ending.status
    finally:
        if asking is not None:
            asking.set()
        opener.close()
        own_hubs.finish()


def _play_once(window: "DeskWindow", session: Session) -> None:
    """Replay a session; the city may be shown again later, after files were opened."""
    if not window.sessions.has_played:
        window.sessions.play(session)


def desk_window(
    project: TwinProject, settings: Settings, hub: HubChoice = OWN_HUB
) -> "tuple[DeskWindow, TwinOpener, DeskHubs]":
    """Make the application and the desk, not shown yet; opener and hubs are ended by whoever asked for them."""
    major, minor = version("PySide6-Essentials").split(".")[:2]
    trouble = qt_trouble((sys.version_info.major, sys.version_info.minor), (int(major), int(minor)))
    if trouble is not None:
        raise DisplayMissing(trouble)
    hub_of = hubs(hub, project)
    from sanping.commands.area_decisions import stood_in  # noqa: PLC0415
    from sanping.ui.application import create_application  # noqa: PLC0415  Qt only after the check
    from sanping.ui.desk import DeskWindow  # noqa: PLC0415
    from sanping.ui.live.link import ScreenCard  # noqa: PLC0415
    from sanping.ui.workbench.console_tool import console_maker  # noqa: PLC0415
    from sanping.ui.workbench.plugged_tool import maker_of  # noqa: PLC0415

    create_application(settings.language, paths.assets())
    opener = TwinOpener(settings)
    opener.opened_twin(project)
    window = DeskWindow(
        project,
        opener=opener,
        settings=settings,
        keep_settings=lambda changed: save_settings(changed, paths.settings_file()),
        assets=paths.assets(),
        pictures=paths.pictures_folder(),
        hub_of=hub_of,
        export=lambda parcel, progress: export(parcel, settings, progress),
        tools=[
            *(maker_of(plug_in) for plug_in in wanted_plug_ins(settings, installed_plug_ins())),
            *([console_maker(names_at(hub_of))] if settings.console == "on" else []),
        ],
    )
    # Several desks may share a hub that is named: each speaks for itself there.
    screen = f"desk-{platform.node()}"[:64] if hub.address else "desk"
    room = hub.room or hub.area or settings.room
    window.living.card = ScreenCard(screen=screen, room=room, name=hub.name[:64])
    if hub.area:
        window.show_state(stood_in(window.state, hub.area))
    window.city_shown.connect(opener.warm)
    window.self_checking.ask = lambda name, twin: self_checked(
        load_clauses(name),
        Installation(data=paths.hub_folder(twin.folder), settings=load_settings(paths.settings_file()), twin=twin),
    )
    window.idle_lock.remember_in(paths.settings_file().with_name("desk-locked"))
    return window, opener, hub_of
