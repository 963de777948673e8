"""Desks for pictures; a planner's is of a copy of the bundled twin, without a hub, its clock at the moment shown."""

import gc
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from sanping.bootstrap.desk import desk_window
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.domain.view import CameraPose, Point, StyleName
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.stage.projection import pixel_of
from sanping.stage.state import QualityName
from sanping.twin.project import TwinProject
from sanping.ui.desk import DeskWindow
from sanping.ui.status_bar import READY

SIZE, PICTURE_PX = (1920, 1080), (1600, 900)
STEP_MS, SETTLING_MS = 1_000, 4_000
MOST_BYTES = 250_000
LEFT = Qt.MouseButton.LeftButton
View = tuple[Point, float, float, float]
"""What is looked at, in world metres; heading and pitch in degrees; how far away, in metres."""


@contextmanager
def open_desk(twin: TwinProject, settings: Settings, choice: HubChoice) -> Iterator[DeskWindow]:
    """Open a desk and let go of it once its city has been shown; how long a frame takes here is nobody's concern."""
    gc.collect()  # a window that was closed ends here, in the thread that drew it
    window, opener, hubs = desk_window(twin, settings, choice)
    shown: list[bool] = []
    window.city_shown.connect(lambda: shown.append(True))
    window.resize(*SIZE)
    window.show()
    while not shown:
        wait(STEP_MS)
    window.overlays.status.frame.hide()
    try:
        yield window
    finally:
        window.close()
        opener.close()
        hubs.finish()


@contextmanager
def planner_desk(
    folder: Path, style: StyleName, moment: datetime, quality: QualityName = "soft"
) -> Iterator[DeskWindow]:
    """Open the desk; its panel of layers is away, which makes room for forms."""
    copied = folder / f"desk-{style}-{quality}" / paths.default_twin().name
    shutil.copytree(paths.default_twin(), copied)
    twin = replace(load_project(copied), style=style, moment=moment)
    settings = Settings(language="zh", animation_hz=0, quality=quality)
    with open_desk(twin, settings, HubChoice(is_wanted=False)) as window:
        window.running_time.stop()
        window.overlays.title.show_now(moment)
        window.perform("panel.layers")
        yield window


def wait(for_ms: int) -> None:
    """Let the window live on; unlike `QTest.qWait`, which holds the interpreter, this lets threads compute."""
    loop = QEventLoop()
    QTimer.singleShot(for_ms, loop.quit)
    loop.exec()


def look(window: DeskWindow, view: View) -> None:
    """Look at the city so."""
    target, heading, pitch, distance = view
    pose = CameraPose(target=target, heading_deg=heading, pitch_deg=pitch, distance_m=distance)
    window.move_camera(pose, "camera")
    wait(STEP_MS)


def opened(window: DeskWindow, tool: str) -> Any:
    """Open a tool in place of what was found before, and return it."""
    window.perform("analysis.clear")
    window.perform("workbench.clear")
    window.perform("tool.open", tool)
    window.say(READY)
    return window.workbench.present_tool


def click(window: DeskWindow, places: Sequence[Point]) -> None:
    """Click places from straight above their middle."""
    middle = [sum(part) / len(places) for part in zip(*places, strict=True)]
    look(window, ((middle[0], middle[1], 0.0), 0.0, -89.0, 1400.0))
    for place in places:
        at = pixel_of(window.state.stage.camera, place, window.viewport.size_px)
        assert at is not None
        QTest.mouseClick(window.viewport, LEFT, pos=QPoint(round(at[0]), round(at[1])))
        wait(STEP_MS)  # two soon after one another are a double click


def taken(window: DeskWindow, path: Path) -> Path:
    """Write what the window shows once everything is drawn; on a whole desk no column of a table is cut."""
    wait(SETTLING_MS)
    while not window.city.is_resting:
        wait(STEP_MS)
    smooth, whole = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.IgnoreAspectRatio
    window.grab().scaled(*PICTURE_PX, whole, smooth).save(str(path))
    return path
