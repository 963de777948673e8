"""The planner's tools, declared once; what they do needs the city and is done by the desk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sanping.commands.action import Action
from sanping.commands.desk_state import DeskState, Effect, Outcome
from sanping.commands.river_decisions import workspace_set
from sanping.commands.view_decisions import panel_toggled
from sanping.domain.text import Text

PLANNING = Text("规划", "Planning")
PLANNING_WORKSPACE, TYPED = "planning", "type"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolEntry:
    """A tool of the desk as it is offered: its name in code, title, icon, and key in the planner's workspace."""

    name: str
    title: Text
    icon: str
    key: str = ""


TOOLS: tuple[ToolEntry, ...] = (
    ToolEntry(name="points", title=Text("坐标拾取", "Coordinates"), icon="coordinates", key="O"),
    ToolEntry(name="print", title=Text("出图", "Print layout"), icon="print", key="J"),
    ToolEntry(name="notes", title=Text("标注", "Annotations"), icon="note", key="B"),
    ToolEntry(name="flight", title=Text("飞行路径", "Flight path"), icon="film", key="Y"),
    ToolEntry(name="swipe", title=Text("卷帘", "Swipe"), icon="swipe", key="X"),
    ToolEntry(name="panes", title=Text("多视图", "Linked views"), icon="panes", key="Z"),
    ToolEntry(name="measure", title=Text("量测", "Measure"), icon="measure", key="R"),
    ToolEntry(name="profile", title=Text("剖面", "Profile"), icon="profile", key="U"),
    ToolEntry(name="section", title=Text("剖切", "Section"), icon="section", key="C"),
    ToolEntry(name="query", title=Text("查询统计", "Query"), icon="search", key="F"),
    ToolEntry(name="check", title=Text("质检", "Check"), icon="check", key="G"),
    ToolEntry(name="compare", title=Text("版本比对", "Compare"), icon="compare", key="V"),
    ToolEntry(name="plans", title=Text("规划方案", "Schemes"), icon="plan", key="K"),
    ToolEntry(name="session", title=Text("录制与重放", "Record"), icon="record"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolWish:
    """What a person wants of a tool; `tool` is empty for the present one."""

    wish: str
    tool: str = ""
    argument: object = None


def tool_opened(state: DeskState, tool: str) -> Outcome:
    """Open the planner's workspace with a tool."""
    opened = replace(state, workspace="planning", panels=state.panels | {"workbench", "workbench_result"}, tool=tool)
    return Outcome(state=replace(opened, has_overlays=True))


def tool_asked(state: DeskState, wish: str, tool: str = "", argument: object = None) -> Outcome:
    """Ask something of a tool."""
    return Outcome(state=state, effects=(Effect(kind="use_tool", argument=ToolWish(
        wish=wish, tool=tool, argument=argument)),))  # fmt: skip


def tool_typed(state: DeskState, tool: str, field: str, value: object) -> Outcome:
    """Fill in a field of a tool's form, named by its kind and place: "line0", "choice2"."""
    return tool_asked(state, TYPED, tool, (field, value))


def workbench_actions() -> tuple[Action[Outcome], ...]:
    """Return every action on the planner's tools."""
    panels = (
        Action(id="workspace.planning", title=Text("规划工作区", "Planning panels"), group=PLANNING,
               decide=partial(workspace_set, workspace="planning"), keys=("Ctrl+6",), icon="city"),
        Action(id="panel.workbench", title=Text("规划工具", "Planner's tools"), group=PLANNING,
               decide=partial(panel_toggled, panel="workbench"), keys=("Alt+B",), icon="city"),
        Action(id="panel.workbench_result", title=Text("工具结果", "What a tool found"), group=PLANNING,
               decide=partial(panel_toggled, panel="workbench_result"), keys=("Alt+Shift+B",), icon="info"),
    )  # fmt: skip
    tools = tuple(
        Action(id=f"tool.{entry.name}", title=Text(f"{entry.title.zh}…", f"{entry.title.en}…"), group=PLANNING,
               decide=partial(tool_opened, tool=entry.name), keys=(entry.key,) if entry.key else (),
               icon=entry.icon, where=PLANNING_WORKSPACE)
        for entry in TOOLS
    )  # fmt: skip
    return (
        *panels,
        *tools,
        tool_action("run", "运行工具：查询、检查、比对", "Run the tool: find, check, compare", "F9", icon="play"),
        tool_action("undo", "撤销工具的上一步", "Take the tool's last step back", "Backspace"),
        tool_action("clear", "清除工具结果", "Clear what the tool found", "Delete", icon="delete"),
        tool_action("leave", "结束当前操作", "End what the tool is doing", "Esc"),
    )


def tool_action(wish: str, zh: str, en: str, key: str = "", *, icon: str = "") -> Action[Outcome]:
    """Return an action that asks something of the present tool, by a key of the planner's workspace."""
    decide: Callable[..., Outcome] = partial(tool_asked, wish=wish)
    return Action(id=f"workbench.{wish}", title=Text(zh, en), group=PLANNING, decide=decide,
                  keys=(key,) if key else (), icon=icon, where=PLANNING_WORKSPACE)  # fmt: skip


WORKBENCH_GESTURES: dict[str, Callable[..., Outcome]] = {
    "tool.open": tool_opened, "tool.ask": tool_asked, "tool.type": tool_typed,
}  # fmt: skip
