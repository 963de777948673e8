"""The tutorial as somebody follows it: its files written, its commands typed, its screens linked."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import tutorial_steps
from fakes.phone_town import chromium
from fakes.small_hub import until
from sanping.hub.neighbourhood import lan_addresses
from sanping.hub.spare_port import free_port

PORT, STATIONS_PORT = "8765", "9651"
OPENING_S, ENDING_S = 300.0, 60.0
READY = ("export PATH", "cp -r docs/tutorial/town my-town")
INSPECT, PICTURE = "sanping inspect my-town/houses.geojson", "sanping picture my-town -o my-town.png --size 960x540"
CERTS, HUB, PHONE = "sanping certs", f"sanping hub my-town --port {PORT} --trust --lan", "sanping phone my-town"
HUB_ADDRESS = f"--hub http://127.0.0.1:{PORT}"
DESK, WALL = f"sanping run my-town {HUB_ADDRESS}", f"sanping wall my-town {HUB_ADDRESS}"
WALL_PICTURE = f"{WALL} --picture my-wall.png --size 1280x720"


class Follower:
    """Somebody with a folder, a terminal and ports of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports = folder, {PORT: str(free_port()), STATIONS_PORT: str(free_port())}
        twin = tutorial_steps.write_files(folder) / "twin.toml"
        twin.write_text(self._with_ports(twin.read_text("utf-8")), encoding="utf-8")
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self._environment = {**os.environ, "PATH": path, "SANPING_HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"}
        self._environment |= {"SANPING_QUALITY": "draft", "SANPING_ANIMATION_HZ": "0"}

    def _with_ports(self, words: str) -> str:
        for named, free in self.ports.items():
            words = words.replace(named, free)
        return words

    def _words(self, line: str) -> list[str]:
        return ["sh", "-c", f"exec {self._with_ports(line)}"]

    def types(self, line: str) -> str:
        """Return what a command says; it must succeed."""
        done = subprocess.run(
            self._words(line), cwd=self.folder, env=self._environment, timeout=OPENING_S,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def leaves_running(self, line: str) -> Iterator[Path]:
        """Start a command, and end it afterwards; yield the file of what it says."""
        said = self.folder / f"{abs(hash(line))}.log"
        with said.open("w", encoding="utf-8") as log:
            process = subprocess.Popen(
                self._words(line), cwd=self.folder, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
            try:
                yield said
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(ENDING_S)

    def health(self) -> dict[str, Any]:
        """Return what the hub says of itself, nothing while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[PORT]}/api/v1/health", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            return {}


def looked_at(address: str, words: str, picture: Path) -> bool:
    """Open an invitation on a phone that has the site's CA, and say whether it is linked and shows some words."""
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", ignore_https_errors=True)
        context.set_default_timeout(OPENING_S * 1000)
        page = context.new_page()
        page.goto(address)
        page.locator(".chip.link.linked").first.wait_for()
        page.locator(".outlook .only-icon").first.click()
        page.locator(".rows.stations li", has_text=words).first.wait_for()
        page.screenshot(path=picture)
        return bool(page.url.startswith(address.partition("#")[0]))


@pytest.fixture(scope="module")
def follower(tmp_path_factory: pytest.TempPathFactory) -> Follower:
    return Follower(tmp_path_factory.mktemp("tutorial"))


def test_each_command_of_the_tutorial_is_tried_here() -> None:
    lines = [line for line in tutorial_steps.commands() if not line.startswith(READY)]

    assert lines == [INSPECT, PICTURE, CERTS, HUB, DESK, WALL, WALL_PICTURE, PHONE]


def test_the_data_are_read_and_the_town_is_drawn(follower: Follower) -> None:
    # when the data are looked at, and the town is drawn
    told = follower.types(INSPECT)
    follower.types(PICTURE)

    # then the number of buildings is the one of the page, and the picture is not blank
    assert "423" in told
    assert "423 栋楼" in tutorial_steps.PAGE.read_text("utf-8")
    with Image.open(follower.folder / "my-town.png") as picture:
        assert picture.size == (960, 540)
        assert len(picture.convert("RGB").resize((96, 54)).getcolors(96 * 54) or ()) > 300


@pytest.mark.gui
def test_desk_and_wall_are_linked_and_a_phone_is_invited(follower: Follower) -> None:
    # given certificates, and the hub of the town with its gauges
    assert "SHA-256" in follower.types(CERTS)
    with follower.leaves_running(HUB):
        until(lambda: follower.health().get("rows_committed", 0) > 0, OPENING_S)

        # when desk and wall are opened, as the page says
        with follower.leaves_running(DESK), follower.leaves_running(WALL):
            # then both are screens of the hub
            until(lambda: follower.health().get("screens") == 2, OPENING_S)

        # and the wall is drawn without a display, and a phone is given an address of the network
        follower.types(WALL_PICTURE)
        told = follower.types(PHONE)
        invited = re.search(r"https?://\S+/#pair=[\w-]+", told)
        assert invited is not None, told

        # then whoever opens it in a browser sees the gauges of the page, live
        assert looked_at(invited[0], "镇中站", follower.folder / "phone.png")
    with Image.open(follower.folder / "my-wall.png") as picture:
        assert picture.size == (1280, 720)
    assert f":{follower.ports[PORT]}/#pair=" in invited[0]
    assert ("https://" in told) == bool(lan_addresses())
