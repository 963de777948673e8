"""A phone that is linked through a relay says so, in a real browser; one at the hub that owns the books does not."""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes.linked_hub import TOKEN
from fakes.phone_town import Phone
from fakes.relayed_hub import Relay, TwoHubs
from fakes.small_hub import until
from fakes.small_river import gauge, small_river
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.text import Text
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.settings import paths

NAME = "pc-2/town"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[TwoHubs]:
    exchange, loop = Exchange(), asyncio.new_event_loop()
    made = TwoHubs(tmp_path, lambda: InProcessBus(exchange), exchange)
    made.owner.phone_page = paths.phone_page()
    plan = HubPlan(
        name="town", title=Text("小镇", "Town"), live=small_river(gauge("up", 0.0)), adapters=Installed(manifests={}),
        phone_page=paths.phone_page(),
    )  # fmt: skip
    made.relay = Relay(InProcessBus(exchange), NAME, plan)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(made.start(), loop).result(30)
    yield made
    asyncio.run_coroutine_threadsafe(made.stop(), loop).result(30)
    asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


def test_a_phone_at_a_relay_names_it_on_its_badge_and_its_sheet(two: TwoHubs, browser: Any) -> None:
    # given a phone at the relay, and one at the owner
    phones = {
        name: Phone(browser, SimpleNamespace(address=at.address, token=TOKEN), has_map=False)  # type: ignore[arg-type]
        for name, at in (("relay", two.relay), ("owner", two.owner))
    }
    for phone in phones.values():
        phone.page.wait_for_selector(".chip.link.linked")

    # then the badge of the first says that it goes through a relay, in both languages
    badges = {name: phone.page.locator("header .chip.link") for name, phone in phones.items()}
    until(lambda: "分中枢" in badges["relay"].inner_text())
    assert "分中枢" not in badges["owner"].inner_text()

    # and its sheet names the relay
    for phone in phones.values():
        phone.tab(3)
    sheet = phones["relay"].page.locator(".relayed")
    sheet.wait_for()
    assert sheet.inner_text() == f"经分中枢 {NAME} 连到主中枢"
    assert phones["owner"].page.locator(".relayed").count() == 0
    if folder := os.environ.get("SANPING_LOOK"):
        (Path(folder) / "phone_relay.png").write_bytes(phones["relay"].page.screenshot())
    for phone in phones.values():
        phone.close()
