"""The panel of other sites: who is linked, what is asked of lower ones, and the joint session, with real clicks."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt

from sanping.commands.case_decisions import case_opened
from sanping.domain.alarm import Alarm
from sanping.domain.case_line import CaseLine
from sanping.domain.site import Joint, SiteAlarm, SiteCase, SiteFigures, SiteOrder, SiteStatus, across_sites
from sanping.scene.case_marks import CaseMark
from sanping.settings import paths
from sanping.twin.live import LiveState
from sanping.ui.cases.tables import EMPTY, Tables
from sanping.ui.cases_in_city import CasesInCity
from sanping.ui.icons import Icons
from sanping.ui.sites import words
from sanping.ui.sites.sites_panel import SitesPanel
from sanping.wire.cases import DepartmentRow

pytestmark = pytest.mark.gui

NOW_MS = 1_780_000_000_000
CASE = across_sites("town", "310107-20261122-0001")


def line(id: str = "310107-20261122-0001", state: str = "filed", **more: Any) -> CaseLine:
    return CaseLine(
        id=id, rev=3, state=state, kind="event", case_class="0105", title_zh="河面漂浮物", title_en="Floating litter",
        source="collector", area="310107", reported_ms=NOW_MS - 60_000, changed_ms=NOW_MS, address="武宁路桥", **more,
    )  # fmt: skip


def known(*, is_linked: bool = True, joint: Joint | None = None, **more: Any) -> LiveState:
    figures = SiteFigures(open_cases=7, overdue=2, reported_today=4, alarms={"red": 1})
    return LiveState(
        is_linked=True, joint=joint,
        sites={
            "city": SiteStatus(id="city", way="upper", title_zh="市中心", is_linked=True, heard_ms=NOW_MS, waiting=3),
            "town": SiteStatus(id="town", way="lower", title_zh="万里镇", is_linked=is_linked, heard_ms=NOW_MS,
                               figures=figures, via="county"),
        },
        site_cases={CASE: SiteCase(id=CASE, site="town", line=line(due_ms=NOW_MS + 3_600_000, begun_ms=NOW_MS))},
        **more,
    )  # fmt: skip


@pytest.fixture
def panel(qtbot: Any) -> SitesPanel:
    made = SitesPanel(Icons(paths.assets() / "icons"))
    qtbot.addWidget(made)
    river = DepartmentRow(id="water", name_zh="河道站", name_en="River")
    made.show_tables(Tables(msgspec.structs.replace(EMPTY, departments=(river,))))
    return made


@pytest.fixture
def wished(panel: SitesPanel) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    panel.wish_asked.connect(lambda action, arguments: found.append((action, arguments)))
    return found


def test_who_is_linked_and_what_stands_there_is_told_and_a_cut_is_never_shown_as_fresh(panel: SitesPanel) -> None:
    # given sites above and below that are linked
    panel.show_state(known(), NOW_MS)

    # then they stand there with their figures, and the case of the lower one with its clock
    assert panel.is_wanted
    assert list(panel.rows) == ["city", "town"]
    assert panel.rows["town"].link.text() == "已接通"
    assert panel.rows["town"].figures.text() == "在办 7 · 超期 2 · 今日 4 · 告警 1"
    assert panel.rows["city"].more.text() == "待送 3 条"
    assert "【万里镇】河面漂浮物" in panel.list.item(0).text()
    assert "剩 1 小时" in panel.list.item(0).text()

    # when the line to the lower one is cut
    panel.show_state(known(is_linked=False), NOW_MS)

    # then that is told with its time, the figures are those before, and no clock runs
    assert panel.rows["town"].link.text().startswith("已断开")
    assert panel.rows["town"].figures.text().startswith("断开前：")
    assert "断开前的状态" in panel.list.item(0).text()

    # and when the hub itself is away, nobody is linked
    panel.show_state(LiveState(sites=known().sites, is_linked=False), NOW_MS)
    assert panel.rows["city"].link.text().startswith("已断开")


def test_a_case_is_dispatched_and_urged_below_and_how_that_went_is_told(
    panel: SitesPanel, wished: list[tuple[str, dict[str, object]]], qtbot: Any
) -> None:
    # given a case of the town that is looked at
    panel.show_state(known(), NOW_MS)
    panel.list.itemClicked.emit(panel.list.item(0))
    assert not panel.form.buttons["dispatch"].isEnabled()

    # when a department is chosen and the case is sent to it, and then urged with a note
    panel.form.department.show_key("water")
    panel.form.department.chosen.emit("water")
    qtbot.mouseClick(panel.form.buttons["dispatch"], Qt.MouseButton.LeftButton)
    panel.form.note.setText("今日办结")
    qtbot.mouseClick(panel.form.buttons["urge"], Qt.MouseButton.LeftButton)

    # then both are asked of the hub, for the case as its site calls it
    case = {"site": "town", "case": "310107-20261122-0001"}
    assert wished == [
        ("site.order", {**case, "step": "dispatch", "department": "water", "note": ""}),
        ("site.order", {**case, "step": "urge", "department": "", "note": "今日办结"}),
    ]

    # and how they went is told, with the reason of a refusal
    orders = [
        SiteOrder(op=f"op-{state}{why}", by="", at_ms=1, state=state, why_zh=why, step="dispatch", **case)
        for state, why in (("waiting", ""), ("waiting", "看不懂"), ("on_way", "看不懂"), ("refused", "已派遣"))
    ]
    orders[2] = msgspec.structs.replace(orders[2], refused_by="town")
    panel.show_state(known(site_orders={order.op: order for order in orders}), NOW_MS)
    assert panel.form.told.text().splitlines() == [
        "派遣：待送达",
        "派遣：被拒收，已搁置（看不懂）",
        "派遣：被拒收，已搁置（万里镇：看不懂）",
        "派遣：被退回（已派遣）",
    ]


def test_what_is_put_aside_is_told_on_desk_and_wall_and_sent_again_by_a_click(
    panel: SitesPanel, wished: list[tuple[str, dict[str, object]]], qtbot: Any
) -> None:
    from sanping.ui.sites.told import sites_shown

    # given a site above that refused two letters, and one below that put one aside itself
    state = known()
    assert panel.rows == {}
    sites = {
        "city": msgspec.structs.replace(state.sites["city"], parked=2),
        "town": msgspec.structs.replace(state.sites["town"], parked_there=1),
    }
    panel.show_state(LiveState(is_linked=True, sites=sites), NOW_MS)

    # then both are told, here and on the wall, and only what is kept here can be sent again
    assert panel.rows["city"].more.text() == "待送 3 条 · 对方拒收，已搁置 2 条"
    assert panel.rows["town"].more.text() == "对方搁置了 1 条，此处所见可能不是最新"
    assert panel.rows["town"].again.isHidden()
    told = sites_shown(panel.state, None)
    assert told is not None
    assert [line.link.zh for line in told.lines] == ["已接通 · 搁置 2 条", "已接通 · 搁置 1 条"]
    qtbot.mouseClick(panel.rows["city"].again, Qt.MouseButton.LeftButton)
    assert wished == [("site.again", {"site": "city"})]


def alarm(id: str, colour: str, raised_ms: int, **more: Any) -> SiteAlarm:
    told = Alarm(
        id=id, rule="level", station="s1", quantity="water_level", colour=colour, state=more.pop("state", "active"),
        title_zh="水位超警戒", title_en="above warning", raised_ms=raised_ms, changed_ms=raised_ms,
    )  # fmt: skip
    return SiteAlarm(id=across_sites("town", id), site="town", alarm=told, **more)


def test_alarms_of_lower_sites_stand_by_level_and_age_and_say_as_of_when_behind_a_cut(panel: SitesPanel) -> None:
    # given alarms of the town, one of them over
    alarms = [
        alarm("young", "orange", NOW_MS - 60_000, station_zh="万里桥"), alarm("blue", "blue", NOW_MS - 9_000_000),
        alarm("old", "orange", NOW_MS - 3_600_000, state="acknowledged", station_zh="武宁路泵站"),
        alarm("grave", "red", NOW_MS), alarm("over", "red", NOW_MS, state="closed"),
    ]  # fmt: skip
    panel.zone = UTC
    panel.show_state(known(site_alarms={one.id: one for one in alarms}), NOW_MS)

    # then the gravest and then the oldest comes first, with site, station, level, since when and state
    listed = panel.alarms.list
    rows = [listed.item(number).text() for number in range(listed.count())]
    assert panel.alarms.count.text() == "下级告警 4 条"
    assert rows[:2] == [
        "【万里镇】红色 · s1\n05-28 20:26 起 · 未确认",
        "【万里镇】橙色 · 武宁路泵站\n05-28 19:26 起 · 已确认",
    ]
    assert [row.splitlines()[0] for row in rows[2:]] == ["【万里镇】橙色 · 万里桥", "【万里镇】蓝色 · s1"]

    # when one is clicked; then it is asked for
    asked: list[str] = []
    panel.alarm_asked.connect(asked.append)
    listed.itemClicked.emit(listed.item(1))
    assert asked == [across_sites("town", "old")]

    # and behind a cut it stands there as of when the site was last heard; without any the list is gone
    panel.show_state(known(is_linked=False, site_alarms={one.id: one for one in alarms}), NOW_MS)
    assert listed.item(0).text().endswith("05-28 20:26 起 · 截至 05-28 20:26 的状态 · 未确认")
    panel.show_state(known(), NOW_MS)
    assert panel.alarms.isHidden()


def test_a_click_on_such_an_alarm_flies_to_its_station_if_its_site_said_where_that_is(qtbot: Any) -> None:
    from types import SimpleNamespace

    from sanping.ui.sites.federating import NO_STATION, Federating

    # given a desk that knows one alarm with a place and one without
    alarms = {one.id: one for one in (alarm("here", "red", 1, x_m=3.0, y_m=4.0), alarm("nowhere", "red", 1))}
    flown: list[tuple[float, float]] = []
    said: list[object] = []
    follower = Federating.__new__(Federating)
    follower._desk = SimpleNamespace(  # type: ignore[assignment]  # the few it asks
        living=SimpleNamespace(state=LiveState(site_alarms=alarms)), say=said.append,
        live_panels=SimpleNamespace(go_to_place=lambda x_m, y_m: flown.append((x_m, y_m))),
    )  # fmt: skip

    # when both are asked for; then it flies to the first, and says why not to the other
    for id in alarms:
        Federating.go_to_alarm(follower, id)
    assert flown == [(3.0, 4.0)]
    assert said == [NO_STATION]


def test_a_session_is_opened_with_ticked_sites_and_a_lower_site_can_leave_it(
    panel: SitesPanel, wished: list[tuple[str, dict[str, object]]], qtbot: Any
) -> None:
    # given no session: one can be opened once a site is ticked
    panel.show_state(known(), NOW_MS)
    assert not panel.main.isEnabled()
    panel.rows["town"].box.setChecked(True)
    qtbot.mouseClick(panel.main, Qt.MouseButton.LeftButton)

    # when it runs, led from here; then it can be closed
    mine = Joint(session="s", leader="county", sites=("town",), title="防汛会商")
    panel.show_state(known(joint=mine), NOW_MS)
    assert "万里镇" in panel.joint.text()
    qtbot.mouseClick(panel.main, Qt.MouseButton.LeftButton)

    # and when one from above leads this site; then it can be left, and joined again
    for state in ("joined", "left"):
        panel.show_state(known(joint=Joint(session="s", leader="city", sites=("county",), state=state)), NOW_MS)
        assert panel.main.isHidden()
        qtbot.mouseClick(panel.second, Qt.MouseButton.LeftButton)
    assert [action for action, _ in wished] == ["joint.open", "joint.close", "joint.leave", "joint.join"]
    assert wished[0][1] == {"sites": ["town"]}


def test_english_says_all_of_it_too(panel: SitesPanel) -> None:
    # given a panel with everything on it; when it speaks English; then no Chinese is left but names
    panel.show_state(known(), NOW_MS)
    panel.set_language("en")
    assert panel.rows["town"].link.text() == "linked"
    assert panel.rows["town"].figures.text() == "7 open · 2 overdue · 4 today · 1 alarms"
    assert words.title_of(panel.rows["town"].status).en == "万里镇"  # type: ignore[arg-type]


def test_a_case_of_a_lower_site_is_looked_at_among_sites(first_state: Any) -> None:
    # given a desk; when a case of a lower site is opened in the city; then the panel of sites is asked for it
    outcome = case_opened(first_state, CASE)
    assert outcome.state.case == ""
    assert "sites" in outcome.state.shown_panels
    assert len(outcome.effects) == 1


@pytest.fixture
def first_state() -> Any:
    from sanping.formats.project import load_project
    from sanping.ui.twin_show import first_state

    return first_state(load_project(paths.default_twin()))


def test_cases_of_a_lower_site_stand_in_the_city_and_show_no_clock_while_it_is_cut(qtbot: Any) -> None:
    from PySide6.QtCore import QObject, Signal

    class Living(QObject):
        state_changed = Signal(object)
        is_replaying = False

        def __init__(self, state: LiveState) -> None:
            super().__init__()
            self.state = state

        def now_ms(self) -> int:
            return NOW_MS

    class City:
        marks: tuple[CaseMark, ...] = ()

        def show_cases(self, marks: tuple[CaseMark, ...]) -> None:
            self.marks = marks

    def placed(state: LiveState) -> LiveState:
        turns = ((NOW_MS - 1, "green"),)
        case = SiteCase(id=CASE, site="town", line=line(x_m=1.0, y_m=2.0, turns=turns, due_ms=NOW_MS + 9, begun_ms=0))
        return LiveState(sites=state.sites, site_cases={CASE: case}, is_linked=True)

    # given a city that follows a screen's state
    city, living, parent = City(), Living(placed(known())), QObject()
    follower = CasesInCity(living, lambda: (city,), parent)  # type: ignore[arg-type]  # the few it asks

    # when a lower site has an open case, linked and then cut
    seen: list[Callable[[], object]] = []
    for is_linked in (True, False):
        living.state = placed(known(is_linked=is_linked))
        follower._show()
        seen.append(city.marks[0])  # type: ignore[arg-type]

    # then its mark stands there under its name across sites; cut, it is grey and has no clock
    assert [(mark.id, mark.colour, mark.left is None) for mark in seen] == [  # type: ignore[attr-defined]
        (CASE, "green", False), (CASE, "grey", True),
    ]  # fmt: skip
    follower.stop()


def test_the_wall_tells_of_other_sites_those_that_are_cut_first(qtbot: Any) -> None:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter

    from sanping.ui.sites.told import sites_shown
    from sanping.ui.wall.brush import Brush
    from sanping.ui.wall.facts import Turn
    from sanping.ui.wall.look import LOOKS
    from sanping.ui.wall.panels.sites_strip import SitesStrip

    # given sites of which one is cut; when the wall tells of them
    told = sites_shown(known(is_linked=False, joint=Joint(session="s", leader="city", sites=("county",))), None)

    # then the one that is cut comes first, with the figures it had; nobody is told of without a federation
    assert told is not None
    assert [line.name.zh for line in told.lines] == ["万里镇", "市中心"]
    assert told.lines[0].figures.zh.startswith("断开前：")
    assert sites_shown(LiveState(), None) is None

    # and it is painted
    image = QImage(900, 160, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    SitesStrip().paint(Brush(painter, LOOKS["night"], 16.0, "zh"), QRectF(0, 0, 900, 150), Turn(now=told))
    painter.end()
    assert sum(image.pixelColor(x, 40).alpha() > 0 for x in range(900)) > 500
