"""Makes the Qt application: OpenGL format, fonts, high-DPI, dark theme. Must run before the first window."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication, QSurfaceFormat
from PySide6.QtWidgets import QApplication, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.theme import palette, style_sheet

FONT_FAMILIES = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "WenQuanYi Micro Hei")
TEXT_SIZE_PX = 13
NAME = Text("三屏", "Sanping")
UNMAXIMIZED = 0.85  # of the screen


def create_application(language: Language, assets: Path, arguments: Sequence[str] = ()) -> QApplication:
    """Return the application, dressed; an existing one is dressed anew.

    The OpenGL format is set as the process default, which Qt heeds only before the first window.
    """
    if QSurfaceFormat.defaultFormat() != surface_format():
        QSurfaceFormat.setDefaultFormat(surface_format())
    running = QCoreApplication.instance()
    if isinstance(running, QApplication):
        application = running
    else:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
        application = QApplication([sys.argv[0], *arguments])
    application.setApplicationName("sanping")
    application.setApplicationDisplayName(NAME.in_language(language))
    application.setStyle("Fusion")
    QLocale.setDefault(QLocale(QLocale.Language.Chinese if language == "zh" else QLocale.Language.English))
    application.setFont(_font(assets))
    application.setPalette(palette())
    application.setStyleSheet(style_sheet((assets / "icons").as_posix()))
    return application


def run_until_closed() -> int:
    """Run the application that `create_application` made until its last window closes; return its exit status."""
    return QApplication.exec()


def show_large(window: QWidget) -> None:
    """Show a window over its whole screen, and most of it, centred, once it is no longer maximised.

    Where no window manager maximises it, it has that smaller size from the start.
    """
    room = window.screen().availableGeometry()
    window.resize((room.size() * UNMAXIMIZED).expandedTo(window.minimumSize()))
    window.move(room.topLeft() + (room.bottomRight() - room.topLeft() - window.rect().bottomRight()) / 2)
    window.showMaximized()


def surface_format() -> QSurfaceFormat:
    """Return desktop OpenGL 3.2 core, double-buffered, without multisampling: that happens inside VTK."""
    wanted = QSurfaceFormat()
    wanted.setRenderableType(QSurfaceFormat.RenderableType.OpenGL)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setVersion(3, 2)
    wanted.setSwapBehavior(QSurfaceFormat.SwapBehavior.DoubleBuffer)
    for set_size in (wanted.setRedBufferSize, wanted.setGreenBufferSize, wanted.setBlueBufferSize):
        set_size(8)
    wanted.setAlphaBufferSize(8)
    wanted.setDepthBufferSize(24)
    wanted.setStencilBufferSize(0)
    wanted.setSamples(0)
    return wanted


def _font(assets: Path) -> QFont:
    families: list[str] = []
    known = set(QFontDatabase.families())
    if not known.intersection(FONT_FAMILIES[:1]):
        for file in sorted((assets / "fonts").glob("*.[ot]tf")):
            number = QFontDatabase.addApplicationFont(str(file))
            families += QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    families += [family for family in FONT_FAMILIES if family in known and family not in families]
    font = QFont()
    font.setFamilies(families or [font.family()])
    font.setPixelSize(TEXT_SIZE_PX)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
