"""The child's side: frames to the hub, deliveries in order, and TCP sessions within limits."""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.errors import FrameBroken, SourceFailed
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.text import Text
from sanping.hub.child_delivery import MOST_UNCOMMITTED, TRACKING_GATHER_S, trackings
from sanping.hub.child_delivery import deliveries as deliveries_to
from sanping.hub.child_messages import (
    MAX_FRAME_BYTES,
    ROWS_PER_FRAME,
    Begin,
    Committed,
    Delivery,
    FromChild,
    Tracking,
    framed,
    next_from_child,
    next_from_hub,
)
from sanping.hub.child_process import words_of_death
from sanping.hub.child_tcp import TcpLimits, TcpRunner
from sanping.hub.child_world import ChildWorld
from sanping.hub.spare_port import free_port
from sanping.ports.source import Count, Deliver, HangUp, Send, Session, Step, Track

PLACE = Position(mover="1", kind="vessel", longitude_deg=120.0, latitude_deg=31.0, event_ms=1)
ROW = Observation(station="A1", quantity="ph", value=7.0, unit="", event_ms=1)


async def fed(*data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    for part in data:
        reader.feed_data(part)
    reader.feed_eof()
    return reader


def test_messages_cross_the_socket_unchanged_and_the_end_is_none() -> None:
    # given messages of both sides
    delivery = Delivery(number=1, observations=(ROW,))
    begin = Begin(role="source", source="s", target="a.b:C", settings={"port": 1})

    # when they are read back
    async def crossed() -> list[object]:
        child = await fed(framed(delivery))
        hub = await fed(framed(begin), framed(Committed(number=3))[:3])
        return [
            await next_from_child(child),
            await next_from_child(child),
            await next_from_hub(hub),
            await next_from_hub(hub),
        ]

    # then they are the same, and a torn frame is the end
    assert asyncio.run(crossed()) == [delivery, None, begin, None]


@given(st.binary(max_size=200))
def test_a_child_that_sends_nonsense_is_only_ever_broken(body: bytes) -> None:
    async def read() -> None:
        with contextlib.suppress(FrameBroken):
            await next_from_child(await fed(len(body).to_bytes(4, "big") + body))

    asyncio.run(read())


def test_a_frame_that_is_too_long_is_refused_before_it_is_read() -> None:
    async def read() -> None:
        await next_from_child(await fed((MAX_FRAME_BYTES + 1).to_bytes(4, "big")))

    with pytest.raises(FrameBroken):
        asyncio.run(read())


def test_deliveries_share_a_frame_and_are_done_in_order() -> None:
    async def delivered() -> tuple[list[int], list[str]]:
        # given three deliveries at once, one of them large
        sent: list[FromChild] = []
        heard: list[str] = []
        deliveries = deliveries_to(sent.append)
        for name, count in (("a", 1), ("b", 2), ("c", ROWS_PER_FRAME)):
            deliveries.submitted([ROW] * count).add_done_callback(lambda _, name=name: heard.append(name))
        deliveries.submitted([ROW]).add_done_callback(lambda _: heard.append("d"))
        await asyncio.sleep(0.1)

        # when the hub commits one frame after another
        sizes = [len(message.observations) for message in sent if isinstance(message, Delivery)]
        for number in range(1, len(sizes) + 1):
            deliveries.committed(number)
            await asyncio.sleep(0)
            heard.append(str(number))
        assert deliveries.uncommitted == 0
        return sizes, heard

    sizes, heard = asyncio.run(delivered())

    # then frames are full or gathered, and everybody is told after the frame that holds all of theirs
    assert sizes == [ROWS_PER_FRAME, 3, 1]
    assert heard == ["1", "a", "b", "c", "2", "d", "3"]


def test_a_slow_store_makes_a_source_wait() -> None:
    async def waited() -> list[bool]:
        # given more than may be under way
        deliveries = deliveries_to(lambda _: None)
        deliveries.submitted([ROW] * MOST_UNCOMMITTED)
        found = []

        # when there is nothing committed, then everything
        for number in (0, MOST_UNCOMMITTED):
            deliveries.committed(number)
            try:
                await asyncio.wait_for(deliveries.room(), 0.05)
                found.append(True)
            except TimeoutError:
                found.append(False)
        return found

    # then there is room only afterwards
    assert asyncio.run(waited()) == [False, True]


class Echo(Session):
    """Delivers every line and acknowledges it; a few words do other things."""

    def __init__(self, peer: str) -> None:
        self.woken_times = 0

    def started(self, now_ms: int) -> Iterable[Step]:
        yield Send(data=b"hello\n")

    def woken(self, now_ms: int) -> Iterable[Step]:
        return ()

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        for line in data.splitlines():
            match line:
                case b"bye":
                    yield Deliver(observations=(ROW,), reply=b"last\n")
                    yield HangUp(reason=Text("再见", "Good-bye"))
                case b"raise":
                    raise RuntimeError
                case b"quiet":
                    return
                case b"nothing":
                    yield Deliver(observations=(), reply=b"nothing\n")
                case _:
                    yield Count(what="lines")
                    yield Deliver(observations=(ROW,), reply=line + b"\n")


class Counted:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        self.counts[what] += times


@contextlib.asynccontextmanager
async def serving(limits: TcpLimits):
    """Serve echoes; nothing is committed before `deliveries.committed` is called."""
    sent: list[FromChild] = []
    deliveries, counted, port = deliveries_to(sent.append), Counted(), free_port()
    task = asyncio.create_task(TcpRunner(deliveries, counted, limits).serve("127.0.0.1", port, Echo))
    await asyncio.sleep(0.05)
    try:
        yield deliveries, counted, port, sent
    finally:
        await asyncio.sleep(0.1)  # the ends of connections
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await asyncio.sleep(0)


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port)


