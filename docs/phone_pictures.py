"""Takes the pictures of the phone page: Debian's Chromium at 390 × 844 against a hub of the bundled twin."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sanping.client.link import HubLink
from sanping.settings import paths
from sanping.twin.simulated_river import Scenario

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--enable-unsafe-swiftshader")
SETTLING_S = 75.0
DRAWING_S = 14.0
PATIENCE_MS = 300_000
DEPARTMENT, COUNTY = "greenery", "310107"
PORTS = ("9212", "9651", "9427", "9812", "9321")
# Words about new cases come and go over the page every few seconds in a twin of simulated people.
UNDISTURBED = """
const quiet = new CSSStyleSheet();
quiet.replaceSync(".said { display: none }");
document.adoptedStyleSheets = [...document.adoptedStyleSheets, quiet];
"""
EMPTY: Mapping[str, object] = MappingProxyType({})
_STATION = ".rows.stations li button"


def take_phones(folder: Path, keep: Callable[[Path], None]) -> None:
    """Write the phone's screens, dark and light, in both languages, one in large text."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only for these pictures

    with bundled_hub(folder) as (address, token), sync_playwright() as playwright:
        time.sleep(SETTLING_S)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        worker = worker_token(address, token)
        for name, wish, act in SHOTS:
            page = phone_page(browser, address, worker if act in _WORKERS else token, wish)
            act(page)
            path = folder / f"phone-{name}.png"
            page.screenshot(path=str(path))
            keep(path)
            page.context.close()
        browser.close()


def phone_page(browser: Any, address: str, token: str, wish: Mapping[str, object] = EMPTY) -> Any:
    """Return the page of a phone whose map is there; `wish` are choices of the person who holds it."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True, is_mobile=True
    )
    prefs = {"token": token, "screen": "phone-7", "name": "李工", "language": "zh", "look": "night", **wish}
    context.add_init_script(f"localStorage['sanping.prefs'] = JSON.stringify({json.dumps(prefs, ensure_ascii=False)})")
    context.add_init_script(UNDISTURBED)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector('.map[data-map="ready"]')
    return page


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


def _cases(page: Any) -> None:
    page.locator("nav.tabs button").nth(1).click()
    page.locator(".case-card").first.wait_for()
    page.wait_for_timeout(2500)


def _case(page: Any) -> None:
    """Open the most pressing case that is handled; a note first, so that the simulated people leave it to us."""
    _cases(page)
    page.locator(".phases button").nth(1).click()
    page.locator(".case-card").first.click()
    page.locator('.case-sheet [data-step="note"]').click()
    page.locator("#note").fill("已电话联系现场，请先围护")
    page.locator(".form-page .main").click()
    page.wait_for_timeout(DRAWING_S * 1000)


def _feed_back(page: Any) -> None:
    _case(page)
    photos = paths.default_twin() / "governance" / "photos"
    page.locator('.case-sheet [data-step="feed_back"]').click()
    page.locator("#photo-before").set_input_files(photos / "scene-1.jpg")
    page.locator("#photo-after").set_input_files(photos / "after-1.jpg")
    page.locator(".form-page img.photo").nth(1).wait_for()
    page.locator(".phrases button").first.click()
    page.wait_for_timeout(6000)


def worker_token(address: str, token: str) -> str:
    """Let a phone in as that of a grid worker, as the desk does it; return its token."""
    code = asked(address, token, "/codes", {})["code"]
    device = asked(address, token, "/pair", {"code": code, "name": "李工"})
    phone = HubLink(lambda: (address, device["token"]), screen=device["device"], kind="phone")
    desk = HubLink(lambda: (address, token), screen="desk", kind="desk")
    for link in (phone, desk):
        link.start()
    phone.command("role.ask", {"role": "grid_worker"})
    (known,) = [one for one in asked(address, token, "/devices") if one["id"] == device["device"]]
    place = {"department": DEPARTMENT, "areas": [COUNTY]}
    desk.command("device.approve", {"device": known["id"], "match": known["match"], **place})
    for link in (phone, desk):
        link.close()
    return str(device["token"])


def asked(address: str, token: str, path: str, body: object = None) -> Any:
    """Return what a hub answers; it is told `body` where there is one."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/api/v1{path}", data, {"Authorization": f"Bearer {token}"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return json.loads(answer.read())


_WORKERS = (_cases, _case, _feed_back)
SHOTS: tuple[tuple[str, dict[str, object], Callable[[Any], None]], ...] = (
    ("city-night", {}, _city),
    ("city-day-en", {"look": "day", "language": "en"}, _city),
    ("station", {}, _station),
    ("todo", {}, _todo),
    ("cases", {}, _cases),
    ("case-day", {"look": "day"}, _case),
    ("case-form", {}, _feed_back),
    ("leading", {}, _leading),
    ("report-large-day", {"look": "day", "isLarge": True}, _report),
)
NAMES = tuple(f"phone-{name}" for name, _, _ in SHOTS)


@contextmanager
def bundled_hub(folder: Path, scenario: Scenario = "flood", scene: str = "") -> Iterator[tuple[str, str]]:
    """Run a hub of the bundled twin, or of a scene in it, whose sources listen where nobody else does.

    Returns its address and token.
    """
    home = folder / (scene or paths.default_twin().name)
    if scene:
        shutil.copytree(paths.bundled_scenes() / scene, home)
    twin = home / paths.default_twin().name if scene else home
    shutil.copytree(paths.default_twin(), twin)
    ports = {port: str(_free_port()) for port in PORTS}
    for declaration in (twin / "twin.toml", *home.glob("scene.toml")):
        declared = declaration.read_text("utf-8")
        for port, free in ports.items():
            declared = declared.replace(port, free)
        declaration.write_text(declared, encoding="utf-8")
    data, port = folder / "phone-hub", _free_port()
    words = ["hub", str(home), "--data", str(data), "--port", str(port), "--scenario", scenario, "--trust"]
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
