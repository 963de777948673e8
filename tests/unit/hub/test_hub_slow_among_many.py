"""One bad screen among many: it reads a byte a second and lies about it, or sends more than is taken."""

import asyncio
import os
import socket
import time
from pathlib import Path

import msgspec
import numpy as np

from fakes.linked_hub import TOKEN, LinkedHub, Screen, eventually
from sanping.wire.codec import encoded
from sanping.wire.messages import MAX_BYTES_IN, PROTOCOL, FromScreen, Hello, Ping, Pong, Subscribe
from sanping.wire.show import Floor, Seen, Show, Shown

HEALTHY = 49
WRITES = 60
PAUSE_S = 1 / 60
SLACK_S = 1.0
LARGE = [{"layer": "buildings", "id": f"{number:0>200}"} for number in range(60)]


class TimedScreen(Screen):
    """A screen that notes when it hears of each revision."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.heard_s: dict[int, float] = {}

    async def _take(self, frame: bytes) -> None:
        await super()._take(frame)
        if isinstance(self.heard[-1], Shown):
            self.heard_s[self.heard[-1].revision] = time.monotonic()


class Dribble:
    """A screen by hand with the smallest buffer there is: it gives credit for everything and reads a byte a second."""

    def __init__(self, hub: LinkedHub) -> None:
        self._line = socket.socket()
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._line.connect(("127.0.0.1", hub.port))
        self._line.sendall(
            f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{hub.port}\r\nOrigin: {hub.address}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        self.say(Hello(protocol=PROTOCOL, screen="dribble", kind="phone", token=TOKEN, window=2))
        self.say(Subscribe(topics=("view",)))

    def say(self, message: FromScreen) -> None:
        body, mask = encoded(message), os.urandom(4)
        head = bytes([0x81, 0x80 | 126]) + len(body).to_bytes(2, "big") + mask
        self._line.sendall(head + bytes(byte ^ mask[place % 4] for place, byte in enumerate(body)))

    def read_one(self) -> None:
        self._line.recv(1)

    def close(self) -> None:
        self._line.close()


async def lags_s(leader: Screen, others: list[TimedScreen], start: int, dribble: Dribble | None) -> list[float]:
    """Write large and small values at 60 Hz and return how long each took to each screen."""
    fence, sent_s = leader.mirror.show.floor.fence, {}
    for n in range(start + 1, start + WRITES + 1):
        value = [*LARGE, {"layer": "n", "id": str(n)}]
        sent_s[n] = time.monotonic()
        await leader.say(Show(key="selection", value=msgspec.Raw(msgspec.json.encode(value)), fence=fence, n=n))
        if dribble is not None:
            dribble.say(Seen(revision=n))
        await asyncio.sleep(PAUSE_S)
    await eventually(lambda: all(other.mirror.show.revision == start + WRITES for other in others))
    return [other.heard_s[n] - sent_s[n] for other in others for n in sent_s if n in other.heard_s]


def test_one_of_fifty_that_reads_a_byte_a_second_and_lies_about_it_delays_nobody(tmp_path: Path) -> None:
    async def ran() -> tuple[list[float], list[float], int]:
        # given a leader and 49 screens that read
        hub = LinkedHub(tmp_path)
        await hub.start()
        leader, others = Screen("leader"), [TimedScreen(f"s{number}") for number in range(HEALTHY)]
        try:
            for screen in (leader, *others):
                await screen.join(hub.address, ("view",))
            await leader.say(Floor(wish="request"))
            await eventually(lambda: leader.mirror.show.is_leading)
            alone = await lags_s(leader, others, 0, None)

            # when one comes that takes credit for what it never read
            dribble = await asyncio.to_thread(Dribble, hub)
            room = hub.hub.rooms.main
            await eventually(lambda: any(seat.screen == "dribble" for seat in room.seats))
            slow = next(seat for seat in room.seats if seat.screen == "dribble")
            line = slow.write.__self__.get_extra_info("socket")  # type: ignore[attr-defined]
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # no room for lies in the kernel
            reading = asyncio.create_task(asyncio.to_thread(dribble.read_one))
            together = await lags_s(leader, others, WRITES, dribble)
            held = slow.waiting()
            await reading
            dribble.close()
            return alone, together, held
        finally:
            for screen in (leader, *others):
                await screen.drop()
            await hub.stop()

    alone, together, held = asyncio.run(ran())

    # then its own line is full and holds little, and the others hear as soon as without it
    assert 0 < held < 200_000
    assert len(together) > HEALTHY * WRITES / 2
    assert np.percentile(together, 99) <= 1.2 * np.percentile(alone, 99) + SLACK_S


def test_a_frame_over_the_limit_ends_its_connection_and_no_other(tmp_path: Path) -> None:
    async def ran() -> tuple[bool, bool]:
        # given two screens
        hub = LinkedHub(tmp_path)
        await hub.start()
        bad, good = Screen("bad"), Screen("good")
        try:
            await bad.join(hub.address)
            await good.join(hub.address)
            await eventually(lambda: len(good.mirror.show.members) == 2)

            # when one sends a value that is larger than any frame may be
            large = msgspec.Raw(msgspec.json.encode("x" * MAX_BYTES_IN))
            await bad.say(Show(key="selection", value=large, fence=1, n=1))
            await eventually(lambda: bad.is_lost)

            # then it is sent away, and the other goes on
            await good.say(Ping(sent_ms=5))
            await eventually(lambda: isinstance(good.last(Pong), Pong))
            await eventually(lambda: len(good.mirror.show.members) == 1)
            return bad.is_lost, good.is_lost
        finally:
            for screen in (bad, good):
                await screen.drop()
            await hub.stop()

    assert asyncio.run(ran()) == (True, False)
