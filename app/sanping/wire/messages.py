"""The messages of `sanping.v1`, between a hub and its screens; values only.

Each is one JSON text frame with its name in `type`. The protocol only ever grows: a field that is added has a default,
a row that grows gets its new column at the end, and whoever meets a message, kind or field unknown to it skips it.
"""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.ballot import Ballot
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.major_event import MajorEvent, PostReport
from sanping.domain.notice import Notice
from sanping.domain.observation import Origin, QualityCode, Statistic
from sanping.domain.report import Report
from sanping.domain.response import Response
from sanping.domain.role import Role
from sanping.domain.site import Joint, SiteAlarm, SiteCase, SiteNotice, SiteOrder, SiteStatus
from sanping.domain.source_status import SourceStatus
from sanping.wire.message import Message, Short
from sanping.wire.movers import MoverNames, Positions
from sanping.wire.show import MAIN_ROOM, Floor, FloorState, Here, Presence, Refused, Seen, Show, Shown

PROTOCOL = "sanping.v1"
MAX_BYTES_IN = 64 * 1024
MAX_TOPICS = 1000
LARGEST_WINDOW = 64

ALL = "all"
STATION = "station:"
GROUP = "group:"
LOG = "log"


class Resume(msgspec.Struct, frozen=True, kw_only=True):
    """Where a screen stopped hearing: the last `seq` it has of the hub's life `epoch`."""

    epoch: Short
    seq: int


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """The first word of a screen, within ten seconds; `kind` is "desk", "wall", "phone" or what comes later.

    `screen` names the device and stays the same over reconnections. `token` is the hub's token: a browser cannot put it
    into a header of a WebSocket, and an address must not carry it. `room` is the group of linked screens it belongs to,
    `name` what people call it. `window` is how many frames of the view plane may be on their way unseen (`Seen`).
    `tile` says which part of a larger picture it draws, such as "2,1/3x2"; empty for a whole one.
    """

    protocol: Short
    screen: Short
    kind: Short
    token: Short
    resume: Resume | None = None
    room: Short = MAIN_ROOM
    name: Short = ""
    window: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_WINDOW)] = 2
    tile: Short = ""


class Subscribe(Message, frozen=True, kw_only=True, tag="subscribe"):
    """What a screen wants to hear from now on, in place of what it wanted before.

    Topics: "all" readings, "station:ID", "group:NAME" (a group of `domain.quantity`), "log" (alarms, sources and
    warnings), "movers" (everything that moves), "view" (what the room shows, and who leads), "presence" (who is there).
    An unknown topic is silent.
    """

    topics: Annotated[tuple[Short, ...], msgspec.Meta(max_length=MAX_TOPICS)]


class Command(Message, frozen=True, kw_only=True, tag="command"):
    """A wish that changes something for everybody; the same `op` (a UUID) twice is done once and answered twice.

    `n` counts the device's commands upwards from `Welcome.n`, and stays the same when a command is sent again; 0 when
    it does not count. With `if_seq` the wish is refused as a conflict when its object has changed after that `seq` of
    the log.
    """

    op: Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
    action: Short
    arguments: Mapping[str, Any] = {}
    n: int = 0
    if_seq: int | None = None


class Ready(Message, frozen=True, kw_only=True, tag="ready"):
    """Credit: the screen has shown what came and takes another frame of readings or positions."""

    revision: int = 0


class Ping(Message, frozen=True, kw_only=True, tag="ping"):
    """Answered by `Pong` with the same `sent_ms`."""

    sent_ms: int = 0


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The hub's first word. `epoch` names this life of the hub; `seq` is the newest change of its log.

    `screen` is what the hub calls this screen from now on, and `n` the highest number of a command that it knows of it.
    `relay` is the name of the hub where it is a relay, "" at the one that owns the books.
    """

    epoch: str
    seq: int
    server_ms: int
    twin: str
    is_simulated: bool
    protocol: str = PROTOCOL
    role: Role = "viewer"
    room: str = MAIN_ROOM
    screen: str = ""
    n: int = 0
    relay: str = ""


class SeriesRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an index of `Readings` stands for; a later row with the same index replaces the earlier."""

    index: int
    station: str
    quantity: str
    statistic: Statistic
    unit: str
    period_s: int = 0
    source: str = ""


class Series(Message, frozen=True, kw_only=True, tag="series"):
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


