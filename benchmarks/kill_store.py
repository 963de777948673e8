"""`kill -9` of a process that writes to the stores, at any moment: nothing it acknowledged may be lost.

    python benchmarks/kill_store.py [--cycles 50] [--folder FOLDER]

Each cycle goes on with the files the last one left. Prints a table and one line of JSON; fails when a row is lost or
wrong, or reopening takes more than two seconds.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from store_writer import Acknowledged, check

WRITER = Path(__file__).with_name("store_writer.py")
MOST_REOPEN_S = 2.0


def killed_writer(folder: Path, first: int, after_s: float, said_to: Path) -> Acknowledged:
    """Run a writer, kill it `after_s` after its first word, and return what it had acknowledged."""
    with (
        said_to.open("wb") as out,
        subprocess.Popen([sys.executable, WRITER, folder, str(first)], stdout=out) as writer,
    ):
        until_s = time.monotonic() + 30
        while not said_to.stat().st_size and writer.poll() is None and time.monotonic() < until_s:
            time.sleep(0.005)
        time.sleep(after_s)
        writer.kill()
    said = Acknowledged()
    said.take(said_to.read_text().splitlines(keepends=True))
    return said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=50)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        first, lost, wrong, checked, reopened, aside = 0, 0, 0, 0, [], []
        for cycle in range(options.cycles):
            said = killed_writer(folder / "stores", first, chance.uniform(0.05, 0.8), folder / "said.txt")
            found, following = check(folder / "stores", first, said)
            lost, wrong, checked = lost + found.lost, wrong + found.wrong, checked + found.checked
            reopened.append(found.reopen_s)
            aside += found.put_aside
            print(
                f"{cycle + 1:4d}  rounds {first}…{said.history}  rows checked {found.checked}  lost {found.lost}"
                f"  wrong {found.wrong}  reopened in {found.reopen_s * 1000:.0f} ms",
                flush=True,
            )
            first = following
    report = {
        "cycles": options.cycles, "rows_checked": checked, "lost": lost, "wrong": wrong, "put_aside": aside,
        "slowest_reopen_s": round(max(reopened), 3),
    }  # fmt: skip
    print(json.dumps(report))
    return int(bool(lost or wrong or aside or not checked or max(reopened) > MOST_REOPEN_S))


if __name__ == "__main__":
    sys.exit(main())
