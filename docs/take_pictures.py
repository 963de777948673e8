"""Takes the pictures of the documentation: the bundled twin by night and by day, desk, wall and phone.

    xvfb-run -a -s "-screen 0 1920x1080x24 +extension GLX" python docs/take_pictures.py

`make pictures` runs it. The pictures show the state of the code; look at them before committing them.
"""

import os
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from PIL import Image

from director_picture import take_director
from phone_pictures import take_phones
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.bootstrap.pictures import Shot, picture
from sanping.bootstrap.wall import WallWish
from sanping.bootstrap.wall_picture import WallShot, wall_picture
from sanping.domain.text import Language
from sanping.domain.view import StyleName
from sanping.ports.progress import SilentProgress
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.twin.simulated_river import Scenario

FOLDER = Path(__file__).parent / "pictures"
SIZES = ((1920, 1080), (3840, 1080))
STYLES: tuple[StyleName, ...] = ("night", "day")
JPEG_QUALITY = 88
LARGEST_PX = 4000
EVENING = datetime.fromisoformat("2026-11-21T18:40:17+08:00")
AFTERNOON = datetime.fromisoformat("2026-11-21T16:20:00+08:00")
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
    """Write every picture; an own cache keeps this person's out of it."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["SANPING_HOME"] = home
        twin = load_project(paths.default_twin())
        settings = Settings(language="zh", animation_hz=0)
        for style in STYLES:
            for width, height in SIZES:
                path = Path(home) / f"{style}-{width}x{height}.png"
                picture(twin, path, Shot(width=width, height=height, style=style), SilentProgress(), settings)
                keep(path)
        take_director(Path(home), keep, settings)
        take_walls(Path(home))
        take_scene(Path(home))
        take_phones(Path(home), keep)


def take_walls(folder: Path) -> None:
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


def take_scene(folder: Path) -> None:
    """Write the wall of a scene pack."""
    path = folder / "scene-nantong-1920x1080.png"
    wished = (WallWish(size_px=(1920, 1080)), WallShot(moment=AFTERNOON))
    settings = Settings(language="zh", animation_hz=0)
    wall_picture(load_project(Path("nantong")), path, wished, HubChoice(), progress=SilentProgress(), settings=settings)
    keep(path)


def keep(path: Path) -> None:
    """Keep a picture small but with all its colours: a palette would lose the red of beacons and roofs."""
    kept = FOLDER / f"{path.stem}.jpg"
    with Image.open(path) as taken:
        taken.convert("RGB").save(kept, quality=JPEG_QUALITY, subsampling=0, optimize=True, progressive=True)
    print(f"{kept.name}: {kept.stat().st_size // 1024} KiB", file=sys.stderr)


if __name__ == "__main__":
    main()
