"""Counts the colours of a picture, as whole numbers: sorting rows of four bytes takes fifty times as long."""

from typing import Any

import numpy as np


def colours_in(picture: Any) -> int:
    """Return how many colours a picture (rows, columns, 4) of bytes holds."""
    return len(np.unique(np.ascontiguousarray(picture).view(np.uint32)))
