"""The source: listens for stations, or connects to one, with the settings of the manifest."""

import asyncio
import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sanping.adapters.sl651.options import Options, options_from
from sanping.adapters.sl651.pictures import PictureFolder
from sanping.adapters.sl651.session import StationSession
from sanping.adapters.sl651.uplink import Uplink
from sanping.domain.errors import SourceFailed
from sanping.domain.text import Text
from sanping.ports.source import Session, World, secret_of
from sanping.ports.witness import Heard, Witness

TEST_S = 6.0

_LISTENING = Text("正在 {host}:{port} 等待测站连接", "Waiting for stations on {host}:{port}")
_DIALLING = Text("正在连接 {host}:{port}", "Connecting to {host}:{port}")
_ENDED = Text("{host}:{port} 关闭了连接", "{host}:{port} closed the connection")
_TESTED = Text(
    "{host}:{port} 可用；{seconds:g} 秒内收到 {frames} 个报文、{values} 个数据，来自 {stations} 个测站",
    "{host}:{port} works; in {seconds:g} s there came {frames} frames with {values} values from {stations} stations",
)


class Source:
    """SL 651 with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    async def run(self, world: World) -> None:
        """Deliver for ever. Raises `SourceFailed`, and `SourceRefused` for settings that cannot work."""
        options = self._options(world)
        uplink = _uplink(options)
        place = {"host": options.host, "port": options.port}

        def session(peer: str) -> Session:
            return StationSession(options, uplink, peer)

        if options.role == "server":
            world.say("connecting", _LISTENING.with_values(**place))
            await world.serve_tcp(options.host, options.port, session)
            return
        world.say("connecting", _DIALLING.with_values(**place))
        await world.dial_tcp(options.host, options.port, session)
        raise SourceFailed(_ENDED.with_values(**place))

    async def test(self, world: World) -> Text:
        """Listen, or connect and ask, for six seconds, and say what came; nothing is delivered nor confirmed."""
        options = self._options(world)
        heard = Heard()

        def session(peer: str) -> Session:
            return Witness(StationSession(options, Uplink(options), peer), heard)

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
        return _TESTED.with_values(
            host=options.host, port=options.port, seconds=TEST_S, frames=heard.frames, values=heard.values,
            stations=len(heard.stations),
        )  # fmt: skip

    def _options(self, world: World) -> Options:
        return options_from(self._settings, password=secret_of(world, self._settings, "password"))


def _uplink(options: Options) -> Uplink:
    if not options.pictures_folder:
        return Uplink(options)
    return Uplink(options, PictureFolder(Path(options.pictures_folder), options.most_pictures).keep)
