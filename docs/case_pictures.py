"""Takes the pictures of governing at the desk: the sheet of a case, and that of a joint response to high water."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from desk_pictures import NOON
from phone_pictures import asked, bundled_hub
from planner_desk import View, look, open_desk, wait
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.client.link import HubLink
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.ui.desk import DeskWindow

NAMES = ("cases-1920x1080", "response-desk")
SETTLING_MS, RISING_MS = 25_000, 60_000
FED_BACK = "fed_back,checking,passed"  # with photos of before and after
FLOODED = {
    "plan": "flood", "note": "水位持续上涨，左岸出现渗水", "address": "江宁路桥上游左岸",
    "lon": 121.4327, "lat": 31.24822,
}  # fmt: skip
OVER_THE_BANK: View = ((636480.0, 3459380.0, 10.0), 110.0, -30.0, 700.0)
STEPS = (("command", "accept"), ("command", "finish"), ("command", "confirm"), ("pumps", "accept"), ("pumps", "finish"),
         ("patrol", "accept"), ("underpass", "accept"), ("sandbags", "accept"))  # fmt: skip


def take_cases(folder: Path, keep: Callable[[Path], None]) -> None:
    """Write both with one hub, whose invented people have worked for a while."""
    twin = replace(load_project(paths.default_twin()), style="day")
    settings = Settings(language="zh", animation_hz=0)
    with bundled_hub(folder, "daily") as (address, token):
        choice = HubChoice(address=address, token=token)
        with open_desk(twin, settings, choice) as window:
            window.perform("workspace.cases")
            window.perform("time.set", NOON)  # of the sun; values stay those of the present
            wait(RISING_MS)
            window.perform("case.open", asked(address, token, f"/cases?states={FED_BACK}")["lines"][0]["id"])
            keep(_settled(window, folder / "cases-1920x1080.png"))
            window.perform("case.leave")
            window.responding.open_response(responded(address, token))
            look(window, OVER_THE_BANK)
            keep(_settled(window, folder / "response-desk.png"))


def responded(address: str, token: str, steps: Sequence[tuple[str, str]] = STEPS) -> str:
    """Start a response and let its departments begin; return its id."""
    seat = HubLink(lambda: (address, token), screen="seat", kind="desk", name="值班长")
    seat.start()
    started = seat.command("response.start", FLOODED)
    assert started.ok, started.error_en
    for task, step in steps:
        answer = seat.command("response.step", {"response": started.about, "task": task, "step": step})
        assert answer.ok, answer.error_en
    seat.close()
    return started.about


def _settled(window: DeskWindow, path: Path) -> Path:
    wait(SETTLING_MS)
    window.grab().save(str(path))
    return path
