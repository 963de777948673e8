"""From bytes to frames to observations: pure, and raising nothing but `FrameBroken`."""

from collections.abc import Iterator

from sanping.adapters.sl651.body import JPEG, OBSERVED, RAW, STATION, Message, Part, decoded_body
from sanping.adapters.sl651.elements import bundled_elements
from sanping.adapters.sl651.frame import FUNCTIONS, KEEP_ALIVE, Frame
from sanping.adapters.sl651.framing import Cut, Fault, all_cuts
from sanping.adapters.sl651.joining import Joiner
from sanping.adapters.sl651.readings import Interpreter, Picture
from sanping.adapters.sl651.text_body import decoded_text_body
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.explain import Explained, FieldValue

FAULTS: dict[Fault, Text] = {
    "garbage": Text("不是 SL 651 报文", "Not a frame of SL 651"),
    "crc": Text("校验码不符：报文写 {sent}，应为 {right}", "Wrong check code: the frame has {sent}, {right} is right"),
    "length": Text(
        "长度字段与报文不符：校验码按另一长度成立",
        "The length field does not fit: the check code is right for another length",
    ),
    "cut": Text("报文不完整：在结束前中断", "The frame is incomplete: it breaks off before its end"),
}
_NOT_ONE = Text("应为一条完整报文，实为 {count} 段", "One whole frame was expected, not {count} pieces")
_SHOWN = 1024
_UNKNOWN_FUNCTION = Text("自定义", "vendor's own")


def fault_text(cut: Cut) -> Text:
    """Return the sentence that says what is wrong with a cut."""
    sent, right = (f"{code:04X}" if code >= 0 else "?" for code in (cut.sent, cut.right))
    return FAULTS[cut.fault].with_values(sent=sent, right=right)


def decode_frame(wire: bytes) -> Frame:
    """Return what one whole frame says. Raises `FrameBroken`."""
    cuts = all_cuts(wire)
    if len(cuts) != 1:
        raise FrameBroken(_NOT_ONE.with_values(count=len(cuts)))
    if cuts[0].fault or cuts[0].frame is None:
        raise FrameBroken(fault_text(cuts[0]) if cuts[0].fault else FAULTS["garbage"])
    return cuts[0].frame


def decode_message(frame: Frame) -> Message:
    """Return what the body of a whole message says, in either coding. Raises `FrameBroken`."""
    return decoded_text_body(frame) if frame.is_text else decoded_body(frame)


def observations_of(frame: Frame) -> tuple[Observation, ...]:
    """Return what a frame measured, with the bundled element table and times of UTC+8. Raises `FrameBroken`."""
    return Interpreter(bundled_elements()).read(decode_message(frame), frame.station).observations


def pictures_of(frame: Frame) -> tuple[Picture, ...]:
    """Return the pictures in a whole message. Raises `FrameBroken`."""
    return Interpreter(bundled_elements()).read(decode_message(frame), frame.station).pictures


def explain(data: bytes) -> Iterator[Explained]:
    """Explain bytes piece by piece; a message of several packets is read with its last one."""
    joiner, interpreter = Joiner(), Interpreter(bundled_elements())
    for cut in all_cuts(data):
        yield _explained(cut, joiner, interpreter)


def _explained(cut: Cut, joiner: Joiner, interpreter: Interpreter) -> Explained:
    """Explain one cut; a frame with a wrong check code is read all the same, so that a person sees what it says."""
    error = _said(fault_text(cut)) if cut.fault else ""
    fields: dict[str, FieldValue] = {}
    observations: tuple[Observation, ...] = ()
    frame = cut.frame
    if frame is not None:
        fields = _header(frame)
        whole: Frame | None = frame
        if frame.packets and not cut.fault:
            whole = joiner.taken(frame, 0).whole
        if whole is not None and not (cut.fault and frame.packets):
            try:
                message = decode_message(whole)
                fields |= _body(message, interpreter)
                if not cut.fault and whole.is_up:
                    observations = interpreter.read(message, whole.station).observations
            except FrameBroken as broken:
                error = error or _said(broken.message)
    is_checked = cut.sent != -1
    return Explained(
        offset=cut.offset,
        size=len(cut.wire),
        frame=cut.wire[:_SHOWN].hex().upper() + ("…" if len(cut.wire) > _SHOWN else ""),
        fields=fields,
        observations=observations,
        crc_ok=(cut.sent == cut.right) if is_checked else None,
        error=error,
    )


def _header(frame: Frame) -> dict[str, FieldValue]:
    title = FUNCTIONS.get(frame.function, _UNKNOWN_FUNCTION)
    fields: dict[str, FieldValue] = {
        "direction": "up" if frame.is_up else "down",
        "coding": "ASCII" if frame.is_text else "HEX/BCD",
        "centre": f"{frame.centre:02X}",
        "station": frame.station,
        "password": frame.password,
        "function": f"{frame.function:02X}",
        "function_name": f"{title.zh} / {title.en}",
        "length": len(frame.body) + (3 if frame.packets else 0),
        "end": f"{frame.end:02X}",
    }
    return fields | ({"packets": frame.packets, "packet": frame.packet} if frame.packets else {})


def _body(message: Message, interpreter: Interpreter) -> dict[str, FieldValue]:
    """Return serial, time and parts by name; a name that comes again makes a list."""
    fields: dict[str, FieldValue] = {"serial": message.serial, "sent": message.sent}
    for part in message.parts:
        name, value = _named(part, message.function, interpreter)
        known = fields.get(name)
        if known is None:
            fields[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            fields[name] = [known, value]
    if message.rest:
        fields["unread"] = message.rest.hex().upper()[:_SHOWN]
    return fields


def _named(part: Part, function: int, interpreter: Interpreter) -> tuple[str, str]:
    """Return a part's name and what it says, as sent."""
    if part.key:
        return part.key, " ".join(part.words)[:_SHOWN]
    match part.guide:
        case guide if guide == OBSERVED:
            return "TT", part.data.hex().upper()
        case guide if guide == STATION:
            kind = part.data[5:].decode("latin-1")
            return "ST", part.data[:5].hex().upper() + (f" {kind}" if kind.isprintable() and kind else "")
        case guide if guide == RAW:
            return ("keep_alive" if function == KEEP_ALIVE else "data"), part.data.hex().upper()[:_SHOWN]
        case guide if guide == JPEG:
            return "PIC", f"{len(part.data)} B"
    element = interpreter.table.element(part.guide)
    digits = part.data[: _SHOWN // 2].hex().upper()
    return element.key or f"{part.guide:02X}", digits


def _said(text: Text) -> str:
    return f"{text.zh} / {text.en}"
