"""Components come into the city from their table: as columns of the scene, in words, and to be read when picked."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_twin import write_twin

from sanping.bootstrap.opener import TwinOpener
from sanping.domain.city import Skipped
from sanping.domain.text import Text
from sanping.formats.project import load_project
from sanping.ports.progress import SilentProgress
from sanping.scene.governed_values import STATUSES, Components
from sanping.settings.settings import Settings
from sanping.stage.opening import opening_stage
from sanping.stage.state import COMPONENTS_LAYER, FeatureRef, LayerState
from sanping.twin.cases.inventory import Component, Inventory
from sanping.ui.components_in_city import ComponentsInCity, columns_of, sentence_of
from sanping.ui.desk_content import DeskContent
from sanping.ui.loading import Loading

pytestmark = pytest.mark.gui
TABLE = (
    "ObjID,ObjName,LargeClass,SmallClass,PointX,PointY,ObjState,DeptName1\n"
    "3101070101000001,上水井盖,01,01,121.4300,31.2430,完好,区水务局\n"
    "3101070101000002,上水井盖,01,01,121.4302,31.2430,丢失,区水务局\n"
    "3101070101000003,上水井盖,04,01,121.4304,31.2430,,区水务局\n"
    "31010701,短码,,,121.4304,31.2430,,\n"
)


class City:
    """Keeps what is shown."""

    def __init__(self) -> None:
        self.shown: list[Components] = []

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
