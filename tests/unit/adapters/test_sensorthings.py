"""SensorThings: entities of both editions, paging, a real service on loopback and a real broker."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.sensorthings.decode import (
    Stream,
    entity_in,
    identity,
    observation,
    page,
    stream_of_topic,
    streams_of,
)
from sanping.adapters.sensorthings.simulator import PAGE, Simulator
from sanping.adapters.sensorthings.source import Source
from sanping.domain.errors import FrameBroken, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import Problem, parsed_rules
from sanping.hub.spare_port import free_port
from sanping.ports.source import Fetched

NOON_MS = 1_781_236_800_000
RULES = parsed_rules("Level = water_level in ft; flow = flow")
STREAMS = {"7": Stream(id="7", station="T1", rule=RULES[0])}
BASE = "http://example.test/v1.1/"


def read(**entity: object) -> Observation | Problem:
    return observation(
        {"Datastream": {"@iot.id": 7}, "phenomenonTime": "2026-06-12T04:00:00Z", **entity}, STREAMS, NOON_MS
    )


def test_datastreams_of_both_editions_are_found_by_what_they_observe() -> None:
    # given a datastream of 1.1, one of 2.0, and one that no rule names
    entities = [
        {
            "@iot.id": 7,
            "name": "a",
            "Thing": {"@iot.id": "T1", "name": "Bridge"},
            "ObservedProperty": {"name": "Level"},
        },
        {"id": "x-8", "name": "flow", "Thing": {"id": "T2", "name": "Weir"}},
        {"id": "9", "name": "noise", "Thing": {"id": "T2"}},
    ]

    # when they are read by id and by name of their things
    by_id = list(streams_of(entities, RULES, "id"))
    by_name = list(streams_of(entities, RULES, "name"))

    # then both are there
    assert [(each.id, each.station, each.rule.code) for each in by_id] == [
        ("7", "T1", "water_level"),
        ("x-8", "T2", "flow"),
    ]
    assert [each.station for each in by_name] == ["Bridge", "Weir"]


@pytest.mark.parametrize(
    ("entity", "expected"),
    [({"@iot.id": 5}, "5"), ({"id": "a"}, "a"), ({"@id": "http://x/v2.0/Datastreams('k')"}, "k"), ({}, "")],
)
def test_an_id_is_found_under_each_of_its_names(entity: dict[str, object], expected: str) -> None:
    # given an entity of some edition
    # when its id is asked for
    # then it is found
    assert identity(entity) == expected


def test_a_result_may_be_a_string_and_an_interval_counts_from_its_end() -> None:
    # given a result as a string in feet, over an interval
    # when it is read
    found = read(result="10", phenomenonTime="2026-06-12T03:00:00Z/2026-06-12T04:00:00Z")

    # then it is in metres at the end
    assert isinstance(found, Observation)
    assert (found.value, found.event_ms, found.station) == (pytest.approx(3.048), NOON_MS, "T1")


@pytest.mark.parametrize(
    ("entity", "what"),
    [
        ({"result": "high"}, "bad_values"),
        ({"result": 1, "phenomenonTime": "soon"}, "bad_times"),
        ({"result": 1, "phenomenonTime": None}, "bad_times"),
        ({"result": 1, "Datastream": {"@iot.id": 99}}, "other_streams"),
        ({"result": [1]}, "bad_values"),
    ],
)
def test_what_cannot_be_used_is_named(entity: dict[str, object], what: str) -> None:
    # given an observation with a fault
    # when it is read
    found = read(**entity)

    # then the fault is counted under its name
    assert isinstance(found, Problem)
    assert found.what == what


def test_a_missing_result_is_missing() -> None:
    # given no result
    # when it is read
    found = read(result=None)

    # then nothing is invented
    assert isinstance(found, Observation)
    assert found.quality == "missing"


def test_pages_are_followed_only_on_the_same_server() -> None:
    # given pages with a relative link, with none, with a foreign one, and with one that is no address
    relative = orjson.dumps({"value": [], "@iot.nextLink": "Observations?$skip=100"})
    foreign = orjson.dumps({"value": [], "nextLink": "http://169.254.169.254/latest"})
    nowhere = orjson.dumps({"value": [], "nextLink": "http://h[/"})

    # when they are read
    following = page(relative, BASE + "Observations")[1]

    # then the own one is followed, the foreign one refused
    assert following == BASE + "Observations?$skip=100"
    assert page(b'{"value":[]}', BASE)[1] == ""
    for document in (foreign, nowhere):
        with pytest.raises(FrameBroken, match="别处"):
            page(document, BASE)


def test_topics_name_their_datastream() -> None:
    # given topics with and without one
    # when they are read
    # then it is found or refused
    assert stream_of_topic("v1.1/Datastreams(7)/Observations") == "7"
    assert stream_of_topic("v2.0/Datastreams('a')/Observations") == "a"
    with pytest.raises(FrameBroken):
        stream_of_topic("v1.1/Things(1)")


@given(st.binary(max_size=200))
def test_no_bytes_whatever_bring_the_decoder_down(data: bytes) -> None:
    # given any bytes as a page and as a message
    # when they are read
    # then there is a result or a refusal
    with contextlib.suppress(FrameBroken):
        page(data, BASE)
    with contextlib.suppress(FrameBroken):
        assert isinstance(observation(entity_in(data), STREAMS, NOON_MS, "7"), (Observation, Problem))


class Invented:
    """Eighty stations with a level."""

    def stations(self) -> Sequence[str]:
        return tuple(f"T{number}" for number in range(80))

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        return {"water_level": 3.0 + int(address[1:]) / 100}


class World:
    """Fetches for real; ends after some rounds."""

    def __init__(self, rounds: int = 1) -> None:
        self.delivered: list[Observation] = []
        self.counts: dict[str, int] = {}
        self._rounds = rounds

    async def reached(self, host: str, port: int) -> str:
        return host

    def now_ms(self) -> int:
        import time

        return time.time_ns() // 1_000_000

    def say(self, *_: object) -> None: ...

    def count(self, what: str, times: int = 1, detail: object = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    async def sleep(self, seconds: float) -> None:
        self._rounds -= 1
        if self._rounds <= 0:
            raise asyncio.CancelledError

    async def deliver(self, observations: Sequence[Observation]) -> None:
        self.delivered.extend(observations)

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        try:
            async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
                return Fetched(status=answer.status, headers={}, body=await answer.read())
        except aiohttp.ClientError as error:
            from sanping.domain.text import Text

            raise SourceFailed(Text(str(error), str(error))) from error


def served(values: str, world: World, action: str = "run") -> Any:
    """Run or test a source against the simulated service."""
    settings = {"url": f"http://127.0.0.1:{free_port()}/v1.1", "values": values, "interval_s": 1, "first_hours": 0.02}

    async def both() -> Any:
        service = asyncio.ensure_future(
            Simulator({**settings, "values": "Level = water_level"}).play(Invented(), asyncio.sleep)
        )
        await asyncio.sleep(0.2)
        try:
            source = Source(settings)
            with contextlib.suppress(asyncio.CancelledError):
                return await getattr(source, action)(world)
        finally:
            service.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await service
        return None

    return asyncio.run(both())


def test_a_real_service_is_paged_through_and_each_value_comes_once() -> None:
    # given a service with eighty stations and more observations than a page holds
    world = World(rounds=2)

    # when it is followed for two rounds
    served("Level = water_level", world)

    # then every observation is there once
    keys = [(row.station, row.event_ms) for row in world.delivered]
    assert len(keys) == len(set(keys)) > PAGE
    assert {row.station for row in world.delivered} == set(Invented().stations())


def test_a_service_without_a_stream_that_fits_needs_a_person() -> None:
    # given rules that name nothing of the service
    # when it is tried
    # then a person is told
    with pytest.raises(SourceRefused, match="核对名称"):
        served("Unheard = flow", World(), "test")


def test_trying_the_settings_says_what_was_found() -> None:
    # given the simulated service
    # when it is tried
    said = served("Level = water_level", World(), "test")

    # then the datastreams are counted
    assert "80 个数据流" in said.zh


def test_a_service_that_is_away_is_tried_again() -> None:
    # given nothing at the address
    source = Source({"url": f"http://127.0.0.1:{free_port()}/v1.1", "values": "Level = water_level"})

    # when it is asked
    # then it is a failure, not a refusal
    with pytest.raises(SourceFailed):
        asyncio.run(source.test(World()))  # type: ignore[arg-type]
