"""Joint responses over real sockets: started, worked on by two departments, kept, and told to every screen."""

import asyncio
from pathlib import Path

import msgspec

from fakes.governed_hub import REPORT, GovernedHub, done, with_hub
from fakes.linked_hub import Screen, alarm, eventually
from sanping.client.questions import Questions
from sanping.domain.case import Actor
from sanping.domain.device import Identity
from sanping.hub.response_desk import RESPONSE
from sanping.hub.response_wishes import RESPONSE_ACTIONS
from sanping.hub.web_responses import RESPONSE_ENDPOINTS
from sanping.wire.responses import Plans, ResponseSheet

PARTS = (RESPONSE, RESPONSE_ACTIONS, RESPONSE_ENDPOINTS, Identity, Actor)


async def started(hub: GovernedHub, desk: Screen) -> str:
    """Start the flood plan for an alarm, and return the response's id."""
    hub.hub.alarms.keep(msgspec.structs.replace(alarm(1), rule="level-warning"))
    ack = await done(desk, "response.start", {"plan": "flood", "alarm": "alarm-1", "note": "水位超警"})
    assert ack.ok, ack.error_zh
    return ack.about


async def asked(hub: GovernedHub, token: str, path: str) -> object:
    """Ask the API as a phone does, beside the loop."""

    questions = Questions(lambda: (hub.address, token))
    return await asyncio.to_thread(
        lambda: questions.plans(alarm="alarm-1") if path == "plans" else questions.response(path)
    )


def test_a_response_is_seen_by_all_worked_on_by_its_departments_and_survives_the_hub(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        _, river = hub.device("grid_worker", "河道", "river")
        _, drains = hub.device("grid_worker", "排水", "drainage")
        desk, first, second = [await hub.screen(), await hub.screen(river, "a"), await hub.screen(drains, "b")]
        screens += [desk, first, second]

        id = await started(hub, desk)
        await eventually(lambda: all(id in screen.mirror.state.responses for screen in screens))
        plans = await asked(hub, river, "plans")
        again = await done(desk, "response.start", {"plan": "flood", "alarm": "alarm-1"})
        not_mine = await done(first, "response.step", {"response": id, "task": "pumps", "step": "accept"})
        for screen, task in ((first, "patrol"), (second, "pumps")):
            ack = await done(screen, "response.step", {"response": id, "task": task, "step": "accept", "if_rev": 0})
            assert ack.ok, ack.error_zh
        stale = await done(first, "response.step", {
            "response": id, "task": "patrol", "step": "refuse", "if_rev": 0, "note": "过不去",
        })  # fmt: skip
        photo = hub.photo()
        ack = await done(first, "response.step", {
            "response": id, "task": "patrol", "step": "finish", "if_rev": 1, "photos": [photo],
        })  # fmt: skip
        await eventually(lambda: desk.mirror.state.responses[id].task("patrol").state == "done")
        sheet = await asked(hub, river, id)

        assert isinstance(plans, Plans)
        assert (plans.plans[0].id, plans.plans[0].fits, plans.may_start) == ("flood", True, False)
        assert "已为它启动" in again.error_zh
        assert "排水管理所" in not_mine.error_zh
        assert (stale.ok, stale.is_conflict, ack.ok) == (False, True, True)
        assert isinstance(sheet, ResponseSheet)
        assert [row.step for row in sheet.trail] == ["start", "accept", "accept", "finish"]
        assert sheet.phones["river"]
        assert {step.task for step in sheet.steps if step.step == "reopen"} == set()
        found = desk.mirror.state.responses[id]
        assert found.x_m is not None
        assert found.parties[0].x_m is not None

        for screen in screens:
            await screen.drop()
        await hub.stop()
        await hub.start()
        desk = await hub.screen()
        screens[:] = [desk]
        kept = desk.mirror.state.responses[id]
        verified, _ = await hub.hub.cases.verified()  # type: ignore[union-attr]  # it governs

        assert [task.state for task in kept.tasks][:3] == ["open", "done", "accepted"]
        assert verified.first_bad is None
        assert verified.rows >= 4

    with_hub(tmp_path, ask)


def test_the_same_wish_twice_starts_one_response_and_a_grid_worker_starts_none(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        _, worker = hub.device("grid_worker", "河道", "river")
        desk, phone = await hub.screen(), await hub.screen(worker, "a")
        screens += [desk, phone]
        case = await done(desk, "case.report", REPORT)

        refused = await done(phone, "response.start", {"plan": "street-flooding", "case": case.about})
        unknown = await done(desk, "response.start", {"plan": "moon", "case": case.about})
        op = await desk.wish("response.start", {"plan": "street-flooding", "case": case.about})
        await eventually(lambda: op in desk.acks)
        id = desk.acks[op].about
        responses = hub.hub.responses
        assert responses is not None
        ended = await done(desk, "response.step", {"response": id, "step": "end", "note": "误报"})
        gone = await done(desk, "response.step", {"response": id, "step": "cancel", "note": "误报"})

        assert "值班长" in refused.error_zh
        assert "没有预案" in unknown.error_zh
        assert "项任务没有完成" in ended.error_zh
        assert gone.ok
        assert list(responses.book) == [id]
        assert responses.book[id].state == "cancelled"
        assert responses.book[id].address == "武宁路桥"

    with_hub(tmp_path, ask)
