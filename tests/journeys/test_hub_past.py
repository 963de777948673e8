"""A hub as the past of the time machine: what it remembers, and where the camera of a screen was."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from fakes.small_hub import Device, RunningHub, now_ms, running_hub, until, write_twin
from sanping.client import hub_past
from sanping.client.hub_past import HubPast
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.domain.view import CameraPose
from sanping.hub.spare_port import free_port
from sanping.stage.camera_track import CAMERA
from sanping.stage.replaying import KINDS, Reel, Window, happened
from sanping.storage.recording import Recording

PORT = free_port()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    with running_hub(write_twin(tmp_path / "town", {"gauges": PORT}), tmp_path / "data") as hub:
        yield hub


def test_what_was_measured_is_wound_through(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a hub that heard twelve readings of two stations, of which only five are given at once
    device, last_ms = Device(PORT), now_ms()
    for n in range(12):
        device.report(n, f"A{1 + n % 2}", last_ms - (12 - n) * 1000, water_level=float(n))
    device.acknowledged([11])
    device.close()
    monkeypatch.setattr(hub_past, "MOST_ROWS", 5)
    past = HubPast(Questions(hub.where))

    # when the past from the fourth second on is asked for, part after part
    from_ms = last_ms - 9000
    rows, at_ms, parts = [], from_ms + 1, 0
    while at_ms <= last_ms:
        stretch = past.rows(at_ms, last_ms)
        rows += stretch.rows
        at_ms, parts = stretch.to_ms + 1, parts + 1
    window = Window(from_ms=from_ms, to_ms=last_ms, base=tuple(past.as_of(from_ms)), rows=tuple(rows))

    # then each moment has the values of then
    reel, nothing = Reel(), happened([])
    for seconds, (first, second) in {9: (2.0, 3.0), 5: (6.0, 7.0), 1: (10.0, 11.0)}.items():
        state = reel.state(window, nothing, last_ms - seconds * 1000)
        values = [state.readings[name]["water_level"].value for name in ("S1", "S2")]
        assert values == [first, second]
    assert parts == 2
    assert past.span() == (last_ms - 12_000, last_ms - 1000)


def test_the_camera_is_kept_and_a_strange_one_is_refused(hub: RunningHub) -> None:
    # given a screen
    link = HubLink(hub.where, screen="desk", kind="desk")
    link.start()
    until(lambda: link.state.is_linked)
    begin_ms, pose = now_ms(), CameraPose(target=(634_000.0, 3_457_000.0, 8.0), heading_deg=40.0)
    try:
        # when it says where its camera is, and then something strange
        said = link.wish("stage.camera", asdict(pose)).result(20)
        strange = [
            link.wish("stage.camera", arguments).result(20)
            for arguments in ({"target": "here"}, {**asdict(pose), "distance_m": 0.0}, {})
        ]
    finally:
        link.close()

    # then the one pose is in the log, and nothing else
    events = HubPast(Questions(hub.where)).events(begin_ms - 1000, now_ms() + 1000, KINDS)
    assert said.ok
    assert [answer.ok for answer in strange] == [False, False, False]
    assert [event.kind for event in events] == [CAMERA]
    assert [moment.pose for moment in happened(events).camera] == [pose]


def test_a_recording_is_taken_from_a_running_hub_by_the_command_line(hub: RunningHub, tmp_path: Path) -> None:
    # given a hub that heard two stations
    device, last_ms = Device(PORT), now_ms()
    for n in range(10):
        device.report(n, f"A{1 + n % 2}", last_ms - (10 - n) * 1000, water_level=float(n))
    device.acknowledged([9])
    device.close()

    # when all of it is recorded, one station of it, a span without history, and a station that is none
    words = ["record", str(hub.twin), "--hub", hub.address, "--token", hub.token]
    found = [
        sanping(*words, "-o", str(tmp_path / f"{number}.sprec"), *more)
        for number, more in enumerate(
            [(), ("--station", "S2"), ("--end", "2020-01-01T00:00+08:00"), ("--station", "nowhere")]
        )
    ]

    # then the files hold it, and what cannot be is refused with a reason
    assert [done.returncode for done in found] == [0, 0, 2, 2], [done.stderr for done in found]
    with Recording(tmp_path / "0.sprec") as whole, Recording(tmp_path / "1.sprec") as one:
        assert [row.value for row in whole.observations()] == [float(n) for n in range(10)]
        assert {row.station for row in one.observations()} == {"S2"}
    assert "no history" in found[2].stderr
    assert "nowhere" in found[3].stderr
    assert sorted(file.name for file in tmp_path.glob("*.sprec*")) == ["0.sprec", "1.sprec"]


def sanping(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sanping", *words], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "LC_ALL": "en_GB.UTF-8"},
    )  # fmt: skip
