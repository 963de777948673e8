import json
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

pytestmark = pytest.mark.gui


def test_the_twin_opens_with_all_its_layers_and_a_picture(desk: Any) -> None:
    # given a window on the twin

    # when it has loaded
    lines = desk.window.content.lines()

    # then every layer is there with its objects, and something is drawn
    assert {line.name: line.count for line in lines} == {"buildings": 12, "roads": 1, "places": 1}
    assert desk.picture().std() > 5
    assert desk.window.overlays.title.badge.isVisible()


def test_a_click_on_a_building_is_read_in_the_inspector(desk: Any, qtbot: Any) -> None:
    # given the pixel where a building stands
    spot = desk.pixel_of("B7")

    # when it is clicked
    qtbot.mouseClick(desk.window.viewport, Qt.MouseButton.LeftButton, pos=spot)

    # then the inspector tells about it
    inspector = desk.window.overlays.inspector
    assert inspector.isVisible()
    assert inspector.name.text() == "长寿大厦7号"
    values = inspector.values()
    assert values["编号"] == "B7"
    assert values["地址"] == "长寿路7号"
    assert values["用途"] == "住宅"
    assert any(value.endswith("三角面") for value in values.values())


def test_the_selected_object_is_copied_whole_or_by_value(desk: Any, qtbot: Any) -> None:
    # given a selected building
    qtbot.mouseClick(desk.window.viewport, Qt.MouseButton.LeftButton, pos=desk.pixel_of("B7"))

    # when it is copied, and then one value
    desk.window.book.action("edit.copy").trigger()
    whole = json.loads(QGuiApplication.clipboard().text())
    desk.window.overlays.inspector.copy_asked.emit("长寿路7号")

    # then both were on the clipboard
    assert whole["id"] == "B7"
    assert whole["attributes"]["measuredHeight"] == 80.0
    assert QGuiApplication.clipboard().text() == "长寿路7号"


def test_a_click_on_the_sky_selects_nothing(desk: Any, qtbot: Any) -> None:
    # given a selected building and a view of the horizon
    qtbot.mouseClick(desk.window.viewport, Qt.MouseButton.LeftButton, pos=desk.pixel_of("B7"))
    desk.window.perform("camera.move", desk.window.state.home.__class__(
        target=(636150.0, 3458120.0, 200.0), pitch_deg=15.0, distance_m=300.0))  # fmt: skip
    desk.picture()

    # when the sky is clicked
    qtbot.mouseClick(desk.window.viewport, Qt.MouseButton.LeftButton, pos=QPoint(550, 130))

    # then nothing is selected and the inspector goes
    assert desk.window.state.stage.selection == ()
    assert not desk.window.overlays.inspector.isVisible()


def test_the_pointer_shows_words_and_coordinates(desk: Any, qtbot: Any) -> None:
    # given the pixel of a building
    spot = desk.pixel_of("B7")

    # when the pointer rests there
    desk.point(spot)
    qtbot.waitUntil(desk.window.overlays.tip.isVisible, timeout=60_000)

    # then its name and height are beside it, and the status bar has metres of the twin
    assert desk.window.overlays.tip.text() == "长寿大厦7号  80.0 米"
    east, north = (float(part.replace(",", "")) for part in desk.window.overlays.status.coordinates.text().split(", "))
    assert abs(east - 636_180) < 40
    assert abs(north - 3_458_100) < 40

    # and when another reference system is chosen and the pointer moves
    desk.window.perform("crs.show", "GCJ-02")
    desk.point(spot + QPoint(1, 1))
    qtbot.waitUntil(lambda: "°" in desk.window.overlays.status.coordinates.text(), timeout=60_000)

    # then they are degrees of that system
    longitude = float(desk.window.overlays.status.coordinates.text().split("°")[0])
    assert 121.43 < longitude < 121.45
    assert desk.kept[-1].crs_shown == "GCJ-02"


def test_colours_by_an_attribute_have_a_legend_and_change_the_picture(desk: Any, qtbot: Any) -> None:
    # given the plain city
    before = desk.picture()
    colours = desk.window.overlays.colours

    # when the height is chosen in the panel
    colours.attribute.setCurrentIndex(colours.attribute.findData("measuredHeight"))
    colours.attribute.activated.emit(colours.attribute.currentIndex())
    after = desk.picture()

    # then the buildings change and the legend has a ramp
    assert desk.window.state.stage.colouring.attribute == "measuredHeight"
    assert abs(after - before).mean() > 0.5
    qtbot.waitUntil(lambda: colours.strip.height() >= 40, timeout=60_000)
