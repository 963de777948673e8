"""What every book of devices and people keeps; each test runs on each store."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sanping.domain.device import Device
from sanping.domain.errors import StoreFailed
from sanping.ports.device_book import User
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.postgres.books import PostgresDeviceBook
from sanping.storage.sql_device_book import SqlDeviceBook

Opening = Callable[[], SqlDeviceBook]


@pytest.fixture(params=["sqlite", "postgres"])
def book_of(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Return a way to open one book again and again."""
    if request.param == "sqlite":
        return lambda: SqliteDeviceBook(tmp_path)
    place = request.getfixturevalue("stores").place()
    return lambda: PostgresDeviceBook(place)


def test_the_last_state_of_each_is_there_when_it_is_opened_again(book_of: Opening) -> None:
    # given a device that changed its role, and two people of whom one went
    book = book_of()
    book.keep(Device(id="phone-1", name="甲"), b"hash")
    book.keep(Device(id="phone-1", name="甲", role="operator"))
    book.keep_user(User(name="li", role="operator", password="$argon2id$1"))
    book.keep_user(User(name="li", role="admin", password="$argon2id$2"))
    book.keep_user(User(name="wang", role="viewer", password="$argon2id$3"))
    went = (book.forget_user("wang"), book.forget_user("wang"))
    book.close()

    # when it is opened again
    again = book_of()
    devices, users = again.devices(), again.users()
    again.close()

    # then it holds the last state of each
    assert went == (True, False)
    assert devices == [(Device(id="phone-1", name="甲", role="operator"), b"hash")]
    assert users == [User(name="li", role="admin", password="$argon2id$2")]


def test_two_devices_cannot_share_a_token(book_of: Opening) -> None:
    # given a book with a device
    book = book_of()
    book.keep(Device(id="a", name="a"), b"same")

    # when another comes with the same token
    with pytest.raises(StoreFailed):
        book.keep(Device(id="b", name="b"), b"same")
    known = [device.id for device, _ in book.devices()]
    book.close()

    # then it is refused, and the book goes on
    assert known == ["a"]
