"""The alarms of a hub by the area in which their stations stand, as far as somebody may know of them."""

from collections import Counter

from sanping.domain.case import Actor
from sanping.domain.label import is_cleared
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.case_intake import OVER, CaseIntake, Places, Spot


class AlarmAreas:
    """Where the stations of alarms stand; worked out once for each."""

    def __init__(self, alarms: AlarmDesk, intake: CaseIntake, places: Places) -> None:
        self._alarms, self._intake, self._places = alarms, intake, places
        self._areas: dict[str, str] = {}

    def counted(self, who: Actor) -> Counter[str]:
        """Return how many alarms are on by area, "" for those in none, without those that have a label above `who`."""
        active = (alarm.station for alarm in self._alarms.book.values() if alarm.state not in OVER)
        return Counter(
            self._area(station) for station in active if is_cleared(who.clearance, self._spot(station).label)
        )

    def _spot(self, station: str) -> Spot:
        return self._places.stations.get(station) or Spot(name=station)

    def _area(self, station: str) -> str:
        """Return the area that a station stands in, "" for none."""
        known = self._areas.get(station)
        if known is None:
            known = self._areas[station] = self._intake.area_of(self._spot(station))
        return known
