"""We connect to a logger: `sanping.adapters.hj212.client_session` and the source around the sessions."""

import asyncio
from collections.abc import Callable

import pytest
from hj212_frames import MN, NOW_MS, counts, delivered, framed, hang_ups, options, payload, sent

from sanping.adapters.hj212.client_session import ClientSession
from sanping.adapters.hj212.decode import decode_frame
from sanping.adapters.hj212.encode import answer, encoded
from sanping.adapters.hj212.frame import Frame
from sanping.adapters.hj212.framing import Framer
from sanping.adapters.hj212.options import options_from
from sanping.adapters.hj212.segment import decoded_segment
from sanping.adapters.hj212.source import Source
from sanping.adapters.hj212.uplink import Uplink
from sanping.domain.errors import SourceFailed, SourceRefused
from sanping.domain.source_status import SourceState
from sanping.domain.text import Text
from sanping.ports.source import Fetched, Session, Step

REALTIME = payload("a_realtime_2017.txt")


def asking(**settings: object) -> ClientSession:
    """Return a session that asks one station."""
    settings = {"role": "client", "allowed_stations": MN, **settings}
    made = options("123456", **settings)
    return ClientSession(made, Uplink(made), "192.0.2.7")


def frames(steps: list[Step]) -> list[Frame]:
    """Return what steps send, as frames."""
    return [decoded_segment(cut.segment) for cut in Framer().fed(sent(steps))]


def accepted(request: Frame, code: str = "1") -> bytes:
    return encoded(answer(request, "9011", ((("QnRtn", code),),)))


def executed(request: Frame, code: str = "1") -> bytes:
    return encoded(answer(request, "9012", ((("ExeRtn", code),),)))


def test_it_asks_for_the_time_then_the_interval_then_the_data() -> None:
    # given a session that has just connected
    session = asking()
    (time,) = frames(list(session.started(NOW_MS)))

    # when the logger accepts and carries out one request after the other
    told = encoded(answer(time, "1011", ((("SystemTime", "20260612080003"),),)))
    steps = list(session.received(accepted(time) + told + executed(time), NOW_MS + 100))
    (interval,) = frames(steps)
    (realtime,) = frames(list(session.received(accepted(interval) + executed(interval), NOW_MS + 200)))

    # then each request has its own number, our password, and wants an answer
    assert [request.cn for request in (time, interval, realtime)] == ["1011", "1063", "2011"]
    assert len({request.qn for request in (time, interval, realtime)}) == 3
    assert {(request.pw, request.mn, request.flag) for request in (time, interval, realtime)} == {("123456", MN, 5)}
    assert time.qn == "20260612080005000"
    assert "clock_skew" not in counts(steps)


def test_data_are_delivered_and_acknowledged_as_from_a_station_that_connects() -> None:
    session = asking()
    list(session.started(NOW_MS))
    (step,) = delivered(list(session.received(REALTIME, NOW_MS)))
    assert len(step.observations) == 8
    assert decode_frame(step.reply).cn == "9014"


def test_a_clock_that_differs_is_told() -> None:
    # given a logger whose clock is twenty minutes behind
    session = asking()
    (time,) = frames(list(session.started(NOW_MS)))

    # when it tells its time
    told = encoded(answer(time, "1011", ((("SystemTime", "20260612074003"),),)))

    # then that is counted
    assert counts(list(session.received(told, NOW_MS)))["clock_skew"] == 1


def test_a_request_without_answer_is_repeated_twice_then_left() -> None:
    # given a logger that stays silent
    session = asking(timeout_s=5, request_interval=60)
    (first,) = frames(list(session.started(NOW_MS)))

    # when half a minute passes, second by second
    steps = [step for second in range(1, 30) for step in session.woken(NOW_MS + second * 1000)]

    # then the same request went out two more times, then the next one three times
    asked = [request.cn for request in frames(steps)]
    assert asked[:3] == ["1011", "1011", "1063"]
    assert frames(steps)[0] == first
    assert counts(steps)["requests_unanswered"] >= 1


def test_a_logger_that_answers_nothing_at_all_is_hung_up() -> None:
    session = asking(timeout_s=5, request_interval=10)
    list(session.started(NOW_MS))
    steps = [step for second in range(1, 60) for step in session.woken(NOW_MS + second * 1000)]
    assert len(hang_ups(steps)) == 1
    assert "answers no request" in hang_ups(steps)[0]


def test_data_are_asked_for_again_when_they_stay_away() -> None:
    # given a logger that sends data once
    session = asking(request_interval=30)
    list(session.started(NOW_MS))
    session._todo[MN].clear()
    session._asked.clear()
    list(session.received(REALTIME, NOW_MS))

    # when nothing more comes
    early = [step for second in range(1, 29) for step in session.woken(NOW_MS + second * 1000)]
    later = [step for second in range(29, 32) for step in session.woken(NOW_MS + second * 1000)]

    # then it is asked again after the interval
    assert frames(early) == []
    assert [request.cn for request in frames(later)] == ["2011"]


def test_the_hours_of_a_gap_are_asked_for() -> None:
    # given a station that was last heard at 05:20, and a connection at 08:00
    made = options("123456", role="client", allowed_stations=MN)
    uplink = Uplink(made)
    uplink.heard_ms[MN] = NOW_MS - 160 * 60_000
    session = ClientSession(made, uplink, "192.0.2.7")

    # when the first questions are answered
    (time,) = frames(list(session.started(NOW_MS)))
    (interval,) = frames(list(session.received(executed(time), NOW_MS)))
    (hours,) = frames(list(session.received(executed(interval), NOW_MS)))
    (realtime,) = frames(list(session.received(executed(hours), NOW_MS)))

    # then the missed hours are asked for before the data of now
    assert [request.cn for request in (time, interval, hours, realtime)] == ["1011", "1063", "2061", "2011"]
    assert (hours.value("BeginTime"), hours.value("EndTime")) == ("20260612050000", "20260612080000")


