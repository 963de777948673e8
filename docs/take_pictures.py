"""Takes the pictures of the documentation: the bundled twin by night and by day, desk, wall, kiosk and phone.

    xvfb-run -a -s "-screen 0 1920x1920x24 +extension GLX" python docs/take_pictures.py [PART …]

`make pictures` runs it; the screen holds a kiosk that stands upright. `parts` says which parts there are and which
pictures each takes: every picture of the documentation is one of them. They show the state of the code; look at them
before committing them.
"""

import gc
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from PIL import Image

import case_pictures
import data_pictures
import desk_pictures
import director_picture
import kiosk_pictures
import phone_pictures
import planning_pictures
import query_pictures
import response_pictures
import site_pictures
import view_pictures
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.bootstrap.pictures import Shot, picture
from sanping.bootstrap.twins import scenes
from sanping.bootstrap.wall import WallWish
from sanping.bootstrap.wall_picture import WallShot, wall_picture
from sanping.domain.text import Language
from sanping.domain.view import StyleName
from sanping.ports.progress import SilentProgress
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.twin.simulated_river import Scenario
from tutorial_steps import write_files

FOLDER = Path(__file__).parent / "pictures"
SIZES = ((1920, 1080), (3840, 1080))
STYLES: tuple[StyleName, ...] = ("night", "day")
JPEG_QUALITY, SCENE_QUALITY, LEAST_QUALITY = 88, 80, 56
LARGEST_PX = 4000
Keep = Callable[..., None]
Take = Callable[[Path, Keep], None]
EVENING = datetime.fromisoformat("2026-11-21T18:40:17+08:00")
AFTERNOON = datetime.fromisoformat("2026-11-21T16:20:00+08:00")
RUSH_HOUR = datetime.fromisoformat("2026-11-21T18:20:00+08:00")
RACE = datetime.fromisoformat("2026-11-22T08:30:00+08:00")
NOON = datetime.fromisoformat("2026-11-21T11:20:00+08:00")
MOMENTS = {"v2x": RUSH_HOUR, "marathon": RACE, "suhe": EVENING, "village": NOON, "consumption": NOON}
MORNING = datetime.fromisoformat("2026-11-21T10:40:17+08:00")
WALLS: tuple[tuple[str, tuple[int, int], tuple[int, int], Scenario, WallShot], ...] = (
    ("1920x1080", (1920, 1080), (1, 1), "flood", WallShot(moment=EVENING)),
    ("day-1920x1080", (1920, 1080), (1, 1), "polluted", WallShot(moment=MORNING, style="day")),
    ("3840x1080", (3840, 1080), (1, 1), "flood", WallShot(moment=EVENING, focus="station:SZH00002")),
    ("3x2", (5760, 2160), (3, 2), "flood", WallShot(moment=EVENING, focus="station:SZH00002")),
    ("governing-1920x1080", (1920, 1080), (1, 1), "daily", WallShot(moment=EVENING)),
    ("governing-3840x1080", (3840, 1080), (1, 1), "daily", WallShot(moment=EVENING)),
)


