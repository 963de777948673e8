"""The body of a frame in ASCII coding: serial number and send time without blanks, then "KEY value " repeated."""

import re
from collections.abc import Iterator

from sanping.adapters.sl651.body import JPEG, MANUAL_TEXT, MOST_PARTS, OBSERVED, STATION, STEP, Message, Part
from sanping.adapters.sl651.frame import Frame
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

_PREFIX = re.compile(rb"([0-9A-Fa-f]{4})([0-9]{12})")
_STEP = re.compile(r"DR[DHN](?:[0-9]{2})?")
_VALUE = re.compile(r"[-+]?[0-9]*\.?[0-9]+|[FM]+|\*+")
_MARKS = {"ST": STATION, "TT": OBSERVED, "RGZS": MANUAL_TEXT, "PIC": JPEG}
_UNKEYED = 0
_BAD_PREFIX = Text(
    "正文开头“{start}”不是流水号和发报时间", "The body starts with “{start}”, not with serial number and send time"
)


def decoded_text_body(frame: Frame) -> Message:
    """Return what the body of a frame in ASCII coding says. Raises `FrameBroken`."""
    prefix = _PREFIX.match(frame.body)
    if prefix is None:
        raise FrameBroken(_BAD_PREFIX.with_values(start=frame.body[:16].decode("ascii", "replace")))
    text = frame.body[prefix.end() :].decode("gb18030", "replace")
    parts = tuple(part for _, part in zip(range(MOST_PARTS), _parts(text), strict=False))
    return Message(function=frame.function, serial=int(prefix.group(1), 16), sent=prefix.group(2).decode(), parts=parts)


def encoded_text_body(message: Message) -> bytes:
    """Return the bytes of a body in ASCII coding; one blank between words, and one at the end."""
    words = [word for part in message.parts for word in (part.key, *part.words)]
    text = "".join(f"{word} " for word in words)
    return f"{message.serial:04X}{message.sent}".encode() + text.encode("gb18030")


def _parts(text: str) -> Iterator[Part]:
    words = text.split(" ")
    words = words[:-1] if words[-1] == "" else words
    at = 0
    is_series = False
    while at < len(words):
        key = words[at]
        guide = STEP if _STEP.fullmatch(key) else _MARKS.get(key, _UNKEYED)
        end = _end_of_values(words, at + 1, guide, is_series)
        is_series = guide == STEP
        yield Part(guide, key=key, words=tuple(words[at + 1 : end]))
        at = end


def _end_of_values(words: list[str], start: int, guide: int, is_series: bool) -> int:
    """Return where the values of a key end."""
    if guide in (MANUAL_TEXT, JPEG):
        return len(words)
    if guide == STEP:
        return start + (len(words[start - 1]) == len("DRN"))
    if guide == STATION:
        has_class = len(words) > start + 1 and re.fullmatch(r"[A-Z]", words[start + 1])
        is_key = has_class and len(words) > start + 2 and _VALUE.fullmatch(words[start + 2])
        return start + (2 if has_class and not is_key else 1)
    end = start + 1
    while is_series and end < len(words) and _VALUE.fullmatch(words[end]):
        end += 1
    return end
