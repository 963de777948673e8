"""What changed between two versions of a model as CSV for spreadsheets: UTF-8 with a mark, one row a change."""

import csv
import json
from pathlib import Path

from sanping.analysis.version_compare import CHANGES
from sanping.commands.version_showing import VersionPair
from sanping.domain.text import Language
from sanping.formats.case_report import defused


def write_change_csv(path: Path, pair: VersionPair, language: Language) -> int:
    """Write every change with the attributes before and after, and return how many there are. Raises `OSError`."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["change", "id", "metres", "X", "Y", "Z", "before", "after"])
        for change in pair.changes:
            words = (CHANGES[change.kind].in_language(language), change.id)
            place = [f"{metres:.2f}" for metres in change.place]
            sides = [{key: values[side] for key, values in change.attributes.items()} for side in (0, 1)]
            told = [json.dumps(side, ensure_ascii=False, default=str) if side else "" for side in sides]
            sheet.writerow([*map(defused, words), f"{change.amount:.3f}", *place, *map(defused, told)])
    return len(pair.changes)
