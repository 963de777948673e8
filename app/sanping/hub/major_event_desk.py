"""The major event of one hub: how its posts stand, told by their people; on a simulated twin, played as well."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from typing import Annotated, Protocol

import msgspec

from sanping.domain.device import Identity
from sanping.domain.errors import InputError, NotAllowed, RevisionStale
from sanping.domain.label import Label, higher, is_cleared
from sanping.domain.major_event import POST_TITLES, EventPost, MajorEvent, PostReport, PostState
from sanping.domain.text import Text
from sanping.hub.case_people import CasePeople
from sanping.hub.case_wishes import Name, converted
from sanping.hub.case_words import said_plainly
from sanping.hub.event_keeper import EventKeeper, EventRow
from sanping.hub.fanout import Fanout
from sanping.hub.log_plane import ChangeLog
from sanping.hub.plan import HubPlan
from sanping.twin.major_event import played_note, played_state, rehearsed

POST, REPORT_POST = "post", "event.post"
PLAY_EVERY_S = 5.0
_NO_EVENT = Text("这个孪生没有进行中的活动保障", "This twin has no major event")
_NO_POST = Text("没有岗位“{post}”；请刷新", "There is no post “{post}”; reload")
_NOT_YOURS = Text(
    "岗位“{post}”由{department}负责，请由该部门的人报告", "The post “{post}” is {department}'s; its people report on it"
)
_SAME = Text("岗位已是“{state}”，不必重复报告", "The post is “{state}” already; there is no need to report it again")
_STALE = Text(
    "岗位“{post}”刚有人报告过（现为“{state}”）；请看最新状态后再决定",
    "Somebody has just reported on the post “{post}” (it is “{state}” now); look at it, then decide",
)
_WHY = Text("求助时请写明需要什么", "When you ask for help, write what is needed")


class PostAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `event.post`; `if_rev` is that of the report the person saw, 0 for none.

    `label` is up to whom it is told, None for that of the event, below which it never is.
    """

    post: Name
    state: PostState
    note: Annotated[str, msgspec.Meta(max_length=500)] = ""
    if_rev: int | None = None
    label: Label | None = None


class Host(Protocol):
    """What of a hub its event reaches."""

    log: ChangeLog
    fanout: Fanout
    events: EventKeeper
    plan: HubPlan


class MajorEventDesk:
    """The event as this life of the hub has it, and the last report of each post."""

    def __init__(self, event: MajorEvent, host: Host, *, is_played: bool = False) -> None:
        event = rehearsed(event, _now_ms()) if is_played else event
        self.event = msgspec.structs.replace(event, label=host.plan.labels.usual("posts"))
        self.reports: dict[str, PostReport] = {}
        self._posts: Mapping[str, EventPost] = {post.id: post for post in event.posts}
        self._host = host
        self._is_played = is_played
        self._playing: asyncio.Task[None] | None = None

    def recall(self, known: Iterable[PostReport]) -> None:
        """Take up what was told in earlier lives; what was played then is not taken up."""
        for report in known:
            if report.event == self.event.id and report.post in self._posts and not report.is_simulated:
                label = higher((self.event.label, report.label))  # the twin may label posts otherwise by now
                self.reports[report.post] = msgspec.structs.replace(report, label=label)

    def start(self) -> None:
        """Begin to play, if that is wished."""
        if self._is_played:
            self._play()
            self._playing = asyncio.create_task(self._go_on())

    def stop(self) -> None:
        """End."""
        if self._playing is not None:
            self._playing.cancel()

    def told(self) -> tuple[PostReport, ...]:
        """Return the last report of each post."""
        return tuple(self.reports.values())

    def reported(self, arguments: Mapping[str, object], who: Identity, people: CasePeople | None) -> PostReport:
        """Return what a command tells of a post; `keep` takes it in.

        Raises `InputError`, `NotAllowed` for whoever is of another department, `RevisionStale`.
        """
        asked = converted(arguments, PostAsked)
        post = self._posts.get(asked.post)
        if post is None:
            raise InputError(_NO_POST.with_values(post=asked.post[:60]))
        title = Text(post.name_zh, post.name_en)
        name = who.name
        if people is not None:
            person = people.person(who)
            name = person.name
            if "duty_officer" not in person.actor.roles and person.actor.department != post.department:
                raise NotAllowed(_NOT_YOURS.with_values(post=title, department=people.department(post.department)))
        known = self.reports.get(post.id)
        rev = 0 if known is None else known.rev
        if asked.if_rev is not None and asked.if_rev != rev:
            state = POST_TITLES["away" if known is None else known.state]
            raise RevisionStale(_STALE.with_values(post=title, state=state))
        if known is not None and known.state == asked.state and not asked.note.strip():
            raise InputError(_SAME.with_values(state=POST_TITLES[known.state]))
        if asked.state == "help" and not asked.note.strip():
            raise InputError(_WHY)
        return PostReport(
            post=post.id, event=self.event.id, state=asked.state, at_ms=_now_ms(), rev=rev + 1,
            note=said_plainly(asked.note), by_name=name,
            label=higher((self.event.label, asked.label or self.event.label)),
        )  # fmt: skip

    def keep(self, report: PostReport) -> int:
        """Take in what is safe, tell the screens, and return the number of the change."""
        known = self.reports.get(report.post)
        self.reports[report.post] = report
        is_raised = known is not None and not is_cleared(known.label, report.label)
        self._host.log.append(POST, report, about=report.post, is_raised=is_raised)
        self._host.fanout.changed()
        return self._host.log.seq

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(PLAY_EVERY_S)
            self._play()

    def _play(self) -> None:
        """Let invented people report; a post that a real person reported on is left to people."""
        now_ms = _now_ms()
        for post in self.event.posts:
            known = self.reports.get(post.id)
            if known is not None and not known.is_simulated:
                continue
            state = played_state(self.event, post, now_ms)
            if state != ("away" if known is None else known.state):
                told = PostReport(
                    post=post.id, event=self.event.id, state=state, at_ms=now_ms, is_simulated=True,
                    rev=1 if known is None else known.rev + 1, note=played_note(post, state), label=self.event.label,
                )  # fmt: skip
                self.keep(told)


def post_row(report: PostReport) -> EventRow:
    """Return a report as an event of its moment."""
    return (report.at_ms, POST, msgspec.json.encode(report))


def event_of(desk: MajorEventDesk | None) -> MajorEventDesk:
    """Return the desk of the event. Raises `InputError` where there is none."""
    if desk is None:
        raise InputError(_NO_EVENT)
    return desk


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
