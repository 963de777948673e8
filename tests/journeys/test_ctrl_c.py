"""Ctrl-C while the desk is loading: the window closes, the workers end, and nothing is printed but what is meant."""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from fakes.small_hub import until
from sanping.ui.ending import BY_SIGNAL, ended_by_signals

pytestmark = pytest.mark.gui
WORKER = b"sanping.workers.child"
TWIN = """
title = { zh = "小城", en = "Small town" }
crs = "EPSG:4549"
latitude = 31.24
longitude = 121.42
moment = 2026-06-21T14:00:00+08:00
attribution = { zh = "测试", en = "Test" }

[[layers]]
name = "houses"
title = { zh = "房屋", en = "Houses" }
group = { zh = "建筑", en = "Buildings" }
role = "buildings"
path = "houses.geojson"
crs = "EPSG:4549"
"""


def test_a_signal_closes_once_and_tells_its_number_as_a_shell_does(qtbot: object) -> None:
    # given something that is open
    closed: list[bool] = []
    with ended_by_signals(lambda: closed.append(True)) as ending:
        assert ending.status == 0

        # when Ctrl-C is pressed twice
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
        qtbot.waitUntil(lambda: bool(closed), timeout=20_000)  # type: ignore[attr-defined]

    # then it was closed once, and signals mean afterwards what they meant before
    assert closed == [True]
    assert ending.status == BY_SIGNAL + signal.SIGINT == 130
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_while_layers_are_read_ends_the_desk_and_its_workers(tmp_path: Path) -> None:
    # given a desk that reads three thousand houses in a worker
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / "twin.toml").write_text(TWIN, encoding="utf-8")
    (folder / "houses.geojson").write_text(json.dumps(houses(3_000)))
    environment = {**os.environ, "SANPING_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    words = [sys.executable, "-m", "sanping", "run", str(folder), "--no-hub"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          start_new_session=True) as running:  # fmt: skip
        until(lambda: workers_of(tmp_path) or running.poll() is not None, 90)
        assert running.poll() is None

        # when Ctrl-C is pressed
        running.send_signal(signal.SIGINT)
        said, _ = running.communicate(timeout=60)

    # then it ends as an interrupted program, without a word of where it was, and its workers with it
    assert running.returncode == 130, said
    assert "Traceback" not in said
    assert not workers_of(tmp_path)
    assert not list(tmp_path.rglob("*.part"))


def workers_of(home: Path) -> list[int]:
    """Return the workers of the desk that has its home here; each has a session of its own."""
    found, mark = [], f"SANPING_HOME={home}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended, or is another's
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if WORKER in words and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def houses(count: int) -> dict[str, object]:
    def ring(number: int) -> list[list[float]]:
        x, y = 348_000.0 + 30.0 * (number % 100), 3_455_000.0 + 30.0 * (number // 100)
        return [[x, y], [x + 12, y], [x + 12, y + 12], [x, y + 12], [x, y]]

    return {"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": f"h{number}", "properties": {"height": 12},
         "geometry": {"type": "Polygon", "coordinates": [ring(number)]}} for number in range(count)
    ]}  # fmt: skip
