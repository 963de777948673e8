"""Messages over a bus that carries small ones only (`sanping.hub.pieces`): whole where heard, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.errors import FrameBroken
from sanping.hub.pieces import (
    HEAD,
    LARGEST_WHOLE,
    LEAST,
    MOST_HELD,
    MOST_KEPT,
    PIECE,
    Holding,
    Joining,
    Piece,
    cut,
    joined,
    packed,
    tell,
    unpacked,
)

LONG = b'{"' + bytes(range(32, 127)) * 60 + b'"}'


class Line:
    """A bus of small messages, and what is heard of one subject, in pieces and whole."""

    def __init__(self, most_bytes: int) -> None:
        self.exchange = Exchange()
        self.exchange.most_bytes = most_bytes
        self.bus = InProcessBus(self.exchange)
        self.came: list[bytes] = []
        self.heard: list[bytes] = []

    async def open(self) -> None:
        await self.bus.start()
        await self.bus.subscribe("one", lambda _, body: self.came.append(body))
        await self.bus.subscribe("one", joined(lambda _, body: self.heard.append(body)))


def play(most_bytes: int, story: Callable[[Line], Awaitable[None]]) -> None:
    async def inside() -> None:
        line = Line(most_bytes)
        await line.open()
        await story(line)

    asyncio.run(inside())


@pytest.mark.parametrize("most_bytes", [0, 200, 4_096, len(LONG)])
def test_what_is_said_is_heard_whole_in_order_and_no_message_is_too_large(most_bytes: int) -> None:
    async def story(line: Line) -> None:
        for body in (LONG, b'{"short":1}', LONG[::-1]):
            await tell(line.bus, "one", b"{" + body[1:])
        await asyncio.sleep(0)
        assert line.heard == [LONG, b'{"short":1}', b"{" + LONG[::-1][1:]]
        assert not most_bytes or max(map(len, line.came)) <= most_bytes
        assert (len(line.came) == 3) == (most_bytes in (0, len(LONG)))

    play(most_bytes, story)


def test_a_message_of_which_a_piece_is_lost_is_not_heard_and_the_next_one_is() -> None:
    async def story(line: Line) -> None:
        await tell(line.bus, "one", LONG)
        await asyncio.sleep(0)
        pieces, line.heard[:] = line.came[:], []
        for body in (*pieces[:1], *pieces[2:], b"\x94nonsense", packed(Piece("t", 1, 3, b"x"))):
            await line.bus.publish("one", body)
        await tell(line.bus, "one", LONG)
        await asyncio.sleep(0)
        assert line.heard == [LONG]

    play(1_000, story)


def test_pieces_are_as_large_as_the_bus_carries_and_never_larger_than_half_a_mebibyte() -> None:
    def sizes(most_bytes: int, body: bytes) -> list[int]:
        exchange = Exchange()
        exchange.most_bytes = most_bytes
        return [len(piece) for piece in cut(InProcessBus(exchange), body)]

    assert sizes(0, bytes(PIECE + 1)) == [PIECE, 1]
    assert sizes(1 << 20, bytes(PIECE + 1)) == [PIECE, 1]
    assert sizes(4_096, bytes(5_000)) == [4_096 - HEAD, 5_000 - 4_096 + HEAD]
    assert sizes(1, bytes(LEAST + 1)) == [LEAST, 1]
    assert sizes(4_096, b"") == [0]


def test_a_piece_that_goes_deeper_than_anybody_reads_is_broken() -> None:
    with pytest.raises(FrameBroken):
        unpacked(b"\x95" + packed(Piece("t"))[1:] + b"\x91" * 5_000 + b"\xc0")


def test_messages_that_never_become_whole_hold_no_more_than_the_bound_and_one_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    # given a hub that begins one long message after another and ends none
    part, joining = bytes(8 << 20), Joining()
    for number in range(2 * MOST_KEPT):
        for index in range(7):
            assert joining.whole(Piece(f"t{number}", index, 9, part)) is None
            assert joining.held.held_bytes <= MOST_HELD + LARGEST_WHOLE

    # then the oldest were given up, which was counted each time and told once
    assert joining.held.forgotten == 2 * MOST_KEPT - 2
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    with pytest.raises(FrameBroken):
        joining.whole(Piece("t0", 7, 9, part))

    # and an honest message still comes whole, after which nothing of it is held
    assert joining.whole(Piece("honest", 0, 2, b"a")) is None
    assert joining.whole(Piece("honest", 1, 2, b"b")) == b"ab"
    assert not joining.held.of("honest")
    assert joining.held.held_bytes <= MOST_HELD


def test_one_message_ends_at_its_own_bound_and_empty_pieces_are_not_free() -> None:
    part, joining = bytes(8 << 20), Joining()
    for index in range(7):
        joining.whole(Piece("t", index, 1_000, part))
    with pytest.raises(FrameBroken):
        joining.whole(Piece("t", 7, 1_000, part))
    assert joining.held.held_bytes == 0

    few = Holding(10 * HEAD)
    for number in range(20):
        few.add(f"t{number}", b"", b"")
    assert few.held_bytes == 12 * HEAD  # five others, and the one that came last
    assert few.forgotten == 14
    with pytest.raises(FrameBroken):
        unpacked(packed(Piece("t" * 33)))
