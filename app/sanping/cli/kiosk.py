"""`sanping kiosk`: the screen that tours a city by itself, lets visitors touch it, and is left with a PIN only."""

import getpass
import sys
from datetime import datetime, time
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.bootstrap.kiosk import KioskWish, run_kiosk
from sanping.bootstrap.kiosk_pin import set_pin, usual_pin_file
from sanping.bootstrap.machine import has_display
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.opener import Refusal
from sanping.cli.declared import Command
from sanping.cli.parameters import Alone, HubAddress, OnLan, Token, Twin, Weather, name_refusals, size_of
from sanping.domain.errors import DisplayMissing, InputError
from sanping.domain.text import Language, Text
from sanping.settings import paths
from sanping.wire.show import MAIN_ROOM

_DONE = 0
_SHORTEST_IDLE_S, _LONGEST_S = 10.0, 3600.0
_NO_SCREEN = Text("没有显示器，无法打开展示屏", "There is no display to open the kiosk on")
_NO_TIME = Text("看不懂时刻。请写成 04:30", "The time is not understood. Write it like 04:30")
_NO_SPAN = Text("时长须在 {least} 到 {most} 秒之间", "It must last {least} to {most} seconds")
_ASK = Text("新的 PIN（4 到 12 位数字）：", "New PIN, 4 to 12 digits: ")
_AGAIN = Text("再输一次：", "Once more: ")
_UNLIKE = Text("两次输入的 PIN 不同，没有改动", "The two PINs differ; nothing was changed")
_SET = Text("PIN 已保存（仅存哈希）：{path}", "The PIN is kept, as a hash only: {path}")

PinFile = Annotated[
    Path | None, Text("PIN 文件，空为默认；权限须为 600", "File of the PIN; empty for the usual one; mode 600")
]
SetPin = Annotated[
    bool,
    Text("设置退出 PIN 后结束；首次使用须先设置", "Set the PIN to leave with, and end; needed before the first start"),
    Parameter(name="--set-pin", negative=()),
]
Room = Annotated[str, Text("联动房间", "Room of linked screens")]
Name = Annotated[str, Text("屏名，空为主机名", "Name of the screen; empty for that of the machine")]
Idle = Annotated[float, Text("无人触摸多少秒后回到导览", "Seconds without a touch until the tour goes on")]
AlarmFor = Annotated[
    float, Text("橙色以上告警最多停留多少秒", "Seconds that an alarm, orange or red, is shown at most")
]
RestartAt = Annotated[
    str,
    Text(
        "每天在此时刻退出，由 systemd 重新启动，如 04:30",
        "Time of day at which it ends for systemd to start it anew, such as 04:30",
    ),
]
Window = Annotated[
    str,
    Text(
        "不占全屏而用这样大的窗口（试看），如 1280x720",
        "Use a window of this size instead, to try it, such as 1280x720",
    ),
]


def kiosk(  # noqa: PLR0913  one parameter an option
    twin: Twin = None,
    /,
    *,
    hub: HubAddress = "",
    token: Token = "",
    is_alone: Alone = False,
    is_lan: OnLan = False,
    scenario: Weather = "daily",
    room: Room = MAIN_ROOM,
    name: Name = "",
    pin_file: PinFile = None,
    set_pin: SetPin = False,
    idle: Idle = 90.0,
    alarm_for: AlarmFor = 45.0,
    restart_at: RestartAt = "",
    window: Window = "",
) -> int:
    """Show a twin to visitors until the PIN is given; 75 is the exit status of the nightly restart."""
    settings = own_settings()
    if set_pin:
        return _pin_was_set(pin_file or usual_pin_file(), settings.language)
    wish = KioskWish(
        room=room,
        name=name,
        pin_file=pin_file,
        idle_s=_span(idle),
        alarm_s=_span(alarm_for),
        restart_at=_time(restart_at),
        size_px=size_of(window) if window else None,
    )
    project = load_project(twin or paths.default_twin())
    if not has_display():
        raise DisplayMissing(_NO_SCREEN)

    def tell(refusal: Refusal) -> None:
        name_refusals((refusal,), settings.language)

    choice = HubChoice(address=hub, token=token, is_wanted=not is_alone, scenario=scenario, is_lan=is_lan)
    return run_kiosk(project, settings, wish, choice, tell)


def _pin_was_set(path: Path, language: Language) -> int:
    """Ask for a PIN twice at a terminal, once from a pipe, and keep it."""
    if sys.stdin.isatty():
        pin = getpass.getpass(_ASK.in_language(language))
        if getpass.getpass(_AGAIN.in_language(language)) != pin:
            raise InputError(_UNLIKE)
    else:
        pin = sys.stdin.readline().strip()
    set_pin(path, pin)
    print(_SET.with_values(path=path).in_language(language))
    return _DONE


def _span(seconds: float) -> float:
    if not _SHORTEST_IDLE_S <= seconds <= _LONGEST_S:
        raise InputError(
            _NO_SPAN.with_values(least=round(_SHORTEST_IDLE_S), most=round(_LONGEST_S)), place=str(seconds)
        )
    return seconds


def _time(written: str) -> time | None:
    try:
        return datetime.strptime(written, "%H:%M").time() if written else None
    except ValueError as error:
        raise InputError(_NO_TIME, place=written) from error


KIOSK = Command(
    name="kiosk",
    title=Text("展示屏：自动导览，可触摸，PIN 退出", "Kiosk: tours by itself, touch, left with a PIN"),
    run=kiosk,
)
