"""Calls of a hotline at a real desk of cases: one number is one case, urged once, none lost, none shown."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from fakes.governed_hub import CREEK, GovernedHub
from sanping.domain.call import Call
from sanping.domain.case import CallBack
from sanping.domain.errors import StoreFailed
from sanping.domain.text import Text
from sanping.hub import call_desk
from sanping.hub.call_desk import CallDesk
from sanping.hub.child_delivery import Filings
from sanping.hub.child_messages import Filed, Filing
from sanping.hub.core import Hub
from sanping.hub.source_runner import SourcePlan
from sanping.ports.case_book import Wish

CALL = Call(
    number="PT1", at_ms=1_781_236_800_000, kind="complaint", class_name="暴露垃圾", class_code="0102",
    content="垃圾成堆，电话13912345678", caller_name="王小明", caller_phone="13912345678", address="武宁路桥",
    street="长寿路街道", lon_deg=CREEK[0], lat_deg=CREEK[1],
)  # fmt: skip
PLAN = SourcePlan(name="hotline", adapter="hotline", begin=None, is_simulated=True)  # type: ignore[arg-type]  # never begun


def changed(**more: object) -> Call:
    return msgspec.structs.replace(CALL, **more)


def with_hub(folder: Path, ask: Callable[[Hub], Awaitable[None]]) -> None:
    async def ran() -> None:
        hub = GovernedHub(folder)
        await hub.start()
        try:
            await ask(hub.hub)
        finally:
            await hub.stop()

    asyncio.run(ran())


def test_each_number_is_one_case_and_who_rang_is_kept_apart(tmp_path: Path) -> None:
    async def ask(hub: Hub) -> None:
        # given a call, the same again with other words, and one that the hotline supervises now
        counts: Counter[str] = Counter()

        # when they are filed
        assert await hub.filed(PLAN, counts, [CALL]) is None
        assert await hub.filed(PLAN, counts, [changed(content="别的话"), changed(stage="supervised")]) is None
        assert await hub.filed(PLAN, counts, [changed(stage="supervised")]) is None

        # then there is one case at its place, with nothing personal, and its caller apart
        assert hub.cases is not None
        [case] = hub.cases.table.cases
        assert (case.source, case.case_class, case.state, case.is_simulated) == (
            "hotline_12345",
            "0102",
            "reported",
            True,
        )
        assert case.area.startswith("310107017")
        assert "13912345678" not in case.description
        reporter = await hub.cases.ask(lambda book: book.reporter(case.id))
        assert reporter is not None
        assert reporter.name == "王小明"
        assert counts == {"calls_filed": 1, "calls_repeated": 3}

    with_hub(tmp_path, ask)


def test_a_case_in_work_is_urged_once_when_the_hotline_supervises_it(tmp_path: Path) -> None:
    async def ask(hub: Hub) -> None:
        # given the filed case of a call
        from sanping.domain.case import Actor, StepAsked

        assert hub.cases is not None
        desk = hub.cases
        await hub.filed(PLAN, Counter(), [CALL])
        [case] = desk.table.cases
        boss = Actor(id="boss", roles=frozenset({"registrar", "collector", "duty_officer"}), areas=("",))
        for step in ("send_to_verify", "confirm", "file"):
            await desk.wished(StepAsked(op=step, case=case.id, step=step), boss)  # type: ignore[arg-type]  # of the table

        # when the hotline supervises it, twice
        for _ in range(2):
            await hub.filed(PLAN, Counter(), [changed(stage="supervised")])

        # then it was urged once
        rows = await desk.ask(lambda book: book.rows(case=case.id))
        assert [b'"urge"' in row.said for row in rows] == [False, False, False, False, True]

    with_hub(tmp_path, ask)


def test_what_the_hotline_heard_on_ringing_back_is_kept_once_with_the_closed_case(tmp_path: Path) -> None:
    async def ask(hub: Hub) -> None:
        # given a closed case of a call, and one that the hotline finished before this hub knew of it
        assert hub.cases is not None
        desk, counts = hub.cases, Counter[str]()
        await hub.filed(PLAN, counts, [CALL])
        [case] = desk.table.cases
        said = CallBack(is_answered=True, is_solved=False, score=2)
        told = [changed(stage="rated", call_back=said), changed(number="PT0", stage="rated", call_back=said)]

        # when the hotline tells what the callers said, before the case is closed, and twice afterwards
        await hub.filed(PLAN, counts, told)
        closed = msgspec.structs.replace(case, rev=2, state="closed", filed_ms=1, closed_ms=2)
        await desk.ask(lambda book: book.take([Wish(op="x", case=case.id, at_ms=2, said=b"", decide=lambda _: closed)]))
        desk.table.put(closed)
        for _ in range(2):
            await hub.filed(PLAN, counts, told)

        # then the closed case keeps it once, and nothing else became a case
        [called] = desk.table.cases
        assert called.called_back is not None
        assert (called.rev, called.called_back.score, called.called_back.is_solved) == (3, 2, False)
        assert (counts["calls_filed"], counts["calls_called_back"], counts["answered_there"]) == (1, 1, 3)

    with_hub(tmp_path, ask)


def test_a_call_without_a_place_in_the_city_goes_by_its_street_or_the_whole_city(tmp_path: Path) -> None:
    async def ask(hub: Hub) -> None:
        # given calls from nowhere, from another city, and from a street that nobody knows
        calls = [
            changed(number="1", lon_deg=None, lat_deg=None), changed(number="2", lon_deg=116.4, lat_deg=39.9),
            changed(number="3", lon_deg=None, lat_deg=None, street="火星街道"),
        ]  # fmt: skip

        # when they are filed
        assert await hub.filed(PLAN, Counter(), calls) is None

        # then each is a case, in its street or in the county
        assert hub.cases is not None
        assert [case.area for case in hub.cases.table.cases] == ["310107014", "310107014", "310107"]
        assert all(case.lon_deg is None for case in hub.cases.table.cases)

    with_hub(tmp_path, ask)


def test_a_twin_that_governs_nothing_counts_calls_and_says_so() -> None:
    # given no desk of cases
    desk, counts = CallDesk(None, ""), Counter[str]()

    # when calls come, twice
    async def filed() -> Text | None:
        await desk.filed([CALL], "hotline", counts, 0, is_simulated=False)
        return await desk.filed([CALL, changed(number="2")], "hotline", counts, 0, is_simulated=False)

    why = asyncio.run(filed())

    # then none is lost silently
    assert why is not None
    assert "3 件热线工单没有立案" in why.zh
    assert "[governance]" in why.en
    assert counts == {"calls_without_cases": 3}


def test_a_call_that_cannot_become_a_case_is_named_and_a_store_that_fails_is_waited_for(tmp_path: Path) -> None:
    async def ask(hub: Hub) -> None:
        # given a desk whose store fails twice, and then finds no area for a call
        assert hub.cases is not None
        real, failures = hub.cases.known, [1, 2]

        async def known(op: str) -> object:
            if failures:
                failures.pop()
                raise StoreFailed(Text("磁盘已满", "The disk is full"))
            return await real(op)

        hub.cases.known = known  # type: ignore[method-assign, assignment]  # a store that fails now and then
        call_desk.RETRY_S, counts = 0.01, Counter[str]()

        # when a good call and one of no area at all are filed
        why = await CallDesk(hub.cases, "").filed(
            [CALL, changed(number="2", lon_deg=None, lat_deg=None, street="")], "hotline", counts, 0, is_simulated=True
        )

        # then the good one is a case, the other is told by its number
        assert why is not None
        assert "工单 2 没有立案" in why.zh
        assert counts == {"calls_filed": 1, "calls_refused": 1}

    with_hub(tmp_path, ask)


def test_calls_go_to_the_hub_in_frames_and_what_it_says_of_one_is_told() -> None:
    # given two hundred and fifty calls, and a hub that keeps no case of the last frame
    sent: list[Filing] = []

    async def handed_over() -> Text | None:
        filings = Filings(lambda message: sent.append(message) if isinstance(message, Filing) else None)
        waiting = asyncio.ensure_future(filings.handed_over([changed(number=str(number)) for number in range(250)]))
        for number in (1, 2, 3):
            while len(sent) < number:
                await asyncio.sleep(0)
            assert not waiting.done()
            why = "没有治理数据" if number == 3 else ""
            filings.filed(Filed(number=number, why_zh=why, why_en=why))
        filings.filed(Filed(number=99))  # nobody waits for it
        return await waiting

    # when they are handed over
    why = asyncio.run(handed_over())

    # then each frame waits for the one before, none is lost, and the word of the hub comes back
    assert [(frame.number, len(frame.calls)) for frame in sent] == [(1, 100), (2, 100), (3, 50)]
    assert why == Text("没有治理数据", "没有治理数据")
    assert asyncio.run(Filings(lambda _: None).handed_over([])) is None
