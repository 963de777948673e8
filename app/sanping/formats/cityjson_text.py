"""Numbers and nesting straight from JSON text, without a Python object per number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Raw

from sanping.domain.geo import Float64Array

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_BLANKS = b" \t\r\n"
_NESTED_INDICES = b"0123456789[],"
_WHOLE_TRIPLES = b"0123456789[],-"
_OPEN, _CLOSE, _COMMA = b"[],"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """The rings of many boundaries.

    `index` (c,) are the vertex numbers as written. `ring_start` (r + 1,) and `polygon_first_ring` (q + 1,) cut them as
    `polygons.triangulated` wants; `polygon_boundary` (q,) is the boundary of each polygon, non-decreasing.
    """

    index: IntArray
    ring_start: IntArray
    polygon_first_ring: IntArray
    polygon_boundary: IntArray


class NestingWrong(Exception):
    """At least one boundary does not nest as its type wants, or holds something else than whole numbers."""


def rings_of(boundaries: Sequence[Raw | bytes], nesting: Sequence[int]) -> Rings:
    """Read the rings of boundaries, JSON arrays of known good syntax that nest `nesting` deep.

    Raises `NestingWrong` for any that nest otherwise, have an empty array or anything but numbers 0, 1, 2 …
    """
    if not boundaries:
        nothing = np.zeros(0, dtype=np.int64)
        start = np.zeros(1, dtype=np.int64)
        return Rings(index=nothing, ring_start=start, polygon_first_ring=start, polygon_boundary=nothing)
    text = b",".join(boundaries)
    if text.translate(None, _NESTED_INDICES):
        boundaries = [bytes(boundary).translate(None, _BLANKS) for boundary in boundaries]
        text = b",".join(boundaries)
        if text.translate(None, _NESTED_INDICES):
            raise NestingWrong
    if b"[]" in text:
        raise NestingWrong
    begins = np.cumsum([0, *map(len, boundaries)]) + np.arange(len(boundaries) + 1)
    return _rings_in(text, begins[:-1], np.asarray(nesting, dtype=np.int64))


def _rings_in(text: bytes, begins: IntArray, nesting: IntArray) -> Rings:
    letters = np.frombuffer(text, dtype=np.uint8)
    is_digit = (letters - np.uint8(48)) < 10
    is_open, is_close = letters == _OPEN, letters == _CLOSE
    opens, closes = np.flatnonzero(is_open), np.flatnonzero(is_close)
    opened, closed = np.flatnonzero(is_digit[opens + 1]), np.flatnonzero(is_digit[closes - 1])
    if len(opened) != len(closed):
        raise NestingWrong
    ring_place = opens[opened]
    last_digits = np.flatnonzero(is_digit[:-1] & ~is_digit[1:])
    ring_start = np.zeros(len(closed) + 1, dtype=np.int64)
    ring_start[1:] = np.flatnonzero(is_close[last_digits + 1]) + 1
    is_first_digit = is_digit[1:] & ~is_digit[:-1]
    begun = np.flatnonzero(is_open[:-1][is_first_digit])
    depth = opened + 1 - closed
    if not np.array_equal(begun, ring_start[:-1]) or ring_start[-1] != len(last_digits):
        raise NestingWrong
    ring_count = np.diff(np.searchsorted(ring_place, begins), append=len(ring_place))
    boundary = np.repeat(np.arange(len(begins)), ring_count)
    if not np.array_equal(depth, nesting[boundary]):
        raise NestingWrong
    first_ring = np.flatnonzero(is_open[ring_place - 1])
    index = np.fromstring(text.translate(None, b"[]"), dtype=np.int64, sep=",")
    if len(index) != ring_start[-1]:
        raise NestingWrong
    return Rings(
        index=index,
        ring_start=ring_start,
        polygon_first_ring=np.append(first_ring, len(ring_place)),
        polygon_boundary=boundary[first_ring],
    )


_SURFACES = list[list[list[int]]]
_DECODERS: dict[int, msgspec.json.Decoder[Any]] = {
    3: msgspec.json.Decoder(_SURFACES),
    4: msgspec.json.Decoder(list[_SURFACES]),
    5: msgspec.json.Decoder(list[list[_SURFACES]]),
}


def mended(boundary: Raw | bytes, nesting: int) -> bytes:
    """Return a boundary without its empty arrays, `[]` when nothing is left.

    Raises `msgspec.MsgspecError` saying what is wrong with a boundary that `rings_of` cannot read even so.
    """
    decoded = _DECODERS[nesting].decode(boundary)
    try:
        text = msgspec.json.encode(_without_empties(decoded))
    except OverflowError as error:
        raise msgspec.ValidationError("vertex number too large") from error
    if b"-" in text:
        raise msgspec.ValidationError("vertex number below zero")
    return text


def _without_empties(values: list[object]) -> list[object]:
    kept = (_without_empties(value) if isinstance(value, list) else value for value in values)
    return [value for value in kept if value != []]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vertices:
    """Vertices of one or more documents in a row: points (n, 3), and how many each document has.

    `broken` of them are not three numbers; they are NaN, so that the numbers of the others stand.
    """

    points: Float64Array
    counts: IntArray
    broken: int = 0


def vertices_of(texts: Sequence[Raw]) -> Vertices:
    """Read the `[[x, y, z], …]` of documents, JSON of known good syntax."""
    packed = [bytes(text) for text in texts]
    inner = b",".join([text[1:-1] for text in packed if len(text) > 2])
    strange = inner.translate(None, _WHOLE_TRIPLES)
    if strange.translate(None, b".+eE"):
        packed = [text.translate(None, _BLANKS) for text in packed]
        inner = b",".join([text[1:-1] for text in packed if len(text) > 2])
        strange = inner.translate(None, _WHOLE_TRIPLES)
    points = None if strange.translate(None, b".+eE") else _triples(inner, np.float64 if strange else np.int64)
    if points is not None:
        return Vertices(points=points, counts=np.array([max(text.count(b"[") - 1, 0) for text in packed]))
    parts = [_one_by_one(text) for text in packed]
    return Vertices(
        points=np.concatenate([part for part, _ in parts]),
        counts=np.array([len(part) for part, _ in parts]),
        broken=sum(broken for _, broken in parts),
    )


def _triples(packed: bytes, written_as: type[np.generic]) -> Float64Array | None:
    """Return the points of `[x,y,z],…`; None when the text nests in any other way."""
    if not packed:
        return np.zeros((0, 3))
    letters = np.frombuffer(packed, dtype=np.uint8)
    commas = np.flatnonzero(letters == _COMMA)
    count = (len(commas) + 1) // 3
    after_close = letters[commas - 1] == _CLOSE
    is_regular = (
        len(commas) == 3 * count - 1
        and after_close[2::3].all()
        and not after_close[0::3].any()
        and not after_close[1::3].any()
        and (letters[commas[2::3] + 1] == _OPEN).all()
        and np.count_nonzero(letters == _OPEN) == np.count_nonzero(letters == _CLOSE) == count
        and letters[0] == _OPEN
        and letters[-1] == _CLOSE
    )
    if not is_regular:
        return None
    return np.fromstring(packed.translate(None, b"[]"), dtype=written_as, sep=",").astype(np.float64).reshape(-1, 3)


def _one_by_one(packed: bytes) -> tuple[Float64Array, int]:
    try:
        vertices = msgspec.json.decode(packed, type=list[Raw])
    except msgspec.MsgspecError:
        return np.zeros((0, 3)), 1
    result = np.full((len(vertices), 3), np.nan)
    broken = 0
    for number, text in enumerate(vertices):
        try:
            result[number] = msgspec.json.decode(text, type=tuple[float, float, float])
        except (msgspec.MsgspecError, OverflowError):
            broken += 1
    return result, broken


def numbers_of(texts: Sequence[bytes]) -> IntArray | None:
    """Read the whole numbers of nested arrays with nulls, all in one row, null as −1; None when there is other text."""
    packed = b",".join(texts).translate(None, b"[]" + _BLANKS).replace(b"null", b"-1")
    if packed.translate(None, b"0123456789,-") or b",," in b",%b," % packed:
        return None
    return np.fromstring(packed, dtype=np.int64, sep=",")
