"""What a history keeps in memory of what it wrote."""

from pathlib import Path

import numpy as np
import pytest

from fakes.small_river import NOON_MS, reading
from sanping.ports.history import SeriesKey
from sanping.storage.duckdb_history import DuckDbHistory

LEVEL = SeriesKey(station="up", quantity="water_level")


def used_mb(history: DuckDbHistory) -> float:
    asked = history._database.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchone()
    return float(asked[0]) / 1e6 if asked else 0.0


def test_what_was_written_leaves_memory_and_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a history that lets go once more than forty thousand rows came, and that many in the file
    monkeypatch.setattr("sanping.storage.duckdb_history._ROWS_PER_SAVE", 40_000)
    monkeypatch.setattr("sanping.storage.duckdb_history._LEFT_IN_MEMORY_MB", 1)
    history = DuckDbHistory(tmp_path)
    numbers = np.random.default_rng(1).random(40_001).tolist()  # noise is what fills the engine's blocks
    rows = [reading("up", "water_level", value, NOON_MS + number * 1000) for number, value in enumerate(numbers)]
    history.append(rows[:-1])
    history._database.execute("checkpoint")
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == numbers[:-1]
    before_mb = used_mb(history)

    # when one more comes
    history.append(rows[-1:])

    # then little of them stays in memory, questions may use all of it again, and nothing is lost
    assert used_mb(history) <= 1.1 < before_mb
    assert history._database.execute("select current_setting('memory_limit')").fetchone() == ("488.2 MiB",)
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == numbers
    history.close()
