"""Votes of one hub: one vote for each device, counted, changed until the ballot is closed; nothing is lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

import msgspec

from sanping.domain.ballot import MOST_CHOICES, Ballot, BallotChoice
from sanping.domain.device import OWNER, Identity
from sanping.domain.errors import InputError, StepRefused
from sanping.domain.label import Label, is_cleared
from sanping.domain.text import Text
from sanping.hub.case_wishes import converted
from sanping.hub.case_words import said_plainly
from sanping.hub.event_keeper import EventRow
from sanping.hub.fanout import Fanout
from sanping.hub.log_plane import ChangeLog
from sanping.wire.messages import Command

BALLOT, VOTE = "ballot", "vote"
OPEN, CAST, CLOSE = "vote.open", "vote.cast", "vote.close"
BALLOT_ACTIONS = (OPEN, CAST, CLOSE)
SHOWN_MS = 7 * 86_400_000
MOST_CHANGES = 30
MOST_SHOWN = 4
_NONE = Text("没有进行中的表决；请刷新", "No vote is open; reload")
_OTHER = Text("“{title}”的表决还在进行；请先结束它", "The vote on {title} is still open; close it first")
_OTHER_ABOVE = Text(
    "另一场表决还在进行，其密级高于您的许可；请稍后再发起，或请有许可的人员先结束它",
    "A vote with a label above your clearance is still open; wait, or ask somebody who is cleared for it to close it",
)
_OVER = Text("“{title}”的表决已经结束，不能再投票", "The vote on {title} is over")
_FEW = Text("表决至少需要两个方案", "A vote needs two choices at least")
_UNKNOWN = Text("表决里没有这个方案；请刷新后重新选择", "The vote has no such choice; reload and choose again")
_TOO_OFTEN = Text(
    "本设备已改票 {limit} 次，不能再改", "This device has changed its vote {limit} times, and may not again"
)


class OpenAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `vote.open`: the plan, what it is called, and its alternatives with their figures.

    `label` is up to whom it is told, None for that of votes in this twin; never below that of the plan as it is shown.
    """

    plan: Annotated[str, msgspec.Meta(max_length=80)]
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    choices: Annotated[tuple[BallotChoice, ...], msgspec.Meta(max_length=MOST_CHOICES)]
    label: Label | None = None


class CastAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `vote.cast`: the ballot and the id of a choice."""

    ballot: Annotated[str, msgspec.Meta(max_length=80)]
    choice: Annotated[str, msgspec.Meta(max_length=80)]


class CloseAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `vote.close`."""

    ballot: Annotated[str, msgspec.Meta(max_length=80)]


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """What one device chose; a later one of the same device and ballot replaces it."""

    ballot: str
    device: str
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotChange:
    """A change that is decided but not kept yet: the ballot as it will be, the vote that did it, and its event."""

    ballot: Ballot
    row: EventRow
    vote: Vote | None = None


class Host(Protocol):
    """What of a hub its ballots reach."""

    log: ChangeLog
    fanout: Fanout

    @property
    def sight(self) -> "Labeller":
        """Who knows what has which label."""


class Labeller(Protocol):
    """Who gives votes their label."""

    def of_vote(self, plan: str, chosen: Label | None) -> Label:
        """Return the label of a vote on a plan."""


