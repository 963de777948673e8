"""Arrays and primitives of OSGB geometries, in the layouts before and since writer version 112."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import FileBroken
from sanping.domain.geo import Float64Array
from sanping.formats.osgb_objects import Objects
from sanping.formats.osgb_state import Look
from sanping.formats.osgb_stream import CUT_SHORT, AnyArray

IntArray = npt.NDArray[np.int64]
_LAYOUTS: dict[int, tuple[str, int]] = {
    0: ("<i1", 1), 1: ("<u1", 1), 2: ("<i2", 1), 3: ("<u2", 1), 4: ("<i4", 1), 5: ("<u4", 1), 6: ("<f4", 1),
    7: ("<f8", 1), 8: ("<i1", 2), 9: ("<i1", 3), 10: ("<i1", 4), 11: ("<u1", 4), 12: ("<i2", 2), 13: ("<i2", 3),
    14: ("<i2", 4), 15: ("<f4", 2), 16: ("<f4", 3), 17: ("<f4", 4), 18: ("<f8", 2), 19: ("<f8", 3), 20: ("<f8", 4),
}  # fmt: skip
_SUFFIXES = {"ub": "<u1", "b": "<i1", "us": "<u2", "s": "<i2", "ui": "<u4", "i": "<i4", "d": "<f8", "": "<f4"}
_SCALARS = {"Byte": "<i1", "UByte": "<u1", "Short": "<i2", "UShort": "<u2", "Int": "<i4", "UInt": "<u4",
            "Float": "<f4", "Double": "<f8"}  # fmt: skip
_ARRAYS, _LENGTHS, _ELEMENTS = 50, 51, {52: "<u1", 53: "<u2", 54: "<u4"}
_TRIANGLES, _STRIP, _FAN, _QUADS = 4, 5, 6, 7
_MOST_DRAWN = 50_000_000


@dataclass(slots=True, kw_only=True)
class OsgbMesh:
    """Triangles (t, 3) into points (p, 3), texture coordinates (p, 2) with v up, and how it looks."""

    points: Float64Array
    triangles: IntArray
    uv: Float64Array | None
    look: Look


class Shapes:
    """Reads arrays and primitives; arrays that come again are known by their number."""

    def __init__(self, objects: Objects) -> None:
        self._objects, self._stream = objects, objects.stream
        self._arrays: dict[int, AnyArray] = {}

    def array(self, *, is_listed: bool = False) -> AnyArray | None:
        """Return the next array (n, width) of a geometry, None when it has none."""
        stream = self._stream
        if stream.version >= 112:
            return self._array_object() if is_listed or stream.flag() else None
        if not is_listed and not stream.flag():
            return None
        stream.open_bracket()
        found = self._old_array() if stream.flag() else None
        if stream.flag():
            self._old_array()  # indices into the array, which no writer of tiles uses
            raise stream.unsupported("indexed arrays")
        stream.take(8)  # binding and normalisation
        return found

    def _old_array(self) -> AnyArray:
        stream = self._stream
        number = stream.whole()
        if number in self._arrays:
            return self._arrays[number]
        kind = stream.whole()
        if kind not in _LAYOUTS:
            raise stream.unsupported(f"array type {kind}")
        self._arrays[number] = stream.array(*_LAYOUTS[kind])
        return self._arrays[number]

    def _array_object(self) -> AnyArray | None:
        stream = self._stream
        name, number, end = self._objects.head()
        if not name:
            return None
        if number not in self._arrays:
            layout = _layout_of(name)
            if layout is None:
                raise stream.unsupported(name)
            self._objects.object_fields()
            if stream.version >= 147:
                self._objects.optional()
            stream.take(4 + 1 + 1)
            self._arrays[number] = stream.bare_array(*layout)
        stream.skip_to(end)
        return self._arrays[number]

    def primitives(self) -> IntArray:
        """Return the triangles (t, 3) of all primitive sets of a geometry; lines and points are passed over."""
        stream = self._stream
        found = [np.zeros((0, 3), dtype=np.int64)]
        for _ in range(stream.count(8)):
            found += self._primitive_object() if stream.version >= 112 else self._old_primitive()
        triangles = np.concatenate(found)
        if len(triangles) > _MOST_DRAWN or (len(triangles) and triangles.min() < 0):
            raise FileBroken(CUT_SHORT)
        return triangles

    def _old_primitive(self) -> list[IntArray]:
        stream = self._stream
        kind, mode = stream.whole(), stream.whole()
        if stream.version > 96:
            stream.whole()
        if kind == _ARRAYS:
            return [_run(stream.whole(), stream.whole(), mode)]
        if kind == _LENGTHS:
            first = stream.whole()
            return _runs(first, stream.array("<i4", 1)[:, 0].tolist(), mode)
        if kind not in _ELEMENTS:
            raise stream.unsupported(f"primitive type {kind}")
        return [_cut(stream.array(_ELEMENTS[kind], 1)[:, 0].astype(np.int64), mode)]

    def _primitive_object(self) -> list[IntArray]:
        stream = self._stream
        name, _, end = self._objects.head()
        self._objects.object_fields()
        if stream.version >= 147:
            self._objects.optional()
        stream.whole()
        mode = stream.whole()
        bare = name.removeprefix("osg::Draw")
        if bare == "Arrays":
            found = [_run(stream.whole(), stream.whole(), mode)]
        elif bare == "ArrayLengths":
            first = stream.whole()
            found = _runs(first, stream.bare_array("<i4", 1)[:, 0].tolist(), mode)
        elif bare in ("ElementsUByte", "ElementsUShort", "ElementsUInt"):
            kind = _SCALARS[bare.removeprefix("Elements")]
            found = [_cut(stream.bare_array(kind, 1)[:, 0].astype(np.int64), mode)]
        else:
            raise stream.unsupported(name)
        stream.skip_to(end)
        return found


def _layout_of(name: str) -> tuple[str, int] | None:
    """Return number type and width of an array class such as "osg::Vec3Array"."""
    bare = name.removeprefix("osg::").removesuffix("Array")
    if bare in _SCALARS:
        return _SCALARS[bare], 1
    if bare[:3] == "Vec" and bare[3:4] in ("2", "3", "4") and bare[4:] in _SUFFIXES:
        return _SUFFIXES[bare[4:]], int(bare[3])
    return None


def _run(first: int, count: int, mode: int) -> IntArray:
    if count > _MOST_DRAWN or first > _MOST_DRAWN:
        raise FileBroken(CUT_SHORT)
    return _cut(np.arange(first, first + count, dtype=np.int64), mode)


def _runs(first: int, lengths: list[int], mode: int) -> list[IntArray]:
    found = []
    for length in lengths:
        found.append(_run(first, max(0, length), mode))
        first += max(0, length)
    return found


def _cut(corners: IntArray, mode: int) -> IntArray:
    """Return triangles from a list, strip, fan or quads of corners; none for points and lines."""
    if mode == _TRIANGLES:
        return corners[: len(corners) // 3 * 3].reshape(-1, 3)
    if mode == _QUADS:
        quads = corners[: len(corners) // 4 * 4].reshape(-1, 4)
        return np.concatenate((quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]))
    if mode not in (_STRIP, _FAN) or len(corners) < 3:
        return np.zeros((0, 3), dtype=np.int64)
    if mode == _FAN:
        return np.column_stack((np.full(len(corners) - 2, corners[0]), corners[1:-1], corners[2:]))
    triangles = np.column_stack((corners[:-2], corners[1:-1], corners[2:]))
    triangles[1::2] = triangles[1::2][:, [1, 0, 2]]
    return triangles
