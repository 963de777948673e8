"""Takes the walls of a joint response and of a major event, that of a street's centre, and the phone of a crew."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from case_pictures import responded
from phone_pictures import CHROMIUM, FLAGS, bundled_hub, phone_page, worker_token
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.bootstrap.wall import WallWish
from sanping.bootstrap.wall_picture import WallShot, wall_picture
from sanping.ports.progress import SilentProgress
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.twin.project import TwinProject

SIZES = ((1920, 1080), (3840, 1080))
RACE, STREET = "marathon", "310107014"
EVENING = datetime.fromisoformat("2026-11-21T18:40:17+08:00")
MORNING = datetime.fromisoformat("2026-11-22T08:30:00+08:00")
TASK = '[data-task="sandbags"]'
NAMES = (
    *(f"{shown}-wall-{wide}x{high}" for shown in ("response", "event") for wide, high in SIZES),
    "areas-wall-1920x1080", "response-phone",
)  # fmt: skip
LIVED_S = 45.0
"""After so long the invented people of a hub have filled its book of cases with their former ones."""
Keep = Callable[[Path], None]


def take_responses(folder: Path, keep: Keep) -> None:
    """Write all: rehearsed on the walls, and told by hubs to the street and to the phone."""
    twin, race = load_project(paths.default_twin()), load_project(paths.bundled_scenes() / RACE)
    for size_px in SIZES:
        sized = f"{size_px[0]}x{size_px[1]}.png"
        response = (WallWish(size_px=size_px, board="governing"), WallShot(moment=EVENING))
        keep(_taken(twin, folder / f"response-wall-{sized}", response, HubChoice(scenario="flood")))
        event = (WallWish(size_px=size_px), WallShot(moment=MORNING))
        keep(_taken(race, folder / f"event-wall-{sized}", event, HubChoice()))
    with bundled_hub(folder, "daily") as (address, token):
        street = (WallWish(size_px=SIZES[0], board="governing", area=STREET), WallShot(area=STREET, case_map="heat"))
        time.sleep(LIVED_S)
        path = folder / f"areas-wall-{SIZES[0][0]}x{SIZES[0][1]}.png"
        keep(_taken(twin, path, street, HubChoice(address=address, token=token)))
    race_folder = folder / "race"
    race_folder.mkdir()
    with bundled_hub(race_folder, "flood", RACE) as (address, token):
        keep(_phone(address, token, folder / "response-phone.png"))


def _taken(twin: TwinProject, path: Path, wished: tuple[WallWish, WallShot], hub: HubChoice) -> Path:
    settings = Settings(language="zh", animation_hz=0)
    wall_picture(twin, path, wished, hub, progress=SilentProgress(), settings=settings)
    return path


def _phone(address: str, token: str, path: Path) -> Path:
    """Show the task and the post of a crew: the task is accepted, and waits for the one that comes before it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  only for these pictures

    worker = worker_token(address, token)
    responded(address, token, ())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page: Any = phone_page(browser, address, worker)
        page.locator("nav.tabs button").nth(1).click()
        page.locator(f'{TASK} [data-step="accept"]').click()
        page.locator(f'{TASK}[data-state="accepted"]').wait_for()
        page.wait_for_timeout(2500)
        page.screenshot(path=str(path))
        browser.close()
    return path
