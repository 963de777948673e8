"""Invented people at a real desk: a past at first start, cases that live, and none that a real person touched."""

import asyncio
from pathlib import Path

import pytest

from fakes.governed_hub import CRS, PNG, REPORT, GovernedHub, done, suhe_city
from fakes.linked_hub import eventually
from sanping.bootstrap.case_play import spots_of
from sanping.domain.case import Actor, Case, StepAsked
from sanping.hub import case_player
from sanping.hub.case_desk import CaseDesk
from sanping.hub.case_player import CasePlay, CasePlayer
from sanping.twin.cases.simulated_life import SimulatedLife
from sanping.twin.cases.simulated_past import past_of
from sanping.twin.cases.simulated_people import is_simulated_person

OFFICER = Actor(id="zhou", roles=frozenset({"duty_officer", "registrar"}), areas=("",))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_player, "TICK_S", 0.01)


def played(folder: Path, play: CasePlay, ask) -> None:  # type: ignore[no-untyped-def]  # a test of this file
    """Run a hub that governs with a player, and ask."""

    async def ran() -> None:
        hub = GovernedHub(folder)
        await hub.start()
        assert hub.hub.cases is not None
        assert hub.hub.reports.photos is not None
        player = CasePlayer(hub.hub.cases, play, hub.hub.reports.photos.add)
        player.start()
        try:
            await ask(hub, hub.hub.cases, player)
        finally:
            await player.stop()
            await hub.stop()

    asyncio.run(ran())


def kept(desk: CaseDesk) -> list[Case]:
    """Return the cases that were not put away: an hour after their end they leave the memory."""
    return [case for case in desk.table.cases if case is not None]


def a_play(days: int = 0, times: float = 0.0002) -> CasePlay:
    return CasePlay(
        pace="fast",
        spots=spots_of(suhe_city(), CRS),
        photos={"scene": (PNG,), "after": (PNG,)},
        past_days=days,
        times=times,
    )


def test_a_first_start_has_a_past_and_goes_on_from_there(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, desk: CaseDesk, player: CasePlayer) -> None:
        # given a screen, and a hub whose book is empty
        screen = await hub.screen()

        # when invented people have lived three days of the past, and go on
        await eventually(lambda: len(desk.table) > 60)
        before = len(desk.table)
        await eventually(lambda: len(desk.table) > before + 3)
        ids = set(desk.table.ids)

        # then the screen has the open ones alone, all are marked, the chain is whole, and nobody is told of the past
        assert len(ids) == len(desk.table)
        await eventually(lambda: screen.mirror.state.cases)
        assert len(screen.mirror.state.cases) < before
        assert desk.table.column("is_simulated").all()
        assert (await desk.verified())[0].first_bad is None
        photo = next(case.photos[0].id for case in kept(desk) if case.photos)
        assert hub.hub.reports.photos is not None
        assert hub.hub.reports.photos.has(photo)
        await screen.drop()

        # and a real report gets a number of its own
        desk_screen = await hub.screen()
        assert (await done(desk_screen, "case.report", REPORT)).ok
        assert len(set(desk.table.ids)) == len(desk.table)
        await desk_screen.drop()

    played(tmp_path, a_play(days=3), ask)


def test_invented_cases_live_to_their_end_by_invented_people(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, desk: CaseDesk, player: CasePlayer) -> None:
        # given a hub without a past
        # when some cases have come to their end
        await eventually(lambda: sum(case.is_ended for case in kept(desk)) >= 5)

        # then every step was taken by somebody invented
        rows = await desk.ask(lambda book: book.rows(limit=5000))
        assert len(rows) > 30
        assert all(b'"who":"simulated-' in row.said for row in rows)
        assert len(desk.table)
        assert desk.table.column("is_simulated").all()

    played(tmp_path, a_play(), ask)


def test_a_case_that_a_real_person_touched_is_left_to_people(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, desk: CaseDesk, player: CasePlayer) -> None:
        # given an invented case, and a real one
        await eventually(lambda: any(case.state == "reported" for case in kept(desk)))
        screen = await hub.screen()
        await done(screen, "case.report", REPORT)
        real = next(case.id for case in kept(desk) if not case.is_simulated)
        touched = max((case for case in kept(desk) if case.is_simulated), key=lambda case: case.reported_ms)

        # when a real person notes something on the invented one
        note = StepAsked(op="note-1", case=touched.id, step="note", note="我来看看")
        taken = await desk.wished(note, OFFICER, name="周值班长")
        before = len(await desk.ask(lambda book: book.rows(case=touched.id)))
        await eventually(lambda: touched.id in player.left_to_people)
        await eventually(lambda: sum(case.is_ended for case in kept(desk)) >= 3)

        # then nobody invented goes on with it, nor with the real one
        case = desk.table.case(touched.id)
        assert case is not None
        assert case.rev == taken.case.rev
        assert len(await desk.ask(lambda book: book.rows(case=touched.id))) == before
        report = desk.table.case(real)
        assert report is not None
        assert report.rev == 1
        assert not is_simulated_person(OFFICER.id)
        await screen.drop()

    played(tmp_path, a_play(times=0.002), ask)


