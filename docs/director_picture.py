"""Takes the picture of the desk as director: it previews a view while others follow and a phone asks for the floor."""

from collections.abc import Callable
from pathlib import Path

from phone_pictures import bundled_hub
from planner_desk import open_desk, wait
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.client.link import HubLink
from sanping.settings import paths
from sanping.settings.settings import Settings

NAMES = ("director-1920x1080",)
SETTLING_MS, STEP_MS = 25_000, 4_000
OTHERS = (
    ("wall-east", "wall", "指挥大厅东墙", (7680, 2160)),
    ("kiosk-1", "kiosk", "展厅一号", (1080, 1920)),
    ("phone-li", "phone", "小李的手机", (390, 844)),
)


def take_director(folder: Path, keep: Callable[[Path], None]) -> None:
    """Write the desk in the director's workspace once everything has been drawn."""
    path = folder / f"{NAMES[0]}.png"
    with bundled_hub(folder) as (address, token):
        others = [HubLink(lambda: (address, token), screen=screen, kind=kind, name=name)
                  for screen, kind, name, _ in OTHERS]  # fmt: skip
        choice = HubChoice(address=address, token=token, name="一号席")
        twin = load_project(paths.default_twin())
        with open_desk(twin, Settings(language="zh", animation_hz=0), choice) as window:
            for link, (_, _, _, (width, height)) in zip(others, OTHERS, strict=True):
                link.start()
                link.here(follows=True, width_px=width, height_px=height)
            while len(others[0].show.members) <= len(OTHERS):
                wait(STEP_MS)
            window.perform("workspace.director")
            window.perform("director.link")
            for number, bookmark in enumerate(twin.bookmarks[:5], start=1):
                window.move_camera(bookmark.camera, "camera")
                wait(STEP_MS)
                window.perform(f"scene.keep_{number}")
                window.perform("direct.name_scene", f"{number} {bookmark.name.zh}")
            window.perform("director.pair")
            window.perform("director.preview")
            window.move_camera(twin.bookmarks[1].camera, "camera")
            others[2].floor("request")
            wait(SETTLING_MS)
            window.grab().save(str(path))
        for link in others:
            link.close()
    keep(path)
