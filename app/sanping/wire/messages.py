"""The messages of `sanping.v1`, between a hub and its screens; values only.

Each is one JSON text frame with its name in `type`. The protocol only ever grows: a field that is added has a default,
a row that grows gets its new column at the end, and whoever meets a message, kind or field unknown to it skips it.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.notice import Notice
from sanping.domain.observation import Origin, QualityCode, Statistic
from sanping.domain.source_status import SourceStatus

PROTOCOL = "sanping.v1"
MAX_BYTES_IN = 64 * 1024
MAX_TOPICS = 1000

ALL = "all"
STATION = "station:"
GROUP = "group:"
LOG = "log"

Short = Annotated[str, msgspec.Meta(max_length=200)]


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every message has: the field `type`."""


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """Where a screen stopped hearing: the last `seq` it has of the hub's life `epoch`."""

    epoch: Short
    seq: int


class Hello(_Message, frozen=True, kw_only=True, tag="hello"):
    """The first word of a screen, within ten seconds; `kind` is "desk", "wall", "phone" or what comes later.

    `screen` names the device and stays the same over reconnections. `token` is the hub's token: a browser cannot put it
    into a header of a WebSocket, and an address must not carry it.
    """

    protocol: Short
    screen: Short
    kind: Short
    token: Short
    resume: Resume | None = None


class Subscribe(_Message, frozen=True, kw_only=True, tag="subscribe"):
    """What a screen wants to hear from now on, in place of what it wanted before.

    Topics: "all" readings, "station:ID", "group:NAME" (a group of `domain.quantity`), "log" (alarms, sources and
    warnings). An unknown topic is silent.
    """

    topics: Annotated[tuple[Short, ...], msgspec.Meta(max_length=MAX_TOPICS)]


class Command(_Message, frozen=True, kw_only=True, tag="command"):
    """A wish that changes something for everybody; the same `op` (a UUID) twice is done once and answered twice."""

    op: Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
    action: Short
    arguments: Mapping[str, Any] = {}


class Ready(_Message, frozen=True, kw_only=True, tag="ready"):
    """Credit: the screen has shown what came and takes another frame of readings."""

    revision: int = 0


class Ping(_Message, frozen=True, kw_only=True, tag="ping"):
    """Answered by `Pong` with the same `sent_ms`."""

    sent_ms: int = 0


class Welcome(_Message, frozen=True, kw_only=True, tag="welcome"):
    """The hub's first word. `epoch` names this life of the hub; `seq` is the newest change of its log."""

    epoch: str
    seq: int
    server_ms: int
    twin: str
    is_simulated: bool
    protocol: str = PROTOCOL


class SeriesRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an index of `Readings` stands for; a later row with the same index replaces the earlier."""

    index: int
    station: str
    quantity: str
    statistic: Statistic
    unit: str
    period_s: int = 0
    source: str = ""


class Series(_Message, frozen=True, kw_only=True, tag="series"):
    """Directory of the readings that follow; indices hold for one connection."""

    rows: tuple[SeriesRow, ...]


class ReadingRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The latest value of one series; None where the source says that it is missing."""

    index: int
    value: float | None
    event_ms: int
    received_ms: int
    quality: QualityCode = "good"
    origin: Origin = "live"
    is_simulated: bool = False
    mark: str = ""


class Readings(_Message, frozen=True, kw_only=True, tag="readings"):
    """Latest values that changed up to `revision`; the next frame of readings waits for `Ready`."""

    revision: int
    rows: tuple[ReadingRow, ...]


class Snapshot(_Message, frozen=True, kw_only=True, tag="snapshot"):
    """Alarms, sources and warnings as of `seq`, in place of what a screen knew; readings follow in their own frames."""

    seq: int
    alarms: tuple[Alarm, ...]
    sources: tuple[SourceStatus, ...]
    notices: tuple[Notice, ...] = ()


class NoticesOver(msgspec.Struct, frozen=True, kw_only=True):
    """Public warnings whose time is over, by `Notice.key`; what cancels one comes as a notice itself."""

    keys: tuple[str, ...]


class Change(_Message, frozen=True, kw_only=True, tag="change"):
    """One step of the log plane; `seq` has no gaps.

    `kind` says what `body` is: "alarm" an `Alarm`, "source" a `SourceStatus`, "notice" a `Notice` that
    `twin.notices.after_notice` takes in, "notices_over" a `NoticesOver`.
    """

    seq: int
    kind: str
    body: msgspec.Raw


class Ack(_Message, frozen=True, kw_only=True, tag="ack"):
    """The answer to a `Command`; `seq` is the change it made, 0 for none. Errors are whole sentences."""

    op: str
    ok: bool
    seq: int = 0
    error_zh: str = ""
    error_en: str = ""


class Pong(_Message, frozen=True, kw_only=True, tag="pong"):
    """The answer to a `Ping`."""

    sent_ms: int
    server_ms: int


class Bye(_Message, frozen=True, kw_only=True, tag="bye"):
    """The hub's last word: "token", "protocol", "slow", "stopping", "broken", "limit"."""

    reason: str


FromScreen = Hello | Subscribe | Command | Ready | Ping
FromHub = Welcome | Series | Readings | Snapshot | Change | Ack | Pong | Bye
