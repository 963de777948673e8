"""Start-up: from nothing to the first interactive frame, and to the whole bundled twin, beside importing Qt and VTK.

    python benchmarks/startup.py [--rounds 5]

Needs a display (xvfb-run does). Wall and processor time of fresh processes, medians; the tile cache is warm.
The peer does nothing but `import PySide6.QtWidgets, vtk`.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from statistics import median

PEER = "import PySide6.QtWidgets, vtk"
LIMIT_S = 120


def child() -> None:
    """Open the desk on the bundled twin, report the moments on stdout, close."""
    begin = float(sys.argv[2])
    from PySide6.QtCore import QTimer  # noqa: PLC0415

    from sanping.bootstrap.desk import desk_window  # noqa: PLC0415
    from sanping.bootstrap.files import load_project  # noqa: PLC0415
    from sanping.bootstrap.machine import settings  # noqa: PLC0415
    from sanping.settings import paths  # noqa: PLC0415
    from sanping.ui.application import run_until_closed  # noqa: PLC0415

    imported = time.time() - begin
    window, opener, hubs = desk_window(load_project(paths.default_twin()), settings())
    moments = {"imports": imported}

    def note(name: str) -> None:
        moments.setdefault(name, time.time() - begin)

    def whole(_: float) -> None:
        note("whole city")
        QTimer.singleShot(0, window.close)

    window.first_frame_drawn.connect(lambda: note("first frame"))
    window.city_shown.connect(lambda: window.viewport.frame_drawn.connect(whole))
    window.resize(1280, 720)
    window.show()
    run_until_closed()
    opener.close()
    hubs.finish()
    print(json.dumps(moments))


def timed(words: list[str]) -> tuple[float, float, str]:
    """Return wall seconds, processor seconds and the output of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, timeout=LIMIT_S + 60, check=True)
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] == "child":
        child()
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    moments: dict[str, list[float]] = {}
    peer = []
    for number in range(rounds + 1):
        wall, cpu, _ = timed(["-c", PEER])
        *_, out = timed([__file__, "child", str(time.time())])
        if number:  # the first round warms the caches
            peer.append((wall, cpu))
            for name, seconds in json.loads(out.splitlines()[-1]).items():
                moments.setdefault(name, []).append(seconds)
    base = median(wall for wall, _ in peer)
    print(f"{PEER}: {base:.2f} s wall, {median(cpu for _, cpu in peer):.2f} s cpu")
    for name, seconds in moments.items():
        print(f"{name:<14}{median(seconds):>7.2f} s{median(seconds) / base:>7.2f} × the imports alone")


if __name__ == "__main__":
    main()
