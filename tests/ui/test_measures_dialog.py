"""Measures at the desk: what came with each in honest words, and a form that records another."""

from typing import Any

import pytest

from fakes.small_cases import GOVERNANCE
from sanping.domain.measure import Measure
from sanping.domain.text import Text
from sanping.ui.cases.measure_words import counts_words, note_words
from sanping.ui.cases.tables import Tables
from sanping.ui.wall.telling_cases import measures_of
from sanping.wire.cases import MeasureRow, Measures, Ratio

pytestmark = pytest.mark.gui
GATE = Measure(id="gate", kind="event", case_class="0102", from_day="2026-05-01", name_zh="新闸", area="310107005")
OWN = Measure(id="own", kind="event", case_class="0102", from_day="2026-11-01", name_zh="定时清运", by="desk")
HALF = Ratio(before=40, after=20, ratio=0.5, low=0.29, high=0.86)
ROWS = (
    MeasureRow(measure=GATE, days=84, verdict="fewer", whole=HALF, year=HALF),
    MeasureRow(measure=OWN, days=7, verdict="too_soon"),
)


def test_a_measure_is_told_with_its_interval_and_the_season() -> None:
    # given one with a year before, one without, and one that is too young
    lone = MeasureRow(measure=GATE, days=84, verdict="fewer", whole=HALF)

    # when they are told
    # then counts, bounds and what is not known are there
    assert counts_words(ROWS[0]).zh == "前 40 件 → 后 20 件（各 84 天）"
    assert note_words(ROWS[0]).zh == "率比 0.50（95% 0.29–0.86）；比去年同期 0.50（0.29–0.86）"
    assert note_words(lone).zh.endswith("没有去年同期的记录，未排除季节影响")
    assert (counts_words(ROWS[1]).zh, note_words(ROWS[1]).zh) == ("", "记录还不到前后各两周")


def test_the_wall_is_told_only_of_measures_with_something_to_say() -> None:
    # given both; when the wall's are made
    (told,) = measures_of(Measures(rows=ROWS, first_day="2026-01-01"))

    # then there is the one, a day's cases on each side
    assert (told.title.zh, told.effect.days, told.effect.change, told.effect.is_sure) == ("新闸", 84, -0.5, True)
    assert (told.effect.before, told.effect.after) == (40 / 84, 20 / 84)
    assert told.note.zh == "率比 0.50（0.29–0.86），同期 0.50"


def test_measures_are_listed_recorded_and_withdrawn_at_the_desk(qtbot: Any, repository: Any) -> None:
    from PySide6.QtWidgets import QLabel, QPushButton

    from sanping.ui.application import create_application
    from sanping.ui.cases.measures_dialog import MeasuresDialog

    # given the measures of a city
    create_application("zh", repository / "assets")
    dialog = MeasuresDialog(Tables(GOVERNANCE), "zh")
    qtbot.addWidget(dialog)
    recorded: list[Any] = []
    withdrawn: list[str] = []
    dialog.recorded.connect(recorded.append)
    dialog.withdrawn.connect(withdrawn.append)
    dialog.show_measures(Measures(rows=ROWS, first_day="2026-01-01"))
    words = [label.text() for label in dialog.findChildren(QLabel)]

    # when one is recorded step by step, refused once, and one of the desk's own withdrawn
    missing = [dialog.finding.text()]
    dialog.name.setText(" 定时清运 ")
    missing.append(dialog.finding.text())
    dialog.case_class.show_key("event:0102")
    dialog._judge()
    dialog.area.show_key("310107005")
    dialog.send.click()
    dialog.tell(Text("开始日期还没有到", "not yet"))
    refused = (dialog.error.text(), dialog.name.text())
    dialog.tell(None)
    [undo] = [button for button in dialog.findChildren(QPushButton) if button.text() == "撤销"]
    undo.click()

    # then verdicts and places are told, the form said what was missing, and what was written survives a refusal
    assert {"明显减少", "记录还不到前后各两周"} <= set(words)
    assert "暴露垃圾 · 普陀区 · 曹杨新村街道 · 2026-05-01 起" in words
    assert missing == ["请写名称", "请选类别"]
    assert {key: recorded[0][key] for key in ("name_zh", "kind", "case_class", "area")} == {
        "name_zh": "定时清运", "kind": "event", "case_class": "0102", "area": "310107005",
    }  # fmt: skip
    assert refused == ("开始日期还没有到", " 定时清运 ")
    assert (dialog.name.text(), withdrawn) == ("", ["own"])
