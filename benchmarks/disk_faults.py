"""A hub under load whose disk fails: syncing, writing, no room. What it acknowledged must be there, and it must say so.

    python benchmarks/disk_faults.py [--seconds 3] [--rounds 1] [--faults "sync fails" …]

A shim between the hub and the C library lets calls on files of its data folder fail; meanwhile devices report
without pause and count what is acknowledged. Fault by fault: when the hub says on its screens that the store has
trouble, when it acknowledges again after the disk is mended, and, after a kill at the end, whether every acknowledged
value is there. Needs a C compiler; without one it says why and ends with 77. Prints a table and one line of JSON.
"""

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path

from fault_shim import DISK_FAULTS, Shim, tried
from kept_rows import kept_history
from reconnect import until

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.small_hub import running_hub, write_twin
from journeys.test_hub_survives import Load
from sanping.client.link import HubLink
from sanping.domain.source_status import STORE
from sanping.hub.spare_port import free_port

SKIPPED = 77
ALARM_S = 5.0


def has_trouble(link: HubLink) -> bool:
    store = link.state.sources.get(STORE)
    return store is not None and store.state != "live"


def suffered(link: HubLink, load: Load, shim: Shim, how: str, seconds: float) -> dict[str, object]:
    """Let the disk fail for a while, and return what was seen."""
    shim.break_disk(how)
    began_s = time.monotonic()
    until(lambda: has_trouble(link), "nobody said that the disk fails")
    alarm_s = time.monotonic() - began_s
    time.sleep(seconds)
    shim.mend_disk()
    mended_s, before = time.monotonic(), len(load.acknowledged)
    until(lambda: len(load.acknowledged) > before + 100 and not has_trouble(link), "it did not go on")
    return {"fault": how, "alarm_s": round(alarm_s, 2), "again_s": round(time.monotonic() - mended_s, 2)}


def lost(data: Path, acknowledged: dict[int, float]) -> int:
    """Return how many acknowledged values are not in the files of a hub that was killed."""
    history = kept_history(data)
    found = {row.event_ms: row.value for batch in history.rows_between(*history.span()) for row in batch}
    history.close()
    return sum(found.get(when) != value for when, value in acknowledged.items())


def run(options: argparse.Namespace, folder: Path, library: Path) -> dict[str, object]:
    shim, port = Shim(library, folder, str(folder / "data")), free_port()
    twin, rows = write_twin(folder / "town", {"gauges": port}), []
    with shim.around():
        hub = running_hub(twin, folder / "data")
        running = hub.__enter__()
    link = HubLink(running.where, screen="desk", kind="desk")
    link.start()
    load = Load(port)
    load.start()
    try:
        until(lambda: len(load.acknowledged) > 100 and link.state.is_linked, "it did not start")
        for _ in range(options.rounds):
            rows += [suffered(link, load, shim, how, options.seconds) for how in options.faults]
    finally:
        shim.mend_disk()
        link.close()
        running.killed()
        load.end()
        hub.__exit__(None, None, None)
    for row in rows:
        print(f"{row['fault']:16}said after {row['alarm_s']} s (goal {ALARM_S:g}), well again {row['again_s']} s later")
    return {
        "faults": len(rows), "rows": len(load.acknowledged), "lost": lost(folder / "data", load.acknowledged),
        "alarm_s": max(float(str(row["alarm_s"])) for row in rows),
        "again_s": max(float(str(row["again_s"])) for row in rows),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each fault lasts")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--faults", nargs="+", default=list(DISK_FAULTS), choices=list(DISK_FAULTS))
    options = parser.parse_args()
    report = tried(partial(run, options))
    if report is None:
        print("skipped: no C compiler, or no /proc")
        return SKIPPED
    print(json.dumps(report))
    return int(bool(report["lost"]))


if __name__ == "__main__":
    sys.exit(main())
