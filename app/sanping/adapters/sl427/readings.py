"""From frames to observations: little-endian BCD values, alarm and state words, and the time tag behind them."""

import calendar
import math
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from sanping.adapters.sl427.frame import ALARM, MANUAL, QUERY, REPORT, STATUS_TYPE, VOLTAGE, Frame
from sanping.adapters.sl427.types import PROTOCOL, QUALITY_TYPE, Types, Value
from sanping.domain.observation import Observation, Origin, QualityCode

GATE, POWER, LEVEL, FLOW, WIND = 0x05, 0x06, 0x02, 0x03, 0x08
WITH_VALUES = frozenset({REPORT, ALARM, MANUAL, QUERY})
_WORDS = 4
_LAYOUTS = ((7, _WORDS), (5, _WORDS), (7, 0), (5, 0), (0, _WORDS), (0, 0))
"""Bytes of the time tag (SL/T 427: 7, SZY 206: 5) and of the alarm and state words, most likely first."""

_DERIVED = {GATE: "gates_open", POWER: "pumps_running"}
_MASK = 5
_NAN = math.nan
_DAY_MS = 86_400_000


class Parsed(NamedTuple):
    """The parts of a report's data; `words` and `tag` may be empty."""

    values: bytes
    words: bytes
    tag: bytes


class Reading(NamedTuple):
    """What a frame yields; `event_ms` is 0 when it gives no time and none was given."""

    observations: tuple[Observation, ...]
    counts: Counter[str]
    event_ms: int


