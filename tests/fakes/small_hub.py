"""A small twin with the trial adapter, a hub of it as a real process, and devices that speak to it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PLUGINS = REPOSITORY / "tests" / "fakes" / "plugins"
PROGRAM = REPOSITORY / "tests" / "fakes" / "hub_program.py"
ALLOWED = "sanping-trial"  # the package of the trial adapter: code of others is not loaded otherwise
PATIENCE_S = 60.0


def until(condition: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait for something that must come; says nothing about how fast."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def write_twin(folder: Path, ports: dict[str, int], stations: int = 3, rules: str = "") -> Path:
    """Write a twin whose sources, one per port, use the trial adapter; station S1 has address A1."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["id,name,name_en,kinds,x,y,interval_s,address.trial"]
    lines += [f"S{n},站{n},Station {n},level,634000,3457000,60,A{n}" for n in range(1, stations + 1)]
    (folder / "stations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = (
        'title = { zh = "小城", en = "Small town" }\ncrs = "EPSG:4549"\nvertical_datum = "1985国家高程基准"\n'
        "latitude = 31.2\nlongitude = 121.4\nsynthetic = true\nmoment = 2026-06-21T12:00:00+08:00\n"
        'attribution = { zh = "测试", en = "Test" }\n[live]\nstations = "stations.csv"\n'
    )
    if rules:
        (folder / "rules.toml").write_text(rules, encoding="utf-8")
        text += 'rules = "rules.toml"\n'
    for name, port in ports.items():
        text += f'[[sources]]\nname = "{name}"\nadapter = "trial"\ntitle = {{ zh = "{name}", en = "{name}" }}\n'
        text += f"settings = {{ port = {port} }}\n"
    (folder / "twin.toml").write_text(text, encoding="utf-8")
    return folder


class RunningHub:
    """A hub's process."""

    def __init__(self, twin: Path, data: Path, *words: str) -> None:
        self.twin = twin
        self.data = data
        self._words = words
        self._start()

    def _start(self) -> None:
        places = os.pathsep.join([str(PLUGINS), str(REPOSITORY / "tests")])
        environment = {**os.environ, "PYTHONPATH": places, "SANPING_PLUG_INS_ALLOWED": ALLOWED}
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(self.twin), str(self.data), *self._words],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip()

    @property
    def token(self) -> str:
        return (self.data / "token").read_text()

    def where(self) -> tuple[str, str]:
        """Return address and token as a link asks for them."""
        return self.address, self.token

    def started_again(self) -> None:
        self._start()

    def killed(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self._reap()

    def stopped(self) -> float:
        """Ask it to end, and return the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self._reap()
        return time.monotonic() - began

    def _reap(self) -> None:
        self.process.wait(PATIENCE_S)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                self.last_words = stream.read()
                stream.close()

    def ask(self, path: str, parameters: dict[str, object] | None = None) -> object:
        from sanping.client.questions import Questions

        return Questions(self.where).ask(path, parameters or {})


@contextmanager
def running_hub(twin: Path, data: Path, *words: str) -> Iterator[RunningHub]:
    hub = RunningHub(twin, data, *words)
    try:
        yield hub
    finally:
        if hub.process.poll() is None:
            hub.stopped()


class Device:
    """One that speaks to a source over TCP and remembers what was acknowledged."""

    def __init__(self, port: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
                break
            except OSError:
                assert time.monotonic() < deadline, "nobody listens"
                time.sleep(0.02)
        self._kept = b""

    def say(self, line: str) -> None:
        self._socket.sendall(line.encode() + b"\n")

    def report(self, number: int, address: str, event_ms: int, **values: float) -> None:
        pairs = ",".join(f"{name}={value}" for name, value in values.items())
        self.say(f"{number}|{address}|{event_ms}|{pairs}")

    def acknowledged(self, numbers: Sequence[int]) -> None:
        """Wait until the last of the numbers is acknowledged."""
        wanted = f"ok {numbers[-1]}\n".encode()
        while wanted not in self._kept:
            data = self._socket.recv(65_536)
            assert data, "the source hung up"
            self._kept += data

    def has_answer(self, number: int, within_s: float = 1.0) -> bool:
        """Say whether a number is acknowledged within a moment."""
        self._socket.settimeout(within_s)
        try:
            self._kept += self._socket.recv(65_536)
        except TimeoutError:
            return False
        finally:
            self._socket.settimeout(PATIENCE_S)
        return f"ok {number}\n".encode() in self._kept

    def forget(self) -> None:
        """Forget what was acknowledged."""
        self._kept = b""

    def close(self) -> None:
        self._socket.close()


def now_ms() -> int:
    return time.time_ns() // 1_000_000
