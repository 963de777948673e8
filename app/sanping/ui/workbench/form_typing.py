"""Hears what a person types and chooses in the forms of tools, and types it again when a session is replayed."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QComboBox, QLineEdit, QPushButton, QSlider, QWidget

from sanping.ui.number_field import NumberField

KINDS: tuple[tuple[str, type[QWidget]], ...] = (
    ("number", NumberField), ("line", QLineEdit), ("choice", QComboBox), ("check", QCheckBox), ("chip", QPushButton),
    ("slider", QSlider),
)  # fmt: skip
Value = str | float | int | bool


class FormTyping(QObject):
    """Fields are named by their kind and their place among those of the form that can be seen: "line0", "choice2".

    `typed` carries the name of the form, that of the field, and what it holds now.
    """

    typed = Signal(str, str, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._roots: dict[str, QWidget] = {}
        self._known: set[int] = set()
        self._is_putting = False

    def watch(self, name: str, root: QWidget | None) -> None:
        """Hear of a form; call it again when it may have other fields."""
        if root is None:
            return
        self._roots[name] = root
        for kind, widget in _fields(root):
            if id(widget) not in self._known:
                self._known.add(id(widget))
                widget.destroyed.connect(partial(self._known.discard, id(widget)))
                _connect(kind, widget, partial(self._hear, name, widget))

    def put(self, name: str, field: str, value: Value) -> bool:
        """Fill a field in as a person would; say whether it is there. Raises `TypeError`, `ValueError` for a value."""
        root = self._roots.get(name)
        found = None if root is None else _named(root).get(field)
        if found is None:
            return False
        self._is_putting = True
        try:
            _put(found, value)
        finally:
            self._is_putting = False
        return True

    def _hear(self, name: str, widget: QWidget) -> None:
        root = self._roots[name]
        field = next((known for known, one in _named(root).items() if one is widget), "")
        if field and not self._is_putting:
            self.typed.emit(name, field, _value(widget))


def _fields(root: QWidget) -> list[tuple[str, QWidget]]:
    """Return the fields of a form with their kinds, in the order in which they were made."""
    return [(kind, widget) for widget in root.findChildren(QWidget) if (kind := _kind(widget))]


def _kind(widget: QWidget) -> str:
    if isinstance(widget, QLineEdit) and isinstance(widget.parentWidget(), QComboBox):
        return ""
    kind = next((kind for kind, of in KINDS if isinstance(widget, of)), "")
    return "" if kind == "chip" and isinstance(widget, QPushButton) and not widget.isCheckable() else kind


def _named(root: QWidget) -> dict[str, QWidget]:
    counts: dict[str, int] = {}
    found: dict[str, QWidget] = {}
    for kind, widget in _fields(root):
        if widget.isVisibleTo(root):
            found[f"{kind}{counts.setdefault(kind, 0)}"] = widget
            counts[kind] += 1
    return found


def _connect(kind: str, widget: QWidget, hear: Callable[[], None]) -> None:
    if isinstance(widget, NumberField):
        widget.number_entered.connect(lambda _number: hear())
    elif isinstance(widget, QLineEdit):
        widget.textEdited.connect(lambda _text: hear())
    elif isinstance(widget, QComboBox):
        widget.activated.connect(lambda _index: hear())
        line = widget.lineEdit()
        if line is not None:
            line.textEdited.connect(lambda _text: hear())
    elif isinstance(widget, QAbstractButton):
        widget.clicked.connect(lambda _checked: hear())
    elif isinstance(widget, QSlider):
        widget.sliderReleased.connect(hear)


def _value(widget: QWidget) -> Value:
    if isinstance(widget, NumberField):
        return widget.number
    if isinstance(widget, QLineEdit):
        return widget.text()
    if isinstance(widget, QComboBox):
        return widget.currentText() if widget.isEditable() else widget.currentIndex()
    if isinstance(widget, QSlider):
        return widget.value()
    assert isinstance(widget, QAbstractButton)
    return widget.isChecked()


def _put(widget: QWidget, value: Value) -> None:
    if isinstance(widget, NumberField):
        widget.show_number(float(value))
        widget.number_entered.emit(widget.number)
    elif isinstance(widget, QLineEdit):
        widget.setText(str(value))
        widget.textEdited.emit(str(value))
        widget.editingFinished.emit()
    elif isinstance(widget, QComboBox) and widget.isEditable():
        widget.setEditText(str(value))
    elif isinstance(widget, QComboBox):
        index = int(value)
        if not 0 <= index < widget.count():
            raise ValueError(index)
        widget.setCurrentIndex(index)
        widget.activated.emit(index)
    elif isinstance(widget, QSlider):
        widget.setValue(int(value))
    elif isinstance(widget, QAbstractButton) and widget.isChecked() != bool(value):
        widget.click()
