"""Text frames to messages and back; whatever comes in, `FrameBroken` is the only error."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.ballot import Ballot
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.device import Device
from sanping.domain.errors import FrameBroken
from sanping.domain.major_event import PostReport
from sanping.domain.notice import Notice
from sanping.domain.report import Report
from sanping.domain.response import Response
from sanping.domain.site import Joint, SiteAlarm, SiteCase, SiteNotice, SiteOrder, SiteStatus
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.wire.messages import MAX_BYTES_IN, Change, FromHub, FromScreen, NoticesOver
from sanping.wire.show import Seen

_BROKEN = Text(
    "收到的消息无法解析：{reason}；请更新两端程序", "A message cannot be read: {reason}; update both programs"
)
_TOO_LONG = Text(
    "消息长 {size} 字节，超过上限 {limit}；请减少内容后重发",
    "A message of {size} bytes is over the limit of {limit}; send less at once",
)

Body = (
    Alarm | SourceStatus | Notice | NoticesOver | Report | Device | CaseLine | CaseCounts | Response | PostReport
    | Ballot | SiteStatus | SiteCase | SiteAlarm | SiteOrder | SiteNotice | Joint
)  # fmt: skip


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a newer protocol; it is skipped."""

    type: str


_BAD = (msgspec.MsgspecError, UnicodeError, RecursionError)
_TO_HUB: msgspec.json.Decoder[FromScreen] = msgspec.json.Decoder(FromScreen)
_TO_SCREEN: msgspec.json.Decoder[FromHub] = msgspec.json.Decoder(FromHub)
_SEEN = msgspec.json.Decoder(Seen)
_SEEN_BEGINS = b'{"type":"seen",'
_NAME = msgspec.json.Decoder(Unknown)
_BODIES: Mapping[str, msgspec.json.Decoder[Body]] = MappingProxyType(
    {
        "alarm": msgspec.json.Decoder(Alarm),
        "source": msgspec.json.Decoder(SourceStatus),
        "device": msgspec.json.Decoder(Device),
        "notice": msgspec.json.Decoder(Notice),
        "notices_over": msgspec.json.Decoder(NoticesOver),
        "report": msgspec.json.Decoder(Report),
        "case": msgspec.json.Decoder(CaseLine),
        "case_counts": msgspec.json.Decoder(CaseCounts),
        "response": msgspec.json.Decoder(Response),
        "post": msgspec.json.Decoder(PostReport),
        "ballot": msgspec.json.Decoder(Ballot),
        "site": msgspec.json.Decoder(SiteStatus),
        "site_case": msgspec.json.Decoder(SiteCase),
        "site_alarm": msgspec.json.Decoder(SiteAlarm),
        "site_order": msgspec.json.Decoder(SiteOrder),
        "site_notice": msgspec.json.Decoder(SiteNotice),
        "joint": msgspec.json.Decoder(Joint),
    }
)
_ENCODER = msgspec.json.Encoder()
_NAMES_TO_HUB = frozenset(kind.__struct_config__.tag for kind in get_args(FromScreen))
_NAMES_TO_SCREEN = frozenset(kind.__struct_config__.tag for kind in get_args(FromHub))


def encoded(message: FromScreen | FromHub) -> bytes:
    """Return a message as UTF-8 JSON; NaN becomes null."""
    return _ENCODER.encode(message)


def raw(body: Body) -> msgspec.Raw:
    """Return the body of a `Change`."""
    return msgspec.Raw(_ENCODER.encode(body))


def from_screen(frame: bytes) -> FromScreen | Unknown:
    """Return what a screen says. Raises `FrameBroken`."""
    if len(frame) > MAX_BYTES_IN:
        raise FrameBroken(_TOO_LONG.with_values(size=len(frame), limit=MAX_BYTES_IN))
    try:
        return _TO_HUB.decode(frame)
    except _BAD as error:
        return _of_newer_protocol(frame, _NAMES_TO_HUB, error)


def seen_from(frame: bytes) -> Seen | None:
    """Return the credit that a screen gives, None for anything else, also where it cannot be read."""
    if not frame.startswith(_SEEN_BEGINS):
        return None
    try:
        return _SEEN.decode(frame)
    except _BAD:
        return None


def from_hub(frame: bytes) -> FromHub | Unknown:
    """Return what the hub says. Raises `FrameBroken`."""
    try:
        return _TO_SCREEN.decode(frame)
    except _BAD as error:
        return _of_newer_protocol(frame, _NAMES_TO_SCREEN, error)


def body_of(change: Change) -> Body | None:
    """Return what changed, None for a kind that is not known here. Raises `FrameBroken`."""
    decoder = _BODIES.get(change.kind)
    if decoder is None:
        return None
    try:
        return decoder.decode(change.body)
    except _BAD as error:
        raise _broken(error) from error


def _of_newer_protocol(frame: bytes, known: frozenset[str], cause: Exception) -> Unknown:
    """Return the name of a message that is not known here. Raises `FrameBroken` when that is not the trouble."""
    try:
        named = _NAME.decode(frame)
    except _BAD:
        raise _broken(cause) from cause
    if named.type in known:
        raise _broken(cause) from cause
    return named


def _broken(error: Exception) -> FrameBroken:
    return FrameBroken(_BROKEN.with_values(reason=str(error)[:200]))
