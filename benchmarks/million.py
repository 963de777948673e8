"""How the cost of a city grows from ten thousand to a million buildings, at the sizes of a screen and of a wall.

    python benchmarks/million.py [--buildings 10000 100000 1000000] [--sizes 1920x1080 7680x2160] [--frames 20]

Each row is one `sanping bench card` in a process of its own: the city built in sections, its files mapped, three views
drawn frame by frame. At street level the processor time of a frame is compared with the square root of the growth.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from itertools import pairwise
from math import sqrt
from pathlib import Path
from statistics import median
from typing import Any


def card(buildings: int, size: str, frames: int, style: str) -> dict[str, Any]:
    """Return the figures of one card."""
    with tempfile.TemporaryDirectory(prefix="sanping-million-") as folder:
        words = ["--buildings", str(buildings), "--size", size, "--frames", str(frames), "--style", style, "--no-sync"]
        subprocess.run(
            [sys.executable, "-m", "sanping", "bench", "card", *words, "-o", folder],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        found: dict[str, Any] = json.loads((Path(folder) / "card.json").read_text("utf-8"))
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buildings", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--sizes", nargs="+", default=["1920x1080", "7680x2160"])
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--style", default="night")
    options = parser.parse_args()
    names = ("build_s", "B/building", "cold_s", "warm_s", "memory_MB", "orbit_ms", "district_ms", "street_ms")
    print(f"{'buildings':>10} {'size':>10} " + " ".join(f"{name:>11}" for name in names))
    for size in options.sizes:
        street = {}
        for buildings in options.buildings:
            found = card(buildings, size, options.frames, options.style)
            frame_ms = [median(view["wall_ms"]) for view in found["frames"]]
            street[buildings] = median(found["frames"][2]["processor_ms"])
            building = found["building"]
            row = (
                building["seconds"], building["bytes_a_building"], found["cold_s"], found["warm_s"], found["memory_mb"],
                *frame_ms,
            )  # fmt: skip
            print(f"{buildings:>10} {size:>10} " + " ".join(f"{value:>11.1f}" for value in row), flush=True)
        for few, many in pairwise(options.buildings):
            grown, allowed = street[many] / street[few], sqrt(many / few)
            print(f"street, {few} to {many}: processor time ×{grown:.2f}, √N would be ×{allowed:.2f}")


if __name__ == "__main__":
    main()
