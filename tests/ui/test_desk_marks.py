"""The real window on layers of the bundled twin: stations, places and roads are pointed at, clicked and found."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication

from sanping.bootstrap.opener import TwinOpener
from sanping.commands.finding import Found
from sanping.formats.project import load_project
from sanping.settings.settings import Settings
from sanping.stage.projection import pixel_of
from sanping.stage.state import FeatureRef
from sanping.ui.application import create_application
from sanping.ui.desk import DeskWindow

pytestmark = pytest.mark.gui

LAYERS = ("terrain", "water", "roads", "bridges", "places", "facilities")


@pytest.fixture
def suhe(qtbot: Any, tmp_path: Path, repository: Path) -> Iterator[Any]:
    """Open a window on some layers of the bundled twin, in front of its first station."""
    create_application("zh", repository / "assets")
    settings = Settings(language="zh", animation_hz=0, quality="soft")
    whole = load_project(repository / "cim_models" / "suhe")
    project = replace(whole, layers=tuple(entry for entry in whole.layers if entry.name in LAYERS))
    opener = TwinOpener(settings)
    opener.opened_twin(project)
    window = DeskWindow(
        project,
        opener=opener,
        settings=settings,
        keep_settings=lambda changed: None,
        assets=repository / "assets",
        pictures=tmp_path / "pictures",
    )
    window.resize(1500, 900)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.city_shown, timeout=120_000):
        window.show()
    qtbot.waitUntil(lambda: len(window.content.layers) == len(LAYERS), timeout=60_000)
    station = FeatureRef(layer="facilities", id="facility-001")
    place = window.content.facts(station).place
    look_at(window, place)
    yield SimpleNamespace(window=window, station=station, place=place)
    window.close()
    opener.close()


def look_at(window: Any, place: tuple[float, float, float]) -> None:
    """Look at a place from the south, and draw."""
    home = window.state.home
    window.perform("camera.move", replace(home, target=place, heading_deg=0.0, pitch_deg=-50.0, distance_m=320.0))
    window.viewport.grabFramebuffer()


def mark_of(suhe: Any) -> QPoint:
    """Return the widget point of the station's mark, four metres above the ground."""
    east, north, ground = suhe.place
    spot = pixel_of(suhe.window.state.stage.camera, (east, north, ground + 4.0), suhe.window.viewport.size_px)
    assert spot is not None
    return QPoint(round(spot[0]), round(spot[1]))


def test_a_click_on_a_station_is_read_in_the_inspector_and_copied(suhe: Any, qtbot: Any) -> None:
    # given the mark of a station of the bundled twin, drawn above a bridge
    before = suhe.window.viewport.grabFramebuffer()

    # when it is clicked and copied
    qtbot.mouseClick(suhe.window.viewport, Qt.MouseButton.LeftButton, pos=mark_of(suhe))
    suhe.window.book.action("edit.copy").trigger()

    # then the inspector reads its name and attributes, all of it is on the clipboard, and the picture shows it
    inspector = suhe.window.overlays.inspector
    assert suhe.window.state.stage.selection == (suhe.station,)
    assert inspector.isVisible()
    assert inspector.name.text() == "中山路桥监测站"
    assert inspector.values()["编码"] == "SZH00001"
    copied = json.loads(QGuiApplication.clipboard().text())
    assert copied["id"] == "facility-001"
    assert copied["attributes"]["kind"] == "monitoring_station"
    assert suhe.window.viewport.grabFramebuffer() != before


def test_the_pointer_near_a_mark_names_the_station(suhe: Any) -> None:
    # given the pointer eight pixels beside the mark
    suhe.window.pointing.point(QPointF(mark_of(suhe) + QPoint(8, 0)))

    # when it rests there
    suhe.window.pointing._on_due()

    # then the station is named
    assert suhe.window.overlays.tip.text() == "中山路桥监测站"


def test_a_station_found_by_name_is_selected_in_the_picture(suhe: Any, qtbot: Any) -> None:
    # given the locator, asked for a sluice far away
    suhe.window.perform("edit.find")
    suhe.window.overlays.locator.box.setText("真如港水闸")
    found: Found = suhe.window.overlays.locator.results()[0]

    # when it is taken
    suhe.window.overlays.locator.chosen.emit(found)
    suhe.window.viewport.grabFramebuffer()

    # then it is selected, and the middle of the view is its mark
    labels = suhe.window.city._scene._content._label_layers()["facilities"]
    names = [labels.named(index)[0] for index in labels.placed.indices.tolist()]
    assert suhe.window.state.stage.selection == (FeatureRef(layer="facilities", id=found.id),)
    assert found.id in names
    assert suhe.window.overlays.inspector.name.text() == "真如港水闸"


def test_where_nothing_stands_the_water_is_picked(suhe: Any, qtbot: Any) -> None:
    # given a point of the creek away from bridges and marks
    shape = suhe.window.content.layers["water"].content.geometries[0]
    east, north = shape.representative_point().coords[0]
    look_at(suhe.window, (east, north, 2.7))

    # when the middle of the view is clicked
    width, height = suhe.window.viewport.size_px
    qtbot.mouseClick(suhe.window.viewport, Qt.MouseButton.LeftButton, pos=QPoint(width // 2, height // 2))

    # then the creek is read about
    assert suhe.window.state.stage.selection == (FeatureRef(layer="water", id="water-001"),)
    assert suhe.window.overlays.inspector.name.text() == "苏州河（吴淞江）"


def test_no_label_lies_under_a_panel(suhe: Any) -> None:
    # given the whole city, full of names
    suhe.window.perform("camera.move", suhe.window.state.home)
    suhe.window.viewport.grabFramebuffer()
    layers: dict[str, Any] = suhe.window.city._scene._content._label_layers()

    # when the plates are compared with the panels
    height = suhe.window.viewport.height()
    plates = [plate for layer in layers.values() for plate in layer.placed.plates.tolist()]
    panels = suhe.window.overlays.covered()

    # then there are names, and none lies under a panel or is cut by the edge
    assert len(plates) > 3
    for west, south, east, north in plates:
        assert 0 <= west < east <= suhe.window.viewport.width()
        for left, top, right, bottom in panels:
            assert east <= left or west >= right or height - south <= top or height - north >= bottom


def test_layers_keep_the_order_of_the_tree_whatever_arrives_first(make_desk: Callable[..., Any]) -> None:
    # given a window that has loaded
    content = make_desk().window.content
    in_order = tuple(content.layers)

    # when a layer arrives once more, last
    first = content.layers["buildings"]
    arrival = SimpleNamespace(layer=first, named=content._named["buildings"], choices=content._choices["buildings"])
    content.layers.pop("buildings")
    content.take(arrival)

    # then the order is that of the tree
    assert in_order == ("buildings", "roads", "places")
    assert tuple(content.layers) == in_order
    assert content.choices()[0][0] == "buildings"
