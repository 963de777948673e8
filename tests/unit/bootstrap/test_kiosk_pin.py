"""The kiosk's PIN as a file: a hash of mode 600, and what is wrong with it is said."""

from pathlib import Path

import pytest

from sanping.bootstrap.kiosk_pin import pin_check, read_notes, set_pin, write_notes
from sanping.domain.errors import InputError


def test_a_pin_is_kept_as_a_hash_that_only_its_owner_reads(tmp_path: Path) -> None:
    # given a PIN
    path = tmp_path / "own" / "kiosk.pin"

    # when it is set, and set anew
    set_pin(path, "1357")
    set_pin(path, "2468")
    is_right = pin_check(path)

    # then only the new one is right, and the file does not hold it
    assert is_right("2468")
    assert not is_right("1357")
    assert not is_right("")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="ascii").startswith("$argon2id$")
    assert "2468" not in path.read_text(encoding="ascii").split("$")
    assert [file.name for file in path.parent.iterdir()] == ["kiosk.pin"]


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12ab", "１２３４"])
def test_what_the_pad_cannot_type_is_no_pin(tmp_path: Path, pin: str) -> None:
    # given something else

    # when it is set
    with pytest.raises(InputError) as found:
        set_pin(tmp_path / "kiosk.pin", pin)

    # then it is refused with what a PIN is
    assert "4 到 12 位" in str(found.value)
    assert not list(tmp_path.iterdir())


def test_without_a_pin_it_is_said_how_to_set_one(tmp_path: Path) -> None:
    # given no file

    # when the kiosk is to start
    with pytest.raises(InputError) as found:
        pin_check(tmp_path / "kiosk.pin")

    # then the command is named
    assert "sanping kiosk --set-pin" in found.value.message.zh
    assert "sanping kiosk --set-pin" in found.value.message.en


def test_a_file_that_others_read_is_refused(tmp_path: Path) -> None:
    # given a PIN whose file was opened to all
    path = tmp_path / "kiosk.pin"
    set_pin(path, "2468")
    path.chmod(0o644)

    # when the kiosk is to start
    with pytest.raises(InputError) as found:
        pin_check(path)

    # then it says what to do
    assert "chmod 600" in found.value.message.en


@pytest.mark.parametrize("content", [b"", b"2468\n", b"\xff\xfe", b"$argon2i$v=19$m=1"])
def test_a_file_that_is_no_hash_is_refused(tmp_path: Path, content: bytes) -> None:
    # given something else in the file
    path = tmp_path / "kiosk.pin"
    path.write_bytes(content)
    path.chmod(0o600)

    # when the kiosk is to start
    with pytest.raises(InputError) as found:
        pin_check(path)

    # then it is to be set anew
    assert "--set-pin" in found.value.message.en


def test_what_survives_a_restart_is_read_again_and_a_broken_note_is_nothing(tmp_path: Path) -> None:
    # given notes of a kiosk
    path = tmp_path / "state" / "kiosk-state.json"
    write_notes(path, 4, 2, 61_000)

    # when they are read, broken, and missing
    kept = read_notes(path)
    path.write_text('{"stop": "far"}', encoding="utf-8")

    # then they are as they were, or none
    assert kept == {"stop": 4, "failures": 2, "locked_ms": 61_000}
    assert read_notes(path) == {}
    assert read_notes(tmp_path / "none.json") == {}
