"""A hub that is killed under load loses nothing it has acknowledged, and screens go on where they were."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.small_hub import Device, RunningHub, free_port, now_ms, running_hub, until, write_twin
from sanping.client.hub_process import HubProcess, hub_command
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.domain.errors import HubUnreachable
from sanping.domain.text import Text
from sanping.ports.history import SeriesKey

PORT = free_port()
KILLS = 5
DAY_MS = 86_400_000


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    with running_hub(write_twin(tmp_path / "town", {"gauges": PORT}), tmp_path / "data") as hub:
        yield hub


class Load(threading.Thread):
    """Devices that report without pause and remember what was acknowledged: (event_ms, value)."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged: dict[int, float] = {}
        self._port = port
        self._ending = threading.Event()
        self._event_ms = now_ms() - DAY_MS // 24

    def run(self) -> None:
        number = 0
        while not self._ending.is_set():
            try:
                device = Device(self._port)
            except AssertionError:
                return
            try:
                while not self._ending.is_set():
                    sent: dict[int, tuple[int, float]] = {}
                    for _ in range(50):
                        number += 1
                        self._event_ms += 1
                        sent[number] = (self._event_ms, float(number))
                        device.report(number, "A1", self._event_ms, water_level=float(number))
                    device.acknowledged(tuple(sent))
                    self.acknowledged.update(sent.values())
            except (OSError, AssertionError):
                pass
            finally:
                device.close()

    def end(self) -> None:
        self._ending.set()
        self.join(30)


def test_five_kills_under_load_lose_nothing_acknowledged(hub: RunningHub) -> None:
    # given devices that report without pause, and a screen
    link = HubLink(hub.where, screen="desk", kind="desk")
    link.start()
    load = Load(PORT)
    load.start()
    epochs = set()

    # when the hub is killed five times and started again
    for _ in range(KILLS):
        before = len(load.acknowledged)
        until(lambda before=before: len(load.acknowledged) > before and link.state.is_linked, 60)
        time.sleep(random.uniform(0.1, 0.6))
        epochs.add(Questions(hub.where).ask("/health", {})["epoch"])
        hub.killed()
        until(lambda: not link.state.is_linked)
        hub.started_again()
    before = len(load.acknowledged)
    until(lambda: len(load.acknowledged) > before, 60)
    load.end()

    # then every acknowledged value is kept, each life had its own epoch, and the screen is linked again
    key = SeriesKey(station="S1", quantity="water_level")
    kept = Questions(hub.where).series(key, now_ms() - DAY_MS, now_ms() + DAY_MS)
    found = dict(zip(kept.event_ms.astype(int).tolist(), kept.value.tolist(), strict=True))
    lost = {when: value for when, value in load.acknowledged.items() if found.get(when) != value}
    assert not lost, f"{len(lost)} of {len(load.acknowledged)}"
    assert len(epochs) == KILLS
    until(lambda: link.state.is_linked)
    until(lambda: link.state.reading("S1", "water_level") is not None)
    link.close()


def test_a_hub_that_is_told_to_end_commits_what_it_has_and_says_good_bye(hub: RunningHub) -> None:
    # given a screen, and a device that has just reported
    link = HubLink(hub.where, screen="desk", kind="desk")
    link.start()
    until(lambda: link.state.is_linked)
    device = Device(PORT)
    device.report(1, "A1", now_ms(), water_level=1.5)
    device.acknowledged([1])

    # when the hub is told to end, and started again
    seconds = hub.stopped()
    until(lambda: not link.state.is_linked)
    hub.started_again()

    # then it ended in order, and the screen finds the value again
    assert seconds < 10
    assert hub.process.poll() is None
    until(lambda: link.state.is_linked and link.state.reading("S1", "water_level") is not None)
    shown = link.state.reading("S1", "water_level")
    assert shown is not None
    assert shown.value == 1.5
    link.close()
    device.close()


def test_the_desk_starts_its_hub_again_when_it_dies_and_stops_it_at_exit(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # given a desk with its own hub
    twin, data = write_twin(tmp_path / "town", {}), tmp_path / "data"
    troubles: list[Text] = []
    own = HubProcess(hub_command(twin, data), data, troubles.append)
    request.addfinalizer(own.close)
    own.start()
    assert own.wait_until_healthy()
    first = Questions(own.where).ask("/health", {})["epoch"]

    # when the hub dies
    assert own.process_number is not None
    os.kill(own.process_number, signal.SIGKILL)

    # then it comes back with another life, and ends with the desk
    until(lambda: own.is_healthy() and Questions(own.where).ask("/health", {})["epoch"] != first)
    assert "ended" in troubles[0].en
    own.close()
    with pytest.raises(HubUnreachable):
        own.where()
