"""What a hub needs to belong to a federation of sites: plain values and what they reach, nothing started."""

from dataclasses import dataclass, field

from sanping.domain.text import Text
from sanping.ports.bus import Bus
from sanping.ports.site_book import SiteBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """The place of a site: its id and title, the site above it ("" for none) and those directly below it.

    `bus` is that of the site; `upper_bus` that of the upper site, for a direct line, None where servers are joined.
    """

    site: str
    bus: Bus
    book: SiteBook
    title: Text = field(default_factory=lambda: Text("", ""))
    upper: str = ""
    upper_bus: Bus | None = None
    lowers: tuple[str, ...] = ()

    @property
    def up(self) -> Bus:
        """The bus on which the upper site hears."""
        return self.upper_bus or self.bus

    def to(self, site: str) -> Bus:
        """Return the bus on which a neighbour hears."""
        return self.up if site == self.upper else self.bus
