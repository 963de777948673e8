"""What has which label in one hub, and who may see it: asked by every way out (live, REST, sharing, other sites).

Labels come from the twin, cases add their own; `wire.sight` compares. Nothing here decides who anybody is.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

import msgspec
import numpy as np

from sanping.domain.alarm import Alarm
from sanping.domain.ballot import Ballot
from sanping.domain.case import Case
from sanping.domain.device import Identity
from sanping.domain.errors import AboveClearance, ProjectInvalid
from sanping.domain.label import HIGHEST, LABELS, LOWEST, Label, LiveLevels, Made, choice_refused, higher, is_cleared
from sanping.domain.major_event import PostReport
from sanping.domain.notice import Notice
from sanping.domain.report import Report
from sanping.domain.response import Response
from sanping.domain.site import SiteNotice, SiteOrder, across_sites
from sanping.domain.text import Text
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.ballot_desk import BALLOT, VOTE, BallotDesk, Vote
from sanping.hub.ballot_desk import OPEN as OPEN_VOTE
from sanping.hub.case_desk import CaseDesk
from sanping.hub.event_keeper import ALARM, COMMAND, NOTICE, KeptCommand
from sanping.hub.fanout import Fanout
from sanping.hub.live_sight import LiveSight
from sanping.hub.log_plane import ChangeLog
from sanping.hub.major_event_desk import POST, REPORT_POST, MajorEventDesk
from sanping.hub.plan import HubPlan
from sanping.hub.report_desk import REPORT, ReportDesk
from sanping.hub.response_desk import RESPONSE, ResponseDesk
from sanping.hub.rooms import Rooms
from sanping.hub.shown_label import ShownLabelling, plan_in
from sanping.hub.site_desk import SiteDesk
from sanping.hub.site_notices import SEND_NOTICE
from sanping.hub.site_streams import SITE_ANSWER
from sanping.ports.event_log import Event
from sanping.ports.site_book import Entry
from sanping.twin.cases.rules import CaseRules
from sanping.wire.codec import Body
from sanping.wire.messages import Snapshot
from sanping.wire.sight import label_of, seen_in

REFUSED = "label.refused"
OPEN_EVENTS = frozenset(
    {
        "source",
        "access",
        "camera",
        "counters",
        "case_head",
        "measure",
        "case_past",
        "site_receipt",
    }
)
"""Kinds of events that say nothing of what has a label."""
MAKING: Mapping[str, Made] = MappingProxyType({OPEN_VOTE: "votes", REPORT_POST: "posts", SEND_NOTICE: "notices"})
"""The commands by which people make something, and what; its label is chosen with it."""
_ABOVE = Text(
    "所请求内容的密级高于您的许可；请交给有许可的人员",
    "What you ask for has a label above your clearance; leave it to somebody who is cleared for it",
)
_NO_CLASS = Text(
    "[labels] 写了不存在的案件类别：{names}；请对照分类表改正",
    "[labels] names classes of cases that do not exist: {names}; correct them by the table of classes",
)
_Body = TypeVar("_Body", bound=Body)


class Host(Protocol):
    """What of a hub has labels."""

    plan: HubPlan
    alarms: AlarmDesk
    reports: ReportDesk
    cases: CaseDesk | None
    responses: ResponseDesk | None
    sites: SiteDesk | None
    rooms: Rooms
    ballots: BallotDesk
    event: MajorEventDesk | None
    log: ChangeLog
    fanout: Fanout


class Sight(LiveSight):
    """The labels of one hub."""

    def __init__(self, host: Host) -> None:
        self._host = host
        plan = host.plan
        super().__init__(plan.live.stations, levels_of(plan))
        self._labels = plan.labels
        host.rooms.labels.label_of = ShownLabelling(plan.labels, self).label_of
        host.rooms.labels.layers = plan.labels.layers
        if host.cases is not None:
            host.cases.on_relabelled.append(self.relabelled)
        self._others = {rule.id: rule.other for rule in plan.live.rules if rule.other}

    # What has which label.

    def station(self, id: str) -> Label:
        """Return the label of a station."""
        return self._levels.stations.get(id, LOWEST)

    def labelled(self, body: Body) -> Body:
        """Return a body of the log plane with the label that it has."""
        if isinstance(body, Alarm | Report | Response | SiteOrder):
            label = self._label(body)
            return body if body.label == label else msgspec.structs.replace(body, label=label)
        return body

    def everything(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot in which everything carries its label."""
        return msgspec.structs.replace(
            snapshot,
            alarms=self._all(snapshot.alarms),
            reports=self._all(snapshot.reports),
            responses=self._all(snapshot.responses),
            site_orders=self._all(snapshot.site_orders),
        )

    def entry(self, entry: Entry) -> Label:
        """Return the label of something that goes up to the site above; how its own orders went it always hears."""
        sites = self._host.sites
        if entry.kind in ("case", "response"):
            return higher((self.named(entry.about), self.named(across_sites(entry.site, entry.about))))
        is_own_answer = entry.kind == "answer" and sites is not None and entry.site == sites.site
        if is_own_answer or entry.kind == "receipt":
            return LOWEST
        kind: type[Alarm | SiteOrder] = Alarm if entry.kind == "alarm" else SiteOrder
        try:
            return label_of(self.labelled(msgspec.json.decode(bytes(entry.body), type=kind)))
        except msgspec.MsgspecError:
            return HIGHEST

    def event(self, event: Event) -> Label:
        """Return the label of an event of the log; the highest for one that nobody has thought of."""
        if event.kind in OPEN_EVENTS:
            return LOWEST
        kinds: Mapping[str, type[Alarm | Report | SiteOrder | Notice | Ballot | PostReport]] = {
            ALARM: Alarm, REPORT: Report, SITE_ANSWER: SiteOrder, NOTICE: Notice, BALLOT: Ballot, POST: PostReport,
        }  # fmt: skip
        try:
            if event.kind in kinds:
                return label_of(self.labelled(msgspec.json.decode(event.body, type=kinds[event.kind])))
            if event.kind == VOTE:
                return self.named(msgspec.json.decode(event.body, type=Vote).ballot)
            if event.kind == COMMAND:
                command = msgspec.json.decode(event.body, type=KeptCommand, strict=False)
                names = (*names_in(command.arguments), command.op)
                return higher((*map(self.named, names), self._chosen(command)))
        except msgspec.MsgspecError:
            return HIGHEST
        return HIGHEST

    def named(self, name: str) -> Label:
        """Return the label of an alarm, case, report, response or case of another site by its id."""
        host = self._host
        books: tuple[Mapping[str, Alarm | Report | Response], ...] = (host.alarms.book, host.reports.book)
        if host.responses is not None:
            books = (*books, host.responses.book)
        found = next((book[name] for book in books if name in book), None)
        if found is not None:
            return self._label(found)
        row = None if host.cases is None else host.cases.table.row(name)
        if host.cases is not None and row is not None:
            return host.cases.table.level(row)
        below = None if host.sites is None else host.sites.down.cases.get(name)
        return self._made(name) if below is None else below.line.label

    def _made(self, name: str) -> Label:
        """Return the label of a vote, a post or a notice by its name."""
        host = self._host
        made: tuple[Mapping[str, Ballot | PostReport | SiteNotice], ...] = (
            host.ballots.book,
            {} if host.event is None else host.event.reports,
            {} if host.sites is None else host.sites.notices.notices,
        )
        return next((book[name].label for book in made if name in book), LOWEST)

    def _chosen(self, command: KeptCommand) -> Label:
        """Return the label that a command gave to what it says, which may have another by now, or be forgotten."""
        chosen, made = chosen_in(command.arguments), MAKING.get(command.action)
        return chosen or LOWEST if made is None else self._labels.usual(made, chosen)

    def of_notice(self, chosen: Label | None) -> Label:
        """Return the label of a notice to other sites."""
        return self._labels.usual("notices", chosen)

    def of_vote(self, plan: str, chosen: Label | None) -> Label:
        """Return the label of a vote on a plan, never below that of the plan as it is shown in any room."""
        shown = self._host.rooms.showing("scheme") if plan else []
        labels = (one.label for one in shown if plan_in(bytes(one.value)) == plan)
        return higher((self._labels.usual("votes", chosen), *labels))

    # Who may see it.

    def told(self, snapshot: Snapshot, who: Identity) -> Snapshot:
        """Return what somebody may see of a snapshot."""
        return seen_in(self.everything(snapshot), who.clearance)

    def seen(self, bodies: Iterable[_Body], who: Identity) -> list[_Body]:
        """Return those that somebody may see."""
        return [one for one in self._all(bodies) if is_cleared(who.clearance, label_of(one))]

    def sees_layer(self, who: Identity, layer: str) -> bool:
        """Say whether somebody may see a layer."""
        return is_cleared(who.clearance, self._labels.layer(layer))

    def hidden_layers(self, who: Identity) -> frozenset[str]:
        """Return the layers that somebody may not see."""
        return frozenset(name for name in self._labels.layers if not self.sees_layer(who, name))

    def check(self, who: Identity, label: Label) -> None:
        """Raise `AboveClearance` when a label is above somebody; the error does not say what it is about."""
        if not is_cleared(who.clearance, label):
            raise AboveClearance(_ABOVE)

    def check_names(self, who: Identity, arguments: Mapping[str, object]) -> None:
        """Raise `AboveClearance` when the arguments of a command name something above somebody, or choose its label."""
        if who.clearance != HIGHEST:
            for name in names_in(arguments):
                self.check(who, self.named(name))
            chosen = chosen_in(arguments) or LOWEST
            if not is_cleared(who.clearance, chosen):
                raise AboveClearance(choice_refused(chosen, who.clearance))

    def check_photo(self, who: Identity, photo: str) -> None:
        """Raise `AboveClearance` for a photo of a report or a response above somebody; those of cases say so."""
        for report in self._host.reports.book.values():
            if report.photo == photo:
                self.check(who, self._label(report))
        for response in () if self._host.responses is None else self._host.responses.book.values():
            if any(one.id == photo for task in response.tasks for one in task.photos):
                self.check(who, self._label(response))

    def relabelled(self, case: Case, was: Label) -> None:
        """Tell the screens again of what goes with a case whose label was another."""
        is_raised = not is_cleared(was, self.named(case.id))
        log, responses = self._host.log, self._host.responses
        for response in () if responses is None else responses.shown(case.changed_ms):
            if response.case == case.id:
                log.append(RESPONSE, response, about=response.id, is_raised=is_raised)
        for report in self._host.reports.book.values():
            if report.received_ms == case.reported_ms:
                log.append(REPORT, report, about=report.id, is_raised=is_raised)
        self._host.rooms.labelled_again()
        self._host.fanout.changed()

    def _all(self, bodies: Iterable[_Body]) -> "tuple[_Body, ...]":
        return tuple(self.labelled(one) for one in bodies)  # type: ignore[misc]  # each stays of its kind

    def _label(self, body: Alarm | Report | Response | SiteOrder) -> Label:
        match body:
            case Alarm():
                return higher((body.label, self.station(body.station), self.station(self._others.get(body.rule, ""))))
            case Report():
                return self._of_report(body)
            case Response():
                return higher(self.named(name) for name in (body.case, body.alarm) if name)
            case SiteOrder():
                return higher((self.named(across_sites(body.site, body.case)), self.named(body.case)))

    def _of_report(self, report: Report) -> Label:
        """Return the label of a report: of the class that it is a case of, and of the case that it has become."""
        cases, city = self._host.cases, self._host.plan.city
        if cases is None or city is None:
            return LOWEST
        found = city.class_of_report(report.category)
        of_class = self._labels.case(found.kind, found.code)
        if not cases.table.is_labelled:
            return of_class
        rows = np.flatnonzero(cases.table.column("reported_ms") == report.received_ms)
        return higher((of_class, *(cases.table.level(row) for row in rows.tolist())))


