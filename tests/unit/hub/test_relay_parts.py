"""The parts of several hubs of one site: long questions, who is let in, the line without gaps, a room that follows."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.device import Device, Identity
from sanping.domain.errors import FrameBroken, NotAllowed, SiteUnreachable
from sanping.hub.long_questions import LongAnswers, asked
from sanping.hub.pieces import PIECE
from sanping.hub.relay_answers import found_of
from sanping.hub.relay_gate import RelayGate
from sanping.hub.relay_link import RelayLink
from sanping.hub.relay_room import RelayRoom
from sanping.hub.room_seat import Seat
from sanping.wire.same_site import (
    ASK,
    LIVE,
    Join,
    Joined,
    Known,
    Knowns,
    Left,
    Live,
    Rested,
    Said,
    Saying,
    Still,
    Told,
    Who,
    heard,
    packed,
    question_of,
    said,
    subject,
)
from sanping.wire.show import FloorState, Member, Presence, Show, Shown


def run(play: Callable[[InProcessBus, InProcessBus], Awaitable[None]]) -> None:
    """Play with two buses of one program."""

    async def inside() -> None:
        exchange = Exchange()
        one, other = InProcessBus(exchange), InProcessBus(exchange)
        await one.start()
        await other.start()
        await play(one, other)

    asyncio.run(inside())


@pytest.mark.parametrize(("question", "answer"), [(0, 0), (1, PIECE), (PIECE + 1, 1), (3 * PIECE, 2 * PIECE + 7)])
def test_questions_and_answers_of_any_size_come_whole(question: int, answer: int) -> None:
    async def play(one: InProcessBus, other: InProcessBus) -> None:
        came: list[bytes] = []

        async def answered(body: bytes) -> bytes:
            came.append(body)
            return bytes(answer)

        await one.answer("ask", LongAnswers(one, answered).answer)
        body = bytes(range(256)) * (question // 256) + bytes(question % 256)
        assert await asked(other, "ask", body, 1.0) == bytes(answer)
        assert came == [body]

    run(play)


def test_a_piece_out_of_its_order_is_refused() -> None:
    async def answered(body: bytes) -> bytes:
        return body

    async def play(one: InProcessBus, _: InProcessBus) -> None:
        answers = LongAnswers(one, answered)
        for piece in (("t", 1, 3, b""), ("t", 1, 0, b""), "nonsense"):
            with pytest.raises(FrameBroken):
                await answers.answer("ask", msgspec.msgpack.encode(piece))

    run(play)


def test_what_hubs_say_is_read_or_refused() -> None:
    assert question_of(packed(Join(name="hub-2"))) == Join(name="hub-2")
    assert heard(said(Said(session="s", n=1, seat=2, what=Left())), Said).what == Left()
    with pytest.raises(FrameBroken):
        question_of(b"nonsense")
    with pytest.raises(FrameBroken):
        heard(b"{", Live)


def test_an_error_of_the_owner_is_the_same_error_at_the_relay() -> None:
    with pytest.raises(NotAllowed, match="不可以"):
        found_of(Rested(kind="NotAllowed", zh="不可以", en="not yours"))


def test_a_relay_lets_in_whom_the_owner_knows_and_nobody_who_is_revoked() -> None:
    who = Identity(device="phone-1", name="p", role="operator")
    known = {"good": Known(who=who, kind="phone")}

    async def ask(question: Who | Still) -> Knowns:
        if isinstance(question, Who):
            return Knowns(known=tuple(one for token, one in known.items() if token == question.token))
        return Knowns(known=tuple(known.values()))

    async def play() -> None:
        gate = RelayGate(ask)
        assert gate.who("good") is None
        await gate.met("good")
        await gate.met("bad")
        assert (gate.who("good"), gate.who("bad"), gate.kind("phone-1")) == (who, None, "phone")
        gate.heard(Device(id="phone-1", name="p", role="viewer"))
        assert (gate.still(who) or who).role == "viewer"
        known.clear()
        await gate.look_again()
        assert gate.still(who) is None
        assert gate.who("good") is None

    asyncio.run(play())


class Heard:
    """Who hears a line."""

    def __init__(self) -> None:
        self.begun: list[bool] = []
        self.frames: list[bytes] = []
        self.is_lost = False

    def joined(self, joined: Joined, *, is_new: bool) -> None:
        self.begun.append(is_new)

    def told(self, told: Told) -> bool:
        self.frames.append(bytes(told.frame))
        return True

    def lost(self) -> None:
        self.is_lost = True


def test_a_gap_on_the_line_begins_it_again_and_another_life_anew() -> None:
    async def play(one: InProcessBus, other: InProcessBus) -> None:
        now = {"epoch": "e1", "n": 5}

        async def answered(_: bytes) -> bytes:
            return packed(
                Joined(
                    session="s", epoch=str(now["epoch"]), n=int(now["n"]), seq=0, owner="o", is_simulated=False,
                    frames=(),
                )
            )  # fmt: skip

        async def tell(n: int, epoch: str = "e1") -> None:
            now["n"] = n
            told = (Told(frame=msgspec.Raw(str(n).encode())),)
            await one.publish(subject(LIVE, "town"), said(Live(epoch=epoch, n=n, told=told)))

        await one.answer(subject(ASK, "town"), LongAnswers(one, answered).answer)
        hears = Heard()
        line = RelayLink("town", other, "hub-2", hears)
        with pytest.raises(SiteUnreachable):
            await line.ask(Join(name="x"), Joined)
        await line.start()
        await until(lambda: hears.begun == [True])
        for n in (5, 6, 7):
            await tell(n)
        await until(lambda: hears.frames == [b"6", b"7"])
        await tell(9)
        await until(lambda: hears.begun == [True, False])
        now["epoch"] = "e2"
        await tell(10, "e2")
        await until(lambda: hears.begun == [True, False, True])
        assert not hears.is_lost
        await line.stop()

    run(play)


def test_a_room_of_a_relay_shows_what_the_owner_says_and_hands_on_what_is_said() -> None:
    async def play() -> None:
        told: list[Saying] = []
        room = RelayRoom("main", lambda _, what: told.append(what))
        came: list[bytes] = []
        seat = Seat(
            screen="desk", kind="desk", name="", role="admin", window=8, write=came.append, waiting=int, drop=int
        )
        room.enter(seat)
        room.subscribe(seat, ("view", "presence"))
        room.take(Shown(revision=4, key="scene", value=msgspec.Raw(b'"river"'), by="wall"))
        room.take(Shown(revision=3, key="scene", value=msgspec.Raw(b'"old"'), by="wall"))
        room.take(FloorState(holder="wall", fence=2, left_ms=5_000))
        room.take(Presence(members=(Member(screen="wall", kind="wall"), Member(screen="x", kind="desk")), is_all=True))
        room.take(Presence(left=("x",)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        words = b"".join(came)
        assert b'"river"' in words
        assert b'"old"' not in words
        assert room.floor.holder == "wall"
        assert b'"left":["x"]' in words
        show = Show(key="scene", value=msgspec.Raw(b'"mine"'), fence=2)
        room.write(seat, show)
        room.time_passed()
        assert room.floor.holder == "wall"
        room.leave(seat)
        assert told == [show, Left()]
        room.close()

    asyncio.run(play())


async def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)