@pytest.mark.parametrize(("code", "word"), [("3", "password"), ("4", "MN")])
def test_a_refusal_that_only_a_person_can_mend_ends_the_connection(code: str, word: str) -> None:
    # given a logger that does not know us
    session = asking()
    (time,) = frames(list(session.started(NOW_MS)))

    # when it refuses
    steps = list(session.received(accepted(time, code), NOW_MS))

    # then we hang up, and know why
    assert word in hang_ups(steps)[0]
    assert session.refusal is not None


@pytest.mark.parametrize("code", ["2", "8", "100"])
def test_a_request_that_is_declined_is_counted_and_the_next_one_asked(code: str) -> None:
    session = asking()
    (time,) = frames(list(session.started(NOW_MS)))
    steps = list(session.received(accepted(time, code), NOW_MS))
    assert counts(steps)["requests_declined"] == 1
    assert [request.cn for request in frames(steps)] == ["1063"]


def test_a_request_that_fails_is_counted_and_the_next_one_asked() -> None:
    session = asking()
    (time,) = frames(list(session.started(NOW_MS)))
    steps = list(session.received(accepted(time) + executed(time, "100"), NOW_MS))
    assert counts(steps)["requests_failed"] == 1
    assert [request.cn for request in frames(steps)] == ["1063"]


def test_an_answer_to_another_question_changes_nothing() -> None:
    session = asking()
    list(session.started(NOW_MS))
    assert frames(list(session.received(payload("d_request_accepted.txt"), NOW_MS))) == []


@pytest.mark.parametrize(
    "settings",
    [{"role": "client"}, {"versions": "2018"}, {"allowed_addresses": "10.1.0.0/99"}, {"codes_file": "/no/such.csv"}],
    ids=["no station", "version", "network", "table"],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(SourceRefused):
        options_from(settings)


class World:
    """A world with one peer, who says `data` and then hangs up, or is never there."""

    def __init__(self, data: bytes = b"", secrets: dict[str, str] | None = None, *, is_there: bool = True) -> None:
        self.steps: list[Step] = []
        self.said: list[str] = []
        self._data = data
        self._secrets = secrets or {}
        self._is_there = is_there

    def now_ms(self) -> int:
        return NOW_MS

    def say(self, state: SourceState, why: Text) -> None:
        self.said.append(f"{state}: {why.en}")

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        pass

    async def sleep(self, seconds: float) -> None:
        pass

    async def deliver(self, observations: object) -> None:
        pass

    async def serve_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
        await self.dial_tcp(host, port, session)
        await asyncio.sleep(60)

    async def dial_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
        if not self._is_there:
            raise SourceFailed(Text("没有人", "Nobody is there"))
        made = session("192.0.2.7")
        self.steps += [*made.started(NOW_MS), *made.received(self._data, NOW_MS)]
        if hang_ups(self.steps):
            raise SourceFailed(Text("断开", "Hung up"))

    async def fetch(self, url: str, headers: object) -> Fetched:
        raise NotImplementedError

    def secret(self, name: str) -> str:
        return self._secrets.get(name, "")


def test_the_source_listens_and_delivers() -> None:
    # given a source that waits for stations, with a password stored elsewhere
    world = World(REALTIME, {"password": "123456"})
    source = Source({"host": "0.0.0.0", "port": 9212})

    # when a station reports
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(source.run(world), 0.05))

    # then the rows arrive
    assert len(delivered(world.steps)) == 1
    assert world.said == ["connecting: Waiting for stations on 0.0.0.0:9212"]


@pytest.mark.parametrize("stored", [{"password": "654321"}, {"vault-7": "654321"}], ids=["by key", "by reference"])
def test_a_stored_password_is_checked(stored: dict[str, str]) -> None:
    world = World(REALTIME, stored)
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(Source({"password": "vault-7"}).run(world), 0.05))
    assert counts(world.steps) == {"frames": 1, "wrong_password": 1}


def test_a_logger_that_hangs_up_is_tried_again() -> None:
    with pytest.raises(SourceFailed):
        asyncio.run(Source({"role": "client", "allowed_stations": MN, "host": "192.0.2.1"}).run(World()))


def test_a_logger_that_refuses_needs_a_person() -> None:
    # given a logger that knows another password, whatever we ask
    class Refusing(World):
        async def dial_tcp(self, host: str, port: int, session: Callable[[str], Session]) -> None:
            made = session("192.0.2.7")
            (request,) = frames(list(made.started(NOW_MS)))
            assert hang_ups(list(made.received(accepted(request, "3"), NOW_MS)))
            raise SourceFailed(Text("断开", "Hung up"))

    # when the source runs
    source = Source({"role": "client", "allowed_stations": MN, "host": "192.0.2.1"})

    # then it is not tried again by itself
    with pytest.raises(SourceRefused, match="密码"):
        asyncio.run(source.run(Refusing()))


def test_a_test_listens_but_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a source under test, while a station reports
    monkeypatch.setattr("sanping.adapters.hj212.source.TEST_S", 0.05)
    world = World(REALTIME + framed("not a frame"))

    # when it is tested
    found = asyncio.run(Source({}).test(world))

    # then it says what came, and nothing was delivered nor acknowledged
    assert "1 frames with 8 values from 1 stations" in found.en or "2 frames with 8 values" in found.en
    assert (delivered(world.steps), sent(world.steps)) == ([], b"")


def test_a_test_of_an_address_where_nobody_is_fails() -> None:
    with pytest.raises(SourceFailed):
        asyncio.run(Source({"role": "client", "allowed_stations": MN}).test(World(is_there=False)))
