"""The desk's analyses, declared once; what they do needs the city and is done by the desk."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from sanping.commands.action import Action
from sanping.commands.desk_state import DeskState, Effect, Outcome
from sanping.commands.river_decisions import workspace_set
from sanping.commands.view_decisions import panel_toggled
from sanping.domain.text import Text

ANALYSIS = Text("分析", "Analysis")
ANALYSIS_WORKSPACE = "analysis"
ToolName = Literal["sunlight", "sight", "viewshed", "sky", "flood", "height", "noise", "walk", "earth", "skyline",
                   "landmark", "shadow", "aerodrome", "pollution"]  # fmt: skip
Wish = Literal["begin", "run", "stop", "clear", "export", "report", "leave"]
TOOLS: tuple[tuple[ToolName, Text, str], ...] = (
    ("sunlight", Text("日照分析", "Sunlight"), "clock"),
    ("sight", Text("通视分析", "Lines of sight"), "eye"),
    ("viewshed", Text("视域分析", "Viewshed"), "camera"),
    ("sky", Text("天空可视度", "Sky view"), "style"),
    ("flood", Text("淹没分析", "Inundation"), "water"),
    ("height", Text("限高分析", "Height control"), "city"),
    ("noise", Text("噪声估算", "Noise"), "live"),
    ("walk", Text("步行服务区", "Walking"), "walk"),
    ("earth", Text("挖填方", "Cut and fill"), "layers"),
    ("skyline", Text("天际线", "Skyline"), "skyline"),
    ("landmark", Text("地标可见性", "Landmark"), "target"),
    ("shadow", Text("阴影过程", "Shadows"), "style"),
    ("aerodrome", Text("机场净空", "Aerodrome"), "take"),
    ("pollution", Text("污染筛查", "Pollution"), "warning"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisWish:
    """What a person wants of the analyses; `tool` names which one is begun."""

    wish: Wish
    tool: ToolName = "sunlight"


def begun(state: DeskState, tool: ToolName) -> Outcome:
    """Open the panels of analyses with one of them."""
    opened = replace(state, workspace="analysis", panels=state.panels | {"analysis", "finding"}, has_overlays=True)
    return Outcome(state=opened, effects=(_effect("begin", tool),))


def asked(state: DeskState, wish: Wish) -> Outcome:
    """Ask something of the present analysis."""
    return Outcome(state=state, effects=(_effect(wish),))


def analysis_actions() -> tuple[Action[Outcome], ...]:
    """Return every action on analyses."""
    tools = tuple(
        Action(id=f"analysis.{name}", title=Text(f"{title.zh}…", f"{title.en}…"), group=ANALYSIS,
               decide=partial(begun, tool=name), keys=(f"Alt+Shift+{number}",) if number < 10 else (), icon=icon)
        for number, (name, title, icon) in enumerate(TOOLS, start=1)
    )  # fmt: skip
    panels = (
        Action(id="workspace.analysis", title=Text("分析工作区", "Analysis panels"), group=ANALYSIS,
               decide=partial(workspace_set, workspace="analysis"), keys=("Ctrl+5",), icon="chart"),
        Action(id="panel.analysis", title=Text("分析", "Analysis"), group=ANALYSIS,
               decide=partial(panel_toggled, panel="analysis"), keys=("Alt+Y",), icon="chart"),
        Action(id="panel.finding", title=Text("分析结果", "What was found"), group=ANALYSIS,
               decide=partial(panel_toggled, panel="finding"), keys=("Alt+U",), icon="info"),
    )  # fmt: skip
    return (
        *panels,
        *tools,
        _action("run", "开始计算", "Compute", partial(asked, wish="run"), "F9", icon="play",
                where=ANALYSIS_WORKSPACE),
        _action("stop", "停止计算", "Stop computing", partial(asked, wish="stop"), "Shift+F9", icon="close",
                where=ANALYSIS_WORKSPACE),
        _action("export", "导出分析表格…", "Export the table…", partial(asked, wish="export"), icon="export"),
        _action("report", "分析报告 PDF…", "Report as PDF…", partial(asked, wish="report"), icon="print"),
        _action("clear", "清除分析结果", "Clear what was found", partial(asked, wish="clear"), "Delete", icon="delete",
                where=ANALYSIS_WORKSPACE),
        _action("leave", "结束选点", "Stop picking", partial(asked, wish="leave"), "Esc", where=ANALYSIS_WORKSPACE),
    )  # fmt: skip


def _effect(wish: Wish, tool: ToolName = "sunlight") -> Effect:
    return Effect(kind="analyse", argument=AnalysisWish(wish=wish, tool=tool))


def _action(  # noqa: PLR0913  an action is data
    name: str, zh: str, en: str, decision: Callable[..., Outcome], *keys: str, icon: str = "", where: str = ""
) -> Action[Outcome]:
    return Action(
        id=f"analysis.{name}", title=Text(zh, en), group=ANALYSIS, decide=decision, keys=keys, icon=icon, where=where
    )
