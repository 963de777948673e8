"""From bytes to frames to observations: pure, and raising nothing but `FrameBroken`."""

from collections.abc import Iterator

from sanping.adapters.hj212.codes import bundled_codes
from sanping.adapters.hj212.crc import crc16
from sanping.adapters.hj212.frame import Frame
from sanping.adapters.hj212.framing import Cut, Fault, Framer
from sanping.adapters.hj212.joining import SplitMessages
from sanping.adapters.hj212.readings import Interpreter
from sanping.adapters.hj212.segment import decoded_segment
from sanping.adapters.hj212.sm4 import AreaCipher, area_cipher
from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.explain import Explained, FieldValue

FAULTS: dict[Fault, Text] = {
    "garbage": Text("不是 HJ 212 报文", "Not a frame of HJ 212"),
    "crc": Text("校验码不符：报文写 {sent}，应为 {right}", "Wrong check code: the frame has {sent}, {right} is right"),
    "length": Text(
        "长度字段为 {said}，与报文不符或超过上限",
        "The length field says {said}: it does not fit or is over the limit",
    ),
    "encrypted": Text(
        "数据区已加密，没有密钥或密钥不对；请核对 sm4_key",
        "The data area is encrypted, and there is no key or a wrong one; check sm4_key",
    ),
    "cut": Text("报文不完整：在结束前中断", "The frame is incomplete: it breaks off before its end"),
}
_NOT_ONE = Text("应为一条完整报文，实为 {count} 段", "One whole frame was expected, not {count} pieces")
_SHOWN = 2048


def fault_text(cut: Cut) -> Text:
    """Return the sentence that says what is wrong with a cut."""
    right = f"{crc16(cut.segment):04X}" if cut.fault == "crc" else ""
    said = cut.wire[2:6].decode("ascii", "replace")
    return FAULTS[cut.fault].with_values(sent=cut.check.decode("ascii", "replace"), right=right, said=said)


def decode_frame(wire: bytes, cipher: AreaCipher | None = None) -> Frame:
    """Return what one whole frame says, its line end may be missing. Raises `FrameBroken`."""
    framer = Framer(cipher)
    cuts = [*framer.fed(wire), *framer.ended()]
    if len(cuts) != 1:
        raise FrameBroken(_NOT_ONE.with_values(count=len(cuts)))
    if cuts[0].fault:
        raise FrameBroken(fault_text(cuts[0]))
    return decoded_segment(cuts[0].segment)


def observations_of(frame: Frame) -> tuple[Observation, ...]:
    """Return what a frame measured, with the bundled tables and times of UTC+8. Raises `FrameBroken`."""
    return Interpreter(codes=bundled_codes()).read(frame).observations


def explain(data: bytes, key: str = "") -> Iterator[Explained]:
    """Explain bytes piece by piece; `key` is the SM4 key of encrypted frames, which `area_cipher` may refuse."""
    framer, messages, interpreter = Framer(area_cipher(key)), SplitMessages(), Interpreter(codes=bundled_codes())
    for cuts in (framer.fed(data), framer.ended()):
        for cut in cuts:
            yield _explained(cut, messages, interpreter)


def _explained(cut: Cut, messages: SplitMessages, interpreter: Interpreter) -> Explained:
    """Explain one cut; a frame with a wrong check code is read all the same, so that a person sees what it says."""
    error = _said(fault_text(cut)) if cut.fault else ""
    fields: dict[str, FieldValue] = {}
    observations: tuple[Observation, ...] = ()
    if cut.segment and cut.fault != "encrypted":
        try:
            frame = decoded_segment(cut.segment)
            fields = _fields(frame, cut)
            data_time = messages.data_time_for(frame, 0) if frame.packets else ""
            observations = interpreter.read(frame, data_time=data_time).observations
        except FrameBroken as broken:
            error = error or _said(broken.message)
    return Explained(
        offset=cut.offset,
        size=len(cut.wire),
        frame=_shown(cut.wire),
        fields=fields,
        observations=observations if cut.fault in ("", "length") else (),
        crc_ok={"": True, "length": True if cut.check else None, "crc": False}.get(cut.fault),
        error=error,
    )


def _fields(frame: Frame, cut: Cut) -> dict[str, FieldValue]:
    """Return header and data area by name; a name that comes again makes a list."""
    fields: dict[str, FieldValue] = {"length": int(cut.wire[2:6])}
    fields |= {"QN": frame.qn} if frame.qn else {}
    fields |= {"ST": frame.st, "CN": frame.cn, "PW": frame.pw, "MN": frame.mn}
    fields |= {"Flag": frame.flag} if frame.flag is not None else {}
    fields["version"] = frame.version or ""
    fields |= {"PNUM": frame.packets, "PNO": frame.packet} if frame.packets else {}
    fields |= {"RF": 1} if frame.is_backfill else {}
    fields |= {"encrypted": 1} if cut.was_encrypted else {}
    for name, value in frame.pairs():
        known = fields.get(name)
        if known is None:
            fields[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            fields[name] = [known, value]
    fields["CRC"] = cut.check.decode("ascii", "replace")
    return fields


def _shown(wire: bytes) -> str:
    """Return bytes as text; what is no text is shown in escapes, two hexadecimal digits a byte."""
    text = wire[:_SHOWN].strip().decode("utf-8", "backslashreplace")
    shown = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)
    return shown + ("…" if len(wire) > _SHOWN else "")


def _said(text: Text) -> str:
    return f"{text.zh} / {text.en}"
