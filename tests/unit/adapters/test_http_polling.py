"""Polling of JSON, CSV and GeoJSON: records to observations, and a real service on loopback."""

import asyncio
import math
from collections.abc import Mapping, Sequence

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.http.decode import decode
from sanping.adapters.http.simulator import document
from sanping.adapters.http.source import Source
from sanping.domain.errors import FrameBroken, InputError, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import Problem, RecordMapping, observed, parsed_rules, records_in, time_ms, value_at
from sanping.ports.source import Fetched

NOON_MS = 1_781_236_800_000  # 2026-06-12T12:00:00+08:00
MAPPING = RecordMapping(values=parsed_rules("z = water_level"), station="id", time="t")


def rows(document: object, mapping: RecordMapping = MAPPING) -> list[Observation | Problem]:
    return list(observed(document, mapping, NOON_MS))


class FakeWorld:
    """Gives prepared answers, and keeps what is delivered."""

    def __init__(self, *answers: Fetched) -> None:
        self.answers = list(answers)
        self.asked: list[Mapping[str, str]] = []
        self.delivered: list[Observation] = []
        self.counts: dict[str, int] = {}
        self.states: list[str] = []

    def now_ms(self) -> int:
        return NOON_MS

    def say(self, state: str, why: object) -> None:
        self.states.append(state)

    def count(self, what: str, times: int = 1, detail: object = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    def secret(self, name: str) -> str:
        return {"key": "s3cret"}.get(name, "")

    async def sleep(self, seconds: float) -> None:
        if not self.answers:
            raise asyncio.CancelledError

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self.asked.append(headers)
        return self.answers.pop(0)

    async def deliver(self, observations: Sequence[Observation]) -> None:
        self.delivered.extend(observations)


def answer(body: object, status: int = 200, **headers: str) -> Fetched:
    return Fetched(status=status, headers=headers, body=body if isinstance(body, bytes) else orjson.dumps(body))


def source(**settings: object) -> Source:
    plain = {"url": "http://example.test/", "station": "id", "time": "t", "values": "z = water_level"}
    return Source({**plain, **settings})


def follow(polled: Source, world: FakeWorld) -> None:
    async def until_the_answers_end() -> None:
        with pytest.raises(asyncio.CancelledError):
            await polled.run(world)  # type: ignore[arg-type]

    asyncio.run(until_the_answers_end())


def test_paths_lead_into_objects_and_lists() -> None:
    # given a nested document
    nested = {"data": {"items": [{"a": {"b": [1, 2]}}, {"a": None}]}}

    # when paths are followed
    found = [value_at(nested, path) for path in ("data.items[0].a.b[1]", "data.items[9]", "data.x.y", "data.items.a")]

    # then what is there is found, and nothing else
    assert found == [2, None, None, None]
    assert len(records_in(nested, "data.items[*]")) == 2
    with pytest.raises(InputError, match=r"nowhere"):
        records_in(nested, "nowhere")


def test_rules_convert_units_and_scale() -> None:
    # given rules with units, a factor and an offset, and a code that is not listed
    rules = parsed_rules("cd = cadmium in µg/L; h = water_level in cm\nraw = flow * 0.1 - 2; odd = vendor:x")

    # when a record is read with them
    found = rows([{"id": 1, "t": NOON_MS, "cd": "5", "h": 312, "raw": 100, "odd": 3}], RecordMapping(
        values=rules, station="id", time="t"))  # fmt: skip

    # then each value is in its quantity's unit
    assert [(row.quantity, row.unit, pytest.approx(row.value)) for row in found if isinstance(row, Observation)] == [
        ("cadmium", "mg/L", 0.005),
        ("water_level", "m", 3.12),
        ("flow", "m³/s", 8.0),
        ("vendor:x", "", 3.0),
    ]


@pytest.mark.parametrize("written", ["", "z", "z = ", "= water_level", "z = water_level in furlongs"])
def test_rules_that_cannot_be_read_are_refused(written: str) -> None:
    # given a rule with a mistake
    # when it is read
    # then a person is told
    with pytest.raises(InputError):
        parsed_rules(written)
    with pytest.raises(SourceRefused):
        source(values=written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-06-12T12:00:00+08:00", NOON_MS),
        ("2026-06-12T04:00:00Z", NOON_MS),
        ("2026-06-12 12:00:00", NOON_MS),
        ("20260612120000", NOON_MS),
        ("2026/06/12 12:00", NOON_MS),
        (NOON_MS, NOON_MS),
        (NOON_MS // 1000, NOON_MS),
        (str(NOON_MS), NOON_MS),
        ("yesterday", None),
        ("0001-01-01", None),
        (None, None),
        ("", None),
        (float("nan"), None),
    ],
)
def test_times_are_read_in_the_usual_forms(written: object, expected: int | None) -> None:
    # given a time as services write it
    # when it is read in the zone of Beijing
    # then it is the moment, or refused
    assert time_ms(written, 8.0) == expected


def test_a_broken_record_does_not_take_the_others_with_it() -> None:
    # given records without station, with a wrong time, with words for a number, with none, and a good one
    records = [
        {"t": NOON_MS, "z": 1},
        {"id": "a", "t": "soon", "z": 1},
        {"id": "b", "t": NOON_MS, "z": "high"},
        {"id": "c", "t": NOON_MS},
        {"id": "d", "t": NOON_MS, "z": "NaN"},
        {"id": "e", "t": NOON_MS, "z": "3.5"},
    ]

    # when they are read
    found = rows(records)

    # then each fault is named, a missing value is missing, and the good one is there
    problems = [row.what for row in found if isinstance(row, Problem)]
    good = [row for row in found if isinstance(row, Observation)]
    assert problems == ["bad_records", "bad_times", "bad_values"]
    assert [(row.station, row.quality) for row in good] == [("d", "missing"), ("e", "good")]
    assert math.isnan(good[0].value)


def test_tables_in_any_usual_form_are_read() -> None:
    # given the same table in UTF-8 with commas and in GBK with semicolons
    utf8 = "﻿站点,时间,水位\nS1,2026-06-12 12:00,3.1\n".encode()
    gbk = "站点;时间;水位\r\nS1;2026-06-12 12:00;3.1\r\n".encode("gbk")
    mapping = RecordMapping(values=parsed_rules("水位 = water_level"), station="站点", time="时间")

    # when they are read
    found = [rows(decode(data, "csv"), mapping) for data in (utf8, gbk)]

    # then both say the same
    assert found[0] == found[1]
    assert isinstance(found[0][0], Observation)
    assert (found[0][0].station, found[0][0].value, found[0][0].event_ms) == ("S1", 3.1, NOON_MS)


def test_features_are_records() -> None:
    # given a GeoJSON document
    features = {"type": "FeatureCollection", "features": [{"id": "p1", "properties": {"level": 2.5}}]}
    mapping = RecordMapping(values=parsed_rules("properties.level = water_level"), station="id")

    # when it is read without a time
    found = rows(decode(orjson.dumps(features), "geojson"), mapping)

    # then the time of reading counts
    assert isinstance(found[0], Observation)
    assert (found[0].station, found[0].value, found[0].event_ms) == ("p1", 2.5, NOON_MS)


@pytest.mark.parametrize(
    ("data", "form"),
    [(b"{", "json"), (b"", "json"), (b"[]", "geojson"), (b"", "csv"), (b"a,b\n", "csv"), (b"\xff\xfe\x00", "csv")],
)
def test_what_is_no_document_is_refused(data: bytes, form: str) -> None:
    # given bytes that are not of their form
    # when they are decoded
    # then they are refused
    with pytest.raises(FrameBroken):
        decode(data, form)


@given(st.binary(max_size=200), st.sampled_from(["json", "csv", "geojson"]))
def test_no_bytes_whatever_bring_the_decoder_down(data: bytes, form: str) -> None:
    # given any bytes
    # when they are decoded and read
    # then there are observations, problems or a refusal, and nothing else
    try:
        found = rows(decode(data, form))
    except (FrameBroken, InputError):
        return
    assert all(isinstance(row, (Observation, Problem)) for row in found)


def test_a_poll_delivers_what_is_new_once_and_heeds_marks() -> None:
    # given an address that repeats itself, then says that nothing is new, then has a newer value
    first, second = {"id": "a", "t": NOON_MS, "z": 3.0}, {"id": "a", "t": NOON_MS + 1000, "z": 3.1}
    world = FakeWorld(
        answer([first], etag='"1"'), answer([first]), answer(b"", 304), answer([first, second], etag='"2"')
    )

    # when it is followed
    follow(source(header="Authorization: key"), world)

    # then each value is delivered once, and marks and secret are sent
    assert [row.value for row in world.delivered] == [3.0, 3.1]
    assert world.asked[0] == {"Authorization": "s3cret"}
    assert world.asked[1]["If-None-Match"] == '"1"'
    assert world.counts["unchanged"] == 1


def test_an_address_that_answers_nonsense_is_tried_again_and_says_why() -> None:
    # given an address that gives no JSON, and one without a usable value
    broken, useless = FakeWorld(answer(b"<html>")), FakeWorld(answer([{"id": "a"}]))

    # when they are followed and tested
    with pytest.raises(SourceFailed, match="JSON"):
        asyncio.run(source().run(broken))  # type: ignore[arg-type]
    with pytest.raises(SourceRefused, match="没有一个可用"):
        asyncio.run(source().test(useless))  # type: ignore[arg-type]

    # then both are counted
    assert broken.counts["bad_answers"] == 1
    assert useless.counts["bad_times"] == 1


def test_the_simulated_service_gives_what_the_source_understands() -> None:
    # given invented readings of two stations
    class Invented:
        def stations(self) -> Sequence[str]:
            return ("a", "b")

        def at(self, address: str, now_ms: int) -> Mapping[str, float]:
            return {"water_level": 3.0, "flow": 5.0}

    # when the service's document is read with rules for both
    body = document(Invented(), NOON_MS)
    mapping = RecordMapping(
        values=parsed_rules("water_level = water_level; flow = flow"), station="station", time="time", records="data"
    )

    # then every value is there
    assert len([row for row in rows(decode(body, "json"), mapping) if isinstance(row, Observation)]) == 4
