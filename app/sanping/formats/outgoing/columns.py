"""Attributes of many objects as columns of one kind each, with names that every table takes."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sanping.domain.city import Attributes

MOST_COLUMNS = 400
Kind = Literal["boolean", "integer", "number", "text"]
_LARGEST = 1 << 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One attribute: its `key` among the attributes, its `name` in the table, and the kind of its values."""

    key: str
    name: str
    kind: Kind

    def values(self, attributes: Iterable[Attributes]) -> list[object]:
        """Return the value of each object, None for one without."""
        return [self._value(known.get(self.key)) for known in attributes]

    def _value(self, value: object) -> object:
        if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124  not a number
            return None
        if self.kind == "number" and isinstance(value, int | float):
            return float(value)
        return as_text(value) if self.kind == "text" else value


def columns_of(attributes: Iterable[Attributes], reserved: Collection[str]) -> list[Column]:
    """Return the columns that hold these attributes, the most frequent `MOST_COLUMNS` of them.

    Names differ from one another and from `reserved` in more than upper and lower case.
    """
    kinds: dict[str, set[Kind]] = {}
    often: Counter[str] = Counter()
    for known in attributes:
        for key, value in known.items():
            if value is not None:
                kinds.setdefault(key, set()).add(_kind_of(value))
                often[key] += 1
    kept = {key for key, _ in often.most_common(MOST_COLUMNS)}
    taken = {name.casefold() for name in reserved}
    columns = []
    for key, found in kinds.items():
        if key in kept:
            name = _free(key or "_", taken)
            taken.add(name.casefold())
            columns.append(Column(key=key, name=name, kind=_common(found)))
    return columns


def as_text(value: object) -> str:
    """Return a value as text: what is no text, as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def all_attributes(parts: Iterable[Sequence[Attributes]]) -> Iterable[Attributes]:
    """Go through the attributes of several tables one after another."""
    for part in parts:
        yield from part


def _kind_of(value: object) -> Kind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer" if abs(value) < _LARGEST else "text"
    return "number" if isinstance(value, float) else "text"


def _common(kinds: set[Kind]) -> Kind:
    if len(kinds) == 1:
        return next(iter(kinds))
    return "number" if kinds == {"integer", "number"} else "text"


def _free(key: str, taken: Collection[str]) -> str:
    name, number = key, 2
    while name.casefold() in taken:
        name, number = f"{key}_{number}", number + 1
    return name
