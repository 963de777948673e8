"""The settings, as a form: what is written here goes out as one `Settings` value."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.text import Language, Text
from sanping.settings.settings import Settings, setting_title
from sanping.ui.glass import tall_area
from sanping.ui.number_field import NumberField
from sanping.ui.status_bar import NAMED_CRS
from sanping.ui.wording import Wording

TITLE = Text("设置", "Settings")
SAVE = Text("保存", "Save")
CANCEL = Text("取消", "Cancel")
CHOOSE = Text("选择…", "Choose…")
EMPTY_FOLDERS = {
    "cache_folder": Text("默认位置", "Default place"),
    "backup_folder": Text("不备份", "No regular backups"),
}
"""What no folder means."""
NEXT_START = Text(
    "房间、插件、控制台、缓存、读取进程与备份的设置在下次启动时生效",
    "Room, plug-ins, console, cache, reader and backup settings take effect at the next start",
)
WIDTH_PX, CAPTION_PX = 760, 310
MOST_OF_SCREEN = 0.88
SECTIONS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (Text("界面", "Interface"), ("language", "crs_shown")),
    (Text("画面", "Picture"), ("quality", "animation_hz")),
    (Text("联动", "Linking"), ("room", "idle_lock_min", "clearances")),
    (Text("扩展", "Extensions"), ("plug_ins", "plug_ins_allowed", "plug_ins_off", "console")),
    (Text("数据", "Data"), ("cache_folder", "cache_budget_gb", "worker_memory_gb", "worker_minutes", "tile_servers")),
    (Text("备份", "Backups"), ("backup_folder", "backup_hours", "backup_keep")),
)
CHOICES: dict[str, tuple[tuple[str, Text], ...]] = {
    "language": (("zh", Text("中文", "Chinese (中文)")), ("en", Text("英文（English）", "English"))),
    "quality": (
        ("auto", Text("自动", "Automatic")),
        ("draft", Text("草图", "Draft")),
        ("soft", Text("流畅", "Smooth")),
        ("standard", Text("标准", "Standard")),
        ("high", Text("精细", "Fine")),
    ),
    "plug_ins": (("on", Text("启用", "On")), ("off", Text("停用", "Off"))),
    "console": (("off", Text("停用", "Off")), ("on", Text("启用", "On"))),
    "crs_shown": (("", Text("孪生坐标系", "The twin's own")), *NAMED_CRS),
}
"""Settings that are a few words; empty is their usual value."""
RANGES: dict[str, tuple[float, float, int]] = {
    "animation_hz": (0, 60, 0),
    "idle_lock_min": (0, 240, 0),
    "cache_budget_gb": (0.5, 2000.0, 1),
    "worker_memory_gb": (0.5, 512.0, 1),
    "worker_minutes": (1.0, 600.0, 1),
    "backup_hours": (0.25, 720.0, 2),
    "backup_keep": (1, 1000, 0),
}
"""Lowest and highest number, and how many decimals."""

LETTERS = {"room": 64, "clearances": 4000, "plug_ins_allowed": 4000, "plug_ins_off": 400, "tile_servers": 2000}


class SettingsDialog(QDialog):
    """A form over `Settings`; `settings_asked` carries the changed value when the person saves."""

    settings_asked = Signal(object)

    def __init__(self, settings: Settings, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.words = Wording(language)
        self._settings = settings
        self.fields: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 20, 26, 20)
        column.setSpacing(10)
        area, sections = tall_area(), self._sections()
        area.setWidget(sections)
        column.addWidget(area, 1)
        note = QLabel()
        note.setProperty("role", "quiet")
        self.words.put(note.setText, NEXT_START)
        column.addWidget(note)
        column.addSpacing(6)
        column.addWidget(self._buttons())
        self.words.put(self.setWindowTitle, TITLE)
        around_px = self.sizeHint().height() - area.sizeHint().height()
        most_px = round(self.screen().availableGeometry().height() * MOST_OF_SCREEN)
        self.resize(WIDTH_PX, min(most_px, sections.heightForWidth(WIDTH_PX - 52) + around_px))

    def _sections(self) -> QWidget:
        sections = QWidget()
        column = QVBoxLayout(sections)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(10)
        for heading, names in SECTIONS:
            label = QLabel()
            label.setProperty("role", "section")
            self.words.put(label.setText, heading)
            column.addWidget(label)
            grid = QGridLayout()
            grid.setContentsMargins(0, 0, 0, 10)
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(9)
            grid.setColumnStretch(1, 1)
            for row, name in enumerate(names):
                caption = QLabel()
                caption.setFixedWidth(CAPTION_PX)
                caption.setWordWrap(True)
                self.words.put(caption.setText, setting_title(name))
                grid.addWidget(caption, row, 0)
                grid.addWidget(self._field(name), row, 1)
            column.addLayout(grid)
        column.addStretch(1)
        return sections

    def value(self) -> Settings:
        """Return the settings as the form shows them."""
        changed: dict[str, object] = {}
        for name, field in self.fields.items():
            if isinstance(field, QComboBox):
                changed[name] = field.currentData()
            elif isinstance(field, NumberField):
                changed[name] = field.number if RANGES[name][2] else round(field.number)
            elif isinstance(field, QLineEdit) and name in LETTERS:
                changed[name] = field.text().strip()[: LETTERS[name]] or Settings.model_fields[name].default
            elif isinstance(field, QLineEdit):
                changed[name] = Path(field.text()) if field.text().strip() else None
        return self._settings.model_copy(update=changed)

    def _field(self, name: str) -> QWidget:
        present = getattr(self._settings, name)
        if name in CHOICES:
            box = QComboBox()
            for value, title in CHOICES[name]:
                box.addItem(self.words.say(title), value)
            box.setCurrentIndex(max(0, box.findData(present)))
            self.fields[name] = box
            return box
        if name in RANGES:
            low, high, decimals = RANGES[name]
            number = NumberField(low, high, decimals)
            number.show_number(float(present))
            self.fields[name] = number
            return number
        if name in LETTERS:
            edit = self.fields[name] = QLineEdit(str(present))
            edit.setMaxLength(LETTERS[name])
            return edit
        return self._folder_field(name, present)

    def _folder_field(self, name: str, present: Path | None) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        edit = QLineEdit(str(present or ""))
        self.words.put(edit.setPlaceholderText, EMPTY_FOLDERS[name])
        choose = QPushButton()
        choose.setAutoDefault(False)
        self.words.put(choose.setText, CHOOSE)
        choose.clicked.connect(partial(self._choose, name, edit))
        row.addWidget(edit, 1)
        row.addWidget(choose)
        self.fields[name] = edit
        return holder

    def _buttons(self) -> QDialogButtonBox:
        kind = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kind.Save | kind.Cancel, Qt.Orientation.Horizontal)
        save, cancel = buttons.button(kind.Save), buttons.button(kind.Cancel)
        for button, text in ((save, SAVE), (cancel, CANCEL)):
            button.setIcon(type(button.icon())())
            self.words.put(button.setText, text)
        save.setDefault(True)
        self.accept_button = save
        buttons.accepted.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        return buttons

    def _choose(self, name: str, edit: QLineEdit, _checked: bool = False) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.words.say(setting_title(name)), edit.text())
        if folder:
            edit.setText(folder)

    @Slot()
    def _on_save(self) -> None:
        self.settings_asked.emit(self.value())
        self.accept()
