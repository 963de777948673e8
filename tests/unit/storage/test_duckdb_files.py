"""The file behind the history: reopened, damaged, in use, pruned; and the log of events."""

import shutil
import subprocess
import sys
from pathlib import Path

import apsw
import duckdb
import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import StoreFailed
from sanping.ports.event_log import Event
from sanping.ports.history import SeriesKey
from sanping.storage.catalogue import Catalogue
from sanping.storage.duckdb_history import FILE_NAME, DuckDbHistory
from sanping.storage.event_log import SqliteEventLog

LEVEL = SeriesKey(station="up", quantity="water_level")
DAY_MS = 1440 * MINUTE_MS


def kept(folder: Path, days: int = 1) -> DuckDbHistory:
    history = DuckDbHistory(folder)
    history.append(
        [reading("up", "water_level", float(day), NOON_MS + day * DAY_MS, source="g") for day in range(days)]
    )
    return history


def test_a_history_is_the_same_after_it_was_closed_and_opened_again(tmp_path: Path) -> None:
    # given a history that was closed
    kept(tmp_path, days=3).close()

    # when it is opened again and the same rows come once more
    history = kept(tmp_path, days=4)

    # then it knows them, and numbers on
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert history.keys() == [LEVEL]
    assert history.as_of(2 * NOON_MS)[0].source == "g"
    history.close()


def test_old_days_are_forgotten_and_the_rest_stays(tmp_path: Path) -> None:
    # given five days
    history = kept(tmp_path, days=5)

    # when everything before the fourth is removed
    removed = history.forget_before(NOON_MS + 3 * DAY_MS)

    # then two days are left, and what is left is known
    assert removed == 3
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [3.0, 4.0]
    assert history.span() == (NOON_MS + 3 * DAY_MS, NOON_MS + 4 * DAY_MS)
    history.close()


def test_the_room_of_what_was_forgotten_is_written_again(tmp_path: Path) -> None:
    # given a history that keeps two days
    history, sizes = DuckDbHistory(tmp_path), list[int]()

    # when ten days pass
    for day in range(10):
        for hour in range(24):
            at_ms = NOON_MS + day * DAY_MS + hour * 60 * MINUTE_MS
            history.append(
                [
                    reading(f"s{n}", "water_level", n * 0.7371 % 1 + hour * 0.0119, at_ms + n % 60 * MINUTE_MS + n)
                    for n in range(2000)
                ]
            )
        history.forget_before(NOON_MS + (day - 1) * DAY_MS)
        sizes.append(history.path.stat().st_size)

    # then the file has stopped growing
    assert sizes[-1] < 1.5 * sizes[4]
    assert history.span()[0] == NOON_MS + 8 * DAY_MS
    history.close()


@pytest.mark.parametrize("most", [0, 1000, 5000])
def test_what_fell_silent_is_known_however_long_ago_and_however_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    # given 1 200 stations that fell silent at times of their own over a year, half of them with the same last moment as
    # an earlier row of the next; looked up by where they ended, or not
    monkeypatch.setattr("sanping.storage.duckdb_history._MOST_SILENT", most)
    history = DuckDbHistory(tmp_path)
    ends = [NOON_MS + n * 7 * 60 * MINUTE_MS for n in range(1200)]
    rows = [reading(f"s{n}", "water_level", float(n), end_ms) for n, end_ms in enumerate(ends)]
    history.append(rows)
    history.append([reading(f"s{n + 1}", "water_level", -1.0, ends[n]) for n in range(0, 1199, 2)])

    # when the latest of all is asked for
    found = history.as_of(ends[-1] + 5 * DAY_MS)

    # then each station has its last value
    assert {(row.station, row.value) for row in found} == {(row.station, row.value) for row in rows}
    assert len(found) == 1200
    history.close()


