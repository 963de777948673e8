"""The PIN of a kiosk, as an Argon2id hash in a file that nobody else reads, and what survives its restart."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.log_in import hashed
from sanping.settings import paths
from sanping.stage.leaving import LONGEST_PIN, SHORTEST_PIN, is_pin

_LARGEST_BYTES = 4096
_ODD = Text("PIN 须为 {least} 到 {most} 位数字", "A PIN has {least} to {most} digits")
_NONE = Text(
    "展示屏还没有退出 PIN，因此没有启动。请先运行：sanping kiosk --set-pin",
    "The kiosk has no PIN to leave it with, so it was not started. Set one first: sanping kiosk --set-pin",
)
_OPEN = Text(
    "PIN 文件可被其他用户读取；请执行 chmod 600，或用 sanping kiosk --set-pin 重设",
    "Other users can read the file of the PIN; chmod 600 it, or set it anew with sanping kiosk --set-pin",
)
_BROKEN = Text(
    "PIN 文件无法使用：{reason}；请用 sanping kiosk --set-pin 重设",
    "The file of the PIN cannot be used: {reason}; set it anew with sanping kiosk --set-pin",
)
_UNWRITTEN = Text("PIN 文件无法写入：{reason}", "The file of the PIN cannot be written: {reason}")


def usual_pin_file() -> Path:
    """Return where the PIN is kept unless another file is named."""
    return paths.settings_file().with_name("kiosk.pin")


def set_pin(path: Path, pin: str) -> None:
    """Keep a PIN as a hash in a file of mode 600. Raises `InputError`."""
    if not is_pin(pin):
        raise InputError(_ODD.with_values(least=SHORTEST_PIN, most=LONGEST_PIN))
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(hashed(pin) + "\n")
        fresh.replace(path)
    except OSError as error:
        raise InputError(_UNWRITTEN.with_values(reason=error.strerror), path=str(path)) from error


def pin_check(path: Path) -> Callable[[str], bool]:
    """Return what says whether a PIN is right; it takes some 40 ms. Raises `InputError` when there is no PIN."""
    try:
        state = path.stat()
        phc = path.read_bytes()[:_LARGEST_BYTES].decode("ascii").strip()
    except FileNotFoundError as error:
        raise InputError(_NONE, path=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(_BROKEN.with_values(reason=str(error)), path=str(path)) from error
    if os.name == "posix" and state.st_mode & 0o077:
        raise InputError(_OPEN, path=str(path))
    if not phc.startswith("$argon2id$"):
        raise InputError(_BROKEN.with_values(reason="Argon2id"), path=str(path))

    def is_right(pin: str) -> bool:
        try:
            Argon2id.verify_phc_encoded(pin.encode(), phc)
        except (InvalidKey, ValueError):
            return False
        return True

    return is_right


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    stop: int = 0
    failures: int = 0
    locked_ms: int = 0


def notes_file() -> Path:
    """Return where a kiosk keeps what survives its restart."""
    return paths.settings_file().with_name("kiosk-state.json")


def read_notes(path: Path) -> dict[str, int]:
    """Return what was kept; nothing where the file is missing or broken."""
    try:
        return dict(msgspec.to_builtins(msgspec.json.decode(path.read_bytes()[:_LARGEST_BYTES], type=_Note)))
    except (OSError, msgspec.MsgspecError):
        return {}


def write_notes(path: Path, stop: int, failures: int, locked_ms: int) -> None:
    """Keep something for the next start; a full disk ends no kiosk."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(msgspec.json.encode(_Note(stop=stop, failures=failures, locked_ms=locked_ms)))
        fresh.replace(path)
    except OSError:
        return