def test_a_case_whose_sheet_a_person_reads_holds_still(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, desk: CaseDesk, player: CasePlayer) -> None:
        # given somebody at a screen who opens the sheet of the first case as soon as it is reported
        read: list[str] = []

        def looked(case: Case) -> None:
            if not read:
                read.append(case.id)
                player.looked_at(case.id)

        desk.on_taken.append(looked)
        player.looked_at("no such case")

        # when other cases have come to their end
        await eventually(lambda: sum(case.is_ended for case in kept(desk)) >= 3)

        # then it is as it was
        case = desk.table.case(read[0])
        assert case is not None
        assert (case.rev, case.state) == (1, "reported")

    played(tmp_path, a_play(), ask)


def test_nobody_plays_where_it_is_not_wished(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, desk: CaseDesk, player: CasePlayer) -> None:
        # given a play that says none
        # when some time passes
        await asyncio.sleep(0.1)

        # then nothing happened, and a hub of a twin with real sources has no player at all
        assert not len(desk.table)
        assert hub.hub.player is None

    played(tmp_path, CasePlay(), ask)


def test_a_past_that_was_broken_off_is_written_to_its_end_by_the_next_life_of_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_player, "PAST_BATCH", 40)
    ends: list[list[tuple[str, int]]] = []

    async def broken_off(hub: GovernedHub, desk: CaseDesk, player: CasePlayer) -> None:
        # given a hub that ends after some batches of its invented past
        await eventually_in(desk, 60)
        assert not len(desk.table)

    async def whole(hub: GovernedHub, desk: CaseDesk, player: CasePlayer) -> None:
        # when the next one has started
        notes = []
        while not any(note.is_whole for note in notes):
            await asyncio.sleep(0.02)
            notes = await desk.notes(case_player.CASE_PAST, case_player.PastNote)

        # then the past is whole, each step was taken once, and the chain holds
        rows = [row for row in await desk.ask(lambda book: book.rows(limit=20_000)) if row.op.startswith("past:")]
        assert len({row.op for row in rows}) == len(rows)
        ends.append([(row.op, row.at_ms) for row in sorted(rows, key=lambda row: (row.at_ms, row.op))])
        life = SimulatedLife(city=suhe_city(), spots=spots_of(suhe_city(), CRS), photos={
            "scene": (player_photo(hub),), "after": (player_photo(hub),)}, pace="real")  # fmt: skip
        expected = list(past_of(life, notes[0].from_ms, notes[0].to_ms, case_player.PAST_A_DAY))
        assert len(rows) == len(expected)
        assert (await desk.verified())[0].first_bad is None

    played(tmp_path, a_play(days=2), broken_off)
    played(tmp_path, a_play(days=2), whole)
    assert ends
    assert ends[0]


async def eventually_in(desk: CaseDesk, rows: int) -> None:
    """Wait until the book has so many rows."""
    while len(await desk.ask(lambda book: book.rows(limit=rows))) < rows:
        await asyncio.sleep(0.001)


def player_photo(hub: GovernedHub) -> str:
    """Return the name under which the photo of the play is kept."""
    assert hub.hub.reports.photos is not None
    return hub.hub.reports.photos.add(PNG)


def test_lively_cases_grow_rarer_and_leave_the_day_believable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_player, "MOST_TODAY", 12)

    async def ask(hub: GovernedHub, desk: CaseDesk, player: CasePlayer) -> None:
        # given a fast play that has run for long
        first = player._pause_ms()
        await eventually(lambda: player._livened > 25)

        # when its cases are counted; then there are no more than a day has, and it pauses ever longer
        assert len(desk.table) <= 13
        assert player._pause_ms() > 20 * first

        # and when somebody opens a sheet, it is lively again
        slow = player._pause_ms()
        player.looked_at("310107-20261121-0001")
        assert player._pause_ms() < slow / 2

    played(tmp_path, a_play(times=0.0001), ask)
