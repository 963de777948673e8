"""A hub as the past of the time machine: what it remembers, and where the camera of a screen was."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from fakes.small_hub import Device, RunningHub, free_port, now_ms, running_hub, until, write_twin
from sanping.client import hub_past
from sanping.client.hub_past import HubPast
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.domain.view import CameraPose
from sanping.stage.camera_track import CAMERA
from sanping.stage.replaying import KINDS, Reel, Window, happened

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
