"""A hub with sources of real protocols, and a line to them that speaks in bytes."""

import contextlib
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from fakes.small_hub import PATIENCE_S, RunningHub, now_ms, running_hub, until
from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceStatus
from sanping.hub.spare_port import free_port

HEAD = """title = { zh = "小河", en = "Small river" }
crs = "EPSG:4549"
vertical_datum = "1985国家高程基准"
latitude = 31.2
longitude = 121.4
synthetic = true
moment = 2026-06-21T12:00:00+08:00
attribution = { zh = "测试", en = "Test" }
[live]
stations = "stations.csv"
"""


class TelemetryHub:
    """A running hub; sources are named after their adapter, station "S-name" has the address given for it."""

    def __init__(self, hub: RunningHub, ports: Mapping[str, int]) -> None:
        self.hub = hub
        self.ports = ports

    def status(self, name: str) -> SourceStatus:
        found = msgspec.convert(self.hub.ask("/sources"), list[SourceStatus])
        return next(status for status in found if status.name == name)

    def count(self, name: str, what: str) -> int:
        return self.status(name).counts.get(what, 0)

    def counted(self, name: str, what: str, times: int) -> None:
        """Wait until something was counted so often."""
        until(lambda: self.count(name, what) >= times)
        assert self.count(name, what) == times

    def latest(self, name: str) -> dict[str, Observation]:
        rows = msgspec.convert(self.hub.ask("/latest", {"stations": f"S-{name}"}), list[Observation])
        return {row.quantity: row for row in rows}

    def series(self, name: str, quantity: str) -> list[tuple[int, float]]:
        """Return what history has of a station's instants in these two days."""
        found = self.hub.ask(
            "/series",
            {
                "station": f"S-{name}",
                "quantity": quantity,
                "from_ms": now_ms() - 86_400_000,
                "to_ms": now_ms() + 86_400_000,
                "step": "raw",
            },
        )
        assert isinstance(found, dict)
        return [(int(at), value) for at, value in zip(found["event_ms"], found["value"], strict=True)]

    @contextmanager
    def line(self, name: str) -> Iterator["Line"]:
        """Connect to a source."""
        line = Line(self.ports[name])
        try:
            yield line
        finally:
            line.close()


class Line:
    """A connection that says bytes and hears bytes."""

    def __init__(self, port: int) -> None:
        def connect() -> bool:
            with contextlib.suppress(OSError):
                self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
                return True
            return False

        until(connect)
        self._heard = b""

    def say(self, *pieces: bytes, pause_s: float = 0.0) -> None:
        for piece in pieces:
            self._socket.sendall(piece)
            if pause_s:
                time.sleep(pause_s)

    def hears(self, wanted: bytes) -> None:
        """Wait until bytes come, and forget all up to them."""
        deadline = time.monotonic() + PATIENCE_S
        while wanted not in self._heard:
            assert time.monotonic() < deadline, f"{wanted.hex()} did not come, but {self._heard.hex()}"
            self._socket.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                data = self._socket.recv(65_536)
                assert data, f"the source hung up after {self._heard.hex()}"
                self._heard += data
        self._heard = self._heard.partition(wanted)[2]

    def hears_nothing(self, seconds: float = 0.7) -> None:
        """Listen for a while, and fail if anything comes."""
        self._socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            self._heard += self._socket.recv(65_536)
        assert self._heard == b""

    def close(self) -> None:
        self._socket.close()


@contextmanager
def telemetry_hub(folder: Path, sources: Mapping[str, tuple[str, str]]) -> Iterator[TelemetryHub]:
    """Run a hub; `sources` gives each adapter its station's address, and further settings as TOML ("a = 1, b = 2")."""
    twin = folder / "river"
    twin.mkdir()
    ports = {name: free_port() for name in sources}
    lines = ["id,name,name_en,kinds,x,y,interval_s," + ",".join(f"address.{name}" for name in sources)]
    text = HEAD
    for number, (name, (address, settings)) in enumerate(sources.items()):
        addresses = ",".join(address if other == name else "" for other in sources)
        lines.append(f"S-{name},站,Station,level,{634_000 + number},3457000,60,{addresses}")
        place = "" if "port =" in settings else f'host = "127.0.0.1", port = {ports[name]}'
        given = ", ".join(filter(None, (place, settings)))
        text += f'[[sources]]\nname = "{name}"\nadapter = "{name}"\ntitle = {{ zh = "{name}", en = "{name}" }}\n'
        text += f"settings = {{ {given} }}\n"
    (twin / "stations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (twin / "twin.toml").write_text(text, encoding="utf-8")
    with running_hub(twin, folder / "data", "--no-simulators", "--own-machine") as hub:
        yield TelemetryHub(hub, ports)
