"""Reads recordings (`.sprec`), Parquet and CSV files of observations in batches; raises only `FrameBroken`."""

import csv
import hashlib
import zipfile
from collections.abc import Iterator
from math import isfinite, nan
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from sanping.domain.byte_text import is_utf8
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.quantity import quantity
from sanping.domain.record_mapping import time_ms
from sanping.domain.text import Text

ROWS_PER_BATCH = 10_000
LARGEST_BYTES = 4 << 30
HEAD_BYTES = 64 << 10
_MEMBER = "observations.parquet"
_MANIFEST = "manifest.json"
_NEEDED = ("station", "quantity", "event_ms", "value")
_CSV_NEEDED = ("station", "quantity", "time", "value")

_CANNOT_READ = Text("录像无法读取：{reason}", "The recording cannot be read: {reason}")
_LACKS = Text("文件缺少列：{columns}", "The file lacks the columns {columns}")
_DAMAGED = Text("录像文件已损坏，未使用其中任何数据", "The recording is damaged and nothing of it was used")
_BAD_ROW = Text("第 {row} 行无效", "Row {row} is invalid")
_EMPTY = Text("文件里没有任何观测值", "The file holds no observation")


def batches(path: Path, utc_offset_h: float = 8.0) -> Iterator[list[Observation]]:
    """Yield the observations of a file in order of event time, some thousands at once."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FrameBroken(_CANNOT_READ.with_values(reason="> 4 GiB"), path=str(path))
        if path.suffix.lower() == ".csv":
            yield from _table_rows(path, utc_offset_h)
        elif zipfile.is_zipfile(path):
            yield from _recorded(path)
        else:
            with path.open("rb") as file:
                yield from _columns(file)
    except (OSError, pa.ArrowException, zipfile.BadZipFile, msgspec.MsgspecError, KeyError, RuntimeError) as error:
        raise FrameBroken(_CANNOT_READ.with_values(reason=str(error)[:200]), path=str(path)) from error


def _recorded(path: Path) -> Iterator[list[Observation]]:
    with zipfile.ZipFile(path) as container:
        manifest = msgspec.json.decode(container.read(_MANIFEST)[: 1 << 20])
        wanted = manifest["parts"][_MEMBER]["sha256"]
        found = hashlib.sha256()
        with container.open(_MEMBER) as part:
            while chunk := part.read(1 << 20):
                found.update(chunk)
        if found.hexdigest() != wanted:
            raise FrameBroken(_DAMAGED, path=str(path))
        with container.open(_MEMBER) as part:
            yield from _columns(part)


def _columns(file: Any) -> Iterator[list[Observation]]:
    table = pq.ParquetFile(file)
    lacking = [name for name in _NEEDED if name not in table.schema_arrow.names]
    if lacking:
        raise FrameBroken(_LACKS.with_values(columns=", ".join(lacking)))
    known = [name for name in Observation.__struct_fields__ if name in table.schema_arrow.names]
    is_empty = True
    for batch in table.iter_batches(ROWS_PER_BATCH, columns=known):
        cells = [batch.column(name).to_pylist() for name in known]
        rows = [_observation(dict(zip(known, row, strict=True))) for row in zip(*cells, strict=True)]
        is_empty = is_empty and not rows
        yield rows
    if is_empty:
        raise FrameBroken(_EMPTY)


def _observation(fields: dict[str, Any]) -> Observation:
    fields["value"] = nan if fields["value"] is None else float(fields["value"])
    fields.setdefault("unit", quantity(str(fields["quantity"])).unit)
    plain = {name: value for name, value in fields.items() if value is not None}
    try:
        return msgspec.convert({**plain, "origin": "replay"}, Observation)
    except msgspec.ValidationError as error:
        raise FrameBroken(_CANNOT_READ.with_values(reason=str(error)[:200])) from error


def _table_rows(path: Path, utc_offset_h: float) -> Iterator[list[Observation]]:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding = "utf-8-sig" if is_utf8(head, is_whole=len(head) < HEAD_BYTES) else "gb18030"
    with path.open(encoding=encoding, newline="", errors="replace") as text:
        table = csv.DictReader(text)
        lacking = [name for name in _CSV_NEEDED if name not in (table.fieldnames or ())]
        if lacking:
            raise FrameBroken(_LACKS.with_values(columns=", ".join(lacking)), path=str(path))
        rows = [_csv_row(row, table.line_num, utc_offset_h) for row in table]
    if not rows:
        raise FrameBroken(_EMPTY, path=str(path))
    rows.sort(key=lambda row: row.event_ms)
    for first in range(0, len(rows), ROWS_PER_BATCH):
        yield rows[first : first + ROWS_PER_BATCH]


def _csv_row(row: dict[str, str], number: int, utc_offset_h: float) -> Observation:
    event_ms = time_ms(row["time"], utc_offset_h)
    try:
        value = float(row["value"]) if row["value"].strip() else nan
    except (ValueError, AttributeError) as error:
        raise FrameBroken(_BAD_ROW.with_values(row=number)) from error
    if event_ms is None or not row["station"] or not row["quantity"]:
        raise FrameBroken(_BAD_ROW.with_values(row=number))
    return Observation(
        station=row["station"], quantity=row["quantity"], value=value if isfinite(value) else nan,
        unit=row.get("unit") or quantity(row["quantity"]).unit, event_ms=event_ms, origin="replay",
        quality="good" if isfinite(value) else "missing",
    )  # fmt: skip
