"""Cases at the desk: a real window and a real hub in this process, from the report to the dispatch and back."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fakes.governed_hub import REPORT, GovernedHub
from fakes.linked_hub import TOKEN
from sanping.client.hub_process import KnownHub
from sanping.client.link import HubLink
from sanping.commands.area_decisions import stood_in
from sanping.domain.label import NO_CLEARANCES, NO_LABELS, Clearances, Labels
from sanping.domain.view import CameraPose
from sanping.stage.sharing import Focus
from sanping.stage.state import CASES_LAYER, FeatureRef
from sanping.ui.areas_in_city import polygons_of
from ui.director_room import write_town

pytestmark = pytest.mark.gui

PATIENCE_MS = 60_000


class HubBeside:
    """A hub that governs, in a thread of its own, that can stop and come back."""

    def __init__(self, folder: Path, labels: Labels = NO_LABELS, clearances: Clearances = NO_CLEARANCES) -> None:
        folder.mkdir()
        self.hub = GovernedHub(folder)
        self.hub.labels, self.hub.clearances = labels, clearances
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.do(self.hub.start())

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@dataclass
class Work:
    """A desk's window at its cases, the hub, and somebody else who works there too."""

    window: Any
    beside: HubBeside
    other: HubLink
    qtbot: Any

    @property
    def panels(self) -> Any:
        return self.window.overlays

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def reported(self, **more: object) -> str:
        """Have somebody else report a case and file it; return its id."""
        answer = self.other.command("case.report", {**REPORT, **more})
        assert answer.ok, answer.error_en
        for step in ("register", "file"):
            assert self.other.command("case.step", {"case": answer.about, "step": step}).ok
        return answer.about

    def open(self, case: str) -> Any:
        """Open a case on the desk; return its panel once the whole sheet is there."""
        self.window.perform("case.open", case)
        self.until(lambda: self.panels.case.sheet is not None and self.panels.case.sheet.case.id == case)
        return self.panels.case


def middle_of(window: Any) -> Any:
    from PySide6.QtCore import QPointF

    return QPointF(window.viewport.width() / 2, window.viewport.height() / 2)


@pytest.fixture
def work(qtbot: Any, tmp_path: Path, repository: Path) -> Iterator[Work]:
    with worked(qtbot, tmp_path, repository, HubBeside(tmp_path / "hub")) as made:
        yield made


@contextmanager
def worked(qtbot: Any, tmp_path: Path, repository: Path, beside: HubBeside) -> Iterator[Work]:
    """Open a desk at the cases of a hub."""
    from sanping.bootstrap.opener import TwinOpener
    from sanping.formats.project import load_project
    from sanping.settings.settings import Settings
    from sanping.ui.application import create_application
    from sanping.ui.desk import DeskWindow

    create_application("zh", repository / "assets")
    settings = Settings(language="zh", animation_hz=0, quality="draft")
    opener = TwinOpener(settings)
    window = DeskWindow(
        load_project(write_town(tmp_path / "town")),
        opener=opener,
        settings=settings,
        keep_settings=lambda _: None,
        assets=repository / "assets",
        pictures=tmp_path / "pictures",
        hub_of=lambda _: KnownHub(beside.hub.address, TOKEN),
    )
    qtbot.addWidget(window)
    window.resize(1400, 860)
    other = HubLink(beside.hub.where, screen="other", kind="desk", name="")
    other.start()
    window.show()
    work = Work(window=window, beside=beside, other=other, qtbot=qtbot)
    work.until(lambda: window.governing.tables.is_known)
    window.perform("workspace.cases")
    yield work
    window.close()
    opener.close()
    other.close()
    beside.do(beside.hub.stop())
    beside.end()


def test_a_case_is_reported_with_its_place_from_the_city_filed_and_dispatched(work: Work) -> None:
    # given the form of a report, whose place is picked in the city
    window, panels = work.window, work.panels
    window.perform("case.report")
    form = panels.new_case
    form.case_class._popup.picked.emit("event:0102")
    form.description.setPlainText("岸边堆有垃圾")
    form.source.setCurrentIndex(form.source.findData("collector"))
    form.pick.click()
    work.until(lambda: window.city.world_under(middle_of(window)) is not None)
    window.select_under(middle_of(window))
    place = form.draft().place

    # when it is sent, and its case is registered, filed and dispatched to what is proposed first
    form.send.click()
    work.until(lambda: panels.case.sheet is not None)
    for step, state in (("register", "to_file"), ("file", "filed"), ("dispatch", "dispatched")):
        work.until(lambda step=step: any(one.step == step for one in panels.case.sheet.steps))
        panels.case.open_step(step)
        if panels.case.form.departments is not None:
            panels.case.form.departments.choose(panels.case.sheet.proposals[0].department)
        panels.case.form.send.click()
        work.until(lambda state=state: panels.case.sheet.case.state == state)

    # then it lies where the click fell, is selected in the city, stands in the list, and all steps are in its trail
    sheet = panels.case.sheet
    assert place is not None
    assert (sheet.case.lon_deg, sheet.case.lat_deg) == pytest.approx(place)
    assert window.state.stage.selection == (FeatureRef(layer=CASES_LAYER, id=sheet.case.id),)
    assert [row.step for row in sheet.trail] == ["report", "register", "file", "dispatch"]
    assert not window.state.is_reporting
    work.until(lambda: panels.cases.model.row_of(sheet.case.id) == 0)
    work.until(lambda: panels.cases.model.line_at(0).state == "dispatched")
    assert panels.cases.funnel.counts is not None


