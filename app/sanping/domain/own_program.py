"""How this program starts another process of itself: through Python, or, packed into one folder, as the same program.

A packed program has no Python to start. It runs one of its own modules when its first word is `MODULE_WORD`.
"""

import sys
from collections.abc import Mapping

MODULE_WORD = "--run-module"
WORKER_SIGN = "SANPING_IS_WORKER"
"""In the environment of a process that does one job and may be ended in the middle of it."""
RUNNABLE = frozenset(
    (
        "sanping.workers.child",
        "sanping.hub.child",
        "sanping.scene.probe",
        "sanping.ui.screens_probe",
        "sanping.bootstrap.conformance.hub_process",
    )
)


def is_packed() -> bool:
    """Say whether the program was packed into one folder."""
    return bool(getattr(sys, "frozen", False))


def sanping_command(*words: str) -> tuple[str, ...]:
    """Return the command line of `sanping WORDS` by the interpreter, or the packed program, that runs now."""
    return (sys.executable, *words) if is_packed() else (sys.executable, "-m", "sanping", *words)


def module_command(module: str, *words: str) -> tuple[str, ...]:
    """Return the command line that runs a module of ours with the folder it is started in left out of its imports.

    Raises `ValueError` for a module that is none of `RUNNABLE`.
    """
    if module not in RUNNABLE:
        raise ValueError(module)
    if is_packed():
        return (sys.executable, MODULE_WORD, module, *words)
    return (sys.executable, "-P", "-m", module, *words)


def environment_of_others(own: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which a program of the system finds its own libraries, and not those packed with us."""
    environment = dict(own)
    if is_packed():
        former = environment.pop("LD_LIBRARY_PATH_ORIG", None)
        environment.pop("LD_LIBRARY_PATH", None)
        if former:
            environment["LD_LIBRARY_PATH"] = former
    return environment
