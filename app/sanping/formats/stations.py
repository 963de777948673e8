"""Reads a station table: CSV with one station a row, UTF-8 or GBK (GB 18030), placed in the twin's CRS.

Columns are those of `live_schema.StationRow`; a column `address.hj212` holds the station's address for that adapter.
"""

import codecs
import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
from pydantic import ValidationError

from sanping.domain.byte_text import is_utf8
from sanping.domain.city import Skipped
from sanping.domain.crs import converter
from sanping.domain.errors import FileBroken
from sanping.domain.station import Station, Thresholds
from sanping.domain.text import Text
from sanping.formats.live_schema import StationRow
from sanping.formats.wrong_table import first_wrong

GEOGRAPHIC = "EPSG:4490"
ADDRESS = "address."
_LARGEST_BYTES = 64 << 20
_NEEDED = {"id", "name", "kinds"}
_EXAMPLES = 8
_UTF8_FIRST, _GBK_FIRST = ("utf-8-sig", "gb18030"), ("gb18030", "utf-8-sig")

_CANNOT_READ = Text("站点表无法读取：{reason}", "The station table cannot be read: {reason}")
_WIDE = Text(
    "站点表是 UTF-16 文本或不是文本；请在表格软件中另存为“CSV UTF-8”",
    "The station table is UTF-16 or no text; save it as “CSV UTF-8” in the spreadsheet program",
)
_LACKS = Text(
    "站点表缺少列：{columns}；请补上表头", "The station table lacks the columns {columns}; add them to its header"
)
_NONE = Text("站点表里没有一个可用的站点：{reason}", "The station table holds no usable station: {reason}")
_INVALID = Text("{column}：{reason}", "{column}: {reason}")
_DOUBLED = Text("站点编号重复", "the station id occurs twice")
_EMPTY = Text("没有数据行", "it has no rows")


def load_stations(path: Path, crs: str) -> tuple[tuple[Station, ...], tuple[Skipped, ...]]:
    """Return the stations of a table and the rows that were left out, with reasons.

    Raises `FileBroken` when the file cannot be read or no row is usable.
    """
    rows = csv.reader(io.StringIO(_text(path)))
    columns = next(rows, [])
    lacking = sorted(_NEEDED - set(columns))
    if lacking:
        raise FileBroken(_LACKS.with_values(columns=", ".join(lacking)), path=str(path))
    addressed = [(place, name.removeprefix(ADDRESS)) for place, name in enumerate(columns) if name.startswith(ADDRESS)]
    good: dict[str, tuple[StationRow, Mapping[str, str]]] = {}
    bad: dict[Text, list[str]] = {}
    for row in filter(None, rows):
        place = f"line {rows.line_num}"
        try:
            cells = {key: value for key, value in zip(columns, row, strict=False) if key and value}
            read = StationRow.model_validate(cells)
        except ValidationError as error:
            why, column = first_wrong(error)
            bad.setdefault(_INVALID.with_values(column=column or "—", reason=why), []).append(place)
            continue
        if read.id in good:
            bad.setdefault(_DOUBLED, []).append(f"{place} ({read.id})")
            continue
        good[read.id] = (read, _addresses(row, addressed))
    skipped = tuple(
        Skipped(reason=reason, count=len(places), examples=tuple(places[:_EXAMPLES])) for reason, places in bad.items()
    )
    if not good:
        reason = skipped[0].reason if skipped else _EMPTY
        raise FileBroken(_NONE.with_values(reason=reason), path=str(path))
    return tuple(_placed(good.values(), crs)), skipped


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise FileBroken(_CANNOT_READ.with_values(reason="> 64 MiB"), path=str(path))
        content = path.read_bytes()
    except OSError as error:
        raise FileBroken(_CANNOT_READ.with_values(reason=str(error)), path=str(path)) from error
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content:
        raise FileBroken(_WIDE, path=str(path))
    for encoding in _UTF8_FIRST if is_utf8(content, is_whole=True) else _GBK_FIRST:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileBroken(_CANNOT_READ.with_values(reason="UTF-8 / GB 18030"), path=str(path))


def _addresses(row: Sequence[str], addressed: Sequence[tuple[int, str]]) -> Mapping[str, str]:
    """Return a station's address for each adapter; `addressed` are the columns they stand in."""
    found = ((adapter, row[place].strip()) for place, adapter in addressed if place < len(row))
    return MappingProxyType({adapter: address for adapter, address in found if address})


def _placed(rows: Collection[tuple[StationRow, Mapping[str, str]]], crs: str) -> Iterator[Station]:
    written = np.array([(row.lon, row.lat) for row, _ in rows], dtype=np.float64)  # None becomes NaN
    is_geographic = np.array([row.x is None or row.y is None for row, _ in rows])
    places = np.array([(row.x, row.y) for row, _ in rows], dtype=np.float64)
    if is_geographic.any():
        places[is_geographic] = converter(GEOGRAPHIC, crs)(written[is_geographic])
    for (row, addresses), (x_m, y_m) in zip(rows, places.tolist(), strict=True):
        yield Station(
            id=row.id,
            name=Text(row.name, row.name_en or row.name),
            kinds=row.kinds,
            x_m=x_m,
            y_m=y_m,
            river=row.river,
            chainage_m=row.chainage_m,
            datum=row.datum,
            datum_offset_m=row.datum_offset_m,
            thresholds=Thresholds(
                warning_m=row.warning_m,
                guarantee_m=row.guarantee_m,
                record_m=row.record_m,
                low_m=row.low_m,
                left_bank_m=row.left_bank_m,
                right_bank_m=row.right_bank_m,
            ),
            target_class=row.target_class,
            interval_s=row.interval_s,
            addresses=addresses,
            is_lake=row.is_lake,
        )
