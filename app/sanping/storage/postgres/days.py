"""The days into which a history in PostgreSQL is cut: made when their first row comes, indexed while they are written.

A row far off, of a clock that is wrong, must not make a table for each of its days: what is too much goes to the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sanping.storage.history_rows import DAY_MS
from sanping.storage.postgres.schema import REST
from sanping.storage.postgres.server import Connection

HOT_DAYS = 2
MOST_NEW = 8
MOST_DAYS = 15_000
_EPOCH = date(1970, 1, 1)
_LAST_DAY = (date(2200, 1, 1) - _EPOCH).days
_NO_DAY = -1  # all that lies before 1970 or after 2200


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day: days since 1970 (UTC), the table that holds it, and the greatest revision of its rows."""

    day: int
    part: str
    is_indexed: bool
    last_revision: int


class Days:
    """Knows which table holds a day; what is written within a transaction counts once it is committed."""

    def __init__(self, database: Connection) -> None:
        self._database = database
        rows = database.execute("select day, part, is_indexed, last_revision from days").fetchall()
        self._days = {row[0]: Day(day=row[0], part=row[1], is_indexed=row[2], last_revision=row[3]) for row in rows}
        self._before: dict[int, Day] | None = None

    @property
    def revision(self) -> int:
        """The greatest revision of all rows, 0 without any."""
        return max((day.last_revision for day in self._days.values()), default=0)

    def write(self, times_ms: Iterable[int], revision: int) -> None:
        """Make ready for rows of some event times, within the running transaction."""
        wanted = {day_of(at_ms) for at_ms in times_ms}
        self._before = dict(self._days)
        new = sorted((day for day in wanted if day not in self._days), reverse=True)
        room = max(0, min(MOST_NEW, MOST_DAYS - len(self._days)))
        for day in new:
            has_table = day != _NO_DAY and room > 0
            room -= has_table
            self._days[day] = (
                self._made(day) if has_table else Day(day=day, part=REST, is_indexed=True, last_revision=0)
            )
        for day in wanted:
            self._days[day] = replace(self._days[day], last_revision=revision)
        self._database.execute(
            "insert into days select * from unnest(%s::int[], %s::text[], %s::bool[], %s::bigint[])"
            " on conflict (day) do update set last_revision = excluded.last_revision",
            [[getattr(self._days[day], name) for day in wanted] for name in Day.__slots__],
        )

    def _made(self, day: int) -> Day:
        part = f"observations_{_EPOCH + timedelta(days=day):%Y%m%d}"
        begin_ms = day * DAY_MS
        for order in (
            f"create table {part} partition of observations for values from ({begin_ms}) to ({begin_ms + DAY_MS})",
            f"create index {part}_times on {part} using brin (event_ms, revision)"
            " with (pages_per_range = 32, autosummarize = on)",
            f"create index {part}_series on {part} (series, event_ms)",
        ):
            self._database.execute(order)
        return Day(day=day, part=part, is_indexed=True, last_revision=0)

    def commit(self) -> None:
        """Take over what a transaction has written."""
        self._before = None

    def forget_uncommitted(self) -> None:
        """Drop what was written in a transaction that was rolled back."""
        if self._before is not None:
            self._days, self._before = self._before, None

    def cool(self) -> None:
        """Take the b-tree from the days that are not among those written to last, each in a transaction of its own."""
        indexed = [day for day in self._days.values() if day.is_indexed and day.part != REST]
        indexed.sort(key=lambda day: (day.last_revision, day.day))
        for day in indexed[:-HOT_DAYS]:
            with self._database.transaction():
                self._database.execute(f"drop index if exists {day.part}_series")
                self._database.execute("update days set is_indexed = false where day = %s", (day.day,))
            self._days[day.day] = replace(day, is_indexed=False)

    def hot_until(self, moment_ms: int) -> tuple[int, list[str]]:
        """Return from when on, up to a moment, every row can be found by a b-tree, and in which tables, newest first.

        Without any it is the moment after, and none.
        """
        upto, begin_ms, parts = day_of(moment_ms), moment_ms + 1, list[str]()
        for day in sorted((day for day in self._days if day <= upto), reverse=True):
            if not self._days[day].is_indexed or self._days[day].part == REST:
                break
            begin_ms = day * DAY_MS
            parts.append(self._days[day].part)
        return begin_ms, parts

    def whole_before(self, moment_ms: int) -> list[Day]:
        """Return the days with a table of their own that end by a moment, oldest first."""
        found = [day for day in self._days.values() if day.part != REST and (day.day + 1) * DAY_MS <= moment_ms]
        return sorted(found, key=lambda day: day.day)

    def drop(self, day: Day) -> int:
        """Remove a day with its table, within the running transaction; return the number of rows."""
        (rows,) = self._database.execute(f"select count(*) from {day.part}").fetchone() or (0,)
        self._before = dict(self._days) if self._before is None else self._before
        self._database.execute(f"drop table {day.part}")
        self._database.execute("delete from days where day = %s", (day.day,))
        del self._days[day.day]
        return int(rows)


def day_of(at_ms: int) -> int:
    """Return the day of an event time in days since 1970 (UTC), -1 for one that no day has a table for."""
    day = at_ms // DAY_MS
    return day if 0 <= day < _LAST_DAY else _NO_DAY
