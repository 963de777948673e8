"""Where passwords are kept, and how files point at them without holding them: `keyring:sanping/mqtt-broker`."""

import re
from dataclasses import dataclass
from typing import Literal, Protocol

from sanping.domain.errors import SecretMissing
from sanping.domain.text import Text

Scheme = Literal["keyring", "env", "credential"]
OWN_SERVICE = "sanping"
FOR_THE_HUB = "hub-"

_WORD = r"[A-Za-z0-9_][\w.@-]{0,79}"
_REFERENCE = re.compile(rf"(keyring|env|credential):({_WORD}(?:/{_WORD})?)", re.ASCII)
_PLACE = re.compile(r"\$\{([^{}]{1,200})\}")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_NO_KEEPER = Text(
    "这里没有口令库，无法取得 {reference}；请在本机运行中枢",
    "There is no store of secrets here, so {reference} cannot be had; run the hub on this machine",
)
_NOT_FOR_SOURCES = Text(
    "数据源不得引用 {reference}：只能引用 keyring: 中不以 {prefix} 开头的条目",
    "A source must not point at {reference}: only at entries of keyring: whose names do not begin with {prefix}",
)
_NO_REFERENCE = Text(
    "“{value}”不是口令引用；请写成 keyring:sanping/名称",
    "“{value}” points at no secret; write keyring:sanping/NAME",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """Points at a secret. `name` is SERVICE/NAME in a keyring, else that of a variable or a credential of systemd."""

    scheme: Scheme
    name: str

    def __str__(self) -> str:
        """Return it as files write it."""
        return f"{self.scheme}:{self.name}"


class Secrets(Protocol):
    """Keeps secrets."""

    def read(self, reference: SecretReference) -> str:
        """Return a secret; may block. Raises `SecretMissing`."""


def reference_in(value: object) -> SecretReference | None:
    """Return what a value of a setting points at, None when it is a plain value."""
    found = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    scheme, name = found.groups()
    if scheme != "keyring":
        return SecretReference(scheme=scheme, name=name) if "/" not in name else None  # type: ignore[arg-type]
    return SecretReference(scheme="keyring", name=name if "/" in name else f"{OWN_SERVICE}/{name}")


def resolved(value: str, secrets: Secrets | None) -> str:
    """Return the secret that a value points at, or the value itself where it is plain. Raises `SecretMissing`."""
    reference = reference_in(value)
    if reference is None:
        return value
    if secrets is None:
        raise SecretMissing(_NO_KEEPER.with_values(reference=reference))
    return secrets.read(reference)


def resolved_for_source(value: str, secrets: Secrets | None) -> str:
    """Return what `resolved` does, for a source of a twin: the hub's own secrets are out of its reach.

    Raises `SecretMissing`, also for a variable, a credential, or a name that begins with `hub-`.
    """
    reference = reference_in(value)
    if reference is not None:
        service, _, name = reference.name.partition("/")
        if reference.scheme != "keyring" or service != OWN_SERVICE or name.startswith(FOR_THE_HUB):
            raise SecretMissing(_NOT_FOR_SOURCES.with_values(reference=reference, prefix=FOR_THE_HUB))
    return resolved(value, secrets)


def resolved_address(address: str, secrets: Secrets | None) -> str:
    """Return an address with each `${keyring:sanping/name}` in it replaced by the secret, percent-encoded.

    Raises `SecretMissing`, also for a place that points at nothing.
    """

    def filled(place: re.Match[str]) -> str:
        if reference_in(place[1]) is None:
            raise SecretMissing(_NO_REFERENCE.with_values(value=place[1]))
        return _percent_encoded(resolved(place[1], secrets))

    return _PLACE.sub(filled, address)


def _percent_encoded(secret: str) -> str:
    return "".join(
        letter if letter in _PLAIN else "".join(f"%{byte:02X}" for byte in letter.encode()) for letter in secret
    )
