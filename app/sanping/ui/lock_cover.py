"""What lies over a locked desk: a card that asks who is there; the city stays in sight around it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.glass import Glass
from sanping.ui.wording import Wording

TITLE = Text("坐席已锁定", "The desk is locked")
WHY = Text(
    "长时间无人操作。城市照常运行，告警照常到来；请用中枢的账号解锁。",
    "Nobody has used it for a while. The city and its alarms go on; unlock it with your account of the hub.",
)
NAME = Text("用户名", "Name")
PASSWORD = Text("口令", "Password")
UNLOCK = Text("解锁", "Unlock")
ASKING = Text("正在核对…", "One moment…")
EMPTY = Text("请填写用户名和口令", "Fill in name and password")
_SHADE = QColor(3, 10, 22, 56)
_WIDE = 400


class _Card(Glass):
    is_sheet = True


class LockCover(QWidget):
    """Covers its parent while it is shown; `asked` carries name and password."""

    asked = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        self.words = Wording()
        self.card = _Card(self)
        self.card.setFixedWidth(_WIDE)
        column = QVBoxLayout(self.card)
        column.setContentsMargins(30, 26, 30, 28)
        column.setSpacing(12)
        title, why = QLabel(), QLabel()
        title.setProperty("role", "name")
        why.setProperty("role", "quiet")
        why.setWordWrap(True)
        self.name, self.password, self.button = QLineEdit(), QLineEdit(), QPushButton()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.message = QLabel()
        self.message.setProperty("role", "error")
        self.message.setWordWrap(True)
        self.message.setMinimumHeight(36)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.button.setDefault(True)
        for field in (self.name, self.password, self.button):
            field.setMinimumHeight(36)
        for widget in (title, why, self.name, self.password, self.message, self.button):
            column.addWidget(widget)
        self.words.put(title.setText, TITLE)
        self.words.put(why.setText, WHY)
        self.words.put(self.name.setPlaceholderText, NAME)
        self.words.put(self.password.setPlaceholderText, PASSWORD)
        self.words.put(self.button.setText, UNLOCK)
        self.name.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self._on_asked)
        self.button.clicked.connect(self._on_asked)
        self.hide()

    def cover(self, language: Language) -> None:
        """Lie over the whole parent, and ask."""
        self.words.speak(language)
        self.password.clear()
        self._tell(None)
        self.show()
        self.fit()
        (self.password if self.name.text() else self.name).setFocus(Qt.FocusReason.OtherFocusReason)

    def refuse(self, why: Text) -> None:
        """Say why the desk stays locked, and let the person try again."""
        self.password.clear()
        self._tell(why)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Lie over the parent as it is now, above everything else in it."""
        self.setGeometry(self._canvas.rect())
        self.raise_()
        self.card.adjustSize()
        self.card.move((self.width() - self.card.width()) // 2, (self.height() - self.card.height()) // 2)

    def _tell(self, words: Text | None, *, is_asking: bool = False) -> None:
        self.message.setText("" if words is None else self.words.say(words))
        for field in (self.name, self.password, self.button):
            field.setEnabled(not is_asking)

    @Slot()
    def _on_asked(self) -> None:
        name, password = self.name.text().strip(), self.password.text()
        if not (name and password):
            self._tell(EMPTY)
            return
        self._tell(ASKING, is_asking=True)
        self.asked.emit(name, password)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Dim the city a little."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), _SHADE)
        painter.end()
