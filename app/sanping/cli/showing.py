"""`sanping run`, `sanping open` and `sanping picture`: everything that shows a twin."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from sanping.bootstrap.cases import centre_area
from sanping.bootstrap.desk import run_desk
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project, project_of_files
from sanping.bootstrap.invitation import Invitation, words_of
from sanping.bootstrap.machine import has_display
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.opener import Refusal
from sanping.cli.cutting import Section, section_of
from sanping.cli.declared import Command
from sanping.cli.files import Crs, Files, Lod, Role
from sanping.cli.parameters import (
    Alone,
    Area,
    Bare,
    HubAddress,
    Moment,
    OnLan,
    Output,
    Quality,
    Size,
    Style,
    Token,
    Twin,
    View,
    Weather,
    moment_of,
    name_refusals,
    size_of,
)
from sanping.cli.terminal import TerminalProgress
from sanping.domain.errors import DisplayMissing, InputError
from sanping.domain.text import Text
from sanping.formats.tiles3d_address import web_address
from sanping.formats.twin_package import is_package
from sanping.ports.model_reader import ReadOptions
from sanping.settings import paths
from sanping.storage.recording import SUFFIX, Recording
from sanping.twin.project import TwinProject

if TYPE_CHECKING:
    from sanping.bootstrap.pictures import Shot

_DONE, _IN_PART, _REFUSED = 0, 1, 2
_ONE_RECORDING = Text(
    "一次只能回放一个录像，其后最多写一个孪生文件夹",
    "One recording is replayed at a time, with at most one folder of its twin behind it",
)
_NO_WINDOW = Text(
    "没有显示器，无法回放录像；请用 sanping film 把它输出为影片",
    "There is no display to replay a recording on; draw it as a film with sanping film",
)
_NO_FILE = Text("找不到该文件；请检查路径", "The file is not there; check the path")

Room = Annotated[
    str,
    Text(
        "联动房间，与大屏、手机相同；空为设置中的房间",
        "Room of linked screens, as for wall and phones; empty: by settings",
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
    from sanping.bootstrap.pictures import Shot  # noqa: PLC0415  a window needs none of it

    width, height = size_of(size)
    shot = Shot(width=width, height=height, style=style, view=view, quality=quality, moment=moment_of(moment),
                section=section_of(section), has_notes=not is_bare)  # fmt: skip
    return _draw(load_project(twin or paths.default_twin()), {output: shot})


def _replayed(recording: Path, named: Sequence[Path]) -> int:
    """Replay a recording in a window, without any hub; a folder behind it names its twin."""
    from sanping.bootstrap.recordings import twin_of  # noqa: PLC0415  a twin needs none of it

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
    return _shown_in_window(project, hub) if has_display() else _shown_in_pictures(project, hub)


def _shown_in_window(project: TwinProject, hub: HubChoice) -> int:
    settings = own_settings()
    refused: list[Refusal] = []

    def tell(refusal: Refusal) -> None:
        refused.append(refusal)
        name_refusals((refusal,), settings.language)

    def invite(found: Invitation) -> None:
        print(words_of(found, settings.language), flush=True)

    status = run_desk(project, settings, tell, hub, invite=invite if hub.is_wanted else None)
    names = {refusal.entry.name for refusal in refused}
    return status or _status(len(names), len(project.layers))


def _shown_in_pictures(project: TwinProject, hub: HubChoice) -> int:
    from sanping.bootstrap.pictures import Shot  # noqa: PLC0415  a window needs none of it
    from sanping.bootstrap.wall import WallWish  # noqa: PLC0415
    from sanping.bootstrap.wall_picture import WallShot, wall_picture  # noqa: PLC0415

    settings = own_settings()
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


def _draw(project: TwinProject, shots: Mapping[Path, "Shot"]) -> int:
    """Draw pictures, print their paths, and name the layers that are missing in them."""
    from sanping.bootstrap.pictures import picture as drawn  # noqa: PLC0415  a window needs none of it

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


RUN = Command(
    name="run", title=Text("打开孪生（默认内置苏河）", "Open a twin (the bundled Suzhou Creek by default)"), run=run
)
OPEN = Command(name="open", title=Text("直接打开模型文件", "Open model files directly"), run=open_files)
PICTURE = Command(
    name="picture", title=Text("不开窗口，输出一张画面", "Draw one picture without a window"), run=picture
)
