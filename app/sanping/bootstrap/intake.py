"""Puts an intake hub together: some of a site's sources at a further machine, without books or a port of its own."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from sanping.bootstrap.federation import site_bus
from sanping.bootstrap.foreign_code import allowed_adapters
from sanping.bootstrap.hub import STOP_WITHIN_S, HubOptions, set_by_signals
from sanping.bootstrap.secret_keeping import own_secrets
from sanping.bootstrap.twins import folder_of, is_bundled, load_project
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub import trust
from sanping.hub.ending import Ending
from sanping.hub.folder import HubFolder, opened
from sanping.hub.intake_hub import IntakeHub
from sanping.hub.plan import HubPlan
from sanping.hub.source_book import SourceBook
from sanping.settings import paths
from sanping.settings.settings import load_settings

_NO_SOURCES = Text(
    'twin.toml 里没有写给接入中枢“{hub}”的数据源；请在 [[sources]] 里写 hub = "{hub}"',
    'No source of twin.toml is for the intake hub {hub}; write hub = "{hub}" in its [[sources]]',
)
_NOT_TRUSTED = Text(
    "这个孪生还没有被信任，数据源不会启动；看过之后加 --trust 再运行",
    "This twin is not trusted, so its sources do not start; look at it and run this with --trust",
)


def run_intake(options: HubOptions, name: str, say: Callable[[str], None]) -> int:
    """Run the sources that are declared for the hub `name` until SIGTERM or Ctrl-C; `say` is given its name.

    Raises `InputError` when there are none, or the twin, the data folder or the message server cannot be used.
    """
    folder = opened(options.data or _usual_folder(folder_of(options.twin), name))
    try:
        plan = _plan(options, name, folder)
        settings = load_settings(paths.settings_file())
        bus = site_bus(settings, plan.kept_secrets)
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s", stream=sys.stderr)
        served(lambda: IntakeHub(plan, settings.site, bus), lambda: say(name))
    finally:
        folder.close()
    return 0


def _usual_folder(twin: Path, name: str) -> Path:
    usual = paths.hub_folder(twin)
    return usual.with_name(f"{usual.name}-{name}")


def _plan(options: HubOptions, name: str, folder: HubFolder) -> HubPlan:
    project, kept = load_project(options.twin), own_secrets()
    if not any(entry.hub == name for entry in project.live.sources):
        raise InputError(_NO_SOURCES.with_values(hub=name), path=str(project.folder))
    known, mark = paths.trusted_twins_file(), trust.content_mark(project.folder)
    if options.is_trusted:
        trust.trust(known, mark)
    elif not is_bundled(project.folder) and not trust.is_trusted(known, mark):
        raise InputError(_NOT_TRUSTED, path=str(project.folder))
    book = SourceBook(project.live.sources, folder.secrets(), folder.path, kept)
    return HubPlan(
        name=project.folder.name,
        title=project.title,
        live=project.live,
        adapters=allowed_adapters(load_settings(paths.settings_file())),
        is_trusted=True,
        has_simulators=options.has_simulators,
        scenario=options.scenario,
        allowed_networks=tuple(options.allowed_networks),
        secrets=book.secrets,
        kept_secrets=kept,
        book=book,
        first_wait_s=options.first_wait_s,
        shortest_silence_s=options.shortest_silence_s,
        hub=name,
    )


def served(hub_of: Callable[[], IntakeHub], say: Callable[[], None]) -> None:
    """Run an intake hub until told to stop; it ends within seconds then, whatever hangs (`hub.ending`)."""
    ending = Ending()
    try:
        asyncio.run(_serve(hub_of, say, ending))
    finally:
        ending.over()


async def _serve(hub_of: Callable[[], IntakeHub], say: Callable[[], None], ending: Ending) -> None:
    stopping = asyncio.Event()
    set_by_signals(stopping)
    hub = hub_of()
    try:
        await hub.start()
        say()
        await stopping.wait()
    finally:
        ending.begin()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_WITHIN_S):
                await hub.stop()
                ending.is_stopped = True
