"""The phone page in a real browser against a real hub: the city, live values, alarms, reports, and leading the wall."""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes.phone_town import Phone, posted, write_phone_town
from fakes.small_hub import Device, RunningHub, now_ms, running_hub, until
from sanping.client.link import HubLink
from sanping.client.questions import PairingCode
from sanping.hub.spare_port import free_port
from sanping.stage.show import ShowState

PORT = free_port()
HUB_PORT = free_port()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("phone")
    twin = write_phone_town(folder / "town", {"gauges": PORT})
    with running_hub(twin, folder / "data", "--port", str(HUB_PORT)) as hub:
        hub.ask("/twin")  # its map is made while the browser starts
        yield hub


@pytest.fixture
def phone(browser: Any, hub: RunningHub, request: pytest.FixtureRequest) -> Iterator[Phone]:
    phone = Phone(browser, hub, is_sharp=getattr(request, "param", "") == "sharp")
    phone.see(".chip.link.linked")
    yield phone
    phone.close()


def share_of_house_pixels(picture: bytes) -> float:
    """Return the share of the map that has the blue of lit facades at night."""
    with Image.open(io.BytesIO(picture)) as image:
        red, green, blue = np.moveaxis(np.asarray(image.convert("RGB"), np.int16), -1, 0)
    return float(np.mean((blue > 70) & (blue > red + 30) & (blue > green + 12)))


@pytest.mark.parametrize("phone", ["sharp"], indirect=True)
def test_the_city_stands_on_the_map_and_values_arrive(phone: Phone, hub: RunningHub) -> None:
    # given a phone that was let in, and a device
    phone.see('.map[data-map="ready"]')
    device = Device(PORT)

    # when the device reports, and the map has been drawn
    device.report(1, "A2", now_ms(), water_level=2.71)
    device.acknowledged([1])
    until(lambda: share_of_house_pixels(phone.page.locator(".map canvas").screenshot()) > 0.04)
    phone.press(".outlook .only-icon")
    phone.page.locator(".rows.stations li", has_text="2.71").first.wait_for()
    phone.page.locator(".rows.stations li", has_text="2.71").first.locator("button").click()

    # then the station's sheet has the value, its age and its curve; the token is gone from the address
    assert "2.71" in phone.see(".sheet .big b")
    phone.page.locator(".chart canvas").first.wait_for()
    assert phone.page.url == f"{hub.address}/"
    assert not phone.complaints
    device.close()


def test_the_page_calls_nobody_but_its_hub(phone: Phone, hub: RunningHub) -> None:
    # given a phone whose map is there
    phone.see('.map[data-map="ready"]')

    # when all tabs have been open
    for number in (1, 2, 3, 0):
        phone.tab(number)

    # then every request went to the hub, and the policy stopped nothing
    foreign = {url for url in phone.called if not url.startswith((hub.address, "blob:", "data:"))}
    assert not foreign
    assert any("/map/" in url for url in phone.called)
    assert not phone.complaints


def test_an_alarm_is_acknowledged_from_the_phone(phone: Phone, hub: RunningHub) -> None:
    # given a level over its limit
    device = Device(PORT)
    device.report(7, "A1", now_ms(), water_level=4.2)
    device.acknowledged([7])

    # when somebody acknowledges the alarm on the phone
    phone.tab(1)
    assert "水位超警戒" in phone.see("article.card h3")
    phone.press("article.card footer .main")

    # then the hub has it, and the phone shows that it is done
    until(lambda: [one["state"] for one in hub.ask("/alarms")] == ["acknowledged"])
    phone.page.locator("article.card.handled").first.wait_for()
    assert phone.page.locator("article.card footer .main").count() == 0
    device.close()


def test_an_alarm_that_somebody_else_dealt_with_first_is_a_visible_conflict(phone: Phone, hub: RunningHub) -> None:
    # given an alarm, and a phone that lost its network after it had seen it
    device = Device(PORT)
    device.report(9, "A3", now_ms(), water_level=4.4)
    device.acknowledged([9])
    phone.tab(1)
    card = phone.page.locator("article.card", has_text="站3")
    card.locator("footer .main").wait_for()
    phone.context.set_offline(True)
    phone.page.evaluate("window.sockets.forEach((socket) => socket.close())")
    phone.see(".banner")

    # when both the desk and the phone acknowledge it, and the network is back
    card.locator("footer .main").click()
    (alarm,) = [one["id"] for one in hub.ask("/alarms") if one["station"] == "S3"]
    desk = HubLink(hub.where, screen="desk", kind="desk")
    desk.start()
    assert desk.command("alarm.acknowledge", {"alarm": alarm}).ok
    phone.context.set_offline(False)

    # then the desk was first, and the phone says so
    phone.page.locator("article.card .problem").first.wait_for()
    assert "他人已先处理" in phone.see("article.card .problem")
    assert [one["acknowledged_by"] for one in hub.ask("/alarms") if one["id"] == alarm] == ["desk"]
    desk.close()
    device.close()