def test_where_series_begin_and_end_is_known_after_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a history that writes down the spans of its series after every ten rows, and a copy of its files as a
    # killed process leaves them: 24 rows, four of them after the last writing down
    monkeypatch.setattr("sanping.storage.duckdb_history._ROWS_PER_SAVE", 9)
    live, crashed = tmp_path / "live", tmp_path / "crashed"
    history = DuckDbHistory(live)
    for number in range(24):
        history.append([reading(f"s{number % 3}", "water_level", float(number), NOON_MS + number * MINUTE_MS)])
    shutil.copytree(live, crashed)
    history.close()

    # when the copy is opened, and rows come that it has, and one late row that it has not
    again = DuckDbHistory(crashed)
    assert again.revision == 24
    assert again.span() == (NOON_MS, NOON_MS + 23 * MINUTE_MS)
    again.append([reading(f"s{n % 3}", "water_level", float(n), NOON_MS + n * MINUTE_MS) for n in range(24)])
    again.append([reading("s0", "water_level", 0.5, NOON_MS + MINUTE_MS // 2)])

    # then only the late one is new, and the latest of each is known
    kept = [row.value for batch in again.rows_between(0, 2 * NOON_MS) for row in batch]
    assert kept == [0.0, 0.5, *map(float, range(1, 24))]
    assert sorted(row.value for row in again.as_of(2 * NOON_MS)) == [21.0, 22.0, 23.0]
    again.close()


def test_a_failure_while_forgetting_leaves_everything_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given five days, and a disk that fails after rows were removed
    history = kept(tmp_path, days=5)

    def fails(_: Catalogue, __: int) -> None:
        raise duckdb.IOException("No space left on device")

    # when the first three days are to be removed
    with monkeypatch.context() as broken:
        broken.setattr(Catalogue, "save_spans", fails)
        with pytest.raises(StoreFailed):
            history.forget_before(NOON_MS + 3 * DAY_MS)

    # then they are there still, are known when they come again, and can be removed later
    history.append([reading("up", "water_level", 0.0, NOON_MS)])
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert not history.corrections
    assert history.span() == (NOON_MS, NOON_MS + 4 * DAY_MS)
    assert history.forget_before(NOON_MS + 3 * DAY_MS) == 3
    history.close()


def test_rows_between_two_moments_come_in_the_order_of_time(tmp_path: Path) -> None:
    # given five days, written in one order
    history = kept(tmp_path, days=5)
    history.append([reading("up", "flow", 1.0, NOON_MS + DAY_MS)])

    # when two of them are read in small batches
    batches = list(history.rows_between(NOON_MS + DAY_MS, NOON_MS + 2 * DAY_MS, batch=2))

    # then they come by time, all of them
    assert [[row.value for row in batch] for batch in batches] == [[1.0, 1.0], [2.0]]
    history.close()


def test_a_damaged_file_is_put_aside_whole_and_a_fresh_one_begun(tmp_path: Path) -> None:
    # given a history whose file was overwritten in its head
    kept(tmp_path).close()
    damaged = bytearray((tmp_path / FILE_NAME).read_bytes())
    damaged[:4096] = b"\xff" * 4096
    (tmp_path / FILE_NAME).write_bytes(damaged)

    # when it is opened
    history = DuckDbHistory(tmp_path)

    # then the old file is kept, named, and the new one works
    assert history.damaged == (tmp_path / f"{FILE_NAME}.damaged-1",)
    assert history.damaged[0].read_bytes() == bytes(damaged)
    assert history.span() == (0, 0)
    history.append([reading("up", "water_level", 1.0)])
    assert len(history.as_of(NOON_MS)) == 1
    history.close()


def test_a_file_that_another_hub_uses_is_left_alone(tmp_path: Path) -> None:
    # given a history that another process holds open
    kept(tmp_path).close()
    script = f"import duckdb, sys; c = duckdb.connect({str(tmp_path / FILE_NAME)!r}); "
    script += "print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"

        # when it is opened here too
        # then that is refused, and nothing is put aside
        with pytest.raises(StoreFailed, match="另一个中枢"):
            DuckDbHistory(tmp_path)
        other.communicate(b"")
    assert [path.name for path in tmp_path.iterdir() if "damaged" in path.name] == []


def test_a_batch_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    # given a history whose connection is gone
    history = kept(tmp_path)
    history.close()

    # when a batch with a new station is written
    with pytest.raises(StoreFailed, match="无法写入"):
        history.append([reading("new", "water_level", 1.0)])

    # then nothing of it is known afterwards
    assert history.keys() == [LEVEL]
    assert isinstance(history._catalogue, Catalogue)


def test_a_store_that_could_not_be_opened_again_is_opened_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a history whose engine gives up in the middle of a commit, on a disk that cannot be read for a while
    history = kept(tmp_path)

    def gives_up(_: Catalogue) -> None:
        raise duckdb.FatalException("database has been invalidated")

    def fails(_: DuckDbHistory) -> None:
        raise duckdb.IOException("Input/output error")

    # when two batches come then, a question, and another batch when the disk is back
    with monkeypatch.context() as broken:
        broken.setattr(Catalogue, "write_new", gives_up)
        broken.setattr(DuckDbHistory, "_read", fails)
        for _ in range(2):
            with pytest.raises(StoreFailed):
                history.append([reading("up", "water_level", 5.0, NOON_MS + DAY_MS)])
        with pytest.raises(StoreFailed):
            history.series(LEVEL, 0, 2 * NOON_MS)
    history.append([reading("up", "water_level", 5.0, NOON_MS + DAY_MS)])

    # then everything acknowledged is there
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [0.0, 5.0]
    history.close()


def test_events_are_numbered_without_gaps_over_restarts(tmp_path: Path) -> None:
    # given a log with two events that was closed
    log = SqliteEventLog(tmp_path)
    assert log.append([(NOON_MS, "alarm", b"{}"), (NOON_MS + 1, "ack", b'{"a":1}')]) == 2
    log.close()

    # when it is opened again and another is added
    log = SqliteEventLog(tmp_path)
    last = log.append([(NOON_MS + 2, "alarm", b"x")])

    # then the numbers go on, and any span and kind can be asked for
    assert last == 3
    assert log.append([]) == 3
    assert [event.seq for event in log.between(NOON_MS, NOON_MS + 1)] == [1, 2]
    assert list(log.between(0, 2 * NOON_MS, ["ack"])) == [
        Event(seq=2, time_ms=NOON_MS + 1, kind="ack", body=b'{"a":1}')
    ]
    log.close()


def test_events_that_cannot_be_written_are_not_numbered(tmp_path: Path) -> None:
    # given a log that another program holds locked
    log = SqliteEventLog(tmp_path)
    log._database.set_busy_timeout(1)
    other = apsw.Connection(str(log.path))
    other.execute("begin immediate")

    # when an event is added meanwhile, and again afterwards
    with pytest.raises(StoreFailed, match="无法写入"):
        log.append([(NOON_MS, "alarm", b"{}")])
    other.execute("rollback")

    # then the number was not spent
    assert log.append([(NOON_MS, "alarm", b"{}")]) == 1
    other.close()
    log.close()


def test_a_log_that_is_no_database_is_refused(tmp_path: Path) -> None:
    # given a file of something else
    (tmp_path / "events.sqlite").write_bytes(b"not a database" * 400)

    # when it is opened
    # then the reason and the file are named
    with pytest.raises(StoreFailed, match="无法打开") as caught:
        SqliteEventLog(tmp_path)
    assert caught.value.path.endswith("events.sqlite")


def test_numbers_of_events_can_be_followed_and_found_by_time(tmp_path: Path) -> None:
    # given a log with four events
    log = SqliteEventLog(tmp_path)
    log.append([(NOON_MS + n * MINUTE_MS, "alarm", b"{}") for n in range(4)])

    # when what came after the second is asked for, in part, and what stood at a moment
    # then the numbers are dense and the epoch outlives a restart
    assert [event.seq for event in log.since(2)] == [3, 4]
    assert [event.seq for event in log.since(0, limit=2)] == [1, 2]
    assert (log.at(NOON_MS + MINUTE_MS), log.at(NOON_MS - 1)) == (2, 0)
    epoch = log.epoch
    log.close()
    again = SqliteEventLog(tmp_path)
    assert again.epoch == epoch != ""
    again.close()


def test_rows_that_no_column_can_hold_are_counted_and_the_rest_is_kept(tmp_path: Path) -> None:
    # given rows with a text that is no Unicode and a time beyond all times
    history = DuckDbHistory(tmp_path)
    rows = [
        reading("up", "water_level", 1.0),
        reading("bad\ud800", "water_level", 2.0),
        reading("far", "water_level", 3.0, 1 << 63),
    ]

    # when they are written
    history.append(rows)

    # then the good one is there
    assert [row.station for row in history.as_of(NOON_MS)] == ["up"]
    assert history.rows_refused == 2
    history.close()


def log_left_behind(folder: Path) -> tuple[Path, Path, list[int]]:
    """A history as a killed process leaves it: four commits in its log, none in its file; and where they end."""
    live = folder / "live"
    history = DuckDbHistory(live)
    ends = []
    for n in range(4):
        history.append([reading("up", "water_level", float(n), NOON_MS + n * MINUTE_MS)])
        ends.append((live / f"{FILE_NAME}.wal").stat().st_size)
    killed = folder / "killed"
    shutil.copytree(live, killed)
    history.close()
    return killed, killed / f"{FILE_NAME}.wal", ends


def test_a_damaged_log_costs_only_what_stands_behind_the_damage(tmp_path: Path) -> None:
    # given the log of a killed process with a flipped bit in its third commit
    killed, log, ends = log_left_behind(tmp_path)
    content = bytearray(log.read_bytes())
    content[(ends[1] + ends[2]) // 2] ^= 1
    log.write_bytes(content)

    # when it is opened
    history = DuckDbHistory(killed)

    # then the commits before it are there, and the log is kept
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [0.0, 1.0]
    assert [path.name for path in history.damaged] == [f"{FILE_NAME}.wal.damaged-1"]
    assert history.damaged[0].read_bytes() == bytes(content)
    history.close()


def test_a_torn_end_of_the_log_is_no_damage(tmp_path: Path) -> None:
    # given a log whose last commit was only written in part
    killed, log, _ = log_left_behind(tmp_path)
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - 20)

    # when it is opened
    history = DuckDbHistory(killed)

    # then the others are there, and nothing was put aside
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [0.0, 1.0, 2.0]
    assert history.damaged == ()
    history.close()


def test_a_disk_that_cannot_be_reached_is_no_damage(tmp_path: Path) -> None:
    # given a folder where the file should be
    (tmp_path / FILE_NAME).mkdir()

    # when the history is opened
    # then it is refused, and nothing is put aside
    with pytest.raises(StoreFailed, match="无法打开"):
        DuckDbHistory(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
