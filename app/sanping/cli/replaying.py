"""`sanping replay`: a session that was recorded at the desk, done again there or without a window."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.bootstrap.desk import run_desk
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.files import load_project
from sanping.bootstrap.machine import has_display
from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.opener import Refusal
from sanping.bootstrap.pictures import Shot
from sanping.bootstrap.replaying import UnseenDesk
from sanping.cli.declared import Command
from sanping.cli.parameters import Quality, Size, name_refusals, size_of
from sanping.cli.terminal import TerminalProgress
from sanping.domain.errors import DisplayMissing
from sanping.domain.text import Text
from sanping.formats.session_file import read_session
from sanping.settings import paths

_DONE, _IN_PART = 0, 1
_NO_WINDOW = Text(
    "没有显示器；请用 --picture 把会话的最后画面写成图片",
    "There is no display; write the last view of the session as a picture with --picture",
)
_LEFT = Text("{count} 步需要坐席，未重放：{names}", "{count} steps need a desk and were left out: {names}")

Recorded = Annotated[Path, Text("会话文件（.jsonl）", "File of a session (.jsonl)")]
Twin = Annotated[
    Path | None, Text("孪生目录，空为会话所属的孪生", "Folder of the twin; empty for the one the session is of")
]
Last = Annotated[
    Path | None,
    Text("不开窗口，把最后画面写成 PNG", "Without a window: write the last view as a PNG"),
    Parameter(name=["--picture", "-o"]),
]


def replay(
    session: Recorded,
    twin: Twin = None,
    /,
    *,
    picture: Last = None,
    size: Size = "1920x1080",
    quality: Quality = "high",
) -> int:
    """Do a session again at the desk at its times, or at once without a window and write the last view."""
    settings, recorded = own_settings(), read_session(session)
    bundled = paths.default_twin()
    project = load_project(twin or (bundled if recorded.twin == bundled.name else Path(recorded.twin)))

    def tell(refusal: Refusal) -> None:
        name_refusals((refusal,), settings.language)

    if picture is None:
        if not has_display():
            raise DisplayMissing(_NO_WINDOW)
        return run_desk(project, settings, tell, HubChoice(is_wanted=False), session=recorded)
    width, height = size_of(size)
    desk = UnseenDesk(project)
    left = desk.play(recorded)
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        refused = desk.picture(picture, Shot(width=width, height=height, quality=quality), progress, settings)
    print(picture)
    name_refusals(refused, settings.language)
    if left:
        said = _LEFT.with_values(count=len(left), names=", ".join(sorted(set(left))))
        print(said.in_language(settings.language), file=sys.stderr)
    return _IN_PART if refused or left else _DONE


REPLAY = Command(
    name="replay", title=Text("重放在坐席上录制的会话", "Do a session again that was recorded at the desk"), run=replay
)
