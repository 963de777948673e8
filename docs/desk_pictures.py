"""Takes the pictures of the desk at work: the river as it is, in flood, polluted; and the centre of a street."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path

from phone_pictures import bundled_hub
from planner_desk import SIZE, open_desk, wait
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.domain.text import Language
from sanping.domain.view import CameraPose, StyleName
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.twin.project import TwinProject
from sanping.twin.simulated_river import Scenario
from sanping.ui.desk import DeskWindow

SETTLING_MS, RISING_MS = 25_000, 60_000
STREET = "310107014"
NOON = datetime.fromisoformat("2026-11-21T11:20:00+08:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskShot:
    """A picture of the desk: its name, what is simulated, the station that it looks at, and from where.

    `station` is opened where the workspace is the river's, whose water shows its class or its level; `area` names the
    command centre that the desk stands in.
    """

    name: str
    scenario: Scenario = "daily"
    workspace: str = "river"
    water: str = "class"
    station: str = "SZH00003"
    heading_deg: float = 20.0
    pitch_deg: float = -30.0
    distance_m: float = 1000.0
    language: Language = "zh"
    style: StyleName = "night"
    area: str = ""


SHOTS = (
    DeskShot(name="desk-river-zh"),
    DeskShot(name="desk-river-en", language="en", style="day"),
    DeskShot(name="areas-desk", workspace="cases", area=STREET, pitch_deg=-38.0, distance_m=2400.0),
    DeskShot(name="desk-flood", scenario="flood", water="level", station="SZH00002", distance_m=800.0),
    DeskShot(name="desk-polluted", scenario="polluted", station="SZH00002", pitch_deg=-34.0, distance_m=1400.0),
)
NAMES = tuple(f"{shot.name}-{SIZE[0]}x{SIZE[1]}" for shot in SHOTS)


def take_desks(folder: Path, keep: Callable[[Path], None], names: tuple[str, ...] = ()) -> None:
    """Write each picture, or those that are named, once everything has been drawn."""
    wanted = [shot for shot in SHOTS if not names or shot.name in names]
    for scenario, shots in groupby(wanted, key=lambda shot: shot.scenario):
        place = folder / scenario
        place.mkdir()
        with bundled_hub(place, scenario) as (address, token):
            for shot in shots:
                path = place / f"{shot.name}-{SIZE[0]}x{SIZE[1]}.png"
                _take(shot, path, HubChoice(address=address, token=token, area=shot.area))
                keep(path)


def _take(shot: DeskShot, path: Path, choice: HubChoice) -> None:
    twin = replace(load_project(paths.default_twin()), style=shot.style)
    with open_desk(twin, Settings(language=shot.language, animation_hz=0), choice) as window:
        window.perform(f"workspace.{shot.workspace}")
        if shot.style == "day":
            window.perform("time.set", NOON)  # of the sun; values stay those of the present
        wait(RISING_MS)  # readings and cases come, the water rises
        _look(window, shot, twin)
        wait(SETTLING_MS)
        window.grab().save(str(path))


def _look(window: DeskWindow, shot: DeskShot, twin: TwinProject) -> None:
    """Open what the picture is about, and look at it."""
    station = next(one for one in twin.live.stations if one.id == shot.station)
    if shot.workspace == "river":
        window.perform(f"river.water_{shot.water}")
        window.perform("station.open", station.id)
    target = (station.x_m, station.y_m, 10.0)
    pose = CameraPose(target=target, heading_deg=shot.heading_deg, pitch_deg=shot.pitch_deg, distance_m=shot.distance_m)
    window.move_camera(pose, "camera")
