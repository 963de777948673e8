"""Subtrees of implicit tiling (3D Tiles 1.1, clause 7): which tiles there are, and which have content."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from sanping.domain.errors import FileBroken
from sanping.domain.text import Text

MOST_LEVELS = 16
_SUBTREE = Text("子树文件有误：{what}", "A subtree file is wrong: {what}")
BoolArray = npt.NDArray[np.bool_]
Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtree:
    """Availability inside one subtree, level after level in Morton order.

    `tiles` says which tiles exist, `contents` which have the first, second … content, `children` which subtrees follow.
    """

    tiles: BoolArray
    contents: tuple[BoolArray, ...]
    children: BoolArray


def subtree_of(data: bytes, *, levels: int, ways: int, fetch: Fetch) -> Subtree:
    """Parse a subtree file of `levels` levels in a quadtree (`ways` 4) or octree (8); `fetch` reads other buffers."""
    if not 1 <= levels <= MOST_LEVELS or (ways**levels - 1) // (ways - 1) > 1 << 24:
        raise FileBroken(_SUBTREE.with_values(what="subtreeLevels"))
    json, binary = _parts(data)
    nodes, below = (ways**levels - 1) // (ways - 1), ways**levels
    read = _Availability(json, binary, fetch)
    contents = json.get("contentAvailability", [])
    return Subtree(
        tiles=read.bits(json.get("tileAvailability"), nodes),
        contents=tuple(read.bits(one, nodes) for one in (contents if isinstance(contents, list) else [contents])),
        children=read.bits(json.get("childSubtreeAvailability"), below),
    )


def coordinates(number: int, level: int, ways: int) -> tuple[int, ...]:
    """Return x, y (and z) of a Morton number in its level."""
    axes = 2 if ways == 4 else 3
    return tuple(sum(((number >> (axes * bit + axis)) & 1) << bit for bit in range(level)) for axis in range(axes))


def _parts(data: bytes) -> tuple[dict[str, Any], bytes]:
    if not data.startswith(b"subt"):
        return _json(data), b""
    if len(data) < 24:
        raise FileBroken(_SUBTREE.with_values(what="header"))
    text, binary = struct.unpack_from("<QQ", data, 8)
    if 24 + text + binary > len(data):
        raise FileBroken(_SUBTREE.with_values(what="length"))
    return _json(data[24 : 24 + text]), data[24 + text : 24 + text + binary]


def _json(text: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(text.strip(b" \0\r\n\t"))
    except orjson.JSONDecodeError as error:
        raise FileBroken(_SUBTREE.with_values(what=str(error)[:60])) from error
    if not isinstance(found, dict):
        raise FileBroken(_SUBTREE.with_values(what="JSON"))
    return found


class _Availability:
    """Reads bit streams of a subtree."""

    def __init__(self, json: dict[str, Any], binary: bytes, fetch: Fetch) -> None:
        self._json, self._binary, self._fetch = json, binary, fetch

    def bits(self, place: object, count: int) -> BoolArray:
        """Return `count` bits: all alike, or from a buffer view."""
        if not isinstance(place, dict):
            raise FileBroken(_SUBTREE.with_values(what="availability"))
        if "constant" in place:
            return np.full(count, place["constant"] == 1)
        data = self._view(place.get("bitstream", place.get("bufferView")))
        bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[:count]
        if len(bits) < count:
            raise FileBroken(_SUBTREE.with_values(what="bitstream"))
        return bits.astype(bool)

    def _view(self, index: object) -> bytes:
        view = self._listed("bufferViews", index)
        buffer = self._listed("buffers", view.get("buffer"))
        uri = buffer.get("uri")
        data = self._fetch(uri) if isinstance(uri, str) else self._binary
        offset, length = view.get("byteOffset", 0), view.get("byteLength")
        if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
            raise FileBroken(_SUBTREE.with_values(what="bufferViews"))
        if offset + length > len(data):
            raise FileBroken(_SUBTREE.with_values(what="bufferViews"))
        return data[offset : offset + length]

    def _listed(self, key: str, index: object) -> dict[str, Any]:
        items = self._json.get(key)
        if not isinstance(items, list) or not isinstance(index, int) or not 0 <= index < len(items):
            raise FileBroken(_SUBTREE.with_values(what=key))
        found = items[index]
        if not isinstance(found, dict):
            raise FileBroken(_SUBTREE.with_values(what=key))
        return found
