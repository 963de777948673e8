"""The desk's time machine with a real hub: the past comes from it, the present waits behind it, the camera is kept."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.small_hub import Device, RunningHub, now_ms, running_hub
from sanping.client.hub_past import HubPast
from sanping.client.hub_process import KnownHub
from sanping.client.questions import Questions
from sanping.formats.project import load_project
from sanping.hub.spare_port import free_port
from sanping.stage.camera_track import CAMERA
from sanping.storage.recording import Recording
from ui.tiny_twin import SOUTH, WEST, write_twin

pytestmark = pytest.mark.gui
PATIENCE_MS = 120_000
PORT = free_port()
MINUTES = 30


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny twin with one gauge, whose source is the trial adapter."""
    folder = write_twin(tmp_path_factory.mktemp("past") / "town")
    table = f"id,name,kinds,x,y,interval_s,address.trial\nS1,水位站,level,{WEST + 80},{SOUTH},60,A1\n"
    (folder / "stations.csv").write_text(table, encoding="utf-8")
    live = '\n[live]\nstations = "stations.csv"\n[[sources]]\nname = "gauges"\nadapter = "trial"\n'
    live += f'title = {{ zh = "水位", en = "Gauges" }}\nsettings = {{ port = {PORT} }}\n'
    (folder / "twin.toml").write_text((folder / "twin.toml").read_text("utf-8") + live, encoding="utf-8")
    return folder


@pytest.fixture
def hub(town: Path, tmp_path: Path) -> Iterator[RunningHub]:
    with running_hub(town, tmp_path / "data") as hub:
        yield hub


@pytest.fixture(autouse=True)
def device(hub: RunningHub) -> Iterator[Device]:
    """A gauge that has told the level of each of the last thirty minutes: the minutes that have passed since."""
    made = Device(PORT)
    begin_ms = now_ms()
    for minute in range(MINUTES, 0, -1):
        made.report(MINUTES - minute, "A1", begin_ms - minute * 60_000, water_level=float(minute))
    made.acknowledged([MINUTES - 1])
    yield made
    made.close()


@pytest.fixture
def desk(town: Path, hub: RunningHub, repository: Path, tmp_path: Path, qtbot: Any) -> Iterator[Any]:
    from sanping.bootstrap.opener import TwinOpener
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.desk import DeskWindow

    create_application("zh", repository / "assets")
    settings = Settings(language="zh", animation_hz=0, quality="soft")
    project = load_project(town)
    opener = TwinOpener(settings)
    opener.opened_twin(project)
    window = DeskWindow(
        project, opener=opener, settings=settings, keep_settings=lambda _: None, assets=repository / "assets",
        pictures=tmp_path / "pictures", hub_of=lambda _: KnownHub(*hub.where()),
    )  # fmt: skip
    window.resize(1200, 700)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.city_shown, timeout=PATIENCE_MS):
        window.show()
    machine = window.replaying.machine
    until(qtbot, lambda: machine.has_past and machine.timeline.first_ms > 0 and level(window) is not None)
    yield window
    window.close()
    opener.close()


def until(qtbot: Any, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)


def level(window: Any) -> float | None:
    shown = window.living.view.by_id.get("S1")
    return None if shown is None else shown.value("water_level")


def shows(window: Any, at_ms: int) -> bool:
    return window.living.view.now_ms == at_ms and not window.living.view.is_live


def test_while_the_past_is_shown_nothing_of_the_present_gets_in(desk: Any, device: Device, qtbot: Any) -> None:
    # given a desk whose gauge told thirty minutes, looked at as they were ten minutes ago
    assert level(desk) == 1.0
    at_ms = now_ms() - 600_000
    desk.overlays.replay.moment_asked.emit(at_ms)
    until(qtbot, lambda: shows(desk, at_ms))
    then = level(desk)

    # when the gauge tells a new level meanwhile, and then the present is wanted
    device.report(99, "A1", now_ms(), water_level=7.5)
    device.acknowledged([99])
    until(qtbot, lambda: desk.living.state.reading("S1", "water_level").value == 7.5)
    qtbot.wait(500)
    meanwhile, lamp = level(desk), desk.overlays.replay.lamp.words.text()
    desk.perform("replay.live")
    until(qtbot, lambda: level(desk) == 7.5)

    # then the level of then stood still, plainly marked, and the new one came with the present
    assert then in (10.0, 11.0)
    assert meanwhile == then
    assert lamp == "回放 · 非实时"
    assert desk.overlays.replay.lamp.words.text() == "实时"
    assert desk.living.view.is_live


def test_playing_passes_through_history_into_the_present(desk: Any, qtbot: Any) -> None:
    # given a replay of the last half hour
    machine = desk.replaying.machine
    seen: list[float | None] = []
    machine.moment_shown.connect(lambda *_: seen.append(level(desk)))
    at_ms = now_ms() - 25 * 60_000
    machine.go_to(at_ms)
    until(qtbot, lambda: shows(desk, at_ms))

    # when it is played at ten minutes a second
    machine.play(600.0)
    until(qtbot, lambda: machine.timeline.mode == "live")

    # then the levels came in their order, and the present is shown
    told = [value for value in seen if value is not None]
    assert told == sorted(told, reverse=True)
    assert len(set(told)) > 3
    until(qtbot, lambda: level(desk) == 1.0)


def test_the_camera_is_kept_by_the_hub_and_goes_into_a_recording(
    desk: Any, hub: RunningHub, tmp_path: Path, qtbot: Any
) -> None:
    # given a desk whose camera is turned while live
    past = HubPast(Questions(hub.where))
    begin_ms = now_ms()

    def kept() -> int:
        return len(past.events(begin_ms - 3_600_000, now_ms() + 10_000, (CAMERA,)))

    until(qtbot, lambda: kept() > 0)
    count = kept()
    qtbot.wait(1100)
    desk.perform("move.turn_left")
    until(qtbot, lambda: kept() > count)

    # when the last hour is recorded from the desk
    desk.perform("replay.record")
    dialog = desk.replaying.exporting.dialog
    dialog.ask_path = lambda: tmp_path / "a.sprec"
    with qtbot.waitSignal(desk.replaying.exporting.exported, timeout=PATIENCE_MS):
        dialog.go.click()
    dialog.close()

    # then the readings of that time are in the file, and the turned camera is the hub's
    with Recording(tmp_path / "a.sprec") as recording:
        levels = [row.value for row in recording.observations()]
        assert levels == [float(minute) for minute in range(MINUTES, 0, -1)]
        assert recording.about.twin == "town"
    turned = past.events(begin_ms - 3_600_000, now_ms() + 10_000, (CAMERA,))[-1]
    assert b'"heading_deg":15.0' in turned.body