def test_a_reply_travels_only_after_the_commit_and_in_order() -> None:
    async def talked() -> tuple[bytes, bytes]:
        async with serving(TcpLimits()) as (deliveries, _, port, sent):
            # given a device that has reported twice, and something that needs no commit
            reader, writer = await connected(port)
            assert await reader.readline() == b"hello\n"
            for line in (b"one\n", b"two\n", b"nothing\n"):
                writer.write(line)
                await asyncio.sleep(0.05)
            before = bytes(reader._buffer)  # type: ignore[attr-defined]

            # when the rows are committed
            deliveries.committed(len(sent))
            await asyncio.sleep(0.05)
            after = bytes(reader._buffer)  # type: ignore[attr-defined]
            writer.close()
            return before, after

    # then nothing was acknowledged before, and everything in its order afterwards
    assert asyncio.run(talked()) == (b"", b"one\ntwo\nnothing\n")


class Ship(Echo):
    """Says where it is with every line."""

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        yield Track(positions=(PLACE,), reply=data)


def test_a_position_is_answered_once_the_hub_knows_it_and_many_connections_may_be_allowed() -> None:
    async def talked() -> tuple[bytes, bytes, FromChild, int]:
        sent: list[FromChild] = []
        ways, port = trackings(sent.append), free_port()
        runner = TcpRunner(deliveries_to(sent.append), Counted(), trackings=ways)
        task = asyncio.create_task(runner.serve("127.0.0.1", port, Ship, most=500))
        await asyncio.sleep(0.05)

        # given a ship that has said where it is
        reader, writer = await connected(port)
        assert await reader.readline() == b"hello\n"
        writer.write(b"here\n")
        await asyncio.sleep(TRACKING_GATHER_S + 0.1)
        before = bytes(reader._buffer)  # type: ignore[attr-defined]

        # when the hub knows
        ways.committed(1)
        after = await reader.readline()
        writer.close()
        await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return before, after, sent[0], runner.limits.connections_per_peer

    # then it was answered then, and not before
    before, after, said, most = asyncio.run(talked())
    assert (before, after, most) == (b"", b"here\n", 500)
    assert said == Tracking(number=1, positions=(PLACE,))


def test_who_hangs_up_still_sends_what_is_due() -> None:
    async def talked() -> bytes:
        async with serving(TcpLimits()) as (deliveries, _, port, sent):
            # given a session that acknowledges and hangs up
            reader, writer = await connected(port)
            writer.write(b"bye\n")
            await asyncio.sleep(0.1)

            # when the row is committed a moment later
            deliveries.committed(len(sent))
            found = await reader.read()
            writer.close()
            return found

    # then the device is acknowledged before the end
    assert asyncio.run(talked()) == b"hello\nlast\n"


