"""The actions of the time machine, declared once; what they do needs the clock and is done by the desk."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from sanping.commands.action import Action
from sanping.commands.desk_state import DeskState, Effect, EffectKind, Outcome
from sanping.domain.text import Text

ReplayWish = Literal[
    "live", "toggle", "next", "previous", "faster", "slower", "back", "forward", "follow", "open", "leave"
]
ExportWish = Literal["recording", "film", "table"]
RECORDING_SUFFIX = ".sprec"
REPLAY = Text("复盘", "Time machine")


def replay_actions() -> tuple[Action[Outcome], ...]:
    """Return every action of the time machine."""
    return (
        _replay("live", "回到实时", "Return to the present", "live", "Ctrl+End", icon="live"),
        _replay("play", "回放或暂停", "Replay or pause", "toggle", "Ctrl+Space", icon="play"),
        _replay("previous", "上一条告警时刻", "Moment of the alarm before", "previous", "Ctrl+Left", icon="previous"),
        _replay("next", "下一条告警时刻", "Moment of the next alarm", "next", "Ctrl+Right", icon="next"),
        _replay("faster", "加快回放", "Replay faster", "faster", "Ctrl+Up"),
        _replay("slower", "减慢回放", "Replay slower", "slower", "Ctrl+Down"),
        _replay("back", "后退 5 分钟", "Five minutes back", "back", ","),
        _replay("forward", "前进 5 分钟", "Five minutes on", "forward", "."),
        _replay("follow", "跟随录制的视角", "Follow the recorded camera", "follow", "Ctrl+Shift+F", icon="follow"),
        _replay("open", "打开录像…", "Open a recording…", "open", "Ctrl+Shift+R", icon="open"),
        _replay("leave", "关闭录像", "Close the recording", "leave"),
        _export("record", "导出录像…", "Export a recording…", "recording", "Ctrl+R", icon="record"),
        _export("film", "导出影片…", "Export a film…", "film", "Ctrl+M", icon="film"),
        _export("table", "导出数据表…", "Export a table…", "table", "Ctrl+T", icon="export"),
    )


def _replay(name: str, zh: str, en: str, wish: ReplayWish, *keys: str, icon: str = "") -> Action[Outcome]:
    return _action(name, Text(zh, en), _asked("replay", wish), keys, icon)


def _export(name: str, zh: str, en: str, wish: ExportWish, *keys: str, icon: str = "") -> Action[Outcome]:
    return _action(name, Text(zh, en), _asked("export_past", wish), keys, icon)


def _action(
    name: str, title: Text, decision: Callable[..., Outcome], keys: tuple[str, ...], icon: str
) -> Action[Outcome]:
    return Action(id=f"replay.{name}", title=title, group=REPLAY, decide=decision, keys=keys, icon=icon)


def _asked(kind: EffectKind, wish: str) -> Callable[..., Outcome]:
    return partial(_asking, kind=kind, wish=wish)


def _asking(state: DeskState, *, kind: EffectKind, wish: str) -> Outcome:
    return Outcome(state=state, effects=(Effect(kind=kind, argument=wish),))
