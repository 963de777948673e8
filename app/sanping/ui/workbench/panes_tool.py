"""Linked views: two or four panes with one camera, each with its own look; moving one moves all."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.commands.side_settings import SideSettings
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Language, Text
from sanping.stage.panes import PaneBox, panes_of
from sanping.ui.glass import GlassPanel
from sanping.ui.theme import GAP, MARGIN, STATUS_HEIGHT, TITLE_HEIGHT
from sanping.ui.workbench.drawing import Drawn, ViewDrawing, image_of
from sanping.ui.workbench.panes_overlay import PanesOverlay
from sanping.ui.workbench.side_form import SideForm
from sanping.ui.workbench.side_views import layers_of, stage_for, words_of
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

REST_MS, HASTY_SHARE = 260, 0.3
COMPASS_PX, TIME_PX = 92, 88
COUNTS = ((2, Text("左右两个", "Two")), (4, Text("四个", "Four")))
PRESETS = (
    SideSettings(),
    SideSettings(camera="top"),
    SideSettings(style="day", hour=13.0),
    SideSettings(style="day", hour=13.0, colours="height"),
)
PANE, KEEP = Text("窗格 {number}", "Pane {number}"), Text("记下当前画面", "Keep the present look")
DRAWING = Text("正在绘制窗格", "Drawing the panes")


class PanesTool(DeskTool):
    """`sides` are the looks of the panes; the first shows the window unless it is told otherwise."""

    name = "panes"
    title = Text("多视图", "Linked views")
    hint = Text("在任一窗格里拖动、滚轮，全部联动。先选窗格，再设它的风格、时刻、着色、镜头与图层。",
                "Drag or turn the wheel in any pane: all follow. Choose a pane, then its style, time, colours, camera "
                "and layers.")  # fmt: skip
    icon = "panes"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.sides = list(PRESETS)
        self.chosen = 0
        self.overlay = PanesOverlay(desk.viewport)
        self._drawing = ViewDrawing(desk.city, self)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._draw_whole)
        self._is_open = self._is_passing_on = False
        self._pressed: PaneBox | None = None
        self.form = self._form = SideForm(self.words, has_camera=True)
        self.count = self._form.choice(Text("窗格", "Panes"), COUNTS)
        self.count.currentIndexChanged.connect(self._on_count)
        numbers = [(number, PANE.with_values(number=number + 1)) for number in range(len(PRESETS))]
        self.which = self._form.choice(Text("设置", "Settings of"), numbers)
        self.which.currentIndexChanged.connect(self._choose)
        self._form.side_asked.connect(self._take)
        self.keep = self._form.buttons((KEEP, self._keep_present))[0]

    @property
    def _boxes(self) -> tuple[PaneBox, ...]:
        """The panes, between the panels; over the whole view while those are hidden or it is narrow."""
        (width, height), state = self.desk.viewport.size_px, self.desk.state
        left = right = top = bottom = 0
        panel = panel_of(self._form)
        if state.has_overlays:
            left = panel.geometry().right() + GAP if panel is not None and panel.isVisible() else MARGIN
            right, top, bottom = COMPASS_PX, TITLE_HEIGHT, STATUS_HEIGHT
            bottom += TIME_PX if "time" in state.shown_panels else 0
        area = PaneBox(left=left, top=top, width=width - left - right, height=height - top - bottom)
        return panes_of(int(self.count.currentData()), area)

    # The life of a tool

    def enter(self) -> None:
        """Show the panes."""
        self._is_open = True
        self.overlay.resize(self.desk.viewport.size())
        self.overlay.show()
        self.overlay.raise_()  # marks are at places of the whole view, not of a pane
        self._show()

    def leave(self) -> None:
        """Show the window alone again."""
        self._is_open = False
        self._rest.stop()
        self._drawing.forget()
        self.overlay.hide()

    def follow(self) -> None:
        """Forget what belongs to another twin."""
        self.sides = [replace(side, taken=None, hidden=frozenset(), shown=frozenset()) for side in PRESETS]
        self._drawing.forget()

    def close(self) -> None:
        """End."""
        self._rest.stop()
        self._drawing.forget()

    def present(self, new: DeskState, old: DeskState) -> None:
        """Let every pane follow: coarsely at once, wholly when the camera rests."""
        if new.stage.camera != old.stage.camera:
            self._draw_hastily()
        if replace(new.stage, hovered=None) != replace(old.stage, hovered=None) or new.has_overlays != old.has_overlays:
            self._show()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._show()

    # Moving in a pane moves the view

    def takes_event(self, event: QEvent) -> bool:
        """Pass presses, moves and wheels on as if they came where the whole view shows the same."""
        if event.type() == QEvent.Type.Resize:
            self.overlay.resize(self.desk.viewport.size())
            self._show()
        if self._is_passing_on or not isinstance(event, (QMouseEvent, QWheelEvent)):
            return False
        at = event.position()
        is_held = isinstance(event, QMouseEvent) and self._pressed is not None
        box = self._pressed if is_held else self._box_at(at)
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._pressed = box
            if box is not None:
                self.which.setCurrentIndex(self._boxes.index(box))
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._pressed = None
        if box is not None:
            self._pass_on(event, QPointF(*box.in_view((at.x(), at.y()), self.desk.viewport.size_px)))
        return True

    def _box_at(self, at: QPointF) -> PaneBox | None:
        return next((box for box in self._boxes if box.holds((at.x(), at.y()))), None)

    def _pass_on(self, event: QMouseEvent | QWheelEvent, at: QPointF) -> None:
        view = self.desk.viewport
        everywhere = QPointF(view.mapToGlobal(at.toPoint()))
        if isinstance(event, QWheelEvent):
            moved: QEvent = QWheelEvent(at, everywhere, event.pixelDelta(), event.angleDelta(), event.buttons(),
                                        event.modifiers(), event.phase(), event.inverted())  # fmt: skip
        else:
            moved = QMouseEvent(event.type(), at, everywhere, event.button(), event.buttons(), event.modifiers())
        self._is_passing_on = True
        try:
            QCoreApplication.sendEvent(view, moved)
        finally:
            self._is_passing_on = False

    # What the panes show

    @Slot(int)
    def _on_count(self, _index: int) -> None:
        self.which.setCurrentIndex(min(self.chosen, int(self.count.currentData()) - 1))
        self._show()

    @Slot(int)
    def _choose(self, number: int) -> None:
        self.chosen = max(0, number)
        self._show()

    @Slot(object)
    def _take(self, side: SideSettings) -> None:
        if side != self.sides[self.chosen]:
            self.sides[self.chosen] = side
            self._show()

    def _keep_present(self) -> None:
        self._take(SideSettings(taken=replace(self.desk.state.stage, selection=(), hovered=None)))

    def _show(self) -> None:
        self._form.show_side(self.sides[self.chosen], self.desk.state.stage, layers_of(self.desk))
        if self._is_open:
            boxes = self._boxes
            words = [self.words.say(words_of(side)) for side in self.sides[: len(boxes)]]
            self.overlay.show_panes(boxes, words, self.chosen)
            self._rest.start()

    def _draw_hastily(self) -> None:
        """Draw panes with few pixels, unless that is being done: the next ones show where the camera is then.

        A pane with another light follows in motion only where that is quick to draw, else when the camera rests.
        """
        if not self._drawing.is_busy:
            self._ask(HASTY_SHARE)

    @Slot()
    def _draw_whole(self) -> None:
        self._drawing.forget()
        self._ask(1.0)

    def _ask(self, share: float) -> None:
        ratio = self.desk.viewport.devicePixelRatioF() * share
        for number, box in enumerate(self._boxes):
            size_px = (max(16, round(box.width * ratio)), max(16, round(box.height * ratio)))
            stage, window = stage_for(self.desk, self.sides[number]), self.desk.state.stage
            has_other_light = (stage.style, stage.moment) != (window.style, window.moment)
            if share < 1.0 and has_other_light and not self.desk.city.is_quick:
                continue
            take = partial(self._take_picture, number)
            self._drawing.ask(Drawn(stage=stage, size_px=size_px, take=take, is_hasty=share < 1.0))

    def _take_picture(self, number: int, picture: UInt8Array) -> None:
        if self._is_open:
            self.overlay.show_image(number, image_of(picture))


def panel_of(widget: QWidget) -> GlassPanel | None:
    """Return the panel in which a widget stands."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, GlassPanel):
        above = above.parentWidget()
    return above
