"""A citizens' hotline is followed page by page: each work order once, late ones too; and a real service on loopback."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession

from fakes.hotline_orders import ORDER, World, answer, run, serving
from sanping.adapters.hotline.decode import Reading, call_of
from sanping.adapters.hotline.simulator import EVERY_MS, LATE_MS, PAGE, Simulator
from sanping.adapters.hotline.source import Source
from sanping.adapters.hotline.tables import bundled_tables
from sanping.domain.errors import SourceFailed, SourceRefused
from sanping.domain.text import Text
from sanping.hub.spare_port import free_port
from sanping.ports.source import Fetched

READING = Reading(tables=bundled_tables())


def test_each_work_order_is_filed_once_and_again_only_when_it_changed() -> None:
    # given an answer that repeats a work order, adds a late one, and changes the first
    late, changed = {**ORDER, "gdbh": "PT0", "slsj": "2026-06-12 08:00:00"}, {**ORDER, "gdzt": "督办"}
    world = World(serving(answer([ORDER, ORDER]), answer([ORDER, late]), answer([changed, late])), rounds=3)

    # when it is asked three times
    run(world)

    # then three calls were filed
    assert [(call.number, call.stage) for call in world.filed] == [
        ("PT2026061200001", "assigned"), ("PT2026061200001", "assigned"), ("PT0", "assigned"),
        ("PT2026061200001", "supervised"),
    ]  # fmt: skip
    assert world.counts["duplicates"] == 2


def test_pages_are_followed_by_their_cursor_and_the_last_one_is_where_it_goes_on() -> None:
    # given three pages, the last of which leads to itself
    bodies = {"": answer([ORDER], "a"), "a": answer([{**ORDER, "gdbh": "2"}], "b"), "b": answer([], "b")}
    world = World(lambda url, _: Fetched(status=200, headers={}, body=bodies[url.partition("cursor=")[2]]), rounds=2)

    # when they are read in two rounds
    run(world, cursor_parameter="cursor")

    # then every page was read once, and then only the last
    assert [call.number for call in world.filed] == ["PT2026061200001", "2"]
    assert [url.partition("cursor=")[2] for url, _ in world.asked] == ["", "a", "b", "b"]


def test_an_unchanged_answer_costs_nothing_and_the_token_goes_with_every_question() -> None:
    # given an address that marks its answers
    def fetch(url: str, headers: Mapping[str, str]) -> Fetched:
        known = headers.get("If-None-Match") == '"7"'
        return Fetched(status=304 if known else 200, headers={"etag": '"7"'}, body=b"" if known else answer([ORDER]))

    # when it is asked three times
    world = run(World(fetch, rounds=3), key_header="Authorization", token="")

    # then it was read once
    assert len(world.filed) == 1
    assert world.counts["unchanged"] == 2
    assert {headers["Authorization"] for _, headers in world.asked} == {"Bearer s3cret"}


def test_an_address_with_a_moment_asks_from_the_newest_with_an_overlap() -> None:
    # given an address that takes a moment
    world = World(serving(answer([ORDER])), rounds=2)

    # when it is asked twice
    run(world, url="http://hotline.test/orders?from={since}", first_hours=2, overlap_min=10)

    # then first from two hours ago, then from ten minutes before the newest work order
    assert [url.partition("from=")[2] for url, _ in world.asked] == [
        "2026-06-12%2010%3A00%3A00",
        "2026-06-12%2011%3A20%3A00",
    ]


def test_questions_old_orders_and_finished_ones_are_counted_and_not_filed() -> None:
    # given a question, an order of yesterday, one that the hotline finished, and a suggestion
    orders: list[object] = [
        {**ORDER, "gdbh": "1", "gdlx": "咨询"}, {**ORDER, "gdbh": "2", "slsj": "2026-06-10 08:00:00"},
        {**ORDER, "gdbh": "3", "gdzt": "办结"}, {**ORDER, "gdbh": "4", "gdlx": "意见建议"},
        {**ORDER, "gdbh": "5", "slsj": "2026-05-10 08:00:00", "gdzt": "回访", "sfjj": "是", "myd": "满意"},
    ]  # fmt: skip

    # when they are read
    world = run(World(serving(answer(orders))))

    # then only the suggestion is filed, and what was heard on ringing back, however old; nothing goes uncounted
    assert [call.number for call in world.filed] == ["4", "5"]
    assert (world.counts["answered_there"], world.counts["old_calls"], world.counts["calls"]) == (2, 1, 5)


def test_a_hub_that_keeps_no_cases_is_said_in_words() -> None:
    # given a hub that says why it keeps no cases
    world = World(serving(answer([ORDER])))
    world.why = Text("这个孪生没有治理数据", "This twin governs nothing")

    # when a call is filed
    run(world)

    # then the source shows it
    assert world.said == ["degraded: 这个孪生没有治理数据"]


def test_trying_the_settings_says_what_was_found() -> None:
    # given an address with two work orders, and one whose orders cannot be read
    async def tried(body: bytes) -> Text:
        return await Source({"url": "http://x", "orders_path": "data.rows"}).test(World(serving(body)))  # type: ignore[arg-type]

    # when they are tried
    found = asyncio.run(tried(answer([ORDER, {**ORDER, "gdbh": "2", "gdlx": "咨询"}])))

    # then the one says what it has, the other is refused
    assert "2 件工单，其中 1 件可立案" in found.zh
    with pytest.raises(SourceRefused, match="对照表"):
        asyncio.run(tried(answer([{"id": 1}])))
    with pytest.raises(SourceFailed):
        asyncio.run(tried(b"<html>"))


def test_the_simulator_answers_late_orders_repeated_ones_and_some_without_a_place() -> None:
    # given the simulator, asked page by page
    sim, now_ms, cursor = Simulator({"url": "http://127.0.0.1:1/o"}), 30_000 * EVERY_MS + LATE_MS, ""
    seen: list[str] = []
    placeless = 0
    for _ in range(10):
        data: Any = sim.answer(cursor, now_ms)["data"]
        if not data["rows"]:
            break
        assert len(data["rows"]) <= PAGE
        for row in data["rows"]:
            call, problems = call_of(row, READING, now_ms)
            assert call is not None
            assert problems == ()
            assert call.class_code
            seen.append(call.number)
            placeless += call.lon_deg is None
        cursor = data["next"]

    # then there are repeated ones and some without a place, and asking again brings nothing
    assert len(set(seen)) < len(seen)
    assert placeless > 0
    assert sim.answer(cursor, now_ms)["data"]["rows"] == []  # type: ignore[index]
    numbers = [int(number[-5:]) for number in seen]
    assert numbers != sorted(numbers)


def test_a_real_service_is_followed_in_both_encodings() -> None:
    # given the simulator on a real port, and a world with real HTTP and the clock of now
    class Live(World):
        def now_ms(self) -> int:
            return time.time_ns() // 1_000_000

        async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
            try:
                async with ClientSession() as session, session.get(url, headers=headers) as got:
                    found = {name.lower(): value for name, value in got.headers.items()}
                    return Fetched(status=got.status, headers=found, body=await got.read())
            except ClientError as error:
                raise SourceFailed(Text("对方没有应答", "No answer")) from error

    settings = {
        "url": f"http://127.0.0.1:{free_port()}/orders", "orders_path": "data.rows", "cursor_path": "data.next",
        "cursor_parameter": "cursor", "interval_s": 1,
    }  # fmt: skip
    world = Live(lambda *_: pytest.fail("not this way"), rounds=3)

    async def both() -> None:
        service = asyncio.ensure_future(Simulator(settings).play(None, asyncio.sleep))  # type: ignore[arg-type]
        try:
            for _ in range(50):
                with contextlib.suppress(SourceFailed, asyncio.CancelledError):
                    await Source(settings).run(world)  # type: ignore[arg-type]
                if world.filed:
                    break
                await asyncio.sleep(0.02)
        finally:
            service.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await service

    # when it is followed
    asyncio.run(both())

    # then there are calls of the last half hour, all with a class, and what is unchanged was not sent again
    assert len(world.filed) >= 5
    assert all(call.class_code and call.kind != "consult" for call in world.filed)
    assert world.counts["frames"] >= 2
    assert world.counts["unchanged"] >= 1
    assert world.said[-1] == "live: 工单正常到达"
