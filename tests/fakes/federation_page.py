"""The configuration files of docs/how-to/federation.md, with addresses of this machine, and what runs them."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from fakes.governed_town import LAT, LON
from fakes.real_nats import RealNats
from sanping.client.link import HubLink
from sanping.hub.folder import TOKEN_FILE, case_key
from sanping.hub.spare_port import free_port
from sanping.storage.case_book import SqliteCaseBook
from sanping.storage.site_book import SqliteSiteBook

REPOSITORY = Path(__file__).parents[2]
PAGE = REPOSITORY / "docs" / "how-to" / "federation.md"
SITES = ("city", "county", "town")
UPPER = {"town": "county", "county": "city"}
CLIENT_PORT, LEAF_PORT = 4222, 7422
PASSWORDS = {"BUS_PASSWORD": "bus", "COUNTY_PASSWORD": "county-secret", "TOWN_PASSWORD": "town-secret"}


def files_on_page(page: Path = PAGE) -> dict[str, str]:
    """Return the files of the page by their name, which their first line says."""
    blocks = re.findall(r"^```text\n# (\S+)\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return dict(blocks)


def variables(name: str) -> dict[str, str]:
    """Return the variables of a file of the page."""
    return dict(line.split("=", 1) for line in files_on_page()[name].splitlines() if line)


def _direct(site: str, upper: str) -> dict[str, str]:
    """Return the variables of a direct line to the upper site."""
    login = f"{site}:{PASSWORDS[f'{site.upper()}_PASSWORD']}"
    return {**variables(f"{site}/direct.env"), "SANPING_UPPER_BUS": upper, "SANPING_UPPER_LOGIN": login}


Inside = Callable[[str], contextlib.AbstractContextManager[None]]


def here(_: str) -> contextlib.AbstractContextManager[None]:
    """Be on this machine, whatever the site."""
    return contextlib.nullcontext()


class SiteServers:
    """The three message servers of the page, on free ports of this machine.

    `lines` says at which port each lower site dials its upper one, where that is not the port of its server.
    """

    def __init__(self, folder: Path, lines: Mapping[str, int] | None = None) -> None:
        self.ports = {site: free_port() for site in SITES}
        self.leaf_ports = {site: free_port() for site in UPPER.values()}
        self._folder, self._lines = folder, lines
        self._servers: list[RealNats] = []

    def address(self, site: str) -> str:
        """Return where the hub of a site finds its server."""
        return f"nats://127.0.0.1:{self.ports[site]}"

    def start(self) -> None:
        lines = self._lines or {site: self.leaf_ports[upper] for site, upper in UPPER.items()}
        for site in SITES:
            text = files_on_page()[f"{site}/nats.conf"].replace(f":{CLIENT_PORT}", f":{self.ports[site]}")
            if site in self.leaf_ports:
                text = text.replace(f"0.0.0.0:{LEAF_PORT}", f"127.0.0.1:{self.leaf_ports[site]}")
            text = re.sub(rf"@\w+\.example:{LEAF_PORT}", f"@127.0.0.1:{lines.get(site, 0)}", text)
            server = RealNats(self._folder / f"nats-{site}", text, PASSWORDS)
            self._servers.append(server)
            server.start(self.ports[site])

    def close(self) -> None:
        for server in self._servers:
            server.close()


class MachineServers:
    """The three message servers of the page, each on a machine of its own, with the ports of the page."""

    def __init__(self, folder: Path, addresses: Mapping[str, str], inside: Inside, *, is_direct: bool = False) -> None:
        self._folder, self._addresses, self._inside = folder, addresses, inside
        self._file = "direct.conf" if is_direct else "nats.conf"
        self._servers: list[RealNats] = []

    def address(self, _: str) -> str:
        """Return where the hub of a site finds its server."""
        return f"nats://127.0.0.1:{CLIENT_PORT}"

    def start(self) -> None:
        for site in SITES:
            text = files_on_page()[f"{site}/{self._file}"]
            for upper in UPPER.values():
                text = text.replace(f"@{upper}.example:", f"@{self._addresses[upper]}:")
            server = RealNats(self._folder / f"nats-{site}", text, PASSWORDS)
            self._servers.append(server)
            with self._inside(site):
                server.start(CLIENT_PORT)

    def close(self) -> None:
        for server in self._servers:
            server.close()


class SiteProgram:
    """`sanping hub` of one site as a process, with the variables of the page; `upper` is for a direct line."""

    def __init__(self, folder: Path, twin: Path, site: str, bus: str, upper: str = "") -> None:
        self.data = folder / "data"
        self._folder, self._twin = folder, twin
        declared = variables(f"{site}/hub.env")
        self._variables = {
            **declared, "SANPING_BUS": bus, "SANPING_BUS_LOGIN": f"hub:{PASSWORDS['BUS_PASSWORD']}",
            **(_direct(site, upper) if upper else {}),
            "SANPING_HOME": str(folder / "home"), "PYTHONPATH": str(REPOSITORY / "tests"),
        }  # fmt: skip
        self._address = ""
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "fakes.hub_program", str(self._twin), str(self.data)]
        with (self._folder / "errors").open("ab") as errors:
            self._process = subprocess.Popen(
                [*command, "--no-simulators", "--journal"], stdout=subprocess.PIPE, stderr=errors,
                env={**os.environ, **self._variables}, text=True,
            )  # fmt: skip
        assert self._process.stdout is not None
        self._address = self._process.stdout.readline().strip()
        assert self._address, (self._folder / "errors").read_text("utf-8")

    def where(self) -> tuple[str, str]:
        """Return address and token as a link asks for them."""
        return self._address, (self.data / TOKEN_FILE).read_text("ascii").strip()

    def stop(self) -> None:
        """End it as a person does."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a word."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None


class Load:
    """Somebody at one site who reports and files cases, each with a number of its own; `done` says how far each is."""

    def __init__(self, link: HubLink, per_s: float) -> None:
        self.done: dict[str, int] = {}
        self._link, self._pause_s = link, 1.0 / per_s
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join(30)

    def _run(self) -> None:
        number = 0
        while not self._is_over.wait(self._pause_s):
            number += 1
            report = {"kind": "event", "case_class": "0105", "lon": LON, "lat": LAT, "description": f"第 {number} 件"}
            case = self._step("case.report", report)
            for step in ("register", "file"):
                self._step("case.step", {"case": case, "step": step})

    def _step(self, action: str, arguments: dict[str, object]) -> str:
        answer = self._link.command(action, arguments)
        assert answer.ok, answer.error_en
        self.done[answer.about] = self.done.get(answer.about, 0) + 1
        return answer.about


def lost_and_doubled(sites: Mapping[str, SiteProgram]) -> tuple[int, int, int]:
    """Return how many steps of county and town there are, and how many the city lacks or has twice; hubs are stopped.

    A step that is in the city's book beyond what its site has counts as doubled.
    """
    book = SqliteSiteBook(sites["city"].data)
    told = Counter((entry.site, entry.seq) for _, entry in book.after(0, 1 << 30) if entry.stream == "cases")
    book.close()
    taken: Counter[tuple[str, int]] = Counter()
    for site in ("county", "town"):
        own = SqliteCaseBook(sites[site].data, case_key(sites[site].data))
        taken.update((site, row.seq) for row in own.rows(limit=1 << 30))
        own.close()
    return taken.total(), (taken - told).total(), (told - taken).total()
