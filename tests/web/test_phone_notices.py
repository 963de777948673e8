"""A notice of the site above on the phone in a real browser: shown among the warnings, and confirmed by an operator."""

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fakes.phone_town import Phone
from fakes.small_hub import until
from fakes.three_sites import COUNTY, TOWN, SiteHub
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.label import Label
from sanping.domain.site import SiteNotice
from sanping.settings import paths
from sanping.wire.federation import ORDER, subject

HOUR_MS = 3_600_000


@dataclass
class Town:
    """The hub of the town on a loop of its own, as a phone finds it."""

    hub: SiteHub
    loop: asyncio.AbstractEventLoop
    address: str
    token: str = ""

    def do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def told(self, number: int, until_ms: int, label: Label = "public") -> SiteNotice:
        """Let the county pass on a notice of the city."""
        now_ms = time.time_ns() // 1_000_000
        notice = SiteNotice(
            id=f"city-a-{number}", site="city", epoch="a", seq=number, op="", by="", at_ms=now_ms,
            title=f"第 {number} 号通知：备好水泵", from_ms=now_ms, until_ms=now_ms + until_ms, sites=(TOWN,),
            site_zh="市运行中心", site_en="City", colour="orange", text="今夜有暴雨", area="苏州河沿线",
            label=label,
        )  # fmt: skip
        assert self.hub.hub.sites is not None
        self.do(self.hub.hub.sites.notices.answer(subject(ORDER, TOWN, COUNTY), notice))
        return notice


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    exchange, loop = Exchange(), asyncio.new_event_loop()
    hub = SiteHub(tmp_path, TOWN, lambda _: InProcessBus(exchange))
    hub.phone_page = paths.phone_page()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(hub.start(), loop).result(20)
    yield Town(hub=hub, loop=loop, address=hub.address)
    asyncio.run_coroutine_threadsafe(hub.stop(), loop).result(20)
    asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_an_operator_confirms_a_notice_of_the_site_above_on_the_phone(browser: Any, town: Town) -> None:
    # given the phones of an operator and of a grid worker, and a notice of the city
    people = {role: town.hub.device(role, name) for role, name in (("operator", "李四"), ("grid_worker", "张三"))}
    phones = {role: Phone(browser, town, f"token={token}", has_map=False) for role, (_, token) in people.items()}
    for phone in phones.values():
        phone.see(".chip.link.linked")
        phone.tab(1)
        phone.page.get_by_role("radio").nth(1).click()
    notice = town.told(1, HOUR_MS)

    # when both see it with who gave it; then only the operator can confirm it
    for phone in phones.values():
        assert phone.see(".card.notice h3") == "【市运行中心】第 1 号通知：备好水泵"
    assert "尚未签收" in phones["grid_worker"].see(".card.notice footer")
    assert "苏州河沿线 · 有效至" in phones["operator"].see(".card.notice")
    phones["operator"].press(f'[data-notice="{notice.id}"]')

    # and both then say who did, and so does the hub
    for phone in phones.values():
        assert "已签收 李四" in phone.see(".card.notice .confirmed")
    sites = town.hub.hub.sites
    assert sites is not None
    until(lambda: sites.notices.notices[notice.id].here.by == "李四")

    # and one that has expired is shown nowhere, and one with a label says it
    town.told(2, 1)
    town.told(3, HOUR_MS, "internal")
    for phone in phones.values():
        phone.page.locator(".card.notice h3", has_text="第 3 号").wait_for()
        assert phone.page.locator(".card.notice").count() == 2
        badges = phone.page.locator(".card.notice", has=phone.page.locator(".chip.label"))
        assert [badge.inner_text() for badge in badges.locator(".chip.label").all()] == [
            "内部"
        ]  # and none for a public one
        assert "第 3 号" in badges.inner_text()
        assert phone.complaints == []
        phone.close()
