"""What a decoder tells a person about bytes: one frame, or one stretch of rubbish, at a time.

A decodable adapter's `decode` module offers `explain(data: bytes) -> Iterator[Explained]`.
"""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from sanping.domain.observation import Observation

FieldValue = str | int | float | list[str | int | float]


class Explained(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One frame of a protocol, or bytes that are none, ready for JSON.

    `offset` is where it starts in the data and `size` how many bytes it takes. `frame` shows it: as text for a text
    protocol, as hexadecimal digits (upper case, without blanks) for a binary one; long frames may be cut, with "…".
    `fields` are what the frame says by the names of its protocol, in its order; `observations` what it measured, in our
    units. `crc_ok` is None where there is none to check. `error` says in one sentence (Chinese first, then English
    after " / ") why the frame is not good; empty for a good one. A frame can have an `error` and observations.
    """

    offset: int
    size: int
    frame: str
    fields: dict[str, FieldValue] = {}
    observations: tuple[Observation, ...] = ()
    crc_ok: bool | None = None
    error: str = ""


class Explain(Protocol):
    """Explains all of `data`, in order, without a gap; never raises, whatever the bytes."""

    def __call__(self, data: bytes) -> Iterator[Explained]:
        """Yield one `Explained` for each frame and each stretch of bytes between frames."""
