"""What the director's panels and messages say, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from sanping.domain.role import TITLES
from sanping.domain.text import Text
from sanping.stage.show import ShowState
from sanping.wire.show import Member

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "desk": Text("坐席", "Desk"),
        "wall": Text("大屏", "Wall"),
        "phone": Text("手机", "Phone"),
        "kiosk": Text("展厅屏", "Kiosk"),
    }
)
ICONS: Mapping[str, str] = MappingProxyType({"desk": "desk", "wall": "wall", "phone": "phone", "kiosk": "kiosk"})
OTHER_KIND = Text("屏幕", "Screen")
THIS = Text("本席", "this desk")
LEADS = Text("{name} 正在主导", "{name} leads")
LED_HERE = Text("本席主控中", "This desk leads")
LED_LOCKED = Text("本席主控中，已锁定", "This desk leads, locked")
NOBODY_LEADS = Text("无人主导", "Nobody leads")
NOT_LINKED = Text("未联动", "Not linked")
NO_HUB = Text("未连接中枢，不能联动", "There is no hub, so nothing can be linked")
LOOKS_FREELY = Text("已转为自由查看；按 F6 继续跟随", "You look around freely now; F6 follows again")
WAITS = Text(
    "{name} 正在主导，已提出申请；获准后请再次切换",
    "{name} leads; the floor was asked for. Take again once it is granted",
)
HOLDS = Text("预览中，大屏保持不动", "Preview: the wall stays")
TAKEN = Text("已上屏", "On the wall")
LOCK_FIRST = Text("先取得主控才能锁定大屏", "Take the floor first; then the wall can be locked")
NOBODY_WAITS = Text("没有待处理的申请", "Nobody asks for the floor")
KEPT = Text("已保存为场景 {number}：{name}", "Kept as scene {number}: {name}")
LEADING = Text("主导中", "leads")
FOLLOWING = Text("跟随中", "follows")
FREE = Text("自由查看", "looks freely")
WAITING = Text("申请主控", "asks to lead")


def name_of(member: Member | None, screen: str) -> Text:
    """Return what people call a screen: its own name, or its kind and the end of its id."""
    if member is None:
        return Text(screen, screen)
    if member.name:
        return Text(member.name, member.name)
    kind = KINDS.get(member.kind, OTHER_KIND)
    return kind if screen == member.kind else Text(f"{kind.zh} {screen[-6:]}", f"{kind.en} {screen[-6:]}")


def leader_of(show: ShowState) -> Text:
    """Return who leads, in words; this desk is named as such."""
    holder = show.floor.holder
    return THIS if holder == show.me else name_of(show.members.get(holder), holder)


def about(member: Member) -> Text:
    """Return kind and role of a screen."""
    kind, role = KINDS.get(member.kind, OTHER_KIND), TITLES[member.role]
    return Text(f"{kind.zh} · {role.zh}", f"{kind.en} · {role.en}")
