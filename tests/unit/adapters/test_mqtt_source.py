"""MQTT: topics, payloads, Sparkplug B, and a real broker that restarts."""

import asyncio
import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.real_broker import RealBroker, running_broker
from sanping.adapters.mqtt.client import Broker, Connection
from sanping.adapters.mqtt.decode import Decoder, Message
from sanping.adapters.mqtt.simulator import Simulator
from sanping.adapters.mqtt.source import Source
from sanping.adapters.mqtt.sparkplug import Names, encoded, place_of, rebirth_request
from sanping.adapters.mqtt.topics import templates_in
from sanping.domain.errors import FrameBroken, InputError, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import Problem, RecordMapping, parsed_rules
from sanping.domain.text import Text
from sanping.hub.spare_port import free_port

NOON_MS = 1_781_236_800_000
LEVEL = RecordMapping(values=parsed_rules("z = water_level in cm"), station="", time="t")


def decoded(decoder: Decoder, topic: str, payload: bytes, *, is_retained: bool = False) -> list[Observation | Problem]:
    return list(decoder.decode(Message(topic=topic, payload=payload, is_retained=is_retained), NOON_MS))


def json_decoder(**changes: object) -> Decoder:
    settings: dict[str, Any] = {"payload": "json", "templates": templates_in("river/{station}/up"), "mapping": LEVEL}
    return Decoder(**{**settings, **changes})


def test_templates_subscribe_with_wildcards_and_read_topics() -> None:
    # given templates with holes, a plus and a hash
    first, second = templates_in("city/{station}/+/{quantity} a/#")

    # when topics are read
    found = [first.read("city/S1/x/level"), first.read("city/S1/level"), second.read("a/b/c")]

    # then what is named is found
    assert (first.filter, second.filter) == ("city/+/+/+", "a/#")
    assert found == [{"station": "S1", "quantity": "level"}, None, {}]


@pytest.mark.parametrize("written", ["", "a/#/b", "a/{thing}", "a/x{station}", "{station}/{station}"])
def test_templates_that_cannot_be_are_refused(written: str) -> None:
    # given a template with a mistake
    # when it is read
    # then a person is told
    with pytest.raises(InputError):
        templates_in(written)
    with pytest.raises(SourceRefused):
        Source({"topics": written, "values": "z = water_level"})


def test_json_takes_its_station_from_the_topic_or_the_payload() -> None:
    # given payloads without and with a station
    inside = json_decoder(mapping=RecordMapping(values=LEVEL.values, station="id", time="t"))

    # when they are decoded
    outer = decoded(json_decoder(), "river/S1/up", orjson.dumps({"z": 312, "t": NOON_MS}))
    inner = decoded(inside, "river/S1/up", orjson.dumps({"id": "S2", "z": 312, "t": NOON_MS}))

    # then each finds its own
    assert [(row.station, row.value, row.unit) for row in outer if isinstance(row, Observation)] == [("S1", 3.12, "m")]
    assert [row.station for row in inner if isinstance(row, Observation)] == ["S2"]


def test_a_retained_message_of_1970_is_history_and_never_live() -> None:
    # given a poisoned retained message
    payload = orjson.dumps({"z": 999, "t": "1970-01-01T00:00:00Z"})

    # when it is decoded
    found = decoded(json_decoder(), "river/S1/up", payload, is_retained=True)

    # then it says what it is
    assert [(row.origin, row.event_ms) for row in found if isinstance(row, Observation)] == [("retained", 0)]


def test_plain_numbers_go_by_their_topic() -> None:
    # given a template with station and quantity, and a rule for one of them
    decoder = json_decoder(
        payload="number", templates=templates_in("{station}/{quantity}"),
        mapping=RecordMapping(values=parsed_rules("lvl = water_level in cm"), station=""),
    )  # fmt: skip

    # when numbers come
    found = [
        *decoded(decoder, "S1/lvl", b" 250 "),
        *decoded(decoder, "S1/flow", b"1.5"),
        *decoded(decoder, "S1/flow", b"nan"),
    ]

    # then they are what the topic says, converted where a rule says so
    rows = [row for row in found if isinstance(row, Observation)]
    assert [(row.quantity, row.value) for row in rows[:2]] == [("water_level", 2.5), ("flow", 1.5)]
    assert rows[2].quality == "missing"
    assert math.isnan(rows[2].value)
    with pytest.raises(FrameBroken, match="数"):
        decoded(decoder, "S1/flow", b"high")


def sparkplug() -> Decoder:
    return Decoder(
        payload="sparkplug", templates=(), mapping=RecordMapping(values=parsed_rules("Level = water_level"), station="")
    )