class Interpreter:
    """Reads frames; times are local times at `utc_offset_h`, "late" is what is more than `patience_s` older than now.

    `has_gate_levels`: two levels in one report are those above and below a gate; otherwise level and a second level.
    """

    def __init__(
        self, types: Types, utc_offset_h: float = 8.0, patience_s: int = 600, has_gate_levels: bool = True
    ) -> None:
        self.types = types
        self._offset_ms = round(utc_offset_h * 3_600_000)
        self._patience_ms = patience_s * 1000
        self._has_gate_levels = has_gate_levels

    def read(self, frame: Frame, now_ms: int = 0) -> Reading:
        """Return what a frame says; without a time tag it is as of `now_ms`."""
        kind = VOLTAGE if frame.afn == VOLTAGE else frame.kind
        parsed = self.parsed(frame)
        event_ms = self.event_ms(parsed.tag, now_ms) or now_ms
        counts: Counter[str] = Counter()
        rows: list[tuple[str, str, float, QualityCode]] = []
        if kind == QUALITY_TYPE:
            rows += self._quality(parsed.values, counts)
        elif kind != STATUS_TYPE or parsed.values:
            rows += self._values(kind, parsed.values, counts)
        rows += self._status(parsed.words)
        age_ms = now_ms - event_ms
        origin: Origin = "late" if now_ms and age_ms > self._patience_ms else "live"
        observations = tuple(
            Observation(
                station=frame.station, quantity=quantity, value=value, unit=unit, event_ms=event_ms,
                received_ms=now_ms, quality=quality, mark="" if quality == "good" else "F", origin=origin,
            )
            for quantity, unit, value, quality in rows
        )  # fmt: skip
        counts.update({"missing_values": sum(row[3] == "missing" for row in rows)})
        counts.update({"bad_values": sum(row[3] == "bad" for row in rows)})
        return Reading(observations, counts, event_ms)

    def parsed(self, frame: Frame) -> Parsed:
        """Return the data of a frame in parts: the first layout whose time is one and whose values are whole."""
        data = frame.data
        for tag_size, words_size in _LAYOUTS:
            size = len(data) - tag_size - words_size
            tag = data[len(data) - tag_size :] if tag_size else b""
            if size >= 0 and (not tag or tag_digits(tag)) and self._fits(frame, data[:size]):
                return Parsed(data[:size], data[size : size + words_size], tag)
        return Parsed(data, b"", b"")

    def event_ms(self, tag: bytes, now_ms: int) -> int:
        """Return milliseconds UTC of a time tag; one without month is the latest such day up to a day from now."""
        numbers = tag_digits(tag)
        if not numbers:
            return 0
        second, minute, hour, day, *date = numbers
        if date:
            return calendar.timegm((2000 + date[1], date[0], day, hour, minute, second)) * 1000 - self._offset_ms
        if not now_ms:
            return 0
        for back in range(3):
            local = time.gmtime((now_ms + self._offset_ms + _DAY_MS) // 1000)
            month0 = local.tm_year * 12 + local.tm_mon - 1 - back
            year, month = divmod(month0, 12)
            if day > calendar.monthrange(year, month + 1)[1]:
                continue
            moment = calendar.timegm((year, month + 1, day, hour, minute, second)) * 1000 - self._offset_ms
            if moment <= now_ms + _DAY_MS:
                return moment
        return 0

    def _fits(self, frame: Frame, values: bytes) -> bool:
        """Say whether bytes can be the values of a frame."""
        kind = VOLTAGE if frame.afn == VOLTAGE else frame.kind
        if kind == STATUS_TYPE:
            return not values
        if kind == QUALITY_TYPE:
            return len(values) >= _MASK and len(values) == _MASK + 4 * _bits(values[:_MASK])
        first = self.types.value(kind, 1)
        return first is None or (len(values) % first.size == 0 and bool(values))

    def _values(self, kind: int, data: bytes, counts: Counter[str]) -> Iterator[tuple[str, str, float, QualityCode]]:
        first = self.types.value(kind, 1)
        if first is None or not data or len(data) % first.size:
            counts["unknown_code" if first is None else "bad_elements"] += 1
            if data:
                yield f"{PROTOCOL}:{kind:02X}", "B", float(len(data)), "suspect"
            return
        pieces = [data[at : at + first.size] for at in range(0, len(data), first.size)]
        is_pairs = kind == FLOW and len(pieces) % 2 == 0
        found: list[float] = []
        for number, piece in enumerate(pieces, start=1):
            meaning = self._meaning(kind, number, is_pairs) or first
            value, quality = self._value(kind, piece, meaning)
            found.append(value)
            quantity, unit = self._named(kind, number, len(pieces), meaning)
            yield quantity, unit, value, quality
            if kind == WIND:
                yield f"{PROTOCOL}:08.direction", "", float(piece[-1] >> 4), quality
        if kind in _DERIVED and not any(math.isnan(value) for value in found):
            yield _DERIVED[kind], "", float(sum(value > 0 for value in found)), "good"

    def _meaning(self, kind: int, number: int, is_pairs: bool) -> Value | None:
        """Return what one of several values means; flows may come in pairs with their volumes."""
        meaning = self.types.value(kind, number)
        if kind != FLOW or meaning is None or (number <= 2 and (number == 1 or is_pairs)):
            return meaning
        like = self.types.value(kind, 2 if is_pairs and number % 2 == 0 else 1)
        return like and replace(like, quantity=f"{PROTOCOL}:{kind:02X}.{number}")

    def _value(self, kind: int, piece: bytes, meaning: Value) -> tuple[float, QualityCode]:
        if kind == WIND:
            piece = piece[:-1] + bytes([piece[-1] & 0x0F])
        return bcd_value(piece, meaning.decimals, meaning.is_signed)

    def _named(self, kind: int, number: int, count: int, meaning: Value) -> tuple[str, str]:
        """Return quantity and unit of one of several values."""
        if kind == LEVEL and count == 2 and self._has_gate_levels:
            return ("level_above_gate", "level_below_gate")[number - 1], "m"
        return meaning.quantity, meaning.unit

    def _quality(self, data: bytes, counts: Counter[str]) -> Iterator[tuple[str, str, float, QualityCode]]:
        """Yield what a quality report measured: five bytes say which, four bytes each say how much."""
        mask, at = int.from_bytes(data[:_MASK], "little"), _MASK
        if len(data) < _MASK:
            counts["bad_elements"] += 1
            return
        for bit in range(40):
            if not mask >> bit & 1:
                continue
            piece = data[at : at + 4]
            at += 4
            meaning = self.types.quality.get(bit)
            if len(piece) < 4:
                counts["bad_elements"] += 1
                return
            if meaning is None:
                counts["unknown_code"] += 1
                yield f"{PROTOCOL}:0A.{bit}", "", *bcd_value(piece, 0, True)
            else:
                yield meaning.quantity, meaning.unit, *bcd_value(piece, meaning.decimals, True)

    def _status(self, words: bytes) -> Iterator[tuple[str, str, float, QualityCode]]:
        if len(words) < _WORDS:
            return
        numbers = {"alarm": words[0] | words[1] << 8, "state": words[2] | words[3] << 8}
        for name, number in numbers.items():
            yield f"{PROTOCOL}:{name}", "", float(number), "good"
        for bit in self.types.status:
            if bit.quantity:
                yield bit.quantity, "", float(numbers[bit.word] >> bit.bit & 1), "good"


def tag_digits(tag: bytes) -> tuple[int, ...]:
    """Return second, minute, hour and day of a time tag, and month and year if it has them; empty if it is none."""
    digits = tag[: 6 if len(tag) == 7 else 4].hex()
    if len(tag) not in (5, 7) or not digits.isdecimal():
        return ()
    numbers = tuple(int(digits[at : at + 2]) for at in range(0, len(digits), 2))
    second, minute, hour, day, *date = numbers
    if second > 59 or minute > 59 or hour > 23 or not 1 <= day <= 31:
        return ()
    if date and not (1 <= date[0] <= 12 and day <= calendar.monthrange(2000 + date[1], date[0])[1]):
        return ()
    return numbers


def bcd_value(data: bytes, decimals: int, is_signed: bool) -> tuple[float, QualityCode]:
    """Return a little-endian BCD number; an F in front is a minus sign; all F and all A are missing."""
    digits = data[::-1].hex()
    if digits.isdecimal():
        return int(digits) / 10**decimals, "good"
    if not digits.strip("f") or not digits.strip("a"):
        return _NAN, "missing"
    if is_signed and digits[0] == "f" and digits[1:].isdecimal():
        return -int(digits[1:]) / 10**decimals, "good"
    return _NAN, "bad"


def _bits(mask: bytes) -> int:
    return int.from_bytes(mask, "little").bit_count()
