"""The secrets of whoever runs the program: where they are kept on this machine."""

import os
from pathlib import Path

from sanping.settings import paths
from sanping.settings.settings import load_settings
from sanping.storage.os_keyring import Keyring, os_keyring
from sanping.storage.sealed_file import KEY_CREDENTIAL, SealedFile
from sanping.storage.sealing import Sealing
from sanping.storage.secret_shelf import SecretShelf

NO_KEYRING = "SANPING_NO_KEYRING"


def own_secrets() -> SecretShelf:
    """Return the store of secrets; nothing is asked or opened yet.

    `SANPING_NO_KEYRING` set to anything leaves the system's keyring alone.
    """
    laid_down = os.environ.get("CREDENTIALS_DIRECTORY")
    credentials = Path(laid_down) if laid_down else None
    sealed = SealedFile(paths.secrets_folder(), paths.settings_file().parent, _credential(credentials), _sealing)
    return SecretShelf(paths.secrets_folder(), sealed, _keyring, os.environ, credentials)


def _sealing() -> Sealing:
    return load_settings(paths.settings_file()).sealing


def _keyring() -> Keyring | None:
    return None if os.environ.get(NO_KEYRING) else os_keyring()


def _credential(folder: Path | None) -> bytes | None:
    try:
        return None if folder is None else (folder / KEY_CREDENTIAL).read_bytes()
    except OSError:
        return None
