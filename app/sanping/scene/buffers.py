"""How much of a city stays in the buffers of the graphics card: what has not been drawn for longest goes first."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

MOST_BYTES = 2 << 30
"""Half of a card with 4 GB; a million blocks take some 0.3 GB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    bytes: int
    let_go: Callable[[], bool]


class BufferBudget:
    """Counts the meshes that layers hold, and asks for those back that were made or drawn longest ago.

    `let_go` of a mesh gives it back and says so, or says False for one that is being drawn: that stays, whatever the
    budget. A mesh that was given back is made again when it is next seen.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._held: dict[Hashable, _Held] = {}
        self.used_bytes = 0

    def hold(self, key: Hashable, size_bytes: int, let_go: Callable[[], bool]) -> None:
        """Count a new mesh, and have old ones go where it is too much."""
        self.drop(key)
        self._held[key] = _Held(bytes=size_bytes, let_go=let_go)
        self.used_bytes += size_bytes
        if self.used_bytes > self.most_bytes:
            self._trim(key, self.most_bytes)

    def drawn(self, key: Hashable) -> None:
        """Say that a mesh is drawn, or was until now."""
        held = self._held.pop(key, None)
        if held is not None:
            self._held[key] = held

    def drop(self, key: Hashable) -> None:
        """Count a mesh no longer; nothing happens when it was not."""
        held = self._held.pop(key, None)
        if held is not None:
            self.used_bytes -= held.bytes

    def has_room(self, key: Hashable, more_bytes: int) -> bool:
        """Say whether what is held under a key may grow, after others were asked to go."""
        if self.used_bytes + more_bytes > self.most_bytes:
            self._trim(key, self.most_bytes - more_bytes)
        return self.used_bytes + more_bytes <= self.most_bytes

    def limit(self, most_bytes: int) -> None:
        """Keep to another budget from now on."""
        self.most_bytes = most_bytes
        self._trim(None, most_bytes)

    def _trim(self, newest: Hashable, most_bytes: int) -> None:
        for key, held in list(self._held.items()):
            if self.used_bytes <= most_bytes:
                return
            if key != newest and held.let_go():
                self.drop(key)
