"""What parent and worker say to each other, and what the parent believes.

Messages are pickles over a private socket pair between our own two processes, made by `multiprocessing.connection`.
The worker opens foreign files, and a hostile file may take a worker over through a hole in a C library. The parent
therefore unpickles answers with a reader that knows only plain values, arrays, paths, dates, our own frozen values and
errors; it never imports or calls anything else that an answer names.
"""

import copyreg
import dataclasses
import importlib
import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ports.jobs import Limits

_PLAIN: dict[str, frozenset[str]] = {
    "builtins": frozenset({"set", "frozenset", "complex", "slice", "range", "bytearray"}),
    "collections": frozenset({"OrderedDict", "Counter", "deque"}),
    "datetime": frozenset({"date", "datetime", "time", "timedelta", "timezone"}),
    "pathlib": frozenset({"Path", "PosixPath", "PurePath", "PurePosixPath", "WindowsPath", "PureWindowsPath"}),
    "numpy": frozenset({"ndarray", "dtype"}),
    "numpy.core.multiarray": frozenset({"_reconstruct", "scalar"}),
    "numpy._core.multiarray": frozenset({"_reconstruct", "scalar"}),
    "numpy._core.numeric": frozenset({"_frombuffer"}),
    "numpy.core.numeric": frozenset({"_frombuffer"}),
}
_OURS = "sanping."
_ERROR_BUILDER = ("sanping.domain.errors", "_rebuilt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """First word to a worker: where to import from, and what to import while it waits."""

    import_paths: tuple[str, ...]
    preload: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to call, with which arguments, within which limits."""

    function: Callable[..., object]
    arguments: tuple[object, ...]
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The worker waits for a job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """How far the job is."""

    fraction: float
    doing: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The job's result."""

    result: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The job ended with one of our own errors."""

    error: SanpingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Broke:
    """The job ended with an error nobody planned for: its last line and where it happened."""

    summary: str
    trace: str
    is_memory: bool


def packed(message: object) -> bytes:
    """Return a message as bytes; other libraries have no say in how our errors are written."""
    written = io.BytesIO()
    pickler = pickle.Pickler(written, protocol=5)
    pickler.dispatch_table = {kind: way for kind, way in copyreg.dispatch_table.items() if not _is_error(kind)}
    pickler.dump(message)
    return written.getvalue()


def believed(message: bytes) -> object:
    """Return the worker's message; raises `pickle.UnpicklingError` for anything but plain values of ours."""
    return _Believing(io.BytesIO(message)).load()


class _Believing(pickle.Unpickler):
    """Reads only names that cannot do harm."""

    def find_class(self, module: str, name: str) -> object:
        if name in _PLAIN.get(module, ()):
            return super().find_class(module, name)
        if (module, name) == ("builtins", "getattr"):
            return _member  # Python before 3.11.4 writes a member of an enumeration as getattr(kind, name)
        if module.startswith(_OURS):
            found = getattr(importlib.import_module(module), name, None)
            if _is_value(found) or (module, name) == _ERROR_BUILDER:
                return found
        text = f"{module}.{name} is no plain value"
        raise pickle.UnpicklingError(text)


def _member(kind: object, name: str) -> Enum:
    """Return a member of an enumeration, and nothing else that `getattr` could reach."""
    if isinstance(kind, type) and issubclass(kind, Enum) and name in kind.__members__:
        return kind[name]
    text = f"{name} of {kind!r} is no plain value"
    raise pickle.UnpicklingError(text)


def _is_error(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseException)


def _is_value(found: object) -> bool:
    if not isinstance(found, type):
        return False
    return dataclasses.is_dataclass(found) or issubclass(found, SanpingError | Enum)
