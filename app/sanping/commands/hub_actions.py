"""What screens can wish of a hub, and the least role for it: buttons, checks and the reference all read this."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sanping.domain.role import Role
from sanping.domain.text import Text

_ALARMS = Text("告警", "Alarms")
_SOURCES = Text("数据源", "Sources")
_STREET = Text("上报", "Reports")
_CASES = Text("案件", "Cases")
_RESPONSES = Text("联动响应", "Joint responses")
_EVENT = Text("活动保障", "Major event")
_VOTE = Text("方案表决", "Vote")
_SCREENS = Text("屏幕", "Screens")
_SITES = Text("上下级", "Sites")


@dataclass(frozen=True, slots=True, kw_only=True)
class HubAction:
    """One command of `sanping.v1`: its name, what people call it, and the least role that may wish it."""

    id: str
    title: Text
    group: Text
    least: Role


HUB_ACTIONS: Mapping[str, HubAction] = MappingProxyType(
    {
        action.id: action
        for action in (
            HubAction(id="alarm.acknowledge", title=Text("确认告警", "Acknowledge"), group=_ALARMS, least="operator"),
            HubAction(id="alarm.shelve", title=Text("搁置告警", "Shelve"), group=_ALARMS, least="operator"),
            HubAction(id="alarm.close", title=Text("关闭告警", "Close"), group=_ALARMS, least="operator"),
            HubAction(id="report.file", title=Text("上报事件", "File a report"), group=_STREET, least="grid_worker"),
            HubAction(id="case.report", title=Text("上报案件", "Report a case"), group=_CASES, least="grid_worker"),
            HubAction(id="case.step", title=Text("办理案件", "Work on a case"), group=_CASES, least="grid_worker"),
            HubAction(
                id="response.start", title=Text("启动预案", "Start a plan"), group=_RESPONSES, least="duty_officer"
            ),
            HubAction(
                id="response.step",
                title=Text("办理响应任务", "Work on a response"),
                group=_RESPONSES,
                least="grid_worker",
            ),
            HubAction(
                id="event.post", title=Text("报告岗位情况", "Report on a post"), group=_EVENT, least="grid_worker"
            ),
            HubAction(
                id="measure.record", title=Text("登记措施", "Record a measure"), group=_CASES, least="duty_officer"
            ),
            HubAction(
                id="measure.withdraw", title=Text("撤销措施", "Withdraw a measure"), group=_CASES, least="duty_officer"
            ),
            HubAction(id="source.enable", title=Text("启用数据源", "Enable"), group=_SOURCES, least="admin"),
            HubAction(id="source.disable", title=Text("停用数据源", "Disable"), group=_SOURCES, least="admin"),
            HubAction(id="source.restart", title=Text("重启数据源", "Restart"), group=_SOURCES, least="duty_officer"),
            HubAction(id="source.configure", title=Text("设置数据源", "Configure"), group=_SOURCES, least="admin"),
            HubAction(id="twin.trust", title=Text("信任孪生", "Trust the twin"), group=_SOURCES, least="admin"),
            HubAction(id="vote.open", title=Text("发起表决", "Open a vote"), group=_VOTE, least="duty_officer"),
            HubAction(id="vote.cast", title=Text("投票", "Vote"), group=_VOTE, least="viewer"),
            HubAction(id="vote.close", title=Text("结束表决", "Close the vote"), group=_VOTE, least="duty_officer"),
            HubAction(id="stage.camera", title=Text("记录镜头", "Record the camera"), group=_SCREENS, least="operator"),
            HubAction(id="site.order", title=Text("向下级下发", "Send down"), group=_SITES, least="duty_officer"),
            HubAction(id="site.again", title=Text("重发搁置件", "Send again"), group=_SITES, least="duty_officer"),
            HubAction(
                id="notice.send", title=Text("向下级发通知", "Send a notice"), group=_SITES, least="duty_officer"
            ),
            HubAction(id="notice.end", title=Text("解除通知", "End a notice"), group=_SITES, least="duty_officer"),
            HubAction(id="notice.confirm", title=Text("签收通知", "Confirm a notice"), group=_SITES, least="operator"),
            HubAction(id="joint.open", title=Text("发起会商", "Open a session"), group=_SITES, least="duty_officer"),
            HubAction(id="joint.close", title=Text("结束会商", "End the session"), group=_SITES, least="duty_officer"),
            HubAction(id="joint.leave", title=Text("退出会商", "Leave the session"), group=_SITES, least="operator"),
            HubAction(id="joint.join", title=Text("加入会商", "Join the session"), group=_SITES, least="operator"),
            HubAction(id="role.ask", title=Text("申请角色", "Ask for a role"), group=_SCREENS, least="viewer"),
            HubAction(id="role.leave", title=Text("退出角色", "Log out"), group=_SCREENS, least="viewer"),
            HubAction(id="device.approve", title=Text("批准设备", "Approve"), group=_SCREENS, least="duty_officer"),
            HubAction(
                id="device.place",
                title=Text("设置设备的岗位与责任区", "Set role, department and areas of a device"),
                group=_SCREENS,
                least="duty_officer",
            ),
            HubAction(id="device.decline", title=Text("拒绝设备", "Decline"), group=_SCREENS, least="duty_officer"),
            HubAction(id="device.revoke", title=Text("移除设备", "Revoke"), group=_SCREENS, least="duty_officer"),
        )
    }
)
