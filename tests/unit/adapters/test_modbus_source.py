"""Modbus TCP: registers to values and back, questions joined, and a device on loopback."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.modbus.decode import blocks_of, decode, points_in, words_of
from sanping.adapters.modbus.simulator import Simulator
from sanping.adapters.modbus.source import Source
from sanping.domain.errors import FrameBroken, InputError, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.hub.spare_port import free_port

NOON_MS = 1_781_236_800_000
FORMS = ["u16", "s16", "u32", "s32", "f32", "u64", "f64", "u32_sw", "f32_sw", "f64_sw"]


@pytest.mark.parametrize("form", FORMS)
@given(number=st.integers(0, 30_000))
def test_a_value_put_into_registers_comes_back(form: str, number: int) -> None:
    # given a point of some type and word order, in centimetres
    point = points_in(f"1:holding:40:{form} = water_level in cm")[0]
    block = blocks_of([point])[0]

    # when a value is put in and read
    words = words_of(point, number / 100)
    found = decode(block, words, "S1", NOON_MS)

    # then it is the same
    assert found[0].value == pytest.approx(number / 100, rel=1e-6)
    assert (found[0].quantity, found[0].unit, found[0].station) == ("water_level", "m", "S1")


def test_signs_and_known_words_are_read() -> None:
    # given registers of a known device: −345 as s16, 3.127 as f32 in both word orders, a coil
    points = points_in(
        "1:input:0:s16 = flow; 1:input:1:f32 = water_level; 1:input:3:f32_sw = velocity; 1:coil:9 = is_online"
    )
    inputs, coils = sorted(blocks_of(points), key=lambda block: block.kind, reverse=True)

    # when they are decoded
    rows = [*decode(inputs, [0xFEA7, 0x4048, 0x20C5, 0x20C5, 0x4048], "S", NOON_MS), *decode(coils, [1], "S", NOON_MS)]

    # then each is what it means
    assert [row.value for row in rows] == pytest.approx([-345.0, 3.127, 3.127, 1.0], rel=1e-6)


def test_near_points_are_asked_for_together_and_far_ones_apart() -> None:
    # given points of two units, near and far, and more than one question may hold
    written = ["1:holding:0 = a", "1:holding:5 = b", "1:holding:500 = c", "2:holding:0 = d", "1:input:0 = e"]
    long = [f"3:holding:{number} = x{number}" for number in range(200)]

    # when they are gathered
    blocks = blocks_of(points_in(";".join([*written, *long])))

    # then there are few questions, none longer than a device must answer, and no point is lost
    assert [(b.unit, b.kind, b.first, b.count) for b in blocks if b.unit < 3] == [
        (1, "holding", 0, 6), (1, "holding", 500, 1), (1, "input", 0, 1), (2, "holding", 0, 1),
    ]  # fmt: skip
    assert all(block.count <= 120 for block in blocks)
    assert sum(len(block.points) for block in blocks) == 205


@pytest.mark.parametrize(
    "written", ["", "40 = flow", "1:holding:99999 = a", "900:coil:1 = a", "1:holding:1:f16 = a", "1:x:1 = a"]
)
def test_registers_that_cannot_be_are_refused(written: str) -> None:
    # given a register written wrongly
    # when it is read
    # then a person is told
    with pytest.raises(InputError):
        points_in(written)
    with pytest.raises(SourceRefused):
        Source({"station": "S", "values": written})


def test_an_answer_that_is_too_short_is_refused() -> None:
    # given a float and one register
    block = blocks_of(points_in("1:holding:0:f32 = flow"))[0]

    # when it is decoded
    # then it is refused
    with pytest.raises(FrameBroken):
        decode(block, [1], "S", NOON_MS)


class Invented:
    """One station with two values."""

    def stations(self) -> Sequence[str]:
        return ("S1",)

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        return {"water_level": 3.12, "pumps_running": 2.0, "is_online": 1.0}


class World:
    """Keeps what is delivered; ends after some rounds."""

    def __init__(self, rounds: int = 1) -> None:
        self.delivered: list[Observation] = []
        self.counts: dict[str, int] = {}
        self.states: list[str] = []
        self._rounds = rounds

    async def reached(self, host: str, port: int) -> str:
        return host

    def now_ms(self) -> int:
        return NOON_MS

    def say(self, state: str, why: object) -> None:
        self.states.append(state)

    def count(self, what: str, times: int = 1, detail: object = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    async def sleep(self, seconds: float) -> None:
        self._rounds -= 1
        if self._rounds <= 0:
            raise asyncio.CancelledError

    async def deliver(self, observations: Sequence[Observation]) -> None:
        self.delivered.extend(observations)


def asked(values: str, served: str, world: World) -> None:
    """Run a source against the simulated device until the world ends it."""
    settings = {"host": "127.0.0.1", "port": free_port(), "station": "S1", "interval_s": 0.2}

    async def both() -> None:
        device = asyncio.ensure_future(Simulator({**settings, "values": served}).play(Invented(), asyncio.sleep))
        await asyncio.sleep(0.1)
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await Source({**settings, "values": values}).run(world)  # type: ignore[arg-type]
        finally:
            device.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await device

    asyncio.run(both())


RULES = "1:holding:40:f32 = water_level; 1:input:7 = pumps_running; 1:coil:3 = is_online; 1:discrete:4 = is_online"


def test_a_device_on_loopback_is_read_over_and_over() -> None:
    # given a device with a value of each kind
    world = World(rounds=3)

    # when it is followed for three rounds
    asked(RULES, RULES, world)

    # then every value came each time
    assert [round(row.value, 3) for row in world.delivered] == [1.0, 1.0, 3.12, 2.0] * 3
    assert set(world.states) == {"live"}


def test_what_a_device_refuses_is_counted_and_the_rest_goes_on() -> None:
    # given a device that lacks one of the registers
    world = World()

    # when it is asked for all of them
    asked(RULES + "; 9:holding:900 = flow", RULES, world)

    # then the others are delivered, and the source says that something is missing
    assert len(world.delivered) == 4
    assert world.counts["refused"] == 1
    assert world.states == ["degraded"]


def test_a_device_that_is_away_or_answers_nothing_is_tried_again() -> None:
    # given no device, and one that knows none of the registers
    away = Source({"host": "127.0.0.1", "port": free_port(), "station": "S1", "values": RULES})

    # when they are asked
    # then both are failures that are tried again
    with pytest.raises(SourceFailed, match="无法连接"):
        asyncio.run(away.test(World()))  # type: ignore[arg-type]
    with pytest.raises(SourceFailed, match="没有回答"):
        asked("9:holding:1 = flow", RULES, World())


@given(st.binary(max_size=12))
def test_no_question_whatever_brings_the_device_down(body: bytes) -> None:
    # given any bytes as a question
    device = Simulator({"station": "S1", "values": RULES})

    # when it is answered
    answer = device.answer(1, body, Invented(), NOON_MS)

    # then there is an answer
    assert len(answer) >= 2
