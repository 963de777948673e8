"""What a presenter shows has a label too: nobody below it is told what is selected, annotated, or named by a layer."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest

from fakes.labelled_hub import LABELLED, SUBJECTS, WORDS, LabelledHub, Listener, leaks
from fakes.linked_hub import Screen, asked, eventually
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.label import HIGHEST, LABELS, LOWEST, Label, Labels, is_cleared
from sanping.domain.site import Joint
from sanping.domain.text import Text
from sanping.hub.federation import Federation
from sanping.hub.joint_desk import JointGuest, JointLead
from sanping.hub.shown_label import ShownLabelling, plan_in
from sanping.storage.site_book import SqliteSiteBook
from sanping.wire.federation import JointFrame, JointValue
from sanping.wire.show import Floor, Show, Shown, ViewKey
from sanping.wire.shown_sight import CHOSEN, shown_to

SEEN_BY_ALL = {name: {"is_visible": True, "opacity": 1.0} for name in ("houses", *WORDS.values())}


async def leading(screen: Listener) -> None:
    """Let a screen have the floor."""
    await screen.say(Floor(wish="seize"))
    await eventually(lambda: screen.mirror.show.floor.holder == screen.mirror.show.me)


async def shows(screen: Listener, key: ViewKey, value: object, label: Label | None = None) -> None:
    """Show a value and wait until the hub has told it."""
    before = screen.mirror.show.revision
    fence, raw = screen.mirror.show.floor.fence, msgspec.Raw(msgspec.json.encode(value))
    await screen.say(Show(key=key, value=raw, fence=fence, label=label))
    await eventually(lambda: screen.mirror.show.revision > before)


def value(screen: Listener, key: ViewKey) -> object:
    """Return what a screen knows of the show."""
    known = screen.mirror.show.values.get(key)
    return None if known is None else json.loads(known.value)


def note(words: str) -> object:
    return {"notes": [{"id": "1", "kind": "point", "points": [[0, 0, 0]], "words": words, "colour": "#ff0000"}]}


@pytest.mark.parametrize("comes", ["before", "after"])
def test_nobody_is_shown_what_is_above_them(tmp_path: Path, comes: str) -> None:
    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        screens.append(owner)
        things = await hub.fill(owner)
        await leading(owner)
        tokens = {name: hub.let_in(name, kind, role) for name, kind, role, _ in SUBJECTS}
        listeners: dict[str, Listener] = {}

        async def come() -> None:
            for name, kind, *_ in SUBJECTS:
                listeners[name] = await Listener(name, kind).listen(hub.address, tokens[name])
            screens.extend(listeners.values())

        if comes == "before":
            await come()
        for label, word in WORDS.items():
            await shows(owner, "layers", SEEN_BY_ALL)
            await shows(owner, "selection", [{"layer": word, "id": "7"}])
            await shows(owner, "colouring", {"layer": word, "attribute": "@height_m"})
            await shows(owner, "focus", {"kind": "station", "id": f"g-{word}"})
            await shows(owner, "isolated", [{"layer": "@cases", "id": things.cases[label]}])
            await shows(owner, "notes", note(word), label)
            await shows(owner, "scene", word, label)
            if comes == "after":
                await come()
            for name, _, _, clearance in SUBJECTS:
                screen = listeners[name]
                revision = hub.hub.rooms.main.revision
                await eventually(lambda screen=screen, revision=revision: screen.mirror.show.revision == revision)  # type: ignore[misc]
                assert leaks(clearance, screen.told) == [], name
                layers = value(screen, "layers")
                assert isinstance(layers, dict)
                seen = LABELS[: LABELS.index(clearance) + 1]
                assert set(layers) == {"houses", *(WORDS[one] for one in seen)}, name
                is_seen = is_cleared(clearance, label)
                for key in ("selection", "colouring", "focus", "isolated", "notes", "scene"):
                    assert bool(value(screen, key)) == is_seen, (name, key, label)  # type: ignore[arg-type]
            if comes == "after":
                for screen in listeners.values():
                    await screen.drop()
                    screens.remove(screen)
            await shows(owner, "layers", {})

    asyncio.run(asked(LabelledHub(tmp_path), play))


def test_a_case_that_is_shown_and_raised_is_taken_away_from_those_below(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        visitor = await Listener("v", "phone").listen(hub.address, hub.let_in("v", "phone", "viewer"))
        screens.extend((owner, visitor))
        case = (await hub.fill(owner)).cases["public"]
        await leading(owner)
        await shows(owner, "focus", {"kind": "case", "id": case})
        await shows(owner, "notes", note("unchosen"))
        await eventually(lambda: value(visitor, "focus"))

        op = await owner.wish("case.step", {"case": case, "step": "raise_label"})
        await eventually(lambda: op in owner.acks and value(visitor, "focus") is None)

        assert value(visitor, "notes") is None  # nobody chose: internal
        assert value(owner, "focus") == {"kind": "case", "id": case}

    asyncio.run(asked(LabelledHub(tmp_path), play))


def test_a_vote_has_at_least_the_label_of_the_plan_that_is_shown(tmp_path: Path) -> None:
    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        screens.append(owner)
        await leading(owner)
        await shows(owner, "scheme", {"plan": "p1", "title": "Plan"}, "sensitive")
        hall = await Listener("hall", room="hall").listen(hub.address)
        screens.append(hall)
        await leading(hall)
        await shows(hall, "scheme", {"plan": "p3", "title": "Plan"}, "internal")
        sight = hub.hub.sight

        assert sight.of_vote("p1", "public") == "sensitive"
        assert sight.of_vote("p3", "public") == "internal"  # whichever room it is shown in
        assert (sight.of_vote("p2", "public"), sight.of_vote("p2", None)) == ("public", "internal")

    asyncio.run(asked(LabelledHub(tmp_path), play))


class NoNames:
    """Nothing but stations has a label, by its name."""

    def named(self, _: str) -> Label:
        return LOWEST

    def station(self, id: str) -> Label:
        return LABELLED.station(id)


def test_values_have_the_label_of_what_they_name_and_those_by_hand_the_chosen_one() -> None:
    labels = ShownLabelling(LABELLED, NoNames())
    selected = json.dumps([{"layer": WORDS["internal"], "id": "1"}, {"layer": "x", "id": "2"}]).encode()

    assert labels.label_of("camera", b"{}", "sensitive") == LOWEST
    assert labels.label_of("selection", selected, None) == "internal"
    assert labels.label_of("selection", selected, "sensitive") == "sensitive"
    assert labels.label_of("selection", b"[]", "sensitive") == LOWEST
    assert labels.label_of("selection", b"5", None) == HIGHEST  # nobody can say what it names
    assert labels.label_of("notes", b"{}", None) == "internal"
    assert labels.label_of("notes", b"{}", "public") == "public"
    assert ShownLabelling(Labels(), NoNames()).label_of("notes", b"{}", None) == LOWEST
    assert (plan_in(b'{"plan":"p"}'), plan_in(b"null"), plan_in(b"5")) == ("p", "", "")


def test_what_is_taken_away_can_be_read_by_every_screen() -> None:
    for key in CHOSEN:
        shown = Shown(revision=3, key=key, value=msgspec.Raw(b'"x"'), label="internal")
        told = shown_to(shown, "public", {})
        assert (bytes(told.value), told.revision, told.label) == (
            b"[]" if key in ("selection", "isolated") else b"null", 3, LOWEST,
        )  # fmt: skip
        assert shown_to(shown, "internal", {}) is shown


class LowerBus:
    """What a leading hub says to the sites below it."""

    def __init__(self) -> None:
        self.said: dict[str, bytes] = {}

    def told(self, about: str, body: bytes) -> None:
        self.said[about] = body


def test_a_joint_session_takes_each_site_along_as_far_as_it_is_cleared(tmp_path: Path) -> None:
    bus, exchange = LowerBus(), Exchange()
    cleared: dict[str, Label] = {"town": "public", "county": "internal"}

    async def play(hub: LabelledHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        screens.append(owner)
        plan = Federation(
            site="city", bus=InProcessBus(exchange), book=SqliteSiteBook(tmp_path), title=Text("市", "City"),
            lowers=tuple(cleared),
        )  # fmt: skip
        lead = JointLead(plan, hub.hub, "EPSG:4549", bus.told, cleared.__getitem__)
        lead.open(tuple(cleared), "Flood", lambda site: site)
        await leading(owner)
        await shows(owner, "layers", SEEN_BY_ALL)
        await shows(owner, "notes", note(WORDS["internal"]))
        lead.pulse()
        plan.book.close()

    asyncio.run(asked(LabelledHub(tmp_path), play))

    for about, body in bus.said.items():
        clearance = cleared["town" if "town" in about.split(".") else "county"]
        assert leaks(clearance, body) == [], about
        assert (WORDS["internal"].encode() in body) == (clearance == "internal")
    assert len(bus.said) == len(cleared)


def test_a_site_that_is_cleared_for_less_shows_what_it_was_told_no_longer(tmp_path: Path) -> None:
    joint = Joint(session="s", leader="city", title="Flood", sites=("town",), since_ms=1)

    def frame(shown: object, label: Label) -> JointFrame:
        value = JointValue(key="notes", value=msgspec.Raw(msgspec.json.encode(shown)), n=3, label=label)
        return JointFrame(via="city", joint=joint, crs="EPSG:4549", values=(value,), is_all=True)

    async def play(hub: LabelledHub, _: list[Screen]) -> None:
        book = SqliteSiteBook(tmp_path)
        plan = Federation(site="town", bus=InProcessBus(Exchange()), book=book, title=Text("镇", "Town"), upper="city")
        guest = JointGuest(plan, hub.hub, "EPSG:4549", lambda _about, _body: None)
        guest.heard(frame(note("seen"), "internal"))
        assert b"seen" in bytes(hub.hub.rooms.main.values["notes"].value)

        guest.heard(frame(None, LOWEST))  # the same write, as the site may see it now

        assert bytes(hub.hub.rooms.main.values["notes"].value) == b"null"
        book.close()

    asyncio.run(asked(LabelledHub(tmp_path), play))
