"""Console, recorder and player at the real desk, by mouse and keys; what is recorded gives the same unseen."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer

from sanping.bootstrap.console import names_at
from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.bootstrap.replaying import UnseenDesk
from sanping.cli.scripts import run_script
from sanping.commands.session import CLICK
from sanping.formats.project import load_project
from sanping.formats.session_file import read_session
from sanping.stage.projection import pixel_of
from sanping.ui.workbench.console_tool import console_maker
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui


def typed(qtbot: Any, tool: Any, *lines: str) -> str:
    """Type lines at the console, and return all that it says."""
    for line in lines:
        qtbot.keyClicks(tool.line, line)
        qtbot.keyClick(tool.line, Qt.Key.Key_Return)
    return str(tool.output.toPlainText())


@pytest.fixture
def window(make_desk: Any, qtbot: Any, twin_folder: Path) -> Any:
    """A desk with a console, in the planner's workspace."""
    own = hubs(HubChoice(is_wanted=False), load_project(twin_folder))
    window = make_desk(tools=[console_maker(names_at(own))]).window
    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    return window


def opened(qtbot: Any, window: Any, name: str) -> Any:
    """Open a tool by its button."""
    qtbot.mouseClick(window.overlays.workbench.buttons[name], Qt.MouseButton.LeftButton)
    return window.workbench.present_tool


def test_console_and_recorder_do_what_a_person_does_and_repeat_it(
    window: Any, qtbot: Any, twin_folder: Path, tmp_path: Path
) -> None:
    # given a desk whose console was used
    lead_by_console(window, qtbot)

    # when a view, a layer, a tool's click and a dialog are recorded, and kept as session and script
    tool = recorded(window, qtbot)
    kept, script = tmp_path / "kept.jsonl", tmp_path / "kept.py"
    tool.write(kept, is_script=False)
    tool.write(script, is_script=True)

    # then each stands in the list as a line, and what cannot be repeated is counted
    names = [step.name for step in tool.session.steps]
    assert names == [
        "bookmark.visit",
        "layer.visible",
        "tool.open",
        CLICK,
        "tool.open",
        *["tool.type"] * 4,
        "tool.open",
    ]
    assert tool.session.steps[5].arguments == ("section", "chip1", True)
    assert tool.lines.item(0).text() == "desk.perform('bookmark.visit', 2)"
    assert "1" in tool.told.text().split("；")[1]

    # when the desk is changed, and the session is opened from its file and replayed
    end, points = window.state.stage, window.workbench.tools["points"]
    first = points.places[0]
    points.do("clear")
    window.perform("view.style")
    window.perform("layer.visible", "roads", True)
    section, query = window.workbench.tools["section"], window.workbench.tools["query"]
    section.do("clear")
    query.asked.empty()
    tool.open_session(kept)
    window.perform("view.style")
    window.sessions.play(tool.session, speed=0.0)
    qtbot.waitUntil(lambda: not window.sessions.is_playing and not window.flight.is_flying, timeout=20_000)

    # then the desk shows the same, and the tool has its place again
    assert window.state.stage.camera == end.camera
    assert not window.state.stage.layer("roads").is_visible
    assert points.places[0] == pytest.approx(first, abs=2.0)

    # and what was typed and chosen in the forms of tools stands there again
    assert section.cutting.plane.origin[2] == 45.0
    assert section.fields.caps.isChecked() is False
    assert window.overlays.analysis.numbers["radius"].number == 90.0

    # and so does a desk without a window, save what tools did, and the script
    unseen = UnseenDesk(load_project(twin_folder))
    assert set(unseen.play(read_session(kept))) == {CLICK, "tool.type"}
    assert (unseen.state.stage.camera, unseen.state.stage.style) == (end.camera, end.style)
    text = script.read_text(encoding="utf-8").replace("'tiny'", repr(str(twin_folder)))
    script.write_text(text.replace('desk.picture("session.png")', "print(desk.stage.camera.pitch_deg)"))
    assert run_script(script) == 0


def lead_by_console(window: Any, qtbot: Any) -> None:
    """Type Python: values, a function, a mistake, the twin, an action, and an endless loop that is stopped."""
    console = opened(qtbot, window, "console")
    said = typed(qtbot, console, "6 * 7", "def twice(x):", "    return 2 * x", "", "twice(21.5)", "1 / 0",
                 "twin.names", "perform('view.style')")  # fmt: skip
    assert "\n42\n" in said
    assert "\n43.0\n" in said
    assert "ZeroDivisionError" in said
    assert "'buildings'" in said
    assert window.state.stage.style == "day"
    qtbot.keyClicks(console.line, "per")
    qtbot.keyClick(console.line, Qt.Key.Key_Tab)
    assert console.line.text() == "perform("
    console.line.clear()
    qtbot.keyClick(console.line, Qt.Key.Key_Up)
    assert console.line.text() == "perform('view.style')"
    console.line.clear()
    presser = QTimer(console)
    presser.timeout.connect(lambda: qtbot.mouseClick(console.stop, Qt.MouseButton.LeftButton))
    console.line.setText("while console_may_go_on(): pass")
    console.interpreter.locals["console_may_go_on"] = lambda: True
    presser.start(50)
    assert "KeyboardInterrupt" in typed(qtbot, console, "", "")
    presser.stop()
    assert not console.interpreter.is_running


def cut_by_form(window: Any, qtbot: Any) -> None:
    """Cut the city at a typed height without closing the cut, and type a radius into the form of an analysis."""
    left = Qt.MouseButton.LeftButton
    fields = opened(qtbot, window, "section").fields
    qtbot.mouseClick(fields.chips["level"], left)
    fields.level.clear()
    qtbot.keyClicks(fields.level, "45")
    qtbot.keyClick(fields.level, Qt.Key.Key_Return)
    qtbot.mouseClick(fields.caps, left, pos=QPoint(8, fields.caps.height() // 2))
    radius = window.overlays.analysis.numbers["radius"]
    radius.setText("90")
    radius.editingFinished.emit()


def recorded(window: Any, qtbot: Any) -> Any:
    """Record a session, and return its tool."""
    tool = opened(qtbot, window, "session")
    qtbot.mouseClick(tool.record, Qt.MouseButton.LeftButton)
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    window.overlays.layers.visible_asked.emit("roads", False)
    opened(qtbot, window, "points")
    at = pixel_of(window.state.stage.camera, (WEST + 140.0, SOUTH + 60.0, 0.0), window.viewport.size_px)
    qtbot.mouseClick(window.viewport, Qt.MouseButton.LeftButton, pos=QPoint(round(at[0]), round(at[1])))
    cut_by_form(window, qtbot)
    opened(qtbot, window, "session")
    window.perform("help.keys")
    window.overlays.help.close_sheet()
    qtbot.mouseClick(tool.record, Qt.MouseButton.LeftButton)
    return tool
