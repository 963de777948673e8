"""The forms of what follows when a case is over: calling back who rang, and erasing who reported."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.small_cases import GOVERNANCE, NOW_MS, sheet, step
from sanping.domain.case import CallBack
from sanping.ui.cases.tables import Tables

TABLES = Tables(GOVERNANCE)


@pytest.fixture
def panel(qtbot: Any, repository: Path) -> Iterator[Any]:
    from PySide6.QtWidgets import QWidget

    from sanping.ui.application import create_application
    from sanping.ui.cases.case_panel import CasePanel
    from sanping.ui.icons import Icons

    create_application("zh", repository / "assets")
    canvas = QWidget()
    qtbot.addWidget(canvas)
    made = CasePanel(Icons(repository / "assets" / "icons"), canvas)
    made.setGeometry(0, 0, 428, 860)
    canvas.show()
    yield made
    canvas.close()


@pytest.mark.gui
def test_a_call_back_asks_three_questions_and_only_of_somebody_who_answered(panel: Any) -> None:
    # given a closed case of the hotline
    panel.show_sheet(sheet(steps=(step("call_back", "call_back"),)), TABLES, NOW_MS)
    panel.open_step("call_back")
    field = panel.form.call_back

    # when nothing is said, when nobody answered, and when somebody did and says something
    told = [panel.form.finding.text()]
    field.reached.setCurrentIndex(1)
    told.append(panel.form.finding.text())
    missed, are_asked = panel.form.draft().call_back, [box.isEnabled() for box in field.answers]
    field.reached.setCurrentIndex(0)
    field.answers[0].setCurrentIndex(1)
    field.answers[2].setCurrentIndex(3)
    said = panel.form.draft()
    panel.open_step("call_back")
    panel.form.take_over(said)

    # then the form holds that, and again after it was made anew
    assert told == ["接通后请至少记下一项回答", ""]
    assert (missed, are_asked) == (CallBack(is_reached=False), [False] * 3)
    assert said.call_back == CallBack(is_answered=True, score=3) == panel.form.draft().call_back


def test_what_a_caller_said_is_told_in_words() -> None:
    from sanping.ui.cases.call_back_field import call_words

    # given calls back with and without an answer
    calls = (CallBack(is_reached=False), CallBack(is_answered=False, score=1), CallBack(is_solved=True))

    # when they are told
    # then each says what was said and no more
    assert [call_words(call).zh for call in calls] == ["未接通（可再访）", "没有人联系过，非常不满意", "已解决"]
    assert call_words(calls[1]).en == "nobody spoke with them, very dissatisfied"


@pytest.mark.gui
def test_who_is_erased_may_have_photos_erased_too(panel: Any) -> None:
    # given a case with two photos
    panel.show_sheet(sheet(steps=(step("erase_reporter", "note"),)), TABLES, NOW_MS)
    panel.open_step("erase_reporter")

    # when one is chosen
    unwritten = panel.form.finding.text()
    panel.form.erased[0].setChecked(True)
    panel.form.note.setPlainText("本人要求")

    # then a reason is needed, and the photo goes along
    assert unwritten == "请填写说明"
    assert panel.form.draft().erased_photos == ("p1.png",)
    assert panel.form.send.isEnabled()
