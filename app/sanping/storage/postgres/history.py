"""History of observations in PostgreSQL: written by COPY in groups, each safe on the server's disk on return.

One hub at a time: it holds a lock of the server. One thread at a time. When the connection is lost, the next call opens
another one; what was being written then is looked up first, so that nothing is lost and nothing doubled.
"""

import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

import numpy as np
import psycopg

from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.history import Series, SeriesKey, Step
from sanping.ports.progress import Progress, SilentProgress
from sanping.storage.appending import Appender, appended
from sanping.storage.catalogue import Catalogue
from sanping.storage.history_rows import DAY_MS, STEP_MS, fits, newest_of, observations, series_of
from sanping.storage.history_slices import sliced
from sanping.storage.known_revisions import Numbered
from sanping.storage.postgres.copying import COLUMNS, copied
from sanping.storage.postgres.days import Days
from sanping.storage.postgres.revisions import CELLS, PostgresRevisions
from sanping.storage.postgres.schema import prepare
from sanping.storage.postgres.series_tables import PostgresCatalogueTables
from sanping.storage.postgres.server import PostgresPlace, connected, first_line, is_lost

_ROWS_PER_SAVE = 1_000_000
_LOOK_BACK_MS = (600_000, 3_600_000, 6 * 3_600_000, 3 * DAY_MS, 60 * DAY_MS, 1 << 61)
_MOST_SILENT = 200
_UNFIT = (OverflowError, UnicodeError, psycopg.DataError)
_SERIES = ("t", "v", "lo", "hi", "q")

_CANNOT_WRITE = Text(
    "历史库无法写入：{reason}。请检查数据库服务器及其磁盘",
    "The history cannot be written: {reason}. Check the database server and its disk",
)
_CANNOT_READ = Text("历史库无法读取：{reason}", "The history cannot be read: {reason}")
_FORGETTING = Text("正在清理过期数据", "Removing old data")
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


