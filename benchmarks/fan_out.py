"""One camera at 60 Hz to many screens of which three in a hundred never read: the hub beside other servers.

    python benchmarks/fan_out.py [--clients 100 1000] [--seconds 10] [--rounds 3] [--only hub] [--labels]

With `--labels` the hub is measured beside itself with labels, where its screens are desks, walls and kiosks by turns.
Each server is a process of its own, the screens are another lean one; servers take turns within a round. Latency is how
old the newest value is when a healthy screen has read it, measured in the screens' process. CPU is that of the server's
process per frame that healthy screens got. Peers: `ws` and socket.io under Node, `websockets.broadcast`; they are put
into benchmarks/out, not into the product.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PEERS = HERE / "live_peers"
OUT = HERE / "out"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
STALLED_SHARE = 0.03
HZ = 60.0
KINDS = ("hub", "hub+labels", "ws", "websockets", "socketio")


def installed_peers() -> tuple[Path, Path]:
    """Put the peers where they are run, and return the folder of Node's and the Python of the others."""
    node = OUT / "live_peers"
    node.mkdir(parents=True, exist_ok=True)
    for path in PEERS.iterdir():
        shutil.copy(path, node)
    if not (node / "node_modules").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund"], cwd=node, check=True)
    python = OUT / "live_peers_python" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "websockets"], check=True)
    return node, python


def command(kind: str, node: Path, python: Path) -> tuple[list[str], Path]:
    """Return how a server is started, and where."""
    if kind.startswith("hub"):
        return [sys.executable, str(HERE / "fan_out_servers.py"), kind], HERE
    if kind == "websockets":
        return [str(python), str(HERE / "fan_out_servers.py"), "websockets"], HERE
    return ["node", f"{kind}.mjs"], node


def cpu_s(pid: int) -> float:
    """Return the processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


def measured(kind: str, clients: int, seconds: float, where: tuple[Path, Path]) -> dict[str, Any]:
    """Run one server with its screens once."""
    words, folder = command(kind, *where)
    server = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        empty_mb = memory_mb(server.pid)
        stalled = round(clients * STALLED_SHARE)
        screens = subprocess.Popen(
            [sys.executable, str(HERE / "fan_out_clients.py"), kind, port, str(clients), str(stalled), str(HZ),
             str(seconds)],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert screens.stdout is not None
        screens.stdout.readline()
        joined_mb = memory_mb(server.pid)
        screens.stdout.readline()
        before_s, before_mb, began_s = cpu_s(server.pid), memory_mb(server.pid), time.monotonic()
        screens.stdout.readline()
        used_s, after_mb, lasted_s = cpu_s(server.pid) - before_s, memory_mb(server.pid), time.monotonic() - began_s
        found: dict[str, Any] = json.loads(screens.stdout.readline())
        screens.wait(30)
    finally:
        server.kill()
        server.wait()
    return {
        **found,
        "cpu_us": used_s * 1e6 / found["frames"],
        "load": used_s / lasted_s,
        "grew_mb": after_mb - before_mb,
        "kb_a_screen": (joined_mb - empty_mb) * 1e3 / clients,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=KINDS, nargs="+", default=KINDS)
    parser.add_argument("--labels", action="store_true", help="the hub without labels and with them, nothing else")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if options.labels:
        options.only = ("hub", "hub+labels")
    where = (HERE, HERE) if set(options.only) <= {"hub", "hub+labels"} else installed_peers()
    found: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for _ in range(options.rounds):
        for clients in options.clients:
            for kind in options.only:
                found[kind, clients].append(measured(kind, clients, options.seconds, where))
    names = ("p50_ms", "p99_ms", "worst_ms", "cpu_us", "load", "share", "grew_mb", "kb_a_screen")
    print(f"median of {options.rounds} rounds, load average {os.getloadavg()[0]:.1f}")
    print("server      screens " + " ".join(f"{name:>11}" for name in names))
    for (kind, clients), rounds in found.items():
        medians = [statistics.median(one[name] for one in rounds) for name in names]
        print(f"{kind:<12}{clients:>7} " + " ".join(f"{value:>11.2f}" for value in medians))


if __name__ == "__main__":
    main()
