"""The hub itself: one writer with one order. Sources come in at one side, the ledger commits, screens hear of it."""

import asyncio
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial

from sanping.domain.alarm import Alarm
from sanping.domain.ballot import Ballot
from sanping.domain.call import Call
from sanping.domain.device import OWNER, Device, Identity
from sanping.domain.errors import StoreFailed
from sanping.domain.major_event import PostReport
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.report import Report
from sanping.domain.site import HubLine
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.backup_desk import BackupDesk
from sanping.hub.ballot_desk import BALLOT, VOTE, BallotDesk, Vote
from sanping.hub.call_desk import CallDesk
from sanping.hub.camera_keeper import CameraKeeper
from sanping.hub.case_desk import CaseDesk
from sanping.hub.case_opening import CaseOpening
from sanping.hub.case_places import case_places
from sanping.hub.case_player import player_for
from sanping.hub.clock_watch import ClockWatch
from sanping.hub.event_keeper import (
    ALARM,
    COMMAND,
    COUNTERS,
    NOTICE,
    EventKeeper,
    EventRow,
    access_row,
    alarm_row,
    alarms_of,
    camera_row,
    commands_of,
    counters_of,
    counters_row,
    notice_row,
    source_row,
    values_of,
)
from sanping.hub.fanout import Fanout
from sanping.hub.fleet_table import FleetTable
from sanping.hub.intake import Intake
from sanping.hub.latest import LatestTable
from sanping.hub.ledger import Ledger
from sanping.hub.log_plane import ChangeLog
from sanping.hub.major_event_desk import POST, MajorEventDesk
from sanping.hub.minute_log import MinuteLog
from sanping.hub.notice_desk import KEPT_MS, NoticeDesk, Publisher
from sanping.hub.plan import HubPlan, in_metres, metres_of, source_plans
from sanping.hub.report_desk import REPORT, ReportDesk
from sanping.hub.response_desk import ResponseDesk
from sanping.hub.rooms import Rooms
from sanping.hub.sight import Sight, check_labels, levels_of
from sanping.hub.site_desk import SiteDesk
from sanping.hub.snapshots import snapshot_of
from sanping.hub.source_book import SourceBook
from sanping.hub.source_runner import SourcePlan
from sanping.hub.store_status import store_status
from sanping.hub.supervisor import Supervisor
from sanping.hub.wishes import Wishes
from sanping.ports.event_log import EventLog
from sanping.ports.history import History
from sanping.wire.codec import Body
from sanping.wire.messages import Ack, Command, NoticesOver
from sanping.wire.show import Shown

TICK_S = 5.0
DAY_MS = 86_400_000
RECALLED_MS = 7 * DAY_MS
FORGET_EVERY_S = 3600.0
FOR_EVER_MS = 1 << 53  # a clock that was set back must not hide what is newer than it

_log = logging.getLogger(__name__)


