"""Security labels: nothing above a clearance leaves the hub, by whichever way, to whomever (GB/T 22239 8.1.4.2 g)."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from fakes.governed_hub import done
from fakes.labelled_hub import (
    SUBJECTS,
    WORDS,
    LabelledHub,
    Listener,
    Things,
    answers,
    heard_before,
    leaks,
    questions,
)
from fakes.linked_hub import TOKEN, Screen, asked, eventually
from sanping.domain.label import LABELS, Label
from sanping.hub.label_gate import CLEARED, OPEN
from sanping.hub.web_api import ENDPOINTS

LOCAL: dict[str, Label] = {"wall": "internal", "kiosk": "public", "desk": "sensitive"}
"""Kinds of screens that come with the hub's own token, and how far they see."""
CASES_EACH = 2  # one that was reported, and one that a report from the street has become
UNSAID = {"/cases/indicators", "/cases/areas", "/cases/points", "/cases/measures", "/governance", "/responses/plans"}
"""Addresses that tell figures, no words: what they count is compared instead."""
NO_SITES = {"/sites", "/sites/cases", "/sites/cases/{id}"}

Play = Callable[[LabelledHub, Listener, Things], Awaitable[None]]


def with_labels(folder: Path, play: Play) -> None:
    """Play with a hub that holds one of everything for each level."""

    async def all_of_it(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        screens.append(owner)
        await play(hub, owner, await hub.fill(owner))

    asyncio.run(asked(LabelledHub(folder), all_of_it))


def test_no_address_tells_anybody_what_is_above_them(tmp_path: Path) -> None:
    told: dict[tuple[str, str], set[Label]] = {}

    async def play(hub: LabelledHub, _: Listener, things: Things) -> None:
        for name, kind, role, clearance in SUBJECTS:
            found = await answers(hub.address, hub.let_in(name, kind, role), questions(things))
            for what, (status, body) in found.items():
                assert status < 500, (name, what, body)
                own = what[0].rpartition("/")[2].encode()  # a refusal says again what was asked for
                said = body if status < 400 else body.replace(own, b"")
                assert leaks(clearance, said) == [], (name, what, body)
                told.setdefault(what, set()).update(label for label in LABELS if WORDS[label].encode() in body)

    with_labels(tmp_path, play)

    said = {path.split("?")[0] for (path, _), labels in told.items() if "sensitive" in labels}
    silent = [path for path in CLEARED - UNSAID - NO_SITES if not any(_is(path, one) for one in said)]
    assert silent == []  # each way out did tell whoever is cleared: a search for words that nobody says finds nothing


def test_local_screens_are_told_no_more_over_rest_than_such_screens_may_show(tmp_path: Path) -> None:
    told: dict[str, str] = {}

    async def play(hub: LabelledHub, _: Listener, things: Things) -> None:
        for kind, clearance in LOCAL.items():
            found = await answers(hub.address, TOKEN, questions(things), kind)
            for what, (_, body) in found.items():
                own = what[0].rpartition("/")[2].encode()
                assert leaks(clearance, body.replace(own, b"")) == [], (kind, what, body)
            told[kind] = b"".join(body for _, body in found.values()).decode("utf-8", "replace").lower()

    with_labels(tmp_path, play)

    for kind, clearance in LOCAL.items():
        assert WORDS[clearance] in told[kind], kind  # what such a screen may show it is told


def _is(pattern: str, path: str) -> bool:
    parts, given = pattern.split("/"), path.split("/")
    return len(parts) == len(given) and all(a == b or a.startswith("{") for a, b in zip(parts, given, strict=True))


@pytest.mark.parametrize("comes", ["before", "after"])
def test_no_screen_hears_what_is_above_it(tmp_path: Path, comes: str) -> None:
    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        screens.append(owner)
        tokens = {name: hub.let_in(name, kind, role) for name, kind, role, _ in SUBJECTS}
        if comes == "after":
            await hub.fill(owner)
        listeners = {name: await Listener(name, kind).listen(hub.address, tokens[name]) for name, kind, *_ in SUBJECTS}
        screens.extend(listeners.values())
        if comes == "before":
            await hub.fill(owner)
        for name, _, _, clearance in SUBJECTS:
            screen = listeners[name]
            seen = LABELS[: LABELS.index(clearance) + 1]
            await heard_before(screen)
            await screen.has(readings=len(seen))
            assert leaks(clearance, screen.told) == [], name
            assert [label for label in LABELS if WORDS[label].encode() in screen.told] == list(seen), name
            state = screen.mirror.state
            made = (state.ballots, state.posts)
            for things in (state.alarms, state.reports, state.responses, state.readings, *made):
                assert len(things) == len(seen), (name, things)
            assert len(state.cases) == CASES_EACH * len(seen)
            assert len(state.notices) == len(LABELS) + len(seen)  # those to the public are for all

    asyncio.run(asked(LabelledHub(tmp_path), play))


def test_a_local_wall_shows_no_more_than_a_wall_may(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        wall = await Listener("wall-1", "wall").listen(hub.address)
        screens.extend((owner, wall))

        await hub.fill(owner)
        await heard_before(wall)

        assert leaks("internal", wall.told) == []
        assert WORDS["internal"].encode() in wall.told

    asyncio.run(asked(LabelledHub(tmp_path), play))


def test_figures_count_only_what_somebody_may_see(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, _: Listener, __: Things) -> None:
        for name, kind, role, clearance in SUBJECTS:
            number = LABELS.index(clearance) + 1
            cases = CASES_EACH * number
            token = hub.let_in(name, kind, role)
            screen = await Listener(name, kind).listen(hub.address, token)
            await screen.has(total=cases)
            await screen.drop()
            found = await _json(hub, token, "/cases/indicators?from_ms=0&to_ms=9999999999999")
            assert found["whole"]["counts"]["reported"] == cases, name
            board = await _json(hub, token, "/cases/areas")
            area = board["area"]
            assert (board["counts"]["total"], area["open"], area["alarms"]) == (cases, cases, number), name
            assert (await _json(hub, token, "/cases/points"))["total"] == cases
            assert (await _json(hub, token, "/ogc/collections/cases/items"))["numberMatched"] == cases
            catalogue = await _json(hub, token, "/catalogue")
            counts = {card["id"]: card["count"] for card in catalogue["cards"]}
            assert (counts["stations"], counts["cases"], len(counts)) == (number, cases, number + 3), name

    with_labels(tmp_path, play)


async def _json(hub: LabelledHub, token: str, path: str) -> dict[str, dict[str, object]]:
    import json

    [(status, body)] = (await answers(hub.address, token, [(path, {})])).values()
    assert status == 200, body
    return json.loads(body[body.index(b"]") + 1 :])


def test_whoever_asks_for_more_is_refused_and_recorded(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, owner: Listener, things: Things) -> None:
        token = hub.let_in("visitor", "phone", "viewer")
        refused = [
            (f"/cases/{things.cases['sensitive']}", {}),
            (f"/photos/{things.photos['internal']}", {}),
            ("/export", {"station": "g-quaxilor", "quantity": "water_level", "from_ms": "0", "to_ms": "1000"}),
            ("/ogc/collections/zornitum", {}),
            ("/3dtiles/tiles/2/0-0-0.glb", {}),
        ]
        found = await answers(hub.address, token, refused)
        assert [status for status, _ in found.values()] == [403] * len(refused)
        screen = await Listener("duty", "phone").listen(hub.address, hub.let_in("worker", "phone", "grid_worker"))
        ack = await done(screen, "case.step", {"case": things.cases["sensitive"], "step": "note", "note": "?"})
        assert not ack.ok
        await screen.drop()
        rows = await hub.hub.events.between(0, 1 << 53, ("access",))
        kept = [row.body for row in rows if b"label.refused" in row.body]
        assert len(kept) == len(refused) + 1

    with_labels(tmp_path, play)


def test_a_case_that_is_raised_is_gone_from_lower_screens_and_does_not_come_back(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        token = hub.let_in("visitor", "phone", "viewer")
        stays = await Listener("visitor", "phone").listen(hub.address, token)
        leaves = await Listener("other", "phone").listen(hub.address, hub.let_in("other", "phone", "viewer"))
        screens.extend((owner, stays, leaves))
        things = await hub.fill(owner)
        case = things.cases["public"]
        await eventually(lambda: case in stays.mirror.state.cases and case in leaves.mirror.state.cases)
        before = stays.mirror.seq
        await leaves.drop()

        ack = await done(owner, "case.step", {"case": case, "step": "raise_label"})
        assert ack.ok, ack.error_en
        await eventually(lambda: stays.mirror.seq == hub.hub.log.seq)
        assert stays.mirror.seq > before
        for screen in (stays, leaves):
            if screen is leaves:
                assert screen.mirror.resume() is not None
                screen.told = b""
                await screen.join(hub.address, ("all", "log"), hub.let_in("third", "phone", "viewer"))
                await eventually(lambda: leaves.mirror.seq == hub.hub.log.seq)
                assert leaks("public", leaves.told.replace(WORDS["public"].encode(), b"")) == []
            assert case not in screen.mirror.state.cases
            assert not screen.mirror.state.responses
        assert owner.mirror.state.cases[case].label == "internal"

        worker = await Listener("worker", "phone").listen(hub.address, hub.let_in("worker", "phone", "operator"))
        screens.append(worker)
        low = await done(worker, "case.step", {"case": case, "step": "lower_label", "note": "核实可公开"})
        assert not low.ok  # only a duty officer lowers
        assert not (await done(owner, "case.step", {"case": case, "step": "lower_label"})).ok  # and says why
        assert (await done(owner, "case.step", {"case": case, "step": "lower_label", "note": "核实可公开"})).ok
        await eventually(lambda: case in stays.mirror.state.cases)
        own = things.cases["internal"]
        assert not (await done(owner, "case.step", {"case": own, "step": "lower_label", "note": "?"})).ok
        assert hub.hub.cases is not None
        steps = [row.said for row in await hub.hub.cases.ask(lambda book: book.rows(case=case))]
        assert sum(b"raise_label" in row for row in steps) == sum(b"lower_label" in row for row in steps) == 1

    asyncio.run(asked(LabelledHub(tmp_path), play))


def test_every_address_says_how_it_tells_labels_apart() -> None:
    paths = {endpoint.path for endpoint in ENDPOINTS}

    assert paths - OPEN - CLEARED == set()
    assert (OPEN | CLEARED) - paths == set()
    assert set() == OPEN & CLEARED


def test_an_address_that_nobody_thought_of_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanping.hub.label_gate.OPEN", OPEN - {"/rivers"})

    async def play(hub: LabelledHub, _: Listener, __: Things) -> None:
        for name, kind, role, clearance in SUBJECTS:
            found = await answers(hub.address, hub.let_in(name, kind, role), [("/rivers", {})])
            assert [status for status, _ in found.values()] == [200 if clearance == "sensitive" else 403], name

    with_labels(tmp_path, play)


def test_what_people_make_is_labelled_as_they_choose_or_as_the_twin_usually_does(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        token = hub.let_in("visitor", "phone", "viewer")
        screens.extend((owner, visitor := await Listener("visitor", "phone").listen(hub.address, token)))
        choices = [{"id": one, "name": one} for one in ("a", "b")]

        assert (await done(owner, "vote.open", {"plan": "p", "title": "t", "choices": choices})).ok
        [ballot] = hub.hub.ballots.book.values()
        assert ballot.label == "internal"  # nobody chose, and the twin says nothing of votes
        low = await done(visitor, "vote.cast", {"ballot": ballot.id, "choice": "a"})
        assert not low.ok
        assert not visitor.mirror.state.ballots
        report = {"post": "post-public", "state": "in_place"}
        assert (await done(owner, "event.post", report)).ok
        await eventually(lambda: visitor.mirror.state.posts)
        assert hub.hub.event is not None
        assert hub.hub.event.reports["post-public"].label == "public"  # as [labels.made] says of posts

        raised = {**report, "state": "help", "note": WORDS["sensitive"], "label": "sensitive"}
        assert (await done(owner, "event.post", raised)).ok
        await eventually(lambda: not visitor.mirror.state.posts)  # nor is the earlier report left to look at
        assert leaks("public", visitor.told) == []
        kept = [row.body for row in await hub.hub.events.between(0, 1 << 53, ("access",))]
        assert sum(b"label.refused" in body for body in kept) == 1

    asyncio.run(asked(LabelledHub(tmp_path), play))


def test_a_vote_that_somebody_may_not_see_is_not_named_to_whoever_would_open_another(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        token = hub.let_in("officer", "wall", "duty_officer")  # who may open votes, at a screen that shows little
        screens.extend((owner, other := await Listener("officer", "wall").listen(hub.address, token)))
        told = {"plan": "p", "choices": [{"id": one, "name": one} for one in ("a", "b")]}

        for label in LABELS:
            opened = await done(owner, "vote.open", {**told, "title": WORDS[label], "label": label})
            assert opened.ok, opened.error_en
            refused = await done(other, "vote.open", {**told, "title": "t"})
            assert not refused.ok
            assert (WORDS[label] in refused.error_en) == (label != "sensitive"), refused.error_en
            assert (await done(owner, "vote.close", {"ballot": next(reversed(hub.hub.ballots.book))})).ok
        assert leaks("internal", other.told) == []

    asyncio.run(asked(LabelledHub(tmp_path), play))
