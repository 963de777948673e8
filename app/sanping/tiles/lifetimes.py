"""The dates of objects, found in their packed attributes: models without any cost one search for each name."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from sanping.domain.city import Origin
from sanping.domain.geo import Float64Array, Int32Array
from sanping.domain.lifetime import LifetimeNames, lifetime_ms
from sanping.domain.text import Text

_NOT_DATES = Text(
    "{count} 个对象的起止日期无法识别，按一直存在显示；请写成 2026-03-15 的形式",
    "{count} objects have dates that cannot be understood and are shown at all times; write them like 2026-03-15",
)


def lifetimes_of(texts: Any, parents: Int32Array, names: LifetimeNames) -> tuple[Float64Array | None, int]:
    """Return from when and until when each object stands, (n, 2) milliseconds, and how many have dates that are none.

    `texts` is a column of JSON texts, one an object; `parents` (n,) the number of each one's parent. A part without
    dates has those of its parent. None where no object has a date.
    """
    names = _meaningful(texts, names)
    rows = _rows_with(texts, names.all)
    if not len(rows):
        return None, 0
    valid = np.tile(np.array([-np.inf, np.inf]), (len(texts), 1))
    strange = 0
    for row in rows.tolist():
        begins, ends, bad = lifetime_ms(orjson.loads(texts[row].as_py()), names)
        valid[row] = (begins, ends)
        strange += bool(bad)
    orphans = np.isinf(valid).all(axis=1) & (parents >= 0)
    valid[orphans] = valid[parents[orphans]]
    return (None if np.isinf(valid).all() else valid), strange


def noted(origin: Origin, strange: int) -> Origin:
    """Return a report that also tells of dates which are none."""
    return origin if not strange else replace(origin, notes=(*origin.notes, _NOT_DATES.with_values(count=strange)))


def _meaningful(texts: Any, names: LifetimeNames) -> LifetimeNames:
    """Leave out the dates of records that are those of the data set: one for all that was made, or that has ended."""
    made, _ = _values(texts, names.created)
    ended, count = _values(texts, names.terminated)
    return replace(
        names,
        created=names.created if len(made) > 1 else (),
        terminated=names.terminated if len(ended) > 1 or count < len(texts) else (),
    )


def _values(texts: Any, names: tuple[str, ...]) -> tuple[set[str], int]:
    """Return what is written under some names, and by how many objects; a second value ends the search."""
    rows = _rows_with(texts, names)
    seen: set[str] = set()
    for row in rows.tolist():
        written = orjson.loads(texts[row].as_py())
        seen.update(str(written[name]) for name in names if name in written)
        if len(seen) > 1:
            break
    return seen, len(rows)


def _rows_with(texts: Any, names: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Return the numbers of the objects that have one of the keys, by searching the bytes of all of them at once."""
    _, ends, joined = texts.buffers()
    if joined is None:
        return np.zeros(0, np.int64)
    data = joined.to_pybytes()
    places = []
    for name in names:
        key = orjson.dumps(name) + b":"
        at = data.find(key)
        while at >= 0:
            places.append(at)
            at = data.find(key, at + len(key))
    first = np.frombuffer(ends, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    return np.unique(np.searchsorted(first, np.array(places, np.int64), side="right") - 1)
