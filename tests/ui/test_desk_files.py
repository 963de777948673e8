"""sanping.ui.arriving, sanping.ui.arrival_report, sanping.ui.crs_questions: files that come in, good and bad."""

import base64
import json
import struct
import threading
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QCheckBox, QMessageBox, QPushButton

from sanping.ui.crs_dialog import CrsDialog
from ui.tiny_twin import write_buildings, write_twin

pytestmark = pytest.mark.gui


def drop(window: Any, *paths: Path) -> None:
    """Drag files over the window and let them fall."""
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    spot = QPointF(400, 300)
    QApplication.sendEvent(window, QDragEnterEvent(spot.toPoint(), Qt.DropAction.CopyAction, files, buttons, keys))
    QApplication.sendEvent(window, QDropEvent(spot, Qt.DropAction.CopyAction, files, buttons, keys))


def test_a_dropped_file_becomes_a_layer(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given another file of buildings, next to those of the twin
    path = write_buildings(tmp_path / "more.city.json", "N", 3, east=400)

    # when it is dropped on the window
    drop(desk.window, path)
    qtbot.waitUntil(lambda: len(desk.window.content.layers) == 4, timeout=60_000)

    # then its buildings are there, can be found, and the file is among the recent ones
    assert desk.window.content.lines()[-1].count == 3
    assert any(found.id == "N2" for found in desk.window.content.find("N2"))
    assert desk.kept[-1].recent[0] == str(path)
    assert desk.window.state.stage.camera.target[0] == pytest.approx(636_540, abs=60)


def test_a_broken_file_says_what_is_wrong_and_changes_nothing(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a file that ends in the middle
    whole = write_buildings(tmp_path / "whole.city.json", "N", 3).read_bytes()
    broken = tmp_path / "broken.city.json"
    broken.write_bytes(whole[: len(whole) // 2])
    before = desk.window.content.lines(), desk.window.state.stage

    # when it is dropped
    drop(desk.window, broken)
    messages = desk.window.overlays.messages
    qtbot.waitUntil(messages.isVisible, timeout=60_000)

    # then the message names file, reason and what has become of the twin, and the twin is as it was
    assert "broken" in messages.what.text()
    assert str(broken) in messages.details.text()
    assert "孪生保持原样" in messages.details.text()
    assert (desk.window.content.lines(), desk.window.state.stage) == before


def write_tileset(folder: Path) -> None:
    """Write a tileset of one red triangle 20 m wide, and where it stands beside the buildings of the twin."""
    points = struct.pack("<9f", 0, 0, 0, 20, 0, 0, 0, 20, 0)
    uri = "data:application/octet-stream;base64," + base64.b64encode(points).decode()
    colour = {"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}}
    model = {
        "asset": {"version": "2.0"},
        "buffers": [{"byteLength": len(points), "uri": uri}],
        "bufferViews": [{"buffer": 0, "byteLength": len(points)}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3"}],
        "materials": [colour],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "material": 0}]}],
        "nodes": [{"mesh": 0, "name": "红"}],
    }
    folder.mkdir()
    (folder / "a.gltf").write_text(json.dumps(model), encoding="utf-8")
    root = {"geometricError": 0, "content": {"uri": "a.gltf"}}
    (folder / "tileset.json").write_text(json.dumps({"asset": {"version": "1.1"}, "geometricError": 1, "root": root}))
    (folder / "model.toml").write_text('crs = "EPSG:4549"\nposition = [636540.0, 3458000.0, 0.0]\n')


def test_a_dropped_folder_of_tiles_becomes_a_layer_and_what_is_not_read_says_how_to_convert(
    desk: Any, qtbot: Any, tmp_path: Path
) -> None:
    # given a folder with a tileset, and a tile of a format that is not read
    write_tileset(tmp_path / "新区瓦片")
    (tmp_path / "b.s3mb").write_bytes(b"\0\1 s3m")

    # when both are dropped
    drop(desk.window, tmp_path / "新区瓦片", tmp_path / "b.s3mb")
    qtbot.waitUntil(lambda: len(desk.window.content.layers) == 4, timeout=60_000)
    messages = desk.window.overlays.messages
    qtbot.waitUntil(messages.isVisible, timeout=60_000)

    # then the layer bears the name of the folder and its object the colour it brought, and the other is explained
    assert desk.window.content.lines()[-1].count == 1
    (content,) = [layer.content for name, layer in desk.window.content.layers.items() if "新区" in name]
    assert content.tiles[0].features.attributes[0]["base_colour"] == "#ff0000"
    assert "iDesktopX" in messages.details.text()


def test_an_unknown_file_is_refused_with_a_reason(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a file that is no model
    path = tmp_path / "notes.xyz"
    path.write_text("bonjour", encoding="utf-8")

    # when it is dropped
    drop(desk.window, path)
    messages = desk.window.overlays.messages
    qtbot.waitUntil(messages.isVisible, timeout=60_000)

    # then it says so, and no layer is left behind
    assert "notes" in messages.what.text() + messages.details.text()
    assert len(desk.window.content.lines()) == 3


def test_a_file_without_crs_is_asked_about_and_then_opened(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a file that names no coordinate reference system
    path = write_buildings(tmp_path / "nameless.city.json", "N", 2, east=400, crs=False)

    # when it is dropped and the person answers
    drop(desk.window, path)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(CrsDialog)), timeout=60_000)
    dialog = desk.window.findChildren(CrsDialog)[0]
    dialog.choose("EPSG:4549")
    dialog.accept()

    # then it is read in that system
    qtbot.waitUntil(lambda: len(desk.window.content.layers) == 4, timeout=60_000)
    assert desk.window.content.lines()[-1].count == 2


def test_a_file_far_from_the_twin_is_opened_on_its_own_when_the_person_wants(
    desk: Any, qtbot: Any, tmp_path: Path
) -> None:
    # given a file in the twin's system, 150 km away
    path = write_buildings(tmp_path / "far.city.json", "F", 2, east=150_000)

    # when it is dropped and the person is asked and wants it on its own
    drop(desk.window, path)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(QMessageBox)), timeout=60_000)
    (question,) = desk.window.findChildren(QMessageBox)
    assert "公里" in question.text()
    question.defaultButton().click()

    # then it is a twin of its own
    qtbot.waitUntil(lambda: desk.window.content.project.folder == tmp_path, timeout=60_000)
    qtbot.waitUntil(lambda: len(desk.window.content.layers) == 1, timeout=60_000)
    assert not desk.window.content.project.is_synthetic
    assert desk.window.content.lines()[-1].count == 2


