"""Takes the pictures of the kiosk on its tour, lying and upright; a screen of 1920×1920 holds both."""

from collections.abc import Callable
from pathlib import Path

from phone_pictures import bundled_hub
from planner_desk import STEP_MS, wait
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.bootstrap.kiosk import KioskWish, opened_kiosk
from sanping.bootstrap.kiosk_pin import set_pin
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.ui.kiosk.kiosk import Kiosk

SIZES = ((1920, 1080), (1080, 1920))
NAMES = tuple(f"kiosk-{width}x{height}" for width, height in SIZES)
SETTLING_MS, SHORT_MS = 20_000, 100
PIN = "135790"
VISITORS = "http://192.0.2.20:8765/#code=482915"  # an address for examples (RFC 5737), which lets nobody in


def take_kiosks(folder: Path, keep: Callable[[Path], None]) -> None:
    """Write one kiosk as it stands in both ways, each at a stop of its tour."""
    place = folder / "kiosk"
    place.mkdir()
    set_pin(place / "pin", PIN)
    settings = Settings(language="zh", animation_hz=0, quality="high")
    wish = KioskWish(size_px=SIZES[0], pin_file=place / "pin", name="展厅一号")
    with bundled_hub(place, "calm") as (address, token):
        choice = HubChoice(address=address, token=token)
        kiosk, opener, hubs = opened_kiosk(load_project(paths.default_twin()), settings, wish, choice)
        shown: list[bool] = []
        kiosk.city_shown.connect(lambda: shown.append(True))
        kiosk.show()
        while not shown:
            wait(STEP_MS)
        for name, size_px in zip(NAMES, SIZES, strict=True):
            kiosk.window.resize(*size_px)
            wait(SETTLING_MS)
            _stand_still(kiosk)
            kiosk.window.grab().save(str(place / f"{name}.png"))
            kiosk.attract._frames.start()
        kiosk.leave()
        opener.close()
        hubs.finish()
    for name in NAMES:
        keep(place / f"{name}.png")


def _stand_still(kiosk: Kiosk) -> None:
    """Hold the tour once the words of a stop have faded in, and wait until the city is drawn wholly.

    A hub of this machine alone lets no phone in; the code of an example is shown.
    """
    while (kiosk.attract.words, kiosk.attract.veil) != (1.0, 0.0):
        wait(SHORT_MS)
    kiosk.attract._frames.stop()
    while not kiosk.window.city.is_resting:
        wait(STEP_MS)
    while kiosk.view().visitors.link != VISITORS:
        kiosk.visitors.stop()
        kiosk.visitors.link = VISITORS
        wait(STEP_MS)
    kiosk.tell()
