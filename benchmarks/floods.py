"""A million late values beside live ones, and an alarm at every institution within a minute: what the operator sees.

    python benchmarks/floods.py [--late 1000000] [--institutions 3347] [--over 60]

One hub, two sources. First one of them hands in late values as fast as it is answered, while stations of the other
report; the lag is from a live report to its value on a screen. Then every institution reports a level over its line
within `--over` seconds, one of them over the red line: how soon that one is on the screen, how many rows the operator's
list has, and whether each alarm is in the log. A hundred alarms are shelved briefly and must return. Prints a table and
one line of JSON.
"""

import argparse
import contextlib
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from hub_throughput import _usage
from kept_rows import kept_history
from reconnect import until

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.small_hub import Device, RunningHub, now_ms, running_hub, write_twin
from sanping.client.link import HubLink
from sanping.hub.event_keeper import alarms_of
from sanping.hub.spare_port import free_port
from sanping.storage.event_log import SqliteEventLog
from sanping.twin.alarm_list import operator_items

LAG_S, VISIBLE_S, MOST_ROWS = 2.0, 2.0, 10
AT_ONCE = 2000
SHELVED, SHELVED_S = 100, 4.0
RED_M, YELLOW_M = 2.6, 2.1  # no leap from what was there before: that would be suspect and raise nothing
DAY_MS = 86_400_000
RULES = "".join(
    f'[[rules]]\nid = "{colour}"\ntitle = {{ zh = "{zh}", en = "{colour}" }}\nkind = "above"\ncolour = "{colour}"\n'
    f'quantity = "water_level"\nlimit = {limit}\n'
    for colour, zh, limit in (("red", "危险", RED_M - 0.1), ("yellow", "超警", YELLOW_M - 0.1))
)


