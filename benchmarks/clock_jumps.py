"""The time of day of a running hub jumps: by seconds, hours, to 1970 and 2038, over a leap second, the end of DST.

    python benchmarks/clock_jumps.py [--seconds 3]

A shim adds what it is told to the time of day that the hub's process sees; devices go on with right clocks. After each
jump: every report is acknowledged and kept, the hub needs no more of the processor than before, the numbers of events
and of changes grow without gaps, a phone that was let in is still in, and a code that was used is still refused. Needs
a C compiler; without one it says why and ends with 77. Prints a table and one line of JSON.
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

from fault_shim import Shim, tried
from hub_throughput import _usage
from kept_rows import kept_history
from reconnect import until

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.small_hub import Device, RunningHub, now_ms, running_hub, write_twin
from sanping.client.link import HubLink
from sanping.hub.spare_port import free_port
from sanping.storage.event_log import SqliteEventLog

SKIPPED = 77
REPORTS_A_SECOND = 10
STORM_SHARE = 0.6
DST_ENDS_S, LEAP_S, YEAR_2038_S = 1_793_494_799, 1_483_228_799, 2_147_483_646


def jumps() -> dict[str, float]:
    """Return how far ahead each sets the clock, in seconds."""
    real_s = time.time()
    return {
        "+1 s": 1.0, "-1 s": -1.0, "+1 h": 3600.0, "-1 h": -3600.0, "1970": 1.0 - real_s, "2038": YEAR_2038_S - real_s,
        "end of DST": DST_ENDS_S - real_s, "leap second": LEAP_S - real_s, "leap second again": LEAP_S - 1.0 - real_s,
        "right again": 0.0,
    }  # fmt: skip


def asked(hub: RunningHub, method: str, path: str, token: str, body: object = None) -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(
        f"{hub.address}/api/v1{path}", method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, {}


class Town:
    """A hub under the shim, a device, a screen, and a phone that was let in."""

    def __init__(self, hub: RunningHub, port: int) -> None:
        self.hub = hub
        self.link = HubLink(hub.where, screen="desk", kind="desk")
        self.link.start()
        self.code = asked(hub, "POST", "/codes", hub.token)[1]["code"]
        self.token = asked(hub, "POST", "/pair", "", {"code": self.code, "name": "phone"})[1]["token"]
        self.device = Device(port)
        self.acknowledged: dict[int, float] = {}
        self._number = 0

    def report(self, seconds: float) -> None:
        """Report for a while and wait for each acknowledgement."""
        until_s = time.monotonic() + seconds
        while time.monotonic() < until_s:
            self._number += 1
            at_ms = now_ms()
            self.device.report(self._number, "A1", at_ms, water_level=self._number / 1000)
            self.device.acknowledged([self._number])
            self.acknowledged[at_ms] = self._number / 1000
            time.sleep(1 / REPORTS_A_SECOND)

    def jump(self, name: str, shim: Shim, ahead_s: float, seconds: float) -> dict[str, object]:
        before_cpu_s, began_s, seq = _usage(self.hub.process.pid)[1], time.monotonic(), self.link.seq
        shim.set_clock(ahead_s)
        self.report(seconds)
        share = (_usage(self.hub.process.pid)[1] - before_cpu_s) / (time.monotonic() - began_s)
        until(lambda: self.link.state.is_linked, "the screen is lost")
        return {
            "jump": name, "cpu": round(share, 2), "is_calm": share < STORM_SHARE, "order": self.link.seq >= seq,
            "phone_in": asked(self.hub, "GET", "/latest", self.token)[0] == 200,
            "code_out": asked(self.hub, "POST", "/pair", "", {"code": self.code, "name": "x"})[0] in (401, 403),
        }  # fmt: skip


def judged(data: Path, acknowledged: dict[int, float]) -> dict[str, object]:
    history = kept_history(data)
    found = {row.event_ms: row.value for batch in history.rows_between(*history.span()) for row in batch}
    history.close()
    log = SqliteEventLog(data)
    events = list(log.since(0, 1_000_000))
    log.close()
    return {
        "rows": len(acknowledged),
        "lost": sum(found.get(when) != value for when, value in acknowledged.items()),
        "numbers_whole": [event.seq for event in events] == list(range(1, len(events) + 1)),
    }


def run(options: argparse.Namespace, folder: Path, library: Path) -> dict[str, object]:
    shim, port = Shim(library, folder, "/nowhere"), free_port()
    twin = write_twin(folder / "town", {"gauges": port})
    with shim.around():
        context = running_hub(twin, folder / "data")
        hub = context.__enter__()
    town = Town(hub, port)
    try:
        town.report(options.seconds)
        rows = [town.jump(name, shim, ahead_s, options.seconds) for name, ahead_s in jumps().items()]
    finally:
        town.link.close()
        town.device.close()
        context.__exit__(None, None, None)
    for row in rows:
        print("{jump:20} processor {cpu:4.0%}  order kept {order}  phone still in {phone_in}".format(**row))
    bad = [row["jump"] for row in rows if not (row["is_calm"] and row["order"] and row["phone_in"] and row["code_out"])]
    return {"jumps": len(rows), "bad": bad, **judged(folder / "data", town.acknowledged)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each clock stays")
    options = parser.parse_args()
    report = tried(partial(run, options))
    if report is None:
        print("skipped: no C compiler, or no /proc")
        return SKIPPED
    print(json.dumps(report))
    return int(bool(report["lost"] or report["bad"] or not report["numbers_whole"]))


if __name__ == "__main__":
    sys.exit(main())
