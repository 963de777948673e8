"""Attributes of city objects, kept as JSON text and decoded when somebody looks."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Raw

from sanping.domain.city import Attributes
from sanping.domain.lazy import LazySequence


class JsonAttributes(LazySequence[Attributes]):
    """The attributes of n city objects; row i is decoded each time it is asked for.

    Takes JSON text of known good syntax. A text that is no object becomes `{"attributes": value}`; `extras` are further
    properties of some rows, by name.
    """

    __slots__ = ("_begins", "_extras", "_text")

    def __init__(self, texts: Iterable[Raw | bytes], extras: Mapping[int, Mapping[str, bytes]]) -> None:
        parts = list(texts)
        self._text = b"".join(parts)
        self._begins: npt.NDArray[np.int64] = np.cumsum([0, *map(len, parts)])
        self._extras = {row: dict(properties) for row, properties in extras.items()}

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._begins) - 1

    def _at(self, row: int) -> Attributes:
        return self._decoded(row)

    def json(self, row: int) -> bytes:
        """Return the attributes of a row as JSON text of an object, without decoding where that can be avoided."""
        text = self._text[self._begins[row] : self._begins[row + 1]]
        if row not in self._extras and text.startswith(b"{"):
            return text
        return msgspec.json.encode(self._decoded(row))

    def _decoded(self, row: int) -> dict[str, object]:
        value = _decoded(self._text[self._begins[row] : self._begins[row + 1]])
        if value is None:
            value = {}
        result: dict[str, object] = value if isinstance(value, dict) else {"attributes": value}
        for name, text in self._extras.get(row, {}).items():
            result.setdefault(name, _decoded(text))
        return result


def _decoded(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return json.loads(text)
