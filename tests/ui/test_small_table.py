"""`ui.small_table` at the widths of the desk's panels: figures and titles whole, words cut with a tip."""

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QTableWidgetItem, QToolTip

from sanping.ui.small_table import SmallTable, small_table

pytestmark = pytest.mark.gui
USUAL_PX, NARROWEST_PX = 394, 302
"""What the body of the right panel has on a desk 1920 px wide, and on one of 1366 px or less."""
TITLES = {
    "zh": ("建筑", "浓度 (µg/m³)", "占限值 (%)", "距排放源 (m)"),
    "en": ("Building", "In the air (µg/m³)", "Of the limit (%)", "From a source (m)"),
}
NAME = "中山北路一二三四弄十五号商住综合楼北塔 (North tower)"


@pytest.fixture
def shown(qtbot: Any) -> Any:
    """Show a table of these titles and rows in a width; all but the first column are figures."""

    def show(titles: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> SmallTable:
        table = small_table()
        qtbot.addWidget(table)
        table.setColumnCount(len(titles))
        table.setHorizontalHeaderLabels(list(titles))
        table.setRowCount(len(rows))
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                item = QTableWidgetItem(cell)
                if place:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                table.setItem(number, place, item)
        table.fit()
        table.resize(width, 300)
        table.show()
        qtbot.waitExposed(table)
        return table

    return show


def cut(table: SmallTable) -> set[int]:
    """Return the columns whose title or whose figures do not stand whole in them."""
    header = table.horizontalHeader()
    return {
        column
        for column in range(table.columnCount())
        if header.sectionSizeHint(column) > table.columnWidth(column)
        or (column and table.sizeHintForColumn(column) > table.columnWidth(column))
    }


def tip_at(table: SmallTable, row: int, column: int) -> str:
    """Return what is told where the mouse rests on a cell."""
    QToolTip.hideText()
    spot = table.visualRect(table.model().index(row, column)).center()
    at = table.viewport().mapToGlobal(spot)
    QApplication.sendEvent(table.viewport(), QHelpEvent(QEvent.Type.ToolTip, spot, at))
    return QToolTip.text()


@pytest.mark.parametrize("width", [USUAL_PX, NARROWEST_PX])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_titles_and_figures_stand_whole_and_fill_the_panel(shown: Any, language: str, width: int) -> None:
    table = shown(TITLES[language], [(NAME, "1234.56", "1235", "1234"), ("6号", "0.1", "0", "9")], width)

    assert cut(table) == set()
    assert sum(table.columnWidth(column) for column in range(4)) == table.viewport().width()
    assert "".join(TITLES[language][1].split()) == "".join(table.horizontalHeaderItem(1).text().split())


def test_a_cell_that_is_cut_is_told_whole_and_others_are_not(shown: Any) -> None:
    table = shown(TITLES["zh"], [(NAME, "1234.56", "1235", "1234"), ("6号", "0.1", "0", "9")], NARROWEST_PX)

    assert tip_at(table, 1, 0) == ""
    assert tip_at(table, 0, 0) == NAME


def test_titles_fold_only_where_there_is_no_room_and_unfold_again(shown: Any) -> None:
    # given a narrow table whose English titles are folded
    table = shown(TITLES["en"], [("6", "0.1", "0", "9")], NARROWEST_PX)
    assert "\n" in table.horizontalHeaderItem(1).text()

    # when its panel grows, then they stand on one line again, and shrinking folds them once more
    table.resize(640, 300)
    assert table.horizontalHeaderItem(1).text() == "In the air (µg/m³)"
    table.resize(NARROWEST_PX, 300)
    assert "\n" in table.horizontalHeaderItem(1).text()


def test_figures_that_cannot_all_be_seen_are_scrolled_to_and_never_cut(shown: Any) -> None:
    table = shown(["项目", *(["建筑面积 (m²)"] * 6)], [("住宅", *(["1,234,567.8"] * 6))], NARROWEST_PX)

    assert cut(table) == set()
    assert table.horizontalScrollBar().maximum() > 0


def test_a_table_without_words_or_rows_fills_its_panel(shown: Any) -> None:
    for rows in ([], [("", "1", "2", "3")]):
        table = shown(TITLES["en"], rows, 640)
        assert sum(table.columnWidth(column) for column in range(4)) == table.viewport().width()
