"""What every bus does: tells who listens, brings answers, and keeps the parcels of a lane until they are taken."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from fakes.linked_hub import eventually
from fakes.real_nats import RealNats, running_nats
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.bus.nats_bus import NatsAccess, NatsBus
from sanping.domain.errors import MessageTooLarge, SiteUnreachable
from sanping.ports.bus import Parcel

Bus = InProcessBus | NatsBus
Made = Callable[[], Bus]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealNats]:
    yield from running_nats(tmp_path_factory.mktemp("nats"))


@pytest.fixture(params=["in process", "nats"])
def made(request: pytest.FixtureRequest) -> Made:
    """Return what makes one more bus of the same site."""
    if request.param == "nats":
        address = request.getfixturevalue("server").address
        return lambda: NatsBus(NatsAccess(address=address))
    exchange = Exchange()
    return lambda: InProcessBus(exchange)


def with_two(made: Made, play: Callable[[Bus, Bus], Awaitable[None]]) -> None:
    """Play with two buses that are up, and close them."""

    async def run() -> None:
        first, second = made(), made()
        try:
            for bus in (first, second):
                await bus.start()
                await eventually(lambda bus=bus: bus.is_up)
            await play(first, second)
        finally:
            await first.close()
            await second.close()

    asyncio.run(run())


def test_who_listens_hears_what_is_meant_for_them_in_order(made: Made) -> None:
    async def play(first: Bus, second: Bus) -> None:
        # given somebody who listens to one kind of subject
        heard: list[tuple[str, bytes]] = []
        await second.subscribe("site.*.pulse", lambda subject, body: heard.append((subject, body)))
        while not heard:
            await first.publish("site.there.pulse", b"?")
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        heard.clear()

        # when several things are told, some of another kind
        for number in range(50):
            await first.publish("site.town.pulse", b"%d" % number)
            await first.publish("site.town.other", b"no")

        # then all of the kind are heard, in their order, and nothing else
        await eventually(lambda: len(heard) == 50)
        assert heard == [("site.town.pulse", b"%d" % number) for number in range(50)]

    with_two(made, play)


def test_a_question_is_answered_and_where_nobody_answers_it_says_so(made: Made) -> None:
    async def play(first: Bus, second: Bus) -> None:
        # given one who answers, and fails for one question
        async def answered(subject: str, body: bytes) -> bytes:
            if body == b"broken":
                raise ValueError(body)
            return subject.encode() + b"=" + body

        await second.answer("ask.it", answered)

        # when they are asked; then the answer comes
        assert await _asked(first, "ask.it", b"1") == b"ask.it=1"

        # and where they fail, or nobody is there, that is said
        for subject, body in (("ask.it", b"broken"), ("ask.nobody", b"1")):
            with pytest.raises(SiteUnreachable):
                await first.ask(subject, body, 0.2)

    with_two(made, play)


def test_what_the_server_cannot_carry_is_refused_at_once_with_its_limit(made: Made, tmp_path: Path) -> None:
    async def play(first: Bus, second: Bus) -> None:
        # given a server that carries no more than so much, and one who answers
        heard: list[int] = []

        async def answered(_: str, body: bytes) -> bytes:
            heard.append(len(body))
            return b"ok"

        await second.answer("ask.it", answered)
        assert await _asked(first, "ask.it", b"x" * first.most_bytes) == b"ok"

        # when more is asked, told or stored; then it is refused with both sizes, at once, and the next goes
        with pytest.raises(MessageTooLarge, match=f"{first.most_bytes + 1}.*{first.most_bytes}"):
            await first.ask("ask.it", b"x" * (first.most_bytes + 1), 60.0)
        await first.publish("ask.it", b"x" * (first.most_bytes + 1))
        assert await _asked(first, "ask.it", b"x") == b"ok"
        assert heard == [first.most_bytes, 1]

    first = made()
    if isinstance(first, NatsBus):
        server = RealNats(tmp_path)
        server.limit(4_096)
        server.start()
        try:
            with_two(lambda: NatsBus(NatsAccess(address=server.address)), play)
        finally:
            server.close()
    else:
        first._exchange.most_bytes = 4_096
        with_two(made, play)


async def _asked(bus: Bus, subject: str, body: bytes) -> bytes:
    for _ in range(100):
        try:
            return await bus.ask(subject, body, 2.0)
        except SiteUnreachable:
            await asyncio.sleep(0.02)
    raise AssertionError("nobody answers")


def test_a_lane_keeps_each_parcel_once_until_it_is_taken(made: Made) -> None:
    async def play(first: Bus, second: Bus) -> None:
        # given parcels that are stored before anybody collects, one of them twice
        for number in (1, 2, 2, 3):
            await first.store("rows", Parcel(site="town", epoch="a", seq=number, body=b"%d" % number))

        # when they are collected, and the second is refused the first time
        taken: list[int] = []
        refused = []

        async def take(parcel: Parcel) -> None:
            if parcel.seq == 2 and not refused:
                refused.append(parcel.seq)
                raise OSError("the disk is full")
            taken.append(parcel.seq)

        await second.collect("rows", take)

        # then each is taken once, in order
        await eventually(lambda: len(taken) >= 3)
        await first.store("rows", Parcel(site="town", epoch="a", seq=3, body=b"3"))
        await first.store("rows", Parcel(site="town", epoch="b", seq=1, body=b"4"))
        await eventually(lambda: len(taken) >= 4)
        assert taken == [1, 2, 3, 1]

    with_two(made, play)


def test_a_bus_says_that_it_is_down_and_comes_up_when_its_server_does(tmp_path: Path, server: RealNats) -> None:
    async def play() -> None:
        # given a bus whose server is not there
        other = RealNats(tmp_path / "other")
        bus = NatsBus(NatsAccess(address=other.address))
        heard: list[bytes] = []
        try:
            await bus.subscribe("a.b", lambda _, body: heard.append(body))
            await bus.start()

            # when somebody is asked and a parcel is stored; then it says that it cannot
            with pytest.raises(SiteUnreachable):
                await bus.ask("a.b", b"", 0.2)
            with pytest.raises(SiteUnreachable):
                await bus.store("rows", Parcel(site="town", epoch="a", seq=1, body=b""))
            assert not bus.is_up

            # and when the server starts, who listened before hears
            other.start()
            await eventually(lambda: bus.is_up)
            await bus.publish("a.b", b"1")
            await eventually(lambda: heard == [b"1"])
        finally:
            await bus.close()
            other.close()

    asyncio.run(play())


def test_a_direct_line_dials_soon_again_and_does_not_spin_while_its_server_refuses(
    tmp_path: Path, server: RealNats, caplog: pytest.LogCaptureFixture
) -> None:
    def refusals() -> int:
        return sum("message server:" in record.getMessage() for record in caplog.records)

    async def play() -> None:
        # given a direct line to a server, and the port of the server closed at once
        other = RealNats(tmp_path / "other")
        other.start()
        bus = NatsBus(NatsAccess(address=other.address, is_direct=True))
        try:
            await bus.start()
            await eventually(lambda: bus.is_up)
            other.stop()
            await eventually(lambda: refusals() > 2)

            # when half a second goes by; then it was dialled a few times, not thousands of times
            before = refusals()
            await asyncio.sleep(0.5)
            assert refusals() - before < 20

            # and it is up again when the server is
            other.start()
            await eventually(lambda: bus.is_up)
        finally:
            await bus.close()
            other.close()

    with caplog.at_level("DEBUG", logger="sanping.bus.nats_bus"):
        asyncio.run(play())