def test_a_report_is_filed_with_a_photo_and_a_place_from_the_map(phone: Phone, hub: RunningHub, tmp_path: Path) -> None:
    # given a large photo
    photo = tmp_path / "large.jpg"
    Image.effect_noise((2600, 1800), 60).convert("RGB").save(photo, quality=95)
    phone.see('.map[data-map="ready"]')

    # when somebody writes, takes the photo, and picks the place
    phone.tab(2)
    phone.page.locator("#words").fill("桥下有漂浮物")
    phone.page.locator("#photo").set_input_files(photo)
    phone.page.locator("img.thumb").first.wait_for()
    phone.page.locator(".row.wrap button").last.click()
    phone.press(".lead-bar .main")
    phone.press(".form > .main")
    phone.page.locator('.outbox li[data-state="sent"]').first.wait_for()

    # then the hub has all three, the photo small, and the place in the middle of town
    (report,) = [one for one in hub.ask("/reports") if one["words"] == "桥下有漂浮物"]
    kept = hub.data / "photos" / report["photo"]
    with Image.open(kept) as picture:
        assert max(picture.size) == 1600
    assert abs(report["lon"] - 121.4066) < 0.01
    assert abs(report["lat"] - 31.2269) < 0.01
    phone.tab(1)
    phone.page.locator("article.card.report img").first.wait_for()


def test_reports_filed_offline_outlive_a_reload_and_arrive_in_order_once(browser: Any, hub: RunningHub) -> None:
    # given a phone whose hub is gone
    phone = Phone(browser, hub)
    phone.see(".chip.link.linked")
    phone.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.page.reload()  # from now on the worker keeps the page's files
    phone.see(".chip.link.linked")
    phone.see('.map[data-map="ready"]')
    hub.killed()
    phone.see(".banner")

    # when three things are filed, the page is loaded again, and the hub comes back
    phone.tab(2)
    for number in (1, 2, 3):
        phone.page.locator("#words").fill(f"第 {number} 件")
        phone.press(".form > .main")
        phone.page.locator('.outbox li[data-state="waiting"]').nth(number - 1).wait_for()
    phone.page.reload()
    phone.tab(2)
    phone.page.locator('.outbox li[data-state="waiting"]').nth(2).wait_for()
    hub.started_again()
    phone.page.locator('.outbox li[data-state="sent"]').nth(2).wait_for()

    # then the hub has each once, in the order in which they were filed
    words = [one["words"] for one in hub.ask("/reports") if one["words"].startswith("第")]
    assert words == ["第 1 件", "第 2 件", "第 3 件"]
    phone.close()


def test_the_phone_takes_the_wall_and_moves_it(phone: Phone, hub: RunningHub) -> None:
    # given a wall in the same room
    shows: list[ShowState] = []
    wall = HubLink(hub.where, screen="the-wall", kind="wall", on_show=shows.append)
    wall.start()
    until(lambda: wall.state.is_linked)
    phone.see('.map[data-map="ready"]')

    # when the phone takes it, drags the map, and taps a house
    phone.press(".lead-bar .main")
    phone.see(".lead-bar.leading")
    phone.page.mouse.move(200, 430)
    phone.page.mouse.down()
    for step in range(12):
        phone.page.mouse.move(200 - 4 * step, 430 + 5 * step)
        time.sleep(0.03)
    phone.page.mouse.up()
    until(lambda: shows and "camera" in shows[-1].values)
    camera = json.loads(shows[-1].values["camera"].value)
    pointed = _pointed(phone, shows)
    until(lambda: _tapped(phone, shows))

    # then the wall has the camera near the town, knows who moved it, and the house lights up
    assert abs(camera["target"][0] - 634_000) < 1_500
    assert abs(camera["target"][1] - 3_457_000) < 1_500
    assert shows[-1].values["camera"].by.startswith("phone-")
    assert abs(pointed["target"][0] - 634_000) < 1_500
    assert json.loads(shows[-1].values["selection"].value)[0]["layer"] == "houses"

    # and when it hands the wall back, nobody leads
    phone.press(".sheet .round")
    phone.press(".lead-bar .main")
    until(lambda: shows[-1].floor.holder == "")
    wall.close()


