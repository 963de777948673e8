"""The live part of a twin, as `twin.toml` declares it: stations, rivers, rules, standard and sources; data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from sanping.domain.city import Skipped
from sanping.domain.quantity import Quantity
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.domain.view import Point
from sanping.twin.river import RiverCourse
from sanping.twin.rules import Rule
from sanping.twin.simulated_curves import Curve
from sanping.twin.simulated_traffic import Route, SimulatedFleet
from sanping.twin.water_quality import WaterStandard

NO_STANDARD = WaterStandard(name="", items=())


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """One configured source: `adapter` is its entry point's name, `settings` are checked against its manifest.

    `hub` names the intake hub of the site that runs it, "" is the owner of the books itself.
    A simulated source is fed by its adapter's simulator over loopback and marks all it says as simulated.
    """

    name: str
    adapter: str
    title: Text
    is_simulated: bool = False
    is_enabled: bool = True
    hub: str = ""
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCentre:
    """Where all reports come together: a name, and the top of its building in world metres.

    Arcs fly to it from the stations whose id matches one of `senders`.
    """

    title: Text
    place: Point
    senders: tuple[str, ...] = ("*",)


@dataclass(frozen=True, kw_only=True)
class LivePart:
    """Everything live that a twin declares; empty for a twin of models alone.

    `quantities` are those it adds to `domain.quantity`; `curves` what its simulators tell of them; `fleets` what
    simulators let move, on `routes`.
    """

    stations: tuple[Station, ...] = ()
    rivers: tuple[RiverCourse, ...] = ()
    rules: tuple[Rule, ...] = ()
    sources: tuple[SourceEntry, ...] = ()
    standard: WaterStandard = NO_STANDARD
    centre: ReportCentre | None = None
    skipped: tuple[Skipped, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    curves: tuple[Curve, ...] = ()
    fleets: tuple[SimulatedFleet, ...] = ()
    routes: tuple[Route, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Station]:
        """Stations by id."""
        return MappingProxyType({station.id: station for station in self.stations})

    def river(self, name: str) -> RiverCourse | None:
        """Return the river of that name."""
        return next((river for river in self.rivers if river.name == name), None)
