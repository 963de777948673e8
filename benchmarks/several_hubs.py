"""One site with one hub and with two: how old the camera is on a thousand screens, and across hubs.

    python benchmarks/several_hubs.py [--clients 1000] [--seconds 8] [--rounds 3] [--hz 60]

The owner of the books and a relay are processes of their own, joined by a real nats-server; the screens are one lean
process (`fan_out_clients.py`), three in a hundred of which never read. Latency is how old the newest value is when a
healthy screen has read it. Without nats-server it says so and ends with 77. Prints a table and one line of JSON.
"""

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))
SKIPPED = 77
SITE, TOKEN, MOST_SOCKETS = "town", "fan-out", 1_200
STALLED_SHARE = 0.03
FEW = 20
MIXED = ("owner", "owner", "relay")
PLAYS: dict[str, tuple[Sequence[str], int]] = {
    "owner leads, few at the relay": (("owner", "relay"), FEW),
    "relay leads, few at the owner": (("relay", "owner"), FEW),
}
TICKS = os.sysconf("SC_CLK_TCK")


async def serve(part: str, address: str, folder: Path) -> None:
    """Run the owner or a relay, and print its port."""
    from sanping.bus.nats_bus import NatsAccess, NatsBus  # noqa: PLC0415
    from sanping.domain.text import Text  # noqa: PLC0415
    from sanping.hub.collecting import collect_seldom  # noqa: PLC0415
    from sanping.hub.core import Hub  # noqa: PLC0415
    from sanping.hub.manifests import Installed  # noqa: PLC0415
    from sanping.hub.plan import HubPlan  # noqa: PLC0415
    from sanping.hub.relay_hub import RelayHub  # noqa: PLC0415
    from sanping.hub.relay_owner import RelayOwner  # noqa: PLC0415
    from sanping.hub.web import Web  # noqa: PLC0415
    from sanping.storage.duckdb_history import DuckDbHistory  # noqa: PLC0415
    from sanping.storage.event_log import SqliteEventLog  # noqa: PLC0415
    from sanping.twin.live_part import LivePart  # noqa: PLC0415

    plan = HubPlan(name="town", title=Text("城", "Town"), live=LivePart(), adapters=Installed(manifests={}))
    bus = NatsBus(NatsAccess(address=address))
    if part == "owner":
        hub = Hub(plan, DuckDbHistory(folder), SqliteEventLog(folder))
        await hub.start()
        port = await Web(hub, TOKEN, MOST_SOCKETS).start("127.0.0.1", 0)
        await RelayOwner(hub, SITE, bus, part).start()
    else:
        relay = RelayHub(plan, SITE, bus, part)
        port = await Web(relay, TOKEN, MOST_SOCKETS).start("127.0.0.1", 0)
        await relay.start()
        while not relay.link.is_linked:
            await asyncio.sleep(0.05)
    collect_seldom()
    print(port, flush=True)
    await asyncio.Event().wait()


def cpu_s(pid: int) -> float:
    """Return the processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measured(hubs: list[subprocess.Popen[str]], ports: str, clients: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Let screens follow one that leads, and return what they got and what the hubs took."""
    screens = subprocess.Popen(
        [sys.executable, str(HERE / "fan_out_clients.py"), "hub", ports, str(clients),
         str(round(clients * STALLED_SHARE)), str(asked.hz), str(asked.seconds)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert screens.stdout is not None
    screens.stdout.readline()
    screens.stdout.readline()
    before, began_s = [cpu_s(hub.pid) for hub in hubs], time.monotonic()
    screens.stdout.readline()
    lasted_s = time.monotonic() - began_s
    loads = [(cpu_s(hub.pid) - was) / lasted_s for hub, was in zip(hubs, before, strict=True)]
    found: dict[str, Any] = json.loads(screens.stdout.readline())
    screens.wait(30)
    return {**found, "owner_load": loads[0], "relay_load": loads[1]}


def played(address: str, at: Sequence[str], clients: int, asked: argparse.Namespace) -> dict[str, Any]:
    """Start the owner and a relay, and let screens follow; `at` names where who leads is, and the others."""
    hubs: list[subprocess.Popen[str]] = []
    ports: dict[str, str] = {}
    try:
        for part in ("owner", "relay"):
            words = [sys.executable, __file__, "serve", part, address]
            hubs.append(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
            assert hubs[-1].stdout is not None
            ports[part] = hubs[-1].stdout.readline().strip()
        return measured(hubs, ",".join(ports[part] for part in at), clients, asked)
    finally:
        for hub in hubs:
            hub.kill()
            hub.wait()


def main() -> int:
    if sys.argv[1:2] == ["serve"]:
        with tempfile.TemporaryDirectory() as made:
            asyncio.run(serve(sys.argv[2], sys.argv[3], Path(made)))
    from fakes.real_nats import RealNats, has_nats  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hz", type=float, default=60.0)
    asked = parser.parse_args()
    if not has_nats():
        print("skipped: no nats-server")
        return SKIPPED
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    rounds: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as made:
        server = RealNats(Path(made))
        server.start()
        try:
            for _ in range(asked.rounds):
                for name, (at, clients) in {**PLAYS, "one hub": (("owner",), 0), "two hubs": (MIXED, 0)}.items():
                    found = played(server.address, at, clients or asked.clients, asked)
                    rounds.setdefault(name, []).append(found)
        finally:
            server.close()
    columns = ("p50_ms", "p99_ms", "worst_ms", "share", "owner_load", "relay_load")
    print(f"median of {asked.rounds} rounds, {asked.hz:g} Hz, load average {os.getloadavg()[0]:.1f}")
    print("| screens | " + " | ".join(columns) + " |\n|---|" + "---|" * len(columns))
    table = {
        name: {column: statistics.median(one[column] for one in found) for column in columns}
        for name, found in rounds.items()
    }
    for name, row in table.items():
        print(f"| {name} | " + " | ".join(f"{row[column]:.2f}" for column in columns) + " |")
    print(json.dumps(table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
