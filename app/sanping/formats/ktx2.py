"""Pictures in KTX 2 files (Khronos KTX 2.0): ETC1S and UASTC of Basis Universal, and plain RGB or RGBA."""

import struct

import numpy as np
import pyarrow as pa

from sanping.domain.geo import UInt8Array
from sanping.domain.texture import MOST_PICTURE_PIXELS

MAGIC = b"\xabKTX 20\xbb\r\n\x1a\n"
_HEADER = struct.Struct("<9I16xQQ")
_LEVEL = struct.Struct("<3Q")
_PLAIN = {23: 3, 29: 3, 37: 4, 43: 4}
"""Channels of the Vulkan formats R8G8B8 and R8G8B8A8, linear and sRGB."""
_UNPACKED, _ZSTANDARD = 0, 2


def pixels_of(data: bytes) -> UInt8Array | None:
    """Return the pixels (rows, columns, 3 or 4) of the largest level; None for a file that is of no use."""
    try:
        kind, _, columns, rows, _, _, _, _, packing, *_ = _HEADER.unpack_from(data, len(MAGIC))
        if not 0 < columns * max(1, rows) <= MOST_PICTURE_PIXELS:
            return None
        if kind in _PLAIN:
            return _plain(data, (max(1, rows), columns, _PLAIN[kind]), packing)
        import opengl_basisu  # noqa: PLC0415  only pictures packed so need it

        texture = opengl_basisu.open(data)
        if texture.width * texture.height > MOST_PICTURE_PIXELS:
            return None
        image = np.asarray(texture.transcode("rgba8").data, dtype=np.uint8)
        return image if texture.has_alpha else np.ascontiguousarray(image[..., :3])
    except Exception:  # whatever a broken picture leads to
        return None


def _plain(data: bytes, shape: tuple[int, int, int], packing: int) -> UInt8Array | None:
    """Return the pixels of a level that is stored as it is, or packed with Zstandard."""
    start, length, whole = _LEVEL.unpack_from(data, len(MAGIC) + _HEADER.size)
    wanted = shape[0] * shape[1] * shape[2]
    stored = data[start : start + length]
    if packing == _ZSTANDARD and whole == wanted:
        stored = pa.decompress(stored, decompressed_size=wanted, codec="zstd", asbytes=True)
    elif packing != _UNPACKED:
        return None
    return np.frombuffer(stored[:wanted], np.uint8).reshape(shape)
