"""The desk of cases: steps that come together are committed together, numbered, counted as time passes, kept whole."""

import asyncio
import stat
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from fakes.case_stories import (
    COLLECTOR,
    GARBAGE,
    OFFICER,
    REGISTRAR,
    START_MS,
    bundled_rules,
    whole_form,
)
from fakes.governed_hub import suhe_city
from fakes.memory_case_book import MemoryCaseBook
from sanping.domain.case import Case, StepAsked
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.device import OWNER
from sanping.domain.errors import InputError, RevisionStale, SanpingError, StepRefused, StoreFailed
from sanping.domain.report import Report
from sanping.domain.text import Text
from sanping.hub import case_desk, case_intake
from sanping.hub.alarm_desk import AlarmDesk
from sanping.hub.case_desk import CASE_HEAD, MOST_IN_SNAPSHOT, CaseDesk, witnessed
from sanping.hub.case_figures import Span, indicators
from sanping.hub.case_intake import Places
from sanping.hub.case_keeper import MOST_AT_ONCE, CaseKeeper, CaseWish
from sanping.hub.case_people import SYSTEM
from sanping.hub.case_sheet import sheet_of
from sanping.hub.event_keeper import EventKeeper
from sanping.hub.fanout import Fanout
from sanping.hub.folder import CASE_KEY_FILE, case_key
from sanping.hub.latest import LatestTable
from sanping.hub.log_plane import ChangeLog
from sanping.ports.case_book import Taken, Wish
from sanping.storage.event_log import SqliteEventLog
from sanping.twin.cases.clock import DAY_MS, HOUR_MS
from sanping.twin.live_part import LivePart
from sanping.wire.codec import body_of, from_hub
from sanping.wire.messages import Change, Snapshot

NEW = msgspec.structs.replace(GARBAGE, area="310107005001001", lon_deg=None, lat_deg=None)


