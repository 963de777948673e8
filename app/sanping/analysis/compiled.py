"""Loops that numpy cannot say, compiled to machine code when they first run; the code is kept beside the module.

Such a function takes and gives plain arrays and numbers, and lets other threads run meanwhile. Importing it takes half
a second, so that only what computes imports it, and windows late.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Return the function as machine code."""
    made: F = numba.njit(function, cache=True, nogil=True, error_model="numpy")
    return made
