"""From bytes to frames to observations: pure, and raising nothing but `FrameBroken`."""

from collections.abc import Iterator

from sanping.adapters.sl427.frame import AFNS, LINK, VOLTAGE, Frame
from sanping.adapters.sl427.framing import Cut, Fault, Framer
from sanping.adapters.sl427.readings import WITH_VALUES, Interpreter
from sanping.adapters.sl427.types import bundled_types
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.explain import Explained, FieldValue

FAULTS: dict[Fault, Text] = {
    "garbage": Text("不是 SL/T 427 报文", "Not a frame of SL/T 427"),
    "crc": Text("校验码不符", "Wrong check code"),
    "cut": Text("报文不完整：在结束前中断", "The frame is incomplete: it breaks off before its end"),
}
_NOT_ONE = Text("应为一条完整报文，实为 {count} 段", "One whole frame was expected, not {count} pieces")
_UNKNOWN = Text("其他", "other")


def decode_frame(wire: bytes) -> Frame:
    """Return what one whole frame says. Raises `FrameBroken`."""
    framer = Framer()
    cuts = [*framer.fed(wire), *framer.ended()]
    if len(cuts) != 1:
        raise FrameBroken(_NOT_ONE.with_values(count=len(cuts)))
    if cuts[0].fault or cuts[0].frame is None:
        raise FrameBroken(FAULTS[cuts[0].fault or "garbage"])
    return cuts[0].frame


def observations_of(frame: Frame, now_ms: int = 0) -> tuple[Observation, ...]:
    """Return what a frame measured, with the bundled tables and times of UTC+8; none for what is no report."""
    if not frame.is_up or frame.split >= 0 or frame.afn not in WITH_VALUES | {VOLTAGE}:
        return ()
    return Interpreter(bundled_types()).read(frame, now_ms).observations


def explain(data: bytes) -> Iterator[Explained]:
    """Explain bytes piece by piece; values of a frame that gives no whole time stand among its fields."""
    framer = Framer()
    for cuts in (framer.fed(data), framer.ended()):
        yield from map(_explained, cuts)


def _explained(cut: Cut) -> Explained:
    frame = cut.frame
    text = FAULTS[cut.fault] if cut.fault else None
    observations = observations_of(frame) if frame is not None and not cut.fault else ()
    untimed = {one.quantity: one.value for one in observations if not one.event_ms}
    return Explained(
        offset=cut.offset,
        size=len(cut.wire),
        frame=cut.wire[:512].hex().upper() + ("…" if len(cut.wire) > 512 else ""),
        fields=_fields(frame) | untimed if frame is not None else {},
        observations=tuple(one for one in observations if one.event_ms),
        crc_ok={"": True, "crc": False}.get(cut.fault),
        error=f"{text.zh} / {text.en}" if text else "",
    )


def _fields(frame: Frame) -> dict[str, FieldValue]:
    title = AFNS.get(frame.afn, _UNKNOWN)
    meaning = bundled_types().value(frame.kind, 1)
    fields: dict[str, FieldValue] = {
        "direction": "up" if frame.is_up else "down",
        "station": frame.station,
        "type": f"{frame.kind:02X}",
        "type_name": f"{meaning.title.zh} / {meaning.title.en}" if meaning else "",
        "count": frame.countdown,
        "AFN": f"{frame.afn:02X}",
        "AFN_name": f"{title.zh} / {title.en}",
    }
    fields |= {"split": frame.split} if frame.split >= 0 else {}
    if frame.afn == LINK or not frame.is_up or frame.split >= 0 or frame.afn not in WITH_VALUES:
        return fields | {"data": frame.data.hex().upper()}
    parsed = Interpreter(bundled_types()).parsed(frame)
    fields["values"] = parsed.values.hex().upper()
    fields |= {"alarm_and_state": parsed.words.hex().upper()} if parsed.words else {}
    return fields | ({"Tp": parsed.tag.hex().upper()} if parsed.tag else {})
