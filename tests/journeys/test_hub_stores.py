"""What a hub's stores do under a real hub: late values, means that end together, and a disk that is full."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.small_hub import Device, now_ms, running_hub, until, write_twin
from sanping.client.questions import Questions
from sanping.hub.spare_port import free_port
from sanping.ports.history import SeriesKey

HOUR_MS = 3_600_000
RULE = """
[[rules]]
id = "high"
title = { zh = "水位超警戒", en = "Level over warning" }
kind = "above"
colour = "orange"
quantity = "water_level"
limit = 3.0
"""
LEVEL = SeriesKey(station="S2", quantity="water_level")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 100 MB, of which the spool takes 64."""
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
        )
    except OSError as error:
        pytest.skip(f"no disk can be mounted here: {error}")
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_late_value_is_kept_at_its_moment_and_raises_nothing(tmp_path: Path) -> None:
    # given a hub with a rule about high levels
    port = free_port()
    with running_hub(write_twin(tmp_path / "town", {"gauges": port}, rules=RULE), tmp_path / "data") as hub:
        device, at_ms = Device(port), now_ms()

        # when a device reports a high level of two hours ago, and then a high level of now
        device.report(1, "A2", at_ms - 2 * HOUR_MS, water_level=9.0)
        device.acknowledged([1])
        before = hub.ask("/alarms")
        device.report(2, "A1", at_ms, water_level=4.0)
        device.acknowledged([2])
        until(lambda: hub.ask("/alarms"))

        # then the late one stands at its moment, marked, and only the other raised an alarm
        (kept,) = Questions(hub.where).as_of(at_ms, ["S2"])
        alarms = hub.ask("/alarms")
        device.close()
    assert before == []
    assert (kept.value, kept.event_ms, kept.origin) == (9.0, at_ms - 2 * HOUR_MS, "late")
    assert isinstance(alarms, list)
    assert [alarm["station"] for alarm in alarms] == ["S1"]


def test_a_full_disk_is_said_and_what_was_acknowledged_meanwhile_is_there_after_a_kill(
    tmp_path: Path, small_disk: Path
) -> None:
    # given a hub whose disk fills up
    port = free_port()
    with running_hub(write_twin(tmp_path / "town", {"gauges": port}), small_disk / "data") as hub:
        device, at_ms = Device(port), now_ms()
        device.report(1, "A2", at_ms, water_level=1.0)
        device.acknowledged([1])
        subprocess.run(["dd", "if=/dev/zero", f"of={small_disk}/ballast", "bs=64k"], capture_output=True, check=False)

        # when values come until the history takes no more, and some after that; the hub is killed; there is room again
        number = 1
        while Questions(hub.where).is_healthy() and number < 400:
            number += 1
            device.report(number, "A2", at_ms - number * 1000, **{"water_level": float(number), "x" * 3000: 1.0})
            device.acknowledged([number])
        health, last = hub.ask("/health"), number + 5
        for more in range(number + 1, last + 1):
            device.report(more, "A2", at_ms - more * 1000, water_level=float(more))
            device.acknowledged([more])
        hub.killed()
        (small_disk / "ballast").unlink()
        hub.started_again()

        # then the hub had said so, and every acknowledged value is kept
        kept = Questions(hub.where).series(LEVEL, at_ms - HOUR_MS, at_ms)
        device.close()
        is_well = Questions(hub.where).is_healthy()
    assert isinstance(health, dict)
    assert "暂存" in health["store_zh"]
    assert sorted(kept.value.tolist()) == [float(n) for n in range(1, last + 1)]
    assert is_well
