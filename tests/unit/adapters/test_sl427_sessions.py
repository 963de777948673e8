"""SL/T 427 connections: confirmations after the commit, repeats, skew, admission, patience; the simulator."""

import asyncio
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import sanping.adapters.sl427.source
from fakes.loopback_world import LoopbackWorld, played
from sanping.adapters.sl427.decode import decode_frame
from sanping.adapters.sl427.encode import bcd, confirmation, link, report, time_tag
from sanping.adapters.sl427.frame import ALARM, KEEP, LOGIN, QUERY, Frame, encoded
from sanping.adapters.sl427.options import Options, options_from
from sanping.adapters.sl427.session import TerminalSession
from sanping.adapters.sl427.simulator import Simulator, told
from sanping.adapters.sl427.source import Source
from sanping.adapters.sl427.uplink import Uplink
from sanping.hub.spare_port import free_port
from sanping.ports.source import Count, Deliver, HangUp, Send, Step

PACKAGE = Path(sanping.adapters.sl427.source.__file__).parent
AT_MS = 1_781_222_410_000  # 2026-06-12T08:00:10+08:00
STATION = "31010700001"


def steps(talk: TerminalSession, data: bytes, now_ms: int = AT_MS) -> list[Step]:
    return list(talk.received(data, now_ms))


def counts(found: Iterable[Step]) -> dict[str, int]:
    return {step.what: step.times for step in found if isinstance(step, Count)}


def session(**more: Any) -> TerminalSession:
    options = Options(**more)
    return TerminalSession(options, Uplink(options), "10.0.0.9")


def level(metres: float, now_ms: int = AT_MS) -> Frame:
    return report(STATION, 2, [bcd(metres, 4, 3)], tag=time_tag(now_ms, 8), alarm=0b101, state=0x20)


def test_a_report_is_confirmed_with_its_rows_and_a_repeat_without() -> None:
    # given a level report
    talk, wire = session(), encoded(level(3.127))

    # when it comes twice
    first, again = steps(talk, wire), steps(talk, wire, AT_MS + 4000)

    # then the rows travel with the confirmation, once
    delivery = next(step for step in first if isinstance(step, Deliver))
    repeat = next(step for step in again if isinstance(step, Deliver))
    reply = decode_frame(delivery.reply)
    assert (reply.is_up, reply.afn, reply.kind, reply.station, reply.data) == (False, 0xC0, 2, STATION, b"\x00")
    assert {one.quantity: one.value for one in delivery.observations}["level_alarm"] == 1.0
    assert (repeat.observations, repeat.reply) == ((), delivery.reply)
    assert counts(again)["duplicates"] == 1


@pytest.mark.parametrize(("reply", "size"), [("plain", 1), ("aux", 10), ("none", -1)])
def test_the_setting_decides_what_a_confirmation_carries(reply: Any, size: int) -> None:
    # given a source with a way to confirm
    talk = session(reply=reply, password="1234")

    # when a report comes
    delivery = next(step for step in steps(talk, encoded(level(3.1))) if isinstance(step, Deliver))

    # then password and time tag are behind it, or there is none
    assert (len(decode_frame(delivery.reply).data) if delivery.reply else -1) == size
    if reply == "aux":
        assert decode_frame(delivery.reply).data.hex() == "00" + "1234" + "10000812062600"


def test_link_tests_are_echoed_and_answers_to_queries_are_not_confirmed() -> None:
    # given a login, a keep, and an answer to a query
    talk = session()

    # when they come
    found = [steps(talk, encoded(link(STATION, what))) for what in (LOGIN, KEEP)]
    answer = steps(talk, encoded(replace(level(3.1), afn=QUERY)))

    # then the link tests come back, and the answer is taken silently
    echoes = [decode_frame(step.data).data for one in found for step in one if isinstance(step, Send)]
    assert echoes == [b"\xf0", b"\xf2"]
    assert [counts(one) for one in found] == [{"frames": 1, "logins": 1}, {"frames": 1, "keep_alives": 1}]
    assert [step.reply for step in answer if isinstance(step, Deliver)] == [b""]


