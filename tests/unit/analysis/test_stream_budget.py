"""`analysis.stream_budget`: one budget over all layers, the least useful goes first."""

import numpy as np
import pytest

from sanping.analysis.stream_budget import COARSEST_FACTOR, Budget, Holdings, Use, eased, superfluous


def held(tiles: list[int], sizes: list[int], last_used: list[int], kept: tuple[int, ...] = ()) -> Holdings:
    return Holdings(
        tiles=np.array(tiles, np.int64), sizes=np.array(sizes, np.int64), last_used=np.array(last_used, np.int64),
        is_kept=np.zeros(len(tiles), np.bool_), is_needed=np.isin(tiles, kept),
    )  # fmt: skip


def test_the_allowed_error_grows_over_the_budget_and_comes_back_in_room() -> None:
    assert eased(16.0, 16.0, 1.01) == pytest.approx(20.8)
    assert eased(1e6, 16.0, 1.01) == 16.0 * COARSEST_FACTOR
    assert eased(20.8, 16.0, 0.9) == 20.8
    assert eased(20.8, 16.0, 0.1) == pytest.approx(20.8 / 1.1)
    assert eased(16.1, 16.0, 0.1) == 16.0


def test_the_scarcer_of_graphics_memory_and_memory_decides() -> None:
    budget = Budget(graphics_bytes=100, memory_bytes=1000)

    assert Use(graphics_bytes=150, memory_bytes=500).share_of(budget) == 1.5
    assert Use(graphics_bytes=50, memory_bytes=1200).share_of(budget) == 1.2


def test_over_all_layers_what_was_unused_longest_goes_first_and_what_is_needed_stays() -> None:
    layers = [held([7, 8, 9], [40, 30, 10], [5, 1, 9], kept=(7,)), held([], [], []), held([2], [20], [2])]

    def going(most_bytes: int) -> list[list[int]]:
        return [tiles.tolist() for tiles in superfluous(layers, most_bytes)]

    assert going(100) == [[], [], []]
    assert going(75) == [[8], [], []]
    assert going(55) == [[8], [], [2]]
    assert going(5) == [[8, 9], [], [2]]
    assert superfluous([], 0) == []

    # and of a layer that nobody looks at, what it needed goes before anything else
    hidden = superfluous([layers[0].unseen, layers[2]], 30)
    assert [tiles.tolist() for tiles in hidden] == [[7, 8], []]