class PostgresHistory:
    """Implements `ports.history.History` at `place`.

    `utc_offset_h` is where days begin for daily means. `rows_refused` counts rows with a time or a text that no column
    can hold. Raises `StoreFailed` when the server cannot be reached, or another hub uses this history.
    """

    def __init__(self, place: PostgresPlace, *, utc_offset_h: float = 8.0) -> None:
        self.place = place
        self.rows_refused = 0
        self.revision = 0
        self.corrections: Mapping[str, int] = {}
        self.why: Text | None = None
        self._utc_offset_ms = int(utc_offset_h * 3_600_000)
        self._appender = Appender(
            append=self._append, forget=self._forget_uncommitted, fits=lambda row: fits(row) and not _has_nul(row),
            reopened=lambda _: self._look_after(), unfit=_UNFIT, failing=psycopg.Error,
        )  # fmt: skip
        self._open()

    def append(self, rows: Sequence[Observation]) -> int:
        """Commit the rows; returns when they are safe. Raises `StoreFailed`."""
        self._look_after()
        try:
            self.rows_refused += appended(rows, self._appender)
        except (*_UNFIT, psycopg.Error) as error:
            raise self._unwritable(error) from error
        self._days_cool()
        return self.revision

    def _append(self, rows: Sequence[Observation]) -> None:
        with self._database.transaction():
            fresh, corrected, depths = self._revisions.sorted_out(self._catalogue.numbered(rows), rows)
            revision = self.revision + 1
            greatest = revision + max(depths, default=0)
            if fresh:
                self._days.write((row.event_ms for _, row in fresh), greatest)
            self._copy("observations", fresh, revision)
            self._copy("corrections", corrected, [revision + depth for depth in depths])
            self._catalogue.write_new()
        self._catalogue.commit((self._catalogue.family(number), row.event_ms) for number, row in fresh)
        self._revisions.commit(corrected)
        self._days.commit()
        self.revision = greatest
        if corrected:
            self.corrections = Counter(self.corrections) + Counter(row.source for _, row in corrected)
        if self._catalogue.unsaved_rows > _ROWS_PER_SAVE:
            self._save_spans()

    def _copy(self, table: str, rows: Sequence[Numbered], revision: int | Sequence[int]) -> None:
        if not rows:
            return
        with (
            self._database.cursor() as cursor,
            cursor.copy(f"copy {table} ({COLUMNS}) from stdin (format binary)") as copy,
        ):
            for part in copied(self._catalogue, rows, revision):
                copy.write(part)

    def _forget_uncommitted(self) -> None:
        self._catalogue.forget_uncommitted()
        self._days.forget_uncommitted()

    def _save_spans(self) -> None:
        """Write down the span of every series, which the next start would else read from all rows since the last."""
        try:
            with self._database.transaction():
                self._catalogue.save_spans(self.revision)
        except psycopg.Error as error:
            _log.warning("the spans of the series were not saved: %s", first_line(error))

    def _days_cool(self) -> None:
        try:
            self._days.cool()
        except psycopg.Error as error:  # somebody reads that day; at the next occasion
            _log.warning("a day keeps its index for now: %s", first_line(error))

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        """Return the latest observation of every series up to `moment_ms`. Raises `StoreFailed`."""
        return self._asked(lambda: self._as_of(moment_ms, frozenset(stations)))

    def _as_of(self, moment_ms: int, stations: frozenset[str]) -> list[Observation]:
        wanted = self._catalogue.begun_by(moment_ms, stations)
        begin_ms, parts = self._days.hot_until(moment_ms)
        found = self._indexed(parts, moment_ms, wanted)
        found.update(self._silent(wanted - found.keys(), moment_ms))
        until_ms = begin_ms - 1
        for look_back_ms in _LOOK_BACK_MS:
            missing = wanted - found.keys()
            if not missing:
                break
            from_ms = moment_ms - look_back_ms
            if from_ms <= until_ms:
                found.update(self._latest(from_ms, until_ms, missing))
                until_ms = from_ms - 1
        return list((found | self._revisions.revised(found)).values())

    def _indexed(self, parts: Sequence[str], until_ms: int, families: AbstractSet[int]) -> dict[int, Observation]:
        """Return the latest row of each family in tables with a b-tree, newest table first: one descent a series."""
        found: dict[int, Observation] = {}
        for part in parts:
            missing = families - found.keys()
            if not missing:
                break
            with self._database.transaction():  # whatever the planner believes of a table it has not analysed yet
                self._database.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
                cells = self._cells(
                    f"select {CELLS} from unnest(%s::int[]) s (series) cross join lateral (select * from {part}"
                    f" where series = s.series and event_ms <= {until_ms} order by event_ms desc limit 1) o",
                    (self._catalogue.all_members(missing),),
                )
            found.update(newest_of(self._catalogue, cells))
        return found

    def _silent(self, families: AbstractSet[int], moment_ms: int) -> dict[int, Observation]:
        """Return the last row of series that have been silent since: their heads say where it stands."""
        if len(families) > _MOST_SILENT:
            return {}
        keys = [(family, at_ms) for family, at_ms in self._catalogue.heads(families).items() if at_ms <= moment_ms]
        return newest_of(self._catalogue, self._revisions.named("observations", keys, "o.event_ms"))

    def _latest(self, from_ms: int, until_ms: int, families: AbstractSet[int]) -> dict[int, Observation]:
        """Return the latest row of each wanted family that has one in a span, both ends included, by reading it."""
        is_narrow = len(families) < len(self._catalogue) // 4
        only = f" and o.series in ({', '.join(map(str, self._catalogue.all_members(families)))})" if is_narrow else ""
        cells = self._cells(
            f"select distinct on (o.series) {CELLS} from observations o"
            f" where o.event_ms >= {from_ms} and o.event_ms <= {until_ms}{only} order by o.series, o.event_ms desc"
        )
        return {family: row for family, row in newest_of(self._catalogue, cells).items() if family in families}

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        """Return one series, both ends included, in the unit it had last. Raises `StoreFailed`."""
        return self._asked(lambda: self._series(key, from_ms, to_ms, step))

    def _series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step) -> Series:
        numbers = self._catalogue.numbers(key)
        table = self._revisions.relation(numbers, from_ms, to_ms)
        span = f"event_ms between {int(from_ms)} and {int(to_ms)}"
        number = self._newest(numbers, table, span)
        if number is None:
            unit, cells = "", []
        elif step == "raw":
            unit = self._catalogue.unit(number)
            cells = self._cells(
                f"select event_ms::float8, value, value, value, quality from {table}"
                f" where series = {number} and {span} order by event_ms"
            )
        else:
            unit = self._catalogue.unit(number)
            width, shift = STEP_MS[step], self._utc_offset_ms if step == "day" else 0
            cells = self._cells(
                f"select (((event_ms + {shift - 1}) / {width} + 1) * {width} - {shift})::float8, avg(value),"
                f" min(value), max(value), max(quality) from {table}"
                f" where series = {number} and {span} and quality <= 1 and value <> 'NaN' group by 1 order by 1"
            )
        columns = list(zip(*cells, strict=True)) or [()] * len(_SERIES)
        return series_of(key, unit, step, {name: np.array(c) for name, c in zip(_SERIES, columns, strict=True)})

    def _newest(self, numbers: Sequence[int], table: str, span: str) -> int | None:
        """Return the one of a family's numbers that was written last within a span of event time."""
        if len(numbers) <= 1:
            return numbers[0] if numbers else None
        found = self._cells(
            f"select series from {table} where series in ({', '.join(map(str, numbers))}) and {span}"
            " order by event_ms desc limit 1"
        )
        return int(found[0][0]) if found else numbers[-1]

    def span(self) -> tuple[int, int]:
        """Return the first and last event time kept, (0, 0) when nothing is kept."""
        return self._catalogue.span()

    def keys(self) -> Sequence[SeriesKey]:
        """Return every series that was ever written."""
        return self._catalogue.keys()

    def rows_between(self, from_ms: int, to_ms: int, batch: int = 20_000) -> Iterable[Sequence[Observation]]:
        """Yield what is kept between two moments, both included, in order of event time, in batches.

        Raises `StoreFailed`.
        """
        yield from sliced(
            self._catalogue.within(from_ms, to_ms), lambda *ends: self._asked(lambda: self._count(*ends)),
            lambda *ends: self._asked(lambda: self._slice(*ends)), batch,
        )  # fmt: skip

    def said_between(self, from_ms: int, to_ms: int, batch: int = 20_000) -> Iterable[Sequence[Observation]]:
        """Yield all that was ever said of a span, both ends included: each row, and then its corrections in order.

        Appended elsewhere in this order it is the same history there. Raises `StoreFailed`.
        """
        yield from sliced(
            self._catalogue.within(from_ms, to_ms), lambda *ends: self._asked(lambda: self._count(*ends)),
            lambda *ends: self._asked(lambda: self._all_said(*ends)), batch,
        )  # fmt: skip

    def _all_said(self, from_ms: int, to_ms: int) -> list[Observation]:
        cells = [
            cell
            for table in ("observations", "corrections")
            for cell in self._cells(
                f"select {CELLS} from {table} o where event_ms between {from_ms} and {to_ms} order by revision"
            )
        ]
        return sorted(observations(self._catalogue, cells), key=lambda row: row.event_ms)

    def _count(self, from_ms: int, to_ms: int) -> int:
        return int(self._cells(f"select count(*) from observations where event_ms between {from_ms} and {to_ms}")[0][0])

    def _slice(self, from_ms: int, to_ms: int) -> list[Observation]:
        cells = self._cells(
            f"select {CELLS} from observations o where event_ms between {from_ms} and {to_ms} order by event_ms, series"
        )
        rows = observations(self._catalogue, cells)
        revised = self._revisions.between(from_ms, to_ms)
        if not revised:
            return rows
        families = self._catalogue.families([cell[0] for cell in cells])
        return [revised.get((family, row.event_ms), row) for family, row in zip(families, rows, strict=True)]

    def forget_before(self, moment_ms: int, progress: Progress | None = None) -> int:
        """Remove what is older than a moment, whole days first; return the number of rows. Raises `StoreFailed`."""
        progress = progress or SilentProgress()
        self._look_after()
        first_ms, _ = self.span()
        if first_ms >= moment_ms or not len(self._catalogue):
            return 0
        days = self._days.whole_before(moment_ms)
        removed = 0
        try:
            for done, day in enumerate((*days, None)):
                progress.report(done / (len(days) + 1), _FORGETTING)
                edge_ms = moment_ms if day is None else (day.day + 1) * DAY_MS
                with self._database.transaction():
                    removed += 0 if day is None else self._days.drop(day)
                    removed += self._database.execute(
                        "delete from observations where event_ms < %s", (edge_ms,)
                    ).rowcount
                    self._catalogue.forget_before(edge_ms)
                    self._catalogue.save_spans(self.revision)
                    self._revisions.delete_before(edge_ms)
                self._catalogue.commit(())
                self._days.commit()
                self._revisions.forget_before(edge_ms)
        except psycopg.Error as error:
            self._forget_uncommitted()
            raise self._unwritable(error) from error
        return removed

    def close(self) -> None:
        """Let the server go."""
        if self._catalogue.unsaved_rows and not is_lost(self._database):
            self._save_spans()
        with contextlib.suppress(psycopg.Error):
            self._database.close()

    def _open(self) -> None:
        """Connect and read what is kept. Raises `StoreFailed`."""
        database = connected(self.place)
        try:
            prepare(database, self.place)
            catalogue = Catalogue(PostgresCatalogueTables(database))
            revisions, days = PostgresRevisions(database, catalogue), Days(database)
        except psycopg.Error as error:
            database.close()
            raise self._unreadable(error) from error
        except StoreFailed:
            database.close()
            raise
        self._database, self._catalogue, self._revisions, self._days = database, catalogue, revisions, days
        self.revision = max(self.revision, catalogue.revision, revisions.revision, days.revision)

    def _look_after(self) -> bool:
        """Connect again when the connection was lost, and say whether it was. Raises `StoreFailed`."""
        was_lost = is_lost(self._database)
        if was_lost:
            self._open()
        return was_lost

    def _cells(self, question: str, values: tuple[object, ...] | None = None) -> list[tuple[Any, ...]]:
        with self._database.cursor(binary=True) as cursor:
            return cursor.execute(question, values).fetchall()

    def _asked(self, question: Callable[[], _Answer]) -> _Answer:
        self._look_after()
        try:
            return question()
        except psycopg.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> StoreFailed:
        return StoreFailed(_CANNOT_READ.with_values(reason=first_line(error)), path=str(self.place))

    def _unwritable(self, error: Exception) -> StoreFailed:
        return StoreFailed(_CANNOT_WRITE.with_values(reason=first_line(error)), path=str(self.place))


def _has_nul(row: Observation) -> bool:
    return "\0" in "".join((row.station, row.quantity, row.unit, row.mark, row.source))
