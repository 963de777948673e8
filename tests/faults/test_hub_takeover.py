"""Two hubs on one PostgreSQL: one owns the books, the other relays; the owner is killed, and the other takes over."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fakes.governed_town import LAT, LON, write_governed_town
from fakes.real_nats import has_nats
from fakes.real_postgres import PASSWORD, RealPostgres, running_postgres
from fakes.several_hubs import HubProcess, PageServer
from fakes.small_hub import until
from fakes.small_river import reading
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.domain.errors import StoreFailed
from sanping.hub.folder import CASE_KEY_FILE, TOKEN_FILE
from sanping.hub.spare_port import free_port
from sanping.storage.postgres import schema
from sanping.storage.postgres.books import PostgresEventLog
from sanping.storage.postgres.history import PostgresHistory
from sanping.storage.postgres.opening import PostgresStores
from sanping.storage.postgres.server import PostgresPlace

KEYS = (CASE_KEY_FILE, TOKEN_FILE)
REPORT = {"kind": "event", "case_class": "0105", "lon": LON, "lat": LAT, "description": "井盖缺失"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[RealPostgres]:
    yield from running_postgres()


def place(postgres: RealPostgres, schema: str) -> PostgresPlace:
    address = f"postgresql://postgres:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{postgres.port}/postgres"
    return PostgresPlace(address=address, schema=schema)


def test_an_owner_whose_term_is_over_writes_nothing_more(
    postgres: RealPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "LOCK_WITHIN_S", 1)
    # given an owner with an open book, whose hold on the history breaks
    first, second = place(postgres, "fenced"), place(postgres, "fenced")
    history, book = PostgresHistory(first), PostgresEventLog(first)
    book.append([(1, "alarm", b"1")])
    assert not PostgresStores(tmp_path, second).is_free()
    history._database.close()
    until(PostgresStores(tmp_path, second).is_free)

    # when another hub takes the books over
    other, others_book = PostgresHistory(second), PostgresEventLog(second)

    # then the first can neither write nor take them back, and the second can
    with pytest.raises(StoreFailed):
        book.append([(2, "alarm", b"2")])
    with pytest.raises(StoreFailed):
        history.append([reading("up", "water_level", 1.0)])
    others_book.append([(3, "alarm", b"3")])
    other.close()
    with pytest.raises(StoreFailed, match="接管"):
        PostgresHistory(first)
    for each in (history, book, others_book):
        each.close()


@pytest.mark.skipif(not has_nats(), reason="nats-server is not installed; run make setup-debian as root")
def test_a_killed_owner_is_taken_over_from_and_nothing_answered_is_lost(postgres: RealPostgres, tmp_path: Path) -> None:
    server = PageServer(tmp_path / "nats")
    store = f"postgresql://postgres:${{env:STORE_SECRET}}@127.0.0.1:{postgres.port}/postgres"
    twin = write_governed_town(tmp_path / "twin", {})
    hubs = [
        HubProcess(
            tmp_path / name, twin, "relay/hub.env", server.address, "--standby", "--port", str(free_port()),
            SANPING_STORE=store, STORE_SECRET=PASSWORD,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    one, two = hubs
    link = HubLink(two.where, screen="desk", kind="desk")
    try:
        server.start()
        # given an owner, and a second hub that relays, with the keys of the first
        assert one.start(), one.errors
        assert two.start(), two.errors
        assert [(two.data / name).read_bytes() for name in KEYS] == [(one.data / name).read_bytes() for name in KEYS]
        link.start()
        until(lambda: link.status.state == "linked" and link.state.case_counts)
        first = link.command("case.report", REPORT)
        assert first.ok, first.error_en
        assert parts(two) == {"owner", "relay"}

        # when the owner is killed while somebody wishes something
        one.stop(signal.SIGKILL)
        wish = link.wish("case.report", REPORT)

        # then the other takes over at the same address, and does it once
        until(wish.done)
        second = wish.result()
        assert second.ok, second.error_en
        until(lambda: {first.about, second.about} <= set(link.state.cases))
        assert parts(two) == {"owner"}

        # and who comes back relays
        assert one.start(), one.errors
        until(lambda: parts(two) == {"owner", "relay"})
        with psycopg.connect(place(postgres, "sanping_data").address) as database:
            assert database.execute("select count(*) from sanping_data.cases").fetchone() == (2,)
    finally:
        link.close()
        for hub in hubs:
            hub.stop()
        server.close()


def parts(hub: HubProcess) -> set[str]:
    answer = Questions(hub.where).ask("/hubs", {})
    assert isinstance(answer, list)
    return {one["part"] for one in answer}
