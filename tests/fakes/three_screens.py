"""A town on all three real screens: a desk window and a wall window in this process, the phone's page in Chromium.

The browser is driven from a thread of its own, so that the windows go on while the page is waited for.
"""

import contextlib
import json
import shutil
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from fakes.phone_town import FEW_PIXELS, NO_MAP
from fakes.small_hub import RunningHub
from ui.tiny_twin import SOUTH, WEST, write_twin

T = TypeVar("T")
REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "app" / "web" / "dist" / "index.html"
PATIENCE_MS = 90_000
PHONE_PX = (390, 844)
SWITCHES = ("--no-sandbox", "--disable-quic", "--no-first-run", "--enable-unsafe-swiftshader", "--mute-audio")
GAUGE = (WEST + 150, SOUTH - 40)
LIVE = """
[live]
stations = "stations.csv"
rules = "rules.toml"

[[sources]]
name = "gauges"
adapter = "trial"
title = {{ zh = "水位站", en = "Gauges" }}
settings = {{ port = {port} }}
"""
RULES = """
[[rules]]
id = "level-high"
title = { zh = "水位偏高", en = "the level is high" }
kind = "above"
quantity = "water_level"
limit = 3.0
colour = "orange"
family = "level"
"""
# Keeps the page's own sockets: what the network takes with it when it goes, and what benchmarks listen to.
SOCKETS = """
(() => {
  const Real = window.WebSocket;
  window.sockets = [];
  window.WebSocket = class extends Real {
    constructor(...words) { super(...words); window.sockets.push(this); }
  };
})();
"""


def missing_phone() -> str:
    """Return why there can be no phone here, "" where there can."""
    if shutil.which("chromium") is None:
        return "no Chromium: make setup-debian installs it"
    if not PAGE.is_file():
        return "the phone page is not built: sh installer/web.sh builds it"
    return ""


def write_town(folder: Path, port: int) -> Path:
    """Write the tiny twin with one gauge, S1, whose alarm is raised above three metres."""
    write_twin(folder)
    head = "id,name,name_en,kinds,x,y,interval_s,address.trial"
    gauge = f"S1,水位站,Gauge,level,{GAUGE[0]},{GAUGE[1]},60,A1"
    (folder / "stations.csv").write_text(f"{head}\n{gauge}\n", encoding="utf-8")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    twin = folder / "twin.toml"
    twin.write_text(twin.read_text(encoding="utf-8") + LIVE.format(port=port), encoding="utf-8")
    return folder


def asked(hub: RunningHub, path: str, *, is_post: bool = False, token: str = "") -> Any:
    """Ask a hub over REST, with its own token or another one. Raises `urllib.error.HTTPError`."""
    question = urllib.request.Request(
        f"{hub.address}/api/v1{path}",
        data=b"{}" if is_post else None,
        headers={"Authorization": f"Bearer {token or hub.token}"},
    )
    with urllib.request.urlopen(question, timeout=20) as answer:
        return json.load(answer)


class Chromium:
    """A browser in a thread of its own. `wait` waits for what is done there, and lets the windows go on meanwhile."""

    def __init__(self, wait: Callable[[Future[Any]], Any] = lambda future: future.result(PATIENCE_MS / 1000)) -> None:
        self.wait = wait
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="phone")
        self._engine: Any = None
        self._browser: Any = None
        self._contexts: list[Any] = []

    def do(self, work: Callable[[], T]) -> T:
        """Do something in the browser's thread and return what it gives."""
        done: T = self.wait(self._thread.submit(work))
        return done

    def open(self) -> None:
        """Start the browser."""
        self.do(self._open)

    def _open(self) -> None:
        from playwright.sync_api import sync_playwright

        self._engine = sync_playwright().start()
        self._browser = self._engine.chromium.launch(executable_path=shutil.which("chromium"), args=list(SWITCHES))

    def new_page(self, *, has_map: bool = True, density: float = FEW_PIXELS) -> tuple[Any, Any]:
        """Return a browser context of its own, as another phone has, and a page in it. For the browser's thread."""
        width, height = PHONE_PX
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=density,
            locale="zh-CN",
            reduced_motion="reduce",
        )
        context.add_init_script(SOCKETS if has_map else SOCKETS + NO_MAP)
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        return context, context.new_page()

    def forget(self) -> None:
        """Throw all phones away."""
        contexts, self._contexts = self._contexts, []
        for context in contexts:
            self.do(context.close)

    def close(self) -> None:
        """End the browser and its thread."""
        with contextlib.suppress(Exception):
            self._thread.submit(self._browser.close).result(20)
        with contextlib.suppress(Exception):
            self._thread.submit(self._engine.stop).result(20)
        self._thread.shutdown()


