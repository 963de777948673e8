"""A line takes credit at once, hands on all else, and knows when its transport holds bytes and when it ends."""

import asyncio
import itertools
import os
import socket

from hypothesis import given
from hypothesis import strategies as st

from fakes.looped import looped
from sanping.hub.line import LARGEST_FOLLOWED, NO_SOCKET, UNKNOWN, Line, missing, socket_of, watch, words_of
from sanping.wire.codec import seen_from
from sanping.wire.show import Seen


def frame(payload: bytes, mask: bytes = b"\x01\x02\x03\x04") -> bytes:
    size = len(payload)
    head = bytes((size,)) if size < 126 else b"\x7e" + size.to_bytes(2)
    masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
    return b"\x81" + bytes((head[0] | 0x80,)) + head[1:] + mask + masked


class Below(asyncio.Protocol):
    """What aiohttp is told."""

    def __init__(self) -> None:
        self.data = b""
        self.events: list[str] = []

    def data_received(self, data: bytes) -> None:
        self.data += data

    def eof_received(self) -> bool | None:
        self.events.append("eof")
        return None

    def pause_writing(self) -> None:
        self.events.append("pause")

    def resume_writing(self) -> None:
        self.events.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.events.append("lost")


def test_only_a_whole_short_text_frame_by_itself_has_words() -> None:
    # given frames as clients send them
    words = b'{"type":"seen","revision":12}'

    # when they are looked at
    found = words_of(frame(words))

    # then whole short texts are read, and nothing else is
    assert found == words
    assert seen_from(found) == Seen(revision=12)
    assert words_of(frame(b"x" * 125)) == b"x" * 125
    whole = frame(words)
    for other in (b"", whole[:-1], whole + b"\x81", b"\x01" + whole[1:], b"\x8a" + whole[1:], frame(b"x" * 126)):
        assert words_of(other) is None
    for other in (b'{"type":"seen"}', b'{"type":"seen","revision":"?"}', b'{"type":"bye","reason":"seen"}', b"\xff"):
        assert seen_from(other) is None


@given(
    sizes=st.lists(st.sampled_from((0, 1, 125, 126, 300)), min_size=1, max_size=6), cuts=st.lists(st.integers(0, 1900))
)
def test_a_line_never_takes_the_middle_of_a_frame_for_its_beginning(sizes: list[int], cuts: list[int]) -> None:
    # given frames one after another, cut anywhere
    stream, begins = b"", {0}
    for size in sizes:
        stream += frame(b"y" * size)
        begins.add(len(stream))
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})

    # when the pieces are followed
    before, found = 0, []
    for start, end in itertools.pairwise(edges):
        before = missing(stream[start:end], before)
        if before == UNKNOWN:
            break
        found.append((end, before))

    # then it is known at each cut when the next frame begins
    assert found == [(place, min(begin for begin in begins if begin >= place) - place) for place, _ in found]
    assert missing(b"\0" * (LARGEST_FOLLOWED + 1), 0) == UNKNOWN


def test_credit_is_taken_and_everything_else_is_handed_on_in_order() -> None:
    # given a line of which somebody takes credit
    below, taken = Below(), []
    line = Line(below, lambda: None, lambda: None)

    def on_words(words: bytes) -> bool:
        taken.append(words)
        return words == b"credit"

    line.on_words = on_words
    split = frame(b"credit")

    # when credit comes by itself, then other words, then credit inside a frame and in a piece with others
    line.data_received(frame(b"credit"))
    line.data_received(frame(b"words"))
    line.data_received(frame(b"z" * 20)[:10])
    line.data_received(split)
    line.data_received(split + split[:1])
    line.data_received(split[1:])

    # then only the first was taken
    assert taken == [b"credit", b"words"]
    assert below.data == frame(b"words") + frame(b"z" * 20)[:10] + split * 3


def test_an_encrypted_line_is_never_written_to_past_its_transport() -> None:
    # given what transports say of a plain and of an encrypted connection
    with socket.socket() as line:
        plain = asyncio.Transport({"socket": line})
        encrypted = asyncio.Transport({"socket": line, "ssl_object": object()})

        # when they are asked for the number of their socket
        numbers = [socket_of(transport) for transport in (plain, encrypted, asyncio.Transport())]

        # then only the plain one gives it
        assert numbers == [line.fileno(), NO_SOCKET, NO_SOCKET]


@looped
async def test_a_line_says_when_bytes_are_left_and_when_its_socket_is_about_to_be_closed() -> None:
    # given a connection whose other end does not read
    here, there = socket.socketpair()
    here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    below, said = Below(), []
    transport, _ = await asyncio.get_running_loop().connect_accepted_socket(lambda: below, here)
    number = socket_of(transport)
    watch(transport, lambda: said.append("full"), lambda: said.append(f"lost {os.fstat(number).st_ino > 0}"))

    # when it is written to until bytes are left, those go, and it ends
    transport.write(b"x")
    before = list(said)
    transport.write(b"x" * 500_000)
    left = transport.get_write_buffer_size()
    await asyncio.get_running_loop().run_in_executor(None, _read, there, 500_001)
    while transport.get_write_buffer_size():
        await asyncio.sleep(0)
    there.close()
    while "lost" not in below.events:
        await asyncio.sleep(0)

    # then it was said in time, and aiohttp heard of all of it
    assert before == []
    assert left > 0
    assert said == ["full", "lost True"]
    assert below.events == ["pause", "resume", "eof", "lost"]
    assert number != NO_SOCKET


def _read(line: socket.socket, size: int) -> None:
    while size > 0:
        size -= len(line.recv(1 << 16))
