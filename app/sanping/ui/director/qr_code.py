"""A QR code as a widget: dark modules on white with the quiet zone that cameras need (ISO/IEC 18004: four modules)."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sanping.ui.qr_modules import modules_of

QUIET_ZONE = 4
SIZE_PX = 196
DARK = QColor(5, 16, 36)


class QrCode(QWidget):
    """Shows words as a QR code, nothing where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self._modules: tuple[tuple[bool, ...], ...] = ()
        self.setFixedSize(SIZE_PX, SIZE_PX)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As large as a phone reads from an arm's length."""
        return QSize(SIZE_PX, SIZE_PX)

    def show_words(self, words: str) -> None:
        """Show these words."""
        if words != self.words:
            self.words = words
            self._modules = modules_of(words) if words else ()
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw whole pixels for each module, so that edges are sharp."""
        painter = QPainter(self)
        count = len(self._modules) + 2 * QUIET_ZONE
        side = max(1, min(self.width(), self.height()) // count)
        left = (self.width() - side * count) / 2
        area = QRectF(left, left, side * count, side * count)
        if not self._modules:
            painter.setPen(Qt.PenStyle.DashLine)
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
            painter.end()
            return
        painter.fillRect(area, Qt.GlobalColor.white)
        for row, modules in enumerate(self._modules):
            for column, is_dark in enumerate(modules):
                if is_dark:
                    x, y = left + (column + QUIET_ZONE) * side, left + (row + QUIET_ZONE) * side
                    painter.fillRect(QRectF(x, y, side, side), DARK)
        painter.end()
