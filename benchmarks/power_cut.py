"""Simulated power cuts under the stores: ext4 on a loop device, shut down by ioctl without flushing, mounted again.

    python benchmarks/power_cut.py [--cycles 20] [--unsynced]

Needs root and loop devices on Linux; without them it says why and ends with 77. What the file system had not yet given
to the device is gone, as when the mains fail. Prints a table and one line of JSON; fails when an acknowledged row is
lost or wrong. `--unsynced` lets spool and log of events acknowledge without waiting for the disk: then rows are lost,
which shows that the cut is a real one.
"""

import argparse
import contextlib
import fcntl
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from store_writer import Acknowledged, check

WRITER = Path(__file__).with_name("store_writer.py")
EXT4_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)
NO_LOG_FLUSH = 2
SKIPPED = 77
IMAGE_BYTES = 512 << 20


def run(*words: object) -> None:
    subprocess.run([str(word) for word in words], check=True, capture_output=True)


def cut_writer(mounted: Path, first: int, after_s: float, said_to: Path, *more: str) -> Acknowledged:
    """Run a writer on the mounted disk, cut the power `after_s` after its first word, and return what it had said.

    Only what was said before the cut counts: a program without power says nothing, but this one goes on for a moment,
    and a sync that is under way when the file system is shut down may still report success.
    """
    with said_to.open("wb") as out:
        command = [sys.executable, WRITER, mounted / "stores", str(first), *more]
        with subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL) as writer:
            until_s = time.monotonic() + 30
            while not said_to.stat().st_size and writer.poll() is None and time.monotonic() < until_s:
                time.sleep(0.005)
            time.sleep(after_s)
            root = os.open(mounted, os.O_RDONLY)
            before = said_to.read_text()
            try:
                fcntl.ioctl(root, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
            finally:
                os.close(root)
                writer.kill()
    said, later = Acknowledged(), Acknowledged()
    said.take(before.splitlines(keepends=True))
    later.take(said_to.read_text().splitlines(keepends=True))
    said.clearing, said.cleared = later.clearing, later.cleared
    return said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unsynced", action="store_true")
    options = parser.parse_args()
    more = ("unsynced",) if options.unsynced else ()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        image, mounted, said_to = Path(name, "disk.img"), Path(name, "disk"), Path(name, "said.txt")
        mounted.mkdir()
        try:
            with image.open("wb") as disk:
                disk.truncate(IMAGE_BYTES)
            run("mkfs.ext4", "-q", image)
            run("mount", "-o", "loop", image, mounted)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"skipped: no loop device can be mounted here ({error})")
            return SKIPPED
        first, lost, wrong, checked, reopened, aside = 0, 0, 0, 0, [], []
        try:
            for cycle in range(options.cycles):
                said = cut_writer(mounted, first, chance.uniform(0.05, 1.5), said_to, *more)
                run("umount", mounted)
                run("mount", "-o", "loop", image, mounted)
                found, following = check(mounted / "stores", first, said)
                lost, wrong, checked = lost + found.lost, wrong + found.wrong, checked + found.checked
                reopened.append(found.reopen_s)
                aside += found.put_aside
                print(
                    f"{cycle + 1:4d}  rounds {first}…{said.history}  rows checked {found.checked}  lost {found.lost}"
                    f"  wrong {found.wrong}  reopened in {found.reopen_s * 1000:.0f} ms  put aside {found.put_aside}",
                    flush=True,
                )
                first = following
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                run("umount", mounted)
    report = {
        "cuts": options.cycles, "rows_checked": checked, "lost": lost, "wrong": wrong, "put_aside": aside,
        "slowest_reopen_s": round(max(reopened), 3),
    }  # fmt: skip
    print(json.dumps(report))
    return int(bool(lost or wrong or not checked))


if __name__ == "__main__":
    sys.exit(main())
