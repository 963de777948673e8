"""Corrections in the history's file: `sanping.storage.revisions` with the store that keeps them."""

import shutil
from pathlib import Path

import duckdb
import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import StoreFailed
from sanping.storage.catalogue import Catalogue
from sanping.storage.duckdb_history import FILE_NAME, DuckDbHistory
from sanping.storage.spool import Spool
from sanping.storage.spooled_history import SpooledHistory


def test_corrections_are_known_after_a_crash(tmp_path: Path) -> None:
    # given a history of two corrected stations, and a copy of its files as a killed process leaves them
    live, crashed = tmp_path / "live", tmp_path / "crashed"
    history = DuckDbHistory(live)
    history.append([reading(f"s{n}", "water_level", float(n)) for n in range(3)])
    for value in (7.0, 8.0):
        history.append([reading(f"s{n}", "water_level", value + n) for n in range(2)])
    shutil.copytree(live, crashed)
    history.close()

    # when the copy is opened, and the last correction comes again
    again = DuckDbHistory(crashed)
    begun = again.revision
    again.append([reading("s1", "water_level", 9.0)])

    # then the last word of each station holds, and nothing is new
    assert begun == 3
    assert sorted(row.value for row in again.as_of(NOON_MS)) == [2.0, 8.0, 9.0]
    assert not again.corrections
    again.close()


def test_a_commit_that_fails_counts_no_correction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a row, and a disk that fails while its correction is written
    history = DuckDbHistory(tmp_path)
    history.append([reading("up", "water_level", 3.0)])

    def fails(_: Catalogue) -> None:
        raise duckdb.IOException("No space left on device")

    # when the correction comes, and again when there is room
    with monkeypatch.context() as broken:
        broken.setattr(Catalogue, "write_new", fails)
        with pytest.raises(StoreFailed):
            history.append([reading("up", "water_level", 4.0)])
    before = ([row.value for row in history.as_of(NOON_MS)], dict(history.corrections))
    history.append([reading("up", "water_level", 4.0)])

    # then it is not there before it is safe, and counts once
    assert before == ([3.0], {})
    assert [row.value for row in history.as_of(NOON_MS)] == [4.0]
    assert sum(history.corrections.values()) == 1
    history.close()


def test_all_that_was_ever_said_of_a_row_stays_in_the_file(tmp_path: Path) -> None:
    # given a row that was corrected in the same commit, and twice later
    history = DuckDbHistory(tmp_path)
    history.append([reading("up", "water_level", value) for value in (3.0, 3.1)])
    for value in (3.2, 3.0):
        history.append([reading("up", "water_level", value)])
    history.close()

    # when the file is looked into
    with duckdb.connect(str(tmp_path / FILE_NAME)) as database:
        told = "select value, revision from {} order by revision"
        first = database.execute(told.format("observations")).fetchall()
        later = database.execute(told.format("corrections")).fetchall()

    # then each word stands in it, in the order of its revision
    assert [value for value, _ in first + later] == [3.0, 3.1, 3.2, 3.0]
    assert [revision for _, revision in first + later] == sorted({revision for _, revision in first + later})


def test_corrections_that_waited_in_the_spool_hold_in_the_order_they_came(tmp_path: Path) -> None:
    # given a spool in which a row and two corrections wait, of which a hub that was killed had handed over the first
    spool, store = Spool(tmp_path, megabytes=1), DuckDbHistory(tmp_path)
    batches = [[reading("up", "water_level", value)] for value in (3.0, 4.0, 3.5)]
    for batch in batches:
        spool.append(batch)
    for batch in batches[:2]:
        store.append(batch)

    # when the hub begins again
    history = SpooledHistory(store, spool)

    # then the last holds
    assert history.backlog == 0
    assert [row.value for row in history.as_of(NOON_MS)] == [3.5]
    history.close()


def test_many_corrections_of_many_stations_are_found_in_every_slice(tmp_path: Path) -> None:
    # given four thousand stations over five minutes, of which every third row was corrected twice
    history = DuckDbHistory(tmp_path)
    rows = [
        reading(f"s{n}", "water_level", float(at), NOON_MS + at * MINUTE_MS) for at in range(5) for n in range(4000)
    ]
    history.append(rows)
    for extra in (100.0, 200.0):
        history.append([reading(row.station, "water_level", row.value + extra, row.event_ms) for row in rows[::3]])

    # when all of it is read, in small batches and as of each minute
    found = [row for batch in history.rows_between(0, 2 * NOON_MS, batch=1500) for row in batch]
    moments = [history.as_of(NOON_MS + at * MINUTE_MS) for at in range(5)]

    # then each row is there once as it was said last
    wanted = {(row.station, row.event_ms, row.value + (0 if n % 3 else 200.0)) for n, row in enumerate(rows)}
    assert len(found) == len(rows)
    assert {(row.station, row.event_ms, row.value) for row in found} == wanted
    for at, shown in enumerate(moments):
        assert {(row.station, row.event_ms, row.value) for row in shown} == {
            key for key in wanted if key[1] == NOON_MS + at * MINUTE_MS
        }
    history.close()
