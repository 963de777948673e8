"""Who is linked: every screen of the room, who leads, who asks to lead, who follows, and how far away each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.live.row_area import RowArea
from sanping.ui.theme import AMBER_NAME, QUIET_NAME
from sanping.ui.wording import Wording

TITLE = Text("联动屏幕", "Linked screens")
ALONE = Text("尚无其他屏幕；运行 sanping wall 或配对手机", "No other screen yet; run sanping wall or pair a phone")
GRANT, DENY = Text("同意，交出主控", "Grant: hand over the floor"), Text("拒绝申请", "Deny the request")
REVOKE = Text("收回这块屏幕的主控", "Take the floor from this screen")
LACKS = Text("未显示：{titles}", "Not shown: {titles}")
RTT_TIP = Text("到中枢的往返时间", "Round trip to the hub")
ROW_PX = 46
QUICK_MS, SLOW_MS = 60.0, 250.0
GREEN, ORANGE, RED = "#3bd68a", "#ff9a3c", "#ff5252"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenLine:
    """One screen; `state` is what it does, in words. `rtt_ms` 0 is not known yet.

    `lacks` are the titles of layers that it does not show, and why.
    """

    screen: str
    icon: str
    name: Text
    about: Text
    state: Text
    rtt_ms: float = 0.0
    size: str = ""
    lacks: tuple[tuple[Text, Text], ...] = ()
    is_leading: bool = False
    is_waiting: bool = False
    is_own: bool = False


class ScreensPanel(GlassPanel):
    """`grant_asked`, `deny_asked` and `revoke_asked` carry the screen."""

    grant_asked = Signal(str)
    deny_asked = Signal(str)
    revoke_asked = Signal(str)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(TITLE, icons, parent)
        self.lines: tuple[ScreenLine, ...] = ()
        self.least_height = HEADER_HEIGHT + 2 * ROW_PX + 20
        self._row_words = Wording()
        self._rows: dict[str, _Row] = {}
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        self.hint = QLabel()
        self.hint.setProperty("role", "quiet")
        self.hint.setWordWrap(True)
        self.words.put(self.hint.setText, ALONE)
        self.body.setContentsMargins(8, 6, 8, 8)
        self.body.addWidget(RowArea(inside, ROW_PX), 1)
        self.body.addWidget(self.hint)

    def wanted_height(self, width: int) -> int:
        """Height of all lines."""
        if self.is_folded:
            return super().wanted_height(width)
        hint = 0 if self.hint.isHidden() else self.hint.heightForWidth(width - 20) + 8
        return HEADER_HEIGHT + 16 + max(1, len(self.lines)) * ROW_PX + hint

    def show_lines(self, lines: Sequence[ScreenLine]) -> None:
        """Show these screens, in this order."""
        if tuple(lines) == self.lines:
            return
        before = [line.screen for line in self.lines]
        self.lines = tuple(lines)
        names = [line.screen for line in lines]
        if names != before:
            self._arrange(names)
        for line in lines:
            self._rows[line.screen].show_line(line)
        is_alone = all(line.is_own for line in lines)
        if names != before or is_alone == self.hint.isHidden():
            self.hint.setVisible(is_alone)
            self.content_changed.emit()

    def row(self, screen: str) -> "_Row":
        """Return the row of a screen."""
        return self._rows[screen]

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        super().set_language(language)
        for row in self._rows.values():
            row.words.speak(language)

    def _arrange(self, names: Sequence[str]) -> None:
        for gone in [name for name in self._rows if name not in names]:
            row = self._rows.pop(gone)
            row.setParent(None)
            row.deleteLater()
        for place, name in enumerate(names):
            if name not in self._rows:
                row = self._rows[name] = _Row(self.icons, self.words.language)
                row.grant.clicked.connect(partial(self._on_grant, name))
                row.deny.clicked.connect(partial(self._on_deny, name))
                row.revoke.clicked.connect(partial(self._on_revoke, name))
            self._list.insertWidget(place, self._rows[name])

    def _on_grant(self, screen: str, _checked: bool = False) -> None:
        self.grant_asked.emit(screen)

    def _on_deny(self, screen: str, _checked: bool = False) -> None:
        self.deny_asked.emit(screen)

    def _on_revoke(self, screen: str, _checked: bool = False) -> None:
        self.revoke_asked.emit(screen)


class _Row(QWidget):
    """One screen: icon, name over kind and role, state over size, round trip, buttons."""

    def __init__(self, icons: Icons, language: Language) -> None:
        super().__init__()
        self.setFixedHeight(ROW_PX)
        self.words = Wording(language)
        self._icons = icons
        self.icon = QLabel()
        self.icon.setFixedWidth(24)
        self.name, self.about, self.state, self.rtt = QLabel(), QLabel(), QLabel(), QLabel()
        for label in (self.about,):
            label.setProperty("role", "quiet")
            label.setStyleSheet("font-size: 12px;")
        self.rtt.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.words.put(self.rtt.setToolTip, RTT_TIP)
        self.grant, self.deny = self._button("tick", GREEN, GRANT), self._button("close", RED, DENY)
        self.revoke = self._button("undo", RED, REVOKE)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, widgets in ((left, (self.name, self.about)), (right, (self.state, self.rtt))):
            column.setContentsMargins(0, 4, 0, 4)
            column.setSpacing(0)
            for widget in widgets:
                column.addWidget(widget)
        for label in (self.name, self.about):
            label.setSizePolicy(label.sizePolicy().Policy.Ignored, label.sizePolicy().Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self.icon)
        row.addLayout(left, 1)
        row.addLayout(right)
        for button in (self.grant, self.deny, self.revoke):
            row.addWidget(button)

    def show_line(self, line: ScreenLine) -> None:
        """Show how this screen is."""
        colour = "#ff6b6b" if line.is_leading else AMBER_NAME if line.is_waiting else "#7fd4ff"
        self.icon.setPixmap(self._icons.picture(line.icon, 20, colour))
        self.name.setStyleSheet(f"font-weight:600; color:{'#ffffff' if line.is_own else '#deeefc'};")
        self.words.put(self.name.setText, line.name)
        self._show_about(line)
        self.state.setStyleSheet(f"color:{colour if line.is_leading or line.is_waiting else QUIET_NAME};")
        self.words.put(self.state.setText, line.state)
        self.rtt.setStyleSheet(f"color:{_rtt_colour(line.rtt_ms)}; font-size:12px;")
        self.rtt.setText(f"{line.rtt_ms:.1f} ms" if 0 < line.rtt_ms < 10 else f"{line.rtt_ms:.0f} ms")
        self.rtt.setVisible(line.rtt_ms > 0)
        for button in (self.grant, self.deny):
            button.setVisible(line.is_waiting and not line.is_own)
        self.revoke.setVisible(line.is_leading and not line.is_own)

    def _show_about(self, line: ScreenLine) -> None:
        """Show kind, role and size, or what of the city the screen does not show: that is for the operator to mend."""
        size = f"  {line.size}" if line.size else ""
        about, why = Text(f"{line.about.zh}{size}", f"{line.about.en}{size}"), Text("", "")
        if line.lacks:
            zh, en = "、".join(title.zh for title, _ in line.lacks), ", ".join(title.en for title, _ in line.lacks)
            about = LACKS.with_values(titles=Text(zh, en))
            why = Text(
                "\n".join(f"{title.zh}：{reason.zh}" for title, reason in line.lacks),
                "\n".join(f"{title.en}: {reason.en}" for title, reason in line.lacks),
            )
        self.about.setStyleSheet(f"font-size: 12px;{f' color:{ORANGE};' if line.lacks else ''}")
        self.words.put(self.about.setText, about)
        self.words.put(self.about.setToolTip, why)

    def _button(self, icon: str, colour: str, tip: Text) -> QToolButton:
        button = QToolButton()
        button.setIcon(self._icons.icon(icon, colour))
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(28, 28)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.hide()
        self.words.put(button.setToolTip, tip)
        return button


def _rtt_colour(rtt_ms: float) -> str:
    return GREEN if rtt_ms <= QUICK_MS else ORANGE if rtt_ms <= SLOW_MS else RED
