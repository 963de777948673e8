"""The PostgreSQL server of a hub's stores: its address, and connections on which a commit is safe once it is answered.

Each data folder of a hub has a schema of its own in the database, so that several hubs can share one server.
"""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.ports.secrets import Secrets, resolved_address
from sanping.storage.postgres.ownership import Ownership
from sanping.storage.postgres.silent_clients import let_go_of_silent

LONGEST_NAME = 40
CONNECT_WITHIN_S = 5
GONE_AFTER_MS = 10_000
OTHERS_WITHIN_S = 30
SCHEMES = ("postgresql://", "postgres://")
_POINTER, _POINTED = re.compile(r"\$\{[^{}]*\}"), "pointed"
_REFUSED = ("28", "3D", "42", "0A")  # classes of SQLSTATE: login, no such database, no right to it
_REFUSALS = ("certificate", "authentication failed", "no password supplied", "does not exist", "no pg_hba.conf entry")
Connection = psycopg.Connection[tuple[Any, ...]]

_NO_ADDRESS = Text(
    "数据库地址无法识别：{reason}；请写成 postgresql://用户@主机:端口/数据库",
    "The address of the database cannot be read: {reason}; write postgresql://USER@HOST:PORT/DATABASE",
)
_SECRET = Text(
    "数据库地址里不得直接写口令；请用 sanping secret set 保存后写成 ${keyring:sanping/名称}，或使用 pgpass 文件",
    "No password belongs into the address of the database; keep it with sanping secret set and write "
    "${keyring:sanping/NAME}, or use a pgpass file",
)
_AWAY = Text(
    "数据库无法连接：{reason}。请检查服务器、网络和登录权限",
    "The database cannot be reached: {reason}. Check the server, the network and the login",
)


_UNTRUSTED = Text(
    "数据库服务器的证书不可信，没有登录：{reason}。请核对地址里的主机名和 sslrootcert",
    "The certificate of the database server cannot be trusted, so nobody logged in: {reason}. "
    "Check the host's name and sslrootcert in the address",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresPlace:
    """Where the stores of one hub lie: `address` as libpq reads it, `schema` in its database.

    `owned` is whether this program owns them, shared by all stores that are opened at this place.
    """

    address: str = field(repr=False)
    schema: str
    owned: Ownership = field(default_factory=Ownership, compare=False, repr=False)

    def __str__(self) -> str:
        """Return it as errors name it: without the secret."""
        known = conninfo_to_dict(self.address)
        return f"{known.get('host', 'localhost')}/{known.get('dbname', '')}, {self.schema}"


def place_of(address: str, folder: str, secrets: Secrets | None = None) -> PostgresPlace:
    """Return where the stores of the hub with the data folder of this name lie; `secrets` has what it points at.

    Raises `InputError` for what is no address, or holds a password itself, and `SecretMissing`.
    """
    if not address.startswith(SCHEMES):
        raise InputError(_NO_ADDRESS.with_values(reason=address.partition(":")[0][:40]))
    try:
        known = conninfo_to_dict(_POINTER.sub(_POINTED, address))
    except psycopg.Error as error:
        raise InputError(_NO_ADDRESS.with_values(reason=first_line(error))) from error
    if known.get("password") not in (None, _POINTED):
        raise InputError(_SECRET)
    return PostgresPlace(address=resolved_address(address, secrets), schema=schema_of(folder))


def schema_of(folder: str) -> str:
    """Return the schema for a data folder's name: lower case, digits and underscores; a long one ends in its hash."""
    words = "sanping_" + re.sub(r"\W", "_", folder.lower())
    if len(words.encode()) <= LONGEST_NAME:
        return words
    mark = hashlib.sha256(folder.encode()).hexdigest()[:8]
    return f"{words.encode()[: LONGEST_NAME - 9].decode(errors='ignore')}_{mark}"


def connected(place: PostgresPlace, *, gone_after_ms: int = GONE_AFTER_MS) -> Connection:
    """Return a connection whose commits are safe on return, with the place's schema, made if need be.

    Raises `StoreFailed`. Statements are planned anew each time: only so are partitions left out that hold nothing.
    """
    try:
        database = psycopg.connect(
            place.address,
            connect_timeout=CONNECT_WITHIN_S,
            application_name="sanping",
            client_encoding="utf8",
            keepalives_idle=15,
            keepalives_interval=5,
            keepalives_count=2,
            tcp_user_timeout=gone_after_ms,
            autocommit=True,
            prepare_threshold=None,
        )
    except (psycopg.Error, UnicodeError) as error:
        words = _UNTRUSTED if "certificate" in str(error).lower() else _AWAY
        raise StoreFailed(words.with_values(reason=first_line(error)), path=str(place)) from error
    try:
        _make_ready(database, place.schema)
    except psycopg.Error as error:
        database.close()
        raise StoreFailed(_AWAY.with_values(reason=first_line(error)), path=str(place)) from error
    return database


def _make_ready(database: Connection, schema: str) -> None:
    name = sql.Identifier(schema)
    for setting in (
        "synchronous_commit = on", "timezone = 'UTC'", "client_min_messages = warning",
        f"lock_timeout = '{OTHERS_WITHIN_S}s'",
    ):  # fmt: skip
        database.execute(sql.SQL(f"set {setting}"))
    let_go_of_silent(database)
    database.execute(sql.SQL("set search_path = {}").format(name))
    if database.execute("select 1 from pg_namespace where nspname = %s", (schema,)).fetchone() is None:
        database.execute(sql.SQL("create schema if not exists {}").format(name))


def is_lost(database: Connection) -> bool:
    """Say whether a connection is of no more use."""
    return database.closed or database.broken


def is_refusal(error: StoreFailed) -> bool:
    """Say whether a connection failed because a person has to change something: waiting would not help."""
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None) or ""
    words = str(cause).lower()
    return code[:2] in _REFUSED or any(each in words for each in _REFUSALS)


def first_line(error: Exception) -> str:
    """Return the first line of what the server or its library says."""
    return (str(error).strip() or type(error).__name__).partition("\n")[0][:300]


@contextlib.contextmanager
def quietly_closed(database: Connection) -> Iterator[None]:
    """Close a connection in the end, whatever state it is in."""
    try:
        yield
    finally:
        with contextlib.suppress(psycopg.Error):
            database.close()
