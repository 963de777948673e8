"""Keys that hubs of one site share through their PostgreSQL, sealed under the login of its message server."""

import stat
from pathlib import Path

import pytest

from fakes.store_server import StoreServer
from sanping.bootstrap.shared_keys import share_keys
from sanping.domain.errors import InputError
from sanping.hub.folder import CASE_KEY_FILE, TOKEN_FILE
from sanping.ports.case_book import AuditHead
from sanping.storage.audit_chain import head_mark
from sanping.storage.postgres.opening import PostgresStores
from sanping.storage.postgres.server import PostgresPlace, connected

LOGIN, NEXT_LOGIN = "hub:a login of the message server", "hub:another login of the server"


@pytest.fixture
def shared(stores: StoreServer, tmp_path: Path) -> PostgresStores:
    return PostgresStores(tmp_path, stores.place())


def keys_in(folder: Path) -> tuple[bytes, bytes]:
    return (folder / CASE_KEY_FILE).read_bytes(), (folder / TOKEN_FILE).read_bytes()


def begin_books(stores: StoreServer, place: PostgresPlace, key: bytes) -> None:
    """Have a book of cases sealed by a key, with one step."""
    mark = bytes(32)
    connected(place).close()
    stores.asked(place, "create table audit(seq bigint); insert into audit values (1)")
    seal = head_mark(key, AuditHead(seq=1, mark=mark)).hex()
    stores.asked(
        place,
        "create table head(one integer, seq bigint, mark bytea, seal bytea);"
        f"insert into head values (1, 1, '\\x{mark.hex()}', '\\x{seal}')",
    )


def test_the_second_hub_takes_the_keys_of_the_first_and_nobody_else_can_read_them(
    shared: PostgresStores, tmp_path: Path
) -> None:
    # given a first hub that has begun
    one, two = tmp_path / "one", tmp_path / "two"
    assert share_keys(shared, one, LOGIN)

    # when a second one begins with the same login
    assert share_keys(shared, two, LOGIN)

    # then it has the same keys, for its owner alone, and the database has them sealed
    assert keys_in(two) == keys_in(one)
    assert {stat.S_IMODE((two / name).stat().st_mode) for name in (CASE_KEY_FILE, TOKEN_FILE)} == {0o600}
    body = shared.sealed_keys()
    assert body is not None
    assert not any(each in body for each in (keys_in(one)[0], keys_in(one)[1]))


def test_a_hub_with_another_login_gets_no_keys(shared: PostgresStores, tmp_path: Path) -> None:
    share_keys(shared, tmp_path / "one", LOGIN)
    assert not share_keys(shared, tmp_path / "two", NEXT_LOGIN)
    assert not (tmp_path / "two").exists()


def test_the_keys_are_sealed_anew_when_the_login_has_changed(shared: PostgresStores, tmp_path: Path) -> None:
    # given two hubs, of which one is started again with the next login
    one, two = tmp_path / "one", tmp_path / "two"
    share_keys(shared, one, LOGIN)
    assert share_keys(shared, one, NEXT_LOGIN)

    # when a new one begins with that login, then it has the same keys, and the former login opens nothing
    assert share_keys(shared, two, NEXT_LOGIN)
    assert keys_in(two) == keys_in(one)
    assert not share_keys(shared, tmp_path / "three", LOGIN)


def test_a_short_login_seals_nothing(shared: PostgresStores, tmp_path: Path) -> None:
    assert not share_keys(shared, tmp_path / "one", "hub:bus")
    assert shared.sealed_keys() is None


def test_books_that_are_sealed_get_no_new_key_and_no_wrong_one(
    shared: PostgresStores, stores: StoreServer, tmp_path: Path
) -> None:
    # given books with cases, sealed by a key that one hub has
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    for folder, key in ((one, b"k" * 32), (two, b"x" * 32)):
        folder.mkdir()
        (folder / CASE_KEY_FILE).write_bytes(key)
        (folder / CASE_KEY_FILE).chmod(0o600)
    begin_books(stores, shared._where, b"k" * 32)

    # when hubs without it begin first, then nothing is laid down
    assert not share_keys(shared, three, LOGIN)
    with pytest.raises(InputError, match=r"cases\.key"):
        share_keys(shared, two, LOGIN)
    assert shared.sealed_keys() is None

    # and once its hub has begun the others have it, and a wrong one is still refused
    assert share_keys(shared, one, LOGIN)
    assert share_keys(shared, three, LOGIN)
    assert keys_in(three) == keys_in(one)
    with pytest.raises(InputError, match=r"cases\.key"):
        share_keys(shared, two, LOGIN)
    assert keys_in(three)[0] == b"k" * 32


def test_of_two_hubs_that_begin_at_once_both_have_the_keys_of_the_first(shared: PostgresStores, tmp_path: Path) -> None:
    # given keys that were laid down after the second hub had looked
    class Late:
        """The store as it looked before the first hub began, once."""

        def __init__(self) -> None:
            self.looked = False

        def __getattr__(self, name: str) -> object:
            return getattr(shared, name)

        def sealed_keys(self) -> bytes | None:
            was_looked, self.looked = self.looked, True
            return shared.sealed_keys() if was_looked else None

    one, two = tmp_path / "one", tmp_path / "two"
    share_keys(shared, one, LOGIN)

    # when it lays its own down, then those of the first stay
    assert share_keys(Late(), two, LOGIN)  # type: ignore[arg-type]
    assert keys_in(two) == keys_in(one)
