"""Devices and people are on disk when the book says so, and a damaged book is named."""

from pathlib import Path

import pytest

from sanping.domain.device import Device
from sanping.domain.errors import StoreFailed
from sanping.ports.device_book import User
from sanping.storage.device_book import FILE_NAME, SqliteDeviceBook


def test_what_was_kept_is_there_when_the_book_is_opened_again(tmp_path: Path) -> None:
    # given a device that changed its role, and two people of whom one went
    book = SqliteDeviceBook(tmp_path)
    book.keep(Device(id="phone-1", name="甲"), b"hash")
    book.keep(Device(id="phone-1", name="甲", role="operator"))
    book.keep_user(User(name="li", role="operator", password="$argon2id$1"))
    book.keep_user(User(name="li", role="admin", password="$argon2id$2"))
    book.keep_user(User(name="wang", role="viewer", password="$argon2id$3"))
    assert book.forget_user("wang")
    book.close()

    # when it is opened again
    again = SqliteDeviceBook(tmp_path)

    # then it holds the last state of each
    assert again.devices() == [(Device(id="phone-1", name="甲", role="operator"), b"hash")]
    assert again.users() == [User(name="li", role="admin", password="$argon2id$2")]


def test_a_damaged_book_is_named_and_two_devices_cannot_share_a_token(tmp_path: Path) -> None:
    # given a book with a device, and a file that is no book
    book = SqliteDeviceBook(tmp_path / "good")
    book.keep(Device(id="a", name="a"), b"same")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / FILE_NAME).write_bytes(b"no book at all " * 500)

    # when another device comes with the same token, and the other file is opened
    # then both are refused by name
    with pytest.raises(StoreFailed, match=r"devices\.sqlite"):
        book.keep(Device(id="b", name="b"), b"same")
    with pytest.raises(StoreFailed, match=r"devices\.sqlite"):
        SqliteDeviceBook(tmp_path / "bad")
