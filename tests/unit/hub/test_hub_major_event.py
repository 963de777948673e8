"""A major event over real sockets: posts are reported on by their departments, kept, and told to every screen."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as replaced

from fakes.governed_hub import CRS, GovernedHub, done
from fakes.linked_hub import Screen, asked, eventually
from sanping.domain.device import OWNER
from sanping.domain.errors import InputError
from sanping.formats.major_event import load_event
from sanping.hub.major_event_desk import MajorEventDesk, event_of
from sanping.hub.store_status import store_status
from sanping.twin.major_event import played_state

EVENT = Path(__file__).resolve().parents[3] / "assets" / "scenes" / "marathon" / "event"


class EventHub(GovernedHub):
    """The hub of a town with the bundled event, told by people or played."""

    is_played = False

    async def start(self) -> None:
        await super().start()
        hub = self.hub
        hub.plan = replace(hub.plan, event=load_event(EVENT, CRS))
        hub.event = MajorEventDesk(load_event(EVENT, CRS), hub, is_played=self.is_played)
        hub.event.start()

    async def stop(self) -> None:
        if self.hub.event is not None:
            self.hub.event.stop()
        await super().stop()


class PlayedHub(EventHub):
    """One whose posts are played."""

    is_played = True


async def told(screen: Screen, post: str, state: str, **more: object):  # type: ignore[no-untyped-def]  # the answer
    return await done(screen, "event.post", {"post": post, "state": state, **more})


def test_a_post_is_reported_on_by_its_department_and_seen_by_all(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        _, traffic = hub.device("grid_worker", "交警", "transport")
        _, river = hub.device("grid_worker", "河道", "river")
        desk, ours, others = [await hub.screen(), await hub.screen(traffic, "a"), await hub.screen(river, "b")]
        screens += [desk, ours, others]

        # when the post is taken, and calls for help, and others try what they may not
        came = await told(ours, "t-wnl", "in_place", if_rev=0)
        again = await told(ours, "t-wnl", "in_place")
        stale = await told(desk, "t-wnl", "help", note="增援", if_rev=0)
        silent = await told(ours, "t-wnl", "help")
        foreign = await told(others, "t-wnl", "left")
        unknown = await told(ours, "moon", "in_place")
        helped = await told(ours, "t-wnl", "help", note="增援 5 人，电话 13912345678", if_rev=1)
        await eventually(lambda: all(s.mirror.state.posts.get("t-wnl") for s in screens))
        await eventually(lambda: desk.mirror.state.posts["t-wnl"].state == "help")
        late = await hub.screen()
        screens.append(late)

        # then each is answered in words, and whoever comes later knows the event and its posts
        assert came.ok, came.error_zh
        assert "不必重复" in again.error_zh
        assert stale.is_conflict
        assert "需要什么" in silent.error_zh
        assert "区交通大队" in foreign.error_zh
        assert "没有岗位" in unknown.error_zh
        assert helped.ok, helped.error_zh
        report = late.mirror.state.posts["t-wnl"]
        assert (report.rev, report.state) == (2, "help")
        assert "13912345678" not in report.note
        assert late.mirror.state.event is not None
        assert late.mirror.state.event.title_zh == "苏河半程马拉松（模拟）"
        next_life = MajorEventDesk(load_event(EVENT, CRS), hub.hub)
        next_life.recall([report, replaced(report, post="start", is_simulated=True), replaced(report, post="gone")])
        assert next_life.told() == (report,)
        next_life.event = replaced(next_life.event, label="internal")  # the twin labels posts by now
        next_life.recall([report])
        assert next_life.told() == (replaced(report, label="internal"),)

    asyncio.run(asked(EventHub(tmp_path), ask))


def test_invented_people_take_their_posts_until_a_real_person_reports(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        desk = await hub.screen()
        screens.append(desk)
        major = event_of(hub.hub.event)
        await eventually(lambda: len(desk.mirror.state.posts) == len(major.event.posts))

        ack = await told(desk, "start", "help", note="安检机故障")
        major._play()

        assert ack.ok, ack.error_zh
        posts = desk.mirror.state.posts
        assert all(posts[post.id].is_simulated for post in major.event.posts if post.id != "start")
        medic = next(post for post in major.event.posts if post.kind == "medical")
        assert posts[medic.id].state == played_state(major.event, medic, posts[medic.id].at_ms)
        await eventually(lambda: desk.mirror.state.posts["start"].state == "help")
        assert not major.reports["start"].is_simulated
        assert 41 * 60_000 < posts["start"].at_ms - major.event.begin_ms < 60 * 60_000

    asyncio.run(asked(PlayedHub(tmp_path), ask))


def test_a_twin_without_an_event_says_so_and_the_store_says_how_it_is() -> None:
    with pytest.raises(InputError, match="没有进行中的活动保障"):
        event_of(None)
    assert store_status((), None, 1).state == "live"
    assert store_status(("a.bad",), None, 1).state == "degraded"
    assert OWNER.role == "admin"
