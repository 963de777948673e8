"""A hub that is killed under load loses nothing it has acknowledged, and screens go on where they were."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.small_hub import ALLOWED, PLUGINS, Device, RunningHub, now_ms, running_hub, until, write_twin
from sanping.client.hub_process import HubProcess, hub_command
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.domain.errors import HubUnreachable
from sanping.domain.text import Text
from sanping.hub.spare_port import free_port
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


def lost(hub: RunningHub, acknowledged: dict[int, float]) -> dict[int, float]:
    """Return what was acknowledged and is not in history, or not as it was."""
    key = SeriesKey(station="S1", quantity="water_level")
    kept = Questions(hub.where).series(key, now_ms() - DAY_MS, now_ms() + DAY_MS)
    found = dict(zip(kept.event_ms.astype(int).tolist(), kept.value.tolist(), strict=True))
    return {when: value for when, value in acknowledged.items() if found.get(when) != value}


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
    until(lambda: not lost(hub, load.acknowledged))  # on a slow disk the last ones are in the spool for a while
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
    until(lambda: own.is_healthy() and epoch_of(own) != first)
    assert "ended" in troubles[0].en
    own.close()
    assert own.has_ended(60)
    with pytest.raises(HubUnreachable):
        own.where()


def epoch_of(hub: HubProcess) -> str:
    """Return which life of the hub answers."""
    return str(Questions(hub.where).ask("/health", {})["epoch"])


def test_a_desk_goes_on_without_loss_after_its_hub_died(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a desk with its own hub, a window that follows it, and devices that report without pause
    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    monkeypatch.setenv("SANPING_PLUG_INS_ALLOWED", ALLOWED)
    port = free_port()
    twin, data = write_twin(tmp_path / "town", {"gauges": port}), tmp_path / "data"
    own = HubProcess(hub_command(twin, data, "--trust"), data)
    request.addfinalizer(own.close)
    own.start()
    link = HubLink(own.where, screen="desk", kind="desk")
    request.addfinalizer(link.close)
    link.start()
    load = Load(port)
    load.start()
    until(lambda: load.acknowledged and link.state.reading("S1", "water_level"), 60)
    before, first = len(load.acknowledged), epoch_of(own)

    # when the hub is killed
    assert own.process_number is not None
    os.kill(own.process_number, signal.SIGKILL)
    until(lambda: not link.state.is_linked)
    kept = link.state.reading("S1", "water_level")
    until(lambda: link.state.is_linked and len(load.acknowledged) > before, 60)
    load.end()
    until(lambda: (shown := link.state.reading("S1", "water_level")) and shown.value == max(load.acknowledged.values()))

    # then the last values stood while it was away, another life took over, and nothing acknowledged is missing
    assert kept is not None
    assert epoch_of(own) != first
    series = Questions(own.where).series(
        SeriesKey(station="S1", quantity="water_level"), now_ms() - DAY_MS, now_ms() + DAY_MS
    )
    found = dict(zip(series.event_ms.astype(int).tolist(), series.value.tolist(), strict=True))
    assert {when: value for when, value in load.acknowledged.items() if found.get(when) != value} == {}


DESK = """
import sys, time
from pathlib import Path
from sanping.client.hub_process import HubProcess, hub_command
twin, data = map(Path, sys.argv[1:])
own = HubProcess(hub_command(twin, data), data)
own.start()
print(own.wait_until_healthy(), flush=True)
time.sleep(600)
"""


def test_the_next_desk_takes_over_the_hub_of_one_that_crashed(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    # given a desk in a process of its own, with its hub
    twin, data = write_twin(tmp_path / "town", {}), tmp_path / "data"
    desk = subprocess.Popen([sys.executable, "-c", DESK, str(twin), str(data)], stdout=subprocess.PIPE, text=True)
    assert desk.stdout is not None
    assert desk.stdout.readline().strip() == "True"
    next_one = HubProcess(hub_command(twin, data), data)
    request.addfinalizer(next_one.close)
    first = epoch_of(next_one)

    # when the desk crashes, and a person starts another
    desk.kill()
    desk.wait()
    desk.stdout.close()
    survived = next_one.is_healthy()
    next_one.start()
    time.sleep(1.5)

    # then the hub went on, no second one was started, and it ends with the desk that took it over
    assert survived
    assert next_one.process_number is None
    assert epoch_of(next_one) == first
    next_one.close()
    until(lambda: not next_one.is_healthy())


SCREEN = """
import sys, time
from sanping.client.link import HubLink
link = HubLink(lambda: (sys.argv[1], sys.argv[2]), screen=sys.argv[3], kind="wall")
link.start()
while not link.state.is_linked:
    time.sleep(0.02)
print("linked", flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "frozen"])
def test_the_death_of_a_screen_is_nothing_to_the_hub_and_the_others(hub: RunningHub, how: signal.Signals) -> None:
    # given two screens, one of them in a process of its own, and a device
    link = HubLink(hub.where, screen="desk", kind="desk")
    link.start()
    wall = subprocess.Popen([sys.executable, "-c", SCREEN, *hub.where(), "wall"], stdout=subprocess.PIPE, text=True)
    assert wall.stdout is not None
    assert wall.stdout.readline().strip() == "linked"
    device = Device(PORT)
    screens = Questions(hub.where).ask("/health", {})["screens"]

    # when that process dies, or stands still
    wall.send_signal(how)
    for number in range(1, 6):
        device.report(number, "A1", now_ms(), water_level=float(number))
        device.acknowledged([number])
        until(lambda number=number: (shown := link.state.reading("S1", "water_level")) and shown.value == number)

    # then the other saw everything, and the hub forgets the one that does not answer
    assert screens == 2
    until(lambda: Questions(hub.where).ask("/health", {})["screens"] == 1, 40)
    assert link.state.is_linked
    wall.kill()
    wall.wait()
    wall.stdout.close()
    link.close()
    device.close()
