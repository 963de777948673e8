"""Hubs above and below one another: what is new, what is known, and when another site counts as heard. Pure."""

from typing import Literal

import msgspec

from sanping.domain.site import NEVER, Cursor

FRESH_MS = 2_500

Verdict = Literal["new", "known", "gap"]


class Once:
    """Which numbered things have come, by site and epoch; each is new once. Numbers without gaps take no room."""

    def __init__(self) -> None:
        self._runs: dict[tuple[str, str], list[tuple[int, int]]] = {}

    def has(self, site: str, epoch: str, seq: int) -> bool:
        """Say whether it has come."""
        return any(first <= seq <= last for first, last in self._runs.get((site, epoch), ()))

    def is_new(self, site: str, epoch: str, seq: int) -> bool:
        """Note that it has come; False when it had."""
        if self.has(site, epoch, seq):
            return False
        first = last = seq
        apart = []
        for run in self._runs.get((site, epoch), ()):
            if run[1] == seq - 1:
                first = run[0]
            elif run[0] == seq + 1:
                last = run[1]
            else:
                apart.append(run)
        self._runs[site, epoch] = [*apart, (first, last)]
        return True


def verdict(cursor: Cursor, epoch: str, after: int, upto: int) -> Verdict:
    """Say what numbers after `after` up to `upto` are to who has heard up to a cursor.

    A log begun anew has another epoch and starts at 0. "gap": something between is missing, or part of it is known.
    """
    known = cursor.seq if cursor.epoch == epoch else 0
    if upto <= known:
        return "known"
    return "new" if after == known else "gap"


def is_heard(heard_ms: int, now_ms: int) -> bool:
    """Say whether a site that was last heard at a moment may be shown as linked; both of one clock, 0 is never."""
    return heard_ms != NEVER and now_ms - heard_ms <= FRESH_MS


def moved(cursor: Cursor, epoch: str, upto: int) -> Cursor:
    """Return a cursor after numbers up to `upto` were taken."""
    return msgspec.structs.replace(cursor, epoch=epoch, seq=upto)
