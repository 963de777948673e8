"""Finds the bytes in hexadecimal text as people paste it: dumps, program constants, lines of a log. Pure."""

import re
from collections.abc import Iterator

_DUMP_LINE = re.compile(
    r"\s*([0-9A-Fa-f]{4,8}):?\s+((?:[0-9A-Fa-f]{2,4}[ \t]+){0,15}[0-9A-Fa-f]{2,4})(?:\s*\|.*\||\s{2,}.*)?\s*"
)
_OFFSET = re.compile(r"\s*[0-9A-Fa-f]{4,8}:?\s*")
_DATE = re.compile(r"(?<![-0-9A-Fa-f])\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?![-0-9A-Fa-f])")
_TIME = re.compile(r"(?<![:0-9A-Fa-f])\d{1,2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?(?![:0-9A-Fa-f])")
_BRACKETED = re.compile(r"\[[^\]]{0,60}[^0-9A-Fa-fxX\s,;\]][^\]]{0,60}\]|\([^)]{0,60}\)")
_LABEL = re.compile(r"(?<!\S)\S{1,60}[:=>：](?=\s|$)")
_WORD = re.compile(r"[^\s,;{}\[\]\"']+")
_PREFIX = re.compile(r"0[xX]|\\[xX]")
_BYTES_SIGN = re.compile(r"\b[bB](?=[\"'])")
_DIGITS = re.compile(r"[0-9A-Fa-f]+(?:[-:][0-9A-Fa-f]{2,})*")


def bytes_in(text: str) -> bytes | None:
    """Return the bytes that hexadecimal text stands for, of all lines together; None when it holds none.

    Of a line that says other things too, such as a time, a level and a direction, the longest stretch of digits counts;
    of a dump neither the offsets nor the characters beside it. A digit without its pair makes None of the whole text.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    digits = _of_dump(lines) or "".join(_of_line(line) for line in lines)
    return bytes.fromhex(digits) if digits and len(digits) % 2 == 0 else None


def _of_dump(lines: list[str]) -> str:
    """Return the digits of a dump whose offsets count its bytes, nothing for any other text."""
    digits = ""
    for line in lines:
        match = _DUMP_LINE.fullmatch(line)
        offset = match.group(1) if match else line.strip().rstrip(":") if _OFFSET.fullmatch(line) else ""
        if not offset or int(offset, 16) * 2 != len(digits):
            return ""
        digits += "".join(match.group(2).split()) if match else ""
    return digits


def _of_line(line: str) -> str:
    for noise in (_DATE, _TIME, _BRACKETED, _LABEL):
        line = noise.sub(" ? ", line)
    runs = list(_runs(_BYTES_SIGN.sub("", line)))
    return max(runs, key=len, default="")


def _runs(line: str) -> Iterator[str]:
    """Yield the stretches of digits between other words; a single short one among words is none."""
    run: list[str] = []
    has_words = False
    for word in _WORD.findall(line):
        plain = _PREFIX.sub("", word)
        if _DIGITS.fullmatch(plain):
            run.append(re.sub(r"[-:]", "", plain))
            continue
        has_words = True
        yield from _long(run)
        run.clear()
    yield from _long(run) if has_words else ["".join(run)]


def _long(run: list[str]) -> Iterator[str]:
    digits = "".join(run)
    if len(digits) > 2:
        yield digits
