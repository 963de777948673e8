"""`ui.live.work_form`, `ui.outgoing.catalogue_window`, `ui.following`: Esc ends a window as its cross does."""

from datetime import UTC
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from sanping.domain.text import Text
from sanping.ui.following import Following
from sanping.ui.live.work_form import WorkForm
from sanping.ui.outgoing.catalogue_window import CatalogueWindow

pytestmark = pytest.mark.gui


def test_esc_stops_the_work_of_a_form_once(qtbot: Any) -> None:
    # given a form whose work has begun
    desk, stops = QWidget(), []
    qtbot.addWidget(desk)
    form = WorkForm(Text("导出", "Export"), Text("导出模型", "Export models"), "zh", desk)
    form.stop_asked.connect(lambda: stops.append("stop"))
    form.show()
    form.show_work()

    # when Esc is pressed
    qtbot.keyClick(form, Qt.Key.Key_Escape)

    # then the work is stopped, once
    assert stops == ["stop"]


@pytest.mark.parametrize("way", ["esc", "cross"])
def test_a_catalogue_says_once_that_it_ends(qtbot: Any, way: str) -> None:
    desk, ends = QWidget(), []
    qtbot.addWidget(desk)
    window = CatalogueWindow("zh", UTC, desk)
    window.closed.connect(lambda: ends.append("end"))
    window.show()

    if way == "esc":
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    else:
        window.close()

    assert ends == ["end"]


class Bell(QObject):
    """Rings."""

    rang = Signal()


def test_following_ends_and_may_end_again() -> None:
    # given somebody who hears a bell
    bell, heard = Bell(), []
    following = Following(bell.rang, lambda: heard.append("ring"))
    bell.rang.emit()

    # when it ends twice
    following.end()
    following.end()
    bell.rang.emit()

    # then what rang before was heard, and nothing after
    assert heard == ["ring"]
