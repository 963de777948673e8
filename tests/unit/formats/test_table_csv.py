"""Tables as CSV."""

import csv
from pathlib import Path

from sanping.formats.table_csv import write_table_csv


def test_numbers_stay_numbers_and_formulas_become_words(tmp_path: Path) -> None:
    # given a line with a negative number and a name that would be a formula
    path = tmp_path / "表.csv"

    # when it is written
    count = write_table_csv(path, ("高差", "说明"), [("-3.50", "=HYPERLINK(1)"), ("4", "塔")])

    # then a spreadsheet reads it as it was meant
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert count == 2
    assert rows == [["高差", "说明"], ["-3.50", "'=HYPERLINK(1)"], ["4", "塔"]]
