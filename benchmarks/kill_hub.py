"""Kills a hub under load again and again: what was acknowledged must be there each time, and it must be back soon.

    python benchmarks/kill_hub.py [--kills 50] [--stations 400]

Four gateways send HJ 212 without pause; the hub is killed (SIGKILL) at a random moment, a copy of its history and spool
is opened by this process, every acknowledged frame is looked up in it, and the hub is started again on its folder.
"""

import argparse
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from statistics import median

from hub_lanes import LANES, Stretch, schedule, write_twin
from hub_throughput import free_port, started_hub
from kept_rows import kept_history

GATEWAYS = 4
STATIONS = 400
FRAMES_AT_ONCE = 40


class Gateway(threading.Thread):
    """Sends some frames, waits until all are acknowledged, and goes on; connects again when the hub is gone."""

    def __init__(self, port: int, first: int, stations: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged: set[tuple[str, int]] = set()
        self._port = port
        self._first = first
        self._stations = stations
        self._ending = threading.Event()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self._port), 2) as link:
                    link.settimeout(5)
                    self._talk(link)
            except OSError:
                time.sleep(0.05)

    def _talk(self, link: socket.socket) -> None:
        lane = LANES["hj212"]
        while not self._ending.is_set():
            stretch = Stretch(
                first=self._first, stations=self._stations, frames=FRAMES_AT_ONCE,
                begin_ms=time.time_ns() // 1_000_000, seconds=0.001,
            )  # fmt: skip
            waiting = {frame.key: frame for frame in schedule(lane, stretch)}
            link.sendall(b"".join(frame.wire for frame in waiting.values()))
            heard = b""
            while waiting:
                data = link.recv(1 << 16)
                if not data:
                    raise ConnectionResetError
                heard += data
                for key in lane.acknowledged(heard):
                    frame = waiting.pop(key, None)
                    if frame is not None:
                        self.acknowledged.add((f"S{frame.station}", frame.event_ms))
            time.sleep(0.02)

    def end(self) -> None:
        self._ending.set()
        self.join(10)


def kept(data: Path, copy: Path) -> Counter[tuple[str, int]]:
    """Return how many rows a copy of the killed hub's files holds of each frame; the hub itself recovers its own."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for path in [*data.glob("history.duckdb*"), *data.glob("spool*")]:
        shutil.copy2(path, copy)
    history = kept_history(copy)
    rows = Counter((row.station, row.event_ms) for batch in history.rows_between(*history.span()) for row in batch)
    history.close()
    return rows


def wait_for_acknowledgements(gateways: list[Gateway]) -> None:
    """Wait until this life of the hub has acknowledged something."""
    before = sum(len(gateway.acknowledged) for gateway in gateways)
    while sum(len(gateway.acknowledged) for gateway in gateways) == before:
        time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--stations", type=int, default=STATIONS)
    options = parser.parse_args()
    kills, share = options.kills, options.stations // GATEWAYS
    lane = LANES["hj212"]
    with tempfile.TemporaryDirectory(prefix="sanping-kill-") as folder:
        os.environ["SANPING_HOME"] = str(Path(folder) / "home")
        twin, data, port = Path(folder) / "town", Path(folder) / "data", free_port()
        write_twin(twin, options.stations, {"hj212": port})
        gateways = [Gateway(port, number * share, share) for number in range(GATEWAYS)]
        process, _ = started_hub(twin, data)
        for gateway in gateways:
            gateway.start()
        back_s, lost = [], 0
        for _ in range(kills):
            wait_for_acknowledgements(gateways)
            time.sleep(random.uniform(0.1, 1.2))
            process.send_signal(signal.SIGKILL)
            process.wait()
            promised = set().union(*(gateway.acknowledged for gateway in gateways))
            found = kept(data, Path(folder) / "copy")
            lost += sum(found.get(key, 0) < lane.values_per_frame for key in promised)
            began = time.monotonic()
            process, _ = started_hub(twin, data)
            back_s.append(time.monotonic() - began)
        for gateway in gateways:
            gateway.end()
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    print(f"kills{kills:>30}")
    print(f"frames acknowledged{len(promised):>16}")
    print(f"acknowledged and lost{lost:>14}")
    print(f"answers again after, s{median(back_s):>13.1f} median {max(back_s):.1f} worst")
    if lost:
        sys.exit(1)


if __name__ == "__main__":
    main()
