"""The city's desk and a town's wall: a case is dispatched from above, a notice confirmed, and a session moves it."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fakes.governed_hub import REPORT
from fakes.linked_hub import TOKEN
from fakes.three_sites import CITY, COUNTY, TOWN, ThreeSites
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.client.hub_process import KnownHub
from sanping.client.link import HubLink
from sanping.domain.site import across_sites
from sanping.stage.state import CASES_LAYER, FeatureRef
from ui.director_room import write_town

pytestmark = pytest.mark.gui
PATIENCE_MS = 60_000


class SitesBeside:
    """City, county and town in a thread of their own."""

    def __init__(self, folder: Path) -> None:
        exchange = Exchange()
        self.three = ThreeSites(folder, lambda _: InProcessBus(exchange))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self.three.start())

    def _do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def end(self) -> None:
        self._do(self.three.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[SitesBeside]:
    beside = SitesBeside(tmp_path / "sites")
    yield beside
    beside.end()


@pytest.fixture
def desk(qtbot: Any, tmp_path: Path, repository: Path, sites: SitesBeside) -> Iterator[Any]:
    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.desk import DeskWindow

    create_application("zh", repository / "assets")
    settings = Settings(language="zh", animation_hz=0, quality="draft")
    opener = TwinOpener(settings)
    window = DeskWindow(
        load_project(write_town(tmp_path / "twin")), opener=opener, settings=settings, keep_settings=lambda _: None,
        assets=repository / "assets", pictures=tmp_path / "pictures",
        hub_of=lambda _: KnownHub(sites.three[CITY].address, TOKEN),
    )  # fmt: skip
    qtbot.addWidget(window)
    window.resize(1400, 860)
    window.show()
    window.perform("workspace.cases")
    yield window
    window.close()
    opener.close()


@pytest.fixture
def town(sites: SitesBeside) -> Iterator[HubLink]:
    link = HubLink(sites.three[TOWN].where, screen="town-wall", kind="wall", name="镇站大屏")
    link.start()
    yield link
    link.close()


def test_the_city_dispatches_a_case_of_the_town_writes_to_it_and_leads_its_wall(
    desk: Any, sites: SitesBeside, town: HubLink, qtbot: Any
) -> None:
    def until(condition: Callable[[], object]) -> None:
        qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    # given the town's wall, and a case that the town has filed
    until(lambda: town.state.is_linked)
    case = town.command("case.report", REPORT).about
    for step in ("register", "file"):
        assert town.command("case.step", {"case": case, "step": step}).ok
    above, panel = across_sites(TOWN, case), desk.overlays.sites

    # when the city's desk clicks its mark in the city, and sends it to a department
    until(lambda: above in panel.state.site_cases and panel.state.site_cases[above].line.state == "filed")
    assert panel.state.sites[TOWN].via == COUNTY
    desk.perform("case.open", above)
    assert desk.state.stage.selection == (FeatureRef(layer=CASES_LAYER, id=above),)
    until(lambda: panel.isVisible() and panel.case == above and desk.governing.tables.is_known)
    department = next(iter(desk.governing.tables.departments())).key
    panel.form.department.show_key(department)
    panel.form.department.chosen.emit(department)
    qtbot.mouseClick(panel.form.buttons["dispatch"], Qt.MouseButton.LeftButton)

    # then the town has it dispatched, and the desk sees that it was done
    until(lambda: town.state.cases[case].state == "dispatched")
    assert town.state.cases[case].department == department
    until(lambda: "已执行" in panel.form.told.text())

    # and when the city writes a notice to all below; then the town shows it as a warning until it confirms it
    panel.notice.setChecked(True)
    panel.notice_form.title.setText("防汛预警，备好水泵")
    qtbot.mouseClick(panel.notice_form.send, Qt.MouseButton.LeftButton)
    until(lambda: town.state.notices and town.state.site_notices)
    (warning,), (notice,) = town.state.notices.values(), town.state.site_notices.values()
    assert warning.headline_zh == "【市中心】防汛预警，备好水泵"
    assert town.command("notice.confirm", {"notice": notice.id}).ok
    until(lambda: panel.notices.rows and "镇站 已签收" in panel.notices.rows[0].back.text())

    # and when the city opens a session with the town and leads, the town's wall shows the same
    panel.rows[TOWN].box.setChecked(True)
    qtbot.mouseClick(panel.main, Qt.MouseButton.LeftButton)
    until(lambda: panel.rows[TOWN].status.joint == "joined")
    desk.perform("director.link")
    desk.perform("director.lead")
    until(lambda: sites.three.screens[CITY].mirror.show.floor.holder)
    desk.perform("view.style")
    until(lambda: "style" in town.show.values)
    until(lambda: town.show.values["style"].value == f'"{desk.state.stage.style}"'.encode())
    assert town.show.floor.holder == f"site:{CITY}"

    # and once the town leaves, the city moves it no more
    assert town.command("joint.leave").ok
    until(lambda: panel.rows[TOWN].status.joint == "left")
    assert town.show.floor.holder != f"site:{CITY}"
