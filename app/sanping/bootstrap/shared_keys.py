"""What hubs that take over from one another must have in common: the key of the audit, and the site's token.

The first of them lays both down beside the books, sealed under the login of the site's message server, which all hubs
of a site have and whoever keeps the database need not know. The others take them from there.
"""

import base64
import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.folder import CASE_KEY_FILE, TOKEN_BYTES, TOKEN_FILE, case_key
from sanping.storage.sealing import Sealing, sealed, unsealed
from sanping.storage.whole_file import whole_file

SHORTEST_LOGIN = 16
SALT_BYTES = 16
MEMORY_KIB, PASSES, LANES = 65_536, 3, 4  # RFC 9106, the second of its recommended sets
_PURPOSE = b"sanping hub keys 1"
_WEAK = Text(
    "消息服务器的口令不足 {least} 位，不用来封存中枢的密钥；请换长口令，或把 cases.key 和 token 手工复制到其余各台",
    "The password of the message server has less than {least} letters and seals no keys; take a longer one, or copy "
    "cases.key and token to the other hubs by hand",
)
_MISSING = Text(
    "本站的密钥还没有交到数据库；请先启动有 cases.key 的那台中枢",
    "The keys of this site are not in the database yet; start the hub that has cases.key first",
)
_OTHER_LOGIN = Text(
    "数据库里的中枢密钥是用另一个消息服务器口令封存的；请让各中枢用同一口令，先启动有 cases.key 的那台",
    "The keys in the database were sealed under another login of the message server; give all hubs the same login, "
    "and start the one that has cases.key first",
)
_OTHER_KEY = Text(
    "这里的 cases.key 不是本站的；请把它移走，中枢会取用本站的",
    "The cases.key here is not that of the site; move it away, the hub takes the site's own",
)
_log = logging.getLogger(__name__)


class KeyStore(Protocol):
    """Where the sealed keys of a site lie."""

    def has_cases(self) -> bool:
        """Say whether a book of cases is kept already; another key would fit none of its rows."""

    def is_sealed_by(self, key: bytes) -> bool:
        """Say whether the book of cases is sealed by a key, True while there is none. Raises `StoreFailed`."""

    def sealed_keys(self) -> bytes | None:
        """Return what is laid down, None for nothing. Raises `StoreFailed`."""

    def lay_down_keys(self, body: bytes, before: bytes | None) -> None:
        """Lay sealed keys down, unless something else than `before` is there by now. Raises `StoreFailed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The key of the audit, and the token of the site's own screens."""

    case_key: bytes
    token: str


def share_keys(store: KeyStore, folder: Path, login: str, sealing: Sealing = "aes") -> bool:
    """Have a data folder hold the keys of its site, and the store hold them for the next hub.

    `login` is that of the message server, as "user:password". Where it seals nothing, or the keys are not to be had
    yet, it says False, and why in the log. Raises `InputError` for a key of another site, and `StoreFailed`.
    """
    if len(login.rpartition(":")[2]) < SHORTEST_LOGIN:
        _log.warning("%s", _WEAK.with_values(least=SHORTEST_LOGIN).en)
        return False
    found = store.sealed_keys()
    keys = None if found is None else _opened(found, login)
    if keys is None:
        own = _own(folder, store, is_first=found is None)
        if own is None:
            _log.warning("%s", (_MISSING if found is None else _OTHER_LOGIN).en)
            return False
        store.lay_down_keys(_sealed(own, login, sealing), found)
        found = store.sealed_keys()  # of hubs that begin together one was first
        keys = None if found is None else _opened(found, login)
        if keys is None:
            raise InputError(_OTHER_LOGIN, path=str(folder))
    _take(folder, keys)
    return True


def _own(folder: Path, store: KeyStore, *, is_first: bool) -> Keys | None:
    """Return what a folder holds if the books are sealed by it, new keys where nothing is sealed, else None."""
    token = folder / TOKEN_FILE
    words = token.read_text("ascii").strip() if token.is_file() else ""
    if (folder / CASE_KEY_FILE).is_file():
        key = case_key(folder, is_made=False)
        if not store.is_sealed_by(key):
            raise InputError(_OTHER_KEY, path=str(folder / CASE_KEY_FILE))
    elif is_first and not store.has_cases():
        key = secrets.token_bytes(TOKEN_BYTES)
    else:
        return None
    return Keys(case_key=key, token=words or secrets.token_hex(TOKEN_BYTES))


def _take(folder: Path, keys: Keys) -> None:
    """Write the keys of the site into a folder, readable by its owner alone. Raises `InputError`."""
    if (folder / CASE_KEY_FILE).is_file():
        if not secrets.compare_digest(case_key(folder, is_made=False), keys.case_key):
            raise InputError(_OTHER_KEY, path=str(folder / CASE_KEY_FILE))
    else:
        _write(folder / CASE_KEY_FILE, keys.case_key)
    token = folder / TOKEN_FILE
    if not token.is_file() or token.read_text("ascii").strip() != keys.token:
        _write(token, keys.token.encode())


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with whole_file(path) as part:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)


def _sealed(keys: Keys, login: str, sealing: Sealing) -> bytes:
    salt = secrets.token_bytes(SALT_BYTES)
    plain = msgspec.json.encode({"case_key": base64.b64encode(keys.case_key).decode(), "token": keys.token})
    return salt + sealed(plain, _key(login, salt), _PURPOSE, sealing)


def _opened(body: bytes, login: str) -> Keys | None:
    """Return sealed keys, None when they were sealed under another login or are damaged."""
    try:
        plain = unsealed(body[SALT_BYTES:], _key(login, body[:SALT_BYTES]), _PURPOSE)
        words = msgspec.json.decode(plain, type=dict[str, str])
        keys = Keys(case_key=base64.b64decode(words["case_key"], validate=True), token=words["token"])
    except (ValueError, KeyError):
        return None
    return keys if len(keys.case_key) == TOKEN_BYTES else None


def _key(login: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # noqa: PLC0415  only hubs of several need it

    kdf = Argon2id(salt=salt, length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive(login.encode())