def test_two_people_on_one_case_are_told_so_and_nothing_is_half_done(work: Work) -> None:
    # given a case that is open at the desk with a note half written
    case = work.reported()
    panel = work.open(case)
    panel.open_step("note")
    panel.form.note.setPlainText("请物业配合")
    seen = panel.form.draft()

    # when somebody else takes a step before it is sent, so that the desk sends what it saw before
    assert work.other.command("case.step", {"case": case, "step": "note", "note": "先看现场"}).ok
    work.until(lambda: panel.sheet.case.rev == seen.if_rev + 1)
    panel.send_asked.emit(replace(seen, if_rev=seen.if_rev))
    work.until(lambda: "没有提交" in panel.strip.text())
    told, kept = panel.strip.text(), panel.form.note.toPlainText()
    panel.form.send.click()
    work.until(lambda: len(panel.sheet.trail) == 5)

    # then the desk says so, keeps what was written, and what is sent again counts once
    assert "已重新读取" in told
    assert kept == "请物业配合"
    assert [row.note for row in panel.sheet.trail][-2:] == ["先看现场", "请物业配合"]


def test_the_list_follows_others_and_leads_to_places_the_wall_and_the_next_overdue(work: Work) -> None:
    # given two cases of others, listed, and a wall
    window, panels = work.window, work.panels
    first, second = work.reported(), work.reported(address="光复西路", lon=121.4260)
    work.until(lambda: panels.cases.model.rowCount() == 2)

    # when the first is stepped to and opened, flown to and sent to the wall, and its stage alone is listed
    flown: list[CameraPose] = []
    window.flight.pose_reached.connect(flown.append)
    panels.cases.step(1)
    window.perform("case.look")
    row = panels.cases.current()
    panel = work.open(row.id)
    panel.wall.click()
    window.perform("case.next_overdue")
    panels.cases.funnel.stage_asked.emit("handling")
    work.until(panels.cases.nothing.isVisible)

    # then the camera is at its place, the wall is to show it, nothing was overdue, and the keys are those of cases
    assert [key.toString() for key in window.book.action("case.look").shortcuts()] == ["F"]
    assert not window.book.action("view.fly").shortcuts()
    assert row.id in (first, second)
    assert flown
    assert window.state.stage.camera.target[0] == pytest.approx(row.x_m, abs=1.0)
    assert window.state.director.focus == Focus(kind="case", id=row.id)
    assert window.state.case == row.id

    # and when the indicators take the place of the sheet and the bar of a street is pressed
    window.perform("panel.indicators")
    panels.indicators._choose_grouping(0)
    work.until(lambda: panels.indicators.ranking.rows)
    street = panels.indicators.ranking.rows[0]
    panels.indicators.ranking.group_asked.emit(street.key)
    work.until(lambda: panels.cases.asked.area == street.key and panels.cases.model.line_at(0) is not None)

    # then the figures count its cases, and the list shows them
    assert street.counts["filed"] == panels.cases.model.rowCount()
    assert panels.indicators.trend.days


def test_a_hub_that_is_away_is_said_and_the_list_comes_back_with_it(work: Work) -> None:
    # given a listed case that is open
    panels = work.panels
    case = work.reported()
    work.until(lambda: panels.cases.model.rowCount() == 1)
    panel = work.open(case)

    # when the hub stops, and comes back with another case
    work.beside.do(work.beside.hub.stop())
    work.until(panels.cases.strip.isVisible)
    told, may_work = panels.cases.strip.text(), panel.buttons.isEnabled()
    is_stale = panels.cases.model.is_stale and panel.head.ring.is_stale
    work.beside.do(work.beside.hub.start())
    work.until(lambda: not panels.cases.strip.isVisible())
    work.until(lambda: work.other.state.is_linked)
    work.reported(address="光复西路", lon=121.4260)

    # then nothing could be done meanwhile, and everything is there again
    assert "中枢没有应答" in told
    assert not may_work
    assert is_stale
    assert not panels.cases.model.is_stale
    work.until(lambda: panels.cases.model.rowCount() == 2)
    assert panel.buttons.isEnabled()


