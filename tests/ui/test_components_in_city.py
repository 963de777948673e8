"""Components come into the city from their table: as columns of the scene, in words, and to be read when picked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from tiny_twin import write_twin

from fakes.linked_hub import alarm
from fakes.small_river import gauge
from sanping.bootstrap.opener import TwinOpener
from sanping.commands.component_facts import component_facts
from sanping.domain.city import Skipped
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.formats.project import load_project
from sanping.ports.progress import SilentProgress
from sanping.scene.governed_values import STATUSES, Components
from sanping.settings.settings import Settings
from sanping.stage.opening import opening_stage
from sanping.stage.state import COMPONENTS_LAYER, FeatureRef, LayerState
from sanping.twin.cases.device_states import ClassTally
from sanping.twin.cases.inventory import Component, Inventory
from sanping.twin.river_view import RiverView, StationView
from sanping.ui.components_in_city import ComponentsInCity, columns_of, sentence_of
from sanping.ui.desk_content import DeskContent
from sanping.ui.loading import Loading

pytestmark = pytest.mark.gui
TABLE = (
    "ObjID,ObjName,LargeClass,SmallClass,PointX,PointY,ObjState,DeptName1,DeviceID\n"
    "3101070101000001,上水井盖,01,01,121.4300,31.2430,完好,区水务局,G1\n"
    "3101070101000002,上水井盖,01,01,121.4302,31.2430,丢失,区水务局,\n"
    "3101070101000003,上水井盖,04,01,121.4304,31.2430,,区水务局\n"
    "31010701,短码,,,121.4304,31.2430,,\n"
)


class City:
    """Keeps what is shown."""

    def __init__(self) -> None:
        self.shown: list[Components] = []
        self.told: list[dict[str, str]] = []

    def set_component_status(self, ids: Sequence[str], status: Sequence[int]) -> None:
        self.told.append({id: STATUSES[number] for id, number in zip(ids, status, strict=True)})

    def show_components(self, components: Components) -> None:
        self.shown.append(components)


@pytest.fixture
def twin(tmp_path: Path) -> Path:
    folder = write_twin(tmp_path / "town")
    (folder / "governance").mkdir()
    (folder / "governance" / "components.csv").write_text(TABLE, encoding="utf-8")
    file = folder / "twin.toml"
    file.write_text(file.read_text(encoding="utf-8") + '\n[governance]\nfolder = "governance"\n', encoding="utf-8")
    return folder


def test_the_components_of_a_twin_arrive_in_its_city(qtbot: Any, twin: Path) -> None:
    # given a twin that governs, and one city that shows it
    opener = TwinOpener(Settings())
    loading, city, said = Loading(opener, None), City(), list[Text]()
    components = ComponentsInCity(loading, lambda: [city], loading)  # type: ignore[list-item]
    components.told.connect(said.append)
    content = DeskContent(load_project(twin))
    components.arrived.connect(lambda inventory: setattr(content, "inventory", inventory))

    # when it is followed, and they are shown, and hidden again
    components.follow(content.project)
    was_reading_unasked = loading.is_busy
    state = LayerState(is_visible=True)
    stage = opening_stage(content.project, None)
    components.follow_stage(stage.with_layer(COMPONENTS_LAYER, state))
    qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    components.follow_stage(stage.with_layer(COMPONENTS_LAYER, replace(state, is_visible=False)))
    is_reading_again = loading.is_busy
    loading.close()
    opener.close()

    # then their table was read once, when they were asked for, and one that is picked can be read
    assert not was_reading_unasked
    assert not is_reading_again
    assert [len(shown.ids) for shown in city.shown] == [3, 0]
    assert set(city.shown[0].class_code) == {"cover"}
    assert "3" in said[0].en
    facts = content.facts(FeatureRef(layer=COMPONENTS_LAYER, id="3101070101000002"))
    assert facts is not None
    assert facts.kind.zh == "上水井盖"
    assert ("状态", "丢失") in facts.attributes
    assert content.facts(FeatureRef(layer=COMPONENTS_LAYER, id="nothing")) is None


def test_states_as_surveyed_become_statuses(twin: Path) -> None:
    # given the table as the opener reads it
    inventory = TwinOpener(Settings()).components(load_project(twin), SilentProgress())

    # when it is made into columns
    columns = columns_of(inventory)

    # then good, missing and unsaid are told apart, and all stand on the ground
    assert [STATUSES[number] for number in columns.status] == ["in_order", "fault", "unknown"]
    assert np.isnan(columns.z_m).all()


def test_what_was_wrong_with_a_table_is_said_in_one_sentence() -> None:
    # given an inventory with rows left out and a doubt
    cover = Component(id="1", name="", class_code="0101", x_m=0, y_m=0, lon_deg=0, lat_deg=0)
    inventory = Inventory(
        components=(cover,),
        skipped=(Skipped(reason=Text("没有坐标", "no place"), count=12),),
        doubtful=(Skipped(reason=Text("大类不符", "another class"), count=1),),
    )

    # when it is told
    said = sentence_of(inventory)

    # then counts and reasons are there
    assert said.zh == "部件 1 个，略过 12 个（没有坐标），1 处自相矛盾（大类不符）"
    assert said.en == "1 components, 12 left out (no place), 1 contradict themselves (another class)"


LEVEL = Observation(station="G1", quantity="level", value=3.456, unit="m", event_ms=1_790_000_000_000)
ALARM = msgspec.structs.replace(alarm(1), title_zh="水位超警")
COVERS = Inventory(
    components=tuple(
        Component(id=f"C{n}", name="", class_code=code, x_m=n, y_m=0, lon_deg=0, lat_deg=0, state="破损", device=device)
        for n, (code, device) in enumerate((("0101", "G1"), ("0101", ""), ("0201", "G2"), ("0201", "G9")))
    ),
    titles={"0101": Text("监测井盖", "Covers"), "0201": Text("标志牌", "Signs")},
)


def view_of(**stations: tuple[str, Any]) -> RiverView:
    """Return what lives: stations with their freshness and worst alarm."""
    views = {
        id: StationView(station=gauge(id, 0.0), readings={}, main=LEVEL, freshness=freshness, worst_alarm=alarm)
        for id, (freshness, alarm) in stations.items()
    }  # type: ignore[arg-type]  # words of the type
    return RiverView(now_ms=0, is_live=True, stations=tuple(views.values()), by_id=views)


def in_cities(loading: Loading) -> tuple[ComponentsInCity, City, list[tuple[ClassTally, ...]]]:
    """Return components that are shown in one city, and what is told of their classes."""
    city, told = City(), list[tuple[ClassTally, ...]]()
    components = ComponentsInCity(loading, lambda: [city], loading)  # type: ignore[list-item]
    components.states_changed.connect(told.append)
    components._is_shown = True
    components._keep(COVERS)
    return components, city, told


def test_components_stand_as_their_devices_do_and_change_with_them(qtbot: Any) -> None:
    # given covers and signs of which some report, and one whose station nobody knows
    loading = Loading(TwinOpener(Settings()), None)
    components, city, told = in_cities(loading)

    # when both stations report, when one has an alarm, when it falls silent with its alarm, and when nothing changes
    components.follow_view(view_of(G1=("fresh", None), G2=("fresh", None)))
    components.follow_view(view_of(G1=("fresh", ALARM), G2=("fresh", None)))
    components.follow_view(view_of(G1=("stale", ALARM), G2=("fresh", None)))
    components.follow_view(view_of(G1=("stale", ALARM), G2=("fresh", None)))
    loading.close()

    # then each change is told once: red for the alarm, silent for what is old; the others show what was surveyed
    assert [STATUSES[number] for number in city.shown[0].status] == ["silent", "fault", "silent", "silent"]
    assert city.told == [{"C0": "in_order", "C2": "in_order"}, {"C0": "fault"}, {"C0": "silent"}]
    assert [dict(tally.counts) for tally in told[-1]] == [
        {"normal": 0, "alarm": 0, "offline": 1, "none": 1},
        {"normal": 1, "alarm": 0, "offline": 1, "none": 0},
    ]
    assert told[2][0].code == "0101"  # the class with an alarm comes first


def test_a_filter_shows_states_and_classes_alone_and_follows_them(qtbot: Any, repository: Path) -> None:
    from sanping.ui.application import create_application
    from sanping.ui.components_panel import ComponentsPanel
    from sanping.ui.icons import Icons

    # given components in a city, and their panel
    create_application("zh", repository / "assets")
    panel = ComponentsPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)
    loading = Loading(TwinOpener(Settings()), None)
    components, city, _ = in_cities(loading)
    components.states_changed.connect(panel.show_tallies)
    panel.filter_changed.connect(components.show_filter)
    components.follow_view(view_of(G1=("fresh", ALARM), G2=("fresh", None)))

    # when only alarms are wanted, then nothing but one class, and then its alarm ends
    for state in (0, 2, 3):
        panel.chips.button(state).click()
    only_alarms = city.shown[-1].ids
    for state in (0, 2, 3):
        panel.chips.button(state).click()
    panel.classes.class_asked.emit("0201")
    only_signs = city.shown[-1].ids
    panel.classes.class_asked.emit("0201")
    for state in (0, 2, 3):
        panel.chips.button(state).click()
    components.follow_view(view_of(G1=("fresh", None), G2=("fresh", None)))
    loading.close()

    # then each shows what it says, and a component leaves with its state
    assert (only_alarms, only_signs) == (["C0"], ["C2", "C3"])
    assert list(city.shown[-1].ids) == []
    assert [panel.chips.button(number).text() for number in range(4)] == ["正常 2", "告警 0", "离线 1", "无设备 1"]


def test_the_device_of_a_component_is_read_with_its_age() -> None:
    # given a cover whose station reports with an alarm, and later has not for long
    late = view_of(G1=("stale", ALARM)).by_id
    live = view_of(G1=("fresh", ALARM)).by_id

    # when it is read about
    shown = [component_facts(COVERS, "C0", stations) for stations in (live, late, {})]

    # then state, station and reading are there, and what is old says so
    words = [dict(facts.attributes) for facts in shown if facts is not None]
    assert [one["设备状态"] for one in words] == ["告警", "离线", "离线"]
    assert words[0]["告警"] == "水位超警"
    assert "告警" not in words[1]
    assert "已过时" in str(words[1]["最近读数"])
    assert "已过时" not in str(words[0]["最近读数"])
    assert dict(component_facts(COVERS, "C1").attributes)["设备状态"] == "无设备"  # type: ignore[union-attr]
