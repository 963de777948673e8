"""Notices between sites on desk and wall: sent from the panel of sites, confirmed on a card, told by site."""

from dataclasses import replace
from datetime import UTC
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QPushButton

from fakes.small_view import small_view
from sanping.domain.site import NoticeReceipt, SiteNotice, SiteStatus
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.twin.live import LiveState
from sanping.twin.site_notices import as_warning
from sanping.ui.icons import Icons
from sanping.ui.live.warning_panel import WarningPanel
from sanping.ui.sites.notice_form import USUAL_HOURS, NoticeForm
from sanping.ui.sites.notice_list import NoticeList
from sanping.ui.sites.notice_words import receipts_words
from sanping.ui.sites.sites_panel import SitesPanel

pytestmark = pytest.mark.gui
NOW_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
SITES = {
    "county": SiteStatus(id="county", way="lower", title_zh="县中心", is_linked=True, heard_ms=NOW_MS),
    "town": SiteStatus(id="town", way="lower", title_zh="万里镇", via="county", is_linked=True, heard_ms=NOW_MS),
}
OURS = SiteNotice(
    id="city-a-1", site="city", epoch="a", seq=1, op="op-1", by="", at_ms=NOW_MS, title="防汛预警，备好水泵",
    from_ms=NOW_MS, until_ms=NOW_MS + HOUR_MS, sites=("county", "town"), site_zh="市中心", colour="orange",
    text="今夜有暴雨", area="苏州河沿线",
)  # fmt: skip


def receipt(site: str, state: str, by: str = "") -> NoticeReceipt:
    return NoticeReceipt(notice=OURS.id, site=site, state=state, at_ms=NOW_MS, by=by)


def state(*notices: SiteNotice, sites: dict[str, SiteStatus] = SITES) -> LiveState:
    return LiveState(is_linked=True, sites=sites, site_notices={one.id: one for one in notices})


@pytest.fixture
def panel(qtbot: Any) -> SitesPanel:
    made = SitesPanel(Icons(paths.assets() / "icons"))
    qtbot.addWidget(made)
    return made


@pytest.fixture
def wished(panel: SitesPanel) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    panel.wish_asked.connect(lambda action, arguments: found.append((action, arguments)))
    return found


def test_a_notice_is_written_for_the_sites_that_are_ticked_or_for_all_below(
    panel: SitesPanel, wished: list[tuple[str, dict[str, Any]]], qtbot: Any
) -> None:
    # given the form, which is for all sites below until one is ticked, and sends nothing without a title
    panel.show_state(state(), NOW_MS)
    panel.notice.setChecked(True)
    form: NoticeForm = panel.notice_form
    assert form.to.text() == "发给：县中心、万里镇"
    assert not form.send.isEnabled()
    panel.rows["town"].box.setChecked(True)
    assert form.to.text() == "发给：万里镇"

    # when it is written, for two hours, and sent
    form.title.setText("防汛预警，备好水泵")
    form.text.setPlainText("今夜有暴雨")
    form.area.setText("苏州河沿线")
    form.level.setCurrentIndex(form.level.findData("orange"))
    assert form.begin.dateTime().secsTo(form.end.dateTime()) == USUAL_HOURS * 3600
    form.end.setDateTime(QDateTime(form.begin.dateTime()).addSecs(7_200))
    qtbot.mouseClick(form.send, Qt.MouseButton.LeftButton)

    # then the hub is asked for it, in the time of the twin, and the form is closed
    ((action, asked),) = wished
    assert (action, asked["sites"], asked["colour"], asked["title"]) == (
        "notice.send", ["town"], "orange", "防汛预警，备好水泵",
    )  # fmt: skip
    assert asked["from_ms"] == NOW_MS - NOW_MS % 60_000
    assert asked["until_ms"] - asked["from_ms"] == 2 * HOUR_MS
    assert form.isHidden()


