"""From a filled form to a study, without a window."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from fakes.small_city import CENTRE, block_city, river, slope, streets
from sanping.commands.analysis_actions import TOOLS, ToolName
from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer
from sanping.domain.errors import InputError
from sanping.domain.note import Note
from sanping.domain.text import Text
from sanping.formats.aerodromes import load_runway_rules
from sanping.formats.sunlight_rules import load_sunlight_rules
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.stage.notes_shown import ShownNotes
from sanping.stage.state import FeatureRef
from sanping.twin.project import LayerEntry, TwinProject
from sanping.ui.analysis.asking import Asked, CityLayers, drawn_areas, layers_of, needed, picked, study_of
from sanping.ui.analysis.tools import FORMS, ChoiceAsk, NumberAsk

X, Y = CENTRE[0], CENTRE[1]
RUNWAYS = load_runway_rules(Path(__file__).parents[2] / "assets" / "aerodromes" / "annex14.toml")
RULES = Path(__file__).parents[2] / "assets" / "sunlight"


def entry(name: str, role: str) -> LayerEntry:
    title = Text(name, name)
    return LayerEntry(name=name, title=title, role=role, path=Path(name), options=ReadOptions(), group=title)  # type: ignore[arg-type]


def layers() -> CityLayers:
    contents = (("buildings", block_city()), ("terrain", slope()), ("water", river()), ("roads", streets()))
    loaded = {
        name: LoadedLayer(opened=OpenedLayer(entry=entry(name, name), content=content)) for name, content in contents
    }
    return layers_of(loaded, lambda _: True)


def project() -> TwinProject:
    return TwinProject(
        folder=Path(), title=Text("城", "City"), crs="EPSG:4549", vertical_datum="", latitude_deg=31.2,
        longitude_deg=121.4, is_synthetic=True, layers=(), bookmarks=(), style="night",
        moment=datetime.fromisoformat("2026-11-21T18:40:00+08:00"), attribution=Text("", ""),
    )  # fmt: skip


def filled(tool: ToolName, **numbers: float) -> Asked:
    """A form as it is proposed, with three places for every pick."""
    form, book = FORMS[tool], load_sunlight_rules(RULES / "beijing.toml")
    choices = {ask.key: ask.choices[0][0] for ask in form.fields if isinstance(ask, ChoiceAsk) and ask.choices}
    proposed = {ask.key: ask.number for ask in form.fields if isinstance(ask, NumberAsk)}
    spots = [(X, Y, 4.0), (X + 60.0, Y + 220.0, 4.5), (X + 90.0, Y + 20.0, 4.5)]
    return Asked(
        tool=tool, numbers=proposed | numbers, choices=choices | {"rule": "r", "runway": "w"},
        places={pick.key: spots for pick in form.picks if not pick.is_building},
        buildings={key: [FeatureRef(layer="buildings", id="b50")] for key in ("plan", "landmark")},
        rules={"r": book.rules[0]}, runways={"w": RUNWAYS[0]},
        moment=datetime.fromisoformat("2026-06-21T12:00:00+08:00"),
    )  # fmt: skip


@pytest.mark.parametrize("tool", [name for name, _, _ in TOOLS])
def test_every_form_as_proposed_gives_a_finding_with_something_to_draw(tool: ToolName) -> None:
    # given a city and the form of an analysis, coarse so that it is quick
    asked = filled(tool, **({"cell": 20.0} if tool in ("sky", "viewshed") else {}) | {"radius": 90.0, "to_m": 8.0})

    # when it is studied
    found = study_of(asked, layers(), project())(SilentProgress())

    # then it says something, how it was found, and has a layer in the colours of its legend
    assert found.id == tool
    assert found.summary.zh
    assert found.method.en
    drawn = np.concatenate([found.facets.values, found.strokes.values])
    assert np.isfinite(drawn).any()
    assert len(found.places) in (0, found.rows)


def test_the_stage_of_the_limits_that_is_chosen_counts() -> None:
    # given sulphur dioxide by the limits that hold now, and by those from 2031 on
    now = filled("pollution", radius=90.0)
    now = replace(now, choices=now.choices | {"pollutant": "so2"})
    later = replace(now, choices=now.choices | {"stage": "2031"})

    # when both are studied
    both = [study_of(form, layers(), project())(SilentProgress()) for form in (now, later)]

    # then each tells its limit and where that is written
    assert "500 µg/m³（GB 3095-2026, 2026-2030, 1 h）" in both[0].method.zh
    assert "150 µg/m³（GB 3095-2026, 2031-, 1 h）" in both[1].method.zh


def test_a_wind_that_is_chosen_blows_one_way() -> None:
    # given pollution in the worst wind, and in one from the south
    worst = filled("pollution", radius=90.0)
    south = replace(worst, choices=worst.choices | {"direction": "180", "air": "D"})

    # when both are studied
    both = [study_of(form, layers(), project())(SilentProgress()) for form in (worst, south)]

    # then the latter spares half of the ground, and both tell what was assumed
    spared = [float((found.facets.values == 0.0).mean()) for found in both]
    assert spared[0] == 0.0
    assert spared[1] > 0.2
    assert ["最不利" in both[0].method.zh, "180°" in both[1].method.zh] == [True, True]


def test_hidden_buildings_and_dry_lines_are_left_out() -> None:
    # given a city whose buildings are hidden
    loaded = {"buildings": LoadedLayer(opened=OpenedLayer(entry=entry("b", "buildings"), content=block_city()))}

    # when its layers are put together
    found = layers_of(loaded, lambda _: False)

    # then there are none
    assert not found.buildings
    assert found.terrain is None


def test_what_was_picked_stands_in_the_city_with_its_circle() -> None:
    # given three places of a viewshed, and none
    asked = filled("viewshed", radius=100.0)
    nothing = Asked(tool="viewshed", numbers={})

    # when they are drawn
    found = picked(asked)

    # then there are three posts and a circle of 100 m around the first
    assert picked(nothing) is None
    assert found is not None
    assert len(found.strokes.ends) == 3 + 96
    rim = found.strokes.ends[3:, 0, :2] - (X, Y)
    assert np.hypot(rim[:, 0], rim[:, 1]) == pytest.approx(100.0)


def test_a_corridor_and_a_cone_are_surfaces_of_their_own() -> None:
    # given both kinds of limits
    from dataclasses import replace

    forms = [replace(filled("height"), choices={"kind": kind}) for kind in ("corridor", "cone")]

    # when they are studied
    corridor, cone = (study_of(form, layers(), project())(SilentProgress()) for form in forms)

    # then each names its surface
    assert "View corridor" in corridor.method.en
    assert "Cone of 12.5 %" in cone.method.en


def test_a_path_is_looked_along_at_equal_distances() -> None:
    # given two corners 150 m apart, and eyes every 50 m
    places = {"eyes": [(X, Y + 60.0, 4.0), (X + 150.0, Y + 60.0, 4.0)]}
    asked = replace(filled("viewshed", radius=60.0, cell=20.0, apart=50.0), places=places)

    # when the view along it is studied
    found = study_of(asked, layers(), project())(SilentProgress())

    # then four eyes look: what is seen is a share in quarters
    assert len(found.legend.steps) == 5
    assert set(np.unique(found.facets.values)) <= {0.0, 0.25, 0.5, 0.75, 1.0}


def test_a_runway_without_length_is_refused() -> None:
    asked = replace(filled("aerodrome"), places={"ends": [(X, Y, 4.0), (X + 3.0, Y, 4.0)]})

    with pytest.raises(InputError):
        study_of(asked, layers(), project())(SilentProgress())


def test_drawn_areas_and_picked_corners_are_plots_and_nothing_else_has_to_be_picked() -> None:
    # given annotations of which two are areas, and the form of sunlight for plots with three corners picked
    area = ((X, Y, 4.0), (X + 30.0, Y, 4.0), (X + 30.0, Y + 30.0, 4.0))
    first = Note(id="a", kind="polygon", points=area, words="操场\n很大")
    notes = ShownNotes(notes=(first, replace(first, id="b", kind="line"), replace(first, id="c", words="")))
    base = filled("sunlight", share=50.0)
    asked = replace(base, choices=base.choices | {"on": "plots"}, places={"plot": area}, drawn=drawn_areas(notes))

    # when it is studied
    found = study_of(asked, layers(), project())(SilentProgress())

    # then each is a row by its name, and only a form without any asks for corners
    assert [name for name, _ in asked.plots] == ["操场", "地块 2", "地块 3"]
    assert found.rows == 3
    assert needed(asked) == []
    assert [(pick.key, pick.least) for pick in needed(replace(asked, drawn=(), places={}))] == [("plot", 3)]
    assert [pick.key for pick in needed(base)] == ["middle"]
