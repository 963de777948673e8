"""A real PostgreSQL for stores: one server for many tests, a schema for each."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fakes.real_postgres import PASSWORD, RealPostgres, running_postgres
from sanping.storage.postgres.server import PostgresPlace, place_of

QUICK = "-c fsync=off -c full_page_writes=off -c max_locks_per_transaction=1024"
_numbers = itertools.count(1)


class StoreServer:
    """The server; the password of `address` lies in a pgpass file that the environment points at."""

    def __init__(self, server: RealPostgres) -> None:
        self.server = server
        self.address = f"postgresql://postgres@127.0.0.1:{server.port}/postgres"

    def place(self) -> PostgresPlace:
        """Return a place where nothing is kept yet."""
        return place_of(self.address, f"test{next(_numbers)}")

    def asked(self, place: PostgresPlace, question: str) -> list[tuple[object, ...]]:
        """Return what the tables of a place say."""
        with psycopg.connect(self.address, autocommit=True) as database:
            database.execute(f"set search_path = {place.schema}")  # type: ignore[arg-type]
            cursor = database.execute(question)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []


def store_server(folder: Path) -> Iterator[StoreServer]:
    """Start a server for a fixture; skips with the reason where none is installed."""
    secrets = folder / "pgpass"
    secrets.write_text(f"127.0.0.1:*:*:postgres:{PASSWORD}\n", encoding="utf-8")
    secrets.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSFILE", str(secrets))
        for server in running_postgres(QUICK):
            yield StoreServer(server)