class Counting(MemoryCaseBook):
    """A book that knows how many steps came in each commit, and fails when told."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.fails = False

    def take(self, wishes: Sequence[Wish]) -> Sequence[Taken | SanpingError]:
        if self.fails:
            raise StoreFailed(Text("磁盘已满", "the disk is full"))
        self.batches.append(len(wishes))
        return super().take(wishes)


class Host:
    """What of a hub the desk needs, without sources or sockets."""

    def __init__(self, folder: Path) -> None:
        self.log = ChangeLog("epoch")
        self.fanout = Fanout(LatestTable(), self.log, lambda: Snapshot(seq=0, alarms=(), sources=()))
        self.events = EventKeeper(SqliteEventLog(folder))
        self.alarms = AlarmDesk(LivePart())

    def told(self, kind: type[CaseLine] | type[CaseCounts]) -> list[CaseLine | CaseCounts]:
        changes = [from_hub(frame) for frame in self.log.after(0) or ()]
        bodies = [body_of(change) for change in changes if isinstance(change, Change)]
        return [body for body in bodies if isinstance(body, CaseLine | CaseCounts) and isinstance(body, kind)]


Asking = Callable[[CaseDesk, Host, Counting], Awaitable[None]]


def with_desk(folder: Path, ask: Asking, book: Counting | None = None) -> None:
    async def ran() -> None:
        host, kept = Host(folder), book or Counting()
        desk = CaseDesk(suhe_city(), kept, host, Places(metres_of=lambda _lon, _lat: (None, None), home="310107"))
        await desk.start()
        try:
            await ask(desk, host, kept)
        finally:
            await desk.stop()
            await host.events.close()

    asyncio.run(ran())


async def reported(desk: CaseDesk, op: str, at_ms: int = START_MS) -> Case:
    asked = whole_form("report", op=op, case="", new=NEW)
    return (await desk.wished(asked, COLLECTOR, name="采集员", at_ms=at_ms)).case


def test_steps_that_come_together_are_one_commit_and_numbered_in_their_order(tmp_path: Path) -> None:
    async def ask(desk: CaseDesk, host: Host, book: Counting) -> None:
        # given a hundred reports at once; when they are taken
        cases = await asyncio.gather(*(reported(desk, f"op-{number}") for number in range(100)))

        # then they took few commits, and each has its own number of that county and day
        assert book.batches == [MOST_AT_ONCE, 100 - MOST_AT_ONCE]
        assert [case.id for case in cases] == [f"310107-20260602-{number:04d}" for number in range(1, 101)]

        # and screens heard of each in that order, before the outbox was emptied
        assert [line.id for line in host.told(CaseLine)] == [case.id for case in cases]  # type: ignore[union-attr]

    with_desk(tmp_path, ask)


def test_one_report_sent_twice_is_one_case_at_once_and_later(tmp_path: Path) -> None:
    async def ask(desk: CaseDesk, host: Host, book: Counting) -> None:
        # given a report that is sent twice at the same time; when both are taken, and once more later
        both = await asyncio.gather(reported(desk, "same"), reported(desk, "same"))
        later = await reported(desk, "same")

        # then it is one case, told once
        assert {case.id for case in (*both, later)} == {"310107-20260602-0001"}
        assert len(desk.table) == 1
        assert len(host.told(CaseLine)) == 1
        assert (await desk.known("same")).id == later.id  # type: ignore[union-attr]
        assert await desk.known("other") is None

    with_desk(tmp_path, ask)


def test_a_refused_step_holds_nobody_up_and_a_failing_disk_is_told_to_all(tmp_path: Path) -> None:
    async def ask(desk: CaseDesk, host: Host, book: Counting) -> None:
        # given two cases
        first, second = await reported(desk, "a"), await reported(desk, "b")

        # when a stale step, an impossible one and a right one come together
        stale = msgspec.structs.replace(whole_form("register", op="c", case=first.id), if_rev=9)
        wrong = whole_form("close", op="d", case=first.id)
        right = whole_form("register", op="e", case=second.id)
        answers = await asyncio.gather(
            desk.wished(stale, REGISTRAR), desk.wished(wrong, OFFICER), desk.wished(right, REGISTRAR),
            return_exceptions=True,
        )  # fmt: skip

        # then each hears its own answer
        assert isinstance(answers[0], RevisionStale)
        assert isinstance(answers[1], StepRefused)
        assert isinstance(answers[2], Taken)
        assert desk.table.case(first.id) == first

        # and when the disk is full nothing is told, and it works again afterwards
        told, book.fails = len(host.told(CaseLine)), True
        with pytest.raises(StoreFailed):
            await reported(desk, "f")
        assert len(host.told(CaseLine)) == told
        book.fails = False
        assert (await reported(desk, "f")).id.endswith("4")

    with_desk(tmp_path, ask)


def test_a_report_from_the_street_outlasts_a_failing_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(desk: CaseDesk, host: Host, book: Counting) -> None:
        # given a full disk, when a phone files a report
        book.fails = True
        report = Report(id="r1", time_ms=START_MS, received_ms=START_MS, category="floating", words="水葫芦")
        await desk.intake.reported(report, OWNER)
        assert not len(desk.table)

        # then it becomes a case as soon as there is room, once
        book.fails = False
        await desk.intake.settled()
        await desk.intake.reported(report, OWNER)
        assert [(case.case_class, case.area) for case in desk.table.cases] == [("0105", "310107")]

    monkeypatch.setattr(case_intake, "RETRY_S", 0.001)
    with_desk(tmp_path, ask)


def test_a_case_merges_into_one_that_is_open_and_into_no_other(tmp_path: Path) -> None:
    async def ask(desk: CaseDesk, host: Host, book: Counting) -> None:
        # given two open cases and one that was declined
        first, second, gone = [await reported(desk, op) for op in "abc"]
        await desk.wished(whole_form("decline", op="d", case=gone.id), REGISTRAR, at_ms=START_MS)

        # when the first is merged into what cannot be
        for other, error in (("310107-20260602-9999", InputError), (gone.id, StepRefused)):
            asked = msgspec.structs.replace(whole_form("merge", op=f"m-{other}", case=first.id), other_case=other)
            with pytest.raises(error):
                await desk.wished(asked, REGISTRAR, at_ms=START_MS)

        # and into the open one
        asked = msgspec.structs.replace(whole_form("merge", op="m", case=first.id), other_case=second.id)
        merged = (await desk.wished(asked, REGISTRAR, at_ms=START_MS)).case

        # then it is
        assert (merged.state, merged.merged_into) == ("merged", second.id)

    with_desk(tmp_path, ask)


def test_the_figures_follow_the_clock_when_nothing_else_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(desk: CaseDesk, host: Host, book: Counting) -> None:
        # given a report of today
        await reported(desk, "a")
        await desk._count(START_MS)
        assert (host.told(CaseCounts)[-1].overdue, host.told(CaseCounts)[-1].reported_today) == (0, 1)  # type: ignore[union-attr]

        # when nothing changed, a minute later nothing is said
        said = len(host.told(CaseCounts))
        await desk._count(START_MS + 60_000)
        assert len(host.told(CaseCounts)) == said

        # when its clock runs over, and when the next day comes
        await desk._count(START_MS + 3 * HOUR_MS)
        assert desk._is_next_day(START_MS + DAY_MS)
        await desk._count(START_MS + DAY_MS)

        # then both are told
        over, tomorrow = host.told(CaseCounts)[-2:]
        assert (over.overdue, over.reported_today) == (1, 1)  # type: ignore[union-attr]
        assert (tomorrow.overdue, tomorrow.reported_today) == (1, 0)  # type: ignore[union-attr]
        found = await indicators(desk, Span(from_ms=0, to_ms=1 << 50, by="day"), SYSTEM, START_MS + DAY_MS)
        assert [(group.key, group.counts["reported"]) for group in found.groups] == [("2026-06-02", 1)]

    monkeypatch.setattr(case_desk, "LOOK_EVERY_S", 3600.0)
    monkeypatch.setattr(case_desk, "_now_ms", lambda: START_MS)
    with_desk(tmp_path, ask)


def test_who_comes_is_told_of_open_cases_and_those_that_just_ended_the_most_urgent_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(desk: CaseDesk, host: Host, book: Counting) -> None:
        # given more open cases than are told at once, an extreme one among the last, and one that was declined
        for number in range(MOST_IN_SNAPSHOT + 20):
            new = msgspec.structs.replace(NEW, urgency="extreme" if number == 1010 else "normal")
            asked = whole_form("report", op=f"op-{number}", case="", new=new)
            desk._taken([Taken(case=bundled_case(asked, number), seq=number + 1)])
        await desk.wished(whole_form("report", op="late", case="", new=NEW), COLLECTOR, at_ms=START_MS)
        last = next(reversed(desk.table.cases))
        await desk.wished(whole_form("decline", op="no", case=last.id), REGISTRAR, at_ms=START_MS)

        # when a screen comes, and one two hours later
        now, later = desk.shown(START_MS), desk.shown(START_MS + 2 * HOUR_MS)

        # then it gets the most urgent first, no more than fit, and what ended only for a while
        assert len(now) == len(later) == MOST_IN_SNAPSHOT
        assert now[0].urgency == "extreme"
        assert last.id in desk._lines
        desk._rest(START_MS + 2 * HOUR_MS)
        assert last.id not in desk._lines

    monkeypatch.setattr(case_desk, "_now_ms", lambda: START_MS)
    with_desk(tmp_path, ask)


def test_a_case_that_is_over_leaves_memory_and_is_found_as_before_and_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, now_ms = Counting(), [START_MS]
    span = Span(from_ms=0, to_ms=1 << 50, by="area")

    async def first(desk: CaseDesk, host: Host, kept: Counting) -> None:
        # given an open case and one that was declined
        await reported(desk, "a")
        gone = await reported(desk, "b")
        await desk.wished(whole_form("decline", op="no", case=gone.id), REGISTRAR, at_ms=START_MS)
        before = await indicators(desk, span, SYSTEM, START_MS)

        # when two hours pass
        now_ms[0] += 2 * HOUR_MS
        desk._rest(now_ms[0])

        # then memory holds the open one, and everybody is answered as before
        await is_whole(desk, gone.id)
        assert list(desk._lines) == [desk.table.ids[0]]
        assert await indicators(desk, span, SYSTEM, START_MS) == before

    async def second(desk: CaseDesk, host: Host, kept: Counting) -> None:
        # and so it is in another life, where a note on it is taken and brings it back
        id = desk.table.ids[1]
        await is_whole(desk, id)
        await desk.wished(whole_form("erase_reporter", op="note", case=id), OFFICER, at_ms=now_ms[0])
        assert desk.table.case(id) is not None

    async def is_whole(desk: CaseDesk, id: str) -> None:
        assert desk.table.case(id) is None
        assert [case.state for case in (await desk.cases_at([0, 1])).values()] == ["reported", "declined"]
        assert (await desk.case(id)).id == id  # type: ignore[union-attr]
        assert await desk.case("none") is None
        assert (await desk.known("b")).id == id  # type: ignore[union-attr]
        assert (await sheet_of(desk, id, OWNER)).case.state == "declined"
        await desk._count(now_ms[0])
        assert desk.counts is not None
        assert (desk.counts.total, sum(desk.counts.open_by_stage.values())) == (2, 1)

    monkeypatch.setattr(case_desk, "LOOK_EVERY_S", 3600.0)
    monkeypatch.setattr(case_desk, "_now_ms", lambda: now_ms[0])
    with_desk(tmp_path / "one", first, book)
    with_desk(tmp_path / "two", second, book)


def bundled_case(asked: StepAsked, number: int) -> Case:
    return Case(
        id=f"C{number:05d}", rev=1, state="reported", kind="event", case_class="0102", source="collector",
        area=NEW.area, reported_ms=START_MS, changed_ms=START_MS, urgency=asked.new.urgency if asked.new else "normal",
    )  # fmt: skip


def test_heads_of_the_audit_are_kept_elsewhere_once_they_change(tmp_path: Path) -> None:
    async def ask(desk: CaseDesk, host: Host, book: Counting) -> None:
        # given a case; when an hour passes, and another without a step
        await reported(desk, "a")
        await desk._keep_head(START_MS)
        await desk._keep_head(START_MS + HOUR_MS)

        # then its head is kept once, and a check knows of it
        kept = await host.events.between(0, 1 << 53, (CASE_HEAD,))
        assert [head.seq for head in witnessed(lambda *_: kept)] == [1]
        assert (await desk.verified())[1] == 1

    with_desk(tmp_path, ask)


def test_what_another_life_left_untold_is_told_and_numbers_go_on(tmp_path: Path) -> None:
    # given a life of the hub that ended before its outbox was emptied
    book = Counting()
    left: list[Case] = []

    async def first(desk: CaseDesk, host: Host, kept: Counting) -> None:
        left.append(await reported(desk, "a"))

    async def second(desk: CaseDesk, host: Host, kept: Counting) -> None:
        # when another begins; then it is told, forgotten in the outbox, and the next case has the next number
        assert [line.id for line in host.told(CaseLine)] == [left[0].id]  # type: ignore[union-attr]
        assert not kept.waiting()
        assert (await reported(desk, "b")).id.endswith("-0002")

    with_desk(tmp_path / "one", first, book)
    with_desk(tmp_path / "two", second, book)


def test_a_hub_that_stops_takes_no_more_steps() -> None:
    async def ran() -> None:
        # given a keeper that was closed; when a step comes; then it is refused in words rather than lost
        keeper = CaseKeeper(MemoryCaseBook(), bundled_rules(), lambda taken: None)
        keeper.start(())
        await keeper.close()
        asked = whole_form("report", op="a", case="", new=NEW)
        with pytest.raises(StepRefused, match="正在停止"):
            await keeper.taken(CaseWish(asked=asked, who=COLLECTOR, at_ms=START_MS))

    asyncio.run(ran())


def test_the_key_of_the_audit_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    # given a new data folder; when the key is asked for twice
    key = case_key(tmp_path)

    # then it is one key of 32 bytes, that only its owner reads
    assert len(key) == 32
    assert case_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / CASE_KEY_FILE).stat().st_mode) == 0o600

    # and one that others can read, or that is damaged, is not used
    (tmp_path / CASE_KEY_FILE).chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        case_key(tmp_path)
    (tmp_path / CASE_KEY_FILE).chmod(0o600)
    (tmp_path / CASE_KEY_FILE).write_bytes(b"short")
    with pytest.raises(InputError, match="另处保管"):
        case_key(tmp_path)
