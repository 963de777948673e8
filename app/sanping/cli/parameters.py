"""Parameters that several words of the command line share, and how what is typed for them is read.

Loads nothing that opens, draws or serves: `sanping certs` must not wait for what `sanping run` needs.
"""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from sanping.domain.errors import InputError
from sanping.domain.text import Language, Text
from sanping.domain.view import StyleName
from sanping.stage.state import QualityName
from sanping.twin.simulated_river import Scenario

if TYPE_CHECKING:
    from sanping.bootstrap.opener import Refusal

_LARGEST_PIXELS = 16_384
_SKIPPED = Text("略过“{title}”：{reason}", "skipped “{title}”: {reason}")

Twin = Annotated[
    Path | None,
    Text("孪生目录或场景名，空为内置苏河孪生", "Folder of a twin, or a scene; empty for the bundled Suzhou Creek"),
]
TwinFolder = Annotated[
    Path | None, Text("孪生目录，空为内置苏河孪生", "Folder of the twin; empty for the bundled Suzhou Creek")
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
Area = Annotated[
    str,
    Text(
        "区划代码：作为该区县、街镇或村居的指挥中心打开，只看本区域",
        "Area code: open as the command centre of that county, street or community, which sees its own area alone",
    ),
]
OnLan = Annotated[
    bool,
    Text(
        "让局域网里的手机和大屏连接；先用 sanping certs 生成证书，否则它们只能浏览",
        "Let phones and walls of the local network in; without certificates of sanping certs they can only look",
    ),
    Parameter(name="--lan", negative=()),
]
Data = Annotated[Path | None, Text("数据目录，空为默认", "Data folder; empty for the usual one")]


def name_refusals(refused: Sequence["Refusal"], language: Language) -> None:
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
