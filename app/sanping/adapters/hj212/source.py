"""The source: listens for stations, or connects to a logger, with the settings of the manifest."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from sanping.adapters.hj212.client_session import ClientSession
from sanping.adapters.hj212.options import Options, options_from
from sanping.adapters.hj212.server_session import ServerSession
from sanping.adapters.hj212.uplink import Uplink
from sanping.domain.errors import SourceFailed, SourceRefused
from sanping.domain.text import Text
from sanping.ports.source import Session, World, secret_of
from sanping.ports.witness import Heard, Witness

TEST_S = 6.0

_LISTENING = Text("正在 {host}:{port} 等待站点连接", "Waiting for stations on {host}:{port}")
_DIALLING = Text("正在连接 {host}:{port}", "Connecting to {host}:{port}")
_ENDED = Text("{host}:{port} 关闭了连接", "{host}:{port} closed the connection")
_TESTED = Text(
    "{host}:{port} 可用；{seconds:g} 秒内收到 {frames} 个报文、{values} 个数据，来自 {stations} 个站点",
    "{host}:{port} works; in {seconds:g} s there came {frames} frames with {values} values from {stations} stations",
)


class Source:
    """HJ 212 with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    async def run(self, world: World) -> None:
        """Deliver for ever. Raises `SourceFailed`, and `SourceRefused` for settings or passwords that cannot work."""
        options = self._options(world)
        uplink = Uplink(options)
        place = {"host": options.host, "port": options.port}
        if options.role == "server":
            world.say("connecting", _LISTENING.with_values(**place))
            await world.serve_tcp(options.host, options.port, lambda peer: ServerSession(options, uplink, peer))
            return
        world.say("connecting", _DIALLING.with_values(**place))
        sessions: list[ClientSession] = []

        def session(peer: str) -> Session:
            sessions.append(ClientSession(options, uplink, peer))
            return sessions[-1]

        try:
            await world.dial_tcp(options.host, options.port, session)
        except SourceFailed as error:
            if sessions and sessions[-1].refusal is not None:
                raise SourceRefused(sessions[-1].refusal) from error
            raise
        raise SourceFailed(_ENDED.with_values(**place))

    async def test(self, world: World) -> Text:
        """Listen, or connect and ask, for six seconds, and say what came."""
        options = self._options(world)
        heard = Heard()

        def session(peer: str) -> Session:
            inner: Session
            if options.role == "server":
                inner = ServerSession(options, Uplink(options), peer)
            else:
                inner = ClientSession(options, Uplink(options), peer)
            return Witness(inner, heard)

        connect = world.serve_tcp if options.role == "server" else world.dial_tcp
        task = asyncio.ensure_future(connect(options.host, options.port, session))
        try:
            await asyncio.wait({task}, timeout=TEST_S)
            if task.done():
                task.result()
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, SourceFailed):
                await task
        if heard.hung_up is not None and options.role == "client":
            raise SourceRefused(heard.hung_up)
        return _TESTED.with_values(
            host=options.host, port=options.port, seconds=TEST_S, frames=heard.frames, values=heard.values,
            stations=len(heard.stations),
        )  # fmt: skip

    def _options(self, world: World) -> Options:
        return options_from(
            self._settings,
            password=secret_of(world, self._settings, "password"),
            key=secret_of(world, self._settings, "sm4_key"),
        )
