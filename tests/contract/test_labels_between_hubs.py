"""Security labels between hubs: a relay tells no more than the owner would, a site above hears its share."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from fakes.governed_hub import REPORT, done
from fakes.labelled_hub import SUBJECTS, TOPICS, WORDS, LabelledHub, Listener, answers, heard_before, leaks, questions
from fakes.linked_hub import Screen, asked, eventually
from fakes.relayed_hub import SITE, Relay
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.label import LABELS, NO_LABELS, Clearances, Label
from sanping.domain.text import Text
from sanping.hub.clearance_book import ClearanceBook
from sanping.hub.federation import Federation
from sanping.hub.relay_owner import RelayOwner
from sanping.hub.site_host import now_ms
from sanping.storage.site_book import SqliteSiteBook


class KeepingBus(InProcessBus):
    """A bus that keeps all that was said on it."""

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(exchange)
        self.said = b""

    async def publish(self, about: str, body: bytes) -> None:
        self.said += body
        await super().publish(about, body)

    async def ask(self, about: str, body: bytes, within_s: float) -> bytes:
        self.said += body
        return await super().ask(about, body, within_s)

    async def answer(self, about: str, answers: Callable[[str, bytes], Awaitable[bytes]]) -> None:
        async def kept(told: str, body: bytes) -> bytes:
            answer = await answers(told, body)
            self.said += answer
            return answer

        await super().answer(about, kept)


class OwnerHub(LabelledHub):
    """The labelled hub as the owner of a site; `bus` keeps what it tells its relays."""

    def __init__(self, folder: Path, exchange: Exchange, relays: Label = "sensitive") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        self.clearances = Clearances(given={"relay": relays})
        self.bus = KeepingBus(exchange)

    async def start(self) -> None:
        await super().start()
        self.owner = RelayOwner(self.hub, SITE, self.bus, "hub-1")
        await self.owner.start()

    async def stop(self) -> None:
        await self.owner.stop()
        await self.bus.close()
        await super().stop()


@asynccontextmanager
async def ended_first(other: "Relay | CityHub", screens: list[Screen]) -> AsyncIterator[None]:
    """End all screens, and then another hub, before the one that is played with."""
    try:
        yield
    finally:
        for screen in screens:
            await screen.drop()
        screens.clear()
        await other.stop()


Play = Callable[[OwnerHub, Relay, list[Screen]], Awaitable[None]]


def with_relay(folder: Path, play: Play, relays: Label = "sensitive") -> None:
    exchange = Exchange()

    async def all_of_it(hub: OwnerHub, screens: list[Screen]) -> None:
        relay = Relay(InProcessBus(exchange))
        await relay.start()
        await eventually(lambda: relay.hub.link.is_linked)
        async with ended_first(relay, screens):
            await play(hub, relay, screens)

    asyncio.run(asked(OwnerHub(folder, exchange, relays), all_of_it))


@pytest.mark.parametrize("comes", ["before", "after"])
def test_a_relay_tells_its_screens_no_more_than_they_may_know(tmp_path: Path, comes: str) -> None:
    async def play(hub: OwnerHub, relay: Relay, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        screens.append(owner)
        things = await hub.fill(owner) if comes == "after" else None
        listeners = []
        for name, kind, role, clearance in SUBJECTS:
            token = hub.let_in(name, kind, role)
            screen = await Listener(name, kind).listen(relay.address, token)
            screens.append(screen)
            listeners.append((screen, token, clearance))
        things = things or await hub.fill(owner)
        for screen, token, clearance in listeners:
            seen = LABELS[: LABELS.index(clearance) + 1]
            await screen.has(readings=len(seen))
            await heard_before(screen)
            assert leaks(clearance, screen.told) == [], screen.name
            assert [label for label in LABELS if WORDS[label].encode() in screen.told] == list(seen), screen.name
            assert len(screen.mirror.state.cases) == 2 * len(seen)
            some = [one for one in questions(things) if one[0] in ("/latest", "/cases", "/alarms", "/events")]
            for what, (status, body) in (await answers(relay.address, token, some)).items():
                assert status == 200, (what, body)
                assert leaks(clearance, body) == [], (screen.name, what)

    with_relay(tmp_path, play)


def test_relays_that_are_cleared_for_less_are_told_less(tmp_path: Path) -> None:
    async def play(hub: OwnerHub, relay: Relay, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        duty = await Listener("duty", "phone").listen(relay.address, hub.let_in("duty", "phone", "duty_officer"))
        screens.extend((owner, duty))

        things = await hub.fill(owner)
        await duty.has(readings=2)
        await heard_before(duty)

        assert leaks("internal", duty.told) == leaks("internal", hub.bus.said) == []
        assert WORDS["internal"].encode() in hub.bus.said
        case = things.cases["internal"]
        assert case in duty.mirror.state.cases
        assert (await done(owner, "case.step", {"case": case, "step": "raise_label"})).ok
        await eventually(lambda: duty.is_lost or case not in duty.mirror.state.cases)

    with_relay(tmp_path, play, "internal")


class TownHub(LabelledHub):
    """The labelled hub below a city; `bus` keeps what it sends up."""

    def __init__(self, folder: Path, exchange: Exchange, up_to: Label | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        self.clearances = Clearances(given={} if up_to is None else {"site:city": up_to})
        self.bus = KeepingBus(exchange)

    async def start(self) -> None:
        self.federation = Federation(
            site="town", bus=self.bus, book=SqliteSiteBook(self.folder), title=Text("镇", "Town"), upper="city"
        )
        await super().start()


class CityHub(LabelledHub):
    """The hub above, which labels nothing itself."""

    def __init__(self, folder: Path, exchange: Exchange) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        self._exchange = exchange
        self.clearances = ClearanceBook()

    async def start(self) -> None:
        self.federation = Federation(
            site="city", bus=InProcessBus(self._exchange), book=SqliteSiteBook(self.folder), title=Text("市", "City"),
            lowers=("town",),
        )  # fmt: skip
        await super().start()


class PlainCity(CityHub):
    """The hub above with a twin that says nothing of labels."""

    def __init__(self, folder: Path, exchange: Exchange) -> None:
        super().__init__(folder, exchange)
        self.labels = NO_LABELS


def test_a_twin_without_labels_takes_away_what_other_sites_label_as_soon_as_somebody_may_see_less(
    tmp_path: Path,
) -> None:
    exchange = Exchange()

    async def play(town: TownHub, screens: list[Screen]) -> None:
        # given a phone at a city without labels, that an operator has logged in on, and that hears a town's cases
        city = PlainCity(tmp_path / "city", exchange)
        await city.start()
        owner = await Listener("owner").listen(town.address)
        token = city.let_in("li", "phone", "operator")
        phone = await Listener("li", "phone").listen(city.address, token)
        screens.extend((owner, phone))
        async with ended_first(city, screens):
            case = (await town.fill(owner)).cases["internal"]
            await eventually(lambda: f"{case}@town" in phone.mirror.state.site_cases)
            assert phone.mirror.state.clearance == "internal"

            # when he logs out
            await phone.wish("role.leave", {})
            await eventually(lambda: phone.is_lost)

            # then the phone is sent away, and comes back to what everybody may see, and no more
            await phone.drop()
            phone.told = b""
            await phone.join(city.address, TOPICS, token)
            await eventually(lambda: phone.mirror.seq == city.hub.log.seq and phone.mirror.state.clearance == "public")
            assert {one.line.label for one in phone.mirror.state.site_cases.values()} == {"public"}
            assert leaks("public", phone.told) == []

    asyncio.run(asked(TownHub(tmp_path / "town", exchange, None), play))


@pytest.mark.parametrize(("up_to", "heard"), [(None, "internal"), ("public", "public"), ("sensitive", "sensitive")])
def test_a_site_above_hears_what_it_is_cleared_for(tmp_path: Path, up_to: Label | None, heard: Label) -> None:
    exchange = Exchange()
    seen = LABELS[: LABELS.index(heard) + 1]

    async def play(town: TownHub, screens: list[Screen]) -> None:
        city = CityHub(tmp_path / "city", exchange)
        await city.start()
        owner = await Listener("owner").listen(town.address)
        above = await Listener("above").listen(city.address)
        screens.extend((owner, above))
        async with ended_first(city, screens):
            things = await town.fill(owner)
            state = city.hub.sites
            assert state is not None
            await eventually(lambda: len(state.down.cases) == 2 * len(seen) and len(state.down.alarms) == len(seen))
            await eventually(lambda: town.hub.sites is not None and town.hub.sites.up.waiting == 0)
            await eventually(lambda: _figures(city) == (2 * len(seen), len(seen)))
            assert leaks(heard, town.bus.said) == []
            assert all(WORDS[label].encode() in town.bus.said for label in seen)
            labels = {one.line.label for one in state.down.cases.values()}
            assert labels == set(seen)
            visitor = await Listener("visitor", "phone").listen(city.address, city.let_in("v", "phone", "viewer"))
            screens.append(visitor)
            await heard_before(visitor)
            assert leaks("public", visitor.told) == []
            if heard == "internal":  # what is raised goes up no more, and its note with it
                case = things.cases["internal"]
                assert (await done(owner, "case.step", {"case": case, "step": "raise_label"})).ok
                note = {"case": case, "step": "note", "note": WORDS["sensitive"]}
                assert (await done(owner, "case.step", note)).ok
                later = await done(owner, "case.report", REPORT)
                await eventually(lambda: f"{later.about}@town" in state.down.cases)
                assert leaks("internal", town.bus.said) == []

    asyncio.run(asked(TownHub(tmp_path / "town", exchange, up_to), play))


def _figures(city: CityHub) -> tuple[int, int]:
    assert city.hub.sites is not None
    figures = next(one.figures for one in city.hub.sites.statuses() if one.id == "town")
    return (0, 0) if figures is None else (figures.open_cases, sum(figures.alarms.values()))


def test_a_notice_goes_down_with_its_label_and_not_to_a_site_below_it(tmp_path: Path) -> None:
    exchange = Exchange()

    async def play(town: TownHub, screens: list[Screen]) -> None:
        city = CityHub(tmp_path / "city", exchange)
        await city.start()
        above = await Listener("above").listen(city.address)
        let_in = {"visitor": "viewer", "worker": "operator"}
        heard = {
            name: await Listener(name, "phone").listen(town.address, town.let_in(name, "phone", role))  # type: ignore[arg-type]
            for name, role in let_in.items()
        }
        screens.extend((above, *heard.values()))
        told = {"sites": ["town"], "until_ms": now_ms() + 3_600_000}
        async with ended_first(city, screens):
            await eventually(lambda: city.hub.sites is not None and city.hub.sites.statuses()[0].is_linked)
            ack = await done(above, "notice.send", {**told, "title": WORDS["sensitive"], "label": "sensitive"})
            assert not ack.ok
            assert "site:town=" in ack.error_en
            for label in (None, "public"):  # by itself, a notice is internal
                word = WORDS[label or "internal"]
                assert (await done(above, "notice.send", {**told, "title": word, "label": label})).ok
            for name, clearance, count in (("worker", "internal", 2), ("visitor", "public", 1)):
                await eventually(partial(_has_notices, heard[name], count))
                assert leaks(clearance, heard[name].told) == [], name  # type: ignore[arg-type]
            assert leaks("internal", above.told) == []
            token = city.let_in("visitor", "phone", "viewer")
            span = {"from_ms": "0", "to_ms": str(now_ms() + 1000), "kinds": "command"}
            for what, (status, body) in (await answers(city.address, token, [("/events", span)])).items():
                assert status == 200, (what, body)
                assert leaks("public", body) == []
                assert WORDS["public"].encode() in body
            await _ends_though_cleared_for_less(city, town, above)

    asyncio.run(asked(TownHub(tmp_path / "town", exchange, None), play))


async def _ends_though_cleared_for_less(city: CityHub, town: TownHub, above: Listener) -> None:
    """Take the clearance of the town away and end a notice that it was told: it hears that it is over."""
    assert town.hub.sites is not None
    assert isinstance(city.clearances, ClearanceBook)
    known = next(one for one in town.hub.sites.notices.notices.values() if one.label == "internal")
    city.clearances.now = Clearances(given={"site:town": "public"})
    assert (await done(above, "notice.end", {"notice": known.id})).ok
    book = town.hub.sites.notices.notices
    await eventually(lambda: book[known.id].over_ms)


def _has_notices(screen: Listener, count: int) -> bool:
    return len(screen.mirror.state.notices) == len(screen.mirror.state.site_notices) == count
