"""Writes the man pages of `sanping` in both languages, from the commands it has: `man_page.py FOLDER`."""

import gzip
import re
import sys
from pathlib import Path

from sanping import __version__
from sanping.cli.application import COMMANDS
from sanping.cli.declared import Group
from sanping.domain.text import Language, Text

_ABOUT = Text("城市数字孪生，大屏、中屏、小屏联动", "a city digital twin on three linked screens")
_TELLS = Text(
    "打开 CIM 建筑与地形模型，显示城市与河道的实时状态，并通过中枢把指挥大屏、值守中屏与手机连在一起。"
    "不带命令时打开内置孪生。各命令的选项见 sanping 命令 --help。",
    "Opens CIM models of buildings and terrain, shows the live state of a city and its river, and links wall, desk and "
    "phone over a hub. Without a command the bundled twin opens. The options of a command: sanping COMMAND --help.",
)
_HEADINGS = {
    "NAME": Text("名称", "NAME"),
    "SYNOPSIS": Text("概要", "SYNOPSIS"),
    "DESCRIPTION": Text("描述", "DESCRIPTION"),
    "COMMANDS": Text("命令", "COMMANDS"),
    "FILES": Text("文件", "FILES"),
    "EXIT STATUS": Text("退出码", "EXIT STATUS"),
}
_FILES = (
    ("~/.config/sanping/settings.json", Text("设置", "settings")),
    ("~/.local/share/sanping", Text("数据：历史、案件、录像、证书", "data: history, cases, recordings, certificates")),
    ("~/.cache/sanping", Text("可重建的瓦片", "tiles that can be built again")),
)
_STATUS = Text(
    "0 完成，1 部分完成，2 被拒绝并说明原因，74 停止时磁盘没有反应，130 被中断",
    "0 done, 1 done in part, 2 refused with a reason, 74 the disk did not answer at the stop, 130 interrupted",
)


def page(language: Language) -> str:
    """Return the page in the language of man (roff)."""

    def heading(name: str) -> str:
        return f'.SH "{_HEADINGS[name].in_language(language)}"'

    lines = [
        f'.TH SANPING 1 "" "Sanping {__version__}"',
        ".ad l",
        heading("NAME"), f"sanping \\- {_ABOUT.in_language(language)}",
        heading("SYNOPSIS"), ".B sanping", "[\\fICOMMAND\\fR] [\\fIOPTIONS\\fR]",
        heading("DESCRIPTION"), _escaped(_TELLS.in_language(language)),
        heading("COMMANDS"),
    ]  # fmt: skip
    for command in COMMANDS:
        words = f" {'|'.join(member.name for member in command.commands)}" if isinstance(command, Group) else ""
        lines += [".TP", f".B {_escaped(command.name + words)}", _escaped(command.title.in_language(language))]
    lines.append(heading("FILES"))
    for name, title in _FILES:
        lines += [".TP", f".I {_escaped(name)}", title.in_language(language)]
    lines += [heading("EXIT STATUS"), _STATUS.in_language(language)]
    return "\n".join(lines) + "\n"


def write(folder: Path) -> None:
    """Write both pages, packed, where a Linux system looks for them below its folder of man pages."""
    for language, home in (("en", "man1"), ("zh", "zh_CN/man1")):
        (folder / home).mkdir(parents=True, exist_ok=True)
        packed = gzip.compress(page("zh" if language == "zh" else "en").encode(), mtime=0)
        (folder / home / "sanping.1.gz").write_bytes(packed)


def _escaped(words: str) -> str:
    """Return words as roff has them; a line of Chinese may break behind its signs."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-")
    return re.sub("([，。；：、])", r"\1\\:", escaped)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
