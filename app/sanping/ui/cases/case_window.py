"""The window as its panels of cases see it."""

from typing import Protocol

from sanping.commands.desk_state import DeskState
from sanping.domain.text import Text
from sanping.ui.cases.areas_panel import AreasPanel
from sanping.ui.cases.case_panel import CasePanel
from sanping.ui.cases.cases_panel import CasesPanel
from sanping.ui.cases.indicators_panel import IndicatorsPanel
from sanping.ui.cases.new_case_panel import NewCasePanel
from sanping.ui.city_show import CityShow
from sanping.ui.coordinates import Coordinates
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.living import Living
from sanping.ui.viewport import Viewport


class CasePanels(Protocol):
    """The panels of cases, and what else of the window shows that there are cases."""

    cases: CasesPanel
    case: CasePanel
    new_case: NewCasePanel
    areas: AreasPanel
    indicators: IndicatorsPanel

    def show_governance(self, *, has_cases: bool) -> None:
        """Say whether this twin has cases."""

    def show_centre(self, name: Text) -> None:
        """Call the desk by the command centre that it stands in."""


class CaseWindow(Protocol):
    """What of a window the panels of cases reach."""

    state: DeskState
    content: DeskContent
    coordinates: Coordinates
    city: CityShow
    living: Living
    viewport: Viewport

    @property
    def overlays(self) -> CasePanels:
        """The panels."""

    def show_state(self, new: DeskState) -> None:
        """Show a state."""

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""
