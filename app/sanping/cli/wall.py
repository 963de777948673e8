"""`sanping wall`: the wall of a command centre, on one screen or on many, or as a picture."""

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from sanping.bootstrap.cases import centre_area
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.bootstrap.machine import has_display
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.opener import Refusal
from sanping.bootstrap.wall import Rate, WallWish, place_of, run_wall
from sanping.bootstrap.wall_picture import WallShot, wall_picture
from sanping.cli.declared import Command
from sanping.cli.parameters import (
    Alone,
    Area,
    HubAddress,
    Moment,
    Quality,
    Style,
    Token,
    Twin,
    View,
    Weather,
    moment_of,
    name_refusals,
    size_of,
)
from sanping.cli.terminal import TerminalProgress, table
from sanping.domain.errors import DisplayMissing, InputError
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.stage.area_map import AreaMapKind
from sanping.stage.sharing import FIRST_BOARD, BoardName
from sanping.twin.project import TwinProject
from sanping.wire.show import MAIN_ROOM

_DONE, _IN_PART = 0, 1
_NO_WINDOW = Text(
    "没有显示器，无法打开大屏；可用 --picture 输出大屏画面",
    "There is no display to show the wall on; --picture writes a picture of it",
)
_ONE_OF = Text("--tile 与 --tiles 只能给一个", "Give either --tile or --tiles")
_RATES = (Text("屏", "Screen"), Text("帧/秒", "fps"), Text("中位毫秒", "median ms"), Text("最慢毫秒", "slowest ms"))

Layout = Annotated[str, Text("布局名称或文件，空为按屏幕选择", "Name or file of a layout; empty to suit the screen")]
Screen = Annotated[int, Text("第几块屏幕，0 为任意", "Which screen, from 1; 0 for any")]
Size = Annotated[str, Text("宽x高：画面尺寸，或不用全屏的窗口", "Width x height: of the picture, or of a window")]
Room = Annotated[
    str, Text("联动房间，空为 main 或所给区域的代码", "Room of linked screens; empty: main, or the code of the area")
]
Name = Annotated[str, Text("本屏名称，空为主机名", "What people call this screen; empty: the host's name")]
Tiles = Annotated[str, Text("本机显示整面拼接墙，如 3x2", "Show a whole tiled wall, such as 3x2")]
OneTile = Annotated[str, Text("本机只显示一块，如 2,1/3x2", "Show one tile of a wall, such as 2,1/3x2")]
Bezel = Annotated[
    float, Text("相邻画面间的边框（毫米），负数用布局的", "Bezel between pictures (mm); negative: the layout's")
]
Pitch = Annotated[
    float, Text("像素间距（毫米），0 用布局或设置的", "Size of a pixel (mm); 0: the layout's or the setting")
]
Seat = Annotated[float, Text("最远座位（米），0 用布局或设置的", "Farthest seat (m); 0: the layout's or the setting")]
Picture = Annotated[Path | None, Text("不开窗口，把大屏写成 PNG", "Write the wall as a PNG instead of opening windows")]
Board = Annotated[
    BoardName | Literal[""],
    Text(
        "大屏主题：sensing 状态一网感知、governing 运行一网治理；空为 sensing，给了区域为 governing",
        "What it tells of: sensing or governing; empty: sensing, or governing with an area",
    ),
]
CaseMap = Annotated[
    AreaMapKind | Literal[""],
    Text("画面中叠加的案件地图：borders、shares、heat", "Map of cases in the picture: borders, shares or heat"),
    Parameter(name="--map"),
]
Focus = Annotated[str, Text("画面中放大的内容，如 station:SZH00002", "What is large, such as station:SZH00002")]
SelfTest = Annotated[float, Text("自检秒数：打印每屏帧率后退出", "Seconds of a self-test that prints fps per screen")]
Pattern = Annotated[bool, Text("以测试图开始", "Begin with the test pattern"), Parameter(negative=())]


def wall(  # noqa: PLR0913  one parameter an option
    twin: Twin = None,
    /,
    *,
    hub: HubAddress = "",
    token: Token = "",
    is_alone: Alone = False,
    scenario: Weather = "daily",
    room: Room = "",
    name: Name = "",
    layout: Layout = "",
    screen: Screen = 0,
    size: Size = "",
    tiles: Tiles = "",
    tile: OneTile = "",
    bezel: Bezel = -1.0,
    pitch: Pitch = 0.0,
    seat: Seat = 0.0,
    self_test: SelfTest = 0.0,
    pattern: Pattern = False,
    picture: Picture = None,
    style: Style = None,
    view: View = "",
    quality: Quality = "high",
    moment: Moment = None,
    focus: Focus = "",
    board: Board = "",
    area: Area = "",
    case_map: CaseMap = "",
) -> int:
    """Show the wall of a twin over its screens, following its room; or write it as a picture."""
    settings, project = own_settings(), load_project(twin or paths.default_twin())
    choice = HubChoice(address=hub, token=token, is_wanted=not is_alone, scenario=scenario)
    rest = {"bezel_mm": bezel, "pitch_mm": pitch, "seat_m": seat, "test_s": self_test, "shows_pattern": pattern,
            "board": board or ("governing" if area else FIRST_BOARD)}  # fmt: skip
    code = centre_area(project, area)
    place = {"layout": layout, "screen": screen, "room": room or code or MAIN_ROOM, "name": name, "area": code}
    wish = _wish(tiles, tile, size, **place, **rest)
    if picture is None:
        return _shown(project, settings, wish, choice)
    shot = WallShot(style=style, view=view, quality=quality, moment=moment_of(moment), focus=focus, area=code,
                    case_map=case_map or None)  # fmt: skip
    return _pictured(project, picture, (wish, shot), choice, settings)


def _pictured(
    project: TwinProject, picture: Path, wished: tuple[WallWish, WallShot], choice: HubChoice, settings: Settings
) -> int:
    """Write the wall as a picture; the status says whether all of the twin is in it."""
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        refused = wall_picture(project, picture, wished, choice, progress=progress, settings=settings)
    print(picture)
    name_refusals(refused, settings.language)
    return _IN_PART if refused else _DONE


def _wish(tiles: str, tile: str, size: str, **rest: Any) -> WallWish:
    """Return what was asked for. Raises `InputError` for words that mean nothing."""
    if tile and tiles:
        raise InputError(_ONE_OF)
    place, counts = place_of(tiles, tile)
    return WallWish(counts=counts, tile=place, size_px=size_of(size) if size else None, **rest)


def _shown(project: TwinProject, settings: Settings, wish: WallWish, choice: HubChoice) -> int:
    """Show the wall; the status says whether all of the twin could be opened."""
    if not has_display():
        raise DisplayMissing(_NO_WINDOW)
    refused: list[Refusal] = []

    def tell(refusal: Refusal) -> None:
        refused.append(refusal)
        name_refusals((refusal,), settings.language)

    def tell_rates(rates: tuple[Rate, ...]) -> None:
        rows = [[title.in_language(settings.language) for title in _RATES]]
        rows += [
            [rate.place, f"{rate.per_second:.1f}", f"{rate.median_ms:.1f}", f"{rate.slowest_ms:.1f}"] for rate in rates
        ]
        print(table(rows))
        sys.stdout.flush()

    status = run_wall(project, settings, wish, choice, tell=tell, tell_rates=tell_rates)
    return status or (_IN_PART if refused else _DONE)


WALL = Command(
    name="wall", title=Text("在指挥中心大屏上显示孪生", "Show a twin on the wall of a command centre"), run=wall
)
