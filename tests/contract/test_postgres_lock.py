"""The lock by which one hub owns a history in PostgreSQL: who ends gives it back, if not at the very same moment."""

import threading
from contextlib import closing

import psycopg
import pytest

from fakes.store_server import StoreServer
from sanping.domain.errors import StoreFailed
from sanping.storage.postgres import schema
from sanping.storage.postgres.history import PostgresHistory


def test_a_history_that_another_is_just_letting_go_is_opened(stores: StoreServer) -> None:
    # given a hub that uses a history, and gives its lock back while another one asks for it
    place = stores.place()
    first = PostgresHistory(place)
    asking = "select count(*) from pg_locks where locktype = 'advisory' and not granted"

    def let_go_when_asked() -> None:
        with psycopg.connect(stores.address, autocommit=True) as database:
            while database.execute(asking).fetchone() == (0,):
                pass
        first.close()

    thread = threading.Thread(target=let_go_when_asked)
    thread.start()

    # when it is opened, then it is there
    with closing(PostgresHistory(place)) as second:
        assert second.span() == (0, 0)
    thread.join()


def test_a_history_that_another_hub_uses_is_refused(stores: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a hub that uses a history, and goes on
    monkeypatch.setattr(schema, "LOCK_WITHIN_S", 1)
    place = stores.place()
    with closing(PostgresHistory(place)), pytest.raises(StoreFailed, match="另一个中枢正在使用该历史库"):
        # when another opens it, then it is told so
        PostgresHistory(place)
