"""Two hubs of one site in this process: the one that owns the books, and a relay without any."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from fakes.governed_hub import GovernedHub
from fakes.linked_hub import TOKEN, Screen, eventually
from fakes.small_river import gauge, small_river
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.text import Text
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.hub.relay_hub import RelayHub
from sanping.hub.relay_owner import RelayOwner
from sanping.hub.web import Web
from sanping.ports.bus import Bus

SITE = "town"
BusOf = Callable[[], Bus]


class OwnerHub(GovernedHub):
    """The hub that owns the books; `bus_of` makes its bus anew for each life."""

    def __init__(self, folder: Path, bus_of: BusOf) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        self._bus_of = bus_of

    async def start(self) -> None:
        await super().start()
        self.bus = self._bus_of()
        self.owner = RelayOwner(self.hub, SITE, self.bus, "hub-1")
        await self.owner.start()

    async def stop(self) -> None:
        await self.owner.stop()
        await self.bus.close()
        await super().stop()

    async def killed(self) -> None:
        """End without saving anything more: what is not committed is lost."""
        await self.owner.stop()
        await self.bus.close()
        await super().killed()


class Relay:
    """A relay on a real port; a screen that comes to it uses the same token as at the owner.

    Its twin is another than that of the owner unless a plan is given.
    """

    def __init__(self, bus: Bus, name: str = "hub-2", plan: HubPlan | None = None) -> None:
        plan = plan or HubPlan(
            name="town", title=Text("城", "Town"), live=small_river(gauge("up", 0.0)), adapters=Installed(manifests={})
        )
        self.hub = RelayHub(plan, SITE, bus, name)
        self.web = Web(self.hub, TOKEN)
        self.address = ""

    async def start(self) -> None:
        port = await self.web.start("127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{port}"
        await self.hub.start()

    async def stop(self) -> None:
        await self.web.stop()
        await self.hub.stop()


class TwoHubs:
    """The owner, a relay, and the screens that were made at either."""

    def __init__(self, folder: Path, bus_of: BusOf, exchange: Exchange | None = None) -> None:
        self.exchange = exchange
        self.owner = OwnerHub(folder / "owner", bus_of)
        self.relay = Relay(bus_of())
        self.screens: list[Screen] = []

    async def start(self) -> None:
        await self.owner.start()
        await self.relay.start()
        await eventually(lambda: self.relay.hub.link.is_linked)

    async def stop(self) -> None:
        for screen in self.screens:
            await screen.drop()
        await self.relay.stop()
        await self.owner.stop()

    async def screen(self, name: str, *, is_relayed: bool, token: str = TOKEN) -> Screen:
        """Return a new screen at the relay or at the owner, once it sees who is there."""
        screen = Screen(name)
        self.screens.append(screen)
        await screen.join(self.relay.address if is_relayed else self.owner.address, token=token)
        await eventually(lambda: screen.mirror.show.members)
        return screen


def with_two(folder: Path, play: Callable[[TwoHubs], Awaitable[None]]) -> None:
    """Play with two hubs that are linked within this program."""
    exchange = Exchange()

    async def run() -> None:
        two = TwoHubs(folder, lambda: InProcessBus(exchange), exchange)
        await two.start()
        try:
            await play(two)
        finally:
            await two.stop()

    asyncio.run(run())
