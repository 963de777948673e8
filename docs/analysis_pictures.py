"""Asks for each analysis at the desk, by mouse in the bundled twin, as it shall be seen in the documentation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from planner_desk import STEP_MS, View, click, look, wait
from sanping.domain.view import Point
from sanping.ui.desk import DeskWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked for: `tool`, what is clicked (world metres) by the key of its pick, and what the form is given.

    The clicks are made from straight above, then the city is looked at by `view`.
    """

    tool: str
    clicks: Mapping[str, Sequence[Point]]
    view: View
    numbers: Mapping[str, float] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)


GARDEN = (636650.0, 3459480.0, 5.0)
ANALYSES = (
    Asking(
        tool="sunlight", clicks={"middle": ((636782.0, 3459362.0, 4.0),)}, numbers={"radius": 150.0},
        choices={"rule": "shanghai/dwelling"}, view=((636790.0, 3459350.0, 20.0), 335.0, -38.0, 520.0),
    ),
    Asking(
        tool="sight",
        clicks={
            "eye": ((636600.0, 3459500.0, 5.0),),
            "targets": ((636550.0, 3459250.0, 74.0), (637008.0, 3459052.0, 158.0), (636683.0, 3459086.0, 135.0),
                        (636720.0, 3459420.0, 5.0)),
        },
        numbers={"target_m": 12.0}, view=((636745.0, 3459300.0, 20.0), 165.0, -32.0, 880.0),
    ),
    Asking(
        tool="viewshed", clicks={"eyes": (GARDEN,)}, numbers={"radius": 420.0},
        view=((636660.0, 3459430.0, 10.0), 10.0, -42.0, 1050.0),
    ),
    Asking(
        tool="sky", clicks={"middle": ((636800.0, 3459238.0, 4.0),)}, numbers={"radius": 180.0, "cell": 3.0},
        view=((636800.0, 3459200.0, 10.0), 20.0, -45.0, 560.0),
    ),
    Asking(
        tool="flood", clicks={}, numbers={"from_m": 3.4, "to_m": 4.6, "step_m": 0.2}, choices={"walls": "none"},
        view=((636600.0, 3459300.0, 10.0), 15.0, -38.0, 1250.0),
    ),
    Asking(
        tool="height", clicks={"middle": ((636760.0, 3459060.0, 4.0),)}, numbers={"above_m": 80.0, "radius": 380.0},
        view=((636760.0, 3459060.0, 50.0), 325.0, -26.0, 950.0),
    ),
    Asking(
        tool="noise", clicks={"sources": ((636690.0, 3459236.0, 4.0), (636830.0, 3459238.0, 4.0))},
        numbers={"power": 108.0, "radius": 180.0, "cell": 3.0}, view=((636770.0, 3459230.0, 15.0), 15.0, -40.0, 620.0),
    ),
    Asking(
        tool="pollution", clicks={"sources": ((636690.0, 3459236.0, 4.0),)},
        numbers={"rate": 6.0, "up": 12.0, "wind": 2.0, "radius": 400.0},
        choices={"pollutant": "no2", "direction": "315", "air": "D"},
        view=((636760.0, 3459140.0, 15.0), 335.0, -40.0, 850.0),
    ),
    Asking(
        tool="walk", clicks={"facilities": ((636772.0, 3459090.0, 4.0),)}, numbers={"minutes": 15.0},
        view=((636760.0, 3459150.0, 10.0), 0.0, -52.0, 2000.0),
    ),
    Asking(
        tool="earth",
        clicks={"corners": ((636560.0, 3459400.0, 5.0), (636720.0, 3459430.0, 5.0), (636740.0, 3459560.0, 5.0),
                            (636590.0, 3459580.0, 5.0))},
        view=((636650.0, 3459490.0, 5.0), 20.0, -42.0, 480.0),
    ),
    Asking(
        tool="skyline",
        clicks={"eye": ((636560.0, 3459470.0, 5.0),), "towards": ((636800.0, 3459100.0, 5.0),)},
        numbers={"wide": 100.0, "limit": 100.0}, view=((636720.0, 3459230.0, 50.0), 147.0, -11.0, 620.0),
    ),
)  # fmt: skip


def analyse(window: DeskWindow, asking: Asking) -> None:
    """Fill in the form, click in the city, and wait for what is found."""
    window.perform("analysis.clear")
    window.perform(f"analysis.{asking.tool}")
    panel = window.overlays.analysis
    for key, number in asking.numbers.items():
        panel.show_number(key, number)
    for key, choice in asking.choices.items():
        box, number = panel.boxes[key], panel.boxes[key].findData(choice)
        assert number >= 0, choice
        box.setCurrentIndex(number)
    for key, places in asking.clicks.items():
        panel.pick_asked.emit(key)
        click(window, places)
    look(window, asking.view)
    window.perform("analysis.run")
    while window.analysing.is_running:
        wait(STEP_MS)
    assert window.overlays.finding.finding is not None, panel.strip.text()
