"""The how-to page of the federation, run as it stands: three servers, three hubs, a line that is cut, a hub killed."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakes.federation_page import SITES, UPPER, Load, SiteProgram, SiteServers, files_on_page, lost_and_doubled
from fakes.governed_town import write_governed_town
from fakes.real_nats import has_nats
from fakes.small_hub import until
from fakes.toxic_proxy import HEALTHY, TOXICS, ToxicProxy
from sanping.client.link import HubLink
from sanping.domain.site import across_sites
from sanping.hub.spare_port import free_port


class Federation:
    """The three sites of the page, each lower one behind a line that can be cut."""

    def __init__(self, folder: Path, ending: ExitStack) -> None:
        dialled = {site: free_port() for site in UPPER}
        self.servers = SiteServers(folder, dialled)
        self.lines = {
            site: ToxicProxy(dialled[site], self.servers.leaf_ports[upper], hub_dials=True)
            for site, upper in UPPER.items()
        }
        for line in self.lines.values():
            line.start()
            ending.callback(line.close)
        ending.callback(self.servers.close)
        self.servers.start()
        twin = write_governed_town(folder / "twin", {})
        self.hubs = {site: SiteProgram(folder / site, twin, site, self.servers.address(site)) for site in SITES}
        self.links: dict[str, HubLink] = {}
        for site, hub in self.hubs.items():
            ending.callback(hub.kill)
            hub.start()
            link = self.links[site] = HubLink(hub.where, screen=f"desk-{site}", kind="desk")
            ending.callback(link.close)
            link.start()

    def is_linked(self, site: str, other: str) -> bool:
        status = self.links[site].state.sites.get(other)
        return self.links[site].state.is_linked and status is not None and status.is_linked

    def city_lacks(self, loads: dict[str, Load]) -> list[str]:
        known = self.links["city"].state.site_cases
        wanted = {across_sites(site, id): rev for site, load in loads.items() for id, rev in load.done.items()}
        return [id for id, rev in wanted.items() if id not in known or known[id].line.rev < rev]


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    if not has_nats():
        pytest.skip("nats-server is not installed; run make setup-debian as root")
    with ExitStack() as ending:
        yield Federation(tmp_path_factory.mktemp("federation"), ending)


def test_the_page_has_every_file_of_every_site() -> None:
    # given the page; when its files are read; then each site has a server's and a hub's
    names = {f"{site}/{name}" for site in SITES for name in ("nats.conf", "hub.env", "direct.conf")}
    assert set(files_on_page()) == names | {f"{site}/direct.env" for site in UPPER}


def test_a_cut_line_and_a_killed_hub_lose_nothing_and_double_nothing(federation: Federation) -> None:
    # given three sites that are linked, and people who report cases at the lower two
    until(lambda: federation.is_linked("city", "town") and federation.is_linked("town", "county"))
    loads = {site: Load(federation.links[site], 5.0) for site in ("county", "town")}
    for load in loads.values():
        load.start()

    # when both lines fall silent, which everybody is told, and the city's hub is killed and started meanwhile
    for line in federation.lines.values():
        line.make(TOXICS["half open"])
    until(lambda: not federation.is_linked("city", "county") and not federation.is_linked("town", "county"))
    federation.hubs["city"].kill()
    federation.hubs["city"].start()
    until(lambda: federation.links["city"].state.is_linked and len(loads["town"].done) > 10)
    for line in federation.lines.values():
        line.make(HEALTHY)
    for load in loads.values():
        load.stop()

    # then the city has each case as its site has it
    until(lambda: not federation.city_lacks(loads))
    until(lambda: federation.is_linked("city", "town"))

    # and of all steps none is lost and none is there twice
    for site, hub in federation.hubs.items():
        federation.links[site].close()
        hub.stop()
    steps, lost, doubled = lost_and_doubled(federation.hubs)
    assert (lost, doubled) == (0, 0)
    assert steps == sum(sum(load.done.values()) for load in loads.values())
