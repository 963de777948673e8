"""The strip on top: clock at the left, the city's name in the middle, tools at the right."""

from datetime import datetime

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QWidget

from sanping.commands.desk_state import Workspace
from sanping.domain.text import Language, Text
from sanping.ui.action_book import ActionBook
from sanping.ui.icons import Icons
from sanping.ui.theme import ACCENT, TITLE_HEIGHT
from sanping.ui.wording import Wording

WEEKDAYS = (
    Text("星期一", "Mon"),
    Text("星期二", "Tue"),
    Text("星期三", "Wed"),
    Text("星期四", "Thu"),
    Text("星期五", "Fri"),
    Text("星期六", "Sat"),
    Text("星期日", "Sun"),
)
SYNTHETIC = Text("模拟数据", "Synthetic data")
SYNTHETIC_TIP = Text(
    "该孪生由程序生成，不代表真实建筑与读数", "This twin is generated: its buildings and readings are not real"
)
MENU = Text("菜单", "Menu")
TOOLS = (
    "edit.find",
    "file.open",
    "edit.undo",
    "edit.redo",
    "view.style",
    "file.picture",
    "panel.all",
    "file.settings",
    "help.keys",
    "view.full",
)
WORKSPACE_NAMES: dict[Workspace, Text] = {
    "city": Text("城市", "City"),
    "river": Text("河流", "River"),
    "cases": Text("治理", "Cases"),
    "director": Text("导播", "Director"),
    "analysis": Text("分析", "Analysis"),
    "planning": Text("规划", "Planning"),
}
TAB_STYLE = (
    "QToolButton { color: #8aaccc; font-size: 14px; border: none; border-bottom: 2px solid transparent;"
    " border-radius: 0; padding: 2px 10px; }"
    "QToolButton:hover { color: #deeefc; background: rgba(60,150,230,40); }"
    "QToolButton:checked { color: #ffffff; font-weight: 600; background: rgba(60,165,255,36);"
    " border-bottom: 2px solid #46cdff; }"
)
SPARED_TOOLS = ("edit.undo", "edit.redo", "panel.all", "help.keys")
NARROW, LEAST_FOR_DATE = 1200, 1440
SMALLEST_NAME_PX = 16


