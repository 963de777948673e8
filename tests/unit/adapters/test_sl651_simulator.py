"""SL 651 over loopback: simulated stations report to a source through real sockets."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from fakes.loopback_world import LoopbackWorld, played
from sanping.adapters.sl651.simulator import Simulator
from sanping.adapters.sl651.source import Source
from sanping.hub.spare_port import free_port


class River:
    """Two gauges and a rain gauge."""

    def stations(self) -> Sequence[str]:
        return ("0063100701", "00303A9006", "0063100801")

    def at(self, address: str, now_ms: int) -> Mapping[str, float]:
        if address == "0063100801":
            return {"rain": 0.4, "rain_hour": 3.2, "rain_total": 320.0, "pumps_running": 2.0, "supply_voltage": 12.4}
        return {"water_level": 3.127, "flow": 45.6, "velocity": -0.32, "supply_voltage": 12.6}


def test_the_simulator_reports_over_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a source and simulated stations on a free port, with pictures due at once
    monkeypatch.setattr("sanping.adapters.sl651.simulator.FIRST_PICTURE_S", 0)
    world = LoopbackWorld()
    settings = {"host": "127.0.0.1", "port": free_port(), "password": "", "centre": 1}

    def is_all_there() -> bool:
        quantities = {row.quantity for row in world.rows}
        stations = {row.station for row in world.rows}
        return stations == set(River().stations()) and {"sl651:picture", "rain", "water_level"} <= quantities

    # when they play
    asyncio.run(played(world, Source(settings), Simulator(settings), River(), is_all_there))

    # then every station's values arrive in our units, and no frame was bad
    level = next(row for row in world.rows if row.quantity == "water_level" and row.quality == "good")
    velocity = next(row for row in world.rows if row.quantity == "velocity")
    assert (level.value, velocity.value) == (3.127, -0.32)
    assert world.counts["keep_alives"] >= 3
    assert not {"bad_crc", "bad_length", "garbage_bytes", "bad_elements", "unknown_code"} & set(world.counts)


def test_a_test_of_the_source_says_what_it_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a source under test for half a second
    monkeypatch.setattr("sanping.adapters.sl651.source.TEST_S", 0.5)
    world = LoopbackWorld()

    # when nobody connects
    told = asyncio.run(Source({"host": "127.0.0.1", "port": free_port()}).test(world))  # type: ignore[arg-type]

    # then it says so, and delivers nothing
    assert "0 个报文" in told.zh
    assert world.rows == []
