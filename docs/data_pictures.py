"""Takes the pictures of what leaves the desk: the catalogue with what its hub serves, and the form of an export."""

from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from urllib.error import HTTPError

from PySide6.QtCore import Qt

from phone_pictures import asked, bundled_hub
from planner_desk import STEP_MS, open_desk, wait
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.settings import paths
from sanping.settings.settings import Settings

NAMES = ("catalogue-desk", "export-desk")
BUILDINGS = "沿河建筑"
SHORT_MS, HALF_DONE = 50, 400  # of a thousand
TOLD_MS = 12_000  # the desk asks its hub every five seconds
SERVED = (
    "/ogc", "/ogc/collections",
    *(f"/ogc/collections/{name}/items?limit=100" for name in ("buildings", "stations", "roads", "cases")),
    "/3dtiles/tileset.json",
)  # fmt: skip


def take_data(folder: Path, keep: Callable[[Path], None]) -> None:
    """Write both, once somebody has asked the hub for data."""
    settings = Settings(language="zh", animation_hz=0, quality="soft")
    with bundled_hub(folder, "daily") as (address, token):
        choice = HubChoice(address=address, token=token)
        with open_desk(load_project(paths.default_twin()), settings, choice) as window:
            for path in SERVED:
                _ask(address, token, path)
            window.perform("file.catalogue")
            catalogue = window.outgoing.catalogue
            while not catalogue.sets.findItems(BUILDINGS, Qt.MatchFlag.MatchRecursive):
                wait(STEP_MS)
            catalogue.sets.setCurrentItem(catalogue.sets.findItems(BUILDINGS, Qt.MatchFlag.MatchRecursive)[0])
            wait(TOLD_MS)
            catalogue.grab().save(str(folder / "catalogue-desk.png"))
            catalogue.close()
            window.perform("file.export")
            form = window.outgoing.models.exporting.dialog
            form.format.setCurrentIndex(form.format.findData("3dtiles"))
            form.export_asked.emit(form.plan(folder / "exported"))
            while form.bar.value() < HALF_DONE:
                wait(SHORT_MS)
            form.grab().save(str(folder / "export-desk.png"))
            form.stop_asked.emit()
            while form.is_busy:
                wait(SHORT_MS)
            form.close()
    for name in NAMES:
        keep(folder / f"{name}.png")


def _ask(address: str, token: str, path: str) -> None:
    """Ask for data as another system does: again while tiles are being made."""
    while True:
        try:
            asked(address, token, path)
        except HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            wait(TOLD_MS)
        else:
            return
