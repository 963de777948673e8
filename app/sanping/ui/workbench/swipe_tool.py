"""Swipe: one view, a line that is dragged, and right of it the same city otherwise."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent

from sanping.commands.desk_state import DeskState
from sanping.commands.side_settings import SideSettings, stage_taken
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Language, Text
from sanping.domain.view import StyleName
from sanping.ui.workbench.drawing import Drawn, ViewDrawing, image_of
from sanping.ui.workbench.side_form import SAME, SideForm
from sanping.ui.workbench.side_views import layers_of, stage_for, words_of
from sanping.ui.workbench.swipe_overlay import SwipeOverlay
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

REST_MS, NEAR_PX = 200, 14.0
TAKE, SWAP, PLAIN = (Text("记下当前画面为右侧", "Keep the present look on the right"), Text("左右互换", "Swap sides"),
                     Text("右侧还原", "Right as the window"))  # fmt: skip
DRAWING = Text("正在绘制右侧", "Drawing the right side")


class SwipeTool(DeskTool):
    """Left is what the window shows; `side` says in what the right differs. It is drawn anew when the camera rests."""

    name = "swipe"
    title = Text("卷帘", "Swipe")
    hint = Text("拖动分界线对比两种画面。右侧的风格、时刻、着色、图层在下面设置；左侧就是窗口本身。",
                "Drag the line to compare. Style, time, colours and layers of the right are set below; the left is the "
                "window itself.")  # fmt: skip
    icon = "swipe"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.side = SideSettings()
        self.overlay = SwipeOverlay(desk.viewport)
        self.overlay.lower()
        self._drawing = ViewDrawing(desk.city, self)
        self._drawing.progressed.connect(self._on_progress)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._draw)
        self._is_open = self._is_dragging = False
        self.form = self._form = SideForm(self.words, has_camera=False)
        self._form.side_asked.connect(self._take)
        self.take, self.swap, self.plain = self._form.buttons(
            (TAKE, self._keep_present), (SWAP, self._swap), (PLAIN, lambda: self._take(SideSettings()))
        )
        self._form.add_progress()

    # The life of a tool

    def enter(self) -> None:
        """Begin with the other style on the right, so that there is something to see."""
        self._is_open = True
        if self.side == SideSettings():
            other: StyleName = "day" if self.desk.state.stage.style == "night" else "night"
            self.side = SideSettings(style=other, hour=13.0 if other == "day" else None)
        self.overlay.resize(self.desk.viewport.size())
        self.overlay.show()
        self._show()

    def leave(self) -> None:
        """Show the window alone again."""
        self._is_open = self._is_dragging = False
        self._rest.stop()
        self._drawing.forget()
        self.overlay.show_image(None)
        self.overlay.hide()

    def follow(self) -> None:
        """Forget what belongs to another twin."""
        self.side = SideSettings()
        self._drawing.forget()

    def close(self) -> None:
        """End."""
        self._rest.stop()
        self._drawing.forget()

    def present(self, new: DeskState, old: DeskState) -> None:
        """Draw the right side anew when the camera rests, or the window shows something else."""
        if replace(new.stage, hovered=None) != replace(old.stage, hovered=None):
            if new.stage.camera != old.stage.camera:
                self.overlay.show_image(None)
            self._show()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        if self._is_open:
            self._show()

    def do(self, wish: str, argument: object = None) -> None:
        """Show the right as the window again."""
        if wish in ("undo", "clear"):
            self._take(SideSettings())

    # The line

    def takes_event(self, event: QEvent) -> bool:
        """Drag the line; what begins elsewhere moves the city as ever."""
        if event.type() == QEvent.Type.Resize:
            self.overlay.resize(self.desk.viewport.size())
            self.overlay.show_image(None)
            self._show()
        if not isinstance(event, QMouseEvent):
            return False
        kind, at = event.type(), event.position()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._is_dragging = self._is_near(at)
            return self._is_dragging
        if not self._is_dragging:
            return False
        if kind == QEvent.Type.MouseMove:
            self.overlay.move_line(at.x() / max(1, self.overlay.width()))
            return True
        if kind == QEvent.Type.MouseButtonRelease:
            self._is_dragging = False
            return True
        return False

    def point(self, at: QPointF) -> None:
        """Show that the line can be dragged."""
        shape = Qt.CursorShape.SplitHCursor if self._is_near(at) else Qt.CursorShape.ArrowCursor
        self.desk.viewport.setCursor(shape)

    def _is_near(self, at: QPointF) -> bool:
        return abs(at.x() - self.overlay.line_px) <= NEAR_PX

    # The right side

    @Slot(object)
    def _take(self, side: SideSettings) -> None:
        self.side = side
        self._show()

    def _keep_present(self) -> None:
        self._take(SideSettings(taken=replace(self.desk.state.stage, selection=(), hovered=None)))

    def _swap(self) -> None:
        """Let the window show what is right, and the right what the window shows."""
        left, right = self.desk.state.stage, stage_for(self.desk, self.side)
        self.side = SideSettings(taken=replace(left, selection=(), hovered=None))
        self.desk.take(stage_taken(self.desk.state, right))
        self._show()

    def _show(self) -> None:
        if not self._is_open:
            return
        self._form.show_side(self.side, self.desk.state.stage, layers_of(self.desk))
        self.overlay.show_words(self.words.say(SAME), self.words.say(words_of(self.side)))
        self._rest.start()

    @Slot()
    def _draw(self) -> None:
        self._drawing.forget()
        stage, size_px = stage_for(self.desk, self.side), self.desk.viewport.device_size_px
        self._drawing.ask(Drawn(stage=stage, size_px=size_px, take=self._take_picture, is_covered=True))

    def _take_picture(self, picture: UInt8Array) -> None:
        self._form.show_progress(None)
        if self._is_open:
            self.overlay.show_image(image_of(picture))

    @Slot(float)
    def _on_progress(self, share: float) -> None:
        self._form.show_progress(share if share < 1.0 else None, DRAWING if share < 1.0 else None)