def _pointed(phone: Phone, shows: list[ShowState]) -> Any:
    """Point at something and return what the room was shown, once the pointer is gone again."""
    phone.press(".lead-bar.leading .plain")
    phone.page.mouse.move(195, 400)
    phone.page.mouse.down()
    phone.page.mouse.move(205, 410)
    until(lambda: "pointer" in shows[-1].values and json.loads(shows[-1].values["pointer"].value))
    pointed = json.loads(shows[-1].values["pointer"].value)
    phone.page.mouse.up()
    phone.press(".lead-bar.leading .plain")
    until(lambda: json.loads(shows[-1].values["pointer"].value) is None)
    return pointed


def _tapped(phone: Phone, shows: list[ShowState]) -> bool:
    """Tap here and there until a house was under the finger."""
    for x in range(60, 360, 45):
        phone.page.mouse.click(x, 400)
        time.sleep(0.4)
        shown = shows[-1].values.get("selection")
        if shown is not None and json.loads(shown.value):
            return True
        if phone.page.locator(".sheet .round").count():
            phone.press(".sheet .round")
    return False


def test_the_phone_follows_who_leads_until_its_owner_looks_around(phone: Phone, hub: RunningHub) -> None:
    # given a desk that leads, and a phone that follows
    shows: list[ShowState] = []
    desk = HubLink(hub.where, screen="the-desk", kind="desk", on_show=shows.append)
    desk.start()
    until(lambda: desk.state.is_linked)
    phone.see('.map[data-map="ready"]')
    before = phone.page.locator(".map canvas").screenshot()
    desk.floor("request")
    until(lambda: shows and shows[-1].floor.holder == "the-desk")

    # when the desk looks elsewhere
    pose = {"target": [634_000.0, 3_457_000.0, 0.0], "heading_deg": 200.0, "pitch_deg": -85.0, "distance_m": 2500.0}
    desk.share("camera", {**pose, "fov_deg": 38.0})
    until(lambda: phone.page.locator(".map canvas").screenshot() != before)

    # then the phone says who leads, and a finger on its map ends following
    assert "the-desk" in phone.see(".lead-bar .leader")
    assert "跟随" in phone.see('.lead-bar [aria-pressed="true"]')
    phone.page.mouse.move(200, 430)
    phone.page.mouse.down()
    phone.page.mouse.move(240, 470, steps=6)
    phone.page.mouse.up()
    phone.page.locator('.lead-bar [aria-pressed="false"]').first.wait_for()
    desk.floor("release")
    desk.close()


def test_a_visitor_sees_the_alternative_that_is_shown_and_votes_on_it(browser: Any, hub: RunningHub) -> None:
    # given a desk that leads, and a visitor's phone
    code = posted(hub, "/codes", {})["code"]
    phone = Phone(browser, hub, f"pair={code}")
    phone.see('.map[data-map="ready"]')
    shows: list[ShowState] = []
    desk = HubLink(hub.where, screen="planner", kind="desk", on_show=shows.append)
    desk.start()
    until(lambda: desk.state.is_linked)
    desk.floor("request")
    until(lambda: shows and shows[-1].floor.holder == "planner")
    before = phone.page.locator(".map canvas").screenshot()

    # when it shows an alternative in place of some houses, and opens a vote
    desk.share("scheme", SCHEME)
    assert "方案 A" in phone.see(".scheme-line")
    until(lambda: phone.page.locator(".map canvas").screenshot() != before)
    choices = [{"id": "a1", "name": "方案 A", "far": 2.4}, {"id": "a2", "name": "方案 B", "far": 1.8}]
    opened = desk.command("vote.open", {"plan": "p001", "title": "滨河地块", "choices": choices})
    assert opened.ok, opened.error_zh
    phone.press(".plan-card .main")
    phone.press('[data-choice="a1"] footer button')

    # then its vote counts, it may change it while the hub is away, and the change arrives once
    until(lambda: [one.counts for one in desk.state.ballots.values()] == [(1, 0)])
    phone.context.set_offline(True)
    phone.page.evaluate("window.sockets.forEach((socket) => socket.close())")
    phone.press('[data-choice="a2"] footer button')
    phone.context.set_offline(False)
    until(lambda: [one.counts for one in desk.state.ballots.values()] == [(0, 1)])
    assert "已投" in phone.see('[data-choice="a2"] [aria-pressed="true"]')

    # and when it is closed, the phone has the result and offers no vote
    (ballot,) = desk.state.ballots
    assert desk.command("vote.close", {"ballot": ballot}).ok
    phone.page.locator(".choice-card footer").first.wait_for(state="detached")
    assert "1 票" in phone.see('[data-choice="a2"] .vote-bar')
    phone.press(".sheet .round")
    desk.share("scheme", None)
    phone.page.locator(".scheme-line").wait_for(state="detached")
    assert not phone.complaints
    desk.floor("release")
    desk.close()
    phone.close()


