"""From a finger on the phone's page to a changed pixel on the wall, in real Chromium, a real hub and a real window.

    xvfb-run -a -s "-screen 0 1920x1080x24 +extension GLX" python benchmarks/phone_to_wall.py
        [--moves 120] [--size 960 540] [--rest 700] [--windows wall desk] [--twin FOLDER] [--together]

The hub runs as its own process, the browser as its own, the window in this one; all on this machine. Since a phone is a
machine of its own, the browser and its software renderer keep to the last core, everything else to the others. A phone
leads; a
pointer that is held down on its map moves once and rests until the wall has arrived, so that each move is told apart;
then it draws the map along without rests. The moments are those of `time.perf_counter`:

- finger: the `timeStamp` of the pointer's event; sent: `performance.now()` when the page hands `show` to its socket.
  The page's clock is laid onto ours by the shortest of many questions for it; half of how long that took is the error;
- hub: the hub's own `at_ms` of the value, whole milliseconds;
- heard: when the value reaches the window's thread;
- drawn: the first frame after that whose pixels differ from those before (read back from the frame just drawn);
- shown: `frameSwapped` of that frame's window.

The same is then measured with a desk in place of the wall.
"""

import argparse
import ctypes
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.small_hub import running_hub
from fakes.three_screens import (
    PHONE_PX,
    Chromium,
    Phone,
    asked,
    missing_phone,
    opened_desk,
    opened_wall,
    write_town,
)
from sanping.hub.spare_port import free_port

FRAME_MS = 1000 / 60
GOAL_MS = FRAME_MS + 10.0
PATIENCE_S = 600.0
QUESTIONS = 400
GL_RGBA, GL_UNSIGNED_BYTE = 0x1908, 0x1401
# Notes when the pointer moved last, and when each camera was handed to a socket.
LISTENER = """
(() => {
  window.told = [];
  let moved = 0;
  addEventListener("pointermove", (event) => { moved = event.timeStamp; }, { capture: true, passive: true });
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === "string" && data.includes('"show"') && data.includes('"camera"'))
      window.told.push([moved, performance.now(), JSON.parse(data).value.target]);
    send.call(this, data);
  };
})();
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One camera that the page sent; seconds of our clock."""

    finger_s: float
    sent_s: float
    target: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How the page's clock lies on ours: ours is `ahead_s` more, give or take `error_s`."""

    ahead_s: float
    error_s: float


@dataclass
class Watch:
    """Notes what reaches a window, and each of its frames that differs from the one before."""

    by: str
    heard: dict[tuple[float, ...], tuple[float, float]] = field(default_factory=dict)
    """By the target of a camera: when it was heard, and when the hub had it."""
    changed: list[tuple[float, float, float]] = field(default_factory=list)
    """When a changed frame was begun, drawn and shown."""
    frame_ms: list[float] = field(default_factory=list)
    _revision: int = 0
    _pixels: bytes = b""
    _drawn: tuple[float, float] | None = None

    def show(self, state: Any) -> None:
        now_s = time.perf_counter()
        value = state.values.get("camera")
        if value is not None and value.by == self.by and value.revision != self._revision:
            self._revision = value.revision
            target = tuple(json.loads(value.value)["target"])
            at_s = (value.at_ms + 0.5) / 1000 - (time.time() - time.perf_counter())
            self.heard.setdefault(target, (now_s, at_s))

    def frame(self, viewport: Any, frame_ms: float) -> None:
        """Look at a frame that was just drawn; its context is current."""
        drawn_s = time.perf_counter()
        pixels = read_pixels(*viewport.device_size_px)
        self.frame_ms.append(frame_ms)
        if pixels != self._pixels:
            self._pixels = pixels
            self._drawn = (drawn_s - frame_ms / 1000, drawn_s)

    def swapped(self) -> None:
        if self._drawn is not None:
            self.changed.append((*self._drawn, time.perf_counter()))
            self._drawn = None


def read_pixels(width: int, height: int) -> bytes:
    """Return the middle of the framebuffer that is bound, a ninth of it."""
    across, down = width // 3, height // 3
    buffer = ctypes.create_string_buffer(across * down * 4)
    ctypes.CDLL("libGL.so.1").glReadPixels(across, down, across, down, GL_RGBA, GL_UNSIGNED_BYTE, buffer)
    return buffer.raw


