"""Keeps all streamed layers of a screen, and its own tiles beside them, to one budget."""

from collections.abc import Sequence

from sanping.analysis.stream_budget import Budget, Use, eased, superfluous
from sanping.analysis.tile_choice import Gaze
from sanping.commands.streamed_layer import Ration, TileStreaming


class SharedBudget:
    """Decides how sharp every layer of one screen may be; without I/O, used from one thread."""

    def __init__(self, budget: Budget | None = None) -> None:
        self.budget = Budget() if budget is None else budget
        self.error_px = self.budget.finest_px
        self._moment, self._share = 0, 0.0
        self._short_for = b""

    @property
    def is_settled(self) -> bool:
        """Another look at the same view would allow the same error."""
        return self._eased(self.error_px) == self.error_px

    @property
    def is_short(self) -> bool:
        """Something is shown coarser than it would be with a larger budget."""
        return self.error_px > self.budget.finest_px

    def held_bytes(self, streams: Sequence[TileStreaming]) -> int:
        """Return what the loaded tiles of streams take."""
        return sum(int(stream.holdings.sizes.sum()) for stream in streams)

    def look(
        self, gaze: Gaze, seen: Sequence[TileStreaming], hidden: Sequence[TileStreaming] = (), drawn: Use | None = None
    ) -> list[bool]:
        """Look at the layers that are `seen`, and say of each, and then of each that is `hidden`, whether it changed.

        Those that are hidden are the first to let tiles go. `drawn` is what the picture itself takes: graphics memory
        of all that is drawn, and memory of what it keeps for that beside the loaded tiles.
        """
        self._moment += 1
        drawn, streams = drawn or Use(), [*seen, *hidden]
        rest = max(0, self.budget.memory_bytes - drawn.memory_bytes)
        ration = Ration(error_px=self.error_px, moment=self._moment, has_room=self.held_bytes(seen) <= rest)
        has_changed = [stream.look(gaze, ration) for stream in seen] + [False] * len(hidden)
        held = [stream.holdings for stream in seen] + [stream.holdings.unseen for stream in hidden]
        for number, tiles in enumerate(superfluous(held, rest)):
            if len(tiles):
                streams[number].let_go(tiles)
                has_changed[number] = True
        # What is merely kept for later takes no room from what is looked at.
        memory_bytes = drawn.memory_bytes + sum(stream.holdings.needed_bytes for stream in seen)
        self._share = Use(graphics_bytes=drawn.graphics_bytes, memory_bytes=memory_bytes).share_of(self.budget)
        view = gaze.sight.planes.tobytes()
        if self._share > 1.0:
            self._short_for = view
        elif view != self._short_for:
            self._short_for = b""
        self.error_px = self._eased(self.error_px)
        return has_changed

    def _eased(self, error_px: float) -> float:
        """Return the error for the next look; a view that was too much once does not become finer again by itself."""
        eased_px = eased(error_px, self.budget.finest_px, self._share)
        return error_px if self._short_for and eased_px < error_px else eased_px
