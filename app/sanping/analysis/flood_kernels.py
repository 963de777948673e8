"""How water spreads from cell to cell: the innermost loops, compiled. `inundation.py` says what the arrays are.

Sixty-four neighbours of a row are the bits of one number, the westernmost its lowest: a whole terrain fits into the
memory next to the processor, and one addition wets a run of cells. Rows are visited downwards and upwards as long as
one of them waits for water. Each visit wets at least one run of cells, so that even a maze ends soon.
"""

from typing import Any

import numpy as np

from sanping.analysis.compiled import compiled

BITS = 64
_ONE, _NONE, _LAST = np.uint64(1), np.uint64(0), np.uint64(63)
_STEPS = 4096


def words_of(columns: int) -> int:
    """Return how many numbers hold the bits of one row."""
    return -(-columns // BITS)


@compiled
def covering(heights: Any, levels: Any, found: Any) -> None:
    """Write for each cell (r, c) the row of the first of rising `levels` above its ground; their number where none is.

    `heights` and `levels` have the same type.
    """
    rows, columns = heights.shape
    count, low, high = len(levels), levels[0], levels[-1]
    scale = (_STEPS - 1) / max(high - low, 1e-9)
    guess = np.searchsorted(levels, low + np.arange(_STEPS) / scale, side="right")
    for row in range(rows):
        for column in range(columns):
            height = heights[row, column]
            level = count
            if height < high:  # an unknown height is not below anything
                level = 0
                if height >= low:
                    level = guess[int((height - low) * scale)]
                    while level > 0 and height < levels[level - 1]:
                        level -= 1
                    while height >= levels[level]:
                        level += 1
            found[row, column] = level


@compiled
def below(values: Any, limit: Any, bits: Any) -> None:
    """Set the bits (r, w) of the values (r, c) that are less than a limit of their type."""
    rows, columns = values.shape
    for row in range(rows):
        for word in range(columns // BITS):
            found = _NONE
            for bit in range(BITS):
                found |= np.uint64(values[row, word * BITS + bit] < limit) << np.uint64(bit)
            bits[row, word] = found
        if columns % BITS:
            first, found = columns // BITS * BITS, _NONE
            for bit in range(columns - first):
                found |= np.uint64(values[row, first + bit] < limit) << np.uint64(bit)
            bits[row, first // BITS] = found


@compiled
def lap(dry: Any, wet: Any, waits: Any) -> None:
    """Let the dry cells wait that lie beside wet ones; all three are bits (r, w)."""
    rows, words = dry.shape
    for row in range(rows):
        for word in range(words):
            here = wet[row, word]
            beside = here << _ONE | here >> _ONE
            if word > 0:
                beside |= wet[row, word - 1] >> _LAST
            if word < words - 1:
                beside |= wet[row, word + 1] << _LAST
            if row > 0:
                beside |= wet[row - 1, word]
            if row < rows - 1:
                beside |= wet[row + 1, word]
            waits[row, word] |= beside & dry[row, word]


@compiled
def _run_down(cells: Any, dry: Any) -> Any:
    """Return cells of one number with all dry ones that they reach towards its lowest bit."""
    for shift in (1, 2, 4, 8, 16, 32):
        by = np.uint64(shift)
        cells |= dry & (cells >> by)
        dry &= dry >> by
    return cells


@compiled
def _fill_row(dry: Any, waits: Any, fresh: Any, span: Any) -> None:
    """Wet what waits in one row (w,) and all that it reaches there; `fresh` (w,) is what got wet.

    `span` is the first and last number that waits, and afterwards that got wet.
    """
    words, first, last = len(dry), span[0], span[1]
    carry, word = _NONE, first
    while word < words and (word <= last or carry):
        free = dry[word]
        begun = (waits[word] | carry) & free
        waits[word], carry, fresh[word] = _NONE, _NONE, _NONE
        if begun:
            # The carry of an addition runs along the dry cells above each one where it begins.
            more = (free & ~(free + begun)) | begun
            if (more >> _ONE) & free & ~more:
                more = _run_down(more, free)
            fresh[word] = more
            dry[word] = free & ~fresh[word]
            carry = fresh[word] >> _LAST
        word += 1
    span[1] = word - 1
    carry, word = _NONE, word - 1
    while word >= 0 and (word >= first or carry):
        if word < first:
            fresh[word] = _NONE
        if carry & dry[word]:
            more = _run_down(carry, dry[word])
            dry[word] &= ~more
            fresh[word] |= more
        carry = (fresh[word] & _ONE) << _LAST
        word -= 1
    span[0] = word + 1


@compiled
def _tell(fresh: Any, dry: Any, waits: Any, first: int, last: int) -> bool:
    """Let the dry cells of a neighbouring row wait that lie beside what got wet; say whether any does."""
    found = _NONE
    for word in range(first, last + 1):  # without a branch, so that several numbers are done at once
        more = fresh[word] & dry[word]
        waits[word] |= more
        found |= more
    return bool(found)


@compiled
def spread(dry: Any, waits: Any) -> None:
    """Take out of `dry` (r, w) all that water reaches from the cells that wait; then none waits any more."""
    rows, words = dry.shape
    fresh, spans, told = np.zeros(words, np.uint64), np.empty((rows, 2), np.int64), np.empty(2, np.int64)
    for row in range(rows):
        spans[row] = words, -1
        for word in range(words):
            if waits[row, word]:
                spans[row, 0], spans[row, 1] = min(spans[row, 0], word), word
    is_downward, has_more = True, True
    while has_more:
        has_more = False
        for step in range(rows):
            row = step if is_downward else rows - 1 - step
            if spans[row, 1] < 0:
                continue
            told[:] = spans[row]
            spans[row] = words, -1
            _fill_row(dry[row], waits[row], fresh, told)
            for beside in (row - 1, row + 1):
                if 0 <= beside < rows and _tell(fresh, dry[beside], waits[beside], told[0], told[1]):
                    spans[beside, 0] = min(spans[beside, 0], told[0])
                    spans[beside, 1] = max(spans[beside, 1], told[1])
                    has_more = True
        is_downward = not is_downward


@compiled
def write_stage(fresh: Any, level: Any, masks: Any, stage: Any) -> None:
    """Write a level into `stage` where cells got wet; for the first level −1 everywhere else.

    Each number of `stage` (r, k w) holds the stages of several cells, `level` has its row in each of them, and `masks`
    says for as many bits of `fresh` (r, w) which of those are meant.
    """
    rows, words = fresh.shape
    parts = stage.shape[1] // words
    each, some = np.uint64(BITS // parts), np.uint64(len(masks) - 1)
    for row in range(rows):
        for word in range(words):
            here = fresh[row, word]
            if level == 0:
                for part in range(parts):
                    stage[row, word * parts + part] = ~masks[(here >> (np.uint64(part) * each)) & some]
            elif here:
                for part in range(parts):
                    mask = masks[(here >> (np.uint64(part) * each)) & some]
                    stage[row, word * parts + part] = (stage[row, word * parts + part] & ~mask) | (level & mask)
