"""The stores while processes are killed, the mains fail, disks fill up and bits flip."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.fault_script import report_of
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.ports.history import SeriesKey
from sanping.storage.duckdb_history import FILE_NAME, DuckDbHistory
from sanping.storage.spool import Spool
from sanping.storage.spooled_history import RETRY_S, SpooledHistory


def test_a_killed_writer_loses_nothing_it_acknowledged() -> None:
    # given a process that writes to history, spool and log of events
    # when it is killed at any moment, five times
    report = report_of("kill_store.py", "--cycles", "5", "--seed", "3")

    # then every acknowledged row is there with its value
    assert (report["lost"], report["wrong"], report["put_aside"]) == (0, 0, [])
    assert report["rows_checked"]


def test_a_power_cut_loses_nothing_acknowledged() -> None:
    # given stores on a disk of their own
    # when its power fails twice under load
    report = report_of("power_cut.py", "--cycles", "2", "--seed", "3")

    # then every acknowledged row is there with its value
    assert (report["lost"], report["wrong"]) == (0, 0)
    assert report["rows_checked"]


def test_the_power_cut_is_a_real_one() -> None:
    # given a spool and a log of events that acknowledge without waiting for the disk
    # when the power fails
    report = report_of("power_cut.py", "--cycles", "2", "--seed", "3", "--unsynced")

    # then acknowledged rows are gone, which the check above would have seen
    assert report["lost"]


def batch(number: int) -> list[Observation]:
    chance = random.Random(number)
    return [
        reading(f"s{n}", "water_level", chance.random(), NOON_MS + number * 1000, mark=str(chance.random()))
        for n in range(500)
    ]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        pytest.skip(f"no disk can be mounted here: {error}")
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_stops_acknowledgements_and_more_room_resumes_them(small_disk: Path) -> None:
    # given a history on a small disk
    history = DuckDbHistory(small_disk)
    acknowledged = 0

    # when it is written to until the disk is full
    failure = None
    while failure is None and acknowledged < 400:
        try:
            history.append(batch(acknowledged))
        except StoreFailed as error:
            failure = error
        else:
            acknowledged += 1
    still = len(history.as_of(NOON_MS * 2))
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    history.append(batch(acknowledged))
    history.close()

    # then the failure was said, questions were answered, and after a restart everything acknowledged is there, once
    assert failure is not None
    assert "无法写入" in failure.message.zh
    assert still == 500
    again = DuckDbHistory(small_disk)
    assert again.damaged == ()
    kept = {(row.station, row.event_ms): row.value for part in again.rows_between(0, NOON_MS * 2) for row in part}
    assert kept == {(row.station, row.event_ms): row.value for n in range(acknowledged + 1) for row in batch(n)}
    again.close()


def test_the_spool_goes_on_when_the_disk_is_full(small_disk: Path) -> None:
    # given a history with a spool that was reserved while there was room
    clock_s = [0.0]
    spool = Spool(small_disk, megabytes=2)
    history = SpooledHistory(DuckDbHistory(small_disk), spool, clock=lambda: clock_s[0])

    # when batches come until the disk is full and ten more are spooled
    acknowledged = 0
    while history.backlog < 5000 and acknowledged < 400:
        history.append(batch(acknowledged))
        acknowledged += 1
    assert history.backlog == 5000
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    clock_s[0] += RETRY_S + 0.1
    history.append(batch(acknowledged))

    # then all of them reach the store once there is room
    for number in (0, acknowledged - 5, acknowledged):
        key = SeriesKey(station="s7", quantity="water_level")
        at_ms = NOON_MS + number * 1000
        assert history.series(key, at_ms, at_ms).value.tolist() == [batch(number)[7].value]
    history.close()


def test_flipped_bits_never_give_a_wrong_value(tmp_path: Path) -> None:
    # given a history with a day in its file and the last rows in its log, as a killed process leaves it
    live, trial = tmp_path / "live", tmp_path / "trial"
    history = DuckDbHistory(live)
    for number in range(40):
        history.append(batch(number))
    history.close()
    history = DuckDbHistory(live)
    history.append(batch(40))
    history.append(batch(41))
    whole = {path.name: path.read_bytes() for path in live.iterdir()}
    right = {(row.station, row.event_ms): row.value for number in range(42) for row in batch(number)}
    chance, noticed = random.Random(5), 0

    # when single bits are flipped, a hundred times
    for n in range(100):
        shutil.rmtree(trial, ignore_errors=True)
        trial.mkdir()
        for name, content in whole.items():
            (trial / name).write_bytes(content)
        name = f"{FILE_NAME}.wal" if n % 4 == 0 else FILE_NAME
        damaged = bytearray(whole[name])
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        (trial / name).write_bytes(damaged)
        found, is_noticed = read_all(trial)
        noticed += is_noticed

        # then no value is wrong, and nothing that was written before the log is missing without a word
        assert all(right[key] == value for key, value in found.items())
        assert is_noticed or len(found) >= 41 * 500
    assert noticed > 50
    history.close()


def read_all(folder: Path) -> tuple[dict[tuple[str, int], float], bool]:
    """Return what can be read, and whether damage was noticed."""
    try:
        history = DuckDbHistory(folder)
    except StoreFailed:
        return {}, True
    try:
        rows = [row for part in history.rows_between(0, NOON_MS * 2) for row in part]
    except StoreFailed:
        return {}, True
    finally:
        history.close()
    return {(row.station, row.event_ms): row.value for row in rows}, bool(history.damaged)


def test_a_block_that_cannot_be_read_is_said_and_writing_goes_on(tmp_path: Path) -> None:
    # given a history of a day, with a bit flipped in its values
    history = DuckDbHistory(tmp_path)
    for number in range(200):
        history.append(batch(number))
    history.close()
    content = bytearray((tmp_path / FILE_NAME).read_bytes())
    chance = random.Random(2)
    for _ in range(6):
        content[chance.randrange(100_000, len(content))] ^= 1
    (tmp_path / FILE_NAME).write_bytes(content)

    # when it is opened, read and written to
    history = DuckDbHistory(tmp_path)
    later = reading("s0", "water_level", 7.0, NOON_MS + 1000 * MINUTE_MS)
    history.append([later])

    # then the new row is safe whatever became of the old
    history.close()
    again = DuckDbHistory(tmp_path)
    found = again.series(SeriesKey(station="s0", quantity="water_level"), later.event_ms, later.event_ms)
    assert found.value.tolist() == [7.0]
    again.close()
