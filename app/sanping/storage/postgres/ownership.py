"""Which hub owns the books in a schema: its term, counted up with each new owner, and looked at in every write.

The owner is who holds the lock of the history. A hub that lost it and comes back to the server finds another term and
writes nothing more: what it knows of the books is old.
"""

import psycopg

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text

_TABLE = "create table if not exists owner(one integer primary key check (one = 1), term bigint not null)"
_LOST = Text(
    "另一个中枢已接管这些数据；请重新启动本中枢，它会成为分中枢",
    "Another hub owns these books now; start this one again, it becomes a relay",
)


class Ownership:
    """What one program knows of it; `term` is 0 for a program that never owned the books, and is not looked at then.

    `is_over` says that it owned them and was told, in a write, that another does now.
    """

    def __init__(self) -> None:
        self.term = 0
        self.is_over = False

    def take(self, database: psycopg.Connection[tuple[object, ...]], schema: str) -> None:
        """Begin a term, or go on with ours; the connection holds the lock. Raises `StoreFailed` when it is over."""
        with database.transaction():
            database.execute(_TABLE)
            found = database.execute("select term from owner for update").fetchone()
            known = 0 if found is None else int(str(found[0]))
            if self.term and known != self.term:
                self.is_over = True
                raise StoreFailed(_LOST, path=schema)
            if not self.term:
                database.execute(
                    "insert into owner values (1, %s) on conflict (one) do update set term = excluded.term",
                    (known + 1,),
                )
        self.term = self.term or known + 1

    def look(self, database: psycopg.Connection[tuple[object, ...]]) -> None:
        """Notice that our term is over; nothing is locked."""
        if self.term and database.execute("select term from owner").fetchone() != (self.term,):
            self.is_over = True

    def check(self, database: psycopg.Connection[tuple[object, ...]]) -> None:
        """Make sure, within a write, that our term is not over until it ends. Raises `psycopg.errors.ObjectInUse`."""
        if self.term and database.execute("select term from owner for share").fetchone() != (self.term,):
            self.is_over = True
            raise psycopg.errors.ObjectInUse(f"{_LOST.zh} {_LOST.en}")
