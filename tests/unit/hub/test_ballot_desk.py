"""Votes over real sockets: opened by the officer, one vote a device, changed until closed, and never lost."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fakes.linked_hub import TOKEN, LinkedHub, Screen, asked, eventually
from sanping.domain.ballot import Ballot, BallotChoice
from sanping.domain.errors import InputError, StepRefused
from sanping.domain.label import Label
from sanping.hub.ballot_desk import MOST_CHANGES, BallotDesk, Vote
from sanping.wire.messages import Ack, Command

CHOICES = [{"id": "a1", "name": "方案 A", "far": 2.5, "picture": "aGk="}, {"id": "a2", "name": "方案 B"}]
OPENED = {"plan": "p001", "title": "滨河地块", "choices": CHOICES}


async def done(screen: Screen, action: str, arguments: dict[str, Any]) -> Ack:
    op = await screen.wish(action, arguments)
    await eventually(lambda: op in screen.acks)
    return screen.acks[op]


async def linked(hub: LinkedHub, name: str, token: str = TOKEN) -> Screen:
    """Return a screen of whoever has the token."""
    screen = Screen(name, kind="phone")
    await screen.join(hub.address, token=token)
    await eventually(lambda: screen.mirror.show.is_linked)
    return screen


def test_votes_are_counted_changed_and_outlive_a_killed_hub(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a desk and three phones, and a vote that the desk opens
        screens += [await linked(hub, name) for name in ("desk", "a", "b", "c")]
        desk, first, second, third = screens
        opened = await done(desk, "vote.open", OPENED)
        assert opened.ok, opened.error_zh
        await eventually(lambda: all(screen.mirror.state.ballots for screen in screens))
        (ballot,) = third.mirror.state.ballots.values()
        assert ballot.choices[0].picture == "aGk="

        # when all vote, one changes its mind, one wish comes twice, and one is none
        for screen, choice in ((first, "a1"), (second, "a2"), (third, "a1"), (first, "a2")):
            assert (await done(screen, "vote.cast", {"ballot": ballot.id, "choice": choice})).ok
        again = Command(op="same-wish-twice", action="vote.cast", arguments={"ballot": ballot.id, "choice": "a2"})
        for _ in range(2):
            await second.say(again)
        await eventually(lambda: again.op in second.acks)
        strange = await done(third, "vote.cast", {"ballot": ballot.id, "choice": "moon"})
        other = await done(desk, "vote.open", {**OPENED, "title": "别处"})
        few = await done(desk, "vote.open", {**OPENED, "choices": CHOICES[:1]})

        # then each device has one vote, and what cannot be is refused in words
        await eventually(lambda: desk.mirror.state.ballots[ballot.id].counts == (1, 2))
        assert "没有这个方案" in strange.error_zh
        assert "滨河地块" in other.error_zh
        assert not few.ok

        # when the hub is killed and comes back
        await hub.killed()
        for screen in screens:
            await screen.drop()
        await hub.start()
        for screen in screens:
            await screen.join(hub.address)
        await eventually(lambda: all(screen.mirror.state.ballots for screen in screens))

        # then no vote is lost, the third may still change its own, and closing ends it
        assert desk.mirror.state.ballots[ballot.id].counts == (1, 2)
        assert (await done(third, "vote.cast", {"ballot": ballot.id, "choice": "a2"})).ok
        assert (await done(desk, "vote.close", {"ballot": ballot.id})).ok
        await eventually(lambda: first.mirror.state.ballots[ballot.id].closed_ms > 0)
        assert first.mirror.state.ballots[ballot.id].counts == (0, 3)
        late = await done(first, "vote.cast", {"ballot": ballot.id, "choice": "a1"})
        assert "已经结束" in late.error_zh

    asyncio.run(asked(LinkedHub(tmp_path), ask))


def test_a_visitor_votes_but_opens_and_closes_nothing(tmp_path: Path) -> None:
    async def ask(hub: LinkedHub, screens: list[Screen]) -> None:
        # given a phone that was let in as a visitor, twice under two names, and an open vote
        assert hub.hub.gate is not None
        _, token = hub.hub.gate.enrolled("访客", "phone")
        desk, first, second = [await linked(hub, "desk"), await linked(hub, "a", token), await linked(hub, "b", token)]
        screens += [desk, first, second]
        refused = await done(first, "vote.open", OPENED)
        assert (await done(desk, "vote.open", OPENED)).ok
        await eventually(lambda: first.mirror.state.ballots and second.mirror.state.ballots)
        (id,) = first.mirror.state.ballots

        # when both lines vote, and one would close the vote
        votes = [await done(screen, "vote.cast", {"ballot": id, "choice": "a1"}) for screen in (first, second)]
        closed = await done(second, "vote.close", {"ballot": id})

        # then it is one device with one vote, and may do no more than that
        assert all(vote.ok for vote in votes)
        await eventually(lambda: desk.mirror.state.ballots[id].rev == 3)
        assert desk.mirror.state.ballots[id].counts == (1, 0)
        assert not refused.ok
        assert not closed.ok

    asyncio.run(asked(LinkedHub(tmp_path), ask))


class Nobody:
    """A hub that tells nobody."""

    class _Log:
        seq = 0

        def append(self, *_: object, **__: object) -> None:
            self.seq += 1

    class _Fanout:
        def changed(self) -> None:
            pass

    class _Sight:
        def of_vote(self, _: str, chosen: Label | None) -> Label:
            return chosen or "public"

    sight = _Sight()

    def __init__(self) -> None:
        self.log, self.fanout = self._Log(), self._Fanout()


def wished(desk: BallotDesk, action: str, by: str, **arguments: object) -> Any:
    change = desk.wished(Command(op="op-12345678", action=action, arguments=arguments), by, 1000)
    desk.keep(change)
    return change


def test_a_device_may_not_vote_without_end() -> None:
    # given an open vote, and a device that changed its vote as often as it may
    desk = BallotDesk(Nobody())  # type: ignore[arg-type]  # as much of a hub as it reaches
    wished(desk, "vote.open", "desk", **OPENED)
    for number in range(MOST_CHANGES + 1):
        wished(desk, "vote.cast", "a", ballot="op-12345678", choice=f"a{1 + number % 2}")

    # when it votes once more, then that is refused, and its last vote counts
    with pytest.raises(StepRefused):
        wished(desk, "vote.cast", "a", ballot="op-12345678", choice="a2")
    assert desk.book["op-12345678"].counts == (1, 0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"plan": "p", "title": "", "choices": CHOICES},
        {"plan": "p", "title": "t", "choices": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]},
        {"plan": "p", "title": "t", "choices": [{"id": str(n), "name": "A"} for n in range(9)]},
        {
            "plan": "p",
            "title": "t",
            "choices": [{"id": "a", "name": "A", "picture": "<svg>"}, {"id": "b", "name": "B"}],
        },
        {"plan": "p", "title": "t", "choices": [{"id": "a", "name": "A", "far": -1.0}, {"id": "b", "name": "B"}]},
    ],
)
def test_a_vote_that_makes_no_sense_is_not_opened(arguments: dict[str, object]) -> None:
    # given arguments with something wrong, when a vote is asked for, then nothing is opened
    desk = BallotDesk(Nobody())  # type: ignore[arg-type]  # as much of a hub as it reaches
    with pytest.raises(InputError):
        wished(desk, "vote.open", "desk", **arguments)
    assert not desk.book


def test_recalled_counts_follow_from_the_last_vote_of_each_device() -> None:
    # given a ballot and votes of an earlier life, one changed and one of another ballot
    choices = tuple(BallotChoice(id=id, name=id) for id in ("a1", "a2"))
    ballot = Ballot(id="one", plan="p", title="t", choices=choices, counts=(0, 0), opened_ms=1)
    votes = [
        Vote(ballot="one", device=device, choice=choice) for device, choice in (("a", "a1"), ("b", "a1"), ("a", "a2"))
    ]
    desk = BallotDesk(Nobody())  # type: ignore[arg-type]  # as much of a hub as it reaches

    # when they are taken up
    desk.recall([ballot], [*votes, Vote(ballot="gone", device="a", choice="a1")])

    # then each device counts once
    assert desk.book["one"].counts == (1, 1)
    assert desk.book["one"].rev == 4
    assert desk.shown(10**15) == (desk.book["one"],)
    assert (desk.book["one"].voters, desk.book["one"].leading) == (2, (0, 1))
    assert msgspec.json.decode(msgspec.json.encode(ballot), type=Ballot) == ballot
