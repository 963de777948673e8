"""How soon the server of the stores lets go of a client whose machine is gone, and with it of the lock of its books.

A machine that loses power says no good-bye. Left alone the server waits two hours for it.
"""

from contextlib import suppress

import psycopg
from psycopg import sql

IDLE_S, AGAIN_S, TIMES = 2, 1, 3
GONE_MS = (IDLE_S + AGAIN_S * TIMES) * 1000
_SETTINGS = {
    "tcp_keepalives_idle": IDLE_S,  # a client that says nothing is asked whether it is there
    "tcp_keepalives_interval": AGAIN_S,
    "tcp_keepalives_count": TIMES,
    "tcp_user_timeout": GONE_MS,  # one that was just being answered; PostgreSQL 12
    "client_connection_check_interval": IDLE_S * 1000,  # one whose question takes long; PostgreSQL 14, not everywhere
}


def let_go_of_silent(database: psycopg.Connection[tuple[object, ...]]) -> None:
    """Have the server drop this connection within `GONE_MS` of its machine's last word, as far as it knows how.

    Raises `psycopg.Error` when the connection is lost.
    """
    for name, value in _SETTINGS.items():
        with suppress(psycopg.errors.UndefinedObject, psycopg.errors.InvalidParameterValue):
            database.execute(sql.SQL("set {} = {}").format(sql.Identifier(name), sql.Literal(value)))
