"""SQL views: queries that only read, rows of SL 323, and a real PostgreSQL."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import psycopg
import pytest

from fakes.real_postgres import DATABASE, PASSWORD, USER, RealPostgres, running_postgres
from fakes.toxic_proxy import TOXICS, ToxicProxy
from sanping.adapters.sql.decode import TABLES, checked_query, decode, query_of_table
from sanping.adapters.sql.simulator import Simulator
from sanping.adapters.sql.source import Source
from sanping.domain.errors import FrameBroken, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import RecordMapping, parsed_rules
from sanping.hub.spare_port import free_port

NOON_MS = 1_781_236_800_000  # 2026-06-12T12:00:00+08:00


@pytest.mark.parametrize(
    "written",
    [
        "delete from st_river_r",
        "select 1",
        "select * from a where tm > %(since)s; drop table a",
        "with x as (insert into a values (1) returning *) select * from x where tm > %(since)s",
        "select pg_sleep(1) into lock where tm > %(since)s",
        "update a set b = 1 where tm > %(since)s",
        "",
    ],
)
def test_only_one_query_that_reads_is_taken(written: str) -> None:
    # given a statement that writes, is not alone, or does not read on
    # when it is checked
    # then it is refused
    with pytest.raises(FrameBroken):
        checked_query(written)
    with pytest.raises(SourceRefused):
        Source({"table": "query", "query": written, "values": "z = water_level", "station": "stcd"})


def test_a_query_may_hold_such_words_in_its_texts() -> None:
    # given a query with a forbidden word inside a text and a comment
    written = "select stcd, tm, z -- update\nfrom a where kind = 'drop; set' and tm > %(since)s;"

    # when it is checked
    # then it is what it was
    assert checked_query(written) == written.rstrip(";")


def test_a_schema_that_is_no_name_is_refused() -> None:
    # given a schema with more in it
    # when the query is made
    # then it is refused, and a good one is taken
    with pytest.raises(FrameBroken):
        query_of_table(TABLES["river"], "x; drop table y")
    assert "from rtsq.st_river_r where tm > %(since)s" in query_of_table(TABLES["river"], "rtsq")


def test_rows_of_the_river_table_become_observations() -> None:
    # given rows with a level, a flow and a missing velocity, in the bureau's own case
    rows = [{"STCD": "63100701", "TM": datetime(2026, 6, 12, 12, 0), "Z": 3.12, "Q": 45.6, "XSAVV": None}]
    mapping = RecordMapping(values=parsed_rules(TABLES["river"].values), station="stcd", time="tm")

    # when they are decoded
    found = [row for row in decode(rows, mapping, NOON_MS) if isinstance(row, Observation)]

    # then times are those of Beijing, and what is missing is not invented
    assert [(row.quantity, row.value, row.event_ms) for row in found] == [
        ("water_level", 3.12, NOON_MS),
        ("flow", 45.6, NOON_MS),
    ]


# With a real server


@pytest.fixture(scope="module")
def server() -> Iterator[RealPostgres]:
    yield from running_postgres()


@pytest.fixture(scope="module")
def bureau(server: RealPostgres) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    where = {"host": "127.0.0.1", "port": server.port, "user": "postgres", "password": PASSWORD}
    with psycopg.connect(**where, dbname="postgres", autocommit=True) as first:  # type: ignore[arg-type]
        first.execute(f"create database {DATABASE}")
        first.execute(f"create user {USER} password '{PASSWORD}'")
    with psycopg.connect(**where, dbname=DATABASE, autocommit=True) as database:  # type: ignore[arg-type]
        database.execute("create table st_river_r(stcd varchar(8), tm timestamp, z numeric, q numeric, xsavv numeric)")
        database.execute(f"grant select on st_river_r to {USER}")
        yield database


@pytest.fixture(autouse=True)
def _empty(request: pytest.FixtureRequest) -> None:
    if "bureau" in request.fixturenames:
        request.getfixturevalue("bureau").execute("truncate st_river_r")


class World:
    """Keeps what is delivered, and runs something between two questions."""

    def __init__(self, *between: object) -> None:
        self.delivered: list[Observation] = []
        self.counts: dict[str, int] = {}
        self._between = list(between)

    async def reached(self, host: str, port: int) -> str:
        return host

    def now_ms(self) -> int:
        return NOON_MS

    def say(self, *_: object) -> None: ...

    def secret(self, name: str) -> str:
        return ""

    def count(self, what: str, times: int = 1, detail: object = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    async def sleep(self, seconds: float) -> None:
        if not self._between:
            raise asyncio.CancelledError
        self._between.pop(0)()  # type: ignore[operator]

    async def deliver(self, observations: Sequence[Observation]) -> None:
        self.delivered.extend(observations)


def settings(server: RealPostgres, **changes: object) -> dict[str, object]:
    plain = {"host": "127.0.0.1", "port": server.port, "database": DATABASE, "user": USER, "password": PASSWORD}
    return {**plain, **changes}


def follow(source: Source, world: World) -> None:
    async def until_the_end() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await source.run(world)  # type: ignore[arg-type]

    asyncio.run(until_the_end())


def test_new_rows_are_read_once_and_rows_written_late_are_found(
    server: RealPostgres, bureau: psycopg.Connection[tuple[object, ...]]
) -> None:
    # given a row, then one written late within the same minute, then a newer one
    def row(station: str, at: str, level: float) -> None:
        bureau.execute("insert into st_river_r values (%s, %s, %s, null, null)", (station, at, level))

    row("A", "2026-06-12 11:59:30", 3.0)
    world = World(
        lambda: row("B", "2026-06-12 11:59:00", 2.0), lambda: row("A", "2026-06-12 12:00:00", 3.1), lambda: None
    )

    # when the view is followed
    follow(Source(settings(server)), world)

    # then each row is there once
    assert [(item.station, item.value) for item in world.delivered] == [("A", 3.0), ("B", 2.0), ("A", 3.1)]
    assert world.delivered[2].event_ms == NOON_MS


def test_the_session_can_only_read(server: RealPostgres, bureau: psycopg.Connection[tuple[object, ...]]) -> None:
    # given a query that hides a write in a function
    bureau.execute("create or replace function sneaky() returns int language sql as 'delete from st_river_r; select 1'")
    source = Source(
        settings(server, user="postgres", table="query", values="z = water_level", station="stcd",
                 query="select sneaky() as z, 'A' as stcd, now() as tm where now() > %(since)s", time="tm")
    )  # fmt: skip

    # when it is asked as the owner of everything
    # then the server refuses
    with pytest.raises(SourceRefused, match="read-only"):
        asyncio.run(source.test(World()))  # type: ignore[arg-type]


def test_a_wrong_password_needs_a_person_and_a_server_that_is_away_is_tried_again(
    server: RealPostgres, bureau: psycopg.Connection[tuple[object, ...]]
) -> None:
    # given a wrong password, a database that does not exist, and a port where nothing listens
    # when they are tried
    # then each fails in its own way, and no password is in the words
    with pytest.raises(SourceRefused) as caught:
        asyncio.run(Source(settings(server, password="wrong one")).test(World()))  # type: ignore[arg-type]
    assert "wrong one" not in str(caught.value)
    with pytest.raises(SourceRefused):
        asyncio.run(Source(settings(server, database="none")).test(World()))  # type: ignore[arg-type]
    with pytest.raises(SourceFailed):
        asyncio.run(Source(settings(server, port=9)).test(World()))  # type: ignore[arg-type]


def test_a_line_that_swallows_everything_is_given_up(
    server: RealPostgres, bureau: psycopg.Connection[tuple[object, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a source that has asked once, over a line that then swallows everything
    monkeypatch.setattr("sanping.adapters.sql.source.ANSWER_S", 0.5)
    proxy = ToxicProxy(free_port(), server.port, hub_dials=True)
    proxy.start()
    world = World(lambda: proxy.make(TOXICS["blackhole"]))
    source = Source({**settings(server), "port": proxy.port})

    # when it asks again
    # then it says that the query failed, and the hub connects anew after its back-off
    try:
        with pytest.raises(SourceFailed):
            asyncio.run(asyncio.wait_for(source.run(world), 20))  # type: ignore[arg-type]
        assert world.counts["frames"] == 1
    finally:
        proxy.close()


def test_the_simulated_bureau_writes_what_the_source_reads(
    server: RealPostgres, bureau: psycopg.Connection[tuple[object, ...]]
) -> None:
    # given invented readings, written by the simulator
    class Invented:
        def stations(self) -> Sequence[str]:
            return ("63100701",)

        def at(self, address: str, now_ms: int) -> Mapping[str, float]:
            return {"water_level": 3.25, "flow": 40.0}

    async def write() -> None:
        owner = settings(server, user="postgres")
        async with await psycopg.AsyncConnection.connect(
            host="127.0.0.1", port=server.port, dbname=DATABASE, user="postgres", password=PASSWORD, autocommit=True
        ) as database:
            await Simulator(owner).write(database, Invented(), NOON_MS)

    asyncio.run(write())

    # when the source is tried
    said = asyncio.run(Source(settings(server)).test(World()))  # type: ignore[arg-type]

    # then it found both values
    assert "2 个值，来自 1 个站点" in said.zh
    assert datetime.fromtimestamp(NOON_MS / 1000, UTC).hour == 4


def test_a_password_is_never_in_what_is_said() -> None:
    # given a source without a reachable server
    source = Source({"database": "x", "user": "u", "password": "canary-7431", "port": 9})

    # when it fails
    with pytest.raises(SourceFailed) as caught:
        asyncio.run(source.test(World()))  # type: ignore[arg-type]

    # then the password is nowhere in what is said
    assert "canary" not in caught.value.in_language("en") + caught.value.in_language("zh")
