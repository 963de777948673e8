"""Writes messages: what a platform answers, and what the simulator's terminals report."""

import struct
import time

from sanping.adapters.jt808.frame import (
    ANSWER,
    AUTHENTICATE,
    LOCATION,
    REGISTER,
    REGISTERED,
    Frame,
    encoded,
    wrapped,
)

OK, FAILED, WRONG, UNSUPPORTED = 0, 1, 2, 3
_POSITION = struct.Struct(">IIIIHHH")
_STATUS = 0b11  # ACC on, located


def answer(frame: Frame, result: int = OK) -> bytes:
    """Return the platform's answer to a message."""
    body = frame.serial.to_bytes(2, "big") + frame.id.to_bytes(2, "big") + bytes([result])
    return encoded(_down(frame, ANSWER, body))


def registered(frame: Frame, code: str, result: int = OK) -> bytes:
    """Return the answer to a registration; with it a terminal gets the code that it shows from now on."""
    body = frame.serial.to_bytes(2, "big") + bytes([result]) + (code.encode("ascii") if result == OK else b"")
    return encoded(_down(frame, REGISTERED, body))


def _down(frame: Frame, id: int, body: bytes) -> Frame:
    return Frame(id=id, terminal=frame.terminal, serial=frame.serial, body=body, version=frame.version)


def sealed(wire: bytes) -> bytes:
    """Return the bytes of a message with its check code put right; the marks stay where they are."""
    inner = wire.strip(b"\x7e")[:-1].replace(b"\x7d\x02", b"\x7e").replace(b"\x7d\x01", b"\x7d")
    return wrapped(inner)


def registration(terminal: str, plate: str, serial: int = 0) -> bytes:
    """Return the registration of a terminal (edition of 2019)."""
    plain = plate.encode("gb18030")
    body = struct.pack(">HH11s30s30sB", 32, 205, b"SANPING", b"SIM-808", terminal[-7:].encode(), 2) + plain
    return encoded(Frame(id=REGISTER, terminal=terminal, serial=serial, body=body, version=1), is_up=True)


def authentication(terminal: str, code: str, serial: int = 0) -> bytes:
    """Return the message with which a terminal shows its code (edition of 2019)."""
    plain = code.encode("ascii")
    body = bytes([len(plain)]) + plain + b"000000000000000" + b"1.0".ljust(20, b"\0")
    return encoded(Frame(id=AUTHENTICATE, terminal=terminal, serial=serial, body=body, version=1), is_up=True)


def location_body(
    place: tuple[float, float], speed_kmh: float, heading_deg: float, event_ms: int, *, alarms: int = 0
) -> bytes:
    """Return the body of 0200; `place` is longitude and latitude in degrees, north and east; the clock is UTC+8."""
    clock = time.strftime("%y%m%d%H%M%S", time.gmtime(event_ms // 1000 + 28_800))
    numbers = _POSITION.pack(
        alarms,
        _STATUS,
        round(place[1] * 1e6),
        round(place[0] * 1e6),
        5,
        round(speed_kmh * 10),
        round(heading_deg) % 360,
    )
    return numbers + bytes.fromhex(clock)


def location(terminal: str, body: bytes, serial: int = 0) -> bytes:
    """Return the position of a terminal (edition of 2019)."""
    return encoded(Frame(id=LOCATION, terminal=terminal, serial=serial, body=body, version=1), is_up=True)
