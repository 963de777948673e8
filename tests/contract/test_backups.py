"""Backups of all that a hub keeps, in files and in PostgreSQL: made while it is used, whole or not there."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.case_stories import TO_CLOSED, wish
from fakes.filled_stores import KEY, filled, told
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from fakes.stopping_progress import Stopping
from fakes.store_server import StoreServer
from sanping.domain.errors import Cancelled, InputError, StoreFailed
from sanping.ports.progress import SilentProgress
from sanping.storage.backing_up import HubData, back_up
from sanping.storage.backup import MANIFEST_FILE, backups_in, chosen, manifest_of, prune
from sanping.storage.book_copy import rows_of_book
from sanping.storage.opening import FileStores, Stores
from sanping.storage.postgres.dumping import DUMP_FILE
from sanping.storage.postgres.opening import PostgresStores
from sanping.storage.restoring import RESTORED, check_finished, restore
from sanping.storage.spool import Spool

LATER_MS = NOON_MS + 9 * 86_400_000


@pytest.fixture(params=["files", "postgres"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> HubData:
    """Return a hub whose stores are filled, with a photo, sources that people configured, and rows in its spool."""
    data = tmp_path / "suhe"
    (data / "photos").mkdir(parents=True)
    (data / "photos" / "p1.jpg").write_bytes(b"picture")
    (data / "sources.json").write_bytes(b"[]")
    (data / "token").write_text("a secret")
    server: StoreServer | None = request.getfixturevalue("stores") if request.param == "postgres" else None
    stores: Stores = FileStores(data) if server is None else PostgresStores(data, server.place())
    filled(stores)
    with closing(Spool(data, 1)) as spool:
        spool.append([reading("up", "water_level", 5.0, LATER_MS)])
    (tmp_path / "settings.json").write_text('{"language": "zh"}')
    return HubData(folder=data, stores=stores, key=KEY, settings=tmp_path / "settings.json")


def changed(hub: HubData) -> None:
    """Let time pass after a backup: an event, a step of a case, a value."""
    with closing(hub.stores.events()) as events:
        events.append([(LATER_MS, "alarm", b"after")])
    with closing(hub.stores.cases(KEY)) as book:
        book.take([wish(TO_CLOSED[0], "op-later", "C2")])
    with closing(hub.stores.bare_history()) as history:
        history.append([reading("down", "water_level", 1.0, LATER_MS + MINUTE_MS)])


def test_what_was_there_before_a_backup_is_there_after_its_restore(hub: HubData, tmp_path: Path) -> None:
    # given a backup of stores that somebody has open, and what came after it
    with closing(hub.stores.bare_history()), closing(hub.stores.events()), closing(hub.stores.cases(KEY)):
        backup, manifest = back_up(hub, tmp_path / "kept", SilentProgress())
    before = told(hub.stores)
    changed(hub)
    names = sorted(file.name for file in manifest.files)

    # when the data are damaged, and the backup is restored
    for path in hub.folder.glob("*.sqlite"):
        path.write_bytes(b"rubbish")
    (hub.folder / "photos" / "p1.jpg").unlink()
    found = restore(backup, hub, SilentProgress())

    # then everything of then is there, the spooled row too, with its chain; photos and sources are as they were
    with closing(hub.stores.history()) as history:
        assert history.why is None
        assert [row.value for row in history.as_of(LATER_MS, ["up"]) if row.event_ms == LATER_MS] == [5.0]
        assert not history.as_of(LATER_MS + MINUTE_MS, ["down"])
    assert books(told(hub.stores)) == books(before)
    with closing(hub.stores.cases(KEY)) as book:
        assert book.verify().first_bad is None
        assert book.case("C2") is None
    assert (hub.folder / "photos" / "p1.jpg").read_bytes() == b"picture"
    assert "token" not in names
    if hub.stores.kind == "files":
        assert rows_of_book(backup / "events.sqlite")["events"] == 2100
    assert (DUMP_FILE in names) == (hub.stores.kind == "postgresql")
    assert "settings.json" in names

    # then what came after is named as lost where the marks beside the books tell it, and nothing old was thrown away
    assert found.as_of_ms == manifest.began_ms
    assert (hub.folder / found.aside).is_dir()
    if hub.stores.kind == "files":
        assert (found.events, found.steps) == (1, 1)
        assert (hub.folder / found.aside / "events.sqlite").read_bytes() == b"rubbish"
    with closing(hub.stores.events()) as events:
        assert RESTORED.encode() in events.since(2100)[0].body
        assert len(events.epoch) > 32  # a site above is sent all anew, for numbers are given out a second time
    check_finished(hub.folder)


def books(words: str) -> list[str]:
    """Return what the books of cases and devices told: a restore adds nothing to them."""
    return words.splitlines()[-2:]


@pytest.mark.parametrize("hub", ["files"], indirect=True)
@pytest.mark.parametrize("after", [0, 1, 3, 6, 9])
def test_a_backup_that_is_stopped_or_fails_leaves_nothing(hub: HubData, tmp_path: Path, after: int) -> None:
    # given a person who stops a backup somewhere
    # when they do
    with pytest.raises(Cancelled):
        back_up(hub, tmp_path / "kept", Stopping(after))

    # then there is nothing that looks like a backup
    assert not list((tmp_path / "kept").iterdir())
    with pytest.raises(InputError, match="没有完整的备份"):
        chosen(tmp_path / "kept")


@pytest.mark.parametrize("hub", ["files"], indirect=True)
def test_a_backup_that_was_killed_half_way_is_no_backup_and_goes_with_the_next(hub: HubData, tmp_path: Path) -> None:
    # given a whole backup, and what a killed one leaves
    kept = tmp_path / "kept"
    first, _ = back_up(hub, kept, SilentProgress())
    half = kept / f".unfinished-{hub.name}-20260612T000000Z"
    half.mkdir()
    (half / "events.sqlite").write_bytes(b"half")

    # when one looks for backups, and makes the next
    before = [path for path, _ in backups_in(kept)]
    second, _ = back_up(hub, kept, SilentProgress())

    # then the half one never counted, and is gone
    assert before == [first]
    assert sorted(kept.iterdir()) == sorted([first, second])
    assert chosen(kept) == second

    # when one is kept
    # then the newest stays
    assert prune(kept, hub.name, 1) == 1
    assert list(kept.iterdir()) == [second]


@pytest.mark.parametrize("hub", ["files"], indirect=True)
def test_a_backup_with_a_flipped_bit_or_without_its_key_changes_nothing(hub: HubData, tmp_path: Path) -> None:
    # given a backup, of which one bit of one file has turned
    backup, manifest = back_up(hub, tmp_path / "kept", SilentProgress())
    before = told(hub.stores)
    damaged = backup / "history.duckdb"
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 4
    damaged.write_bytes(content)

    # when it is restored, or restored with another key, or is of a newer format, or of a server
    # then each is refused by name, and all is as it was
    with pytest.raises(StoreFailed, match=r"history\.duckdb 与清单的校验和不符"):
        restore(backup, hub, SilentProgress())
    with pytest.raises(InputError, match="审计密钥不是这份备份的"):
        restore(backup, replace(hub, key=b"another"), SilentProgress())
    text = (backup / MANIFEST_FILE).read_text(encoding="utf-8")
    for old, new, expected in (
        ('"format": 1', '"format": 9', "更新的版本"),
        ('"store": "files"', '"store": "other"', "另一种存储"),
        ('"name": "photos', '"name": "../photos', "清单无法读取"),
    ):
        (backup / MANIFEST_FILE).write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(InputError, match=expected):
            restore(backup, hub, SilentProgress())
    (backup / MANIFEST_FILE).write_text(text, encoding="utf-8")
    assert told(hub.stores) == before
    assert manifest_of(backup) == manifest


@pytest.mark.parametrize("hub", ["files"], indirect=True)
def test_a_restore_that_is_stopped_leaves_what_was_there(hub: HubData, tmp_path: Path) -> None:
    # given a backup
    backup, _ = back_up(hub, tmp_path / "kept", SilentProgress())
    before = told(hub.stores)

    # when its restore is stopped at different places
    for after in (0, 4, 9):
        with pytest.raises(Cancelled):
            restore(backup, hub, Stopping(after))

    # then nothing has changed
    assert told(hub.stores) == before


@pytest.mark.parametrize("hub", ["files"], indirect=True)
def test_a_backup_needs_room_and_a_place_of_its_own(
    hub: HubData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a disk that is nearly full
    # when a backup is made there, or in the data folder itself
    # then both are refused before anything is written
    with pytest.raises(StoreFailed, match="不能放在中枢的数据目录里"):
        back_up(hub, hub.folder / "kept", SilentProgress())
    monkeypatch.setattr("sanping.storage.backing_up.shutil.disk_usage", lambda _: Usage())
    with pytest.raises(StoreFailed, match="空间不足"):
        back_up(hub, tmp_path / "kept", SilentProgress())
    assert not list((tmp_path / "kept").iterdir())


class Usage:
    """A disk with one megabyte left."""

    free = 1 << 20


@pytest.mark.parametrize("hub", ["postgres"], indirect=True)
def test_a_server_without_its_programs_is_told(hub: HubData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a machine without the programs of PostgreSQL
    monkeypatch.setenv("PATH", str(tmp_path))

    # when a backup is made
    # then it says what to install
    with pytest.raises(StoreFailed, match="找不到 pg_dump"):
        back_up(hub, tmp_path / "kept", SilentProgress())


@pytest.mark.parametrize("hub", ["postgres"], indirect=True)
def test_a_dump_that_cannot_be_taken_back_leaves_the_schema(hub: HubData, tmp_path: Path) -> None:
    # given a backup whose dump is no dump any more, and a manifest that fits it
    backup, manifest = back_up(hub, tmp_path / "kept", SilentProgress())
    before = told(hub.stores)

    # when it is restored while rows are wanted that it does not have
    text = (backup / MANIFEST_FILE).read_text(encoding="utf-8")
    (backup / MANIFEST_FILE).write_text(text.replace('"events": 2100', '"events": 2101'), encoding="utf-8")
    with pytest.raises(StoreFailed, match="表 events 的行数不符"):
        restore(backup, hub, SilentProgress())

    # then all is as it was
    assert told(hub.stores) == before
    assert manifest.store == "postgresql"
