"""sanping.adapters.jt808.simulator, sanping.adapters.jt808.source: terminals over loopback, with real sockets."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from fakes.loopback_world import LoopbackWorld, played
from sanping.adapters.jt808.simulator import FIX_S, TICKS, Simulator, loopback
from sanping.adapters.jt808.source import Source
from sanping.hub.spare_port import free_port
from sanping.twin.simulated_traffic import Route, SimulatedFleet, SimulatedTraffic

ROAD = Route(name="东路", way="arterial", points=((120.0, 31.0), (120.02, 31.0)), width_m=12.0)


@dataclass
class Crowd:
    traffic: SimulatedTraffic = field(default_factory=SimulatedTraffic)

    def stations(self) -> list[str]:
        return ["bus"]

    def at(self, address: str, now_ms: int) -> dict[str, float]:
        return {}


def test_a_crowd_registers_and_reports_and_is_answered() -> None:
    # given a fleet of which some are silent, and a source that wants codes
    fleet = SimulatedFleet(kind="bus", count=300, speed_kmh=40.0, first=13_900_000_000, label="苏B·D", silent=0.1)
    crowd = Crowd(SimulatedTraffic(routes=(ROAD,), fleets=(fleet,)))
    settings = {"host": "127.0.0.1", "port": free_port(), "kinds": "139=bus", "auth_secret": "s"}
    world = LoopbackWorld()
    talking = sum(not one.is_silent for one in crowd.traffic.terminals)

    # when simulator and source talk until everybody was heard
    def all_are_heard() -> bool:
        return len({one.mover for one in world.positions}) == talking

    asyncio.run(played(world, Source(settings), Simulator(settings), crowd, all_are_heard))

    # then all who are not silent came in with code and plate
    assert 240 < talking < 300
    assert world.counts["logins"] == talking
    assert {one.kind for one in world.positions} == {"bus"}
    assert all(one.label.startswith("苏B·D") for one in world.positions)
    assert loopback("0.0.0.0") == "127.0.0.1"


class OneRound:
    """A simulator that has each of its terminals speak once by itself."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator, self._left = simulator, TICKS

    async def play(self, readings: Crowd, sleep: Callable[[float], Awaitable[None]]) -> None:
        async def pause(seconds: float) -> None:
            self._left -= seconds == FIX_S / TICKS
            await (sleep(seconds) if self._left else asyncio.Event().wait())

        await self._simulator.play(readings, pause)


def test_who_has_registered_tells_its_place_without_waiting_for_its_turn() -> None:
    # given a fleet that gets one turn each, to register
    fleet = SimulatedFleet(kind="bus", count=40, speed_kmh=40.0, first=13_900_000_000, label="苏B·D")
    crowd = Crowd(SimulatedTraffic(routes=(ROAD,), fleets=(fleet,)))
    settings = {"host": "127.0.0.1", "port": free_port(), "kinds": "139=bus"}
    world = LoopbackWorld()

    # when simulator and source talk
    asyncio.run(
        played(world, Source(settings), OneRound(Simulator(settings)), crowd, lambda: len(world.positions) >= 40)
    )

    # then the place of everybody is known, once
    assert len({one.mover for one in world.positions}) == len(world.positions) == 40


def test_without_a_fleet_a_few_go_round_for_the_kinds_that_are_asked_for() -> None:
    # given no fleet, but a station addressed "bus"
    settings = {"host": "127.0.0.1", "port": free_port(), "kinds": "139=bus", "summary_s": 1}
    world = LoopbackWorld()

    # when they talk
    asyncio.run(played(world, Source(settings), Simulator(settings), Crowd(), lambda: len(world.positions) >= 6))

    # then buses report, and nobody else
    assert {one.kind for one in world.positions} == {"bus"}
