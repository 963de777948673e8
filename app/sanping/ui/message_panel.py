"""Tells what happened, to which file, and what to do next; stays until it is closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from sanping.domain.city import Skipped
from sanping.domain.text import Language, Text
from sanping.ui.glass import Glass
from sanping.ui.icons import Icons
from sanping.ui.wording import Wording

CLOSE = Text("知道了", "Close")
WIDTH = 460
SIDE = 18
LEAST_HEIGHT, MOST_DETAILS_HEIGHT = 110, 320
MOST_REASONS = 5
SKIPPED_LINE = Text("跳过 {count} 个：{reason}{examples}", "{count} skipped: {reason}{examples}")
EXAMPLES = Text("（如 {names}）", " (such as {names})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What happened. `what` is a short headline, `details` whole sentences; an error or only a notice."""

    what: Text
    details: tuple[Text, ...]
    is_error: bool = True


def skipped_details(skipped: Sequence[Skipped]) -> tuple[Text, ...]:
    """Write what a file left out, most first."""
    lines = []
    for item in sorted(skipped, key=lambda entry: -entry.count)[:MOST_REASONS]:
        names = "、".join(item.examples[:2])
        english = ", ".join(item.examples[:2])
        examples = EXAMPLES.with_values(names=Text(names, english)) if item.examples else Text("", "")
        lines.append(SKIPPED_LINE.with_values(count=f"{item.count:,}", reason=item.reason, examples=examples))
    return tuple(lines)


class MessagePanel(Glass):
    """Shows the latest message over the view; `closed` says that the person has read it."""

    is_sheet = True

    closed = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = Wording()
        self._icons = icons
        self._shown: Text | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(SIDE, 16, SIDE, 14)
        column.setSpacing(10)
        head = QHBoxLayout()
        self._sign = QLabel()
        self._sign.setFixedSize(24, 24)
        self.what = QLabel()
        self.what.setWordWrap(True)
        self.what.setStyleSheet("color:#ffffff; font-size:16px; font-weight:600;")
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addSpacing(6)
        head.addWidget(self.what, 1)
        self.details = QLabel()
        self.details.setWordWrap(True)
        self.details.setTextFormat(Qt.TextFormat.PlainText)
        self.details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.details.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.details)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setStyleSheet("QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }")
        close = QPushButton()
        close.clicked.connect(self._on_close)
        self.words.put(close.setText, CLOSE)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(head)
        column.addWidget(self._scroll)
        column.addLayout(foot)
        self.hide()

    def show_message(self, message: Message) -> None:
        """Show a message."""
        self._shown = message.what
        colour = "#ffba54" if message.is_error else "#7fd4ff"
        self._sign.setPixmap(self._icons.picture("warning" if message.is_error else "info", 24, colour))
        self.words.put(self.what.setText, message.what)
        details = Text("\n".join(line.zh for line in message.details), "\n".join(line.en for line in message.details))
        self.words.put(self.details.setText, details)
        self._scroll.setVisible(bool(message.details))
        self._fit()
        self.show()
        self.raise_()

    def take_back(self, what: Text) -> None:
        """Close the message with this headline, where it is the one that is shown: it is no longer so."""
        if self.isVisible() and self._shown == what:
            self._on_close()

    def set_language(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)
        self._fit()

    def _fit(self) -> None:
        """Be as high as the words need; a long list scrolls."""
        self.setFixedWidth(WIDTH)
        wanted = max(0, self.details.heightForWidth(WIDTH - 2 * SIDE))
        self._scroll.setFixedHeight(min(wanted, MOST_DETAILS_HEIGHT))
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
            self.setFixedHeight(max(layout.totalHeightForWidth(WIDTH), LEAST_HEIGHT))

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()
