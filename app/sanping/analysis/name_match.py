"""Finds names by what a person types: a part of them, the initials of their pinyin, or almost their characters."""

import re
from collections.abc import Sequence
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import UInt8Array

Rows = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint32]

LONGEST, NAME_LINES = 48, 2
MOST_SEVERAL = 2
_FEWEST_FOR_INITIALS, _FEWEST_FOR_FUZZY, _MOST_WRONG = 2, 3, 3
_CHUNK = 20_000
_EXACT, _BEGINS, _HOLDS, _INITIALS, _FUZZY = range(5)

# The 3 755 common characters of GB 2312 stand in the order of their pinyin: the first one of each initial.
_FIRST_OF = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"), (0xB7A2, "f"), (0xB8C1, "g"),
    (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"), (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"),
    (0xC5BE, "p"), (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"), (0xCEF4, "x"),
    (0xD1B9, "y"), (0xD4D1, "z"),
)  # fmt: skip
_AFTER_COMMON = 0xD7FA
_READINGS = MappingProxyType({
    # Characters with two readings in names of places, and rarer ones that such names hold.
    "长": "cz", "重": "cz", "厦": "sx", "行": "xh", "乐": "ly", "单": "ds", "曾": "zc", "区": "qo", "朝": "cz",
    "会": "hk", "调": "dt", "传": "cz", "弹": "dt", "宿": "sx", "盛": "sc", "石": "s", "藏": "cz", "参": "cs",
    "柏": "b", "解": "jx", "堡": "bp", "车": "cj", "铺": "p", "莘": "sx", "圩": "wx", "泷": "ls", "尉": "wy",
    "浜": "b", "漕": "c", "泾": "j", "淞": "s", "埭": "d", "瀛": "y", "馨": "x", "鑫": "x", "昊": "h", "晟": "s",
    "璟": "j", "颐": "y", "苕": "t", "濠": "h", "衢": "q", "甬": "y", "邗": "h", "浒": "xh", "溧": "l", "邳": "p",
})  # fmt: skip

_SEVERAL = frozenset(letter for letter, initials in _READINGS.items() if len(initials) > 1)


