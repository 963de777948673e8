"""A tileset whose tiles come while one looks at it: asks for what a view wants, and holds it until it is let go."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sanping.analysis.stream_budget import FINEST_PX, CountArray, Holdings
from sanping.analysis.tile_choice import ABSENT, ASKED, FAILED, LOADED, Choice, Gaze, chosen, standing_for_loaded
from sanping.analysis.tile_tree import Branch, TileTree, grafted
from sanping.commands.streamed_layer import FREELY, Ration, StreamState
from sanping.domain.city import Skipped
from sanping.domain.errors import FileBroken, FileHostile, SanpingError
from sanping.domain.geo import Extent, UInt8Array
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.progress import Progress
from sanping.ports.tile_source import TileSource
from sanping.tiles.joined import joined
from sanping.tiles.supply import Delivery, Supply

MOST_TILES = 2_000_000
FIRST_AT_ONCE = 4
LONGEST_PAUSE_S = 60.0
_TICK_S = 0.02
_MOST_REASONS, _MOST_EXAMPLES = 50, 5

_FIRST = Text("读取最粗的瓦片", "Reading the coarsest tiles")
_NO_CONTENT = Text(
    "瓦片集只有描述（元数据），没有任何可读的瓦片内容",
    "The tileset is a description alone: no tile has content that can be read",
)
_TOO_MANY = Text("瓦片超过 {limit} 个；请分块", "There are more than {limit} tiles; split the tileset")
_STILL_THERE = Text("瓦片未能到达：{reason}", "a tile did not come: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamBudget:
    """What a streamed layer may use for itself; memory it shares with all others (`analysis.stream_budget`).

    `most_open` tiles are on their way at a time, fetched or being read. A tile costs `least_bytes` however small it is.
    """

    most_requests: int = 6
    most_open: int = 32
    least_bytes: int = 2 << 20


_USUAL = StreamBudget()


class TileStream:
    """Implements `TileStreaming`; used from one thread. `begin` waits for the first tiles, which then always stay."""

    def __init__(
        self, first: Branch, supply: Supply, budget: StreamBudget = _USUAL, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._tree, self._sources = first.tree, list(first.sources)
        self._supply, self._budget, self._now = supply, budget, now
        count = len(self._tree)
        self._state: UInt8Array = np.full(count, ABSENT, np.uint8)
        self._last_used = np.zeros(count, np.int64)
        self._sizes = np.zeros(count, np.int64)
        self._is_kept = np.zeros(count, np.bool_)
        self._parts: dict[int, TileSet] = {}
        self._drawn: tuple[int, ...] = ()
        self._whole: TileSet | None = None
        self._shown: TileSet | None = None
        self._skips: dict[Text, tuple[int, tuple[str, ...]]] = {}
        self._error_px, self._looks, self._wanted = FINEST_PX, 0, 0
        self._failures, self._retry_at = 0, 0.0
        self._trouble: Text | None = None
        self._note_skips(first.skipped)

    @property
    def parts(self) -> Mapping[int, TileSet]:
        """The loaded tiles by number, in order."""
        return self._parts

    @property
    def drawn(self) -> tuple[int, ...]:
        """The tiles that are drawn now."""
        return self._drawn

    @property
    def tree(self) -> TileTree:
        """What is known of the tileset so far."""
        return self._tree

    @property
    def whole(self) -> TileSet:
        """All loaded tiles as one model; valid after `begin`."""
        if self._whole is None:
            parts = joined(list(self._parts.values()))
            self._whole = replace(parts, extent=self._extent(parts.extent))
        return self._whole

    @property
    def shown(self) -> TileSet:
        """What is drawn as one model, with the finest that is loaded where one does not look: nothing twice."""
        if self._shown is None:
            tiles = standing_for_loaded(self._tree, self._state, np.array(self._drawn, np.int64)).tolist()
            parts = joined([self._parts[tile] for tile in tiles if tile in self._parts] or list(self._parts.values()))
            self._shown = replace(parts, extent=self._extent(parts.extent))
        return self._shown

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What was left out so far, and why."""
        return tuple(
            Skipped(reason=reason, count=count, examples=examples) for reason, (count, examples) in self._skips.items()
        )

    @property
    def state(self) -> StreamState:
        """How it stands."""
        return StreamState(
            loading=len(self._supply.open_wishes),
            wanted=self._wanted,
            loaded=len(self._parts),
            known=int(np.count_nonzero(self._tree.has_content | self._tree.is_closed)),
            drawn=len(self._drawn),
            failed=int(np.count_nonzero(self._state == FAILED)),
            used_bytes=int(self._sizes.sum()),
            error_px=self._error_px,
            trouble=self._trouble,
            retry_s=max(0.0, self._retry_at - self._now()) if self._trouble is not None else 0.0,
        )

    def begin(self, progress: Progress) -> None:
        """Wait for the coarsest tiles there are.

        Raises the error that keeps them away, `FileBroken` when the tileset has none, `Cancelled`.
        """
        last: SanpingError | None = None
        while not self._parts:
            progress.report(0.5, _FIRST)
            waiting = self._coarsest()
            if not waiting and not self._supply.open_wishes:
                raise last or FileBroken(_NO_CONTENT)
            for tile in waiting:
                self._ask(tile)
            time.sleep(_TICK_S)
            for delivery in self._supply.deliveries():
                self._take(delivery)
                last = delivery.error or last
                if delivery.error is not None and delivery.may_pass:
                    raise delivery.error
        self._is_kept[list(self._parts)] = True
        self._drawn = tuple(self._parts)

    @property
    def holdings(self) -> Holdings:
        """What the loaded tiles take."""
        held = np.array(list(self._parts), np.int64)
        return Holdings(
            tiles=held,
            sizes=self._sizes[held],
            last_used=self._last_used[held],
            is_kept=self._is_kept[held],
            is_needed=np.isin(held, self._drawn) | (self._last_used[held] == self._looks),
        )

    def look(self, gaze: Gaze, ration: Ration = FREELY) -> bool:
        """Look at it: take what has come, ask for what is missing; say whether `parts` or `drawn` changed."""
        self._looks, self._error_px = ration.moment or self._looks + 1, ration.error_px
        has_changed = False
        for delivery in self._supply.deliveries():
            has_changed |= self._take(delivery)
        choice = chosen(self._tree, self._state, gaze, self._error_px)
        self._last_used[choice.needed] = self._looks
        self._take_back(choice)
        self._ask_for(choice, has_room=ration.has_room)
        drawn = tuple(sorted(choice.drawn.tolist()))
        has_changed |= drawn != self._drawn
        self._drawn = drawn
        self._shown = None if has_changed else self._shown
        return has_changed

    def let_go(self, tiles: CountArray) -> None:
        """Hold some of the loaded tiles no longer."""
        self._state[tiles], self._sizes[tiles], self._whole, self._shown = ABSENT, 0, None, None
        gone = set(tiles.tolist())
        self._parts = {tile: part for tile, part in self._parts.items() if tile not in gone}
        self._drawn = tuple(tile for tile in self._drawn if tile not in gone)

    def close(self) -> None:
        """Stop everything; the threads end as soon as they notice."""
        self._supply.close()

    def _coarsest(self) -> list[int]:
        """Return tiles nearest to the root that may hold something, unless such are on their way."""
        if self._supply.open_wishes:
            return []
        holds = (self._tree.has_content | self._tree.is_closed) & (self._state == ABSENT)
        found = np.flatnonzero(holds)[:FIRST_AT_ONCE]
        siblings: list[int] = found[self._tree.parent[found] == self._tree.parent[found[:1]]].tolist()
        return siblings

    def _ask(self, tile: int) -> None:
        self._state[tile] = ASKED
        self._supply.ask(tile, self._sources[tile])

    def _ask_for(self, choice: Choice, *, has_room: bool) -> None:
        """Ask for the most urgent tiles, as many as may be on their way; none while the server is left alone."""
        self._wanted = len(choice.wanted)
        if self._now() < self._retry_at:
            return
        room = self._budget.most_open - len(self._supply.open_wishes)
        # After a failure one tile tries the way before all do.
        room = min(room, 1 - len(self._supply.open_wishes)) if self._failures else room
        for tile in choice.wanted[: max(0, room)].tolist() if has_room else []:
            self._ask(tile)
            self._wanted -= 1

    def _take_back(self, choice: Choice) -> None:
        """Stop what is on its way and no longer looked at."""
        needed = np.zeros(len(self._tree), np.bool_)
        needed[choice.needed] = True
        for tile in self._supply.open_wishes:
            if not needed[tile] and self._state[tile] == ASKED:
                self._supply.take_back(tile)

    def _take(self, delivery: Delivery) -> bool:
        """Take what came; say whether it is something to see."""
        tile = delivery.tile
        self._note_skips(delivery.skipped)
        if delivery.error is not None:
            self._miss(delivery, delivery.error)
            return False
        if delivery.tiles is None and delivery.read is None:
            self._state[tile] = ABSENT
            return False
        self._failures, self._trouble = 0, None
        if delivery.read is not None and delivery.read.branch is not None:
            self._graft(tile, delivery.read.branch)
            return False
        if delivery.tiles is not None:
            self._state[tile], self._whole = LOADED, None
            self._sizes[tile] = max(delivery.size_bytes, self._budget.least_bytes)
            self._last_used[tile] = self._looks
            self._parts = dict(sorted({**self._parts, tile: delivery.tiles}.items()))
        return True

    def _miss(self, delivery: Delivery, error: SanpingError) -> None:
        tile = delivery.tile
        if not delivery.may_pass:
            self._state[tile] = FAILED
            self._count(_STILL_THERE.with_values(reason=error.message), self._name(tile))
            return
        self._state[tile], self._trouble = ABSENT, error.message
        if self._now() >= self._retry_at:
            self._retry_at = self._now() + min(LONGEST_PAUSE_S, 2.0**self._failures)
            self._failures += 1

    def _graft(self, tile: int, branch: Branch) -> None:
        if len(self._tree) + len(branch.tree) > MOST_TILES:
            self._state[tile] = FAILED
            error = FileHostile(_TOO_MANY.with_values(limit=MOST_TILES))
            self._count(error.message, self._name(tile))
            return
        was_passage = bool(self._tree.is_passage[tile])
        self._tree = grafted(self._tree, tile, branch.tree)
        self._sources[tile] = replace(self._sources[tile], opens=None) if was_passage else branch.sources[0]
        self._sources += branch.sources[0 if was_passage else 1 :]
        more = len(self._tree) - len(self._state)
        self._state[tile] = ABSENT
        self._state = np.concatenate([self._state, np.full(more, ABSENT, np.uint8)])
        self._last_used = np.concatenate([self._last_used, np.zeros(more, np.int64)])
        self._sizes = np.concatenate([self._sizes, np.zeros(more, np.int64)])
        self._is_kept = np.concatenate([self._is_kept, np.zeros(more, np.bool_)])

    def _extent(self, of_parts: Extent) -> Extent:
        """Return the box of the root, no higher than what is loaded; that of the parts where the root has none."""
        low, high = (corner[0] for corner in self._tree.volumes.corners)
        if not np.isfinite([low, high]).all() or float(np.abs(high - low).max()) > 1e6:
            return of_parts
        return Extent(
            west=min(float(low[0]), of_parts.west), south=min(float(low[1]), of_parts.south),
            east=max(float(high[0]), of_parts.east), north=max(float(high[1]), of_parts.north),
            bottom=of_parts.bottom, top=of_parts.top,
        )  # fmt: skip

    def _name(self, tile: int) -> str:
        source: TileSource = self._sources[tile]
        address = source.opens.address if source.opens is not None else (*source.addresses, "")[0]
        return address[-80:]

    def _note_skips(self, skipped: tuple[Skipped, ...]) -> None:
        for entry in skipped:
            for example in entry.examples[:1] or ("",):
                self._count(entry.reason, example, entry.count)

    def _count(self, reason: Text, example: str, count: int = 1) -> None:
        if reason not in self._skips and len(self._skips) >= _MOST_REASONS:
            return
        so_far, examples = self._skips.get(reason, (0, ()))
        named = examples if len(examples) >= _MOST_EXAMPLES else (*dict.fromkeys((*examples, example)),)
        self._skips[reason] = (so_far + count, named)
