"""The source: listens for terminals, with the settings of the manifest."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from sanping.adapters.sl427.options import Options, options_from
from sanping.adapters.sl427.session import TerminalSession
from sanping.adapters.sl427.uplink import Uplink
from sanping.domain.errors import SourceFailed
from sanping.domain.text import Text
from sanping.ports.source import Session, World, secret_of
from sanping.ports.witness import Heard, Witness

TEST_S = 6.0

_LISTENING = Text("正在 {host}:{port} 等待终端连接", "Waiting for terminals on {host}:{port}")
_TESTED = Text(
    "{host}:{port} 可用；{seconds:g} 秒内收到 {frames} 个报文、{values} 个数据，来自 {stations} 个终端",
    "{host}:{port} works; in {seconds:g} s there came {frames} frames with {values} values from {stations} terminals",
)


class Source:
    """SL/T 427 with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    async def run(self, world: World) -> None:
        """Deliver for ever. Raises `SourceFailed`, and `SourceRefused` for settings that cannot work."""
        options = self._options(world)
        uplink = Uplink(options)

        def session(peer: str) -> Session:
            return TerminalSession(options, uplink, peer)

        world.say("connecting", _LISTENING.with_values(host=options.host, port=options.port))
        await world.serve_tcp(options.host, options.port, session)

    async def test(self, world: World) -> Text:
        """Listen for six seconds and say what came; nothing is delivered nor confirmed."""
        options = self._options(world)
        heard = Heard()

        def session(peer: str) -> Session:
            return Witness(TerminalSession(options, Uplink(options), peer), heard)

        task = asyncio.ensure_future(world.serve_tcp(options.host, options.port, session))
        try:
            await asyncio.wait({task}, timeout=TEST_S)
            if task.done():
                task.result()
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, SourceFailed):
                await task
        return _TESTED.with_values(
            host=options.host, port=options.port, seconds=TEST_S, frames=heard.frames, values=heard.values,
            stations=len(heard.stations),
        )  # fmt: skip

    def _options(self, world: World) -> Options:
        return options_from(self._settings, password=secret_of(world, self._settings, "password"))