def levels_of(plan: HubPlan) -> LiveLevels:
    """Return the labels of the stations and movers of a twin, without those that are public."""
    labels = plan.labels
    stations = {one.id: labels.station(one.id, one.kinds) for one in plan.live.stations}
    return LiveLevels(
        stations={id: label for id, label in stations.items() if label != LOWEST},
        movers={source: label for source, label in labels.movers.items() if label != LOWEST},
        layers={name: label for name, label in labels.layers.items() if label != LOWEST},
        is_declared=labels.is_declared,
        has_sites=plan.federation is not None,
    )


def check_labels(rules: CaseRules) -> None:
    """Raise `ProjectInvalid` when a class of cases is labelled that does not exist."""
    unknown = rules.unknown_labels()
    if unknown:
        raise ProjectInvalid(_NO_CLASS.with_values(names=", ".join(unknown)), place="labels.cases")


def chosen_in(arguments: Mapping[str, object]) -> Label | None:
    """Return the label that somebody chose in the arguments of a command, None for none."""
    return next((label for label in LABELS if label == arguments.get("label")), None)


def names_in(arguments: Mapping[str, object]) -> list[str]:
    """Return what a command is about, by the names of alarms, cases, reports and responses in its arguments."""
    several = arguments.get("alarms", ())
    single = [arguments.get(key) for key in (
        "alarm", "case", "other_case", "report", "response", "ballot", "post", "notice",
    )]  # fmt: skip
    site, case = arguments.get("site"), arguments.get("case")
    below = [across_sites(site, case)] if isinstance(site, str) and isinstance(case, str) else []
    names = [*single, *below, *(several if isinstance(several, list | tuple) else ())]
    return [name for name in names if isinstance(name, str) and name]
