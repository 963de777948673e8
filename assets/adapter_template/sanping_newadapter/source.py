"""The source: one session per connection; the program around it owns sockets, time and storage."""

from collections.abc import Iterable, Mapping
from typing import Any

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text
from sanping.ports.source import Count, Deliver, Step, World
from sanping_newadapter.decode import decode

_LISTENING = Text("正在 {host}:{port} 等待设备连接", "Waiting for devices on {host}:{port}")


class Source:
    """The adapter with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._host = str(settings["host"])
        self._port = int(settings["port"])

    async def run(self, world: World) -> None:
        """Deliver for ever. Raises `SourceFailed` to be tried again, `SourceRefused` when only a person can help."""
        world.say("connecting", _LISTENING.with_values(host=self._host, port=self._port))
        await world.serve_tcp(self._host, self._port, DeviceSession)

    async def test(self, world: World) -> Text:
        """Try the settings for ten seconds at most, and say what was found."""
        raise NotImplementedError("source.py: test the settings")


class DeviceSession:
    """One device; frames are lines here: change `received` to what ends a frame in the protocol."""

    def __init__(self, peer: str) -> None:
        self._peer = peer
        self._held = b""

    def started(self, now_ms: int) -> Iterable[Step]:
        """Nothing is said first."""
        return ()

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        """Take the frames that `data` completes; never raises."""
        *frames, self._held = (self._held + data).split(b"\n")
        for frame in frames:
            try:
                observations = decode(frame, now_ms)
            except FrameBroken as broken:
                yield Count(what="bad_frames", detail=broken.message)
                continue
            yield Count(what="frames")
            yield Deliver(observations=observations, reply=b"OK\n")

    def woken(self, now_ms: int) -> Iterable[Step]:
        """Nothing is timed yet."""
        return ()
