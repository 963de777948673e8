"""What a hub is to run, from the twin's live part and the installed adapters: plain values, nothing started."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from sanping.domain.errors import ProjectInvalid, StoreFailed
from sanping.domain.geo import Float64Array
from sanping.domain.label import NO_CLEARANCES, NO_LABELS, Clearing, Labels
from sanping.domain.major_event import MajorEvent
from sanping.domain.source_status import SourceStatus
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.domain.view import CameraPose, StyleName
from sanping.hub.case_player import CasePlay
from sanping.hub.child_messages import Begin
from sanping.hub.federation import Federation
from sanping.hub.gate import Gate
from sanping.hub.manifests import Installed, checked_settings
from sanping.hub.source_book import SourceBook
from sanping.hub.source_runner import SourcePlan
from sanping.hub.traffic import Traffic
from sanping.ports.backups import Backups
from sanping.ports.case_book import WholeCaseBook
from sanping.ports.phone_map import PhoneMap
from sanping.ports.secrets import Secrets
from sanping.ports.shared_models import SharedModels
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.live_part import LivePart, SourceEntry
from sanping.twin.simulated_river import Scenario

LOOPBACK = ("127.0.0.0/8", "::1/128")
SHORTEST_SILENCE_S = 60.0
SILENT_INTERVALS = 3
MEMORY_BYTES = 1 << 30

_ELSEWHERE = Text("由接入中枢“{hub}”运行，尚未收到它的消息", "Run by the intake hub {hub}, which was not heard yet")
_SWITCHED_OFF = Text("孪生中已停用", "Switched off in the twin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a twin lies and how it is first seen; `home` None where it declares no view."""

    crs: str = ""
    vertical_datum: str = ""
    longitude_deg: float = 0.0
    latitude_deg: float = 0.0
    is_synthetic: bool = False
    attribution: Text = field(default_factory=lambda: Text("", ""))
    style: StyleName = "night"
    home: CameraPose | None = None


def in_metres(crs: str) -> Callable[[Float64Array], Float64Array] | None:
    """Return what places longitudes and latitudes (WGS 84, (n, 2)) in a twin's CRS, None where it has none."""
    from sanping.analysis.map_frame import LONGITUDE_LATITUDE  # noqa: PLC0415  projections load slowly
    from sanping.domain.crs import LOCAL, converter  # noqa: PLC0415

    return converter(LONGITUDE_LATITUDE, crs) if crs and crs != LOCAL else None


def metres_of(crs: str, longitude_deg: float, latitude_deg: float) -> tuple[float | None, float | None]:
    """Return where a longitude and latitude (WGS 84) lie in a twin's CRS, east and north; None where it has none."""
    convert = in_metres(crs)
    if convert is None:
        return None, None
    east, north = convert(np.array([[longitude_deg, latitude_deg]]))[0]
    return (float(east), float(north)) if np.isfinite(east) and np.isfinite(north) else (None, None)


