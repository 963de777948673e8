"""CAP alerts: decoding, writing, following and what is in force."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.cap.decode import decode
from sanping.adapters.cap.encode import encode
from sanping.adapters.cap.simulator import Simulator
from sanping.adapters.cap.source import Source
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.domain.notice import Notice, NoticeArea
from sanping.ports.source import Fetched
from sanping.twin.notices import after_notice, in_force

SENT_MS = 1_781_223_300_000  # 2026-06-12T08:15:00+08:00
HOUR_MS = 3_600_000
PAYLOADS = Path(__file__).parents[2] / "contract" / "payloads" / "cap"
RING = ((121.3, 31.2), (121.4, 31.2), (121.4, 31.3), (121.3, 31.2))


def notice(number: int = 0, **more: object) -> Notice:
    plain = Notice(
        identifier=f"31010741600000_20260612081500_{number}",
        sender="31010741600000",
        sent_ms=SENT_MS,
        status="actual",
        kind="alert",
        event="11B03",
        colour="orange",
        headline_zh="暴雨橙色预警",
        headline_en="Orange rainstorm warning",
        description_zh="未来 3 小时降雨 50 毫米以上",
        description_en="More than 50 mm within 3 hours",
        instruction_zh="停止户外作业",
        instruction_en="Stop work outdoors",
        sender_name="市气象台",
        urgency="Immediate",
        certainty="Likely",
        expires_ms=SENT_MS + 3 * HOUR_MS,
        areas=(NoticeArea(name="普陀区", polygons=(RING,), circles=((121.4, 31.2, 5.0),), codes=("310107",)),),
    )
    return msgspec.structs.replace(plain, **more)


class FakeWorld:
    """Answers with what it was given and keeps what is published."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.published: list[Notice] = []
        self.counts: dict[str, int] = {}
        self.asked: list[Mapping[str, str]] = []

    def say(self, *_: object) -> None: ...

    def count(self, what: str, times: int = 1, detail: object = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    async def sleep(self, seconds: float) -> None:
        if not self.answers:
            raise asyncio.CancelledError

    async def publish(self, notices: Sequence[Notice]) -> None:
        self.published.extend(notices)

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self.asked.append(headers)
        body = self.answers.pop(0)
        return Fetched(status=200 if body else 304, headers={"etag": "e1"}, body=body)


def follow(source: Source, world: FakeWorld) -> None:
    async def until_the_answers_end() -> None:
        with pytest.raises(asyncio.CancelledError):
            await source.run(world)  # type: ignore[arg-type]

    asyncio.run(until_the_answers_end())


def test_a_notice_written_is_the_notice_read() -> None:
    # given a warning with areas and both languages
    written = notice(references=("31010741600000,old",), kind="update")

    # when it is written as CAP and read back
    read = decode(encode(written))

    # then nothing has changed
    assert read == written


@given(
    headline=st.text(
        st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zs", "Zl", "Zp")), min_size=1, max_size=40
    ),
    latitude=st.floats(-80, 80).map(lambda v: round(v, 3)),
    hours=st.integers(1, 100),
)
def test_any_headline_place_and_time_comes_back(headline: str, latitude: float, hours: int) -> None:
    # given a warning with any words, place and duration
    ring = ((10.0, latitude), (11.0, latitude), (11.0, latitude + 1), (10.0, latitude))
    written = notice(
        headline_zh=headline, expires_ms=SENT_MS + hours * HOUR_MS, areas=(NoticeArea(name="x", polygons=(ring,)),)
    )

    # when it is written and read back
    read = decode(encode(written))

    # then it is the same, within the digits that CAP carries
    assert read.headline_zh == headline
    assert read.expires_ms == written.expires_ms
    assert [value for point in read.areas[0].polygons[0] for value in point] == pytest.approx(
        [value for point in ring for value in point], abs=1e-4
    )


@pytest.mark.parametrize(
    ("file", "colour", "status"),
    [("oasis-severe.xml", "orange", "exercise"), ("chinese-profile.xml", "yellow", "actual")],
)
def test_both_vocabularies_of_severity_are_read(file: str, colour: str, status: str) -> None:
    # given a recorded alert in the words of OASIS, and one in those of the Chinese profile
    data = (PAYLOADS / file).read_bytes()

    # when it is decoded
    found = decode(data)

    # then both have one of the four colours
    assert (found.colour, found.status) == (colour, status)
    assert found.areas


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((b"<sent>", b"<sentt>"), "XML"),
        ((b"2026-06-12T08:15:00+08:00", b"2026-06-12T08:15:00"), "sent"),
        ((b"<status>Actual", b"<status>Perhaps"), "status"),
        ((b"<identifier>3", b"<identifier>3 3"), "identifier"),
        ((b"31.2,121.3", b"131.2,121.3"), "polygon"),
        ((b"121.4 5<", b"121.4 -5<"), "circle"),
        ((b"31.2,121.4 31.3,121.4", b""), "polygon"),
        ((b"urn:oasis:names:tc:emergency:cap:1.2", b"urn:other"), "CAP"),
        ((b"<?xml", b"<!DOCTYPE alert [<!ENTITY a 'b'>]><?xml"), "DOCTYPE"),
    ],
)
def test_a_broken_alert_is_refused_with_its_fault(change: tuple[bytes, bytes], said: str) -> None:
    # given an alert with one fault
    data = encode(notice()).replace(*change)

    # when it is decoded
    # then the fault is named
    with pytest.raises(FrameBroken, match=said):
        decode(data)


