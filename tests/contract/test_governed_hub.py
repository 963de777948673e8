"""What the hub promises about cases, over real sockets: done once, told to all, refused in plain words, never lost."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace

from fakes.governed_hub import CREEK, REPORT, GovernedHub, done, with_hub
from fakes.linked_hub import NOW_MS, Screen, alarm, eventually
from sanping.client.questions import Questions
from sanping.domain.device import OWNER
from sanping.domain.errors import NotAllowed
from sanping.domain.source_status import CASES
from sanping.hub.case_sheet import sheet_of
from sanping.hub.event_keeper import alarm_row
from sanping.hub.folder import case_key
from sanping.storage.case_book import FILE_NAME, SqliteCaseBook
from sanping.wire.cases import CaseFilter
from sanping.wire.messages import Command

Asking = Callable[[GovernedHub, list[Screen]], Awaitable[None]]


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


def test_of_two_phones_on_one_case_one_signs_and_the_other_hears_that_it_moved_on(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a dispatched case, and two phones of the crew that both look at it
        desk = await hub.screen()
        first = await hub.screen(hub.device("grid_worker", department="greenery")[1])
        second = await hub.screen(hub.device("grid_worker", department="greenery")[1])
        screens += [desk, first, second]
        case = (await done(desk, "case.report", REPORT)).about
        for step, more in (("register", {}), ("file", {}), ("dispatch", {"department": "greenery"})):
            assert (await done(desk, "case.step", {"case": case, "step": step, **more})).ok
        await eventually(lambda: {s.mirror.state.cases[case].rev for s in (first, second)} == {4})

        # when both sign for what they saw, at once
        sign = {"case": case, "step": "sign", "if_rev": 4}
        answers = await asyncio.gather(*(done(screen, "case.step", sign) for screen in (first, second)))

        # then one did, and the other is told that somebody was first, and sees the case as it is now
        assert sorted(answer.ok for answer in answers) == [False, True]
        refused = next(answer for answer in answers if not answer.ok)
        assert refused.is_conflict
        assert "已被他人办理" in refused.error_zh
        await eventually(lambda: {s.mirror.state.cases[case].state for s in screens} == {"handling"})

    with_hub(tmp_path, ask)


FROM_STREET: dict[str, object] = {"time_ms": NOW_MS, "category": "other", "words": "路灯不亮"}
REFUSED: tuple[tuple[str, dict[str, object], str], ...] = (
    ("case.report", {"case_class": "0999"}, "分类表中没有"),
    ("case.report", {"source": "gossip"}, "来源表中没有"),
    ("case.report", {"area": "310108"}, "区划表中没有代码 310108"),
    ("case.report", {"area": "31010"}, "5 位"),
    ("case.report", {"lon": 120.0, "lat": 30.0}, "不在本市任何区域内"),
    ("case.report", {"area": "310107005", "lon": 121.4480, "lat": 31.2600}, "不在 曹杨新村街道"),
    ("case.report", {"lon": 0, "lat": 0}, "请在地图上选点"),
    ("case.report", {"lon": None, "lat": None}, "请在地图上选点"),
    ("case.report", {"lon": 121.42, "lat": None, "area": "310107"}, "只有经度或只有纬度"),
    ("case.report", {"urgency": "yesterday"}, "案件命令无法使用"),
    ("case.report", {"photos": [{"id": "../secret"}]}, "没有照片"),
    ("report.file", {"lon": 120.0, "lat": 30.0}, "不在本市任何区域内"),
    ("report.file", {"lon": 121.42}, "同时给出经度和纬度"),
    ("case.step", {"case": "310107-20260101-9999", "step": "file"}, "没有案件"),
    ("case.step", {"step": "close"}, "不能结案"),
    ("case.step", {"step": "dance"}, "案件命令无法使用"),
    ("case.step", {"step": "report"}, "case.report"),
    ("case.step", {"step": "dispatch", "department": "moon"}, "没有部门"),
    ("case.step", {"step": "decline"}, "请填写说明"),
    ("case.step", {"step": "merge", "other_case": "310107-20260101-9999"}, "没有案件"),
    ("case.step", {"step": "note", "note": "x" * 2001}, "超过 2000 字"),
    ("case.step", {"step": "register", "if_rev": 7}, "已被他人办理"),
    ("case.step", {"step": "call_back", "call_back": {"score": 4}}, "不能回访"),
    ("case.step", {"step": "call_back", "call_back": {"score": "good"}}, "案件命令无法使用"),
    ("case.step", {"step": "erase_reporter"}, "请填写说明"),
    ("case.step", {"step": "erase_reporter", "note": "要求", "erase_photos": ["x"]}, "没有照片"),
)


def test_what_cannot_be_is_refused_in_plain_words_and_changes_nothing(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a case at a desk
        desk = await hub.screen()
        screens.append(desk)
        case = (await done(desk, "case.report", REPORT)).about
        before = desk.mirror.state.cases[case]

        # when wishes come that cannot be
        for action, arguments, words in REFUSED:
            usual = {"case.report": REPORT, "report.file": FROM_STREET}.get(action, {"case": case})
            answer = await done(desk, action, {**usual, **arguments})

            # then each is refused for its reason
            assert not answer.ok, (action, arguments)
            assert words in answer.error_zh, (arguments, answer.error_zh)
            assert answer.is_conflict == ("if_rev" in arguments)

        # and nothing happened; a number that was refused is not used up
        assert desk.mirror.state.cases == {case: before}
        assert not desk.mirror.state.reports
        assert (await done(desk, "case.report", REPORT)).about.endswith("-0002")

    with_hub(tmp_path, ask)


def test_somebody_without_the_right_is_refused_and_told_who_may(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a case in one street, a visitor, a crew of another street, an operator, and the crew that handles it
        desk = await hub.screen()
        visitor = await hub.screen(hub.device("viewer")[1])
        away = await hub.screen(hub.device("grid_worker", department="greenery", areas=("310107102",))[1])
        operator = await hub.screen(hub.device("operator")[1])
        crew = await hub.screen(hub.device("grid_worker", department="greenery")[1])
        screens += [desk, visitor, away, operator, crew]
        case = (await done(desk, "case.report", REPORT)).about

        # when each tries what is not theirs
        for screen, step, words in (
            (visitor, {"step": "note", "note": "看看"}, "需要网格员"),
            (away, {"step": "note", "note": "看看"}, "不在您的责任区"),
            (operator, {"step": "file"}, "不能立案"),
        ):
            answer = await done(screen, "case.step", {"case": case, **step})
            assert not answer.ok
            assert words in answer.error_zh, answer.error_zh
        assert (await done(operator, "case.step", {"case": case, "step": "register"})).ok
        assert "值班长" in (await done(operator, "case.step", {"case": case, "step": "file"})).error_zh

        answer = await done(crew, "case.report", {**REPORT, "source": "hotline_12345"})
        assert "受理员" in answer.error_zh

        # then who handled it cannot check it either
        for screen, step in (
            (desk, {"step": "file"}), (operator, {"step": "dispatch", "department": "greenery"}),
            (crew, {"step": "sign"}), (crew, {"step": "feed_back", "note": "已清", "photos": [hub.photo()]}),
            (operator, {"step": "send_to_check"}),
        ):  # fmt: skip
            answer = await done(screen, "case.step", {"case": case, **step})
            assert answer.ok, answer.error_zh
        answer = await done(crew, "case.step", {"case": case, "step": "pass_check", "photos": [hub.photo()]})
        assert "不能核查" in answer.error_zh

        # and only a duty officer has the audit checked
        _, token = hub.device("operator")

        def audited() -> None:
            assert Questions(hub.where).ask("/cases/audit", {})["ok"] is True
            with pytest.raises(NotAllowed, match="值班长"):
                Questions(lambda: (hub.address, token)).ask("/cases/audit", {})

        await asyncio.get_running_loop().run_in_executor(None, audited)

    with_hub(tmp_path, ask)


def test_a_hub_that_dies_after_the_commit_tells_it_in_its_next_life_and_does_it_once(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a case, and a book that dies right after it commits
        desk = await hub.screen()
        screens.append(desk)
        case = (await done(desk, "case.report", REPORT)).about
        hub.book.breaks = True

        # when a step is taken, and nobody hears of it
        answer = await done(desk, "case.step", {"case": case, "step": "register"})
        assert not answer.ok
        assert desk.mirror.state.cases[case].state == "reported"
        await desk.drop()
        await hub.killed()

        # then the next life knows it, and tells it to who comes back
        await hub.start()
        assert hub.hub.cases is not None
        assert hub.hub.log.changed(case)
        again = await hub.screen()
        screens.append(again)
        assert again.mirror.state.cases[case].state == "to_file"

        # and the same wish once more is answered as done, and not done again
        command = Command(op=answer.op, action="case.step", arguments={"case": case, "step": "register"})
        assert (await hub.hub.done(command, "desk")).ok
        assert hub.hub.cases.table.case(case).rev == 2  # type: ignore[union-attr]
        assert (await hub.hub.cases.verified())[0].first_bad is None

    with_hub(tmp_path, ask)


def test_a_book_that_cannot_be_read_leaves_the_hub_up_without_cases(tmp_path: Path) -> None:
    async def ran() -> None:
        # given a book with a case that no program of ours wrote
        SqliteCaseBook(tmp_path, case_key(tmp_path)).close()
        database = apsw.Connection(str(tmp_path / FILE_NAME))
        database.execute("insert into cases values ('x', 1, ?)", (b"{}",))
        database.close()

        # when a hub begins on it
        hub = GovernedHub(tmp_path)
        await hub.start()
        try:
            # then it runs, governs nothing, and says why
            assert hub.hub.is_ready
            assert hub.hub.cases is None
            assert [FILE_NAME in status.why_zh for status in hub.hub.sources() if status.name == CASES] == [True]
            answer = await hub.hub.done(Command(op="12345678", action="case.report", arguments=REPORT), "desk")
            assert "备份" in answer.error_zh
        finally:
            await hub.stop()

    asyncio.run(ran())


def test_an_alarm_becomes_one_case_over_restarts_and_a_report_from_the_street_too(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given an alarm whose rule proposes a case, at the station by the creek
        raised = replace(alarm(1), rule="ammonia-jump", proposes_case=True, title_zh="氨氮突升")
        hub.hub.events._log.append([alarm_row(raised)])
        hub.hub._found((raised,))
        desk = await hub.screen()
        screens.append(desk)
        await eventually(lambda: [line.state for line in desk.mirror.state.cases.values()] == ["to_file"])

        # when it comes again, a report is filed, and the hub lives anew with the alarm still active
        hub.hub._found((raised,))
        crew = await hub.screen(hub.device("grid_worker", name="巡查一号")[1])
        filed = {"time_ms": NOW_MS, "category": "floating", "lon": CREEK[0], "lat": CREEK[1]}
        assert (await done(crew, "report.file", {**filed, "words": "水葫芦，电话13812345678"})).ok
        await crew.drop()
        await desk.drop()
        await hub.stop()
        await hub.start()
        desk = await hub.screen()
        screens.append(desk)
        cases = hub.hub.cases
        assert cases is not None
        await cases.intake.settled()

        # then there is one case of each, with class, source and words as they should be
        lines = {line.source: line for line in desk.mirror.state.cases.values()}
        assert len(cases.table) == 2
        assert (lines["rule"].title_zh, lines["rule"].alarm, lines["rule"].urgency) == ("水质异常", raised.id, "urgent")
        assert lines["collector"].title_zh == "水域不洁"
        sheet = await sheet_of(cases, lines["collector"].id, OWNER)
        assert "13812345678" not in sheet.case.description
        kept = await hub.hub.events.between(0, 1 << 53)
        assert not [event.kind for event in kept if b"13812345678" in event.body]
        assert [row.by_name for row in sheet.trail] == ["巡查一号"]

        # and when another alarm comes of the same rule there, and one of a station beyond the city
        hub.hub._found((replace(raised, id="alarm-2"), replace(raised, id="alarm-3", station="away")))

        # then the first is a note on the open case, and the other a case without a street
        await eventually(lambda: cases.table.case(lines["rule"].id).rev == 3 and len(cases.table) == 3)  # type: ignore[union-attr]
        assert [(case.area, case.lon_deg) for case in cases.table.cases if case.alarm == "alarm-3"] == [
            ("310107", None)
        ]

    with_hub(tmp_path, ask)
