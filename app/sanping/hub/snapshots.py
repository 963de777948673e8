"""The log plane of a hub as of now: everything, with its label; what of it somebody is told is decided later."""

import time
from collections.abc import Sequence
from typing import Protocol

from sanping.domain.source_status import SourceStatus
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.ballot_desk import BallotDesk
from sanping.hub.case_desk import CaseDesk
from sanping.hub.log_plane import ChangeLog
from sanping.hub.major_event_desk import MajorEventDesk
from sanping.hub.notice_desk import NoticeDesk
from sanping.hub.report_desk import ReportDesk
from sanping.hub.response_desk import ResponseDesk
from sanping.hub.sight import Sight
from sanping.hub.site_desk import SiteDesk
from sanping.hub.trust import waiting_for_trust
from sanping.wire.messages import Snapshot


class Host(Protocol):
    """What of a hub its log plane tells of."""

    is_trusted: bool
    log: ChangeLog
    alarms: AlarmDesk
    notices: NoticeDesk
    reports: ReportDesk
    ballots: BallotDesk
    cases: CaseDesk | None
    responses: ResponseDesk | None
    event: MajorEventDesk | None
    sites: SiteDesk | None
    sight: Sight

    def sources(self) -> Sequence[SourceStatus]:
        """Return how all sources are."""


def snapshot_of(hub: Host) -> Snapshot:
    """Return everything that is known of alarms, sources, warnings, reports, cases and other sites."""
    now_ms = time.time_ns() // 1_000_000
    cases, responses, event = hub.cases, hub.responses, hub.event
    snapshot = Snapshot(
        seq=hub.log.seq,
        alarms=tuple(hub.alarms.book.values()),
        sources=tuple(each if hub.is_trusted else waiting_for_trust(each) for each in hub.sources()),
        notices=tuple(hub.notices.book.values()),
        reports=tuple(hub.reports.book.values()),
        cases=() if cases is None else cases.shown(now_ms),
        case_counts=None if cases is None else cases.counts,
        counts_below=() if cases is None else cases.counting.below,
        responses=() if responses is None else responses.shown(now_ms),
        event=None if event is None else event.event,
        posts=() if event is None else event.told(),
        ballots=hub.ballots.shown(now_ms),
    )
    return hub.sight.everything(snapshot if hub.sites is None else hub.sites.told_in(snapshot))
