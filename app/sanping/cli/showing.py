"""`sanping run`, `sanping open` and `sanping picture`: everything that shows a twin."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.cases import centre_area
from sanping.bootstrap.desk import run_desk
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project, project_of_files
from sanping.bootstrap.invitation import Invitation, words_of
from sanping.bootstrap.machine import has_display
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.opener import Refusal
from sanping.bootstrap.pictures import Shot
from sanping.bootstrap.pictures import picture as drawn
from sanping.bootstrap.recordings import twin_of
from sanping.bootstrap.wall import WallWish
from sanping.bootstrap.wall_picture import WallShot, wall_picture
from sanping.cli.cutting import Section, section_of
from sanping.cli.declared import Command
from sanping.cli.files import Crs, Files, Lod, Role
from sanping.cli.hub import OnLan
from sanping.cli.terminal import TerminalProgress
from sanping.domain.errors import DisplayMissing, InputError
from sanping.domain.text import Language, Text
from sanping.domain.view import StyleName
from sanping.formats.tiles3d_address import web_address
from sanping.formats.twin_package import is_package
from sanping.ports.model_reader import ReadOptions
from sanping.settings import paths
from sanping.stage.state import QualityName
from sanping.storage.recording import SUFFIX, Recording
from sanping.twin.project import TwinProject
from sanping.twin.simulated_river import Scenario

_LARGEST_PIXELS = 16_384
_DONE, _IN_PART, _REFUSED = 0, 1, 2
_SKIPPED = Text("略过“{title}”：{reason}", "skipped “{title}”: {reason}")
_ONE_RECORDING = Text(
    "一次只能回放一个录像，其后最多写一个孪生文件夹",
    "One recording is replayed at a time, with at most one folder of its twin behind it",
)
_NO_WINDOW = Text(
    "没有显示器，无法回放录像；请用 sanping film 把它输出为影片",
    "There is no display to replay a recording on; draw it as a film with sanping film",
)
_NO_FILE = Text("找不到该文件；请检查路径", "The file is not there; check the path")

Twin = Annotated[
    Path | None,
    Text("孪生目录或场景名，空为内置苏河孪生", "Folder of a twin, or a scene; empty for the bundled Suzhou Creek"),
]
Size = Annotated[str, Text("宽x高（像素）", "Width x height in pixels")]
Style = Annotated[StyleName | None, Text("风格：night 夜、day 昼", "Style: night or day")]
Output = Annotated[Path, Text("输出 PNG 文件", "PNG file to write"), Parameter(name=["--output", "-o"])]
View = Annotated[str, Text("视角名称或序号", "Name or number of a bookmark")]
Moment = Annotated[str | None, Text("时刻，如 2026-06-21T14:00+08:00", "Moment, such as 2026-06-21T14:00+08:00")]
Quality = Annotated[QualityName, Text("画质：draft、soft、standard、high", "Quality: draft, soft, standard or high")]
Bare = Annotated[
    bool, Text("不画孪生的标注", "Leave the twin's annotations out"), Parameter(name="--no-notes", negative=())
]
HubAddress = Annotated[
    str,
    Text("使用已在运行的中枢，如 http://127.0.0.1:8765", "Use a hub that runs already, such as http://127.0.0.1:8765"),
]
Token = Annotated[
    str,
    Text("该中枢的令牌；本机自己的中枢不必给出", "Token of that hub; not needed for your own on this machine"),
    Parameter(env_var="SANPING_HUB_TOKEN"),
]
Alone = Annotated[
    bool, Text("不启动中枢，也不连接", "Start no hub and ask none"), Parameter(name="--no-hub", negative=())
]
Weather = Annotated[Scenario, Text("自动启动的中枢所用的模拟情景", "What the simulators of the desk's own hub tell")]


Room = Annotated[
    str,
    Text(
        "联动房间，与大屏、手机相同；空为设置中的房间",
        "Room of linked screens, as for wall and phones; empty: by settings",
    ),
]
Area = Annotated[
    str,
    Text(
        "区划代码：作为该区县、街镇或村居的指挥中心打开，只看本区域",
        "Area code: open as the command centre of that county, street or community, which sees its own area alone",
    ),
]
DeskName = Annotated[str, Text("坐席名称，显示在其他屏幕上", "What other screens call this desk")]


def run(  # noqa: PLR0913  one parameter an option
    twin: Twin = None,
    /,
    *,
    hub: HubAddress = "",
    token: Token = "",
    is_alone: Alone = False,
    scenario: Weather = "daily",
    is_lan: OnLan = False,
    room: Room = "",
    name: DeskName = "",
    area: Area = "",
) -> int:
    """Open a twin at the desk with its hub; without a display, write a picture of it instead."""
    project = load_project(twin or paths.default_twin())
    choice = HubChoice(
        address=hub,
        token=token,
        is_wanted=not is_alone,
        scenario=scenario,
        is_lan=is_lan,
        room=room,
        name=name,
        area=centre_area(project, area),
    )
    return _shown(project, choice)


def open_files(  # noqa: PLR0913  one parameter an option
    files: Files = (),
    /,
    *,
    crs: Crs = "",
    lod: Lod = "",
    role: Role = "",
    hub: HubAddress = "",
    token: Token = "",
    is_alone: Alone = False,
) -> int:
    """Open files as a twin of their own, a package as the twin it holds, or a recording in its twin.

    What cannot be read is named. Without a file the bundled twin opens, as from a desktop's menu.
    """
    if not files or (len(files) == 1 and is_package(files[0])):
        return run(files[0] if files else None, hub=hub, token=token, is_alone=is_alone)
    if files[0].suffix.lower() == SUFFIX:
        return _replayed(files[0], files[1:])
    options = ReadOptions(crs=crs, lod=lod, role=role)
    project = project_of_files(files, options)
    missing = [
        Refusal(entry=entry, error=InputError(_NO_FILE, path=str(entry.path)))
        for entry in project.layers
        if not entry.url and not entry.path.exists()
    ]
    name_refusals(missing, own_settings().language)
    if missing and len(missing) == len(files):
        return _REFUSED
    choice = HubChoice(address=hub, token=token, is_wanted=not is_alone)
    status = _shown(project_of_files([path for path in files if path.exists() or web_address(path)], options), choice)
    return status or (_IN_PART if missing else _DONE)


def picture(  # noqa: PLR0913  one parameter an option
    twin: Twin = None,
    /,
    *,
    size: Size = "1920x1080",
    style: Style = None,
    output: Output = Path("sanping.png"),
    view: View = "",
    quality: Quality = "high",
    moment: Moment = None,
    section: Section = "",
    is_bare: Bare = False,
) -> int:
    """Draw one picture of a twin without a window, with its annotations."""
    width, height = size_of(size)
    shot = Shot(width=width, height=height, style=style, view=view, quality=quality, moment=moment_of(moment),
                section=section_of(section), has_notes=not is_bare)  # fmt: skip
    return _draw(load_project(twin or paths.default_twin()), {output: shot})


def _replayed(recording: Path, named: Sequence[Path]) -> int:
    """Replay a recording in a window, without any hub; a folder behind it names its twin."""
    settings = own_settings()
    if len(named) > 1:
        raise InputError(_ONE_RECORDING, place=" ".join(map(str, named)))
    with Recording(recording) as opened:
        project = twin_of(opened.about, settings, named[0] if named else None, recording.resolve().parent)
    if not has_display():
        raise DisplayMissing(_NO_WINDOW)

    def tell(refusal: Refusal) -> None:
        name_refusals((refusal,), settings.language)

    return run_desk(project, settings, tell, HubChoice(is_wanted=False), recording=recording)


def _shown(project: TwinProject, hub: HubChoice) -> int:
    """Show a twin in a window, or in pictures; the status says whether all, some or none of it could be opened."""
    settings = own_settings()
    if has_display():
        refused: list[Refusal] = []

        def tell(refusal: Refusal) -> None:
            refused.append(refusal)
            name_refusals((refusal,), settings.language)

        def invite(found: Invitation) -> None:
            print(words_of(found, settings.language), flush=True)

        status = run_desk(project, settings, tell, hub, invite=invite if hub.is_wanted else None)
        names = {refusal.entry.name for refusal in refused}
        return status or _status(len(names), len(project.layers))
    print(
        Text(
            "没有显示器：不打开窗口，改为输出画面", "There is no display: writing pictures instead of opening windows"
        ).in_language(settings.language),
        file=sys.stderr,
    )
    desk, wall = (paths.pictures_folder() / f"{project.folder.name}-{name}.png" for name in ("desk", "wall"))
    status = _draw(project, {desk: Shot(width=1920, height=1080)})
    wished = WallWish(size_px=(3840, 1080)), WallShot()
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        wall_picture(project, wall, wished, hub, progress=progress, settings=settings)
    print(wall)
    return status


def _draw(project: TwinProject, shots: Mapping[Path, Shot]) -> int:
    """Draw pictures, print their paths, and name the layers that are missing in them."""
    settings = own_settings()
    refused: tuple[Refusal, ...] = ()
    for path, shot in shots.items():
        with TerminalProgress(settings.language).heeding_interrupts() as progress:
            refused = drawn(project, path, shot, progress, settings)
        print(path)
    name_refusals(refused, settings.language)
    return _status(len(refused), len(project.layers))


def _status(refused: int, layers: int) -> int:
    if not refused:
        return _DONE
    return _IN_PART if refused < layers else _REFUSED


def name_refusals(refused: Sequence[Refusal], language: Language) -> None:
    """Say on stderr what is left out, and why."""
    for refusal in refused:
        reason = refusal.error.in_language(language)
        words = _SKIPPED.with_values(title=refusal.entry.title, reason=reason).in_language(language)
        print(f"sanping: {words}", file=sys.stderr)


def moment_of(text: str | None) -> datetime | None:
    """Return the moment of "2026-06-21T14:00" (local time) or with a zone."""
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as error:
        raise InputError(
            Text(
                "看不懂时刻。请写成 2026-06-21T14:00+08:00",
                "The moment is not understood. Write it like 2026-06-21T14:00+08:00",
            ),
            place=text,
        ) from error


def size_of(text: str) -> tuple[int, int]:
    """Return width and height of "1920x1080"."""
    width, cross, height = text.lower().replace("×", "x").partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        raise InputError(
            Text("看不懂画面尺寸。请写成 1920x1080", "The picture size is not understood. Write it like 1920x1080"),
            place=text,
        )
    size = int(width), int(height)
    if not all(16 <= side <= _LARGEST_PIXELS for side in size):
        raise InputError(
            Text(
                "画面尺寸须在 16 到 {most} 像素之间", "Each side of the picture must be 16 to {most} pixels"
            ).with_values(most=_LARGEST_PIXELS),
            place=text,
        )
    return size


RUN = Command(
    name="run", title=Text("打开孪生（默认内置苏河）", "Open a twin (the bundled Suzhou Creek by default)"), run=run
)
OPEN = Command(name="open", title=Text("直接打开模型文件", "Open model files directly"), run=open_files)
PICTURE = Command(
    name="picture", title=Text("不开窗口，输出一张画面", "Draw one picture without a window"), run=picture
)
