"""What the adapter must do. These tests fail until it is written; replace the frames by recorded ones."""

import asyncio
import contextlib
import random
from pathlib import Path

import pytest
from sanping_newadapter import source
from sanping_newadapter.decode import decode, explain
from sanping_newadapter.simulator import Simulator

from sanping.bootstrap.conformance.examination import examined
from sanping.domain.errors import FrameBroken
from sanping.domain.quantity import QUANTITIES
from sanping.hub.manifests import checked_settings, read_manifest
from sanping.ports.source import Count, Deliver

RECORDED = b"put a recorded frame here"
NOW_MS = 1_781_222_400_000


def test_the_manifest_is_valid() -> None:
    path = Path(source.__file__).with_name("manifest.toml")
    assert checked_settings(read_manifest(path, "sanping_newadapter.source:Source"), {})["port"] > 0


def test_a_recorded_frame_decodes_into_our_units() -> None:
    observations = decode(RECORDED, NOW_MS)
    assert observations
    for observation in observations:
        known = QUANTITIES.get(observation.quantity)
        assert known is None or observation.unit == known.unit
        assert known is not None or observation.quantity.startswith("newadapter:")


def test_explaining_covers_every_byte() -> None:
    pieces = list(explain(RECORDED))
    assert sum(piece.size for piece in pieces) == len(RECORDED)
    assert [piece.error for piece in pieces] == [""]


def test_random_bytes_raise_nothing_but_frame_broken() -> None:
    dice = random.Random(1)
    for size in range(200):
        with contextlib.suppress(FrameBroken):
            decode(dice.randbytes(size), NOW_MS)


def test_a_frame_is_acknowledged_with_its_rows() -> None:
    steps = list(source.DeviceSession("192.0.2.1").received(RECORDED + b"\n", NOW_MS))
    assert [step for step in steps if isinstance(step, Deliver) and step.observations and step.reply]


def test_a_broken_frame_is_counted_and_the_next_one_taken() -> None:
    steps = list(source.DeviceSession("192.0.2.1").received(b"rubbish\n" + RECORDED + b"\n", NOW_MS))
    assert [step for step in steps if isinstance(step, Count) and step.what == "bad_frames"]
    assert [step for step in steps if isinstance(step, Deliver)]


def test_the_simulator_speaks() -> None:
    class NoStation:
        def stations(self) -> tuple[str, ...]:
            return ()

        def at(self, address: str, now_ms: int) -> dict[str, float]:
            return {}

    async def play() -> None:
        await asyncio.wait_for(Simulator({"host": "127.0.0.1", "port": 9}).play(NoStation(), asyncio.sleep), 1.0)

    with pytest.raises(TimeoutError):
        asyncio.run(play())


def test_it_conforms_with_a_hub_and_its_simulator() -> None:
    found = [finding for finding in examined(["newadapter"]) if finding.is_met is False]
    assert not found, "\n".join(f"{finding.check.en}: {finding.why.en}" for finding in found)
