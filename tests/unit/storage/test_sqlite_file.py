"""The SQLite files of the hub are opened alike: for their owner alone, and safe on disk."""

import stat
import sys
from pathlib import Path

import apsw
import pytest

from sanping.storage.sqlite_file import opened, reason_of

SCHEMA = "create table if not exists things(name text primary key) strict;"


def test_a_file_is_made_with_its_tables_and_what_was_committed_is_found_again(tmp_path: Path) -> None:
    # given a file in a folder that is not there yet
    path = tmp_path / "new" / "things.sqlite"
    first = opened(path, SCHEMA)
    first.execute("insert into things values ('gate')")
    first.close()

    # when it is opened again
    again = opened(path, SCHEMA)

    # then it holds what was in it, in a log that is synced with every transaction
    assert again.execute("select name from things").get == "gate"
    assert again.pragma("journal_mode") == "wal"
    assert again.pragma("synchronous") == 2
    assert again.pragma("secure_delete") == 1
    again.close()


@pytest.mark.skipif(sys.platform == "win32", reason="files have no mode there")
def test_a_file_that_others_could_read_is_for_its_owner_alone_once_it_was_opened(tmp_path: Path) -> None:
    # given a file that everybody can read
    path = tmp_path / "things.sqlite"
    path.touch(0o644)
    path.chmod(0o644)

    # when it is opened and written
    database = opened(path, SCHEMA)
    database.execute("insert into things values ('gate')")

    # then nobody else can read it or its log
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    database.close()
    assert set(modes.values()) == {0o600}
    assert "things.sqlite-wal" in modes


def test_a_file_that_is_no_database_is_refused_and_released(tmp_path: Path) -> None:
    # given a file of something else
    path = tmp_path / "things.sqlite"
    path.write_bytes(b"no database at all " * 500)

    # when it is opened
    with pytest.raises(apsw.NotADBError):
        opened(path, SCHEMA)

    # then it is as it was
    assert path.read_bytes().startswith(b"no database at all")


def test_a_file_without_sums_is_rewritten_with_them_and_keeps_its_rows(tmp_path: Path) -> None:
    # given a file of an earlier version
    path = tmp_path / "things.sqlite"
    plain = apsw.Connection(str(path))
    plain.pragma("journal_mode", "wal")
    plain.execute(SCHEMA)
    with plain:
        plain.executemany("insert into things values (?)", [(f"gate {number:04}",) for number in range(2000)])
    plain.close()

    # when it is opened, closed, and a bit in its middle turns
    database = opened(path, SCHEMA)
    names = database.execute("select count(distinct name) from things").get
    database.close()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    # then it held its rows, and says now that it is damaged
    assert names == 2000
    with pytest.raises(apsw.Error) as caught:
        opened(path, SCHEMA).execute("select count(distinct name), max(name) from things").get  # noqa: B018
    assert reason_of(caught.value).zh == "校验和不符，文件已损坏"
