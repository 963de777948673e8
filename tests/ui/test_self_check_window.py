"""`ui.self_checking`, `ui.self_check_window`: the desk shows a standard clause by clause, and what is seen here."""

from collections.abc import Callable
from typing import Any

import pytest

from sanping.domain.text import Text
from sanping.formats.clause_list import Answered, Finding, load_clauses

pytestmark = pytest.mark.gui
PATIENCE_MS = 30_000


def found_of(name: str, _twin: object) -> list[Answered]:
    """Return a standard of which the first clause is met, the second not, and the others are not looked at."""
    clauses = load_clauses(name).clauses
    findings = [
        (Finding(state="met", words=Text("看过了", "seen")),),
        (Finding(state="unmet", words=Text("不对", "wrong")), Finding(state="met", words=Text("看过了", "seen"))),
    ]
    return [
        Answered(clause=clause, findings=findings[number] if number < 2 else ())
        for number, clause in enumerate(clauses)
    ]


def rows(shown: Any) -> list[str]:
    """Return the clauses of the table as they stand."""
    return [shown.table.item(row, 1).text().splitlines()[0] for row in range(shown.table.rowCount())]


def test_a_person_filters_the_clauses_and_reads_where_each_is_answered(
    make_desk: Callable[..., Any], qtbot: Any
) -> None:
    from PySide6.QtCore import Qt

    # given the desk's self-check of a machine of which some is wrong
    window = make_desk().window
    window.self_checking.ask = found_of
    window.perform("help.selfcheck")
    shown = window.self_checking.shown
    clauses = load_clauses("dengbao").clauses
    qtbot.waitUntil(lambda: shown.table.rowCount() == len(clauses), timeout=PATIENCE_MS)
    assert shown.standard == "dengbao"
    assert "符合 1 条，不符 1 条" in shown.note.text()
    assert [shown.table.item(1, column).text() for column in (0, 2, 3)] == [
        "✗ 不符", clauses[1].answer.zh, "不对\n看过了",
    ]  # fmt: skip

    # when only what is not met is wanted, then all that has a word, then the other standard
    shown.state.setCurrentIndex(shown.state.findData("unmet"))
    only = rows(shown)
    shown.state.setCurrentIndex(0)
    qtbot.keyClicks(shown.search, "8.1.4.1 B")
    named = rows(shown)
    shown.search.clear()
    shown.standards.setCurrentIndex(shown.standards.findData("cjjt315"))
    other = load_clauses("cjjt315").clauses
    qtbot.waitUntil(lambda: shown.table.rowCount() == len(other), timeout=PATIENCE_MS)

    # then the table follows, Esc closes it, and it opens anew
    assert only == [clauses[1].id]
    assert named == [clauses[1].id] == ["8.1.4.1 b"]
    assert rows(shown) == [clause.id.splitlines()[0] for clause in other]
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.self_checking.shown is None, timeout=PATIENCE_MS)
    window.perform("help.selfcheck")
    window.self_checking.shown.reject()