@given(st.binary(max_size=300), st.integers(0, 2000))
def test_no_bytes_whatever_bring_the_decoder_down(junk: bytes, at: int) -> None:
    # given an alert with junk in the middle of it
    good = encode(notice())
    data = good[:at] + junk + good[at + len(junk) :]

    # when it is decoded
    # then it is a notice or a refusal, and nothing else
    with suppress(FrameBroken):
        assert isinstance(decode(data), Notice)


def test_updates_replace_cancels_end_and_time_expires() -> None:
    # given a warning, its update, and a cancel of the update
    first, second = notice(0), notice(1, kind="update", references=(notice(0).key,), sent_ms=SENT_MS + 1)
    end = notice(2, kind="cancel", references=(second.key,), sent_ms=SENT_MS + 2)

    # when they arrive one after another
    one = after_notice({}, first)
    two = after_notice(one, second)
    three = after_notice(two, end)

    # then only the newest is in force, then none; an expired one is not in force, and an echo changes nothing
    assert [item.identifier for item in in_force(two.values(), SENT_MS)] == [second.identifier]
    assert three == {}
    assert in_force(one.values(), SENT_MS + 3 * HOUR_MS) == ()
    assert after_notice(one, notice(0, kind="ack")) == one
    assert after_notice(one, notice(0, sent_ms=SENT_MS - 5, headline_zh="旧")) == one


def test_the_worst_real_warning_stands_above_exercises() -> None:
    # given a red exercise, a blue and a yellow warning
    notices = [notice(0, status="exercise", colour="red"), notice(1, colour="blue"), notice(2, colour="yellow")]

    # when those in force are asked for
    found = in_force(notices, SENT_MS)

    # then what is real comes first
    assert [item.colour for item in found] == ["yellow", "blue", "red"]


def test_a_polled_alert_is_published_once_and_asked_for_with_its_mark() -> None:
    # given an address that gives one alert twice, then nothing new, then a broken one, then another
    good, other = encode(notice(0)), encode(notice(1))
    world = FakeWorld(good, good, b"", b"<alert", other)

    # when it is followed
    follow(Source({"url": "http://example.test/cap", "interval_s": 1}), world)

    # then each alert is published once, and the broken one is counted
    assert [item.identifier for item in world.published] == [notice(0).identifier, notice(1).identifier]
    assert world.counts["bad_alerts"] == 1
    assert world.asked[1] == {"If-None-Match": "e1"}


def test_a_folder_of_alerts_is_followed(tmp_path: Path) -> None:
    # given a folder with an alert, something else and a broken file
    (tmp_path / "a.xml").write_bytes(encode(notice(0)))
    (tmp_path / "note.txt").write_text("x", encoding="utf-8")
    (tmp_path / "b.xml").write_bytes(b"<nonsense/>")
    world = FakeWorld()

    # when it is followed
    follow(Source({"folder": str(tmp_path)}), world)

    # then the alert is published and the broken one counted
    assert [item.identifier for item in world.published] == [notice(0).identifier]
    assert world.counts == {"frames": 2, "bad_alerts": 1}


def test_a_source_without_a_place_is_refused(tmp_path: Path) -> None:
    # given no address and no folder, and a folder that is not there
    # when sources are made of them
    # then a person is told what to do
    with pytest.raises(SourceRefused, match="网址"):
        Source({})
    with pytest.raises(SourceRefused, match="不存在"):
        asyncio.run(Source({"folder": str(tmp_path / "none")}).test(FakeWorld()))  # type: ignore[arg-type]


def test_the_simulated_centre_warns_while_it_pours_and_cancels_afterwards() -> None:
    # given a shower that ends
    class Rain:
        wet = 40.0

        def stations(self) -> Sequence[str]:
            return ("a",)

        def at(self, address: str, now_ms: int) -> Mapping[str, float]:
            return {"rain_hour": self.wet}

    rain: Any = Rain()
    centre = Simulator({})

    # when it is asked before and after
    during = centre.notice(rain, SENT_MS)
    rain.wet = 0.0
    after = centre.notice(rain, SENT_MS + 60_000)

    # then the warning is ended by a cancel that names it
    assert (during.kind, after.kind) == ("alert", "cancel")
    assert after.references == (during.key,)
    assert decode(encode(during)) == during
