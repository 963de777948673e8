"""Two owners of one site: who may write to books in common stays, who may not gives way before it answers anybody."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.hub.contest import Contest, watched
from sanping.hub.core import Hub
from sanping.wire.same_site import Live, said


class Events:
    """A log of events that takes what comes, or does not."""

    def __init__(self, *, is_ours: bool) -> None:
        self.is_ours = is_ours
        self.kept: list[object] = []

    async def keep(self, rows: list[object]) -> None:
        await asyncio.sleep(0)
        if not self.is_ours:
            raise StoreFailed(Text("已被接管", "another's"))
        self.kept.extend(rows)


def contest_of(epoch: str, events: Events, is_over: Callable[[], bool] | None) -> tuple[Contest, list[bool]]:
    hub = SimpleNamespace(epoch=epoch, events=events, plan=SimpleNamespace(is_over=is_over))
    contest, given_way = Contest(cast("Hub", hub), "town"), list[bool]()
    contest.give_way = lambda: given_way.append(True)
    return contest, given_way


def heard_another(epoch: str, *, is_ours: bool) -> tuple[Events, list[bool]]:
    """Hear another owner of books in common, and wait until it is decided."""
    events = Events(is_ours=is_ours)

    async def run() -> list[bool]:
        contest, given_way = contest_of(epoch, events, lambda: False)
        for number in range(3):  # it goes on talking for a while; once is enough
            contest.heard("", said(Live(epoch="m", n=number)))
            await contest.decided()
        await contest.stop()
        return given_way

    return events, asyncio.run(run())


def test_who_may_write_to_common_books_stays_whatever_its_name() -> None:
    for epoch in ("a", "z"):
        events, given_way = heard_another(epoch, is_ours=True)
        assert len(events.kept) == 1
        assert not given_way


def test_who_may_not_write_has_given_way_before_it_answers() -> None:
    for epoch in ("a", "z"):
        assert set(heard_another(epoch, is_ours=False)[1]) == {True}


def test_its_own_words_and_broken_ones_are_no_other_owner() -> None:
    events = Events(is_ours=False)

    async def run() -> None:
        contest, given_way = contest_of("m", events, lambda: False)
        contest.heard("", said(Live(epoch="m", n=1)))
        contest.heard("", b"{")
        await contest.decided()
        assert not given_way

    asyncio.run(run())


def test_a_hub_whose_own_write_showed_that_its_term_is_over_stops() -> None:
    async def run() -> None:
        stopping = asyncio.Event()
        await watched(lambda: True, stopping)
        assert stopping.is_set()

    asyncio.run(run())
