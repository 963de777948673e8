"""`sanping record` and `sanping film`: a hub's past as a recording, a recording as a film, without a window."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.bootstrap.films import FilmWish
from sanping.bootstrap.films import film as drawn
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.pictures import Shot
from sanping.bootstrap.recordings import record as recorded
from sanping.bootstrap.recordings import twin_of
from sanping.cli.cutting import Section, section_of
from sanping.cli.declared import Command
from sanping.cli.parameters import (
    Bare,
    HubAddress,
    Moment,
    Quality,
    Size,
    Style,
    Token,
    View,
    moment_of,
    name_refusals,
    size_of,
)
from sanping.cli.parameters import Twin as OwnTwin
from sanping.cli.terminal import TerminalProgress
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.settings import paths
from sanping.stage.filming import CameraChoice
from sanping.stage.state import WaterColour
from sanping.storage.recording import Recording

_DONE, _IN_PART = 0, 1
_NO_POSE = Text(
    "看不懂相机：{text}。请写成 东,北,高,方位角,俯仰角,距离,视场角",
    "The camera {text} is not understood. Write it like east,north,up,heading,pitch,distance,opening",
)

Recorded = Annotated[Path, Text("录像文件（.sprec）", "File of a recording (.sprec)")]
Twin = Annotated[
    Path | None, Text("孪生目录，空为录像所属的孪生", "Folder of the twin; empty for the one the recording is of")
]
Output = Annotated[
    Path,
    Text("输出文件：.mp4、.webm，或 .zip（逐帧 PNG）", "File to write: .mp4, .webm, or .zip (numbered PNG)"),
    Parameter(name=["--output", "-o"]),
]
Sprec = Annotated[Path, Text("输出录像文件", "Recording to write"), Parameter(name=["--output", "-o"])]
Stations = Annotated[
    tuple[str, ...], Text("只录这些站点，可重复", "Only this station; may be repeated"), Parameter(negative=())
]
Camera = Annotated[
    CameraChoice,
    Text("相机：fixed 固定、path 沿各视角、recorded 跟随录制", "Camera: fixed, path over the bookmarks, or recorded"),
]
Pose = Annotated[
    str,
    Text("固定相机：东,北,高,方位角,俯仰角,距离,视场角", "Fixed camera: east,north,up,heading,pitch,distance,opening"),
]
Speed = Annotated[float, Text("倍速：影片一秒演示多少秒", "Seconds of the past per second of film")]
Rate = Annotated[int, Text("帧率", "Frames a second")]
Layers = Annotated[
    tuple[str, ...], Text("只显示这些图层，可重复", "Show only this layer; may be repeated"), Parameter(negative=())
]
Water = Annotated[WaterColour, Text("水面着色：plain 本色、class 水质、level 水情", "Water: plain, class or level")]


def film(  # noqa: PLR0913  one parameter an option
    recording: Recorded,
    twin: Twin = None,
    /,
    *,
    output: Output = Path("sanping.mp4"),
    size: Size = "1920x1080",
    style: Style = None,
    view: View = "",
    quality: Quality = "standard",
    camera: Camera = "fixed",
    pose: Pose = "",
    speed: Speed = 60.0,
    fps: Rate = 25,
    begin: Moment = None,
    end: Moment = None,
    water: Water = "level",
    layer: Layers = (),
    section: Section = "",
    is_bare: Bare = False,
) -> int:
    """Draw a recording as a film, with the moment and the mark of simulated data burnt in."""
    settings = own_settings()
    width, height = size_of(size)
    with Recording(recording) as opened:
        project = twin_of(opened.about, settings, twin, recording.resolve().parent)
    wish = FilmWish(
        from_ms=_milliseconds(begin),
        to_ms=_milliseconds(end),
        camera=camera,
        pose=_pose(pose),
        speed=speed,
        frames_per_s=fps,
        water=water,
        layers=layer,
    )
    shot = Shot(width=width, height=height, style=style, view=view, quality=quality, section=section_of(section),
                has_notes=not is_bare)  # fmt: skip
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        refused = drawn(project, recording, output, shot=shot, wish=wish, progress=progress, settings=settings)
    print(output)
    name_refusals(refused, settings.language)
    return _IN_PART if refused else _DONE


def record(  # noqa: PLR0913  one parameter an option
    twin: OwnTwin = None,
    /,
    *,
    output: Sprec = Path("sanping.sprec"),
    begin: Moment = None,
    end: Moment = None,
    station: Stations = (),
    hub: HubAddress = "",
    token: Token = "",
) -> int:
    """Write a span of what a running hub remembers as one file, to be replayed elsewhere."""
    project = load_project(twin or paths.default_twin())
    span = (_milliseconds(begin), _milliseconds(end))
    choice = HubChoice(address=hub, token=token)
    with TerminalProgress(own_settings().language).heeding_interrupts() as progress:
        rows = recorded(project, choice, output, span, progress, stations=frozenset(station))
    print(f"{output}\t{rows}")
    return _DONE


def _pose(text: str) -> CameraPose | None:
    if not text:
        return None
    try:
        east, north, up, heading, pitch, distance, opening = map(float, text.split(","))
    except ValueError as error:
        raise InputError(_NO_POSE.with_values(text=text[:80])) from error
    if distance <= 0 or not 1 <= opening <= 170:
        raise InputError(_NO_POSE.with_values(text=text[:80]))
    return CameraPose(
        target=(east, north, up), heading_deg=heading, pitch_deg=pitch, distance_m=distance, fov_deg=opening
    )


def _milliseconds(text: str | None) -> int | None:
    moment = moment_of(text)
    return None if moment is None else round(moment.timestamp() * 1000)


RECORD = Command(name="record", title=Text("把中枢的历史导出为录像", "Write a hub's past as a recording"), run=record)
FILM = Command(name="film", title=Text("把录像输出为影片", "Draw a recording as a film"), run=film)
