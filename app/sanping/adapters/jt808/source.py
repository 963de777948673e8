"""The source: listens for terminals, with the settings of the manifest."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from sanping.adapters.jt808.options import Options, options_from
from sanping.adapters.jt808.session import TerminalSession
from sanping.adapters.jt808.uplink import Uplink
from sanping.domain.errors import SourceFailed
from sanping.domain.text import Text
from sanping.ports.source import Session, World, secret_of
from sanping.ports.witness import Heard, Witness

TEST_S = 6.0

_LISTENING = Text("正在 {host}:{port} 等待车载终端连接", "Waiting for vehicles on {host}:{port}")
_TESTED = Text(
    "{host}:{port} 可用；{seconds:g} 秒内收到 {positions} 个位置，来自 {movers} 个终端",
    "{host}:{port} works; in {seconds:g} s there came {positions} positions of {movers} terminals",
)


class Source:
    """JT/T 808 with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    async def run(self, world: World) -> None:
        """Tell positions for ever. Raises `SourceFailed`, and `SourceRefused` for settings that cannot work."""
        options = self._options(world)
        uplink = Uplink(options)
        world.say("connecting", _LISTENING.with_values(host=options.host, port=options.port))
        await world.serve_tcp(
            options.host,
            options.port,
            lambda peer: TerminalSession(options, uplink, peer),
            options.most_connections,
        )

    async def test(self, world: World) -> Text:
        """Listen for six seconds and say what came; nothing is told to the hub nor answered."""
        options, heard = self._options(world), Heard()

        def session(peer: str) -> Session:
            return Witness(TerminalSession(options, Uplink(options), peer), heard)

        listening = asyncio.ensure_future(world.serve_tcp(options.host, options.port, session))
        try:
            done, _ = await asyncio.wait({listening}, timeout=TEST_S)
            for task in done:
                task.result()
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError, SourceFailed):
                await listening
        return _TESTED.with_values(
            host=options.host, port=options.port, seconds=TEST_S, positions=heard.values, movers=len(heard.stations)
        )

    def _options(self, world: World) -> Options:
        return options_from(self._settings, secret_of(world, self._settings, "auth_secret"))
