"""Whom the hub lets work on cases, and what it says where a city does not govern."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from fakes.governed_hub import REPORT, GovernedHub, done, with_hub
from fakes.linked_hub import LinkedHub, Screen, eventually
from sanping.client.questions import Questions
from sanping.domain.case import Actor
from sanping.domain.errors import InputError
from sanping.domain.source_status import CASES
from sanping.domain.text import Text
from sanping.hub.event_keeper import commands_of
from sanping.storage.device_book import SqliteDeviceBook
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


def test_a_device_is_given_to_a_person_and_moved_later_and_both_are_in_the_log(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a phone that asks to be an operator's, a duty officer, and the people of the city's table
        desk, officer = await hub.screen(), await hub.screen(hub.device("duty_officer")[1])
        id, token = hub.device("viewer")
        phone = await hub.screen(token)
        screens += [desk, officer, phone]
        assert hub.hub.cases is not None
        assert hub.hub.gate is not None
        gate, people = hub.hub.gate, hub.hub.cases.people
        assert (await done(phone, "role.ask", {"role": "operator"})).ok
        await eventually(lambda: id in desk.mirror.state.devices)
        approve = {"device": id, "match": desk.mirror.state.devices[id].match}

        # when it is approved with less than it asked for, for somebody of the table
        for wrong, words in (({"person": "nobody"}, "人员表里没有"), ({"areas": ["310299"]}, "区划表中没有"),
                             ({"role": "king"}, "没有“king”"), ({"role": "admin"}, "不能授予")):  # fmt: skip
            assert words in (await done(officer, "device.approve", {**approve, **wrong})).error_zh
        assert (await done(officer, "device.approve", {**approve, "role": "grid_worker", "person": "zhouyong"})).ok

        # then whoever holds it is that person, as far as the role goes
        def actor() -> Actor:
            who = gate.who(token)
            assert who is not None
            return people.person(who).actor

        assert (actor().id, actor().roles, actor().department) == ("zhouyong", {"handler"}, "river")

        # when it is moved to a department without a name, with another role; and by somebody who may not
        place = {"device": id, "role": "operator", "department": "drainage", "areas": ["310107014"]}
        assert (await done(officer, "device.place", place)).ok
        assert "需要值班长" in (await done(phone, "device.place", {**place, "role": "duty_officer"})).error_zh
        admin = hub.device("admin")[0]
        assert "不能授予" in (await done(officer, "device.place", {"device": admin, "role": "viewer"})).error_zh

        # then it is what it was made, areas and all, and its books say so in its next life
        assert (actor().roles, actor().areas) == ({"registrar", "dispatcher", "assessor"}, ("310107014",))
        assert [gate.devices.book[id].role, gate.devices.book[id].person] == ["operator", ""]
        kept = {device.id: device for device, _ in SqliteDeviceBook(tmp_path).devices()}
        assert kept[id].department == "drainage"

        # and the log of what people did names both with their arguments
        events = await hub.hub.events.between(0, 1 << 53, ("command",))
        said = [(command.action, command.arguments.get("person")) for command in commands_of(events)]
        assert [one for one in said if one[0].startswith("device.")] == [
            ("device.approve", "zhouyong"), ("device.place", None),
        ]  # fmt: skip

        # and only duty officers are told who is in the table
        def asked() -> None:
            assert "zhouyong" in {row.user for row in Questions(hub.where).governance().people}
            assert Questions(lambda: (hub.address, token)).governance().people == ()

        await asyncio.get_running_loop().run_in_executor(None, asked)

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
