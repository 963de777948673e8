"""Where secrets are kept: the system's keyring where there is one, else a sealed file; a list has their names."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from sanping.domain.errors import InputError, SecretMissing, StoreFailed
from sanping.domain.text import Text
from sanping.ports.secrets import OWN_SERVICE, SecretReference
from sanping.storage.os_keyring import Keyring
from sanping.storage.sealed_file import SealedFile
from sanping.storage.whole_file import whole_file

Where = Literal["keyring", "file"]
NAMES_FILE = "secret-names.json"
LONGEST_BYTES = 4096
LONGEST_CREDENTIAL_BYTES = 1 << 16

_NAME = re.compile(r"[A-Za-z0-9_][\w.@-]{0,79}", re.ASCII)
_BAD_NAME = Text(
    "名称“{name}”须为 1 到 80 个字母、数字、“-”“_”“.”或“@”，例如 mqtt-broker",
    "The name “{name}” must have 1 to 80 letters, digits, “-”, “_”, “.” or “@”, as mqtt-broker",
)
_BAD_SECRET = Text("口令须有 1 到 {most} 字节", "A secret has 1 to {most} bytes")
_MISSING = Text(
    "没有保存 {reference}；请运行 sanping secret set {name}",
    "{reference} is not kept here; run sanping secret set {name}",
)
_UNSET = Text(
    "没有 {reference}：请设置该环境变量或 systemd 凭据后重新启动",
    "There is no {reference}: set the variable, or the credential of systemd, and start again",
)
_BROKEN = Text(
    "口令名称表已损坏；请取回另处保管的副本，或移走它（口令本身还在）",
    "The list of names of secrets is damaged; bring back a copy of it or move it away (the secrets themselves remain)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A secret that is kept: its name, and where."""

    name: str
    where: Where

    @property
    def reference(self) -> str:
        """How files point at it."""
        return f"keyring:{OWN_SERVICE}/{self.name}"


class SecretShelf:
    """Implements `ports.secrets.Secrets`, and keeps what a person gives it. Every method may block.

    `keyring` gives that of the system, None for none; it is asked for when it is needed. Variables are those of
    `environment`, credentials the files of `credentials`, a folder that systemd fills.
    """

    def __init__(
        self,
        folder: Path,
        sealed: SealedFile,
        keyring: Callable[[], Keyring | None],
        environment: Mapping[str, str],
        credentials: Path | None = None,
    ) -> None:
        self._names_path = folder / NAMES_FILE
        self._sealed = sealed
        self._keyring_of = keyring
        self._environment = environment
        self._credentials = credentials

    def read(self, reference: SecretReference) -> str:
        """Return a secret. Raises `SecretMissing`, or `StoreFailed` when what keeps it cannot be used."""
        if reference.scheme == "env":
            return self._given(reference, self._environment.get(reference.name))
        if reference.scheme == "credential":
            return self._given(reference, self._credential(reference.name))
        service, _, name = reference.name.partition("/")
        found = self._sealed.read().get(name) if service == OWN_SERVICE else None
        if found is None:
            keyring = self._keyring_of()
            found = None if keyring is None else keyring.read(service, name)
        if found is None:
            raise SecretMissing(_MISSING.with_values(reference=reference, name=name))
        return found

    def keep(self, name: str, secret: str) -> Kept:
        """Keep a secret and return where it lies. Raises `InputError` for a bad name or secret, `StoreFailed`."""
        if not _NAME.fullmatch(name):
            raise InputError(_BAD_NAME.with_values(name=name[:80]))
        if not 0 < len(secret.encode()) <= LONGEST_BYTES:
            raise InputError(_BAD_SECRET.with_values(most=LONGEST_BYTES), place=name)
        keyring = self._keyring_of()
        in_file = self._sealed.read() if keyring is None or self._sealed.path.exists() else {}
        if keyring is None:
            self._sealed.write({**in_file, name: secret})
        else:
            keyring.write(OWN_SERVICE, name, secret)
            if in_file.pop(name, None) is not None:
                self._sealed.write(in_file)
        kept = Kept(name=name, where="file" if keyring is None else "keyring")
        self._note({**self._noted(), name: kept.where})
        return kept

    def remove(self, name: str) -> bool:
        """Forget a secret wherever it lies; False when none of that name was kept. Raises `StoreFailed`."""
        noted, in_file = self._noted(), self._sealed.read()
        was_known = name in noted or name in in_file
        if in_file.pop(name, None) is not None:
            self._sealed.write(in_file)
        keyring = self._keyring_of()
        if keyring is not None:
            keyring.remove(OWN_SERVICE, name)
        if noted.pop(name, None) is not None:
            self._note(noted)
        return was_known

    def kept(self) -> Sequence[Kept]:
        """Return the names of what is kept, in order. Raises `StoreFailed`."""
        return [Kept(name=name, where=where) for name, where in sorted(self._noted().items())]

    def _given(self, reference: SecretReference, found: str | None) -> str:
        if not found:
            raise SecretMissing(_UNSET.with_values(reference=reference))
        return found

    def _credential(self, name: str) -> str | None:
        """Return a credential that systemd laid down, without the line feed at its end."""
        path = None if self._credentials is None or ".." in name else self._credentials / name
        try:
            found = b"" if path is None else path.read_bytes()[:LONGEST_CREDENTIAL_BYTES]
            return found.decode("utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            return None

    def _noted(self) -> dict[str, Where]:
        try:
            return msgspec.json.decode(self._names_path.read_bytes(), type=dict[str, Where])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreFailed(_BROKEN, path=str(self._names_path)) from error

    def _note(self, names: Mapping[str, Where]) -> None:
        self._names_path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole_file(self._names_path) as part:
            part.write_bytes(msgspec.json.encode(names))
