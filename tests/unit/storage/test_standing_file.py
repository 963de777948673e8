"""A store whose file is deleted under it: what is written then is not acknowledged."""

import shutil
from pathlib import Path

import pytest

from fakes.small_river import NOON_MS, reading
from sanping.domain.errors import StoreFailed
from sanping.ports.site_book import Parked
from sanping.storage.duckdb_history import DuckDbHistory
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.site_book import SqliteSiteBook
from sanping.storage.spool import Spool
from sanping.storage.standing_file import StandingFile

ROW = reading("up", "water_level", 1.0, NOON_MS)


def test_a_file_stands_until_it_is_deleted_or_another_takes_its_place(tmp_path: Path) -> None:
    # given a file
    path = tmp_path / "file"
    path.write_text("one")
    standing = StandingFile(path)
    assert standing.is_there()

    # when it is written to, and then replaced
    path.write_text("two")
    assert standing.is_there()
    (tmp_path / "other").write_text("three")
    (tmp_path / "other").replace(path)

    # then it does not stand any more, nor when its folder is gone
    assert not standing.is_there()
    shutil.rmtree(tmp_path)
    assert not standing.is_there()


def test_a_history_acknowledges_nothing_once_its_file_is_deleted(tmp_path: Path) -> None:
    # given a history that has acknowledged a row
    history = DuckDbHistory(tmp_path / "data")
    history.append([ROW])

    # when its folder is deleted
    shutil.rmtree(tmp_path / "data")

    # then the next row is refused, and why
    with pytest.raises(StoreFailed) as refused:
        history.append([reading("up", "water_level", 2.0, NOON_MS + 1000)])
    assert "deleted" in refused.value.in_language("en")
    assert "删除" in refused.value.in_language("zh")
    history.close()


def test_a_spool_acknowledges_nothing_once_its_file_is_deleted(tmp_path: Path) -> None:
    # given a spool that has acknowledged a batch
    spool = Spool(tmp_path / "data", megabytes=1)
    spool.append([ROW])

    # when its folder is deleted
    shutil.rmtree(tmp_path / "data")

    # then the next batch is refused, and why
    with pytest.raises(StoreFailed) as refused:
        spool.append([ROW])
    assert "deleted" in refused.value.in_language("en")
    spool.close()


def test_a_book_acknowledges_nothing_once_its_file_is_deleted(tmp_path: Path) -> None:
    # given a log of events that has acknowledged one
    log = SqliteEventLog(tmp_path / "data")
    log.append([(1, "alarm", b"one")])

    # when its folder is deleted
    shutil.rmtree(tmp_path / "data")

    # then the next is refused, and why
    with pytest.raises(StoreFailed) as refused:
        log.append([(2, "alarm", b"two")])
    assert "deleted" in refused.value.in_language("en")
    assert "删除" in refused.value.in_language("zh")
    log.close()


def test_the_book_of_sites_says_why_it_keeps_nothing_once_its_file_is_deleted(tmp_path: Path) -> None:
    # given a book of sites
    folder = tmp_path / "data"
    folder.mkdir()
    book = SqliteSiteBook(folder)

    # when its folder is deleted
    shutil.rmtree(folder)

    # then what is to be kept is refused, in words of both languages
    with pytest.raises(StoreFailed) as refused:
        book.park(Parked(to="city", stream="cases", epoch="e", n=1, thing="c"))
    assert "deleted" in refused.value.in_language("en")
    assert "删除" in refused.value.in_language("zh")
    book.close()
