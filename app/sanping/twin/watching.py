"""Applies rules to what arrives: a pure step from memory and observations to new memory and alarms raised or returned.

Only live, good values raise; late, retained, replayed and suspect ones are remembered as evidence at most. Nothing here
knows a clock: the caller says what time it is, and calls `tick` now and then so that silence is noticed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sanping.domain.alarm import Alarm
from sanping.domain.observation import Observation
from sanping.domain.quantity import quantity
from sanping.domain.station import Station
from sanping.twin.conditions import Points, Seen, class_seen, frozen, jumped, risen, words
from sanping.twin.rules import Rule, RulePlan, covers, limit_at
from sanping.twin.water_quality import ODOUR_ITEMS, assess_section

Place = tuple[str, str]  # rule id, station id
_MOST_POINTS = 240
_EVIDENCE_POINTS = 120


@dataclass(frozen=True, slots=True)
class Watch:
    """One rule at one station: since when its condition holds (0: it does not), and the alarm it raised ("": none)."""

    since_ms: int = 0
    alarm: str = ""
    raised_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What the rules remember; start with an empty one. `recent` holds the last points of watched series.

    `formed` says of the newest of them how it was formed: statistic and period in seconds.
    """

    watches: Mapping[Place, Watch] = field(default_factory=lambda: MappingProxyType({}))
    recent: Mapping[tuple[str, str], Points] = field(default_factory=lambda: MappingProxyType({}))
    heard_ms: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    formed: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """An alarm begins."""

    alarm: Alarm


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The condition of an alarm is gone."""

    alarm: str
    event_ms: int


Finding = Raised | Returned


class _Step:
    """The work of one step: reads the memory before, gathers what changes."""

    def __init__(self, plan: RulePlan, memory: Memory, now_ms: int) -> None:
        self.plan = plan
        self.now_ms = now_ms
        self.findings: list[Finding] = []
        self.watches = dict(memory.watches)
        self.recent = dict(memory.recent)
        self.heard_ms = dict(memory.heard_ms)
        self.formed = dict(memory.formed)
        self.corrected: set[str] = set()  # stations

    def memory(self) -> Memory:
        return Memory(
            watches=MappingProxyType(self.watches),
            recent=MappingProxyType(self.recent),
            heard_ms=MappingProxyType(self.heard_ms),
            formed=MappingProxyType(self.formed),
        )

    def take(self, reading: Observation) -> Station | None:
        """Remember a reading and apply the rules of its series; return its station if it may raise alarms."""
        station = self.plan.stations.get(reading.station)
        if station is None or reading.origin in ("retained", "replay") or reading.value != reading.value:
            return None
        self.heard_ms[station.id] = max(self.heard_ms.get(station.id, 0), reading.event_ms)
        if reading.quality != "good" or reading.statistic not in ("instant", "avg"):
            return None
        if not self._remember(reading) or reading.origin != "live":
            return None
        for rule in self.plan.rules_for(station, reading.quantity):
            where = station if rule.kind != "difference" else self.plan.stations.get(rule.stations[0])
            if where is not None:
                self.judge(rule, where, reading, self._seen(rule, where, reading))
        return station

    def _remember(self, reading: Observation) -> bool:
        """Keep the point in time order; say whether it is the newest of a series that some rule looks at.

        A correction of the newest, formed like it, takes its place; one of an older point changes nothing here.
        """
        if reading.quantity not in self.plan.watched:
            return False
        key = (reading.station, reading.quantity)
        points, formed = self.recent.get(key, ()), (reading.statistic, reading.period_s)
        if points and reading.event_ms == points[-1][0] and formed == self.formed.get(key):
            self.corrected.add(reading.station)
            points = points[:-1]
        elif points and reading.event_ms <= points[-1][0]:
            return False
        self.formed[key] = formed
        span_ms = self.plan.window_s.get(reading.quantity, 0) * 1000
        oldest_ms = reading.event_ms - span_ms
        first = next((i for i, (when, _) in enumerate(points) if when >= oldest_ms), len(points))
        first = max(0, first - 1)  # one before the window, so that the window is covered
        self.recent[key] = (*points[first:][-_MOST_POINTS:], (reading.event_ms, reading.value))
        return True

    def _seen(self, rule: Rule, station: Station, reading: Observation) -> Seen:
        limit = limit_at(rule, station)
        if limit is None:
            return Seen(None)
        points = self.recent[(reading.station, reading.quantity)]
        match rule.kind:
            case "above" | "below":
                seen = self._crossed(rule, station, reading.value, limit)
            case "rise":
                seen = risen(points, rule, limit)
            case "jump":
                seen = jumped(points, rule, limit)
            case "frozen":
                seen = frozen(points, rule)
            case "difference":
                seen = self._differs(rule, limit)
            case _:
                seen = Seen(None)
        return seen

    def _crossed(self, rule: Rule, station: Station, value: float, limit: float) -> Seen:
        watch = self.watches.get((rule.id, station.id))
        slack = rule.hysteresis if watch is not None and watch.since_ms else 0.0
        holds = value >= limit - slack if rule.kind == "above" else value <= limit + slack
        return Seen(holds, value, limit)

    def _differs(self, rule: Rule, limit: float) -> Seen:
        ours = self.recent.get((rule.stations[0], rule.quantity))
        theirs = self.recent.get((rule.other, rule.quantity))
        here, there = self.plan.stations.get(rule.stations[0]), self.plan.stations.get(rule.other)
        if not ours or not theirs or here is None or there is None:
            return Seen(None)
        if abs(ours[-1][0] - theirs[-1][0]) > rule.window_s * 1000:
            return Seen(None)
        offsets = (here.datum_offset_m, there.datum_offset_m)
        if quantity(rule.quantity).group == "level" and None in offsets:
            return Seen(None)
        shift = (offsets[0] or 0.0) - (offsets[1] or 0.0) if quantity(rule.quantity).group == "level" else 0.0
        difference = ours[-1][1] - theirs[-1][1] + shift
        return Seen(not rule.low <= difference <= limit, difference, limit)

    def judge(self, rule: Rule, station: Station, reading: Observation | None, seen: Seen) -> None:
        """Raise or return the alarm of a rule at a station."""
        if seen.holds is None:
            return
        place = (rule.id, station.id)
        watch = self.watches.get(place, Watch())
        event_ms = reading.event_ms if reading is not None else self.now_ms
        if not seen.holds:
            if watch.alarm:
                self.findings.append(Returned(alarm=watch.alarm, event_ms=event_ms))
            if watch != Watch():
                self.watches[place] = Watch()
            return
        since_ms = watch.since_ms or event_ms
        if watch.alarm or event_ms - since_ms < rule.duration_s * 1000:
            self.watches[place] = Watch(since_ms, watch.alarm, watch.raised_ms)
            return
        alarm = self._alarm(rule, station, reading, seen, event_ms)
        self.watches[place] = Watch(since_ms, alarm.id, event_ms)
        self.findings.append(Raised(alarm=alarm))

    def _alarm(self, rule: Rule, station: Station, reading: Observation | None, seen: Seen, event_ms: int) -> Alarm:
        name = rule.quantity or (reading.quantity if reading is not None else "")
        sentence = seen.words or words(rule, name, seen)
        again = (
            f":{self.now_ms}" if station.id in self.corrected else ""
        )  # the same moment may have raised one that is gone
        return Alarm(
            id=f"{rule.id}:{station.id}:{event_ms}{again}",
            rule=rule.id,
            station=station.id,
            quantity=name,
            colour=rule.colour,
            state="active",
            title_zh=f"{station.name.zh}{sentence.zh}",
            title_en=f"{station.name.en}: {sentence.en}",
            raised_ms=event_ms,
            changed_ms=self.now_ms,
            group=f"{rule.family or rule.id}@{station.id}",
            value=seen.value,
            limit=seen.limit,
            unit=quantity(name).unit if rule.kind != "silent" else "min",
            evidence=self.recent.get((station.id, name), ())[-_EVIDENCE_POINTS:],
            proposes_case=rule.proposes_case,
            is_simulated=reading.is_simulated if reading is not None else False,
        )

    def take_station(self, station: Station, reading: Observation) -> None:
        """Apply the rules that look at all items of a station at once."""
        if not self.plan.of_station or "quality" not in station.kinds:
            return
        values = {
            name: points[-1][1]
            for (where, name), points in self._series_of(station.id)
            if reading.event_ms - points[-1][0] <= 2000 * max(station.interval_s, reading.period_s)
        }
        found = assess_section(self.plan.standard, values, target=station.target_class, is_lake=station.is_lake)
        for rule in self.plan.of_station:
            if found is not None and covers(rule, station):
                self.judge(rule, station, reading, class_seen(rule, station, found))

    def _series_of(self, station: str) -> Iterable[tuple[tuple[str, str], Points]]:
        for item in self.plan.standard.items:
            key = (station, item.quantity)
            if key in self.recent:
                yield key, self.recent[key]
        for name in (*ODOUR_ITEMS, "water_temperature"):
            if (station, name) in self.recent:
                yield (station, name), self.recent[(station, name)]

    def join(self) -> None:
        """Raise the rules that need several others at once, on the same river."""
        for rule in self.plan.joint:
            raised: dict[str, dict[str, tuple[int, str]]] = {}
            for (name, station), watch in self.watches.items():
                if name in rule.parts and watch.alarm and station in self.plan.stations:
                    river = self.plan.stations[station].river or station
                    raised.setdefault(river, {})[name] = (watch.raised_ms, station)
            rivers = {river: found for river, found in raised.items() if self._together(rule, found)}
            places = {max(found.values())[1]: river for river, found in rivers.items()}
            for (name, station), _ in list(self.watches.items()):
                if name == rule.id and station not in places:
                    self.judge(rule, self.plan.stations[station], None, Seen(False))
            known = {station for (name, station), watch in self.watches.items() if name == rule.id and watch.alarm}
            for station, river in places.items():
                ours = {where for where in known if (self.plan.stations[where].river or where) == river}
                if not ours or station in ours:
                    self.judge(rule, self.plan.stations[station], None, Seen(True, words=rule.title))

    def _together(self, rule: Rule, found: Mapping[str, tuple[int, str]]) -> bool:
        times = [when for when, _ in found.values()]
        return len(found) == len(rule.parts) and max(times) - min(times) <= rule.window_s * 1000


def step(
    plan: RulePlan, memory: Memory, observations: Iterable[Observation], now_ms: int
) -> tuple[Memory, tuple[Finding, ...]]:
    """Return the memory after some observations, and the alarms that begin or end with them."""
    work = _Step(plan, memory, now_ms)
    latest: dict[str, tuple[Station, Observation]] = {}
    for reading in observations:
        station = work.take(reading)
        if station is not None:
            latest[station.id] = (station, reading)
    for station, reading in latest.values():
        work.take_station(station, reading)
    if work.findings and plan.joint:
        work.join()
    return work.memory(), tuple(work.findings)


def tick(plan: RulePlan, memory: Memory, now_ms: int) -> tuple[Memory, tuple[Finding, ...]]:
    """Return the memory after time has passed: silence is noticed here, and broken when a station speaks again."""
    work = _Step(plan, memory, now_ms)
    for rule in plan.silent:
        for station_id, heard_ms in memory.heard_ms.items():
            station = plan.stations[station_id]
            if not covers(rule, station):
                continue
            allowed_ms = int(rule.limit * station.interval_s * 1000)
            quiet = now_ms - heard_ms > allowed_ms
            if quiet or (rule.id, station_id) in memory.watches:
                work.judge(rule, station, None, Seen(quiet, (now_ms - heard_ms) / 60_000, allowed_ms / 60_000))
    if work.findings and plan.joint:
        work.join()
    return work.memory(), tuple(work.findings)
