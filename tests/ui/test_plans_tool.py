"""Plans at the real desk by mouse and keys: an area, masses, a model, alternatives, what stays; kept in the twin."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from sanping.domain.ballot import Ballot, BallotChoice
from sanping.domain.label import Labels
from sanping.formats.plan_file import read_plan
from sanping.stage.projection import pixel_of
from sanping.twin.live import LiveState
from sanping.ui.workbench.plan_voting import part_around
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui
LEFT = Qt.MouseButton.LeftButton
AREA = ((70.0, 70.0), (210.0, 70.0), (210.0, 130.0), (70.0, 130.0))
"""An area in metres from the corner of the twin, around two buildings of forty metres, B6 and B7."""


@pytest.fixture
def plans(desk: Any, qtbot: Any, twin_folder: Path) -> Iterator[Any]:
    """Return the desk seen from above with the tool for plans open; what it kept goes at the end."""
    import shutil

    window = desk.window
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    window.perform("tool.open", "plans")
    yield desk
    shutil.rmtree(twin_folder / "plans", ignore_errors=True)


def at(window: Any, east: float, north: float, up: float = 0.0) -> QPoint:
    pixel = pixel_of(window.state.stage.camera, (WEST + east, SOUTH + north, up), window.viewport.size_px)
    return QPoint(round(pixel[0]), round(pixel[1]))


def clicked(qtbot: Any, window: Any, *corners: tuple[float, float]) -> None:
    for corner in corners:
        qtbot.mouseClick(window.viewport, LEFT, pos=at(window, *corner))


def draw(qtbot: Any, window: Any, wish: str, corners: tuple[tuple[float, float], ...]) -> None:
    """Draw an outline by clicks and Enter."""
    tool = window.workbench.present_tool
    window.viewport.grabFramebuffer()  # what is replaced is gone from the picture that is clicked into
    getattr(tool.form, wish).click()
    clicked(qtbot, window, *corners)
    qtbot.keyClick(window.viewport, Qt.Key.Key_Return)


def test_an_area_with_a_sketched_mass_replaces_what_stands_and_is_kept(
    plans: Any, qtbot: Any, twin_folder: Path
) -> None:
    # given the tool, and an area drawn around two buildings
    window = plans.window
    tool = window.workbench.present_tool
    before = plans.picture()
    draw(qtbot, window, "area", AREA)
    plan = tool.planning.book.present
    assert plan is not None
    assert np.allclose(plan.area, [(WEST + x, SOUTH + y) for x, y in AREA], atol=2.0)
    assert tool.planning.names() == {"buildings": {"B6": ("B6",), "B7": ("B7",)}}
    assert window.state.stage.scheme.gone == {"buildings": ("B6", "B7")}

    # when a mass of ten offices' storeys is drawn in it
    tool.form.storeys.setText("10")
    tool.form.use.setCurrentIndex(tool.form.use.findData("office"))
    draw(qtbot, window, "sketch", ((90.0, 80.0), (130.0, 80.0), (130.0, 110.0), (90.0, 110.0)))

    # then it stands where the buildings stood, chosen, with its figures
    mass = tool.planning.book.shown.masses[0]
    assert (mass.storeys, mass.use, mass.base_m) == (10, "office", pytest.approx(0.0, abs=0.1))
    assert tool.part == mass.id
    shown = window.state.stage.scheme
    assert [block.use for block in shown.masses] == ["office"]
    assert shown.figures.buildings == 1
    assert shown.figures.far == pytest.approx(1200 * 10 / 8400, rel=0.06)
    assert tool.found.table.item(0, 0).text() == "用地面积 (m²)"
    assert np.abs(plans.picture() - before).max() > 60

    # and it lies in the twin as a file that reads back the same
    folder = twin_folder / "plans" / plan.id
    assert read_plan(folder).alternatives[0].masses[0].outline == pytest.approx(np.array(mass.outline), abs=1e-3)

    # when the step is taken back and again and the area with it
    plans.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Backspace)
    assert not tool.planning.book.shown.masses
    qtbot.keyClick(window, Qt.Key.Key_Backspace)
    assert tool.planning.book.present is None

    # then the city is whole, and the plan was put aside, not erased
    assert window.state.stage.scheme is None
    assert (twin_folder / "plans" / "removed" / f"{plan.id}-1" / "plan.toml").is_file()


def test_alternatives_switch_by_number_chip_and_slider_and_buildings_are_kept_by_a_click(
    plans: Any, qtbot: Any
) -> None:
    # given an area with a mass in the first alternative, and a second one
    window = plans.window
    tool = window.workbench.present_tool
    draw(qtbot, window, "area", AREA)
    draw(qtbot, window, "sketch", ((90.0, 80.0), (130.0, 80.0), (130.0, 110.0), (90.0, 110.0)))
    tool.form.add.click()
    assert [one.name for one in tool.planning.book.present.alternatives] == ["方案 A", "方案 B"]
    assert window.state.stage.scheme.number == 2

    # when numbers are typed over the city, a chip is clicked and the slider moved
    numbers = []
    window.viewport.setFocus()
    for key in (Qt.Key.Key_1, Qt.Key.Key_0, Qt.Key.Key_2):
        qtbot.keyClick(window.viewport, key)
        numbers.append(window.state.stage.scheme.number)
    qtbot.mouseClick(tool.form.chips["a1"], LEFT)
    numbers.append(window.state.stage.scheme.number)
    tool.form.slider.setValue(2)
    numbers.append(window.state.stage.scheme.number)

    # then each shows its alternative, and no bookmark was visited
    assert numbers == [1, 0, 2, 1, 2]
    assert window.state.stage.camera.pitch_deg == pytest.approx(-85.0)

    # when a building of the area is clicked to be kept, though it is not drawn
    tool.form.keep.click()
    qtbot.mouseClick(window.viewport, LEFT, pos=at(window, 180.0, 100.0, 80.0))

    # then it stays, and the other goes; both states are compared
    assert window.state.stage.scheme.kept == {"buildings": ("B7",)}
    assert window.state.stage.scheme.hides == {"buildings": ("B6",)}
    assert window.state.stage.scheme.view == "compare"
    assert "B6" not in {window.city.pick(at(window, 100.0, 100.0, 70.0).toPointF()) or ""}

    # and a building outside the area is neither
    qtbot.mouseClick(window.viewport, LEFT, pos=at(window, 20.0, 20.0, 20.0))
    assert window.state.stage.scheme.kept == {"buildings": ("B7",)}


def test_a_vote_on_the_alternatives_is_opened_with_a_label_followed_and_closed(
    plans: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two alternatives of an area
    window = plans.window
    tool = window.workbench.present_tool
    draw(qtbot, window, "area", AREA)
    draw(qtbot, window, "sketch", ((90.0, 80.0), (130.0, 80.0), (130.0, 110.0), (90.0, 110.0)))
    tool.form.add.click()
    before = (tool.planning.book.alternative, tool.planning.view)

    # when a vote is opened on both, in a twin with labels, one lower than the person may see at most
    wished: list[tuple[str, Any]] = []
    vote = tool.found.vote
    assert vote.label.isHidden()
    labelled = replace(window.content.project, labels=Labels(is_declared=True, made={"votes": "sensitive"}))
    monkeypatch.setattr(window.content, "project", labelled)
    window.living.state_changed.emit(LiveState(clearance="internal"))
    assert vote.label.isVisibleTo(tool.found)
    assert vote.label.chosen == "internal"
    qtbot.keyClick(vote.label, Qt.Key.Key_Up)
    monkeypatch.setattr(type(window.living), "link", property(lambda _living: object()))
    monkeypatch.setattr(window.living, "wish", lambda action, arguments: wished.append((action, arguments)))
    qtbot.mouseClick(tool.found.vote.begin, LEFT)

    # then the hub gets both with a picture and their figures, small enough for a message, and the view is as it was
    (opened,) = wished
    assert (opened[0], opened[1]["label"]) == ("vote.open", "public")
    assert [choice["name"] for choice in opened[1]["choices"]] == ["方案 A", "方案 B"]
    assert all(choice["picture"].startswith("/9j/") for choice in opened[1]["choices"])
    assert len(msgspec.json.encode(opened[1])) < 60_000
    assert (tool.planning.book.alternative, tool.planning.view) == before

    # and what the hub counts is shown, until it is closed
    choices = tuple(BallotChoice(id=id, name=id) for id in ("a1", "a2"))
    ballot = Ballot(id="one", plan="p001", title="地块", choices=choices, counts=(2, 5), opened_ms=1, label="internal")
    window.living.state_changed.emit(LiveState(ballots={"one": ballot}))
    assert [bar.value() for bar in tool.found.vote.bars] == [2, 5]
    assert "7 票" in tool.found.vote.said.text()
    assert (vote.badge.isVisibleTo(vote), vote.badge.text(), vote.label.isHidden()) == (True, "内部", True)
    assert not tool.found.vote.begin.isVisibleTo(tool.found)
    qtbot.mouseClick(tool.found.vote.end, LEFT)
    assert wished[-1] == ("vote.close", {"ballot": "one"})


def test_a_mass_is_dragged_typed_and_removed_and_a_model_without_coordinates_is_placed(
    plans: Any, qtbot: Any, tmp_path: Path
) -> None:
    # given an area with a mass that is chosen
    window = plans.window
    tool = window.workbench.present_tool
    draw(qtbot, window, "area", AREA)
    draw(qtbot, window, "sketch", ((90.0, 80.0), (120.0, 80.0), (120.0, 110.0), (90.0, 110.0)))
    roof_m = tool.planning.book.shown.masses[0].height_m

    # when it is dragged by forty metres east, and then typed to twenty storeys
    start, end = at(window, 105.0, 95.0, roof_m), at(window, 145.0, 95.0, roof_m)
    qtbot.mousePress(window.viewport, LEFT, pos=start)
    plans.point(end, LEFT)
    qtbot.mouseRelease(window.viewport, LEFT, pos=end)
    east = np.mean([x for x, _ in tool.planning.book.shown.masses[0].outline]) - WEST
    tool.form.storeys.setText("20")
    tool.form.storeys.editingFinished.emit()

    # then it moved and grew
    assert east == pytest.approx(145.0, abs=2.0)
    assert tool.planning.book.shown.masses[0].storeys == 20

    # when a model without coordinates is imported, placed by a click, and turned by a number
    model = tmp_path / "scheme.obj"
    model.write_text(OBJ, encoding="utf-8")
    tool.import_model(model)
    qtbot.waitUntil(lambda: bool(tool.planning.book.shown.models), timeout=30_000)
    assert tool.mode == "place"
    clicked(qtbot, window, (180.0, 95.0))
    tool.form.turn.setText("90")
    tool.form.turn.editingFinished.emit()
    model_there = tool.planning.book.shown.models[0]

    # then it stands there with its blocks, and the detailed model takes their place on the desk
    assert model_there.placement.at[:2] == pytest.approx((WEST + 180.0, SOUTH + 95.0), abs=2.0)
    assert (model_there.placement.turn_deg, len(model_there.masses)) == (90.0, 1)
    assert window.state.stage.scheme.figures.buildings == 2
    layer = window.state.stage.scheme.models[0].layer
    qtbot.waitUntil(lambda: layer in window.city._scene._content.names, timeout=30_000)

    # and Delete takes away what is chosen
    plans.come_to_front(qtbot)
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    assert not tool.planning.book.shown.models
    plans.picture()
    assert layer not in window.city._scene._content.names


OBJ = """o block
v 0 0 0
v 10 0 0
v 10 0 -20
v 0 0 -20
v 0 15 0
v 10 15 0
v 10 15 -20
v 0 15 -20
f 1 4 3 2
f 5 6 7 8
f 1 2 6 5
f 2 3 7 6
f 3 4 8 7
f 4 1 5 8
"""


def test_the_picture_of_a_choice_is_the_part_of_the_view_around_the_area() -> None:
    # given views of 1920 by 1080 in which the area is small, large, at the edge, and out of sight
    small = [(900.0, 500.0), (1000.0, 500.0), (1000.0, 560.0)]
    views = (small, [(10.0, 10.0), (1900.0, 1070.0)], [(1700.0, 20.0), (1919.0, 150.0)], [(-5.0, 20.0)])

    # when the part for a picture is chosen
    parts = [part_around((1920, 1080), pixels) for pixels in views]

    # then it lies around the area, never finer than the view's own pixels, and all of it within the view
    assert (parts[0].size().toTuple(), parts[0].center().toTuple()) == ((320, 200), (949, 529))
    assert [part.size().toTuple() for part in (parts[1], parts[3])] == [(1728, 1080)] * 2
    assert (parts[2].right(), parts[2].top()) == (1919, 0)
    assert parts[2].width() == pytest.approx(1.3 * 219, abs=40)
    assert all(part.left() >= 0 and part.bottom() <= 1079 for part in parts)
