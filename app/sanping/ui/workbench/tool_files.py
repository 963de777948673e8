"""Writes a file for a tool, and says that it is there, or why not."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sanping.domain.text import Text
from sanping.ui.workbench.file_asking import NOT_WRITTEN

CSV_FILES, SVG_FILES, PNG_FILES, DXF_FILES = "CSV (*.csv)", "SVG (*.svg)", "PNG (*.png)", "DXF (*.dxf)"
EXPORT, WRITTEN = Text("导出", "Write to a file"), Text("已导出：{name}", "Written: {name}")


class Teller(Protocol):
    """Who says a last word."""

    def say(self, text: Text) -> None:
        """Say it in the status bar."""


def write_and_say(desk: Teller, path: Path, write: Callable[[], object]) -> bool:
    """Write a file and say so, or say why it cannot be written; return whether it is there."""
    try:
        write()
    except OSError as error:
        desk.say(NOT_WRITTEN.with_values(name=path.name, reason=error.strerror or error))
        return False
    desk.say(WRITTEN.with_values(name=path.name))
    return True
