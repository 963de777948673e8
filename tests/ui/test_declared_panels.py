"""Panels that a layout declares: what they measure, that old values are told apart, and that every form is painted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.colour_count import colours_in
from sanping.domain.errors import ProjectInvalid
from sanping.domain.observation import Observation
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.twin.live import LiveState, with_observations
from sanping.twin.live_part import LivePart
from sanping.twin.river_view import river_view
from sanping.ui.wall.facts import Turn, WallFacts
from sanping.ui.wall.layout import read_layout
from sanping.ui.wall.panels.declared import Declared, Measure, Words, measured, ranked
from sanping.ui.wall.panels.declared_forms import FORMS
from sanping.ui.wall.series import resolved, wanted_of

pytestmark = pytest.mark.gui
NOW_MS = 1_790_000_000_000
LOADS = {"h1": 40.0, "h2": 90.0, "h3": 70.0}
PART = LivePart(
    stations=tuple(
        Station(id=name, name=Text(f"{name} 院", name), kinds=("site",), x_m=0.0, y_m=0.0, interval_s=60)
        for name in (*LOADS, "h4")
    )
)
HOSPITALS = Declared(
    title=Words(zh="机构负荷"),
    measures=(
        Measure(quantity="load", title=Words(zh="负荷"), unit=Words(zh="%"), decimals=0, warn=60, bad=85, top=100),
        Measure(quantity="beds", title=Words(zh="床位"), unit=Words(zh="张"), decimals=0, of="max"),
        Measure(quantity="load", title=Words(zh="平均"), of="mean"),
    ),
    stations=("h*",),
    lines=((Words(zh="一个号码"), Words(zh="12345")),),
)


def facts(old: tuple[str, ...] = ()) -> WallFacts:
    rows = [
        Observation(
            station=name, quantity=code, value=value, unit="", is_simulated=True, source="his",
            event_ms=NOW_MS - (3_600_000 if name in old else 1_000), received_ms=NOW_MS,
        )
        for name, load in LOADS.items()
        for code, value in (("load", load), ("beds", 10 * load))
    ]  # fmt: skip
    state = with_observations(LiveState(is_linked=True), rows)
    series = {("h1", "load"): tuple((float(NOW_MS - n * 600_000), 40.0 + n % 7) for n in range(100, -1, -1))}
    return WallFacts(
        now_ms=NOW_MS, view=river_view(PART, state, NOW_MS, {}), title=Text("医保", ""), part=PART, series=series
    )


def test_measures_put_stations_together() -> None:
    # given three institutions, a fourth that says nothing
    told = facts()

    # when they are measured
    said = {
        of: measured(told, Measure(quantity="load", of=of, decimals=1), HOSPITALS).said
        for of in ("sum", "mean", "max", "min", "count", "online")
    }
    share = measured(told, Measure(quantity="load", through="beds", scale=100.0, decimals=0), HOSPITALS)

    # then every way has its number
    assert said == {"sum": "200.0", "mean": "66.7", "max": "90.0", "min": "40.0", "count": "4.0", "online": "75.0"}
    assert share.said == "10"
    assert measured(told, Measure(quantity="nothing"), HOSPITALS).said == "—"


def test_limits_colour_and_what_is_old_is_stale() -> None:
    # given an institution that has not spoken for an hour
    told = facts(old=("h2",))

    # when they are ranked by load
    rows = {view.station.id: numbers[0] for view, numbers in ranked(told, HOSPITALS)}

    # then limits give colours, the old number is told apart, and who says nothing comes last
    assert list(rows) == ["h2", "h3", "h1", "h4"]
    assert [rows[name].colour is not None for name in rows] == [True, True, False, False]
    assert [rows[name].is_stale for name in rows] == [True, False, False, True]


def test_limits_may_hold_downward() -> None:
    # given a rate that is bad when it is low
    measure = Measure(quantity="load", warn=60, bad=50)

    # when institutions are measured
    rows = ranked(facts(), replace_measures(HOSPITALS, measure))

    # then the low ones are coloured
    assert {view.station.id for view, numbers in rows if numbers[0].colour is not None} == {"h1"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_is_painted_and_says_why_it_is_empty(qtbot: Any, form: Any, language: Any) -> None:
    # given a panel of a form, with numbers and without any
    told = replace(facts(), language=language)
    full, empty = (FORMS[form](declared) for declared in (HOSPITALS, Declared(title=Words(zh="空"))))

    # when both are painted
    pictures = [painted(panel, told) for panel in (full, empty)]

    # then there is more to see than the frame, and the two differ
    assert all(colours_in(picture) > 60 for picture in pictures)
    assert (pictures[0] != pictures[1]).any(axis=2).mean() > 0.01


@pytest.mark.parametrize(("scale", "is_long"), [(1.0, False), (12_345.678, True)])
def test_long_figures_stand_in_rows_where_they_would_crowd_one_another(qtbot: Any, scale: float, is_long: bool) -> None:
    # given four figures on a panel that is wide enough for four short ones
    measures = tuple(Measure(quantity="load", of=of, scale=scale, decimals=0) for of in ("sum", "mean", "max", "min"))
    panel = FORMS["numbers"](Declared(title=Words(zh="数"), measures=measures, stations=("h*",)))

    # when they are painted
    picture = painted(panel, facts())

    # then long ones take two rows, short ones stand in one
    is_bright = (picture[60:310, 20:540, :3].min(axis=2) > 200).any(axis=1)
    assert (is_bright[:85].any(), is_bright[165:].any()) == (is_long, is_long)


def test_a_layout_declares_panels_and_what_it_asks_for(tmp_path: Path) -> None:
    # given a layout with two panels of one form
    path = tmp_path / "16x9.toml"
    path.write_text(LAYOUT, encoding="utf-8")

    # when it is read
    layout = read_layout(path)

    # then both stand there, and the course is asked for of the first station that matches
    assert [region.panel for region in layout.panels] == ["bars", "bars", "course"]
    assert wanted_of(layout) == (("h*", "load", 12),)
    assert resolved(wanted_of(layout), PART) == {("h1", "load"): 12}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("show = { title", "shew = { title"), "panels"),
        (('panel = "bars", at = [0.0', 'panel = "clock", at = [0.0'), "panels[0]"),
        (("0.6, 0.0, 0.3", "0.2, 0.0, 0.3"), "panels[1]"),
    ],
)
def test_a_layout_that_cannot_be_names_its_place(tmp_path: Path, change: tuple[str, str], place: str) -> None:
    # given a layout with something wrong
    path = tmp_path / "16x9.toml"
    path.write_text(LAYOUT.replace(*change, 1), encoding="utf-8")

    # when it is read
    with pytest.raises(ProjectInvalid) as caught:
        read_layout(path)

    # then file and place are told
    assert caught.value.path == str(path)
    assert place in caught.value.place


def replace_measures(declared: Declared, *measures: Measure) -> Declared:
    return Declared(title=declared.title, measures=measures, stations=declared.stations)


def painted(panel: Any, told: WallFacts) -> Any:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter

    from sanping.ui.wall.brush import Brush
    from sanping.ui.wall.look import NIGHT

    image = QImage(560, 340, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    panel.paint(
        Brush(painter, NIGHT, 20.0, told.language), QRectF(4, 4, 552, 332), Turn(now=panel.content(told), share=1.0)
    )
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(340, 560, 4).copy()


LAYOUT = """
title = { zh = "机构", en = "Institutions" }
aspect = 1.7778
panels = [
  { panel = "bars", at = [0.0, 0.0, 0.3, 0.5], show = { title = { zh = "负荷" }, measures = [{ quantity = "load" }] } },
  { panel = "bars", at = [0.6, 0.0, 0.3, 0.5], show = { title = { zh = "床位" }, measures = [{ quantity = "beds" }] } },
  { panel = "course", at = [0.0, 0.6, 0.3, 0.3], show = { title = { zh = "过程" }, hours = 12, stations = [
    "h*",
  ], measures = [{ quantity = "load" }] } },
]
"""
