"""The desk's actions on cases, declared once."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from sanping.commands import area_decisions as areas
from sanping.commands import case_decisions as decide
from sanping.commands.action import Action
from sanping.commands.desk_state import Outcome
from sanping.domain.text import Text

CASES = Text("案件", "Cases")
CASES_WORKSPACE = "cases"


def case_actions() -> tuple[Action[Outcome], ...]:
    """Return every action on cases."""
    return (
        _action("report", "登记案件…", "Report a case…", decide.report_begun, "Ctrl+N", icon="plus"),
        _action("find", "查找案件…", "Find a case…", partial(decide.asked, wish="find"), "Ctrl+Alt+F", icon="search"),
        _action("next_overdue", "下一件超期案件", "Next overdue case", partial(decide.asked, wish="next_overdue"),
                "Alt+O", icon="warning"),
        _action("next", "下一件案件", "Next case", partial(decide.asked, wish="next"), "J", where=CASES_WORKSPACE),
        _action("previous", "上一件案件", "Previous case", partial(decide.asked, wish="previous"), "K",
                where=CASES_WORKSPACE),
        _action("look", "飞到案件", "Fly to the case", partial(decide.asked, wish="look"), "F", icon="target",
                where=CASES_WORKSPACE),
        _action("cameras", "哪些摄像机能看到", "Which cameras see the case", partial(decide.asked, wish="cameras"), "V",
                icon="camera", where=CASES_WORKSPACE),
        _action("urge", "督办案件", "Urge the case", partial(decide.asked, wish="urge"), "Ctrl+U", icon="clock"),
        _action("send", "上屏：当前案件", "To the wall: this case", decide.case_sent, "Ctrl+Shift+F4", icon="wall"),
        _action("export", "导出案件报告…", "Export a report on cases…", partial(decide.asked, wish="export"),
                "Ctrl+Alt+E", icon="export"),
        _action("area_up", "上一级区域", "Area one level up", partial(decide.asked, wish="area_up"), "Backspace",
                icon="undo", where=CASES_WORKSPACE),
        _action("area_map", "案件地图切换", "Another map of cases", areas.map_turned, "M", icon="layers",
                where=CASES_WORKSPACE),
        _action("area_send", "上屏：当前区域", "To the wall: this area", areas.area_sent, "Ctrl+Shift+F8", icon="wall"),
        _action("plan", "启动预案…", "Start a plan…", partial(decide.asked, wish="plan"), "Alt+Shift+Y",
                icon="warning"),
        _action("leave", "收起（表单、案件单）", "Put away (form, case)", partial(decide.asked, wish="leave"), "Esc",
                where=CASES_WORKSPACE),
    )  # fmt: skip


def case_gestures() -> Mapping[str, Callable[..., Outcome]]:
    """Return what the panels of cases ask for with arguments."""
    return MappingProxyType(
        {
            "case.open": decide.case_opened,
            "case.close": decide.case_closed,
            "case.report_end": decide.report_ended,
            "case.plan_end": partial(decide.asked, wish="plan_end"),
            "case.list": partial(decide.asked, wish="list"),
            "area.open": areas.area_opened,
            "area.map": areas.area_mapped,
        }
    )


def _action(  # noqa: PLR0913  an action is data
    name: str, zh: str, en: str, decision: Callable[..., Outcome], *keys: str, icon: str = "", where: str = ""
) -> Action[Outcome]:
    return Action(
        id=f"case.{name}", title=Text(zh, en), group=CASES, decide=decision, keys=keys, icon=icon, where=where
    )