def pump(until: Callable[[], object], what: str) -> None:
    """Let the windows go on until something is so."""
    from PySide6.QtCore import QEventLoop, QTimer  # noqa: PLC0415  Qt only once there is an application

    loop, timer = QEventLoop(), QTimer()
    deadline_s = time.monotonic() + PATIENCE_S

    def look() -> None:
        if until() or time.monotonic() > deadline_s:
            loop.quit()

    timer.timeout.connect(look)
    timer.start(5)
    if not until():
        loop.exec()
    if not until():
        sys.exit(f"gave up: {what}")


def wait(future: "Future[Any]") -> Any:
    pump(future.done, "the browser")
    return future.result()


def clock_of(phone: Phone) -> Clock:
    """Lay the page's clock onto ours."""

    def asked_often(page: Any) -> list[tuple[float, float]]:
        found = []
        for _ in range(QUESTIONS):
            before_s = time.perf_counter()
            page_ms = page.evaluate("performance.now()")
            after_s = time.perf_counter()
            found.append((after_s - before_s, (before_s + after_s) / 2 - page_ms / 1000))
        return found

    took_s, ahead_s = min(phone.do(asked_often))
    return Clock(ahead_s=ahead_s, error_s=took_s / 2)


def moved_with_rests(phone: Phone, moves: int, rest_ms: float) -> None:
    """Move a held pointer to and fro, with a rest after each move."""
    x, y = PHONE_PX[0] / 2, PHONE_PX[1] / 2

    def moved(page: Any) -> None:
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 20, y)  # beyond what counts as a tap
        page.wait_for_timeout(1500)
        page.evaluate("window.told.length = 0")
        for number in range(moves):
            across, down = 20 + 60 * (number % 2), (number * 7) % 90 + number / 16  # nowhere twice
            page.mouse.move(x + across, y + down)
            page.wait_for_timeout(rest_ms)
        page.mouse.up()

    phone.do(moved)


def drawn_along(phone: Phone, moves: int) -> None:
    """Draw the map along without rests."""
    x, y = PHONE_PX[0] / 2, PHONE_PX[1] / 2

    def moved(page: Any) -> None:
        page.evaluate("window.told.length = 0")
        page.mouse.move(x, y)
        page.mouse.down()
        for number in range(2 * moves):
            turn = 2 * np.pi * number / 90
            page.mouse.move(x + (70 + number / 16) * np.sin(turn), y + 90 * (1 - np.cos(turn)))
            page.wait_for_timeout(12)
        page.mouse.up()

    phone.do(moved)


def moves_of(phone: Phone, clock: Clock) -> list[Move]:
    told = phone.do(lambda page: page.evaluate("window.told"))
    return [
        Move(
            finger_s=moved_ms / 1000 + clock.ahead_s,
            sent_s=sent_ms / 1000 + clock.ahead_s,
            target=tuple(float(value) for value in target),
        )
        for moved_ms, sent_ms, target in told
    ]


def rows_of(moves: list[Move], watch: Watch) -> np.ndarray:
    """Return finger, sent, hub, heard, begun, drawn and shown of each move that was seen, in seconds."""
    begun = np.array([frame[0] for frame in watch.changed])
    rows = []
    for move in moves:
        heard = watch.heard.get(move.target)
        place = np.searchsorted(begun, heard[0]) if heard is not None else len(begun)
        if heard is not None and place < len(begun):
            rows.append((move.finger_s, move.sent_s, heard[1], heard[0], *watch.changed[place]))
    return np.array(rows).reshape(-1, 7)


def tell(name: str, sent: int, rows: np.ndarray, watch: Watch) -> None:
    """Print median and p99 of each part of the way."""
    print(f"\n{name}: {sent} cameras sent, {len(rows)} of them seen as changed pixels")
    if not len(rows):
        return
    finger, out, hub, heard, begun, _, shown = rows.T
    parts = {
        "finger to sent (page)": out - finger,
        "sent to hub": hub - out,
        "hub to window": heard - hub,
        "window to frame begun": begun - heard,
        "frame drawn and shown": shown - begun,
        "sent to pixel": shown - out,
        "finger to pixel": shown - finger,
    }
    for part, seconds in parts.items():
        median, p99 = (1000 * float(np.percentile(seconds, at)) for at in (50, 99))
        print(f"  {part:24} median {median:7.1f} ms   p99 {p99:7.1f} ms")
    print(f"  one frame of this window takes {np.median(watch.frame_ms):.1f} ms; the goal is {GOAL_MS:.1f} ms")


