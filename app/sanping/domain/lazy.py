"""Sequences whose items are made when somebody asks, for tables too large to hold as objects."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import TypeVar, overload

import numpy as np
import numpy.typing as npt

V = TypeVar("V")


class LazySequence(Sequence[V]):
    """A sequence that makes item `row` with `_at(row)`, 0 ≤ row < len; a slice is lazy too."""

    __slots__ = ()

    @abstractmethod
    def _at(self, row: int) -> V:
        """Make one item."""

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[V]: ...
    def __getitem__(self, index: int | slice) -> V | Sequence[V]:
        """Return one item, or a view of some; raises IndexError outside."""
        if isinstance(index, slice):
            return ChosenRows(self, np.arange(len(self))[index])
        return self._at(range(len(self))[index])

    def __iter__(self) -> Iterator[V]:
        """Make all items in order."""
        return map(self._at, range(len(self)))


class ChosenRows(LazySequence[V]):
    """Rows of another sequence in a new order."""

    __slots__ = ("_base", "_rows")

    def __init__(self, base: Sequence[V], rows: npt.NDArray[np.integer]) -> None:
        self._base = base
        self._rows = rows

    def __len__(self) -> int:
        """Return the number of chosen rows."""
        return len(self._rows)

    def _at(self, row: int) -> V:
        return self._base[int(self._rows[row])]

    def __iter__(self) -> Iterator[V]:
        """Go through the chosen rows in order."""
        return map(self._base.__getitem__, self._rows.tolist())