def test_late_future_foreign_and_split_frames_are_told_apart() -> None:
    # given an old report, one from the future, one of a foreign terminal, a part of a picture, a broken length
    wire = encoded(level(3.1))
    late, ahead = steps(session(), wire, AT_MS + 3_600_000), steps(session(), wire, AT_MS - 3_600_000)
    foreign = steps(session(stations=frozenset({"31010700002"})), wire)
    part = steps(session(), encoded(Frame(station=STATION, afn=0x83, data=b"\xff\xd8", split=4)))
    odd = steps(session(), encoded(Frame(station=STATION, afn=ALARM, kind=2, data=b"\x01\x02\x03")))

    # when they come, then each is counted for what it is
    assert {one.origin for step in late if isinstance(step, Deliver) for one in step.observations} == {"late"}
    assert counts(ahead)["clock_ahead"] == 1
    assert not [step for step in (*ahead, *foreign) if isinstance(step, Deliver)]
    assert counts(foreign)["unknown_station"] == 1
    assert counts(part)["split_frames"] == 1
    assert counts(odd)["bad_elements"] == 1


def test_who_does_not_belong_or_makes_no_sense_is_hung_up_on() -> None:
    # given a foreign peer, one who never finishes, and one who sends something else
    options = options_from({"allowed_addresses": "10.1.0.0/16"})
    foreign = TerminalSession(options, Uplink(options), "10.2.0.1")
    slow, loud = session(), session()
    steps(slow, encoded(level(3.1))[:9])

    # when they go on
    refused = list(foreign.started(AT_MS))
    ended = list(slow.woken(AT_MS + 31_000))
    rubbish = [step for _ in range(40) for step in steps(loud, b"GET / HTTP/1.1\r\n" * 128)]

    # then all are hung up on
    assert [isinstance(found[-1], HangUp) for found in (refused, ended, rubbish)] == [True] * 3


@given(st.lists(st.binary(max_size=60), max_size=6), st.integers(0, 30))
def test_no_bytes_make_a_session_raise(pieces: list[bytes], flips: int) -> None:
    # given frames with bytes between them, and some bits flipped
    stream = bytearray(b"".join(encoded(level(3.1)) + piece for piece in pieces))
    for number in range(min(flips, len(stream))):
        stream[number * 31 % len(stream)] ^= 1 << number % 8

    # when they come, then everything that follows is a step
    found = steps(session(), bytes(stream))
    assert all(isinstance(step, Count | Deliver | Send | HangUp) for step in found)


class Works:
    """A sluice and a pumping station."""

    def stations(self) -> Sequence[str]:
        return ("31010700001", "31010700101")

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        if address == "31010700001":
            return {"gate_opening": 1.6, "gates_open": 2.0, "level_above_gate": 2.57, "level_below_gate": 3.1}
        return {"pumps_running": 3.0, "rain_total": 320.5, "supply_voltage": 12.6}


def test_the_simulator_reports_over_loopback() -> None:
    # given a source and simulated works on a free port
    world = LoopbackWorld()
    settings = {"host": "127.0.0.1", "port": free_port(), "reply": "aux"}
    wanted = {"gate_opening", "gates_open", "level_above_gate", "pumps_running", "rain_total", "supply_voltage"}

    # when they play
    source, simulator = Source(settings), Simulator(settings)
    asyncio.run(played(world, source, simulator, Works(), lambda: wanted <= {row.quantity for row in world.rows}))

    # then the values arrive, and no frame was bad
    found = {(row.station, row.quantity): row.value for row in world.rows}
    assert found["31010700001", "gates_open"] == 2.0
    assert found["31010700101", "pumps_running"] == 3.0
    assert found["31010700001", "level_below_gate"] == 3.1
    assert world.counts["logins"] == 2
    assert not {"bad_crc", "cut_off", "garbage_bytes", "bad_elements", "unknown_code"} & set(world.counts)
    assert told({"velocity": 0.3, "flow": 4.0, "water_level": 2.0}) == {2: [2.0], 3: [4.0], 4: [0.3]}


def test_a_test_of_the_source_says_what_it_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a source under test for half a second
    monkeypatch.setattr("sanping.adapters.sl427.source.TEST_S", 0.5)

    # when nobody connects, then it says so
    text = asyncio.run(Source({"host": "127.0.0.1", "port": free_port()}).test(LoopbackWorld()))  # type: ignore[arg-type]
    assert "0 个报文" in text.zh


def test_the_manifest_and_the_options_name_the_same_settings() -> None:
    # given the manifest
    manifest = tomllib.loads((PACKAGE / "manifest.toml").read_text(encoding="utf-8"))

    # when its defaults are read, then they are those of the options
    read = options_from({key: setting.get("default") for key, setting in manifest["settings"].items()})
    assert (read.host, read.port, read.reply, read.has_gate_levels) == ("0.0.0.0", 9427, "plain", True)
    assert confirmation(level(3.1)) != b""
