"""Backup and restore as a person asks for them: a stopped hub, another machine, a key that was kept elsewhere."""

from contextlib import closing
from pathlib import Path

import pytest

from fakes.filled_stores import filled
from sanping.bootstrap.store_backup import back_up_stores, restore_stores
from sanping.domain.errors import InputError
from sanping.hub.folder import CASE_KEY_FILE, opened
from sanping.ports.progress import SilentProgress
from sanping.storage.opening import FileStores
from sanping.storage.restoring import JOURNAL, check_finished


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return the data folder of a hub with something of everything in it."""
    folder = opened(tmp_path / "suhe")
    folder.case_key()
    folder.close()
    with closing(FileStores(tmp_path / "suhe").events()) as events:
        events.append([(1, "alarm", b"x")])
    return tmp_path / "suhe"


def test_a_hub_comes_back_on_another_machine_with_the_key_that_was_kept_elsewhere(data: Path, tmp_path: Path) -> None:
    # given the backup of a hub, and its key
    key = (data / CASE_KEY_FILE).read_bytes()
    (tmp_path / "safe.key").write_bytes(key)
    (tmp_path / "safe.key").chmod(0o600)
    path, manifest = back_up_stores(data, tmp_path / "kept", SilentProgress())

    # when it is restored into a folder that was never there, without the key and with it
    with pytest.raises(InputError, match="--key"):
        restore_stores(tmp_path / "kept", tmp_path / "new", None, SilentProgress())
    found = restore_stores(tmp_path / "kept", tmp_path / "new", tmp_path / "safe.key", SilentProgress())

    # then it is the hub that it was, nothing is known to be lost, and the key is for its owner alone
    assert (manifest.first_bad, found.events, found.steps, found.backup) == (None, 0, 0, path.name)
    with closing(FileStores(tmp_path / "new").events()) as events:
        assert [event.kind for event in events.since(0)] == ["alarm", "access"]
    assert (tmp_path / "new" / CASE_KEY_FILE).read_bytes() == key
    assert (tmp_path / "new" / CASE_KEY_FILE).stat().st_mode & 0o077 == 0


def test_what_cannot_be_backed_up_or_restored_is_named(data: Path, tmp_path: Path) -> None:
    # given a folder that is not there, one that a hub uses which nobody can reach, and one with another key
    (tmp_path / "other.key").write_bytes(b"1" * 32)
    (tmp_path / "other.key").chmod(0o600)
    path, _ = back_up_stores(data, tmp_path / "kept", SilentProgress())

    # when each is tried
    # then it is refused by name
    with pytest.raises(InputError, match="没有这个数据目录"):
        back_up_stores(tmp_path / "nowhere", tmp_path / "kept", SilentProgress())
    with closing(opened(data)):
        for attempt in (
            lambda: back_up_stores(data, tmp_path / "kept", SilentProgress()),
            lambda: restore_stores(path, data, None, SilentProgress()),
        ):
            with pytest.raises(InputError, match="已有另一个中枢"):
                attempt()
    with pytest.raises(InputError, match="另一把审计密钥"):
        restore_stores(path, data, tmp_path / "other.key", SilentProgress())
    with pytest.raises(InputError, match="没有完整的备份"):
        restore_stores(tmp_path / "empty", data, None, SilentProgress())


def test_a_hub_does_not_begin_on_half_a_restore(data: Path) -> None:
    # given a restore that a power cut ended while files were put in place
    (data / JOURNAL).write_bytes(b"{}")

    # when the hub begins, or it is backed up
    # then both say what to run
    with pytest.raises(InputError, match="sanping stores restore"):
        check_finished(data)
    with pytest.raises(InputError, match="sanping stores restore"):
        back_up_stores(data, data.parent / "kept", SilentProgress())


def test_a_restore_after_an_interrupted_one_is_whole(data: Path, tmp_path: Path) -> None:
    # given a backup with something of everything, and a restore that was interrupted
    filled_data = tmp_path / "filled"
    filled(FileStores(filled_data))
    path, manifest = back_up_stores(filled_data, tmp_path / "kept", SilentProgress())
    (filled_data / JOURNAL).write_bytes(b"{}")
    (filled_data / "events.sqlite").unlink()

    # when it is restored again
    found = restore_stores(path, filled_data, None, SilentProgress())

    # then it ends, and the hub can begin
    check_finished(filled_data)
    assert found.rows == manifest.rows
    with closing(FileStores(filled_data).events()) as events:
        assert len(events.since(0)) == 2101