class Phone:
    """One phone: what a person does on its page, and what is read there.

    Without a graphics card most of the time goes into pixels: `density` is how many there are in one of the page, along
    each side. Without `has_map` it cannot draw a map, as old phones cannot.
    """

    def __init__(self, chromium: Chromium, *, has_map: bool = True, density: float = FEW_PIXELS) -> None:
        self._chromium = chromium
        self._has_map = has_map
        self.context, self.page = chromium.do(lambda: chromium.new_page(has_map=has_map, density=density))
        self.errors: list[str] = []
        self.do(lambda page: page.on("pageerror", lambda error: self.errors.append(str(error))))

    def do(self, work: Callable[[Any], T]) -> T:
        """Do something with the page."""
        return self._chromium.do(lambda: work(self.page))

    def pair(self, address: str, code: str) -> None:
        """Scan a code and wait until the page is linked, and its map is there."""
        self.do(lambda page: page.goto(f"{address}/#pair={code}"))
        if self._has_map:
            self.do(lambda page: page.wait_for_selector('.map[data-map="ready"]'))
        self.do(lambda page: page.wait_for_selector(".chip.link.linked"))

    @property
    def id(self) -> str:
        """The name by which the hub knows it."""
        return str(self._kept()["screen"])

    @property
    def token(self) -> str:
        """What it proves itself with."""
        return str(self._kept()["token"])

    def _kept(self) -> dict[str, object]:
        kept: dict[str, object] = self.do(lambda page: page.evaluate("JSON.parse(localStorage['sanping.prefs'])"))
        return kept

    def see(self, selector: str) -> str:
        """Wait for something on the page and return its text."""
        return str(self.do(lambda page: page.wait_for_selector(selector).inner_text()))

    def press(self, selector: str) -> None:
        """Press what is found first."""
        self.do(lambda page: page.locator(selector).first.click())

    def tab(self, number: int) -> None:
        """Go to the city (0), what is to do (1), reports (2) or oneself (3)."""
        self.do(lambda page: page.locator("nav.tabs button").nth(number).click())

    def ask_for_role(self, title: str) -> str:
        """Ask for a role by its title and return the four digits to compare."""
        self.tab(3)
        self.do(lambda page: page.get_by_role("button", name=title, exact=True).click())
        return self.see(".match b").strip()

    def take_wall(self) -> None:
        """Ask for the floor."""
        self.tab(0)
        self.press(".lead-bar button.main")

    def drag(self, across: int, down: int, steps: int = 12) -> None:
        """Draw the map along with one finger, from the middle of the page."""
        x, y = PHONE_PX[0] // 2, PHONE_PX[1] // 2

        def drawn(page: Any) -> None:
            page.mouse.move(x, y)
            page.mouse.down()
            for step in range(1, steps + 1):
                page.mouse.move(x + across * step / steps, y + down * step / steps)
                page.wait_for_timeout(20)
            page.mouse.up()

        self.do(drawn)

    def tap(self, x: float, y: float) -> None:
        """Tap the map."""
        self.do(lambda page: page.mouse.click(x, y))

    def centre(self) -> tuple[float, float]:
        """Return longitude and latitude of what the map looks at, as the page gives them for a report."""
        self.tab(2)
        self.do(lambda page: page.locator(".row.wrap button").last.click())
        self.press(".lead-bar button.main")
        said = self.see(".row.wrap span")
        self.tab(0)
        lon, lat = (float(part) for part in said.split(","))
        return lon, lat

    def report(self, words: str) -> None:
        """File a report in words."""
        self.tab(2)
        self.do(lambda page: page.locator("#words").fill(words))
        self.press("button.main.wide")

    def lose_network(self) -> None:
        """Be without a network, which takes the open connection with it."""
        self._chromium.do(lambda: self.context.set_offline(True))
        self.do(lambda page: page.evaluate("window.sockets.forEach((socket) => socket.close())"))
        self.see(".chip.link.away")

    def find_network(self) -> None:
        """Have a network again."""
        self._chromium.do(lambda: self.context.set_offline(False))

    def vanish(self) -> None:
        """Close the page without a word."""
        self._chromium.do(self.context.close)


class KnownHub:
    """A hub that runs already, as a window asks for it."""

    def __init__(self, running: RunningHub) -> None:
        self._running = running

    def start(self) -> None:
        pass

    def where(self) -> tuple[str, str]:
        where: tuple[str, str] = self._running.where()
        return where

    def close(self) -> None:
        pass


@contextlib.contextmanager
def opened_wall(folder: Path, hub: RunningHub, size: tuple[int, int], quality: Any = "soft") -> Iterator[Any]:
    """Open a wall of one screen on a twin, linked to a hub; it is loaded when `city_shown` has come."""
    from PySide6.QtCore import QRect

    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.live.link import ScreenCard
    from sanping.ui.wall.layout import layout_for
    from sanping.ui.wall.plan import WallPlan
    from sanping.ui.wall.tiling import Tiling
    from sanping.ui.wall.wall import Wall

    tiling = Tiling(columns=1, rows=1, tile_px=size, gap_px=(0, 0))
    plan = WallPlan(
        layout=layout_for(REPOSITORY / "assets" / "wall", "", tiling),
        tiling=tiling,
        tiles=tiling.tiles,
        places=(QRect(0, 0, *size),),
        least_px=12.0,
        is_full=False,
        card=ScreenCard(screen="wall-1", kind="wall", name="北墙"),
    )
    settings = Settings(language="zh", animation_hz=0, quality=quality)
    project = load_project(folder)
    opener = TwinOpener(settings)
    opener.opened_twin(project)
    wall = Wall(
        project, plan, opener=opener, settings=settings, assets=REPOSITORY / "assets", hub_of=lambda _: KnownHub(hub)
    )
    try:
        yield wall
    finally:
        wall.close()
        wall.deleteLater()
        opener.close()


@contextlib.contextmanager
def opened_desk(
    folder: Path, hub: RunningHub, size: tuple[int, int], pictures: Path, quality: Any = "soft"
) -> Iterator[Any]:
    """Open a desk on a twin, linked to a hub; it is loaded when `city_shown` has come."""
    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.desk import DeskWindow

    settings = Settings(language="zh", animation_hz=0, quality=quality)
    opener = TwinOpener(settings)
    project = load_project(folder)
    opener.opened_twin(project)
    window = DeskWindow(
        project,
        opener=opener,
        settings=settings,
        keep_settings=lambda _: None,
        assets=REPOSITORY / "assets",
        pictures=pictures,
        hub_of=lambda _: KnownHub(hub),
    )
    window.resize(*size)
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        opener.close()
