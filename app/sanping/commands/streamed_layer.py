"""A layer whose tiles come while one looks at it: what the windows ask of it, and what they see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sanping.analysis.stream_budget import FINEST_PX, CountArray, Holdings
from sanping.analysis.tile_choice import Gaze
from sanping.domain.city import Skipped
from sanping.domain.text import Text
from sanping.domain.tile import TileSet

LOADED = Text(
    "{loaded} 块瓦片，已知共 {known} 块，显示 {drawn} 块", "{loaded} of {known} known tiles, {drawn} of them shown"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamState:
    """How a streamed layer stands: tiles on their way, wished for in all, loaded, drawn, and lost for good.

    `known` counts the tiles that are known to be there so far: files of tilesets below may tell of more.
    `trouble` says what keeps tiles from coming, None while they do; it is tried again in `retry_s`. `error_px` is the
    screen-space error that the budget of all layers allows at present.
    """

    loading: int = 0
    wanted: int = 0
    loaded: int = 0
    known: int = 0
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


def loaded_words(state: StreamState) -> Text:
    """Return how much of a streamed layer is loaded, of how much, and how much memory it takes."""
    share = LOADED.with_values(loaded=f"{state.loaded:,}", known=f"{state.known:,}", drawn=f"{state.drawn:,}")
    size = f"{state.used_bytes / 1e6:,.1f} MB"
    return Text(f"{share.zh}，{size}", f"{share.en}, {size}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ration:
    """What a layer may use of the budget of all: the error to allow, and whether more tiles may be asked for.

    `moment` counts the looks at all layers, so that it can be told which tiles were not looked at for longest; 0 for a
    layer that is alone.
    """

    error_px: float = FINEST_PX
    moment: int = 0
    has_room: bool = True


FREELY = Ration()


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
    def shown(self) -> TileSet:
        """What is drawn as one model, with the finest that is loaded where one does not look: nothing twice.

        It is what is searched, cut, measured and snapped to.
        """

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was left out so far, and why."""

    @property
    def state(self) -> StreamState:
        """How it stands."""

    @property
    def holdings(self) -> Holdings:
        """What the loaded tiles take."""

    def look(self, gaze: Gaze, ration: Ration = FREELY) -> bool:
        """Look at it: take what has come, ask for what is missing; say whether `parts` or `drawn` changed."""

    def let_go(self, tiles: CountArray) -> None:
        """Hold some of the loaded tiles no longer."""

    def close(self) -> None:
        """Stop everything; the threads end as soon as they notice."""