class TitleBar(QWidget):
    """Shows the name of the twin and the present time; its buttons are actions."""

    def __init__(self, book: ActionBook, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(TITLE_HEIGHT)
        self.words = Wording()
        self._title = self.name_shown = ""
        self._now: datetime | None = None
        self._has_river = self._has_cases = False
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 22)
        row.setSpacing(2)
        row.addWidget(self._make_menu(icons))
        row.addSpacing(10)
        self.clock = QLabel()
        self.clock.setStyleSheet("color:#ffffff; font-size:19px; font-weight:600;")
        self.date = QLabel()
        self.date.setProperty("role", "quiet")
        self.badge = QLabel()
        self.badge.setProperty("role", "badge")
        self.badge.setFixedHeight(24)
        self.words.put(self.badge.setText, SYNTHETIC)
        self.words.put(self.badge.setToolTip, SYNTHETIC_TIP)
        for widget in (self.clock, self.date):
            row.addWidget(widget)
            row.addSpacing(10)
        row.addWidget(self.badge)
        row.addSpacing(14)
        self.tabs: dict[Workspace, QToolButton] = {}
        for name, title in WORKSPACE_NAMES.items():
            row.addWidget(self._make_tab(book, name, title))
        row.addStretch(1)
        self._tools = [book.button(name) for name in TOOLS]
        for button in self._tools:
            row.addWidget(button)
        self.language_button = book.button("view.language")
        self.language_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.language_button.setMinimumWidth(64)
        self.language_button.setMaximumWidth(80)
        row.addWidget(self.language_button)

    def show_workspace(self, workspace: Workspace) -> None:
        """Show which workspace is open."""
        for name, tab in self.tabs.items():
            tab.setChecked(name == workspace)

    def show_life(self, *, has_river: bool) -> None:
        """Offer the workspaces where the twin has more than one."""
        self._has_river = has_river
        self._fit()

    def show_governance(self, *, has_cases: bool) -> bool:
        """Offer the workspace of cases where the twin has them; say whether that is news."""
        is_news, self._has_cases = has_cases != self._has_cases, has_cases
        self._fit()
        return is_news

    def show_title(self, title: Text, is_synthetic: bool) -> None:
        """Show what the twin is called, and whether it is real."""
        self.words.put(self._write_title, title)
        self.badge.setVisible(is_synthetic)

    def show_now(self, now: datetime) -> None:
        """Show the present time."""
        self._now = now
        self.clock.setText(now.strftime("%H:%M:%S"))
        self.date.setText(f"{now:%Y-%m-%d}  {self.words.say(WEEKDAYS[now.weekday()])}")

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)
        if self._now is not None:
            self.show_now(self._now)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw the strip with its stepped line and the name of the city."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = self.width(), self.height()
        middle, half = width / 2, min(340.0, width * 0.21)
        high, low = height - 20.0, height - 3.0
        steps = [(0, high), (middle - half - 26, high), (middle - half, low), (middle + half, low),
                 (middle + half + 26, high), (width, high)]  # fmt: skip
        line = [QPointF(x, y) for x, y in steps]
        fill = QLinearGradient(0, 0, 0, height)
        fill.setColorAt(0, QColor(5, 16, 36, 245))
        fill.setColorAt(1, QColor(8, 34, 70, 205))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([QPointF(0, 0), *line, QPointF(width, 0)]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for thickness, alpha in ((6.0, 26), (1.6, 210)):
            glow = QLinearGradient(0, 0, width, 0)
            for place, share in ((0.0, 0.25), (0.5, 1.0), (1.0, 0.25)):
                glow.setColorAt(place, QColor(ACCENT.red(), ACCENT.green(), ACCENT.blue(), int(alpha * share)))
            painter.setPen(QPen(glow, thickness))
            painter.drawPolyline(QPolygonF(line))
        self._paint_name(painter, middle, half)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave out the date and what the menu has too where the strip is short."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for workspace, tab in self.tabs.items():
            is_offered = {"river": self._has_river, "director": self._has_river, "cases": self._has_cases}.get(
                workspace, True
            )
            tab.setVisible(is_offered and self.width() >= NARROW)
        self.date.setVisible(self.width() >= (LEAST_FOR_DATE if self._has_cases else NARROW))
        for name, button in zip(TOOLS, self._tools, strict=True):
            button.setVisible(self.width() >= NARROW or name not in SPARED_TOOLS)

    def _make_menu(self, icons: Icons) -> QToolButton:
        self.menu = QMenu(self)
        menu_button = QToolButton()
        menu_button.setIcon(icons.icon("menu"))
        menu_button.setFixedSize(34, 34)
        menu_button.setMenu(self.menu)
        menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.put(menu_button.setToolTip, MENU)
        return menu_button

    def _make_tab(self, book: ActionBook, name: Workspace, title: Text) -> QToolButton:
        tab = self.tabs[name] = QToolButton()
        tab.setCheckable(True)
        tab.setAutoExclusive(True)
        tab.setFixedHeight(28)
        tab.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tab.setStyleSheet(TAB_STYLE)
        tab.hide()
        self.words.put(tab.setText, title)
        action = book.action(f"workspace.{name}")
        tab.clicked.connect(action.trigger)
        return tab

    def _free_ends(self) -> tuple[float, float]:
        """Return between which ends neither clock nor tools stand."""
        shown = [widget for widget in (self.clock, self.badge, *self.tabs.values()) if widget.isVisible()]
        left = shown[-1] if shown else self.clock
        right = next((button for button in self._tools if button.isVisible()), self.language_button)
        return left.geometry().right() + 12.0, right.geometry().left() - 12.0

    def _paint_name(self, painter: QPainter, middle: float, half: float) -> None:
        font = QFont(self.font())
        is_chinese = self.words.language == "zh"
        font.setPixelSize(28 if is_chinese else 25)
        font.setWeight(QFont.Weight.DemiBold)
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 5 if is_chinese else 1)
        painter.setFont(font)
        first, last = self._free_ends()
        first, last = max(first, middle - half + 10), min(last, middle + half - 10)
        room = 2 * int(min(middle - first, last - middle))
        while painter.fontMetrics().horizontalAdvance(self._title) > room and font.pixelSize() > SMALLEST_NAME_PX:
            font.setPixelSize(font.pixelSize() - 1)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 1)
            painter.setFont(font)
        if painter.fontMetrics().horizontalAdvance(self._title) > room:  # there is more room beside the middle
            middle, room = (first + last) / 2, int(last - first)
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0)
            painter.setFont(font)
        name = self.name_shown = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, room)
        left = middle - painter.fontMetrics().horizontalAdvance(name) / 2
        baseline = (self.height() + painter.fontMetrics().capHeight()) / 2 - 1
        painter.setPen(QColor(60, 170, 255, 60))
        for dx, dy in ((-1.5, 0.0), (1.5, 0.0), (0.0, 1.5), (0.0, -1.5)):
            painter.drawText(QPointF(left + dx, baseline + dy), name)
        shine = QLinearGradient(0, baseline - 26, 0, baseline + 4)
        shine.setColorAt(0.2, QColor(255, 255, 255))
        shine.setColorAt(1.0, QColor(150, 215, 255))
        painter.setPen(QPen(shine, 1))
        painter.drawText(QPointF(left, baseline), name)

    def _write_title(self, title: str) -> None:
        self._title = title
        self.setAccessibleName(title)
        self.update()
