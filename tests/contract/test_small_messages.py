"""A message server that carries 4 KiB at most: hubs of one site and of several say all they have to say."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fakes.governed_hub import REPORT, done
from fakes.linked_hub import eventually
from fakes.linked_rooms import leading, write
from fakes.real_nats import RealNats, has_nats
from fakes.relayed_hub import TwoHubs
from fakes.three_sites import CITY, TOWN, ThreeSites, with_three
from sanping.bus.nats_bus import NatsAccess, NatsBus

MOST_BYTES = 4_096
SHOWN = {"is_visible": True, "opacity": 1.0}
LAYERS = {f"layer-{number:03}": SHOWN for number in range(200)}
FEWER = dict.fromkeys(list(LAYERS)[:150], SHOWN)

pytestmark = pytest.mark.skipif(not has_nats(), reason="nats-server is not installed; run make setup-debian as root")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealNats]:
    made = RealNats(tmp_path / "server")
    made.limit(MOST_BYTES)
    made.start()
    yield made
    made.close()


def layers_of(screen) -> dict[str, object]:  # type: ignore[no-untyped-def]
    shown = screen.mirror.show.values.get("layers")
    return {} if shown is None else msgspec.json.decode(bytes(shown.value))


def test_a_relay_hears_and_says_what_is_longer_than_a_message(tmp_path: Path, server: RealNats) -> None:
    async def play() -> None:
        # given an owner with a long case, and a relay that joins it over the server
        two = TwoHubs(tmp_path, lambda: NatsBus(NatsAccess(address=server.address)))
        await two.owner.start()
        try:
            desk = await two.screen("desk", is_relayed=False)
            case = (await done(desk, "case.report", _report("长" * 1_500))).about
            await two.relay.start()
            await eventually(lambda: two.relay.hub.link.is_linked)

            # then a screen there is told of it, and may say as much itself
            other = await two.screen("other", is_relayed=True)
            await eventually(lambda: case in other.mirror.state.cases)
            ack = await done(other, "case.report", _report("久" * 1_500))
            assert ack.ok, ack.error_en
            await eventually(lambda: {case, ack.about} <= set(desk.mirror.state.cases) & set(other.mirror.state.cases))

            # and a long value goes both ways
            await other.say(write("layers", LAYERS, await leading(other)))
            await eventually(lambda: layers_of(desk) == LAYERS == layers_of(other))
        finally:
            await two.stop()

    asyncio.run(play())


def test_a_joint_session_takes_other_sites_along_to_what_is_longer_than_a_message(
    tmp_path: Path, server: RealNats
) -> None:
    async def play(three: ThreeSites) -> None:
        # given a session that the city opens with the town, the county between them
        city, town = three.screens[CITY], three.screens[TOWN]
        assert (await done(city, "joint.open", {"sites": [TOWN], "title": "防汛会商"})).ok
        await eventually(lambda: town.mirror.state.joint is not None and town.mirror.state.joint.state == "joined")

        # when the city shows what no message carries; then the town shows it too, and what comes after it
        fence = await leading(city)
        await city.say(write("layers", LAYERS, fence))
        await eventually(lambda: layers_of(town) == LAYERS)
        await city.say(write("layers", FEWER, fence))
        await eventually(lambda: layers_of(town) == FEWER)

    with_three(tmp_path, lambda _: NatsBus(NatsAccess(address=server.address)), play)


def _report(words: str) -> dict[str, object]:
    return {**REPORT, "description": words}
