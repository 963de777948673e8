"""A hub on two PostgreSQL servers: the primary dies, its standby takes over, and nothing acknowledged is lost.

And over TLS: a server that cannot prove who it is gets no login.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from fakes.governed_twin import cases_of, kept, reported, said, words_of, write_governed_twin
from fakes.real_postgres import RealPostgres, running_standby
from fakes.small_hub import RunningHub, now_ms, running_hub, until
from fakes.store_server import QUICK, StoreServer, store_server
from sanping.cli.words import main
from sanping.domain.errors import SanpingError, StoreFailed
from sanping.hub.site_certificates import CA_FILE, SERVER_FILE, SERVER_KEY_FILE, make_certificates
from sanping.hub.spare_port import free_port
from sanping.storage.postgres.opening import PostgresStores
from sanping.storage.postgres.server import place_of

PORT = free_port()
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture(scope="module")
def primary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    yield from store_server(tmp_path_factory.mktemp("postgres"))


@pytest.fixture(scope="module")
def standby(primary: StoreServer) -> Iterator[RealPostgres]:
    """Start a standby, without which the primary commits nothing."""
    for server in running_standby(primary.server, QUICK):
        with psycopg.connect(primary.address, autocommit=True) as database:
            database.execute("alter system set synchronous_standby_names = 'standby'")
            database.execute("select pg_reload_conf()")
        until(lambda: is_synchronous(primary))
        yield server


def is_synchronous(primary: StoreServer) -> bool:
    """Whether a commit waits for the standby."""
    with psycopg.connect(primary.address) as database:
        return database.execute("select sync_state from pg_stat_replication").fetchall() == [("sync",)]


@pytest.fixture(scope="module")
def hub(primary: StoreServer, standby: RealPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("hub")
    hosts = f"127.0.0.1:{primary.server.port},127.0.0.1:{standby.port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANPING_STORE", f"postgresql://postgres@{hosts}/postgres?target_session_attrs=read-write")
        with running_hub(write_governed_twin(folder / "town", PORT), folder / "data") as hub:
            yield hub


def is_there(stores: PostgresStores) -> bool:
    """Whether a server lets somebody in; one that is just taking up its certificate does not yet."""
    try:
        return stores.away() is None
    except StoreFailed:
        return False


def reports(hub: RunningHub) -> str:
    """Report a case, "" while the hub cannot take one."""
    try:
        return reported(hub)
    except SanpingError:
        return ""


def test_the_hub_goes_on_with_the_standby_and_nothing_acknowledged_is_lost(
    hub: RunningHub, primary: StoreServer, standby: RealPostgres
) -> None:
    # given a hub that took values and a case, and a primary that dies at once afterwards
    began_ms = now_ms() - 3_600_000
    values = said(hub, PORT, {began_ms + n * 1000: n / 8 for n in range(400)})
    case = reported(hub)
    primary.server.stop()

    # when a gauge reports while there is no server, and then the standby is promoted
    values |= said(hub, PORT, {began_ms + 900_000 + n * 1000: n / 4 for n in range(200)})
    until(lambda: words_of(hub))
    standby.promote()
    until(lambda: reports(hub))

    # then the hub goes on by itself, every value and the case are there, and the chain verifies
    until(lambda: not (values.keys() - kept(hub).keys()))
    assert {when: kept(hub)[when] for when in values} == values
    assert case in cases_of(hub)
    said(hub, PORT, {now_ms(): 1.0})
    until(lambda: not words_of(hub))
    assert main(["cases", "verify", str(hub.data)]) == 0


def test_a_server_must_prove_who_it_is(standby: RealPostgres, hub: RunningHub, tmp_path: Path) -> None:
    # given a server with a certificate of one authority, and the authorities of two
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        make_certificates(folder, ["127.0.0.1"], NOW)
    standby.with_tls(ours / SERVER_FILE, ours / SERVER_KEY_FILE)

    def stores(host: str, authority: Path) -> PostgresStores:
        words = f"sslmode=verify-full&sslrootcert={authority / CA_FILE}"
        return PostgresStores(
            tmp_path, place_of(f"postgresql://postgres@{host}:{standby.port}/postgres?{words}", "tls")
        )

    # when it is reached with the right authority, with the wrong one, and under another name
    until(lambda: is_there(stores("127.0.0.1", ours)))

    # then only the first is let in; the others are refused, not waited for, and say what to check
    for refused in (stores("127.0.0.1", theirs), stores("localhost", ours)):
        with pytest.raises(StoreFailed, match=r"证书不可信.*sslrootcert"):
            refused.away()
