"""Reads a long span of a history in slices of time, so that whoever stops early has paid for little more."""

from collections.abc import Callable, Iterator, Sequence

from sanping.domain.observation import Observation

_FIRST_SLICE_MS, _LEAST_SLICE_MS = 300_000, 1000


def sliced(
    span: tuple[int, int],
    count: Callable[[int, int], int],
    read: Callable[[int, int], list[Observation]],
    batch: int,
) -> Iterator[Sequence[Observation]]:
    """Yield what `read` finds in a span, both ends included, in batches.

    Slices are widened and narrowed so that none holds many times `batch`; `count` says how many rows one would hold.
    """
    at_ms, to_ms = span
    width_ms = _FIRST_SLICE_MS
    while at_ms <= to_ms:
        until_ms = min(at_ms + width_ms - 1, to_ms)
        rows = count(at_ms, until_ms)
        if rows > 4 * batch and width_ms > _LEAST_SLICE_MS:
            width_ms = max(width_ms * batch // rows, _LEAST_SLICE_MS)
            continue
        found = read(at_ms, until_ms) if rows else []
        yield from (found[begin : begin + batch] for begin in range(0, len(found), batch))
        at_ms = until_ms + 1
        width_ms *= 2 if 2 * rows < batch else 1
