"""Asks where a file of a tool shall be written."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from sanping.domain.text import Language, Text

NOT_WRITTEN = Text("无法写入 {name}：{reason}", "{name} cannot be written: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAsk:
    """The title of the dialog, the name that is proposed, and the pattern of such files."""

    title: Text
    name: str
    pattern: str


def asked_path(ask: FileAsk, window: QWidget, language: Language) -> Path | None:
    """Return the path that the person chose in their home, with the proposed ending; None when they did not."""
    proposed = str(Path.home() / ask.name)
    chosen, _ = QFileDialog.getSaveFileName(window, ask.title.in_language(language), proposed, ask.pattern)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix else path.with_suffix(Path(ask.name).suffix)
