"""City, county and town: three whole hubs that govern, one above the other, in this process."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from fakes.governed_hub import REPORT, GovernedHub, done
from fakes.linked_hub import Screen, eventually
from sanping.domain.text import Text
from sanping.hub.federation import Federation
from sanping.ports.bus import Bus
from sanping.storage.site_book import SqliteSiteBook

CITY, COUNTY, TOWN = "city", "county", "town"
TITLES = {CITY: Text("市中心", "City centre"), COUNTY: Text("县中心", "County centre"), TOWN: Text("镇站", "Town")}
BusOf = Callable[[str], Bus]


class SiteHub(GovernedHub):
    """The hub of one site; `bus_of` makes its bus anew for each life."""

    def __init__(self, folder: Path, site: str, bus_of: BusOf) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        self.site, self._bus_of = site, bus_of

    async def start(self) -> None:
        above = {TOWN: COUNTY, COUNTY: CITY}.get(self.site, "")
        below = {CITY: (COUNTY,), COUNTY: (TOWN,)}.get(self.site, ())
        self.federation = Federation(
            site=self.site, bus=self._bus_of(self.site), book=SqliteSiteBook(self.folder), title=TITLES[self.site],
            upper=above, lowers=below,
        )  # fmt: skip
        await super().start()

    async def killed(self) -> None:
        """End without saving anything more: what is not committed is lost."""
        sites = self.hub.sites
        assert sites is not None
        for task in (sites._beating, sites.up._sending, sites.orders._working, sites.notices._working):
            if task is not None:
                task.cancel()
        await sites._plan.bus.close()
        await sites._keeper.close()
        await super().killed()

    def known(self) -> dict[str, tuple[int, str]]:
        """Return revision and state of all cases that are known here, ours and those below, by id across sites."""
        assert self.hub.sites is not None
        assert self.hub.cases is not None
        own = {f"{case.id}@{self.site}": (case.rev, case.state) for case in self.hub.cases.table.cases}
        return own | {id: (one.line.rev, one.line.state) for id, one in self.hub.sites.down.cases.items()}

    async def report(self, screen: Screen, number: int = 0) -> str:
        """Report a case here and file it; return its id."""
        ack = await done(screen, "case.report", {**REPORT, "description": f"第 {number} 堆垃圾"})
        assert ack.ok, ack.error_en
        return ack.about


class ThreeSites:
    """The three, and a screen at each."""

    def __init__(self, folder: Path, bus_of: BusOf) -> None:
        self.hubs = {site: SiteHub(folder / site, site, bus_of) for site in (CITY, COUNTY, TOWN)}
        self.screens: dict[str, Screen] = {}

    def __getitem__(self, site: str) -> SiteHub:
        return self.hubs[site]

    async def start(self) -> None:
        for site, hub in self.hubs.items():
            await hub.start()
            self.screens[site] = await hub.screen(name=f"desk-{site}")
        for site, other in ((CITY, TOWN), (COUNTY, CITY), (TOWN, COUNTY)):
            await eventually(lambda site=site, other=other: self.is_linked(site, other))

    async def stop(self) -> None:
        for screen in self.screens.values():
            await screen.drop()
        for hub in reversed(self.hubs.values()):
            await hub.stop()

    def is_linked(self, site: str, other: str) -> bool:
        """Say whether the screen of a site shows another as linked."""
        status = self.screens[site].mirror.state.sites.get(other)
        return status is not None and status.is_linked

    async def restart(self, site: str) -> None:
        """Kill a hub and start it again on its folder."""
        await self.screens[site].drop()
        await self[site].killed()
        await self[site].start()
        self.screens[site] = await self[site].screen(name=f"desk-{site}")


def with_three(folder: Path, bus_of: BusOf, play: Callable[[ThreeSites], Awaitable[None]]) -> None:
    """Play with the three sites once they are linked."""

    async def run() -> None:
        three = ThreeSites(folder, bus_of)
        try:
            await three.start()
            await play(three)
        finally:
            await three.stop()

    asyncio.run(run())
