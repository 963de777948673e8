from typing import Any

import pytest
from PySide6.QtCore import Qt

pytestmark = pytest.mark.gui


@pytest.fixture
def field(qtbot: Any) -> Any:
    from sanping.ui.number_field import NumberField

    made = NumberField(0.0, 60.0, 1)
    qtbot.addWidget(made)
    made.show()
    made.show_number(20.0)
    yield made
    made.close()


@pytest.mark.parametrize(("typed", "number"), [("12.5", 12.5), ("90", 60.0), ("", 20.0)])
def test_a_number_is_taken_within_its_limits(field: Any, qtbot: Any, typed: str, number: float) -> None:
    # given a field that shows 20
    assert field.text() == "20"

    # when something is typed
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, typed)

    # then its number lies within the limits, and nothing typed leaves the old one
    assert field.number == number


def test_an_entered_number_is_told_once(field: Any, qtbot: Any) -> None:
    # given somebody who listens
    told: list[float] = []
    field.number_entered.connect(told.append)

    # when the same and another number are entered
    qtbot.keyClick(field, Qt.Key.Key_Return)
    field.setText("7")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    # then only the change is told
    assert told == [7.0]
