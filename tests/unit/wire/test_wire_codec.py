"""Messages go through frames unchanged, and nothing but `FrameBroken` comes out of a bad one."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.small_notices import warning
from sanping.domain.alarm import Alarm
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.errors import FrameBroken
from sanping.domain.source_status import SourceStatus
from sanping.wire.codec import Body, Unknown, body_of, encoded, from_hub, from_screen, raw
from sanping.wire.messages import (
    MAX_BYTES_IN,
    Ack,
    Bye,
    Change,
    Command,
    FromHub,
    FromScreen,
    Hello,
    NoticesOver,
    Ping,
    Pong,
    ReadingRow,
    Readings,
    Ready,
    Resume,
    Series,
    SeriesRow,
    Snapshot,
    Subscribe,
    Welcome,
)

ALARM = Alarm(
    id="a1", rule="high", station="S1", quantity="water_level", colour="orange", state="active",
    title_zh="水位超警戒", title_en="Level over warning", raised_ms=1, changed_ms=2, evidence=((1, 3.5), (2, 3.6)),
)  # fmt: skip
CASE = CaseLine(
    id="c1", rev=2, state="to_file", kind="event", case_class="0105", title_zh="水域不洁", title_en="Dirty water",
    source="rule", area="310107", reported_ms=1, changed_ms=2, due_ms=9, turns=((2, "green"), (9, "red")),
)  # fmt: skip
SOURCE = SourceStatus(name="水文遥测", adapter="sl651", state="live", counts={"frames": 3})

SAID_BY_SCREENS: list[FromScreen] = [
    Hello(protocol="sanping.v1", screen="大屏一", kind="wall", token="t", resume=Resume(epoch="e", seq=7)),
    Subscribe(topics=("all", "station:S1", "group:quality", "log")),
    Command(op="0f8fad5b-d9cb-469f-a165-70867728950e", action="alarm.acknowledge", arguments={"alarm": "a1"}),
    Ready(revision=4),
    Ping(sent_ms=5),
]
SAID_BY_THE_HUB: list[FromHub] = [
    Welcome(epoch="e", seq=7, server_ms=1, twin="suhe", is_simulated=True),
    Series(rows=(SeriesRow(0, "S1", "water_level", "instant", "m", 0, "水文遥测"),)),
    Readings(revision=9, rows=(ReadingRow(0, 3.25, 1, 2, "suspect", "late", True, "T"), ReadingRow(1, None, 1, 2))),
    Snapshot(seq=7, alarms=(ALARM,), sources=(SOURCE,), notices=(warning(),), cases=(CASE,)),
    Ack(op="12345678", ok=False, error_zh="没有", error_en="none"),
    Pong(sent_ms=1, server_ms=2),
    Bye(reason="stopping"),
]


@pytest.mark.parametrize("message", SAID_BY_SCREENS, ids=lambda message: type(message).__name__)
def test_what_a_screen_says_arrives_unchanged(message: FromScreen) -> None:
    # given a message of a screen

    # when it goes through a frame
    arrived = from_screen(encoded(message))

    # then it is the same
    assert arrived == message


@pytest.mark.parametrize("message", SAID_BY_THE_HUB, ids=lambda message: type(message).__name__)
def test_what_the_hub_says_arrives_unchanged(message: FromHub) -> None:
    # given a message of the hub

    # when it goes through a frame
    arrived = from_hub(encoded(message))

    # then it is the same
    assert arrived == message


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("alarm", ALARM),
        ("source", SOURCE),
        ("notice", warning()),
        ("notices_over", NoticesOver(keys=("a,b",))),
        ("case", CASE),
        ("case_counts", CaseCounts(at_ms=2, day_ms=1, rates={"closing_rate": 0.5})),
    ],
)
def test_the_body_of_a_change_is_read_by_its_kind(kind: str, body: Body) -> None:
    # given a change of the log
    frame = encoded(Change(seq=3, kind=kind, body=raw(body)))

    # when a screen reads it
    change = from_hub(frame)

    # then it holds what its kind says
    assert isinstance(change, Change)
    assert body_of(change) == body


def test_a_message_field_or_kind_of_a_newer_protocol_is_skipped() -> None:
    # given a message, a field, a column and a kind of change that nobody knows here
    message = b'{"type":"applause","holder":"wall"}'
    field = b'{"type":"pong","sent_ms":1,"server_ms":2,"load":0.5}'
    column = b'{"type":"series","rows":[[0,"S1","ph","instant","",0,"a","new"]]}'
    kind = encoded(Change(seq=3, kind="carriage", body=msgspec.Raw(b'{"id":1}')))

    # when they are read
    change = from_hub(kind)

    # then what is known is kept, and the rest does no harm
    assert from_hub(message) == Unknown(type="applause")
    assert from_screen(message) == Unknown(type="applause")
    assert from_hub(field) == Pong(sent_ms=1, server_ms=2)
    assert from_hub(column) == Series(rows=(SeriesRow(0, "S1", "ph", "instant", "", 0, "a"),))
    assert isinstance(change, Change)
    assert body_of(change) is None


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"null",
        b"{}",
        b'{"type":"hello"}',
        b'{"type":"hello","protocol":1,"screen":"s","kind":"desk","token":"t"}',
        b'{"type":"command","op":"short","action":"a"}',
        b'{"type":7}',
        b"\xff\xfe",
        b'{"type":"ping","sent_ms":"' + b"\xf0\x28\x8c\x28" + b'"}',
        b"[" * 5000,
        encoded(Subscribe(topics=tuple(str(number) for number in range(1001)))),
        encoded(Command(op="12345678", action="x", arguments={"long": "水" * MAX_BYTES_IN})),
    ],
)
def test_a_bad_frame_is_refused_with_words(frame: bytes) -> None:
    # given a frame that is no message

    # when it is read
    with pytest.raises(FrameBroken) as refused:
        from_screen(frame)

    # then the reason is there in both languages
    assert refused.value.message.zh
    assert refused.value.message.en


@given(st.binary(max_size=300))
def test_any_bytes_give_a_message_or_frame_broken(frame: bytes) -> None:
    for read in (from_screen, from_hub):
        try:
            read(frame)
        except FrameBroken:
            continue


def test_a_value_that_is_no_number_travels_as_missing() -> None:
    # given a reading without a value
    frame = encoded(Readings(revision=1, rows=(ReadingRow(0, math.nan, 1, 2, "missing"),)))

    # when a screen reads it
    readings = from_hub(frame)

    # then it is None there
    assert isinstance(readings, Readings)
    assert readings.rows[0].value is None