SCHEME = {
    "plan": "p001", "title": "滨河地块", "alternative": "a1", "name": "方案 A", "number": 1, "count": 2,
    "area": [[633_900, 3_456_900], [634_060, 3_456_900], [634_060, 3_457_060], [633_900, 3_457_060]],
    "gone": {"houses": ["H22", "H23", "H32", "H33"]},
    "masses": [{"id": "m1", "outline": [[633_940, 3_456_940], [634_020, 3_456_940], [634_020, 3_457_010],
                                        [633_940, 3_457_010]], "base_m": 0.0, "height_m": 120.0, "use": "office"}],
    "figures": {"far": 2.4, "density": 0.28, "highest_m": 120.0, "passes": True},
}  # fmt: skip


def test_a_phone_is_let_in_by_a_code_once(browser: Any, hub: RunningHub) -> None:
    # given a code
    code = posted(hub, "/codes", {})["code"]

    # when two phones scan it
    first = Phone(browser, hub, f"pair={code}")
    first.see(".chip.link.linked")
    second = Phone(browser, hub, f"pair={code}")
    refused = second.see(".problem")

    # then one is in as a visitor, the other reads why not, and the code stands in no address
    first.tab(3)
    assert first.see(".role") == "访客"
    assert refused
    assert first.page.url == second.page.url == f"{hub.address}/"
    first.close()
    second.close()


def test_it_speaks_english_is_light_and_large_as_its_owner_likes(phone: Phone) -> None:
    # given the page of settings
    phone.tab(3)

    # when English, light and large text are chosen, and the page is loaded again
    phone.page.get_by_role("radio", name="English").click()
    phone.page.get_by_role("radio", name="Light").click()
    phone.page.get_by_role("switch", name="Large text").click()
    phone.page.reload()
    phone.see(".chip.link.linked")

    # then it is so
    html = phone.page.locator("html")
    assert (html.get_attribute("data-look"), html.get_attribute("data-size"), html.get_attribute("lang")) == (
        "day", "large", "en",
    )  # fmt: skip
    assert phone.page.locator("nav.tabs button span").all_inner_texts() == ["City", "To do", "Report", "Me"]
    phone.page.evaluate("localStorage.clear()")


def test_a_phone_joins_the_room_of_its_pairing_link_and_stays_in_it(browser: Any, hub: RunningHub) -> None:
    # given a kiosk in a room of its own, and a code that leads there
    kiosk = HubLink(hub.where, screen="kiosk", kind="kiosk", room="一号厅", name="一体机")
    kiosk.start()
    until(lambda: kiosk.show.members)
    room = PairingCode(code=posted(hub, "/codes", {})["code"], until_ms=0).link("", "一号厅").partition("#")[2]
    phone = Phone(browser, hub, fragment=room)

    # when the phone opens it, and its page is loaded again later
    until(lambda: len(kiosk.show.members) == 2)
    phone.page.reload()  # it may be back before the others miss it
    phone.see(".chip.link.linked")
    phone.tab(3)

    # then it is in the kiosk's room both times, says so, and follows what is shown there
    phone.page.locator(".row", has_text="联动房间").locator("b", has_text="一号厅").wait_for()
    phone.page.locator(".rows li", has_text="一体机").wait_for()
    until(lambda: len(kiosk.show.members) == 2)
    kiosk.floor("seize")
    kiosk.share("style", "day")
    phone.page.locator('html[data-look="day"]').wait_for()
    assert not phone.complaints
    phone.close()
    kiosk.close()
