"""Takes the pictures of analyses, measures, profiles and sections at the desk, by day."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from analysis_pictures import ANALYSES, analyse
from planner_desk import MOST_BYTES, STEP_MS, click, look, opened, planner_desk, taken, wait
from sanping.domain.view import Point
from sanping.ui.desk import DeskWindow

AFTERNOON = datetime.fromisoformat("2026-11-21T14:00:00+08:00")
TOWER_ROOF = (636683.0, 3459086.0, 135.0)
SITE: tuple[Point, ...] = (
    (636560.0, 3459400.0, 5.0), (636720.0, 3459430.0, 5.0), (636740.0, 3459560.0, 5.0), (636590.0, 3459580.0, 5.0),
)  # fmt: skip


def take_planning(folder: Path, keep: Callable[..., None], names: Sequence[str] = ()) -> None:
    """Write a picture of each analysis and each tool, or those that are named."""
    with planner_desk(folder, "day", AFTERNOON) as window:
        for name, ask in ASKED.items():
            if not names or name in names:
                ask(window)
                keep(taken(window, folder / f"{name}.png"), most_bytes=MOST_BYTES)


def _measure(window: DeskWindow) -> None:
    """Measure a length over the river, the area of a site in the garden, and a tower."""
    tool = opened(window, "measure")
    across = ((636395.0, 3459300.0, 5.0), (636530.0, 3459290.0, 5.0))
    for kind, places in (("distance", across), ("area", SITE), ("building", (TOWER_ROOF,))):
        tool.choose(kind)
        click(window, places)
        QTest.keyClick(window.viewport, Qt.Key.Key_Return)
    look(window, ((636620.0, 3459360.0, 30.0), 165.0, -42.0, 950.0))


def _profile(window: DeskWindow) -> None:
    """Draw a profile over the river, the garden and the towers."""
    opened(window, "profile")
    click(window, ((636360.0, 3459330.0, 5.0), (637000.0, 3459290.0, 5.0)))
    QTest.keyClick(window.viewport, Qt.Key.Key_Return)
    look(window, ((636740.0, 3459300.0, 20.0), 350.0, -35.0, 950.0))


def _section(window: DeskWindow) -> None:
    """Cut the towers along a line from west to east: what lies south of it is taken away."""
    tool = opened(window, "section")
    tool.choose("upright")
    click(window, ((636560.0, 3459092.0, 4.0), (637120.0, 3459046.0, 4.0)))
    while window.section.is_working:
        wait(STEP_MS)
    look(window, ((636850.0, 3459080.0, 60.0), 5.0, -16.0, 760.0))


ASKED: Mapping[str, Callable[[DeskWindow], None]] = {
    **{f"analysis-{asking.tool}": partial(analyse, asking=asking) for asking in ANALYSES},
    "planning-measure": _measure, "planning-profile": _profile, "planning-section": _section,
}  # fmt: skip
NAMES = tuple(ASKED)
