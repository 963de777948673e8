"""A governed hub that shares a twin, made once, and a program that asks it over real sockets."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from fakes.governed_hub import GovernedHub
from fakes.linked_hub import TOKEN, asked
from sanping.bootstrap.exporting import HereJobs
from sanping.bootstrap.sharing import write_share
from sanping.bootstrap.twin_share import TwinShare, share_folder
from sanping.formats.project import load_project
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings
from sanping.twin.project import TwinProject

Asking = Callable[[GovernedHub, "Client"], Awaitable[None]]


def made_share(twin: Path, cache: Path) -> tuple[TwinProject, Path]:
    """Make what is shared of a twin, and return the twin and the cache that holds it."""
    project = load_project(twin)
    folder = share_folder(project, cache)
    folder.mkdir(parents=True)
    write_share(project, folder, SilentProgress(), Settings(cache_folder=cache), HereJobs())
    return project, cache


def with_sharing_hub(folder: Path, made: tuple[TwinProject, Path], ask: Asking) -> None:
    """Run a hub that shares what was made, and ask it."""

    async def all_of_it(hub: GovernedHub, _: object) -> None:
        async with aiohttp.ClientSession() as session:
            client = Client(session, hub)
            await client.until_ready()
            await ask(hub, client)

    hub = GovernedHub(folder)
    hub.shared = TwinShare(*made)
    asyncio.run(asked(hub, all_of_it))
    hub.shared.close()


class Client:
    """Asks as a program does, with a token."""

    def __init__(self, session: aiohttp.ClientSession, hub: GovernedHub) -> None:
        self._session, self._hub = session, hub
        self.token = TOKEN

    async def get(self, path: str, **headers: str) -> aiohttp.ClientResponse:
        address = path if path.startswith("http") else f"{self._hub.address}{path}"
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": "identity", **headers}
        answer = await self._session.get(address, headers=sent, auto_decompress=False)
        await answer.read()
        return answer

    async def json(self, path: str) -> Any:
        answer = await self.get(path)
        assert answer.status == 200, await answer.text()
        return json.loads(await answer.read())

    async def until_ready(self) -> None:
        for _ in range(200):
            if (await self.get("/api/v1/3dtiles/tileset.json")).status == 200:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("what is shared was not made in time")
