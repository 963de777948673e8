"""The objects of a layer in columns: what a query compares, what statistics count."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanping.domain.city import Attributes
from sanping.domain.geo import Float64Array, Int32Array

Rows = npt.NDArray[np.int64]
FieldKind = Literal["number", "word"]

HEIGHT, BASE, CLASS = "@height_m", "@base_m", "@class"
"""Keys of the columns that every 3D object has."""
MOST_FIELDS = 48
NONE = -1
_SAMPLED = 4000
_LANGUAGES = ("_zh", "_en")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberColumn:
    """A number for each of n objects, NaN for none."""

    values: Float64Array

    @property
    def kind(self) -> FieldKind:
        """What it holds."""
        return "number"

    @property
    def is_known(self) -> npt.NDArray[np.bool_]:
        """Which objects have a value."""
        return np.isfinite(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordColumn:
    """A word for each of n objects: `codes` (n,) are places in `words`, `NONE` for none."""

    codes: Int32Array
    words: Sequence[str]

    @property
    def kind(self) -> FieldKind:
        """What it holds."""
        return "word"

    @property
    def is_known(self) -> npt.NDArray[np.bool_]:
        """Which objects have a value."""
        found: npt.NDArray[np.bool_] = self.codes >= 0
        return found


Column = NumberColumn | WordColumn


def field_keys(attributes: Sequence[Attributes]) -> tuple[str, ...]:
    """Return the attributes that objects have, the most frequent first, from a sample of them.

    Of "usage", "usage_zh" and "usage_en" only the first is a field: the others say the same.
    """
    step = max(1, len(attributes) // _SAMPLED)
    counts = Counter(key for row in range(0, len(attributes), step) for key in attributes[row])
    kept = [key for key, _ in counts.most_common() if not (key.endswith(_LANGUAGES) and key[:-3] in counts)]
    return tuple(kept[:MOST_FIELDS])


def columns_of(
    attributes: Sequence[Attributes], keys: Sequence[str], told: Callable[[float], None] | None = None
) -> dict[str, Column]:
    """Return the columns of these attributes, read in one pass; `told` hears how far it is, from 0 to 1.

    A column is of numbers where every value is one; what is no text then is written as text.
    """
    found: dict[str, list[object]] = {key: [] for key in keys}
    gather = [(found[key].append, key) for key in keys]
    for number, known in enumerate(attributes):
        for append, key in gather:
            append(known.get(key))
        if told is not None and number % _SAMPLED == 0:
            told(number / max(1, len(attributes)))
    return {key: column_of(values) for key, values in found.items()}


def column_of(values: Sequence[object]) -> Column:
    """Return values as a column, None for an object without."""
    if all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values):
        numbers = np.array([np.nan if value is None else value for value in values], np.float64)
        return NumberColumn(values=numbers)
    words: dict[str, int] = {}
    codes = [NONE if value is None or value == "" else words.setdefault(_word(value), len(words)) for value in values]
    return WordColumn(codes=np.array(codes, np.int32), words=tuple(words))


def few_words(column: WordColumn, most: int) -> tuple[str, ...]:
    """Return the words of a column, the most frequent first, `most` at most."""
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.words))
    order: list[int] = np.argsort(-counts, kind="stable").tolist()
    return tuple(column.words[place] for place in order[:most])


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)
