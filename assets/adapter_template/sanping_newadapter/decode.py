"""From bytes to observations: pure, and raising nothing but `FrameBroken`."""

from collections.abc import Iterator

from sanping.domain.observation import Observation
from sanping.ports.explain import Explained


def decode(frame: bytes, now_ms: int) -> tuple[Observation, ...]:
    """Return what one whole frame measured. Raises `FrameBroken`."""
    raise NotImplementedError("decode.py: read one frame")


def explain(data: bytes) -> Iterator[Explained]:
    """Explain all of `data` for a person, frame by frame; never raises."""
    raise NotImplementedError("decode.py: explain frames")
