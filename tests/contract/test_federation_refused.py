"""A letter that the other site refuses for its content is put aside, and what stands behind it goes on."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from fakes.governed_hub import done
from fakes.linked_hub import eventually
from fakes.real_nats import RealNats, has_nats
from fakes.three_sites import CITY, COUNTY, TOWN, ThreeSites, with_three
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.bus.nats_bus import NatsAccess, NatsBus
from sanping.domain.errors import FrameBroken
from sanping.domain.site import across_sites
from sanping.domain.text import Text
from sanping.hub import site_desk, site_pulse
from sanping.hub.endpoint import Asked
from sanping.hub.site_down import SiteDown
from sanping.hub.site_orders import SiteOrders
from sanping.hub.web_sites import SITE_ENDPOINTS
from sanping.wire.federation import Letter, decoded

REASON = Text("看不懂", "cannot be read")


class Strict:
    """The hubs of this process that refuse whatever says one of `words`, as an older program refuses what is new."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.words: set[bytes] = set()
        self.sites = {CITY, COUNTY, TOWN}
        for kind in (SiteDown, SiteOrders):
            monkeypatch.setattr(kind, "answer", self._strict(kind.answer))

    def _strict(self, answer):  # type: ignore[no-untyped-def]
        async def answered(taker: SiteDown | SiteOrders, told: str, body: bytes) -> bytes:
            if taker._plan.site in self.sites and any(word in body for word in self.words):
                raise FrameBroken(REASON)
            return await answer(taker, told, body)

        return answered


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Strict:
    monkeypatch.setattr(site_desk, "PULSE_S", 0.2)
    return Strict(monkeypatch)


def bus_of(exchange: Exchange):  # type: ignore[no-untyped-def]
    return lambda _: InProcessBus(exchange)


def test_a_refused_case_waits_aside_with_its_later_steps_while_others_go_up(tmp_path: Path, strict: Strict) -> None:
    async def play(three: ThreeSites) -> None:
        # given a case of the town of which the county refuses the second step, and others behind it
        town, county = three.screens[TOWN], three.screens[COUNTY]
        bad = await three[TOWN].report(town)
        await eventually(lambda: across_sites(TOWN, bad) in three[CITY].known())
        strict.words.add(f'"about":"{bad}","rev":2'.encode())
        assert (await done(town, "case.step", {"case": bad, "step": "register"})).ok
        good = [await three[TOWN].report(town, number) for number in (1, 2)]
        assert (await done(town, "case.step", {"case": bad, "step": "file"})).ok

        # when it was refused often enough; then the others arrive, and both sides say what was put aside
        await eventually(lambda: all(across_sites(TOWN, case) in three[CITY].known() for case in good))
        await eventually(lambda: town.mirror.state.sites[COUNTY].parked >= 1)
        await eventually(lambda: county.mirror.state.sites[TOWN].parked_there >= 1)
        aside = three[TOWN].hub.sites.parking.shown()
        assert {one.entry.about for one in aside} == {bad}
        assert aside[0].why_en == REASON.en
        endpoint = next(one for one in SITE_ENDPOINTS if one.path == "/sites")
        shown = await endpoint.run(three[TOWN].hub, Asked(parameters={}))
        assert shown["parked"][0].why_zh == REASON.zh

        # and a later step does not overtake it, nor does a kill forget it
        await eventually(lambda: len(three[TOWN].hub.sites.parking.shown()) == 2)
        assert three[CITY].known()[across_sites(TOWN, bad)][0] == 1
        await three.restart(TOWN)
        assert len(three[TOWN].hub.sites.parking.shown()) == 2

        # when the county takes it and somebody lets it be sent again; then it is complete above, in its order
        strict.words.clear()
        assert (await done(three.screens[TOWN], "site.again", {"site": COUNTY})).ok
        await eventually(
            lambda: three[CITY].known().get(across_sites(TOWN, bad)) == three[TOWN].known()[f"{bad}@{TOWN}"]
        )
        await eventually(lambda: three.screens[TOWN].mirror.state.sites[COUNTY].parked == 0)
        steps = await three[CITY].hub.sites.steps(TOWN, bad)
        assert [one.seq for one in steps] == sorted(one.seq for one in steps)
        assert len(steps) == 3
        assert not (await done(three.screens[TOWN], "site.again", {"site": COUNTY})).ok

    with_three(tmp_path, bus_of(Exchange()), play)


