"""The desk with a recording: one timeline for city, river, alarms, sun and camera (sanping.ui.replaying)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.small_recording import write_simulated
from sanping.formats.project import load_project
from sanping.stage.camera_track import CameraMoment
from ui.tiny_twin import write_twin

pytestmark = pytest.mark.gui
BEGIN = datetime.fromisoformat("2026-11-21T10:00:00+08:00")
BEGIN_MS = int(BEGIN.timestamp() * 1000)
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
STATIONS = (
    "id,name,name_en,kinds,x,y,interval_s,warning_m,guarantee_m\n"
    "G1,小河站,Creek gauge,level,636060,3458020,300,3.3,3.8\nG2,下游站,Lower gauge,level,636180,3458020,300,3.3,3.8\n"
)
RULES = """
[[rules]]
id = "level-guarantee"
title = { zh = "超保证水位", en = "above the guarantee level" }
kind = "above"
quantity = "water_level"
limit_of = "guarantee"
colour = "orange"
"""


@pytest.fixture(scope="module")
def twin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny twin with two gauges, a rule, and a tower that was finished at half past ten."""
    folder = write_twin(tmp_path_factory.mktemp("replay") / "tiny")
    (folder / "stations.csv").write_text(STATIONS, encoding="utf-8")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    live = '\n[live]\nstations = "stations.csv"\nrules = "rules.toml"\n'
    (folder / "twin.toml").write_text((folder / "twin.toml").read_text("utf-8") + live, encoding="utf-8")
    path = folder / "buildings.city.json"
    model = json.loads(path.read_text("utf-8"))
    model["CityObjects"]["B12"]["attributes"]["valid_from"] = "2026-11-21T10:30:00+08:00"
    path.write_text(json.dumps(model), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def recording(twin_folder: Path) -> Path:
    project = load_project(twin_folder)
    home = project.bookmarks[0].camera
    track = [
        CameraMoment(at_ms=BEGIN_MS, pose=home),
        CameraMoment(at_ms=BEGIN_MS + 30 * MINUTE_MS, pose=replace(home, heading_deg=120.0)),
    ]
    return write_simulated(twin_folder.parent / "hour.sprec", project, (BEGIN_MS, BEGIN_MS + HOUR_MS), "flood", track)


@pytest.fixture
def replayed(make_desk: Callable[..., Any], recording: Path, qtbot: Any) -> Any:
    """A desk that replays the recording, paused at its beginning."""
    desk = make_desk()
    desk.window.open_paths([recording])
    qtbot.waitUntil(lambda: at(desk) == 0 and not desk.window.replaying.machine.is_waiting, timeout=20_000)
    return desk


def at(desk: Any) -> float | None:
    """Minutes of the recording that are shown."""
    timeline = desk.window.state.stage.timeline
    view = desk.window.living.view
    is_shown = timeline.at_ms is not None and view.now_ms == timeline.at_ms and view.stations
    return (timeline.at_ms - BEGIN_MS) / MINUTE_MS if is_shown else None


def go(desk: Any, minute: int, qtbot: Any) -> None:
    desk.window.overlays.replay.moment_asked.emit(BEGIN_MS + minute * MINUTE_MS)
    qtbot.waitUntil(lambda: at(desk) == minute, timeout=20_000)


def test_a_recording_is_replayed_without_a_hub(replayed: Any, qtbot: Any) -> None:
    # given a desk whose recording has begun
    window, bar = replayed.window, replayed.window.overlays.replay
    said = bar.lamp.words.text()
    first = window.living.view.by_id["G1"].value("water_level")

    # when forty minutes later is gone to
    go(replayed, 40, qtbot)

    # then readings, sun and words are those of then, fresh and marked as simulated, and nothing is live
    view = window.living.view
    assert said == "录像回放"
    assert bar.isVisible()
    assert not window.overlays.time.isVisible()
    assert view.by_id["G1"].value("water_level") != first
    assert view.by_id["G1"].freshness == "fresh"
    assert view.by_id["G1"].is_simulated
    assert not view.is_live
    assert window.state.stage.moment.isoformat() == "2026-11-21T10:40:00+08:00"
    assert len(view.alarms) == 2


def test_a_building_appears_when_it_was_finished_and_cannot_be_picked_before(replayed: Any, qtbot: Any) -> None:
    # given the moment before the tower was finished
    from PySide6.QtCore import QPointF

    window = replayed.window
    go(replayed, 29, qtbot)
    before = replayed.picture()
    spot = replayed.pixel_of("B12")
    missed = window.city.pick(QPointF(spot))

    # when the moment after is shown
    go(replayed, 31, qtbot)
    after = replayed.picture()
    found = window.city.pick(QPointF(spot))

    # then it stands there
    assert missed is None or missed.id != "B12"
    assert found is not None
    assert found.id == "B12"
    around = (slice(spot.y() - 10, spot.y() + 10), slice(spot.x() - 10, spot.x() + 10))
    assert np.abs(after[around] - before[around]).mean() > 4


def test_actions_play_jump_and_step(replayed: Any, qtbot: Any) -> None:
    # given a recording whose alarms were known from its first minutes on
    window, machine = replayed.window, replayed.window.replaying.machine
    qtbot.waitUntil(lambda: len(machine.happened.raised) == 2)
    go(replayed, 20, qtbot)

    # when one jumps back to the alarm, steps on, and plays at the greatest speed
    window.perform("replay.previous")
    jumped = machine.timeline.at_ms
    window.perform("replay.forward")
    stepped = machine.timeline.at_ms
    for _ in range(4):
        window.perform("replay.faster")
    window.perform("replay.play")
    qtbot.waitUntil(lambda: machine.timeline.at_ms == BEGIN_MS + HOUR_MS, timeout=30_000)

    # then it was there, five minutes later, and ends where the recording ends
    assert jumped in machine.happened.raised_ms
    assert stepped == jumped + 5 * MINUTE_MS
    assert machine.timeline.speed == 3600.0
    assert machine.timeline.mode == "paused"


def test_the_camera_goes_its_way_until_a_person_moves_it(replayed: Any, qtbot: Any) -> None:
    # given a replay that follows the camera
    window = replayed.window
    window.perform("replay.follow")

    # when the half hour is shown, and then a person turns the view
    go(replayed, 31, qtbot)
    followed = window.state.stage.camera.heading_deg
    window.perform("move.turn_left")
    go(replayed, 5, qtbot)

    # then the camera went along first, and stays where the person put it
    assert followed == 120.0
    assert not window.replaying.machine.follows_camera
    assert window.state.stage.camera.heading_deg == pytest.approx(105.0)


def test_alarms_of_the_past_cannot_be_dealt_with_and_closing_shows_the_present(replayed: Any, qtbot: Any) -> None:
    # given a replay with alarms
    window = replayed.window
    go(replayed, 30, qtbot)
    refused: list[Any] = []
    window.living.refused.connect(refused.append)

    # when one is acknowledged, and then the recording is closed
    window.perform("alarm.acknowledge")
    window.perform("replay.leave")

    # then it was refused, and what is shown is the present again: nothing of the past is left
    assert [text.zh for text in refused] == ["正在回放，不能处置；请先回到实时"]
    assert window.state.stage.timeline.mode == "live"
    assert window.state.stage.moment.isoformat() == "2026-11-21T18:40:00+08:00"
    qtbot.waitUntil(lambda: not window.living.view.alarms)
    assert all(not station.readings for station in window.living.view.stations)
    assert window.overlays.replay.lamp.words.text() == "无历史"


def test_the_course_of_a_station_comes_from_the_recording(replayed: Any, qtbot: Any) -> None:
    # given a replay without any hub
    window = replayed.window
    go(replayed, 50, qtbot)

    # when the sheet of a gauge is opened
    window.live_panels.open_station("G1")
    chart = window.overlays.station.chart
    qtbot.waitUntil(lambda: chart.graph is not None and len(chart.graph.event_ms) > 0, timeout=20_000)

    # then its course is that of the recording, up to the moment shown
    known = chart.graph.event_ms[np.isfinite(chart.graph.value)]
    assert known[0] == BEGIN_MS
    assert known[-1] == BEGIN_MS + 50 * MINUTE_MS


def test_a_table_of_the_recording_is_exported_from_the_desk(replayed: Any, tmp_path: Path, qtbot: Any) -> None:
    # given the form for tables
    window = replayed.window
    window.perform("replay.table")
    dialog = window.replaying.exporting.dialog
    dialog.kind.setCurrentIndex(1)
    dialog.ask_path = lambda: tmp_path / "a.csv"

    # when it is exported
    with qtbot.waitSignal(window.replaying.exporting.exported, timeout=20_000):
        dialog.go.click()
    dialog.close()

    # then the hour of both gauges is in the file
    lines = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 1 + 13 * 2 * 2
    qtbot.waitUntil(lambda: window.replaying.exporting.dialog is None)


def test_a_recording_of_another_twin_is_refused_with_its_name(
    make_desk: Callable[..., Any], recording: Path, tmp_path: Path, qtbot: Any
) -> None:
    # given a desk, a recording of another twin, and a file that is none
    other = write_simulated(
        tmp_path / "other.sprec",
        replace(load_project(recording.parent / "tiny"), folder=tmp_path / "elsewhere"),
        (BEGIN_MS, BEGIN_MS + MINUTE_MS),
    )
    (tmp_path / "none.sprec").write_text("nothing", encoding="utf-8")
    window = make_desk().window
    said: list[str] = []
    show = window.say
    window.say = lambda text: (said.append(text.zh), show(text))

    # when they are opened
    for path in (other, tmp_path / "none.sprec"):
        window.open_paths([path])
    qtbot.waitUntil(lambda: len(said) == 2, timeout=20_000)

    # then each is refused in words, and the present stays
    assert any("另一个孪生" in words for words in said)
    assert any("不是三屏的录像" in words for words in said)
    assert window.state.stage.timeline.mode == "live"
