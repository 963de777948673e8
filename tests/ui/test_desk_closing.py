import gc
import threading
from typing import Any

import pytest
from PySide6.QtCore import QTimer

pytestmark = pytest.mark.gui


def test_a_window_closed_while_it_loads_leaves_no_thread_and_no_timer(make_desk: Any, qtbot: Any) -> None:
    # given a window that has only begun to load
    before = set(threading.enumerate())
    desk = make_desk(is_loaded=False, animation_hz=20)
    qtbot.wait(50)

    # when it is closed
    desk.window.close()

    # then its threads have ended and none of its timers runs
    names = {thread.name for thread in set(threading.enumerate()) - before}
    assert not any(name.startswith("sanping-job") for name in names)
    ticking = [timer for timer in desk.window.findChildren(QTimer) if timer.isActive()]
    assert ticking == []


def test_a_window_can_be_opened_again_and_again(make_desk: Any) -> None:
    # given windows that come and go

    # when three are opened and closed
    for _ in range(3):
        desk = make_desk()
        assert desk.picture().std() > 5
        desk.window.close()
        gc.collect()

    # then the last one was closed without trouble
    assert not desk.window.isVisible()
