"""Whom the hub lets work on cases, and what it says where a city does not govern."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from fakes.governed_hub import REPORT, GovernedHub, done, with_hub
from fakes.linked_hub import LinkedHub, Screen, eventually
from sanping.client.questions import Questions
from sanping.domain.errors import InputError
from sanping.domain.source_status import CASES
from sanping.domain.text import Text
from sanping.wire.cases import CaseFilter
from sanping.wire.messages import Command

Asking = Callable[[GovernedHub, list[Screen]], Awaitable[None]]


def test_who_approves_a_phone_says_for_which_department_and_areas_it_works(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a phone that asks to be a grid worker's
        desk = await hub.screen()
        id, token = hub.device("viewer")
        phone = await hub.screen(token)
        screens += [desk, phone]
        assert (await done(phone, "role.ask", {"role": "grid_worker"})).ok
        await eventually(lambda: id in desk.mirror.state.devices)
        approve = {"device": id, "match": desk.mirror.state.devices[id].match}

        # when it is approved for a department or an area that does not exist
        for wrong, words in (({"department": "moon"}, "没有部门"), ({"areas": ["12x"]}, "数字以外")):
            answer = await done(desk, "device.approve", {**approve, **wrong})
            assert words in answer.error_zh

        # and for one that does
        assert (await done(desk, "device.approve", {**approve, "department": "drainage", "areas": ["310107014"]})).ok

        # then it works there
        assert hub.hub.gate is not None
        who = hub.hub.gate.who(token)
        assert who is not None
        assert hub.hub.cases is not None
        actor = hub.hub.cases.people.person(who).actor
        assert (actor.roles, actor.department, actor.areas) == ({"collector", "handler"}, "drainage", ("310107014",))

    with_hub(tmp_path, ask)


def test_a_twin_that_does_not_govern_says_so(tmp_path: Path) -> None:
    async def ran() -> None:
        # given a hub of a twin without tables
        hub = LinkedHub(tmp_path)
        await hub.start()
        try:
            # when a case is reported, and when the list is asked for
            command = Command(op="12345678", action="case.report", arguments=REPORT)
            answer = await hub.hub.done(command, "desk")

            def listed() -> None:
                with pytest.raises(InputError, match="没有启用案件治理"):
                    Questions(hub.where).cases(CaseFilter())

            await asyncio.get_running_loop().run_in_executor(None, listed)

            # then it says what to do
            assert "[governance]" in answer.error_zh

            # and where a table is broken, sources and answers name it, and the hub goes on
            broken = Text("people.csv 第 3 行无效", "row 3 of people.csv is invalid")
            hub.hub.plan = dataclasses.replace(hub.hub.plan, ungoverned=broken)
            again = await hub.hub.done(Command(op="87654321", action="case.report", arguments=REPORT), "desk")
            assert broken.zh in again.error_zh
            assert [status.why_zh for status in hub.hub.sources() if status.name == CASES] == [broken.zh]
        finally:
            await hub.stop()

    asyncio.run(ran())
