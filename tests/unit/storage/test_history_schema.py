"""Files of the history that other versions wrote."""

from pathlib import Path

import duckdb
import pytest

from fakes.former_stores import HISTORY_1
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import StoreFailed
from sanping.ports.history import SeriesKey
from sanping.storage.duckdb_history import FILE_NAME, DuckDbHistory
from sanping.storage.history_schema import VERSION, former_copy

HOUR_MS = 60 * MINUTE_MS
FIRST_ROWS = """
insert into series values (0, 'up', 'water_level', 'avg', 'm'), (1, 'up', 'water_level', 'instant', 'm'),
    (2, 'up', 'water_level', 'instant', 'cm'), (3, 'gone', 'flow', 'instant', 'm3/s');
"""


def first_version(folder: Path) -> None:
    """A file of version 1: means of ten minutes and of an hour under one number, and a series that changed its unit."""
    folder.mkdir(exist_ok=True)
    with duckdb.connect(str(folder / FILE_NAME)) as database:
        database.execute(HISTORY_1 + FIRST_ROWS)
        database.executemany(
            "insert into observations values (?, ?, ?, ?, 0, 1, 'T', 0, ?, true)",
            [
                (0, NOON_MS - 10 * MINUTE_MS, NOON_MS, 3.0, 600),
                (0, NOON_MS, NOON_MS, 2.5, 3600),
                (1, NOON_MS, NOON_MS, 3.1, 0),
                (2, NOON_MS + MINUTE_MS, NOON_MS, 312.0, 0),
            ],
        )


def test_a_file_of_the_first_version_goes_on_with_all_its_rows(tmp_path: Path) -> None:
    # given a file of version 1
    first_version(tmp_path)

    # when it is opened, written to, closed and opened again
    history = DuckDbHistory(tmp_path)
    history.append([reading("up", "water_level", 3.3, NOON_MS, statistic="avg", period_s=600)])
    history.append([reading("up", "water_level", 9.9, NOON_MS, statistic="avg", period_s=3600)])
    history.close()
    again = DuckDbHistory(tmp_path)
    rows = [row for batch in again.rows_between(0, 2 * NOON_MS) for row in batch]
    means = [
        again.series(SeriesKey(station="up", quantity="water_level", statistic="avg", period_s=p), 0, 2 * NOON_MS)
        for p in (600, 3600)
    ]
    again.close()

    # then each mean is under its period, what was not corrected has not changed, and the correction holds
    assert [series.value.tolist() for series in means] == [[3.0, 3.3], [9.9]]
    assert [(row.value, row.unit, row.period_s) for row in rows if row.mark == "T"] == [
        (3.0, "m", 600),
        (3.1, "m", 0),
        (312.0, "cm", 0),
    ]
    assert all((row.source, row.origin, row.is_simulated) == ("g", "late", True) for row in rows if row.mark == "T")
    assert len(rows) == 5


def test_a_file_of_the_second_version_takes_corrections(tmp_path: Path) -> None:
    # given a file as version 2 left it, with the spans of its series
    history = DuckDbHistory(tmp_path)
    history.append([reading("up", "water_level", 3.0, NOON_MS + n * MINUTE_MS) for n in range(3)])
    history.close()
    with duckdb.connect(str(tmp_path / FILE_NAME)) as database:
        database.execute("drop table corrections")
        database.execute("update about set version = 2")

    # when it is opened, a row is corrected, and it is opened again
    history = DuckDbHistory(tmp_path)
    history.append([reading("up", "water_level", 3.5, NOON_MS + MINUTE_MS)])
    history.close()
    again = DuckDbHistory(tmp_path)
    found = again.series(SeriesKey(station="up", quantity="water_level"), 0, 2 * NOON_MS).value.tolist()
    again.close()

    # then all is there, the correction too, and the file says its version once
    with duckdb.connect(str(tmp_path / FILE_NAME)) as database:
        versions = database.execute("select version from about").fetchall()
    assert found == [3.0, 3.5, 3.0]
    assert versions == [(VERSION,)]


def test_an_upgrade_that_is_interrupted_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a file of version 1
    first_version(tmp_path)

    # when the program ends in the middle of taking it over, and starts again
    with monkeypatch.context() as broken:
        broken.setattr("sanping.storage.history_schema._FILL", "select * from nowhere")
        with pytest.raises(StoreFailed):
            DuckDbHistory(tmp_path)
    history = DuckDbHistory(tmp_path)

    # then all is there
    assert sum(len(batch) for batch in history.rows_between(0, 2 * NOON_MS)) == 4
    history.close()


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    # given a file that a newer program wrote
    DuckDbHistory(tmp_path).close()
    with duckdb.connect(str(tmp_path / FILE_NAME)) as database:
        database.execute("update about set version = ?", [VERSION + 1])
    before = (tmp_path / FILE_NAME).read_bytes()

    # when it is opened
    with pytest.raises(StoreFailed) as refused:
        DuckDbHistory(tmp_path)

    # then it says so, and the file is as it was
    assert "更新" in refused.value.message.zh
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_the_file_of_before_is_kept_beside_and_an_earlier_program_can_go_on_with_it(tmp_path: Path) -> None:
    # given a file of version 1
    first_version(tmp_path)

    # when it is taken over, twice
    DuckDbHistory(tmp_path).close()
    former = former_copy(tmp_path / FILE_NAME, 1)
    written_ns = former.stat().st_mtime_ns
    DuckDbHistory(tmp_path).close()

    # then a whole file of version 1 lies beside, copied once
    with duckdb.connect(str(former), read_only=True) as database:
        found = database.execute("select count(*), sum(period_s) from observations").fetchall()
    assert found == [(4, 4200)]
    assert former.stat().st_mtime_ns == written_ns
