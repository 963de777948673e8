"""What the columns of a report on cases are called, and the words in its cells."""

from collections.abc import Mapping
from types import MappingProxyType

from sanping.domain.case import Urgency
from sanping.domain.component import ClassKind
from sanping.domain.text import Text
from sanping.wire.cases import GroupBy

LIST, WHOLE, ABOUT = Text("案件清单", "Cases"), Text("合计", "All"), Text("说明", "About")
YES, NO, OVERDUE_YES = Text("是", "yes"), Text("", ""), Text("超期", "overdue")
SIMULATED = Text("模拟", "simulated")
GROUPS: Mapping[GroupBy, Text] = MappingProxyType(
    {
        "area": Text("按街镇", "By street"),
        "department": Text("按部门", "By department"),
        "class": Text("按类别", "By class"),
        "source": Text("按来源", "By source"),
        "day": Text("按日", "By day"),
    }
)
KINDS: Mapping[ClassKind, Text] = MappingProxyType(
    {"component": Text("部件", "component"), "event": Text("事件", "event")}
)
URGENCIES: Mapping[Urgency, Text] = MappingProxyType(
    {"normal": Text("一般", "normal"), "urgent": Text("紧急", "urgent"), "extreme": Text("特急", "extreme")}
)
COUNTS: Mapping[str, Text] = MappingProxyType(
    {
        "reported": Text("上报", "Reported"),
        "discovered": Text("主动发现", "Found by the city"),
        "filed": Text("立案", "Filed"),
        "dispatches": Text("派遣次数", "Dispatches"),
        "returns": Text("回退次数", "Returns"),
        "handled": Text("已处置", "Handled"),
        "handled_due": Text("应处置", "To be handled"),
        "handled_on_time": Text("按期处置", "Handled on time"),
        "overdue": Text("超时", "Overdue"),
        "reworked": Text("返工", "Reworked"),
        "closed": Text("结案", "Closed"),
        "closing_due": Text("应结案", "To be closed"),
        "closed_on_time": Text("按期结案", "Closed on time"),
        "scored": Text("已评价", "Rated"),
        "satisfied": Text("满意", "Satisfied"),
        "asked_solved": Text("已询问", "Asked"),
        "solved": Text("已解决", "Solved"),
        "calls": Text("12345 立案", "12345: filed"),
        "calls_closed": Text("12345 办结", "12345: closed"),
        "calls_reached": Text("12345 回访接通", "12345: reached"),
        "calls_asked_answer": Text("12345 问是否响应", "12345: asked for a response"),
        "calls_answered": Text("12345 已响应", "12345: responded"),
        "calls_asked_solved": Text("12345 问是否解决", "12345: asked if solved"),
        "calls_solved": Text("12345 已解决", "12345: solved"),
        "calls_scored": Text("12345 已评价", "12345: rated"),
        "calls_satisfied": Text("12345 满意", "12345: satisfied"),
    }
)
RATES: Mapping[str, Text] = MappingProxyType(
    {
        "discovery_rate": Text("主动发现率", "Discovery rate"),
        "dispatch_accuracy": Text("派遣准确率", "Dispatch accuracy"),
        "handling_rate": Text("处置率", "Handling rate"),
        "on_time_rate": Text("按期处置率", "On-time rate"),
        "overdue_rate": Text("超时率", "Overdue rate"),
        "rework_rate": Text("返工率", "Rework rate"),
        "closing_rate": Text("结案率", "Closing rate"),
        "on_time_closing_rate": Text("按期结案率", "On-time closing rate"),
        "satisfaction_rate": Text("满意率", "Satisfaction"),
        "solved_rate": Text("解决率", "Solved rate"),
        "call_back_rate": Text("12345 回访率", "12345 call-back rate"),
        "call_response_rate": Text("12345 响应率", "12345 response rate"),
        "call_solved_rate": Text("12345 解决率", "12345 resolution rate"),
        "call_satisfaction_rate": Text("12345 满意率", "12345 satisfaction"),
    }
)
LINE_COLUMNS: tuple[Text, ...] = (
    Text("案卷号", "Number"), Text("状态", "State"), Text("部件/事件", "Kind"), Text("类别代码", "Class code"),
    Text("类别", "Class"), Text("来源", "Source"), Text("区划代码", "Area code"), Text("区域", "Area"),
    Text("地点", "Place"), Text("处置部门", "Department"), Text("紧急程度", "Urgency"),
    Text("上报时间", "Reported"), Text("最近变化", "Changed"), Text("到期时间", "Due"), Text("结案时间", "Closed"),
    Text("是否超期", "Overdue"), Text("返工次数", "Reworks"), Text("经度", "Longitude"), Text("纬度", "Latitude"),
    Text("数据性质", "Nature"),
)  # fmt: skip
