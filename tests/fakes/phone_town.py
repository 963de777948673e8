"""A small town with houses, a canal and a road for the phone's map, and a phone: Debian's Chromium at 390 × 844."""

import contextlib
import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes.small_hub import REPOSITORY, RunningHub, write_twin

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--enable-unsafe-swiftshader",
]  # fmt: skip
EAST, NORTH = 634_000.0, 3_457_000.0
RULES = """
[[rules]]
id = "high"
title = {{ zh = "{zh}", en = "{en}" }}
kind = "above"
quantity = "water_level"
limit = 3.3
colour = "orange"
"""
PATIENCE_MS = 90_000
FEW_PIXELS = 0.5
SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...words) { super(...words); window.sockets.push(this); }
};
"""


NO_MAP = """
const drawn = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind === "webgl2" ? null : drawn.call(this, kind, ...more);
};
"""


def write_phone_town(
    folder: Path,
    ports: dict[str, int],
    names: Sequence[str] = (),
    title: tuple[str, str] = ("水位超警戒", "High level"),
) -> Path:
    """Write a twin of 36 houses around its stations; `names` are those of the stations."""
    rules = RULES.format(zh=_toml(title[0]), en=_toml(title[1]))
    twin = write_twin(folder, ports, stations=max(3, len(names)), rules=rules)
    if names:
        lines = ["id,name,name_en,kinds,x,y,interval_s,address.trial"]
        for number, name in enumerate(names, 1):
            quoted = '"' + name.replace('"', '""') + '"'
            lines.append(f"S{number},{quoted},{quoted},level,{EAST + 9 * number},{NORTH},60,A{number}")
        (twin / "stations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    houses = [
        _feature(
            f"H{row}{column}",
            {"height": 20 + 12 * ((row * 7 + column * 5) % 9)},
            _square(60 * column - 180, 70 * row - 180, 36),
        )
        for row in range(6)
        for column in range(6)
    ]
    canal = [_feature("canal", {"name": "运河"}, [[[-400, -16], [400, -16], [400, 16], [-400, 16], [-400, -16]]])]
    for name, features in (("houses", houses), ("canal", canal)):
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}
        collection = {"type": "FeatureCollection", "crs": crs, "features": features}
        (twin / f"{name}.geojson").write_text(json.dumps(collection), encoding="utf-8")
    with (twin / "twin.toml").open("r+", encoding="utf-8") as file:
        before, live, after = file.read().partition("[live]")
        layers = "".join(_layer(name, role) for name, role in (("houses", "buildings"), ("canal", "water")))
        home = (
            f'[[bookmarks]]\nname = {{ zh = "全城", en = "Town" }}\ntarget = [{EAST}, {NORTH}, 0.0]\nheading = 30.0\n'
        )
        file.seek(0)
        file.write(f"{before}{layers}{home}pitch = -45.0\ndistance = 800.0\n{live}{after}")
    return twin


def _layer(name: str, role: str) -> str:
    return (
        f'[[layers]]\nname = "{name}"\ntitle = {{ zh = "{name}", en = "{name}" }}\nrole = "{role}"\n'
        f'path = "{name}.geojson"\ngroup = {{ zh = "城", en = "Town" }}\nlicence = "Apache-2.0"\n'
    )


def _feature(id: str, properties: dict[str, object], rings: list[list[list[float]]]) -> dict[str, object]:
    placed = [[[EAST + x, NORTH + y] for x, y in ring] for ring in rings]
    geometry = {"type": "Polygon", "coordinates": placed}
    return {"type": "Feature", "id": id, "properties": properties, "geometry": geometry}


def _square(x: float, y: float, side: float) -> list[list[list[float]]]:
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def _toml(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def build_page() -> None:
    """Build the page if need be; skips the test where there is no browser or the page cannot be built."""
    if not Path(CHROMIUM).exists() and shutil.which("chromium") is None:
        pytest.skip("Chromium is missing: make setup-debian installs it")
    done = subprocess.run(
        ["sh", "installer/web.sh", "check"], cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if not (REPOSITORY / "app" / "web" / "dist" / "index.html").exists():
        pytest.skip(f"the phone page is not built: {done.stderr.strip()}")


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Start the browser; several phones can be opened in it."""
    build_page()
    from playwright.sync_api import sync_playwright

    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    with sync_playwright() as playwright:
        path = CHROMIUM if Path(CHROMIUM).exists() else shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, env=environment)
        try:
            yield browser
        finally:
            browser.close()


class Phone:
    """One page on one phone; it notes what it complains of and whom it calls.

    Without a graphics card most of the time goes into pixels: a page has few of them. One that `is_sharp` moves and has
    the density of a phone of today, a small one. Without `has_map` it cannot draw a map, as old phones cannot.
    """

    def __init__(
        self, browser: Any, hub: RunningHub, fragment: str = "", *, is_sharp: bool = False, has_map: bool = True
    ) -> None:
        self.context = browser.new_context(
            viewport={"width": 320, "height": 568} if is_sharp else {"width": 390, "height": 844},
            device_scale_factor=2 if is_sharp else FEW_PIXELS,
            reduced_motion="no-preference" if is_sharp else "reduce",
            has_touch=True,
            is_mobile=True,
            locale="zh-CN",
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(SOCKETS if has_map else SOCKETS + NO_MAP)
        self.context.add_init_script("window.hits = []; window.hit = (what) => window.hits.push(what || 1);")
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.called: set[str] = set()
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self.called.add(request.url))
        self.page.goto(f"{hub.address}/#{fragment or f'token={hub.token}'}")

    def _heard(self, kind: str, text: str) -> None:
        if kind == "error" and "net::ERR_" not in text:
            self.complaints.append(text)

    def see(self, selector: str) -> str:
        """Wait for something on the page and return its words."""
        found = self.page.locator(selector).first
        found.wait_for()
        return str(found.inner_text())

    def tab(self, number: int) -> None:
        """Open a tab, counted from 0."""
        self.page.locator("nav.tabs button").nth(number).click()

    def speak(self, language: str) -> None:
        """Choose a language by its own name, and come back to the list of what is to be done."""
        self.tab(3)
        self.page.get_by_role("radio", name=language).or_(self.page.get_by_role("button", name=language)).first.click()
        self.tab(1)

    def press(self, selector: str) -> None:
        """Touch something."""
        self.page.locator(selector).first.click()

    def close(self) -> None:
        self.context.close()


def posted(hub: RunningHub, path: str, body: object) -> Any:
    """Ask the hub's API to do something, with the hub's own token."""
    request = urllib.request.Request(
        f"{hub.address}/api/v1{path}", json.dumps(body).encode(), {"Authorization": f"Bearer {hub.token}"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return json.loads(answer.read())
