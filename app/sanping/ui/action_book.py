"""Qt actions made from the declared ones: one QAction each, shared by menu, keys, buttons and palette."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from sanping.commands.desk_actions import DeskAction
from sanping.domain.text import Language, Text
from sanping.ui.icons import Icons

KEY_NAMES = {"PgUp": "Page Up", "PgDown": "Page Down"}


class ActionBook(QObject):
    """Holds a QAction for every declared action; `asked(id)` says that one was triggered in any way."""

    asked = Signal(str)

    def __init__(self, actions: Mapping[str, DeskAction], icons: Icons, window: QWidget) -> None:
        super().__init__(window)
        self.declared = actions
        self._icons = icons
        self._made: dict[str, QAction] = {}
        self._language: Language = "zh"
        self._workspace = ""
        for action in actions.values():
            made = QAction(window)
            made.setIcon(icons.icon(action.icon))
            made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            made.setAutoRepeat(action.id.startswith(("move.", "time.")))
            made.triggered.connect(partial(self._ask, action.id))
            window.addAction(made)
            self._made[action.id] = made
        self.show_workspace("city")

    def action(self, name: str) -> QAction:
        """Return the Qt action of an id."""
        return self._made[name]

    def button(self, name: str, *, size_px: int = 34, icon_px: int = 20) -> QToolButton:
        """Make a square icon button for an action."""
        button = QToolButton()
        button.setDefaultAction(self._made[name])
        button.setIconSize(QSize(icon_px, icon_px))
        button.setFixedSize(size_px, size_px)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def fill_menu(self, menu: QMenu, extra: Callable[[Text, QMenu], None] | None = None) -> None:
        """Fill a menu with one submenu a group; `extra` may add more to a group's."""
        for old in menu.findChildren(QMenu):
            old.setParent(None)
            old.deleteLater()
        menu.clear()
        submenus: dict[str, QMenu] = {}
        for action in self.declared.values():
            if action.group.en not in submenus:
                submenu = QMenu(action.group.in_language(self._language), menu)
                menu.addMenu(submenu)
                submenus[action.group.en] = submenu
                if extra is not None:
                    extra(action.group, submenu)
            submenus[action.group.en].addAction(self._made[action.id])

    def set_language(self, language: Language) -> None:
        """Write titles and tips in another language."""
        self._language = language
        for name, made in self._made.items():
            title = self.declared[name].title.in_language(language)
            keys = key_text(self.declared[name])
            made.setText(title)
            made.setToolTip(f"{title}  {keys}" if keys else title)

    def show_workspace(self, workspace: str) -> None:
        """Let keys mean what they mean in a workspace; its own meanings go before those that count everywhere."""
        if workspace == self._workspace:
            return
        self._workspace = workspace
        own = {key for action in self.declared.values() if action.where == workspace for key in action.keys}
        for name, made in self._made.items():
            action = self.declared[name]
            keys = [key for key in action.keys if action.where == workspace or (not action.where and key not in own)]
            made.setShortcuts([QKeySequence(key) for key in keys])

    def set_enabled(self, name: str, is_enabled: bool) -> None:
        """Let an action be asked for, or not."""
        self._made[name].setEnabled(is_enabled)

    def _ask(self, name: str, _checked: bool = False) -> None:
        self.asked.emit(name)


def key_text(action: DeskAction) -> str:
    """Return the first key of an action as people read it."""
    return KEY_NAMES.get(action.keys[0], action.keys[0]) if action.keys else ""
