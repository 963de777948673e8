"""Observations as rows of the history's table, numbered by its catalogue, and back."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any, get_args

import numpy as np
import pyarrow as pa

from sanping.domain.observation import Observation, Origin, QualityCode
from sanping.ports.history import Series, SeriesKey, Step
from sanping.storage.catalogue import Catalogue

DAY_MS = 86_400_000
STEP_MS = MappingProxyType({"5min": 300_000, "hour": 3_600_000, "day": DAY_MS})
QUALITIES: tuple[QualityCode, ...] = get_args(QualityCode)
ORIGINS: tuple[Origin, ...] = get_args(Origin)
QUALITY_NUMBER = {name: number for number, name in enumerate(QUALITIES)}
ORIGIN_NUMBER = {name: number for number, name in enumerate(ORIGINS)}
_ARROW = pa.schema(
    [
        ("series", pa.int32()), ("event_ms", pa.int64()), ("received_ms", pa.int64()), ("value", pa.float64()),
        ("quality", pa.uint8()), ("origin", pa.uint8()), ("mark", pa.string()), ("source", pa.int16()),
        ("is_simulated", pa.bool_()), ("revision", pa.int64()),
    ]
)  # fmt: skip


def table_of(catalogue: Catalogue, fresh: Sequence[tuple[int, Observation]], revision: int | Sequence[int]) -> pa.Table:
    """Return rows, each with the number of its series, as columns of the table; one revision for all, or for each."""
    rows = [row for _, row in fresh]
    return pa.Table.from_arrays(
        [
            pa.array([number for number, _ in fresh], pa.int32()),
            pa.array([row.event_ms for row in rows], pa.int64()),
            pa.array([row.received_ms for row in rows], pa.int64()),
            pa.array(np.array([row.value for row in rows], dtype=np.float64)),
            pa.array([QUALITY_NUMBER[row.quality] for row in rows], pa.uint8()),
            pa.array([ORIGIN_NUMBER[row.origin] for row in rows], pa.uint8()),
            pa.array([row.mark for row in rows], pa.string()),
            pa.array([catalogue.source(row.source) for row in rows], pa.int16()),
            pa.array([row.is_simulated for row in rows], pa.bool_()),
            pa.array(np.full(len(rows), revision, np.int64)),
        ],
        schema=_ARROW,
    )


def observations(catalogue: Catalogue, cells: Iterable[tuple[Any, ...]]) -> list[Observation]:
    """Return rows of the table, in the order of its columns, as observations."""
    words, names = catalogue.all_words(), catalogue.source_names()
    return [
        Observation(
            station=(word := words[number])[0], quantity=word[1], statistic=word[2], period_s=word[3], unit=word[4],
            value=value, event_ms=event_ms, received_ms=received_ms, quality=QUALITIES[quality],
            origin=ORIGINS[origin], mark=mark, source=names[source], is_simulated=is_simulated,
        )
        for number, event_ms, received_ms, value, quality, origin, mark, source, is_simulated, _ in cells
    ]  # fmt: skip


def newest_of(catalogue: Catalogue, cells: Sequence[tuple[Any, ...]]) -> dict[int, Observation]:
    """Return the row of each family that stands latest among these rows of the table."""
    newest: dict[int, Observation] = {}
    families = catalogue.families([cell[0] for cell in cells])
    for family, row in zip(families, observations(catalogue, cells), strict=True):
        if family not in newest or newest[family].event_ms < row.event_ms:
            newest[family] = row
    return newest


def series_of(key: SeriesKey, unit: str, step: Step, columns: dict[str, Any]) -> Series:
    """Return the columns t, v, lo, hi, q of a question as a series."""
    plain = {
        name: np.ma.filled(column, np.nan) if np.ma.isMaskedArray(column) else column
        for name, column in columns.items()
    }
    return Series(
        key=key,
        unit=unit,
        step=step,
        event_ms=np.asarray(plain["t"], dtype=np.float64),
        value=np.asarray(plain["v"], dtype=np.float64),
        low=np.asarray(plain["lo"], dtype=np.float64),
        high=np.asarray(plain["hi"], dtype=np.float64),
        quality=tuple(QUALITIES[int(number)] for number in plain["q"]),
    )


def fits(row: Observation) -> bool:
    """Say whether the columns can hold a row."""
    try:
        "".join((row.station, row.quantity, row.unit, row.mark, row.source)).encode()
    except UnicodeError:
        return False
    whole = (row.event_ms, row.received_ms)
    return all(abs(number) < 1 << 62 for number in whole) and abs(row.period_s) < 1 << 31
