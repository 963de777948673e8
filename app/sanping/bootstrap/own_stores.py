"""The stores of a hub on this machine, as the one setting says: files, or the PostgreSQL at its address."""

from pathlib import Path

from sanping.bootstrap.secret_keeping import own_secrets
from sanping.settings import paths
from sanping.settings.settings import load_settings
from sanping.storage.opening import FileStores, Stores


def own_stores(folder: Path) -> Stores:
    """Return the stores of the hub with this data folder. Raises what `stores_at` does."""
    return stores_at(load_settings(paths.settings_file()).store, folder)


def stores_at(address: str, folder: Path) -> Stores:
    """Return the stores of a hub at a PostgreSQL address, or in its data folder where that is empty; opens nothing.

    Raises `InputError` for an address that is none or holds a password, `SecretMissing` when what it points at is not
    there.
    """
    if not address.strip():
        return FileStores(folder)
    from sanping.storage.postgres.opening import PostgresStores  # noqa: PLC0415  only who has a server waits for it
    from sanping.storage.postgres.server import place_of  # noqa: PLC0415

    return PostgresStores(folder, place_of(address.strip(), folder.resolve().name, own_secrets()))
