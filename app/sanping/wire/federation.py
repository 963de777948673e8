"""What hubs of different sites say to one another over the bus, and under which subjects; JSON, values only.

A protocol of its own beside `sanping.v1`, for hubs alone; it only ever grows, as that one does.
"""

from typing import Final, Literal, TypeVar

import msgspec

from sanping.domain.errors import FrameBroken
from sanping.domain.label import LOWEST, Label
from sanping.domain.site import Joint, JointState, SiteFigures, SiteId, SiteNotice, SiteOrder
from sanping.domain.text import Text
from sanping.ports.site_book import Entry
from sanping.wire.show import ViewKey

LARGEST = 512 * 1024
LETTER: Final = "letter"
ORDER: Final = "order"
PULSE: Final = "pulse"
JOINT: Final = "joint"
Subject = Literal["letter", "order", "pulse", "joint"]
_BROKEN = Text(
    "站点“{site}”的消息无法解析：{reason}；请让两地程序版本一致",
    "A message of the site {site} cannot be read: {reason}; run the same version at both",
)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of one stream of the site `via`, everything between `after` and `upto` of its log `epoch`.

    `skipped` are numbers between them that were refused and put aside. A letter that `is_again` brings such entries
    once more and moves nothing on.
    """

    via: SiteId
    stream: Literal["cases", "events", "below"]
    epoch: str
    after: int
    upto: int
    entries: tuple[Entry, ...] = ()
    skipped: tuple[int, ...] = ()
    is_again: bool = False


class LetterAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Up to where the stream is safe on the disk of who answers: the next letter goes on from there.

    `is_again` says that what was sent once more is safe there.
    """

    epoch: str
    seq: int
    is_again: bool = False


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A letter or an order was not taken because of what it says, and why; nothing of it was kept."""

    refused: Literal[True]
    why_zh: str = ""
    why_en: str = ""


class NoticeDown(msgspec.Struct, frozen=True, kw_only=True):
    """A notice on its way to the sites it is for; goes where orders go, and is answered as they are, with its id."""

    notice: SiteNotice


class OrderAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An order or a notice is safe on the disk of who answers."""

    op: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One site in a pulse: its figures, how many milliseconds ago they were heard, and whether it is linked.

    `version` is the program it runs, `parked` how many letters to the hearer it has put aside.
    """

    site: SiteId
    title_zh: str = ""
    title_en: str = ""
    age_ms: int = 0
    is_linked: bool = True
    figures: SiteFigures | None = None
    joint: JointState | None = None
    version: str = ""
    parked: int = 0


class Pulse(msgspec.Struct, frozen=True, kw_only=True):
    """A sign of life, once a second: the sender first, and upwards all sites below it."""

    via: SiteId
    reports: tuple[Report, ...]


class JointValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the show of who leads a joint session, with its label."""

    key: ViewKey
    value: msgspec.Raw
    n: int
    label: Label = LOWEST


class JointFrame(msgspec.Struct, frozen=True, kw_only=True):
    """A joint session, once a second and with each value that changed; all of them when `is_all`.

    `crs` is that in which positions are meant. `over` names a session that has ended.
    """

    via: SiteId
    joint: Joint
    crs: str = ""
    values: tuple[JointValue, ...] = ()
    is_all: bool = False
    over: str = ""


Message = Letter | LetterAnswer | Refusal | NoticeDown | OrderAnswer | Pulse | JointFrame | SiteOrder
T = TypeVar("T", bound=Message)
_ENCODER = msgspec.json.Encoder()


def encoded(message: Message) -> bytes:
    """Return a message as JSON."""
    return _ENCODER.encode(message)


def decoded(body: bytes, kind: type[T], site: str) -> T:
    """Return a message of a kind. Raises `FrameBroken`."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise FrameBroken(_BROKEN.with_values(site=site, reason=str(error)[:200])) from error


def notice_in(body: bytes) -> SiteNotice | None:
    """Return the notice that comes down from above, None where an order does."""
    try:
        return msgspec.json.decode(body, type=NoticeDown).notice
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def answered(body: bytes, kind: type[T], site: str) -> T | Refusal:
    """Return an answer of a kind, or that it was refused. Raises `FrameBroken`."""
    try:
        return msgspec.json.decode(body, type=Refusal)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return decoded(body, kind, site)


def subject(about: Subject, to: str, by: str) -> str:
    """Return the subject under which a site tells another something."""
    return f"sanping.{about}.{to}.{by}"


def sender(told: str) -> str:
    """Return who speaks under a subject."""
    return told.rsplit(".", 1)[-1]
