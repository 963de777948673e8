"""The glass before the city in one window of the wall: its piece of the board, a pointer, help, the test pattern."""

from collections.abc import Callable, Iterable, Sequence
from time import monotonic_ns

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRadialGradient
from PySide6.QtWidgets import QWidget

from sanping.domain.text import Language, Text
from sanping.ui.wall.board import WallBoard
from sanping.ui.wall.brush import Brush
from sanping.ui.wall.pattern import paint_pattern
from sanping.ui.wall.tiling import Tile, Tiling

HELP_TITLE = Text("大屏按键", "Keys of the wall")
HELP = (
    (Text("Esc 两次 / Ctrl+Q", "Esc twice / Ctrl+Q"), Text("退出大屏", "Leave the wall")),
    (Text("F1", "F1"), Text("显示或收起本帮助", "Show or hide this help")),
    (Text("B", "B"), Text("换主题：一网感知、一网治理", "Turn to the other board")),
    (Text("T", "T"), Text("拼接测试图与每屏帧率", "Test pattern with the frame rate of each screen")),
    (Text("拖动 / 滚轮 / 触摸", "Drag, wheel, touch"), Text("接管视角，停手 10 秒后交还",
                                                    "Take the camera; given back after 10 s of rest")),
    (Text("右键拖动", "Drag with the right button"), Text("旋转视角", "Turn the camera")),
)  # fmt: skip
POINTER_EM = 1.6
UNSHOWN = Text("未显示：{title}", "Not shown: {title}")
UNSHOWN_MORE = Text("未显示：{title}，还有 {rest} 个图层", "Not shown: {title}, and {rest} more layers")
MOST_UNSHOWN, UNSHOWN_EM = 3, 3.0
UNSHOWN_SHARE, UNSHOWN_FOOT = 0.47, 0.735
"""The share of the width that the plate has, and where it ends: above the panels at the foot of the middle."""
AMBER, WHY = QColor(255, 196, 84), QColor(255, 226, 176)


def monotonic_ms() -> int:
    """Return milliseconds of a clock that never jumps."""
    return monotonic_ns() // 1_000_000


class TileGlass(QWidget):
    """Lets every touch through to the city behind it."""

    def __init__(self, parent: QWidget, tile: Tile, tiling: Tiling) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.tile, self.tiling = tile, tiling
        self.board: WallBoard | None = None
        self.language: Language = "zh"
        self.em_px = 18.0
        self.shows_pattern = self.shows_help = False
        self.pointer: tuple[float, float] | None = None
        self.rate: Callable[[], str] = str
        self.unshown: tuple[tuple[Text, Text], ...] = ()

    @property
    def piece(self) -> QRectF:
        """Its piece of the canvas."""
        return QRectF(self.tile.left, self.tile.top, self.tile.width, self.tile.height)

    def show_unshown(self, layers: Sequence[tuple[Text, Text]]) -> None:
        """Say which layers this machine does not show, and why, over everything else."""
        if tuple(layers) != self.unshown:
            self.unshown = tuple(layers)
            self.update()

    def paint_again(self, boxes: Iterable[QRectF]) -> None:
        """Paint what of the canvas has changed."""
        for box in boxes:
            mine = box.intersected(self.piece)
            if not mine.isEmpty():
                self.update(mine.translated(-self.piece.topLeft()).toAlignedRect())

    def show_pointer(self, at_px: tuple[float, float] | None) -> None:
        """Show the light of a pointer at a place of the canvas."""
        if at_px != self.pointer:
            self.pointer = at_px
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint the piece that Qt asks for."""
        painter = QPainter(self)
        if self.shows_pattern:
            paint_pattern(painter, self.tile, self.tiling, self.language, self.rate())
            painter.end()
            return
        if self.board is not None:
            painter.setClipRect(event.rect())
            self.board.paint(painter, self.piece, monotonic_ms())
            painter.setClipping(False)
        if self.unshown and self.board is not None:
            self._paint_unshown(Brush(painter, self.board.look, self.em_px, self.language))
        if self.pointer is not None:
            self._paint_pointer(painter, QPointF(*self.pointer) - self.piece.topLeft())
        if self.shows_help and self.board is not None:
            self._paint_help(Brush(painter, self.board.look, self.em_px, self.language))
        painter.end()

    def _paint_pointer(self, painter: QPainter, at: QPointF) -> None:
        radius = POINTER_EM * self.em_px
        glow = QRadialGradient(at, radius)
        for place, colour in ((0.0, QColor(255, 255, 255, 255)), (0.14, QColor(255, 80, 70, 255)),
                              (0.34, QColor(255, 40, 40, 120)), (1.0, QColor(255, 30, 30, 0))):  # fmt: skip
            glow.setColorAt(place, colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(glow)
        painter.drawEllipse(at, radius, radius)

    def _paint_unshown(self, brush: Brush) -> None:
        """Paint a plate at the foot of the open city: each layer that is missing, and below it why."""
        em, shown = brush.em, self.unshown[:MOST_UNSHOWN]
        wide, tall = max(UNSHOWN_SHARE * self.width(), min(22 * em, self.width())), (UNSHOWN_EM * len(shown) + 0.5) * em
        plate = QRectF((self.width() - wide) / 2, UNSHOWN_FOOT * self.height() - tall, wide, tall)
        brush.painter.fillRect(plate, QColor(40, 24, 0, 225))
        brush.painter.fillRect(QRectF(plate.left(), plate.top(), 0.25 * em, tall), AMBER)
        half = UNSHOWN_EM * em / 2
        for number, (title, why) in enumerate(shown):
            line = QRectF(plate.left() + em, plate.top() + 0.25 * em + 2 * half * number, wide - 1.6 * em, half)
            brush.size(1.0, is_bold=True)
            rest = len(self.unshown) - len(shown) if number == len(shown) - 1 else 0
            words = UNSHOWN_MORE.with_values(title=title, rest=rest) if rest else UNSHOWN.with_values(title=title)
            brush.say_in(line, words, AMBER)
            brush.size(0.9)
            brush.say_in(line.translated(0, half), why, WHY)
        brush.size()

    def _paint_help(self, brush: Brush) -> None:
        em = brush.em
        wide, tall = min(36 * em, self.width() - 2 * em), (3.2 + 2.0 * len(HELP)) * em
        area = QRectF((self.width() - wide) / 2, (self.height() - tall) / 2, wide, tall)
        room = brush.frame(area, HELP_TITLE)
        for (keys, what), line in zip(HELP, brush.rows(room, 2.0, len(HELP)), strict=False):
            brush.size(1.0, is_bold=True)
            brush.say_in(QRectF(line.left(), line.top(), 0.36 * wide, line.height()), keys, brush.look.accent)
            brush.size()
            brush.say_in(line.adjusted(0.38 * wide, 0, 0, 0), what, brush.look.text)
