"""Measures, profiles and sections at the real desk: clicks, the rubber band, keys, lists and exports."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage

from sanping.analysis.cutting import Cutting
from sanping.analysis.sections import level_plane
from sanping.commands.desk_state import Outcome
from sanping.stage.projection import pixel_of
from sanping.ui.workbench.profile_chart import chart_frame
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton


def pixel(window: Any, east: float, north: float, up: float = 0.0) -> QPoint:
    """Return where a place is drawn."""
    at = pixel_of(window.state.stage.camera, (WEST + east, SOUTH + north, up), window.viewport.size_px)
    return QPoint(round(at[0]), round(at[1]))


def figures(tool: Any) -> dict[str, float]:
    """Return the figures of the last measurement by their English titles."""
    return {figure.title.en: figure.value for figure in tool.measurements[-1].figures}


def test_a_planner_measures_by_mouse_and_keys(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given the desk from above, with the tool that its key opens
    window = desk.window
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    window.perform("workspace.planning")
    desk.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_R)
    tool = window.workbench.present_tool
    assert tool.name == "measure"
    desk.picture()

    # when everything is measured in turn, then each figure is right
    measure_a_line(desk, qtbot, tool)
    measure_an_area(desk, qtbot, tool)
    measure_the_rest(desk, qtbot, tool)
    use_the_list(desk, qtbot, tool, tmp_path)
    draw_a_profile(desk, qtbot, tmp_path)
    cut_the_city(desk, qtbot, tmp_path)
    see_ghosts(desk, qtbot)


def measure_a_line(desk: Any, qtbot: Any, tool: Any) -> None:
    window, view = desk.window, desk.window.viewport

    # when a line runs over two corners of the roof of B2 (30 m high), and the pointer goes on
    for east, north in ((80.0, 0.0), (120.0, 0.0)):
        qtbot.mouseClick(view, LEFT, pos=pixel(window, east, north, 30.0) + QPoint(3, 2))
    desk.point(pixel(window, 120.0, 40.0, 30.0) + QPoint(-3, 2))
    qtbot.waitUntil(lambda: len(window.workbench.marks.marks("measure catch")) == 1, timeout=20_000)

    # then it was caught at exactly those corners, a square says so, and the rubber band tells the length so far
    assert tool.places == [pytest.approx((WEST + east, SOUTH, 30.0), abs=1e-3) for east in (80.0, 120.0)]
    assert window.workbench.marks.marks("measure catch")[0].dot_shape == "square"
    band = window.workbench.marks.marks("measure")[-1]
    assert (band.is_dashed, len(band.points)) == (True, 3)
    assert band.words.en == "Slope length 80.00 m"

    # when the third is clicked, taken back by its key, clicked again, and Enter ends the line
    corner = pixel(window, 120.0, 40.0, 30.0) + QPoint(-3, 2)
    qtbot.mouseClick(view, LEFT, pos=corner)
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert len(tool.places) == 2
    qtbot.mouseClick(view, LEFT, pos=corner)
    qtbot.keyClick(view, Qt.Key.Key_Return)

    # then the list has it, with the length on the earth by the scale of the projection there
    assert not tool.places
    assert figures(tool)["Slope length"] == pytest.approx(80.0, abs=1e-3)
    assert figures(tool)["Length on the earth"] == pytest.approx(80.0 / 1.00022855, abs=0.005)
    assert "1.00022" in tool.list.scale.text()
    assert [mark.words.en for mark in window.workbench.marks.marks("measure")[1:]] == ["40.00 m", "40.00 m"]


def measure_an_area(desk: Any, qtbot: Any, tool: Any) -> None:
    window, view = desk.window, desk.window.viewport

    # when an area is closed by a double click on its third corner
    qtbot.mouseClick(tool.form.chips["area"], LEFT)
    for east, north in ((80.0, 0.0), (120.0, 0.0), (120.0, 40.0)):
        qtbot.mouseClick(view, LEFT, pos=pixel(window, east, north, 30.0))
    qtbot.mouseDClick(view, LEFT, pos=pixel(window, 120.0, 40.0, 30.0))
    qtbot.mouseRelease(view, LEFT, pos=pixel(window, 120.0, 40.0, 30.0))

    # then the triangle is half the roof, and the camera did not fly
    assert figures(tool)["Area in plan"] == pytest.approx(800.0, abs=0.1)
    assert not window.flight.is_flying
    assert not tool.places


def measure_the_rest(desk: Any, qtbot: Any, tool: Any) -> None:
    window, view = desk.window, desk.window.viewport

    # when a building, an angle and a height are measured, and one is begun and given up
    qtbot.mouseClick(tool.form.chips["building"], LEFT)
    qtbot.mouseClick(view, LEFT, pos=desk.pixel_of("B7"))
    assert figures(tool)["Height over the foot"] == pytest.approx(80.0, abs=1e-3)
    assert figures(tool)["Volume"] == pytest.approx(40.0 * 40.0 * 80.0, rel=1e-6)
    qtbot.mouseClick(tool.form.chips["angle"], LEFT)
    for east, north in ((120.0, 0.0), (80.0, 0.0), (80.0, 40.0)):
        qtbot.mouseClick(view, LEFT, pos=pixel(window, east, north, 30.0))
    assert figures(tool)["Angle"] == pytest.approx(90.0, abs=1e-2)
    qtbot.mouseClick(tool.form.chips["height"], LEFT)
    qtbot.mouseClick(view, LEFT, pos=pixel(window, 100.0, 60.0))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not tool.places
    qtbot.mouseClick(view, LEFT, pos=pixel(window, 100.0, 60.0))
    qtbot.mouseClick(view, LEFT, pos=pixel(window, 80.0, 40.0, 30.0))
    assert figures(tool)["Rise"] == pytest.approx(30.0, abs=0.5)
    assert [one.kind for one in tool.measurements] == ["distance", "area", "building", "angle", "height"]


def use_the_list(desk: Any, qtbot: Any, tool: Any, tmp_path: Path) -> None:
    window, view = desk.window, desk.window.viewport

    # when the table is copied and written, and the second measurement is taken out
    qtbot.mouseClick(tool.list.copy, LEFT)
    tool.write(tmp_path / "m.csv")
    lines = len(tool.lines())
    assert len(QGuiApplication.clipboard().text().splitlines()) == lines + 1
    assert len(list(csv.reader((tmp_path / "m.csv").read_text("utf-8-sig").splitlines()))) == lines + 1
    area = next(row for row in range(lines) if tool.list.table.item(row, 0).text() == "2")
    tool.list.table.selectRow(area)
    qtbot.mouseClick(tool.list.remove, LEFT)

    # then the others remain, and Delete takes all away
    assert [one.kind for one in tool.measurements] == ["distance", "building", "angle", "height"]
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert not tool.measurements
    assert not window.workbench.marks.marks("measure")


def draw_a_profile(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    window, view = desk.window, desk.window.viewport

    # when a line is drawn over the roofs of B1 and B2 by the profile tool, and ended by Enter
    qtbot.keyClick(window, Qt.Key.Key_U)
    tool = window.workbench.present_tool
    assert tool.name == "profile"
    for east in (-20.0, 130.0):
        qtbot.mouseClick(view, LEFT, pos=pixel(window, east, 20.0))
    qtbot.keyClick(view, Qt.Key.Key_Return)

    # then the chart has both, as wide and as high as they are
    profile = tool.profile
    assert [cut.shape.area for cut in profile.silhouettes] == pytest.approx([40.0 * 20.0, 40.0 * 30.0], rel=0.01)
    assert "2 个对象" in tool.figures.text()

    # when the pointer is over the roof of B2 in the chart
    frame = chart_frame(profile, tool.chart.width(), tool.chart.height())
    middle = profile.silhouettes[1].shape.centroid.x
    qtbot.mouseMove(tool.chart, frame.at(middle, 10.0).toPoint())

    # then the same place is marked on its roof in the city
    qtbot.waitUntil(lambda: len(window.workbench.marks.marks("profile")) == 2, timeout=20_000)
    place = window.workbench.marks.marks("profile")[1].points[0]
    assert place == pytest.approx((WEST + 100.0, SOUTH + 20.0, 30.0), abs=1.5)

    # and it is written as a table, a drawing and a picture
    for ending in ("csv", "svg", "png"):
        assert tool.write(tmp_path / f"p.{ending}")
    assert len((tmp_path / "p.csv").read_text("utf-8-sig").splitlines()) == len(profile.distance_m) + 1
    assert "<path" in (tmp_path / "p.svg").read_text("utf-8")
    assert QImage(str(tmp_path / "p.png")).width() == 2400
    assert not tool.write(tmp_path / "nowhere" / "p.csv")

    # and Delete takes it away
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert tool.profile is None
    assert not window.workbench.marks.marks("profile")


def cut_the_city(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    window, view = desk.window, desk.window.viewport

    # when the city is cut at 45 m, typed, by the section tool
    qtbot.keyClick(window, Qt.Key.Key_C)
    tool = window.workbench.present_tool
    assert tool.name == "section"
    whole = desk.picture()
    qtbot.mouseClick(tool.form.chips["level"], LEFT)
    tool.form.level.clear()
    qtbot.keyClicks(tool.form.level, "45")
    qtbot.keyClick(tool.form.level, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(tool.planes), timeout=20_000)

    # then the nine blocks that are higher have faces of 40 m by 40 m, in the picture in the colour of their class
    assert tool.drawing.classes[0].objects == 9
    assert tool.drawing.classes[0].area_m2 == pytest.approx(9 * 1600.0, rel=1e-4)
    at = pixel(window, 20.0, 180.0, 45.0)
    red, blue = desk.picture()[at.y(), at.x()][[2, 0]]
    assert red > blue + 40
    assert tuple(whole[at.y(), at.x()]) != tuple(desk.picture()[at.y(), at.x()])

    # and a click on a face selects its building, one where its top was selects it no more
    qtbot.mouseClick(view, LEFT, pos=at)
    assert window.state.stage.selection[0].id == "B9"

    # when the height is dragged, then the faces follow
    tool.form.level_slider.setValue(850)
    qtbot.waitUntil(lambda: bool(tool.planes) and tool.planes[0].plane.origin[2] == 85.0, timeout=20_000)
    assert tool.drawing.classes[0].objects == 5

    # and it is written for CAD and for paper
    assert tool.write(tmp_path / "s.dxf")
    assert tool.write(tmp_path / "s.svg")
    assert (tmp_path / "s.svg").read_text("utf-8").count("<path") == tool.drawing.classes[0].objects

    # when another screen shows the city whole, then cut lower, then the form says so and the picture follows
    section = window.state.stage.section
    assert section.cutting == tool.cutting
    for shown in (None, replace(section, cutting=Cutting(plane=level_plane(25.0), cuts_ground=True))):
        window.take(Outcome(state=replace(window.state, stage=replace(window.state.stage, section=shown))))
    assert (tool.kind, tool.fields.level.number, tool.fields.ground.isChecked()) == ("level", 25.0, True)
    qtbot.waitUntil(lambda: bool(tool.planes) and tool.planes[0].plane.origin[2] == 25.0, timeout=20_000)
    assert tool.drawing.classes[0].objects == 11

    # when a line cuts upright through B1 and B2, and a box through half of B1
    qtbot.mouseClick(tool.form.chips["upright"], LEFT)
    for east in (-20.0, 130.0):
        qtbot.mouseClick(view, LEFT, pos=pixel(window, east, 20.0))
    qtbot.waitUntil(lambda: bool(tool.planes), timeout=20_000)
    assert [face.shape.area for _, face in tool.planes[0].faces[:2]] == pytest.approx([800.0, 1200.0], rel=0.01)
    qtbot.mouseClick(tool.form.chips["box"], LEFT)
    for place in ((-20.0, -20.0), (60.0, 20.0)):
        qtbot.mouseClick(view, LEFT, pos=pixel(window, *place))
    qtbot.waitUntil(lambda: bool(tool.planes), timeout=20_000)
    assert tool.drawing.classes[0].area_m2 == pytest.approx(40.0 * 20.0, rel=0.05)


def see_ghosts(desk: Any, qtbot: Any) -> None:
    window, tool = desk.window, desk.window.workbench.present_tool

    # when nothing is cut any more by Delete, and everything but the selected B9 is a ghost
    qtbot.keyClick(window.viewport, Qt.Key.Key_Delete)
    assert not tool.cutting.does_anything
    whole = desk.picture()
    qtbot.mouseClick(tool.form.xray, LEFT, pos=QPoint(8, tool.form.xray.height() // 2))
    assert tool.cutting.is_xray
    ghosts = desk.picture()

    # then the others are mostly holes, and the selected one is as it was
    def changed(name: str) -> float:
        at = desk.pixel_of(name)
        box = slice(at.y() - 4, at.y() + 5), slice(at.x() - 4, at.x() + 5)
        return float((np.abs(ghosts[box] - whole[box]).sum(axis=2) > 12).mean())

    assert changed("B6") > 0.4
    assert changed("B9") < 0.1
