"""The keyring of the desktop: Secret Service (GNOME, KDE), Windows Credential Manager (DPAPI), macOS Keychain."""

import importlib
import os
import sys
from typing import Any, Protocol

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text

# Named, not sought: a keyring that came in as somebody's plug-in might keep secrets in clear.
_KEEPERS = {
    "linux": ("SecretService", "Keyring"),
    "darwin": ("macOS", "Keyring"),
    "win32": ("Windows", "WinVaultKeyring"),
}
_FAILED = Text(
    "系统钥匙串无法使用：{reason}。请解锁钥匙串后重试",
    "The system's keyring cannot be used: {reason}. Unlock it and try again",
)


class Keyring(Protocol):
    """Keeps one secret for each service and name. Every method may block and raises `StoreFailed`."""

    def read(self, service: str, name: str) -> str | None:
        """Return a secret, None when there is none."""

    def write(self, service: str, name: str, secret: str) -> None:
        """Keep a secret."""

    def remove(self, service: str, name: str) -> None:
        """Forget a secret; one that is not there is none the less gone."""


class OsKeyring:
    """Implements `Keyring` over a backend of the library `keyring`."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def read(self, service: str, name: str) -> str | None:
        """Return a secret, None when there is none."""
        found = self._asked("get_password", service, name)
        return None if found is None else str(found)

    def write(self, service: str, name: str, secret: str) -> None:
        """Keep a secret."""
        self._asked("set_password", service, name, secret)

    def remove(self, service: str, name: str) -> None:
        """Forget a secret."""
        if self.read(service, name) is not None:
            self._asked("delete_password", service, name)

    def _asked(self, method: str, *words: str) -> Any:
        try:
            return getattr(self._backend, method)(*words)
        except Exception as error:  # each system has its own errors, and D-Bus its own again
            reason = f"{type(error).__name__}: {error}"[:200]
            raise StoreFailed(_FAILED.with_values(reason=reason)) from error


def os_keyring() -> OsKeyring | None:
    """Return the keyring of whoever runs the program; None where there is none, as on a server without a session."""
    if sys.platform.startswith("linux") and not _has_session_bus():
        return None
    module, name = _KEEPERS.get(sys.platform, ("", ""))
    if not module:
        return None
    try:
        kind = getattr(importlib.import_module(f"keyring.backends.{module}"), name)
        return OsKeyring(kind()) if kind.viable else None
    except Exception:  # a keyring that cannot even say whether it is there is not
        return None


def _has_session_bus() -> bool:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS") or (runtime and os.path.exists(f"{runtime}/bus")))  # noqa: PTH110