def test_what_has_come_back_is_told_by_site_and_ours_can_be_ended_until_it_is_over(
    panel: SitesPanel, wished: list[tuple[str, dict[str, Any]]], qtbot: Any
) -> None:
    # given a notice of ours on its way; when it is passed on, received and confirmed; then each site stands there
    back = receipt("county", "received"), receipt("town", "confirmed", "李四")
    why = msgspec.structs.replace(receipt("town", "refused"), why_zh="看不懂")
    for notice, told in (
        (msgspec.structs.replace(OURS, receipts=(why,)), "县中心 待送达 · 万里镇 被拒收（看不懂）"),
        (OURS, "县中心 待送达 · 万里镇 待送达"),
        (msgspec.structs.replace(OURS, passed=("county",)), "县中心 已送出 · 万里镇 已送出"),
        (
            msgspec.structs.replace(OURS, receipts=back),
            "县中心 已送达 08:00 · 万里镇 已签收 李四 08:00",
        ),
    ):
        assert receipts_words(notice, SITES, UTC).zh == told
    panel.show_state(state(OURS), NOW_MS)
    listed: NoticeList = panel.notices
    (row,) = listed.rows
    assert row.head.text() == "【橙色】防汛预警，备好水泵"
    assert row.time.text().startswith("本站发出")
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert wished == [("notice.end", {"notice": OURS.id})]

    # and once it is over it says so, and cannot be ended
    panel.show_state(state(msgspec.structs.replace(OURS, over_ms=NOW_MS)), NOW_MS)
    assert row.time.text().endswith("已解除")
    assert row.button.isHidden()
    same = state(OURS)
    panel.show_state(same, NOW_MS)
    panel.show_state(same, NOW_MS + HOUR_MS)
    assert row.time.text().endswith("已过期")


def test_a_notice_from_above_is_confirmed_on_the_card_of_its_warning_and_in_the_list(
    panel: SitesPanel, wished: list[tuple[str, dict[str, Any]]], qtbot: Any
) -> None:
    # given the desk of the town, to which the notice has come
    warnings = WarningPanel(Icons(paths.assets() / "icons"))
    qtbot.addWidget(warnings)
    asked: list[tuple[str, dict[str, Any]]] = []
    warnings.wish_asked.connect(lambda action, arguments: asked.append((action, arguments)))
    notice = msgspec.structs.replace(OURS, op="", here=receipt("town", "received"))
    above = {"county": msgspec.structs.replace(SITES["county"], way="upper")}
    warnings.show_notices([as_warning(notice, NOW_MS)], {notice.id: notice})
    panel.show_state(state(notice, sites=above), NOW_MS)

    # when a person confirms it there, or in the panel of sites; then the hub is asked
    button = warnings.findChild(QPushButton, "confirm")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panel.notices.rows[0].back.text() == "尚未签收"
    qtbot.mouseClick(panel.notices.rows[0].button, Qt.MouseButton.LeftButton)
    assert asked == wished == [("notice.confirm", {"notice": notice.id})]

    # and once it is confirmed both say who did
    done = msgspec.structs.replace(notice, here=receipt("town", "confirmed", "李四"))
    warnings.show_notices([as_warning(done, NOW_MS)], {done.id: done})
    panel.show_state(state(done, sites=above), NOW_MS)
    assert (
        warnings.findChild(QPushButton, "confirm") is None or not warnings.findChild(QPushButton, "confirm").isVisible()
    )
    assert panel.notices.rows[0].back.text().startswith("已签收 李四")
    assert panel.notices.rows[0].button.isHidden()


def test_the_wall_tells_a_notice_in_its_band_with_who_gave_it_and_marks_an_exercise(qtbot: Any) -> None:
    from sanping.ui.wall.facts import WallFacts
    from sanping.ui.wall.panels.alarms import AlarmTicker

    # given a wall of the town to which a notice and an exercise have come; when its band has its turns
    drill = msgspec.structs.replace(OURS, id="city-a-2", seq=2, is_exercise=True)
    view = replace(small_view(), notices=tuple(as_warning(one, NOW_MS) for one in (OURS, drill)))
    turns = [WallFacts(now_ms=NOW_MS + at_ms, view=view, title=Text("镇", "Town")) for at_ms in range(0, 60_000, 1_000)]
    told = {AlarmTicker().content(facts).words.zh for facts in turns}

    # then both are told
    assert {"【市中心】防汛预警，备好水泵", "【演练】【市中心】防汛预警，备好水泵"} <= told
