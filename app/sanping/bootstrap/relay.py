"""Puts a relay together: screens of a site at a further hub, without books, sources or stores. Imports no window."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sanping.bootstrap.clearances import clearance_book
from sanping.bootstrap.federation import site_bus
from sanping.bootstrap.hub import STOP_WITHIN_S, HubOptions, hub_name, lan_of, place_of, set_by_signals
from sanping.bootstrap.left_over import handed_over
from sanping.bootstrap.phone_map import TwinMap
from sanping.bootstrap.secret_keeping import own_secrets
from sanping.bootstrap.twins import folder_of, load_project
from sanping.domain.label import Clearing
from sanping.hub.ending import Ending
from sanping.hub.folder import HubFolder, opened
from sanping.hub.given_up import given_up
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.hub.relay_hub import RelayHub
from sanping.hub.web import Web
from sanping.settings import paths
from sanping.settings.settings import load_settings

LOOK_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """Where a relay serves, whom it tells its address, what says that another hub follows it, and how it ends."""

    folder: HubFolder
    options: HubOptions
    say: Callable[[str], None]
    is_over: Callable[[], bool] | None
    ending: Ending = field(default_factory=Ending)

    def run(self, hub_of: Callable[[], RelayHub]) -> bool:
        """Serve until told to stop, or until it is over; True for that."""
        try:
            return asyncio.run(_serve(hub_of, self))
        finally:
            self.ending.over()


def run_relay(options: HubOptions, say: Callable[[str], None]) -> int:
    """Serve the screens of a site until SIGTERM or Ctrl-C; `say` is given the address once screens can come.

    Raises `InputError` as `relayed` does.
    """
    relayed(options, say)
    return 0


def relayed(options: HubOptions, say: Callable[[str], None], is_over: Callable[[], bool] | None = None) -> bool:
    """Serve the screens of a site; True when `is_over` said so while the owner was silent, False when told to stop.

    Without `is_over` it is no standby.

    Raises `InputError` when the twin, the data folder, the port or the message server cannot be used.
    """
    folder = opened(options.data or relay_folder(folder_of(options.twin)))
    try:
        settings = load_settings(paths.settings_file())
        bus = site_bus(settings, own_secrets())
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
        plan = _plan(options, clearance_book(paths.settings_file()))
        hub_of = partial(RelayHub, plan, settings.site, bus, hub_name(folder.path))
        return _Service(folder=folder, options=options, say=say, is_over=is_over).run(hub_of)
    finally:
        folder.close()


def relay_folder(twin: Path) -> Path:
    """Return the usual data folder of a relay: beside that of a hub on the same machine."""
    usual = paths.hub_folder(twin)
    return usual.with_name(f"{usual.name}-relay")


def _plan(options: HubOptions, clearances: Clearing) -> HubPlan:
    project = load_project(options.twin)
    return HubPlan(
        name=project.folder.name,
        title=project.title,
        live=project.live,
        adapters=Installed(manifests={}),
        is_trusted=True,
        phone_page=paths.phone_page(),
        place=place_of(project),
        phone_map=TwinMap(project, paths.cache_folder()),
        clearances=clearances,
    )


async def _serve(hub_of: Callable[[], RelayHub], service: _Service) -> bool:
    folder, options, is_over = service.folder, service.options, service.is_over
    stopping = asyncio.Event()
    set_by_signals(stopping)
    hub = hub_of()
    hub.link.is_standby = is_over is not None
    web = Web(hub, folder.token())
    port = await web.start(options.host, options.port, lan_of(options))
    handing = asyncio.create_task(handed_over(folder.path, hub.link))
    try:
        await hub.start()
        address = f"http://{options.host}:{port}"
        folder.note_address(address, hub.epoch)
        service.say(address)
        return await _told(hub, stopping, is_over)
    finally:
        if stopping.is_set():  # else this process goes on as the owner
            service.ending.begin()
        await given_up(handing)
        if hub.plan.phone_map is not None:
            await asyncio.get_running_loop().run_in_executor(None, hub.plan.phone_map.close)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN_S):
                await web.stop()
                await hub.stop()
                service.ending.is_stopped = True


async def _told(hub: RelayHub, stopping: asyncio.Event, is_over: Callable[[], bool] | None) -> bool:
    """Wait until told to stop, or until it is over while the owner is silent."""
    while not stopping.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), LOOK_S)
        if is_over is None or hub.link.is_linked or stopping.is_set():
            continue
        if await asyncio.get_running_loop().run_in_executor(None, is_over):
            return True
    return False
