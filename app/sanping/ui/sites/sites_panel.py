"""The other sites of a federation: who is linked, the joint session, and the cases of lower sites."""

from collections.abc import Mapping
from datetime import tzinfo

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QPushButton, QWidget

from sanping.domain.label import NO_LABELS, Labels
from sanping.domain.site import Joint, SiteStatus
from sanping.domain.text import Language, Text
from sanping.twin.live import LiveState
from sanping.ui.cases.look import CHIP_STYLE, STRIP_STYLE, column, plain_label, row
from sanping.ui.cases.tables import Tables
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel, tall_area
from sanping.ui.icons import Icons
from sanping.ui.sites import words
from sanping.ui.sites.notice_form import NoticeForm
from sanping.ui.sites.notice_list import NoticeList
from sanping.ui.sites.order_form import OrderForm
from sanping.ui.sites.site_alarms import SiteAlarms
from sanping.ui.sites.site_row import SiteRow

TITLE = Text("上下级站点", "Sites")
OPEN = Text("发起会商", "Open a session")
CLOSE = Text("结束会商", "End the session")
LEAVE = Text("退出会商", "Leave the session")
JOIN = Text("加入会商", "Join the session")
NOTICE = Text("发通知", "Send a notice")
PICK = Text("勾选站点后可发起会商", "Tick sites to open a joint session with them")
CASES = Text("下级案件 {count} 件", "{count} cases of lower sites")
MOST_LISTED = 200
ROW_PX, MOST_ROWS, LEAST_PX = 42, 6, 220
CASE = Qt.ItemDataRole.UserRole


