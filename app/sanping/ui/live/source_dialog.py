"""The settings of one source as a form made from its adapter's manifest; tried at the hub before they are saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sanping.domain.errors import SanpingError
from sanping.domain.text import Language, Text
from sanping.ui.glass import tall_area
from sanping.ui.number_field import NumberField
from sanping.ui.wording import Wording

TITLE = Text("数据源设置", "Settings of a source")
NAME, ADAPTER = Text("名称", "Name"), Text("适配器", "Adapter")
SHOWN_AS = Text("显示为", "Shown as")
GRADES = {
    "bronze": Text("铜级", "bronze"),
    "silver": Text("银级", "silver"),
    "gold": Text("金级", "gold"),
}
TEST, SAVE, CANCEL = Text("测试", "Test"), Text("保存", "Save"), Text("取消", "Cancel")
TESTING = Text("正在测试，最长 20 秒…", "Testing, up to 20 s…")
TEST_FIRST = Text("测试通过后才能保存", "It can be saved once a test has succeeded")
FAILED = Text("测试未通过：{reason}", "The test failed: {reason}")
KEPT_SECRET = Text("已保存，留空则不变", "Stored; leave empty to keep it")
NO_NAME = Text("请填写名称", "Give it a name")
FARTHEST = 1e12
FORM_WIDTH, FORM_HEIGHT = 620, 640


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDraft:
    """One source as the form shows it; `is_new` when the hub does not know it yet."""

    name: str = ""
    adapter: str = ""
    title: Text = field(default_factory=lambda: Text("", ""))
    settings: Mapping[str, object] = field(default_factory=dict)
    is_simulated: bool = False
    is_new: bool = True


class SourceDialog(QDialog):
    """A form over one source; `test_asked` and `save_asked` carry a `SourceDraft`.

    `adapters` are the hub's descriptions of what is installed, as `GET /api/v1/adapters` gives them.
    """

    test_asked = Signal(object)
    save_asked = Signal(object)

    def __init__(
        self,
        draft: SourceDraft,
        adapters: Sequence[Mapping[str, Any]],
        language: Language,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.resize(FORM_WIDTH, FORM_HEIGHT)
        self.words = Wording(language)
        self._draft = draft
        self._adapters = {str(adapter["name"]): adapter for adapter in adapters}
        self.fields: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 18)
        column.setSpacing(10)
        column.addLayout(self._make_head(draft))
        self.grade = QLabel()
        self.grade.setProperty("role", "quiet")
        self.grade.setWordWrap(True)
        column.addWidget(self.grade)
        self._area = tall_area()
        column.addWidget(self._area, 1)
        self.finding = QLabel()
        self.finding.setWordWrap(True)
        column.addWidget(self.finding)
        column.addLayout(self._make_buttons())
        self.words.put(self.setWindowTitle, TITLE)
        self.adapter.currentIndexChanged.connect(self._fill)
        self.name.textChanged.connect(self._changed)
        self._fill()

    def draft(self) -> SourceDraft:
        """Return the source as the form shows it; empty secrets are left out."""
        said = self.shown_as.text().strip() or self.name.text().strip()
        return SourceDraft(
            name=self.name.text().strip(),
            adapter=str(self.adapter.currentData()),
            title=self._draft.title if said == self.words.say(self._draft.title) else Text(said, said),
            settings={key: value for key, value in map(self._value, self.fields) if value is not None},
            is_simulated=self._draft.is_simulated,
            is_new=self._draft.is_new,
        )

    def show_result(self, result: Text | SanpingError) -> None:
        """Show what a test found; after a success the source can be saved."""
        is_good = isinstance(result, Text)
        words = result if isinstance(result, Text) else FAILED.with_values(reason=result.message)
        self.finding.setText(self.words.say(words))
        self.finding.setStyleSheet("" if is_good else "color: #ff7a70;")
        self.test_button.setEnabled(True)
        self.save_button.setEnabled(is_good)
        if is_good:
            self.save_button.setDefault(True)

    def _make_head(self, draft: SourceDraft) -> QFormLayout:
        head = QFormLayout()
        head.setHorizontalSpacing(16)
        self.name, self.shown_as = QLineEdit(draft.name), QLineEdit(draft.title.in_language(self.words.language))
        self.name.setEnabled(draft.is_new)
        self.adapter = QComboBox()
        for name, adapter in self._adapters.items():
            self.adapter.addItem(self._said(adapter["title"]), name)
        self.adapter.setEnabled(draft.is_new)
        if draft.adapter:
            self.adapter.setCurrentIndex(self.adapter.findData(draft.adapter))
        head.addRow(self.words.say(NAME), self.name)
        head.addRow(self.words.say(SHOWN_AS), self.shown_as)
        head.addRow(self.words.say(ADAPTER), self.adapter)
        return head

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        self.test_button, self.save_button, self.cancel_button = QPushButton(), QPushButton(), QPushButton()
        for button, title in ((self.test_button, TEST), (self.save_button, SAVE), (self.cancel_button, CANCEL)):
            self.words.put(button.setText, title)
            button.setAutoDefault(False)
            row.addWidget(button)
        self.test_button.clicked.connect(self._test)
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.reject)
        return row

    @Slot()
    def _fill(self) -> None:
        """Make a field for every setting of the chosen adapter."""
        adapter = self._adapters.get(str(self.adapter.currentData()), {})
        grade = adapter.get("grade", {})
        level = GRADES.get(str(grade.get("level", "")), Text("", ""))
        reasons = "；".join(self._said(reason) for reason in grade.get("reasons", ()))
        self.grade.setText(f"{self.words.say(level)}  {reasons}".strip())
        self.fields = {}
        holder = QWidget()
        form = QFormLayout(holder)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        schema = adapter.get("form", {})
        required = set(schema.get("required", ()))
        is_own = str(self.adapter.currentData()) == self._draft.adapter
        for key, setting in schema.get("properties", {}).items():
            given = self._draft.settings.get(key) if is_own else None
            widget = self._field(setting, given)
            self.fields[key] = widget
            label = QLabel(self._said(setting["title"]) + (" *" if key in required else ""))
            tip = self._said(setting.get("description", {}))
            for shown in (label, widget):
                shown.setToolTip(tip)
            form.addRow(label, widget)
        self._area.setWidget(holder)
        self._changed()

    def _field(self, setting: Mapping[str, Any], given: object) -> QWidget:
        value = setting.get("default") if given is None else given
        if "enum" in setting:
            box = QComboBox()
            for choice in setting["enum"]:
                box.addItem(str(choice), choice)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.currentIndexChanged.connect(self._changed)
            return box
        if setting["type"] == "boolean":
            tick = QCheckBox()
            tick.setChecked(bool(value))
            tick.toggled.connect(self._changed)
            return tick
        if setting["type"] in ("integer", "number"):
            decimals = 0 if setting["type"] == "integer" else 6
            number = NumberField(setting.get("minimum", -FARTHEST), setting.get("maximum", FARTHEST), decimals)
            number.show_number(float(str(value or 0)))
            number.setProperty("is_whole", decimals == 0)
            number.textChanged.connect(self._changed)
            return number
        line = QLineEdit("" if value is None else str(value))
        if setting.get("format") == "secret":
            line.setEchoMode(QLineEdit.EchoMode.Password)
            if not self._draft.is_new:
                line.setPlaceholderText(self.words.say(KEPT_SECRET))
            line.setProperty("is_secret", True)
        line.textChanged.connect(self._changed)
        return line

    def _value(self, key: str) -> tuple[str, object]:
        widget = self.fields[key]
        if isinstance(widget, QComboBox):
            return key, widget.currentData()
        if isinstance(widget, QCheckBox):
            return key, widget.isChecked()
        if isinstance(widget, NumberField):
            return key, round(widget.number) if widget.property("is_whole") else widget.number
        assert isinstance(widget, QLineEdit)
        if widget.property("is_secret") and not widget.text():
            return key, None
        return key, widget.text()

    def _said(self, words: Mapping[str, str]) -> str:
        return words.get("zh" if self.words.language == "zh" else "en", "")

    @Slot()
    def _changed(self) -> None:
        self.save_button.setEnabled(False)
        self.finding.setStyleSheet("")
        self.words.put(self.finding.setText, TEST_FIRST if self.name.text().strip() else NO_NAME)
        self.test_button.setEnabled(bool(self.name.text().strip()))

    @Slot()
    def _test(self) -> None:
        self.test_button.setEnabled(False)
        self.words.put(self.finding.setText, TESTING)
        self.test_asked.emit(self.draft())

    @Slot()
    def _save(self) -> None:
        self.save_asked.emit(self.draft())
        self.accept()
