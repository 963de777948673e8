"""The list of cases on the desk: what it finds, in which order, what arrives while it is read."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from fakes.small_cases import COUNTS, GOVERNANCE, NOW_MS, line, page
from sanping.domain.case_filter import CaseFilter
from sanping.domain.case_line import CaseLine
from sanping.domain.text import Text
from sanping.ui.cases import words
from sanping.ui.cases.filtering import matches, place_in
from sanping.ui.cases.tables import NOBODY, NOWHERE, Tables, place_words

TABLES = Tables(GOVERNANCE)


def test_a_limit_is_told_in_two_units_at_most_and_says_when_it_is_over() -> None:
    # given cases whose time runs, is over, stands still, and has ended
    cases = (line(1, left_min=130), line(1, left_min=-26 * 60), line(1, left_min=-3 * 24 * 60 - 200),
             line(1, state="suspended", due_ms=0), line(1, state="closed"))  # fmt: skip

    # when their limits are told
    told = [words.limit(case, NOW_MS) for case in cases]

    # then in words that an operator says
    assert [text.zh for text in told] == ["剩 2 小时 10 分", "超期 1 天 2 小时", "超期 3 天", "已挂账", "—"]
    assert told[0].en == "2 h 10 min left"
    assert words.span(59_000).zh == "1 分钟"


def test_ids_shares_and_distances_are_written_short() -> None:
    # given the id of the hub, and one of another system
    # when they are written, then the county and the year are left out of the first alone
    assert words.short_id("310107-20261121-0007") == "1121-0007"
    assert words.short_id("12345-A") == "12345-A"
    assert [words.percent(share) for share in (None, 0.9, 0.4567)] == ["—", "90%", "45.7%"]
    assert [words.distance(metres).zh for metres in (23.4, 1800.0)] == ["23 米", "1.8 公里"]


def test_tables_name_every_code_and_say_unknown_ones_as_they_are() -> None:
    # given the tables of a city
    # when codes are named, then the nearest known wider name stands for what has none
    assert TABLES.area("310107005001009").zh == "一居"
    assert TABLES.area_path("310107005001") == Text("曹杨新村街道 · 一居", "First · Caoyang")
    assert TABLES.department("") == NOBODY
    assert TABLES.department("police").zh == "police"
    assert TABLES.case_class("event", "0199").zh == "市容环境"
    assert [(choice.key, choice.depth) for choice in TABLES.areas()] == [
        ("310107", 0), ("310107005", 1), ("310107005001", 2),
    ]  # fmt: skip
    assert [choice.key for choice in TABLES.classes()][:3] == ["event:", "event:01", "event:0102"]
    assert place_words(line(1, address="", lon_deg=None)) == NOWHERE


@pytest.mark.parametrize(
    ("asked", "finds"),
    [
        (CaseFilter(), True),
        (CaseFilter(states=("dispatching",)), True),
        (CaseFilter(states=("handling",)), False),
        (CaseFilter(area="310107005"), True),
        (CaseFilter(area="310107014"), False),
        (CaseFilter(kind="component"), False),
        (CaseFilter(case_class="01"), True),
        (CaseFilter(is_overdue=True), False),
        (CaseFilter(from_ms=NOW_MS), False),
        (CaseFilter(words="曹杨"), True),
        (CaseFilter(words="垃圾堆"), None),
        (CaseFilter(is_mine=True), None),
    ],
)
def test_a_line_that_arrives_is_found_by_the_same_filter_as_at_the_hub(asked: CaseFilter, finds: bool | None) -> None:
    # given a case that waits to be dispatched
    # when a filter looks at it, then it finds it, does not, or leaves it to the hub
    assert matches(line(1), asked, NOW_MS) is finds


def test_a_line_takes_its_place_among_those_that_are_known() -> None:
    # given lines of which the first three are known
    lines: list[CaseLine | None] = [line(n, left_min=10 * n) for n in (1, 2, 3)]

    # when others look for their place
    first, between, after = (place_in([*lines, None], line(9, left_min=left), "due") for left in (5, 25, 99))

    # then one beyond what is known has none, unless the list ends there
    assert (first, between, after) == (0, 2, None)
    assert place_in(lines, line(9, left_min=99), "due") == 3


@pytest.fixture
def panel(qtbot: Any, repository: Path) -> Any:
    from sanping.ui.application import create_application
    from sanping.ui.cases.cases_panel import CasesPanel
    from sanping.ui.icons import Icons

    create_application("zh", repository / "assets")
    made = CasesPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(made)
    made.show_tables(TABLES)
    made.show_now(NOW_MS)
    made.resize(664, 700)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.gui
def test_a_list_of_a_hundred_thousand_asks_for_the_pages_that_are_seen(qtbot: Any, panel: Any) -> None:
    # given a list whose first page came
    asked: list[int] = []
    panel.page_asked.connect(asked.append)
    panel.begin()
    panel.take_page(0, page(100_000))

    # when somebody scrolls to the middle, past everything between
    qtbot.waitUntil(lambda: panel.table.verticalScrollBar().maximum() > 90_000)
    panel.table.verticalScrollBar().setValue(50_010)
    qtbot.waitUntil(lambda: len(asked) > 1, timeout=5_000)

    # then only that page is asked for, and is shown when it comes
    assert panel.model.rowCount() == 100_000
    assert asked[0] == 0
    assert set(asked[1:]) == {50_000}
    panel.take_page(50_000, page(100_000, 50_000))
    assert panel.model.line_at(50_010).address == "曹杨路 50010 号"
    assert "100,000" in panel.count.text()
    panel.table.grab()


@pytest.mark.gui
def test_news_change_the_list_where_they_belong_and_leave_the_reader_where_they_read(qtbot: Any, panel: Any) -> None:
    # given a list of which row 40 is read
    panel.begin()
    panel.take_page(0, page(60))
    panel.table.verticalScrollBar().setValue(40)
    read = panel.model.line_at(panel.first_row)

    # when a new case comes in, one changes, one is closed, and one is as old as what is shown
    fresh = line(500, left_min=2, rev=1)
    news = (fresh, line(7, left_min=8, rev=4, state="handling"), line(9, state="closed", rev=4), line(8, rev=3))
    is_unsure = panel.take_news(news, NOW_MS)

    # then each stands where it belongs, the closed one is gone from the open ones, and the same row is read
    assert is_unsure  # what went may be followed by one that only the hub knows
    assert panel.model.row_of(fresh.id) in (1, 2)
    assert panel.model.line_at(panel.model.row_of(line(7).id)).state == "handling"
    assert panel.model.row_of(line(9).id) is None
    assert panel.model.rowCount() == 60
    assert abs(panel.model.row_of(read.id) - panel.first_row) <= 1


@pytest.mark.gui
def test_a_new_case_that_only_the_hub_can_judge_is_asked_for(panel: Any) -> None:
    # given a list of what waits for me
    panel.filters.show_filter(CaseFilter(is_mine=True, sort="due"))
    panel.begin()
    panel.take_page(0, page(3))

    # when a case comes in, then the hub is to be asked, and nothing is shown yet
    assert panel.take_news((line(700),), NOW_MS)
    assert panel.model.row_of(line(700).id) is None


@pytest.mark.gui
def test_filters_are_one_value_and_the_funnel_is_one_of_them(qtbot: Any, panel: Any) -> None:
    from PySide6.QtCore import QPoint, Qt

    # given a list with counts
    asked: list[CaseFilter] = []
    panel.filter_asked.connect(asked.append)
    panel.show_counts(COUNTS)

    # when a stage is pressed, an area and a class are chosen, words typed, a column sorted by, and all cleared
    qtbot.mouseClick(panel.funnel, Qt.MouseButton.LeftButton, pos=QPoint(panel.funnel.width() * 7 // 12, 20))
    panel.filters.area._popup.picked.emit("310107005")
    panel.filters.case_class._popup.picked.emit("component:0102")
    panel.filters.search.setText("曹杨")
    panel.filters._changed()
    panel.table.horizontalHeader().sectionClicked.emit(0)
    last = asked[-1]
    panel.filters.clear.click()

    # then each is in the filter, and clearing keeps the order alone
    assert asked[0].states == ("handling",)
    assert (last.area, last.kind, last.case_class, last.words, last.sort) == (
        "310107005", "component", "0102", "曹杨", "urgency",
    )  # fmt: skip
    assert asked[-1] == CaseFilter(is_open=True, sort="urgency")


@pytest.mark.gui
def test_a_tree_is_searched_by_name_and_code(qtbot: Any, panel: Any) -> None:
    from PySide6.QtCore import Qt

    # given the open tree of classes
    pick = panel.filters.case_class
    pick.showPopup()
    tree = pick._popup

    # when part of a name is typed and entered
    tree.search.setText("井盖")
    shown = [item.text(0) for item in tree._items() if not item.isHidden()]
    with qtbot.waitSignal(pick.chosen) as chosen:
        qtbot.keyClick(tree, Qt.Key.Key_Return)

    # then only what leads there is left, and it is taken
    assert shown == ["部件", "公用设施", "污水井盖"]
    assert chosen.args == ["component:0102"]
    assert pick.title.en == "Sewage manhole cover"


@pytest.mark.gui
def test_rows_are_stepped_through_opened_and_said_in_both_languages(qtbot: Any, panel: Any) -> None:
    from PySide6.QtCore import Qt

    # given a list
    panel.begin()
    panel.take_page(0, page(5))
    opened: list[str] = []
    panel.case_asked.connect(opened.append)

    # when two steps are made and Enter is pressed, and the language changes
    panel.step(1)
    panel.step(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    before = panel.model.index(0, 4).data()
    panel.set_language("en")
    panel.show_chosen(opened[0])
    panel.table.grab()

    # then the second case is opened, the end is no step, and cells speak English
    assert opened == [line(1).id]
    assert panel.step(-5) is None
    assert (before, panel.model.index(0, 4).data()) == ("待派遣", "To be dispatched")
    assert panel.current().id == opened[0]


@pytest.mark.gui
def test_an_empty_list_and_one_that_fails_say_why(panel: Any) -> None:
    # given a list that is asked for
    panel.begin()

    # when nothing is found, and when the hub does not answer
    panel.take_page(0, page(0))
    empty = panel.nothing.text()
    panel.filters.show_filter(msgspec.structs.replace(panel.asked, words="x"))
    panel.take_page(0, page(0))
    filtered = panel.nothing.text()
    panel.miss_page(0, Text("中枢没有应答", "no answer"))

    # then it says so in words
    assert (empty, filtered) == ("目前没有未结案件", "没有符合条件的案件")
    assert panel.strip.text() == "中枢没有应答"
    assert panel.strip.isVisible()


@pytest.mark.gui
def test_what_can_be_done_with_a_row_at_once_stands_in_its_menu(qtbot: Any, panel: Any) -> None:
    from PySide6.QtCore import QPoint
    from PySide6.QtWidgets import QMenu

    # given a list
    panel.begin()
    panel.take_page(0, page(3))
    wished: list[tuple[str, str]] = []
    panel.wish_asked.connect(lambda name, case: wished.append((name, case)))

    # when the menu of the second row is opened and its third line taken
    panel.table.customContextMenuRequested.emit(QPoint(60, 40))
    menu = panel.findChildren(QMenu)[-1]
    menu.actions()[2].trigger()
    menu.hide()
    panel.table.customContextMenuRequested.emit(QPoint(60, 4000))

    # then that case is to be urged, and below the last row there is no menu
    assert wished == [("case.urge", line(1).id)]
    assert len([menu for menu in panel.findChildren(QMenu) if menu.isVisible()]) == 0


@pytest.mark.gui
def test_a_narrow_list_leaves_columns_and_filters_out_and_the_reader_stays_when_rows_go(panel: Any) -> None:
    from sanping.ui.cases.case_model import DEPARTMENT, NUMBER

    # given a list whose first row is the present one
    panel.begin()
    panel.take_page(0, page(80))
    panel.table.setCurrentIndex(panel.model.index(0, 2))

    # when that case moves to the end and goes, and the panel grows narrow
    panel.take_news((line(0, rev=4, left_min=5000),), NOW_MS)
    panel.take_news((line(0, rev=5, state="closed"),), NOW_MS)
    top = panel.first_row
    panel.resize(440, 700)
    panel.grab()

    # then the top of the list is still read, and the columns that matter least are left out
    assert top == 0
    assert panel.table.isColumnHidden(DEPARTMENT)
    assert panel.table.isColumnHidden(NUMBER)
    assert not panel.filters.source.isVisible()
