"""Takes the pictures of tools for views at the desk, by night: swipe, panes, annotations, flight and printed sheet."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from planner_desk import MOST_BYTES, SETTLING_MS, STEP_MS, View, click, look, opened, planner_desk, taken, wait
from sanping.domain.view import Point
from sanping.ui.desk import DeskWindow

EVENING = datetime.fromisoformat("2026-11-21T18:40:00+08:00")
OVER_THE_BEND: View = ((636700.0, 3459300.0, 20.0), 160.0, -24.0, 1300.0)
OVER_THE_GARDEN: View = ((636700.0, 3459380.0, 10.0), 160.0, -36.0, 720.0)
STOPS: tuple[tuple[str, View], ...] = (
    ("梦清园", ((636660.0, 3459480.0, 10.0), 20.0, -28.0, 620.0)),
    ("苏州河湾", ((636500.0, 3459300.0, 10.0), 120.0, -22.0, 800.0)),
    ("长寿路", ((636900.0, 3458900.0, 30.0), 160.0, -20.0, 900.0)),
    ("全景", OVER_THE_BEND),
)
SITE: tuple[Point, ...] = (
    (636550.0, 3459330.0, 5.0), (636710.0, 3459360.0, 5.0), (636740.0, 3459540.0, 5.0), (636600.0, 3459560.0, 5.0),
)  # fmt: skip
NOTES: tuple[tuple[str, str, str, tuple[Point, ...]], ...] = (
    ("polygon", "#5ad1ff", "梦清园改造范围", SITE),
    ("arrow", "#ff6b6b", "慢行入口", ((636800.0, 3459515.0, 5.0), (636735.0, 3459500.0, 5.0))),
    ("point", "#ffd250", "公示牌", ((636760.0, 3459580.0, 5.0),)),
)
SHEET_TITLE, SHEET_SCALE, SHEET_PX = "苏州河普陀段梦清园片区平面图", 2000.0, 1600


def take_views(folder: Path, keep: Callable[..., None], names: Sequence[str] = ()) -> None:
    """Write a picture of each tool, or of those that are named, and the sheet that one of them prints."""
    with planner_desk(folder, "night", EVENING, "high") as window:
        for name, ask in ASKED.items():
            if not names or name in names:
                ask(window)
                keep(taken(window, folder / f"{name}.png"), most_bytes=MOST_BYTES)
        if not names or SHEET in names:
            keep(_sheet(window, folder / f"{SHEET}.png"), most_bytes=MOST_BYTES)


def _swipe(window: DeskWindow) -> None:
    """Show the night beside midday."""
    tool = opened(window, "swipe")
    look(window, OVER_THE_BEND)
    _drawn(tool)


def _panes(window: DeskWindow) -> None:
    """Show the city in four panes."""
    tool = opened(window, "panes")
    tool.count.setCurrentIndex(tool.count.findData(4))
    look(window, OVER_THE_BEND)
    _drawn(tool)


def _drawn(tool: object) -> None:
    """Wait until other sides are drawn, which begins once the camera rests."""
    wait(SETTLING_MS)
    while tool._drawing.is_busy:  # type: ignore[attr-defined]
        wait(STEP_MS)


def _notes(window: DeskWindow) -> None:
    """Draw a site, an arrow and a place, and write their words."""
    tool = opened(window, "notes")
    for kind, colour, words, places in NOTES:
        tool.form.kind_asked.emit(kind)
        tool.form.colour_asked.emit(colour)
        click(window, places)
        QTest.keyClick(window.viewport, Qt.Key.Key_Return)
        tool.form.words_typed.emit(words)
        tool.form.measuring_asked.emit(kind != "point")
    look(window, OVER_THE_GARDEN)


def _flight(window: DeskWindow) -> None:
    """Record a flight of four views and keep it."""
    tool = opened(window, "flight")
    for number, (title, view) in enumerate(STOPS):
        look(window, view)
        tool.record_view()
        tool.list.title_typed.emit(number, title)
    tool.heading.setText("苏州河巡航")
    tool.keep_flight()


def _sheet(window: DeskWindow, path: Path) -> Path:
    """Lay out a plan of the garden by day, at a true scale, and write it as small as a page shows it."""
    window.perform("tool.open", "print")  # nothing is cleared first: annotations are printed, too
    tool = window.workbench.present_tool
    tool.paper.setCurrentIndex(tool.paper.findData("A3"))
    tool.kind.setCurrentIndex(tool.kind.findData(SHEET_SCALE))
    tool.heading.setText(SHEET_TITLE)
    look(window, OVER_THE_GARDEN)
    tool.preview()
    while tool.page is None:
        wait(STEP_MS)
    tool.page.scaledToWidth(SHEET_PX, Qt.TransformationMode.SmoothTransformation).save(str(path))
    return path


ASKED: Mapping[str, Callable[[DeskWindow], None]] = {
    "views-swipe": _swipe, "views-panes": _panes, "views-flight": _flight, "views-notes": _notes,
}  # fmt: skip
SHEET = "views-print-a3"
NAMES = (*ASKED, SHEET)
