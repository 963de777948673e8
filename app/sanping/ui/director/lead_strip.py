"""The strip under the title: who leads, and who asks for the floor, with the answer at hand in every workspace."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.wording import Wording

NOTHING = Text("", "")
HEIGHT = 30
ASKS = Text("{name} 申请主控", "{name} asks for the floor")
GRANT, DENY, FOLLOW = Text("同意", "Grant"), Text("拒绝", "Deny"), Text("跟随", "Follow")
BUTTON = (
    "QToolButton {{ color:{colour}; border:1px solid {colour}; border-radius:3px; padding:0 8px; font-weight:600; }}"
    "QToolButton:hover {{ background: rgba(255,255,255,40); }}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadView:
    """What the strip says; it is hidden while there is nothing to say. `asks` is who asks for the floor."""

    words: Text = NOTHING
    colour: str = "#ffba54"
    asks: str = ""
    asks_name: Text = NOTHING
    may_follow: bool = False


class LeadStrip(QWidget):
    """`grant_asked` and `deny_asked` carry the screen that asks; `follow_asked` follows who leads again."""

    grant_asked = Signal(str)
    deny_asked = Signal(str)
    follow_asked = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = LeadView()
        self._wording = Wording()
        self.setFixedHeight(HEIGHT)
        self.words, self.asking = QLabel(), QLabel()
        self.grant, self.deny = self._button("#3bd68a", GRANT), self._button("#ff7a70", DENY)
        self.follow = self._button("#ffba54", FOLLOW)
        self.grant.clicked.connect(self._on_grant)
        self.deny.clicked.connect(self._on_deny)
        self.follow.clicked.connect(self.follow_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 3, 16, 3)
        row.setSpacing(10)
        for widget in (self.words, self.follow, self.asking, self.grant, self.deny):
            row.addWidget(widget)
        self.hide()

    def show_view(self, view: LeadView) -> None:
        """Show who leads and who asks."""
        if view == self.view:
            return
        self.view = view
        self._wording.put(self.words.setText, view.words)
        self.words.setStyleSheet(f"color:{view.colour}; font-weight:600;")
        self.words.setVisible(bool(view.words.zh))
        self._wording.put(self.asking.setText, ASKS.with_values(name=view.asks_name))
        for widget in (self.asking, self.grant, self.deny):
            widget.setVisible(bool(view.asks))
        self.follow.setVisible(view.may_follow)
        self.adjustSize()
        self.update()
        self.resized.emit()

    @property
    def has_words(self) -> bool:
        """There is something to say."""
        return bool(self.view.words.zh or self.view.asks)

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self._wording.speak(language)
        self.adjustSize()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw a rounded plate with an edge in the colour of who leads."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QColor(self.view.colour)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(QColor(6, 20, 44, 232))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), HEIGHT / 2 - 1, HEIGHT / 2 - 1)
        painter.end()

    def _button(self, colour: str, words: Text) -> QToolButton:
        button = QToolButton()
        button.setStyleSheet(BUTTON.format(colour=colour))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._wording.put(button.setText, words)
        return button

    def _on_grant(self, _checked: bool = False) -> None:
        self.grant_asked.emit(self.view.asks)

    def _on_deny(self, _checked: bool = False) -> None:
        self.deny_asked.emit(self.view.asks)
