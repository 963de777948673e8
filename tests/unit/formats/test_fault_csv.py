"""`formats.fault_csv`: one row a fault, plain text only."""

import csv
from pathlib import Path

from sanping.analysis.model_check import Fault
from sanping.formats.fault_csv import write_fault_csv


def test_a_fault_is_a_row_and_a_formula_is_text(tmp_path: Path) -> None:
    # given a fault of an object whose id a spreadsheet would run
    fault = Fault(kind="collision", id="=cmd()", amount=12.3456, place=(540_000.0, 3_457_000.5, 4.0), other="B")

    # when it is written
    count = write_fault_csv(tmp_path / "faults.csv", [("Houses", fault)], "en")

    # then it is one row with its amount, unit and place, and the id begins with an apostrophe
    (row,) = csv.DictReader((tmp_path / "faults.csv").read_text("utf-8-sig").splitlines())
    assert count == 1
    assert (row["id"], row["other"], row["amount"], row["unit"]) == ("'=cmd()", "B", "12.346", "m²")
    assert (row["X"], row["Y"]) == ("540000.00", "3457000.50")
