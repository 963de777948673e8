"""Ammonia rises, and people close the case with photos on the three real screens: desk and wall windows, a phone."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fakes.small_hub import Device, RunningHub, now_ms, running_hub
from fakes.three_screens import (
    PATIENCE_MS,
    Chromium,
    Phone,
    asked,
    missing_phone,
    opened_desk,
    opened_wall,
    write_town,
)
from sanping.hub.spare_port import free_port

pytestmark = [pytest.mark.gui, pytest.mark.skipif(bool(missing_phone()), reason=missing_phone() or "-")]
SIZE = (960, 600)
RULE = """
[[rules]]
id = "ammonia-high"
title = { zh = "氨氮偏高", en = "much ammonia" }
kind = "above"
quantity = "ammonia_nitrogen"
limit = 1.5
colour = "orange"
family = "quality"
proposes_case = true
"""
DEPARTMENTS = """id,name,name_en,areas,duties,lon,lat,is_on_duty,source
green,绿化养护站,Green care,310107,event:0106,,,yes,模拟
water,河道养护站,River care,310107,event:0105,,,yes,模拟
"""
ALARMS = "rule,kind,class,urgency,source\nammonia-high,event,0105,urgent,模拟\n"


class Town:
    """The hub of the town with its three screens."""

    def __init__(self, hub: RunningHub, wall: Any, desk: Any, qtbot: Any) -> None:
        self.hub, self.wall, self.desk, self.qtbot = hub, wall, desk, qtbot

    def until(self, condition: Any) -> None:
        """Wait for something that must come; the windows go on."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def states(self, case: str) -> set[str]:
        """Return what wall and desk say of a case."""
        return {window.living.state.cases[case].state for window in (self.wall, self.desk)}

    def reach(self, case: str, state: str) -> None:
        """Wait until wall and desk say that a case is so far."""
        self.until(lambda: self.states(case) == {state})

    def step(self, case: str, step: str, state: str, photo: Path | None = None) -> None:
        """Take a step by the form of the sheet, as a person at the desk does."""
        panel = self.desk.overlays.case
        self.until(lambda: panel.sheet is not None and step in {one.step for one in panel.sheet.steps})
        panel.open_step(step)
        if panel.form.departments is not None:
            panel.form.departments.choose("water")
        if photo is not None:
            panel.form._take_files((photo,))
        self.until(panel.form.send.isEnabled)
        panel.form.send.click()
        self.reach(case, state)


@pytest.fixture
def photos(tmp_path: Path) -> dict[str, Path]:
    """Write three photos that differ."""
    found = {name: tmp_path / f"{name}.jpg" for name in ("before", "after", "check")}
    for number, path in enumerate(found.values()):
        Image.new("RGB", (640, 480), (40 + 60 * number, 90, 120)).save(path)
    return found


@pytest.fixture
def browser(qtbot: Any) -> Iterator[Chromium]:
    """Start a browser beside the windows."""

    def wait(future: Future[Any]) -> Any:
        qtbot.waitUntil(future.done, timeout=PATIENCE_MS)
        return future.result()

    chromium = Chromium(wait)
    chromium.open()
    yield chromium
    chromium.close()


def write_governed(folder: Path, port: int) -> Path:
    """Write the town of three screens as one that governs, with a gauge of ammonia."""
    town = write_town(folder, port)
    stations = town / "stations.csv"
    stations.write_text(stations.read_text("utf-8").replace(",level,", ",level quality,"), encoding="utf-8")
    (town / "rules.toml").write_text(RULE, encoding="utf-8")
    tables = town / "governance"
    tables.mkdir()
    (tables / "departments.csv").write_text(DEPARTMENTS, encoding="utf-8")
    (tables / "alarm_classes.csv").write_text(ALARMS, encoding="utf-8")
    twin = town / "twin.toml"
    twin.write_text(twin.read_text("utf-8") + '\n[governance]\nfolder = "governance"\n', encoding="utf-8")
    return town


