"""Every store of observations, for the tests that each must pass."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.every_history import KINDS, opened
from fakes.store_server import StoreServer, store_server
from sanping.ports.history import History
from sanping.storage.postgres.history import PostgresHistory

Opening = Callable[[], History]


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    """Start one PostgreSQL for all tests of a worker."""
    yield from store_server(tmp_path_factory.mktemp("postgres"))


@pytest.fixture(params=[*KINDS, "postgres"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[History]:
    if request.param == "postgres":
        store: History = PostgresHistory(request.getfixturevalue("stores").place())
    else:
        store = opened(request.param, tmp_path)
    yield store
    store.close()


@pytest.fixture(params=["duckdb", "postgres"])
def opening(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Opening]:
    """Return what gives a way to open one and the same new store again and again."""

    def fresh() -> Opening:
        if request.param == "postgres":
            place = request.getfixturevalue("stores").place()
            return lambda: PostgresHistory(place)
        folder = tmp_path_factory.mktemp("history")
        return lambda: opened("duckdb", folder)

    return fresh
