"""Styles that the panels of cases share."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

CHIP_STYLE = (
    "QPushButton { padding: 2px 9px; min-height: 20px; font-size: 12px; background: rgba(4,14,32,120);"
    " border-color: rgba(80,165,240,90); }"
    "QPushButton:hover { border-color: #46cdff; }"
    "QPushButton:checked { background: rgba(50,150,235,140); border-color: rgba(110,200,255,210); color: #ffffff; }"
    "QPushButton:disabled { color: #58718c; border-color: rgba(80,120,160,60); }"
)
TIGHT_STYLE = "QPushButton { padding: 2px 3px; }"
"""After another style, where words need all of a button."""
MAIN_STYLE = (
    "QPushButton { padding: 2px 14px; min-height: 20px; font-size: 12px; font-weight: 600; color: #ffffff;"
    " background: rgba(30,130,220,200); border: 1px solid rgba(120,205,255,220); border-radius: 4px; }"
    "QPushButton:hover { background: rgba(45,150,240,230); }"
    "QPushButton:disabled { color: #7d93ab; background: rgba(38,70,110,90); border-color: rgba(80,120,160,70); }"
)
GRAVE_STYLE = (
    "QPushButton { padding: 2px 9px; min-height: 20px; font-size: 12px; color: #ffb0a8;"
    " background: rgba(120,40,40,70); border: 1px solid rgba(255,120,110,110); border-radius: 4px; }"
    "QPushButton:hover { background: rgba(150,50,50,120); border-color: #ff7a70; }"
    "QPushButton:disabled { color: #58718c; background: rgba(4,14,32,120); border-color: rgba(80,120,160,60); }"
)
STRIP_STYLE = (
    "QLabel { background: rgba(255,170,60,34); border: 1px solid rgba(255,186,84,130); border-radius: 4px;"
    " color: #ffd9a0; padding: 6px 9px; }"
)
ERROR_STYLE = (
    "QLabel { background: rgba(255,90,80,30); border: 1px solid rgba(255,122,112,130); border-radius: 4px;"
    " color: #ffb8b0; padding: 6px 9px; }"
)
FIELD_STYLE = (
    "QPlainTextEdit { background: rgba(4,14,32,190); border: 1px solid rgba(70,140,210,120); border-radius: 4px;"
    " padding: 3px 5px; } QPlainTextEdit:focus { border-color: #46cdff; }"
)


def plain_label(*, role: str = "", is_wrapped: bool = True) -> QLabel:
    """Return a label that shows words as they were written, never as markup."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(is_wrapped)
    if role:
        label.setProperty("role", role)
    return label


def column(widget: QWidget, spacing: int = 6) -> QVBoxLayout:
    """Return a column without margins in a widget."""
    made = QVBoxLayout(widget)
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    return made


def row(*widgets: QWidget, spacing: int = 6) -> QHBoxLayout:
    """Return widgets beside one another."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(spacing)
    for widget in widgets:
        made.addWidget(widget)
    return made
