"""What screens wish: checked against their role, done once each, one after another, and kept before it is answered."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from sanping.commands.hub_actions import HUB_ACTIONS
from sanping.domain.alarm import Alarm
from sanping.domain.device import OWNER, Device, Identity
from sanping.domain.errors import AboveClearance, InputError, NotAllowed, RevisionStale, SanpingError
from sanping.domain.label import is_cleared
from sanping.domain.report import Report
from sanping.domain.text import Text
from sanping.hub.alarm_desk import ACTIONS, AlarmDesk
from sanping.hub.ballot_desk import BALLOT_ACTIONS, BallotDesk
from sanping.hub.camera_keeper import CameraKeeper
from sanping.hub.case_desk import CaseDesk
from sanping.hub.case_wishes import CASE_ACTIONS, commanded
from sanping.hub.case_words import said_plainly
from sanping.hub.command_book import CommandBook
from sanping.hub.event_keeper import STAGE_CAMERA, EventKeeper, EventRow, alarm_row, camera_row, command_row
from sanping.hub.fanout import Fanout
from sanping.hub.gate import NO_GATE, Gate, check_role
from sanping.hub.log_plane import ChangeLog
from sanping.hub.major_event_desk import REPORT_POST, MajorEventDesk, event_of, post_row
from sanping.hub.measure_desk import MEASURE_ACTIONS, measure_row
from sanping.hub.plan import HubPlan, source_plan
from sanping.hub.report_desk import FILE_REPORT, REPORT, ReportDesk, report_row
from sanping.hub.response_desk import ResponseDesk
from sanping.hub.response_wishes import RESPONSE_ACTIONS, responded
from sanping.hub.sight import REFUSED, Sight
from sanping.hub.site_desk import SITE_ACTIONS, SiteDesk, site_of
from sanping.hub.source_book import SourceBook
from sanping.hub.supervisor import Supervisor
from sanping.wire.messages import Ack, Command

DEVICE_ACTIONS = ("role.ask", "role.leave", "device.approve", "device.place", "device.decline", "device.revoke")

_NO_ACTION = Text("没有这个命令：{name}；请更新程序", "There is no command {name}; update the program")
_UNEXPECTED = Text("命令执行出错：{reason}；请重试", "The command failed: {reason}; try again")
_CONFLICT = Text(
    "“{name}”刚有变化（可能别人先处理了），这次没有执行；请看最新状态后再决定",
    "{name} has just changed, so nothing was done; look at it as it is now and decide again",
)
NOT_GOVERNED = Text(
    "这个孪生没有启用案件治理；请在 twin.toml 中添加 [governance]",
    "This twin does not govern cases; add [governance] to its twin.toml",
)
_log = logging.getLogger(__name__)


class Host(Protocol):
    """What of a hub its wishes reach."""

    plan: HubPlan
    book: SourceBook
    events: EventKeeper
    alarms: AlarmDesk
    reports: ReportDesk
    supervisor: Supervisor
    log: ChangeLog
    fanout: Fanout
    camera: CameraKeeper
    ballots: BallotDesk
    cases: CaseDesk | None
    responses: ResponseDesk | None
    event: MajorEventDesk | None
    sites: SiteDesk | None
    gate: Gate | None
    is_trusted: bool
    sight: Sight

    def audited(self, what: str, words: str) -> None:
        """Keep that somebody was turned away."""

    def publish(self, alarms: Sequence[Alarm]) -> int:
        """Tell the screens of alarms that changed; return the number of the last change."""

    def device_changed(self, device: Device) -> None:
        """Tell the screens of a device that changed."""


class Wishes:
    """Does the commands of all screens of one hub. `trust` is called when a person trusts the twin."""

    def __init__(self, hub: Host, trust: Callable[[], None]) -> None:
        self._hub = hub
        self._trust = trust
        self.book = CommandBook()
        self._deciding = asyncio.Lock()

    async def done(self, command: Command, by: str, who: Identity = OWNER) -> Ack:
        """Do what the screen `by` wishes, once per `op`, if `who` may, and return the answer for it."""
        if command.action in CASE_ACTIONS or command.action in RESPONSE_ACTIONS:
            return await self._with_case(command, by, who)
        async with self._deciding:  # one after another, so that the same wish twice is done once
            known = self.book.known(command, by)
            if known is not None:
                return known
            ack = self._conflict(command, who) or await self._answered(self._done(command, by, who), command, by)
            self.book.answered(command, by, ack)
            return ack

    async def _with_case(self, command: Command, by: str, who: Identity) -> Ack:
        """Take a step of a case beside others: its book decides the order, and does each `op` once for ever."""
        ack = self.book.known(command, by) or self._conflict(command, who)
        if ack is None:
            ack = await self._answered(self._stepped(command, who), command, by)
        self.book.answered(command, by, ack)
        return ack

    async def _stepped(self, command: Command, who: Identity) -> Ack:
        """Take a step of a case, which its book keeps. Raises what the step does."""
        hub, action = self._hub, HUB_ACTIONS[command.action]
        check_role(who, action.least, action.title)
        hub.sight.check_names(who, command.arguments)
        if hub.cases is None or hub.responses is None:
            raise InputError(hub.plan.ungoverned or NOT_GOVERNED)
        hub.cases.check_read()
        if command.action in RESPONSE_ACTIONS:
            found = await responded(hub.responses, hub.reports.photos, command, who)
            return Ack(op=command.op, ok=True, seq=hub.log.seq, about=found.response.id)
        taken = await commanded(hub.cases, hub.reports.photos, command, who)
        return Ack(op=command.op, ok=True, seq=hub.log.seq, about=taken.case.id)

    def _conflict(self, command: Command, who: Identity) -> Ack | None:
        """Return the answer to a wish whose object changed after what its screen had seen."""
        if command.if_seq is None:
            return None
        for name in _objects(command.arguments):
            is_seen = is_cleared(who.clearance, self._hub.sight.named(name))
            if is_seen and self._hub.log.changed(name) > command.if_seq:
                words = _CONFLICT.with_values(name=self._title(name))
                return Ack(op=command.op, ok=False, error_zh=words.zh, error_en=words.en, is_conflict=True)
        return None

    def _title(self, name: str) -> Text:
        """Return what people call an object."""
        alarm = self._hub.alarms.book.get(name)
        return Text(name, name) if alarm is None else Text(alarm.title_zh, alarm.title_en)

    async def _done(self, command: Command, by: str, who: Identity) -> Ack:
        do = self._balloted if command.action in BALLOT_ACTIONS else self._do
        return Ack(op=command.op, ok=True, seq=await do(command, by, who))

    async def _answered(self, work: Awaitable[Ack], command: Command, by: str) -> Ack:
        """Return the answer of what is done, or why it is not; that somebody wanted what is above him is kept."""
        try:
            return await work
        except SanpingError as error:
            if isinstance(error, AboveClearance):
                self._hub.audited(REFUSED, f"{by} {command.action}")
            zh, en = error.in_language("zh"), error.in_language("en")
            is_conflict = isinstance(error, RevisionStale)
            return Ack(op=command.op, ok=False, error_zh=zh, error_en=en, is_conflict=is_conflict)
        except Exception as error:
            _log.exception("command %s", command.action)
            words = _UNEXPECTED.with_values(reason=type(error).__name__)
            return Ack(op=command.op, ok=False, error_zh=words.zh, error_en=words.en)

    async def _do(self, command: Command, by: str, who: Identity) -> int:
        """Do it, keep that it was done, and return the change it made.

        Raises `InputError`, `NotAllowed` or `StoreFailed`.
        """
        hub, arguments = self._hub, command.arguments
        action = HUB_ACTIONS.get(command.action)
        if action is None:
            raise InputError(_NO_ACTION.with_values(name=command.action[:60]))
        check_role(who, action.least, action.title)
        hub.sight.check_names(who, arguments)
        if action.id == FILE_REPORT:
            arguments = _said_plainly(arguments)
            command = msgspec.structs.replace(command, arguments=arguments)
        sayable = msgspec.structs.replace(command, arguments=hub.book.sayable(arguments, hub.plan.adapters))
        done = command_row(sayable, by, _now_ms())
        if action.id in ACTIONS:
            changed = hub.alarms.changed_by(action.id, arguments, by, _now_ms())
            await hub.events.keep([*map(alarm_row, changed), done])
            for alarm in changed:
                hub.alarms.keep(alarm)
            return hub.publish(changed)
        if action.id == FILE_REPORT:
            report = self._from_street(command, by)
            await hub.events.keep([report_row(report), done])
            hub.reports.keep(report)
            hub.log.append(REPORT, report, about=report.id)
            hub.fanout.changed()
            if hub.cases is not None:
                await hub.cases.intake.reported(report, who)
            return hub.log.seq
        if action.id == REPORT_POST:
            told = event_of(hub.event).reported(arguments, who, None if hub.cases is None else hub.cases.people)
            await hub.events.keep([post_row(told), done])
            return event_of(hub.event).keep(told)
        if action.id in MEASURE_ACTIONS:
            return await self._measured(command, by, done)
        if action.id == STAGE_CAMERA:
            row = camera_row(arguments, _now_ms())
            if not hub.camera.is_shown(_now_ms()):  # what all screens show is kept already
                await hub.events.keep([row])
            return hub.log.seq
        if action.id in DEVICE_ACTIONS:
            self._with_device(action.id, arguments, who)
        else:
            await self._elsewhere(command, who)
        await hub.events.keep([done])
        return hub.log.seq

    def _from_street(self, command: Command, by: str) -> Report:
        """Return a report that can become a case; nothing is kept yet. Raises `InputError`."""
        report = self._hub.reports.filed(command.op, command.arguments, by, _now_ms())
        if self._hub.cases is not None and report.lon is not None and report.lat is not None:
            self._hub.cases.area_at(report.lon, report.lat)
        return report

    async def _balloted(self, command: Command, by: str, who: Identity) -> int:
        """Open or close a vote, or take one. Raises `InputError`, `StepRefused`, `NotAllowed` or `StoreFailed`."""
        hub, action = self._hub, HUB_ACTIONS[command.action]
        check_role(who, action.least, action.title)
        hub.sight.check_names(who, command.arguments)
        wished = hub.ballots.wished(command, by, _now_ms(), who)
        await hub.events.keep([wished.row, command_row(command, by, _now_ms())])
        return hub.ballots.keep(wished)

    async def _measured(self, command: Command, by: str, done: EventRow) -> int:
        """Record or withdraw a measure. Raises `InputError` or `StoreFailed`."""
        cases = self._hub.cases
        if cases is None:
            raise InputError(self._hub.plan.ungoverned or NOT_GOVERNED)
        measure = cases.measures.wished(command, by, cases.city.rules, _now_ms())
        await self._hub.events.keep([measure_row(measure, _now_ms()), done])
        cases.measures.keep(measure)
        return self._hub.log.seq

    def _with_device(self, action: str, arguments: Mapping[str, object], who: Identity) -> None:
        if self._hub.gate is None:
            raise NotAllowed(NO_GATE)
        if action in ("device.approve", "device.place") and self._hub.cases is not None:
            self._hub.cases.people.check_workplace(arguments, _now_ms())  # before anything is changed
        self._hub.device_changed(self._hub.gate.commanded(action, arguments, who))

    async def _elsewhere(self, command: Command, who: Identity) -> None:
        if command.action in SITE_ACTIONS:
            await site_of(self._hub.sites).done(command, who)
        else:
            await self._with_sources(command.action, command.arguments)

    async def _with_sources(self, action: str, arguments: Mapping[str, object]) -> None:
        supervisor, source = self._hub.supervisor, str(arguments.get("source", ""))
        self._hub.book.check_here(source)
        if action == "source.enable":
            await supervisor.enable(source)
        elif action == "source.disable":
            await supervisor.disable(source)
        elif action == "source.restart":
            await supervisor.restart(source)
        elif action == "source.configure":
            await self._configure(arguments)
        else:
            self._become_trusted()

    async def _configure(self, arguments: Mapping[str, object]) -> None:
        """Keep a source with other settings, or a new one, and run it. Raises `InputError` or `StoreFailed`."""
        hub = self._hub
        entry, secrets = hub.book.draft(arguments, hub.plan.adapters)
        await asyncio.get_running_loop().run_in_executor(None, hub.book.keep, entry, secrets)
        await hub.supervisor.put(source_plan(hub.plan, entry, secrets), is_started=hub.is_trusted)

    def _become_trusted(self) -> None:
        self._trust()
        if not self._hub.is_trusted:
            self._hub.is_trusted = True
            self._hub.supervisor.start()


def _said_plainly(arguments: Mapping[str, object]) -> Mapping[str, object]:
    """Return what a report says without numbers of people: everybody sees it, and it is kept."""
    words = arguments.get("words")
    return {**arguments, "words": said_plainly(words)} if isinstance(words, str) else arguments


def _objects(arguments: Mapping[str, object]) -> list[str]:
    """Return what a command would change, as the log names it."""
    several = arguments.get("alarms", ())
    single = [arguments.get(key) for key in ("alarm", "device", "case", "post")]
    names = [*single, *(several if isinstance(several, list | tuple) else ())]
    return [name for name in names if isinstance(name, str)]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
