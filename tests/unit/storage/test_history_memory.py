"""What a history keeps in memory of what it wrote."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from fakes.small_river import NOON_MS, reading
from sanping.domain.observation import Observation
from sanping.ports.history import SeriesKey
from sanping.storage.duckdb_file import connected
from sanping.storage.duckdb_history import DuckDbHistory

LEVEL = SeriesKey(station="up", quantity="water_level")


def blocks_mb(history: DuckDbHistory) -> float:
    question = "select sum(memory_usage_bytes) from duckdb_memory() where tag = 'BASE_TABLE'"
    asked = history._database.execute(question).fetchone()
    return float(asked[0]) / 1e6 if asked else 0.0


def noise(count: int) -> list[Observation]:
    """Rows whose values fill the engine's blocks."""
    numbers = np.random.default_rng(1).random(count).tolist()
    return [reading("up", "water_level", value, NOON_MS + number * 1000) for number, value in enumerate(numbers)]


def test_what_was_written_leaves_memory_and_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a history that lets go once more than forty thousand rows came, and that many in the file
    monkeypatch.setattr("sanping.storage.duckdb_history._ROWS_PER_SAVE", 40_000)
    monkeypatch.setattr("sanping.storage.duckdb_history._LEFT_IN_MEMORY_MB", 1)
    history = DuckDbHistory(tmp_path)
    rows = noise(40_001)
    numbers = [row.value for row in rows]
    history.append(rows[:-1])
    history._database.execute("checkpoint")
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == numbers[:-1]
    before_mb = blocks_mb(history)

    # when one more comes
    history.append(rows[-1:])

    # then little of them stays in memory, questions may use all of it again, and nothing is lost
    assert blocks_mb(history) <= 1.1 < before_mb
    assert history._database.execute("select current_setting('memory_limit')").fetchone() == ("488.2 MiB",)
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == numbers
    history.close()


def test_rows_that_no_checkpoint_has_written_yet_stay_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a history that lets go of all but a megabyte
    monkeypatch.setattr("sanping.storage.duckdb_history._ROWS_PER_SAVE", 100_000)
    monkeypatch.setattr("sanping.storage.duckdb_history._LEFT_IN_MEMORY_MB", 1)
    history = DuckDbHistory(tmp_path)

    # when it does so while many rows wait for a checkpoint
    history.append(noise(100_001))

    # then none of them goes into a file beside
    question = "select sum(memory_usage_bytes), sum(temporary_storage_bytes) from duckdb_memory()"
    (used, beside) = history._database.execute(question).fetchone() or (0, 0)
    assert used > 2_000_000
    assert beside == 0
    history.close()


def test_a_file_that_was_open_for_long_is_opened_again_before_many_rows_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a history that saves after ten rows
    monkeypatch.setattr("sanping.storage.duckdb_history._ROWS_PER_SAVE", 10)
    history = DuckDbHistory(tmp_path)
    first = history._database
    history.append(noise(11))
    assert history._database is first

    # when it was open for longer than it may be
    monkeypatch.setattr("sanping.storage.duckdb_history._OPEN_AT_MOST_S", 0.0)
    history.append(noise(22)[11:])

    # then it is opened again
    assert history._database is not first
    assert len(history.series(LEVEL, 0, 2 * NOON_MS).value) == 22
    history.close()


def test_the_file_is_opened_again_now_and_then_and_nobody_notices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a history that saves after ten rows, and opens its file again after two of them
    monkeypatch.setattr("sanping.storage.duckdb_history._ROWS_PER_SAVE", 10)
    monkeypatch.setattr("sanping.storage.duckdb_history._SAVES_PER_OPENING", 2)
    history = DuckDbHistory(tmp_path)
    connections, revisions, refused = {id(history._database)}, [], []
    kept = [history._database]  # so that no other takes its place

    # when rows come, one of them a correction, and once the file cannot be opened
    for number in range(60):
        if number == 30:
            monkeypatch.setattr("sanping.storage.duckdb_history.connected", refusing_once(refused))
        revisions.append(history.append([reading("up", "water_level", float(number), NOON_MS + number * 1000)]))
        if id(history._database) not in connections:
            connections.add(id(history._database))
            kept.append(history._database)
    history.append([reading("up", "water_level", 99.0, NOON_MS + 1000)])

    # then it was opened several times, every row is there, and revisions went on
    assert len(connections) > 2
    found = history.series(LEVEL, 0, 2 * NOON_MS).value.tolist()
    assert found == [0.0, 99.0, *(float(number) for number in range(2, 60))]
    assert revisions == sorted(revisions)
    assert history.damaged == ()
    assert refused
    history.close()


def refusing_once(refused: list[bool]) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Return what opens a file, but for the first time."""

    def connect(*what: object) -> duckdb.DuckDBPyConnection:
        if not refused:
            refused.append(True)
            raise duckdb.IOException("the disk is away")
        return connected(*what)  # type: ignore[arg-type]

    return connect