class Hub:
    """One twin's hub; lives in one event loop. `trust` is called when a person trusts the twin."""

    def __init__(
        self, plan: HubPlan, history: History, events: EventLog, trust: Callable[[], None] = lambda: None
    ) -> None:
        self.plan = plan
        self.epoch = uuid.uuid4().hex
        self.is_trusted = plan.is_trusted
        self.is_ready = False
        self.began_ms = _now_ms()
        self.latest, self.log = LatestTable(), ChangeLog(self.epoch, self._labelled)
        self.fleet = FleetTable(in_metres(plan.place.crs))
        self.fanout = Fanout(self.latest, self.log, lambda: snapshot_of(self), self.fleet, levels_of(plan))
        self.ledger = Ledger(history, self._committed, self._store_changed)
        self.events = EventKeeper(events)
        self.alarms = AlarmDesk(plan.live)
        self.notices = NoticeDesk()
        self.reports = ReportDesk(plan.photos, partial(metres_of, plan.place.crs))
        self.book = plan.book or SourceBook(plan.live.sources, plan.secrets)
        ready, idle = source_plans(plan, self.book)
        self.supervisor = Supervisor(ready, idle, self, plan.first_wait_s)
        self.camera = CameraKeeper()
        self.ballots = BallotDesk(self)
        self.rooms = Rooms(self._shown)
        self.wishes = Wishes(self, trust)
        self.gate = plan.gate
        self.cases = self._case_desk()
        self.calls = CallDesk(self.cases, "" if self.cases is None else case_places(plan).home)
        self.responses = None if self.cases is None else ResponseDesk(self.cases, self, case_places(plan))
        is_played = plan.is_simulated and plan.has_simulators
        self.event = None if plan.event is None else MajorEventDesk(plan.event, self, is_played=is_played)
        play = plan.case_play if plan.is_simulated and plan.has_simulators else None
        self.player = player_for(self.cases, play, None if self.reports.photos is None else self.reports.photos.add)
        self.sites = None if plan.federation is None else SiteDesk(plan.federation, self, plan)
        self.sight = Sight(self)
        self.opening = CaseOpening(self)
        self.backups = BackupDesk(plan.backups, self.status_changed)
        self.addresses: tuple[str, ...] = ()
        self.others: Callable[[], Sequence[HubLine]] = tuple
        self.on_device: list[Callable[[Device], None]] = []
        self._intake = Intake(plan.live.stations)
        self._minutes, self._clock, self._noticing = MinuteLog(_log), ClockWatch(), asyncio.Lock()
        self._ticking: asyncio.Task[None] | None = None
        self._keeping: set[asyncio.Task[None]] = set()
        self._states: dict[str, str] = {}
        self._counts: dict[str, Counter[str]] = {}
        self._corrections: Mapping[str, int] = history.corrections

    async def start(self) -> None:
        """Take up where history ends, then start the sources of a trusted twin. Raises `StoreFailed`."""
        self.ledger.start()
        self.ledger.noted(self.plan.away)
        if self.plan.away is None:
            await self._recall()
        await self.opening.begin()
        if self.event is not None:
            self.event.start()
        self._keep_counters()
        self.rooms.start()
        if self.sites is not None:
            await self.sites.start()
        self.is_ready = True
        self._ticking = asyncio.create_task(self._tick())
        self.backups.start()
        if self.is_trusted:
            self.supervisor.start()

    async def _recall(self) -> None:
        """Take up what the stores know. Raises `StoreFailed`."""
        known = await self.ledger.ask(lambda history: history.as_of(_now_ms()))
        self.latest.take(known)
        self._intake.recall(known)
        self._clock.was((await self.ledger.ask(lambda history: history.span()))[1] - DAY_MS)
        now_ms = _now_ms()
        kept = await self.events.between(now_ms - RECALLED_MS, FOR_EVER_MS, (ALARM, COMMAND, REPORT, COUNTERS, POST))
        self.alarms.recall(alarms_of(kept).values())
        self.reports.recall(values_of(kept, REPORT, Report))
        warned = await self.events.between(now_ms - KEPT_MS, FOR_EVER_MS, (NOTICE,))
        self.notices.recall(values_of(warned, NOTICE, Notice))
        self.notices.time_passed(now_ms)
        voted = await self.events.between(0, FOR_EVER_MS, (BALLOT, VOTE))
        self.ballots.recall(values_of(voted, BALLOT, Ballot), values_of(voted, VOTE, Vote))
        if self.event is not None:
            self.event.recall(values_of(kept, POST, PostReport))
        self.wishes.book.recall(commands_of(kept), counters_of(kept))

    async def stop(self) -> None:
        """End the sources, commit what has come, close the store."""
        if self._ticking is not None:
            self._ticking.cancel()
        await self.backups.stop()
        if self.sites is not None:
            await self.sites.stop()
        await self.rooms.stop()
        await self.supervisor.stop()
        await self.ledger.close()
        if self.event is not None:
            self.event.stop()
        await self.opening.stop()
        if self.player is not None:
            await self.player.stop()
        if self.cases is not None:
            await self.cases.stop()
        if self._keeping:
            await asyncio.wait(self._keeping)
        await self.events.close()

    def _labelled(self, body: Body) -> Body:
        return self.sight.labelled(body)

    def _case_desk(self) -> CaseDesk | None:
        """Return the desk of cases of a twin that governs, None for any other."""
        plan = self.plan
        if plan.city is None or plan.case_book is None:
            return None
        devices = None if plan.gate is None else plan.gate.devices
        city = replace(plan.city, rules=replace(plan.city.rules, labels=plan.labels))
        check_labels(city.rules)
        return CaseDesk(city, plan.case_book, self, case_places(plan), devices)

    def sources(self) -> tuple[SourceStatus, ...]:
        """Return how all sources are, and the store while it fails."""
        trouble = self.ledger.trouble
        is_told = trouble is not None or bool(self.plan.put_aside)
        store = (store_status(self.plan.put_aside, trouble, _now_ms()),) if is_told else ()
        cases = self.opening.status()
        return (*store, *((cases,) if cases else ()), *self.backups.statuses(), *self.supervisor.statuses())

    # What sources need (`hub.source_runner.SourceHost`).

    async def room(self) -> None:
        """Wait while the store has too much to do."""
        await self.ledger.room()

    def delivered(
        self, plan: SourcePlan, counts: Counter[str], observations: Sequence[Observation], done: Callable[[], None]
    ) -> None:
        """Take observations of a source; `done` is called once they are committed."""
        accepted = self._intake.accept(
            observations,
            source=plan.name,
            adapter=plan.adapter,
            is_simulated=plan.is_simulated,
            now_ms=_now_ms(),
            least_ms=self._clock.least_ms(),
        )
        counts.update(accepted.counts)
        self._counts[plan.name] = counts
        if accepted.unknown:
            self._minutes.warn(f"{plan.name}/unknown_station", ", ".join(accepted.unknown))
        self.ledger.submit(accepted.rows, done)

    async def published(self, plan: Publisher, counts: Counter[str], notices: Sequence[Notice]) -> None:
        """Keep public warnings of a source or a site and tell the screens; they are safe on return."""
        now_ms = _now_ms()
        async with self._noticing:  # the same warning from two sources at once is kept once
            fresh, counted = self.notices.fresh(
                notices, source=plan.name, is_simulated=plan.is_simulated, now_ms=now_ms
            )
            counts.update(counted)
            await self.events.keep_surely([notice_row(notice, now_ms) for notice in fresh])
            for notice in fresh:
                if self.notices.keep(notice):
                    self.log.append("notice", notice)
        self._look_at_notices(now_ms)

    async def filed(self, plan: SourcePlan, counts: Counter[str], calls: Sequence[Call]) -> Text | None:
        """Take the calls of a hotline as cases; says why when some became none."""
        why = await self.calls.filed(calls, plan.name, counts, _now_ms(), is_simulated=plan.is_simulated)
        if why is not None:
            self.noted(f"{plan.name}/calls", why)
        return why

    def tracked(self, plan: SourcePlan, counts: Counter[str], positions: Sequence[Position]) -> None:
        """Know where movers are, and let the screens know; nothing of it is kept."""
        counts.update(self.fleet.take(positions, plan.name, _now_ms(), is_simulated=plan.is_simulated))
        self.fanout.changed()

    def status_changed(self, status: SourceStatus) -> None:
        """Tell the screens how a source is."""
        self.log.append("source", status)
        self.fanout.changed()
        if self._states.get(status.name) != status.state:
            self._states[status.name] = status.state
            self._keep([source_row(status, _now_ms())])

    def noted(self, kind: str, words: Text) -> None:
        """Write a line to the log, at most once a minute per kind."""
        self._minutes.warn(kind, words.en)

    # What screens wish.

    async def done(self, command: Command, by: str, who: Identity = OWNER) -> Ack:
        """Do what the screen `by` wishes, once per `op`, if `who` may, and return the answer for it."""
        return await self.wishes.done(command, by, who)

    def device_changed(self, device: Device) -> None:
        """Tell the screens of a device that came, asks for more, may do more or less, or is out."""
        self.log.append("device", device, about=device.id)
        self.fanout.changed()
        for look in self.on_device:
            look(device)

    def audited(self, what: str, words: str) -> None:
        """Keep that somebody came in, or was turned away."""
        self._keep([access_row(what, words, _now_ms())])

    # What follows from a commit.

    def _committed(self, rows: Sequence[Observation]) -> None:
        self.latest.take(rows)
        self._count_corrections()
        try:
            self._found(self.alarms.observe(rows, _now_ms()))
        except Exception:
            _log.exception("the rules failed")
        self.fanout.changed()

    def _count_corrections(self) -> None:
        """Add to the counts of each source what the store has kept as corrections since it was looked at last."""
        known, self._corrections = self._corrections, self.ledger.corrections
        for source, total in self._corrections.items():
            if total > known.get(source, 0) and source in self._counts:
                self._counts[source]["corrections"] += total - known.get(source, 0)

    def _store_changed(self, trouble: StoreFailed | None) -> None:
        self.status_changed(store_status(self.plan.put_aside, trouble, _now_ms()))

    def _found(self, alarms: Sequence[Alarm]) -> None:
        """Tell at once what the rules found, and keep it."""
        if alarms:
            self.publish(alarms)
            if self.cases is not None:
                self.cases.intake.alarmed(alarms)
            self._keep([alarm_row(alarm) for alarm in alarms])

    def _shown(self, shown: Shown) -> None:
        """Take other sites along, and keep where the camera that all screens show went."""
        if self.sites is not None:
            self.sites.shown(shown)
        if shown.key == "camera":
            self._keep_camera(self.camera.shown(bytes(shown.value), shown.at_ms))

    def _keep_camera(self, pose: CameraPose | None) -> None:
        if pose is not None:
            self._keep([camera_row(asdict(pose), _now_ms())])

    def _keep_counters(self) -> None:
        counters = self.wishes.book.counters()
        if counters:
            self._keep([counters_row(counters, _now_ms())])

    def _keep(self, rows: Sequence[EventRow]) -> None:
        task = asyncio.create_task(self.events.keep_somehow(rows))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    def publish(self, alarms: Sequence[Alarm]) -> int:
        """Tell the screens of alarms that changed; return the number of the last change."""
        for alarm in alarms:
            self.log.append("alarm", alarm, about=alarm.id)
        self.fanout.changed()
        return self.log.seq

    def _look_at_notices(self, now_ms: int) -> None:
        """Drop the warnings whose time is over, and tell the screens what changed."""
        over = self.notices.time_passed(now_ms)
        if over:
            self.log.append("notices_over", NoticesOver(keys=over))
        self.fanout.changed()

    async def _tick(self) -> None:
        forgetting_s = 0.0
        while True:
            await asyncio.sleep(TICK_S)
            if set_by_ms := self._clock.set_by_ms():
                self.audited("clock", f"{set_by_ms / 1000:+.0f} s")
                self._minutes.warn("clock", f"the clock of this machine was set by {set_by_ms / 1000:+.0f} s")
            try:
                self._found(self.alarms.time_passed(_now_ms()))
            except Exception:
                _log.exception("the rules failed")
            self._look_at_notices(_now_ms())
            self._keep_camera(self.camera.rested(_now_ms()))
            if self.plan.keep_days and time.monotonic() > forgetting_s:
                forgetting_s = time.monotonic() + FORGET_EVERY_S
                await self.forget()

    async def forget(self) -> None:
        """Remove what is older than is kept."""
        try:
            await self.ledger.forget(self.plan.keep_days, _now_ms())
        except StoreFailed as error:
            self._minutes.warn("retention", error.in_language("en"))


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