@pytest.fixture
def town(qtbot: Any, tmp_path: Path) -> Iterator[tuple[Town, int]]:
    """Open hub, wall and desk."""
    from sanping.ui.application import create_application

    create_application("zh", Path(__file__).resolve().parents[2] / "assets")
    port = free_port()
    folder = write_governed(tmp_path / "town", port)
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(folder, tmp_path / "hub", "--port", str(free_port())))
        asked(hub, "/twin")  # its map is made while the windows open
        wall = stack.enter_context(opened_wall(folder, hub, SIZE, "draft"))
        desk = stack.enter_context(opened_desk(folder, hub, SIZE, tmp_path / "pictures", "draft"))
        for window in (wall, desk):
            with qtbot.waitSignal(window.city_shown, timeout=PATIENCE_MS):
                window.show()
        opened = Town(hub, wall, desk, qtbot)
        opened.until(lambda: all(window.living.state.case_counts is not None for window in (wall, desk)))
        yield opened, port


def test_ammonia_becomes_a_case_that_desk_and_phone_close_with_photos_while_the_wall_watches(
    town: tuple[Town, int], browser: Chromium, photos: dict[str, Path]
) -> None:
    # given a phone that the desk lets in for the crew of the river, by its form
    screens, port = town
    desk, wall = screens.desk, screens.wall
    phone = Phone(browser)
    phone.pair(screens.hub.address, asked(screens.hub, "/codes", is_post=True)["code"])
    digits = phone.ask_for_role("网格员")
    screens.until(lambda: digits in {one.match for one in desk.director.pairing.devices.values()})
    desk.director.forms.approve(phone.id)
    screens.until(lambda: desk.director.forms.form)
    form = desk.director.forms.form
    form.department.setCurrentIndex(form.department.findData("water"))
    form.send.click()
    phone.see('.role:text-is("网格员")')

    # when ammonia rises at the gauge
    with closing(Device(port)) as gauge:
        for number, value in enumerate((0.6, 2.4), 1):
            gauge.report(number, "A1", now_ms(), ammonia_nitrogen=value)
            gauge.acknowledged([number])
    screens.until(lambda: desk.living.state.cases and wall.living.state.cases)
    [case] = desk.living.state.cases
    screens.reach(case, "to_file")

    # and the desk files and dispatches it, the phone signs for it and feeds back with photos
    desk.perform("case.open", case)
    screens.step(case, "file", "filed")
    screens.step(case, "dispatch", "dispatched")
    phone.tab(1)
    phone.press(f'[data-case="{case}"]')
    phone.press('.case-sheet [data-step="sign"]')
    screens.reach(case, "handling")
    phone.press('.case-sheet [data-step="feed_back"]')
    for moment in ("before", "after"):
        path = photos[moment]
        phone.do(lambda page, path=path, moment=moment: page.locator(f"#photo-{moment}").set_input_files(path))
    phone.do(lambda page: page.locator(".form-page img.photo").nth(1).wait_for())
    phone.press(".phrases button")
    phone.press(".form-page .main")
    screens.reach(case, "fed_back")

    # and the desk checks it with a photo of its own, and closes it
    screens.step(case, "send_to_check", "checking")
    screens.step(case, "pass_check", "passed", photos["check"])
    screens.step(case, "close", "closed")

    # then the phone sees it closed, the wall tells its story with both photos, and the audit is whole
    phone.do(lambda page: page.locator(f'.case-sheet[data-case="{case}"]').get_by_text("已结案").first.wait_for())
    screens.until(lambda: (governed := wall.telling.facts.governed) is not None and governed.newest is not None)
    newest = wall.telling.facts.governed.newest
    assert newest.line.id == case
    assert newest.before
    assert newest.after
    sheet = asked(screens.hub, f"/cases/{case}")
    assert [row["step"] for row in sheet["trail"]] == [
        "report", "register", "file", "dispatch", "sign", "feed_back", "send_to_check", "pass_check", "close",
    ]  # fmt: skip
    assert [photo["moment"] for photo in sheet["case"]["photos"]] == ["before", "after", "scene"]
    assert sheet["case"]["handlers"] == [phone.id]
    assert asked(screens.hub, "/cases/audit")["ok"] is True
    assert not phone.errors
