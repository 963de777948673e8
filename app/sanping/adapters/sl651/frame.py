"""One frame of SL 651, in both codings: its header, its body as bytes, its end; nothing of the body is read here."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from sanping.adapters.sl651.crc import crc16
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

SOH, STX, ETX, EOT, ENQ, ACK = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
NAK, SYN, ETB, ESC = 0x15, 0x16, 0x17, 0x1B
END_CHARACTERS = frozenset({ETX, EOT, ENQ, ACK, NAK, ETB, ESC})

LONGEST_BODY = 4095
LONGEST_PACKET = 0x3FFF
"""Bytes between start and end character: 12 bits say how many; in a packet of several 16 bits do, and we take 14."""

HEX_HEAD = 14
TEXT_HEAD = 24
"""Bytes up to and including STX or SYN."""

KEEP_ALIVE, TEST, UNIFORM, TIMED, EVENT, HOURLY, MANUAL, PICTURE = range(0x2F, 0x37)
QUERY_NOW, QUERY_PERIOD, QUERY_MANUAL, QUERY_SOME = range(0x37, 0x3B)
VERSION, STATUS, EVENT_LOG, CLOCK = 0x45, 0x46, 0x50, 0x51

FUNCTIONS: Mapping[int, Text] = MappingProxyType(
    {
        0x2F: Text("链路维持报", "keep-alive"),
        0x30: Text("测试报", "test"),
        0x31: Text("均匀时段报", "uniform interval"),
        0x32: Text("定时报", "timed report"),
        0x33: Text("加报报", "event report"),
        0x34: Text("小时报", "hourly report"),
        0x35: Text("人工置数报", "manual report"),
        0x36: Text("图片报", "picture"),
        0x37: Text("查询实时数据", "query: now"),
        0x38: Text("查询时段数据", "query: period"),
        0x39: Text("查询人工置数", "query: manual"),
        0x3A: Text("查询指定要素", "query: chosen elements"),
        0x40: Text("修改基本配置", "set basic configuration"),
        0x41: Text("读取基本配置", "read basic configuration"),
        0x42: Text("修改运行参数", "set run parameters"),
        0x43: Text("读取运行参数", "read run parameters"),
        0x44: Text("查询水泵电机数据", "pump motor data"),
        0x45: Text("查询软件版本", "software version"),
        0x46: Text("查询状态和报警", "status and alarms"),
        0x47: Text("初始化固态存储", "clear memory"),
        0x48: Text("恢复出厂设置", "factory reset"),
        0x49: Text("修改密码", "set password"),
        0x4A: Text("设置时钟", "set clock"),
        0x4B: Text("设置 IC 卡状态", "set IC card"),
        0x4C: Text("控制水泵", "control pump"),
        0x4D: Text("控制阀门", "control valve"),
        0x4E: Text("控制闸门", "control gate"),
        0x4F: Text("水量定值控制", "water quota"),
        0x50: Text("查询事件记录", "event log"),
        0x51: Text("查询时钟", "query clock"),
    }
)
NEVER_SENT = frozenset({0x40, 0x42, *range(0x47, 0x50)})
"""What would change a station or move a pump, valve or gate; this program has no way to send it."""

_HEX_DIGITS = frozenset("0123456789ABCDEF")
_NOT_SENT = Text(
    "功能码 {function:02X}（{title}）会改变测站，本程序不发送",
    "Function {function:02X} ({title}) changes the station; this program does not send it",
)
_BAD_FIELD = Text("报文的 {name} 为 {value}，无法编码", "{name} of the frame is {value} and cannot be written")


class Frame(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A whole frame. `station` has ten and `password` four hexadecimal digits (upper case; a station may hold A–F).

    `end` is the end character. `packets` and `packet` (from 1) are set in a frame that starts with SYN, and 0
    otherwise. `is_up` is a frame from a station; `is_text` one in ASCII coding.
    """

    station: str
    centre: int
    password: str
    function: int
    body: bytes
    end: int = ETX
    packets: int = 0
    packet: int = 0
    is_up: bool = True
    is_text: bool = False


def encoded(frame: Frame) -> bytes:
    """Return the bytes of a frame. Raises `FrameBroken` for a field that does not fit, and for control functions."""
    _check(frame)
    if not frame.is_up and frame.function in NEVER_SENT:
        raise FrameBroken(_NOT_SENT.with_values(function=frame.function, title=FUNCTIONS[frame.function]))
    centre = f"{frame.centre:02X}"
    addresses = centre + frame.station if frame.is_up else frame.station + centre
    packet = f"{frame.packets << 12 | frame.packet:06X}" if frame.packets else ""
    counted = len(frame.body) + (len(packet) if frame.is_text else len(packet) // 2)
    length = counted | (0 if frame.is_up else 0x8000)
    head = f"{addresses}{frame.password}{frame.function:02X}{length:04X}"
    start = bytes([SYN if packet else STX])
    end = bytes([frame.end])
    if frame.is_text:
        wire = bytes([SOH]) + head.encode() + start + packet.encode() + frame.body + end
        return wire + f"{crc16(wire):04X}".encode()
    wire = b"\x7e\x7e" + bytes.fromhex(head) + start + bytes.fromhex(packet) + frame.body + end
    return wire + crc16(wire).to_bytes(2, "big")


def _check(frame: Frame) -> None:
    longest = LONGEST_PACKET - 6 if frame.packets and frame.is_up else LONGEST_BODY - 6
    fits = {
        "station": len(frame.station) == 10 and _HEX_DIGITS.issuperset(frame.station),
        "password": len(frame.password) == 4 and _HEX_DIGITS.issuperset(frame.password),
        "centre": 0 <= frame.centre <= 255,
        "function": 0 <= frame.function <= 255,
        "end": frame.end in END_CHARACTERS,
        "packet": 0 <= frame.packet <= frame.packets <= 4095 if frame.packets else frame.packet == 0,
        "body": len(frame.body) <= longest + (0 if frame.packets else 6),
    }
    for name, is_right in fits.items():
        if not is_right:
            value = len(frame.body) if name == "body" else getattr(frame, name)
            raise FrameBroken(_BAD_FIELD.with_values(name=name, value=value))
