"""From frames to bytes: what simulators, acknowledgements and requests send."""

from collections.abc import Sequence

from msgspec.structs import replace

from sanping.adapters.hj212.crc import crc16
from sanping.adapters.hj212.frame import (
    DATA_TAKEN,
    DEVICE_FACTS,
    INTERACTION,
    NOTICE_TAKEN,
    NOTICES,
    VERSIONS,
    Frame,
    Item,
)
from sanping.adapters.hj212.segment import AREA_END, AREA_START
from sanping.adapters.hj212.sm4 import AreaCipher
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

LONGEST_SEGMENT = 1024
_LONGEST_WRITTEN = 9999
_TAIL = b"\r\n"
_MOST_PACKETS = {"2005": 9999, "2017": 9999, "2025": 9}
_TOO_LONG = Text("数据段 {size} 字节，长度字段写不下", "A data segment of {size} bytes does not fit the length field")
_TOO_MANY = Text(
    "拆成 {count} 包，超过 {version} 版包号能写的 {most} 包",
    "Split into {count} packets, more than the {most} that the packet numbers of edition {version} can count",
)
_ITEM_TOO_LONG = Text(
    "数据项“{name}”一包放不下，无法拆分", "The item “{name}” does not fit in one packet, so the frame cannot be split"
)


def data_area(items: Sequence[Item]) -> bytes:
    """Return the text between `CP=&&` and `&&`, UTF-8."""
    return ";".join([",".join([f"{name}={value}" for name, value in item]) for item in items]).encode("utf-8")


def header(frame: Frame) -> bytes:
    """Return the fields before `CP`, each with its semicolon; fields that a frame of 2005 lacks are left out."""
    parts = [f"QN={frame.qn};"] if frame.qn else []
    parts.append(f"ST={frame.st};CN={frame.cn};PW={frame.pw};MN={frame.mn};")
    if frame.flag is not None:
        parts.append(f"Flag={frame.flag};")
    if frame.packets:
        parts.append(f"PNUM={frame.packets};PNO={frame.packet};")
    if frame.is_backfill:
        parts.append("RF=1;")
    return "".join(parts).encode("utf-8")


def encoded(frame: Frame, cipher: AreaCipher | None = None) -> bytes:
    """Return a frame as it goes on the wire, ending in CR LF.

    With a cipher the data area is encrypted after length and check code were taken from the plain segment (2025 annex
    A.2). Raises `FrameBroken` for a segment that the length field cannot count.
    """
    head, area = header(frame) + AREA_START, data_area(frame.items)
    segment = head + area + AREA_END
    if len(segment) > _LONGEST_WRITTEN:
        raise FrameBroken(_TOO_LONG.with_values(size=len(segment)))
    check = b"%04X" % crc16(segment)
    written = head + cipher.encrypted(area) + AREA_END if cipher else segment
    return b"##%04d" % len(segment) + written + check + _TAIL


def sealed(segment: bytes) -> bytes:
    """Return any data segment with head, length, check code and tail. Raises `FrameBroken` for one that is too long."""
    if len(segment) > _LONGEST_WRITTEN:
        raise FrameBroken(_TOO_LONG.with_values(size=len(segment)))
    return b"##%04d%s%04X" % (len(segment), segment, crc16(segment)) + _TAIL


def is_to_be_encrypted(frame: Frame) -> bool:
    """Say whether the edition of 2025 wants this frame encrypted where a key is agreed."""
    return frame.version == "2025" and (frame.cn.startswith("2") or frame.cn in ("1014", DEVICE_FACTS))


def answer(frame: Frame, command: str, items: tuple[Item, ...] = ()) -> Frame:
    """Return the frame that answers `frame`: same QN, MN and edition, ST 91, no answer wanted."""
    flag = None if frame.flag is None else VERSIONS.index(frame.version or "2017") << 2
    return Frame(qn=frame.qn, st=INTERACTION, cn=command, pw=frame.pw, mn=frame.mn, flag=flag, items=items)


def acknowledgement(frame: Frame) -> bytes:
    """Return the bytes that acknowledge an upload: 9013 for notices and heartbeats, 9014 for data."""
    return encoded(answer(frame, NOTICE_TAKEN if frame.cn in NOTICES else DATA_TAKEN))


def packet_qn(first: str, packet: int) -> str:
    """Return the exchange number of a packet of a split frame, counted from 1: a millisecond after the one before."""
    if len(first) != 17 or not first.isdigit():
        return first
    return f"{first[:14]}{(int(first[14:]) + packet - 1) % 1000:03d}"


def split(frame: Frame, longest_segment: int = LONGEST_SEGMENT) -> tuple[Frame, ...]:
    """Return the packets that carry a frame whose segment would be too long; the frame itself when it fits.

    Each packet repeats DataTime and has its own QN and acknowledgement (2017 tables C.49, C.50). Raises `FrameBroken`
    when one item alone is too long, or there are more packets than the edition can number (9 in 2025).
    """
    if len(header(frame)) + len(data_area(frame.items)) + 7 <= longest_segment:
        return (frame,)
    times = tuple(item for item in frame.items if item[0][0] == "DataTime")
    numbered = replace(frame, flag=(frame.flag or 0) | 2, packets=9999, packet=9999, qn=frame.qn or "0" * 17)
    room = longest_segment - len(header(numbered)) - 7 - len(data_area(times)) - 1
    parts: list[list[Item]] = [[]]
    for item in (item for item in frame.items if item not in times):
        if len(data_area((item,))) > room:
            raise FrameBroken(_ITEM_TOO_LONG.with_values(name=item[0][0]))
        if len(data_area((*parts[-1], item))) > room:
            parts.append([])
        parts[-1].append(item)
    most = _MOST_PACKETS[frame.version or "2017"]
    if len(parts) > most:
        raise FrameBroken(_TOO_MANY.with_values(count=len(parts), version=frame.version, most=most))
    return tuple(
        replace(numbered, qn=packet_qn(frame.qn, count), packets=len(parts), packet=count, items=(*times, *part))
        for count, part in enumerate(parts, 1)
    )
