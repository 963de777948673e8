"""City, county and town on machines of their own, cut apart under load: what is lost or doubled, how soon all agree.

    python benchmarks/federation.py [--seconds 60] [--per-second 5] [--direct]

Three hubs and three message servers with the configuration of docs/how-to/federation.md, each in a network namespace;
people at county and town report and file cases all the while. The plugs of county and town are pulled for so many
seconds. Needs root, iproute2 and nats-server; without them it says why and ends with 77. Prints a table and one line
of JSON; fails when a step is lost or doubled, or when the city needs more than two seconds after healing.
"""

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.federation_page import CLIENT_PORT, SITES, UPPER, Load, MachineServers, SiteProgram, lost_and_doubled
from fakes.governed_town import write_governed_town
from fakes.machines import HUB, NETWORK, Machines, missing_machines
from fakes.real_nats import has_nats
from sanping.client.link import HubLink
from sanping.domain.site import across_sites

SKIPPED = 77
WISHED_S, STALE_S = 2.0, 3.5
PATIENCE_S = 60.0
BEFORE_S = 5.0
MACHINE = {"city": HUB, "county": "county", "town": "town"}


def until(condition: Callable[[], object], what: str) -> float:
    """Wait for something and return how long it took."""
    began_s = time.monotonic()
    while not condition():
        if time.monotonic() - began_s > PATIENCE_S:
            sys.exit(f"gave up waiting: {what}")
        time.sleep(0.01)
    return time.monotonic() - began_s


def lacks(city: HubLink, wanted: Mapping[str, Mapping[str, int]]) -> int:
    """Return how many cases the city does not know as far as their sites are with them."""
    known = city.state.site_cases
    return sum(
        (case := known.get(across_sites(site, id))) is None or case.line.rev < rev
        for site, cases in wanted.items()
        for id, rev in cases.items()
    )


def play(
    machines: Machines, links: Mapping[str, HubLink], loads: Mapping[str, Load], seconds: float
) -> dict[str, float]:
    """Load, cut, heal, and return what was seen from the city."""
    city = links["city"]
    until(lambda: all(city.state.sites.get(site) and city.state.sites[site].is_linked for site in loads), "the links")
    for load in loads.values():
        load.start()
    time.sleep(BEFORE_S)
    for site in loads:
        machines.cut(site)
    stale_s = until(lambda: not any(city.state.sites[site].is_linked for site in loads), "the cut to be told")
    time.sleep(max(0.0, seconds - stale_s))
    wanted = {site: dict(load.done) for site, load in loads.items()}
    held_back = lacks(city, wanted)
    for site in loads:
        machines.heal(site)
    first_s = until(lambda: lacks(city, wanted) < held_back, "the first letter")
    equal_s = first_s + until(lambda: not lacks(city, wanted), "what was held back")
    for load in loads.values():
        load.stop()
    wanted = {site: dict(load.done) for site, load in loads.items()}
    until(lambda: not lacks(city, wanted), "the end")
    return {"stale_s": stale_s, "held_back": held_back, "first_s": first_s, "equal_s": equal_s}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--per-second", type=float, default=5.0)
    parser.add_argument("--direct", action="store_true", help="hubs speak to the upper server, servers are not joined")
    asked = parser.parse_args(words)
    why = missing_machines() or ("" if has_nats() else "no nats-server")
    if why:
        print(f"skipped: {why}")
        return SKIPPED
    machines = Machines(["county", "town"])
    addresses = {site: f"{NETWORK}.{number}" for number, site in enumerate(SITES, start=1)}
    with tempfile.TemporaryDirectory() as made, contextlib.ExitStack() as ending:
        folder = Path(made)
        machines.open()
        ending.callback(machines.close)

        def inside(site: str) -> contextlib.AbstractContextManager[None]:
            return machines.inside(MACHINE[site])

        servers = MachineServers(folder, addresses, inside, is_direct=asked.direct)
        ending.callback(servers.close)
        servers.start()
        twin = write_governed_town(folder / "twin", {})
        upper = {site: f"nats://{addresses[UPPER[site]]}:{CLIENT_PORT}" if asked.direct else "" for site in UPPER}
        hubs = {
            site: SiteProgram(folder / site, twin, site, servers.address(site), upper.get(site, "")) for site in SITES
        }
        links = {}
        for site, hub in hubs.items():
            ending.callback(hub.kill)
            with inside(site):
                hub.start()
                links[site] = HubLink(hub.where, screen=f"desk-{site}", kind="desk")
                links[site].start()
            ending.callback(links[site].close)
        loads = {site: Load(links[site], asked.per_second) for site in ("county", "town")}
        seen = play(machines, links, loads, asked.seconds)
        for site, hub in hubs.items():
            links[site].close()
            hub.stop()
        steps, lost, doubled = lost_and_doubled(hubs)
    row = {"direct": asked.direct, "cut_s": asked.seconds, "steps": steps, **seen, "lost": lost, "doubled": doubled}
    print(
        "| cut, s | steps | cases held back | told as cut, s | first after healing, s | all equal, s | lost | doubled |"
    )
    print("|---|---|---|---|---|---|---|---|")
    print(
        f"| {asked.seconds:g} | {steps} | {row['held_back']} | {row['stale_s']:.1f} "
        f"| {row['first_s']:.2f} | {row['equal_s']:.2f} | {lost} | {doubled} |"
    )
    print(json.dumps(row))
    return int(bool(lost or doubled) or row["equal_s"] > WISHED_S or row["stale_s"] > STALE_S)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
