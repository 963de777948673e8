"""Three sites, one above the other: cases go up, commands go down, and what a cut line held back comes once."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from fakes.governed_hub import at_creek, done
from fakes.linked_hub import eventually
from fakes.three_sites import CITY, COUNTY, TOWN, ThreeSites, with_three
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.alarm import Alarm
from sanping.domain.errors import NotAllowed, SanpingError
from sanping.domain.site import SiteOrder, across_sites
from sanping.hub.event_keeper import alarm_row
from sanping.ports.site_book import Entry
from sanping.wire.federation import LETTER, ORDER, Letter, LetterAnswer, decoded, encoded, subject


class Lines:
    """The buses of three sites, and the line between them."""

    def __init__(self) -> None:
        self.exchange = Exchange()

    def bus_of(self, site: str) -> InProcessBus:
        return InProcessBus(self.exchange)

    def cut(self) -> None:
        self.exchange.is_cut = True

    def heal(self) -> None:
        self.exchange.is_cut = False


@pytest.fixture
def lines() -> Lines:
    return Lines()


def test_a_case_of_the_town_is_seen_in_the_city_and_a_dispatch_goes_down(tmp_path: Path, lines: Lines) -> None:
    async def play(three: ThreeSites) -> None:
        # given a case that the town has filed
        town, city = three.screens[TOWN], three.screens[CITY]
        case = await three[TOWN].report(town)
        for step in ("register", "file"):
            assert (await done(town, "case.step", {"case": case, "step": step})).ok
        above = across_sites(TOWN, case)

        # when the city's desk sees it as the town's, and dispatches it
        await eventually(lambda: above in city.mirror.state.site_cases)
        await eventually(lambda: city.mirror.state.site_cases[above].line.state == "filed")
        assert above not in city.mirror.state.cases
        department = next(iter(three[TOWN].hub.cases.city.departments))
        order = {"site": TOWN, "case": case, "step": "dispatch", "department": department, "note": "请今日办结"}
        ack = await done(city, "site.order", order)
        assert ack.ok, ack.error_en

        # then it is dispatched in the town, and the city sees both the case and how its order went
        await eventually(lambda: town.mirror.state.cases[case].state == "dispatched")
        await eventually(lambda: city.mirror.state.site_cases[above].line.state == "dispatched")
        await eventually(lambda: city.mirror.state.site_orders[ack.op].state == "done")

        # and what the town refuses is told with its reason
        again = await done(city, "site.order", order)
        await eventually(lambda: city.mirror.state.site_orders[again.op].state == "refused")
        assert city.mirror.state.site_orders[again.op].why_zh

    with_three(tmp_path, lines.bus_of, play)


def test_what_a_cut_line_held_back_comes_once_and_in_full(tmp_path: Path, lines: Lines) -> None:
    async def play(three: ThreeSites) -> None:
        # given a line that is cut while cases go on being reported, and both sides say so
        first = await three[TOWN].report(three.screens[TOWN])
        await eventually(lambda: across_sites(TOWN, first) in three[CITY].known())
        lines.cut()
        await eventually(lambda: not three.is_linked(CITY, TOWN))
        await eventually(lambda: not three.is_linked(TOWN, COUNTY))
        for number in range(20):
            await three[TOWN].report(three.screens[TOWN], number)
            await three[COUNTY].report(three.screens[COUNTY], number)
        order = {"site": TOWN, "case": first, "step": "note", "note": "请报进展"}
        ack = await done(three.screens[CITY], "site.order", order)
        assert three.screens[CITY].mirror.state.site_orders[ack.op].state == "waiting"
        await eventually(lambda: three.screens[TOWN].mirror.state.sites[COUNTY].waiting >= 20)

        # when the town's and the county's hubs are killed and started again, and the line heals
        await three.restart(TOWN)
        await three.restart(COUNTY)
        lines.heal()

        # then the city knows everything the others do, each step once, and the order was done
        await eventually(lambda: three[CITY].known() == three[COUNTY].known() and len(three[CITY].known()) == 41)
        await eventually(lambda: three.screens[CITY].mirror.state.site_orders[ack.op].state == "done")
        for site in (COUNTY, TOWN):
            steps = await three[site].hub.cases.ask(lambda book: book.head().seq)
            entries = await three[CITY].hub.sites._keeper.ask(lambda book: book.after(0, 10_000))
            told = [entry.seq for _, entry in entries if (entry.site, entry.stream) == (site, "cases")]
            assert sorted(told) == list(range(1, steps + 1))

    with_three(tmp_path, lines.bus_of, play)


def test_a_joint_session_moves_the_screens_of_the_town_until_it_leaves(tmp_path: Path, lines: Lines) -> None:
    async def play(three: ThreeSites) -> None:
        # given a session that the city opens with the town
        city, town = three.screens[CITY], three.screens[TOWN]
        ack = await done(city, "joint.open", {"sites": [TOWN], "title": "防汛会商"})
        assert ack.ok, ack.error_en
        await eventually(lambda: town.mirror.state.joint is not None and town.mirror.state.joint.state == "joined")
        await eventually(lambda: city.mirror.state.sites[TOWN].joint == "joined")

        # when the city changes what its screens show
        await _shows(three, "style", b'"day"')

        # then the town's screens show the same, led by the city
        await eventually(lambda: _shown(three, TOWN, "style") == b'"day"')
        assert town.mirror.show.floor.holder == f"site:{CITY}"
        assert COUNTY not in [one.by for one in three[COUNTY].hub.rooms.main.values.values()]

        # and once the town leaves, nothing moves it any more until it comes back
        assert (await done(town, "joint.leave", {})).ok
        await eventually(lambda: town.mirror.show.floor.holder == "")
        await _shows(three, "style", b'"night"')
        await eventually(lambda: city.mirror.state.sites[TOWN].joint == "left")
        assert _shown(three, TOWN, "style") == b'"day"'
        assert (await done(town, "joint.join", {})).ok
        await eventually(lambda: _shown(three, TOWN, "style") == b'"night"')

        # and when the city ends it, the town leads itself again
        assert (await done(city, "joint.close", {})).ok
        await eventually(lambda: town.mirror.state.joint is None)
        await eventually(lambda: town.mirror.show.floor.holder == "")

    with_three(tmp_path, lines.bus_of, play)


def test_an_alarm_of_the_town_is_seen_in_the_city_with_its_station_and_place(tmp_path: Path, lines: Lines) -> None:
    async def play(three: ThreeSites) -> None:
        # given an alarm of the town at a station that its twin has, and one at a station that it has not
        at_station = Alarm(
            id="a1", rule="level", station="up", quantity="water_level", colour="orange", state="active",
            title_zh="超警戒", title_en="above warning", raised_ms=1, changed_ms=1,
        )  # fmt: skip
        elsewhere = replace(at_station, id="a2", station="unknown")
        await three[TOWN].hub.events.keep([alarm_row(at_station), alarm_row(elsewhere)])

        # when it has gone up through the county
        await eventually(lambda: len(three.screens[CITY].mirror.state.site_alarms) == 2)
        state = three.screens[CITY].mirror.state

        # then the city knows both, the first with the name of its station and where that lies in its own twin
        first, second = (state.site_alarms[across_sites(TOWN, id)] for id in ("a1", "a2"))
        place = at_creek("up")
        assert first.station_zh == place.name.zh
        assert (first.x_m, first.y_m) == pytest.approx((place.x_m, place.y_m), abs=0.01)
        assert first.alarm == at_station
        assert (second.x_m, second.station_zh) == (None, "")

    with_three(tmp_path, lines.bus_of, play)


async def _shows(three: ThreeSites, key: str, value: bytes) -> None:
    """Let the city's desk take the floor and show a value."""
    import msgspec

    from sanping.wire.show import Floor, Show

    screen = three.screens[CITY]
    await screen.say(Floor(wish="request"))
    await eventually(lambda: screen.mirror.show.floor.holder == screen.mirror.show.me)
    await screen.say(Show(key=key, value=msgspec.Raw(value), fence=screen.mirror.show.floor.fence))


