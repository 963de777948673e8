"""How soon a screen has the whole city again: after its line was cut, after its hub was killed, and as a late joiner.

    python benchmarks/reconnect.py [--stations 30000] [--rounds 20] [--kills 5]

A hub runs as its own process; every station has reported once. A screen is the link that desk and wall use
(`client.link.HubLink`), in this process. Its line is cut in the kernel; the time runs from there, over the wait before
it tries again, until every reading has come anew. Then the hub is killed (SIGKILL) and started again on its folder: the
time runs from the kill, and from the moment the hub says that it answers. At the end a screen joins late, and the
mirrors of all three screens are compared: one that was never cut, one that was, and the late one.
"""

import argparse
import contextlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.small_hub import Device, RunningHub, now_ms, running_hub, write_twin
from sanping.client.link import HubLink
from sanping.domain.view import CameraPose
from sanping.hub.spare_port import free_port

GOAL_S = 2.0
PATIENCE_S = 60.0
REST_S = 1.0
POSE = CameraPose(target=(634_000.0, 3_457_000.0, 0.0), heading_deg=30.0, pitch_deg=-40.0, distance_m=900.0)


class Screen:
    """A link whose mirror is watched, and whose line can be cut."""

    def __init__(self, hub: RunningHub, name: str, stations: int) -> None:
        before = set(lines_to(hub))
        self.link = HubLink(hub.where, screen=name, kind="desk")
        self._hub, self._stations, self._rows = hub, stations, 0
        began_s = time.perf_counter()
        self.link.start()
        self.wait_until_complete()
        self.joined_s = time.perf_counter() - began_s
        self.line = (set(lines_to(hub)) - before).pop()

    @property
    def rows(self) -> int:
        """Readings that have come in all connections."""
        return self.link._conversation.mirror.rows_taken

    def forget(self) -> None:
        """Count readings from here."""
        self._rows = self.rows

    def wait_until_complete(self) -> None:
        until(lambda: self.link.state.is_linked and self.rows - self._rows >= self._stations, self.link.status.why.en)

    def cut(self) -> float:
        """Cut the line and return the seconds until every reading has come anew."""
        others = set(lines_to(self._hub)) - {self.line}
        self.forget()
        began_s = time.perf_counter()
        with contextlib.suppress(OSError):
            lines_to(self._hub)[self.line].shutdown(socket.SHUT_RDWR)
        self.wait_until_complete()
        took_s = time.perf_counter() - began_s
        self.line = (set(lines_to(self._hub)) - others).pop()
        return took_s


def lines_to(hub: RunningHub) -> dict[int, socket.socket]:
    """Return this process's connections to a hub, by their own port."""
    port = int(hub.address.rpartition(":")[2])
    found = {}
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if str(entry.readlink()).startswith("socket:"):
                line = socket.socket(fileno=os.dup(int(entry.name)))
                if line.family == socket.AF_INET and line.getpeername()[1] == port:
                    found[line.getsockname()[1]] = line
    return found


def until(condition: Callable[[], bool], doing: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline_s:
            sys.exit(f"gave up: {doing}")
        time.sleep(0.001)


def feed(port: int, stations: int) -> None:
    """Have every station report once."""
    with contextlib.closing(Device(port)) as device:
        event_ms = now_ms()
        for number in range(1, stations + 1):
            device.report(number, f"A{number}", event_ms, water_level=1.0 + number % 300 / 100)
            if number % 2000 == 0 or number == stations:
                device.acknowledged([number])
                device.forget()


@contextlib.contextmanager
def opened(hub: RunningHub, name: str, stations: int) -> Iterator[Screen]:
    screen = Screen(hub, name, stations)
    try:
        yield screen
    finally:
        screen.link.close()


def mirror_of(screen: Screen) -> tuple[object, ...]:
    """Return everything that a screen knows of the city and of its room, but who is there and when it was measured."""
    state, show = screen.link.state, screen.link.show
    values = {key: (value.revision, value.value) for key, value in show.values.items()}
    return (
        {station: dict(readings) for station, readings in state.readings.items()},
        dict(state.alarms), set(state.sources), dict(state.notices), dict(state.reports), values,
        (show.floor.holder, show.floor.fence, show.floor.queue, show.floor.is_locked),
    )  # fmt: skip


def tell(what: str, seconds: list[float]) -> None:
    print(f"{what:44}{median(seconds):8.2f} median{max(seconds):8.2f} worst   ({len(seconds)})")


def killed(hub: RunningHub, screen: Screen) -> tuple[float, float]:
    """Kill the hub, start it again; return the seconds from the kill and from its first answer to the whole mirror."""
    screen.forget()
    began_s = time.perf_counter()
    hub.killed()
    hub.started_again()
    answered_s = time.perf_counter()
    screen.wait_until_complete()
    return time.perf_counter() - began_s, time.perf_counter() - answered_s


def main() -> None:
    """Measure and print; the exit status says whether all mirrors were equal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stations", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--kills", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sanping-reconnect-") as scratch, contextlib.ExitStack() as stack:
        os.environ["SANPING_HOME"] = str(Path(scratch) / "home")
        port, stations = free_port(), options.stations
        twin = write_twin(Path(scratch) / "town", {"gauges": port}, stations)
        hub = stack.enter_context(running_hub(twin, Path(scratch) / "data", "--port", str(free_port())))
        feed(port, stations)
        steady = stack.enter_context(opened(hub, "steady", stations))
        steady.link.floor("request")
        until(lambda: steady.link.show.is_leading, "the floor")
        steady.link.share("camera", POSE)
        cut = stack.enter_context(opened(hub, "cut", stations))
        print(f"{stations} stations, one reading each; seconds; the goal is {GOAL_S:.0f}")
        tell("first time: until the mirror is complete", [steady.joined_s, cut.joined_s])
        times = []
        for _ in range(options.rounds):
            time.sleep(REST_S)
            times.append(cut.cut())
        tell("line cut: until the mirror is complete", times)
        late = stack.enter_context(opened(hub, "late", stations))
        until(lambda: bool(late.link.show.values), "the show")
        mirrors = [mirror_of(screen) for screen in (steady, cut, late)]
        is_equal = mirrors[0] == mirrors[1] == mirrors[2]
        print(f"steady, cut and late screen are {'equal' if is_equal else 'NOT EQUAL'}")
        late.link.close()
        cut.link.close()
        ends = []
        for _ in range(options.kills):
            ends.append(killed(hub, steady))
            time.sleep(REST_S)
        if ends:
            tell("hub killed: until the mirror is complete", [whole for whole, _ in ends])
            tell("  of it after the hub answered again", [after for _, after in ends])
    if not is_equal:
        sys.exit(1)


if __name__ == "__main__":
    main()
