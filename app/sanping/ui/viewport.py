"""The 3D view: a QOpenGLWidget that VTK draws into. It draws when Qt asks, and only then; nobody calls Render().

VTK never owns the OpenGL context: its window renders into its own framebuffers, and the finished picture is copied to
the widget's. Input leaves as signals in widget pixels, counted from the upper left corner.
"""

import ctypes
import ctypes.util
import sys
from time import perf_counter

import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  the factory entries of the OpenGL classes
from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QMouseEvent, QOpenGLContext, QSurface, QWheelEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QSizePolicy, QWidget
from vtkmodules.vtkCommonCore import vtkCommand
from vtkmodules.vtkRenderingOpenGL2 import vtkGenericOpenGLRenderWindow

GL_DRAW_FRAMEBUFFER = 0x8CA9
GL_SCISSOR_TEST = 0x0C11
GL_COLOR_BUFFER_BIT = 0x4000
GL_LINEAR = 0x2601
GL_DEPTH_TEST = 0x0B71
GL_LEQUAL = 0x0203


class Viewport(QOpenGLWidget):
    """Shows what a VTK render window draws.

    `frame_drawn` comes after each frame with its time in milliseconds.
    """

    context_ready = Signal()
    frame_drawn = Signal(float)
    pressed = Signal(QPointF, object, object)
    dragged = Signal(QPointF)
    released = Signal(QPointF, bool)
    double_clicked = Signal(QPointF)
    wheeled = Signal(QPointF, float)
    pointed = Signal(QPointF)
    pointer_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUpdateBehavior(QOpenGLWidget.UpdateBehavior.NoPartialUpdate)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.window_of_vtk = vtkGenericOpenGLRenderWindow()
        self.window_of_vtk.SetReadyForRendering(False)
        self.window_of_vtk.SetFrameBlitModeToNoBlit()
        self.window_of_vtk.SetMultiSamples(0)
        self._context: QOpenGLContext | None = None
        self._surface: QSurface | None = None
        self._press: QPointF | None = None
        self._share = 1.0
        self._margins = (0, 0, 0, 0)
        self._is_painting = False
        self._observers = [
            self.window_of_vtk.AddObserver(vtkCommand.WindowMakeCurrentEvent, self._make_current),
            self.window_of_vtk.AddObserver(vtkCommand.WindowIsCurrentEvent, self._say_whether_current),
            self.window_of_vtk.AddObserver(vtkCommand.WindowFrameEvent, self._ask_for_paint),
        ]

    def sizeHint(self) -> QSize:  # noqa: N802
        """Prefer a picture of a usable size."""
        return QSize(1280, 720)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height in widget pixels."""
        return max(1, self.width()), max(1, self.height())

    @property
    def device_size_px(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def device(self, point: QPointF) -> tuple[int, int]:
        """Return a widget point in pixels of VTK's window."""
        (width, height), (left, top, right, bottom) = self.window_of_vtk.GetSize(), self._margins
        across, down = max(1, self.width()) + left + right, max(1, self.height()) + top + bottom
        return round((point.x() + left) * width / across), round((point.y() + top) * height / down)

    def draw_share(self, share: float) -> None:
        """Draw the next frames with `share` (0 … 1) of the pixels along each side: coarse but quick."""
        if share != self._share:
            self._share = share
            self.update()

    def draw_around(self, left: int, top: int, right: int, bottom: int) -> None:
        """Draw so many widget pixels more on each side than are shown: what glows there reaches into the picture."""
        self._margins = (left, top, right, bottom)
        self.update()

    def close_scene_window(self) -> None:
        """Give back what VTK holds on the graphics card; the widget stays black afterwards."""
        if self._context is not None and self._surface is not None:
            self._context.makeCurrent(self._surface)
            self.window_of_vtk.Finalize()
        self.window_of_vtk.SetReadyForRendering(False)
        observers, self._observers = self._observers, []
        for tag in observers:
            self.window_of_vtk.RemoveObserver(tag)
        self._context = self._surface = None

    def initializeGL(self) -> None:  # noqa: N802
        """Let VTK know the context that Qt made."""
        self._context = self.context()
        self._surface = self._context.surface()
        self._context.aboutToBeDestroyed.connect(self._on_context_lost)
        window = self.window_of_vtk
        _load_symbols(window)
        window.OpenGLInitContext()
        window.OpenGLInit()
        state = window.GetState()
        state.Reset()
        state.vtkglDepthFunc(GL_LEQUAL)
        state.vtkglEnable(GL_DEPTH_TEST)
        window.SetForceMaximumHardwareLineWidth(1)
        window.SetOwnContext(0)
        window.SetReadyForRendering(True)
        self.context_ready.emit()

    def resizeGL(self, width: int, height: int) -> None:  # noqa: N802
        """Tell VTK the resolution; the size follows with the frame."""
        self.window_of_vtk.SetDPI(round(72 * self.devicePixelRatioF()))

    def paintGL(self) -> None:  # noqa: N802
        """Draw one frame."""
        window = self.window_of_vtk
        if self._context is None or not window.GetReadyForRendering() or self._is_painting:
            return
        begun = perf_counter()
        ratio = self.devicePixelRatioF() * self._share
        left, top, right, bottom = self._margins
        width, height = self.width() + left + right, self.height() + top + bottom
        window.SetSize(max(1, round(width * ratio)), max(1, round(height * ratio)))
        state = window.GetState()
        state.Reset()
        state.Push()
        state.vtkglDepthFunc(GL_LEQUAL)
        self._is_painting = True
        try:
            window.Render()
        finally:
            self._is_painting = False
        self.makeCurrent()
        self._bring_picture()
        state.Pop()
        self._context.functions().glFinish()
        self.frame_drawn.emit((perf_counter() - begun) * 1000)

    def _bring_picture(self) -> None:
        assert self._context is not None
        functions = self._context.functions()
        drawn_width, drawn_height = self.window_of_vtk.GetSize()
        width, height = self.device_size_px
        left, top, right, bottom = self._margins
        x = drawn_width / max(1, self.width() + left + right)
        y = drawn_height / max(1, self.height() + top + bottom)
        source = (round(left * x), round(bottom * y), round(self.width() * x), round(self.height() * y))
        target = self.defaultFramebufferObject()
        functions.glBindFramebuffer(GL_DRAW_FRAMEBUFFER, target)
        functions.glDisable(GL_SCISSOR_TEST)
        self.window_of_vtk.BlitDisplayFramebuffer(0, *source, 0, 0, width, height, GL_COLOR_BUFFER_BIT, GL_LINEAR)
        functions.glViewport(0, 0, width, height)
        functions.glColorMask(False, False, False, True)
        functions.glClearColor(0.0, 0.0, 0.0, 1.0)
        functions.glClear(GL_COLOR_BUFFER_BIT)
        functions.glColorMask(True, True, True, True)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Start a click or a drag."""
        self._press = event.position()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.pressed.emit(event.position(), event.button(), event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag with a button, point without one."""
        if event.buttons() == Qt.MouseButton.NoButton:
            self.pointed.emit(event.position())
        else:
            self.dragged.emit(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End a drag; a press that stayed in place was a click."""
        moved = event.position() - (self._press or event.position())
        is_click = moved.manhattanLength() < 5 and event.button() == Qt.MouseButton.LeftButton
        self._press = None
        self.released.emit(event.position(), is_click)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom by the steps of the wheel."""
        steps = event.angleDelta().y() / 120 if event.angleDelta().y() else event.pixelDelta().y() / 60
        if steps:
            self.wheeled.emit(event.position(), steps)
        event.accept()

    def leaveEvent(self, event: object) -> None:  # noqa: N802
        """Nothing is under the cursor any more."""
        self.pointer_left.emit()

    @Slot()
    def _on_context_lost(self) -> None:
        self.close_scene_window()

    def _make_current(self, _caller: object, _event: str) -> None:
        # Not QOpenGLWidget.makeCurrent: that binds the widget's framebuffer too, in the middle of VTK's drawing.
        if self._context is not None and self._surface is not None:
            self._context.makeCurrent(self._surface)

    def _say_whether_current(self, _caller: object, _event: str) -> None:
        is_current = self._context is not None and QOpenGLContext.currentContext() is self._context
        self.window_of_vtk.SetIsCurrent(is_current)

    def _ask_for_paint(self, _caller: object, _event: str) -> None:
        if not self._is_painting:
            self.update()


def _load_symbols(window: vtkGenericOpenGLRenderWindow) -> None:
    """Tell VTK where OpenGL functions are found: in the library that Qt's platform uses."""
    if not sys.platform.startswith("linux"):
        return
    wayland = QGuiApplication.platformName().startswith("wayland")
    name, function = ("EGL", "eglGetProcAddress") if wayland else ("GL", "glXGetProcAddressARB")
    library = ctypes.CDLL(f"lib{name}.so.1")
    address = ctypes.cast(getattr(library, function), ctypes.c_void_p).value
    window.SetOpenGLSymbolLoader2(int(address or 0), 0)
