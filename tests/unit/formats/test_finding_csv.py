"""Tables of analyses as CSV."""

import csv
from pathlib import Path

from sanping.analysis.findings import Column, Finding, FindingLegend
from sanping.domain.text import Text
from sanping.formats.finding_csv import write_finding_csv

WORD = Text("词", "Word")


def finding() -> Finding:
    return Finding(
        id="x", title=WORD, summary=Text("两栋", "two"), method=Text("方法", "how"),
        legend=FindingLegend(title=WORD, steps=()),
        columns=(
            Column(title=Text("建筑", "Building"), values=["=cmd()", "乙楼"]),
            Column(title=Text("时数", "Hours"), values=[1.2345, -0.0001], decimals=2),
            Column(title=Text("判定", "Verdict"), values=[Text("满足", "enough"), Text("不满足", "too little")]),
        ),
        places=((1.0, 2.0, 3.0), (4.0, 5.0, 6.5)),
    )  # fmt: skip


def test_a_table_has_its_rows_their_places_and_how_they_were_found(tmp_path: Path) -> None:
    # given a finding whose first building is named like a formula
    path = tmp_path / "found.csv"

    # when it is written in Chinese
    count = write_finding_csv(path, finding(), "zh")

    # then rows, places, summary and method are there, and the formula is defused
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert count == 2
    assert rows[0] == ["建筑", "时数", "判定", "X", "Y", "Z"]
    assert rows[1] == ["'=cmd()", "1.23", "满足", "1.00", "2.00", "3.00"]
    assert rows[2] == ["乙楼", "0.00", "不满足", "4.00", "5.00", "6.50"]
    assert rows[3:] == [[], ["两栋"], ["方法"]]


def test_a_table_speaks_english_too(tmp_path: Path) -> None:
    # given the same finding, when it is written in English, then heads and verdicts are English
    path = tmp_path / "found.csv"
    write_finding_csv(path, finding(), "en")
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0][:3] == ["Building", "Hours", "Verdict"]
    assert rows[1][2] == "enough"
