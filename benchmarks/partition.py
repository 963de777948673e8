"""A screen's machine is cut off from its hub and linked again: when it says so, and when it has everything again.

    python benchmarks/partition.py [--seconds 5 60] [--stations 30000]

Hub and screens run in network namespaces of their own; the plug of one is pulled for so many seconds, one after
another, while stations go on reporting and both screens wish something. Needs root and iproute2; without them it says
why and ends with 77. Prints a table and one line of JSON; fails when a screen ends with another picture than its
neighbour, or a wish has no answer.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from reconnect import feed, until

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.machines import HUB, Machines, missing_machines
from fakes.small_hub import Device, now_ms, running_hub, write_twin
from sanping.client.link import HubLink
from sanping.hub.spare_port import free_port

SKIPPED = 77
SOURCE_PORT = 7100
STALE_S, RESYNC_S = 3.0, 2.0
ROWS_MEANWHILE = 200
NEAR, FAR = "near", "far"


def readings(link: HubLink) -> dict[str, dict[str, tuple[int, float]]]:
    return {
        station: {quantity: (row.event_ms, row.value) for quantity, row in rows.items()}
        for station, rows in link.state.readings.items()
    }


def linked(machines: Machines, name: str, where: tuple[str, str], stations: int) -> HubLink:
    with machines.inside(name):
        link = HubLink(lambda: where, screen=name, kind="wall")
        link.start()
    until(lambda: link.state.is_linked and len(link.state.readings) >= stations, link.status.why.en)
    return link


def cut_off(machines: Machines, links: dict[str, HubLink], device: Device, seconds: float) -> dict[str, float]:
    """Cut the far screen off for a while and return what was seen."""
    near, far = links[NEAR], links[FAR]
    machines.cut(FAR)
    began_s = time.monotonic()
    until(lambda: not far.state.is_linked, "the cut was not noticed")
    stale_s = time.monotonic() - began_s
    wish = far.wish("alarm.acknowledge", {"alarm": "none"})
    first = now_ms()
    for number in range(ROWS_MEANWHILE):
        device.report(first + number, f"A{number % 100 + 1}", first + number, water_level=2.0 + number / 1000)
    device.acknowledged([first + ROWS_MEANWHILE - 1])
    was_near_linked = near.state.is_linked
    time.sleep(max(0.0, began_s + seconds - time.monotonic()))
    machines.heal(FAR)
    healed_s = time.monotonic()
    until(lambda: far.state.is_linked and readings(far) == readings(near), far.status.why.en)
    resync_s = time.monotonic() - healed_s
    wish.result(20.0)  # refused or done, and not forgotten
    return {"cut_s": seconds, "stale_s": stale_s, "resync_s": resync_s, "others_went_on": float(was_near_linked)}


def measured(options: argparse.Namespace, folder: Path) -> list[dict[str, float]]:
    twin, port = write_twin(folder / "town", {"gauges": SOURCE_PORT}, options.stations), free_port()
    machines = Machines((NEAR, FAR))
    with contextlib.ExitStack() as stack:
        stack.callback(machines.close)
        machines.open()
        with machines.inside(HUB):
            hub = stack.enter_context(running_hub(twin, folder / "data", "--port", str(port), "--lan"))
            feed(SOURCE_PORT, options.stations)
            device = stack.enter_context(contextlib.closing(Device(SOURCE_PORT)))
        links = {}
        for name in (NEAR, FAR):
            where = (f"http://{machines.address}:{port}", hub.token)
            links[name] = linked(machines, name, where, options.stations)
            stack.callback(links[name].close)
        return [cut_off(machines, links, device, seconds) for seconds in options.seconds]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, nargs="+", default=[5.0, 60.0])
    parser.add_argument("--stations", type=int, default=30_000)
    options = parser.parse_args()
    reason = missing_machines()
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="sanping-partition-") as name:
        os.environ["SANPING_HOME"] = str(Path(name) / "home")
        found = measured(options, Path(name))
    for cut in found:
        print(
            f"cut for {cut['cut_s']:g} s: stale after {cut['stale_s']:.2f} s (goal {STALE_S:g}), equal again "
            f"{cut['resync_s']:.2f} s after healing (goal {RESYNC_S:g})"
        )
    worst = {name: round(max(cut[name] for cut in found), 2) for name in ("stale_s", "resync_s")}
    others = all(cut["others_went_on"] for cut in found)
    print(json.dumps({"cuts": len(found), "stations": options.stations, **worst, "others_went_on": others}))
    return int(not others)


if __name__ == "__main__":
    sys.exit(main())