class SitesPanel(GlassPanel):
    """Shows what a `LiveState` knows of other sites.

    `wish_asked` carries an action of the hub and its arguments, `case_asked` the case and `alarm_asked`
    the alarm that somebody wants to see.
    """

    wish_asked = Signal(str, dict)
    case_asked = Signal(str)
    alarm_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.least_height = HEADER_HEIGHT + LEAST_PX
        self.zone: tzinfo | None = None
        self.labels: Labels = NO_LABELS
        self.state = LiveState()
        self.case = ""
        self.rows: dict[str, SiteRow] = {}
        self._now_ms = 0
        self._fresh: set[str] = set()
        self.joint = plain_label()
        self.joint.setStyleSheet(STRIP_STYLE)
        self.main, self.second = QPushButton(), QPushButton()
        for button in (self.main, self.second):
            button.setStyleSheet(CHIP_STYLE)
        self.main.clicked.connect(self._on_main)
        self.second.clicked.connect(self._on_second)
        self._sites = QWidget()
        self._lines = column(self._sites, 2)
        self.count = plain_label(role="section")
        self.list = QListWidget()
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._on_item)
        self.alarms = SiteAlarms(self.words)
        self.alarms.asked.connect(self.alarm_asked)
        self.notices, self.notice_form, self.notice = NoticeList(self.words), NoticeForm(self.words), QPushButton()
        self.notices.asked.connect(self._on_notice)
        self.notice_form.asked.connect(self._on_notice_form)
        self.notice_form.hide()
        self.notice.setCheckable(True)
        self.notice.setStyleSheet(CHIP_STYLE)
        self.notice.toggled.connect(self._on_notice_button)
        self.form = OrderForm(self.words)
        self.form.asked.connect(self._on_order)
        self._lay_out()
        self._show()

    def _lay_out(self) -> None:
        """Put all below one another; where there is little room it is scrolled."""
        holder, area = QWidget(), tall_area()
        self._inner = column(holder, 8)
        for widget in (self.joint, self._sites):
            self._inner.addWidget(widget)
        self._inner.addLayout(row(self.main, self.second, self.notice))
        self._inner.addWidget(self.notice_form)
        self._inner.addWidget(self.notices)
        self._inner.addWidget(self.alarms)
        self._inner.addWidget(self.count)
        self._inner.addWidget(self.list, 1)
        self._inner.addWidget(self.form)
        area.setWidget(holder)
        self.body.setContentsMargins(8, 8, 8, 8)
        self.body.addWidget(area, 1)

    def wanted_height(self, width: int) -> int:
        """Height at which nothing is scrolled."""
        if self.is_folded:
            return super().wanted_height(width)
        return HEADER_HEIGHT + self._inner.totalHeightForWidth(width - 24) + 20

    @property
    def is_wanted(self) -> bool:
        """Whether there is any other site."""
        return bool(self.state.sites)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        self.form.say()
        self.notice_form.say()
        self._show()

    def show_tables(self, tables: Tables) -> None:
        """Offer the departments of the city when a case is dispatched."""
        self.form.show_tables(tables)

    def show_state(self, state: LiveState, now_ms: int) -> None:
        """Show what is known now; what did not change is left alone."""
        before, self.state, self._now_ms = self.state, state, now_ms
        self.notice_form.label.offer(self.labels, state.clearance)
        was_fresh, self._fresh = self._fresh, {one.id for one in state.site_notices.values() if one.is_fresh(now_ms)}
        names = ("sites", "site_cases", "site_alarms", "site_orders", "site_notices", "joint", "is_linked")
        if was_fresh != self._fresh or any(getattr(before, name) is not getattr(state, name) for name in names):
            was_wanted = bool(before.sites)
            self._show()
            keyed = ("sites", "site_alarms", "site_notices")
            is_other = any(getattr(before, name).keys() != getattr(state, name).keys() for name in keyed)
            if was_wanted != self.is_wanted or is_other:
                self.content_changed.emit()

    def choose(self, case: str) -> None:
        """Look at one case of a lower site."""
        self.case = case
        self._show()
        self.content_changed.emit()

    def status(self, site: str) -> SiteStatus | None:
        """Return how a site is; while the hub itself is away nobody is linked."""
        return self._statuses().get(site)

    def _statuses(self) -> Mapping[str, SiteStatus]:
        if self.state.is_linked:
            return self.state.sites
        return {id: words.as_linked(one, is_linked=False) for id, one in self.state.sites.items()}

    def _show(self) -> None:
        statuses = self._statuses()
        for gone in self.rows.keys() - statuses.keys():
            self.rows.pop(gone).deleteLater()
        for id, status in sorted(statuses.items(), key=lambda one: (one[1].way != "upper", one[0])):
            if id not in self.rows:
                self.rows[id] = SiteRow(self.words)
                self.rows[id].chosen.connect(self._show_joint)
                self.rows[id].again_asked.connect(self._on_again)
                self._lines.addWidget(self.rows[id])
            self.rows[id].show_status(status, self.zone)
        self._show_joint()
        self.notices.show_notices(self.state.site_notices, self.state.sites, self._now_ms, self.zone)
        self.alarms.show_alarms(self.state.site_alarms.values(), statuses, self.zone)
        self._show_cases(statuses)
        chosen = self.state.site_cases.get(self.case)
        self.form.setVisible(chosen is not None)
        self.form.show_case(chosen, self.state.site_orders.values(), self.state.sites)

    @Slot()
    def _show_joint(self) -> None:
        say, joint = self.words.say, self.state.joint
        told = words.joint_words(joint, self.state.sites)
        self.joint.setVisible(told is not None)
        self.joint.setText("" if told is None else say(told))
        has_lower = any(one.way == "lower" for one in self.state.sites.values())
        is_guest = told is not None and joint is not None and joint.leader in self.state.sites
        is_leader = told is not None and not is_guest
        self.main.setVisible(has_lower and not is_guest)
        self.main.setText(say(CLOSE if is_leader else OPEN))
        self.main.setEnabled(is_leader or bool(self._ticked()))
        self.main.setToolTip("" if is_leader else say(PICK))
        self.notice.setVisible(has_lower)
        self.notice.setText(say(NOTICE))
        self._show_targets()
        self.second.setVisible(is_guest)
        self.second.setText(say(JOIN if _has_left(joint) else LEAVE))

    def _show_cases(self, statuses: Mapping[str, SiteStatus]) -> None:
        cases = words.listed(self.state.site_cases.values())
        has_lower = any(one.way == "lower" for one in statuses.values())
        self.count.setVisible(has_lower)
        self.list.setVisible(has_lower)
        self.count.setText(self.words.say(CASES.with_values(count=len(cases))))
        shown = cases[:MOST_LISTED]
        self.list.setFixedHeight(ROW_PX * max(1, min(MOST_ROWS, len(shown))) + 8)
        while self.list.count() > len(shown):
            self.list.takeItem(self.list.count() - 1)
        for number, case in enumerate(shown):
            if number == self.list.count():
                self.list.addItem(QListWidgetItem())
            status = statuses.get(case.site)
            site = Text(case.site, case.site) if status is None else words.title_of(status)
            is_linked = status is not None and status.is_linked
            head, foot = words.case_words(case.line, site, self._now_ms, is_linked=is_linked)
            item = self.list.item(number)
            item.setText(f"{self.words.say(head)}\n{self.words.say(foot)}")
            item.setData(CASE, case.id)
            if case.id == self.case:
                self.list.setCurrentItem(item)

    def _ticked(self) -> list[str]:
        return [id for id, row in self.rows.items() if row.box.isChecked() and not row.box.isHidden()]

    def _targets(self) -> list[str]:
        """Return the sites that a notice is for: those that are ticked, all below when none is."""
        lowers = [one.id for one in self.state.sites.values() if one.way == "lower"]
        return self._ticked() or lowers

    def _show_targets(self) -> None:
        names = [words.title_of(self.state.sites[site]) for site in self._targets() if site in self.state.sites]
        self.notice_form.show_sites(Text("、".join(name.zh for name in names), ", ".join(name.en for name in names)))

    @Slot(bool)
    def _on_notice_button(self, is_open: bool) -> None:
        if is_open:
            self.notice_form.begin_anew(self._now_ms, self.zone)
        self.notice_form.setVisible(is_open)
        self.content_changed.emit()

    @Slot(dict)
    def _on_notice_form(self, asked: dict[str, object]) -> None:
        self.wish_asked.emit("notice.send", {**asked, "sites": self._targets()})
        self.notice.setChecked(False)

    @Slot(str, str)
    def _on_notice(self, action: str, notice: str) -> None:
        self.wish_asked.emit(action, {"notice": notice})

    @Slot()
    def _on_main(self) -> None:
        if self.state.joint is not None and self.state.joint.leader not in self.state.sites:
            self.wish_asked.emit("joint.close", {})
        else:
            self.wish_asked.emit("joint.open", {"sites": self._ticked()})

    @Slot()
    def _on_second(self) -> None:
        self.wish_asked.emit("joint.join" if _has_left(self.state.joint) else "joint.leave", {})

    @Slot(str)
    def _on_again(self, site: str) -> None:
        self.wish_asked.emit("site.again", {"site": site})

    @Slot(QListWidgetItem)
    def _on_item(self, item: QListWidgetItem) -> None:
        self.choose(str(item.data(CASE)))
        self.case_asked.emit(self.case)

    @Slot(str, str, str)
    def _on_order(self, step: str, department: str, note: str) -> None:
        case = self.state.site_cases.get(self.case)
        if case is not None:
            asked = {"site": case.site, "case": case.line.id, "step": step, "department": department, "note": note}
            self.wish_asked.emit("site.order", asked)


def _has_left(joint: Joint | None) -> bool:
    return joint is not None and joint.state == "left"
