"""A layer whose tiles come while one looks at it: what the windows ask of it, and what they see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sanping.analysis.tile_choice import Gaze
from sanping.domain.city import Skipped
from sanping.domain.text import Text
from sanping.domain.tile import TileSet


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamState:
    """How a streamed layer stands: tiles on their way, wished for in all, loaded, drawn, and lost for good.

    `trouble` says what keeps tiles from coming, None while they do; it is tried again in `retry_s`. `error_px` is the
    screen-space error that memory allows at present.
    """

    loading: int = 0
    wanted: int = 0
    loaded: int = 0
    drawn: int = 0
    failed: int = 0
    used_bytes: int = 0
    error_px: float = 0.0
    trouble: Text | None = None
    retry_s: float = 0.0

    @property
    def is_settled(self) -> bool:
        """Nothing more comes for the present view, at least for now."""
        return not self.loading and not self.wanted


class TileStreaming(Protocol):
    """A streamed layer; `look` never waits for anything."""

    @property
    def parts(self) -> Mapping[int, TileSet]:
        """The loaded tiles by number, in order."""

    @property
    def drawn(self) -> tuple[int, ...]:
        """The tiles that are drawn now."""

    @property
    def whole(self) -> TileSet:
        """All loaded tiles as one model; there is always one."""

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was left out so far, and why."""

    @property
    def state(self) -> StreamState:
        """How it stands."""

    def look(self, gaze: Gaze) -> bool:
        """Look at it: take what has come, ask for what is missing; say whether `parts` or `drawn` changed."""

    def close(self) -> None:
        """Stop everything; the threads end as soon as they notice."""
