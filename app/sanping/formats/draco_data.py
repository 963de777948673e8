"""Unpacks Draco data, and tells those that were forged to keep the library busy.

Data for the texture coordinates of a few hundred corners may say that two thousand million turns follow. The library
believes it: nearly five seconds and 0.3 GB for two kilobytes. Nothing around that number can be checked without
decoding all that stands before it, so the time that was spent decides, after the first such data of a file.
A piece may hold many such numbers. The library cannot be told to stop, so a worker lets itself be ended in the midst of
a piece by the signal SIGPROF; a process with other work to do waits for the piece and refuses it then.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time
from typing import Any

import DracoPy

from sanping.domain.errors import FileHostile
from sanping.domain.own_program import WORKER_SIGN
from sanping.domain.text import Text

SLOWEST_S, SLOWEST_BYTE_S = 1.0, 5e-5
"""Sound data take some 0.3 µs a byte; even a hundred times that is far from here."""
LONGEST_S = 6.0
"""When a worker is ended, besides `SLOWEST_BYTE_S` a byte; one forged number takes up to 4.7 s."""

DRACO_FORGED = Text(
    "Draco 数据像是伪造的：字节很少，却让解码器长时间忙碌；为安全起见未载入。请向数据提供方核实",
    "The Draco data look forged: few bytes that keep the decoder busy for long; for safety they were not loaded. "
    "Ask whoever gave the file",
)


def unpacked_draco(data: bytes) -> Any:
    """Return what DracoPy makes of data: points, faces, attributes.

    Raises `FileHostile` with `DRACO_FORGED`, after which no more of the file should be tried, and plain exceptions of
    the library, of many kinds, for damaged data. In a worker data that go on for longer than `LONGEST_S` end it.
    """
    began_s = thread_time()
    try:
        with _ended_after(LONGEST_S + SLOWEST_BYTE_S * len(data)):
            return DracoPy.decode(data)
    finally:
        _refuse_slow(thread_time() - began_s, len(data))


@contextmanager
def _ended_after(most_s: float) -> Iterator[None]:
    """Let the system end this process, if it is a worker, once it has used so much processor time."""
    if WORKER_SIGN not in os.environ or not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, most_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


def _refuse_slow(took_s: float, size_bytes: int) -> None:
    if took_s > SLOWEST_S + SLOWEST_BYTE_S * size_bytes:
        raise FileHostile(DRACO_FORGED)
