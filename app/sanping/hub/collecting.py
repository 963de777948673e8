"""Has the interpreter look for garbage seldom in a hub: what is there stays, and a look at all of it stops everybody.

A thousand screens that each say that they saw a frame make thousands of short-lived values within a moment; with the
usual thresholds that makes the interpreter walk through everything again and again, for a tenth of a second each time.
What was freed goes back to the system meanwhile.
"""

import gc

from sanping.hub.freed_memory import GivingBack

SELDOM = (50_000, 20, 50)
_giving_back: list[GivingBack] = []  # of the whole process, as the thresholds are


def collect_seldom() -> tuple[int, int, int]:
    """Leave what is there now out of every later look, and look seldom; return the thresholds that held before."""
    before = gc.get_threshold()
    _giving_back.append(GivingBack())
    gc.freeze()
    gc.set_threshold(*SELDOM)
    gc.enable()
    return before


def collect_as(before: tuple[int, int, int]) -> None:
    """Look at everything again, as often as before."""
    while _giving_back:
        _giving_back.pop().stop()
    gc.set_threshold(*before)
    gc.unfreeze()
