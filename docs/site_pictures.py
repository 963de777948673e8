"""Takes the picture of notices between sites: the panel of the city that sends one, and the warnings of the town."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from sanping.domain.site import NoticeReceipt, SiteFigures, SiteNotice, SiteStatus
from sanping.settings import paths
from sanping.twin.live import LiveState
from sanping.twin.site_notices import as_warning
from sanping.ui.application import create_application
from sanping.ui.icons import Icons
from sanping.ui.live.warning_panel import WarningPanel
from sanping.ui.sites.sites_panel import SitesPanel

NOW = datetime.fromisoformat("2026-11-22T18:12:00+08:00")
NOW_MS = round(NOW.timestamp() * 1000)
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
PANEL_PX, EDGE_PX = 400, 24
GROUND = QColor(6, 14, 30)
NAMES = ("site-notices",)
SITES = {
    "county": SiteStatus(id="county", way="lower", title_zh="县运行中心", is_linked=True, heard_ms=NOW_MS,
                         figures=SiteFigures(open_cases=18, overdue=1, reported_today=9)),
    "town": SiteStatus(id="town", way="lower", title_zh="镇运行站", via="county", is_linked=True, heard_ms=NOW_MS,
                       figures=SiteFigures(open_cases=5, reported_today=3)),
}  # fmt: skip
FLOOD = SiteNotice(
    id="city-1", site="city", epoch="e", seq=1, op="op", by="", at_ms=NOW_MS - 9 * MINUTE_MS, colour="orange",
    title="防汛预警，备好水泵", text="今夜至明晨有暴雨，泵站提前预降水位", area="苏州河沿线", from_ms=NOW_MS,
    until_ms=NOW_MS + 14 * HOUR_MS, sites=("county", "town"), site_zh="市运行中心", site_en="City centre",
)  # fmt: skip
DRILL = msgspec.structs.replace(
    FLOOD, id="city-2", at_ms=NOW_MS - HOUR_MS, colour="yellow", title="防汛联合演练", text="20:00 开始，视频点名",
    area="", is_exercise=True, until_ms=NOW_MS + 4 * HOUR_MS,
)  # fmt: skip


class _Ground(QWidget):
    """The dark ground that panels lie on."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        painter.end()


def take_sites(folder: Path, keep: Callable[[Path], None]) -> None:
    """Write both panels beside one another."""
    create_application("zh", paths.assets())
    icons = Icons(paths.assets() / "icons")
    city, town = SitesPanel(icons), WarningPanel(icons)
    city.zone = town.zone = NOW.tzinfo
    sent = [
        msgspec.structs.replace(one, receipts=(_receipt(one, "county", "王芳"), _receipt(one, "town", by)))
        for one, by in ((FLOOD, ""), (DRILL, "李强"))
    ]
    city.show_state(LiveState(is_linked=True, sites=SITES, site_notices={one.id: one for one in sent}), NOW_MS)
    city.notice.setChecked(True)
    city.notice_form.title.setText("台风过境，停止水上作业")
    come = [
        msgspec.structs.replace(FLOOD, op="", here=_receipt(FLOOD, "town")),
        msgspec.structs.replace(DRILL, op="", here=_receipt(DRILL, "town", "李强")),
    ]
    town.show_notices([as_warning(one, NOW_MS) for one in come], {one.id: one for one in come})
    ground = _Ground()
    beside = QHBoxLayout(ground)
    beside.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, EDGE_PX)
    beside.setSpacing(EDGE_PX)
    for panel in (city, town):
        panel.setFixedSize(PANEL_PX, panel.wanted_height(PANEL_PX))
        place = QVBoxLayout()
        place.addWidget(panel)
        place.addStretch(1)
        beside.addLayout(place)
    ground.show()
    QTest.qWait(500)
    path = folder / f"{NAMES[0]}.png"
    ground.grab().save(str(path))
    ground.close()
    keep(path)


def _receipt(notice: SiteNotice, site: str, by: str = "") -> NoticeReceipt:
    """Return that a notice is at a site, confirmed where somebody is named."""
    at_ms = notice.at_ms + (3 * MINUTE_MS if by else 0)
    return NoticeReceipt(notice=notice.id, site=site, state="confirmed" if by else "received", at_ms=at_ms, by=by)
