"""The actions of the director, declared once; what they ask of the room is done by the desk."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from sanping.commands import director_decisions as decide
from sanping.commands.action import Action
from sanping.commands.desk_state import Outcome, PanelName
from sanping.commands.director_state import SCENES, DirectorWish
from sanping.domain.text import Text

DIRECTOR = Text("导播", "Director")
SCENE = Text("场景", "Scenes")
DIRECTOR_WORKSPACE = "director"


def director_actions() -> tuple[Action[Outcome], ...]:
    """Return every action of the director."""
    return (*_room_actions(), *_wall_actions(), *_scene_actions())


def _room_actions() -> tuple[Action[Outcome], ...]:
    return (
        _action("link", "联动开关", "Link on or off", decide.linked, "F7", icon="link"),
        _action("preview", "预览开关", "Preview on or off", decide.previewed, "F8", icon="eye"),
        _action("take", "切换上屏", "Take to the wall", decide.sent, "F9", icon="take"),
        _action("cut", "直切上屏", "Cut to the wall", partial(decide.sent, wish="cut"), "Shift+F9"),
        _action("transition", "平滑或直切", "Smooth or cut", decide.transition_changed, "Ctrl+F9"),
        _action("follow", "跟随或自由查看", "Follow or look freely", decide.followed, "F6", icon="follow"),
        _action("lead", "申请或交出主控", "Ask for the floor or give it up", _asked("lead"), "Ctrl+F7", icon="floor"),
        _action("seize", "收回主控", "Take the floor back", _asked("seize"), "Ctrl+Shift+F7"),
        _action("lock", "锁定或解锁大屏", "Lock or unlock the wall", _asked("lock"), "Ctrl+F8", icon="lock"),
        _action("grant", "同意第一个申请", "Grant the first request", _asked("grant"), "Ctrl+F6", icon="tick"),
        _action("deny", "拒绝第一个申请", "Deny the first request", _asked("deny"), "Ctrl+Shift+F6"),
        _action("pair", "配对手机…", "Pair a phone…", decide.pairing_opened, "Alt+P", icon="phone"),
    )


def _wall_actions() -> tuple[Action[Outcome], ...]:
    def panel(name: PanelName, zh: str, en: str) -> Action[Outcome]:
        return _action(f"send_{name}", f"上屏：{zh}", f"To the wall: {en}", partial(decide.panel_sent, panel=name))

    return (
        _action("send_view", "上屏：当前视图", "To the wall: this view", partial(decide.sent, wish="cut"), "F4",
                icon="wall"),
        _action("send_station", "上屏：当前站点", "To the wall: this station", decide.station_sent, "Shift+F4"),
        _action("send_alarm", "上屏：当前告警", "To the wall: this alarm", decide.alarm_sent, "Ctrl+F4"),
        panel("alarms", "告警列表", "alarms"),
        panel("river", "河流态势", "the river"),
        panel("stations", "监测站点", "stations"),
        panel("sources", "数据源", "sources"),
        panel("overview", "城市指标", "the city in figures"),
        _action("sensing", "大屏主题：状态一网感知", "Wall: the state of the city",
                partial(decide.board_turned, board="sensing"), "Alt+F7"),
        _action("governing", "大屏主题：运行一网治理", "Wall: how the city is run",
                partial(decide.board_turned, board="governing"), "Alt+F8"),
        _action("match", "飞到大屏视角", "Fly to the wall's view", _asked("match"), "Alt+F9", icon="target"),
        _action("close_focus", "收起大屏详情", "Close what the wall shows large", decide.focused, "Alt+F3"),
        _action("last_view", "回到上一次上屏的视角", "Back to the last view taken",
                partial(decide.taken_again, place=1), "Ctrl+Backspace", icon="undo"),
    )  # fmt: skip


def _scene_actions() -> tuple[Action[Outcome], ...]:
    numbers = range(1, SCENES + 1)
    recall = tuple(
        Action(
            id=f"scene.{n}",
            title=Text(f"场景 {n}", f"Scene {n}"),
            group=SCENE,
            decide=partial(decide.recalled, number=n),
            keys=(str(n),),
            where=DIRECTOR_WORKSPACE,
        )
        for n in numbers
    )
    keep = tuple(
        Action(
            id=f"scene.keep_{n}",
            title=Text(f"保存为场景 {n}", f"Keep as scene {n}"),
            group=SCENE,
            decide=partial(decide.asked, to=n, wish="keep_scene"),
            keys=(f"Ctrl+Alt+{n}",),
        )
        for n in numbers
    )
    return (*recall, *keep)


def director_gestures() -> Mapping[str, Callable[..., Outcome]]:
    """Return what the director's panels ask for with arguments."""
    wishes: tuple[DirectorWish, ...] = (
        "grant", "deny", "revoke", "name_scene", "forget_scene", "keep_scene", "code", "device.approve",
        "device.place", "device.decline", "device.revoke",
    )  # fmt: skip
    return MappingProxyType(
        {
            **{f"direct.{wish}": partial(decide.asked, wish=wish) for wish in wishes},
            "direct.panel": decide.panel_sent,
            "direct.recall": decide.recalled,
            "direct.taken": decide.taken_again,
        }
    )


def _asked(wish: DirectorWish) -> Callable[..., Outcome]:
    return partial(decide.asked, wish=wish)


def _action(
    name: str, zh: str, en: str, decision: Callable[..., Outcome], *keys: str, icon: str = ""
) -> Action[Outcome]:
    return Action(id=f"director.{name}", title=Text(zh, en), group=DIRECTOR, decide=decision, keys=keys, icon=icon)