def test_a_refused_order_waits_aside_until_another_program_runs_below(
    tmp_path: Path, strict: Strict, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(three: ThreeSites) -> None:
        # given two cases of the county, and an order about one of them that the county refuses
        city = three.screens[CITY]
        first, second = [await three[COUNTY].report(three.screens[COUNTY], number) for number in (1, 2)]
        await eventually(lambda: across_sites(COUNTY, second) in city.mirror.state.site_cases)
        strict.words.add("看不懂的批注".encode())
        notes = ((first, "看不懂的批注"), (first, "再批"), (second, "批注"))
        acks = [
            await done(city, "site.order", {"site": COUNTY, "case": case, "step": "note", "note": note})
            for case, note in notes
        ]

        # when it was refused often enough; then it stands there with its reason, one about another case was done
        await eventually(lambda: city.mirror.state.sites[COUNTY].parked == 1)
        await eventually(lambda: city.mirror.state.site_orders[acks[2].op].state == "done")
        orders = city.mirror.state.site_orders
        assert (orders[acks[0].op].state, orders[acks[0].op].why_zh) == ("waiting", REASON.zh)
        assert orders[acks[1].op].state == "waiting"

        # when another program runs in the county; then both are done, in their order
        strict.words.clear()
        monkeypatch.setattr(site_pulse, "__version__", "9.9.9")
        await eventually(lambda: all(city.mirror.state.site_orders[ack.op].state == "done" for ack in acks))
        await eventually(lambda: city.mirror.state.sites[COUNTY].parked == 0)

    with_three(tmp_path, bus_of(Exchange()), play)


def test_an_order_refused_two_hops_down_is_told_to_who_gave_it_and_can_be_sent_again(
    tmp_path: Path, strict: Strict
) -> None:
    async def play(three: ThreeSites) -> None:
        # given a case of the town, and an order of the city about it that the town alone refuses
        city = three.screens[CITY]
        case = await three[TOWN].report(three.screens[TOWN])
        await eventually(lambda: across_sites(TOWN, case) in city.mirror.state.site_cases)
        strict.sites = {TOWN}
        strict.words.add("看不懂的批注".encode())
        ack = await done(city, "site.order", {"site": TOWN, "case": case, "step": "note", "note": "看不懂的批注"})

        # when it was refused often enough; then the city's desk has the reason, who refused it, and counts it there
        await eventually(lambda: city.mirror.state.site_orders[ack.op].is_aside)
        order = city.mirror.state.site_orders[ack.op]
        assert (order.state, order.why_zh, order.refused_by) == ("on_way", REASON.zh, TOWN)
        await eventually(lambda: city.mirror.state.sites[TOWN].parked == 1)
        assert city.mirror.state.sites[COUNTY].parked == 0

        # and it stays so over a kill of the city's hub, until the city lets it be sent again and the town takes it
        await three.restart(CITY)
        assert three.screens[CITY].mirror.state.site_orders[ack.op].refused_by == TOWN
        strict.words.clear()
        assert (await done(three.screens[CITY], "site.again", {"site": TOWN})).ok
        await eventually(lambda: three.screens[CITY].mirror.state.site_orders[ack.op].state == "done")
        assert three.screens[CITY].mirror.state.site_orders[ack.op].why_zh == ""
        await eventually(lambda: three.is_linked(CITY, TOWN))
        await eventually(lambda: three.screens[CITY].mirror.state.sites[TOWN].parked == 0)

    with_three(tmp_path, bus_of(Exchange()), play)


def test_an_order_for_a_site_that_nobody_has_told_of_yet_waits_and_is_not_done_here(
    tmp_path: Path, strict: Strict
) -> None:
    exchange = Exchange()

    async def play(three: ThreeSites) -> None:
        # given an order for the town that waits because the line is cut
        case = await three[TOWN].report(three.screens[TOWN])
        exchange.is_cut = True
        order = {"site": TOWN, "case": case, "step": "note", "note": "请报进展"}
        ack = await done(three.screens[CITY], "site.order", order)

        # when the city's hub is killed and starts without hearing of the town
        await three.restart(CITY)
        orders = three[CITY].hub.sites.orders
        await orders._all()

        # then it still waits, and is done there once the line is whole
        assert orders.orders[ack.op].state == "waiting"
        exchange.is_cut = False
        await eventually(lambda: three.screens[CITY].mirror.state.site_orders[ack.op].state == "done")

    with_three(tmp_path, bus_of(exchange), play)


class Limited:
    """The bus of three sites, in this process or over a real server, which carries messages of a limited size."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._exchange = Exchange()
        self._server = RealNats(folder) if kind == "nats" else None

    def limit(self, most_bytes: int) -> None:
        """Carry so much from now on; a server is started again with it."""
        self._exchange.most_bytes = most_bytes
        if self._server is not None:
            self._server.stop()
            self._server.limit(most_bytes)
            self._server.start()

    def bus_of(self, _: str) -> InProcessBus | NatsBus:
        if self._server is None:
            return InProcessBus(self._exchange)
        return NatsBus(NatsAccess(address=self._server.address))

    def close(self) -> None:
        if self._server is not None:
            self._server.close()


@pytest.fixture(params=["in process", "nats"])
def limited(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Limited]:
    if request.param == "nats" and not has_nats():
        pytest.skip("nats-server is not installed; run make setup-debian as root")
    made = Limited(tmp_path / "server", request.param)
    yield made
    made.close()


@pytest.mark.parametrize("way", ["up", "down"])
def test_what_the_message_server_cannot_carry_is_put_aside_at_once_until_it_carries_it(
    tmp_path: Path, strict: Strict, limited: Limited, way: str
) -> None:
    limited.limit(2_500)

    async def play(three: ThreeSites) -> None:
        # given a message server that carries no long messages, a long one, and a short one behind it
        city, town = three.screens[CITY], three.screens[TOWN]
        case, other = [await three[TOWN].report(town, number) for number in (1, 2)]
        await eventually(lambda: across_sites(TOWN, other) in city.mirror.state.site_cases)
        words = ("长" * 1_500, "短")
        if way == "up":
            for one, note in zip((case, other), words, strict=True):
                assert (await done(town, "case.step", {"case": one, "step": "note", "note": note})).ok
            site = TOWN
        else:
            notes = zip((case, other), words, strict=True)
            order = {"site": TOWN, "step": "note"}
            for one, note in notes:
                assert (await done(city, "site.order", {**order, "case": one, "note": note})).ok
            site = CITY

        # then it is put aside with how much it is and how much goes, and the short one arrives
        await eventually(lambda: len(three[site].hub.sites.parking.shown()) == 1)
        (aside,) = three[site].hub.sites.parking.shown()
        assert "2500" in aside.why_zh
        assert "max_payload" in aside.why_en
        await eventually(lambda: three[TOWN].known()[across_sites(TOWN, other)][0] == 2)
        await eventually(lambda: three[CITY].known()[across_sites(TOWN, other)][0] == 2)
        assert three[CITY].known()[across_sites(TOWN, case)][0] == 1
        assert three.is_linked(CITY, TOWN)

        # and goes by itself once the limit is raised
        limited.limit(1 << 20)
        await eventually(lambda: three[CITY].known()[across_sites(TOWN, case)][0] == 2)

    with_three(tmp_path, limited.bus_of, play)


def test_a_number_that_was_put_aside_is_no_gap_but_one_that_is_missing_is() -> None:
    # given letters with a number left out, once said to be put aside
    from sanping.hub.site_down import SiteDown as Down

    letter = Letter(via=TOWN, stream="cases", epoch="x", after=4, upto=5)
    down = Down.__new__(Down)

    # when they are checked; then only the one that says so passes
    down._check(msgspec.structs.replace(letter, skipped=(5,)))
    with pytest.raises(FrameBroken):
        down._check(letter)
    assert decoded(msgspec.json.encode(letter), Letter, TOWN).skipped == ()