def test_a_file_of_another_country_can_be_opened_on_its_own(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a file whose coordinates cannot lie in the twin's system
    path = write_buildings(tmp_path / "away.city.json", "A", 2)
    path.write_text(path.read_text(encoding="utf-8").replace("EPSG/0/4549", "EPSG/0/28992"), encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("[0.0, 0.0, 0.0]", "[-556000.0, -3000000.0, 0.0]"))

    # when it is dropped and the person wants it on its own
    drop(desk.window, path)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(CrsDialog)), timeout=60_000)
    dialog = desk.window.findChildren(CrsDialog)[0]
    dialog.alone_asked.emit()
    dialog.reject()
    qtbot.waitUntil(lambda: bool(desk.window.content.layers), timeout=60_000)

    # then it is a twin of its own, where the file says it is, and the way back is among the recent ones
    project = desk.window.content.project
    assert project.crs == "EPSG:28992"
    assert project.latitude_deg == pytest.approx(51.9, abs=1.0)
    assert not project.is_synthetic
    assert desk.window.state.home.target[0] == pytest.approx(80_060, abs=60)
    assert len(desk.kept[-1].recent) == 2


class Slow:
    """An opener that hangs in every file but the twin's own, as a huge model would."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.has_begun, self.may_end = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def open_layer(self, entry: Any, progress: Any) -> Any:
        if entry.name in ("buildings", "roads", "places"):
            return self._real.open_layer(entry, progress)
        self.has_begun.set()
        self.may_end.wait(20)
        return self._real.open_layer(entry, progress)


def test_a_running_import_is_cancelled_within_a_second(make_desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given an import that does not even look at the wish to stop
    slow: list[Slow] = []
    desk = make_desk(opener=lambda real: slow.append(Slow(real)) or slow[0])
    before = desk.window.content.lines(), desk.window.state.stage
    drop(desk.window, write_buildings(tmp_path / "huge.city.json", "H", 3))
    qtbot.waitUntil(slow[0].has_begun.is_set, timeout=60_000)
    assert desk.window.overlays.status.bar.isVisible()

    # when the person stops it
    begun = monotonic()
    qtbot.mouseClick(desk.window.overlays.status.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not desk.window.loading.is_busy, timeout=60_000)
    seconds = monotonic() - begun
    slow[0].may_end.set()
    qtbot.wait(300)

    # then it is over within a second, and the twin is as before, later too
    assert seconds < 1.0
    assert (desk.window.content.lines(), desk.window.state.stage) == before
    assert "已停止" in desk.window.overlays.status.message.text()


def test_another_twin_replaces_this_one(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given a twin in another folder, and a selected building
    from sanping.stage.state import FeatureRef

    folder = write_twin(tmp_path / "other")
    desk.window.select(FeatureRef(layer="buildings", id="B2"))

    # when its folder is dropped
    drop(desk.window, folder)
    qtbot.waitUntil(lambda: desk.window.content.project.folder == folder, timeout=60_000)
    qtbot.waitUntil(lambda: len(desk.window.content.layers) == 3, timeout=60_000)

    # then its layers are drawn, and nothing of the old one is selected
    assert desk.window.state.stage.selection == ()
    assert not desk.window.state.history.can_undo
    assert desk.picture().std() > 5
    assert desk.kept[-1].recent[0] == str(folder)


def test_screenshots_have_the_right_size(desk: Any, qtbot: Any) -> None:
    # given a small view
    desk.window.setMinimumSize(200, 150)
    desk.window.resize(320, 200)
    width, height = desk.window.viewport.size_px

    for action, factor in (("file.picture", 1), ("file.picture_2", 2), ("file.picture_4", 4)):
        # when a picture is asked for
        with qtbot.waitSignal(desk.window.loading.picture_saved, timeout=60_000) as saved:
            desk.window.perform(action)
        picture = QImage(str(saved.args[0]))

        # then it is so many times as large, and shows something; the window goes on as before
        assert (picture.width(), picture.height()) == (factor * width, factor * height)
        assert len({picture.pixelColor(x, picture.height() // 2).rgb() for x in range(0, picture.width(), 17)}) > 10
        assert desk.window.viewport.size_px == (width, height)
        assert str(saved.args[0]) in desk.window.overlays.status.message.text()


def test_twenty_files_at_once_are_opened_and_each_broken_one_is_named(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given fourteen good files, four broken ones, one of an unknown kind and one that is not there
    good = [write_buildings(tmp_path / f"g{n}.city.json", f"G{n}-", 1 + n, east=50 * n) for n in range(14)]
    whole = good[5].read_bytes()
    bad = [tmp_path / f"bad{n}.city.json" for n in range(4)]
    for number, path in enumerate(bad):
        path.write_bytes(whole[: 300 + 40 * number])
    unknown = tmp_path / "notes.xyz"
    unknown.write_text("bonjour", encoding="utf-8")
    paths = [*good, *bad, unknown, tmp_path / "gone.tif"]
    steps = len(desk.window.state.history.past)

    # when all twenty are dropped at once
    drop(desk.window, *paths)
    window, messages = desk.window, desk.window.overlays.messages
    qtbot.waitUntil(lambda: len(window.content.layers) == 3 + 14, timeout=120_000)
    qtbot.waitUntil(lambda: not (window.loading.is_busy or window.arriving.is_busy), timeout=60_000)

    # then one message counts both kinds and names each of the six
    assert "14" in messages.what.text()
    assert "6" in messages.what.text()
    assert all(path.name in messages.details.text() for path in paths[14:])
    assert not any(path.name in messages.details.text() for path in good)

    # and the good ones are all there, in the order of the drop, seen together after one step of the history
    assert [line.count for line in window.content.lines()[3:]] == list(range(1, 15))
    assert len(window.state.history.past) == steps + 1
    assert window.overlays.status.message.text() == "已打开 14 个文件"

    # and when the message has been read and one more file fails, only that one is spoken of
    messages.findChild(QPushButton).click()
    drop(window, bad[0])
    qtbot.waitUntil(messages.isVisible, timeout=60_000)
    assert messages.what.text() == "未能打开“bad0.city.json”"


def test_one_answer_is_enough_for_all_files_without_crs(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given four files that name no coordinate reference system
    paths = [write_buildings(tmp_path / f"n{n}.city.json", f"N{n}-", 2, east=50 * n, crs=False) for n in range(4)]

    # when they are dropped, and the first question is answered for all
    drop(desk.window, *paths)
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(CrsDialog)), timeout=60_000)
    (dialog,) = desk.window.findChildren(CrsDialog)
    dialog.choose("EPSG:4549")
    dialog.findChild(QCheckBox).click()
    dialog.accept()

    # then all four are open, and nobody was asked again
    qtbot.waitUntil(lambda: len(desk.window.content.layers) == 7, timeout=60_000)
    assert not [box for box in desk.window.findChildren(CrsDialog) if box.isVisible()]


def test_questions_about_files_come_one_after_the_other(desk: Any, qtbot: Any, tmp_path: Path) -> None:
    # given two files that name no coordinate reference system
    paths = [write_buildings(tmp_path / f"n{n}.city.json", f"N{n}-", 2, crs=False) for n in range(2)]

    # when they are dropped and both are left out
    drop(desk.window, *paths)
    asked = []
    for _ in paths:
        qtbot.waitUntil(lambda: any(d.isVisible() for d in desk.window.findChildren(CrsDialog)), timeout=60_000)
        qtbot.waitUntil(lambda: not desk.window.loading.is_busy, timeout=60_000)
        (dialog,) = (d for d in desk.window.findChildren(CrsDialog) if d.isVisible())
        asked.append(dialog)
        dialog.reject()

    # then there were two questions, and the twin is as it was
    assert len(asked) == 2
    assert len(desk.window.content.lines()) == 3