def degrees_of(crs: str, x_m: float, y_m: float) -> tuple[float | None, float | None]:
    """Return longitude and latitude (WGS 84) of a place in a twin's CRS; None where it has none."""
    if in_metres(crs) is None:
        return None, None
    from sanping.analysis import map_frame  # noqa: PLC0415  projections load slowly

    lon_deg, lat_deg = map_frame.degrees_of(crs, np.array([[x_m, y_m]]))[0]
    return (float(lon_deg), float(lat_deg)) if np.isfinite(lon_deg) and np.isfinite(lat_deg) else (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPlan:
    """One twin as a hub runs it.

    `name` is the twin's folder name, `is_simulated` whether all its sources are. `secrets` are by source and name;
    `kept_secrets` is where those are that settings point at. `foreign_code` names the adapters of other packages.
    `book` keeps the sources that people configure, None for none but those of the twin. Observations older than
    `keep_days` are forgotten, 0 keeps them for ever. No source counts as silent before `shortest_silence_s`.
    `photos` is the folder of the photos of reports; `phone_page` that of the built page for phones; `phone_map` makes
    the map for phones; None for none.
    `city` is what a twin governs by, with the book of its cases; None for one that does not. `case_play` says how
    invented people work on the invented cases of a simulated twin.
    `ungoverned` says why a twin that declares tables cannot govern by them.
    `event` is a major event that the twin is about, None for none.
    `labels` say what has which security label, `clearances` who is cleared for which.
    `federation` is the place of this site above and below others, None for a site by itself.
    `shared` are the twin's models as other programs ask for them, None for none; `traffic` counts who asks.
    `backups` makes the backups of the hub, None for none.
    `hub` names an intake hub, which runs the sources that are declared for it; "" is the hub that owns the books.
    `away` says why the stores are not there yet; then nothing is known, and the hub takes observations only.
    `is_over` says that another hub owns the books by now, which hubs have in common; None where nobody else can.
    `put_aside` names files of the history that were damaged and are still in the hub's folder.
    """

    name: str
    title: Text
    live: LivePart
    adapters: Installed
    is_simulated: bool = False
    is_trusted: bool = False
    has_simulators: bool = True
    scenario: Scenario = "daily"
    allowed_networks: Sequence[str] = ()
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kept_secrets: Secrets | None = None
    foreign_code: tuple[str, ...] = ()
    book: SourceBook | None = None
    memory_bytes: int = MEMORY_BYTES
    keep_days: int = 0
    photos: Path | None = None
    phone_page: Path | None = None
    first_wait_s: float = 5.0
    shortest_silence_s: float = SHORTEST_SILENCE_S
    place: Place = field(default_factory=Place)
    phone_map: PhoneMap | None = None
    shared: SharedModels | None = None
    traffic: Traffic = field(default_factory=Traffic)
    gate: Gate | None = None
    hub: str = ""
    put_aside: tuple[str, ...] = ()
    backups: Backups | None = None
    away: StoreFailed | None = None
    is_over: Callable[[], bool] | None = None
    city: GovernedCity | None = None
    case_book: WholeCaseBook | None = None
    ungoverned: Text | None = None
    case_play: CasePlay | None = None
    event: MajorEvent | None = None
    labels: Labels = NO_LABELS
    clearances: Clearing = NO_CLEARANCES
    federation: Federation | None = None


def source_plans(plan: HubPlan, book: SourceBook) -> tuple[list[SourcePlan], list[SourceStatus]]:
    """Return the sources that can run, and for each that cannot a status that says why."""
    ready: list[SourcePlan] = []
    idle: list[SourceStatus] = []
    for entry in book.entries:
        if entry.hub != plan.hub:
            if not plan.hub:
                idle.append(_idle(entry, _ELSEWHERE.with_values(hub=entry.hub)))
            continue
        if not entry.is_enabled:
            idle.append(_idle(entry, _SWITCHED_OFF))
            continue
        try:
            ready.append(source_plan(plan, entry, book.secrets.get(entry.name, {})))
        except ProjectInvalid as error:
            why = Text(error.in_language("zh"), error.in_language("en"))
            idle.append(_idle(entry, why))
    return ready, idle


def source_plan(plan: HubPlan, entry: SourceEntry, secrets: Mapping[str, str]) -> SourcePlan:
    """Return one source ready to run. Raises `ProjectInvalid`."""
    manifest = plan.adapters.named(entry.adapter)
    hidden = {key: "" for key, setting in manifest.settings.items() if setting.type == "secret"}
    stored = {key: secrets[key] for key in hidden if key in secrets}
    settings = {**checked_settings(manifest, {**stored, **entry.settings}), **hidden}
    settings.update({key: value for key, value in entry.settings.items() if key in hidden})
    stations = [station for station in plan.live.stations if entry.adapter in station.addresses]
    allowed = (*plan.allowed_networks, *LOOPBACK) if entry.is_simulated else tuple(plan.allowed_networks)
    begin = Begin(
        role="source",
        source=entry.name,
        target=manifest.target,
        settings=settings,
        secrets=dict(secrets),
        allowed_networks=allowed,
        quantities=plan.live.quantities,
        memory_bytes=plan.memory_bytes,
    )
    is_played = entry.is_simulated and plan.has_simulators and bool(manifest.simulator)
    return SourcePlan(
        name=entry.name,
        adapter=entry.adapter,
        begin=begin,
        is_simulated=entry.is_simulated,
        simulator=_simulator(plan, entry, manifest.simulator, begin) if is_played else None,
        listens=manifest.kind == "server" and settings.get("role", "server") == "server",
        silence_s=_silence_s(stations, plan.shortest_silence_s),
        kept=plan.kept_secrets,
    )


def _simulator(plan: HubPlan, entry: SourceEntry, target: str, begin: Begin) -> Begin:
    """Return what the simulator of a source is told: what its source is, and the twin that it invents."""
    return msgspec.structs.replace(
        begin,
        role="simulator",
        target=target,
        adapter=entry.adapter,
        stations=plan.live.stations,
        scenario=plan.scenario,
        curves=plan.live.curves,
        fleets=plan.live.fleets,
        routes=plan.live.routes,
    )


def _silence_s(stations: Sequence[Station], shortest_s: float) -> float | None:
    """A source is silent when not even its most frequent station has spoken for three intervals."""
    if not stations:
        return None
    return max(shortest_s, float(SILENT_INTERVALS * min(station.interval_s for station in stations)))


def _idle(entry: SourceEntry, why: Text) -> SourceStatus:
    return SourceStatus(
        name=entry.name,
        adapter=entry.adapter,
        state="disabled",
        why_zh=why.zh,
        why_en=why.en,
        is_simulated=entry.is_simulated,
    )
