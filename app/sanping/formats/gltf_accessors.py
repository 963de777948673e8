"""Accessors of a glTF: every one is proven to lie inside its buffer before memory is touched."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.geo import Float64Array
from sanping.domain.text import Text
from sanping.formats import meshopt
from sanping.formats.gltf_container import MOST_BYTES, GltfDocument, whole

MOST_ELEMENTS = 50_000_000
_MOST_EMPTY = 5_000_000
_KINDS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_COMPONENTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_INDEX_KINDS = (5121, 5123, 5125)
_MESHOPT = ("EXT_meshopt_compression", "KHR_meshopt_compression")

_OUTSIDE = Text(
    "访问器 {index} 超出了它的缓冲区；文件损坏或被篡改，已拒绝",
    "Accessor {index} reaches outside its buffer; the file is damaged or forged and was refused",
)
_TOO_MANY = Text("元素超过 {limit} 个；请分块后再打开", "There are more than {limit} elements; split the model first")
_WRONG = Text(
    "访问器 {index} 的类型或步长有误；请重新导出", "Accessor {index} has a wrong type or stride; export it again"
)

AnyArray = npt.NDArray[np.generic]


@dataclass(slots=True)
class AccessorReader:
    """Reads accessors as arrays; keeps count of the elements read, so that no file asks for too many."""

    document: GltfDocument
    _views: dict[int, bytes] = field(default_factory=dict)
    _arrays: dict[int, AnyArray] = field(default_factory=dict)
    _total: int = 0

    def numbers(self, index: object, components: int) -> Float64Array:
        """Return an accessor (count, components) as numbers, normalised integers as 0 … 1 or −1 … 1."""
        raw, accessor = self.raw(index), self.document.item("accessors", index)
        if raw.shape[1] != components:
            raise FileBroken(_WRONG.with_values(index=index), place=f"accessors[{index}]")
        with np.errstate(invalid="ignore"):  # a NaN of another kind is a NaN all the same
            values = raw.astype(np.float64)
        if accessor.get("normalized") is True and raw.dtype.kind in "iu":
            bits = 8 * raw.dtype.itemsize - (1 if raw.dtype.kind == "i" else 0)
            values = np.maximum(values / (2.0**bits - 1.0), -1.0)
        return values

    def indices(self, index: object, vertex_count: int) -> npt.NDArray[np.int64]:
        """Return an index accessor; raises `FileBroken` when one points outside the vertices."""
        raw, accessor = self.raw(index), self.document.item("accessors", index)
        if raw.shape[1] != 1 or accessor.get("componentType") not in _INDEX_KINDS:
            raise FileBroken(_WRONG.with_values(index=index), place=f"accessors[{index}]")
        values = raw[:, 0].astype(np.int64)
        if len(values) and values.max() >= vertex_count:
            raise FileBroken(_OUTSIDE.with_values(index=index), place=f"accessors[{index}]")
        return values

    def raw(self, index: object) -> AnyArray:
        """Return an accessor as stored, shape (count, components)."""
        accessor = self.document.item("accessors", index)
        assert isinstance(index, int)
        if index not in self._arrays:
            count = whole(accessor.get("count"), "count", 1 << 62, least=1)
            self._total += count
            if count > MOST_ELEMENTS or self._total > 4 * MOST_ELEMENTS:
                raise FileHostile(_TOO_MANY.with_values(limit=MOST_ELEMENTS), place=f"accessors[{index}]")
            self._arrays[index] = self._read(index, accessor, count)
        return self._arrays[index]

    def _read(self, index: int, accessor: dict[str, object], count: int) -> AnyArray:
        kind, components = accessor.get("componentType"), accessor.get("type")
        if not isinstance(kind, int) or kind not in _KINDS or str(components) not in _COMPONENTS:
            raise FileBroken(_WRONG.with_values(index=index), place=f"accessors[{index}]")
        dtype, width = np.dtype(_KINDS[kind]), _COMPONENTS[str(components)]
        if "bufferView" in accessor:
            offset = whole(accessor.get("byteOffset", 0), "byteOffset", MOST_BYTES)
            values = self._strided(accessor["bufferView"], offset, (count, width), dtype, index)
        else:
            if count > _MOST_EMPTY:
                raise FileHostile(_TOO_MANY.with_values(limit=_MOST_EMPTY), place=f"accessors[{index}]")
            values = np.zeros((count, width), dtype=dtype)
        return self._with_sparse(values, accessor, index) if "sparse" in accessor else values

    def _strided(
        self, view: object, offset: int, shape: tuple[int, int], dtype: np.dtype[np.generic], index: int
    ) -> AnyArray:
        """Look at a buffer view as rows, once they are known to lie inside it."""
        data = self.view(view)
        size = shape[1] * dtype.itemsize
        declared = self.document.item("bufferViews", view).get("byteStride", size)
        stride = whole(declared, "byteStride", 4096, least=1)
        if stride < size:
            raise FileBroken(_WRONG.with_values(index=index), place=f"accessors[{index}]")
        if offset + stride * (shape[0] - 1) + size > len(data):
            raise FileBroken(_OUTSIDE.with_values(index=index), place=f"accessors[{index}]")
        rows: AnyArray = np.ndarray(shape, dtype, data, offset, (stride, dtype.itemsize))
        return rows

    def view(self, index: object) -> bytes:
        """Return the bytes of a buffer view, unpacked when it is compressed."""
        view = self.document.item("bufferViews", index)
        assert isinstance(index, int)
        if index not in self._views:
            extensions = view.get("extensions")
            packed = next((extensions[name] for name in _MESHOPT if name in extensions), None) if isinstance(
                extensions, dict) else None  # fmt: skip
            self._views[index] = self._unpacked(packed, index) if isinstance(packed, dict) else self._slice(view, index)
        return self._views[index]

    def _slice(self, view: dict[str, object], index: int) -> bytes:
        data = self.document.buffer(view.get("buffer"))
        offset = whole(view.get("byteOffset", 0), "byteOffset", MOST_BYTES)
        length = whole(view.get("byteLength"), "byteLength", MOST_BYTES, least=1)
        if offset + length > len(data):
            raise FileBroken(_OUTSIDE.with_values(index=index), place=f"bufferViews[{index}]")
        return data[offset : offset + length]

    def _unpacked(self, packed: dict[str, object], index: int) -> bytes:
        """Undo EXT_meshopt_compression."""
        data = self._slice(packed, index)
        count = whole(packed.get("count"), "count", MOST_ELEMENTS, least=1)
        stride = whole(packed.get("byteStride"), "byteStride", 256, least=1)
        self._total += count
        if self._total > 4 * MOST_ELEMENTS:
            raise FileHostile(_TOO_MANY.with_values(limit=MOST_ELEMENTS), place=f"bufferViews[{index}]")
        mode = packed.get("mode")
        if mode == "ATTRIBUTES":
            unpacked = meshopt.decoded_vertices(data, count, stride)
            return meshopt.unfolded_exponents(unpacked) if packed.get("filter") == "EXPONENTIAL" else unpacked
        decode = {"TRIANGLES": meshopt.decoded_triangles, "INDICES": meshopt.decoded_indices}.get(str(mode))
        if decode is None or stride not in (2, 4):
            raise FileBroken(_WRONG.with_values(index=index), place=f"bufferViews[{index}]")
        return decode(data, count).astype("<u2" if stride == 2 else "<u4").tobytes()

    def _with_sparse(self, values: AnyArray, accessor: dict[str, object], index: int) -> AnyArray:
        """Put the exceptions of a sparse accessor in their places."""
        sparse = accessor["sparse"]
        places = sparse.get("indices") if isinstance(sparse, dict) else None
        news = sparse.get("values") if isinstance(sparse, dict) else None
        if not isinstance(sparse, dict) or not isinstance(places, dict) or not isinstance(news, dict):
            raise FileBroken(_WRONG.with_values(index=index), place=f"accessors[{index}]")
        count = whole(sparse.get("count"), "count", len(values), least=1)
        kind = places.get("componentType")
        if kind not in _INDEX_KINDS:
            raise FileBroken(_WRONG.with_values(index=index), place=f"accessors[{index}].sparse")
        offsets = [whole(part.get("byteOffset", 0), "byteOffset", MOST_BYTES) for part in (places, news)]
        at = self._strided(places.get("bufferView"), offsets[0], (count, 1), np.dtype(_KINDS[kind]), index)[:, 0]
        rows = at.astype(np.int64)
        if rows.max() >= len(values):
            raise FileBroken(_OUTSIDE.with_values(index=index), place=f"accessors[{index}].sparse")
        result = values.copy()
        result[rows] = self._strided(news.get("bufferView"), offsets[1], (count, values.shape[1]), values.dtype, index)
        return result
