"""The way to lower sites (`sanping.hub.site_way`): who is silent holds up nobody else, and what is too large waits."""

from pathlib import Path

from fakes.looped import looped
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.errors import SiteUnreachable
from sanping.domain.text import Text
from sanping.hub.federation import Federation
from sanping.hub.site_host import SiteKeeper
from sanping.hub.site_parked import Parking
from sanping.hub.site_way import SiteWay
from sanping.ports.site_book import Parked
from sanping.storage.site_book import SqliteSiteBook
from sanping.wire.federation import ORDER, OrderAnswer, encoded, subject

ORDERED = Parked(to="town", stream="orders", epoch="op-1", n=0, thing="case-1@town")


class Lower:
    """The way from a county to its town, which answers, over a bus of which the limit may change."""

    def __init__(self, folder: Path) -> None:
        self.exchange = Exchange()
        self.bus = InProcessBus(self.exchange)
        self.keeper = SiteKeeper(SqliteSiteBook(folder))
        plan = Federation(site="county", bus=self.bus, book=self.keeper._book, lowers=("town",))
        self.parking = Parking(self.keeper, lambda _: "1.0", lambda _: self.bus.most_bytes)
        self.way = SiteWay(plan, lambda site: site, self.parking)

    async def open(self) -> None:
        async def taken(_: str, body: bytes) -> bytes:
            return encoded(OrderAnswer(op=str(len(body))))

        await self.bus.start()
        await self.bus.answer(subject(ORDER, "town", "county"), taken)


@looped
async def test_a_silent_site_holds_up_its_own_steps_and_nobody_elses(tmp_path: Path) -> None:
    # given steps to a site that is silent, and to one that is not
    lower, taken = Lower(tmp_path), []

    def step(name: str, *, is_silent: bool = False):  # type: ignore[no-untyped-def]
        async def go() -> bool:
            if is_silent:
                raise SiteUnreachable(Text("无", "nobody"))
            taken.append(name)
            return True

        return go

    steps = [("a", step("a1", is_silent=True)), ("a", step("a2")), ("b", step("b1"))]

    # when they are taken, and again at once; then the other site gets its own, and something is said to be left
    assert not await lower.way.gone(steps)
    assert not await lower.way.gone(steps[1:])
    assert taken == ["b1", "b1"]
    assert await lower.way.gone(steps[2:])
    await lower.keeper.close()


@looped
async def test_what_is_too_large_is_due_by_itself_once_messages_may_be_as_large(tmp_path: Path) -> None:
    # given an order that is larger than a message, put aside
    lower = Lower(tmp_path)
    await lower.open()
    lower.exchange.most_bytes = 100
    aside = await lower.way.told(ORDERED, b"x" * 150)
    assert isinstance(aside, Parked)
    assert (aside.size, "150" in aside.why_en, "100" in aside.why_zh) == (150, True, True)
    await lower.parking.put(aside)

    # when the limit rises; then it is due as soon as it fits, and not before; then it is taken
    for most_bytes, is_due in ((100, False), (149, False), (0, False), (150, True)):
        lower.exchange.most_bytes = most_bytes
        assert bool(lower.parking.due("town")) == is_due
    found = await lower.way.told(ORDERED, b"x" * 150)
    assert isinstance(found, OrderAnswer)
    assert found.op == "150"
    await lower.keeper.close()
