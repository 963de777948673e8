"""Cases on the phone in a real browser against a real hub: from signing for one to checking it, also offline."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes.governed_town import GREEN, LAT, LON, WATER, Centre, write_governed_town
from fakes.phone_list import at_list, cut_off, fed_back, opened
from fakes.phone_town import Phone
from fakes.small_hub import RunningHub, running_hub, until
from sanping.hub.spare_port import free_port


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("phone-cases")
    twin = write_governed_town(folder / "town", {"gauges": free_port()}, has_operations=True, has_labels=True)
    with running_hub(twin, folder / "data") as hub:
        yield hub


@pytest.fixture(scope="module")
def centre(hub: RunningHub) -> Iterator[Centre]:
    centre = Centre(hub)
    yield centre
    centre.close()


@pytest.fixture(scope="module")
def phones(browser: Any, centre: Centre) -> Iterator[tuple[Phone, Phone]]:
    one, other = centre.phone(browser, "张师傅"), centre.phone(browser, "李督查", GREEN)
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def worker(phones: tuple[Phone, Phone]) -> Phone:
    return at_list(phones[0])


@pytest.fixture
def inspector(phones: tuple[Phone, Phone]) -> Phone:
    return at_list(phones[1])


@pytest.fixture(scope="module")
def mapped(browser: Any, centre: Centre) -> Iterator[Phone]:
    phone = centre.phone(browser, "赵巡查", has_map=True)
    yield phone
    phone.close()


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "now.jpg"
    Image.effect_noise((900, 700), 60).convert("RGB").save(path, quality=90)
    return path


HIDES = """
(button) => ["said", "said of-case"].some((kind) => {
  const word = document.createElement("p");
  word.className = kind;
  word.textContent = "签收 已完成";
  document.querySelector(".frame").append(word);
  const [one, other] = [word, document.querySelector(button)].map((part) => part.getBoundingClientRect());
  word.remove();
  return one.top < other.bottom && other.top < one.bottom;
})
"""


def test_a_case_goes_from_signing_to_checking_on_two_phones(
    worker: Phone, inspector: Phone, centre: Centre, photo: Path
) -> None:
    # given a phone whose list is open, and a case that is sent to its department now
    case = centre.dispatched("桥下大片漂浮物")

    # when it is announced, signed for, and fed back with photos of before and after
    announced = worker.see(".said.of-case")
    worker.press(".said.of-case button")
    worker.press('.case-sheet [data-step="sign"]')
    until(lambda: centre.case(case)["case"]["state"] == "handling")
    fed_back(worker, photo, photo)
    until(lambda: centre.case(case)["case"]["state"] == "fed_back")
    worker.page.locator(".case-sheet figure.after img").wait_for()

    # and another phone is asked to check it, and passes it with a photo
    centre.did("case.step", case=case, step="send_to_check")
    opened(inspector, case)
    inspector.press('.case-sheet [data-step="pass_check"]')
    inspector.press(".form-page .main")
    lacks = inspector.see(".form-page .problem")
    inspector.page.locator("#photo-scene").set_input_files(photo)
    inspector.page.locator(".form-page img.photo").wait_for()
    inspector.press(".form-page .main")

    # then every step is in the book with its photos, and who handled it had no way to check it
    until(lambda: centre.case(case)["case"]["state"] == "passed")
    kept = centre.case(case)
    assert "水域不洁" in announced
    assert "现场照片" in lacks
    assert [row["step"] for row in kept["trail"]][-4:] == ["sign", "feed_back", "send_to_check", "pass_check"]
    assert [one["moment"] for one in kept["case"]["photos"]] == ["before", "after", "scene"]
    worker.press(".case-sheet header .round")
    worker.page.locator(f'[data-case="{case}"]').wait_for(state="detached")
    assert not worker.complaints
    assert not inspector.complaints


def test_a_task_of_a_response_is_accepted_and_done_with_a_photo_and_a_post_calls_for_help(
    worker: Phone, inspector: Phone, centre: Centre, photo: Path
) -> None:
    # given a response that the centre starts now, with a task for each of two departments
    centre.did("response.start", plan="bank", note="左岸渗水", lon=LON, lat=LAT, address="武宁路桥下游左岸")
    until(lambda: centre.link.state.responses)
    (response,) = centre.link.state.responses.values()
    worker.page.locator('[data-task="walk"]').wait_for()
    others = inspector.page.locator('[data-task="bags"]')
    others.wait_for()

    # when ours is accepted, and reported as done first without the photo that it needs, then with it
    worker.press('[data-task="walk"] [data-step="accept"]')
    worker.press('[data-task="walk"][data-state="accepted"] [data-step="finish"]')
    worker.press('[data-task="walk"] [data-step="send"]')
    lacks = worker.see('[data-task="walk"] .problem')
    worker.page.locator('[data-task="walk"] input[type=file]').first.set_input_files(photo)
    worker.page.locator('[data-task="walk"] img.photo').wait_for()
    worker.press('[data-task="walk"] [data-step="send"]')
    worker.page.locator('[data-task="walk"]').wait_for(state="detached")

    # and our post at the boat race is taken, and calls for help
    worker.press('[data-post="bank"] [data-post-state="in_place"]')
    worker.press('[data-post="bank"][data-state="in_place"] [data-post-state="help"]')
    worker.page.locator('[data-post="bank"] textarea').fill("增援 5 人")
    choice = worker.page.locator('[data-post="bank"] .label-choice')
    offered = choice.locator("option").all_inner_texts()
    choice.select_option("internal")
    worker.press('[data-post="bank"] [data-post-state="help"]')
    until(lambda: "bank" in centre.link.state.posts and centre.link.state.posts["bank"].state == "help")

    # then the centre sees both, the other department still waits for its task, and nobody sees another's
    known = centre.link.state.responses[response.id]
    assert [task.state for task in known.tasks] == ["done", "open"]
    assert len(known.tasks[0].photos) == 1
    assert "照片" in lacks
    assert (centre.link.state.posts["bank"].note, centre.link.state.posts["bank"].label) == ("增援 5 人", "internal")
    assert offered == ["密级：公开", "密级：内部"]  # a grid worker is cleared for no more
    assert worker.see('[data-post="bank"] .chip.label') == "内部"
    assert worker.page.locator('[data-task="bags"]').count() == 0
    assert inspector.page.locator("[data-post]").count() == 0
    assert not worker.complaints
    centre.did("response.step", response=response.id, step="cancel", note="演练结束")
    others.wait_for(state="detached")


def test_what_the_public_reported_is_verified_on_the_spot_and_found_untrue(inspector: Phone, centre: Centre) -> None:
    # given a case of the public that is sent to be verified
    place = {"lon": LON, "lat": LAT, "source": "public"}
    centre.did("case.report", kind="event", case_class="0102", description="据说有人倾倒", **place)
    (case,) = [one["id"] for one in centre.cases(words="据说有人倾倒")]
    centre.did("case.step", case=case, step="send_to_verify")

    # when the filter of cases to verify is chosen, and it is refuted with one of the usual phrases
    inspector.page.locator(f'[data-case="{case}"]').wait_for()
    inspector.page.get_by_role("radio", name="待核实").click()
    shown = inspector.page.locator(".case-card").count()
    opened(inspector, case)
    inspector.press('.case-sheet [data-step="refute"]')
    inspector.page.locator(".phrases button").nth(1).click()
    inspector.press(".form-page .main")

    # then it is in the book with its reason, and waits for nobody here any more
    until(lambda: centre.case(case)["case"]["verdict"] == "refuted")
    assert shown == 1
    assert centre.case(case)["trail"][-1]["note"] == "现场未发现"
    inspector.press(".case-sheet header .round")
    assert "案件" in inspector.see(".nothing b")
    inspector.page.get_by_role("radio", name="全部").click()


def test_what_is_done_without_a_network_arrives_in_order_once(
    worker: Phone, hub: RunningHub, centre: Centre, photo: Path
) -> None:
    # given a case that the phone has seen, and no network
    case = centre.dispatched("栏杆外积存垃圾")
    worker.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    worker.page.reload()  # from now on the worker keeps the page's files
    at_list(worker)
    opened(worker, case)
    worker.page.locator(".case-sheet .trail").wait_for()
    cut_off(worker)

    # when it is signed for and fed back, the page is loaded again, and then the network comes back
    worker.press('.case-sheet [data-step="sign"]')
    fed_back(worker, photo, photo)
    worker.page.reload()
    worker.tab(1)
    opened(worker, case)
    worker.page.locator(".pending-box").nth(1).wait_for()
    waiting = worker.page.locator('.pending-box[data-state="waiting"]').all_inner_texts()
    meanwhile = centre.case(case)["case"]["state"]
    worker.context.set_offline(False)
    until(lambda: centre.case(case)["case"]["state"] == "fed_back")
    worker.page.locator(".pending-box").first.wait_for(state="detached")

    # then each step was kept with its state, and is in the book once
    assert ["签收" in waiting[0], "处理反馈" in waiting[1]] == [True, True]
    assert meanwhile == "dispatched"
    assert [row["step"] for row in centre.case(case)["trail"]][-2:] == ["sign", "feed_back"]


def test_of_two_phones_on_one_case_the_second_reads_that_somebody_was_first(
    browser: Any, worker: Phone, centre: Centre
) -> None:
    # given two phones of one department with the same case, one of them without a network
    case = centre.dispatched("排口附近水色异常")
    opened(worker, case)
    worker.page.locator(".case-sheet .trail").wait_for()
    cut_off(worker)
    worker.press('.case-sheet [data-step="sign"]')
    other = at_list(centre.phone(browser, "王师傅"))

    # when the other signs, and the first comes back
    opened(other, case)
    other.press('.case-sheet [data-step="sign"]')
    until(lambda: centre.case(case)["case"]["state"] == "handling")
    worker.context.set_offline(False)
    said = worker.see('.pending-box[data-state="refused"] .problem')

    # then it says so in words, nothing was done twice, and it can be dropped
    assert "别人先办了" in said
    assert "处置中" in said
    assert [row["step"] for row in centre.case(case)["trail"]].count("sign") == 1
    worker.press('.pending-box[data-state="refused"] .plain')
    worker.page.locator(".pending-box").wait_for(state="detached")
    worker.page.locator('.case-sheet [data-step="feed_back"]').wait_for()
    other.close()


def test_a_step_that_the_hub_refuses_stays_with_its_reason_until_it_is_corrected(
    worker: Phone, hub: RunningHub, centre: Centre, photo: Path
) -> None:
    # given a case that a phone handles, whose photos are lost at the hub before its feed-back arrives
    case = centre.dispatched("岸坡绿地被踩踏")
    opened(worker, case)
    worker.press('.case-sheet [data-step="sign"]')
    worker.page.locator('.case-sheet [data-step="feed_back"]').wait_for()
    cut_off(worker)
    worker.press('.case-sheet [data-step="ask_extension"]')
    hidden = [worker.page.evaluate(HIDES, f".form-page {part}") for part in ("header .round", ".main")]
    worker.page.locator(".amounts button").nth(1).click()
    worker.page.locator(".phrases button").first.click()
    worker.press(".form-page .main")

    # when the centre has taken the case to another department meanwhile
    centre.did("case.step", case=case, step="reassign", department=GREEN, note="改由绿化处理")
    worker.context.set_offline(False)
    refused = worker.see('.pending-box[data-state="refused"]')

    # then the step stays with its reason, opens as it was filled in, and leaves when it is dropped
    worker.page.locator('.pending-box[data-state="refused"] .plain').nth(1).click()
    assert worker.page.locator("#note").input_value() == "等待配件到货"
    assert worker.page.locator('.amounts [aria-checked="true"]').inner_text().startswith("2")
    assert "申请延期" in refused
    assert not any(hidden)  # by what is said meanwhile
    worker.press(".form-page header .round")
    worker.press('.pending-box[data-state="refused"] .plain')
    worker.page.locator(".pending-box").wait_for(state="detached")
    assert centre.case(case)["case"]["request"] is None


def test_a_photo_of_forty_megabytes_is_made_small_and_a_file_that_is_none_is_refused_in_words(
    worker: Phone, hub: RunningHub, centre: Centre, tmp_path: Path
) -> None:
    # given a photo of over 40 MB, and a file that only calls itself one
    large, broken = tmp_path / "large.jpg", tmp_path / "broken.jpg"
    noise = np.tile(np.asarray(Image.effect_noise((1_800, 1_350), 90)), (4, 4))
    Image.fromarray(noise).convert("RGB").save(large, quality=97, subsampling=0)
    assert large.stat().st_size > 40 << 20
    broken.write_bytes(b"ftypheic" + bytes(4096))
    case = centre.dispatched("桥墩缠绕塑料布")
    opened(worker, case)
    worker.press('.case-sheet [data-step="sign"]')
    worker.press('.case-sheet [data-step="feed_back"]')

    # when both are taken as photos of afterwards
    worker.page.locator("#photo-after").set_input_files(broken)
    said = worker.see(".form-page .problem")
    worker.page.locator("#photo-after").set_input_files(large)
    worker.page.locator(".form-page img.photo").wait_for()
    worker.page.locator("#note").fill("已清理")
    worker.press(".form-page .main")

    # then the large one arrives small, and the other is refused in words
    until(lambda: centre.case(case)["case"]["state"] == "fed_back")
    (kept,) = centre.case(case)["case"]["photos"]
    assert "浏览器" in said
    assert kept["size_bytes"] < 2_000_000
    with Image.open(hub.data / "photos" / kept["id"]) as picture:
        assert max(picture.size) == 1600


def test_a_report_with_a_class_of_the_standard_becomes_a_case_with_its_number(mapped: Phone, centre: Centre) -> None:
    # given a phone in the middle of town
    mapped.tab(0)
    mapped.see('.map[data-map="ready"]')
    mapped.tab(2)

    # when a class is sought and chosen, a place picked, and the report sent
    mapped.press(".form > .plain")
    mapped.page.locator(".class-field .search").fill("垃圾")
    mapped.press('[data-class="event 0102"]')
    mapped.page.locator("#words").fill("桥头堆放垃圾袋")
    mapped.press(".form > .main")
    lacks = mapped.see(".form .problem")
    mapped.page.locator(".row.wrap button").last.click()
    mapped.press(".lead-bar .main")
    mapped.press(".form > .main")

    # then it is filed as a case, and the phone names it and its state
    said = mapped.see(".outbox .became")
    (line,) = centre.cases(words="桥头堆放垃圾袋")
    assert "位置" in lacks
    assert line["id"] in said
    assert "待受理" in said
    assert line["case_class"] == "0102"
    assert abs(line["lon_deg"] - LON) < 0.01
    assert abs(line["lat_deg"] - LAT) < 0.01


def test_a_case_stands_on_the_map_and_leads_there_without_fetching_anything(
    mapped: Phone, hub: RunningHub, centre: Centre
) -> None:
    # given a case with a place
    case = centre.dispatched("护栏缺失")
    at_list(mapped)
    opened(mapped, case)

    # when its sheet is read
    link = mapped.page.locator(".navigate").get_attribute("href") or ""
    address = mapped.see(".place-box .address")
    mapped.press(".case-sheet header .round")
    mapped.tab(0)
    mapped.press(".layer-switch")

    # then the link is for the phone's own map app, the address can be copied, and the marks can be hidden
    assert re.fullmatch(r"geo:31\.226900,121\.406600\?q=31\.226900,121\.406600\(.*\)", link)
    assert "武宁路桥下游左岸" in address
    assert mapped.page.locator(".layer-switch").get_attribute("aria-checked") == "false"
    assert all(url.startswith((hub.address, "blob:", "data:")) for url in mapped.called)
    mapped.tab(3)
    duties = mapped.see(".duties")
    assert ["采集员" in duties, "普陀区" in duties, "河道养护站" in duties] == [True, True, True]
    assert WATER not in duties


def test_the_label_of_a_case_stands_on_its_card_and_its_sheet_in_both_languages(worker: Phone, centre: Centre) -> None:
    plain, raised = centre.dispatched("公开的积水"), centre.dispatched("内部的积水")
    centre.did("case.step", case=raised, step="raise_label")
    assert worker.see(f'[data-case="{raised}"] .chip.label') == "内部"
    assert worker.page.locator(f'[data-case="{plain}"] .chip.label').count() == 0
    badge = worker.page.locator(".case-sheet .chip.label")
    for language, word, whole in (("English", "Internal", "Label: Internal"), ("中文", "内部", "密级：内部")):
        worker.speak(language)
        opened(worker, raised)
        assert (badge.inner_text(), badge.get_attribute("aria-label")) == (word, whole)
        worker.press(".case-sheet header .round")

    # and raised above whoever reads it, neither its sheet nor its card is left
    opened(worker, raised)
    worker.page.locator(".case-sheet .description").first.wait_for()
    centre.did("case.step", case=raised, step="raise_label")
    worker.page.locator(".case-sheet .description").first.wait_for(state="detached")
    worker.press(".case-sheet header .round")
    worker.page.locator(f'[data-case="{raised}"]').wait_for(state="detached")
    assert worker.page.locator(f'[data-case="{plain}"]').count() == 1
