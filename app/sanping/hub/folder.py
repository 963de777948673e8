"""The data folder of one hub: its lock, its token, and the note that says where it answers."""

import contextlib
import importlib
import os
import secrets
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import msgspec

from sanping.domain.errors import InputError
from sanping.domain.text import Text

ADDRESS_FILE = "address.json"
TOKEN_FILE = "token"
SECRETS_FILE = "secrets.json"
CASE_KEY_FILE = "cases.key"
LOCK_FILE = "lock"
OWNER_VARIABLE = "SANPING_HUB_OWNER"
TOKEN_BYTES = 32

_TAKEN = Text(
    "该数据目录已有另一个中枢在使用；请先停止它，或用 --data 指定别的目录",
    "Another hub uses this data folder; stop it first, or name another folder with --data",
)
_SECRETS_OPEN = Text(
    "口令文件可被他人读取；请执行 chmod 600 后重试",
    "Others can read the file of secrets; run chmod 600 on it and try again",
)
_SECRETS_BROKEN = Text(
    "口令文件无法解析；应为 JSON：数据源名下是名称与口令",
    "The file of secrets cannot be read; it is JSON, with names and secrets under each source's name",
)
_KEY_OPEN = Text(
    "案件审计密钥可被他人读取；请执行 chmod 600 后重试",
    "Others can read the key of the audit of cases; run chmod 600 on it and try again",
)
_KEY_MISSING = Text(
    "缺少案件审计密钥，案件库无法使用或校验；请取回另处保管的那份",
    "The key of the audit of cases is missing, so their book can be neither used nor checked; bring it back",
)
_KEY_BROKEN = Text(
    "案件审计密钥长度不对，可能已损坏；请取回另处保管的那份，勿自行新建",
    "The key of the audit of cases has the wrong length, "
    "it may be damaged; bring back the copy you kept elsewhere, do not make another",
)
_UNUSABLE = Text("数据目录无法使用：{reason}", "The data folder cannot be used: {reason}")


class HubFolder:
    """Owns a data folder from `opened` to `close`; only one process can."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        self.path = path
        self._lock = lock

    def token(self) -> str:
        """Return the hub's token; the first time it is made, readable by its owner alone."""
        path = self.path / TOKEN_FILE
        with contextlib.suppress(FileNotFoundError):
            written = path.read_text(encoding="ascii").strip()
            if written:
                path.chmod(0o600)
                return written
        made = secrets.token_hex(TOKEN_BYTES)
        path.unlink(missing_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "w", encoding="ascii") as file:
            file.write(made)
        return made

    def case_key(self, *, is_made: bool = True) -> bytes:
        """Return the key that seals the audit of cases, made if it `is_made` and missing, for its owner alone.

        Raises `InputError` when others can read it, or when it is damaged or missing.
        """
        return case_key(self.path, is_made=is_made)

    def secrets(self) -> Mapping[str, Mapping[str, str]]:
        """Return what people stored for sources, by source and name; others on this machine must not read it.

        Raises `InputError` when they can, or when the file is damaged.
        """
        path = self.path / SECRETS_FILE
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            if sys.platform != "win32" and mode & 0o077:
                raise InputError(_SECRETS_OPEN, path=str(path))
            return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError) as error:
            raise InputError(_SECRETS_BROKEN, path=str(path)) from error

    def note_address(self, address: str, epoch: str) -> None:
        """Write down where the hub answers, for programs that know its folder."""
        owner = os.environ.get(OWNER_VARIABLE, "")
        note = {"address": address, "epoch": epoch, "process": os.getpid(), "owner": owner}
        draft = self.path / f"{ADDRESS_FILE}.draft"
        draft.write_bytes(msgspec.json.encode(note))
        draft.replace(self.path / ADDRESS_FILE)

    def close(self) -> None:
        """Give the folder back."""
        (self.path / ADDRESS_FILE).unlink(missing_ok=True)
        self._lock.close()


def opened(path: Path) -> HubFolder:
    """Take a data folder, which is made if need be. Raises `InputError` when another hub has it."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (path / LOCK_FILE).open("a+", encoding="ascii")
    except OSError as error:
        raise InputError(_UNUSABLE.with_values(reason=error.strerror or str(error)), path=str(path)) from error
    try:
        _lock(lock)
    except OSError as error:
        lock.close()
        raise InputError(_TAKEN, path=str(path)) from error
    return HubFolder(path, lock)


def case_key(folder: Path, *, is_made: bool = True) -> bytes:
    """Return the key that seals the audit of cases, made the first time if it `is_made`. Raises `InputError`."""
    path = folder / CASE_KEY_FILE
    try:
        if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise InputError(_KEY_OPEN, path=str(path))
        key = path.read_bytes()
    except FileNotFoundError:
        if not is_made:
            raise InputError(_KEY_MISSING, path=str(path)) from None
        key = secrets.token_bytes(TOKEN_BYTES)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
    except OSError as error:
        raise InputError(_UNUSABLE.with_values(reason=error.strerror or str(error)), path=str(path)) from error
    if len(key) != TOKEN_BYTES:
        raise InputError(_KEY_BROKEN, path=str(path))
    return key


def _lock(file: IO[str]) -> None:
    """Lock the file until it is closed or its process is gone."""
    if sys.platform == "win32":
        locking = importlib.import_module("msvcrt")
        locking.locking(file.fileno(), locking.LK_NBLCK, 1)
    else:
        locking = importlib.import_module("fcntl")
        locking.flock(file.fileno(), locking.LOCK_EX | locking.LOCK_NB)
