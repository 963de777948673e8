"""Which stations somebody may see, by their labels alone: at the owner of the books, and at a relay."""

from collections.abc import Callable, Sequence

from sanping.domain.device import Identity
from sanping.domain.label import LiveLevels
from sanping.domain.station import Station


class LiveSight:
    """The stations of one hub with the labels of what is live."""

    def __init__(self, known: Sequence[Station], levels: LiveLevels) -> None:
        self._known, self._levels = tuple(known), levels

    def sees_station(self, who: Identity) -> Callable[[str], bool]:
        """Return what says whether somebody may see a station."""
        return lambda id: self._levels.shows_station(id, who.clearance)

    def stations(self, who: Identity) -> tuple[Station, ...]:
        """Return the stations that somebody may see."""
        sees = self.sees_station(who)
        shows_all = self._levels.shows_all(who.clearance)
        return self._known if shows_all else tuple(one for one in self._known if sees(one.id))
