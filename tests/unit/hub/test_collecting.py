"""Garbage is looked for seldom while a hub serves, and as before when it has ended."""

import gc
import threading

from sanping.hub.collecting import SELDOM, collect_as, collect_seldom


def test_garbage_is_looked_for_seldom_until_the_hub_has_ended() -> None:
    # given the usual thresholds
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()

    # when a hub serves, and ends
    before = collect_seldom()
    during, held = gc.get_threshold(), gc.get_freeze_count()
    threads = {thread.name for thread in threading.enumerate()}
    collect_as(before)

    # then what was there is left out meanwhile, and all is as it was
    assert (before, during) == (usual, SELDOM)
    assert "freed-memory" in threads
    assert "freed-memory" not in {thread.name for thread in threading.enumerate()}
    assert held > frozen
    assert gc.get_threshold() == usual
    assert gc.isenabled()


def test_what_refers_to_itself_is_still_found() -> None:
    # given a hub that serves
    before = collect_seldom()
    found: list[int] = []

    class Knot:
        def __init__(self) -> None:
            self.self = self

        def __del__(self) -> None:
            found.append(1)

    # when knots are tied and forgotten, more than are waited for
    for _ in range(SELDOM[0] + 1_000):
        Knot()
    collect_as(before)

    # then most of them are gone without being asked for
    assert len(found) > SELDOM[0] // 4
    gc.collect()