def test_escape_puts_away_one_thing_after_another_and_loses_no_case(work: Work) -> None:
    # given a case with an open form
    window, panels = work.window, work.panels
    panel = work.open(work.reported())
    panel.open_step("note")

    # when it is left again and again, and a report is begun, its place picked, and left twice
    window.perform("case.leave")
    after_form = (panel.form, bool(window.state.case))
    window.perform("case.leave")
    after_sheet = window.state.case
    window.perform("case.report")
    panels.new_case.pick.click()
    window.perform("case.leave")
    after_picking = (panels.new_case.pick.isChecked(), window.state.is_reporting)
    window.perform("case.leave")

    # then the form goes first, then the sheet with its selection; picking goes before the report
    assert after_form == (None, True)
    assert (after_sheet, window.state.stage.selection) == ("", ())
    assert after_picking == (False, True)
    assert not window.state.is_reporting


def test_areas_lead_down_and_up_and_everything_is_limited_to_the_one_that_is_shown(work: Work) -> None:
    # given cases in two streets, and the areas of the city
    window, panels = work.window, work.panels
    here, there = work.reported(), work.reported(address="曹杨路", lon=121.4060, lat=31.2420)
    work.until(lambda: panels.areas.shown is not None and sum(row.open for row in panels.areas.rows.rows) == 2)
    street = window.governing.line(here).area[:9]
    assert not window.governing.line(there).area.startswith(street)

    # when the street of the first is pressed, and then its community in the city
    panels.areas.rows.area_asked.emit(street)
    work.until(lambda: panels.areas.shown.board.area.code == street)
    work.until(lambda: [line and line.id for line in panels.cases.model.lines] == [here])
    funnel = panels.cases.funnel.counts
    community = next(row for row in panels.areas.rows.rows if row.open)
    inside = polygons_of(community)[0].representative_point()
    found = window.governing.areas.areas.area_under(inside.x, inside.y)
    window.governing.areas.open(found.code)
    work.until(lambda: panels.areas.shown.board.area.code == community.code)

    # then list, figures and stage are of that area, with borders in the city, and whom to call is said
    assert (window.state.stage.area, window.state.stage.area_map.kind) == (community.code, "borders")
    assert funnel.total == 1
    assert panels.cases.asked.area == community.code
    assert "责任人" in panels.areas.people.text()
    crumbs = [panels.areas.crumbs.itemAt(n).widget() for n in range(panels.areas.crumbs.count())]
    assert crumbs[0].text() == "上海市"
    assert all(crumb.isVisible() and crumb.width() > 20 for crumb in crumbs)
    assert [crumb.x() for crumb in crumbs] == sorted({crumb.x() for crumb in crumbs})

    # and one level up twice, with another map on the way, all cases are there again, and the wall gets it
    window.perform("case.area_up")
    work.until(lambda: panels.areas.shown.board.area.code == street)
    panels.areas._choose_kind(3)
    work.until(lambda: panels.areas.legend.legend is not None)
    assert panels.areas.legend.legend.unit.zh == "件/km²"
    window.perform("case.area_up")
    work.until(lambda: panels.cases.model.rowCount() == 2)
    panels.areas.wall_asked.emit()
    assert window.state.director.board == "governing"

    # and as the centre of that street it is called so, and leads nowhere else
    window.show_state(stood_in(window.state, street))
    work.until(lambda: "城市运行管理中心" in panels.title.accessibleName())
    window.perform("case.area_up")
    window.perform("area.open", "310107")
    assert window.state.stage.area == street
    assert panels.areas.above is None


def test_a_case_that_is_raised_above_the_desk_leaves_its_list_and_its_sheet(
    qtbot: Any, tmp_path: Path, repository: Path
) -> None:
    # given a desk that may show what is internal, with the sheet of a case open, and another case in its list
    cleared = Clearances(given={"desk": "internal"})
    beside = HubBeside(tmp_path / "hub", Labels(is_declared=True), cleared)
    with worked(qtbot, tmp_path, repository, beside) as work:
        raised, stays = work.reported(description="要提高的"), work.reported(description="留下的")
        panel, model = work.open(raised), work.panels.cases.model
        work.until(lambda: model.row_of(raised) is not None and model.row_of(stays) is not None)

        # when somebody at a screen that shows everything raises the case, twice
        phone = HubLink(beside.hub.where, screen="p", kind="phone", name="")
        phone.start()
        work.until(lambda: raised in phone.state.cases)
        for _ in range(2):
            answer = phone.command("case.step", {"case": raised, "step": "raise_label"})
            assert answer.ok, answer.error_en
        phone.close()

        # then neither the list nor the sheet shows it any longer, and the desk says why
        work.until(lambda: panel.sheet is None and model.row_of(raised) is None)
        work.until(lambda: "密级" in panel.strip.text())
        assert model.row_of(stays) is not None
        assert raised not in work.window.living.state.cases
