"""Builds the shim of `fault_shim.c` and switches its faults: the disk of a program started later, its clock."""

import contextlib
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("fault_shim.c")
DISK_FAULTS = {"sync fails": "f", "writing fails": "w", "disk full": "s"}


class Shim:
    """The faults of one folder; `environment` is what a program needs to suffer them."""

    def __init__(self, library: Path, folder: Path, below: str) -> None:
        self._disk, self._clock = folder / "fault", folder / "clock"
        self._clock.write_bytes(bytes(8))
        self.environment = {
            "LD_PRELOAD": str(library), "SANPING_FAULT_DISK": str(self._disk), "SANPING_FAULT_ON": below,
            "SANPING_FAULT_CLOCK": str(self._clock),
        }  # fmt: skip

    def break_disk(self, how: str) -> None:
        """Let files below fail from now on."""
        draft = self._disk.with_suffix(".draft")
        draft.write_text(DISK_FAULTS[how])
        draft.replace(self._disk)

    def mend_disk(self) -> None:
        """Let everything work again."""
        self._disk.unlink(missing_ok=True)

    def set_clock(self, ahead_s: float) -> None:
        """Set the time of day so many seconds ahead of the real one."""
        with self._clock.open("r+b") as file:
            file.write(struct.pack("<q", round(ahead_s * 1e9)))

    @contextlib.contextmanager
    def around(self) -> Iterator[None]:
        """Have programs that are started meanwhile suffer it."""
        before = {name: os.environ.get(name) for name in self.environment}
        os.environ.update(self.environment)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def built(folder: Path) -> Path | None:
    """Return the compiled shim, None where it cannot be made: no compiler, or not this kind of system."""
    compiler = shutil.which("cc")
    library = folder / "fault_shim.so"
    if compiler is None or not Path("/proc/self/fd").exists():
        return None
    words = [compiler, "-O2", "-shared", "-fPIC", "-o", str(library), str(SOURCE), "-ldl"]
    return None if subprocess.run(words, check=False).returncode else library


def tried(run: Callable[[Path, Path], dict[str, Any]]) -> dict[str, Any] | None:
    """Return what `run(folder, library)` reports, with a home of its own; None where the shim cannot be built."""
    with tempfile.TemporaryDirectory(prefix="sanping-fault-") as name:
        library = built(Path(name))
        if library is None:
            return None
        os.environ["SANPING_HOME"] = str(Path(name) / "home")
        return run(Path(name), library)
