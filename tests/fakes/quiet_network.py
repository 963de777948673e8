"""Runs the program where every packet to the outside is counted: in a network of its own whose only way out is a pair.

`quiet_network.py COUNT_ONLY` sends one packet; `quiet_network.py TWIN TINY_TWIN` runs a hub of the one and a desk of
the other. Prints JSON. To be started by `unshare --net`.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE_S = 90.0
WAY_OUT, OTHER_END = "out0", "out1"
SETUP = (
    "ip link set lo up",
    f"ip link add {WAY_OUT} type veth peer name {OTHER_END}",
    f"sysctl -q -w net.ipv6.conf.{WAY_OUT}.disable_ipv6=1 net.ipv6.conf.{OTHER_END}.disable_ipv6=1",
    f"ip addr add 10.99.0.2/24 dev {WAY_OUT}",
    f"ip link set {WAY_OUT} up",
    f"ip link set {OTHER_END} up",
    f"ip neigh add 10.99.0.1 lladdr 02:00:00:00:00:01 dev {WAY_OUT}",
    "ip route add default via 10.99.0.1",
)


def sent() -> int:
    """Return how many packets have gone out."""
    for line in Path("/proc/self/net/dev").read_text().splitlines():
        name, _, numbers = line.partition(":")
        if name.strip() == WAY_OUT:
            return int(numbers.split()[9])
    raise AssertionError("the way out is not there")


def until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            found = condition()
        except (OSError, ValueError):
            found = None
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen in time")
        time.sleep(0.1)


def answer_of(address: str, path: str, token: str) -> Any:
    request = urllib.request.Request(f"{address}{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        body = answer.read()
    return json.loads(body) if path.startswith("/api") else body.decode()


def hub_ran(twin: str, data: Path) -> dict[str, Any]:
    """Run the hub of a twin until its simulated sources deliver, and ask it for a page."""
    program = subprocess.Popen(
        [sys.executable, "-m", "sanping", "hub", twin, "--port", "0", "--data", str(data), "--trust"],
        stdout=subprocess.DEVNULL,
    )
    try:
        note = until(lambda: json.loads((data / "address.json").read_text()))
        token = (data / "token").read_text()

        def live() -> list[str]:
            found = answer_of(note["address"], "/api/v1/sources", token)
            return [one["name"] for one in found if one["state"] == "live"]

        names = until(lambda: len(live()) >= 3 and live())
        return {"live": sorted(names), "page": len(answer_of(note["address"], "/", token))}
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(PATIENCE_S)


def desk_ran(twin: str, home: Path) -> dict[str, Any]:
    """Open the desk of a twin until it is linked with its own hub."""
    program = subprocess.Popen([sys.executable, "-m", "sanping", "run", twin], stdout=subprocess.DEVNULL)
    try:
        [folder] = until(lambda: [path.parent for path in home.glob("hub/*/address.json")])
        note = json.loads((folder / "address.json").read_text())
        token = (folder / "token").read_text()
        until(lambda: answer_of(note["address"], "/api/v1/health", token)["screens"] >= 1)
        return {"desk": program.poll() is None}
    finally:
        program.terminate()
        program.wait(PATIENCE_S)


def main(words: list[str]) -> None:
    for line in SETUP:
        subprocess.run(line.split(), check=True)
    assert sent() == 0
    found: dict[str, Any] = {}
    if words == ["COUNT_ONLY"]:
        import socket

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"x", ("8.8.8.8", 53))
    else:
        home = Path(os.environ["SANPING_HOME"])
        found |= hub_ran(words[0], home / "data")
        found |= desk_ran(words[1], home)
    sys.stdout.write(json.dumps({**found, "sent": sent()}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
