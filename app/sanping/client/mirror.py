"""What a screen knows of its hub, built from frames alone: frames in, the newest state out. No I/O, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import msgspec
import numpy as np

from sanping.domain.alarm import Alarm
from sanping.domain.ballot import Ballot
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.device import Device
from sanping.domain.errors import FrameBroken
from sanping.domain.label import clearance_in
from sanping.domain.major_event import PostReport
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.report import Report
from sanping.domain.response import Response
from sanping.domain.site import Joint, SiteAlarm, SiteCase, SiteNotice, SiteOrder, SiteStatus
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.stage.show import ShowState, parted, welcomed, with_presence, with_shown
from sanping.twin.fleet import Fixes, Fleet, Named, with_fixes, with_names
from sanping.twin.live import LiveState, with_observations
from sanping.twin.notices import after_notice
from sanping.wire.codec import Unknown, body_of, from_hub
from sanping.wire.messages import (
    Ack,
    Bye,
    Change,
    FromHub,
    NoticesOver,
    Pong,
    ReadingRow,
    Readings,
    Resume,
    Series,
    SeriesRow,
    Snapshot,
    Welcome,
)
from sanping.wire.movers import MoverNames, PositionRow, Positions
from sanping.wire.show import FloorState, Presence, Refused, Shown

_GAP = Text("中枢的变更序号不连续，正在重新连接", "The hub's changes have a gap; connecting again")


_KEYED: Mapping[type, tuple[str, str]] = MappingProxyType(
    {
        Alarm: ("alarms", "id"),
        SourceStatus: ("sources", "name"),
        Report: ("reports", "id"),
        CaseLine: ("cases", "id"),
        Response: ("responses", "id"),
        PostReport: ("posts", "post"),
        Device: ("devices", "id"),
        Ballot: ("ballots", "id"),
        SiteStatus: ("sites", "id"),
        SiteCase: ("site_cases", "id"),
        SiteAlarm: ("site_alarms", "id"),
        SiteOrder: ("site_orders", "op"),
        SiteNotice: ("site_notices", "id"),
    }
)


class Mirror:
    """The hub as one connection after another shows it; `state` only ever moves forward.

    `show` is what the room of the screen `me` shows, who leads, and who is there.
    """

    def __init__(self, me: str = "") -> None:
        self.state = LiveState()
        self.show = ShowState(me=me)
        self.welcome: Welcome | None = None
        self.revision = 0
        self.rows_taken = 0
        self._seq = 0
        self._epoch = ""
        self._series: dict[int, SeriesRow] = {}
        self._has_log = False

    @property
    def seq(self) -> int:
        """The number of the last change of the log that is known."""
        return self._seq

    def resume(self) -> Resume | None:
        """Return where a new connection may go on, None for the beginning."""
        return Resume(epoch=self._epoch, seq=self._seq) if self._has_log else None

    def take(self, frame: bytes) -> FromHub | Unknown:
        """Take in one frame and return what it was. Raises `FrameBroken`; then the connection is worth nothing."""
        message = from_hub(frame)
        match message:
            case Readings(revision=revision, rows=rows):
                self.revision = revision
                self.rows_taken += len(rows)
                self.state = with_observations(self.state, map(self._observation, rows))
            case Series(rows=rows):
                self._series.update((row.index, row) for row in rows)
            case MoverNames():
                self._take_names(message)
            case Positions(rows=rows):
                self.state = replace(self.state, fleet=with_fixes(self.state.fleet, _fixes(rows)))
            case Change():
                self._take_change(message)
            case Snapshot():
                self._take_snapshot(message)
            case Welcome():
                self._take_welcome(message)
            case Shown() | FloorState() | Presence() | Refused():
                self._take_show(message)
            case Ack() | Pong() | Bye() | Unknown():
                pass
        return message

    def fell_silent(self, is_silent: bool) -> None:
        """Take in that the hub says nothing for a while, or speaks again."""
        self.state = replace(self.state, is_linked=not is_silent)

    def lost(self) -> None:
        """The connection is gone: what is known stays, and is not linked any more."""
        self._series.clear()
        self.state = replace(self.state, is_linked=False)
        self.show = parted(self.show)

    def _take_show(self, message: Shown | FloorState | Presence | Refused) -> None:
        match message:
            case Shown():
                self.show = with_shown(self.show, message)
            case FloorState():
                self.show = replace(self.show, floor=message)
            case Presence():
                self.show = with_presence(self.show, message)
            case Refused():
                self.show = replace(self.show, refused=message)

    def _take_welcome(self, message: Welcome) -> None:
        self.welcome = message
        self._series.clear()
        if message.epoch != self._epoch:
            if self._epoch and clearance_in(message.epoch) != clearance_in(self._epoch):
                self.state = replace(self.state, readings=LiveState().readings)  # the log comes anew in its snapshot
            self._epoch, self._seq, self._has_log = message.epoch, 0, False
            self.state = replace(self.state, fleet=Fleet())
        self.state = replace(self.state, is_linked=True, relay=message.relay, clearance=clearance_in(message.epoch))
        self.show = welcomed(self.show, room=message.room, role=message.role, me=message.screen)

    def _take_names(self, message: MoverNames) -> None:
        named = [
            (
                row.index,
                Named(
                    mover=row.mover, label=row.label, kind=row.kind, source=row.source, is_simulated=row.is_simulated
                ),
            )
            for row in message.rows
        ]
        self.state = replace(self.state, fleet=with_names(self.state.fleet, named))

    def _take_snapshot(self, message: Snapshot) -> None:
        self._seq, self._has_log = message.seq, True
        self.state = replace(
            self.state,
            alarms=MappingProxyType({alarm.id: alarm for alarm in message.alarms}),
            sources=MappingProxyType({source.name: source for source in message.sources}),
            notices=MappingProxyType({notice.key: notice for notice in message.notices}),
            reports=MappingProxyType({report.id: report for report in message.reports}),
            cases=MappingProxyType({case.id: case for case in message.cases}),
            case_counts=message.case_counts,
            responses=MappingProxyType({one.id: one for one in message.responses}),
            event=message.event,
            posts=MappingProxyType({one.post: one for one in message.posts}),
            ballots=MappingProxyType({one.id: one for one in message.ballots}),
            sites=MappingProxyType({one.id: one for one in message.sites}),
            site_cases=MappingProxyType({one.id: one for one in message.site_cases}),
            site_alarms=MappingProxyType({one.id: one for one in message.site_alarms}),
            site_orders=MappingProxyType({one.op: one for one in message.site_orders}),
            site_notices=MappingProxyType({one.id: one for one in message.site_notices}),
            joint=message.joint if message.joint is not None and message.joint.session else None,
        )

    def _take_change(self, message: Change) -> None:
        if self._has_log and message.seq <= self._seq:
            return
        if not self._has_log or message.seq != self._seq + 1:
            self._has_log = False
            raise FrameBroken(_GAP)
        self._seq = message.seq
        body = body_of(message)
        if type(body) in _KEYED:
            name, key = _KEYED[type(body)]
            held = {**getattr(self.state, name), getattr(body, key): body}
            self.state = replace(self.state, **{name: MappingProxyType(held)})  # type: ignore[arg-type]  # by name
        match body:
            case Notice():
                self.state = replace(self.state, notices=MappingProxyType(after_notice(self.state.notices, body)))
            case CaseCounts():
                self.state = replace(self.state, case_counts=body)
            case Joint():
                self.state = replace(self.state, joint=body if body.session else None)
            case NoticesOver(keys=keys):
                left = {key: notice for key, notice in self.state.notices.items() if key not in keys}
                self.state = replace(self.state, notices=MappingProxyType(left))
            case _:
                pass

    def _observation(self, row: ReadingRow) -> Observation:
        series = self._series.get(row.index)
        if series is None:
            raise FrameBroken(_GAP)
        return Observation(
            station=series.station,
            quantity=series.quantity,
            value=float("nan") if row.value is None else row.value,
            unit=series.unit,
            event_ms=row.event_ms,
            received_ms=row.received_ms,
            statistic=series.statistic,
            period_s=series.period_s,
            quality=row.quality,
            mark=row.mark,
            origin=row.origin,
            is_simulated=row.is_simulated,
            source=series.source,
        )


def _fixes(rows: Sequence[PositionRow]) -> Fixes:
    """Return rows of the wire in columns."""
    table = np.array([msgspec.structs.astuple(row) for row in rows], np.float64).reshape(-1, 7)
    return Fixes(
        number=table[:, 0].astype(np.int64),
        x_m=table[:, 1],
        y_m=table[:, 2],
        heading_deg=table[:, 3],
        speed_kmh=table[:, 4],
        event_ms=table[:, 5].astype(np.int64),
        is_alarming=table[:, 6] > 0,
    )
