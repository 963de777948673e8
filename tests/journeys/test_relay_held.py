"""`hub.relay_held`: a relay answers itself what it holds of the same twin, and leaves all else to the owner."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from fakes.linked_hub import TOKEN, eventually
from fakes.relayed_hub import Relay, TwoHubs, with_two
from fakes.small_river import reading
from sanping.bus.in_process import InProcessBus
from sanping.hub.plan import HubPlan
from sanping.hub.relay_held import HELD, twin_mark
from sanping.wire.same_site import Question, Rest


async def asked(address: str, path: str) -> tuple[int, Any]:
    url = f"{address}/api/v1{path}"
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session,
        session.get(url) as answer,
    ):
        body = await answer.read()
        return answer.status, msgspec.json.decode(body) if answer.status == 200 else body


def passed_on(relay: Relay, patch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths that a relay has the owner answer from now on."""
    found: list[str] = []
    ask = relay.hub.link.ask

    async def noted(question: Question, *more: Any) -> Any:
        if isinstance(question, Rest):
            found.append(question.path)
        return await ask(question, *more)

    patch.setattr(relay.hub.link, "ask", noted)
    return found


def own_plan(plan: HubPlan) -> HubPlan:
    """Return the plan of a relay with the same twin as an owner's."""
    return HubPlan(name=plan.name, title=plan.title, live=replace(plan.live), adapters=plan.adapters, place=plan.place)


def test_a_relay_with_the_same_twin_answers_what_it_holds_as_the_owner_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(two: TwoHubs) -> None:
        # given a relay with the twin of the owner, and a reading that is on the screens
        assert two.exchange is not None
        relay = Relay(InProcessBus(two.exchange), "hub-3", own_plan(two.owner.hub.plan))
        await relay.start()
        try:
            await eventually(lambda: relay.hub.link.is_linked)
            two.owner.hub.ledger.submit([reading("up", "water_level", 1.5)], lambda: None)
            await eventually(lambda: len(relay.hub.latest) == 1)
            found = passed_on(relay, monkeypatch)

            # when it is asked, then it says what the owner says, without asking; history comes from the owner
            for path in sorted(HELD):
                assert await asked(relay.address, path) == await asked(f"http://127.0.0.1:{two.owner.port}", path), path
            assert found == []
            assert (await asked(relay.address, "/span"))[0] == 200
            assert found == ["/span"]

            # and while the line is cut it answers nothing old
            two.exchange.is_cut = True
            await eventually(lambda: not relay.hub.link.is_linked)
            assert {(await asked(relay.address, path))[0] for path in HELD} == {503}
        finally:
            two.exchange.is_cut = False
            await relay.stop()

    with_two(tmp_path, play)


def test_a_relay_with_another_twin_leaves_all_answers_to_the_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(two: TwoHubs) -> None:
        assert twin_mark(two.relay.hub.plan) != twin_mark(two.owner.hub.plan)
        found = passed_on(two.relay, monkeypatch)
        answers = await asyncio.gather(*(asked(two.relay.address, path) for path in sorted(HELD)))
        assert {status for status, _ in answers} == {200}
        assert sorted(found) == sorted(HELD)

    with_two(tmp_path, play)
