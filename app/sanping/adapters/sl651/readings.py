"""From messages to observations: values, units, event times, and what is missing, bad or unknown."""

import calendar
import functools
import math
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sanping.adapters.sl651.body import (
    JPEG,
    LAST_LEVEL_BLOCK,
    LEVEL,
    LEVEL_BLOCK,
    MANUAL_TEXT,
    OBSERVED,
    RAIN_BLOCK,
    RAW,
    STATION,
    STATUS_WORD,
    STEP,
    Message,
    Part,
)
from sanping.adapters.sl651.elements import PROTOCOL, Element, ElementTable
from sanping.domain.observation import Observation, Origin, QualityCode

BLOCK_STEP_S = 300
BLOCK_VALUES = 12
PICTURE_QUANTITY = f"{PROTOCOL}:picture"
STATUS_QUANTITY = f"{PROTOCOL}:45"
_STEP_UNITS_S = {"D": 86_400, "H": 3600, "N": 60}
_SAME_LEVEL_M = 0.02
_NAN = math.nan

Value = tuple[float, QualityCode]


class Picture(NamedTuple):
    """A picture as it came; `event_ms` is when it was taken."""

    station: str
    event_ms: int
    data: bytes


class Reading(NamedTuple):
    """What a message yields. `latest_ms` is the latest of its times, the send time included."""

    observations: tuple[Observation, ...]
    counts: Counter[str]
    pictures: tuple[Picture, ...]
    latest_ms: int


class Interpreter:
    """Reads messages with one element table; times are local times at `utc_offset_h`.

    An observation that is more than `patience_s` older than now is "late".
    """

    def __init__(self, table: ElementTable, utc_offset_h: float = 8.0, patience_s: int = 600) -> None:
        self.table = table
        self._offset_ms = round(utc_offset_h * 3_600_000)
        self._patience_ms = patience_s * 1000

    def read(self, message: Message, station: str, now_ms: int = 0) -> Reading:
        """Return what a message says; `station` is its header's. With `now_ms` 0 nothing is late."""
        return _Pass(self, message, station, now_ms).reading()

    def event_ms(self, digits: str) -> int:
        """Return milliseconds UTC of local YYMMDDHHmm or YYMMDDHHmmSS; 0 for what is no time."""
        return _moment(digits, self._offset_ms)

    def origin(self, event_ms: int, now_ms: int) -> Origin:
        """Say whether a time is older than the patience."""
        return "late" if now_ms and now_ms - event_ms > self._patience_ms else "live"


@functools.lru_cache(maxsize=8192)
def _moment(digits: str, offset_ms: int) -> int:
    if len(digits) < 10 or not digits.isdecimal():
        return 0
    year, month, day, hour, minute = (int(digits[at : at + 2]) for at in range(0, 10, 2))
    second = int(digits[10:12] or 0)
    is_date = 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000 + year, month)[1]
    if not is_date or hour > 23 or minute > 59 or second > 59:
        return 0
    return calendar.timegm((2000 + year, month, day, hour, minute, second)) * 1000 - offset_ms


