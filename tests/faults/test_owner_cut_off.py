"""An owner of the books whose machine loses its line without a word: it is noticed soon, and it writes nothing more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.machines import HUB, NETWORK
from fakes.real_postgres import PASSWORD
from fakes.site_of_machines import ONE, TWO, SiteOfMachines, missing_site, store_machines
from fakes.small_hub import until
from fakes.small_river import reading
from sanping.domain.errors import StoreFailed
from sanping.storage.postgres import schema
from sanping.storage.postgres.books import PostgresEventLog
from sanping.storage.postgres.history import PostgresHistory
from sanping.storage.postgres.opening import PostgresStores
from sanping.storage.postgres.server import PostgresPlace, connected
from sanping.storage.postgres.silent_clients import GONE_MS

WANTED_S = 10.0


@pytest.fixture(scope="module")
def site() -> Iterator[SiteOfMachines]:
    why = missing_site()
    if why:
        pytest.skip(why)
    with store_machines() as made:
        yield made


def place(site: SiteOfMachines) -> PostgresPlace:
    words = f"postgres:{PASSWORD.replace(' ', '%20')}@{NETWORK}.1:{site.postgres.port}"
    return PostgresPlace(address=f"postgresql://{words}/postgres", schema="cut_off")


def test_the_books_of_a_machine_without_a_line_are_free_soon_and_it_acknowledges_nothing_more(
    site: SiteOfMachines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "LOCK_WITHIN_S", 1)
    # given an owner on one machine with open books, and another machine that waits for them
    machines, first, second = site.machines, place(site), place(site)
    with machines.inside(ONE):
        history, book = PostgresHistory(first), PostgresEventLog(first)
    history.append([reading("up", "water_level", 1.0)])
    book.append([(1, "alarm", b"1")])
    stores = PostgresStores(tmp_path, second)
    with machines.inside(TWO):
        assert not stores.is_free()

    # when the line of the first machine is cut, so that nobody hears a good-bye
    machines.cut(ONE)

    # then the server lets its books go, the second machine takes them, and the first can write nothing when it is back
    with machines.inside(TWO):
        until(stores.is_free)
        other, others_book = PostgresHistory(second), PostgresEventLog(second)
    machines.heal(ONE)
    with machines.inside(ONE):
        until(lambda: PostgresStores(tmp_path, first).away() is None)
        assert not first.owned.is_over
        with pytest.raises(StoreFailed, match="另一个中枢"):
            history.append([reading("up", "water_level", 2.0)])
        assert first.owned.is_over
        with pytest.raises(StoreFailed, match="接管"):
            book.append([(2, "alarm", b"2")])
    others_book.append([(3, "alarm", b"3")])
    assert [event.time_ms for event in others_book.since(0)] == [1, 3]
    for each in (history, book, other, others_book):
        each.close()


def test_the_server_is_told_to_notice_within_ten_seconds(site: SiteOfMachines) -> None:
    # given a connection of a hub
    with site.machines.inside(HUB):
        database = connected(place(site))
    try:
        # when the server is asked how long it waits for a silent machine
        asked = ("idle", "interval", "count")
        idle, again, times = (database.execute(f"show tcp_keepalives_{name}").fetchone() for name in asked)

        # then it is less than is wanted, with what taking over takes
        assert (int(idle[0]) + int(again[0]) * int(times[0])) * 1000 == GONE_MS < 1000 * WANTED_S  # type: ignore[index]
        assert database.execute("show tcp_user_timeout").fetchone() == (str(GONE_MS),)
        assert database.execute("show client_connection_check_interval").fetchone() == ("2s",)
    finally:
        database.close()
