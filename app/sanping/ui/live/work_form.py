"""A form whose work takes a while: fields, a button that begins it and then stops it, and how far it is."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.text import Language, Text
from sanping.ui.wording import Wording

BEGIN, STOP, CLOSE = Text("导出…", "Export…"), Text("停止", "Stop"), Text("关闭", "Close")


class WorkForm(QDialog):
    """Asks, and then shows the work; `export_asked` carries what is wanted, `stop_asked` comes when it is stopped.

    Put fields into `grid` with `add_row`; `begin_work` is called when the person wants the work to begin.
    """

    export_asked = Signal(object)
    stop_asked = Signal()

    def __init__(self, title: Text, about: Text, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(520)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.words = Wording(language)
        self.is_busy = False
        self.words.put(self.setWindowTitle, title)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(10)
        self.about = QLabel()
        self.about.setWordWrap(True)
        self.about.setProperty("role", "quiet")
        self.words.put(self.about.setText, about)
        column.addWidget(self.about)
        self.form = QWidget()
        self.grid = QGridLayout(self.form)
        self.grid.setContentsMargins(0, 4, 0, 4)
        self.grid.setHorizontalSpacing(16)
        self.grid.setColumnStretch(1, 1)
        column.addWidget(self.form)
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        column.addWidget(self.said)
        column.addWidget(self.bar)
        self._add_buttons(column)
        self.show_rest(None)

    def begin_work(self) -> None:
        """Begin the work, or say in `said` why it cannot begin."""
        raise NotImplementedError

    def add_row(self, title: Text, field: QWidget) -> QLabel:
        """Add a field with its caption, which is returned."""
        caption = QLabel()
        self.words.put(caption.setText, title)
        row = self.grid.rowCount()
        is_tall = isinstance(field, QListWidget)
        self.grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop if is_tall else Qt.AlignmentFlag.AlignVCenter)
        self.grid.addWidget(field, row, 1)
        return caption

    def show_progress(self, share: float, doing: Text) -> None:
        """Show how far the work is."""
        self.bar.setValue(round(share * 1000))
        self.words.put(self.said.setText, doing)

    def show_work(self) -> None:
        """Show that the work has begun."""
        self.is_busy = True
        self.form.setEnabled(False)
        self.bar.show()
        self.bar.setValue(0)
        self.words.put(self.go.setText, STOP)

    def show_rest(self, last_word: Text | None) -> None:
        """Show the form again, with what became of the work."""
        self.is_busy = False
        self.form.setEnabled(True)
        self.bar.hide()
        self.words.put(self.go.setText, BEGIN)
        self.words.put(self.said.setText, last_word or Text("", ""))

    def done(self, result: int) -> None:
        """Stop the work of a form that ends, by its button, Esc or the window's cross."""
        if self.is_busy:
            self.stop_asked.emit()
        super().done(result)

    def _add_buttons(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.addStretch(1)
        self.go, leave = QPushButton(), QPushButton()
        self.go.setDefault(True)
        self.words.put(leave.setText, CLOSE)
        self.go.clicked.connect(self._on_go)
        leave.clicked.connect(self.close)
        row.addWidget(leave)
        row.addWidget(self.go)
        column.addLayout(row)

    @Slot()
    def _on_go(self) -> None:
        if self.is_busy:
            self.stop_asked.emit()
        else:
            self.begin_work()
