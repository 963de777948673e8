"""Other sites of a federation (市→县→镇) as one hub knows them: what stands there, what goes up and what goes down."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from sanping.domain.alarm import Alarm, AlarmColour
from sanping.domain.case_line import CaseLine
from sanping.domain.label import LOWEST, Label

SiteId = Annotated[str, msgspec.Meta(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]
"""Names a site for ever: small letters, digits and hyphens, as a token of a subject."""
NEVER = 0
AT = "@"

OrderState = Literal["waiting", "on_way", "done", "refused"]
JointState = Literal["open", "joined", "left", "waiting"]
ReceiptState = Literal["refused", "received", "confirmed"]


class HubLine(msgspec.Struct, frozen=True, kw_only=True):
    """One hub of a site: the one that owns its books, one that relays to screens, or one that takes in sources.

    A relay that `is_standby` becomes the owner when there is none. `since_ms` is when it began to own or came to the
    owner, since 1970 UTC by the owner's clock; `lag_ms` how long a word takes to it and back, None where that is not
    known. `is_here` marks the hub that was asked.
    """

    name: str
    part: Literal["owner", "relay", "intake"]
    addresses: tuple[str, ...] = ()
    screens: int = 0
    is_standby: bool = False
    since_ms: int = NEVER
    lag_ms: int | None = None
    is_here: bool = False


class Cursor(msgspec.Struct, frozen=True, kw_only=True):
    """Up to which number of the log `epoch` something was heard; "" and 0 before anything was."""

    epoch: str = ""
    seq: int = 0


class SiteFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A site in figures, as of `at_ms` of its own clock; rates are not added up across sites.

    `sources_bad` counts sources that do not deliver. `screens` counts screens that are linked there.
    """

    at_ms: int = 0
    open_cases: int = 0
    overdue: int = 0
    reported_today: int = 0
    closed_today: int = 0
    alarms: Mapping[str, int] = {}
    sources: int = 0
    sources_bad: int = 0
    screens: int = 0
    is_simulated: bool = False


class SiteStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Another site: `way` says whether it is above or below this one; `via` is the next site towards it, "" if itself.

    While it is not linked nothing of it may be shown as fresh; `heard_ms` is the hub's time since 1970 UTC at which it
    was last heard, 0 for never. `waiting` counts what is kept here for it. `joint` says how it takes part in the joint
    session. `parked` counts what it refused for its content and is put aside here, `parked_there` what is put aside
    there for this site; `version` is the program it runs.
    """

    id: str
    way: Literal["upper", "lower"]
    title_zh: str = ""
    title_en: str = ""
    via: str = ""
    is_linked: bool = False
    heard_ms: int = NEVER
    waiting: int = 0
    figures: SiteFigures | None = None
    joint: JointState | None = None
    parked: int = 0
    parked_there: int = 0
    version: str = ""


class SiteCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case of a lower site; only a command that goes down changes it. `id` is unique over sites."""

    id: str
    site: str
    line: CaseLine


class AlarmPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What a site says of the station of an alarm that goes up: its name, and where it stands in WGS 84."""

    station_zh: str = ""
    station_en: str = ""
    lon_deg: float | None = None
    lat_deg: float | None = None


class SiteAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm of a lower site, to look at. `id` is unique over sites.

    `station_zh` and `station_en` name its station, "" when the site did not; `x_m`, `y_m` lie in the twin's CRS here.
    """

    id: str
    site: str
    alarm: Alarm
    station_zh: str = ""
    station_en: str = ""
    x_m: float | None = None
    y_m: float | None = None


class SiteOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A command to a lower site and how it went; `why_*` says why it was refused, `refused_by` by which site.

    `case` is the id that the case has there. "waiting" is kept here, "on_way" safe at the next site towards it; with a
    reason it is put aside there or further on. `origin` is the site that gave it, "" where an older program did.
    """

    op: str
    site: str
    case: str
    step: str
    by: str
    at_ms: int
    department: str = ""
    note: str = ""
    if_rev: int | None = None
    label: Label = LOWEST
    state: OrderState = "waiting"
    why_zh: str = ""
    why_en: str = ""
    refused_by: str = ""
    origin: str = ""

    @property
    def is_aside(self) -> bool:
        """Whether it was refused on its way and is put aside, which may still end."""
        return self.state in ("waiting", "on_way") and bool(self.why_zh)


class NoticeReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """That a notice is at a site, or that a person there, `by`, has confirmed it; `at_ms` by the clock of that site.

    "refused": on its way to `site` it was put aside, told by the site before, which may still end; `why_*` says why.
    """

    notice: str
    site: str
    state: ReceiptState
    at_ms: int
    by: str = ""
    why_zh: str = ""
    why_en: str = ""


class SiteNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What a site tells those below it, such as “flood watch, prepare pumps”; named for ever by site, epoch and `seq`.

    `op` is the wish that gave it, "" at other sites than that. `sites` are those it is for, `area` names the place it
    is about; it holds from `from_ms` until `until_ms`. One that `ends` another, by its id, puts an end to that.
    `receipts` are those that have come back; `passed` are the next sites that have it safe, `here` is the receipt of
    the site whose hub tells this, None where it is for others. `over_ms` is when it was ended before its time, else 0.
    """

    id: str
    site: str
    epoch: str
    seq: int
    op: str
    by: str
    at_ms: int
    title: str
    until_ms: int
    sites: tuple[str, ...]
    site_zh: str = ""
    site_en: str = ""
    colour: AlarmColour = "blue"
    text: str = ""
    area: str = ""
    from_ms: int = 0
    is_exercise: bool = False
    ends: str = ""
    over_ms: int = 0
    passed: tuple[str, ...] = ()
    receipts: tuple[NoticeReceipt, ...] = ()
    here: NoticeReceipt | None = None
    label: Label = LOWEST

    def receipt_of(self, site: str) -> NoticeReceipt | None:
        """Return what came back from a site."""
        return next((one for one in self.receipts if one.site == site), None)

    def is_fresh(self, now_ms: int) -> bool:
        """Say whether it may still be shown as holding, or as about to."""
        return not self.ends and not self.over_ms and now_ms < self.until_ms


class Joint(msgspec.Struct, frozen=True, kw_only=True):
    """A joint session (联合会商): the screens of `leader` lead those of `sites`. `session` is unique; "" when over."""

    session: str = ""
    leader: str = ""
    title: str = ""
    sites: tuple[str, ...] = ()
    since_ms: int = 0
    state: JointState = "open"


def across_sites(site: str, id: str) -> str:
    """Return a name that is unique over sites for something of one."""
    return f"{id}{AT}{site}"
