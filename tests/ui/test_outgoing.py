"""sanping.ui.outgoing: the form of an export, the work beside the window, and the window of the catalogue."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from sanping.bootstrap.exporting import HereJobs, export
from sanping.bootstrap.opener import TwinOpener
from sanping.commands.desk_actions import ACTIONS, GESTURES
from sanping.commands.loaded_layer import loaded
from sanping.domain.catalogue import Catalogue, ServiceLine
from sanping.domain.text import Text
from sanping.formats.outgoing.parcel import Parcel
from sanping.formats.outgoing.writing import Exported
from sanping.formats.project import load_project
from sanping.ports.progress import Progress, SilentProgress
from sanping.settings.settings import Settings
from sanping.stage.state import FeatureRef

pytestmark = pytest.mark.gui


class SmallDesk:
    """What of a desk goes out: a small city that is open, without the view over it."""

    def __init__(self, project: Any, layers: list[Any], window: Any, export: Any) -> None:
        from sanping.ui.desk_content import DeskContent
        from sanping.ui.live.living import Living, no_hub
        from sanping.ui.loading import Arrival
        from sanping.ui.outgoing.outgoing import Outgoing
        from sanping.ui.twin_show import first_state

        self.content = DeskContent(project)
        for opened in layers:
            self.content.take(Arrival(loaded(opened)))
        self.state = first_state(project)
        self.living = Living(no_hub, lambda: datetime.fromisoformat("2026-11-21T09:30:00+08:00"), window)
        self.said: list[Text] = []
        self.outgoing = Outgoing(self, window, export)

    def perform(self, name: str, *arguments: object) -> None:
        decide = ACTIONS[name].decide if name in ACTIONS else GESTURES[name]
        outcome = decide(self.state, *arguments)
        self.state = outcome.state
        for effect in outcome.effects:
            assert effect.kind == "hand_out"
            self.outgoing.do(effect.argument)

    def say(self, text: Text) -> None:
        self.said.append(text)


@pytest.fixture(scope="module")
def opened(twin_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[Any], Settings]:
    """The tiny twin, its layers, and the settings whose cache holds them."""
    settings = Settings(cache_folder=tmp_path_factory.mktemp("cache"))
    project = load_project(twin_folder)
    opener = TwinOpener(settings, HereJobs())
    return project, list(opener.open_layers(project, SilentProgress())), settings


@pytest.fixture
def desk(qtbot: Any, repository: Path, opened: tuple[Any, list[Any], Settings]) -> Iterator[SmallDesk]:
    from PySide6.QtWidgets import QWidget

    from sanping.ui.application import create_application

    create_application("zh", repository / "assets")
    project, layers, settings = opened

    def run(parcel: Parcel, progress: Progress) -> Exported:
        return export(parcel, settings, progress, HereJobs())

    window = QWidget()
    qtbot.addWidget(window)
    made = SmallDesk(project, layers, window, run)
    yield made
    made.outgoing.stop()
    made.living.close()


def form_of(desk: SmallDesk, qtbot: Any) -> Any:
    desk.perform("file.export")
    form = desk.outgoing.models.exporting.dialog
    assert form is not None
    return form


def test_selected_buildings_become_a_geopackage_while_the_window_goes_on(
    desk: SmallDesk, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given two selected buildings, and somebody who names a file
    desk.perform("object.select", FeatureRef(layer="buildings", id="B3"))
    target = tmp_path / "two"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    form = form_of(desk, qtbot)
    assert form.chosen_scope() == "selection"
    form.format.setCurrentIndex(form.format.findData("gpkg"))

    # when they are exported
    with qtbot.waitSignal(desk.outgoing.models.exporting.exported, timeout=20_000):
        qtbot.mouseClick(form.go, Qt.MouseButton.LeftButton)

    # then the file has the suffix of its format, holds them alone, and the form says so
    path = tmp_path / "two.gpkg"
    assert pyogrio.read_arrow(path)[1]["id"].to_pylist() == ["B3"]
    assert "已导出 1 个对象" in form.said.text()
    assert not form.is_busy
    form.close()


def test_the_form_offers_what_each_format_takes(desk: SmallDesk, qtbot: Any) -> None:
    # given the form, with nothing selected
    desk.perform("edit.deselect")
    desk.perform("layer.visible", "roads", False)
    form = form_of(desk, qtbot)

    # when formats and contents are chosen
    names, can_be_lighter = {}, {}
    for format in ("3dtiles", "cityjson", "geoparquet"):
        form.format.setCurrentIndex(form.format.findData(format))
        names[format] = (form.crs.isEnabled(), not form.smaller.isHidden(), form.about.text())
        form.lighter.setCurrentIndex(form.lighter.count() - 1)
        can_be_lighter[format] = (not form.lighter.isHidden(), form.plan(Path("x")).lightening.keep_share)
    form.scope.setCurrentIndex(form.scope.findData("visible"))
    visible = form.chosen_layers()
    form.scope.setCurrentIndex(form.scope.findData("all"))

    # then 3D Tiles have a fixed CRS, meshes can be made smaller, and hidden layers are no part of what is visible
    assert names["3dtiles"][:2] == (False, True)
    assert names["cityjson"][:2] == (True, False)
    assert can_be_lighter == {"3dtiles": (True, 0.1), "cityjson": (True, 0.1), "geoparquet": (False, 1.0)}
    assert len({about for _, _, about in names.values()}) == 3
    assert "roads" not in visible
    assert set(form.chosen_layers()) == {"buildings", "roads", "places"}
    assert form.scope.findData("selection") < 0
    desk.perform("layer.visible", "roads", True)
    form.close()


def test_an_export_that_cannot_be_says_why_and_leaves_nothing(
    desk: SmallDesk, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given somebody who names a file in a folder that is not there, and one who ticks nothing
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "x.glb"), ""))
    form = form_of(desk, qtbot)
    form.scope.setCurrentIndex(form.scope.findData("all"))
    for row in range(form.layers.count()):
        form.layers.item(row).setCheckState(Qt.CheckState.Unchecked)
    qtbot.mouseClick(form.go, Qt.MouseButton.LeftButton)
    assert "勾选" in form.said.text()
    form.layers.item(0).setCheckState(Qt.CheckState.Checked)

    # when it is exported
    with qtbot.waitSignal(desk.outgoing.models.exporting.failed, timeout=20_000):
        qtbot.mouseClick(form.go, Qt.MouseButton.LeftButton)

    # then the form says what to do
    assert "文件夹不存在" in form.said.text()
    form.close()


def test_the_catalogue_lists_open_layers_with_their_facts_and_the_hub_s_counts(desk: SmallDesk, qtbot: Any) -> None:
    # given a desk without a hub
    desk.perform("file.catalogue")
    window = desk.outgoing.catalogue
    qtbot.waitUntil(lambda: window.sets.topLevelItemCount() > 0, timeout=20_000)

    # when a set is looked at
    group = window.sets.topLevelItem(0)
    lines = {group.child(row).text(0): group.child(row) for row in range(group.childCount())}
    window.sets.setCurrentItem(lines["建筑"])
    facts = dict(rows_of(window.facts))

    # then its metadata are there, and it says that no hub serves
    assert facts["CIM 级别"].startswith("CIM2")
    assert facts["许可"] == "Apache-2.0"
    assert facts["对象数"] == "12"
    assert facts["坐标系"] == "EPSG:4549"
    assert "没有连接中枢" in window.note.text()

    # when a hub tells how often its services were asked
    from sanping.ui.outgoing.catalogue_lines import merged, own_cards

    service = ServiceLine(
        id="features", title_zh="要素服务", title_en="Features", standard="OGC API – Features 1.0", path="/api/v1/ogc",
        collections=9, a_minute=17, an_hour=120, total=400, sent_bytes=2_500_000,
    )  # fmt: skip
    own = own_cards(tuple(desk.content.layers.values()), desk.content.project)
    window.show_view(merged(own, Catalogue(at_ms=1, began_ms=0, services=(service,))), has_hub=True)

    # then they stand below, titles of figures over the figures
    sent = window.services.horizontalHeaderItem(6)
    assert sent.textAlignment() == window.services.item(0, 6).textAlignment()
    assert rows_of(window.services)[0] == ["要素服务", "OGC API – Features 1.0", "9", "17", "120", "400", "2.5 MB"]
    window.close()
    assert desk.outgoing.catalogue is None


def test_words_say_what_was_passed_over() -> None:
    # given an export that passed roads over
    from sanping.domain.city import Skipped
    from sanping.ui.outgoing.model_exporting import said_of

    skipped = (Skipped(reason=Text("平面图层", "flat layers"), count=7),)
    exported = Exported(objects=1200, bytes=3_400_000, skipped=skipped)

    # when it is told; then both are said
    assert said_of(exported, Path("a.glb")).zh == "已导出 1,200 个对象（3.4 MB）：a.glb；略过 7：平面图层"


def rows_of(table: Any) -> list[list[str]]:
    columns = range(table.columnCount())
    return [[table.item(row, column).text() for column in columns] for row in range(table.rowCount())]
