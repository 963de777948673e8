"""Puts a hub together: the twin's live part, the installed adapters, the store, the port. Imports no window."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from sanping.bootstrap.cases import governed
from sanping.bootstrap.clearances import clearance_book
from sanping.bootstrap.federation import federation_of
from sanping.bootstrap.foreign_code import allowed_adapters, loaded_lines
from sanping.bootstrap.own_stores import own_stores
from sanping.bootstrap.phone_map import TwinMap
from sanping.bootstrap.secret_keeping import own_secrets
from sanping.bootstrap.source_networks import source_networks
from sanping.bootstrap.store_backup import own_backups
from sanping.bootstrap.twin_share import TwinShare
from sanping.bootstrap.twins import folder_of, is_bundled, load_project
from sanping.bootstrap.waiting import Back, Waited, waited_for
from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.hub import trust
from sanping.hub.back_off import FIRST_S
from sanping.hub.collecting import collect_as, collect_seldom
from sanping.hub.contest import watched
from sanping.hub.core import Hub
from sanping.hub.ending import Ending
from sanping.hub.event_keeper import EventRow
from sanping.hub.folder import OWNER_VARIABLE, HubFolder, opened
from sanping.hub.gate import Gate
from sanping.hub.neighbourhood import lan_addresses, lan_names
from sanping.hub.owner import ALONE_S, left_alone
from sanping.hub.plan import SHORTEST_SILENCE_S, HubPlan, Place
from sanping.hub.relay_owner import RelayOwner
from sanping.hub.report_desk import PHOTOS
from sanping.hub.site_certificates import known_certificates
from sanping.hub.source_book import SourceBook
from sanping.hub.web import Lan, Web
from sanping.ports.history import History
from sanping.settings import paths
from sanping.settings.settings import load_settings
from sanping.storage.away import AwayStores
from sanping.storage.duckdb_file import put_aside_in
from sanping.storage.opening import HubStores
from sanping.storage.restoring import check_finished
from sanping.twin.project import TwinProject
from sanping.twin.simulated_river import Scenario

STOP_WITHIN_S = 3.0
_NO_NETWORK = Text(
    "本机没有局域网地址；请连接网络，或去掉 --lan",
    "This machine has no address on a network; connect it, or leave out --lan",
)
SWITCH_INTERVAL_S = 0.001
LOOPBACK_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOptions:
    """How a hub is started.

    `is_lan` lets other machines in, by the certificates of `sanping certs` if there are any.
    `data` None means the twin's usual folder, `port` 0 any free one, `keep_days` 0 that observations are kept for ever.
    A hub that a desk started ends `alone_s` after the desk is gone, unless a screen is linked.
    """

    twin: Path
    host: str = "127.0.0.1"
    port: int = 0
    is_lan: bool = False
    data: Path | None = None
    is_trusted: bool = False
    has_simulators: bool = True
    scenario: Scenario = "daily"
    allowed_networks: Sequence[str] = ()
    keep_days: int = 0
    first_wait_s: float = FIRST_S
    shortest_silence_s: float = SHORTEST_SILENCE_S
    alone_s: float = ALONE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class _Service:
    """Where a hub serves, whom it tells its address, what brings its stores back, and how it ends."""

    folder: HubFolder
    options: HubOptions
    say: Callable[[str], None]
    back: Back | None = None
    ending: Ending = field(default_factory=Ending)

    def run(self, hub_of: Callable[[], Hub]) -> tuple[int, Sequence[EventRow]]:
        """Serve until told to stop, or until the stores are back; return the port, and what could not be kept."""
        try:
            return asyncio.run(_serve(hub_of, self))
        finally:
            self.ending.over()

    def begin_end(self, hub: Hub) -> None:
        """Let the time for the end run, unless this process goes on with what the hub held back."""
        if self.back is None or not self.back.has_come:
            self.ending.begin(hub)


def run_hub(
    options: HubOptions, say: Callable[[str], None], open_history: Callable[[Path], History] | None = None
) -> int:
    """Serve a twin until SIGTERM or Ctrl-C; `say` is given the address once the hub answers.

    It ends within seconds then; where its disk does not let it, this process ends with `hub.ending.ENDED_LATE`.

    Raises `InputError` when the twin, the data folder or the port cannot be used, `StoreFailed` when history cannot.
    """
    home = folder_of(options.twin)
    folder = opened(options.data or paths.hub_folder(home))
    gc.disable()  # what is read at the start stays: there is nothing to look for until the hub answers
    try:
        check_finished(folder.path)
        stores = own_stores(folder.path)
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
        sys.setswitchinterval(SWITCH_INTERVAL_S)  # the store's thread must not hold up the loop
        waited = waited_for(stores, lambda error, back: _run_away(options, folder, error, back, say))
        if waited is None:
            return 0
        options = replace(options, port=waited.port or options.port)
        (plan, remember), history = _read(options, folder, stores, open_history)
        events = stores.events()
        events.append(waited.held_back)
        plan = replace(_completed(plan, folder), backups=own_backups(folder, stores), is_over=stores.is_over)
        _Service(folder=folder, options=options, say=say).run(partial(Hub, plan, history, events, trust=remember))
    finally:
        gc.enable()
        folder.close()
    return 0


def _run_away(
    options: HubOptions, folder: HubFolder, error: StoreFailed, back: Back, say: Callable[[str], None]
) -> Waited | None:
    """Run the hub while the server of its stores is away; None when it was told to stop before the server came.

    Nobody but this machine is let in: who may come is not known.
    """
    here = replace(options, is_lan=False, host=LOOPBACK_HOST)
    away = AwayStores(folder.path, error)
    (plan, remember), history = _read(here, folder, away, None)
    hub_of = partial(Hub, replace(plan, away=error), history, away.events(), trust=remember)
    port, held_back = _Service(folder=folder, options=here, say=say, back=back).run(hub_of)
    return Waited(port=port, held_back=held_back) if back.has_come else None


def _read(
    options: HubOptions, folder: HubFolder, stores: HubStores, open_history: Callable[[Path], History] | None
) -> tuple[tuple[HubPlan, Callable[[], None]], History]:
    """Read the twin while the history is opened beside it: a restart waits for the longer of both."""
    with ThreadPoolExecutor(1, thread_name_prefix="open-history") as beside:
        opening = beside.submit(stores.history if open_history is None else partial(open_history, folder.path))
        try:
            plan = _plan(load_project(options.twin), options, folder, stores)
        except BaseException:
            if opening.exception() is None:
                opening.result().close()
            raise
        return plan, opening.result()


def _completed(plan: HubPlan, folder: HubFolder) -> HubPlan:
    """Return the plan with what was put aside of its history, now or in an earlier life, and its place among sites."""
    federation = federation_of(load_settings(paths.settings_file()), folder.path, plan.title, plan.kept_secrets)
    return replace(plan, put_aside=put_aside_in(folder.path), federation=federation)


def _plan(
    project: TwinProject, options: HubOptions, folder: HubFolder, stores: HubStores
) -> tuple[HubPlan, Callable[[], None]]:
    """Return what to run, and how to remember that the twin is trusted."""
    book, mark = paths.trusted_twins_file(), trust.content_mark(project.folder)
    is_ours = is_bundled(project.folder)

    def remember() -> None:
        if not is_ours:
            trust.trust(book, mark)

    if options.is_trusted:
        remember()
    settings = load_settings(paths.settings_file())
    kept, adapters = own_secrets(), allowed_adapters(settings)
    clearances = clearance_book(paths.settings_file())
    sources = SourceBook(project.live.sources, folder.secrets(), folder.path, kept)
    plan = HubPlan(
        name=project.folder.name,
        title=project.title,
        live=project.live,
        adapters=adapters,
        foreign_code=loaded_lines(adapters),
        is_simulated=bool(sources.entries) and all(source.is_simulated for source in sources.entries),
        is_trusted=is_ours or options.is_trusted or trust.is_trusted(book, mark),
        has_simulators=options.has_simulators,
        scenario=options.scenario,
        allowed_networks=source_networks(options.allowed_networks, settings),
        secrets=sources.secrets,
        kept_secrets=kept,
        book=sources,
        keep_days=options.keep_days,
        photos=folder.path / PHOTOS,
        phone_page=paths.phone_page(),
        first_wait_s=options.first_wait_s,
        shortest_silence_s=options.shortest_silence_s,
        place=place_of(project),
        phone_map=TwinMap(project, paths.cache_folder()),
        shared=TwinShare(project, paths.cache_folder()),
        gate=Gate(stores.devices(), clearances),
        clearances=clearances,
    )
    return _governing(plan, project, folder, stores), remember


def _governing(plan: HubPlan, project: TwinProject, folder: HubFolder, stores: HubStores) -> HubPlan:
    """Return a plan with what its twin governs by and is about, and what of it is labelled."""
    found = governed(project, folder, stores)
    return replace(
        plan, city=found.city, case_play=found.play, case_book=found.book, ungoverned=found.why, event=project.event,
        labels=project.labels,
    )  # fmt: skip


def place_of(project: TwinProject) -> Place:
    """Return where a twin lies and how it is first seen."""
    return Place(
        crs=project.crs,
        vertical_datum=project.vertical_datum,
        longitude_deg=project.longitude_deg,
        latitude_deg=project.latitude_deg,
        is_synthetic=project.is_synthetic,
        attribution=project.attribution,
        style=project.style,
        home=project.bookmarks[0].camera if project.bookmarks else None,
    )


def hub_name(folder: Path) -> str:
    """Return what people call a hub: its machine and its data folder."""
    return f"{socket.gethostname()}/{folder.name}"


def lan_of(options: HubOptions) -> Lan | None:
    """Return how other machines find the hub, None when they shall not. Raises `InputError`."""
    if not options.is_lan:
        return None
    certificates = known_certificates(paths.certificates_folder())
    named = () if certificates is None else certificates.names
    addresses = lan_addresses()
    if not addresses:
        raise InputError(_NO_NETWORK)
    names = dict.fromkeys((*lan_names(), *(name for name in named if name not in addresses)))
    names.pop("localhost", None)
    return Lan(addresses=addresses, names=tuple(names), certificates=certificates)


async def _serve(hub_of: Callable[[], Hub], service: _Service) -> tuple[int, Sequence[EventRow]]:
    folder, options = service.folder, service.options
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    hub = hub_of()
    owner = await _owner_of(hub, folder, stopping)
    watching = _watching(hub, options, stopping, service.back)
    web = Web(hub, folder.token())
    port = await web.start(options.host, options.port, lan_of(options))
    usual = gc.get_threshold()
    try:
        await hub.start()
        if owner is not None:
            await owner.start()
        for line in hub.plan.foreign_code:
            hub.audited("plug_in", line)
        usual = collect_seldom()  # what was read at the start stays for ever
        address = f"http://{options.host}:{port}"
        folder.note_address(address, hub.epoch)
        service.say(address)
        await stopping.wait()
    finally:
        service.begin_end(hub)
        collect_as(usual)
        for task in watching:
            task.cancel()
        for made in (hub.plan.phone_map, hub.plan.shared):
            if made is not None:
                await loop.run_in_executor(None, made.close)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN_S):
                await web.stop()
                if owner is not None:
                    await owner.stop()
                await hub.stop()
                service.ending.is_stopped = True
    return port, hub.events.held_back


async def _owner_of(hub: Hub, folder: HubFolder, stopping: asyncio.Event) -> RelayOwner | None:
    """Return what serves the other hubs of the site, None where there is no message server.

    Raises `InputError` when another hub owns the books of the site; sets `stopping` when one does later.
    """
    plan = hub.plan.federation
    if plan is None:
        return None
    owner = RelayOwner(hub, plan.site, plan.bus, hub_name(folder.path))
    await owner.check_alone()
    owner.contest.give_way = stopping.set
    return owner


def _watching(hub: Hub, options: HubOptions, stopping: asyncio.Event, back: Back | None) -> list[asyncio.Task[None]]:
    """Have a hub stopped by a signal, when its desk is gone, and when its stores are back or another's."""
    set_by_signals(stopping)
    jobs = [_watch(hub, options.alone_s, stopping)] if os.environ.get(OWNER_VARIABLE) else []
    jobs += [] if back is None else [back.look(stopping)]
    jobs += [] if hub.plan.is_over is None else [watched(hub.plan.is_over, stopping)]
    return [asyncio.create_task(job) for job in jobs]


def set_by_signals(stopping: asyncio.Event) -> None:
    """Have SIGTERM and Ctrl-C ask the running loop to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C ends the loop by itself
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)


async def _watch(hub: Hub, alone_s: float, stopping: asyncio.Event) -> None:
    """Stop the hub of a desk that is gone."""
    await left_alone(lambda: len(hub.fanout), alone_s)
    stopping.set()
