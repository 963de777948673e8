"""What a source's settings point at: its passwords, fetched from where they are kept just before its process starts."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

import msgspec

from sanping.domain.errors import SourceFailed
from sanping.domain.text import Text
from sanping.hub.child_messages import Begin
from sanping.ports.secrets import Secrets, reference_in, resolved_for_source

PATIENCE_S = 30.0
_NO_NAME_LETTER = re.compile(r"[^A-Za-z0-9_-]+")
_LOCKED = Text(
    "钥匙串没有在 {limit} 秒内答复；请解锁后重新启动数据源",
    "The keyring did not answer within {limit} s; unlock it and start the source again",
)


class SecretKeeper(Secrets, Protocol):
    """Keeps secrets, and takes more."""

    def keep(self, name: str, secret: str) -> object:
        """Keep a secret under a name. Blocks. Raises `InputError` or `StoreFailed`."""


async def with_secrets(begin: Begin, secrets: Secrets | None) -> Begin:
    """Return the first word to a child with what it points at in the place of each reference.

    Raises `SecretMissing`, `StoreFailed`, or `SourceFailed` when the keyring waits for a person.
    """
    if not any(reference_in(value) for value in (*begin.secrets.values(), *begin.settings.values())):
        return begin
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await loop.run_in_executor(None, _filled, begin, secrets)
    except TimeoutError as error:
        raise SourceFailed(_LOCKED.with_values(limit=f"{PATIENCE_S:g}")) from error


def kept_apart(place: str, source: str, given: Mapping[str, str], keeper: SecretKeeper | None) -> dict[str, str]:
    """Return the secrets of a source as references, after `keeper` has taken those that are plain. Blocks.

    `place` names the hub, so that two with a source of one name keep two secrets. Without a keeper they stay plain.
    """
    if keeper is None:
        return dict(given)
    found: dict[str, str] = {}
    for key, value in given.items():
        if reference_in(value) is not None:
            found[key] = value
            continue
        name = _name(place, source, key)
        keeper.keep(name, value)
        found[key] = f"keyring:sanping/{name}"
    return found


def _filled(begin: Begin, secrets: Secrets | None) -> Begin:
    resolve = partial(resolved_for_source, secrets=secrets)
    settings: dict[str, Any] = {
        key: resolve(value) if isinstance(value, str) else value for key, value in begin.settings.items()
    }
    kept = {key: resolve(value) for key, value in begin.secrets.items()}
    return msgspec.structs.replace(begin, settings=settings, secrets=kept)


def _name(place: str, source: str, key: str) -> str:
    mark = hashlib.sha256(f"{place}/{source}/{key}".encode()).hexdigest()[:8]
    plain = _NO_NAME_LETTER.sub("", source)[:30]
    return f"source-{plain}-{key[:30]}-{mark}"
