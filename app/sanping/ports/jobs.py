"""Work in another process, with limits, progress and a way to stop it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sanping.ports.progress import Progress

R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a worker may use: address space, processor time and wall time."""

    memory_bytes: int = 4 << 30
    cpu_s: int = 600
    wall_s: float = 1200.0


class Jobs(Protocol):
    """Runs functions in worker processes."""

    def run(self, function: Callable[..., R], *arguments: object, progress: Progress, limits: Limits = Limits()) -> R:
        """Call `function(*arguments, progress)` in a fresh worker and return its result.

        `function` is importable by name; arguments and result travel pickled between our own processes.
        Raises what the function raised if it is a `SanpingError`, `Cancelled` within a second of the wish,
        `WorkerFailed` when the worker dies or passes a limit.
        """
