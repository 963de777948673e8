"""Secrets on the shelf: in a keyring or a sealed file, found by reference, and in no other file in clear."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.real_keyring import running_keyring
from sanping.domain.errors import InputError, SecretMissing, StoreFailed
from sanping.ports.secrets import reference_in
from sanping.storage.os_keyring import os_keyring
from sanping.storage.sealed_file import KEY_FILE, SEALED_FILE, SealedFile
from sanping.storage.secret_shelf import NAMES_FILE, SecretShelf

CANARY = "canary-7f31c9"


def shelf(folder: Path, **more: object) -> SecretShelf:
    """Return a shelf without a keyring, as a server without a session has it."""
    sealed = SealedFile(folder / "data", folder / "config", more.pop("key", None))  # type: ignore[arg-type]
    return SecretShelf(folder / "data", sealed, lambda: None, {"PG_PASSWORD": "from-env"}, **more)  # type: ignore[arg-type]


def read(kept: SecretShelf, written: str) -> str:
    reference = reference_in(written)
    assert reference is not None
    return kept.read(reference)


def test_a_server_without_a_keyring_keeps_secrets_sealed(tmp_path: Path) -> None:
    # given two secrets kept
    kept = shelf(tmp_path).keep("mqtt-broker", CANARY)
    shelf(tmp_path).keep("db", "another")

    # when another process reads them, and every file is scanned
    again = shelf(tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    # then they are there, and lie nowhere in clear or for others to read
    assert (kept.where, kept.reference) == ("file", "keyring:sanping/mqtt-broker")
    assert read(again, kept.reference) == CANARY
    assert [one.name for one in again.kept()] == ["db", "mqtt-broker"]
    assert sorted(path.name for path in files) == sorted([NAMES_FILE, SEALED_FILE, KEY_FILE])
    assert not [path for path in files if CANARY.encode() in path.read_bytes()]
    assert [
        stat.S_IMODE((tmp_path / name).stat().st_mode) for name in (f"data/{SEALED_FILE}", f"config/{KEY_FILE}")
    ] == [
        0o600,
        0o600,
    ]


def test_what_is_removed_is_gone_and_asking_for_it_says_how_to_keep_it(tmp_path: Path) -> None:
    # given a secret
    shelf(tmp_path).keep("db", CANARY)

    # when it is removed, twice
    removed = [shelf(tmp_path).remove("db") for _ in range(2)]

    # then it is gone, and the reference says what to do
    assert removed == [True, False]
    with pytest.raises(SecretMissing, match="sanping secret set db"):
        read(shelf(tmp_path), "keyring:sanping/db")
    assert not shelf(tmp_path).kept()


def test_a_flipped_bit_another_key_and_open_permissions_are_refused(tmp_path: Path) -> None:
    # given a sealed secret
    shelf(tmp_path).keep("db", CANARY)
    path, key = tmp_path / "data" / SEALED_FILE, tmp_path / "config" / KEY_FILE
    sealed, own_key = path.read_bytes(), key.read_bytes()

    # when the file is altered, its key is replaced or lost, or others may read it
    for content, its_key, mode in (
        (bytes([sealed[0] ^ 1]) + sealed[1:], own_key, 0o600),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), own_key, 0o600),
        (sealed[:5], own_key, 0o600),
        (sealed, b"c2hvcnQ=", 0o600),
        (sealed, None, 0o600),
        (sealed, own_key, 0o644),
    ):
        path.write_bytes(content)
        path.chmod(mode)
        key.unlink(missing_ok=True)
        if its_key is not None:
            key.write_bytes(its_key)
            key.chmod(0o600)

        # then nothing is given, and no new key covers the loss
        with pytest.raises(StoreFailed):
            read(shelf(tmp_path), "keyring:sanping/db")
        with pytest.raises(StoreFailed):
            shelf(tmp_path).keep("more", "x")


def test_variables_and_credentials_of_the_system_are_read_where_they_lie(tmp_path: Path) -> None:
    # given what systemd laid down, and a variable; a key for the sealed file came the same way
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "pg").write_text("from-systemd\n", encoding="utf-8")
    key = b"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    kept = shelf(tmp_path, credentials=credentials, key=key)

    # when they are asked for
    found = [read(kept, reference) for reference in ("credential:pg", "env:PG_PASSWORD")]
    kept.keep("db", CANARY)

    # then they are given; what is not there is said to be missing, and no key lies on disk
    assert found == ["from-systemd", "from-env"]
    for reference in ("credential:other", "env:HOME"):
        with pytest.raises(SecretMissing):
            read(kept, reference)
    assert read(kept, "keyring:sanping/db") == CANARY
    assert not (tmp_path / "config" / KEY_FILE).exists()


@pytest.mark.parametrize(("name", "secret"), [("", "x"), ("../x", "x"), ("a b", "x"), ("ok", ""), ("ok", "x" * 5000)])
def test_a_name_or_a_secret_that_cannot_be_kept_is_refused(tmp_path: Path, name: str, secret: str) -> None:
    # given a shelf

    # when something impossible is to be kept
    with pytest.raises(InputError):
        shelf(tmp_path).keep(name, secret)

    # then nothing is
    assert not shelf(tmp_path).kept()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with running_keyring(tmp_path_factory.mktemp("keyring")) as where:
        yield where


def test_a_desktop_keeps_secrets_in_its_real_keyring(
    tmp_path: Path, session: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a session with an unlocked GNOME keyring, and a secret from a time without one
    shelf(tmp_path).keep("mqtt-broker", "old")
    for name, value in session.items():
        monkeypatch.setenv(name, value)
    kept = SecretShelf(tmp_path / "data", SealedFile(tmp_path / "data", tmp_path / "config"), os_keyring, os.environ)

    # when the secret is changed
    at = kept.keep("mqtt-broker", CANARY)

    # then it lies in the keyring and no more in the file, and is found from there until it is removed
    assert at.where == "keyring"
    assert read(kept, "keyring:mqtt-broker") == CANARY
    with pytest.raises(SecretMissing):
        read(shelf(tmp_path), "keyring:mqtt-broker")
    assert kept.remove("mqtt-broker")
    with pytest.raises(SecretMissing):
        read(kept, "keyring:mqtt-broker")


def test_without_a_session_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # given a server without a session bus, and one whose bus is gone
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    nothing = os_keyring()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/gone")

    # when the keyring is looked for
    gone = os_keyring()

    # then there is none, and nobody waits for it
    assert nothing is None
    assert gone is None
