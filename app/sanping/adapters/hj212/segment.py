"""The data segment as text: from bytes to a `Frame`, lenient where real senders err.

Accepted beyond the standard: frames of 2005 without QN and Flag, a comma where a semicolon belongs in the header, other
letter case of header names, semicolons too many, MN of 1 to 40 letters, digits, "_", "." and "-", long passwords, text
that is GB 18030 instead of UTF-8.
"""

import re

from sanping.adapters.hj212.frame import Frame, Item
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text

AREA_START = b"CP=&&"
AREA_END = b"&&"

_USUAL_HEAD = re.compile(
    rb"QN=([0-9]{17});ST=([0-9A-Z]{2});CN=([0-9]{4});PW=([^;,&\s]{0,64});MN=([0-9A-Za-z_.-]{1,40});Flag=([0-9]{1,3});"
    rb"(?:PNUM=([0-9]{1,4});PNO=([0-9]{1,4});)?(?:RF=([01]);)?CP=&&"
)
_SHAPES = {
    "QN": re.compile(r"[0-9A-Za-z]{0,32}"),
    "ST": re.compile(r"[0-9A-Za-z]{0,4}"),
    "CN": re.compile(r"[0-9]{4}"),
    "PW": re.compile(r"[^;,&\s]{0,64}"),
    "MN": re.compile(r"[0-9A-Za-z_.-]{1,40}"),
    "FLAG": re.compile(r"[0-9]{0,3}"),
    "PNUM": re.compile(r"[0-9]{0,4}"),
    "PNO": re.compile(r"[0-9]{0,4}"),
    "RF": re.compile(r"[0-9]?"),
}
_NO_AREA = Text("数据段没有 CP=&&…&& 数据区", "The data segment has no data area CP=&&…&&")
_BAD_FIELD = Text("数据段的 {name} 缺失或不合规", "The {name} of the data segment is missing or malformed")


def decoded_segment(segment: bytes) -> Frame:
    """Return what a plain data segment says. Raises `FrameBroken`."""
    if not segment.endswith(AREA_END):
        raise FrameBroken(_NO_AREA)
    usual = _USUAL_HEAD.match(segment)
    if usual is None or usual.end() > len(segment) - 2:
        return _unusual(segment)
    qn, st, cn, pw, mn, flag, packets, packet, backfill = usual.groups()
    return Frame(
        qn=qn.decode("ascii"),
        st=st.decode("ascii"),
        cn=cn.decode("ascii"),
        pw=_text(pw),
        mn=mn.decode("ascii"),
        flag=int(flag),
        packets=int(packets or 0),
        packet=int(packet or 0),
        is_backfill=backfill == b"1",
        items=_items(segment[usual.end() : -2]),
    )


def area_of(segment: bytes) -> tuple[int, int]:
    """Return where the data area of a segment starts and ends, (-1, -1) when there is none; it may be encrypted."""
    at = segment.find(AREA_START)
    start, end = at + len(AREA_START), len(segment) - len(AREA_END)
    return (start, end) if at >= 0 and end >= start and segment.endswith(AREA_END) else (-1, -1)


def _unusual(segment: bytes) -> Frame:
    """Read a header field by field, in any order."""
    start, end = area_of(segment)
    if start < 0:
        raise FrameBroken(_NO_AREA)
    head = _text(segment[: start - len(AREA_START)]).replace(",", ";")
    fields = dict.fromkeys(_SHAPES, "")
    for part in head.split(";"):
        name, _, value = part.partition("=")
        if name.strip().upper() in fields:
            fields[name.strip().upper()] = value.strip()
    for name, shape in _SHAPES.items():
        if not shape.fullmatch(fields[name]) or not fields[name].isascii():
            raise FrameBroken(_BAD_FIELD.with_values(name="Flag" if name == "FLAG" else name))
    return Frame(
        qn=fields["QN"],
        st=fields["ST"],
        cn=fields["CN"],
        pw=fields["PW"],
        mn=fields["MN"],
        flag=int(fields["FLAG"]) if fields["FLAG"] else None,
        packets=int(fields["PNUM"] or 0),
        packet=int(fields["PNO"] or 0),
        is_backfill=fields["RF"] == "1",
        items=_items(segment[start:end]),
    )


def _items(area: bytes) -> tuple[Item, ...]:
    """Split the data area; empty items are what a semicolon too many leaves."""
    return tuple(
        [
            tuple([(name, value) for name, _, value in [pair.partition("=") for pair in item.split(",")]])
            for item in _text(area).split(";")
            if item
        ]
    )


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
