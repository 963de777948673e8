"""The tools that the workbench has of itself, in the order in which they are offered."""

from collections.abc import Callable

from sanping.ui.workbench.check_tool import CheckTool
from sanping.ui.workbench.compare_tool import CompareTool
from sanping.ui.workbench.flight_tool import FlightTool
from sanping.ui.workbench.measure_tool import MeasureTool
from sanping.ui.workbench.notes_tool import NotesTool
from sanping.ui.workbench.panes_tool import PanesTool
from sanping.ui.workbench.plans_tool import PlansTool
from sanping.ui.workbench.points_tool import PointsTool
from sanping.ui.workbench.print_tool import PrintTool
from sanping.ui.workbench.profile_tool import ProfileTool
from sanping.ui.workbench.query_tool import QueryTool
from sanping.ui.workbench.section_tool import SectionTool
from sanping.ui.workbench.session_tool import SessionTool
from sanping.ui.workbench.swipe_tool import SwipeTool
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk

ToolMaker = Callable[[ToolDesk, Bench], DeskTool]

BUILT_IN: tuple[type[DeskTool], ...] = (
    PointsTool,
    PrintTool,
    NotesTool,
    FlightTool,
    SwipeTool,
    PanesTool,
    MeasureTool,
    ProfileTool,
    SectionTool,
    QueryTool,
    CheckTool,
    CompareTool,
    PlansTool,
    SessionTool,
)
