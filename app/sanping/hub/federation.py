"""What a hub needs to belong to a federation of sites: plain values and what they reach, nothing started."""

from dataclasses import dataclass, field

from sanping.domain.text import Text
from sanping.ports.bus import Bus
from sanping.ports.site_book import SiteBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """The place of a site: its id and title, the site above it ("" for none) and those directly below it."""

    site: str
    bus: Bus
    book: SiteBook
    title: Text = field(default_factory=lambda: Text("", ""))
    upper: str = ""
    lowers: tuple[str, ...] = ()
