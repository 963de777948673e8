"""From bytes to messages to positions: pure, and raising nothing but `FrameBroken`."""

from collections.abc import Iterator

from sanping.adapters.jt808.body import Location, location_of, locations_of, plate_of
from sanping.adapters.jt808.frame import LOCATION, LOCATIONS, REGISTER, TITLES, Frame, decoded
from sanping.adapters.jt808.framing import Cut, Framer
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.explain import Explained, FieldValue

_SHOWN = 1024
_OTHER = Text("其他消息", "another message")
_ENCRYPTED = Text("消息体已加密，无法解析", "The body is encrypted and cannot be read")


def decode_frame(wire: bytes) -> Frame:
    """Return what one whole message, with its marks, says. Raises `FrameBroken`."""
    return decoded(wire.strip(b"\x7e"))


def locations_in(frame: Frame, utc_offset_h: float = 8.0) -> list[Location]:
    """Return the positions that a message tells, none for a message of another kind. Raises `FrameBroken`."""
    if frame.id not in (LOCATION, LOCATIONS) or frame.parts:
        return []
    if frame.encryption:
        raise FrameBroken(_ENCRYPTED)
    return [location_of(frame.body, utc_offset_h)] if frame.id == LOCATION else locations_of(frame.body, utc_offset_h)


def explain(data: bytes) -> Iterator[Explained]:
    """Explain bytes piece by piece, with times of UTC+8."""
    framer = Framer()
    for cuts in (framer.fed(data), framer.ended()):
        for cut in cuts:
            yield _explained(cut)


def _explained(cut: Cut) -> Explained:
    error = "" if cut.fault is None else f"{cut.fault.zh} / {cut.fault.en}"
    fields: dict[str, FieldValue] = {}
    observations: tuple[Observation, ...] = ()
    if cut.frame is not None:
        fields = _header(cut.frame)
        try:
            found = locations_in(cut.frame)
        except FrameBroken as broken:
            error = f"{broken.message.zh} / {broken.message.en}"
        else:
            for location in found[:1]:
                fields |= _said(location)
            observations = tuple(row for location in found for row in _rows(cut.frame, location))
    digits = cut.wire[:_SHOWN].hex().upper()
    return Explained(
        offset=cut.offset,
        size=len(cut.wire),
        frame=digits + ("…" if len(cut.wire) > _SHOWN else ""),
        fields=fields,
        observations=observations,
        crc_ok=True if cut.frame is not None else None if cut.is_rubbish else False,
        error=error,
    )


def _header(frame: Frame) -> dict[str, FieldValue]:
    title = TITLES.get(frame.id, _OTHER)
    fields: dict[str, FieldValue] = {
        "id": f"{frame.id:04X}", "message": f"{title.zh} {title.en}", "terminal": frame.terminal,
        "serial": frame.serial, "edition": 2019 if frame.version else 2013, "size": len(frame.body),
    }  # fmt: skip
    if frame.parts:
        fields |= {"packets": frame.parts, "packet": frame.part}
    if frame.id == REGISTER:
        fields["plate"] = plate_of(frame.body, frame.version)
    return fields


def _said(location: Location) -> dict[str, FieldValue]:
    return {
        "alarms": f"{location.alarms:08X}", "status": f"{location.status:08X}", "longitude": location.longitude_deg,
        "latitude": location.latitude_deg, "altitude": location.altitude_m, "speed": location.speed_kmh,
        "heading": location.heading_deg, "event_ms": location.event_ms,
    }  # fmt: skip


def _rows(frame: Frame, location: Location) -> Iterator[Observation]:
    """Yield what a position measures, for a person who looks at one message."""
    values = {"speed": (location.speed_kmh, "km/h"), "jt808:mileage": (location.mileage_km, "km")}
    for quantity, (value, unit) in values.items():
        if value is not None:
            yield Observation(
                station=frame.terminal, quantity=quantity, value=value, unit=unit, event_ms=location.event_ms
            )