def _shown(three: ThreeSites, site: str, key: str) -> bytes:
    shown = three[site].hub.rooms.main.values.get(key)
    return b"" if shown is None else bytes(shown.value)


def test_only_a_site_that_is_named_may_speak_and_only_for_itself(tmp_path: Path, lines: Lines) -> None:
    async def play(three: ThreeSites) -> None:
        # given a stranger on the bus, and a town that speaks for the county or leaves numbers out
        stranger = InProcessBus(lines.exchange)
        await stranger.start()
        county = three[COUNTY].hub.sites
        own = await three[TOWN].report(three.screens[TOWN])
        await eventually(lambda: across_sites(TOWN, own) in three[CITY].known())
        entry = Entry(site=CITY, stream="cases", epoch="x", seq=1, at_ms=1, kind="case", about="C1")
        first = Letter(via=TOWN, stream="cases", epoch="x", after=0, upto=1, entries=(entry,))
        gap = Letter(via=TOWN, stream="cases", epoch="x", after=0, upto=2, entries=(replace(entry, site=TOWN),))
        order = SiteOrder(op="op-stranger", site=TOWN, case=own, step="note", by="x", at_ms=1)

        # when they say it
        for told, body in (
            (subject(LETTER, COUNTY, "stranger"), encoded(replace(first, via="stranger"))),
            (subject(LETTER, COUNTY, TOWN), encoded(first)),
            (subject(LETTER, COUNTY, TOWN), encoded(gap)),
            (subject(LETTER, COUNTY, TOWN), b"{"),
        ):
            with pytest.raises(SanpingError):
                await county.down.answer(told, body)
        with pytest.raises(NotAllowed):
            await three[TOWN].hub.sites.orders.answer(subject(ORDER, TOWN, "stranger"), encoded(order))

        # then nothing of it is kept, and what is known is answered with where to go on
        assert set(three[CITY].known()) == {across_sites(TOWN, own)}
        again = decoded(
            await county.down.answer(
                subject(LETTER, COUNTY, TOWN), encoded(Letter(via=TOWN, stream="cases", epoch="y", after=5, upto=6))
            ),
            LetterAnswer, COUNTY,
        )  # fmt: skip
        assert (again.epoch, again.seq) == ("y", 0)
        await stranger.close()

    with_three(tmp_path, lines.bus_of, play)