def payload(value: float, sequence: int, *, is_birth: bool) -> bytes:
    return encoded(iter([("Level", 7, value), ("Other", 8, 1.0)]), NOON_MS, sequence, is_birth=is_birth)


def test_sparkplug_data_go_by_the_aliases_of_their_birth() -> None:
    # given a birth and data with aliases alone
    decoder = sparkplug()
    birth = decoded(decoder, "spBv1.0/g/NBIRTH/e", payload(3.0, 0, is_birth=True))

    # when data follow without a gap
    data = decoded(decoder, "spBv1.0/g/NDATA/e", payload(3.1, 1, is_birth=False))

    # then values are known by name, and nobody is asked for a birth
    assert [(r.station, r.quantity, r.value) for r in birth if isinstance(r, Observation)] == [
        ("g/e", "is_online", 1.0),
        ("g/e", "water_level", 3.0),
    ]
    assert [r.value for r in data if isinstance(r, Observation)] == [3.1]
    assert decoder.nodes_to_ask == set()


@pytest.mark.parametrize("sequence", [2, 0, 255])
def test_a_gap_or_an_unknown_alias_asks_the_node_for_its_birth(sequence: int) -> None:
    # given a birth with number 0, and a node never heard of
    decoder = sparkplug()
    decoded(decoder, "spBv1.0/g/NBIRTH/e", payload(3.0, 0, is_birth=True))

    # when a message is missed, and data come from the stranger
    gap = decoded(decoder, "spBv1.0/g/NDATA/e", payload(3.1, sequence, is_birth=False))
    decoded(decoder, "spBv1.0/g/NDATA/stranger", payload(3.1, 5, is_birth=False))

    # then both are asked; what is known is still taken
    assert decoder.nodes_to_ask == {("g", "e"), ("g", "stranger")}
    assert [r.value for r in gap if isinstance(r, Observation)] == [3.1]
    assert [r.what for r in gap if isinstance(r, Problem)] == ["sequence_gaps"]
    assert Names().take(place_of("spBv1.0/g/NCMD/e"), rebirth_request())[0][0].value == 1.0


def test_a_death_is_seen_and_a_device_has_an_address_of_its_own() -> None:
    # given a death of a device
    # when it is decoded
    found = decoded(sparkplug(), "spBv1.0/g/DDEATH/e/d", b"")

    # then the device is offline
    assert [(r.station, r.quantity, r.value) for r in found if isinstance(r, Observation)] == [
        ("g/e/d", "is_online", 0.0)
    ]


@given(st.binary(max_size=120), st.sampled_from(["json", "number", "sparkplug"]))
def test_no_payload_whatever_brings_a_decoder_down(junk: bytes, form: str) -> None:
    # given any bytes
    decoder = sparkplug() if form == "sparkplug" else json_decoder(payload=form)

    # when they are decoded
    # then there are observations, problems or a refusal
    with contextlib.suppress(FrameBroken, InputError):
        topic = "spBv1.0/g/NDATA/e" if form == "sparkplug" else "river/S1/up"
        assert all(isinstance(row, (Observation, Problem)) for row in decoded(decoder, topic, junk))


# With a real broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    yield from running_broker(tmp_path)


class World:
    """Keeps what is delivered; the first deliveries can be refused."""

    def __init__(self, *, refuses: int = 0) -> None:
        self.delivered: list[Observation] = []
        self.counts: dict[str, int] = {}
        self._refuses = refuses

    async def reached(self, host: str, port: int) -> str:
        return host

    def now_ms(self) -> int:
        return NOON_MS

    def say(self, *_: object) -> None: ...

    def secret(self, name: str) -> str:
        return ""

    def count(self, what: str, times: int = 1, detail: object = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    async def deliver(self, observations: Sequence[Observation]) -> None:
        if observations and self._refuses:
            self._refuses -= 1
            raise SourceFailed(Text("满", "full"))
        self.delivered.extend(observations)


def source(broker: RealBroker, **settings: object) -> Source:
    plain = {"host": "127.0.0.1", "port": broker.port, "topics": "river/{station}/up", "values": "z = water_level"}
    return Source({**plain, "time": "t", **settings})


async def heard(running: Source, world: World, wanted: int, within_s: float = 6.0) -> None:
    """Run a source until so many values are delivered, or it ends by itself."""
    task = asyncio.ensure_future(running.run(world))  # type: ignore[arg-type]
    ends_s = asyncio.get_running_loop().time() + within_s
    while len(world.delivered) < wanted and not task.done() and asyncio.get_running_loop().time() < ends_s:
        await asyncio.sleep(0.02)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError, SourceFailed):
        await task


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_messages_that_come_while_we_are_away_are_kept_and_delivered(broker: RealBroker, version: str) -> None:
    # given a source with a name of its own that was connected once
    running = source(broker, version=version, client_id="sanping-test")
    world = World()
    asyncio.run(heard(running, world, 1, within_s=0.6))

    # when messages come while it is away, and it returns
    for number in range(5):
        broker.publish("river/S1/up", orjson.dumps({"z": 3 + number / 10, "t": NOON_MS + number}))
    asyncio.run(heard(running, world, 5))

    # then each is there, once
    assert [row.value for row in world.delivered] == pytest.approx([3.0, 3.1, 3.2, 3.3, 3.4])
    assert {row.station for row in world.delivered} == {"S1"}


