"""Runs a hub that notes what its memory is made of: `python benchmarks/hub_memory.py NOTES hub TWIN …`.

It is `python -m sanping hub TWIN …` with a thread beside, which appends a line of JSON to NOTES every `EVERY_S`. In MB:
`python` the arenas of Python's small objects, `duckdb` what the history's engine accounts for, `rest` what else is
resident (code, larger objects, what allocators hold), and of that `free`, which the C library holds for nobody.
"""

import contextlib
import ctypes
import json
import os
import re
import runpy
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from sanping.storage.duckdb_history import DuckDbHistory

EVERY_S = 5.0
PARTS = ("python", "duckdb", "rest", "free")
_MEMORY = "select coalesce(sum(memory_usage_bytes), 0) from duckdb_memory()"
_ARENAS = re.compile(rb"arenas \* \d+ bytes/arena\s*=\s*([\d,]+)")
_FIELDS = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")


class _Given(ctypes.Structure):
    """What `mallinfo2` of glibc tells."""

    _fields_ = tuple((name, ctypes.c_size_t) for name in _FIELDS)


def main() -> None:
    notes, *words = sys.argv[1:]
    histories: list[DuckDbHistory] = []
    opened = DuckDbHistory._open

    def open_noted(history: DuckDbHistory) -> None:
        opened(history)
        histories[:] = [history]

    DuckDbHistory._open = open_noted  # type: ignore[method-assign]
    threading.Thread(target=_note, args=(Path(notes), histories), daemon=True).start()
    sys.argv = ["sanping", *words]
    try:
        runpy.run_module("sanping", run_name="__main__", alter_sys=False)
    finally:
        histories.clear()


def _note(notes: Path, histories: list[DuckDbHistory]) -> None:
    with notes.open("a", encoding="ascii", buffering=1) as file:
        while True:
            with contextlib.suppress(Exception):  # the file is being opened again: the next turn will do
                file.write(json.dumps(_looked(histories)) + "\n")
            time.sleep(EVERY_S)


def _looked(histories: list[DuckDbHistory]) -> dict[str, float]:
    resident = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    python, duckdb = _arenas(), sum(_engine(history) for history in histories)
    bytes_of = {"python": python, "duckdb": duckdb, "rest": resident - python - duckdb, "free": _free()}
    return {"at_s": time.monotonic()} | {name: round(count / 1e6, 2) for name, count in bytes_of.items()}


def _engine(history: DuckDbHistory) -> int:
    with contextlib.closing(history._database.cursor()) as asking:
        (found,) = asking.execute(_MEMORY).fetchone() or (0,)
        return int(found)


def _arenas() -> int:
    """Read what Python says on the standard error; what others say there in that millisecond is lost."""
    with tempfile.TemporaryFile() as file:
        usual = os.dup(2)
        try:
            os.dup2(file.fileno(), 2)
            sys._debugmallocstats()
        finally:
            os.dup2(usual, 2)
            os.close(usual)
        file.seek(0)
        found = _ARENAS.search(file.read())
    return int(found[1].replace(b",", b"")) if found else 0


def _free() -> int:
    library: Any = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        return 0
    library.mallinfo2.restype = _Given
    return int(library.mallinfo2().fordblks)


if __name__ == "__main__":
    main()
