"""The comparison of alternatives as tables that spreadsheets read."""

import csv
from pathlib import Path
from zipfile import ZipFile

from sanping.analysis.massing import Massing
from sanping.commands.massing_table import massing_table
from sanping.domain.plan import PlotLimits
from sanping.formats.massing_file import write_massing

TABLE = massing_table(
    Massing(site_m2=12_345.0), [("=方案", Massing(site_m2=12_345.0, gfa_m2=24_690.0))], PlotLimits(far_most=1.5)
)


def test_a_comparison_is_csv_with_numbers_and_its_method(tmp_path: Path) -> None:
    # given a comparison with a name that a spreadsheet would take for a formula
    path = tmp_path / "a.csv"

    # when it is written
    write_massing(path, "地块", TABLE, "zh")

    # then numbers are numbers, and the method stands below
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][:3] == ["用地面积 (m²)", "12345", "12345"]
    assert any("GB/T 50353" in cell for cell in rows[-1])


def test_a_comparison_is_xlsx_without_formulas(tmp_path: Path) -> None:
    # given a path for XLSX
    path = tmp_path / "a.xlsx"

    # when it is written
    write_massing(path, "地块", TABLE, "en")

    # then it is a workbook with the words in it, and nothing is a formula
    with ZipFile(path) as book:
        words = book.read("xl/sharedStrings.xml").decode("utf-8")
        sheet = book.read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert "=方案" in words
    assert "<f>" not in sheet
    assert "<v>24690</v>" in sheet