def test_what_was_not_committed_was_not_acknowledged_and_comes_again(broker: RealBroker) -> None:
    # given a store that fails at first
    running = source(broker, client_id="sanping-test")
    world = World(refuses=1)
    asyncio.run(heard(running, world, 1, within_s=0.6))
    broker.publish("river/S1/up", orjson.dumps({"z": 3.5, "t": NOON_MS}))

    # when the source ends by that failure, and is started again
    asyncio.run(heard(running, world, 1, within_s=2.0))
    lost = list(world.delivered)
    asyncio.run(heard(running, world, 1))

    # then the message is delivered after all
    assert lost == []
    assert [row.value for row in world.delivered] == [3.5]


def test_a_broker_that_restarts_ends_the_connection_and_is_found_again(broker: RealBroker) -> None:
    # given a connected source
    async def until_it_breaks() -> None:
        task = asyncio.ensure_future(source(broker).run(World()))  # type: ignore[arg-type]
        await asyncio.sleep(0.6)
        broker.stop()
        with pytest.raises(SourceFailed, match="断开"):
            await asyncio.wait_for(task, 6)

    # when the broker stops, stays away, and comes back
    asyncio.run(until_it_breaks())
    with pytest.raises(SourceFailed, match="无法连接"):
        asyncio.run(source(broker).run(World()))  # type: ignore[arg-type]
    broker.start()
    world = World()

    async def again() -> None:
        task = asyncio.ensure_future(heard(source(broker), world, 1))
        await asyncio.sleep(0.6)
        broker.publish("river/S1/up", b"nonsense")
        broker.publish("river/S1/up", orjson.dumps({"z": 3.0, "t": NOON_MS}))
        await task

    asyncio.run(again())

    # then values flow again, and nonsense is counted
    assert [row.value for row in world.delivered] == [3.0]
    assert world.counts["bad_messages"] == 1


def test_retained_messages_are_marked_by_the_broker(broker: RealBroker) -> None:
    # given a retained message
    broker.publish("river/S1/up", orjson.dumps({"z": 9.0, "t": NOON_MS}), retain=True)

    # when a source subscribes
    world = World()
    asyncio.run(heard(source(broker), world, 1))

    # then it is history
    assert [row.origin for row in world.delivered] == ["retained"]


def test_the_simulated_devices_are_understood(broker: RealBroker) -> None:
    # given invented readings, published by the simulator
    class Invented:
        def stations(self) -> Sequence[str]:
            return ("S1",)

        def at(self, address: str, now_ms: int) -> Mapping[str, float]:
            return {"z": 3.0}

    settings = {"host": "127.0.0.1", "port": broker.port, "topics": "river/{station}/up"}
    world = World()

    async def both() -> None:
        playing = asyncio.ensure_future(Simulator(settings).play(Invented(), asyncio.sleep))
        await heard(source(broker, time="time"), world, 1)
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await playing

    # when the source listens
    asyncio.run(both())

    # then the values are there
    assert {(row.station, row.value) for row in world.delivered} == {("S1", 3.0)}


def test_a_test_of_the_settings_says_what_came(broker: RealBroker) -> None:
    # given a retained message
    broker.publish("river/S1/up", orjson.dumps({"z": 9.0, "t": NOON_MS}), retain=True)

    # when the settings are tried
    said = asyncio.run(source(broker, client_id="x").test(World()))  # type: ignore[arg-type]

    # then it says so, and an address without a broker is a failure
    assert "1 条消息、1 个值" in said.zh
    with pytest.raises(SourceFailed):
        asyncio.run(_connect(free_port()))


async def _connect(port: int) -> None:
    async with Connection(Broker(host="127.0.0.1", port=port), ["a"]):
        pass
