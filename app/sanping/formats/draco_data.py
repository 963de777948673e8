"""Unpacks Draco data, and tells those that were forged to keep the library busy.

Data for the texture coordinates of a few hundred corners may say that two thousand million turns follow. The library
believes it: nearly five seconds and 0.3 GB for two kilobytes. Nothing around that number can be checked without
decoding all that stands before it, so the time that was spent decides, after the first such data of a file.
"""

from time import thread_time
from typing import Any

import DracoPy

from sanping.domain.errors import FileHostile
from sanping.domain.text import Text

SLOWEST_S, SLOWEST_BYTE_S = 1.0, 5e-5
"""Sound data take some 0.3 µs a byte; even a hundred times that is far from here."""

DRACO_FORGED = Text(
    "Draco 数据像是伪造的：字节很少，却让解码器长时间忙碌；为安全起见未载入。请向数据提供方核实",
    "The Draco data look forged: few bytes that keep the decoder busy for long; for safety they were not loaded. "
    "Ask whoever gave the file",
)


def unpacked_draco(data: bytes) -> Any:
    """Return what DracoPy makes of data: points, faces, attributes.

    Raises `FileHostile` with `DRACO_FORGED`, after which no more of the file should be tried, and plain exceptions of
    the library, of many kinds, for damaged data.
    """
    began_s = thread_time()
    try:
        return DracoPy.decode(data)
    finally:
        _refuse_slow(thread_time() - began_s, len(data))


def _refuse_slow(took_s: float, size_bytes: int) -> None:
    if took_s > SLOWEST_S + SLOWEST_BYTE_S * size_bytes:
        raise FileHostile(DRACO_FORGED)
