"""The heartbeat of the window's thread, as systemd hears it on its socket."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sanping.ui.kiosk.heartbeat import Heartbeat

pytestmark = pytest.mark.gui


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as found:
        found.bind(str(tmp_path / "notify"))
        found.setblocking(False)
        yield found


def heard(listener: socket.socket) -> list[str]:
    words = []
    while True:
        try:
            words.append(listener.recv(256).decode())
        except BlockingIOError:
            return words


def test_beats_reach_the_socket_while_the_window_s_thread_lives(listener: socket.socket, qtbot: Any) -> None:
    # given a watchdog whose patience is three tenths of a second
    words: list[str] = []
    heart = Heartbeat({"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": "300000"})

    # when the window stands for a while, and closes
    heart.begin()
    qtbot.waitUntil(lambda: words.extend(heard(listener)) or len(words) >= 5, timeout=20_000)
    heart.stop()
    words += heard(listener)

    # then it was told that it is ready, that it lives, and that it stops
    assert words[0] == "READY=1"
    assert set(words[2:-1]) == {"WATCHDOG=1"}
    assert words[-1] == "STOPPING=1"


def test_patience_is_asked_for_until_the_city_stands(listener: socket.socket) -> None:
    # given a watchdog of thirty seconds
    heart = Heartbeat({"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": "30000000"})

    # when the window stands, and then the city
    heart.begin()
    first = heard(listener)
    heart.settle()
    second = heard(listener)
    heart.stop()

    # then five minutes are allowed at first, and thirty seconds from then on
    assert first == ["READY=1", "WATCHDOG_USEC=300000000", "WATCHDOG=1"]
    assert second == ["WATCHDOG_USEC=30000000", "WATCHDOG=1"]


def test_a_thread_that_hangs_sends_no_beat(listener: socket.socket, qtbot: Any) -> None:
    # given a heart that beats
    heart = Heartbeat({"NOTIFY_SOCKET": listener.getsockname(), "WATCHDOG_USEC": "150000"})
    heart.begin()
    qtbot.wait(200)
    heard(listener)

    # when the thread hangs
    time.sleep(0.4)
    silence = heard(listener)
    heart.stop()

    # then nothing is sent meanwhile
    assert silence == []


def test_a_name_without_a_file_is_understood() -> None:
    # given a socket of the abstract kind, as user services may have
    name = f"sanping-test-{time.monotonic_ns()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as found:
        found.bind(f"\0{name}")
        heart = Heartbeat({"NOTIFY_SOCKET": f"@{name}"})

        # when the window stands
        heart.begin()
        words = [found.recv(256), found.recv(256)]
        heart.stop()

    # then it is heard
    assert words == [b"READY=1", b"WATCHDOG=1"]


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_without_a_listener_it_is_silent(environment: dict[str, str]) -> None:
    # given nobody who listens
    heart = Heartbeat({**environment, "WATCHDOG_USEC": "nonsense"})

    # when the window stands and closes
    heart.begin()
    heart.stop()

    # then nothing happens
    assert heart.is_heard == (environment.get("NOTIFY_SOCKET", "") != "")
