"""A list of a tool says how many there are, selects one row at most, and is filled without telling of it."""

import pytest
from PySide6.QtWidgets import QTableWidgetItem
from pytestqt.qtbot import QtBot

from sanping.domain.text import Text
from sanping.ui.wording import Wording
from sanping.ui.workbench.table_panel import TablePanel

pytestmark = pytest.mark.gui


def test_filling_is_silent_and_selects_the_chosen_row(qtbot: QtBot) -> None:
    panel = TablePanel(Wording(), (Text("名称", "Name"), Text("长度", "Length")))
    qtbot.addWidget(panel)
    told: list[str] = []
    panel.table.itemChanged.connect(lambda item: told.append(item.text()))

    with panel.filling(2, 1):
        for number, name in enumerate(("one", "two")):
            panel.table.setItem(number, 0, QTableWidgetItem(name))

    selected = panel.selected_item()
    assert selected is not None
    assert selected.text() == "two"
    assert not told


def test_a_choice_that_is_not_there_selects_nothing(qtbot: QtBot) -> None:
    panel = TablePanel(Wording(), (Text("名称", "Name"),))
    qtbot.addWidget(panel)

    with panel.filling(1, 7):
        panel.table.setItem(0, 0, QTableWidgetItem("one"))

    assert panel.selected_item() is None
