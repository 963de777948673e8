"""Where a hub keeps what it heard of lower sites, and what it wishes of them."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from sanping.domain.site import Cursor, SiteNotice, SiteOrder

EntryKind = Literal["case", "response", "alarm", "answer", "receipt"]
Stream = Literal["cases", "events", "below"]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a site as it goes up: number `seq` of the log `epoch` of its `stream`, never changed on its way.

    `about` names the case, response, alarm, order or notice, `rev` its revision. `said` is what was asked and by whom,
    `body` how the thing stood when this was sent; empty where a later entry says so.
    """

    site: str
    stream: Stream
    epoch: str
    seq: int
    at_ms: int
    kind: EntryKind
    about: str
    rev: int = 0
    said: msgspec.Raw = msgspec.Raw(b"null")
    body: msgspec.Raw = msgspec.Raw(b"null")

    @property
    def has_body(self) -> bool:
        """Whether it says how the thing stands."""
        return bytes(self.body) != b"null"


class Parked(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that the neighbour `to` refused for its content: number `n` of the log `epoch` of a stream.

    For an order `stream` is "orders", `epoch` its op and `n` its place. What comes later about the same `thing` is put
    aside behind it. `version` is the program that ran there, "?" once somebody asked for it to be sent again; `size`
    how many bytes it has, where that was more than a message carries.
    """

    to: str
    stream: Literal["cases", "events", "below", "orders"]
    epoch: str
    n: int
    thing: str
    at_ms: int = 0
    why_zh: str = ""
    why_en: str = ""
    version: str = ""
    size: int = 0
    entry: Entry | None = None


class Below(msgspec.Struct, frozen=True, kw_only=True):
    """A case or an alarm of a lower site as it stands; `via` is the site it came through."""

    site: str
    kind: EntryKind
    id: str
    rev: int
    body: bytes
    via: str


class HeardBook(Protocol):
    """What came from below; raises `StoreFailed`. What came is numbered anew, dense from 1, for those further up.

    `epoch` names this book for ever.
    """

    epoch: str

    def cursor(self, via: str, stream: str) -> Cursor:
        """Return up to where a site was heard."""

    def take(self, via: str, stream: str, cursor: Cursor, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Keep entries and move the cursor together; returns those that are new by (site, stream, epoch, seq)."""

    def after(self, seq: int, limit: int) -> Sequence[tuple[int, Entry]]:
        """Return what came, with its number here, after a number."""

    def last(self) -> int:
        """Return the number of what came last, 0 before anything did."""

    def below(self) -> Sequence[Below]:
        """Return all that is known of lower sites, as it stands."""

    def steps(self, site: str, about: str) -> Sequence[Entry]:
        """Return what was heard of one thing, oldest first."""


class OrderBook(Protocol):
    """Commands to lower sites; raises `StoreFailed`."""

    def put_order(self, order: SiteOrder) -> bool:
        """Keep an order as it stands now; False when the very same was kept already."""

    def orders(self) -> Sequence[SiteOrder]:
        """Return all orders in the order in which they came."""


class NoticeBook(Protocol):
    """Notices to lower sites, given here or come from above; raises `StoreFailed`."""

    def put_notice(self, notice: SiteNotice) -> None:
        """Keep a notice as it stands now, once by (site, epoch, seq)."""

    def notices(self, since_ms: int) -> Sequence[SiteNotice]:
        """Return those that were given since a moment, in the order in which they came."""


class SentBook(Protocol):
    """Up to where the upper site has confirmed; raises `StoreFailed`."""

    def sent(self) -> Mapping[str, Cursor]:
        """Return it by stream."""

    def confirm(self, stream: str, cursor: Cursor) -> None:
        """Note it for a stream."""


class ParkedBook(Protocol):
    """What was put aside; raises `StoreFailed`."""

    def park(self, one: Parked) -> None:
        """Keep a letter that is put aside, as it stands now."""

    def unpark(self, one: Parked) -> None:
        """Forget one that was taken after all."""

    def parked(self) -> Sequence[Parked]:
        """Return all of them."""


class SiteBook(HeardBook, OrderBook, NoticeBook, SentBook, ParkedBook, Protocol):
    """All of them, for one thread at a time and safe on disk on return, until it is closed."""

    def close(self) -> None:
        """Release it."""
