"""The owner of a site's books is lost, and a hub that stands by takes over: from the loss to the first answer.

    python benchmarks/take_over.py [--rounds 3] [--losses killed power]

PostgreSQL, the message server and two hubs run in network namespaces of their own. The owner is killed (`killed`), or
its line is cut without a word, as when its machine loses power (`power`). A desk at the other hub reports a case once a
second throughout. After `power` the line is healed: the former owner, which has been running all the while with a
desk of its own that wishes something, must have acknowledged nothing, and end. Needs root, iproute2, PostgreSQL and
nats-server; without them it says why and ends with 77. Prints a table and one line of JSON; fails when something is
lost, doubled, acknowledged by the former owner, or later than is wanted.
"""

import argparse
import contextlib
import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.governed_town import LAT, LON, write_governed_town
from fakes.machines import HUB, NETWORK
from fakes.real_postgres import PASSWORD
from fakes.several_hubs import HubProcess
from fakes.site_of_machines import ONE, TWO, SiteOfMachines, missing_site, site_of_machines
from sanping.client.link import HubLink

SKIPPED = 77
WANTED_S = 10.0
PATIENCE_S = 90.0
REPORT = {"kind": "event", "case_class": "0105", "lon": LON, "lat": LAT, "description": "井盖缺失"}
TIMES, COUNTS = ("stale_s", "linked_s", "answered_s"), ("lost", "doubled", "strays")
COUNT = "select count(*) from sanping_data.cases"


class Reporter:
    """Reports a case a second from a desk, each until it is answered; `said` has when it was wished and answered."""

    def __init__(self, link: HubLink) -> None:
        self.said: list[tuple[float, float]] = []
        self._link, self._over = link, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(1.0):
            wished_s = time.monotonic()
            answer = self._link.wish("case.report", REPORT).result(PATIENCE_S)
            assert answer.ok, answer.error_en
            self.said.append((wished_s, time.monotonic()))


def until(condition: Callable[[], object], doing: str) -> float:
    """Wait for something that must come, and return when it did."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline_s:
            sys.exit(f"gave up: {doing}")
        time.sleep(0.01)
    return time.monotonic()


def linked(site: SiteOfMachines, machine: str, hub: HubProcess) -> HubLink:
    """Return the link of a desk beside a hub."""
    with site.machines.inside(machine):
        link = HubLink(hub.where, screen=f"desk-{machine}", kind="desk")
        link.start()
    until(lambda: link.status.state == "linked" and link.state.case_counts, f"the desk on {machine}")
    return link


def lose(site: SiteOfMachines, owner: HubProcess, loss: str) -> None:
    """Take the owner away."""
    if loss == "killed":
        owner.stop(signal.SIGKILL)
    else:
        site.machines.cut(ONE)


def played(folder: Path, loss: str) -> dict[str, float]:
    """Lose the owner of a new site once, and return what was seen."""
    with contextlib.ExitStack() as ending:
        site = ending.enter_context(site_of_machines(folder))
        twin = write_governed_town(folder / "twin", {})
        owner, other = (site.hub(name, folder, twin) for name in (ONE, TWO))
        for name, hub in ((ONE, owner), (TWO, other)):
            ending.callback(hub.stop, signal.SIGKILL)
            with site.machines.inside(name):
                assert hub.start(), hub.errors
        near, far = linked(site, ONE, owner), linked(site, TWO, other)
        ending.callback(near.close)
        ending.callback(far.close)
        reporter = Reporter(far)
        reporter.start()
        until(lambda: len(reporter.said) >= 2, "the first reports")

        began_s = time.monotonic()
        lose(site, owner, loss)
        stray = near.wish("case.report", REPORT)
        stale_s = until(lambda: far.status.state == "away", "the loss to be noticed") - began_s
        linked_s = until(lambda: far.status.state == "linked", "the desk to be linked") - began_s
        until(lambda: reporter.said[-1][1] > began_s + stale_s, "the first answer")
        answered_s = next(answered for _, answered in reporter.said if answered > began_s + stale_s) - began_s
        if loss == "power":
            site.machines.heal(ONE)
            until(lambda: not owner.is_running(), "the former owner to end")
        reporter.stop()
        with site.machines.inside(HUB):
            kept = cases(site)
        expected = len(reporter.said)
        is_stray = stray.done() and stray.result().ok
    return {
        "stale_s": stale_s, "linked_s": linked_s, "answered_s": answered_s,
        "lost": max(0, expected - kept), "doubled": max(0, kept - expected), "strays": float(is_stray),
    }  # fmt: skip


def cases(site: SiteOfMachines) -> int:
    """Return how many cases the books have."""
    words = f"postgresql://postgres@{NETWORK}.1:{site.postgres.port}/postgres"
    with psycopg.connect(words, password=PASSWORD) as database:
        found = database.execute(COUNT).fetchone()
    return int(found[0]) if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--losses", nargs="+", choices=("killed", "power"), default=["killed", "power"])
    asked = parser.parse_args()
    why = missing_site()
    if why:
        print(f"skipped: {why}")
        return SKIPPED
    rounds: dict[str, list[dict[str, float]]] = {loss: [] for loss in asked.losses}
    for _ in range(asked.rounds):
        for loss in asked.losses:
            with tempfile.TemporaryDirectory(prefix="sanping-take-over-") as made:
                rounds[loss].append(played(Path(made), loss))
    print(f"{asked.rounds} rounds, load average {os.getloadavg()[0]:.1f}")
    print("| loss | " + " | ".join(f"{name} median | worst" for name in TIMES) + " | lost | doubled | strays |")
    print("|---|" + "---|" * (2 * len(TIMES) + len(COUNTS)))
    for loss, found in rounds.items():
        times = [f"{of([one[name] for one in found]):.1f}" for name in TIMES for of in (statistics.median, max)]
        print(f"| {loss} | " + " | ".join([*times, *(str(counted(found, name)) for name in COUNTS)]) + " |")
    every = [one for found in rounds.values() for one in found]
    report = {"rounds": len(every), **{name: round(max(one[name] for one in every), 2) for name in TIMES}}
    report |= {name: counted(every, name) for name in COUNTS}
    print(json.dumps(report))
    return int(any(report[name] for name in COUNTS) or report["answered_s"] > WANTED_S)


def counted(found: list[dict[str, float]], name: str) -> int:
    """Return how often something was seen that must not be."""
    return int(sum(one[name] for one in found))


if __name__ == "__main__":
    sys.exit(main())
