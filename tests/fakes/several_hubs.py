"""The configuration files of docs/how-to/several-hubs.md, with addresses of this machine, and what runs them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from fakes.federation_page import CLIENT_PORT, REPOSITORY, files_on_page
from fakes.real_nats import RealNats
from fakes.small_hub import ALLOWED, PLUGINS
from sanping.hub.folder import TOKEN_FILE
from sanping.hub.spare_port import free_port

PAGE = REPOSITORY / "docs" / "how-to" / "several-hubs.md"
PASSWORD = "a-login-of-the-bus"


class PageServer:
    """The message server of the page, on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        text = files_on_page(PAGE)["town/nats.conf"].replace(f"0.0.0.0:{CLIENT_PORT}", f"127.0.0.1:{self.port}")
        self._server = RealNats(folder, text, {"BUS_PASSWORD": PASSWORD})
        self.address = f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._server.start(self.port)

    def stop(self) -> None:
        self._server.stop()

    def close(self) -> None:
        self._server.close()


class HubProcess:
    """`sanping hub` as a process, with the variables of a file of the page and `more`; `words` are further options."""

    def __init__(self, folder: Path, twin: Path, file: str, bus: str, *words: str, **more: str) -> None:
        self.data = folder / "data"
        self._folder, self._words = folder, (str(twin), str(self.data), *words)
        declared = dict(line.split("=", 1) for line in files_on_page(PAGE)[file].splitlines() if line)
        self._variables = {
            **declared, "SANPING_BUS": bus, "SANPING_BUS_LOGIN": f"hub:{PASSWORD}",
            "SANPING_HOME": str(folder / "home"),
            "PYTHONPATH": os.pathsep.join([str(PLUGINS), str(REPOSITORY / "tests")]),
            "SANPING_PLUG_INS_ALLOWED": ALLOWED, **more,
        }  # fmt: skip
        self._process: subprocess.Popen[str] | None = None
        self.address = ""

    def start(self) -> str:
        """Start it and return what it says first, "" when it ended; `errors` has its last words."""
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "fakes.hub_program", *self._words, "--no-simulators"]
        with (self._folder / "errors").open("ab") as errors:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, env={**os.environ, **self._variables}, text=True
            )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        return self.address

    @property
    def errors(self) -> str:
        """What it said about what went wrong."""
        return (self._folder / "errors").read_text("utf-8")

    @property
    def process(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def is_running(self) -> bool:
        """Whether it goes on."""
        return self._process is not None and self._process.poll() is None

    def where(self) -> tuple[str, str]:
        """Return address and token as a link asks for them."""
        return self.address, (self.data / TOKEN_FILE).read_text("ascii").strip()

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it as a person does, or by another signal."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None