class NameBook:
    """The words of n objects, one text each; the first `NAME_LINES` lines of a text are names, or empty.

    What only initials or mistakes need is made when it is first asked for; they are looked for in names alone.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [text.lower() for text in words]
        self._initials: list[str] | None = None
        self._codes: tuple[Codes, Rows] | None = None

    def __len__(self) -> int:
        """Return the number of objects."""
        return len(self._words)

    def found(self, query: str, *, is_fuzzy: bool = True) -> tuple[Rows, UInt8Array]:
        """Return the rows that match, and how well: 0 for a whole line, then its beginning, its inside, initials.

        Where nothing else matches and `is_fuzzy`, names count of which a third of what is typed may be wrong: 4 and
        one more for each wrong character. An empty query matches every row.
        """
        wanted = query.strip().lower()
        if not wanted:
            return np.arange(len(self._words)), np.zeros(len(self._words), np.uint8)
        rank = {row: self._rank(row, wanted) for row, text in enumerate(self._words) if wanted in text}
        if len(wanted) >= _FEWEST_FOR_INITIALS and wanted.isascii() and wanted.isalpha():
            pattern = re.compile(wanted)
            for row, text in enumerate(self._of_initials()):
                if row not in rank and pattern.search(text):
                    rank[row] = _INITIALS
        if rank or not is_fuzzy or len(wanted) < _FEWEST_FOR_FUZZY:
            return np.array(list(rank), np.int64), np.array(list(rank.values()), np.uint8)
        return self._almost(wanted)

    def _rank(self, row: int, wanted: str) -> int:
        lines = self._words[row].split("\n")
        if wanted in lines:
            return _EXACT
        return _BEGINS if any(line.startswith(wanted) for line in lines) else _HOLDS

    def _of_initials(self) -> list[str]:
        if self._initials is None:
            names = ("\n".join(text.split("\n", NAME_LINES)[:NAME_LINES]) for text in self._words)
            self._initials = [initials_of(text) for text in names]
        return self._initials

    def _almost(self, wanted: str) -> tuple[Rows, UInt8Array]:
        codes, owner = self._coded()
        allowed = min(_MOST_WRONG, len(wanted) // 3)
        letters = [ord(letter) for letter in wanted]
        common = np.zeros(len(codes), np.int16)
        for letter in set(letters):
            common += (codes == letter).any(axis=1)
        likely = np.flatnonzero(common >= len(set(letters)) - allowed)
        wrong = np.concatenate(
            [np.zeros(0, np.int8)]
            + [_wrong(codes[likely[at : at + _CHUNK]], letters) for at in range(0, len(likely), _CHUNK)]
        )
        is_near = wrong <= allowed
        rows, wrong = owner[likely[is_near]], wrong[is_near]
        order = np.lexsort((wrong, rows))
        rows, wrong = rows[order], wrong[order]
        is_first = np.append(True, rows[1:] != rows[:-1])[: len(rows)]
        return rows[is_first], (_FUZZY - 1 + wrong[is_first]).astype(np.uint8)

    def _coded(self) -> tuple[Codes, Rows]:
        """Return every name as the numbers of its characters (lines, `LONGEST`), and whose it is (lines,)."""
        if self._codes is None:
            lines = [
                (line, row)
                for row, text in enumerate(self._words)
                for line in text.split("\n", NAME_LINES)[:NAME_LINES]
                if line
            ]
            widest = max((min(len(line), LONGEST) for line, _ in lines), default=1)
            text = np.array([line for line, _ in lines], f"<U{widest}")
            owner = np.array([row for _, row in lines], np.int64)
            self._codes = text.view(np.uint32).reshape(len(lines), widest), owner
        return self._codes


def initials_of(text: str) -> str:
    """Return the initials of the pinyin of each line of Chinese; every reading of a line is a line of its own.

    Characters outside the common ones of GB 2312 are left out; letters and digits of a Chinese line stay.
    """
    return "\n".join(
        reading.translate(_INITIALS_OF)
        for line in text.split("\n")
        if not line.isascii()
        for reading in _readings(line.lower())
    )


def _readings(line: str) -> list[str]:
    """Return a line, or for characters of several readings the line with each of the initials in their place."""
    if _SEVERAL.isdisjoint(line):
        return [line]
    several = [letter for letter in dict.fromkeys(line) if len(_READINGS.get(letter, "")) > 1][:MOST_SEVERAL]
    read = [line]
    for letter in several:
        read = [one.replace(letter, initial) for one in read for initial in _READINGS[letter]]
    return read


class _Initials(dict[int, str]):
    """The initials of characters, for `str.translate`; learnt as they come."""

    def __missing__(self, code: int) -> str:
        """Look one character up."""
        self[code] = found = _initial(chr(code))
        return found


def _initial(letter: str) -> str:
    if letter.isascii():
        return letter if letter.isalnum() else ""
    if letter in _READINGS:
        return _READINGS[letter][0]
    try:
        code = int.from_bytes(letter.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return ""
    if code >= _AFTER_COMMON:
        return ""
    return next((initial for first, initial in reversed(_FIRST_OF) if code >= first), "")


_INITIALS_OF = _Initials()


def _wrong(codes: Codes, letters: list[int]) -> npt.NDArray[np.int8]:
    """Return for each line how many characters must be changed, added or left out until it holds the letters."""
    count, width = codes.shape
    step = np.arange(width + 1, dtype=np.int8)
    row = np.zeros((count, width + 1), np.int8)
    for number, letter in enumerate(letters, start=1):
        best = np.minimum(row[:, :-1] + (codes != letter), row[:, 1:] + 1)
        row = np.concatenate([np.full((count, 1), number, np.int8), best.astype(np.int8)], axis=1)
        row = np.minimum.accumulate(row - step, axis=1) + step
    found: npt.NDArray[np.int8] = row.min(axis=1, initial=len(letters))
    return found
