"""What an intake hub hands to the owner of the books of its site: parcels, each taken once; values only."""

from typing import Final, TypeVar

import msgspec

from sanping.domain.call import Call
from sanping.domain.errors import FrameBroken
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text

INTAKE: Final = "intake"
_BROKEN = Text(
    "接入中枢的消息无法解析：{reason}；请让各中枢版本一致",
    "A message of an intake hub cannot be read: {reason}; run the same version at all hubs",
)


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What one source said at one time."""

    source: str
    observations: tuple[Observation, ...] = ()
    notices: tuple[Notice, ...] = ()
    calls: tuple[Call, ...] = ()
    positions: tuple[Position, ...] = ()


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """What an intake `hub` hands over, named by its life `epoch` and its number there; the next waits for its answer.

    `statuses` are how its sources are now; a parcel of number 0 holds nothing else, and may come again.
    """

    hub: str
    epoch: str
    seq: int
    handed: tuple[Handed, ...] = ()
    statuses: tuple[SourceStatus, ...] = ()


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Why some of what was handed was not taken as it came, "" when it was."""

    zh: str = ""
    en: str = ""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """All of the parcel `seq` is committed; one word for each thing that was handed."""

    epoch: str
    seq: int
    whys: tuple[Why, ...] = ()


T = TypeVar("T", Parcel, Receipt)


def packed(message: Parcel | Receipt) -> bytes:
    """Return a message as MessagePack."""
    return msgspec.msgpack.encode(message)


def unpacked(body: bytes, kind: type[T]) -> T:
    """Return a message. Raises `FrameBroken`."""
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise FrameBroken(_BROKEN.with_values(reason=str(error)[:200])) from error
