"""The packed program beside `python -m sanping`: size on disk, and time of three commands.

    python benchmarks/packages.py [--rounds 5] [--folder dist/sanping]

`make packages` builds the folder. Wall and processor time of fresh processes, medians after one warm round; the two
take turns.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 300


def megabytes(folder: Path) -> float:
    """Return the size of all files below a folder, each counted once however many links it has."""
    seen = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            status = path.stat()
            seen[(status.st_dev, status.st_ino)] = status.st_size
    return sum(seen.values()) / 1e6


def timed(words: list[str]) -> tuple[float, float]:
    """Return wall and processor seconds of a process and its children."""
    before = os.times()
    begin = perf_counter()
    subprocess.run(words, capture_output=True, timeout=LIMIT_S, check=True)
    wall, after = perf_counter() - begin, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=ROOT / "dist" / "sanping")
    asked = parser.parse_args()
    program = asked.folder / "sanping"
    if not program.is_file():
        sys.exit(f"{program} is not there: make packages")
    ways = {"python -m sanping": [sys.executable, "-m", "sanping"], "packed folder": [str(program)]}
    with tempfile.TemporaryDirectory() as home:
        picture = str(Path(home) / "a.png")
        commands = {
            "--version": ["--version"],
            "inspect": ["inspect", str(ROOT / "cim_models" / "suhe" / "water.geojson")],
            "picture": ["picture", "--size", "640x360", "--quality", "draft", "-o", picture],
        }
        os.environ["SANPING_HOME"] = home
        print(f"{'':<20}{'command':<12}{'wall s':>8}{'cpu s':>8}")
        walls: dict[tuple[str, str], float] = {}
        for command, words in commands.items():
            runs: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
            for number in range(asked.rounds + 1):
                for way, start in ways.items():
                    found = timed([*start, *words])
                    if number:  # the first round warms the caches
                        runs[way].append(found)
            for way, found in runs.items():
                walls[(way, command)] = median(wall for wall, _ in found)
                print(f"{way:<20}{command:<12}{walls[(way, command)]:>8.2f}{median(cpu for _, cpu in found):>8.2f}")
            first, second = (walls[(way, command)] for way in ways)
            print(f"{'':<20}{command:<12}{second / first:>8.2f} ×")
    print(f"packed folder        {megabytes(asked.folder):8.0f} MB")
    print(f"environment          {megabytes(Path(sys.prefix)):8.0f} MB, with what only tests use")
    for package in sorted(asked.folder.parent.glob("sanping*.deb")) + sorted(asked.folder.parent.glob("sanping*.rpm")):
        print(f"{package.name:<36}{package.stat().st_size / 1e6:8.0f} MB")


if __name__ == "__main__":
    main()
