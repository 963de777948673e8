"""Responses at the desk: a plan is chosen for a case with real clicks, its tasks are worked on, it is ended."""

import csv
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fakes.small_responses import BEGUN_MS, MINUTE_MS, begun
from sanping.domain.response import Response
from sanping.wire.responses import ResponseSheet, ResponseTrailRow
from ui.test_case_desk import Work, work  # noqa: F401  the desk with its hub beside it

pytestmark = pytest.mark.gui


def clicked(work: Work, button: Any) -> None:  # noqa: F811  of the fixture
    work.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def step(work: Work, task: str, name: str, note: str = "") -> None:  # noqa: F811  likewise
    """Take a step of a task with real clicks, and wait until the hub has it."""
    panel = work.panels.response
    rev = panel.response.rev
    clicked(work, panel.cards[task].buttons[name] if task else panel.buttons[name])
    if panel.form is not None:
        panel.form.note.setPlainText(note)
        clicked(work, panel.form.send)
    work.until(lambda: panel.response is not None and panel.response.rev > rev)


def test_a_plan_is_started_for_a_case_its_tasks_are_settled_and_the_response_ends(work: Work, tmp_path: Path) -> None:  # noqa: F811
    # given an open case, and the choice of a plan for it
    window, panels = work.window, work.panels
    case = work.reported(case_class="0501")
    work.open(case)
    window.perform("case.plan")
    panel = panels.response
    work.until(lambda: panel.is_wanted and panel.chooser.buttons)

    # when the plan that fits is started at its level, and every task is done, waived or given up
    chosen = panel.chooser.chosen
    clicked(work, panel.chooser.start)
    work.until(lambda: panel.sheet is not None)
    step(work, "close", "accept")
    step(work, "gullies", "waive", "雨水口通畅")
    work.until(lambda: "finish" in panel.cards["close"].buttons)
    response = panel.response
    for task in ("close", "pump", "probe", "report"):
        step(work, task, "waive", "雨停")
    step(work, "", "end", "积水退去，恢复通车")

    # then the plan was the one for flooded streets, everybody sees the end, and the summary tells it
    assert chosen is not None
    assert (chosen.id, chosen.fits) == ("street-flooding", True)
    assert response.tasks[0].state == "accepted"
    work.until(lambda: not work.other.state.responses[response.id].is_active)
    assert work.other.state.responses[response.id].summary == "积水退去，恢复通车"
    assert panels.responses.is_wanted
    assert not panel.buttons
    path = tmp_path / "summary.csv"
    window.responding.export_to(path, panel.sheet)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert "总结报告" in rows[0][0]
    assert sum("雨停" in row[-1] for row in rows if row) == 4
    window.responding.put_away()
    work.until(lambda: not panel.isVisible())


def sheet_of(response: Response) -> ResponseSheet:
    return ResponseSheet(
        response=response,
        trail=(
            ResponseTrailRow(
                seq=1, at_ms=BEGUN_MS, step="start", title_zh="启动预案", title_en="Start", by="x", note="=1+1"
            ),
        ),
    )  # fmt: skip


def test_a_summary_is_written_as_pages_and_as_a_table_without_formulas(qtbot: Any, tmp_path: Path) -> None:
    from sanping.ui.responses.response_report import write_response

    # given a response with a task that is late
    sheet, now_ms = sheet_of(begun()), BEGUN_MS + 15 * MINUTE_MS

    # when its summary is written twice
    write_response(tmp_path / "a.pdf", sheet, now_ms, None, "zh")
    write_response(tmp_path / "a.csv", sheet, now_ms, None, "en")

    # then both hold it, and a spreadsheet takes no word for a formula
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert "5 min" in text


def test_a_card_says_what_a_task_waits_for_and_how_late_it_is(qtbot: Any) -> None:
    from sanping.ui.responses.task_card import TaskCard
    from sanping.ui.wording import Wording

    # given the third task of a response, which follows two others
    response = begun("II")
    card = TaskCard(response, response.tasks[2], (), Wording("zh"))
    qtbot.addWidget(card)

    # when it is 46 minutes later, 16 past its time
    card.show_now(BEGUN_MS + 46 * MINUTE_MS)

    # then it says so, and who was told
    assert card.clock.text() == "超 16 分"
    assert "等待：泵站全开、堤防巡查" in card.facts.text()
    assert "已报：值班长" in card.facts.text()


def test_the_posts_of_an_event_stand_in_a_list_with_those_that_need_help_first(qtbot: Any, repository: Path) -> None:
    from sanping.bootstrap.twins import load_project
    from sanping.ui.icons import Icons
    from sanping.ui.responses.event_panel import EventPanel
    from sanping.ui.wall.rehearsal_event import rehearsed_operations

    # given the event of the bundled scene as it is played
    project = load_project(repository / "assets" / "scenes" / "marathon")
    told = rehearsed_operations(project, BEGUN_MS)
    panel = EventPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)

    # when it is shown, and a post is clicked
    panel.show_event(told.event, told.posts, BEGUN_MS)
    with qtbot.waitSignal(panel.post_asked) as asked:
        next(iter(panel.rows.values())).click()

    # then the first needs help, and the countdown runs
    assert told.event is not None
    assert told.posts[asked.args[0].id].state == "help"
    assert "02:48:00" in panel.count.text()
    assert panel.is_wanted
