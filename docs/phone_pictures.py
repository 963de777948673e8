"""Takes the pictures of the phone page: Debian's Chromium at 390 × 844 against a hub of the bundled twin."""

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sanping.settings import paths

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--enable-unsafe-swiftshader")
SETTLING_S = 75.0
DRAWING_S = 14.0
PORTS = ("9212", "9651", "9427", "9812")
_STATION = ".rows.stations li button"


def take_phones(folder: Path, keep: Callable[[Path], None]) -> None:
    """Write the phone's screens, dark and light, in both languages, one in large text."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only for these pictures

    with _hub(folder) as (address, token), sync_playwright() as playwright:
        time.sleep(SETTLING_S)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for name, wish, act in SHOTS:
            context = browser.new_context(
                viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True, is_mobile=True
            )
            prefs = {"token": token, "screen": "phone-7", "name": "李工", "language": "zh", "look": "night", **wish}
            context.add_init_script(
                f"localStorage['sanping.prefs'] = JSON.stringify({json.dumps(prefs, ensure_ascii=False)})"
            )
            page = context.new_page()
            page.goto(address)
            page.wait_for_selector('.map[data-map="ready"]', timeout=120_000)
            act(page)
            path = folder / f"phone-{name}.png"
            page.screenshot(path=str(path))
            keep(path)
            context.close()
        browser.close()


def _city(page: Any) -> None:
    page.wait_for_timeout(DRAWING_S * 1000)


def _todo(page: Any) -> None:
    page.wait_for_timeout(3000)
    page.locator("nav.tabs button").nth(1).click()
    page.wait_for_timeout(1500)


def _report(page: Any) -> None:
    page.locator("nav.tabs button").nth(2).click()
    page.locator("#words").fill("武宁路桥下游左岸有大片漂浮物，约二十平方米")
    page.wait_for_timeout(1000)


def _station(page: Any) -> None:
    page.wait_for_timeout(DRAWING_S * 1000)
    page.locator(".outlook .only-icon").click()
    page.locator(_STATION, has_text="Wuning").or_(page.locator(_STATION, has_text="武宁")).first.click()
    page.locator(".chart canvas").wait_for()
    page.wait_for_timeout(2500)


def _leading(page: Any) -> None:
    page.wait_for_timeout(DRAWING_S * 1000)
    page.locator(".lead-bar .main").click()
    page.wait_for_selector(".lead-bar.leading")
    page.wait_for_timeout(1500)


SHOTS: tuple[tuple[str, dict[str, object], Callable[[Any], None]], ...] = (
    ("city-night", {}, _city),
    ("city-day-en", {"look": "day", "language": "en"}, _city),
    ("station", {}, _station),
    ("todo", {}, _todo),
    ("leading", {}, _leading),
    ("report-large-day", {"look": "day", "isLarge": True}, _report),
)


@contextmanager
def _hub(folder: Path) -> Iterator[tuple[str, str]]:
    """Run a hub of the bundled twin, in flood, whose sources listen where nobody else does."""
    twin = folder / paths.default_twin().name
    shutil.copytree(paths.default_twin(), twin)
    declared = (twin / "twin.toml").read_text("utf-8")
    for port in PORTS:
        declared = declared.replace(port, str(_free_port()))
    (twin / "twin.toml").write_text(declared, encoding="utf-8")
    data, port = folder / "phone-hub", _free_port()
    words = ["hub", str(twin), "--data", str(data), "--port", str(port), "--scenario", "flood", "--trust"]
    with subprocess.Popen([sys.executable, "-m", "sanping", *words], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield f"http://127.0.0.1:{port}", (data / "token").read_text("ascii")
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