class BallotDesk:
    """All ballots by id, oldest first, and what each device chose."""

    def __init__(self, host: Host) -> None:
        self.book: dict[str, Ballot] = {}
        self._votes: dict[str, dict[str, str]] = {}
        self._changes: dict[tuple[str, str], int] = {}
        self._host = host

    def recall(self, ballots: Iterable[Ballot], votes: Iterable[Vote]) -> None:
        """Take up the ballots and votes of earlier lives; counts follow from the votes."""
        for ballot in ballots:
            self.book[ballot.id] = ballot
        for vote in votes:
            if vote.ballot in self.book:
                self._note(vote)
        for ballot in list(self.book.values()):
            rev = ballot.rev + sum(count for (id, _), count in self._changes.items() if id == ballot.id)
            self.book[ballot.id] = msgspec.structs.replace(ballot, counts=self._counts(ballot, {}), rev=rev)

    def shown(self, now_ms: int) -> tuple[Ballot, ...]:
        """Return what a screen that comes is told: what is open, and what was closed in the last days."""
        found = [one for one in self.book.values() if one.is_open or one.closed_ms > now_ms - SHOWN_MS]
        return tuple(found[-MOST_SHOWN:])

    def wished(self, command: Command, by: str, now_ms: int, who: Identity = OWNER) -> BallotChange:
        """Return what a command changes; `keep` takes it in once it is safe. Raises `InputError` or `StepRefused`."""
        if command.action == OPEN:
            ballot = self._opened(command, now_ms, who)
        elif command.action == CLOSE:
            ballot = self._open(converted(command.arguments, CloseAsked).ballot)
            ballot = msgspec.structs.replace(ballot, closed_ms=now_ms, rev=ballot.rev + 1)
        else:
            return self._cast(converted(command.arguments, CastAsked), by, now_ms)
        return BallotChange(ballot=ballot, row=(now_ms, BALLOT, msgspec.json.encode(ballot)))

    def keep(self, change: BallotChange) -> int:
        """Take in what is safe, tell the screens, and return the number of the change."""
        if change.vote is not None:
            self._note(change.vote)
        self.book[change.ballot.id] = change.ballot
        self._host.log.append(BALLOT, change.ballot, about=change.ballot.id)
        self._host.fanout.changed()
        return self._host.log.seq

    def _opened(self, command: Command, now_ms: int, who: Identity) -> Ballot:
        asked = converted(command.arguments, OpenAsked)
        known = next((one for one in self.book.values() if one.is_open), None)
        if known is not None and not is_cleared(who.clearance, known.label):
            raise StepRefused(_OTHER_ABOVE)
        if known is not None:
            raise StepRefused(_OTHER.with_values(title=known.title))
        if len({choice.id for choice in asked.choices}) < max(2, len(asked.choices)):
            raise InputError(_FEW)
        choices = tuple(msgspec.structs.replace(one, name=said_plainly(one.name)) for one in asked.choices)
        return Ballot(id=command.op, plan=asked.plan, title=said_plainly(asked.title), choices=choices,
                      counts=(0,) * len(choices), opened_ms=now_ms,
                      label=self._host.sight.of_vote(asked.plan, asked.label))  # fmt: skip

    def _cast(self, asked: CastAsked, by: str, now_ms: int) -> BallotChange:
        ballot = self._open(asked.ballot)
        if asked.choice not in {choice.id for choice in ballot.choices}:
            raise InputError(_UNKNOWN)
        if self._changes.get((ballot.id, by), 0) > MOST_CHANGES:
            raise StepRefused(_TOO_OFTEN.with_values(limit=MOST_CHANGES))
        vote = Vote(ballot=ballot.id, device=by, choice=asked.choice)
        counts = self._counts(ballot, {by: asked.choice})
        changed = msgspec.structs.replace(ballot, counts=counts, rev=ballot.rev + 1)
        return BallotChange(ballot=changed, row=(now_ms, VOTE, msgspec.json.encode(vote)), vote=vote)

    def _open(self, id: str) -> Ballot:
        ballot = self.book.get(id)
        if ballot is None:
            raise InputError(_NONE)
        if not ballot.is_open:
            raise StepRefused(_OVER.with_values(title=ballot.title))
        return ballot

    def _note(self, vote: Vote) -> None:
        self._votes.setdefault(vote.ballot, {})[vote.device] = vote.choice
        key = (vote.ballot, vote.device)
        self._changes[key] = self._changes.get(key, 0) + 1

    def _counts(self, ballot: Ballot, fresh: Mapping[str, str]) -> tuple[int, ...]:
        """Return the votes for each choice, with one that is not noted yet."""
        chosen: Sequence[str] = tuple({**self._votes.get(ballot.id, {}), **fresh}.values())
        return tuple(chosen.count(choice.id) for choice in ballot.choices)