class Readings(Message, frozen=True, kw_only=True, tag="readings"):
    """Latest values that changed up to `revision`; the next frame of readings waits for `Ready`."""

    revision: int
    rows: tuple[ReadingRow, ...]


class Snapshot(Message, frozen=True, kw_only=True, tag="snapshot"):
    """The log plane as of `seq`, in place of what a screen knew; readings follow in their own frames.

    `cases` are the open ones and those closed within the last hour, the most urgent first when there are too many,
    and `responses` likewise. `event` is the major event of the twin, `posts` what was last told of its posts.
    `ballots` are the votes on alternatives that are open or were closed within the last days.
    `counts_below` are the figures without the cases of the higher labels, the fewest first.
    `sites` are the other sites of a federation, `site_cases` and `site_alarms` what stands open at those below,
    `site_orders` the newest commands to them, `joint` the joint session that is led from here or from above,
    `site_notices` the newest notices to and from other sites, with who has received and confirmed them.
    """

    seq: int
    alarms: tuple[Alarm, ...]
    sources: tuple[SourceStatus, ...]
    notices: tuple[Notice, ...] = ()
    reports: tuple[Report, ...] = ()
    cases: tuple[CaseLine, ...] = ()
    case_counts: CaseCounts | None = None
    counts_below: tuple[CaseCounts, ...] = ()
    responses: tuple[Response, ...] = ()
    event: MajorEvent | None = None
    posts: tuple[PostReport, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    sites: tuple[SiteStatus, ...] = ()
    site_cases: tuple[SiteCase, ...] = ()
    site_alarms: tuple[SiteAlarm, ...] = ()
    site_orders: tuple[SiteOrder, ...] = ()
    joint: Joint | None = None
    site_notices: tuple[SiteNotice, ...] = ()


class NoticesOver(msgspec.Struct, frozen=True, kw_only=True):
    """Public warnings whose time is over, by `Notice.key`; what cancels one comes as a notice itself."""

    keys: tuple[str, ...]


class Change(Message, frozen=True, kw_only=True, tag="change"):
    """One step of the log plane; `seq` has no gaps.

    `kind` says what `body` is: "alarm" an `Alarm`, "source" a `SourceStatus`, "notice" a `Notice` that
    `twin.notices.after_notice` takes in, "notices_over" a `NoticesOver`, "report" a `Report`, "device" a `Device`,
    "case" a `CaseLine`, "case_counts" a `CaseCounts`, "response" a `Response`,
    "post" a `PostReport`, "ballot" a `Ballot`, "site" a `SiteStatus`, "site_case" a `SiteCase`,
    "site_alarm" a `SiteAlarm`, "site_order" a `SiteOrder`, "joint" a `Joint`, "site_notice" a `SiteNotice`; "withheld"
    stands for what is above the clearance of whoever hears it. `is_raised`: its label was lower before, and whoever is
    below it forgets it.
    """

    seq: int
    kind: str
    body: msgspec.Raw
    is_raised: bool = False


class Ack(Message, frozen=True, kw_only=True, tag="ack"):
    """The answer to a `Command`; `seq` is the change it made, 0 for none. Errors are whole sentences.

    `is_conflict` says that somebody else changed the object first: the screen shows it as it is now and asks again.
    `about` names what was made or changed, such as the id of a new case.
    """

    op: str
    ok: bool
    seq: int = 0
    error_zh: str = ""
    error_en: str = ""
    is_conflict: bool = False
    about: str = ""


class Pong(Message, frozen=True, kw_only=True, tag="pong"):
    """The answer to a `Ping`."""

    sent_ms: int
    server_ms: int


class Bye(Message, frozen=True, kw_only=True, tag="bye"):
    """The last word of either side.

    A hub says "token", "protocol", "slow", "stopping", "broken", "limit" or "label" (the clearance has changed, and the
    next connection begins anew); a screen that is closed says "closed", and
    gives up the floor and its place in the queue. A line that breaks without a word leaves the lease to its time.
    """

    reason: str


FromScreen = Hello | Subscribe | Command | Ready | Ping | Show | Seen | Floor | Here | Bye
FromHub = (
    Welcome
    | Series
    | Readings
    | MoverNames
    | Positions
    | Snapshot
    | Change
    | Ack
    | Pong
    | Bye
    | Shown
    | FloorState
    | Presence
    | Refused
)
