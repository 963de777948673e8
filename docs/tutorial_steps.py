"""Reads the tutorial as somebody who follows it: the files it has one write, and the commands it has one type."""

import re
import shutil
from pathlib import Path

FOLDER = Path(__file__).parent / "tutorial"
PAGE = FOLDER / "linked-wall.md"
TOWN = "my-town"
_FILE = re.compile(r"^```\w+ (\S+)( append)?\n(.*?)^```", re.S | re.M)
_COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.S | re.M)


def commands() -> list[str]:
    """Return the lines of commands, in the order of the page."""
    lines = [line for block in _COMMANDS.findall(PAGE.read_text("utf-8")) for line in block.splitlines()]
    return [line.partition("  #")[0].strip() for line in lines]


def write_files(folder: Path) -> Path:
    """Write into a folder what the page has one copy and write, and return the folder of the town."""
    shutil.copytree(FOLDER / "town", folder / TOWN)
    for name, is_more, words in _FILE.findall(PAGE.read_text("utf-8")):
        path = folder / name
        path.write_text((path.read_text("utf-8") if is_more else "") + words, encoding="utf-8")
    return folder / TOWN
