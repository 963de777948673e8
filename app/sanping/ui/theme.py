"""Colours, sizes and the style sheet of the command-centre look; every widget takes them from here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from PySide6.QtGui import QColor, QPalette

from sanping.domain.label import Label

NAVY: Final = "#050d1c"
GLASS_TOP: Final = QColor(9, 28, 56, 238)
GLASS_BOTTOM: Final = QColor(5, 16, 36, 234)
SHEET_TOP: Final = QColor(10, 30, 60, 247)
SHEET_BOTTOM: Final = QColor(6, 18, 40, 243)
BORDER: Final = QColor(70, 160, 235, 110)
ACCENT: Final = QColor(70, 205, 255)
ACCENT_NAME: Final = "#46cdff"
TEXT: Final = QColor(222, 238, 252)
TEXT_NAME: Final = "#deeefc"
QUIET: Final = QColor(138, 172, 204)
QUIET_NAME: Final = "#8aaccc"
WHITE: Final = QColor(255, 255, 255)
AMBER: Final = QColor(255, 186, 84)
AMBER_NAME: Final = "#ffba54"
RED_NAME: Final = "#ff7a70"
LABEL_COLOURS: Final[Mapping[Label, str]] = MappingProxyType(
    {"public": "#8aaccc", "internal": "#b48cff", "sensitive": "#ff6b81"}
)

MARGIN: Final = 16
GAP: Final = 12
TITLE_HEIGHT: Final = 68
STATUS_HEIGHT: Final = 30
LEFT_WIDTH: Final = 328
RIGHT_WIDTH: Final = 340
RADIUS: Final = 4

_SHEET = """
* { outline: 0; }
QWidget { color: @text; }
QMainWindow, QDialog, QMessageBox { background: #0a1a33; }
QToolTip { background: #0c2344; color: @text; border: 1px solid #2f7fbd; padding: 4px 8px; }
QLabel { background: transparent; }
QLabel[role="quiet"] { color: @quiet; }
QLabel[role="title"] { color: #a9dcff; font-size: 15px; font-weight: 600; }
QLabel[role="name"] { color: #ffffff; font-size: 19px; font-weight: 600; }
QLabel[role="section"] { color: #8fcdf7; font-size: 13px; font-weight: 600; }
QLabel[role="number"] { color: #ffffff; font-size: 26px; font-weight: 600; }
QLabel[role="badge"] { color: @amber; border: 1px solid rgba(255,186,84,150); border-radius: 3px; padding: 2px 8px;
  background: rgba(255,170,50,28); }
QLabel[role="chip"] { color: #a9dcff; border: 1px solid rgba(70,160,235,110); border-radius: 3px; padding: 1px 7px;
  background: rgba(40,120,200,40); font-size: 12px; }
QLabel[role="error"] { color: @red; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 4px; color: @text; }
QToolButton:hover { background: rgba(60,150,230,60); border-color: rgba(90,180,255,110); }
QToolButton:pressed, QToolButton:checked { background: rgba(50,150,235,105); border-color: rgba(90,190,255,180); }
QToolButton:disabled { color: #4c6784; }
QToolButton::menu-indicator { image: none; }

QPushButton { background: rgba(38,104,172,110); border: 1px solid rgba(80,165,240,140); border-radius: 4px;
  padding: 5px 14px; min-height: 18px; color: @text; }
QPushButton:hover { background: rgba(55,135,215,140); border-color: @accent; }
QPushButton:pressed { background: rgba(40,110,190,190); }
QPushButton:default { background: rgba(30,130,220,190); border-color: rgba(110,200,255,210); color: #ffffff; }
QPushButton:disabled { color: #58718c; background: rgba(38,70,110,60); border-color: rgba(80,120,160,70); }

QPushButton[role="line"] { background: transparent; border: none; border-radius: 3px; text-align: left;
  padding: 4px 4px; min-height: 16px; }
QPushButton[role="line"]:hover { background: rgba(60,150,230,50); color: #ffffff; }

QLineEdit, QComboBox, QDateTimeEdit {
  background: rgba(4,14,32,190); border: 1px solid rgba(70,140,210,120); border-radius: 4px; padding: 4px 8px;
  min-height: 20px; selection-background-color: #1d6fb5; color: @text; }
QLineEdit:focus, QComboBox:focus, QDateTimeEdit:focus { border-color: @accent; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(@arrow); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: #0c2140; border: 1px solid #2f7fbd; selection-background-color: #1d5c98;
  padding: 3px; }
QDateTimeEdit::drop-down { border: none; width: 22px; }
QDateTimeEdit::down-arrow { image: url(@arrow); width: 12px; height: 12px; }
QCalendarWidget QWidget { background: #0c2140; alternate-background-color: #102a50; }
QCalendarWidget QAbstractItemView { selection-background-color: #1d6fb5; }

QMenu { background: #0b1f3d; border: 1px solid rgba(80,165,240,150); padding: 6px 0; }
QMenu::item { padding: 6px 34px 6px 14px; color: @text; }
QMenu::item:selected { background: rgba(50,140,225,120); }
QMenu::item:disabled { color: #58718c; }
QMenu::separator { height: 1px; background: rgba(80,140,200,70); margin: 5px 10px; }
QMenu::icon { padding-left: 10px; }

QTreeWidget, QTreeView, QListView, QListWidget, QTableView, QTableWidget, QPlainTextEdit, QTextEdit, QTextBrowser {
  background: transparent; border: none; color: @text; selection-background-color: rgba(45,130,210,120);
  alternate-background-color: rgba(60,130,200,22); gridline-color: rgba(80,140,200,40); }
QTreeView::item, QListView::item { min-height: 26px; border: none; }
QTreeView::item:hover, QListView::item:hover { background: rgba(60,140,220,38); }
QTreeView::item:selected, QListView::item:selected { background: rgba(45,130,210,105); color: #ffffff; }
QHeaderView::section { background: transparent; color: @quiet; border: none; padding: 3px 6px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 8px; margin: 0; }
QScrollBar::handle:vertical { background: rgba(90,170,240,110); border-radius: 3px; min-height: 26px; margin: 0 1px; }
QScrollBar::handle:vertical:hover { background: rgba(110,195,255,170); }
QScrollBar:horizontal { background: transparent; height: 8px; }
QScrollBar::handle:horizontal { background: rgba(90,170,240,110); border-radius: 3px; min-width: 26px; margin: 1px 0; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSlider { background: transparent; min-height: 16px; }
QSlider::groove:horizontal { height: 3px; border: none; border-radius: 1px; background: rgba(90,150,210,70); }
QSlider::sub-page:horizontal { height: 3px; border: none; border-radius: 1px; background: rgba(70,190,245,190); }
QSlider::handle:horizontal { width: 10px; height: 10px; margin: -4px 0; border: none; border-radius: 5px;
  background: #cfeaff; }
QSlider::handle:horizontal:hover { background: #ffffff; }
QSlider::sub-page:horizontal:disabled { background: rgba(90,150,210,80); }

QCheckBox { spacing: 8px; background: transparent; }
QCheckBox::indicator { width: 15px; height: 15px; border: 1px solid rgba(90,170,240,170); border-radius: 3px;
  background: rgba(4,14,32,190); }
QCheckBox::indicator:checked { background: #2a9df0; border-color: #8fd4ff; image: url(@tick); }
"""


def style_sheet(icons: str = "") -> str:
    """Return the style sheet; `icons` is the folder of pictures that it names."""
    values = {
        "@text": TEXT_NAME,
        "@quiet": QUIET_NAME,
        "@accent": ACCENT_NAME,
        "@amber": AMBER_NAME,
        "@red": RED_NAME,
        "@arrow": f"{icons}/arrow.svg",
        "@tick": f"{icons}/tick.svg",
    }
    sheet = _SHEET
    for name, value in values.items():
        sheet = sheet.replace(name, value)
    return sheet


def palette() -> QPalette:
    """Return the dark palette for what the style sheet leaves to the style."""
    colours = QPalette()
    role = QPalette.ColorRole
    for place, colour in (
        (role.Window, QColor(10, 26, 51)),
        (role.Base, QColor(6, 18, 38)),
        (role.AlternateBase, QColor(12, 32, 62)),
        (role.Button, QColor(18, 48, 86)),
        (role.Highlight, QColor(29, 111, 181)),
        (role.Link, ACCENT),
        (role.ToolTipBase, QColor(12, 35, 68)),
    ):
        colours.setColor(place, colour)
    for place in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.HighlightedText):
        colours.setColor(place, TEXT)
    colours.setColor(role.PlaceholderText, QColor(110, 146, 180))
    for place in (role.WindowText, role.Text, role.ButtonText):
        colours.setColor(QPalette.ColorGroup.Disabled, place, QColor(88, 113, 140))
    return colours
