"""A real nats-server on free ports of this machine, in a folder of its own, started by the tests that need one."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from sanping.hub.spare_port import free_port

PROGRAM = shutil.which("nats-server") or "/usr/sbin/nats-server"
STARTED_WITHIN_S = 10.0
NONE: Mapping[str, str] = MappingProxyType({})


def has_nats() -> bool:
    return Path(PROGRAM).exists()


class RealNats:
    """nats-server with `config`, a plain one on a free port if none is given; `variables` are what it points at."""

    def __init__(self, folder: Path, config: str = "", variables: Mapping[str, str] = NONE) -> None:
        self.port = free_port()
        self.address = f"nats://127.0.0.1:{self.port}"
        self._variables = {**os.environ, **variables}
        self._file = folder / "nats.conf"
        folder.mkdir(parents=True, exist_ok=True)
        self._file.write_text(
            config or f'listen: "127.0.0.1:{self.port}"\njetstream {{ store_dir: "{folder}/jetstream" }}\n'
        )
        self._log = (folder / "log").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, port: int = 0) -> None:
        self._process = subprocess.Popen(
            [PROGRAM, "-c", str(self._file)], stdout=self._log, stderr=self._log, env=self._variables
        )
        wait_for_port(port or self.port)

    def limit(self, most_bytes: int) -> None:
        """Carry no more than so many bytes a message from the next start on."""
        lines = [line for line in self._file.read_text().splitlines() if not line.startswith("max_payload")]
        self._file.write_text("\n".join([*lines, f"max_payload: {most_bytes}", ""]))

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(5)
            self._process = None

    def close(self) -> None:
        self.stop()
        self._log.close()


def wait_for_port(port: int, host: str = "127.0.0.1") -> None:
    """Return when something listens."""
    until = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), 0.2):
            return
        time.sleep(0.02)
    raise AssertionError(f"nothing listens at {host}:{port}")


def running_nats(folder: Path) -> Iterator[RealNats]:
    """Start a server for a fixture; skips with the reason where none is installed."""
    if not has_nats():
        pytest.skip("nats-server is not installed; run make setup-debian as root")
    server = RealNats(folder)
    server.start()
    try:
        yield server
    finally:
        server.close()
