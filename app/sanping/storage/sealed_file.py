"""Secrets in a file, for machines without a keyring: sealed with AES-256-GCM or SM4-GCM, its key in another file.

Both are readable by their owner alone. Who can read both can read the secrets: this keeps them out of backups, copies
and reports, not from other programs of the same user.
"""

import base64
import binascii
import os
import secrets
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.storage.sealing import Sealing, sealed, unsealed
from sanping.storage.whole_file import whole_file

SEALED_FILE = "secrets.sealed"
KEY_FILE = "secrets.key"
KEY_CREDENTIAL = "sanping-secrets-key"
_KEY_BYTES = 32
_PURPOSE = b"sanping secrets 1"

_OPEN = Text(
    "他人可读取该文件；请执行 chmod 600 后重试", "Others can read this file; run chmod 600 on it and try again"
)
_NO_KEY = Text(
    "缺少口令文件的密钥；请从备份取回，或移走 {name} 后重新保存口令",
    "The key of the file of secrets is missing; bring it back, or move {name} away and keep the secrets anew",
)
_BROKEN = Text(
    "口令文件无法解开：内容或密钥已损坏或被改动；请取回另处保管的副本",
    "The file of secrets cannot be opened: it or its key is damaged or was altered; bring back the copy kept elsewhere",
)
_UNUSABLE = Text("口令文件无法使用：{reason}", "The file of secrets cannot be used: {reason}")


class SealedFile:
    """The sealed file in `folder`; its key in `key_folder`, or given by the system's `credential` of that name.

    `sealing` says how it is to be sealed from now on; it is opened whichever way it was.
    """

    def __init__(
        self,
        folder: Path,
        key_folder: Path,
        credential: bytes | None = None,
        sealing: Callable[[], Sealing] = lambda: "aes",
    ) -> None:
        self.path = folder / SEALED_FILE
        self._key_path = key_folder / KEY_FILE
        self._credential = credential
        self._sealing = sealing

    def read(self) -> dict[str, str]:
        """Return all secrets by name. Raises `StoreFailed`."""
        try:
            _check_owner_alone(self.path)
            written = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._failed(error) from error
        try:
            plain = unsealed(written, self._key(is_made=False), _PURPOSE)
            return msgspec.json.decode(plain, type=dict[str, str])
        except (ValueError, msgspec.MsgspecError) as error:
            raise StoreFailed(_BROKEN, path=str(self.path)) from error

    def write(self, content: dict[str, str]) -> None:
        """Seal all secrets anew; they are safe on disk on return. Raises `StoreFailed`."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            key = self._key(is_made=True)
        except OSError as error:
            raise self._failed(error) from error
        written = sealed(msgspec.json.encode(content), key, _PURPOSE, self._sealing())
        with whole_file(self.path) as part:
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(written)

    def _key(self, *, is_made: bool) -> bytes:
        """Return the key. Raises `StoreFailed` or `OSError`."""
        if self._credential is not None:
            return self._decoded(self._credential)
        try:
            _check_owner_alone(self._key_path)
            return self._decoded(self._key_path.read_bytes())
        except FileNotFoundError:
            if not is_made or self.path.exists():
                raise StoreFailed(_NO_KEY.with_values(name=self.path.name), path=str(self._key_path)) from None
        self._key_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = secrets.token_bytes(_KEY_BYTES)
        with os.fdopen(os.open(self._key_path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(made))
            file.flush()
            os.fsync(file.fileno())
        return made

    def _decoded(self, written: bytes) -> bytes:
        try:
            key = base64.b64decode(written.strip(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != _KEY_BYTES:
            raise StoreFailed(_BROKEN, path=str(self._key_path))
        return key

    def _failed(self, error: OSError) -> StoreFailed:
        return StoreFailed(_UNUSABLE.with_values(reason=error.strerror or str(error)), path=str(self.path))


def _check_owner_alone(path: Path) -> None:
    """Raise `StoreFailed` when others can read a file; `FileNotFoundError` when there is none."""
    if sys.platform != "win32" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StoreFailed(_OPEN, path=str(path))
