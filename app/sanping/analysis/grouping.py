"""Objects in groups: by the words of a column, or by steps of its numbers; what each group adds up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
import numpy.typing as npt

from sanping.analysis.object_table import NumberColumn, WordColumn
from sanping.domain.geo import Float64Array

MOST_STEPS, MOST_WORDS = 10, 12
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """What each of g groups holds: how many objects, how many of them have an amount, their sum and mean (NaN)."""

    counts: npt.NDArray[np.int64]
    known: npt.NDArray[np.int64]
    sums: Float64Array
    means: Float64Array


def nice_steps(values: Float64Array, most: int = MOST_STEPS) -> Float64Array:
    """Return rising edges at round numbers that hold all finite values, for `most` groups at most; none without any."""
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(0)
    low, high = float(known.min()), float(known.max())
    if low == high:
        return np.array([low, low + 1.0])
    rough = (high - low) / most
    power = 10.0 ** floor(log10(rough))
    for share in (*_STEPS, 20.0):
        step = share * power
        first, last = floor(low / step), floor(high / step) + 1
        if last - first <= most:
            break
    return np.array([round(number * step, 9) for number in range(first, last + 1)])


def steps_of(column: NumberColumn, edges: Float64Array) -> Codes:
    """Return the step of each object, −1 for one without a number or outside; a number on an edge is in the upper."""
    code: Codes = (np.searchsorted(edges, np.nan_to_num(column.values), side="right") - 1).astype(np.int32)
    is_outside = ~column.is_known | (code >= len(edges) - 1)
    code[is_outside] = -1
    return code


def words_of(columns: Sequence[WordColumn], most: int = MOST_WORDS) -> tuple[tuple[str, ...], list[Codes], bool]:
    """Return the words of several columns, the most frequent first, and the word of each object in each column.

    Beyond `most` words the rest share one more code, which the last value tells; −1 is for objects without a word.
    """
    counts: dict[str, int] = {}
    for column in columns:
        each = np.bincount(column.codes[column.codes >= 0], minlength=len(column.words))
        for word, count in zip(column.words, each.tolist(), strict=True):
            if count:
                counts[word] = counts.get(word, 0) + count
    order = sorted(counts, key=lambda word: (-counts[word], word))
    has_rest = len(order) > most
    words = tuple(order[: most - 1] if has_rest else order)
    number = {word: place for place, word in enumerate(words)}
    found = []
    for column in columns:
        table = np.array([number.get(word, len(words)) for word in column.words] + [-1], np.int32)
        found.append(table[column.codes])
    return words, found, has_rest


def amounts(codes: Codes, groups: int, values: Float64Array) -> Amounts:
    """Return what each group holds of the values (n,), NaN for none; objects with the code −1 are in no group."""
    is_in = codes >= 0
    is_known = is_in & np.isfinite(values)
    counts = np.bincount(codes[is_in], minlength=groups)
    known = np.bincount(codes[is_known], minlength=groups)
    sums: Float64Array = np.bincount(codes[is_known], weights=values[is_known], minlength=groups).astype(np.float64)
    means = np.full(groups, np.nan)
    np.divide(sums, known, out=means, where=known > 0)
    return Amounts(counts=counts, known=known, sums=sums, means=means)


def axis_top(highest: float) -> float:
    """Return the round number at which an axis ends that holds a value."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** floor(log10(highest))
    return next(share * power for share in _STEPS if ceil(highest / power * 1e6) / 1e6 <= share)
