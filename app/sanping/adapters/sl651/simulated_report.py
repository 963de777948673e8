"""What a simulated station says: its messages, numbered and timed, from values by quantity."""

import itertools
import time
from collections.abc import Callable, Mapping, Sequence

from sanping.adapters.sl651.body import LEVEL, LEVEL_BLOCK, RAIN_BLOCK, STATUS_WORD, Message, Part, encoded_body
from sanping.adapters.sl651.elements import Element, ElementTable
from sanping.adapters.sl651.encode import (
    block_part,
    element_part,
    observed_part,
    packets_of,
    picture_part,
    station_part,
    step_part,
    text_parts,
)
from sanping.adapters.sl651.frame import EVENT, HOURLY, KEEP_ALIVE, PICTURE, TIMED, UNIFORM, Frame
from sanping.adapters.sl651.text_body import encoded_text_body
from sanping.domain.errors import FrameBroken

PACKET_BYTES = 512
JPEG = bytes.fromhex(
    "FFD8FFE000104A46494600010101004800480000FFDB004300FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC0000B080001000101011100FFC40014000100000000000000"
    "000000000000000003FFC40014100100000000000000000000000000000000FFDA0008010100003F0037FFD9"
)
"""A JPEG picture of one grey pixel."""

_DOOR_CLOSED, _PUMP_STOPPED = 1 << 7, 1 << 10
_UNIFORM_VALUES = 12

Truth = Callable[[int], Mapping[str, float]]
"""Values by quantity code at a moment in milliseconds."""


class Reporter:
    """One station; a message takes the next serial number, a keep-alive does not."""

    def __init__(self, station: str, centre: int, password: str, table: ElementTable, offset_h: float) -> None:
        self.station = station
        self.is_text = False
        self._centre = centre
        self._password = password
        self._table = table
        self._by_quantity = _preferred(table)
        self._offset_s = offset_h * 3600
        self._serial = 0

    def keep_alive(self, now_ms: int) -> Frame:
        """Return a keep-alive (2F)."""
        return self._frame(KEEP_ALIVE, (), now_ms, max(1, self._serial))

    def timed(self, values: Mapping[str, float], now_ms: int, *, is_event: bool = False) -> Frame:
        """Return a timed report (32), or an event report (33), with the status word."""
        parts = [*self._head(values, now_ms), *self._elements(values), self._status(values)]
        return self._next(EVENT if is_event else TIMED, parts, now_ms)

    def hourly(self, truth: Truth, now_ms: int) -> Frame:
        """Return the report of the hour that ended last (34): twelve rains, twelve levels, the values at its end."""
        end_ms = now_ms // 3_600_000 * 3_600_000
        moments = [end_ms - (11 - number) * 300_000 for number in range(12)]
        series = [truth(moment) for moment in moments]
        parts = self._head(series[-1], moments[0])
        if "rain_total" in series[-1]:
            totals = [truth(moments[0] - 300_000)["rain_total"], *(values["rain_total"] for values in series)]
            rains = [min(25.4, max(0.0, after - before)) for before, after in itertools.pairwise(totals)]
            parts.append(block_part(RAIN_BLOCK, rains))
        if series[-1].get("water_level", -1.0) >= 0:
            parts.append(block_part(LEVEL_BLOCK, [max(0.0, values["water_level"]) for values in series]))
        parts += [observed_part(self._digits(end_ms)[:10]), *self._elements(series[-1])]
        return self._next(HOURLY, parts, now_ms)

    def uniform(self, truth: Truth, now_ms: int) -> Frame:
        """Return twelve levels in steps of five minutes (31)."""
        first_ms = (now_ms // 300_000 - _UNIFORM_VALUES + 1) * 300_000
        levels = [truth(first_ms + number * 300_000).get("water_level", float("nan")) for number in range(12)]
        parts = [*self._head(truth(now_ms), first_ms), step_part(5), element_part(self._table.element(LEVEL), levels)]
        return self._next(UNIFORM, parts, now_ms)

    def picture(self, now_ms: int, jpeg: bytes = JPEG, longest: int = PACKET_BYTES) -> list[Frame]:
        """Return a picture in packets (36)."""
        parts = [*self._head({"water_level": 0.0}, now_ms), picture_part(jpeg)]
        return packets_of(self._next(PICTURE, parts, now_ms), longest)

    def _head(self, values: Mapping[str, float], observed_ms: int) -> list[Part]:
        kind = "H" if "water_level" in values else "D" if "pumps_running" in values else "P"
        return [station_part(self.station, kind), observed_part(self._digits(observed_ms)[:10])]

    def _elements(self, values: Mapping[str, float]) -> list[Part]:
        """Return the values that the table has elements for and that fit them."""
        parts = []
        for quantity, value in values.items():
            element = self._by_quantity.get(quantity)
            if element is None:
                continue
            try:
                parts.append(element_part(element, value / element.scale))
            except FrameBroken:
                parts.append(element_part(element, float("nan")))
        return parts

    def _status(self, values: Mapping[str, float]) -> Part:
        word = _DOOR_CLOSED | (0 if values.get("pumps_running", 0.0) > 0 else _PUMP_STOPPED)
        return Part(STATUS_WORD, 4 << 3, word.to_bytes(4, "big"))

    def _next(self, function: int, parts: Sequence[Part], now_ms: int) -> Frame:
        self._serial = self._serial % 65_535 + 1
        return self._frame(function, parts, now_ms, self._serial)

    def _frame(self, function: int, parts: Sequence[Part], now_ms: int, serial: int) -> Frame:
        is_text = self.is_text and function in (TIMED, EVENT, KEEP_ALIVE)
        said = text_parts(parts, self._table.by_guide) if is_text else parts
        message = Message(function=function, serial=serial, sent=self._digits(now_ms), parts=tuple(said))
        return Frame(
            station=self.station,
            centre=self._centre,
            password=self._password,
            function=function,
            body=encoded_text_body(message) if is_text else encoded_body(message),
            is_text=is_text,
        )

    def _digits(self, moment_ms: int) -> str:
        return time.strftime("%y%m%d%H%M%S", time.gmtime(moment_ms / 1000 + self._offset_s))


def _preferred(table: ElementTable) -> dict[str, Element]:
    """Return the element that reports a quantity: the first one of instants, blocks left out."""
    found: dict[str, Element] = {}
    for element in table.by_guide.values():
        is_single = element.guide < RAIN_BLOCK and element.quantity != element.own_code
        if is_single and (element.statistic == "instant" or element.quantity in ("rain", "rain_hour")):
            found.setdefault(element.quantity, element)
    return found
