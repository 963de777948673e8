"""Observations as files for elsewhere: Parquet, which can be read back, and CSV for spreadsheets.

Rows are given in order of event time, in batches, so that whoever holds the store asks it slice by slice. Parquet files
carry a checksum on each page, and one over all that the rows say, which is compared before anything is believed.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.history import History
from sanping.ports.progress import Progress, SilentProgress
from sanping.storage.observation_table import SCHEMA, check_schema, checksums, rows_of, table_of
from sanping.storage.whole_file import whole_file

Span = tuple[int, int]
ROWS_PER_READ = 20_000
_ROWS_PER_GROUP = 200_000
_MOST_BYTES_A_GROUP = 1 << 30
_CHECK, _ROWS = b"sanping.crc32", b"sanping.rows"
_CSV_HEAD = (
    "station", "quantity", "statistic", "unit", "event_utc", "value", "quality", "mark", "origin", "is_simulated",
    "period_s", "received_utc", "source",
)  # fmt: skip
_WRITING = Text("正在导出观测数据", "Exporting observations")
_READING = Text("正在导入观测数据", "Importing observations")
_BROKEN = Text(
    "导出文件已损坏，未使用其中任何数据：{reason}。请重新导出或换一份副本",
    "The exported file is damaged and nothing of it was used: {reason}. Export it again or take another copy",
)
_CHECK_DIFFERS = Text("校验和不符", "the checksum differs")
_NO_CHECK = Text("缺少校验和", "it has no checksum")
_TOO_LARGE = Text(
    "导出文件的一组数据声称有 {megabytes} MB，超过上限，已拒绝读取",
    "A group of the exported file claims {megabytes} MB, over the limit; it was not read",
)


def write_parquet(
    path: Path, batches: Iterable[Sequence[Observation]], span: Span, progress: Progress | None = None
) -> int:
    """Write observations to `path` and return their number.

    Raises `StoreFailed`, `Cancelled`; then there is no file.
    """
    with whole_file(path) as part, TableWriter(part, SCHEMA) as writer:
        for rows in _reported(batches, span, progress or SilentProgress()):
            writer.write(table_of(rows))
        return writer.rows


def write_csv(
    path: Path, batches: Iterable[Sequence[Observation]], span: Span, progress: Progress | None = None
) -> int:
    """Write observations as UTF-8 CSV for spreadsheets and return their number.

    Times are ISO 8601 in UTC; a cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    written = 0
    with whole_file(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(_CSV_HEAD)
        for rows in _reported(batches, span, progress or SilentProgress()):
            table.writerows(_csv_row(row) for row in rows)
            written += len(rows)
    return written


def read_parquet(path: Path) -> Iterator[list[Observation]]:
    """Yield the observations of an exported file in batches, after all of it was checked.

    Raises `FileBroken` before the first batch when anything differs from what was written, `FileHostile` over a limit.
    """
    with TableReader(path, check_schema) as table:
        table.verify()
        for batch in table.batches():
            yield rows_of(batch)


def import_parquet(history: History, path: Path, progress: Progress | None = None) -> int:
    """Add an exported file to a history, rows it has already left alone; return the number of rows in the file."""
    progress = progress or SilentProgress()
    done = 0
    with TableReader(path, check_schema) as table:
        table.verify()
        for batch in table.batches():
            history.append(_unknown(history, rows_of(batch)))
            done += batch.num_rows
            progress.report(done / max(table.rows, 1), _READING)
    return done


def _unknown(history: History, rows: Sequence[Observation]) -> list[Observation]:
    """Return the rows of which a history has nothing: what it has may have been corrected since the export."""
    times = [row.event_ms for row in rows]
    known = {_key(row) for kept in history.rows_between(min(times, default=0), max(times, default=-1)) for row in kept}
    return [row for row in rows if _key(row) not in known]


def _key(row: Observation) -> tuple[str, str, str, int, int]:
    return (row.station, row.quantity, row.statistic, row.period_s, row.event_ms)


class TableWriter:
    """Writes record batches of one schema to a Parquet file with page checksums and a checksum over all cells."""

    def __init__(self, target: Any, schema: pa.Schema) -> None:
        self.rows = 0
        self._checks = [0] * len(schema)
        self._schema = schema
        self._held: list[pa.RecordBatch] = []
        self._held_rows = 0
        self._file = pq.ParquetWriter(target, schema, compression="zstd", write_page_checksum=True)

    def __enter__(self) -> "TableWriter":
        """Begin."""
        return self

    def __exit__(self, *error: object) -> None:
        """Write what is left and the checksum."""
        if error[0] is None:
            self._flush()
            self._file.add_key_value_metadata({_CHECK: _written(self._checks), _ROWS: str(self.rows).encode()})
        self._file.close()

    def write(self, batch: pa.RecordBatch) -> None:
        """Add a batch."""
        self._checks = checksums(batch, self._checks)
        self.rows += batch.num_rows
        self._held.append(batch)
        self._held_rows += batch.num_rows
        if self._held_rows >= _ROWS_PER_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._held_rows:
            table = pa.Table.from_batches(self._held, self._schema).unify_dictionaries()
            self._file.write_table(table, row_group_size=table.num_rows)
        self._held, self._held_rows = [], 0


class TableReader:
    """Reads what `TableWriter` wrote; `source` is a path or a file-like object."""

    def __init__(self, source: Any, check: Callable[[pa.Schema], None]) -> None:
        try:
            self._file = pq.ParquetFile(source, page_checksum_verification=True, memory_map=False)
            check(self._file.schema_arrow)
            about = self._file.metadata.metadata or {}
            self._check, self.rows = about[_CHECK], int(about[_ROWS])
        except (KeyError, ValueError, pa.ArrowException, OSError) as error:
            raise FileBroken(_BROKEN.with_values(reason=_reason(error))) from error
        groups = self._file.metadata
        largest = max((groups.row_group(n).total_byte_size for n in range(groups.num_row_groups)), default=0)
        if largest > _MOST_BYTES_A_GROUP:
            raise FileHostile(_TOO_LARGE.with_values(megabytes=largest >> 20))

    def __enter__(self) -> "TableReader":
        """Begin."""
        return self

    def __exit__(self, *error: object) -> None:
        """Release the file."""
        self._file.close()

    def batches(
        self, is_wanted: Callable[[int, int], bool] | None = None, column: str = ""
    ) -> Iterator[pa.RecordBatch]:
        """Yield batches in order; groups whose least and greatest of `column` are not wanted are left out."""
        try:
            groups = [
                number
                for number in range(self._file.metadata.num_row_groups)
                if is_wanted is None or is_wanted(*self._range(number, column))
            ]
            yield from self._file.iter_batches(ROWS_PER_READ, row_groups=groups)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise FileBroken(_BROKEN.with_values(reason=_reason(error))) from error

    def verify(self, told: Callable[[float], None] | None = None) -> None:
        """Compare every cell with the checksum. Raises `FileBroken`."""
        checks, rows = [0] * len(self._file.schema_arrow), 0
        for batch in self.batches():
            checks, rows = checksums(batch, checks), rows + batch.num_rows
            if told is not None:
                told(rows / max(self.rows, 1))
        if (_written(checks), rows) != (self._check, self.rows):
            raise FileBroken(_BROKEN.with_values(reason=_CHECK_DIFFERS))

    def _range(self, number: int, column: str) -> tuple[int, int]:
        group = self._file.metadata.row_group(number)
        statistics = group.column(self._file.schema_arrow.names.index(column)).statistics
        if statistics is None or not statistics.has_min_max:
            return (-(1 << 62), 1 << 62)
        return (statistics.min, statistics.max)


def _written(checks: Sequence[int]) -> bytes:
    return ",".join(map(str, checks)).encode()


def _reason(error: Exception) -> object:
    if isinstance(error, KeyError):
        return _NO_CHECK
    return str(error).partition("\n")[0][:200]


def _reported(
    batches: Iterable[Sequence[Observation]], span: Span, progress: Progress
) -> Iterator[Sequence[Observation]]:
    from_ms, to_ms = span
    progress.report(0.0, _WRITING)
    for rows in batches:
        if rows:
            yield rows
            done = (rows[-1].event_ms - from_ms) / max(to_ms - from_ms, 1)
            progress.report(min(max(done, 0.0), 1.0), _WRITING)


def _csv_row(row: Observation) -> tuple[object, ...]:
    return (
        _as_text(row.station), _as_text(row.quantity), row.statistic, _as_text(row.unit), _utc(row.event_ms),
        "" if row.value != row.value else repr(row.value),
        row.quality, _as_text(row.mark), row.origin, int(row.is_simulated), row.period_s, _utc(row.received_ms),
        _as_text(row.source),
    )  # fmt: skip


def _utc(moment_ms: int) -> str:
    try:
        return datetime.fromtimestamp(moment_ms / 1000, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return str(moment_ms)


def _as_text(cell: str) -> str:
    """Keep a spreadsheet from running a cell (threat 20)."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
