"""The figures of one hub's cases: of all, and without the higher labels for whoever is not cleared for them."""

from collections.abc import Collection, Iterable

import msgspec

from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.label import HIGHEST, LABELS, LOWEST, Label, is_cleared
from sanping.twin.cases.counting import counts_at
from sanping.twin.cases.rules import CaseRules
from sanping.twin.cases.table import CaseTable, Mask
from sanping.twin.cases.tally import Tally


class CaseCounting:
    """The figures as they were counted last, by the label up to which cases count."""

    def __init__(self, table: CaseTable, tally: Tally, rules: CaseRules) -> None:
        self._table, self._tally, self._rules = table, tally, rules
        self._counted: dict[Label, CaseCounts] = {}

    @property
    def whole(self) -> CaseCounts | None:
        """The figures of all cases, None while nothing was counted."""
        return self._counted.get(HIGHEST)

    @property
    def below(self) -> tuple[CaseCounts, ...]:
        """The figures without the cases of the higher labels, the fewest first; none where nothing is labelled."""
        return tuple(self._counted[label] for label in LABELS if label in self._counted and label != HIGHEST)

    def up_to(self, clearance: Label) -> CaseCounts | None:
        """Return the figures for somebody who sees up to a label, None while nothing was counted."""
        return self._counted.get(clearance, self.whole)

    def recount(self, lines: Collection[CaseLine], now_ms: int) -> list[CaseCounts]:
        """Count anew and return what changed, with all above it: who hears several keeps the last, which is theirs."""
        is_labelled = self._rules.labels.is_declared or self._table.is_labelled
        told: list[CaseCounts] = []
        for label in LABELS if is_labelled else (HIGHEST,):
            some = [line for line in lines if is_cleared(label, line.label)]
            found = self.of(some, now_ms, None if label == HIGHEST else self._table.cleared_for(label))
            found = msgspec.structs.replace(found, label=label if is_labelled else LOWEST)
            before, self._counted[label] = self._counted.get(label), found
            if told or before is None or msgspec.structs.replace(before, at_ms=now_ms) != found:
                told.append(found)
        return told

    def of(self, lines: Iterable[CaseLine], now_ms: int, within: Mask | None = None) -> CaseCounts:
        """Return the figures of some cases: `lines` of those that are worked on, and which rows of the table count."""
        due_soon = sum(line.colour_at(now_ms) == "orange" for line in lines)
        is_simulated = bool(len(self._table)) and bool(self._table.column("is_simulated")[-100:].all())
        return counts_at(self._table, self._tally, due_soon, now_ms, is_simulated=is_simulated, within=within)