def main() -> None:
    """Write every picture, or those of the parts that are named; an own cache keeps this person's out of it."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["SANPING_HOME"] = home
        known = parts()
        for part in sys.argv[1:] or known:
            take, _ = known[part]
            take(Path(home), keep)
            gc.collect()  # windows end in the thread that drew them


def take_twin(folder: Path, keep: Keep) -> None:
    """Write the bundled twin by night and by day."""
    twin, settings = load_project(paths.default_twin()), Settings(language="zh", animation_hz=0)
    for style in STYLES:
        for width, height in SIZES:
            path = folder / f"{style}-{width}x{height}.png"
            picture(twin, path, Shot(width=width, height=height, style=style), SilentProgress(), settings)
            keep(path)


def take_walls(folder: Path, keep: Keep) -> None:
    """Write the wall as its screens show it: one screen, a very wide one, six tiles with their bezels."""
    twin = load_project(paths.default_twin())
    for name, size_px, counts, scenario, look in WALLS:
        path = folder / f"wall-{name}.png"
        language: Language = "en" if look.style == "day" else "zh"
        settings = Settings(language=language, animation_hz=0)
        wish = WallWish(size_px=size_px, counts=counts, board="governing" if "governing" in name else "sensing")
        hub = HubChoice(scenario=scenario)
        wall_picture(twin, path, (wish, look), hub, progress=SilentProgress(), settings=settings)
        if size_px[0] > LARGEST_PX:
            with Image.open(path) as taken:
                taken.reduce(2).save(path)
        keep(path)


def take_scenes(folder: Path, keep: Keep) -> None:
    """Write the wall of every scene that comes along, at the moment it names."""
    settings = Settings(language="zh", animation_hz=0)
    for card in scenes():
        project = load_project(card.folder)
        path = folder / f"scene-{card.name}.png"
        wished = (WallWish(size_px=(1920, 1080)), WallShot(moment=MOMENTS.get(card.name, AFTERNOON)))
        wall_picture(project, path, wished, HubChoice(), progress=SilentProgress(), settings=settings)
        keep(path, SCENE_QUALITY)


def take_tutorial(folder: Path, keep: Keep) -> None:
    """Write the town of the tutorial, and its wall while the river is high."""
    town, settings = load_project(write_files(folder)), Settings(language="zh", animation_hz=0)
    path = folder / "tutorial-town.png"
    picture(town, path, Shot(width=960, height=540), SilentProgress(), settings)
    keep(path)
    path = folder / "tutorial-wall-1920x1080.png"
    wished = (WallWish(size_px=(1920, 1080)), WallShot(moment=EVENING))
    wall_picture(town, path, wished, HubChoice(scenario="flood"), progress=SilentProgress(), settings=settings)
    keep(path)


def keep(path: Path, quality: int = JPEG_QUALITY, most_bytes: int = 0) -> None:
    """Keep a picture small but with all its colours: a palette would lose the red of beacons and roofs.

    Where it shall have no more than `most_bytes`, its quality is lowered until it has.
    """
    kept = FOLDER / f"{path.stem}.jpg"
    with Image.open(path) as taken:
        picture_taken = taken.convert("RGB")
    picture_taken.save(kept, quality=quality, subsampling=0, optimize=True, progressive=True)
    while most_bytes and kept.stat().st_size > most_bytes and quality > LEAST_QUALITY:
        quality -= 4
        picture_taken.save(kept, quality=quality, subsampling=2, optimize=True, progressive=True)
    print(f"{kept.name}: {kept.stat().st_size // 1024} KiB", file=sys.stderr)


def parts() -> Mapping[str, tuple[Take, Sequence[str]]]:
    """Return by the name of each part what takes its pictures, and how they are called."""
    return {
        "twin": (take_twin, [f"{style}-{width}x{height}" for style in STYLES for width, height in SIZES]),
        "desks": (desk_pictures.take_desks, desk_pictures.NAMES),
        "cases": (case_pictures.take_cases, case_pictures.NAMES),
        "planning": (planning_pictures.take_planning, planning_pictures.NAMES),
        "query": (query_pictures.take_query, query_pictures.NAMES),
        "views": (view_pictures.take_views, view_pictures.NAMES),
        "data": (data_pictures.take_data, data_pictures.NAMES),
        "director": (director_picture.take_director, director_picture.NAMES),
        "sites": (site_pictures.take_sites, site_pictures.NAMES),
        "walls": (take_walls, [f"wall-{name}" for name, *_ in WALLS]),
        "responses": (response_pictures.take_responses, response_pictures.NAMES),
        "kiosks": (kiosk_pictures.take_kiosks, kiosk_pictures.NAMES),
        "scenes": (take_scenes, [f"scene-{card.name}" for card in scenes()]),
        "tutorial": (take_tutorial, ["tutorial-town", "tutorial-wall-1920x1080"]),
        "phones": (phone_pictures.take_phones, phone_pictures.NAMES),
    }


if __name__ == "__main__":
    main()