def measured(kind: str, options: argparse.Namespace, folder: Path, chromium: Chromium, data: Path) -> None:
    """Measure with one window of a kind."""
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(folder, data, "--port", str(free_port())))
        size = tuple(options.size)
        if kind == "wall":
            window = stack.enter_context(opened_wall(folder, hub, size, "auto"))
        else:
            window = stack.enter_context(opened_desk(folder, hub, size, data / "pictures", "auto"))
        loaded: list[int] = []
        window.city_shown.connect(lambda: loaded.append(1))
        window.show()
        pump(lambda: loaded, "the city")
        phone = Phone(chromium, density=1.0)
        phone.do(lambda page: page.add_init_script(LISTENER))
        phone.pair(hub.address, asked(hub, "/codes", is_post=True)["code"])
        link = window.living.link
        pump(lambda: link.show.is_linked, "the link")
        phone.take_wall()
        name = phone.id
        grant(hub, name)
        if kind == "desk":
            window.perform("director.link")
        pump(lambda: link.show.floor.holder == name, "the floor")
        viewport = window.windows[0].viewport if kind == "wall" else window.viewport
        watch = watching(link, viewport, name)
        clock = clock_of(phone)
        print(f"\n== {kind} {size[0]}×{size[1]}; the page's clock is known to ±{1000 * clock.error_s:.2f} ms")
        moved_with_rests(phone, options.moves, options.rest)
        settle()
        moves = moves_of(phone, clock)
        tell(f"{kind}, from rest", len(moves), rows_of(moves, watch), watch)
        drawn_along(phone, options.moves)
        settle()
        moves = moves_of(phone, clock)
        tell(f"{kind}, drawn along", len(moves), rows_of(moves, watch), watch)
        drift_ms = 1000 * abs(clock_of(phone).ahead_s - clock.ahead_s)
        print(f"  the page's clock moved {drift_ms:.2f} ms meanwhile")
        chromium.forget()


def grant(hub: Any, screen: str) -> None:
    """Hand the floor to the phone, as an officer on duty does."""
    from sanping.client.link import HubLink  # noqa: PLC0415

    officer = HubLink(hub.where, screen="officer", kind="desk")
    officer.start()
    try:
        pump(lambda: screen in officer.show.floor.queue, "the officer")
        officer.floor("grant", screen)
        pump(lambda: officer.show.floor.holder == screen, "the grant")
    finally:
        officer.close()


def watching(link: Any, viewport: Any, by: str) -> Watch:
    watch = Watch(by=by)
    link.show_changed.connect(watch.show)
    viewport.frame_drawn.connect(lambda frame_ms: watch.frame(viewport, frame_ms))
    viewport.frameSwapped.connect(watch.swapped)
    return watch


def settle() -> None:
    until_s = time.monotonic() + 1.5
    pump(lambda: time.monotonic() > until_s, "a rest")


def keep_apart(chromium: Chromium, *, is_wished: bool) -> None:
    """Give the browser, which is not started yet, a core of its own."""
    cores = sorted(os.sched_getaffinity(0))
    if is_wished and len(cores) > 1:
        chromium.do(lambda: os.sched_setaffinity(0, cores[-1:]))  # this thread and what it starts
        for thread in (int(task.name) for task in Path("/proc/self/task").iterdir()):
            if os.sched_getaffinity(thread) == set(cores):
                os.sched_setaffinity(thread, cores[:-1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=120)
    parser.add_argument("--size", type=int, nargs=2, default=(960, 540), metavar=("WIDTH", "HEIGHT"))
    parser.add_argument("--rest", type=float, default=700.0, help="milliseconds between moves")
    parser.add_argument("--windows", nargs="+", choices=("wall", "desk"), default=("wall", "desk"))
    parser.add_argument("--together", action="store_true", help="let the browser and the window share all cores")
    parser.add_argument("--twin", type=Path, help="a twin of your own in place of a town of a dozen buildings")
    options = parser.parse_args()
    if missing_phone():
        sys.exit(missing_phone())
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["SANPING_HOME"] = str(Path(scratch) / "home")
        from sanping.ui.application import create_application  # noqa: PLC0415

        application = create_application("zh", Path(__file__).parents[1] / "assets")
        folder = options.twin or write_town(Path(scratch) / "town", free_port())
        chromium = Chromium(wait)
        keep_apart(chromium, is_wished=not options.together)
        chromium.open()
        try:
            for kind in options.windows:
                measured(kind, options, folder, chromium, Path(scratch) / kind)
        finally:
            chromium.close()
        del application


if __name__ == "__main__":
    main()
