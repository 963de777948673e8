"""What the bodies of messages say: where a terminal is, and who it says it is. Pure; raises only `FrameBroken`."""

import functools
import struct
from datetime import UTC, datetime

import msgspec

from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

_FIXED = struct.Struct(">IIIIHHH6s")
_ALARMS = 0x6000_0003  # 0 emergency, 1 over the speed limit, 29 collision, 30 roll-over (JT/T 808-2019, table 24)
_LOCATED, _SOUTH, _WEST = 1 << 1, 1 << 2, 1 << 3
MILEAGE = 0x01

_SHORT = Text("位置信息不完整：{size} 字节", "A position is incomplete: {size} bytes")
_BAD_TIME = Text("位置的时间“{digits}”不存在", "The time “{digits}” of a position does not exist")
_BAD_PLACE = Text("位置的经纬度超出范围", "Longitude or latitude of a position are out of range")
_BAD_BULK = Text("批量上传的项数与长度不符", "The count of positions in bulk does not fit their lengths")


class Location(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One position: degrees as the terminal counts them, north and east positive; `event_ms` by its own clock.

    `alarms` and `status` are the words of the protocol; `mileage_km` is None where it is not told.
    """

    alarms: int
    status: int
    longitude_deg: float
    latitude_deg: float
    altitude_m: int
    speed_kmh: float
    heading_deg: int
    event_ms: int
    mileage_km: float | None = None

    @property
    def is_located(self) -> bool:
        """Whether the terminal knows where it is."""
        return bool(self.status & _LOCATED)

    @property
    def is_alarming(self) -> bool:
        """Whether it calls for help, is over the limit, hit something or rolled over."""
        return bool(self.alarms & _ALARMS)


def location_of(body: bytes, utc_offset_h: float = 8.0) -> Location:
    """Return the position in the body of 0200. Raises `FrameBroken`."""
    if len(body) < _FIXED.size:
        raise FrameBroken(_SHORT.with_values(size=len(body)))
    alarms, status, latitude, longitude, altitude, speed, heading, time = _FIXED.unpack_from(body)
    if latitude > 90_000_000 or longitude > 180_000_000 or heading > 360:
        raise FrameBroken(_BAD_PLACE)
    digits = time.hex()
    return Location(
        alarms=alarms,
        status=status,
        longitude_deg=longitude / (-1e6 if status & _WEST else 1e6),
        latitude_deg=latitude / (-1e6 if status & _SOUTH else 1e6),
        altitude_m=altitude,
        speed_kmh=speed / 10.0,
        heading_deg=heading,
        event_ms=_day_ms(digits[:6]) + _in_day_ms(digits) - round(utc_offset_h * 3_600_000),
        mileage_km=_mileage(body[_FIXED.size :]),
    )


def locations_of(body: bytes, utc_offset_h: float = 8.0) -> list[Location]:
    """Return the positions in the body of 0704, of which each may be an old one. Raises `FrameBroken`."""
    if len(body) < 3:
        raise FrameBroken(_BAD_BULK)
    count, at = int.from_bytes(body[:2], "big"), 3
    found: list[Location] = []
    while at + 2 <= len(body) and len(found) < count:
        size = int.from_bytes(body[at : at + 2], "big")
        found.append(location_of(body[at + 2 : at + 2 + size], utc_offset_h))
        at += 2 + size
    if len(found) != count or at != len(body):
        raise FrameBroken(_BAD_BULK)
    return found


def plate_of(body: bytes, version: int) -> str:
    """Return the plate in the body of 0100, "" where there is none."""
    return body[76 if version else 37 :].rstrip(b"\0").decode("gb18030", "replace").strip()[:16]


def code_of(body: bytes, version: int) -> str:
    """Return the code in the body of 0102."""
    code = body[1 : 1 + body[0]] if version and body else body
    return code.decode("gb18030", "replace")


def _mileage(more: bytes) -> float | None:
    """Return the mileage among the further items; items that run over the end are left alone."""
    at = 0
    while at + 2 <= len(more):
        name, size = more[at], more[at + 1]
        value = more[at + 2 : at + 2 + size]
        if name == MILEAGE and size == 4 and len(value) == 4:
            return int.from_bytes(value, "big") / 10.0
        at += 2 + size
    return None


@functools.lru_cache(maxsize=64)
def _day_ms(digits: str) -> int:
    """Return when a day of six digits began, by its own clock."""
    try:
        day = datetime(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]), tzinfo=UTC)
    except ValueError as error:
        raise FrameBroken(_BAD_TIME.with_values(digits=digits)) from error
    return round(day.timestamp() * 1000)


def _in_day_ms(digits: str) -> int:
    try:
        hour, minute, second = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    except ValueError as error:
        raise FrameBroken(_BAD_TIME.with_values(digits=digits)) from error
    if hour > 23 or minute > 59 or second > 59:
        raise FrameBroken(_BAD_TIME.with_values(digits=digits))
    return ((hour * 60 + minute) * 60 + second) * 1000