class _Pass:
    """Goes through the parts of one message once."""

    def __init__(self, interpreter: Interpreter, message: Message, station: str, now_ms: int) -> None:
        self._by = interpreter
        self._message = message
        self._station = station
        self._now_ms = now_ms
        self._sent_ms = interpreter.event_ms(message.sent)
        self._at_ms = self._sent_ms
        self._class = ""
        self._step_s = 0
        self._counts: Counter[str] = Counter()
        self._found: dict[tuple[str, str, int, str, int], Observation] = {}
        self._derived: set[tuple[str, str, int, str, int]] = set()
        self._pictures: list[Picture] = []

    def reading(self) -> Reading:
        for part in self._message.parts:
            self._take(part)
        if self._message.rest:
            self._counts["bad_elements"] += 1
        found = tuple(self._found.values())
        latest_ms = max([self._sent_ms, *(observation.event_ms for observation in found)])
        return Reading(found, self._counts, tuple(self._pictures), latest_ms)

    def _take(self, part: Part) -> None:
        match part.guide:
            case 0x00:
                self._take_keyed(part)
            case guide if guide == OBSERVED:
                self._at_ms = self._by.event_ms(part.words[0] if part.words else part.data.hex())
                self._counts["bad_times"] += not self._at_ms
                self._step_s = 0
            case guide if guide == STATION:
                self._take_station(part)
            case guide if guide == STEP:
                self._step_s = _step_s(part)
            case guide if guide == JPEG:
                self._take_picture(part)
            case guide if guide in (MANUAL_TEXT, RAW):
                self._counts["texts" if guide == MANUAL_TEXT else "unread_parts"] += 1
            case guide if guide == STATUS_WORD and len(part.data) == 4:
                self._take_status(int.from_bytes(part.data, "big"))
            case guide if RAIN_BLOCK <= guide <= LAST_LEVEL_BLOCK:
                self._take_block(self._by.table.element(guide), part.data)
            case guide:
                self._take_values(self._by.table.element(guide), list(_bcd_values(part)))

    def _take_keyed(self, part: Part) -> None:
        """Take an element in ASCII coding."""
        element = self._by.table.keyed(part.key)
        word = part.words[0] if part.words else ""
        if element.guide == STATUS_WORD and len(word) == 8 and _is_hex(word):
            self._take_status(int(word, 16))
        elif RAIN_BLOCK <= element.guide <= LAST_LEVEL_BLOCK and _is_hex(word):
            self._take_block(element, bytes.fromhex(word[: len(word) // 2 * 2]))
        else:
            self._take_values(element, [_word_value(word) for word in part.words])

    def _take_station(self, part: Part) -> None:
        """Take the station that follows; a new one starts with the send time."""
        if part.words:
            self._station, self._class = part.words[0].upper(), (part.words[1:] or ("",))[0]
        else:
            self._station, self._class = part.data[:5].hex().upper(), part.data[5:].decode("latin-1")
        self._at_ms, self._step_s = self._sent_ms, 0

    def _take_values(self, element: Element, values: list[Value]) -> None:
        """Take an element's value, or its values in steps."""
        if not element.is_known:
            self._counts["unknown_code"] += 1
        if not values:
            self._counts["bad_elements"] += 1
        is_series = bool(self._step_s)
        for number, value in enumerate(values if is_series else values[:1]):
            self._add(element, value, self._at_ms + number * self._step_s * 1000)
        self._step_s = 0

    def _take_block(self, element: Element, data: bytes) -> None:
        """Take twelve values of five minutes each: rain in 0.1 mm, or levels in 0.01 m above the station's base."""
        width = len(data) // BLOCK_VALUES
        if not width or len(data) % BLOCK_VALUES:
            self._counts["bad_elements"] += 1
            return
        missing = (1 << 8 * width) - 1
        raw = [int.from_bytes(data[at : at + width], "big") for at in range(0, len(data), width)]
        first_ms = self._first_of_block_ms()
        unit = 10 if element.guide == RAIN_BLOCK else 100
        base_m = None
        if element.guide == LEVEL_BLOCK and raw[-1] != missing:
            base_m = self._base_m(first_ms + (BLOCK_VALUES - 1) * BLOCK_STEP_S * 1000, raw[-1] / 100)
        level = self._by.table.element(LEVEL)
        for number, count in enumerate(raw):
            value: Value = (count / unit, "good") if count != missing else (_NAN, "missing")
            moment_ms = first_ms + number * BLOCK_STEP_S * 1000
            if base_m is None:
                self._add(element, value, moment_ms)
            else:
                self._add(level, (round(value[0] + base_m, 3), value[1]), moment_ms)
                self._derived.add((self._station, level.quantity, moment_ms, level.statistic, level.period_s))

    def _first_of_block_ms(self) -> int:
        """Return the time of the first of twelve values.

        The observation time is that of the first value; but where that would put the last one after the send time, the
        station gives the end of the hour, as many do.
        """
        span_ms = (BLOCK_VALUES - 1) * BLOCK_STEP_S * 1000
        is_end = self._sent_ms and self._at_ms + span_ms > self._sent_ms + BLOCK_STEP_S * 1000
        return self._at_ms - span_ms if is_end else self._at_ms

    def _base_m(self, moment_ms: int, relative_m: float) -> float | None:
        """Return what to add to relative levels: the level that the same message gives for the block's last moment."""
        at_ms = self._sent_ms
        for part in self._message.parts:
            if part.guide == OBSERVED:
                at_ms = self._by.event_ms(part.words[0] if part.words else part.data.hex())
            elif part.guide == STATION:
                at_ms = self._sent_ms
            elif part.guide == LEVEL or part.key == "Z":
                values = [_word_value(word) for word in part.words] or list(_bcd_values(part))
                if at_ms == moment_ms and values and values[0][1] == "good":
                    base_m = values[0][0] - relative_m
                    return 0.0 if abs(base_m) < _SAME_LEVEL_M else round(base_m, 2)
        return None

    def _take_status(self, word: int) -> None:
        """Take the status word: as it is, and its bits as what they mean."""
        self._put(STATUS_QUANTITY, "", float(word), "good", self._at_ms)
        for bit in self._by.table.status:
            is_set = bool(word >> bit.bit & 1) != bit.is_inverted
            if bit.quantity and (not bit.classes or self._class in bit.classes):
                self._put(bit.quantity, "", float(is_set), "good", self._at_ms)

    def _take_picture(self, part: Part) -> None:
        text = part.words[0] if part.words else ""
        data = bytes.fromhex(text[: len(text) // 2 * 2]) if _is_hex(text) else part.data
        quality: QualityCode = "good" if data[:2] == b"\xff\xd8" and data[-2:] == b"\xff\xd9" else "suspect"
        self._put(PICTURE_QUANTITY, "B", float(len(data)), quality, self._at_ms)
        self._pictures.append(Picture(self._station, self._at_ms, data))

    def _add(self, element: Element, value: Value, event_ms: int) -> None:
        """Add one value; a quantity that another element gave for the same moment is kept under its own code.

        A level in millimetres takes the place of one that was derived from a block in centimetres.
        """
        number, quality = value
        if quality != "good":
            self._counts["missing_values" if quality == "missing" else "bad_values"] += 1
        key = (self._station, element.quantity, event_ms, element.statistic, element.period_s)
        if key in self._found and key not in self._derived and element.own_code != element.quantity:
            self._put(element.own_code, element.own_unit, number, quality, event_ms, element)
        else:
            scaled = number * element.scale if element.scale != 1.0 else number
            self._put(element.quantity, element.unit, scaled, quality, event_ms, element)

    def _put(  # noqa: PLR0913, PLR0917  one argument a field
        self,
        quantity: str,
        unit: str,
        value: float,
        quality: QualityCode,
        event_ms: int,
        element: Element | None = None,
    ) -> None:
        if not event_ms:
            self._counts["untimed_values"] += 1
            return
        statistic, period_s = (element.statistic, element.period_s) if element else ("instant", 0)
        self._found[(self._station, quantity, event_ms, statistic, period_s)] = Observation(
            station=self._station,
            quantity=quantity,
            value=value,
            unit=unit,
            event_ms=event_ms,
            received_ms=self._now_ms,
            statistic=statistic,
            period_s=period_s,
            quality=quality,
            mark="" if quality == "good" else "F",
            origin=self._by.origin(event_ms, self._now_ms),
        )


def bcd_value(data: bytes, decimals: int) -> Value:
    """Return a BCD number: a leading FF is a minus sign, nothing but F is missing, other letters are bad."""
    digits = data.hex()
    if digits.isdecimal():
        return int(digits) / 10**decimals, "good"
    if not digits.strip("f"):
        return _NAN, "missing"
    if digits.startswith("ff") and digits[2:].isdecimal():
        return -int(digits[2:]) / 10**decimals, "good"
    return _NAN, "bad"


def _bcd_values(part: Part) -> Iterator[Value]:
    size, decimals = part.definition >> 3, part.definition & 7
    for at in range(0, len(part.data) if size else 0, size or 1):
        yield bcd_value(part.data[at : at + size], decimals)


def _word_value(word: str) -> Value:
    """Return a value in ASCII coding."""
    if not word.strip("FM*"):
        return _NAN, "missing"
    try:
        value = float(word) if not _has_letters(word) else _NAN
    except ValueError:
        value = _NAN
    return (value, "good") if math.isfinite(value) else (_NAN, "bad")


def _has_letters(word: str) -> bool:
    return any(letter not in "0123456789.-+" for letter in word)


def _is_hex(word: str) -> bool:
    return bool(word) and all(letter in "0123456789ABCDEFabcdef" for letter in word)


def _step_s(part: Part) -> int:
    """Return a step in seconds: day, hour and minute of which one counts; 0 announces a block."""
    if part.key:
        digits = part.key[3:5] or (part.words or ("",))[0]
        return int(digits) * _STEP_UNITS_S[part.key[2]] if digits.isdecimal() and len(digits) <= 4 else 0
    digits = part.data.hex()
    if len(digits) != 6 or not digits.isdecimal():
        return 0
    return int(digits[:2]) * 86_400 + int(digits[2:4]) * 3600 + int(digits[4:]) * 60
