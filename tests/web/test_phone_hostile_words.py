"""Words that come from outside run nothing on the phone: names of stations, titles of alarms, reports, cases."""

from collections.abc import Iterator
from typing import Any

import pytest

from fakes.governed_town import LAT, LON, write_governed_town
from fakes.phone_town import Phone
from fakes.small_hub import Device, RunningHub, now_ms, running_hub, until
from sanping.client.link import HubLink
from sanping.hub.spare_port import free_port

PORT = free_port()
PAYLOADS = (
    "<script>hit(1)</script>",
    "<img src=x onerror=hit(2)>",
    "<svg onload=hit(3)>",
    "<svg/onload=hit(4)>",
    '"><script>hit(5)</script>',
    "'><img src=x onerror=hit(6)>",
    "<body onload=hit(7)>",
    "<iframe src=javascript:hit(8)>",
    '<a href="javascript:hit(9)">x</a>',
    "<input autofocus onfocus=hit(10)>",
    "<details open ontoggle=hit(11)>",
    "<video><source onerror=hit(12)></video>",
    "<audio src onerror=hit(13)>",
    "<marquee onstart=hit(14)>",
    "<math><mtext><script>hit(15)</script></mtext></math>",
    "<object data=javascript:hit(16)>",
    "<embed src=javascript:hit(17)>",
    "<form action=javascript:hit(18)><button>x</button></form>",
    "<style>@import 'javascript:hit(19)'</style>",
    "<link rel=stylesheet href=javascript:hit(20)>",
    "<meta http-equiv=refresh content=0;url=javascript:hit(21)>",
    "<base href=javascript:hit(22)//>",
    "<template><script>hit(23)</script></template>",
    "<noscript><img src=x onerror=hit(24)>",
    "<!--><img src=x onerror=hit(25)>-->",
    "<![CDATA[<script>hit(26)</script>]]>",
    "{{constructor.constructor('hit(27)')()}}",
    "${hit(28)}",
    "#{hit(29)}",
    "<%= hit(30) %>",
    "&lt;script&gt;hit(31)&lt;/script&gt;",
    "&#60;script&#62;hit(32)&#60;/script&#62;",
    "\\u003cscript\\u003ehit(33)\\u003c/script\\u003e",
    "%3Cscript%3Ehit(34)%3C/script%3E",
    "javascript:hit(35)",
    "data:text/html,<script>hit(36)</script>",
    "<scr<script>ipt>hit(37)</scr</script>ipt>",
    "<IMG SRC=x OnErRoR=hit(38)>",
    "<div style=background:url(javascript:hit(39))>",
    "＜script＞hit(40)＜/script＞",
)


@pytest.fixture
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("hostile")
    twin = write_governed_town(folder / "town", {"gauges": PORT}, PAYLOADS, (PAYLOADS[1], PAYLOADS[0]))
    with running_hub(twin, folder / "data") as hub:
        hub.ask("/twin")  # its map is made while the words are sent
        yield hub


def test_forty_payloads_run_nothing(browser: Any, hub: RunningHub) -> None:
    # given forty stations, an alarm, and forty reports and cases whose words are made to run
    link = HubLink(hub.where, screen="<img src=x onerror=hit(0)>", kind="desk", name="<img src=x onerror=hit(0)>")
    link.start()
    until(lambda: link.state.is_linked)
    for number, words in enumerate(PAYLOADS):
        said = {"time_ms": now_ms(), "category": "other", "words": words, "lon": 121.4066, "lat": 31.2269}
        assert link.command("report.file", said).ok, number
        case = {"kind": "event", "case_class": "0105", "lon": LON, "lat": LAT, "address": words, "description": words}
        filed = link.command("case.report", case)
        assert filed.ok, number
    for words in PAYLOADS:
        assert link.command("case.step", {"case": filed.about, "step": "note", "note": words}).ok
    device = Device(PORT)
    for number in range(1, len(PAYLOADS) + 1):
        device.report(number, f"A{number}", now_ms(), water_level=4.0)
    device.acknowledged([len(PAYLOADS)])
    until(lambda: len(hub.ask("/alarms")) == len(PAYLOADS))

    # when the phone shows all of them, in every tab, in lists, sheets and on the map
    phone = Phone(browser, hub)
    phone.see('.map[data-map="ready"]')
    for number in (1, 2, 3, 0):
        phone.tab(number)
        phone.page.wait_for_timeout(600)
    phone.tab(1)
    addresses = phone.page.locator(".case-card .address").all_inner_texts()
    phone.press(f'[data-case="{filed.about}"]')
    phone.page.locator(".case-sheet .said-then").nth(len(PAYLOADS) - 1).wait_for()
    notes = phone.page.locator(".case-sheet .said-then").all_inner_texts()
    phone.press(".case-sheet header .round")
    phone.page.get_by_role("radio").nth(1).click()
    cards = phone.page.locator("article.card").all_inner_texts()
    phone.tab(0)
    phone.press(".outlook .only-icon")
    rows = phone.page.locator(".rows.stations li")
    names = rows.all_inner_texts()
    for number in range(3):
        rows.nth(number).locator("button").click()
        phone.page.locator(".sheet .big").wait_for()
        phone.press(".sheet .round")

    # then every word is there as a word, and none of them did anything
    assert len(names) == len(PAYLOADS)
    assert set(PAYLOADS) <= set(addresses)
    assert set(PAYLOADS) <= set(notes)
    assert sum(any(words in card for card in cards) for words in PAYLOADS) >= 30
    assert phone.page.evaluate("window.hits") == []
    made = (
        "script:not([src]), iframe, object, embed, marquee, video, audio, base, form, img[src='x'], [onerror], [onload]"
    )
    assert phone.page.locator(made).count() == 0
    assert not phone.complaints
    phone.close()
    device.close()
    link.close()
