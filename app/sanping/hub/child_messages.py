"""What the hub and the child process of a source say to each other: MessagePack frames over a private socket pair.

A child runs foreign code on foreign bytes, so the hub believes nothing that is not one of these values.
"""

import asyncio
import struct
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec

from sanping.domain.call import Call
from sanping.domain.errors import FrameBroken
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.quantity import Quantity
from sanping.domain.source_status import SourceState
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.twin.simulated_curves import Curve
from sanping.twin.simulated_river import Scenario
from sanping.twin.simulated_traffic import Route, SimulatedFleet

Role = Literal["source", "test", "simulator"]
HowEnded = Literal["finished", "failed", "refused", "broke", "tested"]

MAX_FRAME_BYTES = 8 << 20
ROWS_PER_FRAME = 2000
OUT_OF_MEMORY = 4  # the exit code of a child that could get no more memory
_LENGTH = struct.Struct(">I")
_Kind = TypeVar("_Kind")

_BROKEN = Text(
    "数据源进程发来无法解析的消息：{reason}；它将被重新启动",
    "A source's process sent nonsense: {reason}; it is restarted",
)


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every message has: its name."""


class Begin(_Message, frozen=True, kw_only=True, tag="begin"):
    """The first word to a child: what it is to run. `target` is "package.module:Class".

    `quantities` are those that the twin adds. A simulator gets the stations of the twin, which of the invented rivers
    it is to report, the curves of everything else, and the fleets that move on routes.
    """

    role: Role
    source: str
    target: str
    settings: dict[str, Any]
    secrets: dict[str, str] = {}
    allowed_networks: tuple[str, ...] = ()
    adapter: str = ""
    stations: tuple[Station, ...] = ()
    scenario: Scenario = "daily"
    quantities: tuple[Quantity, ...] = ()
    curves: tuple[Curve, ...] = ()
    fleets: tuple[SimulatedFleet, ...] = ()
    routes: tuple[Route, ...] = ()
    memory_bytes: int = 1 << 30


class Committed(_Message, frozen=True, kw_only=True, tag="committed"):
    """Every delivery up to `number` is safe on disk."""

    number: int


class Delivery(_Message, frozen=True, kw_only=True, tag="delivery"):
    """Observations to commit; numbers count up from 1."""

    number: int
    observations: tuple[Observation, ...]


class Kept(_Message, frozen=True, kw_only=True, tag="kept"):
    """The publication `number` is safe on disk."""

    number: int


class Publication(_Message, frozen=True, kw_only=True, tag="publication"):
    """Public warnings to keep and to show; numbers count up from 1."""

    number: int
    notices: tuple[Notice, ...]


class Filed(_Message, frozen=True, kw_only=True, tag="filed"):
    """The filing `number` is kept; the words say why some of its calls became no cases, "" when all did."""

    number: int
    why_zh: str = ""
    why_en: str = ""


class Filing(_Message, frozen=True, kw_only=True, tag="filing"):
    """Calls of a hotline to keep as cases; numbers count up from 1."""

    number: int
    calls: tuple[Call, ...]


class Taken(_Message, frozen=True, kw_only=True, tag="taken"):
    """Every tracking up to `number` is known to the hub; none of it is kept on disk."""

    number: int


class Tracking(_Message, frozen=True, kw_only=True, tag="tracking"):
    """Where movers are; numbers count up from 1."""

    number: int
    positions: tuple[Position, ...]


class Alive(_Message, frozen=True, kw_only=True, tag="alive"):
    """Said once a second: the loop turns; counts are totals of this child, `memory_bytes` is its resident size."""

    counts: dict[str, int]
    memory_bytes: int = 0


LISTENING = "listening"  # counted once a source has its port


class Said(_Message, frozen=True, kw_only=True, tag="said"):
    """The source tells its state."""

    state: SourceState
    zh: str
    en: str


class Noted(_Message, frozen=True, kw_only=True, tag="noted"):
    """Something worth a line in the log."""

    what: str
    zh: str
    en: str


class Ended(_Message, frozen=True, kw_only=True, tag="ended"):
    """The child's last word; for a test that went well the words are what was found."""

    how: HowEnded
    zh: str
    en: str
    trace: str = ""


FromChild = Delivery | Publication | Filing | Tracking | Alive | Said | Noted | Ended
FromHub = Begin | Committed | Kept | Filed | Taken


def _plain(value: object) -> object:
    """Encode the read-only mapping of a station's addresses."""
    return dict(value) if isinstance(value, Mapping) else str(value)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_plain)
_FROM_CHILD = msgspec.msgpack.Decoder(FromChild)
_FROM_HUB = msgspec.msgpack.Decoder(FromHub)


def framed(message: FromChild | FromHub) -> bytes:
    """Return a message as a frame: its length in four bytes, big-endian, and its MessagePack."""
    body = _ENCODER.encode(message)
    return _LENGTH.pack(len(body)) + body


async def next_from_child(reader: asyncio.StreamReader) -> FromChild | None:
    """Return the child's next message, None at the end. Raises `FrameBroken`."""
    body = await _next_body(reader)
    return None if body is None else _believed(_FROM_CHILD, body)


async def next_from_hub(reader: asyncio.StreamReader) -> FromHub | None:
    """Return the hub's next message, None at the end. Raises `FrameBroken`."""
    body = await _next_body(reader)
    return None if body is None else _believed(_FROM_HUB, body)


async def _next_body(reader: asyncio.StreamReader) -> bytes | None:
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > MAX_FRAME_BYTES:
            raise FrameBroken(_BROKEN.with_values(reason=f"{length} B"))
        return await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def _believed(decoder: msgspec.msgpack.Decoder[_Kind], body: bytes) -> _Kind:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise FrameBroken(_BROKEN.with_values(reason=str(error)[:200])) from error
