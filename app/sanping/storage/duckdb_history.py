"""History of observations in one DuckDB file: written in groups, each safe on disk when `append` returns.

One thread at a time; no second process can open the file while it is in use. Rows are appended in the order they come,
so that the engine's own ranges of event time keep questions about one day from reading other days.
"""

import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import duckdb
import numpy as np
import pyarrow as pa

from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.history import Series, SeriesKey, Step
from sanping.ports.progress import Progress, SilentProgress
from sanping.storage.appending import Appender, appended
from sanping.storage.catalogue import Catalogue
from sanping.storage.duckdb_catalogue import DuckDbCatalogueTables
from sanping.storage.duckdb_file import MEMORY_MB, connected, first_line, is_damage, open_or_put_aside
from sanping.storage.history_rows import DAY_MS, STEP_MS, fits, newest_of, observations, series_of, table_of
from sanping.storage.history_schema import keep_former, prepare
from sanping.storage.history_slices import sliced
from sanping.storage.revisions import Revisions
from sanping.storage.standing_file import StandingFile

FILE_NAME = "history.duckdb"
_ROWS_PER_SAVE = 1_000_000
_SAVES_PER_OPENING = 10
_OPEN_AT_MOST_S = 1200.0
_LEFT_IN_MEMORY_MB = 4
_WAITING = "select coalesce(sum(memory_usage_bytes), 0) from duckdb_memory() where tag <> 'BASE_TABLE'"
_BETWEEN = " where event_ms between ? and ?"
_LOOK_BACK_MS = (3_600_000, 6 * 3_600_000, 3 * DAY_MS, 60 * DAY_MS, 1 << 61)
_HEADS_TOGETHER, _MOST_SILENT = 500, 5_000
_UNFIT = (OverflowError, UnicodeError, pa.ArrowException)

_CANNOT_WRITE = Text(
    "历史库无法写入：{reason}。请检查磁盘空间和权限",
    "The history cannot be written: {reason}. Check the disk and its permissions",
)
_CANNOT_READ = Text("历史库无法读取：{reason}", "The history cannot be read: {reason}")
_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)
_FORGETTING = Text("正在清理过期数据", "Removing old data")


