"""A notice of the city goes down to county and town: once, also over a cut and a kill, and is confirmed by a person."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from fakes.governed_hub import done
from fakes.linked_hub import Screen, eventually
from fakes.real_nats import RealNats, running_nats
from fakes.three_sites import CITY, COUNTY, TITLES, TOWN, ThreeSites, with_three
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.bus.nats_bus import NatsAccess, NatsBus
from sanping.domain.errors import NotAllowed
from sanping.domain.notice import Notice
from sanping.domain.site import SiteNotice
from sanping.hub import site_desk, site_pulse
from sanping.twin.notices import in_force
from sanping.wire.federation import ORDER, subject

FLOOD = {
    "sites": [COUNTY, TOWN],
    "title": "防汛预警，备好水泵",
    "text": "今夜有暴雨",
    "area": "苏州河沿线",
    "colour": "orange",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealNats]:
    yield from running_nats(tmp_path_factory.mktemp("nats"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_desk, "PULSE_S", 0.2)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def in_an_hour() -> int:
    return now_ms() + 3_600_000


def shown(screen: Screen) -> tuple[Notice, ...]:
    """Return the warnings that a screen shows as holding."""
    return in_force(screen.mirror.state.notices.values(), now_ms())


def notice_at(three: ThreeSites, site: str) -> SiteNotice:
    """Return the only notice that the screen of a site knows."""
    (one,) = three.screens[site].mirror.state.site_notices.values()
    return one


def receipts(three: ThreeSites, site: str) -> dict[str, str]:
    """Return what has come back to a site from each site below it."""
    return {one.site: one.state for one in notice_at(three, site).receipts}


async def sent(three: ThreeSites, **more: object) -> str:
    """Let the city send the notice; return its id."""
    ack = await done(three.screens[CITY], "notice.send", {**FLOOD, "until_ms": in_an_hour(), **more})
    assert ack.ok, ack.error_en
    await eventually(lambda: three.screens[CITY].mirror.state.site_notices)
    return notice_at(three, CITY).id


def test_a_notice_is_shown_below_confirmed_there_by_a_person_and_seen_above_by_site(
    tmp_path: Path, server: RealNats
) -> None:
    async def play(three: ThreeSites) -> None:
        # given a notice of the city over a real message server
        id = await sent(three)

        # when it has come through the county to the town; then both show it as a warning, with who gave it
        for site in (COUNTY, TOWN):
            await eventually(lambda site=site: shown(three.screens[site]))
            (warning,) = shown(three.screens[site])
            assert warning.headline_zh == f"【{TITLES[CITY].zh}】防汛预警，备好水泵"
            assert (warning.colour, warning.description_zh, warning.areas[0].name) == (
                "orange", "今夜有暴雨", "苏州河沿线",
            )  # fmt: skip
            await eventually(lambda site=site: three.screens[site].mirror.state.site_notices)
            assert notice_at(three, site).here.state == "received"
        assert not shown(three.screens[CITY])
        await eventually(lambda: receipts(three, CITY) == {COUNTY: "received", TOWN: "received"})

        # and when an operator of the town confirms it; then the city and the county see who did, and that they have not
        _, token = three[TOWN].device("operator", "李四")
        phone = await three[TOWN].screen(token, "phone")
        assert (await done(phone, "notice.confirm", {"notice": id})).ok
        await phone.drop()
        await eventually(lambda: receipts(three, CITY) == {COUNTY: "received", TOWN: "confirmed"})
        assert notice_at(three, CITY).receipt_of(TOWN).by == "李四"
        await eventually(lambda: receipts(three, COUNTY)[TOWN] == "confirmed")
        await eventually(lambda: notice_at(three, TOWN).here.by == "李四")

        # and it is known at each end who did what, for the audit
        for site, action in ((CITY, "notice.send"), (TOWN, "notice.confirm")):
            kept = await three[site].hub.events.between(0, 1 << 53, ("command",))
            assert any(action.encode() in event.body for event in kept)

    with_three(tmp_path, lambda _: NatsBus(NatsAccess(address=server.address)), play)


def test_what_a_cut_line_held_back_comes_once_and_what_has_expired_is_not_shown(tmp_path: Path) -> None:
    exchange = Exchange()

    async def play(three: ThreeSites) -> None:
        # given a cut line, and three notices: one that holds, one that is over soon, and one that the city ends
        exchange.is_cut = True
        city = three.screens[CITY]
        await eventually(lambda: not three.is_linked(CITY, COUNTY))
        titles = {"holds": in_an_hour(), "over soon": now_ms() + 2_000, "ended": in_an_hour()}
        for title, until_ms in titles.items():
            assert (await done(city, "notice.send", {**FLOOD, "title": title, "until_ms": until_ms})).ok
        await eventually(lambda: city.mirror.state.sites[COUNTY].waiting == 3)
        ids = {one.title: one.id for one in city.mirror.state.site_notices.values()}
        assert (await done(city, "notice.end", {"notice": ids["ended"]})).ok
        assert not (await done(city, "notice.end", {"notice": ids["ended"]})).ok

        # when the hubs of city and county are killed, and the line heals once the second is over
        await three.restart(CITY)
        await three.restart(COUNTY)
        await eventually(lambda: now_ms() > titles["over soon"])
        exchange.is_cut = False

        # then the town has all of them, shows only the first, and says so upwards
        await eventually(lambda: len(three.screens[TOWN].mirror.state.site_notices) == 3)
        await eventually(lambda: three.screens[TOWN].mirror.state.site_notices[ids["ended"]].over_ms)
        assert [one.headline_en.split("] ")[1] for one in shown(three.screens[TOWN])] == ["holds"]
        fresh = [one.title for one in three.screens[TOWN].mirror.state.site_notices.values() if one.is_fresh(now_ms())]
        assert fresh == ["holds"]
        await eventually(
            lambda: all(len(one.receipts) == 2 for one in three.screens[CITY].mirror.state.site_notices.values())
        )

        # and nothing came twice, also after the town's and the city's hubs are killed once more
        await three.restart(TOWN)
        await three.restart(CITY)
        for site in (COUNTY, TOWN):
            kept = await three[site].hub.events.between(0, 1 << 53, ("notice", "site_receipt"))
            assert sorted(event.kind for event in kept) == ["notice"] * 4 + ["site_receipt"] * 3
        assert len(shown(three.screens[TOWN])) == 1
        city = three.screens[CITY].mirror.state
        assert all(len(one.receipts) == 2 for one in city.site_notices.values())

    with_three(tmp_path, lambda _: InProcessBus(exchange), play)


def test_only_duty_officers_send_only_operators_confirm_and_only_the_site_above_is_heard(
    tmp_path: Path,
) -> None:
    async def play(three: ThreeSites) -> None:
        # given a notice for the county alone, which passes nothing to the town
        id = await sent(three, sites=[COUNTY])
        await eventually(lambda: shown(three.screens[COUNTY]))

        # when people without the role, or a site that it is not for, deal with it; then it is refused
        for site, role, action in ((CITY, "operator", "notice.send"), (COUNTY, "viewer", "notice.confirm")):
            _, token = three[site].device(role)
            screen = await three[site].screen(token, role)
            ack = await done(screen, action, {**FLOOD, "until_ms": in_an_hour(), "notice": id})
            assert not ack.ok
            await screen.drop()
        assert not (await done(three.screens[TOWN], "notice.confirm", {"notice": id})).ok
        assert not (await done(three.screens[COUNTY], "notice.end", {"notice": id})).ok
        assert not three.screens[TOWN].mirror.state.site_notices

        # and what cannot be is refused with what to do
        for wrong, words in (
            ({"title": " "}, "标题"), ({"sites": []}, "下级"), ({"sites": ["moon"]}, "moon"),
            ({"until_ms": now_ms() - 1}, "有效期"), ({"until_ms": now_ms() + (40 << 30)}, "有效期"),
        ):  # fmt: skip
            ack = await done(three.screens[CITY], "notice.send", {**FLOOD, "until_ms": in_an_hour(), **wrong})
            assert not ack.ok
            assert words in ack.error_zh

        # and the same one again is shown once, and from anybody else not at all
        desk, known = three[COUNTY].hub.sites.notices, notice_at(three, CITY)
        await desk.answer(subject(ORDER, COUNTY, CITY), replace(known, id="other", title="twice"))
        with pytest.raises(NotAllowed):
            await desk.answer(subject(ORDER, COUNTY, TOWN), replace(known, seq=9, id="stranger"))
        assert len(shown(three.screens[COUNTY])) == 1
        assert set(desk.notices) == {id}

    exchange = Exchange()
    with_three(tmp_path, lambda _: InProcessBus(exchange), play)


def test_an_older_program_that_knows_no_notices_gets_them_once_another_runs_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def older(desk: site_desk.SiteDesk, told: str, body: bytes) -> bytes:
        if desk._plan.site in old:
            return await desk.orders.answer(told, body)
        return await newer(desk, told, body)

    exchange, old, newer = Exchange(), {COUNTY, TOWN}, site_desk.SiteDesk._asked_from_above
    monkeypatch.setattr(site_desk.SiteDesk, "_asked_from_above", older)

    async def play(three: ThreeSites) -> None:
        # given a notice that the county refuses, and one that no message can carry; then both are put aside, and told
        await sent(three)
        exchange.most_bytes = 1_500
        long = {**FLOOD, "title": "long", "text": "长" * 900, "until_ms": in_an_hour()}
        assert (await done(three.screens[CITY], "notice.send", long)).ok
        await eventually(lambda: three.screens[CITY].mirror.state.sites[COUNTY].parked == 2)
        assert not three.screens[COUNTY].mirror.state.site_notices

        # when the county's program knows notices, and the limit was raised; then both arrive, once
        old.discard(COUNTY)
        exchange.most_bytes = 0
        monkeypatch.setattr(site_pulse, "__version__", "9.9.9")
        await eventually(lambda: len(shown(three.screens[COUNTY])) == 2)
        await eventually(lambda: three.screens[CITY].mirror.state.sites[COUNTY].parked == 0)

        # and the city is told that the older town refuses them, and why, also after a kill
        await eventually(lambda: three.screens[CITY].mirror.state.sites[TOWN].parked == 2)
        await three.restart(CITY)
        told = [one.receipt_of(TOWN) for one in three.screens[CITY].mirror.state.site_notices.values()]
        assert [(one.state, "无法解析" in one.why_zh) for one in told] == [("refused", True)] * 2

        # until the town's program knows them too and the city lets them be sent again
        old.clear()
        await eventually(lambda: three.is_linked(CITY, TOWN))
        assert (await done(three.screens[CITY], "site.again", {"site": TOWN})).ok
        await eventually(lambda: len(shown(three.screens[TOWN])) == 2)
        city = three.screens[CITY].mirror.state
        await eventually(lambda: three.screens[CITY].mirror.state.sites[TOWN].parked == 0)
        assert len(shown(three.screens[COUNTY])) == len(city.site_notices) == 2

    with_three(tmp_path, lambda _: InProcessBus(exchange), play)
