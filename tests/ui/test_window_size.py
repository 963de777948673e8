"""`ui.application.show_large`, `ui.desk_effects`: how large the desk's window is when nobody said so."""

from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMainWindow

from sanping.ui.application import UNMAXIMIZED, show_large

pytestmark = pytest.mark.gui


def test_a_window_opens_as_large_as_its_screen_and_keeps_a_size_to_go_back_to(qtbot: Any) -> None:
    # given a window that would be as small as it may
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setMinimumSize(300, 200)

    # when it is shown, on a screen where nobody maximises it
    show_large(window)
    qtbot.waitExposed(window)

    # then it is maximised for those who can, has most of the screen here, and lies in its middle
    room = window.screen().availableGeometry()
    assert window.isMaximized()
    assert window.width() >= UNMAXIMIZED * room.width() - 1
    assert window.height() >= UNMAXIMIZED * room.height() - 1
    assert (QRect(window.pos(), window.size()).center() - room.center()).manhattanLength() <= 2


def test_who_leaves_the_full_screen_has_the_maximised_window_again(make_desk: Any) -> None:
    # given a maximised desk
    desk = make_desk(is_loaded=False)
    desk.window.showMaximized()

    # when it fills the screen, and no longer does
    desk.window.effects._set_full_screen(True)
    filled = desk.window.isFullScreen()
    desk.window.effects._set_full_screen(False)

    # then it is maximised as before
    assert filled
    assert not desk.window.isFullScreen()
    assert desk.window.isMaximized()
