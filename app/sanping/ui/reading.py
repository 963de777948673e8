"""Words that are read in as much room as there is."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy

LEAST_PX = 58


class Reading(QScrollArea):
    """Words that scroll where they have less room than they need; more they never take."""

    def __init__(self, words: QLabel) -> None:
        super().__init__()
        self._words = words
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setWidget(words)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:  # noqa: N802
        """The height at which all of the words are read; a bar that comes or goes does not change it."""
        return QSize(100, self._words.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Three lines, if there are as many."""
        return QSize(100, min(LEAST_PX, self.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width needs another height."""
        super().resizeEvent(event)
        self._offer_bar()
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        """Other words need another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._offer_bar()
        return super().event(event)

    def _offer_bar(self) -> None:
        """Have a bar only where words are cut; left to itself a bar takes width, and then seems to be needed."""
        is_whole = self.sizeHint().height() <= self.height()
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if is_whole else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        if policy != self.verticalScrollBarPolicy():
            self.setVerticalScrollBarPolicy(policy)
