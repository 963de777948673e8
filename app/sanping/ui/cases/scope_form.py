"""The rows of a form that say which cases a report is of: an area, a department and a class to choose from trees."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from sanping.domain.case_filter import CaseScope, scope_of
from sanping.domain.text import Text
from sanping.ui.cases.filter_bar import ANY_AREA, ANY_CLASS, ANY_DEPARTMENT
from sanping.ui.cases.tables import Tables
from sanping.ui.cases.tree_pick import TreePick
from sanping.ui.wording import Wording

AREA, DEPARTMENT, CLASS = Text("区域", "Area"), Text("部门", "Department"), Text("类别", "Class")


class ScopeForm:
    """Offers what the tables of a city have; at first one area is chosen, "" for all of them."""

    def __init__(self, tables: Tables, area: str) -> None:
        self._tables, self._area = tables, area
        self.picks: tuple[TreePick, ...] = ()

    def rows(self, words: Wording) -> Sequence[tuple[Text, QWidget]]:
        """Return the fields with their titles."""
        tables = self._tables
        offered = ((ANY_AREA, tables.areas()), (ANY_DEPARTMENT, tables.departments()), (ANY_CLASS, tables.classes()))
        self.picks = tuple(TreePick(nothing, words) for nothing, _ in offered)
        for pick, (_, choices) in zip(self.picks, offered, strict=True):
            pick.show_choices(choices)
        self.picks[0].show_key(self._area)
        return tuple(zip((AREA, DEPARTMENT, CLASS), self.picks, strict=True))

    def scope(self) -> CaseScope:
        """Return what is chosen."""
        if not self.picks:
            return CaseScope(area=self._area)
        area, department, case_class = (pick.key for pick in self.picks)
        return scope_of(area, department, case_class)
