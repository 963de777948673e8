"""sanping.ui.streaming, sanping.ui.server_question, sanping.bootstrap.streams: tiles of a server on the desk's city."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from fakes.stepped_tileset import stepped_tileset
from fakes.tile_server import TileServer, serving
from sanping.analysis.stream_budget import Budget
from sanping.commands.streamed_layer import StreamState, loaded_words
from sanping.domain.text import Text
from sanping.stage.state import FeatureRef
from sanping.tiles.stream import StreamBudget
from sanping.ui.server_question import ServerQuestion
from sanping.ui.streaming import words_of

pytestmark = pytest.mark.gui
LEAST_BYTES = StreamBudget().least_bytes


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TileServer]:
    stepped_tileset(tmp_path / "city", depth=2)
    with serving(tmp_path / "city") as found:
        yield found


def assert_told(window: Any, qtbot: Any, stream: Any, title: str) -> None:
    """Check that catalogue and query tell how much of a stream of 21 tiles is loaded."""
    window.outgoing.do("catalogue")
    catalogue = window.outgoing.catalogue
    qtbot.waitUntil(lambda: "served" in catalogue._view.loaded, timeout=20_000)
    (line,) = catalogue.sets.findItems(title, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)[-1:]
    catalogue.sets.setCurrentItem(line)
    assert catalogue.facts.item(0, 0).text() == "此刻已载入"
    state = stream.state
    assert state.known == 21
    assert f"{state.loaded} 块瓦片，已知共 21 块，显示 {state.drawn} 块" in catalogue.facts.item(0, 1).text()
    catalogue.close()
    query = window.workbench.tools["query"]
    query.run()
    qtbot.waitUntil(lambda: "只查了已载入的部分" in query.answered.summary.text(), timeout=20_000)
    assert f"（{stream.state.loaded}/21 块瓦片）" in query.answered.summary.text()
    assert query.found is not None
    assert query.found.note is not None
    assert query.found.note.zh in query.answered.summary.text()


def test_a_server_s_tiles_come_with_the_view_once_one_agrees_and_its_end_is_told(
    desk: Any, qtbot: Any, server: TileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a layer that a twin declares on a server
    window = desk.window
    monkeypatch.setattr("sanping.ui.arriving.FAR_M", 1e9)
    entry = replace(
        window.content.project.layers[0], name="served", path=Path(server.url), url=server.url, needs_consent=True
    )

    # when it is to be opened, nothing is sent before a person agrees
    window.loading.open_layers((entry,))
    qtbot.waitUntil(lambda: any(box.isVisible() for box in window.findChildren(QMessageBox)), timeout=60_000)
    assert server.asked == []
    window.findChild(QMessageBox).accept()
    qtbot.waitUntil(lambda: "served" in window.content.layers, timeout=60_000)
    assert server.asked[0] == "/tileset.json"
    assert desk.kept[-1].tile_servers == "127.0.0.1"
    stream = window.content.layers["served"].opened.stream

    # and when one comes near, fine tiles are drawn
    def look(distance_m: float) -> None:
        pose = replace(window.state.stage.camera, target=stream.whole.extent.centre, pitch_deg=-50.0)
        window.move_camera(replace(pose, distance_m=distance_m), "test")

    look(1400.0)
    qtbot.waitUntil(lambda: len(stream.drawn) > 1 and stream.state.is_settled, timeout=60_000)
    assert min(stream.drawn) > 0

    # then an object under the pointer is known with what its tile says of it
    qtbot.waitUntil(
        lambda: window.content.layers["served"].content.feature_count == stream.shown.feature_count, timeout=60_000
    )
    assert stream.shown.feature_count < stream.whole.feature_count  # the coarse tile that they replace is not in it
    some = stream.parts[stream.drawn[0]].tiles[0].features.ids[0]
    facts = window.content.facts(FeatureRef(layer="served", id=some))
    assert dict(facts.attributes)["level"] == 1
    assert "已载入" in window.overlays.status.stream.text()
    window.viewport.grabFramebuffer()
    pick = window.city.pick(desk.pixel_of(some, "served").toPointF())
    assert pick is not None
    assert pick.layer == "served"

    # and that is what searches go by, which the layer says
    row = window.overlays.layers.rows["served"]
    assert "只及已载入的瓦片" in row.count.toolTip()
    assert row.count.text().isdecimal()

    # and the catalogue tells how much of it is loaded now, of how much; so does a query that goes by it
    assert_told(window, qtbot, stream, entry.title.zh)

    # when all layers together may use less than the view takes, it is drawn coarser, and that is told
    shared = window.streaming.following.shared
    shared.budget = replace(shared.budget, memory_bytes=3 * LEAST_BYTES)
    look(1300.0)
    qtbot.waitUntil(lambda: shared.is_short and shared.is_settled, timeout=60_000)
    qtbot.waitUntil(lambda: row.count.text().startswith("较粗"), timeout=60_000)
    assert "显示较粗" in window.overlays.status.stream.text()
    assert len(stream.parts) <= 3
    shared.budget = Budget()

    # and when the server goes, that is told, and what is there stays
    server.is_cut = True
    look(300.0)
    qtbot.waitUntil(lambda: stream.state.trouble is not None, timeout=60_000)
    qtbot.waitUntil(lambda: "服务中断" in window.overlays.status.stream.text(), timeout=60_000)
    assert "127.0.0.1" in window.overlays.status.stream.toolTip()
    assert "暂时载入不了" in window.overlays.messages.what.text()
    assert stream.drawn


def test_an_address_is_asked_for(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    question = ServerQuestion(window)
    question.ask_address("zh")
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue("  http://h/tileset.json ")

    with qtbot.waitSignal(question.named) as heard:
        dialog.accept()

    assert heard.args == ["http://h/tileset.json"]


def test_streams_are_told_in_words() -> None:
    assert words_of([]) is None
    assert words_of([StreamState(loaded=4)]) == Text("瓦片：已载入 4", "Tiles: 4 loaded")
    words = words_of([StreamState(loaded=4, loading=1, wanted=2, failed=3, trouble=Text("x", "x"), retry_s=7.6)])
    assert words is not None
    assert words.zh == "瓦片：已载入 4，正在载入 1，待载入 2，失败 3，服务中断，8 秒后重试"


def test_what_is_loaded_is_told_with_what_is_known_and_its_memory() -> None:
    # given a layer of which a part is loaded
    state = StreamState(loaded=12, known=1_585, drawn=8, used_bytes=15_400_000)

    # when it is told, then in both languages
    assert loaded_words(state) == Text(
        "12 块瓦片，已知共 1,585 块，显示 8 块，15.4 MB", "12 of 1,585 known tiles, 8 of them shown, 15.4 MB"
    )
