"""The way to one screen, between its transport and aiohttp: says when the transport begins to hold bytes, and its end.

While a transport holds nothing its socket may be written to directly, which is what telling a thousand screens sixty
times a second takes. Where that is not so (TLS, Windows) a line is written to through its transport alone.
What a screen says goes to aiohttp, but for short messages that somebody takes at once: credit comes often.
"""

import asyncio
import os
from collections.abc import Callable

NO_SOCKET = -1
UNKNOWN = -1
SHORT, LARGEST_FOLLOWED = 125, 4_096
_MASKED = 0x80
_TEXT = 0x81
_SIZES = {126: 2, 127: 8}


class Line(asyncio.Protocol):
    """Hands everything on to aiohttp; `on_full` is called when bytes are left waiting, `on_lost` before the end.

    `on_words` gets each short text message that came by itself, and says whether it has taken it.
    """

    def __init__(self, below: asyncio.Protocol, on_full: Callable[[], None], on_lost: Callable[[], None]) -> None:
        self.on_words: Callable[[bytes], bool] = lambda _: False
        self._below = below
        self._on_full, self._on_lost = on_full, on_lost
        self._missing = 0

    def data_received(self, data: bytes) -> None:
        """Hand on what came, unless it is taken."""
        if self._missing == 0:
            words = words_of(data)
            if words is not None:
                if not self.on_words(words):
                    self._below.data_received(data)
                return
        if self._missing != UNKNOWN:
            self._missing = missing(data, self._missing)
        self._below.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand on that no more comes."""
        return self._below.eof_received()

    def pause_writing(self) -> None:
        """Notice that the transport holds bytes."""
        self._on_full()
        self._below.pause_writing()

    def resume_writing(self) -> None:
        """Hand on that the transport holds nothing any more."""
        self._below.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Notice the end while the socket is still this connection's: its number may soon be another's."""
        self._on_lost()
        self._below.connection_lost(exc)


def socket_of(transport: asyncio.Transport) -> int:
    """Return the file number of a socket that may be written to directly, `NO_SOCKET` where none may."""
    socket = transport.get_extra_info("socket")
    if os.name != "posix" or socket is None or transport.get_extra_info("ssl_object") is not None:
        return NO_SOCKET
    return int(socket.fileno())


def watch(transport: asyncio.Transport, on_full: Callable[[], None], on_lost: Callable[[], None]) -> Line:
    """Have it said from now on when the transport holds any byte at all, and when it ends."""
    below = transport.get_protocol()
    assert isinstance(below, asyncio.Protocol)
    line = Line(below, on_full, on_lost)
    transport.set_protocol(line)
    transport.set_write_buffer_limits(high=0)
    return line


def words_of(data: bytes) -> bytes | None:
    """Return the text of a frame of a client (RFC 6455, section 5.2) if the data are one whole, short one."""
    size = len(data) - 6
    if not 0 < size <= SHORT or data[0] != _TEXT or data[1] != _MASKED | size:
        return None
    mask = (data[2:6] * (size // 4 + 1))[:size]
    return (int.from_bytes(data[6:]) ^ int.from_bytes(mask)).to_bytes(size)


def missing(data: bytes, before: int) -> int:
    """Return how much of the last frame in the data is still to come, as `before` was of the one they begin in.

    `UNKNOWN` where a frame's head is cut in two, or where there is so much that it is not looked through.
    """
    end, place = len(data), before
    if end > LARGEST_FOLLOWED:
        return UNKNOWN
    while place < end:
        head = data[place : place + 10]
        more = _SIZES.get(head[1] & 0x7F, 0) if len(head) > 1 else 0
        if len(head) < 2 + more:
            return UNKNOWN
        size = int.from_bytes(head[2 : 2 + more]) if more else head[1] & 0x7F
        place += 2 + more + 4 * bool(head[1] & _MASKED) + size
    return place - end
