"""Writes the table of a plan as a file that the person names."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from sanping.commands.massing_table import MassingTable
from sanping.domain.text import Language, Text
from sanping.formats.massing_file import write_massing
from sanping.ui.workbench.tool import ToolDesk

EXPORT = Text("导出体块比对表", "Write the comparison")
KINDS = Text("Excel 表格 (*.xlsx);;CSV 表格 (*.csv)", "Excel table (*.xlsx);;CSV table (*.csv)")
NAME = Text("{title} 体块比对.xlsx", "{title} massing.xlsx")
WRITTEN, NOT_WRITTEN = Text("已导出：{name}", "{name} was written"), Text(
    "无法写入 {name}：{reason}", "{name} cannot be written: {reason}")  # fmt: skip


def export_table(desk: ToolDesk, window: QWidget, found: tuple[str, MassingTable], language: Language) -> None:
    """Ask where, write, and say so; a path without a known ending becomes XLSX."""
    title, table = found
    name = NAME.with_values(title=title).in_language(language)
    path, _ = QFileDialog.getSaveFileName(window, EXPORT.in_language(language), name, KINDS.in_language(language))
    if not path:
        return
    target = Path(path) if Path(path).suffix.lower() in (".csv", ".xlsx") else Path(f"{path}.xlsx")
    try:
        write_massing(target, title, table, language)
    except OSError as error:
        desk.say(NOT_WRITTEN.with_values(name=target.name, reason=error.strerror or str(error)))
    else:
        desk.say(WRITTEN.with_values(name=target.name))