class DuckDbHistory:
    """Implements `ports.history.History` in `folder`.

    `utc_offset_h` is where days begin for daily means. What is damaged is put aside under another name, and recording
    goes on with what can be trusted; `damaged` then names it. `rows_refused` counts rows with a time or a text that no
    column can hold, `corrections` by source those that were kept as a correction. Raises `StoreFailed` when the file
    cannot be opened.
    """

    def __init__(self, folder: Path, *, utc_offset_h: float = 8.0, memory_mb: int = MEMORY_MB) -> None:
        self.path = folder / FILE_NAME
        self.damaged: tuple[Path, ...] = ()
        self.rows_refused = 0
        self.revision = 0
        self.corrections: Mapping[str, int] = {}
        self.why: Text | None = None
        self._utc_offset_ms = int(utc_offset_h * 3_600_000)
        self._memory_mb = memory_mb
        self._is_given_up = False
        self._appender = Appender(
            append=self._append, forget=self._roll_back, fits=fits, reopened=self._reopened, unfit=_UNFIT,
            failing=duckdb.Error,
        )  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self._open()

    def append(self, rows: Sequence[Observation]) -> int:
        """Commit the rows; returns when they are safe. Raises `StoreFailed`."""
        if self._is_given_up:  # it had to be closed, and could not be opened again then
            self._open()
        try:
            self.rows_refused += appended(rows, self._appender)
        except (*_UNFIT, duckdb.Error) as error:
            raise self._unwritable(error) from error
        if not self._file.is_there():  # nobody who reads the folder later would find what was committed
            raise StoreFailed(self._file.gone, path=str(self.path))
        return self.revision

    def _reopened(self, error: Exception) -> bool:
        """Open the file again that an error has closed, damaged or not; False when the error did neither."""
        if not is_damage(error) and not isinstance(error, duckdb.FatalException):
            return False
        self._close()
        self._is_given_up = True
        self._open()
        return True

    def _roll_back(self) -> None:
        with contextlib.suppress(duckdb.Error):
            self._database.rollback()
        self._catalogue.forget_uncommitted()

    def _append(self, rows: Sequence[Observation]) -> None:
        self._database.begin()
        fresh, corrected, depths = self._revisions.sorted_out(self._catalogue.numbered(rows), rows)
        revision = self.revision + 1
        later = [revision + depth for depth in depths]
        tables = {
            "observations": table_of(self._catalogue, fresh, revision),
            "corrections": table_of(self._catalogue, corrected, later),
        }
        self._catalogue.write_new()
        for name, batch in tables.items():
            if len(batch):
                self._database.register("batch", batch)
                self._database.execute(f"insert into {name} select * from batch")
                self._database.unregister("batch")
        self._database.commit()
        self._catalogue.commit((self._catalogue.family(number), row.event_ms) for number, row in fresh)
        self._revisions.commit(corrected)
        self.revision = revision + max(depths, default=0)
        if corrected:
            self.corrections = Counter(self.corrections) + Counter(row.source for _, row in corrected)
        if self._catalogue.unsaved_rows > _ROWS_PER_SAVE:
            self._save_spans()
            self._saves += 1
            self._let_go()

    def _save_spans(self) -> None:
        """Write down the span of every series, which the next start would else read from all rows since the last."""
        try:
            self._database.begin()
            self._catalogue.save_spans(self.revision)
            self._database.commit()
        except duckdb.Error as error:
            with contextlib.suppress(duckdb.Error):
                self._database.rollback()
            _log.warning("the spans of the series were not saved: %s", first_line(error))

    def _let_go(self) -> None:
        """Let what was written, or read for an answer, leave memory but for a little; it is read again when asked for.

        The engine would else keep every block until all of its memory is used. Rows that no checkpoint has written yet
        stay: they would go into a file beside, and come back for the next one.
        """
        if self._saves >= _SAVES_PER_OPENING or monotonic() - self._opened_s > _OPEN_AT_MOST_S:
            self._open_anew()
        with contextlib.suppress(duckdb.Error):  # more than that is in use: what could go has gone
            (waiting,) = self._database.execute(_WAITING).fetchone() or (0,)
            left_kb = 1000 * min(_LEFT_IN_MEMORY_MB, self._memory_mb) + int(waiting) // 1000
            self._database.execute(f"set memory_limit = '{left_kb}KB'")
        with contextlib.suppress(duckdb.Error):
            self._database.execute(f"set memory_limit = '{self._memory_mb}MB'")

    def _open_anew(self) -> None:
        """Open the file again: the engine keeps what it knows of each block until then, 0.7 bytes a row.

        That is after ten million rows, or after twenty minutes, which at usual rates come first.
        """
        self._close()
        self._is_given_up = True
        try:
            self._open()
        except StoreFailed as error:  # what came is safe; who appends or asks next is told
            _log.error("%s", error.in_language("en"))

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> Sequence[Observation]:
        """Return the latest observation of every series up to `moment_ms`. Raises `StoreFailed`."""
        wanted = self._catalogue.begun_by(moment_ms, frozenset(stations))
        found: dict[int, Observation] = {}
        for number, look_back_ms in enumerate(_LOOK_BACK_MS):
            if number == 1:
                found.update(self._corrected(self._silent(wanted - found.keys(), moment_ms)))
            missing = wanted - found.keys()
            if not missing:
                break
            narrow = self._catalogue.all_members(missing) if len(missing) < len(self._catalogue) // 4 else None
            found.update(self._corrected(self._latest(moment_ms - look_back_ms, moment_ms, narrow, missing)))
        return list(found.values())

    def _corrected(self, newest: dict[int, Observation]) -> dict[int, Observation]:
        return newest | self._asked(lambda: self._revisions.revised(newest))

    def _silent(self, missing: AbstractSet[int], moment_ms: int) -> dict[int, Observation]:
        """Return the last row of series that have been silent since: their heads say where it stands."""
        heads = [(family, at_ms) for family, at_ms in self._catalogue.heads(missing).items() if at_ms <= moment_ms]
        found: dict[int, Observation] = {}
        for begin in range(0, min(len(heads), _MOST_SILENT), _HEADS_TOGETHER):
            wanted = dict(heads[begin : begin + _HEADS_TOGETHER])
            # written out, because the engine leaves out what lies elsewhere only for values that it sees
            times = ", ".join(str(at_ms) for at_ms in set(wanted.values()))
            numbers = ", ".join(str(number) for number in self._catalogue.all_members(wanted))
            question = f"select * from observations where event_ms in ({times}) and series in ({numbers})"
            listed = [column.tolist() for column in self._columns(question, []).values()]
            rows = observations(self._catalogue, zip(*listed, strict=True))
            families = self._catalogue.families(listed[0])
            found |= {f: row for f, row in zip(families, rows, strict=True) if row.event_ms == wanted[f]}
        return found

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        """Return one series, both ends included, in the unit it had last. Raises `StoreFailed`."""
        numbers = self._catalogue.numbers(key)
        table = self._revisions.relation(numbers, from_ms, to_ms)
        number = self._newest(numbers, table, from_ms, to_ms)
        if number is None:
            return series_of(key, "", step, {name: np.empty(0) for name in ("t", "v", "lo", "hi", "q")})
        if step == "raw":
            columns = self._columns(
                f"select event_ms::double t, value v, value lo, value hi, quality q from {table}"
                " where series = ? and event_ms between ? and ? order by event_ms",
                [number, from_ms, to_ms],
            )
        else:
            width, shift = STEP_MS[step], self._utc_offset_ms if step == "day" else 0
            columns = self._columns(
                "select (((event_ms + $shift - 1) // $width + 1) * $width - $shift)::double t, avg(value) v,"
                f" min(value) lo, max(value) hi, max(quality) q from {table}"
                " where series = $series and event_ms between $from and $to and quality <= 1 and not isnan(value)"
                " group by 1 order by 1",
                {"shift": shift, "width": width, "series": number, "from": from_ms, "to": to_ms},
            )
        return series_of(key, self._catalogue.unit(number), step, columns)

    def _newest(self, numbers: Sequence[int], table: str, from_ms: int, to_ms: int) -> int | None:
        """Return the one of a family's numbers that was written last within a span of event time."""
        if len(numbers) <= 1:
            return numbers[0] if numbers else None
        found = self._columns(
            f"select coalesce(arg_max(series, event_ms), ?) s from {table}"
            " where series in (select unnest(?)) and event_ms between ? and ?",
            [numbers[-1], list(numbers), from_ms, to_ms],
        )
        return int(found["s"][0])

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
        yield from sliced(self._catalogue.within(from_ms, to_ms), self._count, self._slice, batch)

    def said_between(self, from_ms: int, to_ms: int, batch: int = 20_000) -> Iterable[Sequence[Observation]]:
        """Yield all that was ever said of a span, both ends included: each row, and then its corrections in order.

        Appended elsewhere in this order it is the same history there. Raises `StoreFailed`.
        """
        yield from sliced(self._catalogue.within(from_ms, to_ms), self._count, self._all_said, batch)

    def _all_said(self, from_ms: int, to_ms: int) -> list[Observation]:
        cells: list[tuple[Any, ...]] = []
        for table in ("observations", "corrections"):
            question = f"select * from {table}{_BETWEEN} order by revision"
            columns = self._columns(question, [from_ms, to_ms]).values()
            cells += zip(*(column.tolist() for column in columns), strict=True)
        return sorted(observations(self._catalogue, cells), key=lambda row: row.event_ms)

    def _count(self, from_ms: int, to_ms: int) -> int:
        return int(self._columns(f"select count(*) n from observations{_BETWEEN}", [from_ms, to_ms])["n"][0])

    def _slice(self, from_ms: int, to_ms: int) -> list[Observation]:
        question = f"select * from observations{_BETWEEN} order by event_ms, series"
        columns = self._columns(question, [from_ms, to_ms])
        listed = [column.tolist() for column in columns.values()]
        rows = observations(self._catalogue, zip(*listed, strict=True))
        revised = self._asked(lambda: self._revisions.between(from_ms, to_ms))
        if not revised:
            return rows
        families = self._catalogue.families(listed[0])
        return [revised.get((family, row.event_ms), row) for family, row in zip(families, rows, strict=True)]

    def forget_before(self, moment_ms: int, progress: Progress | None = None) -> int:
        """Remove what is older than a moment, day by day; return the number of rows. Raises `StoreFailed`."""
        progress = progress or SilentProgress()
        first_ms, last_ms = self.span()
        if first_ms >= moment_ms or not len(self._catalogue):
            return 0
        edges = [*range(first_ms + DAY_MS, min(moment_ms, last_ms), DAY_MS), moment_ms]
        removed = 0
        try:
            for done, edge_ms in enumerate(edges):
                progress.report(done / len(edges), _FORGETTING)
                removed += self._forget_until(edge_ms)
            self._database.execute("checkpoint")
        except duckdb.Error as error:
            self._roll_back()
            raise self._unwritable(error) from error
        return removed

    def _forget_until(self, moment_ms: int) -> int:
        self._database.begin()
        counted = self._database.execute("delete from observations where event_ms < ?", [moment_ms]).fetchone()
        removed = int(counted[0]) if counted else 0
        if removed:
            self._catalogue.forget_before(moment_ms)
            self._catalogue.save_spans(self.revision)
            self._revisions.delete_before(moment_ms)
        self._database.commit()
        self._catalogue.commit(())
        self._revisions.forget_before(moment_ms)
        return removed

    def close(self) -> None:
        """Release the file."""
        if self._catalogue.unsaved_rows:
            self._save_spans()
        self._close()

    def _close(self) -> None:
        with contextlib.suppress(duckdb.Error):
            self._database.close()

    def _open(self) -> None:
        (self._database, self._catalogue, self._revisions), damaged = open_or_put_aside(self.path, self._read)
        self.damaged += damaged
        self.revision = max(self.revision, self._catalogue.revision, self._revisions.revision)
        self._file = StandingFile(self.path)
        self._is_given_up, self._saves, self._opened_s = False, 0, monotonic()

    def _read(self) -> tuple[duckdb.DuckDBPyConnection, Catalogue, Revisions]:
        database = connected(self.path, self._memory_mb)
        try:
            database.execute("set autoinstall_known_extensions = false")
            database.execute("set autoload_known_extensions = false")
            if keep_former(database, self.path):
                return self._read()
            prepare(database)
            catalogue = Catalogue(DuckDbCatalogueTables(database))
            return database, catalogue, Revisions(database, catalogue)
        except (duckdb.Error, StoreFailed):
            database.close()
            raise

    def _latest(
        self, since_ms: int, until_ms: int, numbers: Sequence[int] | None, wanted: AbstractSet[int]
    ) -> dict[int, Observation]:
        """Return the latest row of each wanted family that has one in a span of time."""
        only = "" if numbers is None else " and series in (select unnest($numbers))"
        values: dict[str, Any] = {"since": since_ms, "until": until_ms}
        if numbers is not None:
            values["numbers"] = list(numbers)
        columns = self._columns(
            "select o.* from observations o join (select arg_max(rowid, event_ms) r from observations"
            f" where event_ms > $since and event_ms <= $until{only} group by series) x on o.rowid = x.r"
            " where o.event_ms > $since and o.event_ms <= $until",  # keeps the engine from looking outside
            values,
        )
        listed = [column.tolist() for column in columns.values()]
        newest = newest_of(self._catalogue, list(zip(*listed, strict=True)))
        return {family: row for family, row in newest.items() if family in wanted}

    def _columns(self, question: str, values: object) -> dict[str, Any]:
        return self._asked(lambda: dict(self._database.execute(question, values).fetchnumpy()))

    def _asked(self, question: Callable[[], _Answer]) -> _Answer:
        try:
            return question()
        except duckdb.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> StoreFailed:
        return StoreFailed(_CANNOT_READ.with_values(reason=first_line(error)), path=str(self.path))

    def _unwritable(self, error: Exception) -> StoreFailed:
        return StoreFailed(_CANNOT_WRITE.with_values(reason=first_line(error)), path=str(self.path))
