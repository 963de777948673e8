"""What the hub promises about cases, over real sockets: done once, told to all, refused in plain words, never lost."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from fakes.governed_hub import REPORT, GovernedHub, done
from fakes.linked_hub import Screen, eventually
from sanping.client.questions import Questions
from sanping.wire.cases import CaseFilter

Asking = Callable[[GovernedHub, list[Screen]], Awaitable[None]]


def with_hub(folder: Path, ask: Asking) -> None:
    """Run a hub that governs, ask it, and stop it and the screens that were made."""

    async def ran() -> None:
        hub = GovernedHub(folder)
        await hub.start()
        screens: list[Screen] = []
        try:
            await ask(hub, screens)
        finally:
            for screen in screens:
                await screen.drop()
            await hub.stop()

    asyncio.run(ran())


def test_a_case_lives_from_report_to_archive_and_every_screen_follows(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a desk, a crew and a collector of other devices, and a wall that only looks
        desk = await hub.screen()
        crew = await hub.screen(hub.device("grid_worker", department="greenery")[1])
        collector = await hub.screen(hub.device("grid_worker", department="drainage")[1])
        wall = await hub.screen(hub.device("viewer")[1])
        screens += [desk, crew, collector, wall]

        # when it is reported
        assert (await done(collector, "case.report", REPORT)).ok
        await eventually(lambda: wall.mirror.state.cases)
        line = next(iter(wall.mirror.state.cases.values()))

        # then its id, area and class are the hub's
        assert line.id.startswith("310107-")
        assert line.id.endswith("-0001")
        assert line.area.startswith("310107017")
        assert (line.state, line.title_zh) == ("reported", "暴露垃圾")

        # when everybody does their part
        for screen, step, more in (
            (desk, "register", {}), (desk, "file", {}), (desk, "dispatch", {"department": "greenery"}),
            (crew, "sign", {}), (crew, "feed_back", {"note": "已清运", "photos": [hub.photo()]}),
            (desk, "send_to_check", {}), (collector, "pass_check", {"photos": [hub.photo()]}), (desk, "close", {}),
            (desk, "evaluate", {"score": 5}),
        ):  # fmt: skip
            ack = await done(screen, "case.step", {"case": line.id, "step": step, **more})
            assert ack.ok, f"{step}: {ack.error_zh}"

        # then all screens see it archived
        await eventually(lambda: wall.mirror.state.cases[line.id].state == "archived")
        await eventually(lambda: wall.mirror.state.case_counts.closed_today == 1)

    with_hub(tmp_path, ask)


def test_rest_tells_lists_sheets_tables_and_figures(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given two reports of one heap of garbage, one with a name and a number
        desk = await hub.screen()
        screens.append(desk)
        reporter = {"name": "王小明", "phone": "13812345678"}
        for place in (121.4230, 121.4232):
            arguments = {**REPORT, "lon": place, "source": "hotline_12345", "reporter": reporter}
            assert (await done(desk, "case.report", arguments)).ok
        ids = sorted(desk.mirror.state.cases)
        assert len(ids) == 2

        # when a desk and a phone of a crew ask
        _, token = hub.device("grid_worker", department="river")
        at_desk, at_crew = Questions(hub.where), Questions(lambda: (hub.address, token))

        def asked() -> None:
            found = at_desk.cases(CaseFilter(area="310107", words="武宁", sort="urgency", limit=1, is_open=True))
            assert (found.total, len(found.lines)) == (2, 1)
            assert at_desk.cases(CaseFilter(states=("archived",))).total == 0

            # then a sheet has what may be done, its trail, what is alike, and the reporter as far as the role sees
            sheet, masked = at_desk.case(ids[0]), at_crew.case(ids[0])
            assert {step.step for step in sheet.steps} >= {"send_to_verify", "decline", "merge"}
            assert [row.step for row in sheet.trail] == ["report"]
            assert [alike.line.id for alike in sheet.alike] == [ids[1]]
            assert sheet.reporter.phone == "13812345678"
            assert masked.reporter.phone == "138****5678"

            # and the tables and figures are those of the city
            governance = at_crew.governance()
            assert governance.my_roles == ("collector", "handler")
            assert governance.my_department == "river"
            assert len(governance.areas) > 90
            figures = at_desk.indicators(0, 1 << 52, "area", "street")
            assert figures.whole.counts["reported"] == 2
            assert figures.groups[0].title_zh == "石泉路街道"

        await asyncio.get_running_loop().run_in_executor(None, asked)

    with_hub(tmp_path, ask)
