"""Commands of screens whose lines break while the hub is killed: none may be lost, none done twice.

    python benchmarks/link_kills.py [--commands 3000] [--breaks 1000] [--kills 4] [--screens 10]

The hub is a process of its own that is killed (SIGKILL) at even shares of the commands and started again on its folder;
each screen sends what has no answer again on every connection. The event log of the hub is then compared with what was
answered. The story is that of tests/journeys/test_hub_commands.py, at length.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fakes.small_hub import running_hub, write_twin
from journeys.test_hub_commands import Trouble, judged, lived_through


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=3000)
    parser.add_argument("--breaks", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--screens", type=int, default=10)
    options = parser.parse_args()
    trouble = Trouble(**vars(options))
    with tempfile.TemporaryDirectory(prefix="sanping-link-") as name:
        folder = Path(name)
        with running_hub(write_twin(folder / "town", {}), folder / "data") as hub:
            began_s = time.monotonic()
            screens, links, pictures = asyncio.run(lived_through(hub, trouble, random.Random(1)))
            lasted_s = time.monotonic() - began_s
            lost, doubled = judged(hub, screens)
    answered = sum(len(screen.acks) for screen in screens)
    print(f"{answered} commands answered in {lasted_s:.1f} s over {links} connections and {options.kills} kills")
    print(f"lost {lost}, done twice {doubled}, different pictures on {len(screens)} screens: {pictures}")


if __name__ == "__main__":
    main()
