import re
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from sanping.commands.desk_actions import ACTIONS

pytestmark = pytest.mark.gui

HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3,}")
OWN_NAMES = {"中文", "English", "Chinese (中文)", "英文（English）"}
PROPER = re.compile(
    r"Sanping|EPSG:?\d*|CGCS\d*|WGS|GCJ-02|BD-09|PySide6?|VTK|Ctrl|Shift|Alt|Home|Esc|Enter|Page (?:Up|Down)|"
    r"</?span[^>]*>|\bms\b|Apache[-.\w]*|LOCAL|Tower|Road|Changshou|Caojiadu|^main$"
)


def texts(window: QWidget) -> set[str]:
    """Return every text that is written on widgets of a window, its dialogs and menus."""
    found: set[str] = {window.windowTitle()}
    for widget in window.findChildren(QWidget):
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            found.add(widget.text())
        if isinstance(widget, QLineEdit):
            found.add(widget.placeholderText())
        if isinstance(widget, QComboBox):
            found |= {widget.itemText(row) for row in range(widget.count())}
        if isinstance(widget, QMenu):
            found |= {widget.title(), *(action.text() for action in widget.actions())}
        found |= {widget.toolTip(), widget.windowTitle()}
    return {text for text in found if text and text.split("  ")[0] not in OWN_NAMES}


def show_everything(window: Any) -> None:
    """Open what holds words: inspector, legend, help, settings, about, locator."""
    from sanping.stage.state import Colouring, FeatureRef

    window.select(FeatureRef(layer="roads", id="R1"))
    window.perform("layer.colour", Colouring(layer="buildings", attribute="measuredHeight"))
    for action in ("help.keys", "edit.find", "file.settings", "help.about"):
        window.perform(action)


def close_dialogs(window: Any, qtbot: Any) -> None:
    for dialog in window.findChildren(QDialog):
        dialog.reject()
    qtbot.wait(20)


def test_english_mode_has_no_chinese_but_the_data(make_desk: Any, qtbot: Any) -> None:
    # given a window that was made in Chinese with everything open
    desk = make_desk()
    show_everything(desk.window)
    close_dialogs(desk.window, qtbot)

    # when the language is switched, and the dialogs are opened again
    desk.window.perform("view.language")
    show_everything(desk.window)

    # then nothing Chinese is left
    left = {text for text in texts(desk.window) if HAN.search(text)}
    assert left == set()
    assert desk.kept[-1].language == "en"
    close_dialogs(desk.window, qtbot)


def test_a_desk_that_begins_in_english_has_no_chinese(make_desk: Any) -> None:
    # given a window that is made in English and has never spoken another language, when its words are read
    window = make_desk(language="en").window
    left = {text for text in texts(window) if HAN.search(text)}

    # then none is Chinese, those of the planner's tools included
    assert left == set()
    assert window.workbench.tools["measure"].form.chips["distance"].text() == "Distance"


def test_chinese_mode_has_no_english_but_names(make_desk: Any, qtbot: Any) -> None:
    # given a window that was made in English with everything open
    desk = make_desk(language="en")
    show_everything(desk.window)
    close_dialogs(desk.window, qtbot)

    # when the language is switched, and the dialogs are opened again
    desk.window.perform("view.language")
    show_everything(desk.window)

    # then only names, keys and units are Latin
    left = {text for text in texts(desk.window) if LATIN.search(PROPER.sub("", text)) and not HAN.search(text)}
    allowed = {text for text in left if "/" in text or ":" in text or re.fullmatch(r"[A-Z]\w*(-\w+)*", text)}
    assert left - allowed == set()
    close_dialogs(desk.window, qtbot)


def test_every_action_is_in_the_menu_in_the_language_of_the_window(desk: Any) -> None:
    # given the menu of the window
    menu = desk.window.overlays.title.menu

    # when its entries are read
    entries = {entry.text() for submenu in menu.findChildren(QMenu) for entry in submenu.actions()}

    # then every action is there
    assert {action.title.zh for action in ACTIONS.values()} <= entries


def test_settings_are_kept_and_shown(desk: Any, qtbot: Any) -> None:
    # given the settings dialog
    from sanping.ui.settings_dialog import SettingsDialog

    desk.window.perform("file.settings")
    dialog = desk.window.findChildren(SettingsDialog)[0]

    # when language and coordinates are changed and saved
    language, crs = dialog.fields["language"], dialog.fields["crs_shown"]
    language.setCurrentIndex(language.findData("en"))
    crs.setCurrentIndex(crs.findData("EPSG:4490"))
    dialog.fields["room"].setText(" 防汛 ")
    dialog.accept_button.click()

    # then the window speaks English, shows degrees, and both are kept
    assert desk.window.overlays.layers.title_label.text() == "Layers"
    assert desk.window.overlays.status.crs.text() == "EPSG:4490"
    assert (desk.kept[-1].language, desk.kept[-1].crs_shown, desk.kept[-1].room) == ("en", "EPSG:4490", "防汛")
    qtbot.wait(20)


def test_the_help_sheet_lists_the_keys_and_closes_by_a_click(desk: Any, qtbot: Any) -> None:
    # given the sheet
    desk.window.perform("help.keys")
    sheet = desk.window.overlays.help
    words = {label.text() for label in sheet.findChildren(QLabel)}

    # when it is clicked
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton)

    # then it had the keys of the actions, and is gone
    assert {"Ctrl+K / Ctrl+F", "查找…", "F11"} <= words
    assert not sheet.isVisible()