def test_connections_are_limited_and_those_that_lead_nowhere_end() -> None:
    async def talked() -> tuple[list[bytes], bytes, Counter[str]]:
        limits = TcpLimits(connections=3, connections_per_peer=2, fruitless_s=0.5)
        async with serving(limits) as (_, counted, port, _sent):
            # given more connections from one address than it may have
            ends = [await connected(port) for _ in range(3)]
            hellos = [await reader.readline() for reader, _ in ends]

            # when one sends bytes that come to nothing, and another makes the session fail
            ends[0][1].write(b"quiet\n")
            ends[1][1].write(b"raise\n")
            dribble = await asyncio.wait_for(ends[0][0].read(), 10)
            await asyncio.wait_for(ends[1][0].read(), 10)
            for _, writer in ends:
                writer.close()
            return hellos, dribble, counted.counts

    hellos, dribble, counts = asyncio.run(talked())

    # then the third was refused, and both are hung up and counted
    assert hellos == [b"hello\n", b"hello\n", b""]
    assert dribble == b""
    assert counts["refused_connections"] == 1
    assert counts["session_errors"] == 1
    assert counts["hung_up"] == 2


def test_the_system_looks_after_a_peer_that_says_nothing() -> None:
    async def held() -> int:
        async with serving(TcpLimits()) as (_, counted, port, _sent):
            # given a source that dials
            lines: list[asyncio.StreamWriter] = []
            runner = TcpRunner(deliveries_to(lambda _: None), counted)
            dialling = asyncio.create_task(runner.dial("127.0.0.1", port, Echo))
            opened = asyncio.open_connection

            # when its connection stands
            with pytest.MonkeyPatch.context() as patch:

                async def noted(*where: object, **more: object) -> object:
                    reader, writer = await opened(*where, **more)  # type: ignore[arg-type]
                    lines.append(writer)
                    return reader, writer

                patch.setattr(asyncio, "open_connection", noted)
                while not lines or not runner._by_peer:
                    await asyncio.sleep(0.01)
            found: int = lines[0].get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            dialling.cancel()
            await asyncio.wait([dialling])
            return found

    # then the system probes it, so that a device without power does not keep its place for an hour
    assert asyncio.run(held()) == 1


def test_dialling_holds_until_the_end_and_says_what_went_wrong() -> None:
    async def dialled() -> tuple[SourceFailed, SourceFailed, SourceFailed]:
        async with serving(TcpLimits()) as (deliveries, counted, port, _sent):
            runner = TcpRunner(deliveries_to(lambda _: None), counted)

            class Parting(Echo):
                def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
                    yield HangUp(reason=Text("口令不对", "Wrong password"))

            # when we dial somebody who is there, nobody, and a port that is taken
            with pytest.raises(SourceFailed) as parted:
                await runner.dial("127.0.0.1", port, Parting)
            with pytest.raises(SourceFailed) as nobody:
                await runner.dial("127.0.0.1", free_port(), Echo)
            with pytest.raises(SourceFailed) as taken:
                await runner.serve("127.0.0.1", port, Echo)
            await asyncio.sleep(0.1)
            deliveries.committed(1)
            return parted.value, nobody.value, taken.value

    parted, nobody, taken = asyncio.run(dialled())

    # then each has its sentence
    assert "Wrong password" in parted.message.en
    assert "cannot be reached" in nobody.message.en
    assert "cannot be listened on" in taken.message.en


def test_details_are_passed_on_once_a_minute_and_counts_always() -> None:
    # given a world
    sent: list[FromChild] = []
    world = ChildWorld(sent.append, {"password": "secret"}, ())

    # when the same thing happens three times
    for _ in range(3):
        world.count("bad_crc", detail=Text("坏", "Bad"))
    world.count("bad_crc", 5)
    world.say("live", Text("好", "Good"))

    # then it is counted each time and told once
    assert world.counts["bad_crc"] == 8
    assert [type(message).__name__ for message in sent] == ["Noted", "Said"]
    assert world.secret("password") == "secret"
    assert world.secret("other") == ""


@pytest.mark.parametrize(("code", "word"), [(-11, "SIGSEGV"), (4, "memory"), (1, "exit code 1")])
def test_each_way_of_dying_has_its_sentence(code: int, word: str) -> None:
    assert word in words_of_death(code).en
