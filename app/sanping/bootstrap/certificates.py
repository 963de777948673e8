"""The site's certificates and the people who log in, as an administrator sets them up on the hub's machine."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sanping.bootstrap.own_stores import own_stores
from sanping.bootstrap.twins import folder_of
from sanping.domain.errors import InputError
from sanping.domain.role import Role
from sanping.domain.text import Text
from sanping.hub.log_in import WEAK, hashed, is_strong
from sanping.hub.neighbourhood import lan_addresses, lan_names
from sanping.hub.site_certificates import SiteCertificates, make_certificates
from sanping.ports.device_book import User
from sanping.settings import paths
from sanping.storage.sql_device_book import SqlDeviceBook

_NO_USER = Text("没有“{name}”这个人", "There is nobody called {name}")
_BAD_NAME = Text("用户名须为 1–40 个字符", "A name has 1 to 40 characters")
LONGEST_NAME = 40


def make_site_certificates(names: Sequence[str]) -> SiteCertificates:
    """Make certificates for this machine's names and addresses and those given. Raises `InputError`."""
    usual = (*names, *lan_names(), *lan_addresses(), "localhost", "127.0.0.1")
    return make_certificates(paths.certificates_folder(), tuple(dict.fromkeys(usual)), datetime.now(UTC))


def keep_user(twin: Path, data: Path | None, name: str, role: Role, password: str) -> None:
    """Let a person log in at a twin's hub, which may be running. Raises `InputError` or `StoreFailed`."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise InputError(_BAD_NAME)
    if not is_strong(password):
        raise InputError(WEAK)
    book = _book(twin, data)
    try:
        book.keep_user(User(name=name.strip(), role=role, password=hashed(password)))
    finally:
        book.close()


def users_of(twin: Path, data: Path | None) -> Sequence[User]:
    """Return who can log in at a twin's hub. Raises `StoreFailed`."""
    book = _book(twin, data)
    try:
        return book.users()
    finally:
        book.close()


def forget_user(twin: Path, data: Path | None, name: str) -> None:
    """Let a person log in no more. Raises `InputError` or `StoreFailed`."""
    book = _book(twin, data)
    try:
        if not book.forget_user(name):
            raise InputError(_NO_USER.with_values(name=name[:LONGEST_NAME]))
    finally:
        book.close()


def _book(twin: Path, data: Path | None) -> SqlDeviceBook:
    return own_stores(data or paths.hub_folder(folder_of(twin))).devices()
