"""The desk with a hub of its own: a real window, a real process, gauges that speak SL 651 to it over TCP."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sanping.client.hub_process import HubProcess, hub_command
from sanping.client.questions import Questions
from sanping.hub.spare_port import free_port
from ui.tiny_twin import SOUTH, WEST, write_twin

pytestmark = pytest.mark.gui
PATIENCE_MS = 150_000
SIZE = (1280, 760)
LIVE = """
[live]
stations = "stations.csv"
rules = "rules.toml"

[[sources]]
name = "gauges"
adapter = "sl651"
title = {{ zh = "水文遥测（模拟）", en = "Telemetry (simulated)" }}
simulated = true
settings = {{ host = "127.0.0.1", port = {port} }}
"""
RULES = """
[[rules]]
id = "level-high"
title = { zh = "水位偏高", en = "the level is high" }
kind = "above"
quantity = "water_level"
limit = 1.0
colour = "orange"
family = "level"
advice = { zh = "巡查堤防", en = "Walk the banks" }
"""


class LiveDesk:
    """A window, the hub it holds up, and everything that was shown."""

    def __init__(self, window: Any, hub: HubProcess, data: Path, qtbot: Any) -> None:
        self.window, self.hub, self.data, self._qtbot = window, hub, data, qtbot
        self.views: list[Any] = []
        self.statuses: list[Any] = []
        window.living.view_changed.connect(self.views.append)
        window.living.status_changed.connect(self.statuses.append)

    @property
    def questions(self) -> Questions:
        return Questions(self.hub.where)

    @property
    def fresh(self) -> set[str]:
        """Stations that are shown as fresh now."""
        return {shown.station.id for shown in self.window.living.view.stations if shown.freshness == "fresh"}

    def until(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def values_arrive(self) -> None:
        """Trust the twin when it is asked for, and wait for both gauges."""
        trust = self.window.overlays.sources.trust
        self.until(lambda: not trust.isHidden() or self.fresh)
        if not trust.isHidden():
            trust.click()
        self.until(lambda: self.fresh == {"G1", "G2"})


def write_river_town(folder: Path, port: int) -> Path:
    """Write the tiny twin with two simulated gauges and a rule that fires at any level."""
    write_twin(folder)
    lines = ["id,name,name_en,kinds,x,y,interval_s,warning_m,guarantee_m,address.sl651"]
    lines += [f"G{n},水位站{n},Gauge {n},level,{WEST + 80 * n},{SOUTH},60,3.3,3.8,006310070{n}" for n in (1, 2)]
    (folder / "stations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    twin = folder / "twin.toml"
    twin.write_text(twin.read_text(encoding="utf-8") + LIVE.format(port=port), encoding="utf-8")
    return folder


@contextmanager
def opened_desk(qtbot: Any, folder: Path, assets: Path) -> Iterator[LiveDesk]:
    """Open a desk on a twin of its own, which nobody has trusted yet; its hub ends with it."""
    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.desk import DeskWindow

    create_application("zh", assets)
    town, data = write_river_town(folder / "town", free_port()), folder / "hub"
    settings = Settings(language="zh", animation_hz=0, quality="draft")
    opener = TwinOpener(settings)
    hub = HubProcess(hub_command(town, data), data)
    window = DeskWindow(
        load_project(town),
        opener=opener,
        settings=settings,
        keep_settings=lambda _: None,
        assets=assets,
        pictures=folder / "pictures",
        hub_of=lambda _: hub,
    )
    window.resize(*SIZE)
    with qtbot.waitSignal(window.city_shown, timeout=PATIENCE_MS):
        window.show()
    window.perform("workspace.river")
    yield LiveDesk(window, hub, data, qtbot)
    window.close()
    window.deleteLater()
    opener.close()
    assert hub.has_ended(60)


@pytest.fixture
def own_desk(qtbot: Any, tmp_path: Path, repository: Path) -> Iterator[LiveDesk]:
    with opened_desk(qtbot, tmp_path, repository / "assets") as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(
    qapp: Any, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> Iterator[LiveDesk]:
    """Return a desk that several tests share: each finds its values fresh."""
    from pytestqt.qtbot import QtBot

    with opened_desk(QtBot(request), tmp_path_factory.mktemp("desk"), repository / "assets") as opened:
        yield opened


def test_a_twin_is_trusted_on_the_desk_and_its_values_arrive_marked_as_simulated(own_desk: LiveDesk) -> None:
    # given a desk on a twin that nobody has trusted yet
    desk = own_desk
    panels = desk.window.overlays
    desk.until(lambda: not panels.sources.trust.isHidden())
    before = desk.fresh

    # when it is trusted there
    panels.sources.trust.click()
    desk.until(lambda: desk.fresh == {"G1", "G2"})
    desk.window.live_panels.open_station("G1")
    desk.until(lambda: panels.station.chart.graph is not None)

    # then list, sheet and course show what the simulated gauges say, and the link is told as live
    first = desk.window.living.view.by_id["G1"]
    assert before == set()
    assert first.is_simulated
    assert 1.5 < first.main.value < 4.5
    assert panels.stations.model.rowCount() == 2
    assert desk.window.state.station == "G1"
    assert panels.station.isVisible()
    assert "实时" in panels.status.link.text()
    desk.until(lambda: is_kept(desk))  # a correction may come between the two


def is_kept(desk: LiveDesk) -> bool:
    """Say whether the hub keeps the level that the desk shows for the first gauge."""
    shown = desk.window.living.view.by_id["G1"].main
    kept = desk.questions.as_of(shown.event_ms, ["G1"])
    return shown.value in [row.value for row in kept if row.quantity == "water_level"]


def test_an_alarm_acknowledged_on_the_desk_is_acknowledged_at_the_hub(desk: LiveDesk) -> None:
    # given an alarm of the first gauge
    desk.values_arrive()
    panels = desk.window.overlays
    desk.until(lambda: panels.alarms.lines)
    alarm = panels.alarms.lines[0].alarm

    # when it is opened from the ticker and acknowledged
    desk.until(lambda: panels.ticker.told)
    panels.ticker.alarm_asked.emit(alarm.id)
    panels.alarms.buttons["acknowledge"].click()

    # then the hub says so to every screen, its sheet is open, and the ticker has done with it
    desk.until(lambda: desk.window.living.state.alarms[alarm.id].state == "acknowledged")
    told = {found["id"]: found["state"] for found in desk.questions.ask("/alarms", {})}
    assert told[alarm.id] == "acknowledged"
    assert desk.window.state.station == alarm.station
    desk.until(lambda: alarm.id not in [told.alarm for told in panels.ticker.told])


def test_nothing_is_shown_as_fresh_while_the_hub_is_gone_and_it_comes_back_by_itself(desk: LiveDesk) -> None:
    # given values on the screen
    desk.values_arrive()
    killed = desk.hub.process_number
    assert killed is not None
    desk.views.clear()
    desk.statuses.clear()

    # when the hub is killed
    os.kill(killed, signal.SIGKILL)
    desk.until(lambda: any(status.state == "away" for status in desk.statuses))
    desk.until(lambda: any(not view.is_live for view in desk.views))
    away = next(view for view in desk.views if not view.is_live)
    waiting = next(status for status in desk.statuses if status.state == "away")

    # then the values stay as old ones, the next attempt has a time, and another process makes them fresh again
    assert [shown.freshness for shown in away.stations] == ["stale", "stale"]
    assert all(shown.main is not None for shown in away.stations)
    assert waiting.retry_ms > 0
    desk.until(lambda: desk.fresh == {"G1", "G2"})
    assert desk.hub.process_number not in (None, killed)
    assert "实时" in desk.window.overlays.status.link.text()


def test_a_damaged_history_is_told_on_the_desk(desk: LiveDesk) -> None:
    # given values on the screen, and the folder of the hub that keeps them
    desk.values_arrive()
    killed = desk.hub.process_number
    assert killed is not None

    # when the history's file is rubbish when the hub is started again
    os.kill(killed, signal.SIGSTOP)
    for old in desk.data.glob("history.duckdb*"):
        old.write_bytes(b"\xa5" * 16_384)
    os.kill(killed, signal.SIGKILL)
    messages = desk.window.overlays.messages
    desk.until(lambda: messages.isVisible() and "历史文件损坏" in messages.details.text())

    # then a message says which file was put aside, in both languages, and values arrive as before
    assert "历史文件损坏，已移开：history.duckdb.damaged-1" in messages.details.text()
    messages.set_language("en")
    assert "history.duckdb.damaged-1" in messages.details.text()
    assert "kept as usual" in messages.details.text()
    messages.set_language("zh")
    desk.until(lambda: desk.fresh == {"G1", "G2"})


def test_a_source_is_tested_and_saved_from_its_form(desk: LiveDesk) -> None:
    from sanping.ui.live.source_dialog import SourceDialog

    # given the form of the gauges
    desk.values_arrive()
    desk.window.overlays.sources.settings_asked.emit("gauges")
    desk.until(lambda: desk.window.findChild(SourceDialog) is not None)
    form = desk.window.findChild(SourceDialog)
    port = free_port()

    # when another port is tried and saved
    form.fields["port"].setText(str(port))
    could_save = form.save_button.isEnabled()
    form.test_button.click()
    desk.until(form.save_button.isEnabled)
    form.save_button.click()

    # then only the test allowed it, and the hub listens there from now on
    assert not could_save
    desk.until(lambda: desk.questions.source("gauges")["settings"]["port"] == port)
    desk.until(lambda: desk.window.living.state.sources["gauges"].state == "live")


def test_the_window_closes_while_its_hub_is_still_finishing(own_desk: LiveDesk) -> None:
    # given a desk whose hub stands still, as it does on a disk that takes long, while a question is open
    desk = own_desk
    desk.until(lambda: desk.window.living.state.is_linked)
    process = desk.hub.process_number
    assert process is not None
    os.kill(process, signal.SIGSTOP)
    desk.window.living.asking.ask(lambda: desk.questions.ask("/alarms", {}), lambda _: None)

    # when the window is closed
    desk.window.close()
    was_waited_for = desk.hub.has_ended()
    os.kill(process, signal.SIGCONT)

    # then it is gone before the hub is, and the hub ends in order
    assert not was_waited_for
    assert not desk.window.isVisible()
    assert desk.hub.has_ended(60)
    assert desk.hub.process_number is None
