"""The desk's hub ends by itself: nobody waits for it at the window, and none is left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from fakes.small_hub import ALLOWED, PLUGINS, PROGRAM, REPOSITORY, Device, now_ms, until, write_twin
from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.client.hub_process import HubProcess, hub_command
from sanping.client.link import HubLink
from sanping.domain.errors import HubUnreachable
from sanping.formats.project import load_project
from sanping.hub.folder import opened
from sanping.hub.spare_port import free_port
from sanping.storage.opening import history_in

DESK = """
import sys, time
from pathlib import Path
from sanping.client.hub_process import HubProcess
own = HubProcess(sys.argv[2:], Path(sys.argv[1]))
own.start()
print(own.wait_until_healthy(60), own.process_number, flush=True)
time.sleep(600)
"""


def is_running(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def test_closing_returns_at_once_and_the_hub_commits_what_it_has_by_itself(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a desk's hub with a value, and the hub stands still, as it does on a disk that takes long
    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    monkeypatch.setenv("SANPING_PLUG_INS_ALLOWED", ALLOWED)
    port = free_port()
    twin, data = write_twin(tmp_path / "town", {"gauges": port}), tmp_path / "data"
    own = HubProcess(hub_command(twin, data, "--trust"), data)
    request.addfinalizer(lambda: own.close() or own.has_ended(60))
    own.start()
    assert own.wait_until_healthy(60)
    device = Device(port)
    device.report(1, "A1", now_ms(), water_level=1.5)
    device.acknowledged([1])
    device.close()
    process = own.process_number
    assert process is not None
    os.kill(process, signal.SIGSTOP)

    # when it is closed, and goes on later
    own.close()
    had_ended = own.has_ended()
    os.kill(process, signal.SIGCONT)

    # then closing did not wait, the hub ended in order, and the value is kept
    assert not had_ended
    assert own.has_ended(60)
    assert not is_running(process)
    assert not (data / "address.json").exists()
    history = history_in(data)
    assert [row.value for row in history.as_of(now_ms())] == [1.5]
    history.close()


def test_a_hub_that_does_not_end_is_killed_and_no_other(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a process that hears no signal to end, and another one
    monkeypatch.setattr("sanping.client.hub_process.STOPPED_WITHIN_S", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('x', flush=True); time.sleep(600)"
    own = HubProcess((sys.executable, "-c", deaf), tmp_path)
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    request.addfinalizer(lambda: other.communicate(b"\n"))
    own.start()
    until(lambda: own.process_number is not None)
    process = own.process_number
    assert process is not None
    time.sleep(0.5)

    # when it is closed
    own.close()

    # then it is gone, and the other runs
    assert own.has_ended(60)
    assert not is_running(process)
    assert other.poll() is None


def test_the_next_hub_waits_until_the_one_before_has_written_all(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # given the desk on one twin, whose hub stands still
    choice = HubChoice()
    first, second = (load_project(write_twin(tmp_path / name, {})) for name in ("one", "two"))
    hub_of = hubs(choice, first)
    request.addfinalizer(hub_of.finish)
    one = hub_of(first)
    assert isinstance(one, HubProcess)
    one.start()
    assert one.wait_until_healthy(60)
    frozen = one.process_number
    assert frozen is not None
    os.kill(frozen, signal.SIGSTOP)

    # when the desk changes to another twin and back
    one.close()
    two = hub_of(second)
    assert isinstance(two, HubProcess)
    two.start()
    with pytest.raises(HubUnreachable, match="收尾") as waiting:
        two.where()
    time.sleep(0.5)
    begun = two.process_number
    two.close()
    again = hub_of(first)
    assert isinstance(again, HubProcess)
    again.start()
    os.kill(frozen, signal.SIGCONT)

    # then the second waited and said so, the third begins after both, and none is left in the end
    assert begun is None
    assert "finishing" in waiting.value.in_language("en")
    assert again.wait_until_healthy(60)
    assert one.has_ended()
    assert two.has_ended()
    last = again.process_number
    assert last is not None
    assert hub_of.finish()
    assert not is_running(frozen)
    assert not is_running(last)


def test_the_hub_of_a_desk_that_was_killed_ends_once_no_screen_is_left(tmp_path: Path) -> None:
    # given a desk in a process of its own with its hub, and another screen
    twin, data = write_twin(tmp_path / "town", {}), tmp_path / "data"
    command = [sys.executable, str(PROGRAM), str(twin), str(data), "--alone", "1"]
    places = os.pathsep.join([str(PLUGINS), str(REPOSITORY / "tests")])
    environment = {**os.environ, "PYTHONPATH": places, "SANPING_PLUG_INS_ALLOWED": ALLOWED}
    desk = subprocess.Popen(
        [sys.executable, "-c", DESK, str(data), *command], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert desk.stdout is not None
    is_healthy, number = desk.stdout.readline().split()
    assert is_healthy == "True"
    own = HubProcess(command, data)
    link = HubLink(own.where, screen="wall", kind="wall")
    link.start()
    until(lambda: link.state.is_linked)

    # when the desk is killed, and later the screen goes
    desk.kill()
    desk.wait()
    desk.stdout.close()
    time.sleep(3.0)
    was_running = is_running(int(number)) and link.state.is_linked
    link.close()

    # then the hub served the screen as long as it was there, and ended in order afterwards
    assert was_running
    until(lambda: not is_running(int(number)))
    opened(data).close()
    assert not any(thread.name == "hub-link" for thread in threading.enumerate())
