"""The faults of models as CSV for spreadsheets: UTF-8 with a mark, one row a fault."""

import csv
from collections.abc import Iterable
from pathlib import Path

from sanping.analysis.model_check import FAULTS, UNITS, Fault
from sanping.domain.text import Language
from sanping.formats.case_report import defused


def write_fault_csv(path: Path, faults: Iterable[tuple[str, Fault]], language: Language) -> int:
    """Write faults, each with the name of its layer, and return how many there are. Raises `OSError`."""
    written = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["layer", "fault", "id", "other", "amount", "unit", "X", "Y", "Z"])
        for layer, fault in faults:
            words = (layer, FAULTS[fault.kind].in_language(language), fault.id, fault.other)
            place = [f"{metres:.2f}" for metres in fault.place]
            sheet.writerow([*map(defused, words), f"{fault.amount:.3f}", UNITS[fault.kind], *place])
            written += 1
    return written