class Backfill(threading.Thread):
    """Hands in values of last week as fast as they are acknowledged."""

    def __init__(self, port: int, rows: int, stations: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged = 0
        self._port, self._rows, self._stations = port, rows, stations
        self.begin_ms = (now_ms() - 7 * DAY_MS) // 1000 * 1000

    def run(self) -> None:
        with contextlib.closing(Device(self._port)) as device:
            for begin in range(0, self._rows, AT_ONCE):
                numbers = range(begin, min(begin + AT_ONCE, self._rows))
                for number in numbers:
                    station, moment = number % self._stations + 1, self.begin_ms + number // self._stations * 1000
                    device.report(number, f"A{station}", moment, water_level=1.2 + number % 10 / 100)
                device.acknowledged([numbers[-1]])
                device.forget()
                self.acknowledged = numbers[-1] + 1


def shown(link: HubLink, station: str, value: float) -> bool:
    found = link.state.reading(station, "water_level")
    return found is not None and found.value == value


def backfilled(
    hub: RunningHub, link: HubLink, ports: tuple[int, int], options: argparse.Namespace
) -> dict[str, object]:
    late = Backfill(ports[1], options.late, options.institutions)
    cpu_s, began_s, lags = _usage(hub.process.pid)[1], time.monotonic(), []
    with contextlib.closing(Device(ports[0])) as device:
        late.start()
        number = 0
        while late.is_alive():
            number += 1
            sent_s, value = time.monotonic(), 1.2 + number % 100 / 1000
            device.report(number, "A1", now_ms(), water_level=value)
            until(lambda value=value: shown(link, "S1", value), "a live value is not shown")
            lags.append(time.monotonic() - sent_s)
            time.sleep(0.1)
    took_s = time.monotonic() - began_s
    alarms = len(link.state.alarms)
    return {
        "late_rows": late.acknowledged, "late_rows_per_s": round(late.acknowledged / took_s),
        "lag_worst_s": round(max(lags), 2), "lag_p50_s": round(float(np.median(lags)), 2), "alarms_of_late": alarms,
        "hub_cpu": round((_usage(hub.process.pid)[1] - cpu_s) / took_s, 2), "late_from_ms": late.begin_ms,
    }  # fmt: skip


def flooded(link: HubLink, port: int, options: argparse.Namespace) -> dict[str, object]:
    """Let every institution breach, the first one worst."""
    began_s, red_s, most_rows = time.monotonic(), 0.0, 0
    with contextlib.closing(Device(port)) as device:
        for number in range(1, options.institutions + 1):
            device.report(number, f"A{number}", now_ms(), water_level=RED_M if number == 1 else YELLOW_M)
            if number == 1:
                until(lambda: any(alarm.colour == "red" for alarm in link.state.alarms.values()), "no red alarm")
                red_s = time.monotonic() - began_s
            if number % 50 == 0:
                most_rows = max(most_rows, len(operator_items(link.state.alarms.values(), now_ms())))
                time.sleep(max(0.0, began_s + options.over * number / options.institutions - time.monotonic()))
        device.acknowledged([options.institutions])
    until(lambda: len({alarm.station for alarm in link.state.alarms.values()}) >= options.institutions, "alarms lack")
    rows = len(operator_items(link.state.alarms.values(), now_ms()))
    shelved = [alarm.id for alarm in link.state.alarms.values()][:SHELVED]
    end_ms = now_ms() + int(SHELVED_S * 1000)
    ack = link.command("alarm.shelve", {"alarms": shelved, "until_ms": end_ms}, 30.0)
    until(lambda: all(link.state.alarms[id].state == "shelved" for id in shelved), "not shelved")
    until(lambda: all(link.state.alarms[id].state == "active" for id in shelved), "what was shelved did not return")
    return {
        "red_visible_s": round(red_s, 2), "rows_seen": max(most_rows, rows), "shelved": len(shelved) if ack.ok else 0,
        "returned_late_s": round((now_ms() - end_ms) / 1000, 1),
    }  # fmt: skip


def lost(data: Path, found: dict[str, object], institutions: int) -> dict[str, int]:
    history = kept_history(data)
    begin_ms, rows = int(str(found["late_from_ms"])), int(str(found["late_rows"]))
    end_ms = begin_ms + rows // institutions * 1000 + 1000
    kept = {(row.station, row.event_ms) for batch in history.rows_between(begin_ms, end_ms) for row in batch}
    history.close()
    log = SqliteEventLog(data)
    raised = {alarm.station for alarm in alarms_of(log.between(0, 1 << 60, ("alarm",))).values()}
    log.close()
    return {"late_lost": rows - len(kept), "alarms_lost": institutions - len(raised)}


def run(options: argparse.Namespace, folder: Path) -> dict[str, object]:
    ports = free_port(), free_port()
    twin = write_twin(folder / "town", {"live": ports[0], "late": ports[1]}, options.institutions, RULES)
    with running_hub(twin, folder / "data") as hub:
        link = HubLink(hub.where, screen="desk", kind="desk")
        link.start()
        until(lambda: link.state.is_linked, "no link")
        try:
            found = backfilled(hub, link, ports, options) | flooded(link, ports[0], options)
        finally:
            link.close()
    return {"institutions": options.institutions, **found, **lost(folder / "data", found, options.institutions)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--late", type=int, default=1_000_000)
    parser.add_argument("--institutions", type=int, default=3347)
    parser.add_argument("--over", type=float, default=60.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sanping-flood-") as name:
        os.environ["SANPING_HOME"] = str(Path(name) / "home")
        report = run(options, Path(name))
    for what, key, goal in (
        ("live lag beside late values, worst, s", "lag_worst_s", LAG_S),
        ("first red alarm on the screen after, s", "red_visible_s", VISIBLE_S),
        ("rows an operator sees", "rows_seen", MOST_ROWS),
        ("late values and alarms lost", "late_lost", 0),
    ):
        print(f"{what:44}{report[key]!s:>8}   goal {goal}")
    print(json.dumps(report))
    return int(bool(report["late_lost"] or report["alarms_lost"] or report["alarms_of_late"]))


if __name__ == "__main__":
    sys.exit(main())
